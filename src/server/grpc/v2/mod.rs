//! `langdu.v2`: each call with a request and an answer of its own, enums with prefixed values, durations and
//! timestamps of Google's, preparations as `google.longrunning` operations, and everything that is wrong with a
//! request told at once.

mod answers;
mod corrections;
mod operations;
mod operator;

use std::time::Duration;

use futures::TryStreamExt;
use tonic::{Request, Response, Status};

use super::read_aloud::{ReadAloudCalls, taken};
use super::request::{self, Handed, Sound, Wanted, both};
use super::{Call, ResponseStream};
use crate::reading::{Reader, Source};
use crate::server::problem::Problem;
use langdu_audio::Encoding;
use langdu_proto::v2 as proto;
use langdu_proto::v2::read_aloud_service_server::ReadAloudService;
use langdu_proto::v2::{
    ExplainRequest, ExplainResponse, ExtractRequest, ExtractResponse, ListVoicesRequest,
    ListVoicesResponse, SynthesizeRequest, SynthesizeResponse, SynthesizeStreamRequest,
    SynthesizeStreamResponse,
};
use langdu_voice::pack::Gender;
use langdu_voice::voices::VoiceChoice;

/// A length of time as a message.
fn duration(duration: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or_default(),
    }
}

fn milliseconds(ms: u32) -> prost_types::Duration {
    duration(Duration::from_millis(ms.into()))
}

/// A time in seconds since 1970 as a message.
fn timestamp(seconds: i64) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds, nanos: 0 }
}

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

fn voice_choice(voice: Option<proto::VoiceSelectionParams>) -> Result<VoiceChoice, Problem> {
    let voice = voice.unwrap_or_default();
    let gender = match proto::SsmlVoiceGender::try_from(voice.ssml_gender) {
        Ok(proto::SsmlVoiceGender::Unspecified) => None,
        Ok(proto::SsmlVoiceGender::Male) => Some(Gender::Male),
        Ok(proto::SsmlVoiceGender::Female) => Some(Gender::Female),
        Ok(proto::SsmlVoiceGender::Neutral) => Some(Gender::Neutral),
        Err(_) => {
            let message = format!("{} is not on offer", voice.ssml_gender);
            return Err(Problem::invalid("voice.ssml_gender", message));
        }
    };
    Ok(VoiceChoice {
        gender,
        name: voice.name,
        language_code: voice.language_code,
    })
}

fn pronunciations(words: Vec<proto::CustomPronunciation>) -> Vec<(String, String)> {
    let words = words.into_iter();
    words
        .map(|word| (word.phrase, word.pronunciation))
        .collect()
}

#[tonic::async_trait]
impl ReadAloudService for ReadAloudCalls {
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
    ) -> Result<Response<ExtractResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let source = source(request.source, self.reader());
        let document = self.document(&call, source).await?;
        Ok(Response::new(ExtractResponse {
            document: Some(answers::document(&document)),
        }))
    }

    async fn explain(
        &self,
        request: Request<ExplainRequest>,
    ) -> Result<Response<ExplainResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let source = source(request.source, self.reader());
        let lexicon = request::lexicon(pronunciations(request.custom_pronunciations));
        let (document, script) = self.script(&call, both(source, lexicon)?).await?;
        Ok(Response::new(ExplainResponse {
            utterances: answers::explained(&document, &script),
            warnings: document.warnings,
        }))
    }

    async fn synthesize(
        &self,
        request: Request<SynthesizeRequest>,
    ) -> Result<Response<SynthesizeResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let wanted = Wanted {
            source: source(request.source, self.reader()),
            voice: voice_choice(request.voice),
            sound: sound(request.audio_config),
            pronunciations: pronunciations(request.custom_pronunciations),
            start: 0,
        };
        let whole = self.whole(&call, wanted.check()?).await?;
        Ok(Response::new(taken(answers::whole(whole))?))
    }

    type SynthesizeStreamStream = ResponseStream<SynthesizeStreamResponse>;

    async fn synthesize_stream(
        &self,
        request: Request<SynthesizeStreamRequest>,
    ) -> Result<Response<Self::SynthesizeStreamStream>, Status> {
        let (call, request) = Call::of(request)?;
        let wanted = Wanted {
            source: source(request.source, self.reader()),
            voice: voice_choice(request.voice),
            sound: sound(request.audio_config),
            pronunciations: pronunciations(request.custom_pronunciations),
            start: request.start,
        };
        let events = self.stream(call, wanted).await?;
        Ok(Response::new(Box::pin(events.map_ok(answers::event))))
    }
}
