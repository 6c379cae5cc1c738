//! Who runs the tasks that a kernel is divided into.

use parking_lot::Mutex;

/// Runs independent tasks, on as many threads as it likes. A kernel has no threads of its own: inside
/// ONNX Runtime they would compete with the runtime's pool.
pub trait Executor {
    /// Calls `task` once with each number below `count`, in any order, and returns when all are
    /// done.
    fn for_each(&self, count: usize, task: &(dyn Fn(usize) + Send + Sync));
}

/// Runs everything on the calling thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sequential;

impl Executor for Sequential {
    fn for_each(&self, count: usize, task: &(dyn Fn(usize) + Send + Sync)) {
        (0..count).for_each(task);
    }
}

/// Calls `task` once with each of `items` and its number.
pub(crate) fn for_each_part<T: Send>(
    executor: &dyn Executor,
    items: impl Iterator<Item = T>,
    task: impl Fn(usize, T) + Send + Sync,
) {
    let parts: Vec<_> = items.map(|item| Mutex::new(Some(item))).collect();
    executor.for_each(parts.len(), &|index| {
        // The lock is not held while the task runs.
        let part = parts[index].lock().take();
        if let Some(part) = part {
            task(index, part);
        }
    });
}
