//! A process that is killed, and a disk that is full: nothing damaged is served, nothing stops.

use std::path::Path;
use std::process::Command;

use langdu_proto::AudioEncoding;
use langdu_proto::synthesize_stream_response::Response as Part;

use langdu_harness::process::{Process, Setup};
use langdu_harness::{eventually, eventually_async, hear, request, shared, text, url};

fn start(folder: &Path, clips: &Path, wrapper: &[&str]) -> Process {
    let setup = Setup {
        wrapper,
        ..Setup::default()
    };
    Process::start(folder, clips, &shared().web.to_string(), &setup)
}

/// What the disk holds of clips.
fn objects(clips: &Path) -> usize {
    std::fs::read_dir(clips)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name() != ".unfinished")
        .flat_map(|entry| std::fs::read_dir(entry.path()).into_iter().flatten())
        .filter_map(Result::ok)
        .filter(|file| file.path().extension().is_some_and(|e| e == "mp3frames"))
        .count()
}

#[tokio::test]
async fn a_killed_process_leaves_no_damaged_clip() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    let web = shared();
    let page = web.page("/brief.html");
    let asked = request(url(&page), AudioEncoding::Mp3);
    let whole = hear(web, asked).await.unwrap().audio;
    // Killed at several moments; each start goes on from what the one before left.
    for count in [1, 2, 4] {
        let mut service = start(folder.path(), &clips, &[]);
        let heard = service.hear(&page, count).await;
        if count == 4 {
            let is_kept = eventually(|| objects(&clips) > 0);
            assert!(is_kept.await, "what was made before a kill is kept");
        }
        service.child.kill().unwrap();
        assert_eq!(heard, whole[..count], "what is served is never damaged");
    }
    let service = start(folder.path(), &clips, &[]);
    assert_eq!(service.hear(&page, usize::MAX).await, whole);
}

#[tokio::test]
async fn a_full_disk_under_the_cache_costs_nothing_but_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    std::fs::create_dir(&clips).unwrap();
    let web = shared();
    // A file system of 16 kB in a mount namespace of its own: no rights on the machine needed.
    let script = format!(
        "mount -t tmpfs -o size=16k none {} && exec \"$@\"",
        clips.display()
    );
    let wrapper = [
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        &script,
        "sh",
    ];
    let service = start(folder.path(), &clips, &wrapper);
    let heard = service.hear(&web.page("/brief.html"), usize::MAX).await;
    assert!(heard.len() > 5, "{} utterances", heard.len());
    assert!(heard.iter().all(|audio| !audio.is_empty()));
    let again = service.hear(&web.page("/brief.html"), usize::MAX).await;
    assert_eq!(heard, again, "the service goes on");
    assert_eq!(objects(&clips), 0, "the mount is the service's own");
}

#[tokio::test]
async fn a_shutdown_finishes_what_is_playing() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    // However slow the machine is, and the voice on it.
    let setup = Setup {
        config: "[listen]\nshutdown_grace_seconds = 3600\n",
        ..Setup::default()
    };
    let mut process = Process::start(folder.path(), &clips, &shared().web.to_string(), &setup);
    let asked = request(
        text("第一句话。第二句话。第三句话，说完再走。"),
        AudioEncoding::Mp3,
    );
    let mut stream = process.stream(asked).await;
    // The header has come, no audio yet: everything is still under way.
    assert!(matches!(
        stream.message().await.unwrap().unwrap().response,
        Some(Part::Header(_))
    ));
    let pid = process.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    let mut last = None;
    while let Some(message) = stream.message().await.unwrap() {
        last = message.response;
    }
    assert!(matches!(last, Some(Part::End(_))), "{last:?}");
    drop(stream);
    let ended = langdu_blocking::run("waiting for the end", move || process.child.wait().unwrap())
        .await
        .unwrap();
    assert!(ended.success());
}

#[tokio::test]
async fn a_service_that_is_told_to_end_is_not_ready_and_accepts_for_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    let setup = Setup {
        config: "[listen]\ndrain_seconds = 60\n",
        ..Setup::default()
    };
    let process = Process::start(folder.path(), &clips, &shared().web.to_string(), &setup);
    process.is_ready().await;
    process.stop();
    let is_told = eventually_async(async || process.admin("/readyz").await.0 == 503);
    assert!(is_told.await);
    let page = shared().page("/second.html");
    assert!(
        !process.hear(&page, 1).await.is_empty(),
        "a newcomer is served"
    );
}
