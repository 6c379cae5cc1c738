//! When a result is needed.

use std::time::Instant;

/// When a result is needed. Newcomers come before listeners, as long as none of those stalls, and
/// listeners before preparation; among equals, the earliest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Somebody who hears nothing yet has waited since this moment.
    Newcomer(Instant),
    /// Somebody who listens needs it at this moment.
    Listener(Instant),
    /// Nobody waits: it is made ahead, in idle time. Of two, the earlier moment comes first.
    Prepare(Instant),
}

impl Urgency {
    /// Somebody who listens needs it at once.
    pub fn now() -> Self {
        Self::Listener(Instant::now())
    }

    pub(super) fn is_listener(self) -> bool {
        matches!(self, Self::Listener(_))
    }

    pub(super) fn is_newcomer(self) -> bool {
        matches!(self, Self::Newcomer(_))
    }
}
