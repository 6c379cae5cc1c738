//! Mixed traffic for long: what the process holds at the end is what it held after warm-up.
//!
//! The documents are a fixed set, more than the caches hold: their clips are made, evicted and
//! made again, as those of a portal are. What is asked for once and never again is private, and
//! has to be forgotten.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clap::Args;
use langdu_proto::{
    AudioEncoding, ExplainRequest, ExtractRequest, PrepareRequest, WithdrawRequest,
};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tonic::Status;

use crate::figures::Figures;
use crate::traffic::{Client, Manner, Outcome, client_at, document, serve, visit};
use langdu_harness::portal::Portal;
use langdu_harness::process::Process;
use langdu_harness::report::Findings;
use langdu_harness::{Operator, http_client, request, text, url};

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

/// How one thing that a caller did went; an error says what it did and what came instead.
type Went = Result<(), String>;

/// What callers did.
#[derive(Default)]
struct Tally {
    asked: usize,
    failed: usize,
    /// How often each failure was seen.
    reasons: BTreeMap<String, usize>,
}

impl Tally {
    fn count(&mut self, went: Went) {
        self.asked += 1;
        if let Err(why) = went {
            eprintln!("soak: {why}");
            self.failed += 1;
            *self.reasons.entry(why).or_default() += 1;
        }
    }

    fn told(&self) -> String {
        let reasons = self.reasons.iter();
        let reasons: Vec<String> = reasons
            .map(|(why, times)| format!("{times} × {why}"))
            .collect();
        match reasons.as_slice() {
            [] => "none failed".to_owned(),
            reasons => format!("{} failed: {}", self.failed, reasons.join("; ")),
        }
    }
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
    let tally = Arc::<Mutex<Tally>>::default();
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
    let tally = tally.lock().expect("nobody panics");
    let (asked, failed) = (tally.asked, tally.failed);
    findings.row(
        format!("{asked} requests"),
        tally.told(),
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
async fn traffic(
    process: &Process,
    pages: &Arc<[String]>,
    tally: &Arc<Mutex<Tally>>,
    lasting: Duration,
) {
    let until = Instant::now() + lasting;
    let mut working = JoinSet::new();
    for index in 0..CALLERS {
        let caller = Caller {
            grpc: process.grpc,
            http: process.http,
            token: process.operators_token(),
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
    /// The operator's.
    token: String,
    pages: Arc<[String]>,
    tally: Arc<Mutex<Tally>>,
    random: StdRng,
}

impl Caller {
    async fn work(mut self, until: Instant) {
        while Instant::now() < until {
            let went = self.one().await;
            self.tally.lock().expect("nobody panics").count(went);
            sleep(Duration::from_millis(self.random.random_range(0..300))).await;
        }
    }

    fn operator(&self) -> Operator {
        Operator::new(self.grpc, &self.token)
    }

    /// One thing that a caller does, on a connection of its own.
    async fn one(&mut self) -> Went {
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
                done("extract", client.extract(asked).await)
            }
            16 => {
                let asked = ExplainRequest {
                    source: url(&page),
                    ..ExplainRequest::default()
                };
                done("explain", client.explain(asked).await)
            }
            17 => prepares(&mut self.operator(), &page).await,
            18 => withdraws_and_publishes(&mut self.operator(), &page).await,
            _ => is_refused(&mut client).await,
        }
    }

    /// As the player does: the reading, then its clips.
    async fn plays(&self, page: &str) -> Went {
        let root = format!("http://127.0.0.1:{}", self.http);
        let client = http_client();
        let reading = client.get(format!("{root}/v1/readings?url={page}"));
        let answer = reading.send().await;
        let answer = answer.map_err(|error| format!("reading: {error}"))?;
        match answer.status().as_u16() {
            200 => {}
            // Another caller has it withdrawn at this moment.
            410 => return Ok(()),
            status => return Err(format!("reading: {status}")),
        }
        let reading = answer.bytes().await.unwrap_or_default();
        let reading: serde_json::Value = serde_json::from_slice(&reading).unwrap_or_default();
        let utterances = reading["utterances"].as_array();
        let utterances = utterances.ok_or("reading: without utterances")?;
        for utterance in utterances.iter().take(3) {
            let clip = utterance["audio"]["mp3"].as_str().unwrap_or_default();
            let got = client.get(format!("{root}/{clip}")).send().await;
            let got = got.map_err(|error| format!("clip: {error}"))?;
            // Withdrawn in the middle: its clips are gone.
            if !matches!(got.status().as_u16(), 200 | 404 | 410) {
                return Err(format!("clip: {}", got.status()));
            }
        }
        Ok(())
    }

    /// Text that nobody says again.
    async fn says_something_private(&mut self, client: &mut Client) -> Went {
        let number = self.random.random_range(1_000_000..9_000_000);
        let asked = request(text(&document(number, 1)), AudioEncoding::Mp3);
        match visit(client, asked, Manner::Fast).await.outcome {
            Outcome::Heard => Ok(()),
            other => Err(format!("private text: {other:?}")),
        }
    }
}

fn done<T>(what: &str, answer: Result<T, Status>) -> Went {
    match answer {
        Ok(_) => Ok(()),
        Err(status) => Err(format!("{what}: {:?}: {}", status.code(), status.message())),
    }
}

async fn listens(client: &mut Client, page: &str, encoding: AudioEncoding, manner: Manner) -> Went {
    match visit(client, request(url(page), encoding), manner)
        .await
        .outcome
    {
        Outcome::Heard | Outcome::Left => Ok(()),
        // Another caller has it withdrawn at this moment.
        Outcome::Failed(why) if why.contains("withdrawn") || why.contains("no clip") => Ok(()),
        other => Err(format!("stream, {manner:?}: {other:?}")),
    }
}

async fn prepares(client: &mut Operator, page: &str) -> Went {
    let asked = PrepareRequest {
        sources: url(page).into_iter().collect(),
        ..PrepareRequest::default()
    };
    let mut progress = match client.prepare(asked).await {
        Ok(progress) => progress.into_inner(),
        Err(status) => return done("prepare", Err::<(), _>(status)),
    };
    // It goes on without a watcher.
    done("progress of prepare", progress.message().await)
}

async fn withdraws_and_publishes(client: &mut Operator, page: &str) -> Went {
    let asked = WithdrawRequest {
        url: page.to_owned(),
    };
    done("withdraw", client.withdraw(asked).await)?;
    prepares(client, page).await
}

async fn is_refused(client: &mut Client) -> Went {
    let asked = request(text(""), AudioEncoding::Mp3);
    match visit(client, asked, Manner::Fast).await.outcome {
        Outcome::Failed(_) => Ok(()),
        other => Err(format!("an empty text: {other:?}")),
    }
}
