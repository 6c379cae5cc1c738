//! `POST /v1/prepare` and `/v1/withdraw`: what a content system calls when it publishes a document
//! or takes it back. Both need an operator's token.

use std::sync::Arc;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Json, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::access::Caller;
use super::super::problem::Problem;
use super::super::service::ReadingService;
use crate::prepare::{Progress, Task};
use langdu_audio::Encoding;

/// What is to be prepared.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToPrepare {
    #[serde(default)]
    urls: Vec<String>,
    sitemap: Option<String>,
    list: Option<String>,
    #[serde(default)]
    voice: String,
    rate: Option<f64>,
    encoding: Option<String>,
    #[serde(default)]
    follow_attachments: bool,
}

pub(super) async fn prepare(
    State(service): State<Arc<ReadingService>>,
    caller: Caller,
    body: Result<Json<ToPrepare>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let preparations = service.preparations(&caller)?;
    let Json(asked) = body.map_err(|error| Problem::invalid("body", error.body_text()))?;
    let encoding = match asked.encoding.as_deref() {
        None | Some("mp3") => Encoding::Mp3,
        Some("opus") => Encoding::OggOpus,
        Some("wav") => Encoding::Linear16,
        Some(other) => {
            let reason = format!("`{other}` is not on offer: choose mp3, opus or wav");
            return Err(Problem::invalid("encoding", reason));
        }
    };
    let task = Task {
        urls: asked.urls,
        sitemap: asked.sitemap,
        list: asked.list,
        voice: asked.voice,
        rate: asked.rate.unwrap_or(1.0),
        encoding,
        follow_attachments: asked.follow_attachments,
    };
    let id = preparations.publish(task).await?;
    let watch = format!("v1/prepare?operation={id}");
    let body = Json(json!({ "operation": id, "watch": watch }));
    Ok((StatusCode::ACCEPTED, body))
}

#[derive(Deserialize)]
pub(super) struct ToWatch {
    operation: String,
}

/// `GET /v1/prepare?operation=…`: how far it is.
pub(super) async fn progress(
    State(service): State<Arc<ReadingService>>,
    caller: Caller,
    query: Result<Query<ToWatch>, QueryRejection>,
) -> Result<impl IntoResponse, Problem> {
    let preparations = service.preparations(&caller)?;
    let Query(asked) = query.map_err(|error| Problem::invalid("operation", error.body_text()))?;
    let progress = preparations.watch(&asked.operation).await?;
    let unknown = || Problem::not_found("there is no such operation");
    let progress = progress.ok_or_else(unknown)?;
    let body = Json(as_json(&progress.borrow()));
    Ok(([(header::CACHE_CONTROL, "no-store")], body))
}

fn as_json(progress: &Progress) -> Value {
    json!({
        "operation": progress.id,
        "documents": progress.documents,
        "documents_done": progress.documents_done,
        "utterances": progress.utterances,
        "utterances_done": progress.utterances_done,
        "made": progress.made,
        "failures": progress.failures,
        "finished": progress.finished,
    })
}

/// What is to be withdrawn.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToWithdraw {
    url: String,
}

pub(super) async fn withdraw(
    State(service): State<Arc<ReadingService>>,
    caller: Caller,
    body: Result<Json<ToWithdraw>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    // Before the body: who may not is told nothing of it.
    service.preparations(&caller)?;
    let Json(asked) = body.map_err(|error| Problem::invalid("body", error.body_text()))?;
    let withdrawal = service.withdraw(&caller, &asked.url).await?;
    Ok(Json(json!({
        "url": withdrawal.url,
        "readings": withdrawal.readings.len(),
        "clips": withdrawal.clips.len(),
    })))
}
