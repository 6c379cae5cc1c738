//! 大喇叭: a document as a programme for a loudspeaker, over HTTP and by the command.

use std::process::Command;

use ebur128::{EbuR128, Mode};
use serde_json::Value;

use langdu_harness::portal::Portal;
use langdu_harness::{Service, http_client, shared, voices};
use langdu_testkit::decode;

/// The integrated loudness in LUFS.
fn loudness(samples: &[f32], rate_hz: u32) -> f64 {
    let mut meter = EbuR128::new(1, rate_hz, Mode::I).unwrap();
    meter.add_frames_f32(samples).unwrap();
    meter.loudness_global().unwrap()
}

async fn get(service: &Service, path: &str) -> reqwest::Response {
    let answer = http_client().get(service.http(path)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer
}

fn portal_with_a_notice() -> (Portal, String) {
    let portal = Portal::start();
    let page = portal.document(
        "water.html",
        "关于中心路停水的通知",
        &["因检修管道，三月五日上午停水。", "请提前储水。"],
    );
    (portal, page)
}

#[tokio::test]
async fn a_programme_is_as_long_and_as_loud_as_it_says_and_its_captions_follow_it() {
    let (portal, page) = portal_with_a_notice();
    let service = Service::start(|config| portal.allow(config));
    for (format, lufs) in [("mp3", -16), ("wav", -20)] {
        let asked =
            format!("/v1/broadcast/{format}?url={page}&times=2&pause=3&lufs={lufs}&rate=0.9");
        let answer = get(&service, &asked).await;
        let length = answer.content_length().unwrap();
        let named = answer.headers()["content-disposition"].to_str().unwrap();
        assert!(named.ends_with(&format!(".{format}")), "{named}");
        let file = answer.bytes().await.unwrap();
        assert_eq!(file.len() as u64, length, "{format}");
        let heard = decode::symphonia(&file, format, true);
        let loudness = loudness(&heard.samples, heard.rate_hz);
        assert!(
            (loudness - f64::from(lufs)).abs() < 1.0,
            "{format}: {loudness}"
        );

        let captions = get(&service, &asked.replace(format, "srt")).await;
        let captions = captions.text().await.unwrap();
        assert_eq!(captions.matches("请提前储水。").count(), 2, "{captions}");
        assert!(captions.contains("中心路停水的通知"), "{captions}");
        assert!(captions.contains("播送完毕。"));
        let last = captions.trim().lines().rev().nth(1).unwrap();
        let end = last.split(" --> ").nth(1).unwrap();
        let parts: Vec<f64> = end
            .replace(',', ".")
            .split(':')
            .map(|part| part.parse().unwrap())
            .collect();
        let end_s = parts[0] * 3600.0 + parts[1] * 60.0 + parts[2];
        let heard_s = heard.samples.len() as f64 / f64::from(heard.rate_hz);
        assert!((end_s - heard_s).abs() < 0.1, "{end_s} of {heard_s} s");
    }
    // Without chime, announcement and repetition it is the document alone.
    let bare = format!("/v1/broadcast/vtt?url={page}&times=1&chime=false&announced=false&rate=0.9");
    let bare = get(&service, &bare).await.text().await.unwrap();
    assert!(bare.contains("00:00:00.000 --> "), "{bare}");
    assert!(!bare.contains("播送"), "{bare}");
}

#[tokio::test]
async fn what_cannot_be_broadcast_is_refused_with_the_range() {
    let service = shared();
    let page = service.page("/policy.html");
    for (query, field) in [
        ("times=0", "times"),
        ("times=11", "times"),
        ("pause=500", "pause"),
        ("lufs=-3", "lufs"),
        ("lufs=NaN", "lufs"),
        ("rate=9", "between 0.25 and 4"),
    ] {
        let path = format!("/v1/broadcast/mp3?url={page}&{query}");
        let answer = http_client().get(service.http(&path)).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{query}");
        let problem: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert!(problem.to_string().contains(field), "{query}: {problem}");
    }
    let answer = http_client()
        .get(service.http(&format!("/v1/broadcast/ogg?url={page}")))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 404);
    let clerk = get(service, "/broadcast").await.text().await.unwrap();
    assert!(clerk.contains("大喇叭") && clerk.contains("formaction=\"v1/broadcast/wav\""));
}

#[test]
fn the_command_writes_a_programme_and_its_captions() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_langdu"))
            .current_dir(folder.path())
            .args(["broadcast", "--text", "明天上午停水。", "--voices"])
            .arg(voices())
            .args(arguments)
            .output()
            .unwrap()
    };
    let output = run(&[
        "-o",
        "water.wav",
        "--captions",
        "water.srt",
        "--times",
        "3",
        "--pause",
        "1",
    ]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let heard = decode::symphonia(
        &std::fs::read(folder.path().join("water.wav")).unwrap(),
        "wav",
        true,
    );
    let loudness = loudness(&heard.samples, heard.rate_hz);
    assert!((loudness + 16.0).abs() < 1.0, "{loudness}");
    let captions = std::fs::read_to_string(folder.path().join("water.srt")).unwrap();
    assert_eq!(captions.matches("明天上午停水。").count(), 3);
    for wrong in [
        &["-o", "water.ogg"][..],
        &["--captions", "water.txt"],
        &["--lufs", "0"],
        &["--times", "0"],
    ] {
        let output = run(wrong);
        assert_eq!(output.status.code(), Some(64), "{wrong:?}");
    }
}
