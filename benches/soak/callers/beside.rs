//! The good caller, who is served whatever the others do.

use std::time::{Duration, Instant};

use langdu_proto::{AudioEncoding, ListVoicesRequest};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::traffic::{Client, Manner, Outcome, client_at, document, visit};
use langdu_harness::process::Process;
use langdu_harness::report::{Findings, spread};
use langdu_harness::{http_client, request, text};

/// Longest that a good caller waits for what costs nothing, on a new connection.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Longest that it waits for the first sound of something nobody has heard before: what newcomers
/// are promised, and the utterances that are being made meanwhile.
const FIRST_SOUND: Duration = Duration::from_secs(14);

/// What the good caller waited.
#[derive(Default)]
pub(super) struct Waits {
    gateway: Vec<Duration>,
    contract: Vec<Duration>,
    sound: Vec<Duration>,
    failures: Vec<String>,
}

/// A good caller at work.
pub(super) struct Beside {
    stop: watch::Sender<bool>,
    working: JoinHandle<Waits>,
}

impl Beside {
    /// Begins to call, about twice a second, each time on a new connection. `first` names its
    /// documents apart from all others.
    pub(super) fn begin(process: &Process, first: u64) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (grpc, http) = (process.grpc, process.http);
        let working = tokio::spawn(async move {
            let mut waits = Waits::default();
            let mut number = first;
            while !*stopped.borrow() {
                waits.ask_gateway(http).await;
                waits.ask_contract(client_at(grpc)).await;
                if number % 4 == first % 4 {
                    waits.listen(client_at(grpc), number).await;
                }
                number += 1;
                tokio::time::sleep(Duration::from_millis(400)).await;
            }
            waits
        });
        Self { stop, working }
    }

    /// Ends its work, and says what it waited beside `done`.
    pub(super) async fn end(self, findings: &mut Findings, done: &str) {
        // It looks at this after each round.
        let _ = self.stop.send(true);
        let waits = self.working.await.expect("the good caller does not panic");
        let worst = |waits: &[Duration]| waits.iter().max().copied().unwrap_or_default();
        let at_once = worst(&waits.gateway).max(worst(&waits.contract));
        let holds = waits.failures.is_empty()
            && at_once <= AT_ONCE
            && worst(&waits.sound) <= FIRST_SOUND
            && !waits.sound.is_empty();
        let mut seen = format!(
            "gateway {}; contract {}; first sound {}",
            spread(&waits.gateway),
            spread(&waits.contract),
            spread(&waits.sound)
        );
        if let Some(first) = waits.failures.first() {
            seen += &format!("; {} failures, first {first}", waits.failures.len());
        }
        findings.row(format!("a good caller beside {done}"), seen, holds);
    }
}

impl Waits {
    async fn ask_gateway(&mut self, port: u16) {
        let begun = Instant::now();
        let address = format!("http://127.0.0.1:{port}/v1/player.json");
        let answer = http_client().get(address).timeout(3 * AT_ONCE).send();
        match answer.await {
            Ok(answer) if answer.status() == 200 => self.gateway.push(begun.elapsed()),
            Ok(answer) => self.failures.push(format!("gateway: {}", answer.status())),
            Err(error) => self.failures.push(format!("gateway: {error:?}")),
        }
    }

    async fn ask_contract(&mut self, mut client: Client) {
        let begun = Instant::now();
        let voices = client.list_voices(ListVoicesRequest::default());
        match timeout(3 * AT_ONCE, voices).await {
            Ok(Ok(_)) => self.contract.push(begun.elapsed()),
            Ok(Err(status)) => self.failures.push(format!("contract: {status}")),
            Err(_) => self.failures.push("contract: no answer".to_owned()),
        }
    }

    async fn listen(&mut self, mut client: Client, number: u64) {
        let asked = request(text(&document(number, 1)), AudioEncoding::Mp3);
        let heard = visit(&mut client, asked, Manner::Fast).await;
        match (heard.outcome, heard.first_audio) {
            (Outcome::Heard, Some(first)) => self.sound.push(first),
            (outcome, _) => self.failures.push(format!("sound: {outcome:?}")),
        }
    }
}
