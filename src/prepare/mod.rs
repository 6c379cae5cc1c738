//! Preparation: documents are made before anybody listens, in idle time.
//!
//! An operation is a list of pages, or a sitemap or column that names them. It is written down
//! before it begins and after every document, so that it goes on after a restart, and it can be
//! watched by its id. A document that is current costs its page and no synthesis: clips follow
//! from their text, so what did not change is there.
//!
//! Replicas that share a tier share their operations. Where none is shared, or it is away, an operation
//! lies in the clip folder of the replica that was asked, which alone works on it.

mod operation;
mod records;
mod schedule;
mod shared;
mod sitemap;
mod work;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use opendal::Operator;
use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::ledger::LedgerError;
use crate::reading::{ReadError, Reader};
use crate::withdrawals::Withdrawals;
use langdu_clips::{RemoteTier, TierUnavailable};
pub(crate) use operation::check_sources;
pub use operation::{Failure, Listed, Progress, Task};
use operation::{Journal, Operation};
pub use records::RecordsError;
pub use schedule::{PrepareSchedule, When};
use shared::SharedJournal;

/// Operations that may wait: a portal that names its pages one by one can name all of them, even
/// while the voice has no idle time. Each is a small file, and less than a kilobyte of memory.
const MOST_WAITING: usize = 10_000;

/// How often a watcher of an operation that another replica works on is told how far it is.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Operations of a list whose progress is asked for at the same time.
const LOOKS_AT_ONCE: usize = 16;

/// How long whoever cancels an operation waits for the utterance that is being made.
const ENDS_WITHIN: Duration = Duration::from_secs(30);

/// Why an operation cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// It names nothing, or too much.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field's name in the contract.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// An address or a voice that cannot be used.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Too many operations are waiting.
    #[error("{MOST_WAITING} operations are waiting already: try again later")]
    Full,
    /// It could not be written down.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// A page could not be published again.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Where an operation is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In this replica's folder.
    Own,
    /// In the tier that replicas share.
    Shared,
}

/// An operation that this replica works on, or is going to.
struct Running {
    progress: watch::Sender<Progress>,
    /// It is to end.
    cancel: CancellationToken,
    /// False while it waits.
    is_at_work: bool,
}

/// The operations and the one worker that goes through them.
pub struct Preparations {
    reader: Arc<Reader>,
    withdrawals: Arc<Withdrawals>,
    journal: Journal,
    shared: Option<SharedJournal>,
    /// False where operations of the shared tier are left to other replicas.
    takes_shared: bool,
    queue: mpsc::Sender<String>,
    /// Something may be there to be done in the shared tier.
    wake: Notify,
    running: Mutex<HashMap<String, Running>>,
}

impl Preparations {
    /// Takes up what was not finished, and begins to work, by the schedules too. Operations lie in
    /// `storage`, or in `tier` where one is shared, whose operations are left to other replicas unless it
    /// `takes_shared` ones. Must be called inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// When the operations cannot be read.
    pub async fn open(
        reader: Arc<Reader>,
        withdrawals: Arc<Withdrawals>,
        storage: Operator,
        tier: Option<Arc<RemoteTier>>,
        takes_shared: bool,
        schedules: &[PrepareSchedule],
    ) -> Result<Arc<Self>, RecordsError> {
        let journal = Journal::new(storage);
        let (unfinished, finished) = journal.all().await?;
        let finished = finished.into_iter().map(|operation| operation.id);
        let finished = finished.collect();
        let (queue, waiting) = mpsc::channel(MOST_WAITING + unfinished.len());
        let preparations = Arc::new(Self {
            reader,
            withdrawals,
            journal,
            shared: tier.map(SharedJournal::new),
            takes_shared,
            queue,
            wake: Notify::new(),
            running: Mutex::default(),
        });
        for operation in unfinished {
            tracing::info!(id = operation.id, "an operation of preparation goes on");
            if let Ok(place) = preparations.queue.try_reserve() {
                preparations.enqueue(&operation, place);
            }
        }
        tokio::spawn(work::run(Arc::downgrade(&preparations), waiting, finished));
        for schedule in schedules {
            tokio::spawn(schedule::follow(preparations.clone(), schedule.clone()));
        }
        Ok(preparations)
    }

    /// Begins an operation on pages that were just published: those that are named by their
    /// address and were withdrawn are read again.
    ///
    /// # Errors
    ///
    /// As [`begin`](Self::begin), and when the ledger fails.
    pub async fn publish(&self, task: Task) -> Result<String, PrepareError> {
        self.check(&task)?;
        // What another replica has withdrawn a moment ago is published again too.
        self.withdrawals.synchronize().await?;
        for url in &task.urls {
            self.withdrawals.publish(url).await?;
        }
        self.begin(task).await
    }

    /// Begins an operation: its id is good for watching from now on, after restarts too.
    ///
    /// # Errors
    ///
    /// When the task cannot be done, or too many wait.
    pub async fn begin(&self, task: Task) -> Result<String, PrepareError> {
        self.check(&task)?;
        self.take_down(Operation::new(task)).await
    }

    /// As [`begin`](Self::begin), for what every replica of a configuration would begin: they begin it
    /// once for each `occasion`, where they share a tier.
    async fn begin_once(&self, task: Task, occasion: &str) -> Result<String, PrepareError> {
        self.check(&task)?;
        let mut operation = Operation::new(task);
        if self.shared.is_some() {
            let hash = blake3::hash(occasion.as_bytes()).to_hex();
            hash[..operation.id.len()].clone_into(&mut operation.id);
            // It was begun here while the tier was away: what it has done stays written down.
            if self.journal.read(&operation.id).await?.is_some() {
                return Ok(operation.id);
            }
        }
        self.take_down(operation).await
    }

    async fn take_down(&self, operation: Operation) -> Result<String, PrepareError> {
        match self.begin_shared(&operation).await? {
            Place::Shared => self.wake.notify_one(),
            Place::Own => {
                let place = self.queue.try_reserve().map_err(|_| PrepareError::Full)?;
                self.journal.write(&operation).await?;
                self.enqueue(&operation, place);
            }
        }
        // Logged with the request, so that its id leads to the operation.
        tracing::info!(id = operation.id, "an operation of preparation is begun");
        Ok(operation.id)
    }

    /// Takes an operation down in the shared tier, unless there is none or it is away.
    async fn begin_shared(&self, operation: &Operation) -> Result<Place, PrepareError> {
        let Some(shared) = &self.shared else {
            return Ok(Place::Own);
        };
        if shared.waiting() >= MOST_WAITING {
            return Err(PrepareError::Full);
        }
        let begun = shared.begin(operation).await;
        Ok(begun.map_or(Place::Own, |()| Place::Shared))
    }

    fn check(&self, task: &Task) -> Result<(), PrepareError> {
        task.check()?;
        let voice = self.reader.voices().choose(&task.choice());
        voice.map_err(ReadError::from)?;
        for address in task.addresses() {
            self.reader.admit(address)?;
        }
        Ok(())
    }

    /// The progress of an operation, whichever replica works on it; `None` when there is none of that id.
    ///
    /// # Errors
    ///
    /// When the operations cannot be read.
    pub async fn watch(
        self: &Arc<Self>,
        id: &str,
    ) -> Result<Option<watch::Receiver<Progress>>, RecordsError> {
        if let Some(running) = self.running.lock().get(id) {
            return Ok(Some(running.progress.subscribe()));
        }
        let Some((operation, place)) = self.find(id).await? else {
            return Ok(None);
        };
        let (progress, watched) = watch::channel(operation.progress());
        if place == Place::Shared && !operation.finished {
            tokio::spawn(follow(Arc::downgrade(self), operation.id, progress));
        }
        Ok(Some(watched))
    }

    /// Operations, the latest first, so many behind the first `skipped`.
    ///
    /// # Errors
    ///
    /// When the operations cannot be read.
    pub async fn list(&self, skipped: usize, most: usize) -> Result<Vec<Listed>, RecordsError> {
        let (unfinished, finished) = self.journal.all().await?;
        let own = unfinished.into_iter().chain(finished);
        let mut all: Vec<(Operation, Place)> =
            own.map(|operation| (operation, Place::Own)).collect();
        if let Some(shared) = &self.shared {
            // While the tier is away it is told as it was seen last.
            let listed = shared.all().await.unwrap_or_else(|_| shared.known());
            let listed = listed.into_iter();
            all.extend(listed.map(|operation| (operation, Place::Shared)));
        }
        all.sort_by(|(a, _), (b, _)| (b.begun_s, &b.id).cmp(&(a.begun_s, &a.id)));
        let wanted = all.into_iter().skip(skipped).take(most);
        let listed = wanted.map(|(operation, place)| self.listed(operation, place));
        Ok(stream::iter(listed).buffered(LOOKS_AT_ONCE).collect().await)
    }

    /// An operation, whichever replica works on it; `None` when there is none of that id.
    ///
    /// # Errors
    ///
    /// When the operations cannot be read.
    pub async fn get(&self, id: &str) -> Result<Option<Listed>, RecordsError> {
        Ok(match self.find(id).await? {
            Some((operation, place)) => Some(self.listed(operation, place).await),
            None => None,
        })
    }

    async fn listed(&self, operation: Operation, place: Place) -> Listed {
        let operation = match (&self.shared, place) {
            (Some(shared), Place::Shared) => {
                let noted = operation.clone();
                shared.how_far(noted).await.unwrap_or(operation)
            }
            _ => operation,
        };
        let running = self.running.lock();
        let progress = running.get(&operation.id);
        let progress = progress.map(|running| running.progress.borrow().clone());
        Listed {
            progress: progress.unwrap_or_else(|| operation.progress()),
            begun_s: operation.begun_s,
            task: operation.task,
        }
    }

    /// Ends an operation, wherever it is worked on. What it has made stays. Answers with how far it came;
    /// `None` when there is none of that id.
    ///
    /// # Errors
    ///
    /// When the operations cannot be read or written.
    pub async fn cancel(self: &Arc<Self>, id: &str) -> Result<Option<Progress>, RecordsError> {
        let Some(mut progress) = self.watch(id).await? else {
            return Ok(None);
        };
        if progress.borrow().finished {
            return Ok(Some(progress.borrow().clone()));
        }
        let found = self.find(id).await?;
        if let Some((operation, Place::Shared)) = &found
            && let Some(shared) = &self.shared
        {
            // First of all, so that it stays cancelled if this replica ends now.
            let cancelled = shared.cancel(operation).await;
            cancelled.map_err(|TierUnavailable| RecordsError::away())?;
        }
        let at_work = {
            let running = self.running.lock();
            running.get(id).map(|running| {
                running.cancel.cancel();
                running.is_at_work
            })
        };
        match (at_work, found) {
            // Whoever works on it sees it.
            (Some(true), _) | (_, None) => {}
            (_, Some((operation, place))) => self.end(operation, place).await?,
        }
        let ended = progress.wait_for(|progress| progress.finished);
        // One that ends later is told of as it stands.
        let _ = tokio::time::timeout(ENDS_WITHIN, ended).await;
        let mut told = progress.borrow().clone();
        told.cancelled |= !told.finished;
        Ok(Some(told))
    }

    /// Ends an operation that nobody works on here and that is marked as cancelled: at once where nobody
    /// works on it elsewhere.
    async fn end(&self, mut operation: Operation, place: Place) -> Result<(), RecordsError> {
        operation.cancelled = true;
        if place == Place::Own {
            operation.finished = true;
            self.journal.write(&operation).await?;
            self.publish_progress(&operation);
            return Ok(());
        }
        let Some(shared) = &self.shared else {
            return Ok(());
        };
        let ended = async {
            if let Some(lease) = shared.lease(&operation.id).await? {
                operation.finished = true;
                shared.write(&operation).await?;
                shared.tier().release(lease).await;
            }
            Ok::<(), TierUnavailable>(())
        };
        ended.await.map_err(|TierUnavailable| RecordsError::away())
    }

    /// An operation, and where it is written down.
    async fn find(&self, id: &str) -> Result<Option<(Operation, Place)>, RecordsError> {
        if let Some(operation) = self.journal.read(id).await? {
            return Ok(Some((operation, Place::Own)));
        }
        let Some(shared) = &self.shared else {
            return Ok(None);
        };
        let found = shared.read(id).await;
        let found = found.map_err(|TierUnavailable| RecordsError::away())?;
        Ok(found.map(|operation| (operation, Place::Shared)))
    }

    fn enqueue(&self, operation: &Operation, place: mpsc::Permit<'_, String>) {
        self.runs(operation, false);
        place.send(operation.id.clone());
    }

    /// An operation is this replica's, and can be cancelled by what is answered.
    fn runs(&self, operation: &Operation, is_at_work: bool) -> CancellationToken {
        let mut running = self.running.lock();
        let running = running
            .entry(operation.id.clone())
            .or_insert_with(|| Running {
                progress: watch::channel(operation.progress()).0,
                cancel: CancellationToken::new(),
                is_at_work,
            });
        running.is_at_work = is_at_work;
        running.cancel.clone()
    }

    fn publish_progress(&self, operation: &Operation) {
        if let Some(running) = self.running.lock().get(&operation.id) {
            running.progress.send_replace(operation.progress());
        }
    }
}

/// Tells a watcher how far an operation is that another replica works on.
async fn follow(
    preparations: std::sync::Weak<Preparations>,
    id: String,
    progress: watch::Sender<Progress>,
) {
    loop {
        tokio::select! {
            () = progress.closed() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let Some(preparations) = preparations.upgrade() else {
            return;
        };
        // This replica may have taken it up meanwhile.
        let here = preparations
            .running
            .lock()
            .get(&id)
            .map(|running| running.progress.subscribe());
        let now = match here {
            Some(here) => here.borrow().clone(),
            None => match preparations.find(&id).await {
                Ok(Some((operation, _))) => operation.progress(),
                // It is forgotten.
                Ok(None) => return,
                // The tier is away: it is asked again.
                Err(_) => continue,
            },
        };
        let finished = now.finished;
        progress.send_if_modified(|last| {
            let is_news = *last != now;
            *last = now;
            is_news
        });
        if finished {
            return;
        }
    }
}
