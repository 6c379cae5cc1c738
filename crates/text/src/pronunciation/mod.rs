//! From spoken text to syllables: words, their pronunciations, and the tones they are spoken with.

mod dictionary;
mod erhua;
mod function_words;
mod homographs;
mod model;
mod phrases;
mod sandhi;
mod segmenter;
mod syllable;
mod words;

pub(crate) use dictionary::Dictionary;
pub(crate) use erhua::is_suffix;
pub(crate) use sandhi::{Spoken, surface_tones};
pub(crate) use syllable::Pinyin;
