//! Write-behind: whoever made an object does not wait until the disk has it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::disk::DiskTier;

/// Bytes that may wait for the disk: minutes of what a voice makes, or the recipes of a book. A
/// disk that falls further behind than this is as good as full.
const MAX_WAITING_BYTES: usize = 64 << 20;

enum Step {
    Write(String, Bytes),
    /// Answered when everything that came before it is written.
    Flush(oneshot::Sender<()>),
}

/// The queue of writes to the disk, done one after the other in the order in which they came.
pub(super) struct WriteBehind {
    disk: Arc<DiskTier>,
    steps: mpsc::UnboundedSender<Step>,
    waiting_bytes: Arc<AtomicUsize>,
}

impl WriteBehind {
    /// Starts the task that writes. It ends when the queue has been dropped and is empty.
    pub(super) fn new(disk: Arc<DiskTier>, runtime: &Handle) -> Self {
        let (steps, mut waiting) = mpsc::unbounded_channel();
        let waiting_bytes = Arc::<AtomicUsize>::default();
        let (writing, left) = (disk.clone(), waiting_bytes.clone());
        runtime.spawn(async move {
            while let Some(step) = waiting.recv().await {
                match step {
                    Step::Write(name, bytes) => {
                        writing.write(&name, &bytes).await;
                        left.fetch_sub(bytes.len(), Ordering::Relaxed);
                    }
                    // Whoever waits for it may have left.
                    Step::Flush(done) => drop(done.send(())),
                }
            }
        });
        Self {
            disk,
            steps,
            waiting_bytes,
        }
    }

    /// Queues an object. One that finds too much waiting counts as a failed write.
    pub(super) fn write(&self, name: String, bytes: Bytes) {
        let waiting = self.waiting_bytes.fetch_add(bytes.len(), Ordering::Relaxed);
        if waiting + bytes.len() > MAX_WAITING_BYTES {
            self.waiting_bytes.fetch_sub(bytes.len(), Ordering::Relaxed);
            self.disk
                .record_failed_write(&name, &"it is too far behind");
            return;
        }
        // The task ends only with the runtime.
        let _ = self.steps.send(Step::Write(name, bytes));
    }

    /// Waits until everything that was queued before is written.
    pub(super) async fn flushed(&self) {
        let (done, flushed) = oneshot::channel();
        if self.steps.send(Step::Flush(done)).is_ok() {
            let _ = flushed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{Counters, FAILED_WRITES};

    #[tokio::test]
    async fn what_is_flushed_is_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Arc::new(DiskTier::open(folder.path(), 1 << 20).await.unwrap());
        let queue = WriteBehind::new(disk, &Handle::current());
        let names: Vec<String> = (0..100).map(|index| format!("a/{index}")).collect();
        for name in &names {
            queue.write(name.clone(), Bytes::from_static(b"sound"));
        }
        queue.flushed().await;
        assert!(names.iter().all(|name| folder.path().join(name).is_file()));
    }

    #[tokio::test]
    async fn what_waits_is_bounded_and_what_is_left_out_is_counted() {
        let counters = Counters::default();
        let _guard = ::metrics::set_default_local_recorder(&counters);
        let folder = tempfile::tempdir().unwrap();
        let disk = Arc::new(DiskTier::open(folder.path(), 1 << 30).await.unwrap());
        let queue = WriteBehind::new(disk, &Handle::current());
        // Nothing is written before this test gives way.
        let half = Bytes::from(vec![0; MAX_WAITING_BYTES / 2]);
        for name in ["a", "b", "c"] {
            queue.write(name.to_owned(), half.clone());
        }
        assert_eq!(counters.value(FAILED_WRITES), 1);
        queue.flushed().await;
        let there = ["a", "b", "c"].map(|name| folder.path().join(name).exists());
        assert_eq!(there, [true, true, false]);
        queue.write("c".to_owned(), half);
        queue.flushed().await;
        assert!(folder.path().join("c").exists(), "there is room again");
    }
}
