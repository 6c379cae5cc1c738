//! Normalised pieces with their readings: the spoken line of one block, ready to be split.

use super::english::{self, EnglishWords};
use super::lexicon::Matches;
use super::normalize::{Piece, Said};
use super::phonemes;
use super::reading::{Dictionary, Pinyin, Spoken, surface_tones};

/// One thing of a spoken line.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) sound: Sound,
    /// First source character.
    pub(crate) start: usize,
    /// One past the last.
    pub(crate) end: usize,
}

/// What an item is.
#[derive(Debug, Clone)]
pub(crate) enum Sound {
    /// A spoken character.
    Syllable {
        hanzi: char,
        pinyin: Pinyin,
        surface: Pinyin,
        starts_word: bool,
    },
    /// A letter said by its name.
    Letter(char),
    /// A word of another language.
    Word {
        text: String,
        phonemes: String,
    },
    /// Punctuation.
    Mark(char),
}

impl Item {
    /// Whether it is heard.
    pub(crate) fn is_spoken(&self) -> bool {
        !matches!(self.sound, Sound::Mark(_))
    }

    /// How long it takes, in syllables of average length; marks cost the pause the voice makes.
    pub(crate) fn length(&self) -> f32 {
        match &self.sound {
            Sound::Syllable { .. } | Sound::Letter(_) => 1.0,
            Sound::Word { phonemes, .. } => 1.0 + phonemes.chars().count() as f32 / 5.0,
            Sound::Mark(mark) => match phonemes::of_mark(*mark) {
                Some(_) => 1.0,
                None => 0.0,
            },
        }
    }

    /// How many phoneme characters it takes at most, with the space or mark beside it.
    pub(crate) fn phoneme_count(&self) -> usize {
        match &self.sound {
            Sound::Syllable { pinyin, .. } => phonemes::of_syllable(*pinyin).chars().count() + 1,
            Sound::Letter(c) => english::letter(*c).unwrap_or("").chars().count() + 1,
            Sound::Word { phonemes, .. } => phonemes.chars().count() + 1,
            Sound::Mark(_) => 2,
        }
    }
}

/// Reads the pieces of one block.
pub(crate) fn read(
    pieces: Vec<Piece>,
    found: &Matches,
    dictionary: &Dictionary,
    english: Option<&dyn EnglishWords>,
) -> Vec<Item> {
    let mut items = Vec::with_capacity(pieces.len());
    let mut run: Vec<(char, Piece)> = Vec::new();
    for piece in pieces {
        if let Said::Han(c) = piece.said {
            run.push((c, piece));
            continue;
        }
        read_run(&mut run, found, dictionary, &mut items);
        let sound = match piece.said {
            Said::Letter(c) => Sound::Letter(c),
            Said::Word(text) => {
                let phonemes = english::word(&text, english);
                Sound::Word { text, phonemes }
            }
            Said::Mark(c) | Said::Han(c) => Sound::Mark(c),
        };
        items.push(Item { sound, start: piece.start, end: piece.end });
    }
    read_run(&mut run, found, dictionary, &mut items);
    items
}

fn read_run(
    run: &mut Vec<(char, Piece)>,
    found: &Matches,
    dictionary: &Dictionary,
    items: &mut Vec<Item>,
) {
    if run.is_empty() {
        return;
    }
    let text: String = run.iter().map(|(c, _)| *c).collect();
    let spoken: Vec<Spoken> = dictionary
        .read(&text)
        .into_iter()
        .zip(run.iter())
        .map(|(read, (hanzi, piece))| Spoken {
            hanzi: *hanzi,
            pinyin: told(piece, found).unwrap_or(read.pinyin),
            starts_word: read.starts_word,
        })
        .collect();
    let tones = surface_tones(&spoken, dictionary);
    for ((spoken, tone), (hanzi, piece)) in spoken.iter().zip(tones).zip(run.drain(..)) {
        let sound = Sound::Syllable {
            hanzi,
            pinyin: spoken.pinyin,
            surface: spoken.pinyin.with_tone(tone),
            starts_word: spoken.starts_word,
        };
        items.push(Item { sound, start: piece.start, end: piece.end });
    }
}

/// The lexicon's reading of a character that is said as it stands.
fn told(piece: &Piece, found: &Matches) -> Option<Pinyin> {
    (piece.end == piece.start + 1).then(|| found.readings.get(&piece.start).copied()).flatten()
}
