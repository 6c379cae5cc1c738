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

use crate::ledger::{DocumentRecord, Ledger, LedgerError, Withdrawal};
use langdu_clips::{ClipId, Clips};

/// How often other replicas' withdrawals are looked for.
pub const SYNCHRONIZE_EVERY: Duration = Duration::from_secs(5);

/// A cache of documents that were read.
pub trait ForgetDocuments: Send + Sync {
    /// Forgets the readings of these ids, and everything that may have been read from a page that
    /// was withdrawn.
    fn forget(&self, readings: &[String]);
}

/// The pages that may not be read, and the tiers that are purged of them.
pub struct Withdrawals {
    ledger: Arc<Ledger>,
    /// What replicas that share a tier announce to each other.
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
            clips.add_tombstones(&pending.clips);
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
    pub async fn withdraw(&self, url: &str) -> Result<Arc<Withdrawal>, LedgerError> {
        self.enqueue_announcement(url, true).await?;
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
        self.enqueue_announcement(url, false).await?;
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
            tracing::info!(url = withdrawal.url, "withdrawn by another replica");
            let _purging = self.purging.lock().await;
            self.purge(&withdrawal).await?;
        }
        self.exchange().await?;
        self.finish_pending_purges().await
    }

    /// Records what a page was read with. False when the page was withdrawn while it was being
    /// read: then that is purged, and must not be handed out.
    pub async fn record(&self, document: DocumentRecord) -> bool {
        let url = document.requested_url.clone();
        self.ledger.record(document).await;
        if !self.is_withdrawn(&url) {
            return true;
        }
        if let Err(error) = self.purge_late(&url).await {
            tracing::warn!(%error, url, "what a withdrawn page was read with stays: withdraw it again");
        }
        false
    }

    /// Purges what a page was read with after it had been withdrawn.
    async fn purge_late(&self, url: &str) -> Result<(), LedgerError> {
        let _purging = self.purging.lock().await;
        match self.ledger.extend_withdrawal(url).await? {
            Some(withdrawal) => self.purge(&withdrawal).await,
            None => Ok(()),
        }
    }

    async fn withdraw_here(&self, url: &str) -> Result<Arc<Withdrawal>, LedgerError> {
        let _purging = self.purging.lock().await;
        let withdrawal = self.ledger.withdraw(url).await?;
        self.purge(&withdrawal).await?;
        Ok(withdrawal)
    }

    async fn enqueue_announcement(&self, url: &str, withdrawn: bool) -> Result<(), LedgerError> {
        match &self.announcements {
            Some(announcements) => announcements.enqueue(url, withdrawn).await,
            None => Ok(()),
        }
    }

    /// Announces what is pending to the other replicas, and does what they have announced.
    async fn exchange(&self) -> Result<(), LedgerError> {
        let Some(announcements) = &self.announcements else {
            return Ok(());
        };
        for announced in announcements.exchange().await? {
            let url = &announced.url;
            if announced.withdrawn == self.is_withdrawn(url) {
                continue;
            }
            if announced.withdrawn {
                tracing::info!(url, "withdrawn by another replica");
                self.withdraw_here(url).await?;
            } else {
                tracing::info!(url, "published again by another replica");
                self.publish_here(url).await?;
            }
        }
        Ok(())
    }

    /// What another replica has read a page with since it published it is in the tier and not in
    /// this replica's ledger: nothing of it is to be removed.
    async fn publish_here(&self, url: &str) -> Result<(), LedgerError> {
        let Some(withdrawal) = self.ledger.publish(url).await? else {
            return Ok(());
        };
        self.clips.lift_tombstones(&withdrawal.clips);
        self.ledger
            .finish_purge(withdrawal.page(), &withdrawal.clips)
            .await
    }

    async fn purge(&self, withdrawal: &Withdrawal) -> Result<(), LedgerError> {
        self.documents.forget(&withdrawal.readings);
        let gone = self.clips.purge(&withdrawal.clips).await;
        let left = withdrawal.clips.len() - gone.len();
        if left > 0 {
            tracing::warn!(
                url = withdrawal.url,
                left,
                "a tier is away and keeps clips of a withdrawn page: they go when it is back"
            );
        }
        self.ledger.finish_purge(withdrawal.page(), &gone).await
    }

    /// Removes what a tier has kept of withdrawn pages, because it was away or the process ended.
    async fn finish_pending_purges(&self) -> Result<(), LedgerError> {
        if !self.clips.can_purge() {
            return Ok(());
        }
        for pending in self.ledger.pending_purges().await? {
            let _purging = self.purging.lock().await;
            let gone = self.clips.finish_purge(&pending.clips).await;
            let left = pending.clips.len() - gone.len();
            tracing::info!(
                page = %pending.page,
                gone = gone.len(),
                left,
                "clips of a withdrawn page were still in a tier"
            );
            let done: Vec<ClipId> = gone.into_iter().chain(pending.in_use).collect();
            self.ledger.finish_purge(pending.page, &done).await?;
        }
        Ok(())
    }
}
