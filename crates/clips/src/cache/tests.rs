use tempfile::TempDir;

use super::purge::stored_forms;
use super::*;
use crate::Timing;
use crate::fixtures::{id, limits, mp3, recipe, samples, sound};

fn cached_recipe(private: bool) -> CachedRecipe {
    Cached {
        value: Arc::new(recipe()),
        private,
    }
}

fn insert_synthesised(cache: &Cache, id: ClipId) {
    cache.insert_synthesised(id, samples(), mp3(), &sound(), None);
}

/// A cache with a disk, and its folder.
async fn with_disk() -> (Cache, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let disk = DiskTier::open(folder.path(), 1 << 20).await.unwrap();
    let cache = Cache::new(Some(Arc::new(disk)), None, &limits());
    (cache, folder)
}

/// The extensions of a clip's files.
fn files(folder: &TempDir, id: ClipId) -> Vec<String> {
    let inside = std::fs::read_dir(folder.path().join(&id.to_string()[..2]));
    let names = inside.into_iter().flatten().map(|file| file.unwrap());
    let mut names: Vec<String> = names
        .map(|file| file.file_name().to_string_lossy()[33..].to_owned())
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn what_a_worker_made_is_cached_and_a_public_clip_lastingly() {
    let (cache, folder) = with_disk().await;
    let (public, private, unknown) = (id("0"), id("1"), id("2"));
    cache.memory.recipes.insert(public, cached_recipe(false));
    cache.memory.recipes.insert(private, cached_recipe(true));
    for id in [public, private, unknown] {
        insert_synthesised(&cache, id);
        assert!(cache.memory.samples.contains_key(&id));
        assert!(cache.memory.encoded.contains_key(&(id, mp3())));
    }
    cache.flushed().await;
    assert_eq!(files(&folder, public), ["mp3frames"]);
    assert!(files(&folder, private).is_empty());
    assert!(files(&folder, unknown).is_empty(), "it may be private");
    let known = [public, private, unknown].map(|id| cache.is_private(id));
    assert_eq!(known, [false, true, true], "its sound was kept as private");
    let possible = [public, private, unknown].map(|id| cache.may_be_private(id));
    assert_eq!(possible, [false, true, true]);
    assert_eq!(cache.read_disk(public, mp3()).await, Some(sound()));
    assert_eq!(cache.read_disk(private, mp3()).await, None);
}

#[tokio::test]
async fn a_lookup_tells_the_tier_and_brings_the_clip_into_memory() {
    let (cache, _folder) = with_disk().await;
    let id = id("0");
    assert!(cache.lookup(id, mp3()).await.is_none());
    cache.write_behind(mp3().object_name(id).unwrap(), sound());
    cache.flushed().await;
    for tier in [Tier::Disk, Tier::Memory] {
        let clip = cache.lookup(id, mp3()).await.unwrap();
        assert_eq!((clip.tier, clip.bytes), (tier, sound()));
    }
}

#[tokio::test]
async fn what_is_forgotten_is_gone_and_does_not_come_back_by_a_worker() {
    let (cache, folder) = with_disk().await;
    let (gone, stays) = (id("0"), id("1"));
    for id in [gone, stays] {
        cache.memory.recipes.insert(id, cached_recipe(false));
        insert_synthesised(&cache, id);
        cache.store_recipe(id, &recipe());
        let timing = Timing {
            samples: 10,
            sample_rate: 24_000,
            syllables: Vec::new(),
            exact: true,
        };
        let cached = Cached {
            value: Arc::new(timing),
            private: false,
        };
        cache.memory.timings.insert(id, cached);
    }
    cache.flushed().await;
    assert_eq!(files(&folder, gone), ["mp3frames", "recipe.json"]);
    assert!(cache.was_read_again(gone));

    cache.forget(&[gone]);
    assert!(!cache.was_read_again(gone) && cache.was_read_again(stays));
    assert!(cache.delete(gone).await);
    // A worker was at it, and somebody who had asked before.
    insert_synthesised(&cache, gone);
    cache.insert_in_memory(gone, mp3(), &sound(), false);
    cache.write_behind(mp3().object_name(gone).unwrap(), sound());
    cache.flushed().await;
    for (id, there) in [(gone, false), (stays, true)] {
        assert_eq!(cache.memory.recipes.contains_key(&id), there);
        assert_eq!(cache.memory.timings.contains_key(&id), there);
        assert_eq!(cache.memory.samples.contains_key(&id), there);
        assert_eq!(cache.memory.encoded.contains_key(&(id, mp3())), there);
        assert_eq!(files(&folder, id).len(), if there { 2 } else { 0 });
    }

    // A document has it again, which a worker then makes.
    cache.tombstones.lift(gone);
    assert!(
        !cache.was_read_again(gone),
        "no document is read with it yet"
    );
    cache.memory.recipes.insert(gone, cached_recipe(false));
    assert!(cache.was_read_again(gone));
    insert_synthesised(&cache, gone);
    cache.flushed().await;
    assert_eq!(files(&folder, gone), ["mp3frames"]);
}

#[tokio::test]
async fn every_form_of_a_clip_is_deleted() {
    let (cache, folder) = with_disk().await;
    let id = id("0");
    for form in stored_forms() {
        cache.write_behind(form.object_name(id).unwrap(), sound());
    }
    cache.store_recipe(id, &recipe());
    cache.flushed().await;
    let all = ["mp3frames", "opus", "pcm", "recipe.json", "wav"];
    assert_eq!(files(&folder, id), all);
    assert!(cache.delete(id).await);
    assert!(files(&folder, id).is_empty());
}

#[tokio::test]
async fn a_recipe_is_written_once_and_read_from_the_disk() {
    let (cache, folder) = with_disk().await;
    let id = id("0");
    cache.store_recipe(id, &recipe());
    cache.flushed().await;
    let stored = cache.read_recipe(id).await.unwrap();
    let stored: Recipe = serde_json::from_slice(&stored).unwrap();
    assert_eq!(stored, recipe());
    let path = folder.path().join(object::recipe_name(id));
    let written = std::fs::metadata(&path).unwrap().modified().unwrap();
    cache.store_recipe(id, &recipe());
    cache.flushed().await;
    let now = std::fs::metadata(&path).unwrap().modified().unwrap();
    assert_eq!(written, now);
    assert!(cache.read_recipe(crate::fixtures::id("1")).await.is_none());
}

#[tokio::test]
async fn what_is_private_or_in_memory_only_does_not_go_to_the_remote_tier() {
    let cache = Cache::new(None, Some(RemoteTier::in_memory()), &limits());
    assert!(cache.remote_clip(id("0"), mp3(), false).is_some());
    assert!(cache.remote_clip(id("0"), mp3(), true).is_none());
    let telephone = Form {
        sample_rate_hz: 8_000,
        ..mp3()
    };
    assert!(cache.remote_clip(id("0"), telephone, false).is_none());
}

#[tokio::test]
async fn what_comes_from_the_remote_tier_is_promoted_to_the_nearer_ones() {
    let folder = tempfile::tempdir().unwrap();
    let disk = DiskTier::open(folder.path(), 1 << 20).await.unwrap();
    let (disk, remote) = (Arc::new(disk), RemoteTier::in_memory());
    let cache = Cache::new(Some(disk.clone()), Some(remote.clone()), &limits());
    let id = id("0");
    cache.promote(id, mp3(), &sound());
    assert!(cache.memory.encoded.contains_key(&(id, mp3())));
    let recipe = object::recipe_name(id);
    assert_eq!(cache.read_recipe(id).await, None);
    remote.upload(recipe.clone(), sound(), None);
    remote.uploaded().await;
    assert_eq!(cache.read_recipe(id).await, Some(sound()));
    cache.flushed().await;
    for name in [recipe.clone(), mp3().object_name(id).unwrap()] {
        assert_eq!(disk.read(&name).await, Some(sound()), "{name}");
    }
    assert!(remote.remove(&recipe).await);
    assert_eq!(cache.read_recipe(id).await, Some(sound()));
}
