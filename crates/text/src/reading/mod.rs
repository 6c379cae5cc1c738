//! From spoken text to syllables: words, their readings, and the tones they are spoken with.

mod dictionary;
mod erhua;
mod function_words;
mod homographs;
mod model;
mod phrases;
mod sandhi;
mod syllable;
mod words;

pub(crate) use dictionary::Dictionary;
pub(crate) use erhua::is_suffix;
pub(crate) use sandhi::{Spoken, surface_tones};
pub(crate) use syllable::Pinyin;
