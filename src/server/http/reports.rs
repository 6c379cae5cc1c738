//! `POST /v1/reports`: a listener says that a sentence is read wrong (读错了).

use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::access::Caller;
use super::super::problem::Problem;
use super::Gateway;
use super::json::{Answer, NO_STORE};
use crate::corrections::NewReport;
use crate::server::schema::{ID, closed};
use langdu_clips::ClipId;

/// What is read wrong. Nothing of who says so is kept.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportRequest {
    /// The clip that was heard.
    #[schemars(regex(pattern = ID))]
    clip: String,
    /// Its sentence, as it stands on the page.
    sentence: String,
    /// The number of the sentence in its reading.
    utterance: u32,
    /// The page.
    #[schemars(url)]
    page: String,
    /// The player's version.
    #[serde(default)]
    player: String,
    /// The word in it that is read wrong, where the listener named one.
    #[serde(default)]
    word: String,
}

/// The report is kept.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reported", transform = closed)]
pub(super) struct ReportedAnswer {
    /// How many people have said the same.
    people: u32,
}

pub(super) async fn report(
    State(gateway): State<Gateway>,
    caller: Caller,
    body: Result<Json<ReportRequest>, JsonRejection>,
) -> Result<Answer<ReportedAnswer, 202>, Problem> {
    let Json(body) = body.map_err(|error| Problem::invalid("body", error.body_text()))?;
    let clip: Result<ClipId, _> = body.clip.parse();
    let clip = clip.map_err(|error| Problem::invalid("clip", error.to_string()))?;
    let report = NewReport {
        clip,
        sentence: body.sentence,
        place: body.utterance,
        page: body.page,
        player: body.player,
        word: body.word,
    };
    let kept = gateway.service.report(&caller, report).await?;
    let answer = ReportedAnswer {
        people: kept.people,
    };
    Ok(Answer::new(answer).cached(NO_STORE))
}
