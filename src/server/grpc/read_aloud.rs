//! What whoever reads aloud may call, whichever version of the contract the call came in.

use std::sync::Arc;
use std::time::Instant;

use futures::Stream;
use tonic::Status;

use super::request::{Asked, Wanted};
use super::{Call, stream};
use crate::reading::{Reader, Reading, Source};
use crate::server::prefetch::Prefetch;
use crate::server::problem::Problem;
use crate::server::service::{ReadingService, may_have_voice};
use langdu_audio::Encoding;
use langdu_audio::encode;
use langdu_clips::{ClipId, Form, Timing};
use langdu_document::Document;
use langdu_text::{Lexicon, Script};
use langdu_voice::pool::Urgency;
use langdu_voice::voices::Voice;
use prost::Message;

/// Longest answer of `Synthesize`: what a gRPC client takes unless it is told otherwise.
const MAX_ANSWER_BYTES: usize = 4 << 20;

/// The calls over the service layer.
pub(in crate::server) struct ReadAloudCalls {
    pub(super) service: Arc<ReadingService>,
}

/// A reading with all of its sound.
pub(super) struct Whole {
    pub(super) sound: Vec<u8>,
    pub(super) reading: Arc<Reading>,
    /// One for each utterance.
    pub(super) timings: Vec<(ClipId, Arc<Timing>)>,
}

impl ReadAloudCalls {
    /// What looks over sources.
    pub(super) fn reader(&self) -> &Reader {
        self.service.reader()
    }

    /// The voices of a language that the caller may have; of all languages by an empty one.
    pub(super) fn voices_for(&self, call: &Call, language_code: &str) -> Vec<Voice> {
        let voices = self.service.reader().voices().of_language(language_code);
        voices
            .filter(|voice| may_have_voice(&call.caller, voice))
            .collect()
    }

    /// What would be read.
    pub(super) async fn document(
        &self,
        call: &Call,
        source: Result<Source, Problem>,
    ) -> Result<Document, Problem> {
        let document = self.service.document(&call.caller, source?);
        call.deadline.bound(document).await
    }

    /// How it would be read.
    pub(super) async fn script(
        &self,
        call: &Call,
        (source, lexicon): (Source, Lexicon),
    ) -> Result<(Document, Script), Problem> {
        let script = self.service.script(&call.caller, source, lexicon);
        call.deadline.bound(script).await
    }

    async fn read(&self, call: &Call, asked: Asked) -> Result<(Arc<Reading>, Form), Problem> {
        let reading = self.service.read(&call.caller, asked.source, asked.options);
        Ok((reading.await?, asked.form))
    }

    /// As `read`, of a scan its beginning.
    async fn begin(&self, call: &Call, asked: Asked) -> Result<(Arc<Reading>, Form), Problem> {
        let caller = &call.caller;
        let reading = self.service.begin(caller, asked.source, asked.options);
        Ok((reading.await?, asked.form))
    }

    /// The whole reading at once.
    pub(super) async fn whole(&self, call: &Call, asked: Asked) -> Result<Whole, Problem> {
        call.deadline.bound(self.whole_unbound(call, asked)).await
    }

    async fn whole_unbound(&self, call: &Call, asked: Asked) -> Result<Whole, Problem> {
        let (reading, form) = self.read(call, asked).await?;
        let clips = self.service.reader().clips();
        let mut timings = Vec::with_capacity(reading.clips.len());
        let limit_s = self.service.max_message_s();
        let mut seconds = 0.0;
        for &id in &reading.clips {
            let timing = clips.timing(id, Urgency::now()).await?;
            seconds += seconds_of(&timing);
            if seconds > f64::from(limit_s) {
                return Err(Problem::invalid(
                    "source",
                    format!("it takes more than {limit_s} s to read: use SynthesizeStream"),
                ));
            }
            timings.push((id, timing));
        }
        // Before anything is spoken, where the length of the sound says it.
        check_answer((seconds * form.bytes_per_second()) as usize)?;
        let _seat = self.service.seat(&call.caller, &reading, form).await?;
        let mut prefetch = Prefetch::new(clips.clone(), reading.clone(), form);
        let mut parts = Vec::with_capacity(reading.clips.len());
        while let Some(outcome) = prefetch.next().await {
            let (_, clip) = outcome?;
            parts.push(clip.bytes);
        }
        Ok(Whole {
            sound: join(form, &parts, &reading)?,
            reading,
            timings,
        })
    }

    /// The reading as it is made.
    pub(super) async fn stream(
        &self,
        call: Call,
        wanted: Wanted,
    ) -> Result<impl Stream<Item = Result<stream::Event, Status>> + Send + use<>, Problem> {
        let arrived = Instant::now();
        let asked = wanted.check()?;
        let start = asked.start;
        let begin = async {
            // A stream that goes on where another was cut needs to know that utterance.
            let (reading, form) = match start {
                0 => self.begin(&call, asked).await?,
                _ => self.read(&call, asked).await?,
            };
            let start = stream::start_of(&reading, start)?;
            let seat = self.service.seat(&call.caller, &reading, form).await?;
            Ok((reading, form, start, seat))
        };
        let (reading, form, start, seat) = call.deadline.bound(begin).await?;
        let clips = self.service.reader().clips().clone();
        let asked = stream::Asked {
            reading,
            form,
            start,
            arrived,
            slow_client: self.service.slow_client(),
        };
        Ok(stream::of(clips, asked, seat, call.deadline))
    }
}

/// An answer that clients take.
pub(super) fn taken<M: Message>(answer: M) -> Result<M, Problem> {
    check_answer(answer.encoded_len())?;
    Ok(answer)
}

fn check_answer(bytes: usize) -> Result<(), Problem> {
    if bytes <= MAX_ANSWER_BYTES {
        return Ok(());
    }
    let message = format!(
        "the answer would have {bytes} bytes, and a client takes {MAX_ANSWER_BYTES} unless it is told \
         otherwise: use SynthesizeStream, or MP3"
    );
    Err(Problem::invalid("source", message))
}

fn seconds_of(timing: &Timing) -> f64 {
    timing.samples as f64 / f64::from(timing.sample_rate)
}

/// The parts of a stream as one message: a WAV gets its header here, the others join as they are.
fn join(form: Form, parts: &[bytes::Bytes], reading: &Reading) -> Result<Vec<u8>, Problem> {
    let joined = parts.concat();
    let rate_hz = form.sample_rate_hz;
    let file = match form.encoding {
        Encoding::Mp3 | Encoding::OggOpus => return Ok(joined),
        Encoding::Mulaw | Encoding::Alaw => {
            encode::companded_wav(&joined, form.encoding, rate_hz, &reading.tags())
        }
        Encoding::Linear16 => {
            let samples = langdu_audio::pcm::from_linear16(&joined);
            let tags = reading.tags();
            encode::clip(&samples, rate_hz, form.encoding, rate_hz, 0.0, &tags)
        }
    };
    file.map_err(|error| langdu_clips::ClipError::Encode(Arc::new(error)).into())
}
