//! What a document says, whoever has it.

use super::PageKey;

/// Fewest characters, white space not counted, that tell one document from another. Pages that hold
/// a line of excuse (under repair, moved, log in first) look alike and are not one document.
const FEWEST_CHARACTERS: usize = 30;

/// What a document says: two addresses with the same words are the same document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentKey(pub(super) [u8; 16]);

impl ContentKey {
    /// The key of a document's texts, in their order; `None` where they say too little to tell it
    /// from others. White space is no part of it.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Option<Self> {
        let mut hasher = blake3::Hasher::new_derive_key("langdu 2026 content of a document");
        let mut characters = 0;
        for text in texts {
            for word in text.split_whitespace() {
                hasher.update(word.as_bytes());
                characters += word.chars().count();
            }
        }
        (characters >= FEWEST_CHARACTERS).then(|| Self::finish(&hasher))
    }

    /// What a page says where that does not tell it from others: it is like no other page's.
    pub(super) fn of_page(page: PageKey) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("langdu 2026 content of one page");
        hasher.update(&page.0);
        Self::finish(&hasher)
    }

    fn finish(hasher: &blake3::Hasher) -> Self {
        let mut key = [0; 16];
        hasher.finalize_xof().fill(&mut key);
        Self(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "自下月起，补贴按季度发放到社保卡，不再发放纸质凭证，请相互转告。";

    #[test]
    fn the_same_words_are_the_same_document() {
        let key = ContentKey::of(["通知", TEXT]).unwrap();
        let spaced = TEXT.replace('，', "，\u{3000}\n ");
        assert_eq!(ContentKey::of([" 通知 ", &spaced]), Some(key));
        let other = TEXT.replace("下月", "上月");
        assert_ne!(ContentKey::of(["通知", &other]), Some(key));
    }

    #[test]
    fn a_line_of_excuse_is_no_document() {
        assert_eq!(
            ContentKey::of(["系统维护", "请稍后访问，给您带来不便。"]),
            None
        );
    }
}
