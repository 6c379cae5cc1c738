//! One reading as a stream: each utterance as soon as it is made, a few made ahead.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::Stream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::convert;
use crate::clip::{Clip, ClipError, ClipId, Clips, Form, Tier, Timing};
use crate::reading::Reading;
use crate::server::problem::Problem;
use crate::server::proto::synthesize_stream_response::Response as Part;
use crate::server::proto::{StreamEnd, SynthesizeStreamResponse, UtteranceError, UtteranceStart};
use crate::voice::pool::Urgency;

/// Utterances asked for ahead of the one that is sent: enough that the worker never waits for the
/// network, few enough that a dropped call leaves little behind.
const AHEAD: usize = 2;

/// An estimate of the voice's pace, in syllables a second. It only orders the queue before the
/// timings are known, so a rough one does.
const SYLLABLES_PER_SECOND: f64 = 4.3;

/// The messages of a reading. Dropping the stream ends the work: what waits leaves the queue at
/// once, what is being spoken is finished for the cache.
pub(super) fn of(
    clips: Arc<Clips>,
    reading: Arc<Reading>,
    form: Form,
) -> impl Stream<Item = Result<SynthesizeStreamResponse, Status>> + Send {
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        tokio::select! {
            () = sender.closed() => {}
            // The listener has gone when this fails, which is the same as the branch above.
            _ = send(&sender, &clips, &reading, form) => {}
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
    let mut ahead = VecDeque::new();
    let mut needed_after = 0.0;
    let mut next = 0;
    let mut failed = 0;
    let mut duration_ms = 0;
    for index in 0..reading.clips.len() {
        while next < reading.clips.len() && next <= index + AHEAD {
            let needed_at = started + Duration::from_secs_f64(needed_after);
            ahead.push_back(ask(
                clips,
                reading.clips[next],
                form,
                Urgency::Listener(needed_at),
            ));
            needed_after += estimated_seconds(reading, next);
            next += 1;
        }
        let Some(asked) = ahead.pop_front() else {
            break;
        };
        match asked.outcome().await {
            Ok((timing, clip)) => {
                duration_ms += u64::from(timing.ms(timing.samples));
                give(
                    sender,
                    Part::Utterance(start(index, reading.clips[index], &timing, &clip)),
                )
                .await?;
                give(sender, Part::Audio(clip.bytes)).await?;
                if index == 0 {
                    metrics::histogram!("langdu_first_audio_seconds").record(started.elapsed());
                }
            }
            Err(error) => {
                failed += 1;
                let problem = Problem::from(error);
                tracing::warn!(
                    index,
                    reason = problem.reason,
                    "an utterance could not be made"
                );
                give(
                    sender,
                    Part::UtteranceError(UtteranceError {
                        index: convert::count(index),
                        reason: problem.reason.to_owned(),
                        message: problem.message,
                    }),
                )
                .await?;
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

async fn give(sender: &Sender, part: Part) -> Result<(), Gone> {
    let message = SynthesizeStreamResponse {
        response: Some(part),
    };
    sender.send(Ok(message)).await.map_err(|_| Gone)
}

/// A clip and its timing that are under way; dropping it leaves both.
struct Asked(JoinHandle<Result<(Arc<Timing>, Clip), ClipError>>);

impl Asked {
    async fn outcome(mut self) -> Result<(Arc<Timing>, Clip), ClipError> {
        let joined = (&mut self.0).await;
        joined.unwrap_or_else(|_| Err(crate::voice::pool::JobError::Closed.into()))
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn ask(clips: &Arc<Clips>, id: ClipId, form: Form, urgency: Urgency) -> Asked {
    let clips = clips.clone();
    Asked(tokio::spawn(async move {
        // The clip first, so that the worker begins before the timing model does.
        let (clip, timing) =
            tokio::try_join!(biased; clips.get(id, form, urgency), clips.timing(id, urgency))?;
        Ok((timing, clip))
    }))
}

fn start(index: usize, id: ClipId, timing: &Timing, clip: &Clip) -> UtteranceStart {
    UtteranceStart {
        index: convert::count(index),
        timing: Some(convert::timing(id, timing)),
        synthesized: clip.tier == Tier::Voice,
    }
}

#[allow(clippy::cast_precision_loss)]
fn estimated_seconds(reading: &Reading, index: usize) -> f64 {
    let utterance = &reading.script.utterances[index];
    utterance.syllables.len() as f64 / SYLLABLES_PER_SECOND + f64::from(utterance.pause_ms) / 1000.0
}
