//! What operators see: metrics, one id through the log, readiness, and the way back from a clip.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use langdu_proto::source::Source;
use langdu_proto::synthesize_stream_response::Response as Part;
use langdu_proto::{self as proto, AudioEncoding, ExtractRequest, FileSource, PrepareRequest};
use regex::Regex;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use langdu_harness::process::{Process, Setup};
use langdu_harness::{
    PATIENCE, eventually, eventually_async, http_client, request, shared, text, url, voices,
};

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
    // A player that hears the page tells so.
    let gateway = format!("http://127.0.0.1:{}/v1/readings", process.http);
    let page = shared().page("/second.html");
    let read = http_client().get(format!("{gateway}?url={page}")).send();
    let read = read.await.unwrap().bytes().await.unwrap();
    let reading: Value = serde_json::from_slice(&read).unwrap();
    let id = reading["id"].as_str().unwrap();
    let told = format!("{gateway}/{id}/listened?event=started&device=phone");
    assert_eq!(http_client().post(told).send().await.unwrap().status(), 204);
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/ocr/fixtures/card.png");
    let picture = Source::File(FileSource {
        content: std::fs::read(picture).unwrap().into(),
        media_type: String::new(),
    });
    let source = Some(proto::Source {
        source: Some(picture),
        ..Default::default()
    });
    let mut client = process.client().await;
    let read = client.extract(ExtractRequest { source }).await;
    read.expect("a picture with words");
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
    for metric in langdu::telemetry::metrics::all() {
        let is_there = exported.iter().any(|name| name.starts_with(metric.name()));
        assert!(is_there, "{} is not exported", metric.name());
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
    for words in [
        "voices",
        "clips",
        "pages",
        "security",
        "limits",
        "schedules",
        "serving",
        "ready",
    ] {
        assert!(log.contains(words), "{words} is not in\n{log}");
    }
}

#[tokio::test]
async fn the_first_lines_say_what_is_guarded_and_prepared_without_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("signing.key");
    std::fs::write(&key, "k".repeat(32)).unwrap();
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let config = format!(
        "[security]\nsigning_key = {key:?}\n[[security.tokens]]\nname = \"cms\"\n\
         sha256 = \"{hash}\"\noperator = true\n[[prepare]]\n\
         list = \"{}\"\ndaily_at = \"02:30\"\n",
        shared().page("/column.html")
    );
    let setup = Setup {
        config: &config,
        capacity_share: Some(0.8),
        environment: &[("LANGDU_LOG_JSON", "true")],
        ..Setup::default()
    };
    let process = start(folder.path(), &setup);
    let said = |message: &str| {
        let log = process.log();
        let mut lines = log
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok());
        lines
            .find(|line: &Value| line["message"] == message)
            .unwrap_or_else(|| panic!("no line says {message}: {log:#?}"))
    };
    let security = said("security");
    assert_eq!(security["tokens"], 1);
    assert_eq!(security["operators"], 1);
    assert_eq!(security["signed_addresses"], true);
    assert_eq!(security["grpc_tls"], false);
    assert_eq!(security["mutual_tls"], false);
    assert_eq!(said("limits")["capacity_share"], 0.8);
    let schedules = said("schedules");
    assert_eq!(schedules["count"], 1);
    let what = schedules["what"].as_str().unwrap();
    assert!(what.contains("daily at 02:30"), "{what}");
    let log = process.log().join("\n");
    assert!(!log.contains(hash) && !log.contains("kkkk"), "{log}");
}

/// What gRPC's health service says of a name.
async fn health(client: &mut HealthClient<Channel>, name: &str) -> i32 {
    let asked = HealthCheckRequest {
        service: name.to_owned(),
    };
    client.check(asked).await.unwrap().into_inner().status
}

#[tokio::test]
async fn grpc_health_is_not_serving_before_the_warm_up_and_again_during_shutdown() {
    const SERVING: i32 = 1;
    const NOT_SERVING: i32 = 2;
    let folder = tempfile::tempdir().unwrap();
    let mut process = start(folder.path(), &Setup::default());
    let address = format!("http://127.0.0.1:{}", process.grpc);
    let channel = Channel::from_shared(address).unwrap();
    let mut client = HealthClient::new(channel.connect().await.unwrap());
    let names = ["", "langdu.v1.ReadAloud"];
    for name in names {
        assert_eq!(health(&mut client, name).await, NOT_SERVING, "{name}");
    }
    let watch = HealthCheckRequest {
        service: "langdu.v1.ReadAloud".to_owned(),
    };
    let mut watched = client.watch(watch).await.unwrap().into_inner();
    let mut seen = Vec::new();
    seen.push(watched.message().await.unwrap().unwrap().status);
    process.is_ready().await;
    for name in names {
        assert_eq!(health(&mut client, name).await, SERVING, "{name}");
    }
    seen.push(watched.message().await.unwrap().unwrap().status);
    process.stop();
    while let Ok(Some(message)) = watched.message().await {
        seen.push(message.status);
    }
    assert_eq!(seen, [NOT_SERVING, SERVING, NOT_SERVING]);
    assert!(process.ends_within(PATIENCE).await);
    let log = process.log().join("\n");
    assert!(
        !log.contains("still open after the grace"),
        "whoever watches does not hold the shutdown up for its whole grace: {log}"
    );
}

/// The lines of finished requests, with the spans they stand in.
fn answered(process: &Process) -> Vec<Value> {
    let log = process.log();
    let lines = log
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok());
    lines
        .filter(|line: &Value| line["message"] == "answered")
        .collect()
}

#[tokio::test]
async fn every_request_leaves_one_line_with_its_id_and_a_clip_that_was_there_none() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup {
        environment: &[("LANGDU_LOG_JSON", "true")],
        ..Setup::default()
    };
    let process = start(folder.path(), &setup);
    process.is_ready().await;
    let id = |name: &str| name.parse().unwrap();

    let spoken = request(url(&shared().page("/second.html")), AudioEncoding::Mp3);
    let mut spoken = tonic::Request::new(spoken);
    spoken.metadata_mut().insert("x-request-id", id("heard"));
    let mut client = process.client().await;
    let mut stream = client.synthesize_stream(spoken).await.unwrap().into_inner();
    let mut clip = String::new();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(Part::Utterance(start)) = message.response {
            clip = start.timing.unwrap().clip_id;
        }
    }
    let far = request(url("http://www.example.com/?q=secret"), AudioEncoding::Mp3);
    let mut far = tonic::Request::new(far);
    far.metadata_mut().insert("x-request-id", id("refused"));
    assert!(client.synthesize_stream(far).await.is_err());
    let long = request(text(&"很长的一句话。".repeat(200)), AudioEncoding::Mp3);
    let mut long = tonic::Request::new(long);
    long.metadata_mut().insert("x-request-id", id("left"));
    let mut stream = client.synthesize_stream(long).await.unwrap().into_inner();
    assert!(stream.message().await.unwrap().is_some());
    drop((stream, client));

    let ask = async |path: &str, name: &str| {
        let address = format!("http://127.0.0.1:{}{path}", process.http);
        let asked = http_client().get(address).header("x-request-id", name);
        let answer = asked.send().await.unwrap();
        let status = answer.status().as_u16();
        answer.bytes().await.unwrap();
        status
    };
    let page: String =
        url::form_urlencoded::byte_serialize(shared().page("/second.html").as_bytes()).collect();
    assert_eq!(
        ask(&format!("/v1/readings?url={page}"), "reading").await,
        200
    );
    let far = "/v1/readings?url=http%3A%2F%2Fwww.example.com%2F%3Fq%3Dsecret";
    assert_eq!(ask(far, "forbidden").await, 403);
    assert_eq!(ask(&format!("/v1/clips/{clip}.mp3"), "hit").await, 200);
    assert_eq!(ask(&format!("/v1/clips/{clip}.json"), "hit").await, 200);
    assert_eq!(ask("/v1/clips/none.mp3", "missed").await, 404);

    assert!(eventually(|| answered(&process).len() >= 6).await);
    let lines = answered(&process);
    let of = |id: &str| -> Vec<&Value> {
        let has = |line: &&Value| line["span"]["id"] == id;
        lines.iter().filter(has).collect()
    };
    let stream = "/langdu.v1.ReadAloud/SynthesizeStream";
    for (id, listener, path, outcome) in [
        ("heard", "grpc", stream, ("code", Value::from("Ok"))),
        (
            "refused",
            "grpc",
            stream,
            ("code", "PermissionDenied".into()),
        ),
        ("left", "grpc", stream, ("left", true.into())),
        ("reading", "http", "/v1/readings", ("status", 200.into())),
        ("forbidden", "http", "/v1/readings", ("status", 403.into())),
        (
            "missed",
            "http",
            "/v1/clips/none.mp3",
            ("status", 404.into()),
        ),
    ] {
        let found = of(id);
        assert_eq!(found.len(), 1, "{id}: {lines:#?}");
        let line = found[0];
        assert_eq!(line["level"], "INFO", "{line}");
        assert_eq!(line[outcome.0], outcome.1, "{line}");
        assert_eq!(line["span"]["listener"], listener, "{line}");
        assert_eq!(line["span"]["path"], path, "{line}");
        assert!(line["took_ms"].is_u64(), "{line}");
        assert_eq!(line["left"].is_null(), id != "left", "{line}");
        assert_eq!(line["span"]["caller"], "127.0.0.1", "{line}");
        let reason = match id {
            "refused" | "forbidden" => "HOST_NOT_ALLOWED".into(),
            "missed" => "NOT_FOUND".into(),
            _ => Value::Null,
        };
        assert_eq!(line["span"]["reason"], reason, "{line}");
    }
    let (_, metrics) = process.admin("/metrics").await;
    for (route, code, count) in [
        (stream, "Ok", 1),
        (stream, "PermissionDenied", 1),
        (stream, "left", 1),
        ("/v1/readings", "200", 1),
        ("/v1/readings", "403", 1),
        ("/v1/clips/{name}", "200", 2),
        ("/v1/clips/{name}", "404", 1),
    ] {
        let line = format!("langdu_requests_total{{route=\"{route}\",code=\"{code}\"}} {count}");
        assert!(metrics.contains(&line), "{line} is not in\n{metrics}");
    }
    let timed = "langdu_request_seconds_count{route=\"/v1/readings\"} 2";
    assert!(metrics.contains(timed), "{timed} is not in\n{metrics}");
    assert!(of("hit").is_empty(), "{lines:#?}");
    let log = process.log().join("\n");
    assert!(!log.contains("secret") && !log.contains("很长"), "{log}");
}

#[tokio::test]
async fn requests_for_what_is_no_route_are_counted_together() {
    let folder = tempfile::tempdir().unwrap();
    let process = start(folder.path(), &Setup::default());
    for path in [
        "/wp-login.php",
        "/langdu.v1.ReadAloud/Guess",
        "/.git/config",
    ] {
        let address = format!("http://127.0.0.1:{}{path}", process.http);
        let answer = http_client().get(address).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
    let (_, metrics) = process.admin("/metrics").await;
    let line = "langdu_requests_total{route=\"other\",code=\"404\"} 3";
    assert!(metrics.contains(line), "{line} is not in\n{metrics}");
}

#[tokio::test]
async fn nobody_is_counted_as_a_listener_or_in_the_queue_who_has_gone() {
    let folder = tempfile::tempdir().unwrap();
    let process = start(folder.path(), &Setup::default());
    process.is_ready().await;
    let long = request(
        text(&"办理结果将在七个工作日内通知申请人。".repeat(100)),
        AudioEncoding::Mp3,
    );
    let mut stream = process.stream(long).await;
    assert!(stream.message().await.unwrap().is_some());
    assert!(process.metric("langdu_listeners").await >= 1.0);
    assert!(process.metric("langdu_capacity").await >= 1.0);
    assert!(process.metric("langdu_connections").await >= 1.0);
    drop(stream);
    // Nobody else comes: the scrape alone notices.
    let gone = async || {
        process.metric("langdu_listeners").await == 0.0
            && process.metric("langdu_queue_length").await == 0.0
            && process.metric("langdu_readings_being_made").await == 0.0
    };
    assert!(eventually_async(gone).await);
}

#[tokio::test]
async fn whoever_orders_a_preparation_finds_its_lines_by_the_operation() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup {
        environment: &[("LANGDU_LOG_JSON", "true")],
        ..Setup::default()
    };
    let process = start(folder.path(), &setup);
    let pages = ["/second.html", "/missing.html"];
    let asked = PrepareRequest {
        sources: pages
            .iter()
            .filter_map(|page| url(&shared().page(page)))
            .collect(),
        ..PrepareRequest::default()
    };
    let mut asked = tonic::Request::new(asked);
    let id = "cms-7".parse().unwrap();
    asked.metadata_mut().insert("x-request-id", id);
    let mut operator = process.operator().await;
    let mut progress = operator.prepare(asked).await.unwrap().into_inner();
    let mut operation = String::new();
    while let Some(step) = progress.message().await.unwrap() {
        operation = step.operation_id;
    }
    let line = |message: &str| -> Option<Value> {
        let log = process.log();
        let mut lines = log
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok());
        lines.find(|line: &Value| line["message"] == message)
    };
    // Whoever watches may be told before the log is.
    let finished = "an operation of preparation is finished";
    assert!(eventually(|| line(finished).is_some()).await);
    let begun = line("an operation of preparation is begun").unwrap();
    assert_eq!(begun["span"]["id"], "cms-7");
    assert_eq!(begun["id"], operation.as_str());
    let finished = line(finished).unwrap();
    assert_eq!(finished["span"]["name"], "operation");
    assert_eq!(finished["span"]["id"], operation.as_str());
    let failed = process
        .log()
        .iter()
        .any(|line| line.contains("a page could not be prepared") && line.contains(&operation));
    assert!(failed, "{:#?}", process.log());
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
    for words in ["原文", "百分之八十五点五", "规则", "zf_xiaohe"] {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }
    let unknown = langdu(&["explain", "--clip", &"0".repeat(32)], &environment);
    assert!(!unknown.status.success());
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("ask for the reading again"));
}

#[tokio::test]
async fn what_voice_assistants_ask_for_is_counted_as_other_requests_are() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup {
        environment: &[
            ("LANGDU_LISTEN__WYOMING", "127.0.0.1:0"),
            ("LANGDU_LOG_JSON", "true"),
        ],
        ..Setup::default()
    };
    let process = start(folder.path(), &setup);
    process.is_ready().await;
    let listens = |line: &String| {
        let line: Value = serde_json::from_str(line).ok()?;
        Some(line["wyoming"].as_str()?.to_owned())
    };
    let address = process.log().iter().find_map(listens).unwrap();
    let mut assistant = TcpStream::connect(address).await.unwrap();
    for (asked, answered) in [
        (r#"{"type":"describe"}"#, r#""type":"info""#),
        (
            r#"{"type":"synthesize","data":{"text":"请坐。"}}"#,
            r#""type":"audio-stop""#,
        ),
        (
            r#"{"type":"synthesize","data":{"text":"请坐。","text_format":"braille"}}"#,
            r#""code":"INVALID_FIELD""#,
        ),
    ] {
        let line = format!("{asked}\n");
        assistant.write_all(line.as_bytes()).await.unwrap();
        let mut told = Vec::new();
        while !String::from_utf8_lossy(&told).contains(answered) {
            let read = tokio::time::timeout(PATIENCE, assistant.read_buf(&mut told));
            assert!(read.await.unwrap().unwrap() > 0, "{asked}");
        }
    }
    drop(assistant);
    let counted = [
        "langdu_requests_total{route=\"wyoming/describe\",code=\"Ok\"} 1",
        "langdu_requests_total{route=\"wyoming/synthesize\",code=\"Ok\"} 1",
        "langdu_requests_total{route=\"wyoming/synthesize\",code=\"InvalidArgument\"} 1",
        "langdu_request_seconds_count{route=\"wyoming/synthesize\"} 2",
    ];
    let is_counted = eventually_async(async || {
        let (_, metrics) = process.admin("/metrics").await;
        counted.iter().all(|line| metrics.contains(line))
    });
    assert!(is_counted.await, "{}", process.admin("/metrics").await.1);
}
