//! The cache of clips, in tiers from the nearest: memory, the disk, the remote tier that replicas
//! share. What was made is written to the lasting tiers in the background; what is found in a
//! farther tier is promoted to the nearer ones. Private clips stay in memory.

pub(crate) mod disk;
mod envelope;
pub(crate) mod memory;
mod purge;
pub(crate) mod remote;
mod stored_recipe;
mod write_behind;

use std::sync::Arc;

use bytes::Bytes;
use tokio::runtime::Handle;

use crate::{Clip, ClipId, ClipLimits, Form, Recipe, Tier, object};
use disk::DiskTier;
use memory::{Cached, CachedRecipe, MemoryTier};
use remote::{Lease, RemoteClip, RemoteTier};
pub use stored_recipe::stored_recipe;
use write_behind::WriteBehind;

use crate::tombstones::Tombstones;

/// The tiers, shared by the service and its workers.
pub(crate) struct Cache {
    pub(crate) memory: MemoryTier,
    pub(crate) disk: Option<Arc<DiskTier>>,
    write_behind: Option<WriteBehind>,
    pub(crate) remote: Option<Arc<RemoteTier>>,
    /// What no tier takes, and nobody is given.
    pub(crate) tombstones: Arc<Tombstones>,
    runtime: Handle,
}

impl Cache {
    /// Must be called inside a tokio runtime, on which the tiers' writes run.
    pub(crate) fn new(
        disk: Option<Arc<DiskTier>>,
        remote: Option<Arc<RemoteTier>>,
        limits: &ClipLimits,
    ) -> Self {
        let runtime = Handle::current();
        Self {
            memory: MemoryTier::new(limits),
            tombstones: remote
                .as_ref()
                .map_or_else(Arc::default, |remote| remote.tombstones().clone()),
            write_behind: disk.clone().map(|disk| WriteBehind::new(disk, &runtime)),
            disk,
            remote,
            runtime,
        }
    }

    /// A clip in exactly this form, from memory or the disk, with the tier that had it.
    pub(crate) async fn lookup(&self, id: ClipId, form: Form) -> Option<Clip> {
        if let Some(clip) = self.lookup_in_memory(id, form) {
            return Some(clip);
        }
        let bytes = self.read_disk(id, form).await?;
        // Only public clips reach the disk.
        self.insert_in_memory(id, form, &bytes, false);
        Some(Clip {
            bytes,
            tier: Tier::Disk,
        })
    }

    /// A clip in exactly this form, from memory.
    pub(crate) fn lookup_in_memory(&self, id: ClipId, form: Form) -> Option<Clip> {
        let cached = self.memory.encoded.get(&(id, form))?;
        Some(Clip {
            bytes: cached.value,
            tier: Tier::Memory,
        })
    }

    async fn read_disk(&self, id: ClipId, form: Form) -> Option<Bytes> {
        let name = form.object_name(id)?;
        // Another replica may have written it, so the index alone does not decide.
        self.disk.as_ref()?.read(&name).await
    }

    /// A clip as the remote tier has it or another replica makes it; `None` for what does not go
    /// there.
    pub(crate) fn remote_clip(&self, id: ClipId, form: Form, private: bool) -> Option<RemoteClip> {
        let name = form.object_name(id).filter(|_| !private)?;
        let remote = self.remote.clone()?;
        Some(RemoteClip::new(remote, name, self.runtime.clone()))
    }

    /// Puts a clip that came from the remote tier into the nearer ones.
    pub(crate) fn promote(&self, id: ClipId, form: Form, bytes: &Bytes) {
        self.insert_in_memory(id, form, bytes, false);
        if let Some(name) = form.object_name(id) {
            self.write_behind(name, bytes.clone());
        }
    }

    /// Puts what a worker made into every tier that may have it, whoever still waits for it.
    pub(crate) fn insert_synthesised(
        &self,
        id: ClipId,
        samples: Arc<[f32]>,
        form: Form,
        encoded: &Bytes,
        lease: Option<Lease>,
    ) {
        if self.tombstones.contains(id) {
            return;
        }
        let private = self.may_be_private(id);
        let samples = Cached {
            value: samples,
            private,
        };
        self.memory.samples.insert(id, samples);
        self.insert(id, form, encoded, private, lease);
    }

    /// Puts an encoded clip into every tier that may have it.
    pub(crate) fn insert(
        &self,
        id: ClipId,
        form: Form,
        bytes: &Bytes,
        private: bool,
        lease: Option<Lease>,
    ) {
        self.insert_in_memory(id, form, bytes, private);
        if private {
            return;
        }
        if let Some(name) = form.object_name(id) {
            self.upload(&name, bytes, lease);
            self.write_behind(name, bytes.clone());
        }
    }

    pub(crate) fn insert_in_memory(&self, id: ClipId, form: Form, bytes: &Bytes, private: bool) {
        // Whoever brings it may have begun before the purge.
        if self.tombstones.contains(id) {
            return;
        }
        let cached = Cached {
            value: bytes.clone(),
            private,
        };
        self.memory.encoded.insert((id, form), cached);
    }

    /// Makes a recipe known, which lifts the tombstone of its clip.
    pub(crate) fn insert_recipe(&self, id: ClipId, mut recipe: Recipe, private: bool) {
        self.tombstones.lift(id);
        // What is private expires: asked for again, it is kept for as long again.
        if !private && self.memory.recipes.contains_key(&id) {
            return;
        }
        if !private {
            self.store_recipe(id, &recipe);
        }
        // Speaking needs no more than the phonemes.
        recipe.read = None;
        let value = Arc::new(recipe);
        self.memory.recipes.insert(id, Cached { value, private });
    }

    /// True where the recipe of a public clip is in memory, of which it is one of the last to go.
    pub(crate) fn has_public_recipe(&self, id: ClipId) -> bool {
        let known = self.memory.recipes.get(&id);
        known.is_some_and(|cached| !cached.private) && !self.tombstones.contains(id)
    }

    /// The recipe of a clip from the nearest tier that has it; `None` for a clip that was purged.
    pub(crate) async fn recipe(&self, id: ClipId) -> Option<CachedRecipe> {
        if self.tombstones.contains(id) {
            return None;
        }
        if let Some(cached) = self.memory.recipes.get(&id) {
            return Some(cached);
        }
        let stored = self.read_recipe(id).await?;
        let mut recipe: Recipe = serde_json::from_slice(&stored).ok()?;
        recipe.read = None;
        let cached = Cached {
            value: Arc::new(recipe),
            private: false,
        };
        self.memory.recipes.insert(id, cached.clone());
        Some(cached)
    }

    /// A recipe as the lasting tiers have it, from the nearest.
    async fn read_recipe(&self, id: ClipId) -> Option<Bytes> {
        let name = object::recipe_name(id);
        if let Some(disk) = &self.disk
            && let Some(bytes) = disk.read(&name).await
        {
            return Some(bytes);
        }
        let bytes = self.remote.as_ref()?.read(&name).await?;
        self.write_behind(name, bytes.clone());
        Some(bytes)
    }

    fn store_recipe(&self, id: ClipId, recipe: &Recipe) {
        let name = object::recipe_name(id);
        if self
            .disk
            .as_ref()
            .is_some_and(|disk| disk.is_indexed(&name))
        {
            return;
        }
        match serde_json::to_vec(recipe).map(Bytes::from) {
            Ok(bytes) => {
                self.upload(&name, &bytes, None);
                self.write_behind(name, bytes);
            }
            Err(error) => tracing::warn!(%error, "cannot write a recipe"),
        }
    }

    /// True for a clip that may be private: one that is not known is taken for private.
    pub(crate) fn may_be_private(&self, id: ClipId) -> bool {
        let cached = self.memory.recipes.get(&id);
        cached.is_none_or(|recipe| recipe.private)
    }

    /// True for a clip that is known to be private, which no other replica can have. Its recipe may
    /// have been evicted before what was made of it.
    pub(crate) fn is_private(&self, id: ClipId) -> bool {
        let memory = &self.memory;
        memory.recipes.get(&id).is_some_and(|recipe| recipe.private)
            || memory.timings.get(&id).is_some_and(|timing| timing.private)
            || memory
                .samples
                .get(&id)
                .is_some_and(|samples| samples.private)
            || purge::stored_forms().any(|form| {
                let encoded = memory.encoded.get(&(id, form));
                encoded.is_some_and(|encoded| encoded.private)
            })
    }

    /// Writes an object to the disk in the background, unless its clip was purged.
    pub(crate) fn write_behind(&self, name: String, bytes: Bytes) {
        if object::clip_of(&name).is_some_and(|id| self.tombstones.contains(id)) {
            return;
        }
        if let Some(queue) = &self.write_behind {
            queue.write(name, bytes);
        }
    }

    /// Keeps what was recognised in a picture in the lasting tiers, unless that was purged.
    pub(crate) fn keep_picture(&self, id: ClipId, text: &Bytes) {
        let name = object::picture_name(id);
        let disk = self.disk.as_ref();
        if self.tombstones.contains(id) || disk.is_some_and(|disk| disk.is_indexed(&name)) {
            return;
        }
        self.upload(&name, text, None);
        self.write_behind(name, text.clone());
    }

    /// What was recognised in a picture, from the nearest of the lasting tiers that has it.
    pub(crate) async fn picture(&self, id: ClipId) -> Option<Bytes> {
        if self.tombstones.contains(id) {
            return None;
        }
        let name = object::picture_name(id);
        if let Some(disk) = &self.disk
            && let Some(text) = disk.read(&name).await
        {
            return Some(text);
        }
        let text = self.remote.as_ref()?.read(&name).await?;
        self.write_behind(name, text.clone());
        Some(text)
    }

    /// Uploads an object to the remote tier in the background, then releases the lease.
    fn upload(&self, name: &str, bytes: &Bytes, lease: Option<Lease>) {
        if let Some(remote) = &self.remote {
            remote.upload(name.to_owned(), bytes.clone(), lease);
        }
    }

    /// Waits until the disk has everything that was inserted before.
    pub(crate) async fn flushed(&self) {
        if let Some(queue) = &self.write_behind {
            queue.flushed().await;
        }
    }

    /// Evicts what has expired: memory does so by itself only when it is used.
    pub(crate) fn evict_expired(&self) {
        self.memory.evict_expired();
        self.tombstones.evict_expired();
    }
}

#[cfg(test)]
mod tests;
