use super::super::envelope::DIGEST_BYTES;
use super::*;
use crate::fixtures::{Counters, FAILED_WRITES};

async fn disk(folder: &Path, max_bytes: u64) -> DiskTier {
    DiskTier::open(folder, max_bytes).await.unwrap()
}

#[tokio::test]
async fn what_was_written_is_read_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = Bytes::from_static(b"sound");
    disk(folder.path(), 1 << 20)
        .await
        .write("ab/x", &bytes)
        .await;
    let reopened = disk(folder.path(), 1 << 20).await;
    assert!(reopened.is_indexed("ab/x"));
    assert_eq!(reopened.read("ab/x").await, Some(bytes));
    assert_eq!(reopened.read("ab/y").await, None);
}

#[tokio::test]
async fn a_damaged_object_is_a_miss_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let disk = disk(folder.path(), 1 << 20).await;
    for damage in [&b""[..], b"short", &[7; 80]] {
        disk.write("x", &Bytes::from_static(b"sound")).await;
        std::fs::write(folder.path().join("x"), damage).unwrap();
        assert_eq!(disk.read("x").await, None);
        assert!(!folder.path().join("x").exists());
    }
}

/// Anonymous memory of this process, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

#[tokio::test]
async fn what_was_read_holds_its_own_length_and_no_more() {
    const OBJECTS: usize = 500;
    let folder = tempfile::tempdir().unwrap();
    let bytes = Bytes::from(vec![7; 1000]);
    let first = disk(folder.path(), 1 << 20).await;
    for index in 0..OBJECTS {
        first.write(&format!("{index}"), &bytes).await;
    }
    let before = resident();
    let mut held = Vec::new();
    for index in 0..OBJECTS {
        held.push(first.read(&format!("{index}")).await.unwrap());
    }
    let grown = resident().saturating_sub(before);
    // A read-ahead of 2 MiB for each would be 1 GB. Tests beside this one take memory, too.
    assert!(
        grown < 400 << 20,
        "{grown} bytes for {} objects",
        held.len()
    );
}

#[tokio::test]
async fn what_another_has_written_is_read_and_indexed_then() {
    let folder = tempfile::tempdir().unwrap();
    let ours = disk(folder.path(), 1 << 20).await;
    let bytes = Bytes::from_static(b"sound");
    let theirs = disk(folder.path(), 1 << 20).await;
    theirs.write("x", &bytes).await;
    assert!(!ours.is_indexed("x"));
    assert_eq!(ours.read("x").await, Some(bytes));
    assert!(ours.is_indexed("x"));
}

#[tokio::test]
async fn the_folder_stays_inside_its_bound() {
    let folder = tempfile::tempdir().unwrap();
    let disk = disk(folder.path(), 1000).await;
    for index in 0..50 {
        disk.write(
            &format!("{index}"),
            &Bytes::from(vec![0; 100 - DIGEST_BYTES]),
        )
        .await;
    }
    assert!(disk.bytes() <= 1000);
    // Deletion runs behind the writes.
    let files = || std::fs::read_dir(folder.path()).unwrap().count() - 1;
    for _ in 0..10_000 {
        if files() <= 10 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(files() <= 10, "{} files", files());
    assert!(disk.read("49").await.is_some(), "the newest stays");
}

#[tokio::test]
async fn what_was_asked_for_or_written_last_stays() {
    let folder = tempfile::tempdir().unwrap();
    let object = Bytes::from(vec![0; 100 - DIGEST_BYTES]);
    let first = disk(folder.path(), 300).await;
    for (age, name) in ["c", "a", "b"].into_iter().rev().enumerate() {
        first.write(name, &object).await;
        let file = std::fs::File::options()
            .write(true)
            .open(folder.path().join(name))
            .unwrap();
        let written = std::time::SystemTime::now();
        let age = std::time::Duration::from_secs(60 * age as u64);
        file.set_modified(written - age).unwrap();
    }
    drop(first);
    // Written in the order c, a, b.
    let again = disk(folder.path(), 300).await;
    assert!(again.contains("c").await);
    again.write("d", &object).await;
    assert!(again.bytes() <= 300);
    assert!(again.is_indexed("c"), "it was asked for");
    assert!(
        !again.is_indexed("a"),
        "it is the oldest of those that were not"
    );
    again.write("e", &object).await;
    assert!(again.bytes() <= 300);
    assert!(!again.is_indexed("b"));
    assert!(again.is_indexed("c") && again.is_indexed("d") && again.is_indexed("e"));
}

#[tokio::test]
async fn half_written_objects_are_cleared_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let unfinished = folder.path().join(UNFINISHED);
    std::fs::create_dir_all(&unfinished).unwrap();
    std::fs::write(unfinished.join("half"), b"so").unwrap();
    let disk = disk(folder.path(), 1000).await;
    assert_eq!(disk.bytes(), 0);
    assert!(!unfinished.join("half").exists());
}

#[tokio::test]
async fn a_write_that_fails_is_counted_and_nothing_breaks() {
    let counters = Counters::default();
    let _guard = ::metrics::set_default_local_recorder(&counters);
    let folder = tempfile::tempdir().unwrap();
    let disk = disk(folder.path(), 1000).await;
    // A name under an object cannot be written.
    disk.write("x", &Bytes::from_static(b"a")).await;
    disk.write("x/y", &Bytes::from_static(b"b")).await;
    assert_eq!(counters.value(FAILED_WRITES), 1);
    assert!(disk.read("x").await.is_some());
}

#[tokio::test]
async fn what_lies_beside_the_clips_is_not_indexed() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["ledger/a", "operations/b", "00/c"] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, [0; 100]).unwrap();
    }
    let disk = disk(folder.path(), 1000).await;
    assert_eq!(disk.bytes(), 100);
    let known = ["ledger/a", "operations/b", "00/c"].map(|name| disk.is_indexed(name));
    assert_eq!(known, [false, false, true]);
}

#[tokio::test]
async fn what_is_removed_is_neither_there_nor_counted() {
    let folder = tempfile::tempdir().unwrap();
    let disk = disk(folder.path(), 1000).await;
    disk.write("x", &Bytes::from_static(b"sound")).await;
    assert_eq!(disk.bytes(), 5 + DIGEST_BYTES as u64);
    assert!(disk.contains("x").await && disk.is_indexed("x"));
    assert!(disk.remove("x").await);
    assert!(!disk.contains("x").await && !disk.is_indexed("x"));
    assert_eq!(disk.bytes(), 0);
    assert!(disk.remove("x").await, "it is gone all the same");
}

#[tokio::test]
async fn what_another_has_removed_is_not_indexed_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let disk = disk(folder.path(), 1000).await;
    disk.write("x", &Bytes::from_static(b"sound")).await;
    std::fs::remove_file(folder.path().join("x")).unwrap();
    assert!(disk.is_indexed("x"));
    assert_eq!(disk.read("x").await, None);
    assert!(!disk.is_indexed("x"));
}

#[tokio::test]
async fn an_object_is_peeked_at_without_opening_the_tier() {
    let folder = tempfile::tempdir().unwrap();
    let disk = disk(folder.path(), 1000).await;
    disk.write("x", &Bytes::from_static(b"sound")).await;
    let found = peek(folder.path(), "x");
    assert_eq!(found, Some(Bytes::from_static(b"sound")));
    assert_eq!(peek(folder.path(), "y"), None);
    std::fs::write(folder.path().join("x"), "damaged").unwrap();
    assert_eq!(peek(folder.path(), "x"), None);
    assert!(folder.path().join("x").exists(), "it is not ours to remove");
}

#[test]
fn a_folder_that_can_be_used_is_made_and_left_empty() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("a/b");
    DiskTier::probe(&new).unwrap();
    assert_eq!(std::fs::read_dir(&new).unwrap().count(), 0);
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = DiskTier::probe(&file).unwrap_err().to_string();
    assert!(error.contains(file.to_str().unwrap()), "{error}");
}
