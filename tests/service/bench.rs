//! `langdu bench` against the real service.

use std::path::Path;
use std::process::{Command, Output};

use langdu::bench::Report;
use serde_json::Value;

use crate::support::{shared, voices};

fn bench(arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_langdu"))
        .arg("bench")
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn target() -> String {
    format!("http://{}", shared().addresses.grpc)
}

fn report(path: &Path) -> Report {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Two short texts of two utterances each.
fn corpus(folder: &Path) -> String {
    let path = folder.join("corpus.txt");
    let texts = "# for the tests\n今天上午开放。下午休息。\n请带好身份证。谢谢配合。\n";
    std::fs::write(&path, texts).unwrap();
    path.display().to_string()
}

#[test]
fn closed_loops_are_measured_cold_and_warm_and_written_as_table_json_and_html() {
    let folder = tempfile::tempdir().unwrap();
    let [json, html] = ["r.json", "r.html"].map(|name| folder.path().join(name));
    let output = bench(&[
        "--target",
        &target(),
        "--concurrency",
        "1,2",
        "--duration",
        "2s",
        "--corpus",
        &corpus(folder.path()),
        "--json",
        json.to_str().unwrap(),
        "--html",
        html.to_str().unwrap(),
    ]);
    let table = String::from_utf8(output.stdout).unwrap();
    for words in ["cold", "warm", "first audio p50", "2 at once", "stalls"] {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }

    let report = report(&json);
    assert_eq!(report.levels.len(), 4);
    assert_eq!(
        report.warmed, 2,
        "each entry was read once before it was warm"
    );
    let (cold, warm) = report.levels.split_at(2);
    for level in cold {
        assert_eq!(level.summary.synthesized, Some(1.0), "all of it was made");
    }
    for level in warm {
        assert_eq!(level.summary.synthesized, Some(0.0), "none of it was made");
    }
    for level in &report.levels {
        let summary = &level.summary;
        assert!(summary.streams > 0 && summary.failed() == 0, "{summary:?}");
        // Every stream is in the report, and whole.
        assert_eq!(summary.streams, level.streams.len());
        assert!(level.streams.iter().all(|heard| heard.utterances == 2));
        let first = summary.first_audio_s.unwrap();
        assert!(first.p50 <= first.p95 && first.p95 <= first.p99);
    }
    let p50 = |level: &langdu::bench::Level| level.summary.first_audio_s.unwrap().p50;
    assert!(p50(&warm[0]) < p50(&cold[0]));

    let html = std::fs::read_to_string(html).unwrap();
    assert!(html.matches("<svg").count() >= 6, "there are plots");
    for outside in ["src=", "href=", "@import", "url("] {
        assert!(
            !html.contains(outside),
            "the page needs nothing else: {outside}"
        );
    }
}

#[test]
fn an_open_loop_goes_on_whether_or_not_the_service_keeps_up() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("open.json");
    bench(&[
        "--target",
        &target(),
        "--arrivals",
        "20",
        "--duration",
        "3s",
        "--warm",
        "--seed",
        "7",
        "--corpus",
        &corpus(folder.path()),
        "--json",
        json.to_str().unwrap(),
    ]);
    let report = report(&json);
    let level = &report.levels[0];
    // Sixty are expected; the seed decides, and the same seed decides the same.
    assert!(
        (35..=90).contains(&level.streams.len()),
        "{}",
        level.streams.len()
    );
    assert!(level.streams.iter().all(|heard| heard.asked_s < 3.0));
    let gaps: Vec<f64> = level
        .streams
        .windows(2)
        .map(|pair| pair[1].asked_s - pair[0].asked_s)
        .collect();
    let longest = gaps.iter().copied().fold(0.0, f64::max);
    let shortest = gaps.iter().copied().fold(f64::INFINITY, f64::min);
    assert!(longest > shortest * 10.0, "they come by chance");
}

#[test]
fn what_the_service_refuses_is_in_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("corpus.txt");
    std::fs::write(&path, "http://not-allowed.example/x.html\n").unwrap();
    let output = bench(&[
        "--target",
        &target(),
        "--concurrency",
        "1",
        "--duration",
        "1s",
        "--cold",
        "--corpus",
        path.to_str().unwrap(),
        "--json",
        "-",
    ]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let summary = &report["levels"][0]["summary"];
    assert_eq!(summary["errors"]["PermissionDenied"], summary["streams"]);
    assert!(summary["first_audio_s"].is_null());
}

#[test]
fn two_reports_are_set_beside_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = ["a.json", "b.json"].map(|name| folder.path().join(name));
    for (path, levels) in [(&a, "1"), (&b, "1,2")] {
        bench(&[
            "--target",
            &target(),
            "--concurrency",
            levels,
            "--duration",
            "1s",
            "--warm",
            "--corpus",
            &corpus(folder.path()),
            "--json",
            path.to_str().unwrap(),
        ]);
    }
    let output = bench(&["--compare", a.to_str().unwrap(), b.to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    for words in [
        "first audio p50",
        "95 % interval",
        "only in B: warm, 2 at once",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
}

#[test]
fn nobody_at_the_target_is_one_clear_line() {
    let output = Command::new(env!("CARGO_BIN_EXE_langdu"))
        .args([
            "bench",
            "--target",
            "http://127.0.0.1:1",
            "--duration",
            "1s",
        ])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("does not answer"), "{message}");
}

#[test]
fn a_voice_is_measured_at_each_number_of_threads() {
    let output = bench(&[
        "voice",
        "--voices",
        voices().to_str().unwrap(),
        "--speaker",
        "zf_xiaoyi",
        "--threads",
        "1,2",
        "--utterances",
        "2",
        "--json",
    ]);
    let text = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows.len(), 2);
    for (row, threads) in rows.iter().zip([1, 2]) {
        assert_eq!(row["threads"], threads);
        assert_eq!(row["utterances"], 2);
        for figure in ["load_s", "memory_mb", "sound_s", "real_time_factor"] {
            assert!(row[figure].as_f64().unwrap() > 0.0, "{figure}: {row}");
        }
    }
}
