//! How many documents the voice reads at the same time, and who is sent away.
//!
//! Somebody who listens needs a second of speech a second, which takes one worker the measured
//! real-time factor. So the workers carry `workers / factor` listeners; a share of that is given
//! out, and the rest keeps the queue short. Documents that were made before cost nothing and are
//! always served, and so is every further listener of a document that is being made.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use crate::telemetry::metrics;
use langdu_voice::pace::Pace;

/// How long a seat counts for a player that asks for one clip at a time: longer than a clip lasts.
const BETWEEN_CLIPS: Duration = Duration::from_secs(10);

/// How long a player that has asked before is let in again whoever else is there: who listens
/// slowly, or has paused, is not to be cut off in the middle.
const LET_IN_AGAIN: Duration = Duration::from_secs(60);

/// How long a stream's seat counts although nothing of it is taken: longer than a player that keeps
/// ten seconds ahead of the ear lets it lie.
const NOTHING_TAKEN: Duration = Duration::from_secs(30);

/// Shortest and longest wait that is advised to those who are sent away.
const ADVISED: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// Sent away: no seat is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full {
    /// How many documents are being read.
    pub(super) seats: usize,
    /// It is the client that has too many, not the service.
    pub(super) of_client: bool,
    /// When it is worth trying again.
    pub(super) retry_after: Duration,
}

/// Who asks for a seat.
#[derive(Clone)]
pub(super) struct Asker {
    pub(super) client: Arc<str>,
    /// Most seats of this client at the same time; 0 is no bound.
    pub(super) bound: u32,
}

/// Gives out seats.
pub(super) struct Admission {
    pace: Arc<Pace>,
    workers: usize,
    share: f64,
    held: Mutex<HashMap<Arc<str>, Held>>,
}

/// A document that is being made for somebody.
struct Held {
    client: Arc<str>,
    /// Streams that go on until they are dropped.
    streams: u32,
    /// When something was made for one of them, or taken, for the last time.
    moved: Instant,
    /// A player may ask for the next clip until then.
    until: Instant,
    /// It is let in again until then.
    known_until: Instant,
    /// When it will have been heard to its end.
    ends: Instant,
}

impl Held {
    fn is_there(&self, now: Instant) -> bool {
        let goes_on = now.saturating_duration_since(self.moved) < NOTHING_TAKEN;
        (self.streams > 0 && goes_on) || self.until > now
    }
}

impl Admission {
    /// Gives out `share` of what `workers` carry at the measured `pace`, and one seat at least.
    pub(super) fn new(pace: Arc<Pace>, workers: usize, share: f64) -> Self {
        Self {
            pace,
            workers: workers.max(1),
            share,
            held: Mutex::default(),
        }
    }

    /// How many documents can be made at the same time; no bound before the pace is known.
    pub(super) fn capacity(&self) -> usize {
        match self.pace.real_time_factor() {
            Some(factor) if factor > 0.0 => {
                ((self.share * self.workers as f64 / factor) as usize).max(1)
            }
            _ => usize::MAX,
        }
    }

    /// A seat for the stream of a document that takes `rest` to hear, until it is dropped.
    ///
    /// # Errors
    ///
    /// [`Full`] when none is free.
    pub(super) fn take(
        self: &Arc<Self>,
        document: &Arc<str>,
        asker: &Asker,
        rest: Duration,
    ) -> Result<Seat, Full> {
        let now = Instant::now();
        let mut held = self.lock();
        let seat = self.place(&mut held, document, asker, now)?;
        seat.streams += 1;
        seat.moved = now;
        seat.ends = seat.ends.max(now + rest);
        Ok(Seat(Arc::new(Place {
            admission: self.clone(),
            document: document.clone(),
            is_free: AtomicBool::new(false),
        })))
    }

    /// A seat for a player that asks for clips one by one, kept for the next.
    ///
    /// # Errors
    ///
    /// [`Full`] when none is free.
    pub(super) fn keep(
        &self,
        document: &Arc<str>,
        asker: &Asker,
        rest: Duration,
    ) -> Result<(), Full> {
        let now = Instant::now();
        let mut held = self.lock();
        let seat = self.place(&mut held, document, asker, now)?;
        seat.until = seat.until.max(now + rest.min(BETWEEN_CLIPS));
        seat.known_until = seat.known_until.max(now + LET_IN_AGAIN);
        seat.ends = seat.ends.max(now + rest);
        Ok(())
    }

    /// Whether there would be a seat, without taking it.
    ///
    /// # Errors
    ///
    /// [`Full`] when none is free.
    pub(super) fn ask(&self, document: &Arc<str>, asker: &Asker) -> Result<(), Full> {
        self.room(&mut self.lock(), document, asker, Instant::now())
    }

    #[cfg(test)]
    fn taken(&self) -> usize {
        let now = Instant::now();
        self.lock()
            .values()
            .filter(|held| held.is_there(now))
            .count()
    }

    fn place<'a>(
        &self,
        held: &'a mut HashMap<Arc<str>, Held>,
        document: &Arc<str>,
        asker: &Asker,
        now: Instant,
    ) -> Result<&'a mut Held, Full> {
        self.room(held, document, asker, now)?;
        let vacant = || Held {
            client: asker.client.clone(),
            streams: 0,
            moved: now,
            until: now,
            known_until: now,
            ends: now,
        };
        Ok(held.entry(document.clone()).or_insert_with(vacant))
    }

    fn room(
        &self,
        held: &mut HashMap<Arc<str>, Held>,
        document: &Arc<str>,
        asker: &Asker,
        now: Instant,
    ) -> Result<(), Full> {
        held.retain(|_, seat| seat.streams > 0 || seat.is_there(now) || seat.known_until > now);
        let there = || held.values().filter(|seat| seat.is_there(now));
        let seats = Self::tell(held, now);
        if held.contains_key(document) {
            return Ok(());
        }
        let of_client = there().filter(|seat| seat.client == asker.client);
        let of_client = asker.bound > 0 && of_client.count() >= asker.bound as usize;
        if !of_client && seats < self.capacity() {
            return Ok(());
        }
        let first_to_end = there().map(|seat| seat.ends.max(seat.until)).min();
        let wait = first_to_end.map_or(ADVISED.1, |at| at.saturating_duration_since(now));
        Err(Full {
            seats,
            of_client,
            retry_after: wait.clamp(ADVISED.0, ADVISED.1),
        })
    }

    /// Tells operators how many there are. A player that has gone is noticed when the next one asks.
    fn tell(held: &HashMap<Arc<str>, Held>, now: Instant) -> usize {
        let seats = held.values().filter(|seat| seat.is_there(now)).count();
        metrics::LISTENERS.set(seats as f64);
        seats
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream's seat; dropping it frees the place. A stream of which nothing is taken keeps it for a
/// while only, and has it again when it goes on.
pub(super) struct Seat(Arc<Place>);

impl Seat {
    /// Something was made for the stream, or taken by its listener.
    pub(super) fn goes_on(&self) {
        if let Some(seat) = self.0.admission.lock().get_mut(&self.0.document) {
            seat.moved = Instant::now();
        }
    }

    /// What frees the place before the stream ends.
    pub(super) fn release(&self) -> Release {
        Release(Arc::downgrade(&self.0))
    }
}

/// Frees the place of a stream for which nothing has to be made, if it still goes on.
pub(super) struct Release(Weak<Place>);

impl Release {
    pub(super) fn free(&self) {
        if let Some(place) = self.0.upgrade() {
            place.free();
        }
    }
}

/// The place of a stream.
struct Place {
    admission: Arc<Admission>,
    document: Arc<str>,
    is_free: AtomicBool,
}

impl Place {
    fn free(&self) {
        if self.is_free.swap(true, Ordering::Relaxed) {
            return;
        }
        let mut held = self.admission.lock();
        if let Some(seat) = held.get_mut(&self.document) {
            seat.streams = seat.streams.saturating_sub(1);
        }
        // Where nobody comes any more, nothing else would say that they have gone.
        Admission::tell(&held, Instant::now());
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.free();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(120);

    /// A service that carries `seats` listeners.
    fn admission(seats: f64) -> Arc<Admission> {
        let pace = Arc::<Pace>::default();
        let factor = Duration::from_secs_f64(0.8 / seats);
        pace.record(factor, Duration::from_secs(1));
        Arc::new(Admission::new(pace, 1, 0.8))
    }

    fn asker(client: &str, bound: u32) -> Asker {
        Asker {
            client: client.into(),
            bound,
        }
    }

    fn documents<const N: usize>() -> [Arc<str>; N] {
        std::array::from_fn(|index| format!("document {index}").into())
    }

    #[test]
    fn capacity_is_the_share_of_what_the_workers_carry() {
        assert_eq!(admission(7.5).capacity(), 7);
        assert_eq!(admission(0.3).capacity(), 1, "one is always served");
        let unknown = Admission::new(Arc::default(), 1, 0.8);
        assert_eq!(unknown.capacity(), usize::MAX);
    }

    #[test]
    fn one_too_many_is_sent_away_until_a_seat_is_free() {
        let admission = admission(2.5);
        let [one, two, three] = documents();
        let asker = asker("a", 0);
        let first = admission.take(&one, &asker, LONG).ok().unwrap();
        let _second = admission.take(&two, &asker, LONG).ok().unwrap();
        let full = admission.take(&three, &asker, LONG).err().unwrap();
        assert!(!full.of_client && full.seats == 2);
        assert_eq!(full.retry_after, ADVISED.1);
        drop(first);
        assert!(admission.take(&three, &asker, LONG).is_ok());
    }

    #[test]
    fn a_document_that_is_being_made_has_room_for_all() {
        let admission = admission(1.0);
        let [one, two] = documents();
        let _first = admission.take(&one, &asker("a", 0), LONG).ok().unwrap();
        assert!(admission.take(&one, &asker("b", 0), LONG).is_ok());
        assert!(admission.keep(&one, &asker("c", 0), LONG).is_ok());
        assert!(admission.ask(&two, &asker("d", 0)).is_err());
    }

    #[test]
    fn a_stream_of_which_nothing_is_taken_loses_its_seat_until_it_goes_on() {
        let admission = admission(1.0);
        let [one, two] = documents();
        let asker = asker("a", 0);
        let stalled = admission.take(&one, &asker, LONG).ok().unwrap();
        let long_ago = Instant::now().checked_sub(NOTHING_TAKEN).unwrap();
        admission.lock().get_mut(&one).unwrap().moved = long_ago;
        let other = admission.take(&two, &asker, LONG).ok().unwrap();
        drop(other);
        stalled.goes_on();
        assert!(admission.take(&two, &asker, LONG).is_err());
    }

    #[test]
    fn a_place_that_was_freed_is_not_freed_again_when_its_stream_ends() {
        let admission = admission(1.0);
        let [one, two] = documents();
        let asker = asker("a", 0);
        let first = admission.take(&one, &asker, LONG).ok().unwrap();
        let second = admission.take(&one, &asker, LONG).ok().unwrap();
        let release = first.release();
        release.free();
        assert!(admission.take(&two, &asker, LONG).is_err(), "one goes on");
        drop(first);
        release.free();
        assert!(admission.take(&two, &asker, LONG).is_err(), "it still does");
        drop(second);
        assert!(admission.take(&two, &asker, LONG).is_ok());
    }

    #[test]
    fn a_client_has_its_own_bound() {
        let admission = admission(9.0);
        let [one, two] = documents();
        let _first = admission.take(&one, &asker("a", 1), LONG).ok().unwrap();
        let full = admission.take(&two, &asker("a", 1), LONG).err().unwrap();
        assert!(full.of_client);
        assert!(admission.take(&two, &asker("b", 1), LONG).is_ok());
    }

    #[test]
    fn a_player_keeps_its_seat_between_clips_and_no_longer_than_the_document() {
        let admission = admission(1.0);
        let [one, two] = documents();
        let asker = asker("a", 0);
        admission.keep(&one, &asker, LONG).ok().unwrap();
        let full = admission.ask(&two, &asker).err().unwrap();
        assert_eq!(full.retry_after, ADVISED.1);
        assert_eq!(admission.taken(), 1);
        let admission = self::admission(1.0);
        admission.keep(&one, &asker, Duration::ZERO).ok().unwrap();
        assert!(admission.ask(&two, &asker).is_ok());
    }
}
