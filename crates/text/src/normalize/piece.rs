//! The output of normalisation: a sequence of spoken characters, letters, words and marks, each with
//! the source it came from.

use std::ops::Range;

use crate::chars::is_hanzi;

/// What is spoken for a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// A Chinese character.
    Han(char),
    /// A letter said by its name; its case is the source's.
    Letter(char),
    /// A word of another language, letters only.
    Word(String),
    /// Punctuation as the source has it.
    Mark(char),
    /// Nothing audible: it keeps two numbers apart that stand side by side.
    Border,
    /// Nothing audible: the blank between two phrases of a headline.
    Blank,
}

impl Said {
    /// Hanzi, letter or mark, by the character's kind.
    pub(crate) fn of(c: char) -> Self {
        if is_hanzi(c) {
            Self::Han(c)
        } else if c.is_ascii_alphabetic() {
            Self::Letter(c)
        } else {
            Self::Mark(c)
        }
    }

    /// A digit as its hanzi (幺 for 1 when `yao`), a letter by its name.
    pub(crate) fn spelled(c: char, yao: bool) -> Self {
        let digit = match c {
            '1' if yao => '幺',
            '0'..='9' => super::numerals::digits(&[c]).chars().next().unwrap_or(c),
            _ => c,
        };
        Self::of(digit)
    }
}

/// The smallest piece of normalised text, with the source characters it came from as offsets in Unicode
/// scalar values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) said: Said,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether it begins a number of which nothing tells whether it is an amount.
    pub(crate) is_guess: bool,
}

impl Piece {
    pub(crate) fn new(said: Said, source: Range<usize>) -> Self {
        Self {
            said,
            start: source.start,
            end: source.end,
            is_guess: false,
        }
    }
}
