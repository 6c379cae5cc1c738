//! The thread that the database lives on.
//!
//! Records of what was read wait in a queue of their own and are written together. A reading hands its
//! record over and goes on; whatever somebody waits for comes before the records, and a withdrawal takes
//! out of the queue only those that it has to do with: a transaction is a few writes that the disk has
//! to confirm, and one of many records takes several times as long as that of a withdrawal.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};
use tokio::sync::oneshot;

use super::LedgerError;
use super::database::Database;
use super::document::KeyedRecord;
use super::withdrawal::{Key, Withdrawn};
use super::{PageKey, Withdrawal};
use langdu_clips::ClipId;

/// Records that may wait. More wait only where the disk hangs.
pub(super) const MOST_WAITING: usize = 1024;

/// Records that are written in one transaction, which a withdrawal may have to wait for; more of them
/// where many are waiting, because the disk confirms many in less time than it confirms each.
const WRITTEN_AT_ONCE: usize = 16;
const SHARE_WRITTEN_AT_ONCE: usize = 8;

type Job = Box<dyn FnOnce(&mut Turn<'_>) + Send>;

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

/// What a job works on: the database, and the records that still wait.
struct Turn<'a> {
    database: &'a mut Database,
    shared: &'a Shared,
    written: &'a Written,
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

    /// Records that wait.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.0.queue.lock().records.len()
    }

    /// Does `work` before any record that waits.
    ///
    /// # Errors
    ///
    /// Those of the work, and when the thread has ended.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Database) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        self.take_turn(|turn| work(turn.database)).await
    }

    /// Does `work` after everything that was handed over before is written.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub(super) async fn run_after_records<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Database) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let work = |turn: &mut Turn<'_>| {
            turn.write_what_waits();
            work(turn.database)
        };
        self.take_turn(work).await
    }

    /// Withdraws the page `url`, whose key is `page`, as `by` has asked, and with it what waits to be
    /// recorded of it. `refuse` is told of everything that is refused from now on, as it is found.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub(super) async fn withdraw(
        &self,
        url: String,
        page: PageKey,
        by: String,
        refuse: impl Fn(&Withdrawal) + Send + 'static,
    ) -> Result<Withdrawn, LedgerError> {
        self.take_turn(move |turn| turn.withdraw(&url, page, &by, &refuse))
            .await
    }

    async fn take_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Turn<'_>) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |turn| {
            let _ = answer.send(work(turn));
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
                let job = queue.jobs.pop_front();
                let waiting = queue.records.len();
                let most = match job {
                    Some(_) => 0,
                    None => waiting.min(WRITTEN_AT_ONCE.max(waiting / SHARE_WRITTEN_AT_ONCE)),
                };
                (queue.records.drain(..most).collect::<Vec<_>>(), job)
            };
            let mut turn = Turn {
                database: &mut database,
                shared: self,
                written,
            };
            match job {
                Some(job) => job(&mut turn),
                None => turn.write(&records),
            }
        }
    }
}

impl Turn<'_> {
    fn write(&mut self, records: &[KeyedRecord]) {
        if !records.is_empty() {
            (self.written)(records, &self.database.record(records));
        }
    }

    fn write_what_waits(&mut self) {
        let records: Vec<KeyedRecord> = self.shared.queue.lock().records.drain(..).collect();
        self.write(&records);
    }

    /// Records what waits and is seen to belong to a page, until nothing that waits does, and withdraws the
    /// page then: what is forgotten with it could not be found again by what is recorded later. What is
    /// handed over from now on is refused by its keys.
    fn withdraw(
        &mut self,
        url: &str,
        page: PageKey,
        by: &str,
        refuse: &impl Fn(&Withdrawal),
    ) -> Result<Withdrawn, LedgerError> {
        self.database.settle()?;
        let mut keys = HashSet::from([page.0]);
        loop {
            let records = self.take_those_of(&keys);
            self.write(&records);
            let found = self.database.keys_of(page)?;
            if records.is_empty() && found.is_subset(&keys) {
                break;
            }
            keys.extend(found);
        }
        let in_use = self.clips_that_wait();
        let withdrawn = self.database.withdraw(url, page, by, &in_use)?;
        refuse(&withdrawn.withdrawal);
        Ok(withdrawn)
    }

    /// Takes out of the queue the records that have one of these keys, and further ones of the same
    /// pages, so that those of a page stay in their order.
    fn take_those_of(&self, keys: &HashSet<Key>) -> Vec<KeyedRecord> {
        let mut queue = self.shared.queue.lock();
        let of_keys = queue.records.iter();
        let of_keys = of_keys.filter(|record| record.keys.all().any(|key| keys.contains(&key)));
        let pages: HashSet<PageKey> = of_keys.map(|record| record.keys.page).collect();
        if pages.is_empty() {
            return Vec::new();
        }
        let (taken, left) = std::mem::take(&mut queue.records)
            .into_iter()
            .partition(|record| pages.contains(&record.keys.page));
        queue.records = left;
        let taken: VecDeque<KeyedRecord> = taken;
        taken.into()
    }

    /// The clips of what is not written yet: a document that may be read has them.
    fn clips_that_wait(&self) -> HashSet<ClipId> {
        let queue = self.shared.queue.lock();
        let clips = queue.records.iter().flat_map(|record| &record.clips);
        clips.copied().collect()
    }
}
