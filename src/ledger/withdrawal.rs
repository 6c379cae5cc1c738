//! A withdrawal, from its beginning to its end.

use super::PageKey;
use langdu_clips::ClipId;

/// A page that was withdrawn, and what is refused with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The page that was named.
    pub page: PageKey,
    /// Its address, as it was named.
    pub url: String,
    /// When, in seconds since 1970.
    pub withdrawn_at_s: i64,
    /// Who asked for it.
    pub withdrawn_by: String,
    /// The keys of every address and text that is refused with it.
    pub(super) keys: Vec<Key>,
    /// How many readings were forgotten: one for each voice and rate.
    pub readings: u32,
    /// How many clips were only this document's.
    pub clips: u32,
}

impl Withdrawal {
    /// False for one that the database has not taken: it holds in this process all the same.
    pub(super) fn is_written(&self) -> bool {
        self.withdrawn_at_s != 0
    }
}

/// A [`PageKey`] or a [`ContentKey`]: their hashes differ in how they are made.
pub(super) type Key = [u8; 16];

/// What a withdrawal has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// The withdrawal.
    pub withdrawal: Withdrawal,
    /// Addresses that it was read by, with a hash in the place of their query.
    pub addresses: Vec<String>,
    /// Ids of the readings that were forgotten now.
    pub readings: Vec<String>,
    /// Clips that no other document has.
    pub clips: Vec<ClipId>,
}

/// A withdrawal that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The page that was named.
    pub page: PageKey,
    /// Its address, as it was named.
    pub url: String,
    /// Clips that were purged with it.
    pub clips: Vec<ClipId>,
}

/// A withdrawal as operators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedWithdrawal {
    /// The withdrawal.
    pub withdrawal: Withdrawal,
    /// Addresses that it covers, with a hash in the place of their query.
    pub addresses: Vec<String>,
    /// Clips that a tier may still hold, because it was away.
    pub pending_clips: u32,
}

/// What has not been purged yet of a page that was withdrawn or evicted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingPurge {
    /// The page.
    pub page: PageKey,
    /// Clips that are to be purged.
    pub clips: Vec<ClipId>,
    /// Clips that were to be purged, and that a document which may be read has now: they stay.
    pub in_use: Vec<ClipId>,
    /// They belong to pages that have made room for others, and were refused to nobody until now.
    pub is_evicted: bool,
}
