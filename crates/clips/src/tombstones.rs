//! Clips that were withdrawn: nobody is given them, even where a tier still holds them.

use std::collections::HashSet;
use std::time::Duration;

use moka::sync::Cache;
use parking_lot::RwLock;

use super::ClipId;

/// How long a tombstone outlives the clip's removal: longer than any utterance takes to be made.
const RECENT: Duration = Duration::from_secs(600);

/// Tombstones of removed clips that are remembered.
const MAX_RECENT: u64 = 50_000;

/// The ids of clips that were purged and that no document has been read with since.
pub(crate) struct Tombstones {
    /// Purged lately: a worker, or a write on its way, may be about to bring one back.
    recent: Cache<ClipId, ()>,
    /// Pending purges: clips that a lasting tier may still hold, because it was away. One takes
    /// about 40 bytes, and the ledger keeps them too.
    pending: RwLock<HashSet<ClipId>>,
}

impl Default for Tombstones {
    fn default() -> Self {
        Self {
            recent: Cache::builder()
                .max_capacity(MAX_RECENT)
                .time_to_live(RECENT)
                .build(),
            pending: RwLock::default(),
        }
    }
}

impl Tombstones {
    /// Refuses these clips from now on; every lasting tier has yet to remove them.
    pub(crate) fn add(&self, ids: &[ClipId]) {
        for id in ids {
            self.recent.insert(*id, ());
        }
        self.pending.write().extend(ids);
    }

    /// Notes that no tier holds the clip any more.
    pub(crate) fn mark_purged(&self, id: ClipId) {
        if self.pending.read().contains(&id) {
            self.pending.write().remove(&id);
        }
    }

    /// Lifts the tombstone of a clip that a document has again.
    pub(crate) fn lift(&self, id: ClipId) {
        self.recent.invalidate(&id);
        self.mark_purged(id);
    }

    /// True from the clip's purge until a document has it again.
    pub(crate) fn contains(&self, id: ClipId) -> bool {
        self.recent.contains_key(&id) || self.pending.read().contains(&id)
    }

    /// Evicts the tombstones of what was removed long ago.
    pub(crate) fn evict_expired(&self) {
        self.recent.run_pending_tasks();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::id;

    #[test]
    fn what_is_purged_is_refused_until_a_document_has_it() {
        let tombstones = Tombstones::default();
        let (one, other) = (id("0"), id("1"));
        tombstones.add(&[one, other]);
        // Gone from the tiers, but a worker may still bring it back.
        tombstones.mark_purged(one);
        assert!(tombstones.contains(one) && tombstones.contains(other));
        tombstones.lift(one);
        tombstones.lift(other);
        assert!(!tombstones.contains(one) && !tombstones.contains(other));
    }
}
