//! What listeners say is read wrong, for those who answer it.

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Json, Path, Query, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Desk;
use super::bodies::ReportBody;
use crate::corrections::{Answer as Answered, ReportState};
use crate::server::access::Caller;
use crate::server::http::json::{Answer, NO_STORE};
use crate::server::problem::Problem;
use crate::server::schema::closed;

/// Reports of one answer, unless it is asked for fewer, and at most.
const REPORTS: u32 = 200;

/// What became of a report.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum StateName {
    /// Nobody has answered it.
    #[default]
    Open,
    /// It was right, and is corrected.
    Corrected,
    /// It is read as it should be.
    Dismissed,
}

impl From<StateName> for ReportState {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Open => Self::Open,
            StateName::Corrected => Self::Corrected,
            StateName::Dismissed => Self::Dismissed,
        }
    }
}

#[derive(Deserialize, JsonSchema, Default)]
#[serde(default)]
#[schemars(inline)]
pub(super) struct ReportsQuery {
    /// Only those of this state; `open` unless it says otherwise.
    state: StateName,
    /// So many are left out.
    skip: u32,
    /// At most so many, up to 200; 0 is 200.
    limit: u32,
}

/// Reports, those of the most people first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reports", transform = closed)]
pub(super) struct ReportsBody {
    reports: Vec<ReportBody>,
}

pub(super) async fn list(
    State(desk): State<Desk>,
    caller: Caller,
    query: Result<Query<ReportsQuery>, QueryRejection>,
) -> Result<Answer<ReportsBody>, Problem> {
    let corrections = desk.corrections(&caller)?;
    let Query(query) = query.map_err(|error| Problem::invalid("query", error.body_text()))?;
    let most = match query.limit {
        0 => REPORTS,
        limit => limit.min(REPORTS),
    };
    let reports = corrections.reports(query.state.into(), query.skip, most);
    let reports = reports.await?.into_iter().map(Into::into).collect();
    Ok(Answer::new(ReportsBody { reports }).cached(NO_STORE))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct ReportId {
    /// The number of a report.
    id: i64,
}

/// How a report is answered.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerRequest {
    state: StateName,
}

pub(super) async fn answer(
    State(desk): State<Desk>,
    caller: Caller,
    Path(ReportId { id }): Path<ReportId>,
    request: Result<Json<AnswerRequest>, JsonRejection>,
) -> Result<Answer<ReportBody>, Problem> {
    desk.corrections(&caller)?;
    let Json(request) = request.map_err(|error| Problem::invalid("body", error.body_text()))?;
    let answer = Answered {
        state: request.state.into(),
    };
    let report = desk.answer_report(&caller, id, answer).await?;
    Ok(Answer::new(report.into()).cached(NO_STORE))
}
