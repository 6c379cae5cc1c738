//! The thread that the database lives on.
//!
//! Records of what was read wait in a queue of their own and are written together; whatever somebody
//! waits for (a withdrawal) comes before them. A reading hands its record over and goes on.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};
use tokio::sync::oneshot;

use super::LedgerError;
use super::database::Database;
use super::document::KeyedRecord;

/// Records that may wait. More wait only where the disk hangs.
pub(super) const MOST_WAITING: usize = 1024;

/// Records that are written in one transaction.
const WRITTEN_AT_ONCE: usize = 64;

type Job = Box<dyn FnOnce(&mut Database) + Send>;

/// Called with the records that could not be written, and whether pages had to make room.
pub(super) type Written = Box<dyn Fn(&[KeyedRecord], &Result<bool, LedgerError>) + Send>;

/// A handle to the thread, which ends when this is dropped and everything is written.
pub(super) struct Worker(Arc<Shared>);

struct Shared {
    queue: Mutex<Queue>,
    woken: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    records: VecDeque<KeyedRecord>,
    is_closed: bool,
}

impl Worker {
    /// Starts the thread over a database.
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub(super) fn start(database: Database, written: Written) -> Result<Self, LedgerError> {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            woken: Condvar::new(),
        });
        let worker = Self(shared.clone());
        std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || shared.run(database, &written))
            .map_err(LedgerError::Thread)?;
        Ok(worker)
    }

    /// Hands a record over; false when too many are waiting.
    pub(super) fn record(&self, document: KeyedRecord) -> bool {
        let mut queue = self.0.queue.lock();
        if queue.records.len() >= MOST_WAITING {
            return false;
        }
        queue.records.push_back(document);
        self.0.woken.notify_one();
        true
    }

    /// Does `work` after everything that was handed over before is written.
    ///
    /// # Errors
    ///
    /// Those of the work, and when the thread has ended.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Database) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |database| {
            let _ = answer.send(work(database));
        });
        {
            let mut queue = self.0.queue.lock();
            queue.jobs.push_back(job);
        }
        self.0.woken.notify_one();
        answered.await.map_err(|_| LedgerError::Ended)?
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.queue.lock().is_closed = true;
        self.0.woken.notify_one();
    }
}

impl Shared {
    fn run(&self, mut database: Database, written: &Written) {
        loop {
            let (records, job) = {
                let mut queue = self.queue.lock();
                while queue.jobs.is_empty() && queue.records.is_empty() {
                    if queue.is_closed {
                        return;
                    }
                    self.woken.wait(&mut queue);
                }
                // Somebody waits for a job, and a withdrawal has to find what was read before it.
                let job = queue.jobs.pop_front();
                let most = if job.is_some() {
                    MOST_WAITING
                } else {
                    WRITTEN_AT_ONCE
                };
                let most = most.min(queue.records.len());
                (queue.records.drain(..most).collect::<Vec<_>>(), job)
            };
            if !records.is_empty() {
                written(&records, &database.record(&records));
            }
            if let Some(job) = job {
                job(&mut database);
            }
        }
    }
}
