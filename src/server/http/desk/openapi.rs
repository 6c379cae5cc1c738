//! `GET /openapi.json` of the operators' listener: the desk's routes described, from their handlers' types.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use super::routes;
use crate::server::http::openapi::operations::{
    Described, binary, file_answers, respond, text, with_problems,
};
use crate::server::http::openapi::{describe_routes, from_json};
use crate::server::http::range::{IfNoneMatch, Lifetime, file};

static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| describe().to_string().into());

pub(super) async fn document(IfNoneMatch(headers): IfNoneMatch) -> Response<Body> {
    file(
        &headers,
        DOCUMENT.clone(),
        "application/json",
        Lifetime::Short,
    )
}

/// The description of every route of the desk.
pub(super) fn describe() -> Value {
    let routes = routes().into_iter();
    let routes = routes.map(|(path, methods)| (path.to_owned(), methods));
    let api = from_json(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "langdu proof desk",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "What editors may do: correct how words are read, and answer reports",
            "description": "Errors are `application/problem+json`. The same calls are in the gRPC \
                services `langdu.v1.Operator` and `langdu.v2.OperatorService`.",
            "license": { "name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later" },
        },
        "servers": [{ "url": "/", "description": "The operators' listener." }],
        "tags": [
            { "name": "corrections", "description": "How words are read." },
            { "name": "reports", "description": "What listeners say is read wrong." },
            { "name": "listens", "description": "How often documents are listened to." },
            { "name": "approvals", "description": "Which documents may be heard." },
            { "name": "documents", "description": "Documents as an editor sees them." },
        ],
        "security": [{ "token": [] }],
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    }));
    serde_json::to_value(describe_routes(routes, api)).unwrap_or_default()
}

pub(super) fn list(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("listCorrections")
        .summary("The corrections that hold, the latest first")
        .tag("corrections");
    with_problems(operation, &FAILS)
}

pub(super) fn create(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("createCorrection")
        .summary("Makes a correction: it is in force at once, on every replica")
        .description(
            "Only sentences that sound different are made again. Their old clips answer 410 from then on.",
        )
        .tag("corrections");
    with_problems(operation, &FAILS)
}

pub(super) fn get(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("correction")
        .summary("One correction, also a deleted one")
        .tag("corrections");
    with_problems(operation, &FAILS)
}

pub(super) fn update(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("updateCorrection")
        .summary("Decides a correction anew, unless somebody has changed it since you saw it")
        .tag("corrections");
    with_problems(operation, &FAILS)
}

pub(super) fn delete(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("deleteCorrection")
        .summary("Deletes a correction, unless somebody has changed it since you saw it")
        .tag("corrections");
    with_problems(operation, &FAILS)
}

pub(super) fn try_out(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("tryCorrection")
        .summary("How many documents and clips a decision would touch; nothing is decided")
        .tag("corrections");
    with_problems(operation, &FAILS)
}

pub(super) fn history(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("correctionHistory")
        .summary("Who changed what when, the latest first")
        .tag("corrections");
    with_problems(operation, &FAILS)
}

pub(super) fn undo(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("undoCorrection")
        .summary("Undoes a change of the history, unless the correction was changed after it")
        .tag("corrections");
    with_problems(operation, &FAILS)
}

pub(super) fn import(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("importCorrections")
        .summary("Takes many corrections over, all or none")
        .tag("corrections");
    with_problems(operation, &FAILS)
}

pub(super) fn tsv(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("exportLexicon")
        .summary("What a lexicon.tsv can hold of the corrections")
        .tag("corrections");
    let words = json!({
        "description": "A word, a tab, and pinyin or what is said instead, a line each.",
        "content": { "text/tab-separated-values": text() },
    });
    with_problems(respond(operation, 200, words), &FAILS)
}

pub(super) fn listens(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("listens")
        .summary("How often documents were listened to, by day, document and device (收听统计)")
        .description("Each replica counts what it serves: add their tables up.")
        .tag("listens");
    let table = json!({
        "description": "Day, portal, page, title, device; begun, half heard, heard to the end, minutes.",
        "content": { "text/csv": text() },
    });
    with_problems(respond(operation, 200, table), &FAILS)
}

pub(super) fn events(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("correctionEvents")
        .summary("Corrections and reports as they happen, as server-sent events")
        .description("`correction`, `report`, or `lagged` where some were lost: list again then.")
        .tag("corrections");
    let events = json!({
        "description": "The events.",
        "content": { "text/event-stream": text() },
    });
    with_problems(respond(operation, 200, events), &FAILS)
}

pub(super) fn approvals(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("listApprovals")
        .summary("Documents that wait for approval, or that are approved")
        .description("Of portals with `approval` in `[[pages.sites]]`.")
        .tag("approvals");
    with_problems(operation, &FAILS)
}

pub(super) fn approve(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("approveDocument")
        .summary("Approve what a document says")
        .description("It may be heard from then on, until it says something else.")
        .tag("approvals");
    with_problems(operation, &FAILS)
}

pub(super) fn revoke(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("revokeApproval")
        .summary("Take an approval back")
        .description("The document waits again when it is asked for.")
        .tag("approvals");
    with_problems(operation, &FAILS)
}

pub(super) fn approval_history(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("listApprovalChanges")
        .summary("Who has approved what when, the latest first")
        .tag("approvals");
    with_problems(operation, &FAILS)
}

pub(super) fn reports(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("listReports")
        .summary("What listeners say is read wrong, by sentence and word")
        .tag("reports");
    with_problems(operation, &FAILS)
}

pub(super) fn answer(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("answerReport")
        .summary("Answers a report: it is corrected, or read as it should be")
        .tag("reports");
    with_problems(operation, &FAILS)
}

pub(super) fn open(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("openDocument")
        .summary("A document with how each sentence is read, and what may be wrong")
        .tag("documents");
    with_problems(operation, &OPEN_FAILS)
}

pub(super) fn clip(operation: Described<'_>) -> Described<'_> {
    let media = json!({
        "audio/mpeg": binary(),
        "application/json": { "schema": { "type": "object" } },
    });
    let operation = operation
        .id("deskClip")
        .summary("One sentence as listeners hear it, or as it is tried out")
        .tag("documents");
    with_problems(file_answers(operation, &media), &FAILS)
}

pub(super) fn openapi(operation: Described<'_>) -> Described<'_> {
    let operation = operation
        .id("openapi")
        .summary("This document")
        .tag("documents");
    let object = json!({ "application/json": { "schema": { "type": "object" } } });
    file_answers(operation, &object)
}

/// What can go wrong with a correction or a report.
const FAILS: [(u16, &str); 8] = [
    (400, "A field of the request cannot be used."),
    (401, "No token is shown, or one that is not known."),
    (403, "The token is no editor's, or not for this portal."),
    (404, "There is none."),
    (
        409,
        "Somebody else has changed it, or corrected the word already.",
    ),
    (410, "A correction has made the clip wrong."),
    (
        429,
        "The disk does not keep up, or there is no room for the voice.",
    ),
    (503, "The database cannot be read or written."),
];

/// What can go wrong when a document is opened.
const OPEN_FAILS: [(u16, &str); 9] = [
    (400, "A field of the request cannot be used."),
    (401, "No token is shown, or one that is not known."),
    (403, "The token is no editor's, or the host is not allowed."),
    (404, "No such voice, or no such page."),
    (410, "The page was withdrawn."),
    (422, "Nothing in it can be read aloud."),
    (429, "Too many pages are being read."),
    (502, "The page cannot be fetched."),
    (503, "The database cannot be read or written."),
];
