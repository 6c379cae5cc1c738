//! One reading as a stream: each utterance as soon as it is made, a few made ahead.

use std::sync::Arc;
use std::time::Instant;

use futures::Stream;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

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
    seat: Option<Seat>,
    deadline: Deadline,
) -> impl Stream<Item = Result<SynthesizeStreamResponse, Status>> + Send {
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        let is_late = tokio::select! {
            () = sender.closed() => false,
            // The listener has gone when this fails, which is the same as the branch above.
            _ = send(&sender, &clips, &reading, form) => false,
            () = deadline.passed() => true,
        };
        drop(seat);
        if is_late {
            // The listener has gone when this fails.
            let _ = sender.send(Err(Problem::too_late().into())).await;
        }
    });
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
) -> Result<(), Gone> {
    let started = Instant::now();
    give(sender, Part::Header(convert::reading(reading))).await?;
    let mut ahead = Ahead::new(clips.clone(), reading.clone(), form);
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
                if index == 0 {
                    metrics::histogram!("langdu_first_audio_seconds").record(started.elapsed());
                }
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

fn failure(index: usize, error: ClipError) -> Part {
    let problem = Problem::from(error);
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
