//! Pages that may not be read: withdrawn here or by another replica, and published again.

use std::sync::Arc;

use super::{ReadError, Reader};
use crate::ledger::{LedgerError, Withdrawal};
use langdu_clips::ClipId;

impl Reader {
    /// Withdraws the page at `url`: it is refused, and every tier is purged of what it was read
    /// with, save clips that another known document has. The other replicas are told.
    ///
    /// # Errors
    ///
    /// When the ledger fails, or there is none.
    pub async fn withdraw(&self, url: &str) -> Result<Arc<Withdrawal>, LedgerError> {
        self.write_down(url, true).await?;
        let withdrawal = self.withdraw_here(url).await?;
        self.exchange().await?;
        Ok(withdrawal)
    }

    /// The page at `url` may be read again, by the other replicas too.
    ///
    /// # Errors
    ///
    /// When the ledger fails; the page stays withdrawn then.
    pub async fn publish(&self, url: &str) -> Result<(), LedgerError> {
        let Some(ledger) = &self.ledger else {
            return Ok(());
        };
        if !ledger.is_withdrawn(url) {
            return Ok(());
        }
        self.write_down(url, false).await?;
        ledger.publish(url).await?;
        self.exchange().await
    }

    /// Learns what other replicas have withdrawn or published, and purges this one of it.
    ///
    /// # Errors
    ///
    /// When the ledger fails.
    pub async fn follow_withdrawals(&self) -> Result<(), LedgerError> {
        let Some(ledger) = &self.ledger else {
            return Ok(());
        };
        for withdrawal in ledger.look().await? {
            tracing::info!(url = withdrawal.url, "withdrawn by another replica");
            let _purging = self.purging.lock().await;
            self.purge(&withdrawal).await?;
        }
        self.exchange().await?;
        self.remove_owed().await
    }

    async fn withdraw_here(&self, url: &str) -> Result<Arc<Withdrawal>, LedgerError> {
        let Some(ledger) = &self.ledger else {
            return Ok(Arc::new(Withdrawal::nothing(url)));
        };
        let _purging = self.purging.lock().await;
        let withdrawal = ledger.withdraw(url).await?;
        self.purge(&withdrawal).await?;
        Ok(withdrawal)
    }

    /// Purges what a page was read with while it was being withdrawn.
    pub(super) async fn purge_late(&self, url: &str) {
        let Some(ledger) = &self.ledger else {
            return;
        };
        let _purging = self.purging.lock().await;
        let purging = async {
            match ledger.withdraw_again(url).await? {
                Some(withdrawal) => self.purge(&withdrawal).await,
                None => Ok(()),
            }
        };
        if let Err(error) = purging.await {
            tracing::warn!(%error, url, "what a withdrawn page was read with stays: withdraw it again");
        }
    }

    async fn write_down(&self, url: &str, withdrawn: bool) -> Result<(), LedgerError> {
        match &self.replicas {
            Some(replicas) => replicas.write_down(url, withdrawn).await,
            None => Ok(()),
        }
    }

    /// Tells the other replicas, and does what they say.
    async fn exchange(&self) -> Result<(), LedgerError> {
        let (Some(ledger), Some(replicas)) = (&self.ledger, &self.replicas) else {
            return Ok(());
        };
        for word in replicas.exchange().await? {
            if word.withdrawn == ledger.is_withdrawn(&word.url) {
                continue;
            }
            if word.withdrawn {
                tracing::info!(url = word.url, "withdrawn by another replica");
                self.withdraw_here(&word.url).await?;
            } else {
                tracing::info!(url = word.url, "published again by another replica");
                if let Some(withdrawal) = ledger.publish(&word.url).await? {
                    self.take_back(&withdrawal).await?;
                }
            }
        }
        Ok(())
    }

    async fn purge(&self, withdrawal: &Withdrawal) -> Result<(), LedgerError> {
        for reading in &withdrawal.readings {
            self.readings.invalidate(reading);
        }
        // It may have been asked for at several addresses; the others are read again.
        self.documents.invalidate_all();
        let gone = self.clips.purge(&withdrawal.clips).await;
        let left = withdrawal.clips.len() - gone.len();
        if left > 0 {
            tracing::warn!(
                url = withdrawal.url,
                left,
                "a tier is away and keeps clips of a withdrawn page: they go when it is back"
            );
        }
        match &self.ledger {
            Some(ledger) => ledger.settle(withdrawal.page(), &gone).await,
            None => Ok(()),
        }
    }

    /// Removes what a tier has kept of withdrawn pages, because it was away or the process ended.
    async fn remove_owed(&self) -> Result<(), LedgerError> {
        let Some(ledger) = self.ledger.as_ref().filter(|_| self.clips.can_remove()) else {
            return Ok(());
        };
        for owed in ledger.owed().await? {
            let _purging = self.purging.lock().await;
            let gone = self.clips.remove(&owed.clips).await;
            let left = owed.clips.len() - gone.len();
            tracing::info!(
                page = %owed.page,
                gone = gone.len(),
                left,
                "clips of a withdrawn page were still in a tier"
            );
            let done: Vec<ClipId> = gone.into_iter().chain(owed.kept).collect();
            ledger.settle(owed.page, &done).await?;
        }
        Ok(())
    }

    /// What another replica has read a page with since it published it is in the tier and not in
    /// this ledger: nothing of it is to be removed.
    async fn take_back(&self, withdrawal: &Withdrawal) -> Result<(), LedgerError> {
        self.clips.welcome(&withdrawal.clips);
        match &self.ledger {
            Some(ledger) => ledger.settle(withdrawal.page(), &withdrawal.clips).await,
            None => Ok(()),
        }
    }

    /// An error when the page at `url` was withdrawn.
    pub(super) fn refuse_withdrawn(&self, url: &str) -> Result<(), ReadError> {
        match &self.ledger {
            Some(ledger) if ledger.is_withdrawn(url) => Err(ReadError::Withdrawn {
                url: url.to_owned(),
            }),
            _ => Ok(()),
        }
    }
}
