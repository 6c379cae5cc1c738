//! The one worker: operation after operation, document after document.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::operation::{MOST_DOCUMENTS, Operation, Task};
use super::shared::SharedJournal;
use super::{Place, Preparations, RecordsError, follow, sitemap};
use crate::reading::{ReadError, Reader, Reading, Source};
use crate::telemetry::addresses::for_log;
use langdu_clips::{ClipError, ClipId, Form, Lease, RemoteTier, TierUnavailable};
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

/// How often the shared tier is looked at for operations that wait: another replica may have taken one
/// down, or have been lost in the middle of one.
const LOOK_FOR_WORK_EVERY: Duration = Duration::from_secs(3);

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
/// Those of its own that are `finished`, the oldest first, can be watched until [`MOST_FINISHED`] others
/// are.
pub(super) async fn run(
    preparations: Weak<Preparations>,
    mut waiting: mpsc::Receiver<String>,
    mut finished: VecDeque<String>,
) {
    loop {
        let next = {
            let Some(preparations) = preparations.upgrade() else {
                return;
            };
            next(&preparations, &mut waiting).await
        };
        let Some(preparations) = preparations.upgrade() else {
            return;
        };
        let id = match next {
            Next::Own(id) => id,
            Next::Shared => {
                if preparations.take_a_shared_one().await.is_none() {
                    return;
                }
                continue;
            }
            Next::Nothing => {
                preparations.look().await;
                continue;
            }
            Next::Closed => return,
        };
        if preparations.is_shared_meanwhile(&id).await {
            preparations.running.lock().remove(&id);
            preparations.forget(&id).await;
            continue;
        }
        match preparations.journal.read(&id).await {
            // It was cancelled while it waited.
            Ok(Some(operation)) if operation.finished => preparations.publish_progress(&operation),
            Ok(Some(operation)) => {
                let span = tracing::info_span!("operation", id = operation.id);
                let cancel = preparations.runs(&operation, true);
                let finishing = finish(&preparations, operation, Place::Own, &cancel);
                if finishing.instrument(span).await.is_none() {
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

/// What is to be done next.
enum Next {
    /// An operation of this replica's own.
    Own(String),
    /// One of the shared tier, if one is left there.
    Shared,
    /// Nothing: it is looked again.
    Nothing,
    /// Nothing any more.
    Closed,
}

/// Waits for an operation, but not for ever: the preparations may be dropped meanwhile.
async fn next(preparations: &Preparations, waiting: &mut mpsc::Receiver<String>) -> Next {
    let shared = preparations.shared.is_some() && preparations.takes_shared;
    tokio::select! {
        biased;
        id = waiting.recv() => id.map_or(Next::Closed, Next::Own),
        () = preparations.wake.notified(), if shared => Next::Shared,
        () = tokio::time::sleep(LOOK_FOR_WORK_EVERY) => {
            if shared { Next::Shared } else { Next::Nothing }
        }
    }
}

/// Does what is left of an operation; `None` when the service is ending.
async fn finish(
    preparations: &Preparations,
    mut operation: Operation,
    place: Place,
    cancel: &CancellationToken,
) -> Option<()> {
    let reader = &preparations.reader;
    if operation.pages.is_none() {
        let finding = find(reader, &mut operation);
        let pages = cancel.run_until_cancelled(finding).await;
        operation.cancelled |= pages.is_none();
        operation.found(pages.unwrap_or_default());
        preparations.keep(&operation, place).await;
    }
    let pages = operation.pages.clone().unwrap_or_default();
    for url in pages.iter().skip(operation.done) {
        let before = operation.clone();
        let preparing = prepare(preparations, &mut operation, url);
        match cancel.run_until_cancelled(preparing).await {
            Some(Ok(())) => {}
            Some(Err(Problem::Ending)) => return None,
            Some(Err(Problem::Page(message))) => {
                let (page, reason) = (for_log(url), for_log(&message));
                tracing::warn!(%page, %reason, "a page could not be prepared");
                // The counts are of documents that are whole.
                operation = before;
                operation.fail(url, message);
            }
            None => {
                operation = before;
                operation.cancelled = true;
                break;
            }
        }
        operation.done += 1;
        preparations.keep(&operation, place).await;
    }
    operation.finished = true;
    preparations.keep(&operation, place).await;
    tracing::info!(
        documents = operation.done,
        made = operation.made,
        failed = operation.failed,
        cancelled = operation.cancelled,
        "an operation of preparation is finished"
    );
    Some(())
}

impl Preparations {
    /// Writes an operation down and publishes its progress.
    async fn keep(&self, operation: &Operation, place: Place) {
        let written = match (&self.shared, place) {
            (Some(shared), Place::Shared) => {
                let written = shared.write(operation).await;
                written.map_err(|TierUnavailable| RecordsError::away())
            }
            _ => self.journal.write(operation).await,
        };
        if let Err(error) = written {
            tracing::warn!(%error, "an operation is not written down: a restart would repeat some");
        }
        self.publish_progress(operation);
    }

    /// Looks at the shared tier without working for it, so that what it forgets can be told again.
    async fn look(&self) {
        if let Some(shared) = &self.shared {
            // It is looked again, also while the tier is away.
            let _ = shared.all().await;
        }
    }

    /// True when an operation that was written down here, because the tier did not answer in time, lies in
    /// the tier after all, where whichever replica comes first works on it.
    async fn is_shared_meanwhile(&self, id: &str) -> bool {
        match &self.shared {
            Some(shared) => matches!(shared.noted(id).await, Ok(Some(_))),
            None => false,
        }
    }

    async fn forget(&self, id: &str) {
        if let Err(error) = self.journal.forget(id).await {
            tracing::warn!(%error, id, "a finished operation stays written down");
        }
    }

    /// Works on the oldest operation of the shared tier that nobody works on, if there is one; `None` when
    /// the service is ending.
    async fn take_a_shared_one(self: &Arc<Self>) -> Option<()> {
        let shared = self.shared.as_ref()?;
        // It is looked again, also while the tier is away.
        let Ok(all) = shared.all().await else {
            return Some(());
        };
        for noted in all.iter().filter(|operation| !operation.finished) {
            let Ok(Some(lease)) = shared.lease(&noted.id).await else {
                continue;
            };
            // Whoever had it may have finished it a moment ago.
            let Ok(Some(operation)) = shared.take_up(&noted.id).await else {
                shared.tier().release(lease).await;
                continue;
            };
            if operation.finished {
                shared.tier().release(lease).await;
                continue;
            }
            let outcome = self.work_on(shared, operation, lease).await;
            // Others may wait.
            self.wake.notify_one();
            return outcome;
        }
        Some(())
    }

    /// Works on an operation under its lease, until it is finished, cancelled, or the lease is lost.
    async fn work_on(
        self: &Arc<Self>,
        shared: &SharedJournal,
        operation: Operation,
        lease: Lease,
    ) -> Option<()> {
        let id = operation.id.clone();
        let span = tracing::info_span!("operation", id);
        tracing::info!(parent: &span, "an operation of preparation is taken up");
        let cancel = self.runs(&operation, true);
        if operation.cancelled {
            cancel.cancel();
        }
        let holding = hold(shared, &id, lease, &cancel);
        let finishing = finish(self, operation, Place::Shared, &cancel);
        let (outcome, is_lost) = tokio::select! {
            () = holding => (Some(()), true),
            finished = finishing.instrument(span) => (finished, false),
        };
        let running = self.running.lock().remove(&id);
        if let Some(running) = running.filter(|_| is_lost) {
            // Another replica goes on with it, and whoever watches it here is told how far that is.
            tokio::spawn(follow(Arc::downgrade(self), id, running.progress));
        }
        self.forget_the_oldest(shared).await;
        outcome
    }

    /// What was finished long ago makes room.
    async fn forget_the_oldest(&self, shared: &SharedJournal) {
        // It is done again after the next.
        let Ok(all) = shared.all().await else {
            return;
        };
        let finished: Vec<&Operation> = all.iter().filter(|operation| operation.finished).collect();
        for operation in finished.iter().rev().skip(MOST_FINISHED) {
            // What stays is looked at again.
            let _ = shared.forget(&operation.id).await;
        }
    }
}

/// Keeps the lease of an operation, and ends the work when somebody has cancelled it. Returns when the
/// lease is lost; released when it is dropped.
async fn hold(shared: &SharedJournal, id: &str, lease: Lease, cancel: &CancellationToken) {
    let tier = shared.tier();
    let mut held = Held {
        tier: tier.clone(),
        lease: Some(lease),
    };
    // Twice a renewal may fail before the lease ends.
    let every = tier.lease_time() / 3;
    loop {
        tokio::time::sleep(every).await;
        let Some(lease) = &mut held.lease else {
            return;
        };
        // While the tier is away the work goes on: what two replicas make twice is the same.
        if let Ok(false) = tier.renew(lease).await {
            tracing::warn!(id, "another replica has taken an operation over");
            held.lease = None;
            return;
        }
        let noted = shared.noted(id).await.unwrap_or_default();
        if noted.is_some_and(|operation| operation.cancelled) {
            cancel.cancel();
        }
    }
}

/// A lease that is released when this is dropped.
struct Held {
    tier: Arc<RemoteTier>,
    lease: Option<Lease>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(lease) = self.lease.take() {
            let tier = self.tier.clone();
            tokio::spawn(async move { tier.release(lease).await });
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
    are_kept(reader, &reading.clips, form).await?;
    if reading.incomplete {
        let message = "some of its pictures were not recognised in time: prepare it again, or raise \
                       ocr.max_document_seconds";
        return Err(Problem::Page(message.to_owned()));
    }
    Ok(())
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
        // What was recognised the first time is known, so that it gets further.
        Ok(reading) if reading.incomplete => read().await,
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
