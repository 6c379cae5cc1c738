//! The phrase dictionary: words with the readings of their characters.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Pinyin;

/// First and number of the unified ideographs the tables cover.
pub(super) const FIRST_HANZI: u32 = 0x4e00;
pub(super) const HANZI_COUNT: usize = 0x5200;
/// Longest phrase in the dictionaries, in characters.
const LONGEST_PHRASE: usize = 8;

/// Place of a hanzi in a table of all.
pub(super) fn slot_of(c: char) -> usize {
    (c as u32).wrapping_sub(FIRST_HANZI) as usize
}

/// Phrases with their readings, and how long those get that start with a character.
pub(super) struct Phrases {
    /// Where each phrase's readings start in `readings`, and how many they are.
    places: FxHashMap<&'static str, (u32, u32)>,
    readings: Vec<Pinyin>,
    /// The phrases that are our own.
    own: FxHashSet<&'static str>,
    longest: Vec<u8>,
}

impl Phrases {
    /// None yet, with room for about `count`.
    pub(super) fn with_room_for(count: usize) -> Self {
        Self {
            places: FxHashMap::with_capacity_and_hasher(count, Default::default()),
            readings: Vec::with_capacity(3 * count),
            own: FxHashSet::default(),
            longest: vec![0; HANZI_COUNT],
        }
    }

    /// Adds a phrase; a later one comes over an earlier.
    pub(super) fn insert(&mut self, phrase: &'static str, readings: Vec<Pinyin>) {
        let place = (self.readings.len() as u32, readings.len() as u32);
        self.places.insert(phrase, place);
        if let Some(longest) = phrase
            .chars()
            .next()
            .and_then(|first| self.longest.get_mut(slot_of(first)))
        {
            let length = readings.len().min(LONGEST_PHRASE) as u8;
            *longest = (*longest).max(length);
        }
        self.readings.extend(readings);
    }

    /// Notes that a phrase is our own.
    pub(super) fn mark_own(&mut self, phrase: &'static str) {
        self.own.insert(phrase);
    }

    /// Whether a phrase is our own.
    pub(super) fn is_own(&self, phrase: &str) -> bool {
        self.own.contains(phrase)
    }

    /// The readings of a phrase, one for each character.
    pub(super) fn get(&self, phrase: &str) -> Option<&[Pinyin]> {
        let &(start, count) = self.places.get(phrase)?;
        self.readings.get(start as usize..(start + count) as usize)
    }

    /// Length of the longest phrase that starts as `word` does, in characters.
    pub(super) fn longest(&self, word: &str) -> usize {
        word.chars()
            .next()
            .map_or(0, |first| self.longest_from(first))
    }

    /// The same for a word that starts with `first`.
    pub(super) fn longest_from(&self, first: char) -> usize {
        self.longest
            .get(slot_of(first))
            .copied()
            .map_or(0, usize::from)
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
