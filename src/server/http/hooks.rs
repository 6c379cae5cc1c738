//! `POST /v1/prepare` and `/v1/withdraw`: what a content system calls when it publishes a document
//! or takes it back. Both need an operator's token.

use std::sync::Arc;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Json, Query, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::access::Caller;
use super::super::problem::Problem;
use super::super::service::ReadingService;
use super::json::{Answer, NO_STORE};
use crate::prepare::{Progress, Task};
use crate::server::schema::{ID, closed, rate};
use langdu_audio::Encoding;

/// What is to be prepared.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PrepareRequest {
    /// Pages.
    #[serde(default)]
    #[schemars(inner(url))]
    urls: Vec<String>,
    /// A sitemap, whose pages are prepared.
    #[schemars(url)]
    sitemap: Option<String>,
    /// The page of a column, whose documents are prepared.
    #[schemars(url)]
    list: Option<String>,
    /// A voice's name.
    #[serde(default)]
    voice: String,
    /// 1 is the normal rate.
    #[schemars(transform = rate)]
    rate: Option<f64>,
    /// `mp3` unless it says otherwise.
    #[schemars(extend("enum" = ["mp3", "opus", "wav", null]))]
    encoding: Option<String>,
    /// Prepare the main attachment of a page that only points to it.
    #[serde(default)]
    follow_attachments: bool,
}

/// An operation that was begun.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Operation", transform = closed)]
pub(super) struct OperationAnswer {
    /// Its id, good for watching after restarts too.
    operation: String,
    /// Where to watch it, under the gateway's root.
    watch: String,
}

pub(super) async fn prepare(
    State(service): State<Arc<ReadingService>>,
    caller: Caller,
    body: Result<Json<PrepareRequest>, JsonRejection>,
) -> Result<Answer<OperationAnswer, 202>, Problem> {
    let preparations = service.preparations(&caller)?;
    let Json(request) = body.map_err(|error| Problem::invalid("body", error.body_text()))?;
    let encoding = match request.encoding.as_deref() {
        None | Some("mp3") => Encoding::Mp3,
        Some("opus") => Encoding::OggOpus,
        Some("wav") => Encoding::Linear16,
        Some(other) => {
            let reason = format!("`{other}` is not on offer: choose mp3, opus or wav");
            return Err(Problem::invalid("encoding", reason));
        }
    };
    let task = Task {
        urls: request.urls,
        sitemap: request.sitemap,
        list: request.list,
        voice: request.voice,
        rate: request.rate.unwrap_or(1.0),
        encoding,
        follow_attachments: request.follow_attachments,
    };
    let id = preparations.publish(task).await?;
    let watch = format!("v1/prepare?operation={id}");
    Ok(Answer::new(OperationAnswer {
        operation: id,
        watch,
    }))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct ProgressQuery {
    /// As `POST` answered.
    #[schemars(regex(pattern = ID))]
    operation: String,
}

/// How far an operation is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PrepareProgress", transform = closed)]
pub(super) struct ProgressAnswer {
    /// Its id.
    operation: String,
    /// Documents found.
    documents: usize,
    /// Documents that are current now, or failed.
    documents_done: usize,
    /// Utterances of the documents that were read so far.
    utterances: usize,
    /// Those of them that are there.
    utterances_done: usize,
    /// Those of them that had to be made.
    made: usize,
    /// Pages that could not be prepared: the first hundred of them.
    failures: Vec<FailureAnswer>,
    /// How many pages could not be prepared.
    failures_total: usize,
    /// Nothing is left to do.
    finished: bool,
    /// It was cancelled before everything was done.
    cancelled: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct FailureAnswer {
    /// The page.
    url: String,
    /// Why it could not be prepared.
    message: String,
}

impl From<&Progress> for ProgressAnswer {
    fn from(progress: &Progress) -> Self {
        let failures = progress.failures.iter().map(|failure| FailureAnswer {
            url: failure.url.clone(),
            message: failure.message.clone(),
        });
        Self {
            operation: progress.id.clone(),
            documents: progress.documents,
            documents_done: progress.documents_done,
            utterances: progress.utterances,
            utterances_done: progress.utterances_done,
            made: progress.made,
            failures: failures.collect(),
            failures_total: progress.failures_total,
            finished: progress.finished,
            cancelled: progress.cancelled,
        }
    }
}

/// `GET /v1/prepare?operation=…`: how far it is.
pub(super) async fn progress(
    State(service): State<Arc<ReadingService>>,
    caller: Caller,
    query: Result<Query<ProgressQuery>, QueryRejection>,
) -> Result<Answer<ProgressAnswer>, Problem> {
    let preparations = service.preparations(&caller)?;
    let Query(query) = query.map_err(|error| Problem::invalid("operation", error.body_text()))?;
    let progress = preparations.watch(&query.operation).await?;
    let unknown = || Problem::not_found("there is no such operation");
    let progress = progress.ok_or_else(unknown)?;
    let answer = ProgressAnswer::from(&*progress.borrow());
    Ok(Answer::new(answer).cached(NO_STORE))
}

/// What is to be withdrawn.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawRequest {
    /// The page.
    #[schemars(url)]
    url: String,
}

/// What was purged.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Withdrawn", transform = closed)]
pub(super) struct WithdrawnAnswer {
    /// The page.
    url: String,
    /// Readings that were forgotten: one for each voice and rate.
    readings: usize,
    /// Clips that no other document has.
    clips: usize,
    /// Addresses that it was read by, and that are refused with it. A hash stands in the place of a
    /// query.
    addresses: Vec<String>,
    /// Clips that a tier still holds because it is away.
    pending_clips: usize,
    /// What was not reached, in words.
    not_reached: Vec<String>,
}

pub(super) async fn withdraw(
    State(service): State<Arc<ReadingService>>,
    caller: Caller,
    body: Result<Json<WithdrawRequest>, JsonRejection>,
) -> Result<Answer<WithdrawnAnswer>, Problem> {
    // Before the body: who may not is told nothing of it.
    service.preparations(&caller)?;
    let Json(request) = body.map_err(|error| Problem::invalid("body", error.body_text()))?;
    let outcome = service.withdraw(&caller, &request.url).await?;
    let withdrawn = outcome.withdrawn;
    Ok(Answer::new(WithdrawnAnswer {
        url: withdrawn.withdrawal.url,
        readings: withdrawn.readings.len(),
        clips: withdrawn.clips.len(),
        addresses: withdrawn.addresses,
        pending_clips: outcome.pending_clips,
        not_reached: outcome.not_reached,
    }))
}
