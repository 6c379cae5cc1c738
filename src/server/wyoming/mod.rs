//! The Wyoming protocol, by which Home Assistant and other voice assistants ask for speech.
//!
//! It knows no tokens: whoever reaches the listener is an anonymous caller of the gateway, with the bounds of
//! `security.anonymous`. A client opens a connection, asks what there is (`describe`) or has a text spoken
//! (`synthesize`), and is answered with samples as they are made. Messages that are not for a voice mean nothing.

mod message;

use std::io;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::io::{AsyncWrite, BufReader, BufWriter};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::Code;
use tonic::transport::server::Connected;

use super::access::{Caller, Connection, LimitedListener};
use super::admission::Seat;
use super::prefetch::Prefetch;
use super::problem::Problem;
use super::service::{ReadingService, may_have_voice};
use crate::reading::{ReadOptions, Source};
use crate::telemetry::CountedRequest;
use langdu_audio::Encoding;
use langdu_clips::{Form, Layout};
use langdu_voice::voices::{Voice, VoiceChoice, is_mandarin};
use message::Message;

/// JSON of a message beyond the text that it holds, in bytes.
const AROUND_TEXT_BYTES: u64 = 4096;

/// Longest sound of one message, in bytes: a second, so that a client can begin to play.
const CHUNK_BYTES: usize = 48_000;

/// What is asked for, as requests are counted.
const DESCRIBE: &str = "wyoming/describe";
const SYNTHESIZE: &str = "wyoming/synthesize";

/// Bytes of a sample.
const SAMPLE_BYTES: u32 = 2;

/// Serves until `stop`, and then until what is being spoken is sent.
pub(super) async fn serve(
    listener: LimitedListener,
    service: Arc<ReadingService>,
    max_text_bytes: usize,
    stop: CancellationToken,
) {
    // JSON may write a character as an escape of six bytes for each two of UTF-8.
    let most = 6 * max_text_bytes as u64 + AROUND_TEXT_BYTES;
    let sessions = TaskTracker::new();
    let mut connections = Box::pin(listener.take_until(stop.cancelled()));
    while let Some(connection) = connections.next().await {
        let Ok(connection) = connection else { continue };
        let (service, stop) = (service.clone(), stop.clone());
        sessions.spawn(async move {
            let peer = connection.connect_info().address;
            if let Err(error) = session(connection, &service, most, &stop).await {
                tracing::debug!(%peer, %error, "a connection of a voice assistant has ended");
            }
        });
    }
    sessions.close();
    sessions.wait().await;
}

/// Answers the messages of one connection, one after the other.
async fn session(
    connection: Connection,
    service: &Arc<ReadingService>,
    most: u64,
    stop: &CancellationToken,
) -> io::Result<()> {
    let peer = connection.connect_info();
    let (from, to) = tokio::io::split(connection);
    let (mut from, mut to) = (BufReader::new(from), BufWriter::new(to));
    loop {
        let message = tokio::select! {
            message = message::read(&mut from, most) => message,
            () = stop.cancelled() => return Ok(()),
        };
        let message = match message {
            Ok(Some(message)) => message,
            Ok(None) => return Ok(()),
            Err(error) => {
                if error.kind() == io::ErrorKind::InvalidData {
                    let problem = Problem::invalid("message", error.to_string());
                    refuse(&mut to, &problem).await?;
                }
                return Err(error);
            }
        };
        let _call = peer.call();
        let caller = service.authenticator().anonymous(peer.address.ip());
        match message.kind.as_str() {
            "describe" => {
                let counted = CountedRequest::of(DESCRIBE);
                message::write(&mut to, "info", &info(service, &caller), &[]).await?;
                counted.ends(Code::Ok);
            }
            "ping" => message::write(&mut to, "pong", &message.data, &[]).await?,
            "synthesize" => answer(&mut to, service, &caller, message).await?,
            _ => {}
        }
    }
}

/// What there is, in the protocol's form.
fn info(service: &ReadingService, caller: &Caller) -> Value {
    let attribution = |name: &str| json!({ "name": name, "url": "" });
    let voices = service.reader().voices().all();
    let voices = voices.filter(|voice| may_have_voice(caller, voice));
    let voices: Vec<Value> = voices
        .map(|voice| {
            json!({
                "name": voice.speaker.name,
                "description": voice.speaker.description,
                "attribution": attribution(&voice.pack().name),
                "installed": true,
                "version": null,
                "languages": languages(&voice),
                "speakers": null,
            })
        })
        .collect();
    let program = json!({
        "name": "langdu",
        "description": "langdu 朗读",
        "attribution": attribution("langdu"),
        "installed": true,
        "version": env!("CARGO_PKG_VERSION"),
        "voices": voices,
        "supports_synthesize_streaming": false,
    });
    json!({ "tts": [program] })
}

/// The languages of a voice. Assistants know Mandarin as `zh-CN`.
fn languages(voice: &Voice) -> Vec<String> {
    let mut codes = voice.pack().language_codes.clone();
    if codes.iter().any(|code| is_mandarin(code)) {
        codes.insert(0, "zh-CN".to_owned());
        codes.dedup();
    }
    codes
}

/// What is to be spoken, in the protocol's form.
#[derive(Deserialize)]
struct Synthesize {
    text: String,
    #[serde(default)]
    voice: Option<WantedVoice>,
    #[serde(default)]
    text_format: Option<String>,
}

#[derive(Deserialize, Default)]
struct WantedVoice {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    language: Option<String>,
}

impl Synthesize {
    fn parse(message: Message) -> Result<(Source, VoiceChoice), Problem> {
        let wrong = |error: serde_json::Error| Problem::invalid("message", error.to_string());
        let own: Self = serde_json::from_value(Value::Object(message.data)).map_err(wrong)?;
        let source = match own.text_format.as_deref() {
            None | Some("text") => Source::Text(own.text),
            Some("ssml") => Source::Ssml(own.text),
            Some(other) => {
                let reason = format!("`{other}` is not on offer: choose text or ssml");
                return Err(Problem::invalid("text_format", reason));
            }
        };
        let WantedVoice { name, language } = own.voice.unwrap_or_default();
        let choice = VoiceChoice {
            name: name.unwrap_or_default(),
            language_code: language.unwrap_or_default(),
            ..VoiceChoice::default()
        };
        Ok((source, choice))
    }
}

/// How the sound is told.
#[derive(Serialize)]
struct Sound {
    rate: u32,
    width: u32,
    channels: u32,
}

/// A text's sound that is being made.
struct Speech {
    clips: Prefetch,
    seat: Option<Seat>,
    sound: Sound,
    /// The samples of the first clip, which decides between an answer and an error.
    first: Bytes,
}

/// Speaks what is asked for, or says why not.
async fn answer(
    to: &mut (impl AsyncWrite + Unpin),
    service: &Arc<ReadingService>,
    caller: &Caller,
    message: Message,
) -> io::Result<()> {
    let (began, counted) = (Instant::now(), CountedRequest::of(SYNTHESIZE));
    let outcome = match begin(service, caller, message).await {
        Ok(speech) => send(to, speech).await?,
        Err(problem) => Err(problem),
    };
    counted.ends(match &outcome {
        Ok(()) => Code::Ok,
        Err(problem) => problem.reason.code(),
    });
    let reason = outcome
        .as_ref()
        .err()
        .map(|problem| problem.reason.wire_name());
    let took_ms = began.elapsed().as_millis();
    tracing::info!(listener = "wyoming", caller = %caller.client, reason, took_ms, "answered");
    match outcome {
        Ok(()) => Ok(()),
        Err(problem) => refuse(to, &problem).await,
    }
}

async fn begin(
    service: &Arc<ReadingService>,
    caller: &Caller,
    message: Message,
) -> Result<Speech, Problem> {
    let (source, voice) = Synthesize::parse(message)?;
    let options = ReadOptions {
        voice,
        ..ReadOptions::default()
    };
    let reading = service.read(caller, source, options).await?;
    let form = Form::plain(Encoding::Linear16, Layout::Stream);
    let seat = service.seat(caller, &reading, form).await?;
    let mut clips = Prefetch::new(service.reader().clips().clone(), reading, form);
    let first = match clips.next().await {
        Some(first) => first?.1.bytes,
        None => Bytes::new(),
    };
    let sound = Sound {
        rate: form.sample_rate_hz,
        width: SAMPLE_BYTES,
        channels: 1,
    };
    Ok(Speech {
        clips,
        seat,
        sound,
        first,
    })
}

/// Sends the sound as it is made. What fails in its middle is told behind what was sent.
async fn send(
    to: &mut (impl AsyncWrite + Unpin),
    speech: Speech,
) -> io::Result<Result<(), Problem>> {
    let Speech {
        mut clips,
        seat,
        sound,
        first,
    } = speech;
    message::write(to, "audio-start", &sound, &[]).await?;
    let mut samples = first;
    let outcome = loop {
        for chunk in samples.chunks(CHUNK_BYTES) {
            message::write(to, "audio-chunk", &sound, chunk).await?;
        }
        samples = match clips.next().await {
            Some(Ok((_, clip))) => clip.bytes,
            Some(Err(error)) => break Err(error.into()),
            None => break Ok(()),
        };
        seat.iter().for_each(Seat::goes_on);
    };
    message::write(to, "audio-stop", &json!({}), &[]).await?;
    Ok(outcome)
}

/// Tells why something is not spoken, by its name in the contract.
async fn refuse(to: &mut (impl AsyncWrite + Unpin), problem: &Problem) -> io::Result<()> {
    problem.count();
    let data = json!({ "text": problem.message, "code": problem.reason.wire_name() });
    message::write(to, "error", &data, &[]).await
}
