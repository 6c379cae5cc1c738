//! Collects what is said of an utterance: its spoken text, its syllables and its phonemes.

use std::borrow::Cow;

use super::chars::as_str;
use super::english;
use super::model::{Guess, GuessReason, Syllable};
use super::phonemes;
use super::pronunciation::{Basis, Dictionary, Pinyin};
use super::speech::{Item, ItemKind};

/// The neutral tone's number.
const NEUTRAL_TONE: u8 = 5;

/// About how many bytes an item takes: a hanzi, and a syllable's phonemes with the space before them.
/// Only the capacity that is reserved depends on them.
const SPOKEN_BYTES: usize = 3;
const PHONEME_BYTES: usize = 10;

/// Collects an utterance's spoken text, syllables and phonemes item by item.
pub(crate) struct UtteranceBuilder<'d> {
    dictionary: &'d Dictionary,
    pub(crate) spoken: String,
    pub(crate) syllables: Vec<Syllable>,
    pub(crate) phonemes: String,
    /// Length of `phonemes` in characters.
    count: usize,
    latin_before: bool,
    /// Whether a title or a quotation has just ended.
    closed: bool,
}

impl<'d> UtteranceBuilder<'d> {
    pub(crate) fn with_room_for(items: usize, dictionary: &'d Dictionary) -> Self {
        Self {
            dictionary,
            spoken: String::with_capacity(SPOKEN_BYTES * items),
            syllables: Vec::with_capacity(items),
            phonemes: String::with_capacity(PHONEME_BYTES * items),
            count: 0,
            latin_before: false,
            closed: false,
        }
    }

    pub(crate) fn say(&mut self, item: &Item, offset: usize) {
        match &item.kind {
            ItemKind::Mark(c) => self.mark(*c),
            ItemKind::Syllable {
                hanzi,
                pinyin,
                surface,
                starts_word,
                basis,
            } => {
                // The model makes third tones in a row rise by itself, and was trained on
                // dictionary tones; only 一, 不 and neutral tones must be written as spoken.
                let fed = if matches!(hanzi, '一' | '不') || surface.tone() == NEUTRAL_TONE {
                    *surface
                } else {
                    *pinyin
                };
                let latin_before = std::mem::take(&mut self.latin_before);
                self.syllable(
                    item,
                    offset,
                    as_str(*hanzi),
                    (pinyin.name().into(), surface.name().into()),
                    (phonemes::of_syllable(fed), phonemes::count_of_syllable(fed)),
                    *starts_word || latin_before,
                );
                if let Some(syllable) = self.syllables.last_mut() {
                    syllable.guess = guess(*hanzi, *pinyin, *basis, self.dictionary);
                }
            }
            ItemKind::Letter(c) => {
                let name = english::letter(*c).unwrap_or("");
                let lower = as_str(c.to_ascii_lowercase());
                let said = (name, name.chars().count());
                self.syllable(item, offset, as_str(*c), (lower.clone(), lower), said, true);
                self.latin_before = true;
            }
            ItemKind::Word { text, phonemes } => {
                if self.spoken.ends_with(|c: char| c.is_ascii_alphabetic()) {
                    self.spoken.push(' ');
                }
                let lower = Cow::<str>::from(text.to_lowercase());
                self.syllable(
                    item,
                    offset,
                    text.clone().into(),
                    (lower.clone(), lower),
                    (phonemes, phonemes.chars().count()),
                    true,
                );
                self.latin_before = true;
            }
        }
    }

    fn syllable(
        &mut self,
        item: &Item,
        offset: usize,
        hanzi: Cow<'static, str>,
        (pinyin, surface): (Cow<'static, str>, Cow<'static, str>),
        (phonemes, count): (&str, usize),
        starts_word: bool,
    ) {
        self.closed = false;
        if starts_word && !self.phonemes.is_empty() {
            self.push(' ');
        }
        let from = self.count;
        self.phonemes.push_str(phonemes);
        self.count += count;
        self.spoken.push_str(&hanzi);
        self.syllables.push(Syllable {
            hanzi,
            pinyin,
            surface,
            start: item.start + offset,
            end: item.end + offset,
            phonemes: from..self.count,
            guess: None,
        });
    }

    fn mark(&mut self, c: char) {
        if c != '\n' {
            self.spoken.push(c);
        }
        self.latin_before = false;
        // 《甲》《乙》 and “甲”“乙” are two names, with a breath between them.
        if matches!(c, '《' | '〈' | '“') && self.closed {
            self.strengthen(',');
        }
        self.closed = matches!(c, '》' | '〉' | '”');
        if let Some(mark) = phonemes::of_mark(c) {
            self.strengthen(mark);
        }
    }

    /// The strongest of several marks in a row is kept; none opens an utterance.
    pub(crate) fn strengthen(&mut self, mark: char) {
        match self.phonemes.chars().last() {
            None => {}
            Some(',') if mark != ',' => {
                self.phonemes.pop();
                self.phonemes.push(mark);
            }
            Some(',' | '.' | '!' | '?' | ';' | ':' | '…') => {}
            Some(_) => self.push(mark),
        }
    }

    fn push(&mut self, phoneme: char) {
        self.phonemes.push(phoneme);
        self.count += 1;
    }
}

/// Why a pronunciation is doubtful, and which others the character has.
fn guess(hanzi: char, pinyin: Pinyin, basis: Basis, dictionary: &Dictionary) -> Option<Box<Guess>> {
    let reason = basis.doubt(hanzi)?;
    if reason == GuessReason::Amount {
        let alternatives = Vec::new();
        return Some(Box::new(Guess {
            reason,
            alternatives,
        }));
    }
    let alternatives = dictionary
        .pronunciations(hanzi)
        .iter()
        .filter(|other| **other != pinyin)
        .map(|other| other.name().into())
        .collect();
    Some(Box::new(Guess {
        reason,
        alternatives,
    }))
}
