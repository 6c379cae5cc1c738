//! Withdrawals: what is found of a page by its index, and what is refused from then on.

use std::collections::{BTreeSet, HashSet};

use rusqlite::{Transaction, params};

use super::pending::{self, is_in_use};
use super::record::{clips_of, forget_content, forget_page};
use super::{ClipColumn, Database};
use crate::database::now_s;
use crate::ledger::document::AliasKind;
use crate::ledger::withdrawal::Key;
use crate::ledger::{LedgerError, ListedWithdrawal, PageKey, Published, Withdrawal, Withdrawn};
use langdu_clips::ClipId;

/// What the ledger knows of a page that is withdrawn.
#[derive(Default)]
struct Found {
    /// Records that are the page: they are refused by their address.
    pages: BTreeSet<i64>,
    /// Records that say the same, or that a part of is the page: they are forgotten.
    others: BTreeSet<i64>,
    /// What is refused, whoever says it.
    contents: BTreeSet<i64>,
}

impl Database {
    /// Withdraws the page `url`, whose key is `page`, and with it what is found of it. Clips that are
    /// `in_use` by what is not recorded yet stay.
    pub(in crate::ledger) fn withdraw(
        &mut self,
        url: &str,
        page: PageKey,
        by: &str,
        in_use: &HashSet<ClipId>,
    ) -> Result<Withdrawn, LedgerError> {
        self.change(|transaction| withdraw(transaction, url, page, by, in_use))
    }

    /// The keys that a withdrawal of the page would refuse, by what is recorded now.
    pub(in crate::ledger) fn keys_of(
        &mut self,
        page: PageKey,
    ) -> Result<HashSet<Key>, LedgerError> {
        // It is refused, and that is rolled back.
        let transaction = self.connection.transaction()?;
        let found = find(&transaction, page)?;
        refuse(&transaction, page, &found)?;
        let keys = transaction
            .prepare_cached("SELECT key FROM withdrawn_key WHERE withdrawal = ?1")?
            .query_map([page], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(keys)
    }

    /// Ends every withdrawal that covers the page; answers with what they were.
    pub(in crate::ledger) fn publish(
        &mut self,
        page: PageKey,
    ) -> Result<Vec<Published>, LedgerError> {
        self.change(|transaction| {
            let withdrawals: Vec<PageKey> = transaction
                .prepare_cached("SELECT withdrawal FROM withdrawn_key WHERE key = ?1")?
                .query_map([page], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let mut published = Vec::new();
            for withdrawal in withdrawals {
                let clips = transaction
                    .prepare_cached(
                        "DELETE FROM withdrawn_clip WHERE withdrawal = ?1 RETURNING clip",
                    )?
                    .query_map([withdrawal], |row| {
                        row.get::<_, ClipColumn>(0).map(ClipId::from)
                    })?
                    .collect::<rusqlite::Result<_>>()?;
                for forget in [
                    "DELETE FROM withdrawn_key WHERE withdrawal = ?1",
                    "DELETE FROM withdrawn_address WHERE withdrawal = ?1",
                ] {
                    transaction.prepare_cached(forget)?.execute([withdrawal])?;
                }
                let url = transaction
                    .prepare_cached("DELETE FROM withdrawal WHERE page = ?1 RETURNING url")?
                    .query_row([withdrawal], |row| row.get(0))?;
                published.push(Published {
                    page: withdrawal,
                    url,
                    clips,
                });
            }
            Ok(published)
        })
    }

    /// Withdrawals, the latest first, so many behind the first `skipped`.
    pub(in crate::ledger) fn list_withdrawals(
        &mut self,
        skipped: u32,
        most: u32,
    ) -> Result<Vec<ListedWithdrawal>, LedgerError> {
        let transaction = self.connection.transaction()?;
        let pages: Vec<PageKey> = transaction
            .prepare_cached(
                "SELECT page FROM withdrawal ORDER BY withdrawn_at DESC, page LIMIT ?1 OFFSET ?2",
            )?
            .query_map([most, skipped], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let listed = pages.into_iter().map(|page| {
            Ok(ListedWithdrawal {
                withdrawal: read(&transaction, page)?,
                addresses: addresses(&transaction, page)?,
                pending_clips: transaction
                    .prepare_cached("SELECT count(*) FROM pending WHERE page = ?1")?
                    .query_row([page], |row| row.get(0))?,
            })
        });
        Ok(listed.collect::<rusqlite::Result<_>>()?)
    }

    /// Every withdrawal; `None` when nobody else has changed the file since they were read last.
    pub(in crate::ledger) fn withdrawals(
        &mut self,
    ) -> Result<Option<Vec<Withdrawal>>, LedgerError> {
        let version = self
            .connection
            .pragma_query_value(None, "data_version", |row| row.get(0))?;
        if self.seen == Some(version) {
            return Ok(None);
        }
        let transaction = self.connection.transaction()?;
        let pages: Vec<PageKey> = transaction
            .prepare_cached("SELECT page FROM withdrawal")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let withdrawals = pages.into_iter().map(|page| read(&transaction, page));
        let withdrawals = withdrawals.collect::<rusqlite::Result<_>>()?;
        drop(transaction);
        self.seen = Some(version);
        Ok(Some(withdrawals))
    }
}

fn withdraw(
    transaction: &Transaction<'_>,
    url: &str,
    page: PageKey,
    by: &str,
    in_use: &HashSet<ClipId>,
) -> rusqlite::Result<Withdrawn> {
    transaction
        .prepare_cached(
            "INSERT INTO withdrawal (page, url, withdrawn_at, withdrawn_by, readings)
             VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT (page) DO NOTHING",
        )?
        .execute(params![page, url, now_s(), by])?;
    let found = find(transaction, page)?;
    refuse(transaction, page, &found)?;

    // An earlier withdrawal that was cut short has found some of it.
    let mut clips: HashSet<ClipId> = transaction
        .prepare_cached("SELECT clip FROM withdrawn_clip WHERE withdrawal = ?1")?
        .query_map([page], |row| row.get::<_, ClipColumn>(0).map(ClipId::from))?
        .collect::<rusqlite::Result<_>>()?;
    let mut contents = found.contents.clone();
    let mut readings: Vec<String> = Vec::new();
    for &record in found.pages.iter().chain(&found.others) {
        transaction
            .prepare_cached(
                "INSERT OR IGNORE INTO withdrawn_address (withdrawal, shown)
                 SELECT ?1, shown FROM page WHERE id = ?2",
            )?
            .execute(params![page, record])?;
        contents.extend(forget_page(transaction, record)?);
    }
    for &content in &found.contents {
        transaction
            .prepare_cached("DELETE FROM page_content WHERE content = ?1")?
            .execute([content])?;
    }
    for &content in &contents {
        clips.extend(clips_of(transaction, content)?);
        let mut of_content =
            transaction.prepare_cached("SELECT reading FROM edition WHERE content = ?1")?;
        for reading in of_content.query_map([content], |row| row.get(0))? {
            readings.push(reading?);
        }
        forget_content(transaction, content)?;
    }
    let mut own = Vec::new();
    for clip in clips {
        if !in_use.contains(&clip) && !is_in_use(transaction, clip)? {
            own.push(clip);
        }
    }
    let mut insert = transaction.prepare_cached(
        "INSERT OR IGNORE INTO withdrawn_clip (withdrawal, clip) VALUES (?1, ?2)",
    )?;
    for &clip in &own {
        insert.execute(params![page, ClipColumn::from(clip)])?;
    }
    pending::add(transaction, page, own.iter().copied())?;
    transaction
        .prepare_cached("UPDATE withdrawal SET readings = readings + ?2 WHERE page = ?1")?
        .execute(params![
            page,
            i64::try_from(readings.len()).unwrap_or(i64::MAX)
        ])?;
    own.sort_unstable();
    Ok(Withdrawn {
        withdrawal: read(transaction, page)?,
        addresses: addresses(transaction, page)?,
        readings,
        clips: own,
    })
}

/// Everything that is the page, or says what it says.
fn find(transaction: &Transaction<'_>, page: PageKey) -> rusqlite::Result<Found> {
    let by_alias = |kind: AliasKind| -> rusqlite::Result<Vec<i64>> {
        transaction
            .prepare_cached("SELECT page FROM alias WHERE key = ?1 AND kind = ?2")?
            .query_map(params![page, kind as i64], |row| row.get(0))?
            .collect()
    };
    let by_id = |query: &str, id: i64| -> rusqlite::Result<Vec<i64>> {
        transaction
            .prepare_cached(query)?
            .query_map([id], |row| row.get(0))?
            .collect()
    };
    let mut found = Found::default();
    let own: Vec<i64> = transaction
        .prepare_cached("SELECT id FROM page WHERE key = ?1")?
        .query_map([page], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let named = [
        own,
        by_alias(AliasKind::Requested)?,
        by_alias(AliasKind::Canonical)?,
    ]
    .concat();
    for &record in &named {
        let same = by_id(
            "SELECT other.page FROM alias JOIN alias AS other
             ON other.key = alias.key AND other.kind = alias.kind
             WHERE alias.page = ?1 AND alias.kind = 3",
            record,
        );
        found.pages.extend(same?);
    }
    found.pages.extend(named);
    for &record in &found.pages {
        let said = by_id("SELECT content FROM page_content WHERE page = ?1", record);
        found.contents.extend(said?);
    }
    for &content in &found.contents {
        let saying = by_id("SELECT id FROM page WHERE content = ?1", content);
        found.others.extend(saying?);
    }
    found.others.extend(by_alias(AliasKind::Part)?);
    found.others = found.others.difference(&found.pages).copied().collect();
    Ok(found)
}

/// Writes down what is refused from now on.
fn refuse(transaction: &Transaction<'_>, page: PageKey, found: &Found) -> rusqlite::Result<()> {
    let mut insert = transaction
        .prepare_cached("INSERT OR IGNORE INTO withdrawn_key (withdrawal, key) VALUES (?1, ?2)")?;
    insert.execute(params![page, page])?;
    for record in &found.pages {
        // An address that leads to other pages too is refused where it leads to this one.
        transaction
            .prepare_cached(
                "INSERT OR IGNORE INTO withdrawn_key (withdrawal, key)
                 SELECT ?1, key FROM page WHERE id = ?2
                 UNION SELECT ?1, key FROM alias WHERE page = ?2 AND kind = 3
                 UNION SELECT ?1, key FROM alias WHERE page = ?2 AND kind = 0
                 AND NOT EXISTS (SELECT 1 FROM alias AS other
                     WHERE other.key = alias.key AND other.kind = 0 AND other.page <> ?2)",
            )?
            .execute(params![page, record])?;
    }
    for content in &found.contents {
        transaction
            .prepare_cached(
                "INSERT OR IGNORE INTO withdrawn_key (withdrawal, key)
                 SELECT ?1, key FROM content WHERE id = ?2 AND identifies = 1",
            )?
            .execute(params![page, content])?;
    }
    Ok(())
}

/// The addresses that a withdrawal covers, for people.
fn addresses(transaction: &Transaction<'_>, page: PageKey) -> rusqlite::Result<Vec<String>> {
    transaction
        .prepare_cached("SELECT shown FROM withdrawn_address WHERE withdrawal = ?1")?
        .query_map([page], |row| row.get(0))?
        .collect()
}

fn read(transaction: &Transaction<'_>, page: PageKey) -> rusqlite::Result<Withdrawal> {
    let keys = transaction
        .prepare_cached("SELECT key FROM withdrawn_key WHERE withdrawal = ?1")?
        .query_map([page], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let clips = transaction
        .prepare_cached("SELECT count(*) FROM withdrawn_clip WHERE withdrawal = ?1")?
        .query_row([page], |row| row.get(0))?;
    transaction
        .prepare_cached(
            "SELECT url, withdrawn_at, withdrawn_by, readings FROM withdrawal WHERE page = ?1",
        )?
        .query_row([page], |row| {
            Ok(Withdrawal {
                page,
                url: row.get(0)?,
                withdrawn_at_s: row.get(1)?,
                withdrawn_by: row.get(2)?,
                keys,
                readings: row.get(3)?,
                clips,
            })
        })
}
