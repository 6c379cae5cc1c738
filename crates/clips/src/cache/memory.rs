//! The memory tier: clips, samples, recipes and timings in this process, bounded by bytes or by
//! number. What is private is kept nowhere else, and only for a stated time.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use crate::{ClipId, ClipLimits, Form, Recipe, Timing};

/// Recipes and timings that are cached. One takes about 2 kB.
const MAX_RECIPES: u64 = 50_000;

/// An entry of the memory tier: what is private expires, the rest is evicted by size.
#[derive(Clone)]
pub(crate) struct Cached<T> {
    pub(crate) value: T,
    pub(crate) private: bool,
}

/// What a clip is made from, and whether only this process may know it.
pub(crate) type CachedRecipe = Cached<Arc<Recipe>>;

/// The memory tier.
pub(crate) struct MemoryTier {
    pub(crate) encoded: Cache<(ClipId, Form), Cached<Bytes>>,
    pub(crate) samples: Cache<ClipId, Cached<Arc<[f32]>>>,
    pub(crate) recipes: Cache<ClipId, CachedRecipe>,
    pub(crate) timings: Cache<ClipId, Cached<Arc<Timing>>>,
}

#[derive(Clone, Copy)]
struct PrivateExpiry(Duration);

impl<K, T> moka::Expiry<K, Cached<T>> for PrivateExpiry {
    fn expire_after_create(&self, _: &K, cached: &Cached<T>, _: Instant) -> Option<Duration> {
        cached.private.then_some(self.0)
    }

    fn expire_after_update(
        &self,
        _: &K,
        cached: &Cached<T>,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        cached.private.then_some(self.0)
    }
}

impl MemoryTier {
    pub(super) fn new(limits: &ClipLimits) -> Self {
        let expiry = PrivateExpiry(limits.private_ttl);
        Self {
            encoded: Cache::builder()
                .max_capacity(limits.memory_bytes)
                .weigher(|_, clip: &Cached<Bytes>| weight(clip.value.len()))
                .expire_after(expiry)
                .build(),
            samples: Cache::builder()
                .max_capacity(limits.samples_bytes)
                .weigher(|_, clip: &Cached<Arc<[f32]>>| weight(size_of_val(&*clip.value)))
                .expire_after(expiry)
                .build(),
            recipes: Cache::builder()
                .max_capacity(MAX_RECIPES)
                // What has just come is asked for next, however popular the rest is.
                .eviction_policy(EvictionPolicy::lru())
                .expire_after(expiry)
                .build(),
            timings: Cache::builder()
                .max_capacity(MAX_RECIPES)
                .expire_after(expiry)
                .build(),
        }
    }

    /// Removes clips in whatever form, with their recipes and timings.
    pub(super) fn remove(&self, ids: &[ClipId]) {
        for id in ids {
            self.recipes.invalidate(id);
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

    /// Evicts what has expired: the caches do it by themselves only when they are used.
    pub(super) fn evict_expired(&self) {
        self.encoded.run_pending_tasks();
        self.samples.run_pending_tasks();
        self.recipes.run_pending_tasks();
        self.timings.run_pending_tasks();
    }
}

fn weight(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{id, limits, mp3, recipe, samples, sound};

    fn cached<T>(value: T, private: bool) -> Cached<T> {
        Cached { value, private }
    }

    #[test]
    fn memory_is_bounded_by_the_bytes_of_clips_and_of_samples() {
        let memory = MemoryTier::new(&ClipLimits {
            memory_bytes: 1000,
            samples_bytes: 1000,
            ..limits()
        });
        for index in 0..50 {
            let id: ClipId = format!("{index:032x}").parse().unwrap();
            let encoded = Bytes::from(vec![0; 100]);
            memory.encoded.insert((id, mp3()), cached(encoded, false));
            let samples = vec![0.0; 25].into();
            memory.samples.insert(id, cached(samples, false));
            memory.evict_expired();
        }
        let held = (
            memory.encoded.weighted_size(),
            memory.samples.weighted_size(),
        );
        assert!(held.0 > 500 && held.0 <= 1000, "{held:?}");
        assert!(held.1 > 500 && held.1 <= 1000, "{held:?}");
    }

    /// A tier with a private clip and a public one, whole.
    fn private_and_public(private_ttl: Duration) -> MemoryTier {
        let memory = MemoryTier::new(&ClipLimits {
            private_ttl,
            ..limits()
        });
        for (id, private) in [(id("0"), true), (id("1"), false)] {
            memory.encoded.insert((id, mp3()), cached(sound(), private));
            let recipe = Arc::new(recipe());
            memory.recipes.insert(id, cached(recipe, private));
            memory.samples.insert(id, cached(samples(), private));
        }
        memory
    }

    fn counts(memory: &MemoryTier) -> [u64; 3] {
        memory.evict_expired();
        [
            memory.encoded.entry_count(),
            memory.recipes.entry_count(),
            memory.samples.entry_count(),
        ]
    }

    #[test]
    fn what_is_private_goes_at_its_time_also_where_nobody_asks() {
        let long = private_and_public(Duration::from_secs(3600));
        let short = private_and_public(Duration::from_millis(50));
        // The cache counts what expires in steps of about a second.
        for _ in 0..1200 {
            if counts(&short) == [1; 3] {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(counts(&short), [1; 3], "the public one stays");
        assert_eq!(counts(&long), [2; 3], "an hour has not passed");
    }
}
