//! The gRPC service: the contract's messages in, the pipeline's values out.

mod convert;
mod stream;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use futures::Stream;
use tonic::{Request, Response, Status};

use super::ahead::Ahead;
use super::problem::Problem;
use super::proto::read_aloud_server::{ReadAloud, ReadAloudServer};
use super::proto::{
    Document, ExplainRequest, ExplainResponse, ExtractRequest, ListVoicesRequest,
    ListVoicesResponse, PrepareProgress, PrepareRequest, SynthesizeRequest, SynthesizeResponse,
    SynthesizeStreamResponse, WithdrawRequest, WithdrawResponse,
};
use crate::audio::Encoding;
use crate::audio::encode;
use crate::clip::{Form, Part, Timing};
use crate::reading::{Reader, Reading};

/// Messages larger than this are refused by the transport. It is above every limit of ours, so
/// that our own error, which says what to do, is the one that is heard.
const MAX_MESSAGE_BYTES: usize = 64 << 20;

/// The contract over a reader, for whatever transport.
pub(super) fn service(reader: Arc<Reader>) -> ReadAloudServer<ReadAloudService> {
    ReadAloudServer::new(ReadAloudService::new(reader))
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES)
}

/// The service over a reader.
pub(crate) struct ReadAloudService {
    reader: Arc<Reader>,
}

impl ReadAloudService {
    pub(crate) fn new(reader: Arc<Reader>) -> Self {
        Self { reader }
    }

    async fn read(&self, request: SynthesizeRequest) -> Result<(Arc<Reading>, Form), Problem> {
        let source = convert::source(request.source)?;
        let form = convert::form(request.audio_config.unwrap_or_default(), Part::Stream)?;
        let options = convert::read_options(
            request.voice.unwrap_or_default(),
            request.audio_config.unwrap_or_default(),
            request.custom_pronunciations,
        )?;
        let reading = self.reader.read(source, options).await?;
        Ok((reading, form))
    }
}

type ResponseStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl ReadAloud for ReadAloudService {
    async fn list_voices(
        &self,
        request: Request<ListVoicesRequest>,
    ) -> Result<Response<ListVoicesResponse>, Status> {
        let code = request.into_inner().language_code;
        let voices = self
            .reader
            .voices()
            .of_language(&code)
            .map(|v| convert::voice(&v))
            .collect();
        Ok(Response::new(ListVoicesResponse { voices }))
    }

    async fn extract(
        &self,
        request: Request<ExtractRequest>,
    ) -> Result<Response<Document>, Status> {
        let source = convert::source(request.into_inner().source)?;
        let document = self.reader.document(source).await.map_err(Problem::from)?;
        Ok(Response::new(convert::document(&document)))
    }

    async fn explain(
        &self,
        request: Request<ExplainRequest>,
    ) -> Result<Response<ExplainResponse>, Status> {
        let request = request.into_inner();
        let source = convert::source(request.source)?;
        let lexicon = convert::lexicon(request.custom_pronunciations)?;
        let script = self
            .reader
            .script(source, lexicon)
            .await
            .map_err(Problem::from)?;
        let utterances = script.utterances.iter().map(convert::explained).collect();
        Ok(Response::new(ExplainResponse { utterances }))
    }

    async fn synthesize(
        &self,
        request: Request<SynthesizeRequest>,
    ) -> Result<Response<SynthesizeResponse>, Status> {
        let (reading, form) = self.read(request.into_inner()).await?;
        let mut timings = Vec::with_capacity(reading.clips.len());
        let limit_s = self.reader.config().limits.max_message_s;
        let mut seconds = 0.0;
        for &id in &reading.clips {
            let timing = self.reader.clips().timing(id, crate::clip::now()).await;
            let timing = timing.map_err(Problem::from)?;
            seconds += seconds_of(&timing);
            if seconds > f64::from(limit_s) {
                return Err(Problem::invalid(
                    "source",
                    format!("it takes more than {limit_s} s to read: use SynthesizeStream"),
                )
                .into());
            }
            timings.push(convert::timing(id, &timing));
        }
        let mut ahead = Ahead::new(self.reader.clips().clone(), reading.clone(), form);
        let mut parts = Vec::with_capacity(reading.clips.len());
        while let Some(outcome) = ahead.next().await {
            let (_, clip) = outcome.map_err(Problem::from)?;
            parts.push(clip.bytes);
        }
        Ok(Response::new(SynthesizeResponse {
            audio: join(form, &parts, &reading)?.into(),
            reading: Some(convert::reading(&reading)),
            timings,
        }))
    }

    type SynthesizeStreamStream = ResponseStream<SynthesizeStreamResponse>;

    async fn synthesize_stream(
        &self,
        request: Request<SynthesizeRequest>,
    ) -> Result<Response<Self::SynthesizeStreamStream>, Status> {
        let arrived = Instant::now();
        let (reading, form) = self.read(request.into_inner()).await?;
        Ok(Response::new(Box::pin(stream::of(
            self.reader.clips().clone(),
            reading,
            form,
            arrived,
        ))))
    }

    type PrepareStream = ResponseStream<PrepareProgress>;

    async fn prepare(
        &self,
        _: Request<PrepareRequest>,
    ) -> Result<Response<Self::PrepareStream>, Status> {
        Err(Status::unimplemented(
            "Prepare is not offered by this version",
        ))
    }

    async fn withdraw(
        &self,
        _: Request<WithdrawRequest>,
    ) -> Result<Response<WithdrawResponse>, Status> {
        Err(Status::unimplemented(
            "Withdraw is not offered by this version",
        ))
    }
}

#[allow(clippy::cast_precision_loss)]
fn seconds_of(timing: &Timing) -> f64 {
    timing.samples as f64 / f64::from(timing.sample_rate)
}

/// The parts of a stream as one message: a WAV gets its header here, the others join as they are.
fn join(form: Form, parts: &[bytes::Bytes], reading: &Reading) -> Result<Vec<u8>, Problem> {
    let joined = parts.concat();
    if form.encoding != Encoding::Linear16 {
        return Ok(joined);
    }
    let samples = crate::audio::pcm::from_linear16(&joined);
    let tags = reading.tags();
    encode::clip(
        &samples,
        form.sample_rate_hz,
        form.encoding,
        form.sample_rate_hz,
        0.0,
        &tags,
    )
    .map_err(|error| crate::clip::ClipError::Encode(Arc::new(error)).into())
}
