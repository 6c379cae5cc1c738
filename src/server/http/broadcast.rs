//! `GET /v1/broadcast/{format}?url=…`: a document as a programme for a village's loudspeaker (大喇叭), and
//! `GET /broadcast`, the page on which a clerk asks for one.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{Response, header};
use axum::response::Html;
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::admission::Seat;
use super::super::problem::Problem;
use super::super::service::ReadingService;
use super::document::named_file;
use super::identity::PageCaller;
use super::query::read_options;
use super::range::finish;
use crate::broadcast::{BroadcastError, BroadcastOptions, Programme};
use crate::captions::{milliseconds, sub_rip, web_vtt};
use crate::reading::Source;
use crate::server::schema::rate;
use langdu_audio::Encoding;
use langdu_clips::{Form, Layout};
use langdu_voice::pool::Urgency;

/// The clerk's page.
const PAGE: &str = include_str!("broadcast.html");

/// What a programme is of, and what it is like.
#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct BroadcastQuery {
    /// A page on an allowed host.
    #[schemars(url)]
    url: String,
    /// A voice's name, see `/v1/audio/voices`.
    #[serde(default)]
    voice: String,
    /// 1 is the normal rate.
    #[schemars(transform = rate)]
    rate: Option<f64>,
    /// How often the document is read, from 1 to 10.
    times: Option<u32>,
    /// Seconds between two repetitions, from 0 to 120.
    pause: Option<u32>,
    /// The loudness in LUFS, from -31 to -14.
    lufs: Option<f64>,
    /// Whether a chime is played first.
    chime: Option<bool>,
    /// Whether title, issuer and date are said first, and the end last.
    announced: Option<bool>,
    /// Read the main attachment of a page that only points to it.
    #[serde(default)]
    follow_attachments: bool,
}

/// What is wanted of a programme.
#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct BroadcastFile {
    /// `mp3`, `wav`, `srt` or `vtt`.
    #[schemars(regex(pattern = "^(mp3|wav|srt|vtt)$"))]
    format: String,
}

impl From<BroadcastError> for Problem {
    fn from(error: BroadcastError) -> Self {
        match error {
            BroadcastError::Read(error) => error.into(),
            BroadcastError::Clip(error) => error.into(),
            BroadcastError::Encode(error) => {
                langdu_clips::ClipError::Encode(Arc::new(error)).into()
            }
            error @ BroadcastError::TooLong { .. } => Self::invalid("times", error.to_string()),
        }
    }
}

pub(super) async fn programme(
    State(service): State<Arc<ReadingService>>,
    PageCaller(caller): PageCaller,
    Path(BroadcastFile { format }): Path<BroadcastFile>,
    query: Result<Query<BroadcastQuery>, QueryRejection>,
) -> Result<Response<Body>, Problem> {
    let Query(query) = query.map_err(|error| Problem::invalid("url", error.body_text()))?;
    if !["mp3", "wav", "srt", "vtt"].contains(&format.as_str()) {
        return Err(Problem::not_found(
            "a programme comes as mp3, wav, srt or vtt",
        ));
    }
    let usual = BroadcastOptions::default();
    let options = BroadcastOptions {
        times: query.times.unwrap_or(usual.times),
        pause_s: query.pause.unwrap_or(usual.pause_s),
        lufs: query.lufs.unwrap_or(usual.lufs),
        chime: query.chime.unwrap_or(usual.chime),
        announced: query.announced.unwrap_or(usual.announced),
    };
    options
        .check()
        .map_err(|(name, reason)| Problem::invalid(name, format!("{name}: {reason}")))?;
    let read = read_options(query.voice, query.rate);
    let source = Source::page(query.url, query.follow_attachments);
    let reading = service.read(&caller, source, read).await?;
    let programme = Programme::new(service.reader().clone(), &reading, &options).await?;
    let title = &reading.document.title;
    let answer = |media_type: &'static str| {
        Response::builder()
            .header(header::CONTENT_TYPE, media_type)
            .header(header::CACHE_CONTROL, "no-store")
            .header(
                header::CONTENT_DISPOSITION,
                named_file("broadcast", title, &format),
            )
    };
    let encoding = match format.as_str() {
        "srt" => {
            let captions = sub_rip(&programme.cues());
            let answer = answer("application/x-subrip; charset=utf-8");
            return Ok(finish(answer.body(captions.into())));
        }
        "vtt" => {
            let captions = web_vtt(&programme.cues());
            let answer = answer("text/vtt; charset=utf-8");
            return Ok(finish(answer.body(captions.into())));
        }
        "wav" => Encoding::Linear16,
        _ => Encoding::Mp3,
    };
    let form = Form::plain(Encoding::Linear16, Layout::Stream);
    let seat = service.seat(&caller, &reading, form).await?;
    let length = programme.file_bytes(encoding)?;
    let builder = answer(encoding.media_type()).header(header::CONTENT_LENGTH, length);
    let body = Body::from_stream(body(programme, encoding, seat)?);
    Ok(finish(builder.body(body)))
}

/// The bytes of the file, each part made when its turn comes and due when it will be heard, so that those
/// who listen go before.
fn body(
    programme: Programme,
    encoding: Encoding,
    seat: Option<Seat>,
) -> Result<impl Stream<Item = Result<Bytes, Problem>> + Send, Problem> {
    let (header, trailer) = programme.around(encoding)?;
    let ready = |bytes: Vec<u8>| stream::iter([Ok(Bytes::from(bytes))]);
    let (programme, started) = (Arc::new(programme), Instant::now());
    let total = programme.parts();
    let made = stream::unfold((0, None), move |(index, gain_db): (usize, Option<f32>)| {
        // The seat is kept as long as the body, and counts as long as the body is taken.
        seat.iter().for_each(Seat::goes_on);
        let programme = programme.clone();
        async move {
            if index == total {
                return None;
            }
            let heard_after = milliseconds(programme.frames_before(index));
            let urgency =
                Urgency::Listener(started + std::time::Duration::from_millis(heard_after));
            let gain_db = match gain_db {
                Some(gain_db) => Ok(gain_db),
                None => programme.gain_db(urgency).await,
            };
            let part = match gain_db {
                Ok(gain_db) => {
                    let part = programme.part(index, encoding, gain_db, urgency);
                    part.await.map(|part| (part, gain_db))
                }
                Err(error) => Err(error),
            };
            Some(match part {
                Ok((part, gain_db)) => (Ok(Bytes::from(part)), (index + 1, Some(gain_db))),
                // The length was promised, and nothing else fits in this place: it ends here.
                Err(error) => (Err(error.into()), (total, None)),
            })
        }
    });
    Ok(ready(header).chain(made).chain(ready(trailer)))
}

/// The page for the clerk.
pub(super) async fn page() -> Response<Body> {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
                  frame-ancestors 'self'; base-uri 'none'";
    let mut response = axum::response::IntoResponse::into_response(Html(PAGE));
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        header::HeaderValue::from_static(policy),
    );
    response
}
