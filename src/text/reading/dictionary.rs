//! Words and their readings: jieba's words, a phrase dictionary by longest match, single
//! characters, and between them the rules for function words.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use jieba_rs::Jieba;
use pinyin::{ToPinyin, ToPinyinMulti};

use super::Pinyin;
use super::function_words::{self, Place};
use super::model::Model;

/// Phrases with polyphones; see `data/README.md`.
const PHRASES: &str = include_str!("../data/phrases.txt");
/// Our own words: what the phrase dictionary lacks or has wrong.
const WORDS: &str = include_str!("../data/words.txt");

const FIRST_HANZI: u32 = 0x4e00;
const HANZI_COUNT: usize = 0x5200;
/// Longest phrase in the dictionaries, in characters.
const LONGEST_PHRASE: usize = 8;
/// Phrases shorter than this never cross a border between words: 为 + 了解 is not 为了 + 解.
const SHORTEST_CROSSING: usize = 3;

/// A syllable of a run with the word it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) pinyin: Pinyin,
    /// Whether a word starts here.
    pub(crate) starts_word: bool,
}

/// The words and readings every front-end shares.
pub(crate) struct Dictionary {
    jieba: Jieba,
    phrases: HashMap<&'static str, Vec<Pinyin>>,
    /// The phrases that are our own.
    own: HashSet<&'static str>,
    characters: Vec<Character>,
    model: Model,
    unknown: Pinyin,
    /// 得 between a verb and its complement.
    complement: Pinyin,
}

#[derive(Clone)]
struct Character {
    reading: Option<Pinyin>,
    /// Every reading, where there are several.
    readings: Vec<Pinyin>,
    /// Whether `words.txt` gives the reading outside words, so that the model is not asked.
    settled: bool,
}

impl Dictionary {
    /// Loads everything; takes a tenth of a second or so.
    pub(crate) fn load() -> Self {
        let jieba = Jieba::new();
        let mut own = HashSet::new();
        let mut phrases = HashMap::with_capacity(64 * 1024);
        let mut characters = characters();
        for (phrase, readings) in entries(PHRASES) {
            phrases.insert(phrase, readings);
        }
        for (word, readings) in entries(WORDS) {
            let mut chars = word.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => {
                    if let Some(slot) = characters.get_mut(slot_of(c)) {
                        slot.reading = readings.first().copied();
                        slot.settled = true;
                    }
                }
                _ => {
                    own.insert(word);
                    phrases.insert(word, readings);
                }
            }
        }
        let unknown = Pinyin::parse("e1").expect("the syllable table holds e");
        Self {
            jieba,
            phrases,
            own,
            characters,
            model: Model::load(),
            unknown,
            complement: Pinyin::parse("de5").expect("the syllable table holds de"),
        }
    }

    /// The default reading of one character. Characters no dictionary knows are read 诶, so that
    /// nothing spoken is without a syllable.
    pub(crate) fn character(&self, c: char) -> Pinyin {
        self.characters
            .get(slot_of(c))
            .and_then(|character| character.reading)
            .or_else(|| multi_plane(c))
            .unwrap_or(self.unknown)
    }

    fn is_settled(&self, c: char) -> bool {
        self.characters
            .get(slot_of(c))
            .is_some_and(|character| character.settled)
    }

    fn readings(&self, c: char) -> &[Pinyin] {
        self.characters
            .get(slot_of(c))
            .map_or(&[], |character| &character.readings)
    }

    /// The readings of a run of Chinese characters, which is part of a spoken `line`.
    pub(crate) fn read(&self, line: &[char], run: Range<usize>) -> Vec<Read> {
        let text: String = line[run.clone()].iter().collect();
        let words: Vec<&str> = self
            .jieba
            .cut(&text, true)
            .into_iter()
            .map(|token| token.word)
            .collect();
        let mut reads = Vec::with_capacity(run.len());
        let mut index = 0;
        while index < words.len() {
            index += self.read_words(&words, index, (line, run.start), &mut reads);
        }
        reads
    }

    /// Reads the word at `index`, or the phrase that starts with it; answers how many words.
    fn read_words(
        &self,
        words: &[&str],
        index: usize,
        (line, run_start): (&[char], usize),
        reads: &mut Vec<Read>,
    ) -> usize {
        if let Some((count, readings)) = self.crossing_phrase(words, index) {
            let mut readings = readings.iter();
            for word in &words[index..index + count] {
                push_word(reads, readings.by_ref().take(word.chars().count()).copied());
            }
            return count;
        }
        let word = words[index];
        if function_words::is_complement(words, index, self) {
            let readings = word.chars().map(|c| match c {
                '得' => self.complement,
                c => self.character(c),
            });
            push_word(reads, readings);
            return 1;
        }
        if let Some(readings) = self.phrases.get(word) {
            push_word(reads, readings.iter().copied());
            return 1;
        }
        let start = run_start + reads.len();
        push_word(
            reads,
            self.read_parts(words, index, (line, start)).into_iter(),
        );
        1
    }

    /// The longest phrase made of whole words from `index` on, more than one.
    fn crossing_phrase(&self, words: &[&str], index: usize) -> Option<(usize, &[Pinyin])> {
        let mut text = String::new();
        let mut found = None;
        let mut length = 0;
        for (count, word) in words[index..].iter().enumerate() {
            length += word.chars().count();
            if length > LONGEST_PHRASE {
                break;
            }
            text.push_str(word);
            let pair_of_our_own = length == 2 && self.own.contains(text.as_str());
            if count > 0
                && (length >= SHORTEST_CROSSING || pair_of_our_own)
                && let Some(readings) = self.phrases.get(text.as_str())
            {
                found = Some((count + 1, readings.as_slice()));
            }
        }
        found
    }

    /// A word no dictionary has whole, which starts at `start` of `line`: the longest phrases
    /// inside it, then single characters.
    fn read_parts(
        &self,
        words: &[&str],
        index: usize,
        (line, start): (&[char], usize),
    ) -> Vec<Pinyin> {
        let word: Vec<char> = words[index].chars().collect();
        let mut readings = Vec::with_capacity(word.len());
        let mut at = 0;
        while at < word.len() {
            if let Some((length, inner)) = self.inner_phrase(&word, at) {
                readings.extend_from_slice(inner);
                at += length;
                continue;
            }
            let place = Place {
                words,
                index,
                word: &word,
                at,
                dictionary: self,
            };
            readings.push(self.read_character(&place, line, start + at));
            at += 1;
        }
        readings
    }

    fn inner_phrase(&self, word: &[char], at: usize) -> Option<(usize, &[Pinyin])> {
        let longest = LONGEST_PHRASE.min(word.len() - at);
        (2..=longest).rev().find_map(|length| {
            let part: String = word[at..at + length].iter().collect();
            self.phrases
                .get(part.as_str())
                .map(|readings| (length, readings.as_slice()))
        })
    }

    /// One character by the rules for its neighbours, else by the model, else by default.
    fn read_character(&self, place: &Place<'_>, line: &[char], at: usize) -> Pinyin {
        let c = line[at];
        let readings = self.readings(c);
        if readings.is_empty() {
            return self.character(c);
        }
        function_words::reading(c, place)
            .or_else(|| {
                (self.model.knows(c) && !self.is_settled(c))
                    .then(|| self.model.reading(line, at, readings))
                    .flatten()
            })
            .unwrap_or_else(|| self.character(c))
    }

    /// jieba's part of speech for a word it knows: `nr` for names, `d` for adverbs.
    pub(super) fn tag(&self, word: &str) -> String {
        self.jieba
            .tag(word, false)
            .first()
            .map_or("", |found| found.tag)
            .to_owned()
    }

    /// Whether jieba knows `word`.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        self.jieba.has_word(word)
    }
}

fn push_word(reads: &mut Vec<Read>, readings: impl Iterator<Item = Pinyin>) {
    for (at, pinyin) in readings.enumerate() {
        reads.push(Read {
            pinyin,
            starts_word: at == 0,
        });
    }
}

fn slot_of(c: char) -> usize {
    (c as u32).wrapping_sub(FIRST_HANZI) as usize
}

fn multi_plane(c: char) -> Option<Pinyin> {
    c.to_pinyin()
        .and_then(|reading| Pinyin::parse(reading.with_tone_num_end()))
}

fn characters() -> Vec<Character> {
    (0..HANZI_COUNT as u32)
        .map(|offset| {
            let c = char::from_u32(FIRST_HANZI + offset);
            let readings: Vec<Pinyin> = c
                .and_then(|c| c.to_pinyin_multi())
                .into_iter()
                .flatten()
                .filter_map(|reading| Pinyin::parse(reading.with_tone_num_end()))
                .collect();
            Character {
                reading: readings.first().copied(),
                settled: false,
                readings: if readings.len() > 1 {
                    readings
                } else {
                    Vec::new()
                },
            }
        })
        .collect()
}

/// Lines `word<TAB>pinyin pinyin`; `#` starts a comment.
fn entries(text: &'static str) -> impl Iterator<Item = (&'static str, Vec<Pinyin>)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_has_a_reading_for_each_character() {
        for (word, readings) in entries(PHRASES).chain(entries(WORDS)) {
            assert_eq!(word.chars().count(), readings.len(), "{word}");
        }
    }
}
