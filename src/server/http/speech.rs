//! `POST /v1/audio/speech`: the OpenAI speech shape, so that clients made for it work unchanged,
//! and the voices it can be asked for.
//!
//! Audio is sent as it is made. Only WAV waits for the timings of the whole text, because its
//! header holds the length.

use std::sync::Arc;

use aide::OperationOutput;
use axum::body::Body;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Json, Query, State};
use axum::http::{Response, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use futures::{StreamExt, stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::access::Caller;
use super::super::admission::Seat;
use super::super::prefetch::Prefetch;
use super::super::problem::{Problem, seconds};
use super::super::service::{ReadingService, may_have_voice};
use super::document;
use super::json::Answer;
use super::query::read_options;
use super::range::finish;
use crate::reading::{Reader, Reading, Source};
use crate::server::schema::{closed, ignored, rate};
use langdu_audio::encode::{mp3, wav_around};
use langdu_audio::{Encoding, resampled_len};
use langdu_clips::{ClipError, Form, Layout};
use langdu_voice::pack::Gender;
use langdu_voice::voices::{Voice, Voices};

/// The body, with the field names of the shape. Other fields, such as `model` and `instructions`, are
/// taken and mean nothing: there is one model, and text is spoken as it stands.
#[derive(Deserialize, JsonSchema)]
#[schemars(
    transform = ignored("model", "Any: there is one model."),
    transform = ignored("instructions", "Taken and not followed: text is spoken as it stands."),
)]
pub(super) struct SpeechRequest {
    /// The text.
    input: String,
    /// A name of `/v1/audio/voices`, or one of the shape's own (alloy, nova, onyx); without one, the
    /// default voice.
    voice: Option<NamedVoice>,
    /// `mp3` unless it says otherwise; `pcm` is 24 kHz, 16 bit, little-endian.
    #[schemars(extend("enum" = ["mp3", "opus", "wav", "pcm", null]))]
    response_format: Option<String>,
    /// 1 is the normal rate.
    #[schemars(transform = rate)]
    speed: Option<f64>,
    /// Events are not on offer.
    #[schemars(extend("enum" = ["audio", null]))]
    stream_format: Option<String>,
}

/// Newer clients may name a voice by an object.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum NamedVoice {
    Name(String),
    Object { id: String },
}

/// What is sent: an encoding, and whether samples get a WAV header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Mp3,
    Opus,
    Wav,
    Pcm,
}

impl Format {
    fn parse(name: Option<&str>) -> Result<Self, Problem> {
        match name {
            None | Some("mp3") => Ok(Self::Mp3),
            Some("opus") => Ok(Self::Opus),
            Some("wav") => Ok(Self::Wav),
            Some("pcm") => Ok(Self::Pcm),
            Some(other) => Err(Problem::invalid(
                "response_format",
                format!("`{other}` is not on offer: choose mp3, opus, wav or pcm"),
            )),
        }
    }

    fn encoding(self) -> Encoding {
        match self {
            Self::Mp3 => Encoding::Mp3,
            Self::Opus => Encoding::OggOpus,
            Self::Wav | Self::Pcm => Encoding::Linear16,
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            // RFC 2586's audio/L16 is big-endian; what these clients expect is not.
            Self::Pcm => "audio/pcm",
            other => other.encoding().media_type(),
        }
    }
}

/// An error in the shape that these clients read.
#[derive(Serialize, JsonSchema)]
#[schemars(transform = closed)]
pub(super) struct SpeechError {
    error: SpeechErrorDetails,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct SpeechErrorDetails {
    /// For people.
    message: String,
    #[serde(rename = "type")]
    kind: SpeechErrorKind,
    /// The field.
    param: Option<&'static str>,
    /// Stable, for programs.
    code: String,
}

/// The kinds of that shape, by its own names.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
enum SpeechErrorKind {
    #[serde(rename = "invalid_request_error")]
    InvalidRequest,
    #[serde(rename = "rate_limit_error")]
    RateLimit,
    #[serde(rename = "server_error")]
    Server,
}

/// A problem that is answered as a [`SpeechError`].
pub(super) struct SpeechProblem(Problem);

impl OperationOutput for SpeechProblem {
    type Inner = SpeechError;
}

impl<P: Into<Problem>> From<P> for SpeechProblem {
    fn from(problem: P) -> Self {
        Self(problem.into())
    }
}

impl IntoResponse for SpeechProblem {
    fn into_response(self) -> axum::response::Response {
        let Self(problem) = self;
        problem.count();
        let status = problem.reason.status();
        let kind = match status.as_u16() {
            429 => SpeechErrorKind::RateLimit,
            400..=499 => SpeechErrorKind::InvalidRequest,
            _ => SpeechErrorKind::Server,
        };
        let body = SpeechError {
            error: SpeechErrorDetails {
                message: problem.message,
                kind,
                param: problem.field.map(our_field),
                code: problem.reason.wire_name().to_lowercase(),
            },
        };
        let mut headers = axum::http::HeaderMap::new();
        if let Some(delay) = problem.retry_after {
            headers.insert(header::RETRY_AFTER, seconds(delay).into());
        }
        (status, headers, Json(body)).into_response()
    }
}

/// A field of ours by its name in this shape.
fn our_field(field: &'static str) -> &'static str {
    match field {
        "source" | "source.text" => "input",
        "audio_config.speaking_rate" => "speed",
        other => other,
    }
}

pub(super) async fn speak(
    State(service): State<Arc<ReadingService>>,
    caller: Caller,
    body: Result<Json<SpeechRequest>, JsonRejection>,
) -> Result<Response<Body>, SpeechProblem> {
    let Json(request) = body.map_err(|error| Problem::invalid("body", error.body_text()))?;
    let format = Format::parse(request.response_format.as_deref())?;
    if let Some(other) = request.stream_format.filter(|format| format != "audio") {
        let reason = format!("`{other}` is not on offer: leave it out, or ask for audio");
        return Err(Problem::invalid("stream_format", reason).into());
    }
    let name = match request.voice {
        Some(NamedVoice::Name(name) | NamedVoice::Object { id: name }) => name,
        None => String::new(),
    };
    let reader = service.reader();
    let voice = voice_named(reader.voices(), name);
    let options = read_options(voice, request.speed);
    let source = Source::Text(request.input);
    let reading = service.read(&caller, source, options).await?;
    let form = Form::plain(format.encoding(), Layout::Stream);
    let seat = service.seat(&caller, &reading, form).await?;
    let (before, behind) = around(reader, &reading, format).await?;

    let mut clips = Prefetch::new(reader.clips().clone(), reading, form);
    // The first clip decides between an answer and an error; after it, bytes are on their way.
    let first = match clips.next().await {
        Some(first) => first.map_err(Problem::from)?.1.bytes,
        None => Bytes::new(),
    };
    let rest = stream::unfold((clips, seat), |(mut clips, seat)| async {
        let clip = clips.next().await?.map(|(_, clip)| clip.bytes);
        seat.iter().for_each(Seat::goes_on);
        Some((clip, (clips, seat)))
    });
    let known = |bytes: Bytes| stream::iter([Ok::<_, ClipError>(bytes)]);
    let body = known(before)
        .chain(known(first))
        .chain(rest)
        .chain(known(behind));
    let builder = Response::builder()
        .header(header::CONTENT_TYPE, format.media_type())
        .header(header::CACHE_CONTROL, "no-store");
    Ok(finish(builder.body(Body::from_stream(body))))
}

/// What stands before and behind the clips in a file of this format.
async fn around(
    reader: &Reader,
    reading: &Reading,
    format: Format,
) -> Result<(Bytes, Bytes), Problem> {
    let tags = reading.tags();
    match format {
        Format::Mp3 => Ok((mp3::id3(&tags).into(), mp3::document_trailer().into())),
        Format::Opus | Format::Pcm => Ok((Bytes::new(), Bytes::new())),
        Format::Wav => {
            let rate = Form::plain(format.encoding(), Layout::Stream).sample_rate_hz;
            let timings = document::timings(reader, reading).await?;
            let samples: usize = timings
                .iter()
                .map(|timing| resampled_len(timing.samples, timing.sample_rate, rate))
                .sum();
            let around = wav_around(samples as u64, rate, &tags);
            let (before, behind) = around.map_err(|error| ClipError::Encode(Arc::new(error)))?;
            Ok((before.into(), behind.into()))
        }
    }
}

/// The shape's own voices by the gender they are heard as, and which of ours of that gender
/// speaks for each.
const THEIR_VOICES: [(&str, Gender, usize); 13] = [
    ("alloy", Gender::Female, 0),
    ("coral", Gender::Female, 1),
    ("nova", Gender::Female, 0),
    ("sage", Gender::Female, 2),
    ("shimmer", Gender::Female, 1),
    ("marin", Gender::Female, 2),
    ("ash", Gender::Male, 1),
    ("ballad", Gender::Male, 2),
    ("echo", Gender::Male, 0),
    ("fable", Gender::Male, 3),
    ("onyx", Gender::Male, 0),
    ("verse", Gender::Male, 1),
    ("cedar", Gender::Male, 2),
];

/// Our name for a voice of theirs; every other name, ours among them, stays as it is.
fn voice_named(voices: &Voices, name: String) -> String {
    let Some((_, gender, number)) = THEIR_VOICES.iter().find(|(theirs, ..)| *theirs == name) else {
        return name;
    };
    let ours: Vec<String> = voices
        .all()
        .filter(|voice| voice.speaker.gender == *gender)
        .map(|voice| voice.speaker.name)
        .collect();
    // Where no voice is of that gender, the default one speaks.
    match ours.len() {
        0 => String::new(),
        count => ours[number % count].clone(),
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct VoicesQuery {
    /// Only voices of this language (BCP 47).
    #[serde(default)]
    #[schemars(extend("examples" = ["cmn-CN"]))]
    language_code: String,
}

/// The voices that can be asked for, the default one first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Voices", transform = closed)]
pub(super) struct VoicesAnswer {
    voices: Vec<VoiceAnswer>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct VoiceAnswer {
    /// What to ask for.
    name: String,
    /// BCP 47.
    language_codes: Vec<String>,
    gender: GenderName,
    sample_rate_hertz: u32,
    /// For people.
    description: String,
    /// SPDX.
    licence: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum GenderName {
    Male,
    Female,
    Neutral,
}

impl From<&Voice> for VoiceAnswer {
    fn from(voice: &Voice) -> Self {
        let pack = voice.pack();
        Self {
            name: voice.speaker.name.clone(),
            language_codes: pack.language_codes.clone(),
            gender: match voice.speaker.gender {
                Gender::Male => GenderName::Male,
                Gender::Female => GenderName::Female,
                Gender::Neutral => GenderName::Neutral,
            },
            sample_rate_hertz: pack.sample_rate,
            description: voice.speaker.description.clone(),
            licence: pack.licence.clone(),
        }
    }
}

/// `GET /v1/audio/voices`: the voices that can be asked for.
pub(super) async fn voices(
    State(reader): State<Arc<Reader>>,
    caller: Caller,
    query: Result<Query<VoicesQuery>, QueryRejection>,
) -> Result<Answer<VoicesAnswer>, Problem> {
    let Query(query) =
        query.map_err(|error| Problem::invalid("language_code", error.body_text()))?;
    let voices = reader.voices().of_language(&query.language_code);
    let voices = voices.filter(|voice| may_have_voice(&caller, voice));
    Ok(Answer::new(VoicesAnswer {
        voices: voices.map(|voice| VoiceAnswer::from(&voice)).collect(),
    }))
}
