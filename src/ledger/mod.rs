//! What is remembered of documents for good: which clips each page was read with, and which pages
//! were withdrawn (撤稿).
//!
//! The store of clips evicts; this does not. It is small (about 10 kB a page and voice) and lies in
//! a folder of its own. Each replica looks every few seconds for what others have withdrawn, in
//! the folder where they share it, and in what they say through the tier they share ([`Replicas`]).

mod page;
mod records;
mod replicas;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use moka::sync::Cache;
use opendal::{ErrorKind, Operator};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::reading::Reading;
use langdu_clips::ClipId;
pub use page::PageKey;
use records::{Known, Variant};
pub use replicas::{Replicas, Word};

/// How often other replicas' withdrawals are looked for.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Records that are written, or read in a scan, at the same time.
const AT_ONCE: u32 = 16;

/// Readings that need not be noted again. One takes about 100 bytes.
const NOTED: u64 = 20_000;

/// The ledger's storage refused.
#[derive(Debug, thiserror::Error)]
#[error("the ledger of documents failed: {0}")]
pub struct LedgerError(#[from] opendal::Error);

/// A page that was withdrawn, and what went with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The page, as it was named.
    pub url: String,
    /// Every address it was read by.
    pub pages: Vec<PageKey>,
    /// Readings that are no more.
    pub readings: Vec<String>,
    /// Clips that no other known document has.
    pub clips: Vec<ClipId>,
}

/// What the tiers have not let go of yet of a page that was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The page.
    pub page: PageKey,
    /// Clips to be removed.
    pub clips: Vec<ClipId>,
    /// Clips that are not: a known document has them now.
    pub kept: Vec<ClipId>,
}

impl Withdrawal {
    /// The page that was named.
    pub fn page(&self) -> PageKey {
        PageKey::of(&self.url)
    }

    /// A page that nothing is known of.
    pub(crate) fn nothing(url: &str) -> Self {
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
    operator: Operator,
    withdrawn: RwLock<HashMap<PageKey, Arc<Withdrawal>>>,
    noted: Cache<Variant, String>,
    writing: Arc<Semaphore>,
    changes: AtomicU64,
    /// What is withdrawn changes in one place at a time.
    changing: tokio::sync::Mutex<()>,
}

impl Ledger {
    /// Opens the ledger and learns what was withdrawn.
    ///
    /// # Errors
    ///
    /// When the storage cannot be read: then nobody knows what may not be read aloud.
    pub async fn open(operator: Operator) -> Result<Arc<Self>, LedgerError> {
        let ledger = Self {
            operator,
            withdrawn: RwLock::default(),
            noted: Cache::new(NOTED),
            writing: Arc::new(Semaphore::new(AT_ONCE as usize)),
            changes: AtomicU64::new(0),
            changing: tokio::sync::Mutex::default(),
        };
        ledger.look().await?;
        Ok(Arc::new(ledger))
    }

    /// True when the page at `url` was withdrawn.
    pub fn is_withdrawn(&self, url: &str) -> bool {
        let withdrawn = self
            .withdrawn
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        !withdrawn.is_empty() && withdrawn.contains_key(&PageKey::of(url))
    }

    /// How often withdrawals have changed since the start: whoever keeps what was read of pages
    /// keeps this beside it.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Remembers that the page that was asked for as `asked` was read. Written behind the caller,
    /// who waits only when too many writes are under way.
    pub async fn note(self: &Arc<Self>, asked: &str, reading: &Reading) {
        let Some(known) = Known::of(asked, reading) else {
            return;
        };
        let variant = known.variant();
        if self.noted.get(&variant).as_ref() == Some(&reading.id) {
            return;
        }
        let Ok(place) = self.writing.clone().acquire_owned().await else {
            return;
        };
        self.noted.insert(variant.clone(), reading.id.clone());
        let ledger = self.clone();
        tokio::spawn(async move {
            if let Err(error) = ledger.write_known(known, &variant).await {
                // So that the next reading tries again.
                ledger.noted.invalidate(&variant);
                tracing::warn!(%error, "a document is not in the ledger: its withdrawal would miss it");
            }
            drop(place);
        });
    }

    /// What the page was read with before stays known: its clips may still lie somewhere.
    async fn write_known(&self, known: Known, variant: &Variant) -> Result<(), LedgerError> {
        let name = variant.name();
        let before: Option<Known> = self.read(&name).await?;
        let merged = known.after(before);
        self.write(&name, &merged).await
    }

    /// Withdraws the page at `url`: from now on it is refused, and what it was read with is
    /// returned for the tiers to be purged of.
    ///
    /// # Errors
    ///
    /// When the storage fails; the page is refused here all the same, and withdrawing it again
    /// finishes the work.
    pub async fn withdraw(&self, url: &str) -> Result<Arc<Withdrawal>, LedgerError> {
        let _changing = self.changing.lock().await;
        self.withdraw_now(url).await
    }

    /// As [`withdraw`](Self::withdraw) of a page that is withdrawn already, for what it was read
    /// with since; `None` when it is not.
    ///
    /// # Errors
    ///
    /// When the storage fails.
    pub async fn withdraw_again(&self, url: &str) -> Result<Option<Arc<Withdrawal>>, LedgerError> {
        let _changing = self.changing.lock().await;
        if !self.is_withdrawn(url) {
            return Ok(None);
        }
        self.withdraw_now(url).await.map(Some)
    }

    async fn withdraw_now(&self, url: &str) -> Result<Arc<Withdrawal>, LedgerError> {
        let page = PageKey::of(url);
        // An earlier withdrawal that was cut short has found some of it.
        let before: Option<Withdrawal> = self.read(&withdrawn_name(page)).await?;
        let mut withdrawal = before.unwrap_or_else(|| Withdrawal::nothing(url));
        // Refused first, so that nothing new comes while the old is looked for.
        self.write(&withdrawn_name(page), &withdrawal).await?;
        self.refuse(&Arc::new(withdrawal.clone()));
        // Whatever is being noted is noted now.
        let written = self.writing.acquire_many(AT_ONCE).await;
        let found = self.scan(Some(page)).await?;
        drop(written);

        let mut clips: HashSet<ClipId> = withdrawal.clips.drain(..).collect();
        clips.extend(found.of_page);
        clips.retain(|clip| !found.of_others.contains(clip));
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
        // Before the records go that tell of the clips: a tier may be away, or the process end.
        self.owe(&withdrawal).await?;
        for page in &withdrawal.pages {
            self.write(&withdrawn_name(*page), &*withdrawal).await?;
        }
        for name in found.records {
            self.operator.delete(&name).await?;
        }
        self.noted.invalidate_all();
        Ok(withdrawal)
    }

    async fn owe(&self, withdrawal: &Withdrawal) -> Result<(), LedgerError> {
        let name = owed_name(withdrawal.page());
        let mut clips: Vec<ClipId> = self.read(&name).await?.unwrap_or_default();
        let before: HashSet<ClipId> = clips.iter().copied().collect();
        let new = withdrawal.clips.iter().filter(|id| !before.contains(id));
        clips.extend(new);
        if clips.is_empty() {
            return Ok(());
        }
        self.write(&name, &clips).await
    }

    /// What the tiers have not let go of yet, of every page that was withdrawn.
    ///
    /// # Errors
    ///
    /// When the storage fails.
    pub async fn owed(&self) -> Result<Vec<Owed>, LedgerError> {
        let _changing = self.changing.lock().await;
        let mut all = Vec::new();
        let mut names = match self.operator.lister(OWED).await {
            Ok(names) => names,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        while let Some(entry) = names.try_next().await? {
            if let Some(page) = page_in(OWED, entry.path())
                && let Some(clips) = self.read::<Vec<ClipId>>(entry.path()).await?
            {
                all.push((page, clips));
            }
        }
        if all.is_empty() {
            return Ok(Vec::new());
        }
        // Whatever is being noted is noted now.
        let written = self.writing.acquire_many(AT_ONCE).await;
        let of_known = self.scan(None).await?.of_others;
        drop(written);
        let owed = all.into_iter().map(|(page, clips)| {
            let (kept, clips) = clips.into_iter().partition(|id| of_known.contains(id));
            Owed { page, clips, kept }
        });
        Ok(owed.collect())
    }

    /// Nothing is owed of these clips of a page any more.
    ///
    /// # Errors
    ///
    /// When the storage fails; they are asked for again then.
    pub async fn settle(&self, page: PageKey, done: &[ClipId]) -> Result<(), LedgerError> {
        let _changing = self.changing.lock().await;
        let name = owed_name(page);
        let Some(mut clips) = self.read::<Vec<ClipId>>(&name).await? else {
            return Ok(());
        };
        let done: HashSet<&ClipId> = done.iter().collect();
        clips.retain(|id| !done.contains(id));
        if clips.is_empty() {
            self.operator.delete(&name).await?;
            return Ok(());
        }
        self.write(&name, &clips).await
    }

    /// The page at `url` may be read again; answers with how it was withdrawn, if it was.
    ///
    /// # Errors
    ///
    /// When the storage fails; the page stays withdrawn then.
    pub async fn publish(&self, url: &str) -> Result<Option<Arc<Withdrawal>>, LedgerError> {
        let _changing = self.changing.lock().await;
        let page = PageKey::of(url);
        let withdrawal = {
            let withdrawn = self
                .withdrawn
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            withdrawn.get(&page).cloned()
        };
        let Some(withdrawal) = withdrawal else {
            return Ok(None);
        };
        for page in &withdrawal.pages {
            self.operator.delete(&withdrawn_name(*page)).await?;
        }
        let mut withdrawn = self
            .withdrawn
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for page in &withdrawal.pages {
            withdrawn.remove(page);
        }
        self.changes.fetch_add(1, Ordering::Relaxed);
        Ok(Some(withdrawal))
    }

    /// Learns what other replicas have withdrawn or published since; returns what is new.
    ///
    /// # Errors
    ///
    /// When the storage fails; what was known stays in force.
    pub async fn look(&self) -> Result<Vec<Arc<Withdrawal>>, LedgerError> {
        let _changing = self.changing.lock().await;
        let mut there = HashSet::new();
        let mut new = Vec::new();
        let mut names = match self.operator.lister(WITHDRAWN).await {
            Ok(names) => names,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(new),
            Err(error) => return Err(error.into()),
        };
        while let Some(entry) = names.try_next().await? {
            let Some(page) = page_in(WITHDRAWN, entry.path()) else {
                continue;
            };
            there.insert(page);
            let known = {
                let withdrawn = self
                    .withdrawn
                    .read()
                    .unwrap_or_else(PoisonError::into_inner);
                // One that has found nothing yet may still be at work elsewhere.
                withdrawn
                    .get(&page)
                    .is_some_and(|known| !known.clips.is_empty())
            };
            if known {
                continue;
            }
            if let Some(withdrawal) = self.read::<Withdrawal>(entry.path()).await? {
                let withdrawal = Arc::new(withdrawal);
                if self.refuse(&withdrawal) {
                    new.push(withdrawal);
                }
            }
        }
        let mut withdrawn = self
            .withdrawn
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let before = withdrawn.len();
        withdrawn.retain(|page, _| there.contains(page));
        if withdrawn.len() != before {
            self.changes.fetch_add(1, Ordering::Relaxed);
        }
        Ok(new)
    }

    /// Refuses the pages of a withdrawal; true when that is news.
    fn refuse(&self, withdrawal: &Arc<Withdrawal>) -> bool {
        let mut withdrawn = self
            .withdrawn
            .write()
            .unwrap_or_else(PoisonError::into_inner);
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

    /// Looks through all documents for those of `page`, if one is named, and for what the others
    /// have.
    async fn scan(&self, page: Option<PageKey>) -> Result<Found, LedgerError> {
        let names = match self.operator.lister_with(DOCUMENTS).recursive(true).await {
            Ok(names) => names,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::default()),
            Err(error) => return Err(error.into()),
        };
        let files = names.try_filter(|entry| std::future::ready(entry.metadata().is_file()));
        let mut records = files
            .map(|entry| async move {
                let name = entry?.path().to_owned();
                let known: Option<Known> = self.read(&name).await?;
                Ok::<_, LedgerError>((name, known))
            })
            .buffered(AT_ONCE as usize);
        let mut found = Found::default();
        while let Some((name, known)) = records.try_next().await? {
            if let Some(known) = known {
                let is_refused = self.is_withdrawn(&known.url) || self.is_withdrawn(&known.asked);
                found.add(page, name, known, is_refused);
            }
        }
        Ok(found)
    }

    async fn read<T: for<'a> Deserialize<'a>>(&self, name: &str) -> Result<Option<T>, LedgerError> {
        let bytes = match self.operator.read(name).await {
            Ok(bytes) => bytes.to_vec(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let record = serde_json::from_slice(&bytes);
        Ok(record
            .inspect_err(|error| tracing::warn!(%error, name, "a record cannot be understood"))
            .ok())
    }

    async fn write<T: Serialize>(&self, name: &str, record: &T) -> Result<(), LedgerError> {
        let bytes = serde_json::to_vec(record).map_err(|error| {
            opendal::Error::new(ErrorKind::Unexpected, "a record cannot be written")
                .set_source(error)
        })?;
        self.operator.write(name, bytes).await?;
        Ok(())
    }
}

/// What a scan has found.
#[derive(Default)]
struct Found {
    records: Vec<String>,
    pages: Vec<PageKey>,
    readings: Vec<String>,
    of_page: HashSet<ClipId>,
    of_others: HashSet<ClipId>,
}

impl Found {
    fn add(&mut self, page: Option<PageKey>, name: String, known: Known, is_refused: bool) {
        let (final_page, asked) = (PageKey::of(&known.url), PageKey::of(&known.asked));
        if page != Some(final_page) && page != Some(asked) {
            // What another page was read with before its last edit is nobody's any more, nor is
            // what a withdrawal was cut short of.
            if !is_refused {
                self.of_others.extend(known.clips);
            }
            return;
        }
        for other in [final_page, asked] {
            if page != Some(other) && !self.pages.contains(&other) {
                self.pages.push(other);
            }
        }
        self.records.push(name);
        self.readings.push(known.reading);
        self.of_page.extend(known.clips);
        self.of_page.extend(known.former);
    }
}

const DOCUMENTS: &str = "documents/";
const WITHDRAWN: &str = "withdrawn/";
const OWED: &str = "owed/";

fn withdrawn_name(page: PageKey) -> String {
    format!("{WITHDRAWN}{page}.json")
}

fn owed_name(page: PageKey) -> String {
    format!("{OWED}{page}.json")
}

fn page_in(folder: &str, name: &str) -> Option<PageKey> {
    name.strip_prefix(folder)?
        .strip_suffix(".json")?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests;
