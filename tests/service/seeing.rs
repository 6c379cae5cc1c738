//! What operators see: metrics, one id through the log, readiness, and the way back from a clip.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use langdu::server::proto::AudioEncoding;
use regex::Regex;
use serde_json::Value;

use crate::process::{Process, Setup};
use crate::support::{eventually, http_client, request, shared, text, url, voices};

fn start(folder: &Path, setup: &Setup<'_>) -> Process {
    let web = shared().web.to_string();
    Process::start(folder, &folder.join("clips"), &web, setup)
}

/// Names of metrics in a text, as they are exported: a histogram by its parts.
fn metric_names(text: &str) -> BTreeSet<String> {
    let name = Regex::new(r"\b(?:langdu|process)_[a-z_]+").unwrap();
    let found = name.find_iter(text).map(|found| found.as_str().to_owned());
    found.collect()
}

#[tokio::test]
async fn every_metric_that_the_dashboard_and_the_alerts_name_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    // A shared tier that nobody answers at has its metrics too.
    let config = "[clips.shared]\nservice = \"redis\"\n[clips.shared.options]\n\
                  endpoint = \"redis://127.0.0.1:1\"\n";
    let setup = Setup {
        config,
        ..Setup::default()
    };
    let process = start(folder.path(), &setup);
    process.is_ready().await;
    process
        .hear(&shared().page("/second.html"), usize::MAX)
        .await;
    let (_, exported) = process.admin("/metrics").await;
    let exported = metric_names(&exported);
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    for file in ["grafana/langdu.json", "prometheus/alerts.yaml"] {
        let named = std::fs::read_to_string(deploy.join(file)).unwrap();
        let named = metric_names(&named);
        assert!(named.len() >= 5, "{file} names {named:?}");
        let missing: Vec<_> = named.difference(&exported).collect();
        assert!(missing.is_empty(), "{file}: {missing:?} are not exported");
    }
    let described = langdu::telemetry::metrics::METRICS;
    for metric in described {
        let is_there = exported.iter().any(|name| name.starts_with(metric.name));
        assert!(is_there, "{} is not exported", metric.name);
    }
}

#[tokio::test]
async fn errors_are_counted_by_their_cause() {
    let folder = tempfile::tempdir().unwrap();
    let process = start(folder.path(), &Setup::default());
    for page in ["/missing.html", "/empty.html"] {
        let asked = request(url(&shared().page(page)), AudioEncoding::Mp3);
        let refused = process.client().await.synthesize_stream(asked).await;
        assert!(refused.is_err(), "{page}");
    }
    let elsewhere = request(url("http://www.example.com/"), AudioEncoding::Mp3);
    let refused = process.client().await.synthesize_stream(elsewhere).await;
    assert!(refused.is_err());
    let (_, metrics) = process.admin("/metrics").await;
    for line in [
        "langdu_fetch_errors_total{cause=\"status\"} 1",
        "langdu_fetch_errors_total{cause=\"not_allowed\"} 1",
        "langdu_extract_errors_total{cause=\"empty\"} 1",
        "langdu_errors_total{reason=\"HOST_NOT_ALLOWED\"} 1",
        "langdu_fetch_errors_total{cause=\"timeout\"} 0",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
}

#[tokio::test]
async fn readiness_comes_with_the_first_utterance_spoken() {
    let folder = tempfile::tempdir().unwrap();
    let process = start(folder.path(), &Setup::default());
    assert_eq!(
        process.admin("/readyz").await.0,
        503,
        "the model is loading"
    );
    assert_eq!(process.admin("/healthz").await.0, 200);
    process.is_ready().await;
    assert!(process.metric("langdu_syntheses_total").await >= 1.0);
    assert_eq!(process.metric("langdu_ready").await, 1.0);
    let log = process.log().join("\n");
    for words in ["voices", "clips", "pages", "serving", "ready"] {
        assert!(log.contains(words), "{words} is not in\n{log}");
    }
}

#[tokio::test]
async fn one_id_leads_from_the_request_to_the_synthesis_and_the_text_stays_out_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup {
        environment: &[("RUST_LOG", "langdu=debug"), ("LANGDU_LOG_JSON", "true")],
        ..Setup::default()
    };
    let process = start(folder.path(), &setup);
    process.is_ready().await;
    let words = "今天的日志里不应当出现这一句。";
    let mut asked = tonic::Request::new(request(text(words), AudioEncoding::Mp3));
    let id = "portal-42".parse().unwrap();
    asked.metadata_mut().insert("x-request-id", id);
    let answer = process
        .client()
        .await
        .synthesize_stream(asked)
        .await
        .unwrap();
    assert_eq!(answer.metadata().get("x-request-id").unwrap(), "portal-42");
    let mut stream = answer.into_inner();
    while stream.message().await.unwrap().is_some() {}

    let spoken = || {
        let log = process.log();
        let lines = log
            .iter()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut of_request = lines.filter(|line| {
            let spans = line["spans"].as_array().cloned().unwrap_or_default();
            let named = |name: &str| spans.iter().any(|span| span["name"] == name);
            let id = spans.iter().any(|span| span["id"] == "portal-42");
            line["message"] == "spoken" && id && named("utterance") && named("synthesis")
        });
        of_request.next().is_some()
    };
    assert!(eventually(spoken).await, "{:#?}", process.log());
    let log = process.log().join("\n");
    assert!(!log.contains("这一句"), "{log}");

    let made_up = http_client()
        .get(format!("http://127.0.0.1:{}/v1/clips/none", process.http))
        .header("x-request-id", "a b\"c")
        .send()
        .await
        .unwrap();
    let id = made_up.headers()["x-request-id"].to_str().unwrap();
    assert!(
        id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()),
        "{id}"
    );
}

fn langdu(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_langdu"))
        .args(arguments)
        .arg("--voices")
        .arg(voices())
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

#[tokio::test]
async fn a_clip_leads_back_to_its_text_readings_and_rules() {
    let folder = tempfile::tempdir().unwrap();
    let process = start(folder.path(), &Setup::default());
    let address = format!("http://127.0.0.1:{}/v1/readings", process.http);
    let query = [("url", shared().page("/policy.html"))];
    let address = url::Url::parse_with_params(&address, &query).unwrap();
    let answer = http_client().get(address).send().await.unwrap();
    let reading: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    let utterances = reading["utterances"].as_array().unwrap();
    let utterance = utterances
        .iter()
        .find(|utterance| utterance["text"].as_str().unwrap().contains("85.5%"))
        .unwrap();
    let mp3 = utterance["audio"]["mp3"].as_str().unwrap();
    let id = mp3.rsplit('/').next().unwrap().trim_end_matches(".mp3");
    let clips = folder.path().join("clips");
    let environment = [("LANGDU_CLIPS__PATH", clips.to_str().unwrap())];

    // Recipes are written behind the answer.
    let written = || {
        langdu(&["explain", "--clip", id], &environment)
            .status
            .success()
    };
    assert!(eventually(written).await);
    let output = langdu(&["explain", "--clip", id, "--json"], &environment);
    let explained: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(explained["text"], utterance["text"]);
    assert_eq!(explained["spoken"], utterance["spoken"]);
    assert_eq!(explained["reads_the_same_now"], true);
    assert_eq!(explained["pack"], "kokoro-zh");
    let rules = explained["rules"].as_array().unwrap();
    let percentage = rules.iter().find(|rule| rule["text"] == "85.5%").unwrap();
    assert!(
        percentage["rule"]
            .as_str()
            .unwrap()
            .starts_with("quantity::"),
        "{percentage}"
    );
    let line: Vec<char> = explained["text"].as_str().unwrap().chars().collect();
    let first = &explained["syllables"][0];
    let [start, end] = ["start", "end"].map(|end| first[end].as_u64().unwrap() as usize);
    let source: String = line[start..end].iter().collect();
    assert_eq!(first["hanzi"], source, "offsets are into the utterance");

    let table = langdu(&["explain", "--clip", id], &environment);
    let table = String::from_utf8(table.stdout).unwrap();
    for words in ["原文", "百分之八十五点五", "规则", "zf_xiaoyi"] {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }
    let unknown = langdu(&["explain", "--clip", &"0".repeat(32)], &environment);
    assert!(!unknown.status.success());
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("ask for the reading again"));
}
