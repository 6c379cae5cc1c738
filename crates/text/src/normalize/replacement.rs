//! What lexicons put in the place of source text.

use std::ops::Range;

/// A stretch of source text the lexicon replaces by other words.
#[derive(Debug, Clone)]
pub(crate) struct Replacement {
    /// Scalar offsets of the source.
    pub(crate) source: Range<usize>,
    /// What is said instead.
    pub(crate) words: String,
}
