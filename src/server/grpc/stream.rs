//! One reading as a stream: each utterance as soon as it is made, a few made ahead.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::Stream;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use tracing::Instrument;

use super::convert;
use super::deadline::Deadline;
use crate::clip::{Clip, ClipError, ClipId, Clips, Form, Tier, Timing};
use crate::reading::Reading;
use crate::server::admission::Seat;
use crate::server::ahead::Ahead;
use crate::server::problem::Problem;
use crate::server::proto::synthesize_stream_response::Response as Part;
use crate::server::proto::{StreamEnd, SynthesizeStreamResponse, UtteranceError, UtteranceStart};

/// The messages of a reading. Dropping the stream ends the work: what waits leaves the queue at
/// once, what is being spoken is finished for the cache.
pub(super) fn of(
    clips: Arc<Clips>,
    reading: Arc<Reading>,
    form: Form,
    arrived: Instant,
    seat: Option<Seat>,
    deadline: Deadline,
) -> impl Stream<Item = Result<SynthesizeStreamResponse, Status>> + Send {
    let (sender, receiver) = mpsc::channel(4);
    let sending = async move {
        let _open = OpenStream::count();
        let is_late = tokio::select! {
            () = sender.closed() => false,
            // The listener has gone when this fails, which is the same as the branch above.
            _ = send(&sender, &clips, &reading, form, arrived) => false,
            () = deadline.passed() => true,
        };
        drop(seat);
        if is_late {
            // The listener has gone when this fails.
            let _ = sender.send(Err(Problem::too_late().into())).await;
        }
    };
    tokio::spawn(sending.in_current_span());
    ReceiverStream::new(receiver)
}

type Sender = mpsc::Sender<Result<SynthesizeStreamResponse, Status>>;

/// The listener has gone.
struct Gone;

async fn send(
    sender: &Sender,
    clips: &Arc<Clips>,
    reading: &Arc<Reading>,
    form: Form,
    arrived: Instant,
) -> Result<(), Gone> {
    give(sender, Part::Header(convert::reading(reading))).await?;
    let mut ahead = Ahead::new(clips.clone(), reading.clone(), form);
    let mut heard = Listening::default();
    let mut failed = 0;
    let mut duration_ms = 0;
    for (index, &id) in reading.clips.iter().enumerate() {
        let Some(outcome) = ahead.next().await else {
            break;
        };
        match outcome {
            Ok((timing, clip)) => {
                duration_ms += u64::from(timing.ms(timing.samples));
                give(sender, Part::Utterance(start(index, id, &timing, &clip))).await?;
                give(sender, Part::Audio(clip.bytes)).await?;
                heard.comes(&timing, arrived);
            }
            Err(error) => {
                failed += 1;
                give(sender, failure(index, error)).await?;
            }
        }
    }
    give(
        sender,
        Part::End(StreamEnd {
            utterances: convert::count(reading.clips.len()),
            failed,
            duration_ms,
            page_ms: u64::try_from(reading.page_time.as_millis()).unwrap_or(u64::MAX),
        }),
    )
    .await
}

/// A stream that is open as long as this value lives.
struct OpenStream;

impl OpenStream {
    fn count() -> Self {
        metrics::counter!("langdu_streams_total").increment(1);
        metrics::gauge!("langdu_streams_open").increment(1.0);
        Self
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        metrics::gauge!("langdu_streams_open").decrement(1.0);
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
            None => metrics::histogram!("langdu_first_audio_seconds").record(arrived.elapsed()),
            Some(until) if until < now => metrics::counter!("langdu_stalls_total").increment(1),
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
        reason = problem.reason,
        "an utterance could not be made"
    );
    Part::UtteranceError(UtteranceError {
        index: convert::count(index),
        reason: problem.reason.to_owned(),
        message: problem.message,
    })
}

async fn give(sender: &Sender, part: Part) -> Result<(), Gone> {
    let message = SynthesizeStreamResponse {
        response: Some(part),
    };
    sender.send(Ok(message)).await.map_err(|_| Gone)
}

fn start(index: usize, id: ClipId, timing: &Timing, clip: &Clip) -> UtteranceStart {
    UtteranceStart {
        index: convert::count(index),
        timing: Some(convert::timing(id, timing)),
        synthesized: clip.tier == Tier::Voice,
    }
}
