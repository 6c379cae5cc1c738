//! The lasting tier: named bytes on an opendal operator, a folder by default.
//!
//! Writes are atomic, reads are verified (a damaged object is a miss and is removed), and the
//! total size stays inside its bound: opendal evicts nothing, so an index by bytes does, least
//! recently used first. The index is rebuilt from a listing at start.

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures::TryStreamExt;
use moka::notification::RemovalCause;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use opendal::services::Fs;
use opendal::{ErrorKind, Operator};
use tokio::runtime::Handle;

use super::sealed;
use crate::metrics;

/// Where half-written objects live until they are renamed.
const UNFINISHED: &str = ".unfinished";

/// Folders beside the clips that are kept for good: the ledger of documents and the operations of
/// preparation.
const NOT_OURS: [&str; 2] = ["ledger/", "operations/"];

/// What can go wrong with the store. Callers go on without it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The storage refused.
    #[error("the clip store failed: {0}")]
    Storage(#[from] opendal::Error),
    /// The folder cannot be used.
    #[error("the clip folder {path} cannot be used: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
}

/// A bounded store of verified objects.
pub struct Store {
    operator: Operator,
    /// Sizes by name; its eviction deletes the object.
    index: Cache<Arc<str>, u32>,
    write_failures: AtomicU64,
}

impl Store {
    /// Opens a folder as a store of at most `max_bytes`, and indexes what it holds.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made or listed.
    pub async fn open_folder(folder: &Path, max_bytes: u64) -> Result<Self, StoreError> {
        Self::over(atomic_folder(folder)?, max_bytes).await
    }

    /// Whether a folder could be a store; it is made if it is not there. A store that is open
    /// in it is not disturbed.
    ///
    /// # Errors
    ///
    /// When it cannot be made or written to.
    pub fn probe_folder(folder: &Path) -> Result<(), StoreError> {
        let probe = folder.join(format!(".probe-{}", std::process::id()));
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&probe, b""))
            .and_then(|()| std::fs::remove_file(&probe))
            .map_err(|source| StoreError::Folder {
                path: folder.display().to_string(),
                source,
            })
    }

    /// A store over any operator.
    ///
    /// # Errors
    ///
    /// When it cannot be listed.
    pub async fn over(operator: Operator, max_bytes: u64) -> Result<Self, StoreError> {
        let runtime = Handle::current();
        let deleting = operator.clone();
        let index = Cache::builder()
            .max_capacity(max_bytes)
            .eviction_policy(EvictionPolicy::lru())
            .weigher(|_: &Arc<str>, size: &u32| *size)
            .eviction_listener(move |name: Arc<Arc<str>>, _, cause| {
                if cause == RemovalCause::Size {
                    let operator = deleting.clone();
                    runtime.spawn(async move {
                        if let Err(error) = operator.delete(&name).await {
                            tracing::warn!(%error, %name, "cannot delete an evicted object");
                        }
                    });
                }
            })
            .build();
        let store = Self {
            operator,
            index,
            write_failures: AtomicU64::new(0),
        };
        store.rebuild_index().await?;
        Ok(store)
    }

    /// What was written last is the last to go, as before the restart.
    async fn rebuild_index(&self) -> Result<(), StoreError> {
        let mut found = Vec::new();
        let mut entries = self.operator.lister_with("").recursive(true).await?;
        while let Some(entry) = entries.try_next().await? {
            let path = entry.path();
            let is_object = entry.metadata().is_file()
                && !path.starts_with(UNFINISHED)
                && !NOT_OURS.iter().any(|folder| path.starts_with(folder));
            if !is_object {
                continue;
            }
            // Not every service gives size and time in a listing.
            let listed = entry.metadata();
            let known = listed.content_length() > 0 && listed.last_modified().is_some();
            let about = if known {
                listed.clone()
            } else {
                self.operator.stat(path).await?
            };
            found.push((
                about.last_modified(),
                weight(about.content_length()),
                path.into(),
            ));
        }
        found.sort_by_key(|(written, ..)| *written);
        for (_, size, name) in found {
            self.index.insert(name, size);
        }
        self.index.run_pending_tasks();
        Ok(())
    }

    /// The bytes of `name`, verified. `None` when it is not there, damaged or out of reach.
    pub async fn read(&self, name: &str) -> Option<Bytes> {
        let stored = match self.stored(name).await {
            Ok(stored) => stored,
            // Shorter than the index knows it: damaged.
            Err(error) if error.kind() == ErrorKind::RangeNotSatisfied => Bytes::new(),
            Err(error) => {
                if error.kind() == ErrorKind::NotFound {
                    self.index.invalidate(name);
                } else {
                    tracing::warn!(%error, name, "cannot read from the clip store");
                }
                return None;
            }
        };
        let verified = sealed::open(&stored);
        if verified.is_none() {
            tracing::warn!(
                name,
                "damaged object in the clip store: removed, it is made again"
            );
            metrics::STORE_DAMAGED.increment();
            self.remove(name).await;
            return None;
        }
        verified
    }

    /// The bytes of `name` as they are stored, in room of their own: opendal takes 2 MiB for a file
    /// whose length it is not told, and the bytes would be a slice of that for as long as they are kept.
    async fn stored(&self, name: &str) -> opendal::Result<Bytes> {
        // Also tells the index that it was used.
        let length = match self.index.get(name) {
            Some(length) => length,
            None => {
                let length = weight(self.operator.stat(name).await?.content_length());
                self.index.insert(name.into(), length);
                length
            }
        };
        let read = self.operator.read_with(name).range(..u64::from(length));
        Ok(read.await?.to_vec().into())
    }

    /// Stores `bytes` as `name`. A failure is logged and counted: the caller has the bytes.
    pub async fn write(&self, name: &str, bytes: &Bytes) {
        let stored = sealed::seal(bytes);
        let size = weight(stored.len() as u64);
        if let Err(error) = self.operator.write(name, stored).await {
            self.missed(name, &error);
            return;
        }
        self.index.insert(name.into(), size);
    }

    /// Logs and counts an object that could not be written.
    pub(super) fn missed(&self, name: &str, error: &dyn Display) {
        self.write_failures.fetch_add(1, Ordering::Relaxed);
        metrics::STORE_WRITE_FAILURES.increment();
        tracing::warn!(%error, name, "cannot write to the clip store: serving from memory");
    }

    /// True when the index knows `name`, which is then used: it is not the next to go.
    pub fn knows(&self, name: &str) -> bool {
        self.index.get(name).is_some()
    }

    /// True when the storage holds `name`, whatever the index knows. It is then used, too.
    pub async fn holds(&self, name: &str) -> bool {
        let exists = self.operator.exists(name).await.unwrap_or(false);
        if exists {
            self.knows(name);
        }
        exists
    }

    /// Removes `name`; true when it is gone. A failure is logged.
    pub async fn remove(&self, name: &str) -> bool {
        self.index.invalidate(name);
        let removed = self.operator.delete(name).await;
        removed
            .inspect_err(|error| tracing::warn!(%error, name, "cannot delete from the clip store"))
            .is_ok()
    }

    /// Bytes held, by the index.
    pub fn bytes(&self) -> u64 {
        self.index.run_pending_tasks();
        self.index.weighted_size()
    }

    /// How many writes have failed since the start.
    pub fn write_failures(&self) -> u64 {
        self.write_failures.load(Ordering::Relaxed)
    }
}

/// A folder in which objects are whole or not there.
///
/// # Errors
///
/// When it cannot be made.
pub fn atomic_folder(folder: &Path) -> Result<Operator, StoreError> {
    let unfinished = folder.join(UNFINISHED);
    // What a killed process left half-written is no object.
    let cleared = match std::fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => std::fs::create_dir_all(&unfinished),
    };
    cleared.map_err(|source| StoreError::Folder {
        path: folder.display().to_string(),
        source,
    })?;
    let builder = Fs::default()
        .root(&folder.to_string_lossy())
        .atomic_write_dir(&unfinished.to_string_lossy());
    Ok(Operator::new(builder)?)
}

/// An object of a folder that another process may have open; nothing is changed.
pub(super) fn peek(folder: &Path, name: &str) -> Option<Bytes> {
    let sealed = std::fs::read(folder.join(name)).ok()?;
    sealed::open(&sealed.into())
}

fn weight(bytes: u64) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::sealed::DIGEST_BYTES;
    use super::*;

    async fn store(folder: &Path, max_bytes: u64) -> Store {
        Store::open_folder(folder, max_bytes).await.unwrap()
    }

    #[tokio::test]
    async fn what_was_written_is_read_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = Bytes::from_static(b"sound");
        store(folder.path(), 1 << 20)
            .await
            .write("ab/x", &bytes)
            .await;
        let reopened = store(folder.path(), 1 << 20).await;
        assert!(reopened.knows("ab/x"));
        assert_eq!(reopened.read("ab/x").await, Some(bytes));
        assert_eq!(reopened.read("ab/y").await, None);
    }

    #[tokio::test]
    async fn a_damaged_object_is_a_miss_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), 1 << 20).await;
        for damage in [&b""[..], b"short", &[7; 80]] {
            store.write("x", &Bytes::from_static(b"sound")).await;
            std::fs::write(folder.path().join("x"), damage).unwrap();
            assert_eq!(store.read("x").await, None);
            assert!(!folder.path().join("x").exists());
        }
    }

    /// Anonymous memory of this process, in bytes.
    fn resident() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"))
            .unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    }

    #[tokio::test]
    async fn what_was_read_holds_its_own_length_and_no_more() {
        const OBJECTS: usize = 500;
        let folder = tempfile::tempdir().unwrap();
        let bytes = Bytes::from(vec![7; 1000]);
        let first = store(folder.path(), 1 << 20).await;
        for index in 0..OBJECTS {
            first.write(&format!("{index}"), &bytes).await;
        }
        let before = resident();
        let mut held = Vec::new();
        for index in 0..OBJECTS {
            held.push(first.read(&format!("{index}")).await.unwrap());
        }
        let grown = resident().saturating_sub(before);
        // A read-ahead of 2 MiB for each would be 1 GB. Tests beside this one take memory, too.
        assert!(
            grown < 400 << 20,
            "{grown} bytes for {} objects",
            held.len()
        );
    }

    #[tokio::test]
    async fn what_another_has_written_is_read_and_known_then() {
        let folder = tempfile::tempdir().unwrap();
        let ours = store(folder.path(), 1 << 20).await;
        let bytes = Bytes::from_static(b"sound");
        let theirs = store(folder.path(), 1 << 20).await;
        theirs.write("x", &bytes).await;
        assert!(!ours.knows("x"));
        assert_eq!(ours.read("x").await, Some(bytes));
        assert!(ours.knows("x"));
    }

    #[tokio::test]
    async fn the_folder_stays_inside_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), 1000).await;
        for index in 0..50 {
            store
                .write(
                    &format!("{index}"),
                    &Bytes::from(vec![0; 100 - DIGEST_BYTES]),
                )
                .await;
        }
        assert!(store.bytes() <= 1000);
        // Deletion runs behind the writes.
        let files = || std::fs::read_dir(folder.path()).unwrap().count() - 1;
        for _ in 0..10_000 {
            if files() <= 10 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert!(files() <= 10, "{} files", files());
        assert!(store.read("49").await.is_some(), "the newest stays");
    }

    #[tokio::test]
    async fn what_was_asked_for_or_written_last_stays() {
        let folder = tempfile::tempdir().unwrap();
        let object = Bytes::from(vec![0; 100 - DIGEST_BYTES]);
        let first = store(folder.path(), 300).await;
        for (age, name) in ["c", "a", "b"].into_iter().rev().enumerate() {
            first.write(name, &object).await;
            let file = std::fs::File::options()
                .write(true)
                .open(folder.path().join(name))
                .unwrap();
            let written = std::time::SystemTime::now();
            let age = std::time::Duration::from_secs(60 * age as u64);
            file.set_modified(written - age).unwrap();
        }
        drop(first);
        // Written in the order c, a, b.
        let again = store(folder.path(), 300).await;
        assert!(again.holds("c").await);
        again.write("d", &object).await;
        assert!(again.bytes() <= 300);
        assert!(again.knows("c"), "it was asked for");
        assert!(!again.knows("a"), "it is the oldest of those that were not");
        again.write("e", &object).await;
        assert!(again.bytes() <= 300);
        assert!(!again.knows("b"));
        assert!(again.knows("c") && again.knows("d") && again.knows("e"));
    }

    #[tokio::test]
    async fn half_written_objects_are_cleared_at_start() {
        let folder = tempfile::tempdir().unwrap();
        let unfinished = folder.path().join(UNFINISHED);
        std::fs::create_dir_all(&unfinished).unwrap();
        std::fs::write(unfinished.join("half"), b"so").unwrap();
        let store = store(folder.path(), 1000).await;
        assert_eq!(store.bytes(), 0);
        assert!(!unfinished.join("half").exists());
    }

    #[tokio::test]
    async fn a_write_that_fails_is_counted_and_nothing_breaks() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), 1000).await;
        // A name under an object cannot be written.
        store.write("x", &Bytes::from_static(b"a")).await;
        store.write("x/y", &Bytes::from_static(b"b")).await;
        assert_eq!(store.write_failures(), 1);
        assert!(store.read("x").await.is_some());
    }

    #[tokio::test]
    async fn what_lies_beside_the_clips_is_not_of_the_store() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["ledger/a", "operations/b", "00/c"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, [0; 100]).unwrap();
        }
        let store = store(folder.path(), 1000).await;
        assert_eq!(store.bytes(), 100);
        let known = ["ledger/a", "operations/b", "00/c"].map(|name| store.knows(name));
        assert_eq!(known, [false, false, true]);
    }

    #[tokio::test]
    async fn what_is_removed_is_neither_there_nor_counted() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), 1000).await;
        store.write("x", &Bytes::from_static(b"sound")).await;
        assert_eq!(store.bytes(), 5 + DIGEST_BYTES as u64);
        assert!(store.holds("x").await && store.knows("x"));
        assert!(store.remove("x").await);
        assert!(!store.holds("x").await && !store.knows("x"));
        assert_eq!(store.bytes(), 0);
        assert!(store.remove("x").await, "it is gone all the same");
        assert_eq!(store.write_failures(), 0);
    }

    #[tokio::test]
    async fn what_another_has_removed_is_not_known_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), 1000).await;
        store.write("x", &Bytes::from_static(b"sound")).await;
        std::fs::remove_file(folder.path().join("x")).unwrap();
        assert!(store.knows("x"));
        assert_eq!(store.read("x").await, None);
        assert!(!store.knows("x"));
    }

    #[tokio::test]
    async fn an_object_is_looked_at_without_opening_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), 1000).await;
        store.write("x", &Bytes::from_static(b"sound")).await;
        let found = peek(folder.path(), "x");
        assert_eq!(found, Some(Bytes::from_static(b"sound")));
        assert_eq!(peek(folder.path(), "y"), None);
        std::fs::write(folder.path().join("x"), "damaged").unwrap();
        assert_eq!(peek(folder.path(), "x"), None);
        assert!(folder.path().join("x").exists(), "it is not ours to remove");
    }

    #[test]
    fn a_folder_that_can_be_a_store_is_made_and_left_empty() {
        let folder = tempfile::tempdir().unwrap();
        let new = folder.path().join("a/b");
        Store::probe_folder(&new).unwrap();
        assert_eq!(std::fs::read_dir(&new).unwrap().count(), 0);
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = Store::probe_folder(&file).unwrap_err().to_string();
        assert!(error.contains(file.to_str().unwrap()), "{error}");
    }
}
