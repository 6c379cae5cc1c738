//! A reading's clips in order, a few of them prefetched: made while the one before is sent.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tracing::Instrument;

use crate::reading::Reading;
use langdu_clips::{Clip, ClipError, ClipId, Clips, Form, Timing};
use langdu_voice::pool::{JobError, Urgency};

/// Utterances requested beyond the one that is sent next: enough that the worker never waits for the
/// network, few enough that a dropped call leaves little behind.
const PREFETCHED: usize = 2;

/// The clips of a reading as parts of one stream. Dropping it ends the work: what waits leaves
/// the queue at once, what is being spoken is finished for the cache.
pub(super) struct Prefetch {
    clips: Arc<Clips>,
    reading: Arc<Reading>,
    form: Form,
    pending: VecDeque<PendingClip>,
    start: usize,
    next_to_request: usize,
    begun: Instant,
    /// When the listener will have heard all that was given.
    heard_at: Instant,
    given: HashMap<ClipId, u32>,
}

impl Prefetch {
    /// All of the clips. Nothing is requested before the first [`next`](Self::next).
    pub(super) fn new(clips: Arc<Clips>, reading: Arc<Reading>, form: Form) -> Self {
        Self::from(clips, reading, form, 0)
    }

    /// The clips from `start` on.
    pub(super) fn from(clips: Arc<Clips>, reading: Arc<Reading>, form: Form, start: usize) -> Self {
        Self {
            clips,
            reading,
            form,
            pending: VecDeque::new(),
            start,
            next_to_request: start,
            begun: Instant::now(),
            heard_at: Instant::now(),
            given: HashMap::new(),
        }
    }

    /// Goes on with a reading that has grown.
    pub(super) fn extend(&mut self, reading: Arc<Reading>) {
        self.reading = reading;
    }

    /// The next clip and its timing; `None` after the last. An utterance that cannot be made does
    /// not end the stream.
    pub(super) async fn next(&mut self) -> Option<Result<(Arc<Timing>, Clip), ClipError>> {
        // Alone at first: whatever ran beside it would take its processors.
        let beyond = if self.next_to_request == self.start {
            0
        } else {
            PREFETCHED
        };
        while self.pending.len() <= beyond && self.next_to_request < self.reading.clips.len() {
            self.request_next();
        }
        let pending = self.pending.pop_front()?;
        let id = pending.id;
        let made = pending.outcome().await;
        if let Ok((timing, _)) = &made {
            let length = Duration::from_millis(timing.ms(timing.samples).into());
            // Whoever ran dry goes on from here.
            self.heard_at = self.heard_at.max(Instant::now()) + length;
        }
        Some(made.and_then(|made| self.distinct(id, made)))
    }

    fn request_next(&mut self) {
        let index = self.next_to_request;
        let id = self.reading.clips[index];
        self.reading.keep_known(&self.clips, index);
        let requested_before = index - self.pending.len()..index;
        let urgency = if index == self.start {
            Urgency::Newcomer(self.begun)
        } else {
            let unheard = requested_before.map(|index| self.reading.estimated_duration(index));
            Urgency::Listener(self.heard_at + unheard.sum::<Duration>())
        };
        self.pending
            .push_back(request(&self.clips, id, self.form, urgency));
        self.next_to_request += 1;
    }

    /// A sentence that the stream holds already gets a serial number of its own.
    fn distinct(
        &mut self,
        id: ClipId,
        (timing, clip): (Arc<Timing>, Clip),
    ) -> Result<(Arc<Timing>, Clip), ClipError> {
        let before = self.given.entry(id).or_default();
        let again = self.form.again(id, clip.bytes, *before);
        *before += 1;
        let bytes = again.map_err(Arc::new)?;
        Ok((timing, Clip { bytes, ..clip }))
    }
}

/// A clip and its timing that are under way; dropping it leaves both.
struct PendingClip {
    id: ClipId,
    work: JoinHandle<Result<(Arc<Timing>, Clip), ClipError>>,
}

impl PendingClip {
    async fn outcome(mut self) -> Result<(Arc<Timing>, Clip), ClipError> {
        let joined = (&mut self.work).await;
        joined.unwrap_or_else(|_| Err(JobError::Closed.into()))
    }
}

impl Drop for PendingClip {
    fn drop(&mut self) {
        self.work.abort();
    }
}

fn request(clips: &Arc<Clips>, id: ClipId, form: Form, urgency: Urgency) -> PendingClip {
    let clips = clips.clone();
    let span = tracing::info_span!("utterance", clip = %id);
    let work = async move {
        // The clip first, so that the worker begins before the timing model does.
        let (clip, timing) =
            tokio::try_join!(biased; clips.get(id, form, urgency), clips.timing(id, urgency))?;
        Ok((timing, clip))
    };
    let work = tokio::spawn(work.instrument(span));
    PendingClip { id, work }
}
