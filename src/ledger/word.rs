//! The last word on a page: it is withdrawn, or published again.

use serde::{Deserialize, Serialize};

/// The last word on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The page, as it was named.
    pub url: String,
    /// It is withdrawn; else published.
    pub withdrawn: bool,
    /// Of two words on a page the one of the higher revision is the later one; of the same revision
    /// the withdrawal stands.
    pub revision: u64,
}

impl Word {
    /// The revision of what an earlier version has withdrawn without saying when.
    pub(super) const EARLIER: u64 = 0;

    /// The revision of what earlier versions have told each other.
    pub(crate) const TOLD: u64 = 1;

    /// The revision of what an earlier version has not told the others, and of first words.
    pub(super) const UNTOLD: u64 = 2;

    /// A number that is higher for the later of two words.
    pub fn rank(&self) -> u64 {
        self.revision * 2 + u64::from(self.withdrawn)
    }
}

/// A word as earlier versions wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OldAnnouncement {
    /// The page, as it was named.
    pub(crate) url: String,
    /// It is withdrawn; else published.
    pub(crate) withdrawn: bool,
}

impl OldAnnouncement {
    /// As a word of a revision.
    pub(crate) fn word(self, revision: u64) -> Word {
        Word {
            url: self.url,
            withdrawn: self.withdrawn,
            revision,
        }
    }
}
