//! Who is spoken for next: one job for each key, however many wait for it, the most urgent first.
//!
//! A job's urgency is that of its most urgent waiter; it leaves the queue when the last waiter
//! leaves. A job that runs is finished in any case, and its result goes to the pool's sink before
//! it goes to a waiter, so that nothing that was made is lost.
//!
//! A newcomer, who hears nothing yet, goes before all who listen already, as long as that makes none
//! of them stall: each has their next utterance due at a known time, and making it takes a known
//! time. Preparation runs when nobody waits.
//!
//! The pool knows nothing of clips or audio: the work is a function of a worker's engines.

mod job;
mod queue;
mod urgency;
mod worker;

use std::future::Future;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use tokio::sync::oneshot;

use crate::pace::Pace;
use queue::Queue;
use worker::Workers;

pub use job::{Engines, JobError, Sink, Work};
pub use urgency::Urgency;

/// The job table and its workers. Dropping it ends the workers after their present utterance.
pub struct Pool<K, V> {
    workers: Arc<Workers<K, V>>,
}

impl<K, V> Pool<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Starts `workers` threads (at least one), whose speed `pace` measures. When `max_waiting` jobs
    /// wait, further ones are refused.
    ///
    /// # Panics
    ///
    /// When the system cannot start a thread.
    pub fn new(workers: usize, max_waiting: usize, pace: Arc<Pace>, sink: Sink<K, V>) -> Self {
        let count = u32::try_from(workers).unwrap_or(u32::MAX).max(1);
        let workers = Arc::new(Workers {
            queue: Mutex::new(Queue::default()),
            work_came: Condvar::new(),
            sink,
            pace,
            count,
            max_waiting,
        });
        for index in 0..count {
            let workers = workers.clone();
            std::thread::Builder::new()
                .name(format!("voice-{index}"))
                .spawn(move || workers.work())
                .expect("a thread can be started at start-up");
        }
        Self { workers }
    }

    /// Joins the job of `key`, or makes it from `work` if there is none. Listening to its result
    /// takes about `heard`. Dropping the ticket leaves the job.
    ///
    /// # Errors
    ///
    /// [`JobError::QueueFull`] when a new job would be one too many, [`JobError::Closed`] when the
    /// pool is shutting down.
    pub fn submit(
        &self,
        key: K,
        urgency: Urgency,
        heard: Duration,
        work: Work<V>,
    ) -> Result<Ticket<K, V>, JobError> {
        let (sender, receiver) = oneshot::channel();
        let mut queue = self.workers.queue.lock();
        if queue.is_closed() {
            return Err(JobError::Closed);
        }
        let max_waiting = self.workers.max_waiting;
        let joined = queue.join(&key, (urgency, sender), (heard, work), max_waiting);
        let Some((waiter, is_new)) = joined else {
            let waiting = queue.len();
            return Err(JobError::QueueFull { waiting });
        };
        drop(queue);
        if is_new {
            self.workers.work_came.notify_one();
        }
        Ok(Ticket {
            workers: self.workers.clone(),
            key,
            waiter,
            receiver,
        })
    }

    /// How many jobs wait for a worker.
    pub fn waiting(&self) -> usize {
        self.workers.queue.lock().len()
    }
}

impl<K, V> Drop for Pool<K, V> {
    fn drop(&mut self) {
        self.workers.queue.lock().close();
        self.workers.work_came.notify_all();
    }
}

/// A waiter's place in a job: resolves to its result, and leaves the job when dropped.
pub struct Ticket<K: Clone + Eq + Hash, V> {
    workers: Arc<Workers<K, V>>,
    key: K,
    waiter: u64,
    receiver: oneshot::Receiver<Result<V, JobError>>,
}

impl<K: Clone + Eq + Hash + Unpin, V> Future for Ticket<K, V> {
    type Output = Result<V, JobError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.receiver)
            .poll(context)
            .map(|received| received.unwrap_or(Err(JobError::Closed)))
    }
}

impl<K: Clone + Eq + Hash, V> Drop for Ticket<K, V> {
    fn drop(&mut self) {
        self.workers.queue.lock().leave(&self.key, self.waiter);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::time::{Duration, Instant};

    use parking_lot::Mutex;

    use super::*;

    type TestPool = Pool<u32, u32>;

    const HEARD: Duration = Duration::from_secs(4);

    fn pool() -> TestPool {
        Pool::new(1, 100, Arc::default(), Arc::new(|_, _| {}))
    }

    /// Occupies the only worker until the sender is used.
    fn occupy(pool: &TestPool) -> (Ticket<u32, u32>, mpsc::Sender<()>, mpsc::Receiver<()>) {
        let (release, released) = mpsc::channel::<()>();
        let (entered, has_entered) = mpsc::channel::<()>();
        let released = Mutex::new(released);
        let work: Work<u32> = Arc::new(move |_| {
            entered.send(()).unwrap();
            released.lock().recv().unwrap();
            Ok(0)
        });
        let ticket = pool.submit(0, Urgency::now(), HEARD, work).unwrap();
        (ticket, release, has_entered)
    }

    fn recording(order: &Arc<Mutex<Vec<u32>>>, value: u32) -> Work<u32> {
        let order = order.clone();
        Arc::new(move |_| {
            order.lock().push(value);
            Ok(value)
        })
    }

    #[tokio::test]
    async fn many_askers_share_one_job_and_the_first_may_leave() {
        let pool = pool();
        let (blocker, release, has_entered) = occupy(&pool);
        has_entered.recv().unwrap();
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = runs.clone();
        let work: Work<u32> = Arc::new(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(7)
        });
        let mut tickets: Vec<_> = (0..32)
            .map(|_| pool.submit(7, Urgency::now(), HEARD, work.clone()).unwrap())
            .collect();
        drop(tickets.remove(0));
        release.send(()).unwrap();
        for ticket in tickets {
            assert_eq!(ticket.await.unwrap(), 7);
        }
        blocker.await.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn the_earliest_deadline_runs_first_and_preparation_last() {
        let pool = pool();
        let (blocker, release, has_entered) = occupy(&pool);
        has_entered.recv().unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let start = Instant::now();
        let later = Urgency::Listener(start + Duration::from_secs(9));
        let tickets = [
            (1, Urgency::Prepare(start)),
            (2, later),
            (3, Urgency::Listener(start)),
        ]
        .map(|(key, urgency)| {
            pool.submit(key, urgency, HEARD, recording(&order, key))
                .unwrap()
        });
        release.send(()).unwrap();
        blocker.await.unwrap();
        for ticket in tickets {
            ticket.await.unwrap();
        }
        assert_eq!(*order.lock(), [3, 2, 1]);
    }

    #[tokio::test]
    async fn a_listener_who_joins_a_prepared_job_raises_it() {
        let pool = pool();
        let (blocker, release, has_entered) = occupy(&pool);
        has_entered.recv().unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let start = Instant::now();
        let prepared = pool
            .submit(1, Urgency::Prepare(start), HEARD, recording(&order, 1))
            .unwrap();
        let other = pool
            .submit(
                2,
                Urgency::Listener(start + Duration::from_secs(1)),
                HEARD,
                recording(&order, 2),
            )
            .unwrap();
        let joined = pool
            .submit(1, Urgency::Listener(start), HEARD, recording(&order, 1))
            .unwrap();
        release.send(()).unwrap();
        blocker.await.unwrap();
        for ticket in [prepared, other, joined] {
            ticket.await.unwrap();
        }
        assert_eq!(*order.lock(), [1, 2]);
    }

    #[tokio::test]
    async fn a_job_nobody_waits_for_never_runs() {
        let pool = pool();
        let (blocker, release, has_entered) = occupy(&pool);
        has_entered.recv().unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let abandoned = pool
            .submit(1, Urgency::now(), HEARD, recording(&order, 1))
            .unwrap();
        let kept = pool
            .submit(2, Urgency::now(), HEARD, recording(&order, 2))
            .unwrap();
        drop(abandoned);
        assert_eq!(pool.waiting(), 1);
        release.send(()).unwrap();
        blocker.await.unwrap();
        kept.await.unwrap();
        assert_eq!(*order.lock(), [2]);
    }

    #[tokio::test]
    async fn a_full_queue_refuses_new_jobs_but_not_joiners() {
        let pool: TestPool = Pool::new(1, 1, Arc::default(), Arc::new(|_, _| {}));
        let (_blocker, release, has_entered) = occupy(&pool);
        has_entered.recv().unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let _first = pool
            .submit(1, Urgency::now(), HEARD, recording(&order, 1))
            .unwrap();
        assert!(
            pool.submit(1, Urgency::now(), HEARD, recording(&order, 1))
                .is_ok()
        );
        let refused = pool
            .submit(2, Urgency::now(), HEARD, recording(&order, 2))
            .err()
            .unwrap();
        assert!(matches!(refused, JobError::QueueFull { waiting: 1 }));
        release.send(()).unwrap();
    }

    #[tokio::test]
    async fn a_panic_is_tried_once_more_and_the_worker_lives_on() {
        let pool = pool();
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = runs.clone();
        let work: Work<u32> = Arc::new(move |_| {
            assert!(
                counted.fetch_add(1, Ordering::SeqCst) > 0,
                "the first try fails"
            );
            Ok(5)
        });
        assert_eq!(
            pool.submit(5, Urgency::now(), HEARD, work)
                .unwrap()
                .await
                .unwrap(),
            5
        );
        let always: Work<u32> = Arc::new(|_| panic!("every try fails"));
        assert!(
            pool.submit(6, Urgency::now(), HEARD, always)
                .unwrap()
                .await
                .is_err()
        );
        let order = Arc::new(Mutex::new(Vec::new()));
        assert_eq!(
            pool.submit(8, Urgency::now(), HEARD, recording(&order, 8))
                .unwrap()
                .await
                .unwrap(),
            8
        );
    }

    #[tokio::test]
    async fn a_result_reaches_the_sink_even_when_everyone_left() {
        let (kept, was_kept) = mpsc::channel();
        let kept = Mutex::new(kept);
        let pool: TestPool = Pool::new(
            1,
            10,
            Arc::default(),
            Arc::new(move |_, value| kept.lock().send(*value).unwrap()),
        );
        let (blocker, release, has_entered) = occupy(&pool);
        has_entered.recv().unwrap();
        drop(blocker);
        release.send(()).unwrap();
        assert_eq!(was_kept.recv_timeout(Duration::from_secs(300)).unwrap(), 0);
    }

    #[tokio::test]
    async fn closing_the_pool_answers_those_who_wait() {
        let pool = pool();
        let (blocker, release, has_entered) = occupy(&pool);
        has_entered.recv().unwrap();
        let waiting = pool
            .submit(1, Urgency::now(), HEARD, Arc::new(|_| Ok(1)))
            .unwrap();
        drop(pool);
        assert!(matches!(waiting.await, Err(JobError::Closed)));
        release.send(()).unwrap();
        drop(blocker);
    }
}
