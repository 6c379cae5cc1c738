//! The database of corrections: SQLite, in a file of its own beside the ledger.
//!
//! A file of its own, because the ledger forgets the pages that were read longest ago to stay within its bound,
//! and nothing that an editor has decided may be forgotten. It is worked on by one thread, in the order in which
//! it is asked: a correction sees every sentence that was handed over before it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use tokio::sync::oneshot;

use super::CorrectionError;
use super::correction::{Action, Correction, Decision, HistoryEntry, Scope};
use crate::database::{self, now_s};
use crate::ledger::PageRules;
use langdu_text::{Change, folded};

/// The file's name.
const FILE: &str = "corrections.sqlite3";

/// What brings the tables from one version to the next.
const STEPS: [&str; 2] = [include_str!("schema.sql"), include_str!("approval.sql")];

/// Work that may wait. More waits only where the disk hangs.
const MOST_WAITING: usize = 4096;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the thread, which ends when this is dropped and everything is done.
pub(super) struct Store(SyncSender<Job>);

impl Store {
    /// Opens the database in `folder`; in memory without one. Where a folder has no room for its first
    /// database, nothing is corrected until it has, and everything else goes on.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub(super) fn open(folder: Option<&Path>) -> Result<Self, CorrectionError> {
        let mut waits_for_room = None;
        let mut connection = match folder {
            None => in_memory()?,
            Some(folder) => {
                let is_first =
                    std::fs::metadata(folder.join(FILE)).map_or(0, |file| file.len()) == 0;
                match open_file(folder) {
                    // Nothing is forgotten by going on: there was nothing yet.
                    Err(error) if error.is_full() && is_first => {
                        tracing::warn!(
                            folder = %folder.display(),
                            "there is no room for corrections: none is taken until there is"
                        );
                        waits_for_room = Some(folder.to_owned());
                        let connection = in_memory()?;
                        connection.pragma_update(None, "query_only", true)?;
                        connection
                    }
                    opened => opened?,
                }
            }
        };
        let (sender, jobs) = sync_channel::<Job>(MOST_WAITING);
        std::thread::Builder::new()
            .name("corrections".to_owned())
            .spawn(move || {
                for job in jobs {
                    if let Some(folder) = &waits_for_room
                        && let Ok(opened) = open_file(folder)
                    {
                        connection = opened;
                        waits_for_room = None;
                    }
                    job(&mut connection);
                }
            })
            .map_err(CorrectionError::Thread)?;
        Ok(Self(sender))
    }

    /// Does `work` after everything that was handed over before.
    ///
    /// # Errors
    ///
    /// Those of the work, and when too much waits.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, CorrectionError> + Send + 'static,
    ) -> Result<T, CorrectionError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let _ = answer.send(work(connection));
        });
        self.0.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => CorrectionError::Busy,
            TrySendError::Disconnected(_) => CorrectionError::Ended,
        })?;
        answered.await.map_err(|_| CorrectionError::Ended)?
    }

    /// Hands `work` over, and waits for nothing; false when too much waits.
    pub(super) fn hand_over(&self, work: impl FnOnce(&mut Connection) + Send + 'static) -> bool {
        self.0.try_send(Box::new(work)).is_ok()
    }
}

fn in_memory() -> Result<Connection, CorrectionError> {
    let mut connection = Connection::open_in_memory()?;
    prepare(&mut connection)?;
    Ok(connection)
}

fn open_file(folder: &Path) -> Result<Connection, CorrectionError> {
    let unusable = |source| CorrectionError::Folder {
        folder: PathBuf::from(folder),
        source,
    };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let mut connection = Connection::open(folder.join(FILE))?;
    prepare(&mut connection)?;
    Ok(connection)
}

/// Makes the tables of this version where there are none.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), CorrectionError> {
    database::prepare(connection, &STEPS, || CorrectionError::Newer, |_| Ok(()))
}

/// Changes the database as a whole or not at all.
pub(super) fn change<T>(
    connection: &mut Connection,
    change: impl FnOnce(&Transaction<'_>) -> Result<T, CorrectionError>,
) -> Result<T, CorrectionError> {
    if connection.pragma_query_value(None, "query_only", |row| row.get(0))? {
        return Err(CorrectionError::NoRoom);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = change(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

/// Every correction that holds.
pub(super) fn in_force(connection: &Connection) -> Result<Vec<Correction>, CorrectionError> {
    let mut query = connection
        .prepare_cached("SELECT json FROM correction WHERE is_deleted = 0 ORDER BY id")?;
    let rows = query.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|json| parse(&json?)).collect()
}

/// What was decided of corrections behind the change of this number, each as it is now.
pub(super) fn decided_since(
    connection: &Connection,
    number: i64,
) -> Result<Vec<Correction>, CorrectionError> {
    let mut query = connection.prepare_cached(
        "SELECT json FROM correction WHERE id IN
             (SELECT correction FROM history WHERE number > ?1) ORDER BY id",
    )?;
    let rows = query.query_map([number], |row| row.get::<_, String>(0))?;
    rows.map(|json| parse(&json?)).collect()
}

/// `data_version`, which changes when another process has written, and the number of the last change.
pub(super) fn version(connection: &Connection) -> Result<(i64, i64), CorrectionError> {
    let data = connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
    let last = connection.query_row("SELECT coalesce(max(number), 0) FROM history", [], |row| {
        row.get(0)
    })?;
    Ok((data, last))
}

pub(super) fn find(
    connection: &Connection,
    id: &str,
) -> Result<Option<Correction>, CorrectionError> {
    let json: Option<String> = connection
        .prepare_cached("SELECT json FROM correction WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    json.map(|json| parse(&json)).transpose()
}

/// What is decided of a correction: what it says from now on, or nothing, where it is deleted.
pub(super) struct Step<'a> {
    /// The correction; `None` for a new one.
    pub(super) id: Option<&'a str>,
    /// The revision that whoever decides has seen.
    pub(super) revision: Option<u64>,
    pub(super) decision: Option<Decision>,
    pub(super) action: Action,
    pub(super) by: &'a str,
}

/// A correction before and after something was decided of it.
#[derive(Debug, Clone)]
pub(super) struct Decided {
    pub(super) before: Option<Correction>,
    pub(super) after: Correction,
}

/// Decides something of a correction, and writes it into the history.
pub(super) fn decide(
    transaction: &Transaction<'_>,
    rules: &PageRules,
    step: Step<'_>,
) -> Result<Decided, CorrectionError> {
    let before = match step.id {
        Some(id) => Some(find(transaction, id)?.ok_or_else(|| CorrectionError::unknown(id))?),
        None => None,
    };
    if let (Some(before), Some(seen)) = (&before, step.revision)
        && before.revision != seen
    {
        return Err(CorrectionError::Changed(Box::new(before.clone())));
    }
    let now = now_s();
    let (created_at_s, created_by) = match &before {
        Some(before) => (before.created_at_s, before.created_by.clone()),
        None => (now, step.by.to_owned()),
    };
    let decision = step
        .decision
        .clone()
        .or_else(|| before.as_ref().map(|before| before.decision.clone()))
        .ok_or_else(|| CorrectionError::unknown(""))?;
    let after = Correction {
        id: match step.id {
            Some(id) => id.to_owned(),
            None => format!("{:032x}", rand::random::<u128>()),
        },
        revision: before.as_ref().map_or(0, |before| before.revision) + 1,
        is_deleted: step.decision.is_none(),
        decision,
        created_at_s,
        created_by,
        updated_at_s: now,
        updated_by: step.by.to_owned(),
    };
    write(transaction, rules, &after, false)?;
    note(transaction, before.as_ref(), &after, step.action)?;
    Ok(Decided { before, after })
}

/// Writes a correction down as it is now; `told` where the other replicas know it.
pub(super) fn write(
    transaction: &Transaction<'_>,
    rules: &PageRules,
    correction: &Correction,
    told: bool,
) -> Result<(), CorrectionError> {
    let subject = (!correction.is_deleted).then(|| subject(rules, &correction.decision));
    if let Some(subject) = &subject {
        let same: Option<String> = transaction
            .prepare_cached("SELECT json FROM correction WHERE subject = ?1 AND id <> ?2")?
            .query_row([subject, &correction.id], |row| row.get(0))
            .optional()?;
        if let Some(same) = same {
            return Err(CorrectionError::Exists(Box::new(parse(&same)?)));
        }
    }
    let revision = i64::try_from(correction.revision).unwrap_or(i64::MAX);
    transaction
        .prepare_cached(
            "INSERT INTO correction (id, revision, subject, is_deleted, updated_at, json, told)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET revision = ?2, subject = ?3, is_deleted = ?4,
                 updated_at = ?5, json = ?6, told = CASE WHEN ?7 > 0 THEN ?7 ELSE told END",
        )?
        .execute(params![
            correction.id,
            revision,
            subject,
            correction.is_deleted,
            correction.updated_at_s,
            written(correction),
            if told { revision } else { 0 },
        ])?;
    Ok(())
}

/// Adds a line to the history.
pub(super) fn note(
    transaction: &Transaction<'_>,
    before: Option<&Correction>,
    after: &Correction,
    action: Action,
) -> Result<(), CorrectionError> {
    transaction
        .prepare_cached(
            "INSERT INTO history (correction, action, at, by, before, after)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            after.id,
            action.name(),
            after.updated_at_s,
            after.updated_by,
            before.map(written),
            written(after),
        ])?;
    Ok(())
}

/// The history, the latest first, so many behind the first `skipped`; of one correction where its id is given.
pub(super) fn history(
    connection: &Connection,
    correction: Option<&str>,
    (skipped, most): (u32, u32),
) -> Result<Vec<HistoryEntry>, CorrectionError> {
    let mut query = connection.prepare_cached(
        "SELECT number, action, at, by, before, after FROM history
         WHERE ?1 IS NULL OR correction = ?1 ORDER BY number DESC LIMIT ?2 OFFSET ?3",
    )?;
    let rows = query.query_map(params![correction, most, skipped], entry_of)?;
    rows.map(|row| entry(row?)).collect()
}

/// One line of the history.
pub(super) fn history_entry(
    connection: &Connection,
    number: i64,
) -> Result<Option<HistoryEntry>, CorrectionError> {
    let row = connection
        .prepare_cached(
            "SELECT number, action, at, by, before, after FROM history WHERE number = ?1",
        )?
        .query_row([number], entry_of)
        .optional()?;
    row.map(entry).transpose()
}

type EntryRow = (i64, String, i64, String, Option<String>, String);

fn entry_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<EntryRow> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
    ))
}

fn entry(
    (number, action, at_s, by, before, after): EntryRow,
) -> Result<HistoryEntry, CorrectionError> {
    Ok(HistoryEntry {
        number,
        action: Action::parse(&action).unwrap_or(Action::Updated),
        at_s,
        by,
        before: before.map(|json| parse(&json)).transpose()?,
        after: parse(&after)?,
    })
}

/// The revision of every correction, deleted ones too.
pub(super) fn revisions(connection: &Connection) -> Result<HashMap<String, u64>, CorrectionError> {
    let mut query = connection.prepare_cached("SELECT id, revision FROM correction")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
    let revision = |number: i64| u64::try_from(number).unwrap_or(0);
    rows.map(|row| {
        row.map(|(id, number)| (id, revision(number)))
            .map_err(Into::into)
    })
    .collect()
}

/// Corrections that the other replicas have not been told as they are now; where it is known what was `said` to
/// them, those that this lacks.
pub(super) fn untold(
    connection: &Connection,
    said: Option<&HashMap<String, u64>>,
) -> Result<Vec<Correction>, CorrectionError> {
    let Some(said) = said else {
        let mut query =
            connection.prepare_cached("SELECT json FROM correction WHERE told < revision")?;
        let rows = query.query_map([], |row| row.get::<_, String>(0))?;
        return rows.map(|json| parse(&json?)).collect();
    };
    let missing = revisions(connection)?
        .into_iter()
        .filter(|(id, revision)| said.get(id).is_none_or(|said| said < revision));
    missing
        .filter_map(|(id, _)| find(connection, &id).transpose())
        .collect()
}

/// Notes which revisions the other replicas have been told.
pub(super) fn told(
    transaction: &Transaction<'_>,
    corrections: &[(String, u64)],
) -> Result<(), CorrectionError> {
    let mut update =
        transaction.prepare_cached("UPDATE correction SET told = max(told, ?2) WHERE id = ?1")?;
    for (id, revision) in corrections {
        update.execute(params![id, i64::try_from(*revision).unwrap_or(i64::MAX)])?;
    }
    Ok(())
}

/// What no two corrections in force share.
fn subject(rules: &PageRules, decision: &Decision) -> String {
    let scope = match &decision.scope {
        Scope::Everywhere => "everywhere".to_owned(),
        Scope::Portal { host } => format!("portal {host}"),
        Scope::Document { url } => format!("document {}", rules.key(url)),
        Scope::Here { url, anchor } => format!(
            "here {} {}|{}|{}",
            rules.key(url),
            anchor.before,
            anchor.after,
            anchor.place
        ),
    };
    let about = match decision.change {
        Change::Pause(_) => "pause",
        _ => "words",
    };
    format!("{scope}\n{}\n{about}", folded(decision.word.trim()))
}

fn written(correction: &Correction) -> String {
    serde_json::to_string(correction).unwrap_or_default()
}

fn parse(json: &str) -> Result<Correction, CorrectionError> {
    serde_json::from_str(json).map_err(CorrectionError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_no_room_nothing_is_changed_and_everything_is_read() {
        let mut connection = in_memory().unwrap();
        assert!(change(&mut connection, |_| Ok(())).is_ok());
        connection.pragma_update(None, "query_only", true).unwrap();
        let refused = change(&mut connection, |_| Ok(()));
        assert!(matches!(refused, Err(CorrectionError::NoRoom)));
        assert!(in_force(&connection).unwrap().is_empty());
    }
}
