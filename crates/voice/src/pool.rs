//! Who is spoken for next: one job for each key however many wait for it, the most urgent first.
//!
//! A job's urgency is that of its most urgent waiter; it leaves the queue when the last waiter
//! leaves. A job that runs is finished in any case, and its result goes to the pool's sink before
//! it goes to anyone, so that nothing made is lost.
//!
//! A newcomer, who hears nothing yet, goes before all who listen already, as far as that lets none
//! of them stall: those have their next utterance due at a known time, and it takes a known time to
//! make. Preparation runs when nobody waits.
//!
//! The pool knows nothing of clips or audio: the work is a function of a worker's engines.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::future::Future;
use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::VoiceError;
use super::engine::Engine;
use super::pace::Pace;
use super::pack::Pack;

/// When a result is needed. Newcomers come before listeners, as long as none of those stalls, and
/// listeners before preparation; then the earliest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Somebody who hears nothing yet has waited since this moment.
    Newcomer(Instant),
    /// Somebody who listens needs it at this moment.
    Listener(Instant),
    /// Nobody waits: made ahead, in idle time.
    Prepare(Instant),
}

impl Urgency {
    /// Of somebody who listens and waits already.
    pub fn now() -> Self {
        Self::Listener(Instant::now())
    }
}

/// Why a job gave nothing.
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

/// A worker's voices, loaded when first needed.
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
            Entry::Vacant(place) => Ok(place.insert(Engine::load(pack.clone())?)),
        }
    }
}

/// What a job does on a worker. It may be called twice, when the first try fails.
pub type Work<V> = Arc<dyn Fn(&mut Engines) -> Result<V, VoiceError> + Send + Sync>;

/// Hears every result before the waiters do.
pub type Sink<K, V> = Arc<dyn Fn(&K, &V) + Send + Sync>;

/// Longest utterance, at the normal rate. What a listener asks for next is not known before it is
/// asked for, so room is kept for this much.
const LONGEST_UTTERANCE: Duration = Duration::from_secs(8);

/// A newcomer who has waited this long goes before those who listen, come what may: about as long
/// as a capacity's worth of newcomers takes when all come at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long after a newcomer's first utterance the next one is expected to be asked for. The
/// asking takes about a millisecond.
const NEXT_IS_ASKED: Duration = Duration::from_millis(100);

/// A newcomer has been given something to hear and will ask for more.
struct Begun {
    at: Instant,
    /// When it will have been heard.
    due: Instant,
}

struct Job<V> {
    work: Work<V>,
    /// About how long the result is heard.
    heard: Duration,
    waiters: HashMap<u64, (Urgency, oneshot::Sender<Result<V, JobError>>)>,
    /// Its place in the queue; `None` while it runs.
    place: Option<(Urgency, u64)>,
    submitted: Instant,
}

impl<V> Job<V> {
    fn most_urgent(&self) -> Option<Urgency> {
        self.waiters.values().map(|(urgency, _)| *urgency).min()
    }
}

struct State<K, V> {
    jobs: HashMap<K, Job<V>>,
    queue: BTreeMap<(Urgency, u64), K>,
    begun: VecDeque<Begun>,
    next_number: u64,
    closed: bool,
}

/// What a worker does next.
#[derive(Debug, PartialEq, Eq)]
enum Choice {
    Run((Urgency, u64)),
    /// A listener who has just begun is about to ask for more.
    WaitFor(Duration),
    Rest,
}

impl<K: Clone + Eq + Hash, V> State<K, V> {
    /// Who is next: the first of the queue, unless it is a newcomer who would make a listener
    /// stall.
    fn choose(&mut self, now: Instant, factor: f64, workers: u32) -> Choice {
        while self
            .begun
            .front()
            .is_some_and(|begun| now.saturating_duration_since(begun.at) >= NEXT_IS_ASKED)
        {
            self.begun.pop_front();
        }
        let Some((&first, key)) = self.queue.first_key_value() else {
            return Choice::Rest;
        };
        let (Urgency::Newcomer(since), Some(job)) = (first.0, self.jobs.get(key)) else {
            return Choice::Run(first);
        };
        let patient = now.saturating_duration_since(since) < PATIENCE;
        if !patient || self.all_hear_in_time(now, job.heard, factor, workers) {
            return Choice::Run(first);
        }
        let listener = self.queue.keys().find(|(urgency, _)| is_listener(*urgency));
        match (listener, self.begun.front()) {
            (Some(&place), _) => Choice::Run(place),
            (None, Some(begun)) => {
                Choice::WaitFor((begun.at + NEXT_IS_ASKED).saturating_duration_since(now))
            }
            (None, None) => Choice::Run(first),
        }
    }

    /// True when a newcomer whose first utterance is heard for so long can be served now, and
    /// all who listen, the newcomer among them, have what comes next in time.
    fn all_hear_in_time(&self, now: Instant, heard: Duration, factor: f64, workers: u32) -> bool {
        let cost = |heard: Duration| heard.mul_f64(factor) / workers;
        let begins = now + cost(heard);
        let mut due: Vec<(Instant, Duration)> = self
            .queue
            .iter()
            .filter_map(|((urgency, _), key)| match urgency {
                Urgency::Listener(due) => Some((*due, cost(self.jobs.get(key)?.heard))),
                _ => None,
            })
            .chain(
                self.begun
                    .iter()
                    .map(|begun| (begun.due, cost(LONGEST_UTTERANCE))),
            )
            .collect();
        if due.is_empty() {
            return true;
        }
        due.push((begins + heard, cost(LONGEST_UTTERANCE)));
        due.sort_unstable();
        let mut made = begins;
        due.into_iter().all(|(due, cost)| {
            made += cost;
            made <= due
        })
    }

    fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// Brings a job's place in the queue in line with its waiters; drops it when it has none.
    fn settle(&mut self, key: &K) {
        let Some(job) = self.jobs.get_mut(key) else {
            return;
        };
        let Some(place) = job.place else {
            return;
        };
        match job.most_urgent() {
            None => {
                self.queue.remove(&place);
                self.jobs.remove(key);
            }
            Some(urgency) if urgency != place.0 => {
                // The number stays, so that equals keep the order they came in.
                let moved = (urgency, place.1);
                job.place = Some(moved);
                self.queue.remove(&place);
                self.queue.insert(moved, key.clone());
            }
            Some(_) => {}
        }
    }
}

fn is_listener(urgency: Urgency) -> bool {
    matches!(urgency, Urgency::Listener(_))
}

struct Shared<K, V> {
    state: Mutex<State<K, V>>,
    work_came: Condvar,
    sink: Sink<K, V>,
    pace: Arc<Pace>,
    workers: u32,
    max_waiting: usize,
}

impl<K, V> Shared<K, V> {
    fn lock(&self) -> MutexGuard<'_, State<K, V>> {
        // The state is changed in single steps, so a panic elsewhere leaves it whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The job table and its workers. Dropping it ends the workers after their present utterance.
pub struct Pool<K, V> {
    shared: Arc<Shared<K, V>>,
}

impl<K, V> Pool<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Starts `workers` threads (at least one), whose speed `pace` tells. More than `max_waiting`
    /// jobs are refused.
    pub fn new(workers: usize, max_waiting: usize, pace: Arc<Pace>, sink: Sink<K, V>) -> Self {
        let workers = u32::try_from(workers).unwrap_or(u32::MAX).max(1);
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                jobs: HashMap::new(),
                queue: BTreeMap::new(),
                begun: VecDeque::new(),
                next_number: 0,
                closed: false,
            }),
            work_came: Condvar::new(),
            sink,
            pace,
            workers,
            max_waiting,
        });
        for index in 0..workers {
            let shared = shared.clone();
            std::thread::Builder::new()
                .name(format!("voice-{index}"))
                .spawn(move || work(&shared))
                .expect("a thread can be started at start-up");
        }
        Self { shared }
    }

    /// Joins the job of `key`, making it from `work` if there is none; its result is `heard` for
    /// about so long. Dropping the ticket leaves it.
    ///
    /// # Errors
    ///
    /// [`JobError::QueueFull`] when a new job would be one too many.
    pub fn submit(
        &self,
        key: K,
        urgency: Urgency,
        heard: Duration,
        work: Work<V>,
    ) -> Result<Ticket<K, V>, JobError> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.shared.lock();
        if state.closed {
            return Err(JobError::Closed);
        }
        if is_listener(urgency) {
            // Most likely one of those who have just begun; being wrong costs a moment's care.
            state.begun.pop_front();
        }
        let waiter = state.number();
        if let Some(job) = state.jobs.get_mut(&key) {
            job.waiters.insert(waiter, (urgency, sender));
            state.settle(&key);
        } else {
            let waiting = state.queue.len();
            if waiting >= self.shared.max_waiting {
                return Err(JobError::QueueFull { waiting });
            }
            let place = (urgency, waiter);
            state.queue.insert(place, key.clone());
            state.jobs.insert(
                key.clone(),
                Job {
                    work,
                    heard,
                    waiters: HashMap::from([(waiter, (urgency, sender))]),
                    place: Some(place),
                    submitted: Instant::now(),
                },
            );
            self.shared.work_came.notify_one();
        }
        metrics::gauge!("langdu_queue_length").set(state.queue.len() as f64);
        drop(state);
        Ok(Ticket {
            shared: self.shared.clone(),
            key,
            waiter,
            receiver,
        })
    }

    /// How many jobs wait for a worker.
    pub fn waiting(&self) -> usize {
        self.shared.lock().queue.len()
    }
}

impl<K, V> Drop for Pool<K, V> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closed = true;
        state.queue.clear();
        // Waiters hear that their sender is gone.
        state.jobs.clear();
        self.shared.work_came.notify_all();
    }
}

/// A place in a job: resolves to its result, and leaves the job when dropped.
pub struct Ticket<K: Clone + Eq + Hash, V> {
    shared: Arc<Shared<K, V>>,
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
        let mut state = self.shared.lock();
        if let Some(job) = state.jobs.get_mut(&self.key) {
            job.waiters.remove(&self.waiter);
            state.settle(&self.key);
        }
    }
}

fn work<K: Clone + Eq + Hash, V: Clone>(shared: &Shared<K, V>) {
    let mut engines = Engines::default();
    while let Some(next) = next(shared) {
        let result = run(&next.work, &mut engines);
        if let Ok(value) = &result {
            (shared.sink)(&next.key, value);
        }
        let mut state = shared.lock();
        let job = state.jobs.remove(&next.key);
        if next.is_first {
            let at = Instant::now();
            let due = at + next.heard;
            state.begun.push_back(Begun { at, due });
        }
        drop(state);
        for (_, sender) in job.into_iter().flat_map(|job| job.waiters.into_values()) {
            // A waiter that has just left needs no answer.
            let _ = sender.send(result.clone());
        }
    }
}

/// A job that a worker has taken.
struct Next<K, V> {
    key: K,
    work: Work<V>,
    heard: Duration,
    /// Whoever waits for it hears nothing yet.
    is_first: bool,
}

/// Waits for the most urgent job and marks it as running; `None` when the pool is closed.
fn next<K: Clone + Eq + Hash, V>(shared: &Shared<K, V>) -> Option<Next<K, V>> {
    let mut state = shared.lock();
    loop {
        if state.closed {
            return None;
        }
        // Before anything was spoken, nothing is known that could hold a newcomer back.
        let factor = shared.pace.real_time_factor().unwrap_or(0.0);
        let pause = match state.choose(Instant::now(), factor, shared.workers) {
            Choice::Run(place) => match take(&mut state, place) {
                Some(next) => return Some(next),
                None => continue,
            },
            Choice::WaitFor(pause) => Some(pause),
            Choice::Rest => None,
        };
        state = match pause {
            Some(pause) => {
                let waited = shared.work_came.wait_timeout(state, pause);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => {
                let waited = shared.work_came.wait(state);
                waited.unwrap_or_else(PoisonError::into_inner)
            }
        };
    }
}

/// Takes the job at `place` out of the queue.
fn take<K: Clone + Eq + Hash, V>(
    state: &mut State<K, V>,
    place: (Urgency, u64),
) -> Option<Next<K, V>> {
    let key = state.queue.remove(&place)?;
    metrics::gauge!("langdu_queue_length").set(state.queue.len() as f64);
    let job = state.jobs.get_mut(&key)?;
    job.place = None;
    metrics::histogram!("langdu_queue_wait_seconds").record(job.submitted.elapsed());
    Some(Next {
        work: job.work.clone(),
        heard: job.heard,
        is_first: matches!(place.0, Urgency::Newcomer(_)),
        key,
    })
}

/// Runs the work, and once more with fresh engines when it fails or panics: a model call that
/// failed may have left its session unfit.
fn run<V>(work: &Work<V>, engines: &mut Engines) -> Result<V, JobError> {
    let mut attempt = || {
        catch_unwind(AssertUnwindSafe(|| work(engines))).unwrap_or_else(|_| {
            Err(VoiceError::Synthesis(
                "the voice worker panicked".to_owned(),
            ))
        })
    };
    match attempt() {
        Ok(value) => Ok(value),
        // No second try can teach a voice a phoneme or mend a pack.
        Err(error @ (VoiceError::UnknownPhoneme { .. } | VoiceError::Pack(_))) => Err(error.into()),
        Err(error) => {
            tracing::warn!(%error, "synthesis failed, trying once more with a fresh engine");
            *engines = Engines::default();
            let second = catch_unwind(AssertUnwindSafe(|| work(engines))).unwrap_or_else(|_| {
                Err(VoiceError::Synthesis(
                    "the voice worker panicked twice".to_owned(),
                ))
            });
            if second.is_err() {
                *engines = Engines::default();
            }
            Ok(second?)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    type TestPool = Pool<u32, u32>;

    const HEARD: Duration = Duration::from_secs(4);

    fn pool() -> TestPool {
        Pool::new(1, 100, Arc::default(), Arc::new(|_, _| {}))
    }

    fn now() -> Urgency {
        Urgency::Listener(Instant::now())
    }

    /// Occupies the only worker until the sender is used.
    fn occupy(pool: &TestPool) -> (Ticket<u32, u32>, mpsc::Sender<()>, mpsc::Receiver<()>) {
        let (release, released) = mpsc::channel::<()>();
        let (entered, has_entered) = mpsc::channel::<()>();
        let released = Mutex::new(released);
        let work: Work<u32> = Arc::new(move |_| {
            entered.send(()).unwrap();
            released.lock().unwrap().recv().unwrap();
            Ok(0)
        });
        let ticket = pool.submit(0, now(), HEARD, work).unwrap();
        (ticket, release, has_entered)
    }

    fn recording(order: &Arc<Mutex<Vec<u32>>>, value: u32) -> Work<u32> {
        let order = order.clone();
        Arc::new(move |_| {
            order.lock().unwrap().push(value);
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
            .map(|_| pool.submit(7, now(), HEARD, work.clone()).unwrap())
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
        assert_eq!(*order.lock().unwrap(), [3, 2, 1]);
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
        assert_eq!(*order.lock().unwrap(), [1, 2]);
    }

    #[tokio::test]
    async fn a_job_nobody_waits_for_never_runs() {
        let pool = pool();
        let (blocker, release, has_entered) = occupy(&pool);
        has_entered.recv().unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let abandoned = pool.submit(1, now(), HEARD, recording(&order, 1)).unwrap();
        let kept = pool.submit(2, now(), HEARD, recording(&order, 2)).unwrap();
        drop(abandoned);
        assert_eq!(pool.waiting(), 1);
        release.send(()).unwrap();
        blocker.await.unwrap();
        kept.await.unwrap();
        assert_eq!(*order.lock().unwrap(), [2]);
    }

    #[tokio::test]
    async fn a_full_queue_refuses_new_jobs_but_not_joiners() {
        let pool: TestPool = Pool::new(1, 1, Arc::default(), Arc::new(|_, _| {}));
        let (_blocker, release, has_entered) = occupy(&pool);
        has_entered.recv().unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let _first = pool.submit(1, now(), HEARD, recording(&order, 1)).unwrap();
        assert!(pool.submit(1, now(), HEARD, recording(&order, 1)).is_ok());
        let refused = pool
            .submit(2, now(), HEARD, recording(&order, 2))
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
            pool.submit(5, now(), HEARD, work).unwrap().await.unwrap(),
            5
        );
        let always: Work<u32> = Arc::new(|_| panic!("every try fails"));
        assert!(pool.submit(6, now(), HEARD, always).unwrap().await.is_err());
        let order = Arc::new(Mutex::new(Vec::new()));
        assert_eq!(
            pool.submit(8, now(), HEARD, recording(&order, 8))
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
            Arc::new(move |_, value| kept.lock().unwrap().send(*value).unwrap()),
        );
        let (blocker, release, has_entered) = occupy(&pool);
        has_entered.recv().unwrap();
        drop(blocker);
        release.send(()).unwrap();
        assert_eq!(was_kept.recv_timeout(Duration::from_secs(5)).unwrap(), 0);
    }

    /// A queue of jobs that are heard for so many seconds.
    fn queued(jobs: &[(Urgency, u64)]) -> State<u32, u32> {
        let mut state = State {
            jobs: HashMap::new(),
            queue: BTreeMap::new(),
            begun: VecDeque::new(),
            next_number: 0,
            closed: false,
        };
        for (key, (urgency, heard_s)) in (0_u32..).zip(jobs) {
            let place = (*urgency, u64::from(key));
            let job = Job {
                work: Arc::new(|_| Ok(0)),
                heard: Duration::from_secs(*heard_s),
                waiters: HashMap::new(),
                place: Some(place),
                submitted: Instant::now(),
            };
            state.jobs.insert(key, job);
            state.queue.insert(place, key);
        }
        state
    }

    fn chosen(state: &mut State<u32, u32>, now: Instant) -> Option<u32> {
        match state.choose(now, 0.1, 1) {
            Choice::Run(place) => Some(state.queue[&place]),
            Choice::WaitFor(_) | Choice::Rest => None,
        }
    }

    #[test]
    fn a_newcomer_goes_before_what_is_due_later() {
        let start = Instant::now();
        let tenth = Urgency::Listener(start + Duration::from_secs(20));
        let mut state = queued(&[(tenth, 8), (Urgency::Newcomer(start), 2)]);
        assert_eq!(chosen(&mut state, start), Some(1));
    }

    #[test]
    fn a_newcomer_waits_where_a_listener_would_stall() {
        let start = Instant::now();
        // At a factor of 0.1 it takes 0.8 s to make and is due in 0.9 s.
        let second = Urgency::Listener(start + Duration::from_millis(900));
        let mut state = queued(&[(second, 8), (Urgency::Newcomer(start), 2)]);
        assert_eq!(chosen(&mut state, start), Some(0));
        let later = start + PATIENCE;
        assert_eq!(chosen(&mut state, later), Some(1), "but not for ever");
    }

    #[test]
    fn who_has_just_begun_is_waited_for_and_not_for_long() {
        let start = Instant::now();
        let mut state = queued(&[(Urgency::Newcomer(start), 2)]);
        let due = start + Duration::from_millis(800);
        state.begun.push_back(Begun { at: start, due });
        assert!(matches!(state.choose(start, 0.1, 1), Choice::WaitFor(_)));
        assert_eq!(chosen(&mut state, start + NEXT_IS_ASKED), Some(0));
    }

    #[tokio::test]
    async fn closing_the_pool_answers_those_who_wait() {
        let pool = pool();
        let (blocker, release, has_entered) = occupy(&pool);
        has_entered.recv().unwrap();
        let waiting = pool.submit(1, now(), HEARD, Arc::new(|_| Ok(1))).unwrap();
        drop(pool);
        assert!(matches!(waiting.await, Err(JobError::Closed)));
        release.send(()).unwrap();
        drop(blocker);
    }
}
