//! `GET /v1/audio/{reading}.mp3` and `.vtt`: a whole document as one file, and its captions.
//!
//! A document is its clips' frames one after the other, so its exact length follows from the
//! timings alone: the file has a `Content-Length` and answers `Range` before its audio exists.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream;
use schemars::JsonSchema;
use serde::Deserialize;
use url::form_urlencoded;

use super::super::admission::Seat;
use super::super::problem::Problem;
use super::super::service::ReadingService;
use super::identity::PageCaller;
use super::query::read_options;
use super::range::{Lifetime, RangeHeaders, file, finish, is_known, wanted};
use crate::captions::{cues_of, frames_of, web_vtt};
use crate::reading::{Reader, Reading, Source};
use crate::reason::Reason;
use crate::server::byte_range::{Cut, Wanted, cuts};
use crate::server::schema::rate;
use langdu_audio::Encoding;
use langdu_audio::encode::mp3;
use langdu_audio::pcm::{FRAME_RATE_HZ, MP3_FRAME_SAMPLES};
use langdu_clips::{ClipId, Clips, Form, Layout, Timing};
use langdu_voice::pool::Urgency;

/// What makes a forgotten reading again: a podcast's listener may come days later.
#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct DocumentQuery {
    /// The page it was made from.
    #[schemars(url)]
    url: Option<String>,
    /// A voice's name, see `/v1/audio/voices`.
    #[serde(default)]
    voice: String,
    /// 1 is the normal rate.
    #[schemars(transform = rate)]
    rate: Option<f64>,
    // A page of another origin cannot ask its browser for that.
    /// Sends it as a file to keep, named after the document.
    #[serde(default)]
    download: bool,
    /// The main attachment was read of a page that only points to it.
    #[serde(default)]
    follow_attachments: bool,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct DocumentFile {
    /// `{reading}.mp3` or `{reading}.vtt`.
    #[schemars(regex(pattern = r"^[0-9a-f]{32}\.(mp3|vtt)$"))]
    name: String,
}

pub(super) async fn audio(
    State(service): State<Arc<ReadingService>>,
    PageCaller(caller): PageCaller,
    Path(DocumentFile { name }): Path<DocumentFile>,
    query: Result<Query<DocumentQuery>, QueryRejection>,
    RangeHeaders(headers): RangeHeaders,
) -> Result<Response<Body>, Problem> {
    let unknown = || Problem::not_found("no such reading is known here: ask for it again");
    let Query(query) = query.map_err(|error| Problem::invalid("url", error.body_text()))?;
    let (id, extension) = name.split_once('.').ok_or_else(unknown)?;
    if !matches!(extension, "mp3" | "vtt") {
        return Err(unknown());
    }
    let reader = service.reader();
    let remembered = reader
        .reading(id)
        .filter(|reading| is_of(reading, query.url.as_deref()));
    let reading = match (remembered, query.url) {
        (Some(reading), _) => {
            service.may_hear(&caller, &reading)?;
            // The exact length of the file is known when all of it is.
            reading.whole().await
        }
        // The page may have changed since: then this is the document as it stands now.
        (None, Some(url)) => {
            let options = read_options(query.voice, query.rate);
            let source = Source::page(url, query.follow_attachments);
            service.read(&caller, source, options).await?
        }
        (None, None) => return Err(unknown()),
    };
    let timings = timings(reader, &reading).await?;
    if extension == "mp3" {
        let form = Form::plain(Encoding::Mp3, Layout::Stream);
        let seat = service.seat(&caller, &reading, form).await?;
        let clips = reader.clips().clone();
        let mut response = whole(clips, &reading, &timings, &headers, seat);
        if query.download {
            let name = named_file("read-aloud", &reading.document.title, "mp3");
            response
                .headers_mut()
                .insert(header::CONTENT_DISPOSITION, name);
        }
        return Ok(response);
    }
    // The captions follow from the reading, but the address outlives an edit of the page.
    let lifetime = if reading.is_private() {
        Lifetime::Private
    } else {
        Lifetime::Short
    };
    let captions = web_vtt(&cues_of(&reading, &timings)).into();
    Ok(file(
        &headers,
        captions,
        "text/vtt; charset=utf-8",
        lifetime,
    ))
}

/// Whether a reading is that of the page at `url`, where one is named: two pages of the same words
/// have one id, and an address is signed for one of them.
fn is_of(reading: &Reading, url: Option<&str>) -> bool {
    url.is_none_or(|url| reading.url.as_deref() == Some(url))
}

/// `Content-Disposition` of a file to be kept, named after the document (RFC 6266); `plain` is its name where
/// Chinese cannot be written.
pub(super) fn named_file(plain: &str, title: &str, extension: &str) -> HeaderValue {
    let plain = format!("attachment; filename=\"{plain}.{extension}\"");
    // RFC 8187 knows no `+`, and no bare `*`.
    let encoded: String = form_urlencoded::byte_serialize(title.as_bytes()).collect();
    let encoded = encoded.replace('+', "%20").replace('*', "%2A");
    let named = match title {
        "" => plain,
        _ => format!("{plain}; filename*=UTF-8''{encoded}.{extension}"),
    };
    HeaderValue::from_str(&named).unwrap_or(HeaderValue::from_static("attachment"))
}

/// The timing of every clip of a reading.
pub(super) async fn timings(
    reader: &Reader,
    reading: &Reading,
) -> Result<Vec<Arc<Timing>>, Problem> {
    let mut timings = Vec::with_capacity(reading.clips.len());
    for &id in &reading.clips {
        timings.push(reader.clips().timing(id, Urgency::now()).await?);
    }
    Ok(timings)
}

/// How long the whole document plays.
pub(super) fn duration(timings: &[Arc<Timing>]) -> Duration {
    let samples = samples(timings);
    Duration::from_millis(samples * 1000 / u64::from(FRAME_RATE_HZ))
}

/// The exact length of the whole document's MP3, in bytes.
pub(super) fn length(reading: &Reading, timings: &[Arc<Timing>]) -> u64 {
    mp3::document_len(samples(timings), &reading.tags())
}

/// Samples of the whole document's MP3, at [`FRAME_RATE_HZ`].
fn samples(timings: &[Arc<Timing>]) -> u64 {
    let frames: u64 = timings.iter().map(|timing| frames_of(timing)).sum();
    frames * MP3_FRAME_SAMPLES as u64
}

/// A stretch of the file: what it holds and how long it is.
#[derive(Clone)]
enum Piece {
    Ready(Bytes),
    Clip { id: ClipId, length: u64 },
}

impl Piece {
    fn length(&self) -> u64 {
        match self {
            Self::Ready(bytes) => bytes.len() as u64,
            Self::Clip { length, .. } => *length,
        }
    }
}

fn whole(
    clips: Arc<Clips>,
    reading: &Reading,
    timings: &[Arc<Timing>],
    headers: &HeaderMap,
    seat: Option<Seat>,
) -> Response<Body> {
    let pieces = pieces(reading, timings);
    let length: u64 = pieces.iter().map(Piece::length).sum();
    let etag = format!("\"{}\"", reading.id);
    let cache_control = if reading.is_private() {
        Lifetime::Private.cache_control()
    } else {
        "public, max-age=3600"
    };
    let builder = Response::builder()
        .header(header::ETAG, &etag)
        .header(header::CACHE_CONTROL, cache_control)
        .header(header::ACCEPT_RANGES, "bytes");
    if is_known(headers, &etag) {
        return finish(builder.status(StatusCode::NOT_MODIFIED).body(Body::empty()));
    }
    let builder = builder.header(header::CONTENT_TYPE, Encoding::Mp3.media_type());
    let (first, end, builder) = match wanted(headers, length, &etag) {
        Wanted::Whole => (0, length, builder),
        Wanted::Part { first, last } => {
            let range = format!("bytes {first}-{last}/{length}");
            let part = builder
                .status(StatusCode::PARTIAL_CONTENT)
                .header(header::CONTENT_RANGE, range);
            (first, last + 1, part)
        }
        Wanted::Unsatisfiable => {
            return finish(
                builder
                    .status(StatusCode::RANGE_NOT_SATISFIABLE)
                    .header(header::CONTENT_RANGE, format!("bytes */{length}"))
                    .body(Body::empty()),
            );
        }
    };
    finish(
        builder
            .header(header::CONTENT_LENGTH, end - first)
            .body(Body::from_stream(body(clips, pieces, (first, end), seat))),
    )
}

fn pieces(reading: &Reading, timings: &[Arc<Timing>]) -> Vec<Piece> {
    let tags = reading.tags();
    let header = Piece::Ready(mp3::document_header(samples(timings), &tags).into());
    let clips = reading
        .clips
        .iter()
        .zip(timings)
        .map(|(&id, timing)| Piece::Clip {
            id,
            length: frames_of(timing) * mp3::FRAME_BYTES as u64,
        });
    let trailer = Piece::Ready(mp3::document_trailer().into());
    std::iter::once(header)
        .chain(clips)
        .chain([trailer])
        .collect()
}

/// The bytes `first..end` of the file, each clip made when its turn comes and due when it will be
/// heard, so that a download is not served before those who listen. A clip that cannot be
/// made ends the body early: its place has been promised, and nothing else fits there.
fn body(
    clips: Arc<Clips>,
    pieces: Vec<Piece>,
    (first, end): (u64, u64),
    seat: Option<Seat>,
) -> impl futures::Stream<Item = Result<Bytes, Problem>> + Send {
    let needed: Vec<(Cut, Piece)> = cuts(pieces.iter().map(Piece::length), first..end)
        .into_iter()
        .map(|cut| (cut.clone(), pieces[cut.piece].clone()))
        .collect();
    let started = Instant::now();
    let mut begun = false;
    stream::iter(needed).then(move |(cut, piece)| {
        // The seat is kept as long as the body, and counts as long as the body is taken.
        seat.iter().for_each(Seat::goes_on);
        let clips = clips.clone();
        let is_clip = matches!(piece, Piece::Clip { .. });
        let is_first = is_clip && !begun;
        begun |= is_clip;
        async move {
            let length = piece.length();
            let bytes = match piece {
                Piece::Ready(bytes) => bytes,
                Piece::Clip { id, .. } => {
                    let form = Form::plain(Encoding::Mp3, Layout::Stream);
                    let heard_after = playing_time(cut.offset.saturating_sub(first));
                    let urgency = if is_first {
                        Urgency::Newcomer(started)
                    } else {
                        Urgency::Listener(started + heard_after)
                    };
                    clips.get(id, form, urgency).await?.bytes
                }
            };
            if bytes.len() as u64 != length {
                let message = format!(
                    "a clip has {} bytes where its timing promised {length}",
                    bytes.len()
                );
                return Err(Problem::new(Reason::SynthesisFailed, message));
            }
            let index = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
            Ok(bytes.slice(index(cut.bytes.start)..index(cut.bytes.end)))
        }
    })
}

/// How long so many bytes of the file play.
fn playing_time(bytes: u64) -> Duration {
    let samples = bytes / mp3::FRAME_BYTES as u64 * MP3_FRAME_SAMPLES as u64;
    Duration::from_millis(samples * 1000 / u64::from(FRAME_RATE_HZ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_its_document_whatever_it_is_called() {
        assert_eq!(
            named_file("read-aloud", "停水 a*b\"\n", "mp3"),
            "attachment; filename=\"read-aloud.mp3\"; \
             filename*=UTF-8''%E5%81%9C%E6%B0%B4%20a%2Ab%22%0A.mp3"
        );
        assert_eq!(
            named_file("read-aloud", "", "mp3"),
            "attachment; filename=\"read-aloud.mp3\""
        );
    }
}
