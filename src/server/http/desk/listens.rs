//! How often documents are listened to, for the reports that portals have to make.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::ToSpan;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Desk;
use crate::listens::{csv, today};
use crate::server::access::Caller;
use crate::server::problem::Problem;

/// Days of a table, unless it says otherwise: a month.
const DAYS: i64 = 30;

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct ListensQuery {
    /// The first day, as 2026-05-01; a month before the last unless it says otherwise.
    from: Option<String>,
    /// The last day; today unless it says otherwise. Days are those of China.
    to: Option<String>,
}

pub(super) async fn table(
    State(desk): State<Desk>,
    caller: Caller,
    query: Result<Query<ListensQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|error| Problem::invalid("query", error.body_text()))?;
    let to = day("to", query.to.as_deref())?.unwrap_or_else(today);
    let from = day("from", query.from.as_deref())?;
    let from = from.unwrap_or_else(|| to.saturating_sub((DAYS - 1).days()));
    let lines = desk.listens(&caller, from, to).await?;
    let name = format!("attachment; filename=\"listens-{from}-{to}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, csv(&lines)).into_response())
}

fn day(field: &'static str, written: Option<&str>) -> Result<Option<Date>, Problem> {
    let Some(written) = written.filter(|written| !written.is_empty()) else {
        return Ok(None);
    };
    let parsed = written.parse();
    let parsed = parsed.map_err(|_| Problem::invalid(field, "write a day as 2026-05-01"));
    parsed.map(Some)
}
