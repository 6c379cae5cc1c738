//! The text front-end: from words on a page to what the voice is fed.
//!
//! A page says `国办发〔2022〕11号`; a person reads 国办发二零二二十一号. It says `增长59.71%`, and a
//! person reads 增长百分之五十九点七一. This crate knows how, and for every spoken syllable it keeps
//! which characters of the page it came from, so that a player can light them while they are heard.
//!
//! ```
//! use langdu_text::FrontEnd;
//!
//! let front_end = FrontEnd::new();
//! let spoken = |text: &str| -> String {
//!     let utterances = front_end.explain(text);
//!     utterances.iter().map(|utterance| utterance.spoken.as_str()).collect()
//! };
//! assert_eq!(spoken("国办发〔2022〕11号"), "国办发二零二二十一号");
//! assert_eq!(spoken("增长59.71%"), "增长百分之五十九点七一");
//!
//! // All seven syllables of 百分之五十九点七一 come from the six characters `59.71%`.
//! let percent = &front_end.explain("增长59.71%")[0].syllables[2];
//! assert_eq!(percent.hanzi, "百");
//! assert_eq!((percent.start, percent.end), (2, 8));
//! ```
//!
//! # The stages of a line
//!
//! 1. The caller's [`Lexicon`] is matched before everything else, because no dictionary knows every
//!    village and family.
//! 2. `normalize` turns what stands on the page into what is said. Its rules are small functions,
//!    grouped by category (dates, quantities, codes …), each with its examples in a table beside it.
//! 3. `pronunciation` gives each hanzi its pinyin: words, phrases, rules for function words, a small
//!    statistical model for what is left, and then sandhi, which changes tones between neighbours.
//! 4. `split` cuts the line into [`Utterance`]s short enough to be spoken in one breath.
//! 5. [`phonemes`] writes the syllables in the symbols that the voice was trained with.
//!
//! [`FrontEnd::script`] takes a whole document this way and [`FrontEnd::explain`] one line;
//! [`FrontEnd::rules`] names the normalisation rules that were applied. `docs/reading.md` tells how
//! to add a word or a rule.
//!
//! # What it does not do
//!
//! It is pure: no I/O, no async, no clock, and nothing of audio. It never repairs or rewords a text:
//! what it cannot say it leaves out, and what it says stands on the page, but for a table's row count,
//! whose utterances are marked as [`generated`](Utterance::generated).

mod blanks;
mod breath;
mod chars;
mod digits;
mod english;
mod explain;
mod front_end;
mod gloss;
mod known_words;
mod lexicon;
mod memory;
mod model;
mod normalize;
mod other_ways;
mod pauses;
pub mod phonemes;
mod phrase;
mod pronunciation;
mod script;
mod speech;
mod split;
mod utterance;

pub use chars::folded;
pub use english::EnglishWords;
pub use explain::explain_json;
pub use front_end::{AppliedRule, FrontEnd};
pub use known_words::KnownWords;
pub use lexicon::{
    Anchor, Change, EntryError, Lexicon, LexiconError, NumberKind, PauseChange, check_markup,
};
pub use model::{GoesOn, Guess, GuessReason, Script, Span, Syllable, Utterance};
pub use other_ways::number_at;
pub use pauses::Pauses;
pub use pronunciation::with_tone_mark;
pub use script::ScriptOptions;
