//! `langdu bench` against the real service.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use langdu::config::{Grant, GrpcTls, TokenConfig, TokenHash};
use langdu_bench::Report;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use langdu_harness::{RUNTIME, Service, shared, voices};

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
    // Its own, so that nobody else makes its cold clips or drives its warm ones out.
    let service = Service::start(|_| {});
    let output = bench(&[
        "--target",
        &format!("http://{}", service.addresses.grpc),
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
        assert!(0.0 < first.p50 && first.p50 <= first.p95 && first.p95 <= first.p99);
        let in_order = |heard: &langdu_bench::Heard| {
            heard
                .first_audio_s
                .is_some_and(|first| first <= heard.total_s)
        };
        assert!(level.streams.iter().all(in_order));
    }

    let html = std::fs::read_to_string(html).unwrap();
    assert!(html.matches("<svg").count() >= 6, "there are plots");
    for title in [
        "Real-time factor by load",
        "Stalls by load",
        "Throughput by load",
    ] {
        assert!(html.contains(title), "{title} is not plotted");
    }
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
fn what_cannot_be_made_warm_leaves_what_was_measured_before() {
    let folder = tempfile::tempdir().unwrap();
    let [corpus, json, html] = ["c.txt", "r.json", "r.html"].map(|name| folder.path().join(name));
    std::fs::write(&corpus, "今天开放。\nhttp://not-allowed.example/x.html\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_langdu"))
        .args(["bench", "--target", &target(), "--concurrency", "1,2"])
        .args(["--duration", "1s", "--corpus"])
        .arg(&corpus)
        .arg("--json")
        .arg(&json)
        .arg("--html")
        .arg(&html)
        .output()
        .unwrap();
    assert!(
        !output.status.success(),
        "what was asked for is not all there"
    );
    let report = report(&json);
    assert_eq!(report.levels.len(), 2, "both cold levels");
    assert_eq!(report.unmeasured.len(), 2);
    let table = String::from_utf8(output.stdout).unwrap();
    let html = std::fs::read_to_string(html).unwrap();
    for text in [&table, &html] {
        assert!(
            text.contains("warm, 2 at once: not measured: entry 2"),
            "{text}"
        );
    }
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("2 levels could not be measured"), "{said}");
}

#[test]
fn two_reports_that_measured_different_things_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.txt");
    std::fs::write(&other, "明天休息。\n").unwrap();
    let own = corpus(folder.path());
    let [a, b] = ["a.json", "b.json"].map(|name| folder.path().join(name));
    for (path, corpus, seed, cores) in [
        (&a, own.as_str(), "1", "2"),
        (&b, other.to_str().unwrap(), "2", "4"),
    ] {
        bench(&[
            "--target",
            &target(),
            "--concurrency",
            "1",
            "--duration",
            "1s",
            "--warm",
            "--corpus",
            corpus,
            "--seed",
            seed,
            "--cores",
            cores,
            "--json",
            path.to_str().unwrap(),
        ]);
    }
    let output = bench(&["--compare", a.to_str().unwrap(), b.to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    for words in [
        "slack p50",
        "slack least",
        "speech by core",
        "stalled, s",
        "utterances failed",
        "note: corpus: A ",
        "note: seed: A 1, B 2",
        "note: cores of the service: A 2, B 4",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
}

#[test]
fn a_service_with_mutual_tls_and_tokens_is_measured_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = authority.self_signed(&authority_key).unwrap();
    let authority_file = file("authority.pem", &certificate.pem());
    let issuer = Issuer::new(authority, authority_key);
    let sign = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let certificate = file(&format!("{name}.pem"), &certificate.pem());
        (
            certificate,
            file(&format!("{name}.key"), &key.serialize_pem()),
        )
    };
    let (certificate, key) = sign("server");
    let with_tls = |token: Option<&str>| {
        Service::start(|config| {
            config.security.tls.grpc = Some(GrpcTls {
                certificate: certificate.clone(),
                key: key.clone(),
                client_authorities: Some(authority_file.clone()),
            });
            config
                .security
                .tokens
                .extend(token.map(|token| TokenConfig {
                    name: token.to_owned(),
                    sha256: TokenHash::of(token),
                    operator: false,
                    editor: false,
                    may: Grant::everything(),
                }));
        })
    };
    let corpus = corpus(folder.path());
    let measure = |service: &Service, arguments: &[&str], token: Option<&str>| {
        let target = format!("https://localhost:{}", service.addresses.grpc.port());
        let output = Command::new(env!("CARGO_BIN_EXE_langdu"))
            .args(["bench", "--target", &target, "--concurrency", "1", "--cold"])
            .args([
                "--duration",
                "1s",
                "--json",
                "-",
                "--corpus",
                &corpus,
                "--authority",
            ])
            .arg(&authority_file)
            .args(arguments)
            .envs(token.map(|token| ("LANGDU_TOKEN", token)))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        let report: Report = serde_json::from_slice(&output.stdout).unwrap();
        let summary = &report.levels[0].summary;
        (summary.streams - summary.failed(), summary.errors.clone())
    };
    let (certificate, key) = sign("caller");
    let shown = [
        "--certificate",
        certificate.to_str().unwrap(),
        "--key",
        key.to_str().unwrap(),
    ];
    let service = with_tls(None);
    let (heard, errors) = measure(&service, &shown, None);
    assert!(heard > 0 && errors.is_empty(), "{errors:?}");
    drop(service);
    let service = with_tls(Some("measuring"));
    let (heard, errors) = measure(&service, &[], Some("measuring"));
    assert!(heard > 0 && errors.is_empty(), "{errors:?}");
    let (heard, errors) = measure(&service, &[], Some("guessed"));
    assert_eq!(heard, 0);
    assert!(errors.contains_key("Unauthenticated"), "{errors:?}");
}

/// Where a service is reached that goes away for good: after so many whole connections it begins to
/// answer two more, and is gone in the middle of both answers.
fn goes_away_after(whole: usize) -> std::net::SocketAddr {
    /// More than the frames that open a connection, less than any answer.
    const BEGINNING: u64 = 400;
    const BROKEN: usize = 2;
    let to = shared().addresses.grpc;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    RUNTIME.spawn(async move {
        let listener = TcpListener::from_std(listener).unwrap();
        let mut open = JoinSet::new();
        for _ in 0..whole {
            let (mut caller, _) = listener.accept().await.unwrap();
            open.spawn(async move {
                let mut service = TcpStream::connect(to).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut caller, &mut service).await;
            });
        }
        let in_the_middle = Arc::new(Barrier::new(BROKEN + 1));
        for _ in 0..BROKEN {
            let (mut caller, _) = listener.accept().await.unwrap();
            let in_the_middle = in_the_middle.clone();
            open.spawn(async move {
                let mut service = TcpStream::connect(to).await.unwrap();
                let (mut asked, mut answer) = caller.split();
                let (answering, mut asking) = service.split();
                let mut beginning = answering.take(BEGINNING);
                let begun = async {
                    let _ = tokio::io::copy(&mut beginning, &mut answer).await;
                    in_the_middle.wait().await;
                };
                let _ = tokio::join!(begun, tokio::io::copy(&mut asked, &mut asking));
            });
        }
        in_the_middle.wait().await;
    });
    address
}

#[test]
fn a_service_that_goes_away_in_the_middle_leaves_every_level_in_the_report() {
    let folder = tempfile::tempdir().unwrap();
    // One that looks whether somebody is there and one of the first level; then two of the second.
    let target = format!("http://{}", goes_away_after(2));
    let output = bench(&[
        "--target",
        &target,
        "--concurrency",
        "1,2,3",
        "--duration",
        "1s",
        "--cold",
        "--corpus",
        &corpus(folder.path()),
        "--json",
        "-",
    ]);
    let report: Report = serde_json::from_slice(&output.stdout).unwrap();
    let [first, second, third] = &report.levels[..] else {
        panic!("{} levels", report.levels.len());
    };
    assert_eq!(first.summary.failed(), 0);
    assert!(second.summary.failed() >= 2, "{:?}", second.summary);
    let third = &third.summary;
    assert!(third.streams >= 3, "each of three asked: {third:?}");
    assert_eq!(third.errors["Unavailable"], third.streams);
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
        "zf_xiaohe",
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
