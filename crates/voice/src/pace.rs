//! How fast the voice speaks on this machine, measured while it works.
//!
//! The real-time factor of a worker is the seconds it works for a second of speech. It depends on
//! the processor, on how many workers share it and on what else the machine does, so it is never
//! configured: every utterance made is a measurement, and the latest minute of speech counts.

use std::time::Duration;

use parking_lot::Mutex;

/// The seconds of speech after which a measurement counts 1/e as much as a new one: enough to even
/// out single utterances, few enough to follow a machine that gets busy.
const MEMORY_S: f64 = 60.0;

/// A running measurement of the real-time factor.
#[derive(Debug, Default)]
pub struct Pace {
    sums: Mutex<Sums>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    worked_s: f64,
    spoken_s: f64,
}

impl Pace {
    /// Records that a worker worked for `worked` and made speech of the length `spoken`.
    pub fn record(&self, worked: Duration, spoken: Duration) {
        let spoken_s = spoken.as_secs_f64();
        let keep = (-spoken_s / MEMORY_S).exp();
        let mut sums = self.sums.lock();
        sums.worked_s = sums.worked_s * keep + worked.as_secs_f64();
        sums.spoken_s = sums.spoken_s * keep + spoken_s;
    }

    /// Seconds of one worker's time for a second of speech; `None` before anything was spoken.
    pub fn real_time_factor(&self) -> Option<f64> {
        let sums = *self.sums.lock();
        (sums.spoken_s > 0.0).then(|| sums.worked_s / sums.spoken_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn nothing_is_known_before_the_first_word() {
        assert_eq!(Pace::default().real_time_factor(), None);
    }

    #[test]
    fn long_utterances_weigh_more_than_short_ones() {
        let pace = Pace::default();
        pace.record(seconds(0.3), seconds(1.0));
        pace.record(seconds(0.9), seconds(9.0));
        let factor = pace.real_time_factor().unwrap();
        assert!((0.11..0.13).contains(&factor), "{factor}");
    }

    #[test]
    fn a_machine_that_gets_busy_is_noticed_within_two_minutes_of_speech() {
        let pace = Pace::default();
        for _ in 0..100 {
            pace.record(seconds(0.5), seconds(5.0));
        }
        assert!((pace.real_time_factor().unwrap() - 0.1).abs() < 1e-9);
        for _ in 0..24 {
            pace.record(seconds(1.5), seconds(5.0));
        }
        assert!(pace.real_time_factor().unwrap() > 0.26);
    }
}
