//! The jobs that wait and run, and which of them is next.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;
use std::time::{Duration, Instant};

use crate::metrics;

use super::job::{Job, Rank, Waiter, Work};
use super::urgency::Urgency;

/// The longest utterance, at the normal rate. What a listener will need next is not known before it
/// is asked for, so time is kept for this much.
const LONGEST_UTTERANCE: Duration = Duration::from_secs(8);

/// A newcomer who has waited this long goes before those who listen, even if one of them stalls:
/// about as long as serving takes when as many newcomers as the service has room for come at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long after a newcomer's first utterance a request for the second is expected. The request
/// takes about a millisecond.
const NEXT_REQUEST_WITHIN: Duration = Duration::from_millis(100);

/// A newcomer who has been given a first utterance and will ask for more.
struct Begun {
    at: Instant,
    /// When the first utterance will have been heard.
    due: Instant,
}

/// The jobs of a pool.
pub(super) struct Queue<K, V> {
    jobs: HashMap<K, Job<V>>,
    /// Those that wait, in the order they will run.
    waiting: BTreeMap<Rank, K>,
    begun: VecDeque<Begun>,
    last_number: u64,
    closed: bool,
}

/// What a worker does next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Run(Rank),
    /// A listener who has just begun is about to ask for more.
    WaitFor(Duration),
    Rest,
}

/// A job that a worker has taken.
pub(super) struct Taken<K, V> {
    pub(super) key: K,
    pub(super) work: Work<V>,
    /// About how long listening to the result takes.
    pub(super) heard: Duration,
    /// Whether it is for a newcomer.
    pub(super) is_first: bool,
}

impl<K, V> Default for Queue<K, V> {
    fn default() -> Self {
        Self {
            jobs: HashMap::new(),
            waiting: BTreeMap::new(),
            begun: VecDeque::new(),
            last_number: 0,
            closed: false,
        }
    }
}

impl<K, V> Queue<K, V> {
    /// Drops every job. Its waiters learn of it because their senders are dropped with it.
    pub(super) fn close(&mut self) {
        self.closed = true;
        self.waiting.clear();
        self.jobs.clear();
        self.report_len();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// How many jobs wait for a worker.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn report_len(&self) {
        metrics::QUEUE_LENGTH.set(self.waiting.len() as f64);
    }
}

impl<K: Clone + Eq + Hash, V> Queue<K, V> {
    /// Adds a waiter to the job of `key`, or makes that job from `work`. Returns the waiter's number
    /// and whether the job is new; `None` when there is no such job and `max_waiting` wait already.
    pub(super) fn join(
        &mut self,
        key: &K,
        (urgency, waiter): (Urgency, Waiter<V>),
        (heard, work): (Duration, Work<V>),
        max_waiting: usize,
    ) -> Option<(u64, bool)> {
        if urgency.is_listener() {
            // Most likely one of those who have just begun. If it is another one, all that happens
            // is that newcomers are let in a moment too early.
            self.begun.pop_front();
        }
        let number = self.number();
        let is_new = if let Some(job) = self.jobs.get_mut(key) {
            job.waiters.insert(number, (urgency, waiter));
            self.reorder(key);
            false
        } else {
            if self.waiting.len() >= max_waiting {
                return None;
            }
            let rank = (urgency, number);
            self.waiting.insert(rank, key.clone());
            let job = Job {
                work,
                heard,
                waiters: HashMap::from([(number, (urgency, waiter))]),
                rank: Some(rank),
                submitted: Instant::now(),
            };
            self.jobs.insert(key.clone(), job);
            true
        };
        self.report_len();
        Some((number, is_new))
    }

    /// Removes a waiter, and with the last one the job, unless it runs.
    pub(super) fn leave(&mut self, key: &K, number: u64) {
        if let Some(job) = self.jobs.get_mut(key) {
            job.waiters.remove(&number);
            self.reorder(key);
        }
    }

    /// Takes the job of `rank` from those that wait; it runs from now on.
    pub(super) fn take(&mut self, rank: Rank) -> Option<Taken<K, V>> {
        let key = self.waiting.remove(&rank)?;
        self.report_len();
        let job = self.jobs.get_mut(&key)?;
        job.rank = None;
        metrics::QUEUE_WAIT_SECONDS.record(job.submitted.elapsed());
        Some(Taken {
            work: job.work.clone(),
            heard: job.heard,
            is_first: rank.0.is_newcomer(),
            key,
        })
    }

    /// Removes a job that has run, and returns those who wait for its result.
    pub(super) fn finish(
        &mut self,
        taken: &Taken<K, V>,
    ) -> impl Iterator<Item = Waiter<V>> + use<K, V> {
        if taken.is_first {
            let at = Instant::now();
            let due = at + taken.heard;
            self.begun.push_back(Begun { at, due });
        }
        let job = self.jobs.remove(&taken.key);
        job.into_iter()
            .flat_map(|job| job.waiters.into_values())
            .map(|(_, waiter)| waiter)
    }

    /// Chooses the first that waits, unless it is a newcomer who would make a listener stall.
    ///
    /// `factor` is the real-time factor of one of `workers`.
    pub(super) fn choose(&mut self, now: Instant, factor: f64, workers: u32) -> Choice {
        while self
            .begun
            .front()
            .is_some_and(|begun| now.saturating_duration_since(begun.at) >= NEXT_REQUEST_WITHIN)
        {
            self.begun.pop_front();
        }
        let Some((&first, key)) = self.waiting.first_key_value() else {
            return Choice::Rest;
        };
        let (Urgency::Newcomer(since), Some(job)) = (first.0, self.jobs.get(key)) else {
            return Choice::Run(first);
        };
        let is_patient = now.saturating_duration_since(since) < PATIENCE;
        if !is_patient || self.all_hear_in_time(now, job.heard, factor, workers) {
            return Choice::Run(first);
        }
        let listener = self.waiting.keys().find(|rank| rank.0.is_listener());
        match (listener, self.begun.front()) {
            (Some(&rank), _) => Choice::Run(rank),
            (None, Some(begun)) => {
                Choice::WaitFor((begun.at + NEXT_REQUEST_WITHIN).saturating_duration_since(now))
            }
            (None, None) => Choice::Run(first),
        }
    }

    /// Whether a newcomer whose first utterance takes `heard` to listen to can be served now, so that
    /// all who listen, the newcomer among them, have their next utterance in time.
    fn all_hear_in_time(&self, now: Instant, heard: Duration, factor: f64, workers: u32) -> bool {
        let cost = |heard: Duration| heard.mul_f64(factor) / workers;
        let begins = now + cost(heard);
        let listeners = self
            .waiting
            .iter()
            .filter_map(|((urgency, _), key)| match urgency {
                Urgency::Listener(due) => Some((*due, cost(self.jobs.get(key)?.heard))),
                Urgency::Newcomer(_) | Urgency::Prepare(_) => None,
            });
        let begun = self.begun.iter();
        let begun = begun.map(|begun| (begun.due, cost(LONGEST_UTTERANCE)));
        let mut due: Vec<(Instant, Duration)> = listeners.chain(begun).collect();
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

    /// Brings a waiting job's rank in line with its waiters; drops the job when it has none.
    fn reorder(&mut self, key: &K) {
        let Some(job) = self.jobs.get_mut(key) else {
            return;
        };
        let Some(rank) = job.rank else {
            return;
        };
        match job.most_urgent() {
            None => {
                self.waiting.remove(&rank);
                self.jobs.remove(key);
                self.report_len();
            }
            Some(urgency) if urgency != rank.0 => {
                // The number stays, so that equals keep the order they came in.
                let moved = (urgency, rank.1);
                job.rank = Some(moved);
                self.waiting.remove(&rank);
                self.waiting.insert(moved, key.clone());
            }
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// A queue of jobs whose results take so many seconds to listen to.
    fn queued(jobs: &[(Urgency, u64)]) -> Queue<u32, u32> {
        let mut queue = Queue::default();
        for (key, (urgency, heard_s)) in (0_u32..).zip(jobs) {
            let rank = (*urgency, u64::from(key));
            let job = Job {
                work: Arc::new(|_| Ok(0)),
                heard: Duration::from_secs(*heard_s),
                waiters: HashMap::new(),
                rank: Some(rank),
                submitted: Instant::now(),
            };
            queue.jobs.insert(key, job);
            queue.waiting.insert(rank, key);
        }
        queue
    }

    fn chosen(queue: &mut Queue<u32, u32>, now: Instant) -> Option<u32> {
        match queue.choose(now, 0.1, 1) {
            Choice::Run(rank) => Some(queue.waiting[&rank]),
            Choice::WaitFor(_) | Choice::Rest => None,
        }
    }

    #[test]
    fn a_newcomer_goes_before_what_is_due_later() {
        let start = Instant::now();
        let tenth = Urgency::Listener(start + Duration::from_secs(20));
        let mut queue = queued(&[(tenth, 8), (Urgency::Newcomer(start), 2)]);
        assert_eq!(chosen(&mut queue, start), Some(1));
    }

    #[test]
    fn a_newcomer_waits_where_a_listener_would_stall() {
        let start = Instant::now();
        // At a factor of 0.1 it takes 0.8 s to make and is due in 0.9 s.
        let second = Urgency::Listener(start + Duration::from_millis(900));
        let mut queue = queued(&[(second, 8), (Urgency::Newcomer(start), 2)]);
        assert_eq!(chosen(&mut queue, start), Some(0));
        let later = start + PATIENCE;
        assert_eq!(chosen(&mut queue, later), Some(1), "but not for ever");
    }

    #[test]
    fn who_has_just_begun_is_waited_for_and_not_for_long() {
        let start = Instant::now();
        let mut queue = queued(&[(Urgency::Newcomer(start), 2)]);
        let due = start + Duration::from_millis(800);
        queue.begun.push_back(Begun { at: start, due });
        assert!(matches!(queue.choose(start, 0.1, 1), Choice::WaitFor(_)));
        assert_eq!(chosen(&mut queue, start + NEXT_REQUEST_WITHIN), Some(0));
    }
}
