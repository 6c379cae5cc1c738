//! The tiers in which clips are kept, and what is known of them.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tokio::runtime::Handle;

use super::behind::WriteBehind;
use super::form::{Form, Part};
use super::purged::Purged;
use super::recipe::{ClipId, Recipe};
use super::shared::{Lease, Shared};
use super::store::Store;
use super::{ClipLimits, Made, RECIPE, Timing, clip_in, object_name};
use langdu_audio::Encoding;

/// Recipes and timings that are kept at hand. One takes about 2 kB.
const KNOWN_CLIPS: u64 = 50_000;

/// Something in memory: what is private expires, the rest goes by size.
#[derive(Clone)]
pub(super) struct Shelved<T> {
    pub(super) value: T,
    pub(super) private: bool,
}

pub(super) type Known = Shelved<Arc<Recipe>>;

/// The tiers, shared with the pool's sink.
pub(super) struct Shelves {
    pub(super) encoded: Cache<(ClipId, Form), Shelved<Bytes>>,
    pub(super) samples: Cache<ClipId, Shelved<Arc<[f32]>>>,
    pub(super) known: Cache<ClipId, Known>,
    pub(super) timings: Cache<ClipId, Shelved<Arc<Timing>>>,
    /// The shared tier takes none of them either.
    pub(super) purged: Arc<Purged>,
    pub(super) store: Option<Arc<Store>>,
    behind: Option<WriteBehind>,
    pub(super) shared: Option<Arc<Shared>>,
    pub(super) runtime: Handle,
}

#[derive(Clone, Copy)]
struct PrivateExpiry(Duration);

impl<K, T> moka::Expiry<K, Shelved<T>> for PrivateExpiry {
    fn expire_after_create(&self, _: &K, shelved: &Shelved<T>, _: Instant) -> Option<Duration> {
        shelved.private.then_some(self.0)
    }

    fn expire_after_update(
        &self,
        _: &K,
        shelved: &Shelved<T>,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        shelved.private.then_some(self.0)
    }
}

impl Shelves {
    /// Must be called inside a tokio runtime, which the tiers' writes use.
    pub(super) fn new(
        store: Option<Arc<Store>>,
        shared: Option<Arc<Shared>>,
        limits: &ClipLimits,
    ) -> Self {
        let expiry = PrivateExpiry(limits.private_ttl);
        let runtime = Handle::current();
        Self {
            encoded: Cache::builder()
                .max_capacity(limits.memory_bytes)
                .weigher(|_, clip: &Shelved<Bytes>| weight(clip.value.len()))
                .expire_after(expiry)
                .build(),
            samples: Cache::builder()
                .max_capacity(limits.samples_bytes)
                .weigher(|_, clip: &Shelved<Arc<[f32]>>| weight(size_of_val(&*clip.value)))
                .expire_after(expiry)
                .build(),
            known: Cache::builder()
                .max_capacity(KNOWN_CLIPS)
                // What has just come is asked for next, however popular the rest is.
                .eviction_policy(EvictionPolicy::lru())
                .expire_after(expiry)
                .build(),
            timings: Cache::builder()
                .max_capacity(KNOWN_CLIPS)
                .expire_after(expiry)
                .build(),
            purged: shared
                .as_ref()
                .map_or_else(Arc::default, |shared| shared.purged().clone()),
            behind: store.clone().map(|store| WriteBehind::new(store, &runtime)),
            store,
            shared,
            runtime,
        }
    }

    /// Forgets clips in memory, in whatever form.
    pub(super) fn forget(&self, ids: &[ClipId]) {
        self.purged.add(ids);
        for id in ids {
            self.known.invalidate(id);
            self.timings.invalidate(id);
            self.samples.invalidate(id);
        }
        let ids: HashSet<ClipId> = ids.iter().copied().collect();
        for (key, _) in &self.encoded {
            if ids.contains(&key.0) {
                self.encoded.invalidate(&*key);
            }
        }
    }

    /// Lets go of what has expired: the caches do it by themselves only when they are used.
    pub(super) fn let_go(&self) {
        self.encoded.run_pending_tasks();
        self.samples.run_pending_tasks();
        self.known.run_pending_tasks();
        self.timings.run_pending_tasks();
        self.purged.let_go();
    }

    /// True for a clip that was purged and has been read with since: the ledger need not know it
    /// yet.
    pub(super) fn is_claimed(&self, id: ClipId) -> bool {
        !self.purged.holds(id) && self.known.contains_key(&id)
    }

    /// Deletes what is stored of a clip; true when no tier holds anything of it any more.
    pub(super) async fn delete(&self, id: ClipId) -> bool {
        let mut names: Vec<String> = stored_forms()
            .filter_map(|form| form.object_name(id))
            .chain([object_name(id, RECIPE)])
            .collect();
        names.sort_unstable();
        names.dedup();
        let mut is_gone = true;
        for name in names {
            if let Some(store) = &self.store {
                is_gone &= store.remove(&name).await;
            }
            if let Some(shared) = &self.shared {
                is_gone &= shared.remove(&name).await;
            }
        }
        is_gone
    }

    /// What is not known is taken for private.
    pub(super) fn is_private(&self, id: ClipId) -> bool {
        self.known.get(&id).is_none_or(|known| known.private)
    }

    /// True for a private clip, which no other replica has.
    pub(super) fn is_ours(&self, id: ClipId) -> bool {
        self.known.get(&id).is_some_and(|known| known.private)
    }

    /// Keeps what a worker made, whoever still waits for it.
    pub(super) fn keep_made(&self, id: ClipId, made: &Made) {
        if self.purged.holds(id) {
            return;
        }
        let private = self.is_private(id);
        let samples = Shelved {
            value: made.samples.clone(),
            private,
        };
        self.samples.insert(id, samples);
        let lease = made.lease.clone();
        self.keep_encoded(id, made.form, &made.encoded, private, lease);
    }

    pub(super) fn remember(&self, id: ClipId, form: Form, bytes: &Bytes, private: bool) {
        // Whoever was about to bring it may have asked before the purge.
        if self.purged.holds(id) {
            return;
        }
        let shelved = Shelved {
            value: bytes.clone(),
            private,
        };
        self.encoded.insert((id, form), shelved);
    }

    pub(super) fn keep_encoded(
        &self,
        id: ClipId,
        form: Form,
        bytes: &Bytes,
        private: bool,
        lease: Option<Lease>,
    ) {
        self.remember(id, form, bytes, private);
        if private {
            return;
        }
        if let Some(name) = form.object_name(id) {
            self.hand_in(&name, bytes, lease);
            self.write_behind(name, bytes.clone());
        }
    }

    pub(super) fn keep_recipe(&self, id: ClipId, recipe: &Recipe) {
        let name = object_name(id, RECIPE);
        if self.store.as_ref().is_some_and(|store| store.knows(&name)) {
            return;
        }
        match serde_json::to_vec(recipe).map(Bytes::from) {
            Ok(bytes) => {
                self.hand_in(&name, &bytes, None);
                self.write_behind(name, bytes);
            }
            Err(error) => tracing::warn!(%error, "cannot write a recipe"),
        }
    }

    pub(super) fn write_behind(&self, name: String, bytes: Bytes) {
        if clip_in(&name).is_some_and(|id| self.purged.holds(id)) {
            return;
        }
        if let Some(behind) = &self.behind {
            behind.write(name, bytes);
        }
    }

    /// Waits until the store has everything that was kept before.
    pub(super) async fn settled(&self) {
        if let Some(behind) = &self.behind {
            behind.settled().await;
        }
    }

    pub(super) async fn read(&self, id: ClipId, form: Form) -> Option<Bytes> {
        let name = form.object_name(id)?;
        let store = self.store.as_ref()?;
        // Another replica may have written it, so the index alone does not decide.
        store.read(&name).await
    }
}

fn weight(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Every form that is stored of a clip.
fn stored_forms() -> impl Iterator<Item = Form> {
    [Encoding::Mp3, Encoding::OggOpus, Encoding::Linear16]
        .into_iter()
        .flat_map(|encoding| [Part::File, Part::Stream].map(|part| Form::plain(encoding, part)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::recipe::tests::recipe;
    use super::*;

    pub(crate) fn limits() -> ClipLimits {
        ClipLimits {
            memory_bytes: 1 << 20,
            samples_bytes: 1 << 20,
            private_ttl: Duration::from_millis(50),
            workers: 1,
            max_waiting: 1,
        }
    }

    fn id(digit: &str) -> ClipId {
        digit.repeat(32).parse().unwrap()
    }

    fn known(private: bool) -> Known {
        Known {
            value: Arc::new(recipe()),
            private,
        }
    }

    fn made() -> Made {
        Made {
            samples: vec![0.0; 10].into(),
            form: Form::plain(Encoding::Mp3, Part::Stream),
            encoded: Bytes::from_static(b"sound"),
            lease: None,
        }
    }

    /// Shelves with a store, and its folder.
    async fn stored() -> (Shelves, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_folder(folder.path(), 1 << 20).await.unwrap();
        let shelves = Shelves::new(Some(Arc::new(store)), None, &limits());
        (shelves, folder)
    }

    fn files(folder: &tempfile::TempDir, id: ClipId) -> Vec<String> {
        let inside = std::fs::read_dir(folder.path().join(&id.to_string()[..2]));
        let names = inside.into_iter().flatten().map(|file| file.unwrap());
        let mut names: Vec<String> = names
            .map(|file| file.file_name().to_string_lossy()[33..].to_owned())
            .collect();
        names.sort_unstable();
        names
    }

    #[tokio::test]
    async fn what_a_worker_made_is_kept_and_a_public_clip_lastingly() {
        let (shelves, folder) = stored().await;
        let (public, private, unknown) = (id("0"), id("1"), id("2"));
        shelves.known.insert(public, known(false));
        shelves.known.insert(private, known(true));
        for id in [public, private, unknown] {
            shelves.keep_made(id, &made());
            assert!(shelves.samples.contains_key(&id));
            assert!(shelves.encoded.contains_key(&(id, made().form)));
        }
        shelves.settled().await;
        assert_eq!(files(&folder, public), ["mp3frames"]);
        assert!(files(&folder, private).is_empty());
        assert!(files(&folder, unknown).is_empty(), "it may be private");
        let ours = [public, private, unknown].map(|id| shelves.is_ours(id));
        assert_eq!(ours, [false, true, false]);
        let privates = [public, private, unknown].map(|id| shelves.is_private(id));
        assert_eq!(privates, [false, true, true]);
        let form = made().form;
        assert_eq!(shelves.read(public, form).await, Some(made().encoded));
        assert_eq!(shelves.read(private, form).await, None);
    }

    #[tokio::test]
    async fn what_is_forgotten_is_gone_and_does_not_come_back_by_a_worker() {
        let (shelves, folder) = stored().await;
        let (gone, stays) = (id("0"), id("1"));
        let form = made().form;
        for id in [gone, stays] {
            shelves.known.insert(id, known(false));
            shelves.keep_made(id, &made());
            shelves.keep_recipe(id, &recipe());
            let timing = Timing {
                samples: 10,
                sample_rate: 24_000,
                syllables: Vec::new(),
                exact: true,
            };
            let shelved = Shelved {
                value: Arc::new(timing),
                private: false,
            };
            shelves.timings.insert(id, shelved);
        }
        shelves.settled().await;
        assert_eq!(files(&folder, gone), ["mp3frames", "recipe.json"]);
        assert!(shelves.is_claimed(gone));

        shelves.forget(&[gone]);
        assert!(!shelves.is_claimed(gone) && shelves.is_claimed(stays));
        assert!(shelves.delete(gone).await);
        // A worker was at it, and somebody who had asked before.
        shelves.keep_made(gone, &made());
        shelves.remember(gone, form, &made().encoded, false);
        shelves.write_behind(form.object_name(gone).unwrap(), made().encoded);
        shelves.settled().await;
        for (id, there) in [(gone, false), (stays, true)] {
            assert_eq!(shelves.known.contains_key(&id), there);
            assert_eq!(shelves.timings.contains_key(&id), there);
            assert_eq!(shelves.samples.contains_key(&id), there);
            assert_eq!(shelves.encoded.contains_key(&(id, form)), there);
            assert_eq!(files(&folder, id).len(), if there { 2 } else { 0 });
        }

        // A document has it again, which a worker then makes.
        shelves.purged.claim(gone);
        assert!(!shelves.is_claimed(gone), "no document is read with it yet");
        shelves.known.insert(gone, known(false));
        assert!(shelves.is_claimed(gone));
        shelves.keep_made(gone, &made());
        shelves.settled().await;
        assert_eq!(files(&folder, gone), ["mp3frames"]);
    }

    #[tokio::test]
    async fn every_form_of_a_clip_is_deleted() {
        let (shelves, folder) = stored().await;
        let id = id("0");
        for form in stored_forms() {
            let name = form.object_name(id).unwrap();
            shelves.write_behind(name, Bytes::from_static(b"sound"));
        }
        shelves.keep_recipe(id, &recipe());
        shelves.settled().await;
        let all = ["mp3frames", "opus", "pcm", "recipe.json", "wav"];
        assert_eq!(files(&folder, id), all);
        assert!(shelves.delete(id).await);
        assert!(files(&folder, id).is_empty());
    }

    #[tokio::test]
    async fn a_recipe_is_written_once_and_read_from_the_store() {
        let (shelves, folder) = stored().await;
        let id = id("0");
        shelves.keep_recipe(id, &recipe());
        shelves.settled().await;
        let stored = shelves.stored_recipe(id).await.unwrap();
        let stored: Recipe = serde_json::from_slice(&stored).unwrap();
        assert_eq!(stored, recipe());
        let path = folder.path().join(object_name(id, RECIPE));
        let written = std::fs::metadata(&path).unwrap().modified().unwrap();
        shelves.keep_recipe(id, &recipe());
        shelves.settled().await;
        let now = std::fs::metadata(&path).unwrap().modified().unwrap();
        assert_eq!(written, now);
        let other: ClipId = "1".repeat(32).parse().unwrap();
        assert!(shelves.stored_recipe(other).await.is_none());
    }

    #[tokio::test]
    async fn memory_is_bounded_by_the_bytes_of_clips_and_of_samples() {
        let limits = ClipLimits {
            memory_bytes: 1000,
            samples_bytes: 1000,
            ..limits()
        };
        let shelves = Shelves::new(None, None, &limits);
        for index in 0..50 {
            let id: ClipId = format!("{index:032x}").parse().unwrap();
            shelves.known.insert(id, known(false));
            let made = Made {
                samples: vec![0.0; 25].into(),
                encoded: Bytes::from(vec![0; 100]),
                ..made()
            };
            shelves.keep_made(id, &made);
            shelves.let_go();
        }
        let held = (
            shelves.encoded.weighted_size(),
            shelves.samples.weighted_size(),
        );
        assert!(held.0 > 500 && held.0 <= 1000, "{held:?}");
        assert!(held.1 > 500 && held.1 <= 1000, "{held:?}");
    }

    #[tokio::test]
    async fn what_is_private_goes_at_its_time_also_where_nobody_asks() {
        let shelves = Shelves::new(None, None, &limits());
        let id = id("0");
        let form = Form::plain(Encoding::Mp3, Part::Stream);
        let sound = |private| Shelved {
            value: Bytes::from_static(b"sound"),
            private,
        };
        let other: ClipId = "1".repeat(32).parse().unwrap();
        for (id, private) in [(id, true), (other, false)] {
            shelves.encoded.insert((id, form), sound(private));
            shelves.known.insert(id, known(private));
            shelves.samples.insert(
                id,
                Shelved {
                    value: made().samples,
                    private,
                },
            );
        }
        let counts = || {
            shelves.let_go();
            [
                shelves.encoded.entry_count(),
                shelves.known.entry_count(),
                shelves.samples.entry_count(),
            ]
        };
        assert_eq!(counts(), [2; 3]);
        // The cache counts what expires in steps of about a second.
        tokio::time::sleep(Duration::from_millis(2500)).await;
        assert_eq!(counts(), [1; 3]);
    }
}
