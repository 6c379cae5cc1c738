//! What our databases have in common: SQLite files, which replicas may share over a network file system.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

/// How long another process that shares the folder may keep the file to itself.
const BUSY: Duration = Duration::from_secs(10);

/// Sets a database up, and brings its tables to this version: `steps[n]` makes those of version `n + 1` of those
/// of version `n`, and 0 has none. `also` is done in the same transaction.
///
/// The journal is the plain one that is rolled back (`TRUNCATE`): a write-ahead log has to be shared in memory,
/// which two machines over a network file system cannot. A transaction is whole or not there, whenever the
/// process is killed.
///
/// # Errors
///
/// `newer` where a newer version has written it, and what SQLite and `also` say.
pub(crate) fn prepare<E: From<rusqlite::Error>>(
    connection: &mut Connection,
    steps: &[&str],
    newer: impl FnOnce() -> E,
    also: impl FnOnce(&Transaction<'_>) -> Result<(), E>,
) -> Result<(), E> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "TRUNCATE")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version as usize > steps.len() {
        return Err(newer());
    }
    for (step, reached) in steps.iter().zip(1..).skip(version as usize) {
        transaction.execute_batch(step)?;
        transaction.pragma_update::<u32>(None, "user_version", reached)?;
    }
    also(&transaction)?;
    transaction.commit()?;
    Ok(())
}

/// True where nothing is wrong but that the disk has no room.
pub(crate) fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
}

/// Seconds since 1970.
pub(crate) fn now_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Refused {
        Newer,
        Database(String),
    }

    impl From<rusqlite::Error> for Refused {
        fn from(error: rusqlite::Error) -> Self {
            Self::Database(error.to_string())
        }
    }

    fn prepared(connection: &mut Connection, steps: &[&str]) -> Result<(), Refused> {
        prepare(connection, steps, || Refused::Newer, |_| Ok(()))
    }

    #[test]
    fn each_version_adds_to_the_one_before_and_a_newer_one_is_left_alone() {
        const STEPS: [&str; 2] = ["CREATE TABLE one (a)", "CREATE TABLE two (a)"];
        let mut connection = Connection::open_in_memory().unwrap();
        prepared(&mut connection, &STEPS[..1]).unwrap();
        connection
            .execute("INSERT INTO one VALUES (7)", [])
            .unwrap();
        prepared(&mut connection, &STEPS).unwrap();
        prepared(&mut connection, &STEPS).unwrap();
        let kept: i64 = connection
            .query_row("SELECT a FROM one", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, 7);
        assert_eq!(prepared(&mut connection, &STEPS[..1]), Err(Refused::Newer));
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        let mut connection = Connection::open_in_memory().unwrap();
        let failed = prepared(&mut connection, &["CREATE TABLE one (a); nonsense"]);
        assert!(matches!(failed, Err(Refused::Database(_))), "{failed:?}");
        prepared(&mut connection, &["CREATE TABLE one (a)"]).unwrap();
    }
}
