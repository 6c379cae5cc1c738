//! Purging: a withdrawn clip is gone from every tier, and with it what it could be made again from.
//! A tier that is away keeps its copy until it is back; a tombstone keeps everybody from being given
//! it meanwhile.

use futures::{StreamExt, stream};

use super::Cache;
use crate::{ClipId, Form, Layout, object};
use langdu_audio::Encoding;

/// Clips that are removed at the same time.
const REMOVALS_AT_ONCE: usize = 8;

impl Cache {
    /// Sets the tombstones of these clips and removes them from memory.
    pub(super) fn forget(&self, ids: &[ClipId]) {
        self.tombstones.add(ids);
        self.memory.remove(ids);
    }

    /// Removes clips from every tier; returns those that are gone.
    pub(crate) async fn purge(&self, ids: &[ClipId]) -> Vec<ClipId> {
        self.forget(ids);
        // A write in progress would otherwise end after the deletion.
        self.flushed().await;
        if let Some(remote) = &self.remote {
            remote.flushed().await;
        }
        self.finish_purge(ids).await
    }

    /// Removes clips that were purged while a tier was away; returns those whose purge is no longer
    /// pending, because they are gone or a document has been read with them since.
    pub(crate) async fn finish_purge(&self, ids: &[ClipId]) -> Vec<ClipId> {
        let removals = stream::iter(ids.iter().copied()).map(|id| async move {
            if !self.was_read_again(id) && !self.delete(id).await {
                return None;
            }
            self.tombstones.mark_purged(id);
            Some(id)
        });
        let done = removals.buffer_unordered(REMOVALS_AT_ONCE);
        done.filter_map(std::future::ready).collect().await
    }

    /// True for a clip that a document has been read with since its purge. The ledger need not have
    /// noted that yet.
    pub(super) fn was_read_again(&self, id: ClipId) -> bool {
        !self.tombstones.contains(id) && self.memory.recipes.contains_key(&id)
    }

    /// Deletes every object of a clip; true when no lasting tier holds any of them.
    pub(super) async fn delete(&self, id: ClipId) -> bool {
        let mut names: Vec<String> = stored_forms()
            .filter_map(|form| form.object_name(id))
            .chain([object::recipe_name(id), object::picture_name(id)])
            .collect();
        names.sort_unstable();
        names.dedup();
        let mut is_gone = true;
        for name in names {
            if let Some(disk) = &self.disk {
                is_gone &= disk.remove(&name).await;
            }
            if let Some(remote) = &self.remote {
                is_gone &= remote.remove(&name).await;
            }
        }
        is_gone
    }
}

/// Every form that is stored of a clip.
pub(super) fn stored_forms() -> impl Iterator<Item = Form> {
    let layouts =
        |encoding| [Layout::File, Layout::Stream].map(|layout| Form::plain(encoding, layout));
    [Encoding::Mp3, Encoding::OggOpus, Encoding::Linear16]
        .into_iter()
        .flat_map(layouts)
}
