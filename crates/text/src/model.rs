//! The script model: what the text front-end yields and the voice speaks.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A document as it will be spoken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Script {
    /// The utterances in the order they are spoken.
    pub utterances: Vec<Utterance>,
}

/// The unit of synthesis, caching, seeking and highlighting: a sentence, or a clause of a long
/// one, at most 8 s of speech at the normal rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Utterance {
    /// The source text as it stands, white space trimmed; for a generated utterance, our words.
    pub text: String,
    /// The text as spoken: hanzi, Latin letters where letters are spelled or words are English,
    /// and punctuation; no digits and no other symbols.
    pub spoken: String,
    /// One entry for each spoken syllable, in order.
    pub syllables: Vec<Syllable>,
    /// The phonemes in the voice's scheme (`pinyin-ipa`: IPA with tone arrows, words separated
    /// by spaces, `, . ! ? ; :` as punctuation). At most 510 characters.
    pub phonemes: String,
    /// The pause after the utterance, in milliseconds.
    pub pause_ms: u32,
    /// Where `text` stands in the document; `None` for a generated utterance.
    pub span: Option<Span>,
    /// True for words of ours that the page does not hold (a table's row count).
    pub generated: bool,
    /// Whether the next utterance is of the same sentence.
    #[serde(skip)]
    pub goes_on: GoesOn,
    /// At how many thousandths of the rate that is asked for it is spoken: 1000, unless the source says otherwise.
    #[serde(skip)]
    pub rate_milli: u32,
}

impl Script {
    /// What is spoken at the place of a document or next behind it: the utterance, and the syllable of it; the
    /// number of all utterances where nothing comes behind.
    pub fn place_of(&self, block: usize, at: usize) -> (usize, usize) {
        let ends_behind = |utterance: &Utterance| {
            let span = utterance.span;
            span.is_some_and(|span| (span.block, span.end) > (block, at))
        };
        let Some(index) = self.utterances.iter().position(ends_behind) else {
            return (self.utterances.len(), 0);
        };
        let utterance = &self.utterances[index];
        let is_here = utterance.span.is_some_and(|span| span.block == block);
        let before = utterance.syllables.iter();
        let before = before.take_while(|syllable| is_here && syllable.start < at);
        match before.count() {
            // Only a mark of it stands behind.
            all if all == utterance.syllables.len() => (index + 1, 0),
            before => (index, before),
        }
    }
}

/// Whether a sentence goes on after an utterance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GoesOn {
    /// It ends there.
    #[default]
    No,
    /// After a mark, or where a reader has to breathe in a clause that is too long.
    AfterMark,
    /// In the middle of a clause, which is cut because it is too long or the first of a document, before a
    /// consonant that begins in silence. The utterance's phonemes end in a comma all the same, which keeps the
    /// pitch of a voice up.
    WithoutMark,
}

/// A stretch of one block's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Index of the block in the document.
    pub block: usize,
    /// First character, in Unicode scalar values from the start of the block's text.
    pub start: usize,
    /// One past the last character, in Unicode scalar values.
    pub end: usize,
    /// `start` in UTF-16 code units.
    pub start_utf16: usize,
    /// `end` in UTF-16 code units.
    pub end_utf16: usize,
}

/// One spoken syllable (or one English word or spelled letter).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Syllable {
    /// The spoken character (`零`), or the Latin letters of an English word or spelled letter.
    pub hanzi: Cow<'static, str>,
    /// Dictionary pronunciation with tone 1–5, `v` for ü (`lv4`); for Latin, the lower-cased letters.
    pub pinyin: Cow<'static, str>,
    /// The pronunciation as spoken, after sandhi.
    pub surface: Cow<'static, str>,
    /// First source character, in scalar values: within the block's text for a document, within
    /// the line for [`explain`](crate). A syllable may share its source with others (the
    /// syllables of `59.71%`).
    pub start: usize,
    /// One past the last source character.
    pub end: usize,
    /// Why the pronunciation is a guess, where it is one. An editor looks at these first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guess: Option<Box<Guess>>,
    /// The syllable's own characters in [`Utterance::phonemes`], as a range of `char` positions.
    #[serde(skip)]
    pub phonemes: Range<usize>,
}

/// A pronunciation that may be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// What it rests on.
    pub reason: GuessReason,
    /// The other pronunciations of the character, or the other way to say the number.
    pub alternatives: Vec<Cow<'static, str>>,
}

/// Why a pronunciation is a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuessReason {
    /// Grammar decides between its pronunciations, and nothing in the sentence speaks clearly for one.
    Grammar,
    /// The statistical model finds another pronunciation nearly as likely.
    CloseCall,
    /// No dictionary has the word; the character has its usual pronunciation.
    Usual,
    /// Nothing beside the digits tells what they are: an amount or a name, a share or two parts of a code, years or a
    /// length of time. It stands at the first syllable of the number, with the other ways to say it.
    Amount,
}

impl GuessReason {
    /// Its name in JSON and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grammar => "grammar",
            Self::CloseCall => "close_call",
            Self::Usual => "usual",
            Self::Amount => "amount",
        }
    }
}
