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
use langdu_clips::ClipId;
use langdu_text::{Change, folded};

/// The file's name.
const FILE: &str = "corrections.sqlite3";

/// What brings the tables from one version to the next.
const STEPS: [&str; 2] = [include_str!("schema.sql"), include_str!("approval.sql")];

/// Work that may wait. More waits only where the disk hangs.
const MOST_WAITING: usize = 4096;

/// Sentences that are kept: those of about five thousand documents. Of what was read before them, clips that a
/// correction makes wrong are made anew when the page is read again, and are not counted before.
const MOST_SENTENCES: i64 = 500_000;

/// Sentences that make room at the same time.
const FORGOTTEN_AT_ONCE: i64 = 1000;

/// Sentences that one word is looked for in.
const MOST_FOUND: i64 = 50_000;

/// So many words are looked for one by one.
const FEW_WORDS: usize = 8;

/// Clips that are known to be wrong.
const MOST_SUPERSEDED: i64 = 200_000;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the thread, which ends when this is dropped and everything is done.
pub(super) struct Store(SyncSender<Job>);

/// A sentence of a page, and the clips that it is heard by: one, or several where it is long; and again as many
/// for each voice and rate.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    pub(super) text: String,
    pub(super) clips: Vec<ClipId>,
}

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

/// Keeps the sentences of a page, and forgets the oldest where there are too many.
pub(super) fn keep_sentences(
    transaction: &Transaction<'_>,
    sentences: &[Sentence],
) -> Result<(), CorrectionError> {
    for sentence in sentences {
        let text = folded(&sentence.text);
        let hash = blake3::hash(text.as_bytes());
        let key = &hash.as_bytes()[..16];
        let id: i64 = transaction
            .prepare_cached(
                "INSERT INTO sentence (key, text) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET key = key RETURNING id",
            )?
            .query_row(params![key, text], |row| row.get(0))?;
        let mut insert = transaction.prepare_cached(
            "INSERT INTO sentence_clip (clip, sentence) VALUES (?1, ?2)
             ON CONFLICT (clip) DO UPDATE SET sentence = ?2",
        )?;
        for clip in &sentence.clips {
            insert.execute(params![clip.to_bytes(), id])?;
        }
    }
    let (count, first): (i64, i64) = transaction.query_row(
        "SELECT coalesce(max(id) - min(id) + 1, 0), coalesce(min(id), 0) FROM sentence",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if count > MOST_SENTENCES {
        let up_to = first + (count - MOST_SENTENCES).max(FORGOTTEN_AT_ONCE);
        for forget in [
            "DELETE FROM sentence_clip WHERE sentence < ?1",
            "DELETE FROM sentence WHERE id < ?1",
        ] {
            transaction.prepare_cached(forget)?.execute([up_to])?;
        }
    }
    Ok(())
}

/// Forgets the sentences of clips that are gone: those of a withdrawn page.
pub(super) fn forget_clips(
    transaction: &Transaction<'_>,
    clips: &[ClipId],
) -> Result<(), CorrectionError> {
    for clip in clips {
        let sentence: Option<i64> = transaction
            .prepare_cached("DELETE FROM sentence_clip WHERE clip = ?1 RETURNING sentence")?
            .query_row([clip.to_bytes()], |row| row.get(0))
            .optional()?;
        if let Some(sentence) = sentence {
            transaction
                .prepare_cached(
                    "DELETE FROM sentence WHERE id = ?1
                     AND NOT EXISTS (SELECT 1 FROM sentence_clip WHERE sentence = ?1)",
                )?
                .execute([sentence])?;
        }
        transaction
            .prepare_cached("DELETE FROM report WHERE clip = ?1")?
            .execute([clip.to_bytes()])?;
    }
    Ok(())
}

/// The sentences that hold one of these folded words, as `holds` tells: where the words are many, each sentence is
/// looked at once.
pub(super) fn sentences_with(
    connection: &Connection,
    words: &[String],
    holds: impl Fn(&str) -> bool,
) -> Result<Vec<Sentence>, CorrectionError> {
    let mut found = std::collections::BTreeMap::new();
    let mut query = connection.prepare_cached(
        "SELECT id, text FROM sentence WHERE ?1 IS NULL OR instr(text, ?1) > 0 LIMIT ?2",
    )?;
    let searched: Vec<Option<&String>> = match words.len() <= FEW_WORDS {
        true => words.iter().map(Some).collect(),
        false => vec![None],
    };
    for word in searched {
        let most = word.map_or(MOST_SENTENCES, |_| MOST_FOUND);
        let rows = query.query_map(params![word, most], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })?;
        for row in rows {
            let (id, text) = row?;
            if holds(&text) {
                found.insert(id, text);
            }
        }
    }
    let mut clips =
        connection.prepare_cached("SELECT clip FROM sentence_clip WHERE sentence = ?1")?;
    found
        .into_iter()
        .map(|(id, text)| {
            let rows = clips.query_map([id], |row| row.get::<_, [u8; 16]>(0))?;
            let clips = rows
                .map(|bytes| Ok(ClipId::from_bytes(bytes?)))
                .collect::<rusqlite::Result<_>>()?;
            Ok(Sentence { text, clips })
        })
        .collect()
}

/// The sentence that a clip is heard in, as it is kept.
pub(super) fn sentence_of(
    connection: &Connection,
    clip: ClipId,
) -> Result<Option<String>, CorrectionError> {
    Ok(connection
        .prepare_cached(
            "SELECT text FROM sentence JOIN sentence_clip ON sentence = id WHERE clip = ?1",
        )?
        .query_row([clip.to_bytes()], |row| row.get(0))
        .optional()?)
}

/// Notes clips that are wrong from now on.
pub(super) fn supersede(
    transaction: &Transaction<'_>,
    clips: &[ClipId],
    correction: &str,
) -> Result<(), CorrectionError> {
    let mut insert = transaction
        .prepare_cached("INSERT OR REPLACE INTO superseded (clip, correction) VALUES (?1, ?2)")?;
    for clip in clips {
        insert.execute(params![clip.to_bytes(), correction])?;
    }
    transaction
        .prepare_cached(
            "DELETE FROM superseded WHERE number <= (SELECT max(number) FROM superseded) - ?1",
        )?
        .execute([MOST_SUPERSEDED])?;
    Ok(())
}

/// The clips that a correction has made wrong, which is undone: they are right again.
pub(super) fn reinstate_of(
    transaction: &Transaction<'_>,
    correction: &str,
) -> Result<Vec<ClipId>, CorrectionError> {
    let mut delete = transaction
        .prepare_cached("DELETE FROM superseded WHERE correction = ?1 RETURNING clip")?;
    let rows = delete.query_map([correction], |row| row.get::<_, [u8; 16]>(0))?;
    rows.map(|bytes| Ok(ClipId::from_bytes(bytes?))).collect()
}

/// Notes that clips are right again.
pub(super) fn reinstate(
    transaction: &Transaction<'_>,
    clips: &[ClipId],
) -> Result<(), CorrectionError> {
    let mut delete = transaction.prepare_cached("DELETE FROM superseded WHERE clip = ?1")?;
    for clip in clips {
        delete.execute([clip.to_bytes()])?;
    }
    Ok(())
}

/// Every clip that is known to be wrong.
pub(super) fn superseded(connection: &Connection) -> Result<Vec<ClipId>, CorrectionError> {
    let mut query = connection.prepare_cached("SELECT clip FROM superseded")?;
    let rows = query.query_map([], |row| row.get::<_, [u8; 16]>(0))?;
    rows.map(|bytes| Ok(ClipId::from_bytes(bytes?))).collect()
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
        assert!(superseded(&connection).unwrap().is_empty());
    }
}
