//! When a listener will need the clip that was asked for.
//!
//! A player asks for the next clips while one plays. Were all of them needed at once, what one
//! listener will hear in ten seconds would delay what another waits for. So a clip that follows
//! one asked for a moment ago is due when that one will have been heard. Whoever asks for a clip
//! out of the blue (the first of a reading, or after a jump) is a newcomer, and so is one who asks
//! for what follows before that was made.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::sync::Cache;

use crate::reading::Reading;
use langdu_clips::ClipId;
use langdu_voice::pool::Urgency;

/// Clips whose position in a reading is known. One takes about 100 bytes.
const POSITIONS: u64 = 50_000;

/// Longer than a clip lasts, at the slowest rate, and a player asks ahead.
const REMEMBERED: Duration = Duration::from_secs(60);

/// Where a clip stands in the reading that was made last.
#[derive(Clone)]
pub(super) struct ClipPosition {
    /// The reading.
    pub(super) reading: Arc<str>,
    /// About how long the rest of the reading is heard, from this clip's start.
    pub(super) rest: Duration,
    before: Option<Before>,
}

/// What stands before a clip, and about how long it lasts.
#[derive(Clone, Copy)]
struct Before {
    id: ClipId,
    duration: Duration,
}

/// The positions of clips in their readings, and when those asked for lately are due.
pub(super) struct Schedule {
    positions: Cache<ClipId, ClipPosition>,
    asked: Cache<ClipId, Urgency>,
}

impl Schedule {
    pub(super) fn new() -> Self {
        Self {
            positions: Cache::new(POSITIONS),
            asked: Cache::builder()
                .max_capacity(POSITIONS)
                .time_to_live(REMEMBERED)
                .build(),
        }
    }

    /// A reading was handed out: its clips will be asked for in order.
    pub(super) fn note(&self, reading: &Reading) {
        let is_noted = |id: &ClipId| {
            let position = self.positions.get(id);
            position.is_some_and(|position| *position.reading == *reading.id)
        };
        // A page that many ask for is the same each time.
        if reading.clips.iter().all(is_noted) {
            return;
        }
        let durations: Vec<Duration> = (0..reading.clips.len())
            .map(|index| reading.estimated_duration(index))
            .collect();
        self.note_clips(reading.id.as_str().into(), &reading.clips, &durations);
    }

    fn note_clips(&self, reading: Arc<str>, clips: &[ClipId], durations: &[Duration]) {
        let mut rest: Duration = durations.iter().sum();
        let mut before = None;
        for (&id, &duration) in clips.iter().zip(durations) {
            let reading = reading.clone();
            let position = ClipPosition {
                reading,
                rest,
                before,
            };
            self.positions.insert(id, position);
            rest = rest.saturating_sub(duration);
            before = Some(Before { id, duration });
        }
    }

    /// Where a clip stands, if its reading was handed out here.
    pub(super) fn position(&self, id: ClipId) -> Option<ClipPosition> {
        self.positions.get(&id)
    }

    /// A clip is asked for at `now`; `is_made` tells which clips can be heard already.
    pub(super) fn urgency(
        &self,
        id: ClipId,
        now: Instant,
        is_made: impl Fn(ClipId) -> bool,
    ) -> Urgency {
        let follows = self.positions.get(&id).and_then(|position| position.before);
        let follows = follows.and_then(|before| {
            let due = match self.asked.get(&before.id)? {
                waiting @ Urgency::Newcomer(_) if !is_made(before.id) => return Some(waiting),
                Urgency::Newcomer(at) | Urgency::Listener(at) | Urgency::Prepare(at) => at,
            };
            // A listener who hurries (the player may run at twice the speed) is not put off for
            // longer than the sentence before lasts.
            let heard = (due + before.duration).clamp(now, now + before.duration);
            Some(Urgency::Listener(heard))
        });
        // Asked for again before it was made: no later than at first.
        let again = self.asked.get(&id).filter(|_| !is_made(id));
        let newcomer = Urgency::Newcomer(now);
        let urgency = again.or(follows).unwrap_or(newcomer);
        self.asked.insert(id, urgency);
        urgency
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
        schedule.note_clips("reading".into(), clips, &vec![CLIP; clips.len()]);
        schedule
    }

    fn made(_: ClipId) -> bool {
        true
    }

    #[test]
    fn what_is_asked_for_ahead_is_due_later() {
        let [first, second, third] = ids();
        let schedule = schedule(&[first, second, third]);
        let now = Instant::now();
        assert_eq!(schedule.urgency(first, now, made), Urgency::Newcomer(now));
        let due = schedule.urgency(second, now, made);
        assert_eq!(due, Urgency::Listener(now + CLIP));
        // Half a clip later the third is asked for.
        let due = schedule.urgency(third, now + CLIP / 2, made);
        assert_eq!(due, Urgency::Listener(now + CLIP / 2 + CLIP));
    }

    #[test]
    fn another_listeners_first_clip_comes_before_what_is_ahead() {
        let [first, second, other] = ids();
        let schedule = schedule(&[first, second]);
        let now = Instant::now();
        schedule.urgency(first, now, made);
        let ahead = schedule.urgency(second, now, made);
        let waiting = schedule.urgency(other, now + Duration::from_secs(1), made);
        assert!(waiting < ahead);
    }

    #[test]
    fn who_hears_nothing_yet_is_a_newcomer_with_all_that_is_asked_for() {
        let [first, second] = ids();
        let schedule = schedule(&[first, second]);
        let now = Instant::now();
        schedule.urgency(first, now, |_| false);
        let later = now + Duration::from_millis(5);
        assert_eq!(
            schedule.urgency(second, later, |_| false),
            Urgency::Newcomer(now)
        );
    }

    #[test]
    fn a_jump_is_a_new_beginning() {
        let clips: [ClipId; 9] = ids();
        let schedule = schedule(&clips);
        let now = Instant::now();
        schedule.urgency(clips[0], now, made);
        assert_eq!(
            schedule.urgency(clips[7], now, made),
            Urgency::Newcomer(now)
        );
    }

    #[test]
    fn a_clip_whose_time_has_come_is_due_at_once() {
        let [first, second] = ids();
        let schedule = schedule(&[first, second]);
        let now = Instant::now();
        schedule.urgency(first, now, made);
        schedule.urgency(second, now, made);
        let late = now + CLIP * 2;
        assert_eq!(
            schedule.urgency(second, late, made),
            Urgency::Listener(late)
        );
    }

    #[test]
    fn a_position_tells_how_much_is_left() {
        let clips: [ClipId; 3] = ids();
        let schedule = schedule(&clips);
        assert_eq!(schedule.position(clips[1]).unwrap().rest, CLIP * 2);
    }
}
