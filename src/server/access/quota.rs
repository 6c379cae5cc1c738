//! How many readings a client may ask for in a minute.
//!
//! A client is a token, a certificate, or an address on the network. Of those that have not asked
//! for a minute nothing is kept, so what is kept is bounded by who came within one.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use parking_lot::Mutex;

/// How often clients that are back at their full quota are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// The limiters by how much they allow.
pub(in crate::server) struct Quotas {
    limiters: Mutex<HashMap<NonZeroU32, Arc<DefaultKeyedRateLimiter<Arc<str>>>>>,
    clock: DefaultClock,
    forgotten: Mutex<Instant>,
}

impl Quotas {
    pub(in crate::server) fn new() -> Self {
        Self {
            limiters: Mutex::default(),
            clock: DefaultClock::default(),
            forgotten: Mutex::new(Instant::now()),
        }
    }

    /// Counts a reading of `client`, who may have so many a minute (0: any number).
    ///
    /// # Errors
    ///
    /// How long to wait, when it is one too many.
    pub(in crate::server) fn count(
        &self,
        client: &Arc<str>,
        per_minute: u32,
    ) -> Result<(), Duration> {
        let Some(per_minute) = NonZeroU32::new(per_minute) else {
            return Ok(());
        };
        let limiter = self.limiter(per_minute);
        self.forget();
        limiter
            .check_key(client)
            .map_err(|refused| refused.wait_time_from(self.clock.now()))
    }

    /// There are as many limiters as different quotas in the configuration.
    fn limiter(&self, per_minute: NonZeroU32) -> Arc<DefaultKeyedRateLimiter<Arc<str>>> {
        let mut limiters = self.limiters.lock();
        let limiter = limiters
            .entry(per_minute)
            .or_insert_with(|| Arc::new(RateLimiter::keyed(Quota::per_minute(per_minute))));
        limiter.clone()
    }

    fn forget(&self) {
        let mut forgotten = self.forgotten.lock();
        if forgotten.elapsed() < FORGET_EVERY {
            return;
        }
        *forgotten = Instant::now();
        let limiters = self.limiters.lock();
        for limiter in limiters.values() {
            limiter.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_too_many_waits_and_another_client_does_not() {
        let quotas = Quotas::new();
        let (one, other): (Arc<str>, Arc<str>) = ("one".into(), "other".into());
        for _ in 0..3 {
            assert!(quotas.count(&one, 3).is_ok());
        }
        let wait = quotas.count(&one, 3).unwrap_err();
        assert!(wait <= Duration::from_secs(20), "{wait:?}");
        assert!(quotas.count(&other, 3).is_ok());
    }

    #[test]
    fn no_quota_is_no_bound() {
        let quotas = Quotas::new();
        let client: Arc<str> = "one".into();
        assert!((0..1000).all(|_| quotas.count(&client, 0).is_ok()));
    }
}
