//! Preparation: documents are made before anybody listens, in idle time.
//!
//! An operation is a list of pages, or a sitemap or column that names them. It is written down
//! before it begins and after every document, so that it goes on after a restart, and it can be
//! watched by its id. A document that is current costs its page and no synthesis: clips follow
//! from their text, so what did not change is there.

mod operation;
mod records;
mod schedule;
mod sitemap;
mod work;

use std::collections::HashMap;
use std::sync::Arc;

use opendal::Operator;
use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};

use crate::ledger::LedgerError;
use crate::reading::{ReadError, Reader};
use crate::withdrawals::Withdrawals;
pub use operation::{Failure, Progress, Task};
use operation::{Journal, Operation};
pub use records::RecordsError;
pub use schedule::{PrepareSchedule, When};

/// Operations that may wait: a portal that names its pages one by one can name all of them, even
/// while the voice has no idle time. Each is a small file, and less than a kilobyte of memory.
const MOST_WAITING: usize = 10_000;

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

/// The operations and the one worker that goes through them.
pub struct Preparations {
    reader: Arc<Reader>,
    withdrawals: Arc<Withdrawals>,
    journal: Journal,
    queue: mpsc::Sender<String>,
    running: Mutex<HashMap<String, watch::Sender<Progress>>>,
}

impl Preparations {
    /// Takes up what was not finished, and begins to work, by the schedules too. Must be called
    /// inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// When the operations cannot be read.
    pub async fn open(
        reader: Arc<Reader>,
        withdrawals: Arc<Withdrawals>,
        storage: Operator,
        schedules: &[PrepareSchedule],
    ) -> Result<Arc<Self>, RecordsError> {
        let journal = Journal::new(storage);
        let (unfinished, finished) = journal.all().await?;
        let (queue, waiting) = mpsc::channel(MOST_WAITING + unfinished.len());
        let preparations = Arc::new(Self {
            reader,
            withdrawals,
            journal,
            queue,
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
        let place = self.queue.try_reserve().map_err(|_| PrepareError::Full)?;
        let operation = Operation::new(task);
        self.journal.write(&operation).await?;
        self.enqueue(&operation, place);
        // Logged with the request, so that its id leads to the operation.
        tracing::info!(id = operation.id, "an operation of preparation is begun");
        Ok(operation.id)
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

    /// The progress of an operation; `None` when there is none of that id.
    ///
    /// # Errors
    ///
    /// When the operations cannot be read.
    pub async fn watch(&self, id: &str) -> Result<Option<watch::Receiver<Progress>>, RecordsError> {
        if let Some(progress) = self.running.lock().get(id) {
            return Ok(Some(progress.subscribe()));
        }
        let operation = self.journal.read(id).await?;
        Ok(operation.map(|operation| watch::channel(operation.progress()).1))
    }

    fn enqueue(&self, operation: &Operation, place: mpsc::Permit<'_, String>) {
        let (progress, _) = watch::channel(operation.progress());
        self.running.lock().insert(operation.id.clone(), progress);
        place.send(operation.id.clone());
    }

    fn publish_progress(&self, operation: &Operation) {
        if let Some(progress) = self.running.lock().get(&operation.id) {
            progress.send_replace(operation.progress());
        }
    }
}
