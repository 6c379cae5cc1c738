//! When a listener will need the clip that was asked for.
//!
//! A player asks for the next clips while one plays. Were all of them needed at once, what one
//! listener will hear in ten seconds would delay what another waits for. So a clip that follows
//! one asked for a moment ago is due when that one will have been heard; a clip asked for out of
//! the blue (the first of a reading, or after a jump) is due now.

use std::time::{Duration, Instant};

use moka::sync::Cache;

use crate::clip::ClipId;
use crate::reading::Reading;
use crate::voice::pool::Urgency;

/// Clips whose place in a reading is known. One takes about 100 bytes.
const PLACES: u64 = 50_000;

/// Longer than a clip lasts, at the slowest rate, and a player asks ahead.
const REMEMBERED: Duration = Duration::from_secs(60);

/// What stands before a clip in the reading that was made last, and how long it lasts.
#[derive(Clone, Copy)]
struct Before {
    id: ClipId,
    duration: Duration,
}

/// The places of clips in their readings, and when those asked for lately are due.
pub(super) struct Schedule {
    before: Cache<ClipId, Before>,
    due: Cache<ClipId, Instant>,
}

impl Schedule {
    pub(super) fn new() -> Self {
        Self {
            before: Cache::new(PLACES),
            due: Cache::builder()
                .max_capacity(PLACES)
                .time_to_live(REMEMBERED)
                .build(),
        }
    }

    /// A reading was handed out: its clips will be asked for in order.
    pub(super) fn note(&self, reading: &Reading) {
        for (index, pair) in reading.clips.windows(2).enumerate() {
            let before = Before {
                id: pair[0],
                duration: reading.estimated_duration(index),
            };
            self.before.insert(pair[1], before);
        }
    }

    /// A clip is asked for at `now`.
    pub(super) fn urgency(&self, id: ClipId, now: Instant) -> Urgency {
        let follows = self.before.get(&id).and_then(|before| {
            let heard = self.due.get(&before.id)? + before.duration;
            // A listener who hurries (the player may run at twice the speed) is not put off for
            // longer than the sentence before lasts.
            Some(heard.clamp(now, now + before.duration))
        });
        let due = follows.unwrap_or(now);
        self.due.insert(id, due);
        Urgency::Listener(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIP: Duration = Duration::from_secs(3);

    fn ids<const N: usize>() -> [ClipId; N] {
        std::array::from_fn(|index| format!("{index:032x}").parse().unwrap())
    }

    /// A schedule that knows a reading of these clips, each of three seconds.
    fn schedule(clips: &[ClipId]) -> Schedule {
        let schedule = Schedule::new();
        for pair in clips.windows(2) {
            let before = Before {
                id: pair[0],
                duration: CLIP,
            };
            schedule.before.insert(pair[1], before);
        }
        schedule
    }

    fn after(urgency: Urgency, start: Instant) -> Duration {
        let Urgency::Listener(due) = urgency else {
            panic!("a listener waits");
        };
        due - start
    }

    #[test]
    fn what_is_asked_for_ahead_is_due_later() {
        let [first, second, third] = ids();
        let schedule = schedule(&[first, second, third]);
        let now = Instant::now();
        assert_eq!(after(schedule.urgency(first, now), now), Duration::ZERO);
        assert_eq!(after(schedule.urgency(second, now), now), CLIP);
        // Half a clip later the third is asked for.
        let later = now + CLIP / 2;
        assert_eq!(after(schedule.urgency(third, later), now), CLIP / 2 + CLIP);
    }

    #[test]
    fn another_listeners_first_clip_comes_before_what_is_ahead() {
        let [first, second, other] = ids();
        let schedule = schedule(&[first, second]);
        let now = Instant::now();
        schedule.urgency(first, now);
        let ahead = schedule.urgency(second, now);
        let waiting = schedule.urgency(other, now + Duration::from_secs(1));
        assert!(waiting < ahead);
    }

    #[test]
    fn a_jump_is_due_at_once() {
        let clips: [ClipId; 9] = ids();
        let schedule = schedule(&clips);
        let now = Instant::now();
        schedule.urgency(clips[0], now);
        assert_eq!(after(schedule.urgency(clips[7], now), now), Duration::ZERO);
    }

    #[test]
    fn a_clip_whose_time_has_come_is_due_at_once() {
        let [first, second] = ids();
        let schedule = schedule(&[first, second]);
        let now = Instant::now();
        schedule.urgency(first, now);
        schedule.urgency(second, now);
        let late = now + CLIP * 2;
        assert_eq!(after(schedule.urgency(second, late), late), Duration::ZERO);
    }
}
