//! From normalised text to syllables: how each hanzi is pronounced in its word, and the tone with which
//! it is spoken beside its neighbours.
//!
//! The stage is called pronunciation because a *reading* is, everywhere else in this project, a whole
//! document made ready to be heard.

mod basis;
mod dictionary;
mod erhua;
mod function_words;
mod heads;
mod homographs;
mod lists;
mod marked;
mod model;
mod parts;
mod persons;
mod phrases;
mod places;
mod sandhi;
mod segmenter;
mod syllable;
mod words;

pub(crate) use basis::Basis;
pub(crate) use dictionary::Dictionary;
pub(crate) use erhua::is_suffix;
pub(crate) use function_words::signs_of_wei;
pub use marked::with_tone_mark;
pub(crate) use marked::{marked_syllables, pinyin_words};
pub(crate) use persons::{
    Person, heads_names, is_person, is_role, is_surname, persons, stands_alone, surname_of,
};
pub(crate) use sandhi::{Spoken, surface_tones};
pub(crate) use segmenter::Segmenter;
pub(crate) use syllable::Pinyin;
