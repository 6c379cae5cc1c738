//! What is remembered of documents for good: which clips each page was read with, and which pages
//! were withdrawn (撤稿).
//!
//! The store of clips evicts; the ledger does not. It is small (about 10 kB a page and voice) and
//! lies in a folder of its own. It knows nothing of pages or audio: what it is handed and what it
//! answers with are addresses and ids. Acting on them is the business of
//! [`withdrawals`](crate::withdrawals).
//!
//! Replicas may share the folder: each refreshes what it knows of withdrawals every few seconds.

mod document;
mod page_key;
mod pending;
mod records;
mod scan;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::TryStreamExt;
use moka::sync::Cache;
use opendal::Operator;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use document::DocumentKey;
pub use document::DocumentRecord;
use langdu_clips::ClipId;
pub use page_key::PageKey;
pub use pending::PendingPurge;
pub(crate) use records::Records;

/// Records that are written, or read in a scan, at the same time.
const AT_ONCE: u32 = 16;

/// Readings that are known to be recorded. One takes about 100 bytes.
const MOST_RECORDED: u64 = 20_000;

/// The folder of withdrawals, one file for each address. Its name stays as it is, so that a newer
/// version refuses what an older one has withdrawn.
const WITHDRAWN: &str = "withdrawn/";

/// The ledger's storage refused.
#[derive(Debug, thiserror::Error)]
#[error("the ledger of documents failed: {0}")]
pub struct LedgerError(#[from] opendal::Error);

/// A page that was withdrawn, and what is withdrawn with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The page, as it was named.
    pub url: String,
    /// Every address it was read by.
    pub pages: Vec<PageKey>,
    /// Ids of its readings.
    pub readings: Vec<String>,
    /// Clips that no other recorded document has.
    pub clips: Vec<ClipId>,
}

impl Withdrawal {
    /// The page that was named.
    pub fn page(&self) -> PageKey {
        PageKey::of(&self.url)
    }

    /// The withdrawal of a page that nothing is known of yet.
    fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            pages: vec![PageKey::of(url)],
            readings: Vec::new(),
            clips: Vec::new(),
        }
    }
}

/// Documents and withdrawals.
pub struct Ledger {
    records: Records,
    withdrawn: RwLock<HashMap<PageKey, Arc<Withdrawal>>>,
    /// The reading that each record is of, so that it is written once.
    recorded: Cache<DocumentKey, String>,
    writing: Arc<Semaphore>,
    changes: AtomicU64,
    /// Withdrawals change one after the other.
    changing: tokio::sync::Mutex<()>,
}

impl Ledger {
    /// Opens the ledger and learns what was withdrawn.
    ///
    /// # Errors
    ///
    /// When the storage cannot be read: then nobody knows what may not be read aloud.
    pub async fn open(storage: Operator) -> Result<Arc<Self>, LedgerError> {
        let ledger = Self {
            records: Records::new(storage),
            withdrawn: RwLock::default(),
            recorded: Cache::new(MOST_RECORDED),
            writing: Arc::new(Semaphore::new(AT_ONCE as usize)),
            changes: AtomicU64::new(0),
            changing: tokio::sync::Mutex::default(),
        };
        ledger.refresh().await?;
        Ok(Arc::new(ledger))
    }

    /// True when the page at `url` was withdrawn.
    pub fn is_withdrawn(&self, url: &str) -> bool {
        let withdrawn = self.withdrawn.read();
        !withdrawn.is_empty() && withdrawn.contains_key(&PageKey::of(url))
    }

    /// How often withdrawals have changed since the start: whoever caches what was read of pages
    /// keeps this number beside it.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Records what a page was read with. The record is written in the background; the caller
    /// waits only while too many others are being written.
    pub async fn record(self: &Arc<Self>, document: DocumentRecord) {
        let key = document.key();
        if self.recorded.get(&key).as_ref() == Some(&document.reading_id) {
            return;
        }
        let Ok(permit) = self.writing.clone().acquire_owned().await else {
            return;
        };
        self.recorded
            .insert(key.clone(), document.reading_id.clone());
        let ledger = self.clone();
        tokio::spawn(async move {
            if let Err(error) = ledger.write_document(document, &key).await {
                // So that the next reading tries again.
                ledger.recorded.invalidate(&key);
                tracing::warn!(%error, "a document is not in the ledger: its withdrawal would miss it");
            }
            drop(permit);
        });
    }

    /// What the page was read with before stays recorded: its clips may still lie somewhere.
    async fn write_document(
        &self,
        document: DocumentRecord,
        key: &DocumentKey,
    ) -> Result<(), LedgerError> {
        let name = key.name();
        let before: Option<DocumentRecord> = self.records.read(&name).await?;
        self.records.write(&name, &document.after(before)).await
    }

    /// Withdraws the page at `url`: from now on it is refused. What it was read with is returned,
    /// and is pending until [`finish_purge`](Self::finish_purge).
    ///
    /// # Errors
    ///
    /// When the storage fails; the page is refused by this process all the same, and withdrawing
    /// it again finishes the work.
    pub async fn withdraw(&self, url: &str) -> Result<Arc<Withdrawal>, LedgerError> {
        let _changing = self.changing.lock().await;
        self.withdraw_now(url).await
    }

    /// As [`withdraw`](Self::withdraw) of a page that is withdrawn already, for what it was read
    /// with since; `None` when it is not withdrawn.
    ///
    /// # Errors
    ///
    /// When the storage fails.
    pub async fn extend_withdrawal(
        &self,
        url: &str,
    ) -> Result<Option<Arc<Withdrawal>>, LedgerError> {
        let _changing = self.changing.lock().await;
        if !self.is_withdrawn(url) {
            return Ok(None);
        }
        self.withdraw_now(url).await.map(Some)
    }

    async fn withdraw_now(&self, url: &str) -> Result<Arc<Withdrawal>, LedgerError> {
        let page = PageKey::of(url);
        // An earlier withdrawal that was cut short has found some of it.
        let before: Option<Withdrawal> = self.records.read(&withdrawn_name(page)).await?;
        let mut withdrawal = before.unwrap_or_else(|| Withdrawal::new(url));
        // Refused first, so that nothing new comes while the old is looked for.
        self.records
            .write(&withdrawn_name(page), &withdrawal)
            .await?;
        self.refuse(&Arc::new(withdrawal.clone()));

        let found = self.scan(Some(page)).await?;
        let mut clips: HashSet<ClipId> = withdrawal.clips.drain(..).collect();
        clips.extend(found.clips_of_page);
        clips.retain(|clip| !found.clips_of_others.contains(clip));
        for page in found.pages {
            if !withdrawal.pages.contains(&page) {
                withdrawal.pages.push(page);
            }
        }
        withdrawal.readings.extend(found.readings);
        withdrawal.clips = clips.into_iter().collect();
        withdrawal.clips.sort_unstable();
        let withdrawal = Arc::new(withdrawal);
        self.refuse(&withdrawal);
        // Before the records go that name the clips: a tier may be away, or the process end.
        self.add_pending(&withdrawal).await?;
        for page in &withdrawal.pages {
            self.records
                .write(&withdrawn_name(*page), &*withdrawal)
                .await?;
        }
        for name in found.records {
            self.records.delete(&name).await?;
        }
        self.recorded.invalidate_all();
        Ok(withdrawal)
    }

    /// Lets the page at `url` be read again; answers with its withdrawal, if there was one.
    ///
    /// # Errors
    ///
    /// When the storage fails; the page stays withdrawn then.
    pub async fn publish(&self, url: &str) -> Result<Option<Arc<Withdrawal>>, LedgerError> {
        let _changing = self.changing.lock().await;
        let withdrawal = self.withdrawn.read().get(&PageKey::of(url)).cloned();
        let Some(withdrawal) = withdrawal else {
            return Ok(None);
        };
        for page in &withdrawal.pages {
            self.records.delete(&withdrawn_name(*page)).await?;
        }
        let mut withdrawn = self.withdrawn.write();
        for page in &withdrawal.pages {
            withdrawn.remove(page);
        }
        self.changes.fetch_add(1, Ordering::Relaxed);
        Ok(Some(withdrawal))
    }

    /// Learns what replicas that share the folder have withdrawn or published since; returns the
    /// withdrawals that are new here.
    ///
    /// # Errors
    ///
    /// When the storage fails; what was known stays in force.
    pub async fn refresh(&self) -> Result<Vec<Arc<Withdrawal>>, LedgerError> {
        let _changing = self.changing.lock().await;
        let mut listed = HashSet::new();
        let mut new = Vec::new();
        let mut names = self.records.names(WITHDRAWN).await?;
        while let Some(name) = names.try_next().await? {
            let Some(page) = page_in(WITHDRAWN, &name) else {
                continue;
            };
            listed.insert(page);
            if self.has_clips_of(page) {
                continue;
            }
            if let Some(withdrawal) = self.records.read::<Withdrawal>(&name).await? {
                let withdrawal = Arc::new(withdrawal);
                if self.refuse(&withdrawal) {
                    new.push(withdrawal);
                }
            }
        }
        let mut withdrawn = self.withdrawn.write();
        let before = withdrawn.len();
        withdrawn.retain(|page, _| listed.contains(page));
        if withdrawn.len() != before {
            self.changes.fetch_add(1, Ordering::Relaxed);
        }
        Ok(new)
    }

    /// True when the page's withdrawal is known with its clips. One that has found none yet may
    /// still be at work in another replica.
    fn has_clips_of(&self, page: PageKey) -> bool {
        let withdrawn = self.withdrawn.read();
        let known = withdrawn.get(&page);
        known.is_some_and(|withdrawal| !withdrawal.clips.is_empty())
    }

    /// Refuses the pages of a withdrawal from now on; true when that is new.
    fn refuse(&self, withdrawal: &Arc<Withdrawal>) -> bool {
        let mut withdrawn = self.withdrawn.write();
        let mut is_new = false;
        for page in &withdrawal.pages {
            let before = withdrawn.insert(*page, withdrawal.clone());
            is_new |= before.as_ref() != Some(withdrawal);
        }
        if is_new {
            self.changes.fetch_add(1, Ordering::Relaxed);
        }
        is_new
    }
}

fn withdrawn_name(page: PageKey) -> String {
    format!("{WITHDRAWN}{page}.json")
}

/// The page that a record in `folder` is named after.
fn page_in(folder: &str, name: &str) -> Option<PageKey> {
    name.strip_prefix(folder)?
        .strip_suffix(".json")?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests;
