//! One reading as a stream: each utterance as soon as it is made, a few made ahead.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use tracing::Instrument;

use super::deadline::Deadline;
use super::part::Part;
use crate::reading::{Growth, Reading};
use crate::server::admission::Seat;
use crate::server::patience::Patience;
use crate::server::prefetch::Prefetch;
use crate::server::problem::Problem;
use crate::telemetry::metrics;
use langdu_clips::{Clip, ClipError, ClipId, Clips, Form, Tier, Timing};

/// What a second of speech buys of a listener's time when it is taken: who goes on at less than a tenth of the
/// pace of speech does not listen.
const WORTH_OF_SPEECH: u32 = 10;

/// What is streamed.
pub(super) struct Asked {
    pub(super) reading: Arc<Reading>,
    pub(super) form: Form,
    /// The first utterance whose audio is wanted.
    pub(super) start: usize,
    /// When the call came.
    pub(super) arrived: Instant,
    /// How long the listener may be waited for in all.
    pub(super) slow_client: Duration,
}

/// What a stream tells, which every version of the contract has a message for.
pub(super) enum Event {
    /// First: the reading, or its first part.
    Header(Part),
    /// What comes behind that.
    More(Part),
    /// An utterance's sound follows.
    Begins(Begin),
    /// The sound of the utterance `index`.
    Sound {
        /// Its number.
        index: usize,
        /// As it was asked for.
        bytes: Bytes,
    },
    /// The utterance `index` could not be made. That is counted.
    Failed {
        /// Its number.
        index: usize,
        /// Why.
        problem: Problem,
    },
    /// Last.
    End(End),
}

/// What is known of an utterance before its sound.
pub(super) struct Begin {
    pub(super) index: usize,
    pub(super) clip: ClipId,
    pub(super) timing: Arc<Timing>,
    /// It was made for this call or another that is under way.
    pub(super) synthesized: bool,
}

/// How a stream has ended.
pub(super) struct End {
    /// Those of the reading.
    pub(super) utterances: usize,
    pub(super) failed: usize,
    pub(super) duration: Duration,
    /// How long fetching and extracting the page took.
    pub(super) page_time: Duration,
}

/// The first utterance of a stream, by its number in the request.
///
/// # Errors
///
/// When the reading has no such utterance.
pub(super) fn start_of(reading: &Reading, start: u32) -> Result<usize, Problem> {
    let count = reading.clips.len();
    match usize::try_from(start) {
        Ok(start) if start < count || start == 0 => Ok(start),
        _ => {
            let message = format!("there is no utterance {start}: the reading has {count}");
            Err(Problem::invalid("start", message))
        }
    }
}

/// The events of a reading. Dropping the stream ends the work: what waits leaves the queue at
/// once, what is being spoken is finished for the cache.
pub(super) fn of(
    clips: Arc<Clips>,
    asked: Asked,
    seat: Option<Seat>,
    deadline: Deadline,
) -> impl Stream<Item = Result<Event, Status>> + Send {
    let (events, receiver) = mpsc::channel(4);
    let (break_off, broken_off) = oneshot::channel();
    let patience = Mutex::new(Patience::new(asked.slow_client));
    let listener = Listener {
        events,
        seat,
        patience,
    };
    let sending = async move {
        let _open = OpenStream::count();
        let ended = tokio::select! {
            () = listener.events.closed() => Err(Ended::Left),
            sent = send(&listener, &clips, &asked) => sent,
            () = deadline.passed() => Err(Ended::Late),
        };
        let problem = match ended {
            Ok(()) | Err(Ended::Left) => return,
            Err(Ended::Late) => Problem::too_late(),
            Err(Ended::TakesNothing) => Problem::not_taken(),
        };
        // The listener has gone when this fails.
        let _ = break_off.send(Err(problem.into()));
    };
    tokio::spawn(sending.in_current_span());
    let broken_off = stream::once(broken_off).filter_map(async |why| why.ok());
    ReceiverStream::new(receiver).chain(broken_off)
}

/// Why a stream ends before its end.
enum Ended {
    /// The listener has gone.
    Left,
    /// The caller's deadline has passed.
    Late,
    /// The listener is there, and takes nothing or next to nothing.
    TakesNothing,
}

/// Who takes the events, and the seat that this costs.
struct Listener {
    events: mpsc::Sender<Result<Event, Status>>,
    seat: Option<Seat>,
    patience: Mutex<Patience>,
}

impl Listener {
    /// Tells it as soon as there is room for it.
    async fn give(&self, event: Event) -> Result<(), Ended> {
        let (begun, longest) = (Instant::now(), self.patience.lock().left());
        match timeout(longest, self.events.send(Ok(event))).await {
            Ok(Ok(())) => {
                self.patience.lock().waited(begun.elapsed());
                self.goes_on();
                Ok(())
            }
            Ok(Err(_)) => Err(Ended::Left),
            Err(_) => Err(Ended::TakesNothing),
        }
    }

    fn goes_on(&self) {
        if let Some(seat) = &self.seat {
            seat.goes_on();
        }
    }
}

async fn send(listener: &Listener, clips: &Arc<Clips>, asked: &Asked) -> Result<(), Ended> {
    let &Asked {
        ref reading,
        form,
        start: first,
        arrived,
        ..
    } = asked;
    let mut untold = Untold::new(reading);
    untold.begin(listener).await?;
    // As long as the stream is open, it is wanted how the reading goes on.
    let _listening = reading.more.as_ref().map(Growth::listen);
    let mut prefetch = Prefetch::from(clips.clone(), reading.clone(), form, first);
    let mut heard = Listening::default();
    let mut failed = 0;
    let mut duration = Duration::ZERO;
    let mut reading = reading.clone();
    let mut index = first;
    loop {
        if let Some(grown) = grown(&reading, index).await {
            let (blocks, known) = (reading.document.blocks.len(), reading.clips.len());
            // The last one tells the facts of the whole, where it has no more utterances, too.
            if grown.clips.len() > known || grown.more.is_none() {
                untold.grow(&grown, blocks, known);
                untold.tell(listener, usize::MAX).await?;
            }
            prefetch.extend(grown.clone());
            reading = grown;
        }
        let Some(&id) = reading.clips.get(index) else {
            break;
        };
        // Just before they are heard: the first sound does not wait for the text of a book.
        untold.tell(listener, index).await?;
        let Some(outcome) = prefetch.next().await else {
            break;
        };
        // The time until now was the voice's.
        listener.goes_on();
        match outcome {
            Ok((timing, clip)) => {
                let speech = Duration::from_millis(timing.ms(timing.samples).into());
                duration += speech;
                let begin = begin(index, id, timing, &clip);
                listener.give(Event::Begins(begin)).await?;
                let bytes = clip.bytes;
                listener.give(Event::Sound { index, bytes }).await?;
                listener.patience.lock().earned(speech * WORTH_OF_SPEECH);
                heard.comes(speech, arrived);
            }
            Err(error) => {
                failed += 1;
                listener.give(failure(index, error)).await?;
            }
        }
        index += 1;
    }
    untold.tell(listener, usize::MAX).await?;
    let end = End {
        utterances: reading.clips.len(),
        failed,
        duration,
        page_time: reading.page_time,
    };
    listener.give(Event::End(end)).await
}

/// What the listener has not been told of the reading yet, in parts.
struct Untold {
    parts: VecDeque<Part>,
    /// Utterances that have been told.
    told: usize,
}

impl Untold {
    fn new(reading: &Arc<Reading>) -> Self {
        Self {
            parts: Part::all_behind(reading, 0, 0).into(),
            told: 0,
        }
    }

    /// Tells the first part.
    async fn begin(&mut self, listener: &Listener) -> Result<(), Ended> {
        match self.parts.pop_front() {
            Some(first) => {
                self.told += first.utterances.len();
                listener.give(Event::Header(first)).await
            }
            None => Ok(()),
        }
    }

    /// The reading has grown beyond so many blocks and utterances.
    fn grow(&mut self, reading: &Arc<Reading>, blocks: usize, utterances: usize) {
        self.parts
            .extend(Part::all_behind(reading, blocks, utterances));
    }

    /// Tells parts until the utterance `index` is told, or there are no more.
    async fn tell(&mut self, listener: &Listener, index: usize) -> Result<(), Ended> {
        while self.told <= index
            && let Some(part) = self.parts.pop_front()
        {
            self.told += part.utterances.len();
            listener.give(Event::More(part)).await?;
        }
        Ok(())
    }
}

/// The reading as it has grown: what is there, or, where all of it was sent, what comes next.
async fn grown(reading: &Arc<Reading>, sent: usize) -> Option<Arc<Reading>> {
    let more = reading.more.as_ref()?;
    let known = reading.clips.len();
    match more.ready_beyond(known) {
        None if sent >= known => more.beyond(known).await,
        ready => ready,
    }
}

/// A stream that is open as long as this value lives.
struct OpenStream;

impl OpenStream {
    fn count() -> Self {
        metrics::STREAMS.increment();
        metrics::STREAMS_OPEN.increment();
        Self
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        metrics::STREAMS_OPEN.decrement();
    }
}

/// When a listener who plays as it comes needs the next utterance.
#[derive(Default)]
struct Listening {
    plays_until: Option<Instant>,
}

impl Listening {
    /// An utterance is handed over.
    fn comes(&mut self, speech: Duration, arrived: Instant) {
        let now = Instant::now();
        match self.plays_until {
            None => metrics::FIRST_AUDIO_SECONDS.record(arrived.elapsed()),
            Some(until) if until < now => metrics::STALLS.increment(),
            Some(_) => {}
        }
        let starts = self.plays_until.map_or(now, |until| until.max(now));
        self.plays_until = Some(starts + speech);
    }
}

fn failure(index: usize, error: ClipError) -> Event {
    let problem = Problem::from(error);
    problem.count();
    tracing::warn!(
        index,
        reason = problem.reason.wire_name(),
        "an utterance could not be made"
    );
    Event::Failed { index, problem }
}

fn begin(index: usize, clip: ClipId, timing: Arc<Timing>, made: &Clip) -> Begin {
    Begin {
        index,
        clip,
        timing,
        synthesized: made.tier == Tier::Voice,
    }
}
