//! A process that is killed, and a disk that is full: nothing damaged is served, nothing stops.

use std::path::Path;

use langdu::server::proto::AudioEncoding;

use crate::process::Process;
use crate::support::{request, shared, text, url};

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
    let page = web.page("/policy.html");
    let whole = {
        let service = Process::start(&[], folder.path(), &clips, &web.web.to_string());
        service.hear(&page, usize::MAX).await
    };
    // Killed at several moments; each start goes on from what the one before left.
    std::fs::remove_dir_all(&clips).unwrap();
    for count in [1, 2, 4] {
        let mut service = Process::start(&[], folder.path(), &clips, &web.web.to_string());
        let heard = service.hear(&page, count).await;
        service.kill();
        assert_eq!(heard, whole[..count], "what is served is never damaged");
    }
    let kept = objects(&clips);
    assert!(kept > 0, "what was made before a kill is kept");
    let service = Process::start(&[], folder.path(), &clips, &web.web.to_string());
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
    let service = Process::start(&wrapper, folder.path(), &clips, &web.web.to_string());
    let heard = service.hear(&web.page("/policy.html"), usize::MAX).await;
    assert!(heard.len() > 5, "{} utterances", heard.len());
    assert!(heard.iter().all(|audio| !audio.is_empty()));
    let again = service.hear(&web.page("/policy.html"), usize::MAX).await;
    assert_eq!(heard, again, "the service goes on");
    assert_eq!(objects(&clips), 0, "the mount is the service's own");
}

#[tokio::test]
async fn a_shutdown_finishes_what_is_playing() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    let mut process = Process::start(&[], folder.path(), &clips, &shared().web.to_string());
    let asked = request(
        text("第一句话。第二句话。第三句话，说完再走。"),
        AudioEncoding::Mp3,
    );
    let mut stream = process
        .client()
        .await
        .synthesize_stream(asked)
        .await
        .unwrap()
        .into_inner();
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
    let ended = tokio::task::spawn_blocking(move || process.child.wait().unwrap())
        .await
        .unwrap();
    assert!(ended.success());
}
