//! Mixed traffic for long: what the process holds at the end is what it held after warm-up.
//!
//! The documents are a fixed set, more than the caches hold: their clips are made, evicted and
//! made again, as those of a portal are. What is asked for once and never again is private, and
//! has to be forgotten.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use langdu::server::proto::{
    AudioEncoding, ExplainRequest, ExtractRequest, PrepareRequest, WithdrawRequest,
};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::figures::Figures;
use crate::pages::Portal;
use crate::process::Process;
use crate::report::Findings;
use crate::support::{http_client, request, text, url};
use crate::traffic::{Client, Manner, Outcome, client_at, document, serve, visit};

#[derive(Args)]
pub(crate) struct Soak {
    /// How long after warm-up, in minutes.
    #[arg(long, default_value_t = 60.0)]
    minutes: f64,
    /// Length of the warm-up, in minutes.
    #[arg(long, default_value_t = 10.0)]
    warm_up: f64,
    /// Looks at the process after the one that follows warm-up.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..))]
    looks: u32,
}

/// Pages of the portal.
const PAGES: u64 = 24;

/// Callers at the same time.
const CALLERS: u64 = 6;

/// Quiet before a look, so that threads that wait for work have ended.
const QUIET: Duration = Duration::from_secs(20);

/// What may be more at the end than after warm-up, in parts of it.
const DRIFT: f64 = 0.03;

/// Longest that a caller who went on to the end may take to come to it.
const COMES_TO_AN_END: Duration = Duration::from_secs(120);

/// The caches hold a part of the pages; what is private is forgotten within the warm-up.
const CONFIG: &str = "disk_bytes = 2000000\nmemory_bytes = 500000\nsamples_bytes = 2000000\n\
    private_ttl_s = 30\n[limits]\ncapacity_share = 100.0\n";

/// What callers did.
#[derive(Default)]
struct Tally {
    asked: AtomicUsize,
    failed: AtomicUsize,
}

/// Warm-up, a look, the traffic with a look now and then, and a last look.
pub(crate) async fn run(asked: &Soak) -> Findings {
    let about = format!(
        "{} minutes after {} of warm-up",
        asked.minutes, asked.warm_up
    );
    let mut findings = Findings::new("soak", &about);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let portal = Arc::new(Portal::start());
    let pages: Arc<[String]> = (0..PAGES).map(|number| page(&portal, number)).collect();
    let process = serve(folder.path(), &portal, CONFIG).await;
    let minutes = |minutes: f64| Duration::from_secs_f64(minutes * 60.0);
    let tally = Arc::<Tally>::default();
    traffic(&process, &pages, &tally, minutes(asked.warm_up)).await;
    let first = look(&process, &mut findings, "after warm-up").await;
    let mut last = first;
    for number in 1..=asked.looks {
        let begun = Instant::now();
        traffic(
            &process,
            &pages,
            &tally,
            minutes(asked.minutes) / asked.looks,
        )
        .await;
        let when = format!(
            "after part {number} of {}, {:.0} s",
            asked.looks,
            begun.elapsed().as_secs_f64()
        );
        last = look(&process, &mut findings, &when).await;
    }
    compare(&mut findings, first, last);
    let failed = tally.failed.load(Ordering::Relaxed);
    let asked = tally.asked.load(Ordering::Relaxed);
    findings.row(
        format!("{asked} requests"),
        format!("{failed} failed"),
        failed == 0 && asked > 0,
    );
    findings
}

fn compare(findings: &mut Findings, first: Figures, last: Figures) {
    for (what, first, last) in [
        ("resident memory, kB", first.resident_kb, last.resident_kb),
        ("file descriptors", first.descriptors, last.descriptors),
        ("threads", first.threads, last.threads),
    ] {
        let drift = last as f64 / first as f64 - 1.0;
        findings.row(
            format!(
                "{what}: at most {:.0} % more than after warm-up",
                DRIFT * 100.0
            ),
            format!("{first}, then {last}: {:+.1} %", drift * 100.0),
            drift <= DRIFT,
        );
    }
}

async fn look(process: &Process, findings: &mut Findings, when: &str) -> Figures {
    sleep(QUIET).await;
    let figures = Figures::of(process).expect("it is running");
    findings.figure(when, figures);
    figures
}

fn page(portal: &Portal, number: u64) -> String {
    let paragraphs: Vec<String> = (0..3)
        .map(|part| document(100 * number + part, 2))
        .collect();
    let paragraphs: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
    let title = format!("关于第{number}项服务的通知");
    portal.document(&format!("{number}.html"), &title, &paragraphs)
}

/// Every caller at work for so long, each to the end of what it does.
async fn traffic(process: &Process, pages: &Arc<[String]>, tally: &Arc<Tally>, lasting: Duration) {
    let until = Instant::now() + lasting;
    let mut working = JoinSet::new();
    for index in 0..CALLERS {
        let caller = Caller {
            grpc: process.grpc,
            http: process.http,
            pages: pages.clone(),
            tally: tally.clone(),
            random: StdRng::seed_from_u64(index),
        };
        working.spawn(caller.work(until));
    }
    let ended = tokio::time::timeout(lasting + COMES_TO_AN_END, working.join_all()).await;
    assert!(ended.is_ok(), "a caller waits for ever");
}

/// A caller who does now this and now that.
struct Caller {
    grpc: u16,
    http: u16,
    pages: Arc<[String]>,
    tally: Arc<Tally>,
    random: StdRng,
}

impl Caller {
    async fn work(mut self, until: Instant) {
        while Instant::now() < until {
            let went_well = self.one().await;
            self.tally.asked.fetch_add(1, Ordering::Relaxed);
            self.tally
                .failed
                .fetch_add(usize::from(!went_well), Ordering::Relaxed);
            sleep(Duration::from_millis(self.random.random_range(0..300))).await;
        }
    }

    /// One thing that a caller does, on a connection of its own; true when it went well.
    async fn one(&mut self) -> bool {
        let mut client = client_at(self.grpc);
        let page = self.pages[self.random.random_range(0..self.pages.len())].clone();
        match self.random.random_range(0..20) {
            0..6 => listens(&mut client, &page, AudioEncoding::Mp3, Manner::Fast).await,
            6 => listens(&mut client, &page, AudioEncoding::OggOpus, Manner::Fast).await,
            7 => listens(&mut client, &page, AudioEncoding::Linear16, Manner::Fast).await,
            8..11 => {
                let leaving =
                    Manner::Leaving(Duration::from_millis(self.random.random_range(0..2000)));
                listens(&mut client, &page, AudioEncoding::Mp3, leaving).await
            }
            11 => {
                let slow = Manner::Slow(Duration::from_millis(300));
                listens(&mut client, &page, AudioEncoding::Mp3, slow).await
            }
            12..14 => self.plays(&page).await,
            14 => self.says_something_private(&mut client).await,
            15 => {
                let asked = ExtractRequest { source: url(&page) };
                client.extract(asked).await.is_ok()
            }
            16 => {
                let asked = ExplainRequest {
                    source: url(&page),
                    ..ExplainRequest::default()
                };
                client.explain(asked).await.is_ok()
            }
            17 => prepares(&mut client, &page).await,
            18 => withdraws_and_publishes(&mut client, &page).await,
            _ => is_refused(&mut client).await,
        }
    }

    /// As the player does: the reading, then its clips.
    async fn plays(&self, page: &str) -> bool {
        let root = format!("http://127.0.0.1:{}", self.http);
        let client = http_client();
        let asked = client
            .get(format!("{root}/v1/readings?url={page}"))
            .send()
            .await;
        let Ok(answer) = asked else {
            return false;
        };
        if answer.status() == 410 {
            // Another caller has it withdrawn at this moment.
            return true;
        }
        let reading = answer.bytes().await.unwrap_or_default();
        let reading: serde_json::Value = serde_json::from_slice(&reading).unwrap_or_default();
        let utterances = reading["utterances"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for utterance in utterances.iter().take(3) {
            let clip = utterance["audio"]["mp3"].as_str().unwrap_or_default();
            let got = client.get(format!("{root}/{clip}")).send().await;
            // Withdrawn in the middle: its clips are gone.
            let fits = |status: u16| matches!(status, 200 | 404 | 410);
            if !got.is_ok_and(|got| fits(got.status().as_u16())) {
                return false;
            }
        }
        !utterances.is_empty()
    }

    /// Text that nobody says again, now and then by way of the gateway's speech route.
    async fn says_something_private(&mut self, client: &mut Client) -> bool {
        let number = self.random.random_range(1_000_000..9_000_000);
        let asked = request(text(&document(number, 1)), AudioEncoding::Mp3);
        visit(client, asked, Manner::Fast).await.outcome == Outcome::Heard
    }
}

async fn listens(client: &mut Client, page: &str, encoding: AudioEncoding, manner: Manner) -> bool {
    match visit(client, request(url(page), encoding), manner)
        .await
        .outcome
    {
        Outcome::Heard | Outcome::Left => true,
        // Another caller has it withdrawn at this moment.
        Outcome::Failed(why) => why.contains("withdrawn") || why.contains("no clip"),
        Outcome::Refused | Outcome::Unanswered => false,
    }
}

async fn prepares(client: &mut Client, page: &str) -> bool {
    let asked = PrepareRequest {
        sources: url(page).into_iter().collect(),
        ..PrepareRequest::default()
    };
    let Ok(progress) = client.prepare(asked).await else {
        return false;
    };
    let mut progress = progress.into_inner();
    // It goes on without a watcher.
    matches!(progress.message().await, Ok(Some(_)))
}

async fn withdraws_and_publishes(client: &mut Client, page: &str) -> bool {
    let asked = WithdrawRequest {
        url: page.to_owned(),
    };
    client.withdraw(asked).await.is_ok() && prepares(client, page).await
}

async fn is_refused(client: &mut Client) -> bool {
    let asked = request(text(""), AudioEncoding::Mp3);
    matches!(
        visit(client, asked, Manner::Fast).await.outcome,
        Outcome::Failed(_)
    )
}
