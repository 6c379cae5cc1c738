//! Slow-loris: callers that never finish what they began to say.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::beside::Beside;
use super::frames::{self, DATA, END_HEADERS, HEADERS, frame};
use langdu_harness::process::Process;
use langdu_harness::report::Findings;

/// A byte every so often.
const DRIP: Duration = Duration::from_secs(2);

/// Callers that hold a request open with a body that does not come. They are within what the
/// service is made for, and what counts is that each is sent away.
const BODIES: usize = 200;

/// When a body that does not come has to be given up.
const BODY_GIVEN_UP: Duration = Duration::from_secs(75);

/// HTTP/1 requests whose headers never end.
pub(super) async fn headers(
    findings: &mut Findings,
    process: &Process,
    connections: usize,
    lasting: Duration,
) {
    let beside = Beside::begin(process, 2_000_000);
    let begin = b"GET /v1/player.json HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    let closed = drip_all(process.http, begin, connections, lasting).await;
    findings.figure(
        format!("{connections} HTTP/1 headers that never end"),
        format!("{closed} were sent away within {} s", lasting.as_secs()),
    );
    beside.end(findings, "HTTP/1 headers that never end").await;
}

/// HTTP/2 connections that never come to their first stream.
pub(super) async fn prefaces(
    findings: &mut Findings,
    process: &Process,
    connections: usize,
    lasting: Duration,
) {
    let beside = Beside::begin(process, 2_100_000);
    // A frame of headers is announced, and its bytes drip.
    let announced = frame(HEADERS, END_HEADERS, 1, &[0; 16_000]);
    let begin = [
        frames::PREFACE,
        &frame(frames::SETTINGS, 0, 0, &[]),
        &announced[..9],
    ]
    .concat();
    let closed = drip_all(process.grpc, &begin, connections, lasting).await;
    findings.figure(
        format!("{connections} HTTP/2 connections whose first headers drip"),
        format!("{closed} were sent away within {} s", lasting.as_secs()),
    );
    beside.end(findings, "HTTP/2 headers that never end").await;
}

/// How many of so many dripping connections were closed by the other side.
async fn drip_all(port: u16, begin: &[u8], connections: usize, lasting: Duration) -> usize {
    let mut dripping = JoinSet::new();
    for number in 0..connections {
        let begin = begin.to_vec();
        dripping.spawn(async move {
            // Not all at the same moment.
            tokio::time::sleep(Duration::from_micros(number as u64 * 500)).await;
            timeout(lasting, drip(port, &begin)).await.is_ok()
        });
    }
    let closed = dripping.join_all().await;
    closed.into_iter().filter(|closed| *closed).count()
}

/// Ends when the other side closes.
async fn drip(port: u16, begin: &[u8]) {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else {
        return;
    };
    if stream.write_all(begin).await.is_err() {
        return;
    }
    let mut answer = [0; 1024];
    loop {
        match timeout(DRIP, stream.read(&mut answer)).await {
            Ok(Ok(0) | Err(_)) => return,
            Ok(Ok(_)) => {}
            Err(_) => {
                if stream.write_all(b"a").await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Requests whose bodies never end, over both protocols: each has to be given up.
pub(super) async fn bodies(findings: &mut Findings, process: &Process) {
    let beside = Beside::begin(process, 2_200_000);
    let begun = Instant::now();
    let one = b"POST /v1/readings HTTP/1.1\r\nHost: localhost\r\n\
        Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{";
    let mut call = [frames::PREFACE, &frame(frames::SETTINGS, 0, 0, &[])].concat();
    call.extend(frame(HEADERS, END_HEADERS, 1, &frames::call("Extract")));
    call.extend(frame(DATA, 0, 1, &[0, 0, 1, 0, 0, b'a']));
    let (one, two) = tokio::join!(
        drip_all(process.http, one, BODIES, BODY_GIVEN_UP),
        given_up(process.grpc, &call, BODIES, BODY_GIVEN_UP)
    );
    findings.row(
        format!("{BODIES} bodies that never end, over each protocol"),
        format!(
            "{one} and {two} given up within {:.0} s",
            begun.elapsed().as_secs_f64()
        ),
        one == BODIES && two == BODIES,
    );
    beside.end(findings, "bodies that never end").await;
}

/// How many of so many calls were answered although their message never came.
async fn given_up(port: u16, begin: &[u8], calls: usize, patience: Duration) -> usize {
    let mut waiting = JoinSet::new();
    for _ in 0..calls {
        let begin = begin.to_vec();
        waiting.spawn(timeout(patience, async move {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
            stream.write_all(&begin).await?;
            frames::answered(&mut stream, 1).await
        }));
    }
    let answers = waiting.join_all().await;
    answers
        .into_iter()
        .filter(|answer| matches!(answer, Ok(Ok(()))))
        .count()
}
