//! 先审后播: documents that wait for an editor, and those that are approved.

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Json, Query, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Desk;
use super::corrections::{body, query};
use crate::corrections::{Approval, ApprovalChange, ApprovalState};
use crate::server::access::Caller;
use crate::server::http::json::{Answer, NO_STORE};
use crate::server::problem::Problem;
use crate::server::schema::closed;

/// Lines of one answer, unless it is asked for fewer or more, and at most.
const LINES: u32 = 100;
const MOST_LINES: u32 = 1000;

/// Whether a document may be heard.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum StateName {
    /// It waits for an editor.
    #[default]
    Waiting,
    /// An editor has approved what it says.
    Approved,
}

/// A document of a portal that asks for approval.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Approval", transform = closed)]
pub(super) struct ApprovalBody {
    url: String,
    title: String,
    /// What it says, as a hash: what is approved is named by it. Empty where an approval was taken back.
    content: String,
    /// `waiting` or `approved`.
    state: &'static str,
    /// Who has approved it, or, of one that waits, what it said before; may be empty.
    by: String,
    /// When it was approved, or began to wait, in seconds since 1970.
    at: i64,
}

impl From<Approval> for ApprovalBody {
    fn from(approval: Approval) -> Self {
        Self {
            url: approval.url,
            title: approval.title,
            content: approval.content,
            state: approval.state.name(),
            by: approval.by,
            at: approval.at_s,
        }
    }
}

#[derive(Deserialize, JsonSchema, Default)]
#[serde(default)]
#[schemars(inline)]
pub(super) struct ApprovalsQuery {
    /// Only those of this state; `waiting` unless it says otherwise.
    state: StateName,
    /// So many are left out.
    skip: u32,
    /// At most so many, up to 1000; 0 is 100.
    limit: u32,
}

/// Documents, the latest first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Approvals", transform = closed)]
pub(super) struct ApprovalsBody {
    approvals: Vec<ApprovalBody>,
}

pub(super) async fn list(
    State(desk): State<Desk>,
    caller: Caller,
    asked: Result<Query<ApprovalsQuery>, QueryRejection>,
) -> Result<Answer<ApprovalsBody>, Problem> {
    let corrections = desk.corrections(&caller)?;
    let asked = query(asked)?;
    let state = match asked.state {
        StateName::Waiting => ApprovalState::Waiting,
        StateName::Approved => ApprovalState::Approved,
    };
    let list = corrections.approvals(state, asked.skip, lines(asked.limit));
    let approvals = list.await?.into_iter().map(Into::into).collect();
    Ok(Answer::new(ApprovalsBody { approvals }).cached(NO_STORE))
}

fn lines(limit: u32) -> u32 {
    match limit {
        0 => LINES,
        limit => limit.min(MOST_LINES),
    }
}

/// What is approved.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ApproveRequest {
    /// The document's address.
    url: String,
    /// What it says, as it was opened or is listed: where it says something else now, nothing is approved.
    content: String,
}

pub(super) async fn approve(
    State(desk): State<Desk>,
    caller: Caller,
    request: Result<Json<ApproveRequest>, JsonRejection>,
) -> Result<Answer<ApprovalBody>, Problem> {
    desk.corrections(&caller)?;
    let request = body(request)?;
    let approval = desk.approve(&caller, &request.url, &request.content);
    Ok(Answer::new(approval.await?.into()).cached(NO_STORE))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct RevokeQuery {
    /// The document's address.
    url: String,
}

pub(super) async fn revoke(
    State(desk): State<Desk>,
    caller: Caller,
    asked: Result<Query<RevokeQuery>, QueryRejection>,
) -> Result<Answer<ApprovalBody>, Problem> {
    desk.corrections(&caller)?;
    let approval = desk.revoke(&caller, &query(asked)?.url).await?;
    Ok(Answer::new(approval.into()).cached(NO_STORE))
}

#[derive(Deserialize, JsonSchema, Default)]
#[serde(default)]
#[schemars(inline)]
pub(super) struct ApprovalHistoryQuery {
    /// So many of the latest are left out.
    skip: u32,
    /// At most so many, up to 1000; 0 is 100.
    limit: u32,
}

/// A line of the history of approvals.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ApprovalChange", transform = closed)]
pub(super) struct ApprovalChangeBody {
    number: i64,
    /// `approved` or `revoked`.
    action: String,
    url: String,
    title: String,
    /// What it said, as a hash.
    content: String,
    /// Seconds since 1970.
    at: i64,
    by: String,
}

impl From<ApprovalChange> for ApprovalChangeBody {
    fn from(change: ApprovalChange) -> Self {
        Self {
            number: change.number,
            action: change.action,
            url: change.url,
            title: change.title,
            content: change.content,
            at: change.at_s,
            by: change.by,
        }
    }
}

/// Who has approved what when, the latest first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApprovalHistory", transform = closed)]
pub(super) struct ApprovalHistoryBody {
    changes: Vec<ApprovalChangeBody>,
}

pub(super) async fn history(
    State(desk): State<Desk>,
    caller: Caller,
    asked: Result<Query<ApprovalHistoryQuery>, QueryRejection>,
) -> Result<Answer<ApprovalHistoryBody>, Problem> {
    let corrections = desk.corrections(&caller)?;
    let asked = query(asked)?;
    let changes = corrections.approval_history(asked.skip, lines(asked.limit));
    let changes = changes.await?.into_iter().map(Into::into).collect();
    Ok(Answer::new(ApprovalHistoryBody { changes }).cached(NO_STORE))
}
