//! `langdu.v1`, whose names are those of Google's and Riva's text-to-speech protos.

mod answers;
mod corrections;
mod operations;
mod operator;

use futures::TryStreamExt;
use tonic::{Request, Response, Status};

use super::operators::OperatorCalls;
use super::read_aloud::{ReadAloudCalls, taken};
use super::request::{self, Handed, Sound, Wanted, both};
use super::{Call, ResponseStream};
use crate::reading::{Reader, Source};
use crate::server::problem::Problem;
use langdu_audio::Encoding;
use langdu_proto::v1 as proto;
use langdu_proto::v1::operator_server::Operator;
use langdu_proto::v1::read_aloud_server::ReadAloud;
use langdu_proto::v1::{
    Document, ExplainRequest, ExplainResponse, ExtractRequest, ListVoicesRequest,
    ListVoicesResponse, ListWithdrawalsRequest, ListWithdrawalsResponse, PrepareProgress,
    PrepareRequest, PublishRequest, PublishResponse, SynthesizeRequest, SynthesizeResponse,
    SynthesizeStreamResponse, WithdrawRequest, WithdrawResponse,
};
use langdu_voice::pack::Gender;
use langdu_voice::voices::VoiceChoice;

fn source(source: Option<proto::Source>, reader: &Reader) -> Result<Source, Problem> {
    let source = source.unwrap_or_default();
    let handed = source.source.map(|handed| match handed {
        proto::source::Source::Url(url) => Handed::Url(url),
        proto::source::Source::Text(text) => Handed::Text(text),
        proto::source::Source::Ssml(ssml) => Handed::Ssml(ssml),
        proto::source::Source::File(file) => Handed::File {
            content: file.content,
            media_type: file.media_type,
        },
        proto::source::Source::Html(html) => Handed::Html {
            content: html.content,
            base_url: html.base_url,
            content_type: html.content_type,
        },
    });
    request::source(handed, source.follow_attachments, reader)
}

fn sound(config: Option<proto::AudioConfig>) -> Sound {
    use proto::AudioEncoding;
    let config = config.unwrap_or_default();
    Sound {
        encoding: match AudioEncoding::try_from(config.audio_encoding) {
            Ok(AudioEncoding::Unspecified | AudioEncoding::Mp3) => Ok(Encoding::Mp3),
            Ok(AudioEncoding::Linear16) => Ok(Encoding::Linear16),
            Ok(AudioEncoding::OggOpus) => Ok(Encoding::OggOpus),
            Ok(AudioEncoding::Mulaw) => Ok(Encoding::Mulaw),
            Ok(AudioEncoding::Alaw) => Ok(Encoding::Alaw),
            Err(_) => Err(config.audio_encoding),
        },
        speaking_rate: config.speaking_rate,
        volume_gain_db: config.volume_gain_db,
        sample_rate_hertz: config.sample_rate_hertz,
    }
}

fn voice_choice(voice: Option<proto::VoiceSelectionParams>) -> VoiceChoice {
    let voice = voice.unwrap_or_default();
    VoiceChoice {
        gender: match voice.ssml_gender() {
            proto::SsmlVoiceGender::Unspecified => None,
            proto::SsmlVoiceGender::Male => Some(Gender::Male),
            proto::SsmlVoiceGender::Female => Some(Gender::Female),
            proto::SsmlVoiceGender::Neutral => Some(Gender::Neutral),
        },
        name: voice.name,
        language_code: voice.language_code,
    }
}

fn pronunciations(words: Vec<proto::CustomPronunciation>) -> Vec<(String, String)> {
    let words = words.into_iter();
    words
        .map(|word| (word.phrase, word.pronunciation))
        .collect()
}

fn wanted(request: SynthesizeRequest, reader: &Reader) -> Wanted {
    Wanted {
        source: source(request.source, reader),
        voice: Ok(voice_choice(request.voice)),
        sound: sound(request.audio_config),
        pronunciations: pronunciations(request.custom_pronunciations),
        start: request.start,
    }
}

/// One message has no middle to begin in.
fn from_the_beginning(start: u32) -> Result<(), Problem> {
    if start == 0 {
        return Ok(());
    }
    let message = "only a stream can begin in the middle: use SynthesizeStream";
    Err(Problem::invalid("start", message))
}

impl ReadAloudCalls {
    /// What stands in the operators' own contract as well.
    fn operator(&self) -> OperatorCalls {
        OperatorCalls {
            service: self.service.clone(),
        }
    }
}

#[tonic::async_trait]
impl ReadAloud for ReadAloudCalls {
    async fn list_voices(
        &self,
        request: Request<ListVoicesRequest>,
    ) -> Result<Response<ListVoicesResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let voices = self.voices_for(&call, &request.language_code);
        let voices = voices.iter().map(answers::voice).collect();
        Ok(Response::new(ListVoicesResponse { voices }))
    }

    async fn extract(
        &self,
        request: Request<ExtractRequest>,
    ) -> Result<Response<Document>, Status> {
        let (call, request) = Call::of(request)?;
        let source = source(request.source, self.reader());
        let document = self.document(&call, source).await?;
        Ok(Response::new(answers::document(&document)))
    }

    async fn explain(
        &self,
        request: Request<ExplainRequest>,
    ) -> Result<Response<ExplainResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let source = source(request.source, self.reader());
        let lexicon = request::lexicon(pronunciations(request.custom_pronunciations));
        let (document, script) = self.script(&call, both(source, lexicon)?).await?;
        let utterances = script.utterances.iter();
        Ok(Response::new(ExplainResponse {
            utterances: utterances
                .map(|utterance| answers::explained(&document, utterance))
                .collect(),
            warnings: document.warnings,
        }))
    }

    async fn synthesize(
        &self,
        request: Request<SynthesizeRequest>,
    ) -> Result<Response<SynthesizeResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let from_the_beginning = from_the_beginning(request.start);
        let asked = wanted(request, self.reader()).check();
        let ((), asked) = both(from_the_beginning, asked)?;
        let whole = self.whole(&call, asked).await?;
        Ok(Response::new(taken(answers::whole(whole))?))
    }

    type SynthesizeStreamStream = ResponseStream<SynthesizeStreamResponse>;

    async fn synthesize_stream(
        &self,
        request: Request<SynthesizeRequest>,
    ) -> Result<Response<Self::SynthesizeStreamStream>, Status> {
        let (call, request) = Call::of(request)?;
        let wanted = wanted(request, self.reader());
        let events = self.stream(call, wanted).await?;
        Ok(Response::new(Box::pin(events.map_ok(answers::event))))
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
