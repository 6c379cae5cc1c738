//! What tests and benchmarks look at, and do, in a running service. The service itself does not
//! call any of it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Clips;
use crate::{ClipError, ClipId, Recipe};

impl Clips {
    /// The recipe of a clip, without the text that was read.
    ///
    /// # Errors
    ///
    /// [`ClipError::Unknown`] when no tier has it.
    pub async fn recipe(&self, id: ClipId) -> Result<Arc<Recipe>, ClipError> {
        Ok(self.cached_recipe(id).await?.value)
    }

    /// How many utterances wait for a worker.
    pub fn waiting(&self) -> usize {
        self.pool.waiting()
    }

    /// How many times the voice has spoken since the start.
    pub fn syntheses(&self) -> u64 {
        self.progress.syntheses.load(Ordering::Relaxed)
    }

    /// Drops the encoded clips and samples in memory; the disk keeps its own.
    pub fn clear_memory(&self) {
        self.cache.memory.encoded.invalidate_all();
        self.cache.memory.samples.invalidate_all();
    }
}
