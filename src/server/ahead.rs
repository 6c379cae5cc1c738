//! A reading's clips in order, a few made ahead of the one that is sent.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tracing::Instrument;

use crate::reading::Reading;
use langdu_clips::{Clip, ClipError, ClipId, Clips, Form, Timing};
use langdu_voice::pool::{JobError, Urgency};

/// Utterances asked for ahead of the one that is sent: enough that the worker never waits for the
/// network, few enough that a dropped call leaves little behind.
const AHEAD: usize = 2;

/// The clips of a reading as parts of one stream. Dropping it ends the work: what waits leaves
/// the queue at once, what is being spoken is finished for the cache.
pub(super) struct Ahead {
    clips: Arc<Clips>,
    reading: Arc<Reading>,
    form: Form,
    asked: VecDeque<Asked>,
    next_to_ask: usize,
    begun: Instant,
    /// When the listener will have heard all that was given.
    heard_at: Instant,
    given: HashMap<ClipId, u32>,
}

impl Ahead {
    /// Nothing is asked for before the first [`next`](Self::next).
    pub(super) fn new(clips: Arc<Clips>, reading: Arc<Reading>, form: Form) -> Self {
        Self {
            clips,
            reading,
            form,
            asked: VecDeque::new(),
            next_to_ask: 0,
            begun: Instant::now(),
            heard_at: Instant::now(),
            given: HashMap::new(),
        }
    }

    /// The next clip and its timing; `None` after the last. An utterance that cannot be made does
    /// not end the stream.
    pub(super) async fn next(&mut self) -> Option<Result<(Arc<Timing>, Clip), ClipError>> {
        // Alone at first: whatever ran beside it would take its processors.
        let ahead = if self.next_to_ask == 0 { 0 } else { AHEAD };
        while self.asked.len() <= ahead && self.next_to_ask < self.reading.clips.len() {
            self.ask();
        }
        let asked = self.asked.pop_front()?;
        let id = asked.id;
        let made = asked.outcome().await;
        if let Ok((timing, _)) = &made {
            let length = Duration::from_millis(timing.ms(timing.samples).into());
            // Whoever ran dry goes on from here.
            self.heard_at = self.heard_at.max(Instant::now()) + length;
        }
        Some(made.and_then(|made| self.distinct(id, made)))
    }

    fn ask(&mut self) {
        let index = self.next_to_ask;
        let id = self.reading.clips[index];
        self.reading.keep_known(&self.clips, index);
        let asked_before = index - self.asked.len()..index;
        let urgency = if index == 0 {
            Urgency::Newcomer(self.begun)
        } else {
            let unheard = asked_before.map(|index| self.reading.estimated_duration(index));
            Urgency::Listener(self.heard_at + unheard.sum::<Duration>())
        };
        self.asked
            .push_back(ask(&self.clips, id, self.form, urgency));
        self.next_to_ask += 1;
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
struct Asked {
    id: ClipId,
    work: JoinHandle<Result<(Arc<Timing>, Clip), ClipError>>,
}

impl Asked {
    async fn outcome(mut self) -> Result<(Arc<Timing>, Clip), ClipError> {
        let joined = (&mut self.work).await;
        joined.unwrap_or_else(|_| Err(JobError::Closed.into()))
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.work.abort();
    }
}

fn ask(clips: &Arc<Clips>, id: ClipId, form: Form, urgency: Urgency) -> Asked {
    let clips = clips.clone();
    let span = tracing::info_span!("utterance", clip = %id);
    let work = async move {
        // The clip first, so that the worker begins before the timing model does.
        let (clip, timing) =
            tokio::try_join!(biased; clips.get(id, form, urgency), clips.timing(id, urgency))?;
        Ok((timing, clip))
    };
    let work = tokio::spawn(work.instrument(span));
    Asked { id, work }
}
