//! No text that was read reaches the log or, where it is private, the disk.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use langdu_proto::{self as proto, AudioEncoding, SynthesizeRequest, VoiceSelectionParams};

use langdu_harness::process::{Process, Setup};
use langdu_harness::{clip_files, fixture, reason, request, text};

#[tokio::test]
async fn no_text_reaches_the_log_or_the_disk_of_private_sources() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    let mut process = Process::start(folder.path(), &clips, "127.0.0.1:80", &Setup::default());
    process.is_ready().await;
    let secret = "张三丰的银行卡丢失补办申请xylophone。";
    let asked = request(text(secret), AudioEncoding::Mp3);
    let mut client = process.client().await;
    client.synthesize(asked.clone()).await.unwrap();
    let bad = SynthesizeRequest {
        voice: Some(VoiceSelectionParams {
            name: "nobody".to_owned(),
            ..VoiceSelectionParams::default()
        }),
        ..asked
    };
    assert!(client.synthesize(bad).await.is_err());
    drop(client);
    process.child.kill().unwrap();
    process.child.wait().unwrap();
    let log = process.log().join("\n");
    assert!(log.contains("ready"), "there is a log: {log}");
    for words in ["张三丰", "银行卡", "xylophone"] {
        assert!(!log.contains(words), "{log}");
    }
    assert_eq!(clip_files(&clips), 0, "private clips stay in memory");
}

#[tokio::test]
async fn what_a_parser_says_of_a_file_is_not_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let parser = folder.path().join("parser");
    let panics = "#!/bin/sh\necho \"inside '张' of 张三丰的银行卡\" >&2\nexit 101\n";
    std::fs::write(&parser, panics).unwrap();
    std::fs::set_permissions(&parser, Permissions::from_mode(0o755)).unwrap();
    let config = format!("[files]\nparser = {parser:?}\n");
    let setup = Setup {
        config: &config,
        ..Setup::default()
    };
    let clips = folder.path().join("clips");
    let mut process = Process::start(folder.path(), &clips, "127.0.0.1:80", &setup);
    let source = proto::source::Source::File(proto::FileSource {
        content: fixture("libreoffice.docx").into(),
        media_type: String::new(),
    });
    let asked = proto::ExtractRequest {
        source: Some(proto::Source {
            source: Some(source),
            ..proto::Source::default()
        }),
    };
    let refused = process.client().await.extract(asked).await;
    assert_eq!(reason(&refused.unwrap_err()), "FILE_UNREADABLE");
    process.child.kill().unwrap();
    process.child.wait().unwrap();
    let log = process.log().join("\n");
    assert!(log.contains("a parser ended"), "{log}");
    assert!(log.contains("101"), "how it ended is there: {log}");
    assert!(!log.contains("张三丰"), "{log}");
}

/// What [`a_panic_is_in_the_log_without_the_text_it_came_over`] does in a process of its own.
fn panic_over_a_text() {
    langdu::telemetry::log::start(false, None);
    let text = "张三丰的银行卡丢失补办申请".to_owned();
    let panicking = std::thread::spawn(move || text[..1].len());
    assert!(panicking.join().is_err(), "it ends inside a character");
}

#[test]
fn a_panic_is_in_the_log_without_the_text_it_came_over() {
    const OWN_PROCESS: &str = "LANGDU_TEST_PANICS";
    if std::env::var_os(OWN_PROCESS).is_some() {
        return panic_over_a_text();
    }
    let name = "privacy::a_panic_is_in_the_log_without_the_text_it_came_over";
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(OWN_PROCESS, "1")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap());
    let said = said.join("\n");
    assert!(output.status.success(), "{said}");
    assert!(said.contains("a panic"), "{said}");
    assert!(said.contains("privacy.rs:"), "with its place: {said}");
    assert!(!said.contains("张三丰"), "{said}");
}
