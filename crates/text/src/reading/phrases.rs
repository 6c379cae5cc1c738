//! The phrase dictionary: words with the readings of their characters.

use super::Pinyin;
use super::words::ByWord;

/// Phrases with their readings.
pub(super) struct Phrases {
    places: ByWord<Place>,
    readings: Vec<Pinyin>,
}

/// Where a phrase's readings start, and how many they are.
#[derive(Default)]
struct Place {
    start: u32,
    count: u32,
    own: bool,
}

/// A phrase of the dictionary.
#[derive(Clone, Copy)]
pub(super) struct Phrase<'d> {
    /// One reading for each character.
    pub(super) readings: &'d [Pinyin],
    /// Whether it is our own.
    pub(super) own: bool,
}

impl Phrases {
    /// None yet, with room for about `count`.
    pub(super) fn with_room_for(count: usize) -> Self {
        Self {
            places: ByWord::with_room_for(count),
            readings: Vec::with_capacity(3 * count),
        }
    }

    /// Adds a phrase, which may be our `own`; a later one comes over an earlier.
    pub(super) fn insert(&mut self, phrase: &'static str, readings: Vec<Pinyin>, own: bool) {
        *self.places.of(phrase) = Place {
            start: self.readings.len() as u32,
            count: readings.len() as u32,
            own,
        };
        self.readings.extend(readings);
    }

    /// The phrase that is written so.
    pub(super) fn get(&self, phrase: &str) -> Option<Phrase<'_>> {
        let &Place { start, count, own } = self.places.get(phrase)?;
        let readings = self
            .readings
            .get(start as usize..(start + count) as usize)?;
        Some(Phrase { readings, own })
    }

    /// Whether a phrase as long as `length` bytes may start as `text` does.
    pub(super) fn reaches(&self, text: &str, length: usize) -> bool {
        self.places.reaches(text, length)
    }
}

/// Lines `word<TAB>pinyin pinyin`; `#` starts a comment.
pub(super) fn entries(text: &'static str) -> impl Iterator<Item = (&'static str, Vec<Pinyin>)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (word, readings) = line.split_once('\t')?;
            Some((
                word,
                readings.split(' ').filter_map(Pinyin::parse).collect(),
            ))
        })
}
