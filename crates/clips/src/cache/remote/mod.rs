//! The remote tier: what the replicas of a service share, in Redis or in S3-compatible storage.
//! Operators know it as the shared tier, by its key `clips.shared`. It holds clips by name, and
//! leases, so that two replicas do not make the same clip.
//!
//! It helps and is never needed. An operation that fails or takes too long sets the tier aside:
//! readings go on from the nearer tiers and the voice, nobody waits for it, and a probe brings
//! it back when it answers again. What was made meanwhile is then uploaded.
//!
//! Nothing here bounds its size: that is Redis's `maxmemory` or the bucket's lifecycle rule.

mod board;
mod clip;
mod existence;
mod lease;
mod leases;
mod objects;
mod redis;
mod uploads;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use opendal::layers::{RetryLayer, TimeoutLayer};
use opendal::{Configurator, Operator, services};
use tokio::runtime::Handle;

use super::disk::DiskTier;
use super::envelope;
use crate::config::{RemoteConfig, RemoteService};
use crate::error::TierError;
use crate::metrics;
use crate::tombstones::Tombstones;
use board::Board;
pub use board::{Note, Topic};
pub(crate) use clip::RemoteClip;
use existence::Existence;
pub use lease::Lease;
use leases::Leases;
use uploads::Uploads;

/// How often a tier that was set aside is probed.
const PROBE_EVERY: Duration = Duration::from_secs(1);

/// The folder of how far each operation of preparation is.
const PROGRESS: &str = "progress";

/// How many times an operation is tried again that a server calls transient (503 of a bucket that is
/// busy, a connection that was reset), and how soon first: all of it within the tier's time.
const RETRIES: usize = 3;
const FIRST_RETRY_AFTER: Duration = Duration::from_millis(50);

/// How many times the tier's time a whole board may take.
const MANY_OBJECTS: u32 = 5;

/// The name that a probe asks for. Nothing need be there.
const PROBE: &str = "probe";

/// The answer to a replica that wants to make an object.
pub(crate) enum Claim {
    /// This replica makes it. It releases the lease, if the tier could give one, when the object is
    /// uploaded.
    Ours(Option<Lease>),
    /// Another replica makes it, or has made it a moment ago.
    Theirs,
}

/// The remote tier does not answer, which has been logged, and was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierUnavailable;

/// The remote tier.
pub struct RemoteTier {
    operator: Operator,
    leases: Leases,
    existence: Existence,
    /// In the order of [`Topic::ALL`].
    boards: [Board; Topic::ALL.len()],
    lease_time: Duration,
    timeout: Duration,
    is_away: AtomicBool,
    uploads: Uploads,
    /// What is not to be uploaded.
    tombstones: Arc<Tombstones>,
    runtime: Handle,
}

impl RemoteTier {
    /// The tier of a configuration; nothing is connected to yet. Must be called inside a tokio
    /// runtime. Objects whose upload failed are read again from `disk`.
    ///
    /// # Errors
    ///
    /// When an option is missing or wrong.
    pub fn open(config: &RemoteConfig, disk: Option<Arc<DiskTier>>) -> Result<Self, TierError> {
        let lease_time = Duration::from_millis(config.lease_ms);
        let timeout = Duration::from_millis(config.timeout_ms);
        let (operator, leases, existence, boards) = match config.service {
            RemoteService::Redis => {
                let redis = services::RedisConfig::from_iter(config.options())?.into_builder();
                let operator = patient(Operator::new(redis)?, timeout);
                let link = Arc::new(redis::Link::new(config)?);
                let leases = redis::RedisLeases::new(link.clone(), lease_time);
                let leases = Leases::Redis(Box::new(leases));
                let boards = Topic::ALL.map(|topic| Board::in_redis(link.clone(), topic.name()));
                (operator, leases, Existence::Redis(link), boards)
            }
            RemoteService::S3 => {
                // The client of the storage is an HTTPS client, which needs a TLS provider.
                let _ = rustls::crypto::ring::default_provider().install_default();
                opendal::HttpTransporter::install_default(
                    opendal_http_transport_reqwest::ReqwestTransport::default(),
                );
                let s3 = services::S3Config::from_iter(config.options())?.into_builder();
                let operator = patient(Operator::new(s3)?, timeout);
                let leases = objects::ObjectLeases::new(operator.clone(), lease_time);
                let existence = Existence::Objects(operator.clone());
                let boards =
                    Topic::ALL.map(|topic| Board::in_storage(operator.clone(), topic.name()));
                (operator, Leases::Objects(leases), existence, boards)
            }
        };
        metrics::SHARED_UP.set(1.0);
        Ok(Self {
            operator,
            leases,
            existence,
            boards,
            lease_time,
            timeout,
            is_away: AtomicBool::new(false),
            uploads: Uploads::new(disk),
            tombstones: Arc::default(),
            runtime: Handle::current(),
        })
    }

    /// False while the tier does not answer.
    pub fn is_up(&self) -> bool {
        !self.is_away.load(Ordering::Relaxed)
    }

    pub(crate) fn tombstones(&self) -> &Arc<Tombstones> {
        &self.tombstones
    }

    /// Checks whether the tier answers and can keep leases.
    ///
    /// # Errors
    ///
    /// The service's own words.
    pub async fn probe(&self) -> Result<(), String> {
        let probing = async {
            self.operator.exists(PROBE).await?;
            self.leases.is_held(PROBE).await
        };
        match tokio::time::timeout(self.timeout, probing).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(self.timeout_message()),
        }
    }

    fn timeout_message(&self) -> String {
        format!("no answer within {} ms", self.timeout.as_millis())
    }

    /// The bytes of `name`, verified. `None` when it is not there, damaged or out of reach.
    pub(crate) async fn read(self: &Arc<Self>, name: &str) -> Option<Bytes> {
        self.try_read(name).await.ok().flatten()
    }

    /// The bytes of `name`, verified. `None` when it is not there, or was damaged.
    ///
    /// # Errors
    ///
    /// While the tier does not answer.
    pub async fn try_read(self: &Arc<Self>, name: &str) -> Result<Option<Bytes>, TierUnavailable> {
        let reading = async {
            match self.operator.read(name).await {
                // In a buffer of its own: what the network gave may be a slice of a larger one.
                Ok(found) => Ok(Some(found.to_vec().into())),
                Err(error) if error.kind() == opendal::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        let Some(envelope) = self.attempt("read", reading).await? else {
            return Ok(None);
        };
        let bytes = envelope::open(&envelope);
        if bytes.is_none() {
            tracing::warn!(
                name,
                "damaged object in the shared tier: removed, it is made again"
            );
            metrics::STORE_DAMAGED.increment();
            self.remove(name).await;
        }
        Ok(bytes)
    }

    /// True when all of these objects exist. False, too, while the tier is away, and where it cannot
    /// answer for all of them within its time: a book is not worth more.
    pub(crate) async fn contains_all(self: &Arc<Self>, names: &[String]) -> bool {
        let looking = async {
            // A document that nobody has made is recognised by its first clip.
            let (first, rest) = names.split_at(names.len().min(1));
            let batches = rest.chunks(self.existence.batch_size());
            for batch in first.chunks(1).chain(batches) {
                let found = self.attempt("stat", self.existence.all(batch)).await;
                if !matches!(found, Ok(true)) {
                    return false;
                }
            }
            true
        };
        let in_time = tokio::time::timeout(self.timeout, looking).await;
        in_time.unwrap_or(false)
    }

    /// Every note on a board; `None` when nothing has changed since they were read last, unless they are
    /// wanted `anyway`. A whole board may take longer than a clip may: that is no sign of a tier that is
    /// away.
    ///
    /// # Errors
    ///
    /// While the tier does not answer.
    pub async fn notes(
        self: &Arc<Self>,
        topic: Topic,
        anyway: bool,
    ) -> Result<Option<Vec<Note>>, TierUnavailable> {
        let reading = self.board(topic).read(anyway);
        self.attempt_slowly("read", reading).await
    }

    /// The note of a name on a board; `None` when there is none.
    ///
    /// # Errors
    ///
    /// While the tier does not answer.
    pub async fn note(
        self: &Arc<Self>,
        topic: Topic,
        name: &str,
    ) -> Result<Option<Note>, TierUnavailable> {
        self.attempt("read", self.board(topic).note(name)).await
    }

    /// Leaves notes on a board, except where one of the same or a higher rank stands.
    ///
    /// # Errors
    ///
    /// While the tier does not answer.
    pub async fn post(
        self: &Arc<Self>,
        topic: Topic,
        notes: &[Note],
    ) -> Result<(), TierUnavailable> {
        self.attempt("write", self.board(topic).post(notes)).await
    }

    /// Takes a note off a board.
    ///
    /// # Errors
    ///
    /// While the tier does not answer.
    pub async fn remove_note(
        self: &Arc<Self>,
        topic: Topic,
        name: &str,
    ) -> Result<(), TierUnavailable> {
        let removing = self.board(topic).remove(name);
        self.attempt("delete", removing).await
    }

    fn board(&self, topic: Topic) -> &Board {
        &self.boards[topic as usize]
    }

    /// How far a preparation is, as it was written last; `None` when nothing was.
    ///
    /// # Errors
    ///
    /// While the tier does not answer.
    pub async fn progress(self: &Arc<Self>, name: &str) -> Result<Option<Bytes>, TierUnavailable> {
        self.try_read(&progress(name)).await
    }

    /// Writes down how far a preparation is.
    ///
    /// # Errors
    ///
    /// While the tier does not answer.
    pub async fn write_progress(
        self: &Arc<Self>,
        name: &str,
        bytes: &Bytes,
    ) -> Result<(), TierUnavailable> {
        let path = progress(name);
        let written = self.operator.write(&path, envelope::wrap(bytes));
        self.attempt("write", written).await.map(|_| ())
    }

    /// Forgets how far a preparation was.
    pub async fn remove_progress(self: &Arc<Self>, name: &str) {
        self.remove(&progress(name)).await;
    }

    /// The lease of `name`, if nobody holds it.
    ///
    /// # Errors
    ///
    /// While the tier does not answer.
    pub async fn lease(self: &Arc<Self>, name: &str) -> Result<Option<Lease>, TierUnavailable> {
        self.attempt("lease", self.leases.acquire(name)).await
    }

    /// How long a lease lasts.
    pub fn lease_time(&self) -> Duration {
        self.lease_time
    }

    /// Gives a lease its whole time again; false when it has expired, or somebody else holds it.
    ///
    /// # Errors
    ///
    /// While the tier does not answer.
    pub async fn renew(self: &Arc<Self>, lease: &mut Lease) -> Result<bool, TierUnavailable> {
        self.attempt("lease", self.leases.renew(lease)).await
    }

    /// Removes an object; true when the tier says that it is gone.
    pub(crate) async fn remove(self: &Arc<Self>, name: &str) -> bool {
        let removed = self.attempt("delete", self.operator.delete(name));
        removed.await.is_ok()
    }

    /// Claims the making of `name`, which no tier holds.
    pub(crate) async fn claim(self: &Arc<Self>, name: &str) -> Claim {
        let Ok(acquired) = self.attempt("lease", self.leases.acquire(name)).await else {
            return Claim::Ours(None);
        };
        let Some(lease) = acquired else {
            metrics::LEASE_WAITS.increment();
            return Claim::Theirs;
        };
        // The last holder may have uploaded it after this replica looked for it.
        let exists = self.attempt("stat", self.operator.exists(name)).await;
        if matches!(exists, Ok(true)) {
            self.release(lease).await;
            return Claim::Theirs;
        }
        Claim::Ours(Some(lease))
    }

    /// True while somebody holds the lease of `name`.
    pub(crate) async fn is_leased(self: &Arc<Self>, name: &str) -> bool {
        let held = self.attempt("lease", self.leases.is_held(name)).await;
        matches!(held, Ok(true))
    }

    /// Releases a lease. Where that fails the lease expires by itself.
    pub async fn release(self: &Arc<Self>, lease: Lease) {
        let _ = self.attempt("lease", self.leases.release(&lease)).await;
    }

    /// Runs an operation within the tier's time, unless the tier is away. One that fails sets
    /// the tier aside.
    async fn attempt<T>(
        self: &Arc<Self>,
        what: &'static str,
        operation: impl Future<Output = Result<T, opendal::Error>>,
    ) -> Result<T, TierUnavailable> {
        if !self.is_up() {
            return Err(TierUnavailable);
        }
        let error = match tokio::time::timeout(self.timeout, operation).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error.to_string(),
            Err(_) => self.timeout_message(),
        };
        Err(self.set_aside(what, &error))
    }

    /// As [`attempt`](Self::attempt), for what reads many objects: it has more time, and only an error of
    /// the tier sets it aside.
    async fn attempt_slowly<T>(
        self: &Arc<Self>,
        what: &'static str,
        operation: impl Future<Output = Result<T, opendal::Error>>,
    ) -> Result<T, TierUnavailable> {
        if !self.is_up() {
            return Err(TierUnavailable);
        }
        let time = self.timeout * MANY_OBJECTS;
        match tokio::time::timeout(time, operation).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(self.set_aside(what, &error.to_string())),
            Err(_) => {
                metrics::SHARED_FAILURES.increment(what);
                tracing::warn!(what, ?time, "the shared tier takes long: it is asked again");
                Err(TierUnavailable)
            }
        }
    }

    fn set_aside(self: &Arc<Self>, what: &'static str, error: &str) -> TierUnavailable {
        metrics::SHARED_FAILURES.increment(what);
        if !self.is_away.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                what,
                error,
                "the shared tier does not answer: going on without it"
            );
            metrics::SHARED_UP.set(0.0);
            self.runtime.spawn(self.clone().recover());
        }
        TierUnavailable
    }

    /// Probes the tier until it answers, then uploads what is pending. The type is written out
    /// because an upload that fails starts this again.
    fn recover(self: Arc<Self>) -> BoxFuture<'static, ()> {
        async move {
            loop {
                tokio::time::sleep(PROBE_EVERY).await;
                if self.probe().await.is_ok() {
                    break;
                }
            }
            self.is_away.store(false, Ordering::Relaxed);
            metrics::SHARED_UP.set(1.0);
            self.upload_pending().await;
        }
        .boxed()
    }
}

/// The object that says how far a preparation is.
fn progress(name: &str) -> String {
    format!("{PROGRESS}/{name}")
}

/// An operator that tries again what fails for the moment: one refused request is no reason to set
/// the tier aside.
fn patient(operator: Operator, timeout: Duration) -> Operator {
    let retry = RetryLayer::new()
        .with_max_times(RETRIES)
        .with_min_delay(FIRST_RETRY_AFTER)
        .with_jitter();
    // An attempt that hangs leaves time for another.
    let one = timeout / 2;
    let timeout = TimeoutLayer::new().with_timeout(one).with_io_timeout(one);
    operator.layer(timeout).layer(retry)
}

#[cfg(test)]
pub(crate) mod tests;
