//! `GET /openapi.json`: the gateway's routes described, for people and for generators.
//!
//! Written by hand and held to the routes and their answers by tests.

mod schemas;

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::feed::{DEFAULT_LIMIT, MAX_LIMIT};
use super::range::{Lifetime, file};
use crate::reading::RATE_RANGE;

static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| describe().to_string().into());

pub(super) async fn document(headers: HeaderMap) -> Response<Body> {
    file(
        &headers,
        DOCUMENT.clone(),
        "application/json",
        Lifetime::Short,
    )
}

pub(super) fn describe() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "langdu",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The HTTP gateway of langdu, which reads Chinese policy documents aloud",
            "description": "Errors are `application/problem+json`. The gRPC contract \
                (`langdu.v1.ReadAloud`) is accepted here as gRPC-Web, except `Prepare` and \
                `Withdraw`.",
            "license": { "name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later" },
        },
        "servers": [{
            "url": "/",
            "description": "The gateway's root, or the path under which a portal proxies it.",
        }],
        "tags": [
            { "name": "readings", "description": "Documents and their audio." },
            { "name": "speech", "description": "For clients made for another service." },
            { "name": "feeds", "description": "Columns as feeds, and codes." },
            { "name": "player", "description": "The button and the pages around it." },
            { "name": "hooks", "description": "For content systems, with an operator's token." },
        ],
        "paths": paths(),
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn paths() -> Value {
    json!({
        "/v1/readings": {
            "get": read_page(),
            "post": read_source(),
        },
        "/v1/clips/{name}": { "get": clip() },
        "/v1/audio/{name}": { "get": whole_document() },
        "/v1/audio/speech": { "post": speech() },
        "/v1/audio/voices": { "get": voices() },
        "/v1/feed.xml": { "get": feed(
            "podcast",
            "A column as a podcast (RSS 2.0); enclosure lengths are exact",
            "application/rss+xml",
        ) },
        "/v1/feed.m3u": { "get": feed(
            "playlist",
            "A column as a playlist (extended M3U) of whole-document files",
            "audio/x-mpegurl",
        ) },
        "/v1/qr.svg": { "get": code() },
        "/v1/player.json": { "get": json!({
            "operationId": "playerVersion",
            "summary": "What a page needs to pin the player",
            "tags": ["player"],
            "responses": { "200": answer("application/json", schema("Player")) },
        }) },
        "/v1/prepare": { "post": prepare(), "get": progress() },
        "/v1/withdraw": { "post": withdraw() },
        "/listen": { "get": listen() },
        "/read-aloud.js": { "get": cached(
            "player",
            "The player, whichever version the gateway has",
            "text/javascript",
        ) },
        "/read-aloud-{version}.js": { "get": pinned_player() },
        "/read-aloud.d.ts": { "get": cached(
            "playerTypes",
            "The player's TypeScript declarations",
            "text/plain",
        ) },
        "/openapi.json": { "get": this_document() },
    })
}

fn read_page() -> Value {
    json!({
        "operationId": "readPage",
        "summary": "The reading of a page, before any audio exists",
        "tags": ["readings"],
        "parameters": [page(), voice(), rate(), follow_attachments()],
        "responses": with_problems(
            json!({ "200": answer("application/json", schema("Reading")) }),
            &READING_FAILS,
        ),
    })
}

fn read_source() -> Value {
    json!({
        "operationId": "readSource",
        "summary": "The reading of a page, of HTML, of text or of a file",
        "description": "HTML, text and files are private: their clips are kept in memory for a stated \
            time, under ids that cannot be guessed.",
        "tags": ["readings"],
        "requestBody": body("ReadingRequest"),
        "responses": with_problems(
            json!({ "200": answer("application/json", schema("Reading")) }),
            &READING_FAILS,
        ),
    })
}

fn clip() -> Value {
    let media = json!({
        "audio/mpeg": binary(),
        "audio/ogg; codecs=opus": binary(),
        "audio/wav": binary(),
        "application/json": { "schema": schema("Timing") },
    });
    json!({
        "operationId": "clip",
        "summary": "One sentence as a complete file, or when its syllables are heard",
        "description": "Never changes under its address. Takes `HEAD` too.",
        "tags": ["readings"],
        "parameters": [
            in_path(
                "name",
                "`{id}.mp3`, `.opus` or `.wav`, or `{id}.json` for its timing.",
                r"^[0-9a-f]{32}\.(mp3|opus|wav|json)$",
            ),
            header("Range", "One range of bytes."),
            header("If-Range", "An ETag: the range only of that version."),
            header("If-None-Match", "ETags that the caller has."),
        ],
        "responses": with_problems(file_answers(&media), &CLIP_FAILS),
    })
}

fn whole_document() -> Value {
    let media = json!({ "audio/mpeg": binary(), "text/vtt": text() });
    json!({
        "operationId": "document",
        "summary": "A whole document as one file, and its captions",
        "description": "The length is known before the audio exists. Takes `HEAD` too. An address \
            with `url` outlives the reading: one that is not known any more is made again from \
            the page as it stands now.",
        "tags": ["readings"],
        "parameters": [
            in_path(
                "name",
                "`{reading}.mp3` or `{reading}.vtt`.",
                r"^[0-9a-f]{32}\.(mp3|vtt)$",
            ),
            query("url", "The page it was made from.", false, address()),
            voice(),
            rate(),
            query(
                "download",
                "Sends it as a file to keep, named after the document.",
                false,
                json!({ "type": "boolean", "default": false }),
            ),
            header("Range", "One range of bytes."),
            header("If-Range", "An ETag: the range only of that version."),
            header("If-None-Match", "ETags that the caller has."),
        ],
        "responses": with_problems(file_answers(&media), &READING_FAILS),
    })
}

fn speech() -> Value {
    let mut responses = json!({
        "200": {
            "description": "The audio, sent as it is made.",
            "content": {
                "audio/mpeg": binary(),
                "audio/ogg; codecs=opus": binary(),
                "audio/wav": binary(),
                "audio/pcm": binary(),
            },
        },
    });
    for (status, description) in CLIP_FAILS
        .iter()
        .chain(&[("400", "A field cannot be used.")])
    {
        responses[status] = json!({
            "description": description,
            "content": { "application/json": { "schema": schema("SpeechError") } },
        });
    }
    json!({
        "operationId": "speech",
        "summary": "Text to speech in the OpenAI shape",
        "tags": ["speech"],
        "requestBody": body("SpeechRequest"),
        "responses": responses,
    })
}

fn voices() -> Value {
    json!({
        "operationId": "voices",
        "summary": "The voices that can be asked for, the default one first",
        "tags": ["speech"],
        "parameters": [query(
            "language_code",
            "Only voices of this language (BCP 47).",
            false,
            json!({ "type": "string", "examples": ["cmn-CN"] }),
        )],
        "responses": with_problems(
            json!({ "200": answer("application/json", schema("Voices")) }),
            &[("400", "The query cannot be read.")],
        ),
    })
}

fn feed(operation: &str, summary: &str, media_type: &str) -> Value {
    let mut described = cached(operation, summary, media_type);
    described["tags"] = json!(["feeds"]);
    described["parameters"] = json!([
        query(
            "list",
            "The page that lists the documents.",
            true,
            address()
        ),
        query(
            "limit",
            "Documents at most.",
            false,
            json!({
                "type": "integer",
                "minimum": 1,
                "maximum": MAX_LIMIT,
                "default": DEFAULT_LIMIT,
            }),
        ),
        voice(),
        header("If-None-Match", "ETags that the caller has."),
    ]);
    described["responses"] = with_problems(described["responses"].take(), &READING_FAILS);
    described
}

fn code() -> Value {
    json!({
        "operationId": "qr",
        "summary": "A QR code to the page that reads a document",
        "tags": ["feeds"],
        "parameters": [page()],
        "responses": with_problems(
            json!({ "200": answer("image/svg+xml", json!({ "type": "string" })) }),
            &[("400", "The address cannot be used."), ("403", "The host is not allowed.")],
        ),
    })
}

fn prepare() -> Value {
    json!({
        "operationId": "prepare",
        "summary": "Makes documents before anybody listens, in idle time",
        "description": "A page named by its address that was withdrawn is published again. The \
            operation goes on after a restart.",
        "tags": ["hooks"],
        "security": [{ "token": [] }],
        "requestBody": body("PrepareRequest"),
        "responses": with_problems(
            json!({ "202": answer("application/json", schema("Operation")) }),
            &HOOK_FAILS,
        ),
    })
}

fn progress() -> Value {
    json!({
        "operationId": "prepareProgress",
        "summary": "How far an operation of preparation is",
        "tags": ["hooks"],
        "security": [{ "token": [] }],
        "parameters": [query(
            "operation",
            "As `POST` answered.",
            true,
            json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" }),
        )],
        "responses": with_problems(
            json!({ "200": answer("application/json", schema("PrepareProgress")) }),
            &HOOK_FAILS,
        ),
    })
}

fn withdraw() -> Value {
    json!({
        "operationId": "withdraw",
        "summary": "Takes a document back: purged from every tier, and refused from now on",
        "tags": ["hooks"],
        "security": [{ "token": [] }],
        "requestBody": body("WithdrawRequest"),
        "responses": with_problems(
            json!({ "200": answer("application/json", schema("Withdrawn")) }),
            &HOOK_FAILS,
        ),
    })
}

fn listen() -> Value {
    let mut responses = json!({ "200": answer("text/html", json!({ "type": "string" })) });
    for (status, description) in READING_FAILS {
        responses[status] = json!({
            "description": format!("{description} Said in words, on a page."),
            "content": { "text/html": text() },
        });
    }
    json!({
        "operationId": "listen",
        "summary": "A page that reads one document, without JavaScript",
        "tags": ["player"],
        "parameters": [page()],
        "responses": responses,
    })
}

fn pinned_player() -> Value {
    let mut described = cached(
        "pinnedPlayer",
        "The player at an address that names its bytes",
        "text/javascript",
    );
    described["parameters"] = json!([
        in_path("version", "As `/v1/player.json` says.", "^[0-9a-f]{16}$"),
        header("If-None-Match", "ETags that the caller has."),
    ]);
    described["responses"] = with_problems(
        described["responses"].take(),
        &[("404", "The gateway has another version.")],
    );
    described
}

fn this_document() -> Value {
    let mut described = cached("openapi", "This document", "application/json");
    let object = json!({ "application/json": { "schema": { "type": "object" } } });
    described["responses"] = file_answers(&object);
    described
}

/// A file that callers keep and ask for again with its ETag.
fn cached(operation: &str, summary: &str, media_type: &str) -> Value {
    json!({
        "operationId": operation,
        "summary": summary,
        "tags": ["player"],
        "parameters": [header("If-None-Match", "ETags that the caller has.")],
        "responses": file_answers(&json!({ media_type: text() })),
    })
}

/// What can go wrong on the way to a reading.
const READING_FAILS: [(&str, &str); 10] = [
    ("400", "A field of the request cannot be used."),
    ("401", "The token is not known."),
    (
        "403",
        "The host is not on the list of allowed hosts, or the caller may not have this.",
    ),
    ("404", "No such voice, or no such reading."),
    ("410", "The page was withdrawn."),
    (
        "422",
        "Nothing on the page can be read aloud, or the voice is not installed.",
    ),
    (
        "429",
        "No room, or the caller's quota is used up; `Retry-After` says for how long.",
    ),
    ("500", "The voice or an encoder failed."),
    ("502", "The page cannot be fetched."),
    ("503", "The service is shutting down."),
];

/// What can go wrong with a clip whose reading was made.
const CLIP_FAILS: [(&str, &str); 6] = [
    ("401", "The token is not known."),
    ("404", "Unknown here."),
    ("422", "The voice is not installed."),
    (
        "429",
        "No room, or the caller's quota is used up; `Retry-After` says for how long.",
    ),
    ("500", "The voice or an encoder failed."),
    ("503", "The service is shutting down."),
];

/// What can go wrong with a hook.
const HOOK_FAILS: [(&str, &str); 6] = [
    ("400", "A field of the request cannot be used."),
    ("401", "No token is shown, or one that is not known."),
    (
        "403",
        "The token is no operator's, or the host is not allowed.",
    ),
    ("404", "No such voice, or no such operation."),
    ("429", "Too many operations are waiting."),
    ("503", "The ledger or the operations cannot be written."),
];

fn with_problems(mut responses: Value, problems: &[(&str, &str)]) -> Value {
    for (status, description) in problems {
        responses[status] = json!({
            "description": description,
            "content": { "application/problem+json": { "schema": schema("Problem") } },
        });
    }
    responses
}

/// The answers of a file that knows ETags and ranges; `media` is its content.
fn file_answers(media: &Value) -> Value {
    let text =
        |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    let etag = text("Names the bytes: send it back in `If-None-Match`.");
    let range = text("The range, and the whole length.");
    json!({
        "200": { "description": "All of it.", "headers": { "ETag": etag }, "content": media },
        "206": {
            "description": "The range that was asked for.",
            "headers": { "ETag": etag, "Content-Range": range },
            "content": media,
        },
        "304": { "description": "The caller has it.", "headers": { "ETag": etag } },
        "416": { "description": "No such range.", "headers": { "Content-Range": range } },
    })
}

fn answer(media_type: &str, schema: Value) -> Value {
    let content = Map::from_iter([(media_type.to_owned(), json!({ "schema": schema }))]);
    json!({ "description": "The answer.", "content": content })
}

fn body(name: &str) -> Value {
    json!({
        "required": true,
        "content": { "application/json": { "schema": schema(name) } },
    })
}

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn text() -> Value {
    json!({ "schema": { "type": "string" } })
}

fn binary() -> Value {
    json!({ "schema": { "type": "string", "format": "binary" } })
}

fn address() -> Value {
    json!({ "type": "string", "format": "uri" })
}

fn follow_attachments() -> Value {
    query(
        "follow_attachments",
        "Read the main attachment of a page that only points to it.",
        false,
        json!({ "type": "boolean", "default": false }),
    )
}

fn page() -> Value {
    query("url", "A page on an allowed host.", true, address())
}

fn voice() -> Value {
    let description = "A voice's name, see `/v1/audio/voices`.";
    query("voice", description, false, json!({ "type": "string" }))
}

fn rate() -> Value {
    query("rate", "1 is the normal rate.", false, rate_schema())
}

fn rate_schema() -> Value {
    json!({
        "type": "number",
        "minimum": RATE_RANGE.start(),
        "maximum": RATE_RANGE.end(),
        "default": 1,
    })
}

fn query(name: &str, description: &str, required: bool, schema: Value) -> Value {
    json!({
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": schema,
    })
}

fn in_path(name: &str, description: &str, pattern: &str) -> Value {
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": description,
        "schema": { "type": "string", "pattern": pattern },
    })
}

fn header(name: &str, description: &str) -> Value {
    json!({
        "name": name,
        "in": "header",
        "description": description,
        "schema": { "type": "string" },
    })
}
