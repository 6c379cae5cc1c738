//! `GET` and `POST /v1/readings`: the Reading as JSON, before any audio exists.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Json, Path, Query, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::timeout;

use super::super::access::Caller;
use super::super::problem::Problem;
use super::Gateway;
use super::identity::PageCaller;
use super::json::{Answer, NO_CACHE, NO_STORE};
use super::query::read_options;
use super::range::IfNoneMatch;
use super::reading_answer::ReadingAnswer;
use super::source::SourceBody;
use crate::reading::{ReadOptions, Reading, Source};
use crate::server::schema::{ID, rate};
use langdu_audio::Encoding;
use langdu_clips::{Form, Layout};
use langdu_text::Lexicon;

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct ReadingQuery {
    /// A page on an allowed host.
    #[schemars(url)]
    url: String,
    /// A voice's name, see `/v1/audio/voices`.
    #[serde(default)]
    voice: String,
    /// 1 is the normal rate.
    #[schemars(transform = rate)]
    rate: Option<f64>,
    /// Read the main attachment of a page that only points to it.
    #[serde(default)]
    follow_attachments: bool,
    /// Only so many sentences, with the blocks that they stand in, and as soon as there are some: of a scan
    /// after its first page. The whole is at `/v1/readings/{reading}`.
    first: Option<NonZeroUsize>,
}

/// What is to be read, and how.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadingRequest {
    #[serde(flatten)]
    source: SourceBody,
    /// A voice's name, see `/v1/audio/voices`.
    #[serde(default)]
    voice: String,
    /// 1 is the normal rate.
    #[schemars(transform = rate)]
    rate: Option<f64>,
    /// Only so many sentences, as soon as there are some: as with a page.
    first: Option<NonZeroUsize>,
    /// Words of the caller's own, which come before all others.
    #[serde(default)]
    custom_pronunciations: Vec<Pronunciation>,
}

/// How a word is read.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Pronunciation {
    /// The word as it stands in the text.
    phrase: String,
    /// Pinyin with tone digits, one syllable a character, or else the words that are said in its place.
    pronunciation: String,
}

pub(super) async fn by_url(
    State(gateway): State<Gateway>,
    PageCaller(caller): PageCaller,
    known: IfNoneMatch,
    query: Result<Query<ReadingQuery>, QueryRejection>,
) -> Result<Answer<ReadingAnswer>, Problem> {
    let Query(query) = query.map_err(|error| Problem::invalid("url", error.body_text()))?;
    let options = read_options(query.voice, query.rate);
    let source = Source::page(query.url, query.follow_attachments);
    let first = query.first;
    let reading = ready(&gateway, &caller, source, options, first).await?;
    let authenticator = gateway.service.authenticator();
    let written = gateway
        .answers
        .answer(&reading, first, &authenticator)
        .await?;
    // The page may change at any time; its clips do not.
    Ok(Answer::written(written, known).cached(NO_CACHE))
}

pub(super) async fn by_body(
    State(gateway): State<Gateway>,
    PageCaller(caller): PageCaller,
    body: Result<Json<ReadingRequest>, JsonRejection>,
) -> Result<Answer<ReadingAnswer>, Problem> {
    let Json(body) = body.map_err(|error| Problem::invalid("body", error.body_text()))?;
    let words = body.custom_pronunciations.into_iter();
    let words = words.map(|word| (word.phrase, word.pronunciation));
    let options = ReadOptions {
        lexicon: Lexicon::from_entries(words)?,
        ..read_options(body.voice, body.rate)
    };
    let source = body.source.source()?;
    // What a caller hands over is nobody else's, and is kept nowhere on its way back.
    let lifetime = match source {
        Source::Url(_) | Source::PageOrAttachment(_) => NO_CACHE,
        _ => NO_STORE,
    };
    let reading = ready(&gateway, &caller, source, options, body.first).await?;
    let answer = ReadingAnswer::of(&reading, &gateway.service.authenticator());
    Ok(Answer::new(answer.first(body.first)).cached(lifetime))
}

/// `GET /v1/readings/{reading}`: the whole of a reading that is known here, without reading its page again.
pub(super) async fn by_id(
    State(gateway): State<Gateway>,
    PageCaller(caller): PageCaller,
    Path(KnownReading { reading }): Path<KnownReading>,
    query: Result<Query<RestQuery>, QueryRejection>,
) -> Result<Answer<ReadingAnswer>, Problem> {
    let Query(query) = query.map_err(|error| Problem::invalid("after", error.body_text()))?;
    let unknown = || Problem::not_found("no such reading is known here: ask for it again");
    let mut reading = gateway.reader().reading(&reading).ok_or_else(unknown)?;
    gateway.service.may_hear(&caller, &reading)?;
    if let Some(more) = reading.more.clone() {
        let grown = timeout(LONGEST_WAIT, more.beyond(query.after));
        reading = grown.await.ok().flatten().unwrap_or(reading);
        gateway.service.may_hear(&caller, &reading)?;
        gateway.schedule.note(&reading);
    }
    let answer = ReadingAnswer::of(&reading, &gateway.service.authenticator());
    Ok(Answer::new(answer).cached(NO_STORE))
}

/// How long a request for more of a reading is kept waiting: less than a player waits for an answer.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct RestQuery {
    /// How many sentences are known already: of a document that is still being recognised, the answer comes
    /// when there are more, or after 15 seconds.
    #[serde(default)]
    after: usize,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct KnownReading {
    /// The id of a reading.
    #[schemars(regex(pattern = ID))]
    pub(super) reading: String,
}

/// `POST /v1/readings/{reading}/leave`: a player was closed, and asks for nothing more of this reading. It
/// says so with a beacon, whose answer nobody reads.
pub(super) async fn leave(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(KnownReading { reading }): Path<KnownReading>,
) -> StatusCode {
    gateway.service.leave(&caller, &reading);
    StatusCode::NO_CONTENT
}

/// The reading, unless its clips would be refused the next moment; where only so many sentences are asked
/// for, these, as soon as they are there.
async fn ready(
    gateway: &Gateway,
    caller: &Caller,
    source: Source,
    options: ReadOptions,
    first: Option<NonZeroUsize>,
) -> Result<Arc<Reading>, Problem> {
    let reading = match first {
        Some(_) => gateway.service.begin(caller, source, options).await?,
        None => gateway.service.read(caller, source, options).await?,
    };
    let form = Form::plain(Encoding::Mp3, Layout::File);
    gateway.service.room(caller, &reading, form).await?;
    gateway.schedule.note(&reading);
    Ok(reading)
}
