//! The tier that replicas share: clips by name in Redis or in S3-compatible storage, and leases,
//! so that two replicas do not make the same clip.
//!
//! It is a help, never a need. An operation that fails or takes too long sets the tier aside:
//! readings go on from the nearer tiers and the voice, nobody waits for it, and a probe brings
//! it back when it answers again. What was made meanwhile is then handed in.
//!
//! Nothing here bounds its size: that is Redis's `maxmemory` or the bucket's lifecycle rule.

mod lease;
mod objects;
mod presence;
mod redis;

use std::collections::HashSet;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use opendal::{Configurator, Operator, services};
use parking_lot::Mutex;
use tokio::runtime::Handle;

pub(super) use lease::Lease;
use lease::Leases;
use presence::Presence;
use tokio::sync::{RwLock, Semaphore};

use super::clip_in;
use super::purged::Purged;
use super::sealed;
use super::store::{Store, StoreError};
use crate::config::{SharedConfig, SharedService};
use crate::metrics;

/// How often a tier that was set aside is tried again.
const PROBE_EVERY: Duration = Duration::from_secs(1);

/// Names of objects that are owed to the tier while it is away. More are not remembered: their
/// clips would be made again by the replica that needs them.
const MOST_OWED: usize = 20_000;

/// Bytes of objects on their way that may wait: minutes of what a voice makes, or the recipes of a
/// book. A tier that falls further behind than this is as good as away.
const MOST_BYTES: usize = 64 << 20;

/// Objects that are written at the same time, apart from those that others wait for: a long
/// document's recipes must not look like a tier that does not answer.
const WRITES_AT_ONCE: usize = 8;

/// How often an object that another replica is changing is tried again, and how many times.
const TRY_TO_CHANGE_EVERY: Duration = Duration::from_millis(100);
const TRIES_TO_CHANGE: u32 = 20;

/// What is asked for to see whether the tier answers. It need not be there.
const PROBE: &str = "probe";

/// What the tier answered to somebody who wants to make an object.
pub(super) enum Turn {
    /// Make it; the lease, if the tier could give one, is handed back with the object.
    Ours(Option<Lease>),
    /// Another replica makes it, or has made it a moment ago.
    Theirs,
}

/// The shared tier does not answer, which has been logged and the tier set aside; or others have been
/// changing for too long what was to be changed in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierAway;

/// The shared tier.
pub struct Shared {
    operator: Operator,
    leases: Leases,
    presence: Presence,
    timeout: Duration,
    away: AtomicBool,
    owed: Mutex<HashSet<String>>,
    /// Objects on their way, and their bytes.
    handing_in: AtomicUsize,
    handing_in_bytes: AtomicUsize,
    writes: Semaphore,
    /// Held for reading by each write, so that a purge can wait for those that are under way.
    writing: RwLock<()>,
    /// What is not to be handed in.
    purged: Arc<Purged>,
    /// Where what is owed can be read from.
    local: Option<Arc<Store>>,
    runtime: Handle,
}

impl Shared {
    /// The tier of a configuration; nothing is connected to yet. Must be called inside a tokio
    /// runtime. `local` is where objects are read from that are owed to it.
    ///
    /// # Errors
    ///
    /// When an option is missing or wrong.
    pub fn open(config: &SharedConfig, local: Option<Arc<Store>>) -> Result<Self, StoreError> {
        let lease = Duration::from_millis(config.lease_ms);
        let (operator, leases, presence) = match config.service {
            SharedService::Redis => {
                let operator = Operator::new(
                    services::RedisConfig::from_iter(config.options())?.into_builder(),
                )?;
                let link = Arc::new(redis::Link::new(config)?);
                let leases = redis::RedisLeases::new(link.clone(), lease);
                let leases = Leases::Redis(Box::new(leases));
                (operator, leases, Presence::Redis(link))
            }
            SharedService::S3 => {
                // The client of the store is an HTTPS client, which needs a TLS provider.
                let _ = rustls::crypto::ring::default_provider().install_default();
                opendal::HttpTransporter::install_default(
                    opendal_http_transport_reqwest::ReqwestTransport::default(),
                );
                let operator =
                    Operator::new(services::S3Config::from_iter(config.options())?.into_builder())?;
                let leases = objects::ObjectLeases::new(operator.clone(), lease);
                let presence = Presence::Objects(operator.clone());
                (operator, Leases::Objects(leases), presence)
            }
        };
        metrics::SHARED_UP.set(1.0);
        let timeout = Duration::from_millis(config.timeout_ms);
        Ok(Self::over(operator, leases, presence, timeout, local))
    }

    fn over(
        operator: Operator,
        leases: Leases,
        presence: Presence,
        timeout: Duration,
        local: Option<Arc<Store>>,
    ) -> Self {
        Self {
            operator,
            leases,
            presence,
            timeout,
            away: AtomicBool::new(false),
            owed: Mutex::default(),
            handing_in: AtomicUsize::new(0),
            handing_in_bytes: AtomicUsize::new(0),
            writes: Semaphore::new(WRITES_AT_ONCE),
            writing: RwLock::default(),
            purged: Arc::default(),
            local,
            runtime: Handle::current(),
        }
    }

    /// A tier in this process's memory; what real services answer is asked by the service's tests.
    #[cfg(test)]
    pub(super) fn in_memory() -> Arc<Self> {
        let operator = Operator::new(services::Memory::default()).unwrap();
        let minute = Duration::from_secs(60);
        let leases = Leases::Objects(objects::ObjectLeases::new(operator.clone(), minute));
        let presence = Presence::Objects(operator.clone());
        Arc::new(Self::over(operator, leases, presence, minute, None))
    }

    /// False while the tier does not answer.
    pub fn is_up(&self) -> bool {
        !self.away.load(Ordering::Relaxed)
    }

    pub(super) fn purged(&self) -> &Arc<Purged> {
        &self.purged
    }

    /// Waits until what is being written is there, or late. What comes after it knows what was
    /// purged before.
    pub(super) async fn settled(&self) {
        drop(self.writing.write().await);
    }

    /// Whether the tier answers and keeps leases.
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
            Err(_) => Err(self.too_late()),
        }
    }

    fn too_late(&self) -> String {
        format!("no answer within {} ms", self.timeout.as_millis())
    }

    /// The bytes of `name`, verified. `None` when it is not there, damaged or out of reach.
    pub(super) async fn read(self: &Arc<Self>, name: &str) -> Option<Bytes> {
        self.get(name).await.ok().flatten()
    }

    /// The bytes of `name`, verified. `None` when it is not there, or was damaged.
    pub async fn get(self: &Arc<Self>, name: &str) -> Result<Option<Bytes>, TierAway> {
        let reading = async {
            match self.operator.read(name).await {
                // In room of its own: what the network gave may be a slice of a larger buffer.
                Ok(found) => Ok(Some(found.to_vec().into())),
                Err(error) if error.kind() == opendal::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        let Some(sealed) = self.within_time("read", reading).await? else {
            return Ok(None);
        };
        let bytes = sealed::open(&sealed);
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

    /// True when all of these objects are there. False, too, while the tier is away, and where it
    /// cannot tell of all of them within its time: a book is not worth more.
    pub(super) async fn holds_all(self: &Arc<Self>, names: &[String]) -> bool {
        let asking = async {
            // What nobody has made is told from the first.
            let (first, rest) = names.split_at(names.len().min(1));
            let together = rest.chunks(self.presence.together());
            for names in first.chunks(1).chain(together) {
                let there = self.within_time("stat", self.presence.of_all(names)).await;
                if !matches!(there, Ok(true)) {
                    return false;
                }
            }
            true
        };
        let in_time = tokio::time::timeout(self.timeout, asking).await;
        in_time.unwrap_or(false)
    }

    /// Changes an object while no other replica does, and returns what it is now.
    pub async fn change(
        self: &Arc<Self>,
        name: &str,
        change: impl Fn(Option<Bytes>) -> Bytes,
    ) -> Result<Bytes, TierAway> {
        let mut lease = None;
        for _ in 0..TRIES_TO_CHANGE {
            lease = self.within_time("lease", self.leases.take(name)).await?;
            if lease.is_some() {
                break;
            }
            tokio::time::sleep(TRY_TO_CHANGE_EVERY).await;
        }
        let lease = lease.ok_or(TierAway)?;
        let changing = async {
            let bytes = change(self.get(name).await?);
            let write = self.operator.write(name, sealed::seal(&bytes));
            self.within_time("write", write).await?;
            Ok(bytes)
        };
        let changed = changing.await;
        self.give_back(lease).await;
        changed
    }

    /// Hands an object in behind the caller's back, and then the lease back. What has a lease
    /// goes at once, because others wait for it; the rest in its turn. One that finds too much on
    /// its way is counted and left out: another replica makes it again.
    pub(super) fn hand_in(self: &Arc<Self>, name: String, bytes: Bytes, lease: Option<Lease>) {
        let shared = self.clone();
        if !self.takes_room_for(bytes.len()) {
            metrics::SHARED_FAILURES.increment("behind");
            if let Some(lease) = lease {
                self.runtime
                    .spawn(async move { shared.give_back(lease).await });
            }
            return;
        }
        self.runtime.spawn(async move {
            let place = match lease {
                Some(_) => None,
                None => shared.writes.acquire().await.ok(),
            };
            shared.write(&name, &bytes).await;
            drop(place);
            if let Some(lease) = lease {
                shared.give_back(lease).await;
            }
            shared.makes_room_for(bytes.len());
        });
    }

    /// Takes room for an object on its way, if there is any.
    fn takes_room_for(&self, bytes: usize) -> bool {
        let objects = self.handing_in.fetch_add(1, Ordering::Relaxed);
        let waiting = self.handing_in_bytes.fetch_add(bytes, Ordering::Relaxed);
        let has_room = objects < MOST_OWED && waiting + bytes <= MOST_BYTES;
        if !has_room {
            self.makes_room_for(bytes);
        }
        has_room
    }

    fn makes_room_for(&self, bytes: usize) {
        self.handing_in.fetch_sub(1, Ordering::Relaxed);
        self.handing_in_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Hands an object in. While the tier is away it is owed.
    async fn write(self: &Arc<Self>, name: &str, bytes: &Bytes) {
        let _writing = self.writing.read().await;
        if clip_in(name).is_some_and(|id| self.purged.holds(id)) {
            return;
        }
        let sealed = sealed::seal(bytes);
        let written = self.within_time("write", self.operator.write(name, sealed));
        if written.await.is_err() {
            self.owe(name);
        }
    }

    /// Removes an object; true when the tier says that it is gone.
    pub async fn remove(self: &Arc<Self>, name: &str) -> bool {
        let removed = self.within_time("delete", self.operator.delete(name));
        removed.await.is_ok()
    }

    /// Whether to make `name`, which no tier holds.
    pub(super) async fn turn(self: &Arc<Self>, name: &str) -> Turn {
        let Ok(taken) = self.within_time("lease", self.leases.take(name)).await else {
            return Turn::Ours(None);
        };
        let Some(lease) = taken else {
            metrics::LEASE_WAITS.increment();
            return Turn::Theirs;
        };
        // Its last holder may have handed it in after it was looked for and before this.
        let there = self.within_time("stat", self.operator.exists(name)).await;
        if matches!(there, Ok(true)) {
            self.give_back(lease).await;
            return Turn::Theirs;
        }
        Turn::Ours(Some(lease))
    }

    /// True while somebody holds the lease of `name`.
    pub(super) async fn is_leased(self: &Arc<Self>, name: &str) -> bool {
        let held = self.within_time("lease", self.leases.is_held(name)).await;
        matches!(held, Ok(true))
    }

    /// Ends a lease. Where that fails it ends by itself.
    pub(super) async fn give_back(self: &Arc<Self>, lease: Lease) {
        let _ = self
            .within_time("lease", self.leases.give_back(&lease))
            .await;
    }

    /// Runs an operation unless the tier is away; one that fails sets it aside.
    async fn within_time<T>(
        self: &Arc<Self>,
        what: &'static str,
        operation: impl Future<Output = Result<T, opendal::Error>>,
    ) -> Result<T, TierAway> {
        if !self.is_up() {
            return Err(TierAway);
        }
        let error = match tokio::time::timeout(self.timeout, operation).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error.to_string(),
            Err(_) => self.too_late(),
        };
        metrics::SHARED_FAILURES.increment(what);
        if !self.away.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                what,
                error,
                "the shared tier does not answer: going on without it"
            );
            metrics::SHARED_UP.set(0.0);
            self.runtime.spawn(self.clone().bring_back());
        }
        Err(TierAway)
    }

    /// Tries the tier until it answers, then hands in what it is owed. Its type is written out
    /// because handing in can bring it about again.
    fn bring_back(self: Arc<Self>) -> BoxFuture<'static, ()> {
        async move {
            loop {
                tokio::time::sleep(PROBE_EVERY).await;
                if self.probe().await.is_ok() {
                    break;
                }
            }
            self.away.store(false, Ordering::Relaxed);
            metrics::SHARED_UP.set(1.0);
            let owed: Vec<String> = self.owed.lock().drain().collect();
            tracing::info!(owed = owed.len(), "the shared tier answers again");
            let Some(local) = &self.local else {
                return;
            };
            for name in owed {
                // What was evicted meanwhile is made again by whoever needs it.
                if let Some(bytes) = local.read(&name).await {
                    self.write(&name, &bytes).await;
                }
            }
        }
        .boxed()
    }

    fn owe(&self, name: &str) {
        let mut owed = self.owed.lock();
        if self.local.is_some() && owed.len() < MOST_OWED {
            owed.insert(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIP: &str = "00/00112233445566778899aabbccddeeff.pcm";

    /// A Redis that nobody has started.
    fn nobody(local: Option<Arc<Store>>) -> Arc<Shared> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let config =
            format!("service = \"redis\"\n[options]\nendpoint = \"redis://127.0.0.1:{port}\"");
        let config = toml::from_str(&config).unwrap();
        Arc::new(Shared::open(&config, local).unwrap())
    }

    fn sound() -> Bytes {
        Bytes::from_static(b"sound")
    }

    async fn handed_in(shared: &Shared) {
        while shared.handing_in.load(Ordering::Relaxed) > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn what_was_damaged_in_the_tier_is_a_miss_and_goes() {
        let shared = Shared::in_memory();
        shared.write(CLIP, &sound()).await;
        assert_eq!(shared.get(CLIP).await, Ok(Some(sound())));
        let damaged = sealed::seal(&sound())[1..].to_vec();
        shared.operator.write(CLIP, damaged).await.unwrap();
        assert_eq!(shared.get(CLIP).await, Ok(None));
        assert!(!shared.operator.exists(CLIP).await.unwrap());
        assert_eq!(shared.read(CLIP).await, None);
        assert!(shared.is_up(), "that nothing is there is an answer");
    }

    #[tokio::test]
    async fn all_are_there_or_not() {
        let shared = Shared::in_memory();
        let names: Vec<String> = (0..70).map(|index| format!("a/{index}")).collect();
        assert!(shared.holds_all(&[]).await);
        for name in &names {
            shared.write(name, &sound()).await;
        }
        assert!(shared.holds_all(&names).await);
        for missing in [0, 1, 33, 69] {
            assert!(shared.remove(&names[missing]).await);
            assert!(!shared.holds_all(&names).await, "{missing}");
            shared.write(&names[missing], &sound()).await;
        }
        assert!(shared.holds_all(&names).await);
    }

    #[tokio::test]
    async fn an_object_is_changed_by_one_at_a_time() {
        let shared = Shared::in_memory();
        let add = |found: Option<Bytes>| {
            let found = found.unwrap_or_default();
            Bytes::from([&found[..], b"x"].concat())
        };
        let all = (0..5).map(|_| shared.change("list", add));
        let all = futures::future::join_all(all).await;
        assert!(all.iter().all(Result::is_ok), "{all:?}");
        assert_eq!(
            shared.get("list").await,
            Ok(Some(Bytes::from_static(b"xxxxx")))
        );
        assert!(!shared.is_leased("list").await, "the last gave it back");

        let _theirs = shared.leases.take("list").await.unwrap().unwrap();
        let started = std::time::Instant::now();
        assert_eq!(shared.change("list", add).await, Err(TierAway));
        assert!(started.elapsed() >= TRY_TO_CHANGE_EVERY * (TRIES_TO_CHANGE - 1));
        assert_eq!(
            shared.get("list").await,
            Ok(Some(Bytes::from_static(b"xxxxx")))
        );
    }

    #[tokio::test]
    async fn a_turn_is_one_replicas_until_the_lease_or_the_object_is_there() {
        let shared = Shared::in_memory();
        let Turn::Ours(Some(lease)) = shared.turn(CLIP).await else {
            panic!("nobody has it");
        };
        assert!(shared.is_leased(CLIP).await);
        assert!(matches!(shared.turn(CLIP).await, Turn::Theirs));
        shared.give_back(lease).await;
        assert!(!shared.is_leased(CLIP).await);
        let Turn::Ours(Some(lease)) = shared.turn(CLIP).await else {
            panic!("it was given back");
        };
        shared.hand_in(CLIP.to_owned(), sound(), Some(lease));
        handed_in(&shared).await;
        assert_eq!(shared.read(CLIP).await, Some(sound()));
        assert!(!shared.is_leased(CLIP).await, "it goes back with the clip");
        assert!(matches!(shared.turn(CLIP).await, Turn::Theirs));
        assert!(!shared.is_leased(CLIP).await, "the clip is there");
    }

    #[tokio::test]
    async fn a_lease_is_given_back_by_its_holder_and_in_its_time() {
        let operator = Operator::new(services::Memory::default()).unwrap();
        let leases = objects::ObjectLeases::new(operator.clone(), Duration::from_secs(600));
        assert!(!leases.is_held("x").await.unwrap());
        let _lease = leases.take("x").await.unwrap().unwrap();
        assert!(leases.is_held("x").await.unwrap());
        assert!(leases.take("x").await.unwrap().is_none());
        let brief = objects::ObjectLeases::new(operator.clone(), Duration::from_millis(1));
        let lease = brief.take("y").await.unwrap().unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(!brief.is_held("y").await.unwrap(), "it has ended");
        brief.give_back(&lease).await.unwrap();
        assert!(
            operator.exists("leases/y").await.unwrap(),
            "it may be another's by now"
        );
        operator.write("leases/x", "?").await.unwrap();
        assert!(!leases.is_held("x").await.unwrap(), "nobody can read it");
    }

    #[tokio::test]
    async fn a_storage_that_cannot_tell_of_a_lease_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        // Where the folder of the leases should be.
        std::fs::write(folder.path().join("leases"), "").unwrap();
        let root = folder.path().to_string_lossy();
        let operator = Operator::new(services::Fs::default().root(&root)).unwrap();
        let leases = objects::ObjectLeases::new(operator, Duration::from_secs(60));
        assert!(leases.is_held("x").await.is_err());
    }

    #[tokio::test]
    async fn what_is_purged_is_not_handed_in() {
        let shared = Shared::in_memory();
        let id = clip_in(CLIP).unwrap();
        shared.purged().add(&[id]);
        shared.hand_in(CLIP.to_owned(), sound(), None);
        handed_in(&shared).await;
        assert_eq!(shared.read(CLIP).await, None);
        shared.purged().claim(id);
        shared.hand_in(CLIP.to_owned(), sound(), None);
        handed_in(&shared).await;
        assert_eq!(shared.read(CLIP).await, Some(sound()));
        assert_eq!(shared.handing_in_bytes.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_purge_waits_for_what_is_being_written() {
        let shared = Shared::in_memory();
        let writing = shared.writing.read().await;
        let waits = tokio::time::timeout(Duration::from_millis(50), shared.settled());
        assert!(waits.await.is_err());
        drop(writing);
        shared.settled().await;
    }

    #[tokio::test]
    async fn a_tier_that_does_not_answer_is_set_aside_and_owed_what_can_be_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open_folder(folder.path(), 1 << 20).await.unwrap());
        let shared = nobody(Some(store));
        assert!(shared.is_up(), "nobody has asked yet");
        assert_eq!(shared.get(CLIP).await, Err(TierAway));
        assert!(!shared.is_up());
        assert!(matches!(shared.turn(CLIP).await, Turn::Ours(None)));
        assert!(!shared.is_leased(CLIP).await);
        assert!(!shared.holds_all(&[CLIP.to_owned()]).await);
        assert!(!shared.remove(CLIP).await);
        assert!(shared.probe().await.is_err());
        shared.write(CLIP, &sound()).await;
        assert_eq!(shared.owed.lock().len(), 1);
        for index in 0..MOST_OWED {
            shared.owe(&format!("a/{index}"));
        }
        assert_eq!(shared.owed.lock().len(), MOST_OWED, "no more");

        let without = nobody(None);
        without.write(CLIP, &sound()).await;
        assert!(without.owed.lock().is_empty(), "it could not be read again");
    }

    #[tokio::test]
    async fn a_tier_that_is_too_late_says_how_late() {
        // It takes connections and never says a word.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let config = format!(
            "service = \"redis\"\ntimeout_ms = 50\n[options]\nendpoint = \"redis://127.0.0.1:{port}\""
        );
        let shared = Shared::open(&toml::from_str(&config).unwrap(), None).unwrap();
        let error = shared.probe().await.unwrap_err();
        assert_eq!(error, "no answer within 50 ms");
    }

    #[tokio::test]
    async fn as_many_objects_are_on_their_way_as_may_be_owed() {
        let shared = Shared::in_memory();
        for _ in 0..MOST_OWED {
            assert!(shared.takes_room_for(1));
        }
        assert!(!shared.takes_room_for(1));
        shared.makes_room_for(1);
        assert!(shared.takes_room_for(1));
    }

    #[tokio::test]
    async fn what_is_on_its_way_is_bounded_by_its_bytes() {
        let config = toml::from_str("service = \"redis\"").unwrap();
        let shared = Arc::new(Shared::open(&config, None).unwrap());
        // Nothing is written before this test gives way, which it does not.
        let half = Bytes::from(vec![0; MOST_BYTES / 2]);
        for name in ["a", "b", "c"] {
            shared.hand_in(name.to_owned(), half.clone(), None);
        }
        let handing_in = shared.handing_in.load(Ordering::Relaxed);
        assert_eq!(handing_in, 2, "the third is left out");
        shared.makes_room_for(half.len());
        shared.hand_in("c".to_owned(), half, None);
        let handing_in = shared.handing_in.load(Ordering::Relaxed);
        assert_eq!(handing_in, 2, "there is room again");
    }
}
