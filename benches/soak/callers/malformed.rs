//! Headers and messages that are too large, or are none.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::beside::Beside;
use super::frames::{self, CONTINUATION, END_HEADERS, HEADERS, field, frame};
use crate::figures::Figures;
use langdu_harness::http_client;
use langdu_harness::process::Process;
use langdu_harness::report::Findings;

/// Longest that a caller who cannot be understood is listened to.
const ANSWERED_IN: Duration = Duration::from_secs(20);

/// Header bytes of one request: far beyond what any browser sends.
const HEADER_BYTES: usize = 1 << 20;

/// Bytes of headers that go on and on.
const ENDLESS_BYTES: usize = 64 << 20;

/// Messages of random bytes.
const RANDOM: usize = 2000;

/// Memory that callers who cannot be understood may take.
const GROWN_MB: f64 = 150.0;

/// INTERNAL, which the transport answers to what is no message, and the contract's own answers to
/// what is one by chance: INVALID_ARGUMENT, OUT_OF_RANGE, UNIMPLEMENTED, RESOURCE_EXHAUSTED.
const REFUSALS: [&str; 5] = ["13", "3", "11", "12", "8"];

const METHODS: [&str; 7] = [
    "ListVoices",
    "Extract",
    "Explain",
    "Synthesize",
    "SynthesizeStream",
    "Prepare",
    "Withdraw",
];

/// Headers that are too large, endless, or no headers.
pub(super) async fn headers(findings: &mut Findings, process: &Process) {
    let before = Figures::of(process).expect("it is running");
    let beside = Beside::begin(process, 5_000_000);
    let large = vec![b'a'; HEADER_BYTES];
    let one = [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: ",
        &large[..],
        b"\r\n\r\n",
    ]
    .concat();
    told(findings, process.http, "an HTTP/1 header of 1 MiB", &one).await;
    let many: String = (0..10_000)
        .map(|index| format!("X-{index}: a\r\n"))
        .collect();
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n");
    told(
        findings,
        process.http,
        "10,000 HTTP/1 headers",
        many.as_bytes(),
    )
    .await;
    let invalid = b"GET /\xff\xfe HTTP/1.1\r\nHost: \xc3\x28\r\nX: \x00\x01\r\n\r\n";
    told(
        findings,
        process.http,
        "HTTP/1 headers of invalid bytes",
        invalid,
    )
    .await;
    let noise = noise(4096);
    told(findings, process.http, "noise on the gateway", &noise).await;
    told(findings, process.grpc, "noise on the gRPC listener", &noise).await;
    told(
        findings,
        process.grpc,
        "an HTTP/2 header of 1 MiB",
        &continued(&large, true),
    )
    .await;
    let endless = vec![b'a'; ENDLESS_BYTES];
    told(
        findings,
        process.grpc,
        "HTTP/2 headers without an end",
        &continued(&endless, false),
    )
    .await;
    grown(findings, process, before, "headers that are none");
    beside.end(findings, "headers that are none").await;
}

/// A header block of one field, over as many frames as it takes.
fn continued(value: &[u8], ends: bool) -> Vec<u8> {
    let mut block = frames::call("ListVoices");
    block.extend(field("x-large", value));
    let mut bytes = [frames::PREFACE, &frame(frames::SETTINGS, 0, 0, &[])].concat();
    let parts: Vec<&[u8]> = block.chunks(16_000).collect();
    for (index, part) in parts.iter().enumerate() {
        let kind = if index == 0 { HEADERS } else { CONTINUATION };
        let is_last = index + 1 == parts.len();
        let flags = if ends && is_last { END_HEADERS } else { 0 };
        bytes.extend(frame(kind, flags, 1, part));
    }
    bytes
}

/// Sends what is no request, and waits for an answer or the end of the connection.
async fn told(findings: &mut Findings, port: u16, what: &str, bytes: &[u8]) {
    let answer = timeout(ANSWERED_IN, async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let (mut reading, mut writing) = stream.split();
        let mut answer = Vec::new();
        let mut answers = (&mut reading).take(1 << 16);
        // The other side may end before it has read all of it.
        let (_, read) = tokio::join!(
            async { writing.write_all(bytes).await },
            answers.read_to_end(&mut answer)
        );
        read.map(|_| answer)
    })
    .await;
    let (seen, holds) = match answer {
        Ok(Ok(answer)) => (first_line(&answer), true),
        Ok(Err(error)) => (format!("closed: {}", error.kind()), true),
        Err(_) => (format!("no answer in {} s", ANSWERED_IN.as_secs()), false),
    };
    findings.row(what, seen, holds);
}

/// The status line of an HTTP/1 answer; how many bytes came otherwise.
fn first_line(answer: &[u8]) -> String {
    let line = answer
        .split(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    match std::str::from_utf8(line) {
        Ok(line) if line.starts_with("HTTP/1") => line.to_owned(),
        _ => format!("closed after {} bytes", answer.len()),
    }
}

fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    StdRng::seed_from_u64(7).fill_bytes(&mut bytes);
    bytes
}

/// Messages that are too large, cut off, or none.
pub(super) async fn messages(findings: &mut Findings, process: &Process) {
    let before = Figures::of(process).expect("it is running");
    let beside = Beside::begin(process, 5_100_000);
    let port = process.grpc;
    let declared = [&[0, 0xff, 0xff, 0xff, 0xff][..], b"a"].concat();
    refused(findings, port, "a message said to be of 4 GiB", declared).await;
    let large = frames::message(&vec![b'a'; 65 << 20]);
    refused(findings, port, "a message of 65 MiB", large).await;
    refused(
        findings,
        port,
        "a message that is cut off",
        vec![0, 0, 0, 1, 0, 10, 5],
    )
    .await;
    refused(
        findings,
        port,
        "a message said to be compressed",
        vec![1, 0, 0, 0, 1, 0],
    )
    .await;
    // Source.text of two bytes that are no UTF-8.
    let invalid = frames::message(&[0x0a, 0x04, 0x1a, 0x02, 0xc3, 0x28]);
    refused(findings, port, "text that is no UTF-8", invalid).await;
    random_messages(findings, port).await;
    gateway_messages(findings, process.http).await;
    grown(findings, process, before, "messages that are none");
    beside.end(findings, "messages that are none").await;
}

async fn refused(findings: &mut Findings, port: u16, what: &str, body: Vec<u8>) {
    let answer = grpc_status(&caller(), port, "Extract", body).await;
    let holds = answer
        .as_ref()
        .is_ok_and(|code| REFUSALS.contains(&code.as_str()));
    let seen = answer.map_or_else(|error| error, |code| format!("gRPC status {code}"));
    findings.row(what, seen, holds);
}

async fn random_messages(findings: &mut Findings, port: u16) {
    let mut random = StdRng::seed_from_u64(11);
    let caller = caller();
    let mut otherwise = Vec::new();
    for number in 0..RANDOM {
        let mut payload = vec![0; random.random_range(1..200)];
        random.fill_bytes(&mut payload);
        let method = METHODS[number % METHODS.len()];
        match grpc_status(&caller, port, method, frames::message(&payload)).await {
            Ok(code) if code == "0" || REFUSALS.contains(&code.as_str()) => {}
            Ok(code) => otherwise.push(format!("{method}: {code}")),
            Err(error) => otherwise.push(format!("{method}: {error}")),
        }
    }
    let seen = otherwise
        .first()
        .cloned()
        .unwrap_or_else(|| "each refused".to_owned());
    findings.row(
        format!("{RANDOM} messages of random bytes"),
        seen,
        otherwise.is_empty(),
    );
}

async fn gateway_messages(findings: &mut Findings, port: u16) {
    let post = |body: Vec<u8>| {
        http_client()
            .post(format!("http://127.0.0.1:{port}/v1/readings"))
            .header("content-type", "application/json")
            .body(body)
    };
    let get = |path: &str| http_client().get(format!("http://127.0.0.1:{port}{path}"));
    let nested = [vec![b'['; 200_000], vec![b']'; 200_000]].concat();
    for (what, asked) in [
        (
            "JSON that is no UTF-8",
            post(b"{\"text\": \"\xc3\x28\"}".to_vec()),
        ),
        ("JSON of 200,000 brackets", post(nested)),
        ("a body of 100 MB", post(vec![b'a'; 100_000_000])),
        ("a path that is no UTF-8", get("/v1/clips/%c3%28.mp3")),
        ("a query that is no UTF-8", get("/v1/readings?url=%ff%fe")),
    ] {
        let answer = asked.timeout(ANSWERED_IN).send().await;
        // Whoever sends too much may be cut off before it has read the answer.
        let (seen, holds) = match answer {
            Ok(answer) => (
                answer.status().to_string(),
                answer.status().is_client_error(),
            ),
            Err(error) => ("closed".to_owned(), !error.is_timeout()),
        };
        findings.row(what, seen, holds);
    }
}

/// A client that speaks HTTP/2 and knows nothing of gRPC.
fn caller() -> reqwest::Client {
    // Sets up what reqwest needs of TLS.
    drop(http_client());
    let builder = reqwest::Client::builder().no_proxy();
    builder.http2_prior_knowledge().build().expect("a client")
}

/// The gRPC status of a call whose body is `body`.
async fn grpc_status(
    caller: &reqwest::Client,
    port: u16,
    method: &str,
    body: Vec<u8>,
) -> Result<String, String> {
    let answer = caller
        .post(format!(
            "http://127.0.0.1:{port}/langdu.v1.ReadAloud/{method}"
        ))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .timeout(ANSWERED_IN)
        .body(body)
        .send()
        .await
        .map_err(|error| format!("{error:?}"))?;
    // An error stands in the headers; what has none there was understood.
    let status = answer.headers().get("grpc-status");
    let code = status.map_or("0", |code| code.to_str().unwrap_or("none"));
    Ok(code.to_owned())
}

fn grown(findings: &mut Findings, process: &Process, before: Figures, what: &str) {
    let now = Figures::of(process);
    let seen = now.map_or_else(|| "the process has ended".to_owned(), |now| now.to_string());
    let holds = now.is_some_and(|now| now.resident_mb() - before.resident_mb() <= GROWN_MB);
    findings.row(format!("the process after {what}"), seen, holds);
}
