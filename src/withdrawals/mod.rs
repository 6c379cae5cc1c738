//! Withdrawals (撤稿): pages that may not be read, and the purge of what they were read with, in
//! this replica and in those that share a folder or a tier with it.
//!
//! The [ledger](crate::ledger) remembers; this acts. It knows readings by their ids only: whoever
//! caches documents is told to forget them through [`ForgetDocuments`].

mod announcements;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

pub use announcements::Announcements;

use crate::ledger::{DocumentRecord, Ledger, LedgerError, PageIdentity, Withdrawn};
use crate::telemetry::addresses::for_log;
use langdu_clips::{ClipId, Clips};

/// How often other replicas' withdrawals are looked for.
pub const SYNCHRONIZE_EVERY: Duration = Duration::from_secs(5);

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
    clips: Arc<Clips>,
    documents: Arc<dyn ForgetDocuments>,
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
        clips: Arc<Clips>,
        documents: Arc<dyn ForgetDocuments>,
    ) -> Result<Self, LedgerError> {
        for pending in ledger.pending_purges().await? {
            if !pending.is_evicted {
                clips.add_tombstones(&pending.clips);
            }
        }
        Ok(Self {
            ledger,
            announcements,
            clips,
            documents,
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
    pub async fn withdraw(&self, url: &str) -> Result<Withdrawn, LedgerError> {
        self.ledger.speak(url, true).await?;
        let withdrawal = self.withdraw_here(url).await?;
        self.exchange().await?;
        Ok(withdrawal)
    }

    /// Lets the page at `url` be read again, by the other replicas too.
    ///
    /// # Errors
    ///
    /// When the ledger fails; the page stays withdrawn then.
    pub async fn publish(&self, url: &str) -> Result<(), LedgerError> {
        if !self.is_withdrawn(url) {
            return Ok(());
        }
        self.ledger.speak(url, false).await?;
        self.ledger.publish(url).await?;
        self.exchange().await
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
            self.withdraw_here(&withdrawal.url).await?;
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

    async fn withdraw_here(&self, url: &str) -> Result<Withdrawn, LedgerError> {
        let _purging = self.purging.lock().await;
        let withdrawn = self.ledger.withdraw(url).await?;
        self.purge(&withdrawn).await?;
        Ok(withdrawn)
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
                    self.withdraw_here(url).await?;
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
        for (page, clips) in self.ledger.publish(url).await? {
            self.clips.lift_tombstones(&clips);
            self.ledger.finish_purge(page, &clips).await?;
        }
        Ok(())
    }

    async fn purge(&self, withdrawn: &Withdrawn) -> Result<(), LedgerError> {
        let is_withdrawn = |identity: &PageIdentity| self.is_identity_withdrawn(identity);
        self.documents.forget(&is_withdrawn);
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
        self.ledger.finish_purge(withdrawal.page, &gone).await
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
