//! Writing behind: whoever made an object does not wait until the store has it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::store::Store;

/// Bytes that may wait for the store: minutes of what a voice makes, or the recipes of a book. A
/// store that falls further behind than this is as good as full.
const MOST_WAITING_BYTES: usize = 64 << 20;

enum Step {
    Write(String, Bytes),
    /// Everything that came before it is written.
    Settled(oneshot::Sender<()>),
}

/// Writes to the store, one after the other in the order in which they came.
pub(super) struct WriteBehind {
    store: Arc<Store>,
    steps: mpsc::UnboundedSender<Step>,
    waiting_bytes: Arc<AtomicUsize>,
}

impl WriteBehind {
    /// Begins to write, until it is dropped and nothing is left.
    pub(super) fn new(store: Arc<Store>, runtime: &Handle) -> Self {
        let (steps, mut waiting) = mpsc::unbounded_channel();
        let waiting_bytes = Arc::<AtomicUsize>::default();
        let (writing, left) = (store.clone(), waiting_bytes.clone());
        runtime.spawn(async move {
            while let Some(step) = waiting.recv().await {
                match step {
                    Step::Write(name, bytes) => {
                        writing.write(&name, &bytes).await;
                        left.fetch_sub(bytes.len(), Ordering::Relaxed);
                    }
                    // Who asked may have gone.
                    Step::Settled(told) => drop(told.send(())),
                }
            }
        });
        Self {
            store,
            steps,
            waiting_bytes,
        }
    }

    /// Has an object written. One that finds too much waiting counts as a write that failed.
    pub(super) fn write(&self, name: String, bytes: Bytes) {
        let waiting = self.waiting_bytes.fetch_add(bytes.len(), Ordering::Relaxed);
        if waiting + bytes.len() > MOST_WAITING_BYTES {
            self.waiting_bytes.fetch_sub(bytes.len(), Ordering::Relaxed);
            self.store.missed(&name, &"it is too far behind");
            return;
        }
        // The other side ends with the runtime only.
        let _ = self.steps.send(Step::Write(name, bytes));
    }

    /// Waits until everything is written that came before.
    pub(super) async fn settled(&self) {
        let (told, settled) = oneshot::channel();
        if self.steps.send(Step::Settled(told)).is_ok() {
            let _ = settled.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_has_settled_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open_folder(folder.path(), 1 << 20).await.unwrap());
        let behind = WriteBehind::new(store.clone(), &Handle::current());
        let names: Vec<String> = (0..100).map(|index| format!("a/{index}")).collect();
        for name in &names {
            behind.write(name.clone(), Bytes::from_static(b"sound"));
        }
        behind.settled().await;
        assert!(names.iter().all(|name| folder.path().join(name).is_file()));
    }

    #[tokio::test]
    async fn what_waits_is_bounded_and_what_is_missed_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open_folder(folder.path(), 1 << 30).await.unwrap());
        let behind = WriteBehind::new(store.clone(), &Handle::current());
        // Nothing is written before this test gives way.
        let half = Bytes::from(vec![0; MOST_WAITING_BYTES / 2]);
        for name in ["a", "b", "c"] {
            behind.write(name.to_owned(), half.clone());
        }
        assert_eq!(store.write_failures(), 1);
        behind.settled().await;
        let there = ["a", "b", "c"].map(|name| folder.path().join(name).exists());
        assert_eq!(there, [true, true, false]);
        behind.write("c".to_owned(), half);
        behind.settled().await;
        assert!(folder.path().join("c").exists(), "there is room again");
    }
}
