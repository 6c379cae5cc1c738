//! The ledger's database: SQLite, in one file.
//!
//! SQLite and not a store that belongs to one process, as redb does, because replicas may share a
//! folder.
//!
//! Everything here blocks: the [worker](super::worker) calls it, on a thread of its own.

mod migrate;
mod pending;
mod record;
mod withdraw;
mod words;

use std::path::{Path, PathBuf};

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{ContentKey, LedgerError, PageKey, PageRules};
use crate::database;
use langdu_clips::ClipId;

/// The file's name in the ledger's folder. It stays as it is, so that a newer version refuses what
/// an older one has withdrawn.
const FILE: &str = "ledger.sqlite3";

/// What brings the tables from one version to the next.
const STEPS: [&str; 1] = [include_str!("schema.sql")];

/// Memory for pages of the file, in KiB: what a withdrawal among 100,000 pages touches.
const CACHE_KIB: i64 = 16 << 10;

/// Prepared statements that are kept: more than there are.
const STATEMENTS: usize = 64;

/// The database.
pub(super) struct Database {
    connection: Connection,
    /// The folder; `None` in memory.
    folder: Option<PathBuf>,
    /// True while the folder has no room for a database that nothing has been written to yet.
    is_provisional: bool,
    max_bytes: u64,
    /// `data_version` when withdrawals were last read.
    seen: Option<i64>,
}

impl Database {
    /// Opens the database in `folder`, taking over what an earlier version has left there; in
    /// memory without one. Pages beyond `max_bytes` make room.
    pub(super) fn open(
        folder: Option<&Path>,
        max_bytes: u64,
        rules: &PageRules,
    ) -> Result<Self, LedgerError> {
        let Some(folder) = folder else {
            return Ok(Self::over(in_memory()?, None, max_bytes));
        };
        let is_first = is_empty(folder) && !migrate::is_needed(folder);
        let opened = std::fs::create_dir_all(folder)
            .map_err(|error| unusable(folder, error))
            .and_then(|()| open_file(folder, Some(rules)));
        match opened {
            Ok(connection) => Ok(Self::over(connection, Some(folder.to_owned()), max_bytes)),
            // Nothing is forgotten by going on: there was nothing yet.
            Err(error) if error.is_full() && is_first => {
                tracing::warn!(
                    folder = %folder.display(),
                    "there is no room for the ledger: it is kept in memory until there is"
                );
                let mut database = Self::over(in_memory()?, Some(folder.to_owned()), max_bytes);
                database.is_provisional = true;
                Ok(database)
            }
            Err(error) => Err(error),
        }
    }

    fn over(connection: Connection, folder: Option<PathBuf>, max_bytes: u64) -> Self {
        Self {
            connection,
            folder,
            is_provisional: false,
            max_bytes,
            seen: None,
        }
    }

    /// Ensures that what is written now outlives the process: that there is a file, and that it is
    /// the one in the folder.
    ///
    /// # Errors
    ///
    /// When the folder has no room.
    pub(super) fn settle(&mut self) -> Result<(), LedgerError> {
        let Some(folder) = self.folder.clone() else {
            return Ok(());
        };
        let file = folder.join(FILE);
        if !self.is_provisional && file.exists() {
            return Ok(());
        }
        std::fs::create_dir_all(&folder).map_err(|error| unusable(&folder, error))?;
        let unfinished = folder.join("unfinished.sqlite3");
        let _ = std::fs::remove_file(&unfinished);
        let path = unfinished.to_string_lossy().into_owned();
        let copied = self.connection.execute("VACUUM INTO ?1", [path]);
        if let Err(error) = copied {
            // What was copied would take the room of others.
            let _ = std::fs::remove_file(&unfinished);
            return Err(error.into());
        }
        std::fs::rename(&unfinished, &file).map_err(|error| unusable(&folder, error))?;
        self.connection = open_file(&folder, None)?;
        self.is_provisional = false;
        self.seen = None;
        tracing::info!(folder = %folder.display(), "the ledger is written down again");
        Ok(())
    }

    /// Changes the database as a whole or not at all.
    fn change<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        let value = change(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Bytes of the file that hold something.
    fn bytes(&self) -> rusqlite::Result<u64> {
        let pragma = |name| {
            self.connection
                .pragma_query_value(None, name, |row| row.get(0))
        };
        let (pages, free, size): (i64, i64, i64) = (
            pragma("page_count")?,
            pragma("freelist_count")?,
            pragma("page_size")?,
        );
        Ok(u64::try_from((pages - free) * size).unwrap_or_default())
    }
}

fn in_memory() -> Result<Connection, LedgerError> {
    prepare(Connection::open_in_memory()?, None)
}

/// The file in `folder`; with `rules`, what an earlier version has left there is taken over.
fn open_file(folder: &Path, rules: Option<&PageRules>) -> Result<Connection, LedgerError> {
    let earlier = rules.filter(|_| migrate::is_needed(folder));
    let connection = Connection::open(folder.join(FILE))?;
    prepare(connection, earlier.map(|rules| (folder, rules)))
}

/// True where there is no file, or one without a table.
fn is_empty(folder: &Path) -> bool {
    std::fs::metadata(folder.join(FILE)).map_or(true, |file| file.len() == 0)
}

/// The connection over a database with the tables of this version, and with what an earlier one has
/// left in a folder.
fn prepare(
    mut connection: Connection,
    earlier: Option<(&Path, &PageRules)>,
) -> Result<Connection, LedgerError> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // Pages that a transaction has changed stay in memory until it ends, however many they are: to make room
    // among them the disk would have to confirm the journal once more each time.
    connection.pragma_update(None, "cache_spill", false)?;
    let newer = || LedgerError::Newer;
    database::prepare(
        &mut connection,
        &STEPS,
        newer,
        |transaction| match earlier {
            Some((folder, rules)) => migrate::take_over(transaction, folder, rules),
            None => Ok(()),
        },
    )?;
    if let Some((folder, _)) = earlier {
        migrate::clear(folder);
    }
    Ok(connection)
}

fn unusable(folder: &Path, source: std::io::Error) -> LedgerError {
    LedgerError::Folder {
        folder: folder.to_owned(),
        source,
    }
}

impl LedgerError {
    /// True when the disk has no room.
    pub(super) fn is_full(&self) -> bool {
        match self {
            Self::Database(error) => database::is_full(error),
            Self::Folder { source, .. } => source.kind() == std::io::ErrorKind::StorageFull,
            _ => false,
        }
    }
}

/// A hash as it lies in a column.
macro_rules! column {
    ($key:ty) => {
        impl ToSql for $key {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0)))
            }
        }

        impl FromSql for $key {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                <[u8; 16]>::column_result(value).map(Self)
            }
        }
    };
}

column!(PageKey);
column!(ContentKey);
column!(ClipColumn);

/// A clip's id in a column.
struct ClipColumn([u8; 16]);

impl From<ClipId> for ClipColumn {
    fn from(id: ClipId) -> Self {
        Self(id.to_bytes())
    }
}

impl From<ClipColumn> for ClipId {
    fn from(column: ClipColumn) -> Self {
        Self::from_bytes(column.0)
    }
}
