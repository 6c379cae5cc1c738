//! One reading as a stream: each utterance as soon as it is made, a few made ahead.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{Stream, StreamExt, stream};
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use tracing::Instrument;

use super::convert;
use super::deadline::Deadline;
use crate::reading::{Growth, Reading};
use crate::server::admission::Seat;
use crate::server::patience::Patience;
use crate::server::prefetch::Prefetch;
use crate::server::problem::Problem;
use crate::telemetry::metrics;
use langdu_clips::{Clip, ClipError, ClipId, Clips, Form, Tier, Timing};
use langdu_proto::synthesize_stream_response::Response as Part;
use langdu_proto::{
    self as proto, StreamEnd, SynthesizeStreamResponse, UtteranceError, UtteranceStart,
};

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

/// The messages of a reading. Dropping the stream ends the work: what waits leaves the queue at
/// once, what is being spoken is finished for the cache.
pub(super) fn of(
    clips: Arc<Clips>,
    asked: Asked,
    seat: Option<Seat>,
    deadline: Deadline,
) -> impl Stream<Item = Result<SynthesizeStreamResponse, Status>> + Send {
    let (messages, receiver) = mpsc::channel(4);
    let (break_off, broken_off) = oneshot::channel();
    let patience = Mutex::new(Patience::new(asked.slow_client));
    let listener = Listener {
        messages,
        seat,
        patience,
    };
    let sending = async move {
        let _open = OpenStream::count();
        let ended = tokio::select! {
            () = listener.messages.closed() => Err(Ended::Left),
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

/// Who takes the messages, and the seat that this costs.
struct Listener {
    messages: mpsc::Sender<Result<SynthesizeStreamResponse, Status>>,
    seat: Option<Seat>,
    patience: Mutex<Patience>,
}

impl Listener {
    /// Hands a part over as soon as there is room for it.
    async fn give(&self, part: Part) -> Result<(), Ended> {
        self.give_of(0, part).await
    }

    /// A part that is of one utterance.
    async fn give_of(&self, index: usize, part: Part) -> Result<(), Ended> {
        let message = SynthesizeStreamResponse {
            response: Some(part),
            index: convert::count(index),
        };
        let (begun, longest) = (Instant::now(), self.patience.lock().left());
        match timeout(longest, self.messages.send(Ok(message))).await {
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
    let mut untold = Untold::new(convert::reading(reading));
    listener.give(untold.header()).await?;
    // As long as the stream is open, it is wanted how the reading goes on.
    let _listening = reading.more.as_ref().map(Growth::listen);
    let mut prefetch = Prefetch::from(clips.clone(), reading.clone(), form, first);
    let mut heard = Listening::default();
    let mut failed = 0;
    let mut duration_ms = 0;
    let mut reading = reading.clone();
    let mut index = first;
    loop {
        if let Some(grown) = grown(&reading, index).await {
            let (blocks, known) = (reading.document.blocks.len(), reading.clips.len());
            // The last one tells the facts of the whole, where it has no more utterances, too.
            if grown.clips.len() > known || grown.more.is_none() {
                untold.grow(convert::more(&grown, blocks, known), blocks);
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
                duration_ms += u64::from(timing.ms(timing.samples));
                let start = Part::Utterance(start(index, id, &timing, &clip));
                listener.give_of(index, start).await?;
                listener.give_of(index, Part::Audio(clip.bytes)).await?;
                let speech = Duration::from_millis(timing.ms(timing.samples).into());
                listener.patience.lock().earned(speech * WORTH_OF_SPEECH);
                heard.comes(&timing, arrived);
            }
            Err(error) => {
                failed += 1;
                listener.give_of(index, failure(index, error)).await?;
            }
        }
        index += 1;
    }
    untold.tell(listener, usize::MAX).await?;
    let end = StreamEnd {
        utterances: convert::count(reading.clips.len()),
        failed,
        duration_ms,
        page_ms: u64::try_from(reading.page_time.as_millis()).unwrap_or(u64::MAX),
    };
    listener.give(Part::End(end)).await
}

/// What the listener has not been told of the reading yet, in parts.
struct Untold {
    parts: VecDeque<proto::Reading>,
    /// Utterances that have been told.
    told: usize,
}

impl Untold {
    fn new(reading: proto::Reading) -> Self {
        Self {
            parts: convert::in_parts(reading, 0).into(),
            told: 0,
        }
    }

    /// The first part.
    fn header(&mut self) -> Part {
        let first = self.parts.pop_front().unwrap_or_default();
        self.told += first.utterances.len();
        Part::Header(first)
    }

    fn grow(&mut self, more: proto::Reading, first_block: usize) {
        self.parts.extend(convert::in_parts(more, first_block));
    }

    /// Tells parts until the utterance `index` is told, or there are no more.
    async fn tell(&mut self, listener: &Listener, index: usize) -> Result<(), Ended> {
        while self.told <= index
            && let Some(part) = self.parts.pop_front()
        {
            self.told += part.utterances.len();
            listener.give(Part::More(part)).await?;
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
    fn comes(&mut self, timing: &Timing, arrived: Instant) {
        let now = Instant::now();
        match self.plays_until {
            None => metrics::FIRST_AUDIO_SECONDS.record(arrived.elapsed()),
            Some(until) if until < now => metrics::STALLS.increment(),
            Some(_) => {}
        }
        let starts = self.plays_until.map_or(now, |until| until.max(now));
        let duration = Duration::from_millis(timing.ms(timing.samples).into());
        self.plays_until = Some(starts + duration);
    }
}

fn failure(index: usize, error: ClipError) -> Part {
    let problem = Problem::from(error);
    problem.count();
    tracing::warn!(
        index,
        reason = problem.reason.wire_name(),
        "an utterance could not be made"
    );
    Part::UtteranceError(UtteranceError {
        index: convert::count(index),
        reason: problem.reason.wire_name().to_owned(),
        message: problem.message,
    })
}

fn start(index: usize, id: ClipId, timing: &Timing, clip: &Clip) -> UtteranceStart {
    UtteranceStart {
        index: convert::count(index),
        timing: Some(convert::timing(id, timing)),
        synthesized: clip.tier == Tier::Voice,
    }
}
