//! A column with everything a feed says of its documents.
//!
//! To say how long a document is heard the voice plans all of it, which takes seconds. So whoever asks for a
//! column that nobody has asked for lately is answered soon with what is known of it, and the rest follows; and
//! a column that was read a while ago is told as it was, and read again meanwhile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use moka::sync::Cache;
use parking_lot::Mutex;
use tokio::sync::{OwnedMutexGuard, watch};
use url::Url;

use super::super::super::problem::Problem;
use super::super::super::service::{ReadingService, are_of, is_of};
use super::super::document;
use super::super::query::{audio_address, read_options};
use crate::reading::Reading;
use crate::reading::{ReadError, Source};
use crate::reason::Reason;
use crate::telemetry::addresses::for_log;
use langdu_clips::Timing;
use langdu_document::{BlockKind, Document, IsoDate, ListEntry};

/// How long a column is good before it is looked at again.
const FRESH: Duration = Duration::from_secs(600);

/// How long a column is kept that nobody asks for.
const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);

/// How long the whole of a column is waited for: feed readers give up after some seconds, and people before.
const SOON: Duration = Duration::from_millis(800);

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
    pub(super) episodes: Vec<Arc<Episode>>,
    /// Whether these are all.
    pub(super) is_whole: bool,
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
    /// Its sections, where it has some.
    pub(super) chapters: Vec<Chapter>,
}

/// A section of a document.
pub(super) struct Chapter {
    pub(super) title: String,
    /// When it begins in the document's audio.
    pub(super) start: Duration,
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

/// What is known of a column: `None` before its list is read.
type Known = Option<Result<Arc<Column>, Problem>>;

/// A column that was asked for.
#[derive(Default)]
struct Asked {
    known: watch::Sender<Known>,
    /// When all of it was read last.
    read_at: Mutex<Option<Instant>>,
    /// Held by whoever reads it.
    reading: Arc<tokio::sync::Mutex<()>>,
}

impl Asked {
    fn is_fresh(&self) -> bool {
        self.read_at.lock().is_some_and(|at| at.elapsed() < FRESH)
    }

    /// The column, if all of it was read, however long ago.
    fn whole(&self) -> Option<Arc<Column>> {
        match &*self.known.borrow() {
            Some(Ok(column)) if column.is_whole => Some(column.clone()),
            _ => None,
        }
    }

    /// More of it is known. What was known whole is not replaced by less.
    fn learn(&self, column: Column) {
        if column.is_whole {
            *self.read_at.lock() = Some(Instant::now());
        } else if self.whole().is_some() {
            return;
        }
        self.known.send_replace(Some(Ok(Arc::new(column))));
    }

    /// It could not be read. What was known of it is told further: the portal may be back soon.
    fn fail(&self, problem: Problem) {
        if self.whole().is_none() {
            self.known.send_replace(Some(Err(problem)));
        }
    }
}

/// The columns read lately. Callers who want the same one at once share the work.
pub(crate) struct Columns(Cache<Key, Arc<Asked>>);

impl Columns {
    pub(crate) fn new() -> Self {
        let cache = Cache::builder()
            .max_capacity(KEPT)
            .time_to_idle(KEPT_FOR)
            .build();
        Self(cache)
    }

    /// The column, or what is known of it soon. It is read on when the caller hangs up.
    pub(super) async fn get(
        &self,
        service: &Arc<ReadingService>,
        key: Key,
    ) -> Result<Arc<Column>, Problem> {
        let asked = self.0.get_with_by_ref(&key, Arc::default);
        let whole = asked.whole();
        if let Some(column) = whole.clone().filter(|_| asked.is_fresh()) {
            return Ok(column);
        }
        if let Ok(reading) = asked.reading.clone().try_lock_owned() {
            asked.known.send_if_modified(|known| {
                let failed = matches!(known, Some(Err(_)));
                if failed {
                    *known = None;
                }
                failed
            });
            tokio::spawn(read(service.clone(), key, asked.clone(), reading));
        }
        if let Some(column) = whole {
            return Ok(column);
        }
        let mut known = asked.known.subscribe();
        let all = known.wait_for(|known| match known {
            Some(Ok(column)) => column.is_whole,
            Some(Err(_)) => true,
            None => false,
        });
        if tokio::time::timeout(SOON, all).await.is_ok() {
            return outcome(&known.borrow());
        }
        let some = known.wait_for(Option::is_some).await;
        some.map_or_else(|_| outcome(&None), |known| outcome(&known))
    }
}

fn outcome(known: &Known) -> Result<Arc<Column>, Problem> {
    let lost = || Err(Problem::new(Reason::Internal, "reading the column failed"));
    known.clone().unwrap_or_else(lost)
}

/// Reads a column, and tells what is known of it as it comes.
async fn read(
    service: Arc<ReadingService>,
    key: Key,
    asked: Arc<Asked>,
    _reading: OwnedMutexGuard<()>,
) {
    // Also where reading it panics: whoever waits is told.
    let _told = Told(&asked);
    match read_in_parts(&service, &key, |column| asked.learn(column)).await {
        Ok(column) => asked.learn(column),
        Err(problem) => asked.fail(problem),
    }
}

/// Tells those who wait for a column, when nothing else has.
struct Told<'a>(&'a Asked);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if self.0.known.borrow().is_none() {
            let message = "reading the column failed";
            self.0.fail(Problem::new(Reason::Internal, message));
        }
    }
}

async fn read_in_parts(
    service: &ReadingService,
    key: &Key,
    mut learn: impl FnMut(Column),
) -> Result<Column, Problem> {
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
    let column = |episodes: &[Arc<Episode>], is_whole| Column {
        address: key.list.clone(),
        title: page.title.clone(),
        episodes: episodes.to_vec(),
        is_whole,
    };
    let mut refused = others
        .first()
        .and_then(|entry| is_of(&key.hosts, entry.url.as_str()).err());
    let mut episodes: Vec<Arc<Episode>> = Vec::new();
    let mut reading = stream::iter(entries.into_iter().take(key.limit))
        .map(|entry| episode(service, entry, key))
        .buffered(AT_ONCE);
    while let Some(read) = reading.next().await {
        match read {
            Ok(episode) => {
                episodes.push(Arc::new(episode));
                learn(column(&episodes, false));
            }
            Err(problem) => refused = Some(problem),
        }
    }
    match refused {
        Some(problem) if episodes.is_empty() => Err(problem),
        _ => Ok(column(&episodes, true)),
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
        chapters: chapters(&reading, &timings),
    })
}

/// The sections of a document by its headings.
fn chapters(reading: &Reading, timings: &[Arc<Timing>]) -> Vec<Chapter> {
    let blocks = reading.document.blocks.iter().enumerate();
    let headings = blocks.filter(|(_, block)| matches!(block.kind, BlockKind::Heading { .. }));
    let utterances = &reading.script.utterances;
    let chapters = headings.filter_map(|(number, block)| {
        let is_of_block =
            |span: Option<langdu_text::Span>| span.is_some_and(|span| span.block == number);
        let first = utterances
            .iter()
            .position(|utterance| is_of_block(utterance.span))?;
        Some(Chapter {
            title: block.text.clone(),
            start: document::duration(&timings[..first]),
        })
    });
    chapters.collect()
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
