//! Who runs the parts of a kernel.

/// Runs independent tasks, on as many threads as it likes. A kernel owns no threads: inside ONNX
/// Runtime, threads of one's own fight its pool.
pub trait Executor {
    /// Calls `task` once with each number below `count`, in any order, and returns when all are
    /// done.
    fn for_each(&self, count: usize, task: &(dyn Fn(usize) + Send + Sync));
}

/// Everything on the calling thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sequential;

impl Executor for Sequential {
    fn for_each(&self, count: usize, task: &(dyn Fn(usize) + Send + Sync)) {
        (0..count).for_each(task);
    }
}

/// Calls `task` with each part of `items` and its number. Every part is taken exactly once.
pub(crate) fn for_each_part<T: Send>(
    executor: &dyn Executor,
    items: impl Iterator<Item = T>,
    task: impl Fn(usize, T) + Send + Sync,
) {
    let parts: Vec<_> = items
        .map(|item| std::sync::Mutex::new(Some(item)))
        .collect();
    executor.for_each(parts.len(), &|index| {
        let part = parts[index].lock().ok().and_then(|mut slot| slot.take());
        if let Some(part) = part {
            task(index, part);
        }
    });
}
