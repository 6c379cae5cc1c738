//! The gRPC service: the contract's messages in, the pipeline's values out.

mod convert;
mod corrections;
mod deadline;
mod operator;
mod paging;
mod prepare;
mod stream;
mod withdrawals;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use futures::Stream;
use prost::Message;
use tonic::codec::CompressionEncoding;
use tonic::{Request, Response, Status};

use super::access::{Caller, OperatorsSocket, Peer};
use super::prefetch::Prefetch;
use super::problem::Problem;
use super::service::{ReadingService, may_have_voice};
use crate::reading::{ReadOptions, Reading, Source};
use crate::telemetry::note_caller;
use deadline::Deadline;
use langdu_audio::Encoding;
use langdu_audio::encode;
use langdu_clips::{Form, Layout, Timing};
use langdu_proto::operator_server::Operator;
use langdu_proto::read_aloud_server::{ReadAloud, ReadAloudServer};
use langdu_proto::{
    Document, ExplainRequest, ExplainResponse, ExtractRequest, ListVoicesRequest,
    ListVoicesResponse, ListWithdrawalsRequest, ListWithdrawalsResponse, PrepareProgress,
    PrepareRequest, PublishRequest, PublishResponse, SynthesizeRequest, SynthesizeResponse,
    SynthesizeStreamResponse, WithdrawRequest, WithdrawResponse,
};
use langdu_voice::pool::Urgency;
pub(crate) use operator::OperatorService;
pub(super) use operator::operator;

/// Messages larger than this are refused by the transport. It is above every limit of ours, so
/// that our own error, which says what to do, is the one that is heard.
const MAX_MESSAGE_BYTES: usize = 64 << 20;

/// Longest answer of `Synthesize`: what a gRPC client takes unless it is told otherwise.
const MAX_ANSWER_BYTES: usize = 4 << 20;

/// The contract, for whatever transport. Requests may be compressed, and answers are for clients that accept
/// it; the full size counts for the largest message.
pub(super) fn read_aloud(service: Arc<ReadingService>) -> ReadAloudServer<ReadAloudService> {
    ReadAloudServer::new(ReadAloudService { service })
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip)
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES)
}

/// Tells who calls by gRPC, and refuses those who have to say and do not.
pub(super) fn identify(
    service: Arc<ReadingService>,
) -> impl FnMut(Request<()>) -> Result<Request<()>, Status> + Clone {
    move |mut request: Request<()>| {
        let metadata = request.metadata().get("authorization");
        let authorization = metadata.and_then(|value| value.to_str().ok());
        if request.extensions().get::<OperatorsSocket>().is_some() {
            let caller = Caller::on_operators_socket();
            note_caller(&caller.client);
            request.extensions_mut().insert(caller);
            return Ok(request);
        }
        let peer = request.extensions().get::<Peer>();
        let certificate = peer.and_then(|peer| peer.certificate.as_deref());
        let address = peer.map(|peer| peer.address.ip());
        let caller = service
            .authenticator()
            .grpc(authorization, certificate, address)?;
        note_caller(&caller.client);
        request.extensions_mut().insert(caller);
        Ok(request)
    }
}

/// The contract over the service layer.
pub(crate) struct ReadAloudService {
    service: Arc<ReadingService>,
}

impl ReadAloudService {
    /// What stands in the operators' own contract as well.
    fn operator(&self) -> OperatorService {
        OperatorService {
            service: self.service.clone(),
        }
    }

    async fn read(
        &self,
        caller: &Caller,
        request: SynthesizeRequest,
    ) -> Result<(Arc<Reading>, Form), Problem> {
        let (source, form, options) = wanted(request)?;
        let reading = self.service.read(caller, source, options).await?;
        Ok((reading, form))
    }

    /// As `read`, of a scan its beginning.
    async fn begin(
        &self,
        caller: &Caller,
        request: SynthesizeRequest,
    ) -> Result<(Arc<Reading>, Form), Problem> {
        let (source, form, options) = wanted(request)?;
        let reading = self.service.begin(caller, source, options).await?;
        Ok((reading, form))
    }

    async fn whole(
        &self,
        caller: &Caller,
        request: SynthesizeRequest,
    ) -> Result<SynthesizeResponse, Problem> {
        if request.start != 0 {
            let message = "only a stream can begin in the middle: use SynthesizeStream";
            return Err(Problem::invalid("start", message));
        }
        let (reading, form) = self.read(caller, request).await?;
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
            timings.push(convert::timing(id, &timing));
        }
        // Before anything is spoken, where the length of the sound says it.
        check_answer((seconds * form.bytes_per_second()) as usize)?;
        let _seat = self.service.seat(caller, &reading, form).await?;
        let mut prefetch = Prefetch::new(clips.clone(), reading.clone(), form);
        let mut parts = Vec::with_capacity(reading.clips.len());
        while let Some(outcome) = prefetch.next().await {
            let (_, clip) = outcome?;
            parts.push(clip.bytes);
        }
        let answer = SynthesizeResponse {
            audio: join(form, &parts, &reading)?.into(),
            reading: Some(convert::reading(&reading)),
            timings,
        };
        check_answer(answer.encoded_len())?;
        Ok(answer)
    }
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

/// What is to be read, and how it is to sound.
fn wanted(request: SynthesizeRequest) -> Result<(Source, Form, ReadOptions), Problem> {
    let source = convert::source(request.source)?;
    let form = convert::form(request.audio_config.unwrap_or_default(), Layout::Stream)?;
    let options = convert::read_options(
        request.voice.unwrap_or_default(),
        request.audio_config.unwrap_or_default(),
        request.custom_pronunciations,
    )?;
    Ok((source, form, options))
}

/// Whoever calls; the listeners tell.
fn caller<T>(request: &Request<T>) -> Result<Caller, Problem> {
    let caller = request.extensions().get::<Caller>().cloned();
    caller.ok_or_else(|| Problem::unauthenticated("it is not known who calls"))
}

type ResponseStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl ReadAloud for ReadAloudService {
    async fn list_voices(
        &self,
        request: Request<ListVoicesRequest>,
    ) -> Result<Response<ListVoicesResponse>, Status> {
        let caller = caller(&request)?;
        let code = request.into_inner().language_code;
        let voices = self
            .service
            .reader()
            .voices()
            .of_language(&code)
            .filter(|voice| may_have_voice(&caller, voice))
            .map(|v| convert::voice(&v))
            .collect();
        Ok(Response::new(ListVoicesResponse { voices }))
    }

    async fn extract(
        &self,
        request: Request<ExtractRequest>,
    ) -> Result<Response<Document>, Status> {
        let (caller, deadline) = (caller(&request)?, Deadline::of(&request));
        let source = convert::source(request.into_inner().source)?;
        let document = deadline
            .bound(self.service.document(&caller, source))
            .await?;
        Ok(Response::new(convert::document(&document)))
    }

    async fn explain(
        &self,
        request: Request<ExplainRequest>,
    ) -> Result<Response<ExplainResponse>, Status> {
        let (caller, deadline) = (caller(&request)?, Deadline::of(&request));
        let request = request.into_inner();
        let source = convert::source(request.source)?;
        let lexicon = convert::lexicon(request.custom_pronunciations)?;
        let script = self.service.script(&caller, source, lexicon);
        let (document, script) = deadline.bound(script).await?;
        let explained = |utterance| convert::explained(&document, utterance);
        let utterances = script.utterances.iter().map(explained).collect();
        Ok(Response::new(ExplainResponse {
            utterances,
            warnings: document.warnings,
        }))
    }

    async fn synthesize(
        &self,
        request: Request<SynthesizeRequest>,
    ) -> Result<Response<SynthesizeResponse>, Status> {
        let (caller, deadline) = (caller(&request)?, Deadline::of(&request));
        let whole = self.whole(&caller, request.into_inner());
        Ok(Response::new(deadline.bound(whole).await?))
    }

    type SynthesizeStreamStream = ResponseStream<SynthesizeStreamResponse>;

    async fn synthesize_stream(
        &self,
        request: Request<SynthesizeRequest>,
    ) -> Result<Response<Self::SynthesizeStreamStream>, Status> {
        let arrived = Instant::now();
        let (caller, deadline) = (caller(&request)?, Deadline::of(&request));
        let request = request.into_inner();
        let start = request.start;
        let begin = async {
            // A stream that goes on where another was cut needs to know that utterance.
            let (reading, form) = match start {
                0 => self.begin(&caller, request).await?,
                _ => self.read(&caller, request).await?,
            };
            let start = stream::start_of(&reading, start)?;
            let seat = self.service.seat(&caller, &reading, form).await?;
            Ok((reading, form, start, seat))
        };
        let (reading, form, start, seat) = deadline.bound(begin).await?;
        let clips = self.service.reader().clips().clone();
        let asked = stream::Asked {
            reading,
            form,
            start,
            arrived,
            slow_client: self.service.slow_client(),
        };
        let stream = stream::of(clips, asked, seat, deadline);
        Ok(Response::new(Box::pin(stream)))
    }

    type PrepareStream = ResponseStream<PrepareProgress>;

    async fn prepare(
        &self,
        request: Request<PrepareRequest>,
    ) -> Result<Response<Self::PrepareStream>, Status> {
        self.operator().prepare(request).await
    }

    async fn withdraw(
        &self,
        request: Request<WithdrawRequest>,
    ) -> Result<Response<WithdrawResponse>, Status> {
        self.operator().withdraw(request).await
    }

    async fn list_withdrawals(
        &self,
        request: Request<ListWithdrawalsRequest>,
    ) -> Result<Response<ListWithdrawalsResponse>, Status> {
        self.operator().list_withdrawals(request).await
    }

    async fn publish(
        &self,
        request: Request<PublishRequest>,
    ) -> Result<Response<PublishResponse>, Status> {
        self.operator().publish(request).await
    }
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
