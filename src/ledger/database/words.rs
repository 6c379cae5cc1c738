//! The last word on each page: withdrawn, or published again.

use rusqlite::{Transaction, params};

use super::Database;
use crate::ledger::{LedgerError, PageKey, Word};

impl Database {
    /// Has the last word on a page. The other replicas are to be told.
    pub(in crate::ledger) fn speak(
        &mut self,
        page: PageKey,
        url: &str,
        withdrawn: bool,
    ) -> Result<(), LedgerError> {
        self.change(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO word (page, url, withdrawn, revision, told)
                     VALUES (?1, ?2, ?3, ?4, 0)
                     ON CONFLICT (page) DO UPDATE
                     SET url = ?2, withdrawn = ?3, revision = revision + 1, told = 0",
                )?
                .execute(params![page, url, withdrawn, revision(Word::UNTOLD)])?;
            Ok(())
        })
    }

    /// Takes over the word of another replica, unless this one knows a later one.
    pub(in crate::ledger) fn hear(
        &mut self,
        page: PageKey,
        word: &Word,
    ) -> Result<(), LedgerError> {
        self.change(|transaction| hear(transaction, page, word, true))
    }

    /// Every word, or those that the others have not been told.
    pub(in crate::ledger) fn words(
        &mut self,
        untold_only: bool,
    ) -> Result<Vec<(PageKey, Word)>, LedgerError> {
        let mut select = self.connection.prepare_cached(
            "SELECT page, url, withdrawn, revision FROM word WHERE told = 0 OR NOT ?1",
        )?;
        let words = select.query_map([untold_only], |row| {
            let word = Word {
                url: row.get(1)?,
                withdrawn: row.get(2)?,
                revision: u64::try_from(row.get::<_, i64>(3)?).unwrap_or_default(),
            };
            Ok((row.get(0)?, word))
        })?;
        Ok(words.collect::<rusqlite::Result<_>>()?)
    }

    /// Notes that the others have been told, unless there is something newer to tell.
    pub(in crate::ledger) fn told(&mut self, told: &[(PageKey, Word)]) -> Result<(), LedgerError> {
        self.change(|transaction| {
            let mut update = transaction
                .prepare_cached("UPDATE word SET told = 1 WHERE page = ?1 AND revision = ?2")?;
            for (page, word) in told {
                update.execute(params![page, revision(word.revision)])?;
            }
            Ok(())
        })
    }
}

/// Writes a word down, unless there is a later one.
pub(super) fn hear(
    transaction: &Transaction<'_>,
    page: PageKey,
    word: &Word,
    told: bool,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO word (page, url, withdrawn, revision, told) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (page) DO UPDATE SET url = ?2, withdrawn = ?3, revision = ?4, told = ?5
             WHERE ?4 > revision OR (?4 = revision AND ?3 > withdrawn)",
        )?
        .execute(params![
            page,
            word.url,
            word.withdrawn,
            revision(word.revision),
            told
        ])?;
    Ok(())
}

/// As SQLite has numbers.
fn revision(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}
