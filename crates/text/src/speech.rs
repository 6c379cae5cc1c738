//! Normalised pieces with their readings: the spoken line of one block, ready to be split.

use std::ops::Range;

use super::english::{self, EnglishWords};
use super::lexicon::Matches;
use super::normalize::{Piece, Said};
use super::phonemes;
use super::reading::{Dictionary, Pinyin, Spoken, is_suffix, surface_tones};

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
    Word { text: String, phonemes: String },
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
            Sound::Syllable { pinyin, .. } => phonemes::count_of_syllable(*pinyin) + 1,
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
    let line: Vec<char> = pieces.iter().map(heard).collect();
    let mut items = Vec::with_capacity(pieces.len());
    let mut run_start = None;
    for (at, piece) in pieces.iter().enumerate() {
        if matches!(piece.said, Said::Han(_)) {
            run_start.get_or_insert(at);
            continue;
        }
        if let Some(start) = run_start.take() {
            read_run(&pieces, &line, start..at, found, dictionary, &mut items);
        }
        let sound = match &piece.said {
            Said::Letter(c) => Sound::Letter(*c),
            Said::Word(text) => Sound::Word {
                text: text.clone(),
                phonemes: english::word(text, english),
            },
            Said::Border => continue,
            Said::Mark(c) | Said::Han(c) => Sound::Mark(*c),
        };
        items.push(Item {
            sound,
            start: piece.start,
            end: piece.end,
        });
    }
    if let Some(start) = run_start {
        read_run(
            &pieces,
            &line,
            start..pieces.len(),
            found,
            dictionary,
            &mut items,
        );
    }
    items
}

/// What the polyphone model sees of a piece.
fn heard(piece: &Piece) -> char {
    match &piece.said {
        Said::Han(c) | Said::Letter(c) | Said::Mark(c) => *c,
        Said::Word(text) => text.chars().next().unwrap_or(' '),
        Said::Border => ' ',
    }
}

fn read_run(
    pieces: &[Piece],
    line: &[char],
    run: Range<usize>,
    found: &Matches,
    dictionary: &Dictionary,
    items: &mut Vec<Item>,
) {
    let pieces = &pieces[run.clone()];
    let hanzi = &line[run.clone()];
    let spoken: Vec<Spoken> = dictionary
        .read(line, run)
        .into_iter()
        .zip(pieces)
        .enumerate()
        .map(|(at, (read, piece))| {
            let told = told(piece, found);
            let suffix = told.is_none() && is_suffix(hanzi, at);
            Spoken {
                hanzi: hanzi[at],
                pinyin: told.unwrap_or(read.pinyin),
                starts_word: read.starts_word && !suffix,
                neutral: suffix || told.is_none() && read.neutral,
            }
        })
        .collect();
    let tones = surface_tones(&spoken, dictionary);
    for ((spoken, tone), piece) in spoken.iter().zip(tones).zip(pieces) {
        let sound = Sound::Syllable {
            hanzi: spoken.hanzi,
            pinyin: spoken.pinyin,
            surface: spoken.pinyin.with_tone(tone),
            starts_word: spoken.starts_word,
        };
        items.push(Item {
            sound,
            start: piece.start,
            end: piece.end,
        });
    }
}

/// The lexicon's reading of a character that is said as it stands.
fn told(piece: &Piece, found: &Matches) -> Option<Pinyin> {
    (piece.end == piece.start + 1)
        .then(|| found.readings.get(&piece.start).copied())
        .flatten()
}
