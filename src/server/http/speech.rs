//! `POST /v1/audio/speech`: the OpenAI speech shape, so that clients made for it work unchanged,
//! and the models and voices it can be asked for.
//!
//! Audio is sent as it is made. WAV and FLAC wait for the timings of the whole text, because their
//! headers hold the length.

use std::collections::BTreeSet;
use std::sync::Arc;

use aide::OperationOutput;
use axum::body::Body;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Json, Query, State};
use axum::http::{HeaderValue, Response, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use futures::{Stream, StreamExt, future, stream};
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
use langdu_audio::encode::flac::{self, FlacStream};
use langdu_audio::encode::{EncodeError, mp3, wav_around};
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
    #[schemars(extend("enum" = ["mp3", "opus", "flac", "wav", "pcm", null]))]
    response_format: Option<String>,
    /// 1 is the normal rate.
    #[schemars(transform = rate)]
    speed: Option<f64>,
    /// `audio` sends the bytes of the file; `sse` sends them in events (`speech.audio.delta`, in Base64),
    /// and says at the end that it was the end (`speech.audio.done`).
    #[schemars(extend("enum" = ["audio", "sse", null]))]
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
    Flac,
    Wav,
    Pcm,
}

impl Format {
    fn parse(name: Option<&str>) -> Result<Self, Problem> {
        match name {
            None | Some("mp3") => Ok(Self::Mp3),
            Some("opus") => Ok(Self::Opus),
            Some("flac") => Ok(Self::Flac),
            Some("wav") => Ok(Self::Wav),
            Some("pcm") => Ok(Self::Pcm),
            Some(other) => Err(Problem::invalid(
                "response_format",
                format!("`{other}` is not on offer: choose mp3, opus, flac, wav or pcm"),
            )),
        }
    }

    fn encoding(self) -> Encoding {
        match self {
            Self::Mp3 => Encoding::Mp3,
            Self::Opus => Encoding::OggOpus,
            Self::Flac | Self::Wav | Self::Pcm => Encoding::Linear16,
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            // RFC 2586's audio/L16 is big-endian; what these clients expect is not.
            Self::Pcm => "audio/pcm",
            Self::Flac => flac::MEDIA_TYPE,
            other => other.encoding().media_type(),
        }
    }
}

/// How the bytes of the file are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delivery {
    File,
    Events,
}

impl Delivery {
    fn parse(name: Option<&str>) -> Result<Self, Problem> {
        match name {
            None | Some("audio") => Ok(Self::File),
            Some("sse") => Ok(Self::Events),
            Some(other) => Err(Problem::invalid(
                "stream_format",
                format!("`{other}` is not on offer: choose audio or sse"),
            )),
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
    param: Option<String>,
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
        let mut headers = axum::http::HeaderMap::new();
        if let Some(delay) = problem.retry_after {
            headers.insert(header::RETRY_AFTER, seconds(delay).into());
        }
        (status, headers, Json(SpeechError::from(problem))).into_response()
    }
}

impl From<Problem> for SpeechError {
    fn from(problem: Problem) -> Self {
        let kind = match problem.reason.status().as_u16() {
            429 => SpeechErrorKind::RateLimit,
            400..=499 => SpeechErrorKind::InvalidRequest,
            _ => SpeechErrorKind::Server,
        };
        Self {
            error: SpeechErrorDetails {
                kind,
                param: problem.field().map(|field| our_field(field).to_owned()),
                code: problem.reason.wire_name().to_lowercase(),
                message: problem.message,
            },
        }
    }
}

/// A field of ours by its name in this shape.
fn our_field(field: &str) -> &str {
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
    let delivery = Delivery::parse(request.stream_format.as_deref())?;
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
    let (before, mut container) = container(reader, &reading, format).await?;

    let mut clips = Prefetch::new(reader.clips().clone(), reading, form);
    // The first clip decides between an answer and an error; after it, bytes are on their way.
    let first = match clips.next().await {
        Some(first) => container.part(first.map_err(Problem::from)?.1.bytes)?,
        None => Bytes::new(),
    };
    let rest = stream::unfold(Some((clips, seat, container)), |under_way| async {
        let (mut clips, seat, mut container) = under_way?;
        let Some(clip) = clips.next().await else {
            return Some((container.end(), None));
        };
        seat.iter().for_each(Seat::goes_on);
        let part = clip.and_then(|(_, clip)| container.part(clip.bytes));
        Some((part, Some((clips, seat, container))))
    });
    let file = stream::iter([Ok(before), Ok(first)]).chain(rest);
    match delivery {
        Delivery::File => {
            let builder = Response::builder()
                .header(header::CONTENT_TYPE, format.media_type())
                .header(header::CACHE_CONTROL, "no-store");
            Ok(finish(builder.body(Body::from_stream(file))))
        }
        Delivery::Events => {
            let mut response = Sse::new(events(file)).into_response();
            let no_store = HeaderValue::from_static("no-store");
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, no_store);
            Ok(response)
        }
    }
}

/// The file in events, by the shape's own names.
#[derive(Serialize)]
#[serde(tag = "type")]
enum SpeechEvent {
    #[serde(rename = "speech.audio.delta")]
    Delta {
        /// Bytes of the file in Base64.
        audio: String,
    },
    #[serde(rename = "speech.audio.done")]
    Done { usage: Usage },
}

/// Nothing is counted here, and clients of the shape read these fields.
#[derive(Serialize, Default)]
struct Usage {
    input_tokens: u32,
    output_tokens: u32,
    total_tokens: u32,
}

/// What is sent of a file whose parts come one by one. What fails in the middle is the last event.
fn events(
    file: impl Stream<Item = Result<Bytes, ClipError>> + Send + 'static,
) -> impl Stream<Item = Result<Event, axum::Error>> + Send {
    let deltas = file
        .filter(|part| future::ready(!matches!(part, Ok(bytes) if bytes.is_empty())))
        .map(Some)
        .chain(stream::iter([None]));
    let is_over = false;
    deltas
        .scan(is_over, |is_over, part| {
            if *is_over {
                return future::ready(None);
            }
            *is_over = !matches!(part, Some(Ok(_)));
            future::ready(Some(part))
        })
        .map(|part| match part {
            Some(Ok(bytes)) => Event::default().json_data(SpeechEvent::Delta {
                audio: BASE64.encode(bytes),
            }),
            Some(Err(error)) => {
                let problem = Problem::from(error);
                problem.count();
                Event::default().json_data(SpeechError::from(problem))
            }
            None => Event::default().json_data(SpeechEvent::Done {
                usage: Usage::default(),
            }),
        })
}

/// What becomes of the clips in a file.
enum Container {
    /// They stand in it as they are, and this behind them.
    Joined {
        behind: Bytes,
    },
    Flac(Box<FlacStream>),
}

impl Container {
    /// The next bytes of the file.
    fn part(&mut self, clip: Bytes) -> Result<Bytes, ClipError> {
        match self {
            Self::Joined { .. } => Ok(clip),
            Self::Flac(stream) => Ok(stream.push(&clip).map_err(Arc::new)?.into()),
        }
    }

    /// The last ones.
    fn end(self) -> Result<Bytes, ClipError> {
        match self {
            Self::Joined { behind } => Ok(behind),
            Self::Flac(stream) => Ok(stream.finish().map_err(Arc::new)?.into()),
        }
    }
}

/// The first bytes of a file of this format, and what becomes of the clips behind them.
async fn container(
    reader: &Reader,
    reading: &Reading,
    format: Format,
) -> Result<(Bytes, Container), Problem> {
    let tags = reading.tags();
    let rate = Form::plain(format.encoding(), Layout::Stream).sample_rate_hz;
    let joined = |before: Vec<u8>, behind: Vec<u8>| {
        let behind = behind.into();
        (before.into(), Container::Joined { behind })
    };
    match format {
        Format::Mp3 => Ok(joined(mp3::id3(&tags), mp3::document_trailer())),
        Format::Opus | Format::Pcm => Ok(joined(Vec::new(), Vec::new())),
        Format::Wav => {
            let samples = length(reader, reading, rate).await?;
            let (before, behind) = wav_around(samples, rate, &tags).map_err(not_encoded)?;
            Ok(joined(before, behind))
        }
        Format::Flac => {
            let samples = length(reader, reading, rate).await?;
            let (stream, head) = FlacStream::new(samples, rate, &tags).map_err(not_encoded)?;
            Ok((head.into(), Container::Flac(Box::new(stream))))
        }
    }
}

/// How many samples a whole reading has.
async fn length(reader: &Reader, reading: &Reading, rate_hz: u32) -> Result<u64, Problem> {
    let timings = document::timings(reader, reading).await?;
    let samples = timings
        .iter()
        .map(|timing| resampled_len(timing.samples, timing.sample_rate, rate_hz) as u64);
    Ok(samples.sum())
}

fn not_encoded(error: EncodeError) -> Problem {
    ClipError::Encode(Arc::new(error)).into()
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
    id: String,
    /// The same.
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
            id: voice.speaker.name.clone(),
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

/// The name that clients of the shape send unless they are told another.
const USUAL_MODEL: &str = "tts-1";

/// The models that can be named, in the shape of OpenAI's list. Which one is named makes no difference:
/// the voice decides.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Models", transform = closed)]
pub(super) struct ModelsAnswer {
    object: &'static str,
    data: Vec<ModelAnswer>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct ModelAnswer {
    id: String,
    object: &'static str,
    /// When it was made, in seconds since 1970: not known, and 0.
    created: u64,
    owned_by: &'static str,
}

/// The same for clients that ask for models of speech alone.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SpeechModels", transform = closed)]
pub(super) struct SpeechModelsAnswer {
    models: Vec<SpeechModelAnswer>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct SpeechModelAnswer {
    id: String,
    name: String,
}

/// The usual name, and those of the installed packs.
fn model_names(reader: &Reader, caller: &Caller) -> BTreeSet<String> {
    let voices = reader.voices().all();
    let voices = voices.filter(|voice| may_have_voice(caller, voice));
    let packs = voices.map(|voice| voice.pack().name.clone());
    packs.chain([USUAL_MODEL.to_owned()]).collect()
}

/// `GET /v1/models`: the models that can be named.
pub(super) async fn models(
    State(reader): State<Arc<Reader>>,
    caller: Caller,
) -> Answer<ModelsAnswer> {
    let names = model_names(&reader, &caller).into_iter();
    let model = |id| ModelAnswer {
        id,
        object: "model",
        created: 0,
        owned_by: "langdu",
    };
    Answer::new(ModelsAnswer {
        object: "list",
        data: names.map(model).collect(),
    })
}

/// `GET /v1/audio/models`: the same, as speech servers list them.
pub(super) async fn speech_models(
    State(reader): State<Arc<Reader>>,
    caller: Caller,
) -> Answer<SpeechModelsAnswer> {
    let names = model_names(&reader, &caller).into_iter();
    let model = |name: String| SpeechModelAnswer {
        id: name.clone(),
        name,
    };
    Answer::new(SpeechModelsAnswer {
        models: names.map(model).collect(),
    })
}
