//! From words on a page to what the voice is fed: utterances, normalised text, readings, sandhi
//! and phonemes, each syllable with the source characters it came from.
//!
//! Pure: no I/O, no async, no clock, and nothing of audio.

mod model;

pub use model::{Script, Span, Syllable, Utterance};
