//! How long a slow client is borne with: one account of time for each, which waiting for it uses up and
//! what it takes fills again.
//!
//! A listener who pauses takes nothing for minutes and then goes on: that has to be possible. One who
//! takes a byte now and then would pause for ever: what it takes buys too little.

use std::time::Duration;

/// The patience that is left with one client.
#[derive(Debug, Clone)]
pub(super) struct Patience {
    longest: Duration,
    left: Duration,
}

impl Patience {
    /// A client may be waited for so long in all, beyond what it earns.
    pub(super) fn new(longest: Duration) -> Self {
        Self {
            longest,
            left: longest,
        }
    }

    /// How long it may be waited for now.
    pub(super) fn left(&self) -> Duration {
        self.left
    }

    /// It was waited for.
    pub(super) fn waited(&mut self, time: Duration) {
        self.left = self.left.saturating_sub(time);
    }

    /// It has taken something that is worth so much waiting.
    pub(super) fn earned(&mut self, time: Duration) {
        self.left = self.left.saturating_add(time).min(self.longest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_pause_is_borne_and_a_trickle_is_not() {
        let mut pausing = Patience::new(600 * SECOND);
        for _ in 0..10 {
            pausing.waited(500 * SECOND);
            pausing.earned(900 * SECOND);
        }
        assert_eq!(pausing.left(), 600 * SECOND);
        let mut trickling = Patience::new(600 * SECOND);
        for _ in 0..10 {
            trickling.waited(500 * SECOND);
            trickling.earned(SECOND);
        }
        assert_eq!(trickling.left(), SECOND);
    }
}
