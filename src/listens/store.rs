//! The database of listens: SQLite, in a file of its own beside the ledger.
//!
//! A file of its own, because the ledger forgets pages to stay within its bound, and a report of the year
//! counts them too. What the disk does not take in a crash is a few seconds' counts, so nothing waits for it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use parking_lot::Mutex;
use rusqlite::{Connection, Row, TransactionBehavior, params};

use super::{Counts, Device, Key, Line, ListensError, Waiting};
use crate::database;

/// The file's name.
const FILE: &str = "listens.sqlite3";

/// What brings the tables from one version to the next.
const STEPS: [&str; 1] = [include_str!("schema.sql")];

/// Lines that are kept. One takes about 250 bytes; the oldest days make room.
const MOST_LINES: i64 = 2_000_000;

/// The database. It is opened when it is first needed, so that a full disk stops no service.
pub(super) struct Store {
    folder: Option<PathBuf>,
    connection: Mutex<Option<Connection>>,
}

impl Store {
    pub(super) fn open(folder: Option<PathBuf>) -> Result<Self, ListensError> {
        let connection = match connect(folder.as_ref()) {
            Ok(connection) => Some(connection),
            Err(error) if error.is_full() => {
                tracing::warn!(%error, "there is no room for listens: they are counted in memory until there is");
                None
            }
            Err(error) => return Err(error),
        };
        Ok(Self {
            folder,
            connection: Mutex::new(connection),
        })
    }

    fn with<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, ListensError>,
    ) -> Result<T, ListensError> {
        let mut connection = self.connection.lock();
        if connection.is_none() {
            *connection = Some(connect(self.folder.as_ref())?);
        }
        match connection.as_mut() {
            Some(connection) => work(connection),
            None => Err(rusqlite::Error::InvalidQuery.into()),
        }
    }

    /// Adds counts to the lines that there are, and forgets days before `oldest`.
    pub(super) fn add(
        &self,
        waiting: &HashMap<Key, Waiting>,
        oldest: Date,
    ) -> Result<(), ListensError> {
        self.with(|connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let mut add = transaction.prepare_cached(
                    "INSERT INTO listen (day, page_key, device, portal, page, title, started, half, finished,
                        seconds)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                     ON CONFLICT DO UPDATE SET started = started + ?7, half = half + ?8,
                        finished = finished + ?9, seconds = seconds + ?10, title = ?6",
                )?;
                for (key, line) in waiting {
                    let [started, half, finished, seconds] = [
                        line.counts.started,
                        line.counts.half,
                        line.counts.finished,
                        line.counts.seconds,
                    ]
                    .map(|count| i64::try_from(count).unwrap_or(i64::MAX));
                    add.execute(params![
                        key.day.to_string(),
                        key.page.to_string(),
                        key.device.name(),
                        line.portal,
                        line.page,
                        line.title,
                        started,
                        half,
                        finished,
                        seconds,
                    ])?;
                }
            }
            transaction.execute("DELETE FROM listen WHERE day < ?1", [oldest.to_string()])?;
            make_room(&transaction, MOST_LINES)?;
            transaction.commit()?;
            Ok(())
        })
    }

    /// The lines from one day to another.
    pub(super) fn table(&self, from: Date, to: Date) -> Result<Vec<Line>, ListensError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT day, portal, page, title, device, started, half, finished, seconds
                 FROM listen JOIN (SELECT page_key AS key, sum(started) AS heard FROM listen
                     WHERE day BETWEEN ?1 AND ?2 GROUP BY page_key) ON key = page_key
                 WHERE day BETWEEN ?1 AND ?2 ORDER BY day DESC, portal, heard DESC, page, device",
            )?;
            let lines = select.query_map([from.to_string(), to.to_string()], line)?;
            Ok(lines.collect::<Result<_, _>>()?)
        })
    }
}

/// Forgets the oldest days until no more than so many lines are left; the latest is never forgotten.
fn make_room(connection: &Connection, most: i64) -> Result<(), rusqlite::Error> {
    loop {
        let (lines, days): (i64, i64) = connection.query_row(
            "SELECT count(*), count(DISTINCT day) FROM listen",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if lines <= most || days <= 1 {
            return Ok(());
        }
        connection.execute(
            "DELETE FROM listen WHERE day = (SELECT min(day) FROM listen)",
            [],
        )?;
    }
}

fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    let day: String = row.get(0)?;
    let device: String = row.get(4)?;
    let count = |index| {
        let count: i64 = row.get(index)?;
        Ok::<u64, rusqlite::Error>(count.unsigned_abs())
    };
    Ok(Line {
        day: day.parse().unwrap_or(Date::ZERO),
        portal: row.get(1)?,
        page: row.get(2)?,
        title: row.get(3)?,
        device: Device::parse(&device).unwrap_or(Device::Desktop),
        counts: Counts {
            started: count(5)?,
            half: count(6)?,
            finished: count(7)?,
            seconds: count(8)?,
        },
    })
}

fn connect(folder: Option<&PathBuf>) -> Result<Connection, ListensError> {
    let Some(folder) = folder else {
        return prepared(Connection::open_in_memory()?, Path::new(FILE));
    };
    let unusable = |source| ListensError::Folder {
        folder: folder.clone(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let path = folder.join(FILE);
    prepared(Connection::open(&path)?, &path)
}

fn prepared(mut connection: Connection, path: &Path) -> Result<Connection, ListensError> {
    let newer = || ListensError::Newer(path.to_owned());
    database::prepare(&mut connection, &STEPS, newer, |_| Ok(()))?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_days_make_room_and_the_latest_stays() {
        let connection = connect(None).unwrap();
        for (day, lines) in [("2026-01-01", 3), ("2026-01-02", 3), ("2026-01-03", 5)] {
            for number in 0..lines {
                connection
                    .execute(
                        "INSERT INTO listen VALUES (?1, ?2, 'phone', '', '', '', 1, 0, 0, 0)",
                        params![day, number],
                    )
                    .unwrap();
            }
        }
        make_room(&connection, 8).unwrap();
        let days = |connection: &Connection| -> i64 {
            let query = "SELECT count(DISTINCT day) FROM listen";
            connection.query_row(query, [], |row| row.get(0)).unwrap()
        };
        assert_eq!(days(&connection), 2);
        make_room(&connection, 1).unwrap();
        assert_eq!(days(&connection), 1);
    }
}
