//! What is remembered of documents for good: which clips each page was read with, and which pages
//! were withdrawn (撤稿).
//!
//! The store of clips evicts; of a page whose clips lie there the ledger knows. It is a
//! database in a folder of its own, indexed from pages to clips and from clips to pages,
//! so that a withdrawal takes as long among a hundred thousand pages as among ten. It knows nothing
//! of pages or audio: what it is handed and what it answers with are keys and ids. Acting on them is
//! the business of [`withdrawals`](crate::withdrawals).
//!
//! A reading never waits for it: what is refused is known in memory, and records are written by a
//! thread of its own.
//!
//! It is bounded: where a page too many is read, those that were read longest ago make room, and
//! their clips are purged like those of a withdrawal, so that nothing is kept that no withdrawal
//! would find. Withdrawals make room for nothing.
//!
//! Replicas may share the folder: each refreshes what it knows of withdrawals every few seconds.

mod content_key;
mod database;
mod document;
mod identity;
mod page_key;
mod page_rules;
mod refused;
mod withdrawal;
mod word;
mod worker;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::sync::Cache;
use parking_lot::RwLock;

use crate::telemetry::addresses::without_query;
pub use content_key::ContentKey;
use database::Database;
use document::{AliasKind, DocumentKey, KeyedRecord};
pub use document::{ClipUse, DocumentRecord};
pub use identity::PageIdentity;
use langdu_clips::ClipId;
pub use page_key::PageKey;
pub use page_rules::{PageRules, SiteRules};
use refused::Refused;

pub use withdrawal::{ListedWithdrawal, PendingPurge, Published, Withdrawal, Withdrawn};
pub(crate) use word::OldAnnouncement;
pub use word::Word;
use worker::Worker;

/// Readings that are known to be recorded. One takes about 100 bytes.
const MOST_RECORDED: u64 = 20_000;

/// How long a reading is known to be recorded. It is recorded again after that, so that the ledger
/// knows which pages were read lately.
const RECORDED_FOR: Duration = Duration::from_secs(3600);

/// The ledger cannot do what it is asked for.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database refused.
    #[error("the ledger of documents failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// The folder, or a file in it, cannot be used.
    #[error("the ledger of documents cannot use {}: {source}", folder.display())]
    Folder {
        /// The folder or file.
        folder: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The database is a newer version's.
    #[error("the ledger was written by a newer version of langdu: start that one")]
    Newer,
    /// Too many records are waiting for the disk.
    #[error("the ledger's disk does not keep up: try again later")]
    Busy,
    /// The system gives no thread.
    #[error("the ledger has no thread of its own: {0}")]
    Thread(#[source] std::io::Error),
    /// The ledger's thread has ended, which is a fault of ours.
    #[error("the ledger has ended: the log says why")]
    Ended,
}

/// Documents and withdrawals.
pub struct Ledger {
    rules: PageRules,
    worker: Worker,
    in_force: Arc<InForce>,
    /// The reading that each record is of, so that it is written once.
    recorded: Cache<DocumentKey, String>,
    /// Withdrawals change one after the other.
    changing: tokio::sync::Mutex<()>,
}

/// What is refused now.
#[derive(Default)]
struct InForce {
    withdrawn: RwLock<Refused>,
    changes: AtomicU64,
}

impl InForce {
    fn refuse(&self, withdrawal: &Withdrawal) {
        if self.withdrawn.write().add(withdrawal) {
            self.changes.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Ledger {
    /// Opens the ledger in `folder` and learns what was withdrawn; in memory without one. The
    /// database takes at most about `max_bytes`; `rules` say which addresses are one page.
    ///
    /// # Errors
    ///
    /// When the database cannot be read: then nobody knows what may not be read aloud.
    pub async fn open(
        folder: Option<&Path>,
        max_bytes: u64,
        rules: PageRules,
    ) -> Result<Arc<Self>, LedgerError> {
        let folder = folder.map(Path::to_owned);
        let own = rules.clone();
        let opened = langdu_blocking::run("opening the ledger", move || {
            Database::open(folder.as_deref(), max_bytes, &own)
        });
        let database = opened.await.map_err(|_| LedgerError::Ended)??;
        let recorded = Cache::builder()
            .max_capacity(MOST_RECORDED)
            .time_to_live(RECORDED_FOR)
            .build();
        let forget = recorded.clone();
        let written = move |records: &[KeyedRecord], outcome: &Result<bool, LedgerError>| {
            match outcome {
                Ok(false) => {}
                Ok(true) => {
                    tracing::info!("the ledger is full: the pages read longest ago made room");
                    forget.invalidate_all();
                }
                Err(error) => {
                    tracing::warn!(
                        %error,
                        documents = records.len(),
                        "documents are not in the ledger: their withdrawal would miss them"
                    );
                    // So that the next reading tries again.
                    records
                        .iter()
                        .for_each(|record| forget.invalidate(&record.key()));
                }
            }
        };
        let ledger = Self {
            rules,
            worker: Worker::start(database, Box::new(written))?,
            in_force: Arc::default(),
            recorded,
            changing: tokio::sync::Mutex::default(),
        };
        ledger.refresh().await?;
        Ok(Arc::new(ledger))
    }

    /// The key of the page at `url`.
    pub fn key(&self, url: &str) -> PageKey {
        self.rules.key(url)
    }

    /// True when the page at `url` was withdrawn.
    pub fn is_withdrawn(&self, url: &str) -> bool {
        let withdrawn = self.in_force.withdrawn.read();
        // Earlier versions knew an address as it stands.
        let keys = [self.key(url), PageKey::of(url)];
        !withdrawn.keys.is_empty() && keys.iter().any(|key| withdrawn.keys.contains_key(&key.0))
    }

    /// True when a page was withdrawn: by an address that it was read from, by what it says its
    /// address is, or by what it says.
    pub fn is_identity_withdrawn(&self, identity: &PageIdentity) -> bool {
        let withdrawn = self.in_force.withdrawn.read();
        !withdrawn.keys.is_empty()
            && identity
                .keys(&self.rules)
                .all()
                .any(|key| withdrawn.keys.contains_key(&key))
    }

    /// The withdrawals that a page is refused by, as their pages were named.
    pub fn covering(&self, identity: &PageIdentity) -> HashSet<String> {
        let withdrawn = self.in_force.withdrawn.read();
        let keys = identity.keys(&self.rules);
        let covering = keys.all().filter_map(|key| withdrawn.keys.get(&key));
        let covering = covering
            .flatten()
            .filter_map(|page| withdrawn.withdrawals.get(page));
        covering.map(|withdrawal| withdrawal.url.clone()).collect()
    }

    /// How often withdrawals have changed since the start: whoever caches what was read of pages
    /// keeps this number beside it.
    pub fn changes(&self) -> u64 {
        self.in_force.changes.load(Ordering::Relaxed)
    }

    /// Records what a page was read with. It is written in the background, and nobody waits.
    ///
    /// # Errors
    ///
    /// When too many records are waiting for the disk: a page that is not recorded could not be
    /// withdrawn.
    pub fn record(&self, document: DocumentRecord) -> Result<(), LedgerError> {
        let document = KeyedRecord {
            keys: document.identity.keys(&self.rules),
            shown: without_query(&document.identity.url).into_owned(),
            voice: document.voice,
            rate_milli: document.rate_milli,
            reading_id: document.reading_id,
            clips: document.clips,
        };
        let key = document.key();
        if self.recorded.get(&key).as_ref() == Some(&document.reading_id) {
            return Ok(());
        }
        let reading_id = document.reading_id.clone();
        if !self.worker.record(document) {
            return Err(LedgerError::Busy);
        }
        self.recorded.insert(key, reading_id);
        Ok(())
    }

    /// Waits until everything that was recorded is written.
    ///
    /// # Errors
    ///
    /// When the ledger's thread has ended.
    pub async fn flushed(&self) -> Result<(), LedgerError> {
        self.worker.run_after_records(|_| Ok(())).await
    }

    /// Withdraws the page at `url`, as `by` has asked: from now on it is refused. What it was read with is returned,
    /// and is pending until [`finish_purge`](Self::finish_purge).
    ///
    /// # Errors
    ///
    /// When the database fails; the page is refused by this process all the same, and withdrawing
    /// it again finishes the work.
    pub async fn withdraw(&self, url: &str, by: &str) -> Result<Withdrawn, LedgerError> {
        let _changing = self.changing.lock().await;
        self.withdraw_now(url, by).await
    }

    /// As [`withdraw`](Self::withdraw), for what was read of a page since it was withdrawn. Nothing
    /// when it is not.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn extend_withdrawals(
        &self,
        identity: &PageIdentity,
    ) -> Result<Vec<Withdrawn>, LedgerError> {
        let _changing = self.changing.lock().await;
        let mut extended = Vec::new();
        for url in self.covering(identity) {
            extended.push(self.withdraw_now(&url, "").await?);
        }
        Ok(extended)
    }

    async fn withdraw_now(&self, url: &str, by: &str) -> Result<Withdrawn, LedgerError> {
        let page = self.key(url);
        // Refused first, so that nothing new comes while the old is looked for.
        self.refuse_at_once(url, page, by);
        let in_force = self.in_force.clone();
        let refuse = move |withdrawal: &Withdrawal| in_force.refuse(withdrawal);
        let withdrawn = self
            .worker
            .withdraw(url.to_owned(), page, by.to_owned(), refuse);
        let withdrawn = withdrawn.await?;
        self.recorded.invalidate_all();
        Ok(withdrawn)
    }

    /// Ends the withdrawals that cover the page at `url`; answers with what they were.
    ///
    /// # Errors
    ///
    /// When the database fails; the page stays withdrawn then.
    pub async fn publish(&self, url: &str) -> Result<Vec<Published>, LedgerError> {
        let _changing = self.changing.lock().await;
        let page = self.key(url);
        let published = self.worker.run(move |database| {
            database.settle()?;
            database.publish(page)
        });
        let published = published.await?;
        if !published.is_empty() {
            let mut withdrawn = self.in_force.withdrawn.write();
            published
                .iter()
                .for_each(|ended| withdrawn.remove(ended.page));
            self.in_force.changes.fetch_add(1, Ordering::Relaxed);
        }
        Ok(published)
    }

    /// Withdrawals in force, the latest first, so many behind the first `skipped`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list_withdrawals(
        &self,
        skipped: u32,
        most: u32,
    ) -> Result<Vec<ListedWithdrawal>, LedgerError> {
        let list = self
            .worker
            .run(move |database| database.list_withdrawals(skipped, most));
        list.await
    }

    /// Learns what replicas that share the folder have withdrawn or published since; returns the
    /// withdrawals that are new here.
    ///
    /// # Errors
    ///
    /// When the database fails; what was known stays in force.
    pub async fn refresh(&self) -> Result<Vec<Withdrawal>, LedgerError> {
        let _changing = self.changing.lock().await;
        let Some(listed) = self.worker.run(Database::withdrawals).await? else {
            return Ok(Vec::new());
        };
        let mut withdrawn = self.in_force.withdrawn.write();
        let pages: HashSet<PageKey> = listed.iter().map(|withdrawal| withdrawal.page).collect();
        let known = withdrawn.withdrawals.values();
        let gone = known.filter(|known| known.is_written() && !pages.contains(&known.page));
        let gone: Vec<PageKey> = gone.map(|withdrawal| withdrawal.page).collect();
        gone.iter().for_each(|page| withdrawn.remove(*page));
        let new: Vec<Withdrawal> = listed
            .into_iter()
            .filter(|withdrawal| withdrawn.add(withdrawal))
            .collect();
        if !gone.is_empty() || !new.is_empty() {
            self.in_force.changes.fetch_add(1, Ordering::Relaxed);
        }
        Ok(new)
    }

    /// What has not been purged yet, of every page that was withdrawn or evicted.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn pending_purges(&self) -> Result<Vec<PendingPurge>, LedgerError> {
        // Which clips another document has is to be seen.
        self.worker.run_after_records(Database::pending).await
    }

    /// Takes clips of a page off the list of what is to be purged.
    ///
    /// # Errors
    ///
    /// When the database fails; they stay on the list then.
    pub async fn finish_purge(&self, page: PageKey, done: &[ClipId]) -> Result<(), LedgerError> {
        let done = done.to_vec();
        let finish = self
            .worker
            .run(move |database| database.finish_purge(page, &done));
        finish.await
    }

    /// The pages that are read with these clips now.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn uses_of(&self, clips: Vec<ClipId>) -> Result<Vec<ClipUse>, LedgerError> {
        self.worker
            .run_after_records(move |database| database.uses_of(&clips))
            .await
    }

    /// Has the last word on the page at `url`: it is withdrawn, or published. The other replicas are
    /// to be told.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn speak(&self, url: &str, withdrawn: bool) -> Result<(), LedgerError> {
        let (page, url) = (self.key(url), url.to_owned());
        let speak = self.worker.run(move |database| {
            database.settle()?;
            database.speak(page, &url, withdrawn)
        });
        speak.await
    }

    /// Takes over the word of another replica, unless this one knows a later one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn hear(&self, word: Word) -> Result<(), LedgerError> {
        let page = self.key(&word.url);
        self.worker
            .run(move |database| database.hear(page, &word))
            .await
    }

    /// The last words on all pages, or those that the other replicas have not been told.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn words(&self, untold_only: bool) -> Result<Vec<(PageKey, Word)>, LedgerError> {
        self.worker
            .run(move |database| database.words(untold_only))
            .await
    }

    /// Notes that the other replicas have been told, unless there is something newer to tell.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn told(&self, told: Vec<(PageKey, Word)>) -> Result<(), LedgerError> {
        self.worker.run(move |database| database.told(&told)).await
    }

    /// Refuses a page that nothing is known of yet.
    fn refuse_at_once(&self, url: &str, page: PageKey, by: &str) {
        if self
            .in_force
            .withdrawn
            .read()
            .withdrawals
            .contains_key(&page)
        {
            return;
        }
        self.in_force.refuse(&Withdrawal {
            page,
            url: url.to_owned(),
            withdrawn_at_s: 0,
            withdrawn_by: by.to_owned(),
            keys: vec![page.0],
            readings: 0,
            clips: 0,
        });
    }
}

#[cfg(test)]
mod tests;
