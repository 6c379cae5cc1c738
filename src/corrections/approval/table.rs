//! The tables of approvals: what is approved of a page, and what waits.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{Approval, ApprovalState};
use crate::corrections::CorrectionError;
use langdu_clips::Note;

/// Documents that wait; those that were asked for longest ago make room.
const MOST_WAITING: i64 = 10_000;

/// How soon it is written down again that a page which waits was asked for.
const NOTED_AGAIN_AFTER_S: i64 = 60;

/// What replicas tell each other of a page: what of it is approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Approved {
    pub(super) page: String,
    pub(super) url: String,
    pub(super) title: String,
    /// Empty where the approval was taken back.
    pub(super) content: String,
    pub(super) revision: u64,
    pub(super) by: String,
    pub(super) at_s: i64,
}

impl From<Approved> for Approval {
    fn from(approved: Approved) -> Self {
        Self {
            state: match approved.content.is_empty() {
                true => ApprovalState::Waiting,
                false => ApprovalState::Approved,
            },
            url: approved.url,
            title: approved.title,
            content: approved.content,
            by: approved.by,
            at_s: approved.at_s,
        }
    }
}

pub(super) fn revision_of(approved: &Approved) -> i64 {
    i64::try_from(approved.revision).unwrap_or(i64::MAX)
}

const COLUMNS: &str = "page, url, title, content, revision, by, at";

fn approved_of(row: &Row<'_>) -> rusqlite::Result<Approved> {
    Ok(Approved {
        page: row.get(0)?,
        url: row.get(1)?,
        title: row.get(2)?,
        content: row.get(3)?,
        revision: u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
        by: row.get(5)?,
        at_s: row.get(6)?,
    })
}

pub(super) fn find(
    connection: &rusqlite::Connection,
    page: &str,
) -> Result<Option<Approved>, CorrectionError> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM approval WHERE page = ?1"))?
        .query_row([page], approved_of)
        .optional()?)
}

pub(super) fn all(
    connection: &rusqlite::Connection,
) -> Result<HashMap<String, Approved>, CorrectionError> {
    let mut query = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM approval"))?;
    let rows = query.query_map([], approved_of)?;
    let pairs = rows.map(|row| row.map(|one| (one.page.clone(), one)));
    Ok(pairs.collect::<rusqlite::Result<_>>()?)
}

/// Approvals that the other replicas do not know, or that the board lacks, where it is known what is `said` there.
pub(super) fn untold(
    connection: &rusqlite::Connection,
    said: Option<&HashMap<String, u64>>,
) -> Result<Vec<Approved>, CorrectionError> {
    let is_untold = if said.is_some() {
        "1"
    } else {
        "told < revision"
    };
    let select = format!("SELECT {COLUMNS} FROM approval WHERE {is_untold}");
    let mut query = connection.prepare_cached(&select)?;
    let rows = query.query_map([], approved_of)?;
    let own: Vec<Approved> = rows.collect::<rusqlite::Result<_>>()?;
    let is_missing = |one: &Approved| {
        said.is_none_or(|said| said.get(&one.page).is_none_or(|said| *said < one.revision))
    };
    Ok(own.into_iter().filter(is_missing).collect())
}

/// Writes down what is approved of a page, with its line of the history; it waits no more.
pub(super) fn write(
    transaction: &Transaction<'_>,
    approved: &Approved,
    told: bool,
) -> Result<(), CorrectionError> {
    let revision = revision_of(approved);
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO approval (page, url, title, content, revision, by, at, told)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            approved.page,
            approved.url,
            approved.title,
            approved.content,
            revision,
            approved.by,
            approved.at_s,
            if told { revision } else { 0 },
        ])?;
    let action = match approved.content.is_empty() {
        true => "revoked",
        false => "approved",
    };
    transaction
        .prepare_cached(
            "INSERT INTO approval_history (action, url, title, content, at, by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            action,
            approved.url,
            approved.title,
            approved.content,
            approved.at_s,
            approved.by,
        ])?;
    transaction
        .prepare_cached("DELETE FROM waiting WHERE page = ?1 AND content = ?2")?
        .execute([&approved.page, &approved.content])?;
    Ok(())
}

/// Whether it is known that a page waits: it was written down a moment ago. A crowd that asks for it costs no more
/// than looking.
pub(super) fn waits(
    connection: &rusqlite::Connection,
    page: &str,
    waiting: &Approval,
) -> Result<bool, CorrectionError> {
    let last_at: Option<i64> = connection
        .prepare_cached("SELECT last_at FROM waiting WHERE page = ?1 AND content = ?2")?
        .query_row([page, waiting.content.as_str()], |row| row.get(0))
        .optional()?;
    Ok(last_at.is_some_and(|last_at| waiting.at_s - last_at < NOTED_AGAIN_AFTER_S))
}

/// Has a page wait; true where it did not wait with this content before.
pub(super) fn wait(
    transaction: &Transaction<'_>,
    page: &str,
    waiting: &Approval,
) -> Result<bool, CorrectionError> {
    let known: Option<String> = transaction
        .prepare_cached("SELECT content FROM waiting WHERE page = ?1")?
        .query_row([page], |row| row.get(0))
        .optional()?;
    if known.as_ref() == Some(&waiting.content) {
        transaction
            .prepare_cached("UPDATE waiting SET last_at = ?2 WHERE page = ?1")?
            .execute(params![page, waiting.at_s])?;
        return Ok(false);
    }
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO waiting (page, url, title, content, first_at, last_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        )?
        .execute(params![
            page,
            waiting.url,
            waiting.title,
            waiting.content,
            waiting.at_s
        ])?;
    transaction
        .prepare_cached(
            "DELETE FROM waiting WHERE page IN (SELECT page FROM waiting ORDER BY last_at
                 LIMIT max(0, (SELECT count(*) FROM waiting) - ?1))",
        )?
        .execute([MOST_WAITING])?;
    Ok(true)
}

pub(super) fn forget(transaction: &Transaction<'_>, page: &str) -> Result<(), CorrectionError> {
    transaction
        .prepare_cached("DELETE FROM waiting WHERE page = ?1")?
        .execute([page])?;
    Ok(())
}

pub(super) fn note(approved: &Approved) -> Note {
    Note {
        name: approved.page.clone(),
        rank: approved.revision,
        text: serde_json::to_string(approved).unwrap_or_default(),
    }
}

pub(super) fn parse(note: &Note) -> Option<Approved> {
    serde_json::from_str(&note.text)
        .inspect_err(|error| {
            tracing::warn!(%error, "an approval of another replica cannot be understood");
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corrections::store;

    #[test]
    fn of_many_that_wait_those_that_were_asked_for_last_stay() {
        let mut database = rusqlite::Connection::open_in_memory().unwrap();
        store::prepare(&mut database).unwrap();
        let count = store::change(&mut database, |transaction| {
            for number in 0..MOST_WAITING + 5 {
                let waiting = Approval {
                    url: String::new(),
                    title: String::new(),
                    content: number.to_string(),
                    state: ApprovalState::Waiting,
                    by: String::new(),
                    at_s: number,
                };
                // Counting them each time takes long.
                transaction.execute(
                    "INSERT INTO waiting (page, url, title, content, first_at, last_at)
                     VALUES (?1, '', '', '', ?2, ?2)",
                    params![format!("p{number}"), number],
                )?;
                if number + 1 == MOST_WAITING + 5 {
                    assert!(wait(transaction, "new", &waiting)?);
                    assert!(!wait(transaction, "new", &waiting)?, "it waits already");
                }
            }
            Ok(
                transaction.query_row("SELECT count(*) FROM waiting", [], |row| {
                    row.get::<_, i64>(0)
                })?,
            )
        });
        assert_eq!(count.unwrap(), MOST_WAITING);
        let first: i64 = database
            .query_row("SELECT min(last_at) FROM waiting", [], |row| row.get(0))
            .unwrap();
        assert_eq!(first, 6);
    }
}
