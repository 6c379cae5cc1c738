//! Characters and white space: what is a space, what has no shape, and how pieces of text are joined.
//!
//! A page breaks its lines wherever its editor did. Between two Chinese characters such a line end
//! is nothing, between two Latin words it is a space. Everything that puts text together asks here,
//! so that there is one answer.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// White space that is held back until it is known what follows: at the ends of a text it is
/// nothing.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    #[default]
    None,
    Space,
    /// With a line end in the source, which between two Chinese characters is no space.
    LineEnd,
}

impl Gap {
    /// Adds the white space `c`: a line end in the source counts as a space beside others.
    pub(crate) fn widen(&mut self, c: char) {
        let line_end = matches!(c, '\n' | '\r' | ESCAPED_BREAK);
        *self = match self {
            Self::None | Self::LineEnd if line_end => Self::LineEnd,
            Self::LineEnd if matches!(c, ' ' | '\t') => Self::LineEnd,
            _ => Self::Space,
        };
    }

    /// Closes the gap between `before` and `next`, and says whether a space belongs there.
    pub(crate) fn close(&mut self, before: &str, next: char) -> bool {
        if *self == Self::None {
            return false;
        }
        let gap = std::mem::take(self);
        let Some(last) = before.chars().next_back() else {
            return false;
        };
        let joined = gap == Self::LineEnd && is_wide(last) && is_wide(next);
        !joined
    }
}

/// `text` with each run of white space as one space, none at the ends.
pub(crate) fn collapse(text: &str) -> String {
    let mut collapsed = String::new();
    let mut gap = Gap::None;
    for c in text.chars() {
        if is_space(c) {
            gap.widen(c);
        } else if !is_invisible(c) {
            if gap.close(&collapsed, c) {
                collapsed.push(' ');
            }
            collapsed.push(c);
        }
    }
    collapsed
}

/// `text` without any white space.
///
/// Copies whole runs: everything that looks at words calls it for every line.
pub(crate) fn without_spaces(text: &str) -> String {
    let mut tight = String::with_capacity(text.len());
    let mut run = 0;
    for (at, c) in text.char_indices() {
        if !is_han(c) && (is_space(c) || is_invisible(c)) {
            tight.push_str(&text[run..at]);
            run = at + c.len_utf8();
        }
    }
    tight.push_str(&text[run..]);
    tight
}

/// What stands for a tag that ends a line and was escaped, so that it is a word of the text.
pub(crate) const ESCAPED_BREAK: char = '\u{2028}';

/// `text` without the entities and tags that an editor escaped twice, which a page shows as `&nbsp;`
/// and `<br>`; an [`ESCAPED_BREAK`] where such a tag would end a line.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'&' | b'<')) {
        return Cow::Borrowed(text);
    }
    match html_escape::decode_html_entities(text) {
        Cow::Borrowed(text) => without_tags(text),
        Cow::Owned(text) => Cow::Owned(without_tags(&text).into_owned()),
    }
}

/// `text` without the tags that stand in it as words.
fn without_tags(text: &str) -> Cow<'_, str> {
    static TAGS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)</?(?:(?P<block>br|p|div|center|h[1-6])|b|strong|font|span|i|u|em|sup|sub)(?:\s[^<>]*)?/?>",
        )
        .expect("a constant pattern")
    });
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    TAGS.replace_all(text, |tag: &Captures<'_>| match tag.name("block") {
        Some(_) => String::from(ESCAPED_BREAK),
        None => String::new(),
    })
}

/// Pieces of text that belong together, without a space where Chinese meets Chinese.
pub(crate) fn joined<'t>(pieces: impl IntoIterator<Item = &'t str>) -> String {
    let mut text = String::new();
    for piece in pieces {
        push_gap(&mut text, piece);
        text.push_str(piece);
    }
    text
}

/// Adds a space where `next` needs one to go on after `text`, and says whether it did.
pub(crate) fn push_gap(text: &mut String, next: &str) -> bool {
    let (Some(last), Some(first)) = (text.chars().next_back(), next.chars().next()) else {
        return false;
    };
    let spaced = !is_wide(last) && !is_wide(first);
    if spaced {
        text.push(' ');
    }
    spaced
}

/// The characters that most of a page is made of, which no other test need look at.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// White space, the ideographic and the no-break space included.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// Characters without a shape or a sound: controls, zero-width ones, soft hyphens, and the
/// private-use area that icon fonts draw from.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{feff}' | '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{fe0e}' | '\u{fe0f}')
}

/// Chinese characters and their punctuation, between which a line end in the source is no space.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{303f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}'
        | '“' | '”' | '‘' | '’' | '—' | '…')
}

/// How many characters are looked at to tell text from binary data.
const SNIFFED_CHARS: usize = 4096;

/// Whether control and replacement characters make up more than a twentieth of the beginning.
pub(crate) fn looks_binary(text: &str) -> bool {
    let (mut odd, mut all) = (0usize, 0usize);
    for c in text.chars().take(SNIFFED_CHARS) {
        all += 1;
        let control = c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{b}');
        odd += usize::from(control || c == '\u{fffd}');
    }
    odd * 20 > all && odd > 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_between_chinese_characters_is_no_space() {
        for (text, expected) in [
            ("为方便\n  老年人", "为方便老年人"),
            ("为方便 老年人", "为方便 老年人"),
            ("为方便\u{3000}\n老年人", "为方便 老年人"),
            ("GDP\n增长", "GDP 增长"),
            ("GDP\n growth", "GDP growth"),
            ("\n 通知\u{200b} \n", "通知"),
        ] {
            assert_eq!(collapse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn pieces_are_joined_with_a_space_between_latin_words_only() {
        assert_eq!(joined(["关于", "做好"]), "关于做好");
        assert_eq!(joined(["ISO", "9001"]), "ISO 9001");
        assert_eq!(joined(["ISO", "标准"]), "ISO标准");
    }
}
