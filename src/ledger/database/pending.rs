//! Purges that are still to be finished: clips that a tier may still hold although no document that
//! may be read has them, because the tier was away, or because the process ended in the middle.

use rusqlite::{Transaction, params};

use super::{ClipColumn, Database};
use crate::ledger::{LedgerError, PageKey, PendingPurge};
use langdu_clips::ClipId;

/// In the place of a page: what was evicted from the ledger.
pub(super) const EVICTED: PageKey = PageKey([0; 16]);

/// True (1) for a clip that a page which may be read has now.
const IN_USE: &str = "EXISTS (
    SELECT 1 FROM clip
    JOIN edition ON edition.id = clip.edition
    JOIN content ON content.id = edition.content
    JOIN page ON page.content = content.id
    WHERE clip.clip = ?1 AND clip.current = 1
    AND content.key NOT IN (SELECT key FROM withdrawn_key)
    AND page.key NOT IN (SELECT key FROM withdrawn_key))";

impl Database {
    /// What has not been purged yet.
    pub(in crate::ledger) fn pending(&mut self) -> Result<Vec<PendingPurge>, LedgerError> {
        let transaction = self.connection.transaction()?;
        let clips: Vec<(PageKey, ClipColumn)> = transaction
            .prepare_cached("SELECT page, clip FROM pending ORDER BY page")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut pending: Vec<PendingPurge> = Vec::new();
        for (page, clip) in clips {
            if pending.last().is_none_or(|last| last.page != page) {
                pending.push(PendingPurge {
                    page,
                    clips: Vec::new(),
                    in_use: Vec::new(),
                    is_evicted: page == EVICTED,
                });
            }
            let id = ClipId::from(clip);
            let in_use = is_in_use(&transaction, id)?;
            if let Some(last) = pending.last_mut() {
                let list = if in_use {
                    &mut last.in_use
                } else {
                    &mut last.clips
                };
                list.push(id);
            }
        }
        Ok(pending)
    }

    /// Takes clips of a page off the list of what is to be purged.
    pub(in crate::ledger) fn finish_purge(
        &mut self,
        page: PageKey,
        done: &[ClipId],
    ) -> Result<(), LedgerError> {
        self.change(|transaction| {
            let mut delete =
                transaction.prepare_cached("DELETE FROM pending WHERE page = ?1 AND clip = ?2")?;
            for &clip in done {
                delete.execute(params![page, ClipColumn::from(clip)])?;
            }
            Ok(())
        })
    }
}

/// Puts clips on the list of what is to be purged, except those that are in use.
pub(super) fn add(
    transaction: &Transaction<'_>,
    page: PageKey,
    clips: impl IntoIterator<Item = ClipId>,
) -> rusqlite::Result<()> {
    let mut insert =
        transaction.prepare_cached("INSERT OR IGNORE INTO pending (page, clip) VALUES (?1, ?2)")?;
    for clip in clips {
        if !is_in_use(transaction, clip)? {
            insert.execute(params![page, ClipColumn::from(clip)])?;
        }
    }
    Ok(())
}

/// True for a clip that a page which may be read has now.
pub(super) fn is_in_use(transaction: &Transaction<'_>, clip: ClipId) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached(&format!("SELECT {IN_USE}"))?
        .query_row([ClipColumn::from(clip)], |row| row.get(0))
}
