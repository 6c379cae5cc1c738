//! Uploads to the remote tier: in the background and within bounds, and again when the tier is back
//! after it was away.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{RwLock, Semaphore};

use super::super::disk::DiskTier;
use super::super::envelope;
use super::{Lease, RemoteTier};
use crate::{metrics, object};

/// Pending uploads that are remembered while the tier is away, and objects that may be on their way
/// to it. Clips beyond that are made again by the replica that needs them.
pub(super) const MAX_PENDING: usize = 20_000;

/// Bytes of objects that may be on their way: minutes of what a voice makes, or the recipes of a
/// book. A tier that falls further behind than this is as good as away.
const MAX_BYTES: usize = 64 << 20;

/// Objects that are uploaded at the same time, apart from those that others wait for: a long
/// document's recipes must not look like a tier that does not answer.
const UPLOADS_AT_ONCE: usize = 8;

/// The uploads that are on their way, and those that are pending.
pub(super) struct Uploads {
    /// Objects on their way, and their bytes.
    objects: AtomicUsize,
    bytes: AtomicUsize,
    slots: Semaphore,
    /// Held for reading by each write, so that a purge can wait for those in progress.
    writing: RwLock<()>,
    /// Names of objects to be uploaded when the tier is back.
    pending: Mutex<HashSet<String>>,
    /// Where pending objects are read from.
    disk: Option<Arc<DiskTier>>,
}

impl Uploads {
    pub(super) fn new(disk: Option<Arc<DiskTier>>) -> Self {
        Self {
            objects: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            slots: Semaphore::new(UPLOADS_AT_ONCE),
            writing: RwLock::default(),
            pending: Mutex::default(),
            disk,
        }
    }

    /// Reserves room for an object on its way; false when there is none.
    fn reserve(&self, bytes: usize) -> bool {
        let objects = self.objects.fetch_add(1, Ordering::Relaxed);
        let waiting = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let has_room = objects < MAX_PENDING && waiting + bytes <= MAX_BYTES;
        if !has_room {
            self.free(bytes);
        }
        has_room
    }

    fn free(&self, bytes: usize) {
        self.objects.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Remembers an object for when the tier is back, if it can be read again then.
    fn add_pending(&self, name: &str) {
        let mut pending = self.pending.lock();
        if self.disk.is_some() && pending.len() < MAX_PENDING {
            pending.insert(name.to_owned());
        }
    }
}

impl RemoteTier {
    /// Uploads an object in the background, then releases the lease. What has a lease goes at once,
    /// because others wait for it; the rest in its turn. An object that finds too much on its way is
    /// counted and left out: another replica makes it again.
    pub(crate) fn upload(self: &Arc<Self>, name: String, bytes: Bytes, lease: Option<Lease>) {
        let tier = self.clone();
        if !self.uploads.reserve(bytes.len()) {
            metrics::SHARED_FAILURES.increment("behind");
            if let Some(lease) = lease {
                self.runtime.spawn(async move { tier.release(lease).await });
            }
            return;
        }
        self.runtime.spawn(async move {
            let slot = match lease {
                Some(_) => None,
                None => tier.uploads.slots.acquire().await.ok(),
            };
            tier.write(&name, &bytes).await;
            drop(slot);
            if let Some(lease) = lease {
                tier.release(lease).await;
            }
            tier.uploads.free(bytes.len());
        });
    }

    /// Writes an object. While the tier is away the upload is pending.
    pub(super) async fn write(self: &Arc<Self>, name: &str, bytes: &Bytes) {
        let _writing = self.uploads.writing.read().await;
        if object::clip_of(name).is_some_and(|id| self.tombstones.contains(id)) {
            return;
        }
        let envelope = envelope::wrap(bytes);
        let written = self.attempt("write", self.operator.write(name, envelope));
        if written.await.is_err() {
            self.uploads.add_pending(name);
        }
    }

    /// Waits until the writes in progress are done or have failed. Those that begin later respect
    /// every tombstone set before.
    pub(crate) async fn flushed(&self) {
        drop(self.uploads.writing.write().await);
    }

    /// Uploads what was made while the tier was away.
    pub(super) async fn upload_pending(self: &Arc<Self>) {
        let pending: Vec<String> = self.uploads.pending.lock().drain().collect();
        tracing::info!(pending = pending.len(), "the shared tier answers again");
        let Some(disk) = &self.uploads.disk else {
            return;
        };
        for name in pending {
            // What was evicted meanwhile is made again by whoever needs it.
            if let Some(bytes) = disk.read(&name).await {
                self.write(&name, &bytes).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::tests::{CLIP, nobody};
    use super::*;
    use crate::TierUnavailable;
    use crate::fixtures::sound;

    impl RemoteTier {
        /// Waits until nothing is on its way.
        pub(crate) async fn uploaded(&self) {
            while self.uploads.objects.load(Ordering::Relaxed) > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    }

    #[tokio::test]
    async fn what_is_purged_is_not_uploaded() {
        let tier = RemoteTier::in_memory();
        let id = object::clip_of(CLIP).unwrap();
        tier.tombstones().add(&[id]);
        tier.upload(CLIP.to_owned(), sound(), None);
        tier.uploaded().await;
        assert_eq!(tier.read(CLIP).await, None);
        tier.tombstones().lift(id);
        tier.upload(CLIP.to_owned(), sound(), None);
        tier.uploaded().await;
        assert_eq!(tier.read(CLIP).await, Some(sound()));
        assert_eq!(tier.uploads.bytes.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_purge_waits_for_what_is_being_written() {
        let tier = RemoteTier::in_memory();
        let writing = tier.uploads.writing.read().await;
        let waits = tokio::time::timeout(Duration::from_millis(50), tier.flushed());
        assert!(waits.await.is_err());
        drop(writing);
        tier.flushed().await;
    }

    #[tokio::test]
    async fn what_an_absent_tier_misses_is_pending_where_it_can_be_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Arc::new(DiskTier::open(folder.path(), 1 << 20).await.unwrap());
        let tier = nobody(Some(disk));
        tier.write(CLIP, &sound()).await;
        assert_eq!(tier.try_read(CLIP).await, Err(TierUnavailable));
        assert_eq!(tier.uploads.pending.lock().len(), 1);
        for index in 0..MAX_PENDING {
            tier.uploads.add_pending(&format!("a/{index}"));
        }
        assert_eq!(tier.uploads.pending.lock().len(), MAX_PENDING, "no more");

        let without = nobody(None);
        without.write(CLIP, &sound()).await;
        let pending = without.uploads.pending.lock().len();
        assert_eq!(pending, 0, "it could not be read again");
    }

    #[tokio::test]
    async fn as_many_objects_are_on_their_way_as_may_be_pending() {
        let uploads = Uploads::new(None);
        for _ in 0..MAX_PENDING {
            assert!(uploads.reserve(1));
        }
        assert!(!uploads.reserve(1));
        uploads.free(1);
        assert!(uploads.reserve(1));
    }

    #[tokio::test]
    async fn what_is_on_its_way_is_bounded_by_its_bytes() {
        let tier = nobody(None);
        // Nothing is written before this test gives way, which it does not.
        let half = Bytes::from(vec![0; MAX_BYTES / 2]);
        for name in ["a", "b", "c"] {
            tier.upload(name.to_owned(), half.clone(), None);
        }
        let on_their_way = tier.uploads.objects.load(Ordering::Relaxed);
        assert_eq!(on_their_way, 2, "the third is left out");
        tier.uploads.free(half.len());
        tier.upload("c".to_owned(), half, None);
        let on_their_way = tier.uploads.objects.load(Ordering::Relaxed);
        assert_eq!(on_their_way, 2, "there is room again");
    }
}
