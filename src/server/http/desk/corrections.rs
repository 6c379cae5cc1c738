//! Corrections as resources.

use std::sync::Arc;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Json, Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Desk;
use super::bodies::{
    CorrectionBody, DecidedBody, DecisionBody, HistoryBody, ScopeName, TouchedBody,
};
use crate::corrections::{Correction, Decision, Outcome, Scope, of_tsv, to_tsv};
use crate::server::access::Caller;
use crate::server::change_names::{ChangeName, names_of};
use crate::server::http::json::{Answer, NO_STORE};
use crate::server::problem::Problem;
use crate::server::schema::{ID, closed};

/// Lines of the history in one answer, unless it is asked for fewer or more, and at most.
const HISTORY_LINES: u32 = 100;
const MOST_HISTORY_LINES: u32 = 1000;

pub(super) type Body<T> = Result<Json<T>, JsonRejection>;

pub(super) fn body<T>(body: Body<T>) -> Result<T, Problem> {
    let Json(body) = body.map_err(|error| Problem::invalid("body", error.body_text()))?;
    Ok(body)
}

pub(super) fn query<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    let Query(query) = query.map_err(|error| Problem::invalid("query", error.body_text()))?;
    Ok(query)
}

#[derive(Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(inline)]
#[derive(Default)]
pub(super) struct ListQuery {
    /// Only those whose word, value or note holds this.
    search: String,
    /// Only those of this portal, by its host.
    portal: String,
    /// Only those of this page.
    url: String,
}

/// Corrections.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Corrections", transform = closed)]
pub(super) struct ListBody {
    corrections: Vec<CorrectionBody>,
}

pub(super) async fn list(
    State(desk): State<Desk>,
    caller: Caller,
    asked: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Answer<ListBody>, Problem> {
    let corrections = desk.corrections(&caller)?;
    let asked = query(asked)?;
    let fits = |correction: &Arc<Correction>| {
        let decision = &correction.decision;
        let (_, value) = names_of(&decision.change);
        let texts = [&decision.word, &value, &decision.note];
        let is_of_portal = match &decision.scope {
            Scope::Portal { host } => *host == asked.portal,
            scope => scope.url().is_some_and(|url| {
                url::Url::parse(url).is_ok_and(|url| url.host_str() == Some(&asked.portal))
            }),
        };
        (asked.search.is_empty() || texts.iter().any(|text| text.contains(&asked.search)))
            && (asked.portal.is_empty() || is_of_portal)
            && (asked.url.is_empty() || decision.scope.url() == Some(&asked.url))
    };
    let mut list = corrections.list();
    list.retain(fits);
    list.sort_by_key(|correction| std::cmp::Reverse(correction.updated_at_s));
    let corrections = list.iter().map(|one| one.as_ref().clone().into()).collect();
    Ok(Answer::new(ListBody { corrections }).cached(NO_STORE))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct Id {
    /// The id of a correction.
    #[schemars(regex(pattern = ID))]
    id: String,
}

pub(super) async fn get(
    State(desk): State<Desk>,
    caller: Caller,
    Path(Id { id }): Path<Id>,
) -> Result<Answer<CorrectionBody>, Problem> {
    let correction = desk.corrections(&caller)?.get(&id).await?;
    Ok(Answer::new(correction.into()).cached(NO_STORE))
}

pub(super) async fn create(
    State(desk): State<Desk>,
    caller: Caller,
    request: Body<DecisionBody>,
) -> Result<Answer<DecidedBody, 201>, Problem> {
    desk.corrections(&caller)?;
    let decision = body(request)?.decision(desk.reader())?;
    let outcome = desk.create_correction(&caller, decision).await?;
    Ok(Answer::new(outcome.into()).cached(NO_STORE))
}

/// What is decided anew.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateRequest {
    /// The revision that you have seen.
    revision: u64,
    decision: DecisionBody,
}

pub(super) async fn update(
    State(desk): State<Desk>,
    caller: Caller,
    Path(Id { id }): Path<Id>,
    request: Body<UpdateRequest>,
) -> Result<Answer<DecidedBody>, Problem> {
    desk.corrections(&caller)?;
    let request = body(request)?;
    let decision = request.decision.decision(desk.reader())?;
    let outcome = desk
        .update_correction(&caller, &id, request.revision, decision)
        .await?;
    Ok(Answer::new(outcome.into()).cached(NO_STORE))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct DeleteQuery {
    /// The revision that you have seen.
    revision: u64,
}

pub(super) async fn delete(
    State(desk): State<Desk>,
    caller: Caller,
    Path(Id { id }): Path<Id>,
    asked: Result<Query<DeleteQuery>, QueryRejection>,
) -> Result<Answer<DecidedBody>, Problem> {
    desk.corrections(&caller)?;
    let revision = query(asked)?.revision;
    let outcome = desk.delete_correction(&caller, &id, revision).await?;
    Ok(Answer::new(outcome.into()).cached(NO_STORE))
}

/// What is tried out.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TryRequest {
    /// The correction that would be decided anew; none for a new one.
    id: Option<String>,
    decision: DecisionBody,
}

pub(super) async fn try_out(
    State(desk): State<Desk>,
    caller: Caller,
    request: Body<TryRequest>,
) -> Result<Answer<TouchedBody>, Problem> {
    desk.corrections(&caller)?;
    let request = body(request)?;
    let decision = request.decision.decision(desk.reader())?;
    let touched = desk.try_correction(&caller, request.id.as_deref(), decision);
    Ok(Answer::new(touched.await?.into()).cached(NO_STORE))
}

#[derive(Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(inline)]
#[derive(Default)]
pub(super) struct HistoryQuery {
    /// Only changes of this correction.
    correction: Option<String>,
    /// So many of the latest are left out.
    skip: u32,
    /// At most so many, up to 1000; 0 is 100.
    limit: u32,
}

/// The history, the latest first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "History", transform = closed)]
pub(super) struct HistoryAnswer {
    changes: Vec<HistoryBody>,
}

pub(super) async fn history(
    State(desk): State<Desk>,
    caller: Caller,
    asked: Result<Query<HistoryQuery>, QueryRejection>,
) -> Result<Answer<HistoryAnswer>, Problem> {
    let corrections = desk.corrections(&caller)?;
    let asked = query(asked)?;
    let most = match asked.limit {
        0 => HISTORY_LINES,
        limit => limit.min(MOST_HISTORY_LINES),
    };
    let entries = corrections.history(asked.correction, asked.skip, most);
    let changes = entries.await?.into_iter().map(Into::into).collect();
    Ok(Answer::new(HistoryAnswer { changes }).cached(NO_STORE))
}

/// What is undone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UndoRequest {
    /// The number of a change in the history.
    change: i64,
}

pub(super) async fn undo(
    State(desk): State<Desk>,
    caller: Caller,
    request: Body<UndoRequest>,
) -> Result<Answer<DecidedBody>, Problem> {
    desk.corrections(&caller)?;
    let number = body(request)?.change;
    let outcome = desk.undo_correction(&caller, number).await?;
    Ok(Answer::new(outcome.into()).cached(NO_STORE))
}

/// Corrections to be taken over: as the list of them has them, or as a `lexicon.tsv`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportRequest {
    /// As `/v1/corrections` lists them; what says who decided them when is left out of account.
    #[serde(default)]
    corrections: Vec<ListedDecision>,
    /// Words, a tab, and pinyin or what is said instead.
    #[serde(default)]
    tsv: String,
    /// The portal that the words of `tsv` are for, by its host; none for everywhere.
    portal: Option<String>,
}

/// A correction as it is listed.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ListedDecision {
    scope: ScopeName,
    portal: Option<String>,
    url: Option<String>,
    anchor: Option<super::bodies::AnchorBody>,
    word: String,
    change: ChangeName,
    #[serde(default)]
    value: String,
    #[serde(default)]
    note: String,
}

/// What an import did.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Imported", transform = closed)]
pub(super) struct ImportAnswer {
    created: usize,
    updated: usize,
    /// Those that said the same before.
    unchanged: usize,
    touched: TouchedBody,
}

pub(super) async fn import(
    State(desk): State<Desk>,
    caller: Caller,
    request: Body<ImportRequest>,
) -> Result<Answer<ImportAnswer>, Problem> {
    desk.corrections(&caller)?;
    let request = body(request)?;
    let mut decisions: Vec<(usize, Decision)> = Vec::new();
    for (index, listed) in request.corrections.into_iter().enumerate() {
        let decision = DecisionBody {
            scope: listed.scope,
            portal: listed.portal,
            url: listed.url,
            anchor: listed.anchor,
            at: None,
            word: listed.word,
            change: listed.change,
            value: listed.value,
            note: listed.note,
        };
        decisions.push((index + 1, decision.decision(desk.reader())?));
    }
    let scope = match request.portal.filter(|host| !host.is_empty()) {
        Some(host) => Scope::Portal { host },
        None => Scope::Everywhere,
    };
    let words = of_tsv(&request.tsv, &scope);
    decisions.extend(words.map_err(|wrong| Problem::invalid("tsv", wrong))?);
    let imported = desk.import_corrections(&caller, decisions).await?;
    let answer = ImportAnswer {
        created: imported.created,
        updated: imported.updated,
        unchanged: imported.unchanged,
        touched: imported.touched.into(),
    };
    Ok(Answer::new(answer).cached(NO_STORE))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct TsvQuery {
    /// A portal, by its host; none for what holds everywhere.
    portal: Option<String>,
}

pub(super) async fn tsv(
    State(desk): State<Desk>,
    caller: Caller,
    asked: Result<Query<TsvQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let corrections = desk.corrections(&caller)?;
    let portal = query(asked)?.portal.filter(|host| !host.is_empty());
    let list = corrections.list();
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/tab-separated-values; charset=utf-8",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, to_tsv(&list, portal.as_deref())).into_response())
}

impl From<Outcome> for DecidedBody {
    fn from(outcome: Outcome) -> Self {
        Self {
            correction: outcome.correction.into(),
            touched: outcome.touched.into(),
        }
    }
}
