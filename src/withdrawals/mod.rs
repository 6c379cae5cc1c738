//! Withdrawals (撤稿): pages that may not be read, and the purge of what they were read with, in
//! this replica and in those that share a folder or a tier with it.
//!
//! The [ledger](crate::ledger) remembers; this acts. It knows readings by their ids only: whoever
//! caches documents is told to forget them through [`ForgetDocuments`].

mod announcements;
mod purge_hook;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

pub use announcements::Announcements;
pub use purge_hook::{PurgeHook, PurgeHookError};

use crate::corrections::Corrections;
use crate::ledger::{
    DocumentRecord, Ledger, LedgerError, ListedWithdrawal, PageIdentity, Withdrawn,
};
use crate::telemetry::addresses::for_log;
use langdu_clips::{ClipId, Clips};

/// How often other replicas' withdrawals are looked for.
pub const SYNCHRONIZE_EVERY: Duration = Duration::from_secs(5);

/// Who has asked, where another replica was asked.
const ANOTHER: &str = "another replica";

/// What a withdrawal did, and what it could not reach.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What was found and withdrawn.
    pub withdrawn: Withdrawn,
    /// Clips that a tier still holds because it is away.
    pub pending_clips: usize,
    /// What was not reached, each in words.
    pub not_reached: Vec<String>,
}

/// A cache of documents that were read.
pub trait ForgetDocuments: Send + Sync {
    /// Forgets what was read from pages that may not be read any more.
    fn forget(&self, is_withdrawn: &dyn Fn(&PageIdentity) -> bool);
}

/// The pages that may not be read, and the tiers that are purged of them.
pub struct Withdrawals {
    ledger: Arc<Ledger>,
    /// What replicas that share a tier tell each other.
    announcements: Option<Announcements>,
    purge_hook: Option<PurgeHook>,
    clips: Arc<Clips>,
    documents: Arc<dyn ForgetDocuments>,
    /// Keeps the sentences of pages, those of a withdrawn one no longer.
    corrections: Arc<Corrections>,
    /// A pending purge is not taken up before the withdrawal itself has purged what it can.
    purging: Mutex<()>,
}

impl Withdrawals {
    /// Withdrawals over a ledger. Clips whose purge is pending are refused from now on.
    ///
    /// # Errors
    ///
    /// When the ledger fails.
    pub async fn open(
        ledger: Arc<Ledger>,
        announcements: Option<Announcements>,
        purge_hook: Option<PurgeHook>,
        clips: Arc<Clips>,
        documents: Arc<dyn ForgetDocuments>,
        corrections: Arc<Corrections>,
    ) -> Result<Self, LedgerError> {
        for pending in ledger.pending_purges().await? {
            if !pending.is_evicted {
                clips.add_tombstones(&pending.clips);
            }
        }
        Ok(Self {
            ledger,
            announcements,
            purge_hook,
            clips,
            documents,
            corrections,
            purging: Mutex::default(),
        })
    }

    /// True when the page at `url` was withdrawn.
    pub fn is_withdrawn(&self, url: &str) -> bool {
        self.ledger.is_withdrawn(url)
    }

    /// True when a page was withdrawn, by whatever address it was read: see
    /// [`Ledger::is_identity_withdrawn`].
    pub fn is_identity_withdrawn(&self, identity: &PageIdentity) -> bool {
        self.ledger.is_identity_withdrawn(identity)
    }

    /// How often withdrawals have changed since the start, as [`Ledger::changes`].
    pub fn changes(&self) -> u64 {
        self.ledger.changes()
    }

    /// Withdraws the page at `url`: it is refused, and every tier is purged of what it was read
    /// with, save clips that another recorded document has. It is announced to other replicas.
    ///
    /// # Errors
    ///
    /// When the ledger fails.
    pub async fn withdraw(&self, url: &str, by: &str) -> Result<Outcome, LedgerError> {
        self.ledger.speak(url, true).await?;
        let (withdrawn, pending_clips) = self.withdraw_here(url, by).await?;
        self.exchange().await?;
        let mut not_reached = Vec::new();
        if pending_clips > 0 {
            not_reached.push(format!(
                "a tier is away and still holds {pending_clips} clips: nobody is given them, and \
                 they go when it is back"
            ));
        }
        if self.announcements.is_some() && !self.ledger.words(true).await?.is_empty() {
            not_reached.push(
                "the shared tier is away: the other replicas hear of it when it is back".to_owned(),
            );
        }
        not_reached.push(self.purge_cdn(&withdrawn).await);
        not_reached.push("what browsers keep, and what was downloaded".to_owned());
        Ok(Outcome {
            withdrawn,
            pending_clips,
            not_reached,
        })
    }

    /// Has the CDN forget a document; what is to be told of that.
    async fn purge_cdn(&self, withdrawn: &Withdrawn) -> String {
        let Some(hook) = &self.purge_hook else {
            return "a CDN, if there is one: gateway.purge_url names none".to_owned();
        };
        match hook.purge(withdrawn).await {
            Ok(()) => "what the CDN has not removed yet, which was told to".to_owned(),
            Err(error) => {
                let url = for_log(&withdrawn.withdrawal.url);
                tracing::warn!(%error, %url, "the CDN was not told of a withdrawal: withdraw it again");
                format!("the CDN ({error}): withdraw the page again")
            }
        }
    }

    /// Withdrawals in force, the latest first, so many behind the first `skipped`.
    ///
    /// # Errors
    ///
    /// When the ledger fails.
    pub async fn list(
        &self,
        skipped: u32,
        most: u32,
    ) -> Result<Vec<ListedWithdrawal>, LedgerError> {
        self.ledger.list_withdrawals(skipped, most).await
    }

    /// Lets the page at `url` be read again, by the other replicas too; answers with the withdrawals
    /// that have ended, by the address that each had named.
    ///
    /// # Errors
    ///
    /// When the ledger fails; the page stays withdrawn then.
    pub async fn publish(&self, url: &str) -> Result<Vec<String>, LedgerError> {
        if !self.is_withdrawn(url) {
            return Ok(Vec::new());
        }
        // Each was told to the others by the address that it had named. Said first, so that a process
        // that ends in between ends them all the same.
        for named in self.ledger.covering(&PageIdentity::of_address(url)) {
            self.ledger.speak(&named, false).await?;
        }
        let ended = self.ledger.publish(url).await?;
        self.exchange().await?;
        Ok(ended.into_iter().map(|ended| ended.url).collect())
    }

    /// Learns what other replicas have withdrawn or published, purges this one of it, and takes up
    /// what purges are pending.
    ///
    /// # Errors
    ///
    /// When the ledger fails.
    pub async fn synchronize(&self) -> Result<(), LedgerError> {
        for withdrawal in self.ledger.refresh().await? {
            tracing::info!(url = %for_log(&withdrawal.url), "withdrawn by another replica");
            // What this one has recorded since is purged as well.
            self.withdraw_here(&withdrawal.url, ANOTHER).await?;
        }
        self.exchange().await?;
        self.finish_pending_purges().await
    }

    /// Records what a page was read with. False when it was withdrawn while it was being
    /// read: then that is purged, and must not be handed out.
    ///
    /// # Errors
    ///
    /// When the ledger does not keep up: what is not recorded could not be withdrawn.
    pub async fn record(&self, document: DocumentRecord) -> Result<bool, LedgerError> {
        let identity = document.identity.clone();
        self.ledger.record(document)?;
        if !self.is_identity_withdrawn(&identity) {
            return Ok(true);
        }
        if let Err(error) = self.purge_late(&identity).await {
            let url = for_log(&identity.requested);
            tracing::warn!(%error, %url, "what a withdrawn page was read with stays: withdraw it again");
        }
        Ok(false)
    }

    /// Waits until everything that was recorded is written.
    ///
    /// # Errors
    ///
    /// When the ledger fails.
    pub async fn flushed(&self) -> Result<(), LedgerError> {
        self.ledger.flushed().await
    }

    /// Purges what a page was read with after it had been withdrawn.
    async fn purge_late(&self, identity: &PageIdentity) -> Result<(), LedgerError> {
        let _purging = self.purging.lock().await;
        for withdrawn in self.ledger.extend_withdrawals(identity).await? {
            self.purge(&withdrawn).await?;
        }
        Ok(())
    }

    /// Withdraws a page in this replica; answers with what was found, and how many of its clips a tier
    /// still holds.
    async fn withdraw_here(&self, url: &str, by: &str) -> Result<(Withdrawn, usize), LedgerError> {
        let _purging = self.purging.lock().await;
        let withdrawn = self.ledger.withdraw(url, by).await?;
        let left = self.purge(&withdrawn).await?;
        Ok((withdrawn, left))
    }

    /// Tells the other replicas what they do not know, and does what they have said.
    async fn exchange(&self) -> Result<(), LedgerError> {
        let Some(announcements) = &self.announcements else {
            return Ok(());
        };
        for word in announcements.exchange(&self.ledger).await? {
            let url = &word.url;
            if word.withdrawn != self.is_withdrawn(url) {
                if word.withdrawn {
                    tracing::info!(url = %for_log(url), "withdrawn by another replica");
                    self.withdraw_here(url, ANOTHER).await?;
                } else {
                    tracing::info!(url = %for_log(url), "published again by another replica");
                    self.publish_here(url).await?;
                }
            }
            self.ledger.hear(word).await?;
        }
        Ok(())
    }

    /// What another replica has read a page with since it published it is in the tier and not in
    /// this replica's ledger: nothing of it is to be removed.
    async fn publish_here(&self, url: &str) -> Result<(), LedgerError> {
        for ended in self.ledger.publish(url).await? {
            self.clips.lift_tombstones(&ended.clips);
            self.ledger.finish_purge(ended.page, &ended.clips).await?;
        }
        Ok(())
    }

    /// Purges what was found; answers with how many clips a tier that is away still holds.
    async fn purge(&self, withdrawn: &Withdrawn) -> Result<usize, LedgerError> {
        let is_withdrawn = |identity: &PageIdentity| self.is_identity_withdrawn(identity);
        self.documents.forget(&is_withdrawn);
        self.corrections.forget(&withdrawn.clips);
        self.corrections.forget_waiting(&withdrawn.withdrawal.url);
        let gone = self.clips.purge(&withdrawn.clips).await;
        let left = withdrawn.clips.len() - gone.len();
        let withdrawal = &withdrawn.withdrawal;
        if left > 0 {
            tracing::warn!(
                url = %for_log(&withdrawal.url),
                left,
                "a tier is away and keeps clips of a withdrawn page: they go when it is back"
            );
        }
        self.ledger.finish_purge(withdrawal.page, &gone).await?;
        Ok(left)
    }

    /// Removes what a tier has kept of withdrawn pages, because it was away or the process ended, and
    /// what belongs to pages that made room in the ledger.
    async fn finish_pending_purges(&self) -> Result<(), LedgerError> {
        if !self.clips.can_purge() {
            return Ok(());
        }
        for pending in self.ledger.pending_purges().await? {
            let _purging = self.purging.lock().await;
            let gone = if pending.is_evicted {
                self.corrections.forget(&pending.clips);
                self.clips.purge(&pending.clips).await
            } else {
                self.clips.finish_purge(&pending.clips).await
            };
            let left = pending.clips.len() - gone.len();
            tracing::info!(
                page = %pending.page,
                gone = gone.len(),
                left,
                is_evicted = pending.is_evicted,
                "clips of a page that is not known any more were still in a tier"
            );
            let done: Vec<ClipId> = gone.into_iter().chain(pending.in_use).collect();
            self.ledger.finish_purge(pending.page, &done).await?;
        }
        Ok(())
    }
}
