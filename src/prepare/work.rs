//! The one worker: operation after operation, document after document.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use tokio::sync::mpsc;
use tracing::Instrument;

use super::operation::{MOST_DOCUMENTS, Operation, Task};
use super::{Preparations, sitemap};
use crate::reading::{ReadError, Reader, Reading, Source};
use crate::telemetry::addresses::for_log;
use langdu_clips::{ClipError, ClipId, Form};
use langdu_fetch::FetchError;
use langdu_voice::pool::{JobError, Urgency};

/// Utterances requested at the same time: one is made while the next waits in the queue, so that
/// the voice never idles between two.
const AT_ONCE: usize = 2;

/// How long to wait before a page that could not be fetched is requested once more.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// How long to wait while so many are listening that even the queue is full.
const QUEUE_FULL_WAIT: Duration = Duration::from_secs(2);

/// Finished operations that can still be watched.
const MOST_FINISHED: usize = 200;

/// Deepest nesting of sitemaps: an index and its parts.
const DEEPEST: usize = 2;

/// Why a page is not prepared.
enum Problem {
    /// The service is ending: what is left goes on at the next start.
    Ending,
    Page(String),
}

/// Goes through the operations until the preparations are dropped.
///
/// Those that are `finished`, the oldest first, can be watched until [`MOST_FINISHED`] others are.
pub(super) async fn run(
    preparations: Weak<Preparations>,
    mut waiting: mpsc::Receiver<String>,
    mut finished: VecDeque<String>,
) {
    while let Some(id) = waiting.recv().await {
        let Some(preparations) = preparations.upgrade() else {
            return;
        };
        match preparations.journal.read(&id).await {
            Ok(Some(operation)) => {
                let span = tracing::info_span!("operation", id = operation.id);
                let finishing = finish(&preparations, operation).instrument(span);
                if finishing.await.is_none() {
                    return;
                }
            }
            Ok(None) => tracing::warn!(id, "an operation has gone"),
            Err(error) => tracing::warn!(%error, id, "an operation cannot be read"),
        }
        preparations.running.lock().remove(&id);
        finished.push_back(id);
        while finished.len() > MOST_FINISHED
            && let Some(oldest) = finished.pop_front()
        {
            preparations.forget(&oldest).await;
        }
    }
}

/// Does what is left of an operation; `None` when the service is ending.
async fn finish(preparations: &Preparations, mut operation: Operation) -> Option<()> {
    let reader = &preparations.reader;
    let pages = match operation.pages.take() {
        Some(pages) => pages,
        None => find(reader, &mut operation).await,
    };
    operation.pages = Some(pages.clone());
    preparations.keep(&operation).await;
    for url in pages.iter().skip(operation.done) {
        let before = operation.clone();
        match prepare(preparations, &mut operation, url).await {
            Ok(()) => {}
            Err(Problem::Ending) => return None,
            Err(Problem::Page(message)) => {
                let (page, reason) = (for_log(url), for_log(&message));
                tracing::warn!(%page, %reason, "a page could not be prepared");
                // The counts are of documents that are whole.
                operation = before;
                operation.fail(url, message);
            }
        }
        operation.done += 1;
        preparations.keep(&operation).await;
    }
    operation.finished = true;
    preparations.keep(&operation).await;
    tracing::info!(
        documents = operation.done,
        made = operation.made,
        failed = operation.failures.len(),
        "an operation of preparation is finished"
    );
    Some(())
}

impl Preparations {
    /// Writes an operation down and publishes its progress.
    async fn keep(&self, operation: &Operation) {
        if let Err(error) = self.journal.write(operation).await {
            tracing::warn!(%error, "an operation is not written down: a restart would repeat some");
        }
        self.publish_progress(operation);
    }

    async fn forget(&self, id: &str) {
        if let Err(error) = self.journal.forget(id).await {
            tracing::warn!(%error, id, "a finished operation stays written down");
        }
    }
}

/// Every page of a task, each once. What cannot be found is a failure of the operation.
async fn find(reader: &Reader, operation: &mut Operation) -> Vec<String> {
    let task = operation.task.clone();
    let mut pages = task.urls.clone();
    if let Some(sitemap) = &task.sitemap {
        in_sitemaps(reader, operation, sitemap, &mut pages).await;
    }
    if let Some(list) = &task.list {
        match reader.list_page(list).await {
            Ok(found) => {
                let entries = found.value.entries.into_iter();
                pages.extend(entries.map(|entry| entry.url.to_string()));
            }
            Err(error) => operation.fail(list, error.to_string()),
        }
    }
    let mut seen = HashSet::new();
    pages.retain(|page| seen.insert(page.clone()));
    if pages.len() > MOST_DOCUMENTS {
        let message = format!("only the first {MOST_DOCUMENTS} pages are prepared");
        let named = task.sitemap.or(task.list).unwrap_or_default();
        operation.fail(&named, message);
        pages.truncate(MOST_DOCUMENTS);
    }
    pages
}

async fn in_sitemaps(
    reader: &Reader,
    operation: &mut Operation,
    first: &str,
    pages: &mut Vec<String>,
) {
    let mut addresses = vec![first.to_owned()];
    for _ in 0..DEEPEST {
        let mut further = Vec::new();
        for address in addresses {
            if pages.len() > MOST_DOCUMENTS {
                return;
            }
            let page = reader.page(&address).await;
            let found = page
                .map_err(|error| error.to_string())
                .and_then(|page| sitemap::read(&page.text).map_err(|error| error.to_string()));
            match found {
                Ok(found) => {
                    pages.extend(found.pages);
                    further.extend(found.sitemaps);
                }
                Err(message) => operation.fail(&address, message),
            }
        }
        addresses = further;
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Clip(error) => error.into(),
            other => Self::Page(other.to_string()),
        }
    }
}

impl From<ClipError> for Problem {
    fn from(error: ClipError) -> Self {
        match error {
            ClipError::Job(JobError::Closed) => Self::Ending,
            other => Self::Page(other.to_string()),
        }
    }
}

async fn prepare(
    preparations: &Preparations,
    operation: &mut Operation,
    url: &str,
) -> Result<(), Problem> {
    let reader = &preparations.reader;
    let reading = read(reader, &operation.task, url).await?;
    operation.utterances += reading.clips.len();
    preparations.publish_progress(operation);
    let form = operation.task.form();
    let begun = Instant::now();
    let mut made = stream::iter(reading.clips.clone())
        .map(|id| make(reader, id, form, begun))
        .buffered(AT_ONCE);
    while let Some(is_new) = made.next().await {
        operation.made += usize::from(is_new?);
        operation.utterances_done += 1;
        preparations.publish_progress(operation);
    }
    drop(made);
    are_kept(reader, &reading.clips, form).await
}

/// Waits until the clips are on disk: a document must not be recorded as done before a restart
/// would find them. Without a store nothing outlives the process, operations included.
async fn are_kept(reader: &Reader, ids: &[ClipId], form: Form) -> Result<(), Problem> {
    let clips = reader.clips();
    if clips.disk().is_none() {
        return Ok(());
    }
    clips.flushed().await;
    let kept = stream::iter(ids).filter(|&&id| clips.is_on_disk(id, form));
    let lost = ids.len() - kept.count().await;
    if lost == 0 {
        return Ok(());
    }
    Err(Problem::Page(format!(
        "the clip folder did not keep {lost} of {} clips: the log says why each was not written; \
         if none is named there, clips.disk_bytes is too small",
        ids.len()
    )))
}

/// The reading of a page; one that cannot be fetched at the moment is requested once more.
async fn read(reader: &Reader, task: &Task, url: &str) -> Result<Arc<Reading>, ReadError> {
    let read = || {
        reader.read(
            Source::page(url.to_owned(), task.follow_attachments),
            task.options(),
        )
    };
    match read().await {
        Err(ReadError::Fetch(error)) if is_transient(&error) => {
            tokio::time::sleep(RETRY_AFTER).await;
            read().await
        }
        outcome => outcome,
    }
}

fn is_transient(error: &FetchError) -> bool {
    match error {
        FetchError::Timeout { .. }
        | FetchError::Unreachable { .. }
        | FetchError::DamagedBody { .. } => true,
        FetchError::HttpStatus { status, .. } => *status >= 500 || *status == 429,
        _ => false,
    }
}

/// Makes a clip if it is not there; true when it was made.
async fn make(reader: &Reader, id: ClipId, form: Form, begun: Instant) -> Result<bool, ClipError> {
    loop {
        let made = reader.clips().prepare(id, form, Urgency::Prepare(begun));
        match made.await {
            Err(ClipError::Job(JobError::QueueFull { .. })) => {
                tokio::time::sleep(QUEUE_FULL_WAIT).await;
            }
            outcome => return outcome,
        }
    }
}
