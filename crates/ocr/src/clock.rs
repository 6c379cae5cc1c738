//! How much of a picture's time is left.

use std::time::{Duration, Instant};

use crate::Error;

/// Runs from when it is made.
pub(crate) struct Clock {
    started: Instant,
    limit: Duration,
}

impl Clock {
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            started: Instant::now(),
            limit,
        }
    }

    /// Fails when the time is over.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.started.elapsed() < self.limit {
            return Ok(());
        }
        Err(Error::OutOfTime { limit: self.limit })
    }
}
