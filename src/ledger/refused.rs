//! What is refused, in memory: every reading asks.

use std::collections::HashMap;

use super::PageKey;
use super::withdrawal::{Key, Withdrawal};

/// What is refused.
#[derive(Default)]
pub(super) struct Refused {
    pub(super) withdrawals: HashMap<PageKey, Withdrawal>,
    /// The withdrawals that each key is refused by.
    pub(super) keys: HashMap<Key, Vec<PageKey>>,
}

impl Refused {
    /// Refuses what a withdrawal covers; true when that is new.
    pub(super) fn add(&mut self, withdrawal: &Withdrawal) -> bool {
        if self.withdrawals.get(&withdrawal.page) == Some(withdrawal) {
            return false;
        }
        self.remove(withdrawal.page);
        for key in &withdrawal.keys {
            self.keys.entry(*key).or_default().push(withdrawal.page);
        }
        self.withdrawals.insert(withdrawal.page, withdrawal.clone());
        true
    }

    pub(super) fn remove(&mut self, page: PageKey) {
        let Some(withdrawal) = self.withdrawals.remove(&page) else {
            return;
        };
        for key in &withdrawal.keys {
            if let Some(by) = self.keys.get_mut(key) {
                by.retain(|other| *other != page);
                if by.is_empty() {
                    self.keys.remove(key);
                }
            }
        }
    }
}
