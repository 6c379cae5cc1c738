//! Clips that were withdrawn: nobody is given them, also where a tier still holds them.

use std::collections::HashSet;
use std::time::Duration;

use moka::sync::Cache;
use parking_lot::RwLock;

use super::ClipId;

/// Longer than any utterance takes to be made.
const LATELY: Duration = Duration::from_secs(600);

/// Clips that were purged lately and are gone, of which is known that they were.
const GONE: u64 = 50_000;

/// Clips that were purged and that no document has been read with since.
pub(super) struct Purged {
    /// A worker, or a write on its way, may be about to bring one.
    lately: Cache<ClipId, ()>,
    /// Those that a lasting tier still holds, because it was away. One takes about 40 bytes, and
    /// the ledger keeps them too.
    owed: RwLock<HashSet<ClipId>>,
}

impl Default for Purged {
    fn default() -> Self {
        Self {
            lately: Cache::builder()
                .max_capacity(GONE)
                .time_to_live(LATELY)
                .build(),
            owed: RwLock::default(),
        }
    }
}

impl Purged {
    /// These are purged, and every lasting tier owes their removal.
    pub(super) fn add(&self, ids: &[ClipId]) {
        for id in ids {
            self.lately.insert(*id, ());
        }
        self.owed.write().extend(ids);
    }

    /// No tier holds it any more.
    pub(super) fn settle(&self, id: ClipId) {
        if self.owed.read().contains(&id) {
            self.owed.write().remove(&id);
        }
    }

    /// A document has it, so it is purged no longer.
    pub(super) fn claim(&self, id: ClipId) {
        self.lately.invalidate(&id);
        self.settle(id);
    }

    /// True from its purge until a document has it again.
    pub(super) fn holds(&self, id: ClipId) -> bool {
        self.lately.contains_key(&id) || self.owed.read().contains(&id)
    }

    /// Lets go of what was purged long ago.
    pub(super) fn let_go(&self) {
        self.lately.run_pending_tasks();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_purged_is_refused_until_a_document_has_it() {
        let purged = Purged::default();
        let [one, other]: [ClipId; 2] = ["0", "1"].map(|digit| digit.repeat(32).parse().unwrap());
        purged.add(&[one, other]);
        // Gone from the tiers, a worker may still bring it.
        purged.settle(one);
        assert!(purged.holds(one) && purged.holds(other));
        purged.claim(one);
        purged.claim(other);
        assert!(!purged.holds(one) && !purged.holds(other));
    }
}
