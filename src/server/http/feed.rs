//! `GET /v1/feed.xml?list=…` and `feed.m3u`: a column of a portal as a podcast and as a playlist.

mod column;
mod playlist;
mod podcast;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::Response;
use bytes::Bytes;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::access::Caller;
use super::super::problem::Problem;
use super::Gateway;
use super::base::Base;
use super::identity::PageCaller;
use super::query::read_options;
use super::range::{IfNoneMatch, Lifetime, file};
pub(super) use column::Columns;
use column::{Column, Key};

/// Documents in a feed unless the caller says otherwise: about what a column shows on its first
/// page.
const DEFAULT_LIMIT: usize = 15;

/// Every document of a feed is fetched and timed for it, so there is a bound.
const MAX_LIMIT: usize = 50;

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct FeedQuery {
    /// The page that lists the documents.
    #[schemars(url)]
    list: String,
    /// Documents at most.
    #[schemars(range(min = 1, max = MAX_LIMIT), extend("default" = DEFAULT_LIMIT))]
    limit: Option<usize>,
    /// A voice's name, see `/v1/audio/voices`.
    #[serde(default)]
    voice: String,
}

type Queried = Result<Query<FeedQuery>, QueryRejection>;

pub(super) async fn podcast(
    State(gateway): State<Gateway>,
    PageCaller(caller): PageCaller,
    base: Base,
    query: Queried,
    IfNoneMatch(headers): IfNoneMatch,
) -> Result<Response<Body>, Problem> {
    let column = column(&gateway, &caller, query).await?;
    let media_type = "application/rss+xml; charset=utf-8";
    let picture = gateway.feed_picture.as_ref();
    let picture = picture.map_or_else(|| base.join(PICTURE_PATH), Clone::clone);
    let feed = podcast::render(&column, &base, &picture);
    let lifetime = lifetime(&column, &base);
    Ok(file(&headers, feed.into(), media_type, lifetime))
}

pub(super) async fn playlist(
    State(gateway): State<Gateway>,
    PageCaller(caller): PageCaller,
    base: Base,
    query: Queried,
    IfNoneMatch(headers): IfNoneMatch,
) -> Result<Response<Body>, Problem> {
    let column = column(&gateway, &caller, query).await?;
    let media_type = "audio/x-mpegurl; charset=utf-8";
    let list = playlist::render(&column, &base);
    let lifetime = lifetime(&column, &base);
    Ok(file(&headers, list.into(), media_type, lifetime))
}

fn lifetime(column: &Column, base: &Base) -> Lifetime {
    if column.is_whole {
        base.lifetime(Lifetime::Short)
    } else {
        Lifetime::Growing
    }
}

/// Where the picture of feeds is, relative to the gateway's root.
const PICTURE_PATH: &str = "v1/feed.png";

/// A loudspeaker, 1400 pixels square: the least that podcast directories take.
const PICTURE: &[u8] = include_bytes!("../../../web/feed.png");

/// `GET /v1/feed.png`: the picture of feeds whose portal has named none.
pub(super) async fn picture(IfNoneMatch(headers): IfNoneMatch) -> Response<Body> {
    let bytes = Bytes::from_static(PICTURE);
    file(&headers, bytes, "image/png", Lifetime::Day)
}

async fn column(
    gateway: &Gateway,
    caller: &Caller,
    query: Queried,
) -> Result<Arc<Column>, Problem> {
    let Query(query) = query.map_err(|error| Problem::invalid("list", error.body_text()))?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let reason = format!("{limit} is not between 1 and {MAX_LIMIT}");
        return Err(Problem::invalid("limit", reason));
    }
    let service = &gateway.service;
    service.may_read_page(caller, &query.list)?;
    service.count(caller)?;
    let voice = read_options(query.voice, None).voice;
    let key = Key {
        list: service.reader().admit(&query.list)?,
        limit,
        voice: service.voice_for(caller, voice)?.name,
        hosts: caller.grant.hosts.clone(),
        withdrawals: service.withdrawal_changes(),
    };
    gateway.columns.get(service, key).await
}
