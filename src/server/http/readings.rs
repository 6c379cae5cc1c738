//! `GET` and `POST /v1/readings`: the Reading as JSON, before any audio exists.

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Json, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::access::{Authenticator, Caller};
use super::super::problem::Problem;
use super::Gateway;
use super::document;
use crate::reading::{ReadOptions, Reading, Source};
use langdu_audio::Encoding;
use langdu_clips::{Form, Layout};
use langdu_document::{BlockKind, Utf16Offsets};
use langdu_text::Utterance;
use langdu_voice::voices::VoiceChoice;

#[derive(Deserialize)]
pub(super) struct ByUrl {
    url: String,
    #[serde(default)]
    voice: String,
    rate: Option<f64>,
    #[serde(default)]
    follow_attachments: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ByBody {
    url: Option<String>,
    html: Option<String>,
    base_url: Option<url::Url>,
    text: Option<String>,
    /// In base64.
    file: Option<String>,
    media_type: Option<String>,
    #[serde(default)]
    follow_attachments: bool,
    #[serde(default)]
    voice: String,
    rate: Option<f64>,
}

pub(super) async fn by_url(
    State(gateway): State<Gateway>,
    caller: Caller,
    query: Result<Query<ByUrl>, QueryRejection>,
) -> Result<impl IntoResponse + use<>, Problem> {
    let Query(query) = query.map_err(|error| Problem::invalid("url", error.body_text()))?;
    let options = options(query.voice, query.rate);
    let source = Source::page(query.url, query.follow_attachments);
    handed_out(&gateway, &caller, source, options).await
}

pub(super) async fn by_body(
    State(gateway): State<Gateway>,
    caller: Caller,
    body: Result<Json<ByBody>, JsonRejection>,
) -> Result<impl IntoResponse + use<>, Problem> {
    let Json(body) = body.map_err(|error| Problem::invalid("body", error.body_text()))?;
    let options = options(body.voice, body.rate);
    let source = match (body.url, body.html, body.text, body.file) {
        (Some(url), None, None, None) => Source::page(url, body.follow_attachments),
        (None, Some(html), None, None) => Source::Html {
            content: html.into_bytes().into(),
            base_url: body.base_url,
            // JSON is always UTF-8, whatever the page says of itself.
            content_type: Some("text/html; charset=utf-8".to_owned()),
        },
        (None, None, Some(text), None) => Source::Text(text),
        (None, None, None, Some(file)) => Source::File {
            content: BASE64
                .decode(file)
                .map_err(|error| Problem::invalid("file", format!("it is no base64: {error}")))?
                .into(),
            media_type: body.media_type,
        },
        _ => {
            let message = "give one of url, html, text and file";
            return Err(Problem::invalid("body", message));
        }
    };
    handed_out(&gateway, &caller, source, options).await
}

/// The reading, unless its clips would be refused the next moment.
async fn handed_out(
    gateway: &Gateway,
    caller: &Caller,
    source: Source,
    options: ReadOptions,
) -> Result<impl IntoResponse + use<>, Problem> {
    let reading = gateway.service.read(caller, source, options).await?;
    let form = Form::plain(Encoding::Mp3, Layout::File);
    gateway.service.room(caller, &reading, form).await?;
    gateway.schedule.note(&reading);
    Ok(answer(&reading, gateway.service.authenticator()))
}

pub(super) fn options(voice: String, rate: Option<f64>) -> ReadOptions {
    ReadOptions {
        voice: VoiceChoice {
            name: voice,
            ..VoiceChoice::default()
        },
        rate: rate.unwrap_or(1.0),
        ..ReadOptions::default()
    }
}

fn answer(reading: &Reading, authenticator: &Authenticator) -> impl IntoResponse + use<> {
    (
        [
            (header::CONTENT_TYPE, "application/json"),
            // The page may change at any time; its clips do not.
            (header::CACHE_CONTROL, "no-cache"),
        ],
        reading_json(reading, authenticator).to_string(),
    )
}

/// Addresses are relative to the gateway's root, so that a path prefix works.
pub(super) fn reading_json(reading: &Reading, authenticator: &Authenticator) -> Value {
    let document = &reading.document;
    let blocks: Vec<Value> = document
        .blocks
        .iter()
        .enumerate()
        .map(|(index, block)| {
            let mut value = json!({
                "index": index,
                "kind": kind(&block.kind),
                "text": block.text,
            });
            if let BlockKind::Heading { level } | BlockKind::ListItem { level } = block.kind {
                value["level"] = json!(level);
            }
            value
        })
        .collect();
    let offsets: Vec<Utf16Offsets> = document.blocks.iter().map(Utf16Offsets::of).collect();
    let utterances: Vec<Value> = reading
        .script
        .utterances
        .iter()
        .zip(&reading.clips)
        .enumerate()
        .map(|(index, (utterance, clip))| {
            let mut value = json!({
                "index": index,
                "text": utterance.text,
                "spoken": utterance.spoken,
                "generated": utterance.generated,
                "pause_ms": utterance.pause_ms,
                "span": utterance.span,
                "syllables": syllables(utterance, &offsets),
                "clip": clip.to_string(),
                "timing": format!("v1/clips/{clip}.json"),
            });
            value["audio"] = json!({
                "mp3": format!("v1/clips/{clip}.mp3"),
                "opus": format!("v1/clips/{clip}.opus"),
                "wav": format!("v1/clips/{clip}.wav"),
            });
            value
        })
        .collect();
    json!({
        "id": reading.id,
        "url": reading.url,
        "title": document.title,
        "subtitle": document.subtitle,
        "doc_number": document.doc_number,
        "issuer": document.issuer,
        "date": document.date,
        "doc_date": document.doc_date,
        "source": document.source,
        "voice": reading.voice.speaker.name,
        "language_code": reading.voice.pack().language_codes.first(),
        "synthetic": true,
        "blocks": blocks,
        "utterances": utterances,
        "audio": {
            "mp3": document::address(reading, "mp3", authenticator),
            "vtt": document::address(reading, "vtt", authenticator),
        },
        "attachments": document.attachments,
        "footnotes": document.footnotes,
    })
}

fn kind(kind: &BlockKind) -> &'static str {
    match kind {
        BlockKind::Title => "title",
        BlockKind::Subtitle => "subtitle",
        BlockKind::DocNumber => "doc_number",
        BlockKind::Heading { .. } => "heading",
        BlockKind::Paragraph => "paragraph",
        BlockKind::ListItem { .. } => "list_item",
        BlockKind::Table(_) => "table",
        BlockKind::Picture => "picture",
        BlockKind::Closing => "closing",
    }
}

fn syllables(utterance: &Utterance, offsets: &[Utf16Offsets]) -> Vec<[usize; 2]> {
    let Some(offsets) = utterance.span.and_then(|span| offsets.get(span.block)) else {
        return Vec::new();
    };
    utterance
        .syllables
        .iter()
        .map(|syllable| [offsets.at(syllable.start), offsets.at(syllable.end)])
        .collect()
}
