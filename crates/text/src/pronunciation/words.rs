//! Tables keyed by word that reject most of the words which they do not hold without hashing them.

use rustc_hash::FxHashMap;

/// First and number of the unified ideographs.
const FIRST_HANZI: u32 = 0x4e00;
const HANZI_COUNT: usize = 0x5200;

/// Place of a hanzi in a table of all.
pub(super) fn slot_of(c: char) -> usize {
    (c as u32).wrapping_sub(FIRST_HANZI) as usize
}

/// A table with a value for each hanzi, by [`slot_of`].
pub(super) fn for_each_hanzi<T>(value: impl Fn(Option<char>) -> T) -> Vec<T> {
    (FIRST_HANZI..)
        .take(HANZI_COUNT)
        .map(|scalar| value(char::from_u32(scalar)))
        .collect()
}

/// Values by word.
pub(super) struct ByWord<T> {
    values: FxHashMap<&'static str, T>,
    /// Bytes of the longest word that starts with each hanzi; [`u8::MAX`] is that or more.
    longest: Vec<u8>,
}

impl<T> ByWord<T> {
    /// An empty table with capacity for about `count` words.
    pub(super) fn with_room_for(count: usize) -> Self {
        Self {
            values: FxHashMap::with_capacity_and_hasher(count, Default::default()),
            longest: for_each_hanzi(|_| 0),
        }
    }

    /// The value of a word, created where there is none.
    pub(super) fn of(&mut self, word: &'static str) -> &mut T
    where
        T: Default,
    {
        let first = word.chars().next();
        if let Some(longest) = first.and_then(|c| self.longest.get_mut(slot_of(c))) {
            *longest = (*longest).max(bounded(word.len()));
        }
        self.values.entry(word).or_default()
    }

    /// Looks up the value of a word.
    pub(super) fn get(&self, word: &str) -> Option<&T> {
        self.reaches(word, word.len())
            .then(|| self.values.get(word))
            .flatten()
    }

    /// Whether a word as long as `length` bytes may start as `text` does.
    pub(super) fn reaches(&self, text: &str, length: usize) -> bool {
        let first = text.chars().next();
        let longest = first.and_then(|c| self.longest.get(slot_of(c)));
        longest.is_none_or(|&longest| bounded(length) <= longest)
    }
}

fn bounded(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_length_and_plane_are_found() {
        let long: &'static str = "长".repeat(100).leak();
        let words = ["重", "重要", long, "𠮷野家", "A股"];
        let mut table = ByWord::with_room_for(words.len());
        for (at, word) in words.into_iter().enumerate() {
            *table.of(word) = at;
        }
        for (at, word) in words.into_iter().enumerate() {
            assert_eq!(table.get(word), Some(&at), "{word}");
        }
        for absent in ["", "重要性", "要", "长长", "𠮷"] {
            assert_eq!(table.get(absent), None, "{absent}");
        }
        assert!(table.reaches("重要性", 6));
        assert!(!table.reaches("重要性", 9));
    }
}
