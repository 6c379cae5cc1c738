//! The threads that do the work.

use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use parking_lot::{Condvar, Mutex};

use super::job::{Engines, JobError, Sink, Work};
use super::queue::{Choice, Queue, Taken};
use crate::error::VoiceError;
use crate::pace::Pace;

/// The queue, and what the workers at it need.
pub(super) struct Workers<K, V> {
    pub(super) queue: Mutex<Queue<K, V>>,
    pub(super) work_came: Condvar,
    pub(super) sink: Sink<K, V>,
    pub(super) pace: Arc<Pace>,
    pub(super) count: u32,
    pub(super) max_waiting: usize,
}

impl<K: Clone + Eq + Hash, V: Clone> Workers<K, V> {
    /// Runs jobs on the calling thread until the pool is closed.
    pub(super) fn work(&self) {
        let mut engines = Engines::default();
        while let Some(taken) = self.next() {
            let result = run(&taken.work, &mut engines);
            if let Ok(value) = &result {
                (self.sink)(&taken.key, value);
            }
            let waiters = self.queue.lock().finish(&taken);
            for waiter in waiters {
                // A waiter that has just left needs no answer.
                let _ = waiter.send(result.clone());
            }
        }
    }

    /// Waits for the most urgent job and takes it; `None` when the pool is closed.
    fn next(&self) -> Option<Taken<K, V>> {
        let mut queue = self.queue.lock();
        loop {
            if queue.is_closed() {
                return None;
            }
            // Before anything was spoken, nothing is known that could hold a newcomer back.
            let factor = self.pace.real_time_factor().unwrap_or(0.0);
            match queue.choose(Instant::now(), factor, self.count) {
                Choice::Run(rank) => {
                    if let Some(taken) = queue.take(rank) {
                        return Some(taken);
                    }
                }
                Choice::WaitFor(pause) => {
                    self.work_came.wait_for(&mut queue, pause);
                }
                Choice::Rest => self.work_came.wait(&mut queue),
            }
        }
    }
}

/// Runs the work, and once more with fresh engines when it fails or panics: a model call that
/// failed may have left its session unusable.
fn run<V>(work: &Work<V>, engines: &mut Engines) -> Result<V, JobError> {
    match attempt(work, engines, "the voice worker panicked") {
        Ok(value) => Ok(value),
        // A second attempt cannot teach a voice a phoneme or mend a pack.
        Err(error @ (VoiceError::UnknownPhoneme { .. } | VoiceError::Pack(_))) => Err(error.into()),
        Err(error) => {
            tracing::warn!(%error, "synthesis failed, trying once more with a fresh engine");
            *engines = Engines::default();
            let second = attempt(work, engines, "the voice worker panicked twice");
            if second.is_err() {
                *engines = Engines::default();
            }
            Ok(second?)
        }
    }
}

/// Runs the work; a panic becomes an error that says `panicked`.
fn attempt<V>(work: &Work<V>, engines: &mut Engines, panicked: &str) -> Result<V, VoiceError> {
    catch_unwind(AssertUnwindSafe(|| work(engines)))
        .unwrap_or_else(|_| Err(VoiceError::Synthesis(panicked.to_owned())))
}
