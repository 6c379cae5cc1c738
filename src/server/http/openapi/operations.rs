//! What types do not say of an operation: its words, its media types and what can go wrong.

use aide::generate::in_context;
use aide::openapi::{ReferenceOr, Response, StatusCode};
use aide::operation::add_parameters;
use aide::transform::TransformOperation;
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::super::super::problem::ProblemBody;
use super::super::clips::TimingAnswer;
use super::super::speech::SpeechError;
use super::from_json;

/// An operation while it is described.
pub(in crate::server::http) type Described<'t> = TransformOperation<'t>;

pub(in crate::server::http) fn read_page(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("readPage")
        .summary("The reading of a page, before any audio exists")
        .tag("readings");
    with_problems(operation, &READING_FAILS)
}

pub(in crate::server::http) fn known_reading(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("knownReading")
        .summary("The whole of a reading that was asked for before, without reading its page again")
        .tag("readings");
    with_problems(operation, &READING_FAILS)
}

pub(in crate::server::http) fn read_source(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("readSource")
        .summary("The reading of a page, of HTML, of text or of a file")
        .description(
            "HTML, text and files are private: their clips are kept in memory for a stated time, \
             under ids that cannot be guessed.",
        )
        .tag("readings");
    with_problems(operation, &READING_FAILS)
}

pub(in crate::server::http) fn clip(operation: Described<'_>) -> Described<'_> {
    let media = json!({
        "audio/mpeg": binary(),
        "audio/ogg; codecs=opus": binary(),
        "audio/wav": binary(),
        "application/json": { "schema": schema_of::<TimingAnswer>() },
    });
    let operation = operation
        .id("clip")
        .summary("One sentence as a complete file, or when its syllables are heard")
        .description("Never changes under its address. Takes `HEAD` too.")
        .tag("readings");
    with_problems(file_answers(operation, &media), &CLIP_FAILS)
}

pub(in crate::server::http) fn whole_document(operation: Described<'_>) -> Described<'_> {
    let media = json!({ "audio/mpeg": binary(), "text/vtt": text() });
    let operation = operation
        .id("document")
        .summary("A whole document as one file, and its captions")
        .description(
            "The length is known before the audio exists. Takes `HEAD` too. An address with `url` \
             outlives the reading: one that is not known any more is made again from the page as \
             it stands now.",
        )
        .tag("readings");
    with_problems(file_answers(operation, &media), &READING_FAILS)
}

pub(in crate::server::http) fn broadcast(operation: Described<'_>) -> Described<'_> {
    let media = json!({
        "audio/mpeg": binary(),
        "audio/wav": binary(),
        "application/x-subrip": text(),
        "text/vtt": text(),
    });
    let programme = json!({ "description": "The file.", "content": media });
    let operation = operation
        .id("broadcast")
        .summary("A document as a programme for a loudspeaker, and its captions")
        .description(
            "A chime, title, issuer and date, the document as often as it is wanted with pauses between, and \
             its end, at a stated loudness (ITU-R BS.1770). The length is known before the audio exists.",
        )
        .tag("readings");
    with_problems(respond(operation, 200, programme), &READING_FAILS)
}

pub(in crate::server::http) fn broadcast_page(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("broadcastPage")
        .summary("A page on which a clerk asks for a programme")
        .tag("player");
    respond(operation, 200, answer("The page.", "text/html"))
}

pub(in crate::server::http) fn speech(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("speech")
        .summary("Text to speech in the OpenAI shape")
        .tag("speech");
    let audio = json!({
        "description": "The audio, sent as it is made.",
        "content": {
            "audio/mpeg": binary(),
            "audio/ogg; codecs=opus": binary(),
            "audio/flac": binary(),
            "audio/wav": binary(),
            "audio/pcm": binary(),
            "text/event-stream": text(),
        },
    });
    let error = json!({ "application/json": { "schema": schema_of::<SpeechError>() } });
    let fails = CLIP_FAILS.iter().chain(&[(400, "A field cannot be used.")]);
    fails.fold(
        respond(operation, 200, audio),
        |operation, (status, why)| {
            let answer = json!({ "description": why, "content": error });
            respond(operation, *status, answer)
        },
    )
}

pub(in crate::server::http) fn voices(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("voices")
        .summary("The voices that can be asked for, the default one first")
        .tag("speech");
    with_problems(operation, &[(400, "The query cannot be read.")])
}

pub(in crate::server::http) fn models(operation: Described<'_>) -> Described<'_> {
    operation
        .id("models")
        .summary("The models that can be named: it makes no difference which, the voice decides")
        .tag("speech")
}

pub(in crate::server::http) fn speech_models(operation: Described<'_>) -> Described<'_> {
    operation
        .id("speechModels")
        .summary("The same, as speech servers list them")
        .tag("speech")
}

pub(in crate::server::http) fn podcast(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("podcast")
        .summary("A column as a podcast (RSS 2.0); enclosure lengths are exact")
        .tag("feeds");
    let feed = file_answers(operation, &json!({ "application/rss+xml": text() }));
    with_problems(feed, &READING_FAILS)
}

pub(in crate::server::http) fn playlist(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("playlist")
        .summary("A column as a playlist (extended M3U) of whole-document files")
        .tag("feeds");
    let list = file_answers(operation, &json!({ "audio/x-mpegurl": text() }));
    with_problems(list, &READING_FAILS)
}

pub(in crate::server::http) fn feed_picture(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("feedPicture")
        .summary("The picture of podcasts, where gateway.feed_picture names none")
        .tag("feeds");
    respond(operation, 200, answer("The picture.", "image/png"))
}

pub(in crate::server::http) fn qr(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("qr")
        .summary("A QR code to the page that reads a document")
        .tag("feeds");
    let fails = [
        (400, "The address cannot be used."),
        (403, "The host is not allowed."),
    ];
    let picture = answer("The answer.", "image/svg+xml");
    with_problems(respond(operation, 200, picture), &fails)
}

pub(in crate::server::http) fn player_version(operation: Described<'_>) -> Described<'_> {
    operation
        .id("playerVersion")
        .summary("What a page needs to pin the player")
        .tag("player")
}

pub(in crate::server::http) fn prepare(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("prepare")
        .summary("Makes documents before anybody listens, in idle time")
        .description(
            "A page named by its address that was withdrawn is published again. The operation \
             goes on after a restart.",
        )
        .tag("hooks")
        .security_requirement("token");
    with_problems(operation, &HOOK_FAILS)
}

pub(in crate::server::http) fn prepare_progress(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("prepareProgress")
        .summary("How far an operation of preparation is")
        .tag("hooks")
        .security_requirement("token");
    with_problems(operation, &HOOK_FAILS)
}

pub(in crate::server::http) fn withdraw(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("withdraw")
        .summary("Takes a document back: purged from every tier, and refused from now on")
        .tag("hooks")
        .security_requirement("token");
    with_problems(operation, &HOOK_FAILS)
}

pub(in crate::server::http) fn report(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("report")
        .summary("A listener says that a sentence is read wrong (读错了)")
        .description("Of pages only: what somebody handed over is kept nowhere.")
        .tag("reports");
    with_problems(operation, &REPORT_FAILS)
}

pub(in crate::server::http) fn listen(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("listen")
        .summary("A page that reads one document, without JavaScript")
        .tag("player");
    let page = respond(operation, 200, answer("The answer.", "text/html"));
    READING_FAILS.iter().fold(page, |operation, (status, why)| {
        let said = format!("{why} Said in words, on a page.");
        respond(operation, *status, answer(&said, "text/html"))
    })
}

pub(in crate::server::http) fn player(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("player")
        .summary("The player, whichever version the gateway has")
        .tag("player");
    file_answers(operation, &json!({ "text/javascript": text() }))
}

pub(in crate::server::http) fn pinned_player(mut operation: Described<'_>) -> Described<'_> {
    in_context(|ctx| {
        let version = from_json(json!({
            "name": "version",
            "in": "path",
            "required": true,
            "description": "As `/v1/player.json` says.",
            "schema": { "type": "string", "pattern": "^[0-9a-f]{16}$" },
        }));
        add_parameters(ctx, operation.inner_mut(), [version]);
    });
    let operation = operation
        .id("pinnedPlayer")
        .summary("The player at an address that names its bytes")
        .tag("player");
    let script = file_answers(operation, &json!({ "text/javascript": text() }));
    with_problems(script, &[(404, "The gateway has another version.")])
}

pub(in crate::server::http) fn player_types(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("playerTypes")
        .summary("The player's TypeScript declarations")
        .tag("player");
    file_answers(operation, &json!({ "text/plain": text() }))
}

pub(in crate::server::http) fn leave(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("leaveReading")
        .summary("A player was closed: frees the seat that is kept for its next clip")
        .tag("readings");
    respond(operation, 204, json!({ "description": "It is free." }))
}

pub(in crate::server::http) fn listened(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("listened")
        .summary("A player tells how far its document is heard (收听统计)")
        .description(
            "Counted by day, document and device, without anything of who listens; of pages only.",
        )
        .tag("readings");
    let counted = respond(operation, 204, json!({ "description": "It is counted." }));
    with_problems(counted, &LISTENED_FAILS)
}

pub(in crate::server::http) fn player_sheet<'t>(
    operation: Described<'t>,
    id: &str,
) -> Described<'t> {
    let operation = operation
        .id(id)
        .summary("A style sheet of the player, for browsers that cannot make it themselves")
        .tag("player");
    file_answers(operation, &json!({ "text/css": text() }))
}

pub(in crate::server::http) fn openapi(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("openapi")
        .summary("This document")
        .tag("player");
    let object = json!({ "application/json": { "schema": { "type": "object" } } });
    file_answers(operation, &object)
}

/// What can go wrong on the way to a reading.
const READING_FAILS: [(u16, &str); 10] = [
    (400, "A field of the request cannot be used."),
    (401, "The token is not known."),
    (
        403,
        "The host is not on the list of allowed hosts, or the caller may not have this.",
    ),
    (404, "No such voice, or no such reading."),
    (410, "The page was withdrawn."),
    (
        422,
        "Nothing on the page can be read aloud, or the voice is not installed.",
    ),
    (
        429,
        "No room, or the caller's quota is used up; `Retry-After` says for how long.",
    ),
    (500, "The voice or an encoder failed."),
    (502, "The page cannot be fetched."),
    (503, "The service is shutting down."),
];

/// What can go wrong with a clip whose reading was made.
const CLIP_FAILS: [(u16, &str); 7] = [
    (401, "The token is not known."),
    (404, "Unknown here."),
    (
        410,
        "A correction has made it wrong: ask for the reading again.",
    ),
    (422, "The voice is not installed."),
    (
        429,
        "No room, or the caller's quota is used up; `Retry-After` says for how long.",
    ),
    (500, "The voice or an encoder failed."),
    (503, "The service is shutting down."),
];

/// What can go wrong with a count.
const LISTENED_FAILS: [(u16, &str); 4] = [
    (400, "The event, the device or the time is none."),
    (401, "The token is not known."),
    (404, "The reading is not known here."),
    (429, "More than a listener tells in a minute."),
];

/// What can go wrong with a report.
const REPORT_FAILS: [(u16, &str); 5] = [
    (
        400,
        "The sentence is not the clip's, or the word not the sentence's.",
    ),
    (401, "The token is not known."),
    (404, "The clip is of no page that is known here."),
    (429, "More reports than a listener sends in a minute."),
    (503, "The database cannot be written."),
];

/// What can go wrong with a hook.
const HOOK_FAILS: [(u16, &str); 6] = [
    (400, "A field of the request cannot be used."),
    (401, "No token is shown, or one that is not known."),
    (
        403,
        "The token is no operator's, or the host is not allowed.",
    ),
    (404, "No such voice, or no such operation."),
    (429, "Too many operations are waiting."),
    (503, "The ledger or the operations cannot be written."),
];

pub(in crate::server::http) fn with_problems<'t>(
    operation: Described<'t>,
    problems: &[(u16, &str)],
) -> Described<'t> {
    let schema = schema_of::<ProblemBody>();
    let content = json!({ "application/problem+json": { "schema": schema } });
    problems.iter().fold(operation, |operation, (status, why)| {
        let problem = json!({ "description": why, "content": content });
        respond(operation, *status, problem)
    })
}

/// The answers of a file that knows ETags and ranges; `media` is its content.
pub(in crate::server::http) fn file_answers<'t>(
    operation: Described<'t>,
    media: &Value,
) -> Described<'t> {
    let text =
        |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    let etag = text("Names the bytes: send it back in `If-None-Match`.");
    let range = text("The range, and the whole length.");
    let answers = [
        (
            200,
            json!({ "description": "All of it.", "headers": { "ETag": etag }, "content": media }),
        ),
        (
            206,
            json!({
                "description": "The range that was asked for.",
                "headers": { "ETag": etag, "Content-Range": range },
                "content": media,
            }),
        ),
        (
            304,
            json!({ "description": "The caller has it.", "headers": { "ETag": etag } }),
        ),
        (
            416,
            json!({ "description": "No such range.", "headers": { "Content-Range": range } }),
        ),
    ];
    answers
        .into_iter()
        .fold(operation, |operation, (status, answer)| {
            respond(operation, status, answer)
        })
}

pub(in crate::server::http) fn respond(
    mut operation: Described<'_>,
    status: u16,
    answer: Value,
) -> Described<'_> {
    let answer: Response = from_json(answer);
    let responses = operation.inner_mut().responses.get_or_insert_default();
    let status = StatusCode::Code(status);
    responses
        .responses
        .insert(status, ReferenceOr::Item(answer));
    operation
}

/// An answer of one media type, which is text.
fn answer(description: &str, media_type: &str) -> Value {
    let content = Map::from_iter([(media_type.to_owned(), text())]);
    json!({ "description": description, "content": content })
}

fn schema_of<T: JsonSchema>() -> Value {
    in_context(|ctx| ctx.schema.subschema_for::<T>().to_value())
}

pub(in crate::server::http) fn text() -> Value {
    json!({ "schema": { "type": "string" } })
}

pub(in crate::server::http) fn binary() -> Value {
    json!({ "schema": { "type": "string", "format": "binary" } })
}
