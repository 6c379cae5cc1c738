//! What a worker is given to do, and why it may give nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::urgency::Urgency;
use crate::engine::Engine;
use crate::error::VoiceError;
use crate::pack::Pack;

/// Why a job gave no result.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JobError {
    /// Too many jobs are waiting.
    #[error("{waiting} utterances are waiting already: try again in a moment")]
    QueueFull {
        /// How many wait.
        waiting: usize,
    },
    /// The voice failed, twice.
    #[error(transparent)]
    Voice(#[from] VoiceError),
    /// The pool is shutting down.
    #[error("the service is shutting down")]
    Closed,
}

/// A worker's engines, each loaded when it is first needed.
#[derive(Default)]
pub struct Engines {
    loaded: HashMap<[u8; 32], Engine>,
}

impl Engines {
    /// The engine of `pack`.
    ///
    /// # Errors
    ///
    /// When the pack cannot be loaded.
    pub fn of(&mut self, pack: &Arc<Pack>) -> Result<&mut Engine, VoiceError> {
        match self.loaded.entry(pack.digest) {
            Entry::Occupied(loaded) => Ok(loaded.into_mut()),
            Entry::Vacant(vacant) => Ok(vacant.insert(Engine::load(pack.clone())?)),
        }
    }
}

/// What a job does on a worker. It may be called twice, when the first attempt fails.
pub type Work<V> = Arc<dyn Fn(&mut Engines) -> Result<V, VoiceError> + Send + Sync>;

/// Is given every result before the waiters are.
pub type Sink<K, V> = Arc<dyn Fn(&K, &V) + Send + Sync>;

/// Where a waiter's result is sent.
pub(super) type Waiter<V> = oneshot::Sender<Result<V, JobError>>;

/// A job's order in the queue: its urgency, then the number of its first waiter.
pub(super) type Rank = (Urgency, u64);

pub(super) struct Job<V> {
    pub(super) work: Work<V>,
    /// About how long listening to the result takes.
    pub(super) heard: Duration,
    pub(super) waiters: HashMap<u64, (Urgency, Waiter<V>)>,
    /// `None` while it runs.
    pub(super) rank: Option<Rank>,
    pub(super) submitted: Instant,
}

impl<V> Job<V> {
    pub(super) fn most_urgent(&self) -> Option<Urgency> {
        self.waiters.values().map(|(urgency, _)| *urgency).min()
    }
}
