//! Purges that are still to be finished: clips of withdrawn pages that a tier may still hold,
//! because it was away, or because the process ended in the middle of the work.

use std::collections::HashSet;

use futures::TryStreamExt;

use super::{Ledger, LedgerError, PageKey, Withdrawal, page_in};
use langdu_clips::ClipId;

/// The folder of the lists of clips, one for each page. Its name stays as it is, so that a newer
/// version finishes what an older one has begun.
const FOLDER: &str = "owed/";

/// What has not been purged yet of a page that was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingPurge {
    /// The page.
    pub page: PageKey,
    /// Clips that are to be purged.
    pub clips: Vec<ClipId>,
    /// Clips that were to be purged, and that a document which may be read has now: they stay.
    pub in_use: Vec<ClipId>,
}

impl Ledger {
    /// What has not been purged yet, of every page that was withdrawn.
    ///
    /// # Errors
    ///
    /// When the storage fails.
    pub async fn pending_purges(&self) -> Result<Vec<PendingPurge>, LedgerError> {
        let _changing = self.changing.lock().await;
        let mut pending = Vec::new();
        let mut names = self.records.names(FOLDER).await?;
        while let Some(name) = names.try_next().await? {
            if let Some(page) = page_in(FOLDER, &name)
                && let Some(clips) = self.records.read::<Vec<ClipId>>(&name).await?
            {
                pending.push((page, clips));
            }
        }
        if pending.is_empty() {
            return Ok(Vec::new());
        }
        let in_use = self.scan(None).await?.clips_of_others;
        let pending = pending.into_iter().map(|(page, clips)| {
            let (in_use, clips) = clips.into_iter().partition(|id| in_use.contains(id));
            PendingPurge {
                page,
                clips,
                in_use,
            }
        });
        Ok(pending.collect())
    }

    /// Takes clips of a page off the list of what is to be purged.
    ///
    /// # Errors
    ///
    /// When the storage fails; they stay on the list then.
    pub async fn finish_purge(&self, page: PageKey, done: &[ClipId]) -> Result<(), LedgerError> {
        let _changing = self.changing.lock().await;
        let name = name_of(page);
        let Some(mut clips) = self.records.read::<Vec<ClipId>>(&name).await? else {
            return Ok(());
        };
        let done: HashSet<&ClipId> = done.iter().collect();
        clips.retain(|id| !done.contains(id));
        if clips.is_empty() {
            return self.records.delete(&name).await;
        }
        self.records.write(&name, &clips).await
    }

    /// Puts the clips of a withdrawal on the list of what is to be purged.
    pub(super) async fn add_pending(&self, withdrawal: &Withdrawal) -> Result<(), LedgerError> {
        let name = name_of(withdrawal.page());
        let listed: Option<Vec<ClipId>> = self.records.read(&name).await?;
        let mut clips = listed.unwrap_or_default();
        let before: HashSet<ClipId> = clips.iter().copied().collect();
        let new = withdrawal.clips.iter().filter(|id| !before.contains(id));
        clips.extend(new);
        if clips.is_empty() {
            return Ok(());
        }
        self.records.write(&name, &clips).await
    }
}

fn name_of(page: PageKey) -> String {
    format!("{FOLDER}{page}.json")
}
