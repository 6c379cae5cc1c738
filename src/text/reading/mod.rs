//! From spoken text to syllables: words, their readings, and the tones they are spoken with.

mod dictionary;
mod function_words;
mod model;
mod sandhi;
mod syllable;

pub(crate) use dictionary::Dictionary;
pub(crate) use sandhi::{Spoken, surface_tones};
pub(crate) use syllable::Pinyin;
