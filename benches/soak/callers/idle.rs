//! Connections on which nothing is ever said.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::beside::Beside;
use crate::figures::Figures;
use langdu_harness::process::Process;
use langdu_harness::report::Findings;

/// Connections that are being opened at the same time.
const OPENING: usize = 200;

/// When all of them have to be open.
const OPENED_IN: Duration = Duration::from_secs(60);

/// Memory that one connection may take while it is there.
const KB_EACH: u64 = 32;

/// Holds so many connections open, half of them to each protocol, and says nothing on them.
pub(super) async fn connections(
    findings: &mut Findings,
    process: &Process,
    connections: usize,
    lasting: Duration,
) {
    let before = Figures::of(process).expect("it is running");
    let beside = Beside::begin(process, 4_000_000);
    let opened = open(process, connections).await;
    let opened_all = opened.len();
    tokio::time::sleep(lasting).await;
    let amid = Figures::of(process).expect("it is running");
    let held = opened.iter().filter(|stream| is_open(stream)).count();
    beside.end(findings, "idle connections").await;
    let grown_kb = amid.resident_kb.saturating_sub(before.resident_kb);
    findings.row(
        format!("{connections} connections without a word"),
        format!(
            "{opened_all} were opened, {held} left after {} s; {amid}",
            lasting.as_secs()
        ),
        grown_kb <= connections as u64 * KB_EACH && opened_all == connections,
    );
}

/// Opens so many connections, half of them to each protocol.
async fn open(process: &Process, connections: usize) -> Vec<TcpStream> {
    let at_once = Arc::new(Semaphore::new(OPENING));
    let mut opening = JoinSet::new();
    for number in 0..connections {
        let port = [process.grpc, process.http][number % 2];
        let at_once = at_once.clone();
        opening.spawn(async move {
            let _place = at_once.acquire_owned().await;
            TcpStream::connect(("127.0.0.1", port)).await
        });
    }
    let opened = timeout(OPENED_IN, opening.join_all()).await;
    opened.unwrap_or_default().into_iter().flatten().collect()
}

/// True when the other side has not closed.
fn is_open(stream: &TcpStream) -> bool {
    let mut byte = [0];
    matches!(stream.try_read(&mut byte), Err(error) if error.kind() == ErrorKind::WouldBlock)
}
