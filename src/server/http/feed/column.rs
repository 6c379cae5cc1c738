//! A column with everything a feed says of its documents.

use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use moka::sync::Cache;
use tokio::sync::OnceCell;
use tokio::task::JoinError;
use url::Url;

use super::super::super::problem::Problem;
use super::super::super::service::{ReadingService, are_of, is_of};
use super::super::document;
use super::super::query::{audio_address, read_options};
use crate::reading::{ReadError, Source};
use crate::reason::Reason;
use crate::telemetry::addresses::for_log;
use langdu_document::{BlockKind, Document, IsoDate, ListEntry};
use langdu_voice::pool::JobError;

/// How long a column is good before it is looked at again.
const FRESH: Duration = Duration::from_secs(600);

/// Columns that are kept. One takes about 20 kB.
const KEPT: u64 = 200;

/// Documents read at the same time: the portal is not to be hurried, nor are those who listen.
const AT_ONCE: usize = 2;

/// Longest summary, in characters.
const SUMMARY_CHARS: usize = 200;

/// A column as it was when it was read.
pub(super) struct Column {
    /// The page that lists its documents.
    pub(super) address: Url,
    /// Its name; empty when the page has none.
    pub(super) title: String,
    /// What can be heard of it, in the page's order.
    pub(super) episodes: Vec<Episode>,
}

/// A document of a column.
pub(super) struct Episode {
    pub(super) title: String,
    pub(super) page: Url,
    pub(super) date: Option<IsoDate>,
    /// How the text begins.
    pub(super) summary: String,
    /// The whole document's MP3, relative to the gateway's root.
    pub(super) audio: String,
    /// Its exact length.
    pub(super) bytes: u64,
    pub(super) duration: Duration,
    /// BCP 47.
    pub(super) language: String,
}

/// What tells one column's feed from another's.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) list: Url,
    pub(super) limit: usize,
    pub(super) voice: String,
    /// Hosts whose documents those who asked may have, as in their grant.
    pub(super) hosts: Vec<String>,
    /// How often withdrawals had changed: a withdrawn document leaves the feed at once.
    pub(super) withdrawals: u64,
}

/// The columns read lately. Callers who want the same one at once share the work.
pub(crate) struct Columns(Cache<Key, Arc<OnceCell<Arc<Column>>>>);

impl Columns {
    pub(crate) fn new() -> Self {
        let cache = Cache::builder()
            .max_capacity(KEPT)
            .time_to_live(FRESH)
            .build();
        Self(cache)
    }

    /// The column, read now if need be. The reading goes on when the caller hangs up: a feed
    /// reader that gave up on a long column finds it made when it comes again.
    pub(super) async fn get(
        &self,
        service: &Arc<ReadingService>,
        key: Key,
    ) -> Result<Arc<Column>, Problem> {
        let cell = self.0.get_with_by_ref(&key, Arc::default);
        let service = service.clone();
        let reading = tokio::spawn(async move {
            let column = cell.get_or_try_init(|| read(&service, &key)).await;
            column.cloned()
        });
        reading.await.unwrap_or_else(|error| Err(ended(&error)))
    }
}

/// The work that others share ended without an outcome: it panicked, or the runtime ends.
fn ended(error: &JoinError) -> Problem {
    if error.is_panic() {
        return Problem::new(Reason::Internal, "reading the column failed");
    }
    JobError::Closed.into()
}

async fn read(service: &ReadingService, key: &Key) -> Result<Arc<Column>, Problem> {
    let reader = service.reader();
    let choice = read_options(key.voice.clone(), None).voice;
    // Before anything is fetched: it would fail for every document.
    reader.voices().choose(&choice).map_err(ReadError::from)?;
    // For the list, and then for the documents, of which each has one.
    let _permits = service.permits(AT_ONCE)?;
    let list = reader.list_page(key.list.as_str()).await?;
    are_of(&key.hosts, &list.read_from)?;
    let page = list.value;
    let (entries, others): (Vec<ListEntry>, Vec<ListEntry>) = page
        .entries
        .into_iter()
        .partition(|entry| is_of(&key.hosts, entry.url.as_str()).is_ok());
    let read: Vec<Result<Episode, Problem>> = stream::iter(entries.into_iter().take(key.limit))
        .map(|entry| episode(service, entry, key))
        .buffered(AT_ONCE)
        .collect()
        .await;
    let mut episodes = Vec::new();
    let mut refused = others
        .first()
        .and_then(|entry| is_of(&key.hosts, entry.url.as_str()).err());
    for outcome in read {
        match outcome {
            Ok(episode) => episodes.push(episode),
            Err(problem) => refused = Some(problem),
        }
    }
    match refused {
        Some(problem) if episodes.is_empty() => Err(problem),
        _ => Ok(Arc::new(Column {
            address: key.list.clone(),
            title: page.title,
            episodes,
        })),
    }
}

/// A document that cannot be read aloud is an error; columns list films, forms and pages of other
/// hosts too.
async fn episode(
    service: &ReadingService,
    entry: ListEntry,
    key: &Key,
) -> Result<Episode, Problem> {
    let page = entry.url.clone();
    listed(service, entry, key).await.inspect_err(|problem| {
        let problem = problem.to_string();
        let (page, problem) = (for_log(page.as_str()), for_log(&problem));
        tracing::warn!(%page, %problem, "a listed page is left out of the feed");
    })
}

async fn listed(service: &ReadingService, entry: ListEntry, key: &Key) -> Result<Episode, Problem> {
    let reader = service.reader();
    let source = Source::Url(entry.url.to_string());
    let reading = reader
        .read(source, read_options(key.voice.clone(), None))
        .await?;
    are_of(&key.hosts, &reading.read_from)?;
    let timings = document::timings(reader, &reading).await?;
    let language = reading.voice.pack().language_codes.first().cloned();
    let of_document = &reading.document;
    let title = if of_document.title.is_empty() {
        entry.title
    } else {
        of_document.title.clone()
    };
    let dates = [&of_document.date, &of_document.doc_date];
    Ok(Episode {
        title,
        page: entry.url,
        date: entry
            .date
            .or_else(|| dates.into_iter().flatten().next().cloned()),
        summary: summary(of_document),
        audio: audio_address(&reading, "mp3", &service.authenticator()),
        bytes: document::length(&reading, &timings),
        duration: document::duration(&timings),
        language: language.unwrap_or_default(),
    })
}

/// The first running text.
fn summary(document: &Document) -> String {
    let paragraph = document
        .blocks
        .iter()
        .find(|block| matches!(block.kind, BlockKind::Paragraph) && block.text.contains('。'));
    let text = paragraph.map_or("", |block| &block.text);
    let mut chars = text.chars();
    let begin: String = chars.by_ref().take(SUMMARY_CHARS).collect();
    if chars.next().is_some() {
        begin + "…"
    } else {
        begin
    }
}
