//! What pages are read with, and what makes room when the database is full.

use rusqlite::{OptionalExtension, Transaction, params};

use super::pending::{self, EVICTED};
use super::{ClipColumn, Database};
use crate::database::now_s;
use crate::ledger::document::KeyedRecord;
use crate::ledger::{ClipUse, ContentKey, LedgerError};
use langdu_clips::ClipId;

/// Addresses of one page that are remembered. A page that still more lead to is refused where they
/// lead.
const MOST_ALIASES: i64 = 64;

/// What a page has said before that is remembered. One that says something else each time it is
/// fetched must not fill the ledger.
const MOST_CONTENTS: i64 = 32;

/// Clips of earlier pronunciations that are remembered of an edition: those of a long document whose
/// lexicon changed ten times.
const MOST_EARLIER_CLIPS: i64 = 20_000;

/// When a page is read again so many seconds after it was, that is written down: pages that make room are
/// those that were read longest ago, to within an hour.
const READ_AGAIN_S: i64 = 3600;

/// Pages that make room at the same time.
const EVICTED_AT_ONCE: i64 = 64;

impl Database {
    /// Records what pages were read with; true when others had to make room.
    pub(in crate::ledger) fn record(
        &mut self,
        documents: &[KeyedRecord],
    ) -> Result<bool, LedgerError> {
        match self.settle() {
            // What is in memory only is not made worse by another record.
            Err(_) if self.is_provisional => {}
            settled => settled?,
        }
        self.change(|transaction| {
            documents
                .iter()
                .try_for_each(|document| record(transaction, document))
        })?;
        let mut made_room = false;
        while self.bytes()? > self.max_bytes && self.change(evict)? {
            made_room = true;
        }
        Ok(made_room)
    }
}

impl Database {
    /// The pages that are read with these clips now.
    pub(in crate::ledger) fn uses_of(
        &mut self,
        clips: &[ClipId],
    ) -> Result<Vec<ClipUse>, LedgerError> {
        let mut query = self.connection.prepare_cached(
            "SELECT page.key, page.shown FROM clip JOIN edition ON edition.id = clip.edition
             JOIN page ON page.content = edition.content
             WHERE clip.clip = ?1 AND clip.current = 1",
        )?;
        let mut uses = Vec::new();
        for &clip in clips {
            let rows = query.query_map([ClipColumn::from(clip)], |row| {
                Ok(ClipUse {
                    clip,
                    page: row.get(0)?,
                    shown: row.get(1)?,
                })
            })?;
            for row in rows {
                uses.push(row?);
            }
        }
        Ok(uses)
    }
}

/// Records one page in one voice and at one rate.
pub(super) fn record(
    transaction: &Transaction<'_>,
    document: &KeyedRecord,
) -> rusqlite::Result<()> {
    let content = content_of(transaction, document)?;
    let page = page_of(transaction, document, content)?;
    for (kind, key) in &document.keys.aliases {
        transaction
            .prepare_cached(
                "INSERT OR IGNORE INTO alias (key, page, kind) SELECT ?1, ?2, ?3
                 WHERE (SELECT count(*) FROM alias WHERE page = ?2) < ?4",
            )?
            .execute(params![key, page, *kind as i64, MOST_ALIASES])?;
    }
    let Some(edition) = edition_of(transaction, content, document)? else {
        return Ok(());
    };
    transaction
        .prepare_cached("UPDATE clip SET current = 0 WHERE edition = ?1 AND current = 1")?
        .execute([edition])?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO clip (clip, edition, current) VALUES (?1, ?2, 1)
         ON CONFLICT (clip, edition) DO UPDATE SET current = 1",
    )?;
    for &clip in &document.clips {
        insert.execute(params![ClipColumn::from(clip), edition])?;
    }
    forget_earlier_clips(transaction, edition)
}

fn content_of(transaction: &Transaction<'_>, document: &KeyedRecord) -> rusqlite::Result<i64> {
    let (key, identifies) = match document.keys.content {
        Some(content) => (content, true),
        None => (ContentKey::of_page(document.keys.page), false),
    };
    let known = transaction
        .prepare_cached("SELECT id FROM content WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    transaction
        .prepare_cached("INSERT INTO content (key, identifies) VALUES (?1, ?2)")?
        .insert(params![key, identifies])
}

/// The page, which says `content` from now on.
fn page_of(
    transaction: &Transaction<'_>,
    document: &KeyedRecord,
    content: i64,
) -> rusqlite::Result<i64> {
    let now = now_s();
    // What many people read is read again and again: it is written down once in a while.
    let known = transaction
        .prepare_cached("SELECT id FROM page WHERE key = ?1 AND content = ?2 AND read_at > ?3")?
        .query_row(
            params![document.keys.page, content, now - READ_AGAIN_S],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    let page: i64 = transaction
        .prepare_cached(
            "INSERT INTO page (key, shown, content, read_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (key) DO UPDATE SET content = ?3, read_at = ?4 RETURNING id",
        )?
        .query_row(
            params![document.keys.page, document.shown, content, now],
            |row| row.get(0),
        )?;
    let is_new = transaction
        .prepare_cached("INSERT OR IGNORE INTO page_content (page, content) VALUES (?1, ?2)")?
        .execute([page, content])?;
    if is_new == 1 {
        forget_earlier_contents(transaction, page, content)?;
    }
    Ok(page)
}

/// The edition that a document is; `None` when it is recorded with this very reading.
fn edition_of(
    transaction: &Transaction<'_>,
    content: i64,
    document: &KeyedRecord,
) -> rusqlite::Result<Option<i64>> {
    let known: Option<(i64, String)> = transaction
        .prepare_cached(
            "SELECT id, reading FROM edition WHERE content = ?1 AND voice = ?2 AND rate_milli = ?3",
        )?
        .query_row(
            params![content, document.voice, document.rate_milli],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((edition, reading)) = known else {
        let edition = transaction
            .prepare_cached(
                "INSERT INTO edition (content, voice, rate_milli, reading) VALUES (?1, ?2, ?3, ?4)",
            )?
            .insert(params![
                content,
                document.voice,
                document.rate_milli,
                document.reading_id
            ])?;
        return Ok(Some(edition));
    };
    if reading == document.reading_id {
        return Ok(None);
    }
    transaction
        .prepare_cached("UPDATE edition SET reading = ?2 WHERE id = ?1")?
        .execute(params![edition, document.reading_id])?;
    Ok(Some(edition))
}

/// A clip that no withdrawal would find is in no tier: what is forgotten is purged.
fn forget_earlier_clips(transaction: &Transaction<'_>, edition: i64) -> rusqlite::Result<()> {
    let clips: Vec<ClipColumn> = transaction
        .prepare_cached(
            "SELECT clip FROM clip WHERE edition = ?1 AND current = 0 LIMIT -1 OFFSET ?2",
        )?
        .query_map([edition, MOST_EARLIER_CLIPS], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for clip in &clips {
        transaction
            .prepare_cached("DELETE FROM clip WHERE clip = ?1 AND edition = ?2")?
            .execute(params![clip, edition])?;
    }
    let clips = clips.into_iter().map(ClipId::from);
    pending::add(transaction, EVICTED, clips)
}

fn forget_earlier_contents(
    transaction: &Transaction<'_>,
    page: i64,
    now: i64,
) -> rusqlite::Result<()> {
    let earlier: Vec<i64> = transaction
        .prepare_cached(
            "SELECT content FROM page_content WHERE page = ?1 AND content <> ?2
             ORDER BY content DESC LIMIT -1 OFFSET ?3",
        )?
        .query_map([page, now, MOST_CONTENTS], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for content in earlier {
        transaction
            .prepare_cached("DELETE FROM page_content WHERE page = ?1 AND content = ?2")?
            .execute([page, content])?;
        let clips = forget_content(transaction, content)?;
        pending::add(transaction, EVICTED, clips)?;
    }
    Ok(())
}

/// The pages that were read longest ago make room, and their clips with them; false when there are
/// none.
fn evict(transaction: &Transaction<'_>) -> rusqlite::Result<bool> {
    let oldest: Vec<i64> = transaction
        .prepare_cached("SELECT id FROM page ORDER BY read_at LIMIT ?1")?
        .query_map([EVICTED_AT_ONCE], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for &page in &oldest {
        let contents = forget_page(transaction, page)?;
        for content in contents {
            let clips = forget_content(transaction, content)?;
            pending::add(transaction, EVICTED, clips)?;
        }
    }
    Ok(!oldest.is_empty())
}

/// Forgets a page; answers with what it said.
pub(super) fn forget_page(transaction: &Transaction<'_>, page: i64) -> rusqlite::Result<Vec<i64>> {
    let contents = transaction
        .prepare_cached("DELETE FROM page_content WHERE page = ?1 RETURNING content")?
        .query_map([page], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for forget in [
        "DELETE FROM alias WHERE page = ?1",
        "DELETE FROM page WHERE id = ?1",
    ] {
        transaction.prepare_cached(forget)?.execute([page])?;
    }
    Ok(contents)
}

/// Forgets what no page says or has said; answers with its clips.
pub(super) fn forget_content(
    transaction: &Transaction<'_>,
    content: i64,
) -> rusqlite::Result<Vec<ClipId>> {
    let is_said = transaction
        .prepare_cached("SELECT 1 FROM page_content WHERE content = ?1")?
        .exists([content])?;
    if is_said {
        return Ok(Vec::new());
    }
    let clips = clips_of(transaction, content)?;
    for forget in [
        "DELETE FROM clip WHERE edition IN (SELECT id FROM edition WHERE content = ?1)",
        "DELETE FROM edition WHERE content = ?1",
        "DELETE FROM content WHERE id = ?1",
    ] {
        transaction.prepare_cached(forget)?.execute([content])?;
    }
    Ok(clips)
}

/// Every clip of what is said, in all voices and at all rates.
pub(super) fn clips_of(
    transaction: &Transaction<'_>,
    content: i64,
) -> rusqlite::Result<Vec<ClipId>> {
    transaction
        .prepare_cached(
            "SELECT DISTINCT clip FROM edition JOIN clip ON clip.edition = edition.id
             WHERE edition.content = ?1",
        )?
        .query_map([content], |row| {
            row.get::<_, ClipColumn>(0).map(ClipId::from)
        })?
        .collect()
}
