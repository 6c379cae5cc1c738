//! HTTP/2 streams that are opened and left: half open, unread, or reset at once.

use std::time::{Duration, Instant};

use langdu_proto::AudioEncoding;
use prost::Message;
use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;

use super::beside::Beside;
use super::frames::{self, DATA, END_HEADERS, END_STREAM, HEADERS, RESET, frame};
use crate::traffic::{Manner, Outcome, client, document, visit};
use langdu_harness::process::Process;
use langdu_harness::report::Findings;
use langdu_harness::{request, text};

/// As many streams as a connection may have.
const STREAMS: u32 = 256;

/// Connections of the half-open streams.
const HALF_OPEN: usize = 16;

/// Listeners that take nothing: more than the voice carries on any machine that this runs on.
const UNREAD: u64 = 64;

/// When a newcomer has to be let in although nobody takes what was made for others.
const LET_IN: Duration = Duration::from_secs(75);

/// Connections of the resets.
const RESETTING: usize = 8;

/// Streams that are opened without ever being given a message.
pub(super) async fn half_open(findings: &mut Findings, process: &Process, lasting: Duration) {
    let beside = Beside::begin(process, 3_000_000);
    let mut holding = JoinSet::new();
    for _ in 0..HALF_OPEN {
        let port = process.grpc;
        holding.spawn(async move {
            let mut stream = frames::open(port, None).await?;
            for index in 0..STREAMS {
                let head = frames::call("SynthesizeStream");
                let opened = frame(HEADERS, END_HEADERS, 2 * index + 1, &head);
                stream.write_all(&opened).await?;
            }
            frames::keep_alive(&mut stream, lasting).await;
            std::io::Result::Ok(())
        });
    }
    let held = holding.join_all().await;
    let held = held.into_iter().filter(Result::is_ok).count();
    findings.figure(
        format!("{HALF_OPEN} connections of {STREAMS} half-open streams"),
        format!("{held} connections were open to the end"),
    );
    beside.end(findings, "half-open streams").await;
}

/// Listeners that ask for long documents and never take a byte of sound.
pub(super) async fn unread(findings: &mut Findings, process: &Process) {
    let mut holding = JoinSet::new();
    for number in 0..UNREAD {
        let port = process.grpc;
        holding.spawn(async move {
            let mut stream = frames::open(port, Some(0)).await?;
            let head = frame(HEADERS, END_HEADERS, 1, &frames::call("SynthesizeStream"));
            stream.write_all(&head).await?;
            let asked = asked(3_100_000 + number);
            let body = frame(DATA, END_STREAM, 1, &frames::message(&asked));
            stream.write_all(&body).await?;
            frames::keep_alive(&mut stream, 2 * LET_IN).await;
            std::io::Result::Ok(())
        });
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let let_in = newcomer(process).await;
    holding.abort_all();
    let seen = match &let_in {
        Ok(after) => format!("after {:.1} s", after.as_secs_f64()),
        Err(outcome) => format!("not within {} s: {outcome:?}", LET_IN.as_secs()),
    };
    findings.row(
        format!("a newcomer is let in beside {UNREAD} listeners who take nothing"),
        seen,
        let_in.is_ok(),
    );
}

/// How long a newcomer tries until it hears something.
async fn newcomer(process: &Process) -> Result<Duration, Outcome> {
    let begun = Instant::now();
    let mut client = client(process);
    let mut number = 3_200_000;
    loop {
        let asked = request(text(&document(number, 1)), AudioEncoding::Mp3);
        match visit(&mut client, asked, Manner::Fast).await.outcome {
            Outcome::Heard => return Ok(begun.elapsed()),
            outcome if begun.elapsed() > LET_IN => return Err(outcome),
            _ => tokio::time::sleep(Duration::from_secs(1)).await,
        }
        number += 1;
    }
}

/// The rapid reset: streams that are opened, asked and reset in one breath.
pub(super) async fn reset(findings: &mut Findings, process: &Process, resets: usize) {
    let beside = Beside::begin(process, 3_300_000);
    let mut resetting = JoinSet::new();
    for number in 0..RESETTING {
        let port = process.grpc;
        resetting.spawn(async move { reset_on(port, resets / RESETTING, number as u64).await });
    }
    let closed: usize = resetting.join_all().await.into_iter().sum();
    findings.figure(
        format!("{resets} streams reset at once over {RESETTING} connections at a time"),
        format!("{closed} connections were closed for it"),
    );
    beside.end(findings, "streams reset in bulk").await;
}

/// Opens and resets so many streams, on a new connection whenever one is closed; how many were.
async fn reset_on(port: u16, resets: usize, number: u64) -> usize {
    let asked = frames::message(&asked(3_400_000 + number));
    let mut left = resets;
    let mut closed = 0;
    while left > 0 {
        let Ok(mut stream) = frames::open(port, None).await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let mut id = 1;
        while left > 0 {
            let mut burst = Vec::new();
            for _ in 0..100.min(left) {
                burst.extend(frame(
                    HEADERS,
                    END_HEADERS,
                    id,
                    &frames::call("SynthesizeStream"),
                ));
                burst.extend(frame(DATA, END_STREAM, id, &asked));
                // CANCEL.
                burst.extend(frame(RESET, 0, id, &8_u32.to_be_bytes()));
                id += 2;
                left -= 1;
            }
            if stream.write_all(&burst).await.is_err() {
                closed += 1;
                break;
            }
        }
    }
    closed
}

/// A request for a document of its own, encoded.
fn asked(number: u64) -> Vec<u8> {
    request(text(&document(number, 200)), AudioEncoding::Mp3).encode_to_vec()
}
