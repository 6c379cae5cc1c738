//! Takes over what earlier versions have left in the ledger's folder: a JSON file for each record.
//!
//! All of it is taken over in one transaction, and the files are deleted after that: a process that
//! is killed in between takes them over once more, which changes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Transaction, params};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::record::record;
use super::words::hear;
use super::{ClipColumn, unusable};
use crate::database::now_s;
use crate::ledger::document::KeyedRecord;
use crate::ledger::{LedgerError, OldAnnouncement, PageIdentity, PageKey, PageRules, Word};
use crate::telemetry::addresses::without_query;
use langdu_clips::ClipId;

/// What pages were read with: a folder for each page.
const DOCUMENTS: &str = "documents";

/// Withdrawals: a file for each address.
const WITHDRAWN: &str = "withdrawn";

/// Purges to be finished: a list of clips for each page.
const OWED: &str = "owed";

/// What the other replicas have not been told of.
const UNTOLD: &str = "untold.json";

/// What a page was read with, in one voice and at one rate.
#[derive(Deserialize)]
struct OldDocument {
    url: String,
    asked: String,
    voice: String,
    rate_milli: u32,
    reading: String,
    clips: Vec<ClipId>,
    #[serde(default)]
    former: Vec<ClipId>,
}

/// A page that was withdrawn. Its addresses stand there as keys only.
#[derive(Deserialize)]
struct OldWithdrawal {
    url: String,
    pages: Vec<PageKey>,
    readings: Vec<String>,
    clips: Vec<ClipId>,
}

/// True where an earlier version has left something.
pub(super) fn is_needed(folder: &Path) -> bool {
    [DOCUMENTS, WITHDRAWN, OWED, UNTOLD]
        .iter()
        .any(|name| folder.join(name).exists())
}

/// Writes what lies in `folder` into the database.
pub(super) fn take_over(
    transaction: &Transaction<'_>,
    folder: &Path,
    rules: &PageRules,
) -> Result<(), LedgerError> {
    tracing::info!(folder = %folder.display(), "the ledger of an earlier version is taken over");
    let mut documents = 0_usize;
    for page in entries(&folder.join(DOCUMENTS))? {
        for file in entries(&page)? {
            if let Some(document) = parse::<OldDocument>(&file)? {
                take_over_document(transaction, document, rules)?;
                documents += 1;
            }
        }
    }
    let mut withdrawals = 0_usize;
    for file in entries(&folder.join(WITHDRAWN))? {
        if let Some(withdrawal) = parse::<OldWithdrawal>(&file)? {
            take_over_withdrawal(transaction, &withdrawal, rules)?;
            withdrawals += 1;
        }
    }
    for file in entries(&folder.join(OWED))? {
        let page = file
            .file_stem()
            .and_then(|stem| stem.to_str()?.parse().ok());
        if let (Some(page), Some(clips)) = (page, parse::<Vec<ClipId>>(&file)?) {
            owe(transaction, page, clips)?;
        }
    }
    let untold = folder.join(UNTOLD);
    if untold.exists() {
        for untold in parse::<Vec<OldAnnouncement>>(&untold)?.unwrap_or_default() {
            let page = rules.key(&untold.url);
            hear(transaction, page, &untold.word(Word::UNTOLD), false)?;
        }
    }
    tracing::info!(
        documents,
        withdrawals,
        "the ledger of an earlier version was taken over"
    );
    Ok(())
}

/// Deletes what was taken over.
pub(super) fn clear(folder: &Path) {
    for name in [DOCUMENTS, WITHDRAWN, OWED] {
        let path = folder.join(name);
        if path.exists()
            && let Err(error) = fs::remove_dir_all(&path)
        {
            tracing::warn!(path = %path.display(), %error, "what was taken over stays there");
        }
    }
    let _ = fs::remove_file(folder.join(UNTOLD));
}

fn take_over_document(
    transaction: &Transaction<'_>,
    document: OldDocument,
    rules: &PageRules,
) -> Result<(), LedgerError> {
    let identity = PageIdentity {
        requested: document.asked,
        ..PageIdentity::of_address(&document.url)
    };
    let mut taken = KeyedRecord {
        keys: identity.keys(rules),
        shown: without_query(&identity.url).into_owned(),
        voice: document.voice,
        rate_milli: document.rate_milli,
        // Other than the reading's id, so that the clips of both times are recorded.
        reading_id: String::new(),
        clips: document.former,
    };
    record(transaction, &taken)?;
    taken.reading_id = document.reading;
    taken.clips = document.clips;
    record(transaction, &taken)?;
    Ok(())
}

fn take_over_withdrawal(
    transaction: &Transaction<'_>,
    withdrawal: &OldWithdrawal,
    rules: &PageRules,
) -> rusqlite::Result<()> {
    let page = rules.key(&withdrawal.url);
    transaction
        .prepare_cached(
            "INSERT INTO withdrawal (page, url, withdrawn_at, withdrawn_by, readings)
             VALUES (?1, ?2, ?3, 'an earlier version', ?4)
             ON CONFLICT (page) DO NOTHING",
        )?
        .execute(params![
            page,
            withdrawal.url,
            now_s(),
            i64::try_from(withdrawal.readings.len()).unwrap_or(i64::MAX)
        ])?;
    for key in withdrawal.pages.iter().chain([&page]) {
        transaction
            .prepare_cached(
                "INSERT OR IGNORE INTO withdrawn_key (withdrawal, key) VALUES (?1, ?2)",
            )?
            .execute([page, *key])?;
    }
    let word = Word {
        url: withdrawal.url.clone(),
        withdrawn: true,
        revision: Word::EARLIER,
    };
    hear(transaction, page, &word, false)?;
    for &clip in &withdrawal.clips {
        transaction
            .prepare_cached(
                "INSERT OR IGNORE INTO withdrawn_clip (withdrawal, clip) VALUES (?1, ?2)",
            )?
            .execute(params![page, ClipColumn::from(clip)])?;
    }
    Ok(())
}

/// Those that another page has are found when the purge is finished.
fn owe(transaction: &Transaction<'_>, page: PageKey, clips: Vec<ClipId>) -> rusqlite::Result<()> {
    for clip in clips {
        transaction
            .prepare_cached("INSERT OR IGNORE INTO pending (page, clip) VALUES (?1, ?2)")?
            .execute(params![page, ClipColumn::from(clip)])?;
    }
    Ok(())
}

/// What lies in a folder; nothing where it is not there, or is a file.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, LedgerError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(|error| unusable(folder, error))?;
    entries
        .map(|entry| Ok(entry.map_err(|error| unusable(folder, error))?.path()))
        .collect()
}

/// The record in a file. One that cannot be understood is logged: it must not keep the others from
/// being read.
fn parse<T: DeserializeOwned>(file: &Path) -> Result<Option<T>, LedgerError> {
    let bytes = fs::read(file).map_err(|error| unusable(file, error))?;
    let parsed = serde_json::from_slice(&bytes).inspect_err(|error| {
        tracing::warn!(file = %file.display(), %error, "a record cannot be understood");
    });
    Ok(parsed.ok())
}
