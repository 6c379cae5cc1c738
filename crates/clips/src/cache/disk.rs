//! The disk tier: named objects in a folder, through opendal.
//!
//! Writes are atomic, reads are verified (a damaged object is a miss and is removed), and the
//! total size stays inside its bound: opendal evicts nothing, so an index weighed by bytes does,
//! least recently used first. The index is rebuilt from a listing at start.

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use moka::notification::RemovalCause;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use opendal::services::Fs;
use opendal::{ErrorKind, Operator};
use tokio::runtime::Handle;

use super::envelope;
use crate::{TierError, metrics};

/// Where half-written objects live until they are renamed.
const UNFINISHED: &str = ".unfinished";

/// Folders beside the clips that are neither indexed nor evicted: the ledger of documents and the
/// operations of preparation.
const RESERVED: [&str; 2] = ["ledger/", "operations/"];

/// A folder of verified objects, bounded by bytes.
pub struct DiskTier {
    operator: Operator,
    /// Sizes by name; its eviction deletes the object.
    index: Cache<Arc<str>, u32>,
}

impl DiskTier {
    /// Opens a folder for at most `max_bytes`, and indexes what it holds. Must be called inside a
    /// tokio runtime.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made or listed.
    pub async fn open(folder: &Path, max_bytes: u64) -> Result<Self, TierError> {
        let operator = atomic_folder(folder)?;
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
        let disk = Self { operator, index };
        disk.rebuild_index().await?;
        Ok(disk)
    }

    /// Checks whether a folder could be used; it is made if it is not there. A process that has it
    /// open is not disturbed.
    ///
    /// # Errors
    ///
    /// When it cannot be made or written to.
    pub fn probe(folder: &Path) -> Result<(), TierError> {
        let probe = folder.join(format!(".probe-{}", std::process::id()));
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&probe, b""))
            .and_then(|()| std::fs::remove_file(&probe))
            .map_err(|source| TierError::Folder {
                path: folder.display().to_string(),
                source,
            })
    }

    /// Indexes what the folder holds: what was written last is the last to be evicted, as before the
    /// restart.
    async fn rebuild_index(&self) -> Result<(), TierError> {
        let mut found = Vec::new();
        let mut entries = self.operator.lister_with("").recursive(true).await?;
        while let Some(entry) = entries.try_next().await? {
            let path = entry.path();
            let is_object = entry.metadata().is_file()
                && !path.starts_with(UNFINISHED)
                && !RESERVED.iter().any(|folder| path.starts_with(folder));
            if !is_object {
                continue;
            }
            // Not every service gives size and time in a listing.
            let listed = entry.metadata();
            let is_complete = listed.content_length() > 0 && listed.last_modified().is_some();
            let metadata = if is_complete {
                listed.clone()
            } else {
                self.operator.stat(path).await?
            };
            found.push((
                metadata.last_modified(),
                weight(metadata.content_length()),
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
    pub(crate) async fn read(&self, name: &str) -> Option<Bytes> {
        let envelope = match self.read_envelope(name).await {
            Ok(envelope) => envelope,
            // Shorter than the index knows it: damaged.
            Err(error) if error.kind() == ErrorKind::RangeNotSatisfied => Bytes::new(),
            Err(error) => {
                if error.kind() == ErrorKind::NotFound {
                    self.index.invalidate(name);
                } else {
                    tracing::warn!(%error, name, "cannot read from the clip folder");
                }
                return None;
            }
        };
        let verified = envelope::open(&envelope);
        if verified.is_none() {
            tracing::warn!(
                name,
                "damaged object in the clip folder: removed, it is made again"
            );
            metrics::STORE_DAMAGED.increment();
            self.remove(name).await;
            return None;
        }
        verified
    }

    /// The envelope of `name` in a buffer of its own: opendal allocates 2 MiB for a file of unknown
    /// length, and the bytes would be a slice of that for as long as they are kept.
    async fn read_envelope(&self, name: &str) -> opendal::Result<Bytes> {
        // Looking it up also marks it as used.
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

    /// Writes `bytes` as `name`. A failure is logged and counted, and costs nothing else: the caller
    /// has the bytes.
    pub(super) async fn write(&self, name: &str, bytes: &Bytes) {
        let envelope = envelope::wrap(bytes);
        let size = weight(envelope.len() as u64);
        if let Err(error) = self.operator.write(name, envelope).await {
            self.record_failed_write(name, &error);
            return;
        }
        self.index.insert(name.into(), size);
    }

    /// Logs and counts an object that could not be written.
    pub(super) fn record_failed_write(&self, name: &str, error: &dyn Display) {
        metrics::STORE_WRITE_FAILURES.increment();
        tracing::warn!(%error, name, "cannot write to the clip folder: serving from memory");
    }

    /// True when the index has `name`, which then counts as used: it is not the next to be evicted.
    pub(crate) fn is_indexed(&self, name: &str) -> bool {
        self.index.get(name).is_some()
    }

    /// True when `name` is in the folder, whatever the index says. It then counts as used.
    pub(crate) async fn contains(&self, name: &str) -> bool {
        let exists = self.operator.exists(name).await.unwrap_or(false);
        if exists {
            self.is_indexed(name);
        }
        exists
    }

    /// Removes `name`; true when it is gone. A failure is logged.
    pub(super) async fn remove(&self, name: &str) -> bool {
        self.index.invalidate(name);
        let removed = self.operator.delete(name).await;
        removed
            .inspect_err(|error| tracing::warn!(%error, name, "cannot delete from the clip folder"))
            .is_ok()
    }

    /// Bytes of all objects, as the index has them.
    pub fn bytes(&self) -> u64 {
        self.index.run_pending_tasks();
        self.index.weighted_size()
    }
}

/// A folder in which objects are whole or not there.
///
/// # Errors
///
/// When it cannot be made.
pub fn atomic_folder(folder: &Path) -> Result<Operator, TierError> {
    let unfinished = folder.join(UNFINISHED);
    // What a killed process left half-written is no object.
    let cleared = match std::fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => std::fs::create_dir_all(&unfinished),
    };
    cleared.map_err(|source| TierError::Folder {
        path: folder.display().to_string(),
        source,
    })?;
    let builder = Fs::default()
        .root(&folder.to_string_lossy())
        .atomic_write_dir(&unfinished.to_string_lossy());
    Ok(Operator::new(builder)?)
}

/// An object of a folder that another process may have open; nothing is changed.
pub(crate) fn peek(folder: &Path, name: &str) -> Option<Bytes> {
    let envelope = std::fs::read(folder.join(name)).ok()?;
    envelope::open(&envelope.into())
}

fn weight(bytes: u64) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
