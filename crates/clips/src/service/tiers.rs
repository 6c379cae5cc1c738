//! What the service tells of its tiers, and how clips are withdrawn from them.

use std::sync::Arc;

use bytes::Bytes;

use super::Clips;
use crate::cache::disk::DiskTier;
use crate::cache::remote::RemoteTier;
use crate::{ClipId, Form};

impl Clips {
    /// True when the clip can be had without the voice, as far as this process knows.
    pub fn is_cached(&self, id: ClipId, form: Form) -> bool {
        let form = form.stored();
        self.cache.memory.encoded.contains_key(&(id, form))
            || self.cache.memory.samples.contains_key(&id)
            || form.object_name(id).is_some_and(|name| {
                let disk = self.cache.disk.as_ref();
                disk.is_some_and(|disk| disk.is_indexed(&name))
            })
    }

    /// True when the disk holds the clip. The folder itself is asked: another replica may have
    /// written there.
    pub async fn is_on_disk(&self, id: ClipId, form: Form) -> bool {
        match (&self.cache.disk, form.object_name(id)) {
            (Some(disk), Some(name)) => disk.contains(&name).await,
            _ => false,
        }
    }

    /// True when the remote tier holds all these clips, which another replica has made then. The
    /// tier itself is asked.
    pub async fn are_remote(&self, ids: &[ClipId], form: Form) -> bool {
        let Some(remote) = &self.cache.remote else {
            return false;
        };
        let names: Option<Vec<String>> = ids
            .iter()
            .map(|&id| {
                let may_be_there =
                    !self.cache.tombstones.contains(id) && !self.cache.is_private(id);
                form.object_name(id).filter(|_| may_be_there)
            })
            .collect();
        match names {
            Some(names) => remote.contains_all(&names).await,
            None => false,
        }
    }

    /// True for a clip of a private source, as far as this process knows: such clips are in no other.
    pub fn is_private(&self, id: ClipId) -> bool {
        self.cache.is_private(id)
    }

    /// True when the clip need not be made again tomorrow.
    pub(super) async fn is_durably_cached(&self, id: ClipId, form: Form) -> bool {
        if self.cache.disk.is_none() {
            return self.is_cached(id, form);
        }
        self.is_on_disk(id, form).await
    }

    /// Waits until the disk has everything that was made before. What it could not take is in the
    /// log and in the count of failed writes.
    pub async fn flushed(&self) {
        self.cache.flushed().await;
    }

    /// Keeps what was recognised in a picture in the lasting tiers: it counts and goes as clips do, and its
    /// id is of the same kind.
    pub fn keep_picture(&self, id: ClipId, text: &Bytes) {
        self.cache.keep_picture(id, text);
    }

    /// What was recognised in a picture, where a lasting tier has it.
    pub async fn picture(&self, id: ClipId) -> Option<Bytes> {
        self.cache.picture(id).await
    }

    /// Removes clips from every tier, and with them what they could be made again from; returns
    /// those that are gone. A tier that is away still holds the others: nobody is given them, and
    /// their purge is to be [finished](Self::finish_purge) when the tier is back.
    pub async fn purge(&self, ids: &[ClipId]) -> Vec<ClipId> {
        self.cache.purge(ids).await
    }

    /// Removes clips that were purged while a tier was away; returns those whose purge is no longer
    /// pending, because they are gone or a document has been read with them since.
    pub async fn finish_purge(&self, ids: &[ClipId]) -> Vec<ClipId> {
        self.cache.finish_purge(ids).await
    }

    /// Sets the tombstones of clips whose purge was pending when the process ended: nobody is given
    /// them, although a tier may still hold them.
    pub fn add_tombstones(&self, ids: &[ClipId]) {
        self.cache.tombstones.add(ids);
    }

    /// Lifts the tombstones of clips whose page another replica has published again.
    pub fn lift_tombstones(&self, ids: &[ClipId]) {
        for &id in ids {
            self.cache.tombstones.lift(id);
        }
    }

    /// True when every tier answers, so that a pending purge can be finished.
    pub fn can_purge(&self) -> bool {
        let remote = self.cache.remote.as_ref();
        remote.is_none_or(|remote| remote.is_up())
    }

    /// The disk tier, for its figures.
    pub fn disk(&self) -> Option<&Arc<DiskTier>> {
        self.cache.disk.as_ref()
    }

    /// The remote tier, if there is one.
    pub fn remote(&self) -> Option<&Arc<RemoteTier>> {
        self.cache.remote.as_ref()
    }

    /// Evicts what is private and has expired, even where nobody asks for anything.
    pub fn evict_expired(&self) {
        self.cache.evict_expired();
    }
}
