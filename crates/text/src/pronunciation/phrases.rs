//! The phrase dictionary: words with the pronunciations of their characters.

use super::basis::Basis;
use super::syllable::Pinyin;
use super::words::ByWord;

/// Phrases with their pronunciations.
pub(super) struct Phrases {
    table: ByWord<Entry>,
    pronunciations: Vec<Pinyin>,
}

/// Where a phrase's pronunciations start, and how many they are.
#[derive(Default)]
struct Entry {
    start: u32,
    count: u32,
    own: bool,
}

/// A phrase of the dictionary.
#[derive(Clone, Copy)]
pub(super) struct Phrase<'d> {
    /// One pronunciation for each character.
    pub(super) pronunciations: &'d [Pinyin],
    /// Whether it comes from our own `words.txt`.
    pub(super) own: bool,
}

impl Phrase<'_> {
    /// Its pronunciations, as the dictionary's.
    pub(super) fn syllables(&self) -> impl Iterator<Item = (Pinyin, Basis)> {
        let known = self.pronunciations.iter();
        known.map(|&pinyin| (pinyin, Basis::Word))
    }
}

impl Phrases {
    /// An empty dictionary with capacity for about `count` phrases.
    pub(super) fn with_room_for(count: usize) -> Self {
        Self {
            table: ByWord::with_room_for(count),
            pronunciations: Vec::with_capacity(3 * count),
        }
    }

    /// Adds a phrase, which may be from our `own` table; it takes the place of an earlier one.
    pub(super) fn insert(&mut self, phrase: &'static str, pronunciations: Vec<Pinyin>, own: bool) {
        *self.table.of(phrase) = Entry {
            start: self.pronunciations.len() as u32,
            count: pronunciations.len() as u32,
            own,
        };
        self.pronunciations.extend(pronunciations);
    }

    /// Looks a phrase up by its characters.
    pub(super) fn get(&self, phrase: &str) -> Option<Phrase<'_>> {
        let &Entry { start, count, own } = self.table.get(phrase)?;
        let pronunciations = self
            .pronunciations
            .get(start as usize..(start + count) as usize)?;
        Some(Phrase {
            pronunciations,
            own,
        })
    }

    /// Whether a phrase as long as `length` bytes may start as `text` does.
    pub(super) fn reaches(&self, text: &str, length: usize) -> bool {
        self.table.reaches(text, length)
    }
}

/// Lines `word<TAB>pinyin pinyin`; `#` starts a comment.
pub(super) fn entries(text: &'static str) -> impl Iterator<Item = (&'static str, Vec<Pinyin>)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (word, pronunciations) = line.split_once('\t')?;
            Some((
                word,
                pronunciations
                    .split(' ')
                    .filter_map(Pinyin::parse)
                    .collect(),
            ))
        })
}
