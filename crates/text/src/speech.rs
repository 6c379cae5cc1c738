//! The spoken line of one block: normalised text with its pronunciation, ready to be split into
//! utterances.

use std::ops::Range;

use super::english::{self, EnglishWords};
use super::lexicon::Matches;
use super::normalize::{Piece, Said};
use super::phonemes;
use super::pronunciation::{
    Basis, Dictionary, Pinyin, Spoken, is_suffix, marked_syllables,
    signs_of_wei as signs_of_wei_at, surface_tones,
};

/// One spoken unit of a line, with the source characters it stands for. Everything after this stage
/// works on items: splitting counts them, and an utterance is a range of them.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) kind: ItemKind,
    /// Offset of the first source character, in Unicode scalar values.
    pub(crate) start: usize,
    /// One past the last source character.
    pub(crate) end: usize,
    /// Whether a blank between two phrases stands before it on the page.
    pub(crate) behind_blank: bool,
}

/// What an item is.
#[derive(Debug, Clone)]
pub(crate) enum ItemKind {
    /// A spoken character.
    Syllable {
        hanzi: char,
        pinyin: Pinyin,
        surface: Pinyin,
        starts_word: bool,
        basis: Basis,
    },
    /// A letter said by its name.
    Letter(char),
    /// A word of another language.
    Word { text: String, phonemes: String },
    /// Punctuation.
    Mark(char),
}

impl Item {
    /// An item for the characters of `source`, with no blank before it.
    pub(crate) fn new(kind: ItemKind, source: Range<usize>) -> Self {
        Self {
            kind,
            start: source.start,
            end: source.end,
            behind_blank: false,
        }
    }

    /// Whether it is heard.
    pub(crate) fn is_spoken(&self) -> bool {
        !matches!(self.kind, ItemKind::Mark(_))
    }

    /// How long it takes to speak, in syllables of average length. A mark takes about as long as a
    /// syllable where the voice pauses for it.
    pub(crate) fn length(&self) -> f32 {
        match &self.kind {
            ItemKind::Syllable { .. } | ItemKind::Letter(_) => 1.0,
            ItemKind::Word { phonemes, .. } => 1.0 + phonemes.chars().count() as f32 / 5.0,
            ItemKind::Mark(mark) => match phonemes::of_mark(*mark) {
                Some(_) => 1.0,
                None => 0.0,
            },
        }
    }

    /// The most phoneme characters it can take, with the space or mark beside it.
    pub(crate) fn phoneme_count(&self) -> usize {
        match &self.kind {
            ItemKind::Syllable { pinyin, .. } => phonemes::count_of_syllable(*pinyin) + 1,
            ItemKind::Letter(c) => english::letter(*c).unwrap_or("").chars().count() + 1,
            ItemKind::Word { phonemes, .. } => phonemes.chars().count() + 1,
            ItemKind::Mark(_) => 2,
        }
    }
}

/// Gives the normalised pieces of one block their pronunciation.
pub(crate) fn pronounce(
    pieces: Vec<Piece>,
    found: &Matches,
    dictionary: &Dictionary,
    english: Option<&dyn EnglishWords>,
) -> Vec<Item> {
    let line: Vec<char> = pieces.iter().map(heard).collect();
    let mut items = Vec::with_capacity(pieces.len());
    let mut run_start = None;
    // The items that stand behind a blank.
    let mut blanks = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        if matches!(piece.said, Said::Han(_)) {
            run_start.get_or_insert(at);
            continue;
        }
        if let Some(start) = run_start.take() {
            pronounce_run(&pieces, &line, start..at, found, dictionary, &mut items);
        }
        let kind = match &piece.said {
            Said::Letter(c) => ItemKind::Letter(*c),
            Said::Word(text) => ItemKind::Word {
                text: text.clone(),
                phonemes: word_phonemes(text, english),
            },
            Said::Border => continue,
            Said::Blank => {
                blanks.push(items.len());
                continue;
            }
            Said::Mark(c) | Said::Han(c) => ItemKind::Mark(*c),
        };
        items.push(Item::new(kind, piece.start..piece.end));
    }
    if let Some(start) = run_start {
        pronounce_run(
            &pieces,
            &line,
            start..pieces.len(),
            found,
            dictionary,
            &mut items,
        );
    }
    for at in blanks {
        if let Some(item) = items.get_mut(at) {
            item.behind_blank = true;
        }
    }
    items
}

/// What the model for 为 weighs wherever it is asked, by offset of the source.
pub(crate) fn signs_of_wei(pieces: &[Piece], dictionary: &Dictionary) -> Vec<(usize, Vec<String>)> {
    let line: Vec<char> = pieces.iter().map(heard).collect();
    let mut found = Vec::new();
    let mut end = 0;
    for run in pieces.chunk_by(|one, next| is_han(one) == is_han(next)) {
        let start = end;
        end += run.len();
        if run.first().is_some_and(is_han) {
            dictionary.places_of('为', &line, start..end, |context| {
                if let Some(signs) = signs_of_wei_at(context) {
                    found.push((pieces[context.start + context.at].start, signs));
                }
            });
        }
    }
    found
}

fn is_han(piece: &Piece) -> bool {
    matches!(piece.said, Said::Han(_))
}

/// The phonemes of a word of another language, or of pinyin that stands alone.
fn word_phonemes(text: &str, english: Option<&dyn EnglishWords>) -> String {
    if text.is_ascii() {
        return english::word(text, english);
    }
    let letters: Vec<char> = text.chars().collect();
    match marked_syllables(&letters) {
        Some(syllables) => syllables.into_iter().map(phonemes::of_syllable).collect(),
        None => english::word(text, english),
    }
}

/// The character that the polyphone model sees in place of a piece.
fn heard(piece: &Piece) -> char {
    match &piece.said {
        Said::Han(c) | Said::Letter(c) | Said::Mark(c) => *c,
        Said::Word(text) => text.chars().next().unwrap_or(' '),
        Said::Border | Said::Blank => ' ',
    }
}

fn pronounce_run(
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
        .pronounce(line, run)
        .into_iter()
        .zip(pieces)
        .enumerate()
        .map(|(at, (syllable, piece))| {
            let from_lexicon = from_lexicon(piece, found);
            let suffix = from_lexicon.is_none() && is_suffix(hanzi, at);
            Spoken {
                hanzi: hanzi[at],
                pinyin: from_lexicon.unwrap_or(syllable.pinyin),
                basis: match from_lexicon {
                    Some(_) => Basis::Word,
                    None if piece.is_guess => Basis::Amount,
                    None => syllable.basis,
                },
                starts_word: syllable.starts_word && !suffix,
                neutral: suffix || from_lexicon.is_none() && syllable.neutral,
            }
        })
        .collect();
    let tones = surface_tones(&spoken, dictionary.segmenter());
    for ((spoken, tone), piece) in spoken.iter().zip(tones).zip(pieces) {
        let kind = ItemKind::Syllable {
            hanzi: spoken.hanzi,
            pinyin: spoken.pinyin,
            surface: spoken.pinyin.with_tone(tone),
            starts_word: spoken.starts_word,
            basis: spoken.basis,
        };
        items.push(Item::new(kind, piece.start..piece.end));
    }
}

/// The pronunciation that the lexicon gives a character which is said as it stands.
fn from_lexicon(piece: &Piece, found: &Matches) -> Option<Pinyin> {
    (piece.end == piece.start + 1)
        .then(|| found.pronunciations.get(&piece.start).copied())
        .flatten()
}
