//! How one place of a document is told from the others, so that a change there survives an edit elsewhere.

use serde::{Deserialize, Serialize};

/// Which of the places of a word in a document is meant: by what stands around it, so that it is found again
/// after the page was edited elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Anchor {
    /// What stands before it in its block, at most [`Anchor::CONTEXT`] characters.
    pub before: String,
    /// What stands behind it in its block, at most as many.
    pub after: String,
    /// Which of those that look alike it is, counted from 0 in the order of the document.
    #[serde(default)]
    pub place: usize,
    /// How many look alike. With another number of them nobody knows which is meant, and none is changed.
    #[serde(default = "one")]
    pub of: usize,
}

impl Anchor {
    /// How many characters on either side tell one place from another.
    pub const CONTEXT: usize = 16;
}

fn one() -> usize {
    1
}
