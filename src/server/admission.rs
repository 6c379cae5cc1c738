//! How many documents the voice reads at the same time, and who is refused.
//!
//! Somebody who listens needs a second of speech a second, which takes one worker the measured
//! real-time factor. So the workers carry `workers / factor` listeners; a share of that is given
//! out as seats, and the rest keeps the queue short. Documents that were made before cost nothing
//! and are always served, and so is every further listener of a document that is being made.
//!
//! The factor is measured, so on a slow machine, or in a slow moment, there may be one seat only,
//! and whoever has just heard a sentence still holds it. A request for a sentence or two is
//! therefore not refused at once: it waits a moment for a seat.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

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

/// Shortest and longest wait that is advised to those who are refused.
const ADVISED: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// Longest speech of a request that waits for a seat: a sentence at the slowest rate, or two at the
/// normal one.
const SHORT: Duration = Duration::from_secs(16);

/// How long such a request waits for a seat: long enough for a machine that is slow for a moment,
/// short enough for somebody who has pressed a button.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often the first in the line looks whether there is a seat. Seats become free by time and by
/// the measured factor too, which wake nobody.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Most requests that wait for a seat at the same time.
const MAX_WAITING: usize = 64;

/// Refused: no seat is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full {
    /// How many documents are being read.
    pub(super) seats: usize,
    /// It is the client that has too many, not the service.
    pub(super) of_client: bool,
    /// When it is worth trying again.
    pub(super) retry_after: Duration,
}

/// Who a seat is for.
#[derive(Clone)]
pub(super) struct Requester {
    pub(super) client: Arc<str>,
    /// Most seats of this client at the same time; 0 is no bound.
    pub(super) bound: u32,
}

/// Gives out seats.
pub(super) struct Admission {
    pace: Arc<Pace>,
    workers: usize,
    share: f64,
    documents: Mutex<HashMap<Arc<str>, SeatedDocument>>,
    /// How long a short request waits for a seat.
    patience: Duration,
    /// Permits for those who may wait for one.
    waiting: Semaphore,
    /// Held by the one whose turn is next; the others wait for it in the order they came.
    first_in_line: tokio::sync::Mutex<()>,
}

/// A document that is being made for somebody.
struct SeatedDocument {
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

impl SeatedDocument {
    fn is_seated(&self, now: Instant) -> bool {
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
            documents: Mutex::default(),
            patience: PATIENCE,
            waiting: Semaphore::new(MAX_WAITING),
            first_in_line: tokio::sync::Mutex::default(),
        }
    }

    /// Tells operators how many documents are being made, and how many could be.
    pub(super) fn look(&self) {
        Self::report(&self.lock(), Instant::now());
        let capacity = self.capacity();
        let known = if capacity == usize::MAX { 0 } else { capacity };
        metrics::CAPACITY.set(known as f64);
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
        requester: &Requester,
        rest: Duration,
    ) -> Result<Seat, Full> {
        let now = Instant::now();
        let mut documents = self.lock();
        let seat = self.admit(&mut documents, document, requester, now)?;
        seat.streams += 1;
        seat.moved = now;
        seat.ends = seat.ends.max(now + rest);
        Ok(Seat(Arc::new(StreamSeat {
            admission: self.clone(),
            document: document.clone(),
            is_free: AtomicBool::new(false),
        })))
    }

    /// A seat for a player that asks for clips one by one: while this one is made, and kept for the next.
    ///
    /// # Errors
    ///
    /// [`Full`] when none is free.
    pub(super) fn keep(
        self: &Arc<Self>,
        document: &Arc<str>,
        requester: &Requester,
        rest: Duration,
    ) -> Result<ClipSeat, Full> {
        let seat = ClipSeat {
            while_made: self.take(document, requester, rest)?,
            rest,
        };
        seat.keep_on();
        Ok(seat)
    }

    /// Frees the seat that is kept for a player of this client. Another player of the same document has one
    /// again when it asks for its next clip.
    pub(super) fn leave(&self, document: &str, client: &str) {
        let now = Instant::now();
        let mut documents = self.lock();
        if let Some(seat) = documents.get_mut(document)
            && *seat.client == *client
        {
            seat.until = now;
        }
        Self::report(&documents, now);
    }

    /// Whether there would be a seat, without taking it.
    ///
    /// # Errors
    ///
    /// [`Full`] when none is free.
    pub(super) fn ask(&self, document: &Arc<str>, requester: &Requester) -> Result<(), Full> {
        self.check_room(&mut self.lock(), document, requester, Instant::now())
    }

    /// The outcome of `attempt`, which asks for a seat of any kind. Where there is none and no more
    /// than `rest` of speech has to be made, it waits its turn for one.
    ///
    /// # Errors
    ///
    /// [`Full`] when none is free: at once for whatever is long and where the client itself has too
    /// many, else after two seconds, or at once where too many wait already.
    pub(super) async fn or_wait<T>(
        &self,
        rest: Duration,
        attempt: impl Fn() -> Result<T, Full>,
    ) -> Result<T, Full> {
        let full = match attempt() {
            Ok(seat) => return Ok(seat),
            Err(full) if full.of_client || rest > SHORT => return Err(full),
            Err(full) => full,
        };
        let Ok(_waiting) = self.waiting.try_acquire() else {
            return Err(full);
        };
        let in_turn = async {
            let _first = self.first_in_line.lock().await;
            loop {
                match attempt() {
                    Err(full) if !full.of_client => sleep(LOOK_EVERY).await,
                    outcome => return outcome,
                }
            }
        };
        timeout(self.patience, in_turn)
            .await
            .unwrap_or_else(|_| attempt())
    }

    #[cfg(test)]
    fn taken(&self) -> usize {
        let now = Instant::now();
        self.lock()
            .values()
            .filter(|seat| seat.is_seated(now))
            .count()
    }

    fn admit<'a>(
        &self,
        documents: &'a mut HashMap<Arc<str>, SeatedDocument>,
        document: &Arc<str>,
        requester: &Requester,
        now: Instant,
    ) -> Result<&'a mut SeatedDocument, Full> {
        self.check_room(documents, document, requester, now)?;
        let vacant = || SeatedDocument {
            client: requester.client.clone(),
            streams: 0,
            moved: now,
            until: now,
            known_until: now,
            ends: now,
        };
        Ok(documents.entry(document.clone()).or_insert_with(vacant))
    }

    fn check_room(
        &self,
        documents: &mut HashMap<Arc<str>, SeatedDocument>,
        document: &Arc<str>,
        requester: &Requester,
        now: Instant,
    ) -> Result<(), Full> {
        documents
            .retain(|_, seat| seat.streams > 0 || seat.is_seated(now) || seat.known_until > now);
        let seated = || documents.values().filter(|seat| seat.is_seated(now));
        let seats = Self::report(documents, now);
        if documents.contains_key(document) {
            return Ok(());
        }
        let of_client = seated().filter(|seat| seat.client == requester.client);
        let of_client = requester.bound > 0 && of_client.count() >= requester.bound as usize;
        if !of_client && seats < self.capacity() {
            return Ok(());
        }
        let first_to_end = seated().map(|seat| seat.ends.max(seat.until)).min();
        let wait = first_to_end.map_or(ADVISED.1, |at| at.saturating_duration_since(now));
        Err(Full {
            seats,
            of_client,
            retry_after: wait.clamp(ADVISED.0, ADVISED.1),
        })
    }

    /// Reports to operators how many there are. Time alone frees a seat: they are counted at each scrape too.
    fn report(documents: &HashMap<Arc<str>, SeatedDocument>, now: Instant) -> usize {
        let seats = documents
            .values()
            .filter(|seat| seat.is_seated(now))
            .count();
        metrics::LISTENERS.set(seats as f64);
        seats
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, SeatedDocument>> {
        self.documents.lock()
    }
}

/// A stream's seat, free again when this is dropped. A stream of which nothing is taken keeps it for a
/// while only, and has it again when it goes on.
pub(super) struct Seat(Arc<StreamSeat>);

impl Seat {
    /// Something was made for the stream, or taken by its listener.
    pub(super) fn goes_on(&self) {
        if let Some(seat) = self.0.admission.lock().get_mut(&self.0.document) {
            seat.moved = Instant::now();
        }
    }

    /// What frees the seat before the stream ends.
    pub(super) fn release(&self) -> Release {
        Release(Arc::downgrade(&self.0))
    }
}

/// The seat of a player for which one clip is being made.
pub(super) struct ClipSeat {
    while_made: Seat,
    /// How long the document is heard from this clip on.
    rest: Duration,
}

impl ClipSeat {
    /// Keeps it for the player's next clip from now on, when it has this one: on a slow machine a clip takes
    /// longer to make than to hear.
    pub(super) fn keep_on(&self) {
        let Seat(seat) = &self.while_made;
        let now = Instant::now();
        if let Some(seat) = seat.admission.lock().get_mut(&seat.document) {
            seat.until = seat.until.max(now + self.rest.min(BETWEEN_CLIPS));
            seat.known_until = seat.known_until.max(now + LET_IN_AGAIN);
            seat.ends = seat.ends.max(now + self.rest);
        }
    }
}

/// Frees the seat of a stream for which nothing has to be made, if it still goes on.
pub(super) struct Release(Weak<StreamSeat>);

impl Release {
    pub(super) fn free(&self) {
        if let Some(seat) = self.0.upgrade() {
            seat.free();
        }
    }
}

/// What a seat and its releases share.
struct StreamSeat {
    admission: Arc<Admission>,
    document: Arc<str>,
    is_free: AtomicBool,
}

impl StreamSeat {
    fn free(&self) {
        if self.is_free.swap(true, Ordering::Relaxed) {
            return;
        }
        let mut documents = self.admission.lock();
        if let Some(seat) = documents.get_mut(&self.document) {
            seat.streams = seat.streams.saturating_sub(1);
        }
        // Where nobody comes any more, nothing else would say that they have gone.
        Admission::report(&documents, Instant::now());
    }
}

impl Drop for StreamSeat {
    fn drop(&mut self) {
        self.free();
    }
}
