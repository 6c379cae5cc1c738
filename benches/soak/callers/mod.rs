//! Callers that mean no good, each kind beside one who does.
//!
//! The service runs as it is configured by default, with small caches. After each kind it has to be there still, and
//! in the end it holds no more of the machine than before.

mod beside;
mod frames;
mod idle;
mod malformed;
mod slow;
mod streams;

use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use crate::figures::Figures;
use crate::traffic::serve;
use beside::Beside;
use langdu_harness::portal::Portal;
use langdu_harness::process::Process;
use langdu_harness::report::Findings;

#[derive(Args)]
pub(crate) struct Callers {
    /// Connections of the slow callers of each protocol: more than a listener takes.
    #[arg(long, default_value_t = 4500)]
    slow: usize,
    /// Idle connections, half of them to each protocol.
    #[arg(long, default_value_t = 10_000)]
    idle: usize,
    /// Streams that are opened and reset at once.
    #[arg(long, default_value_t = 100_000)]
    resets: usize,
    /// How long the slow and the idle go on, in seconds.
    #[arg(long, default_value_t = 40)]
    seconds: u64,
    /// These kinds alone.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Kind>,
}

/// Kinds of bad callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    SlowHeaders,
    SlowBodies,
    HalfOpen,
    Unread,
    Resets,
    Headers,
    Messages,
    Idle,
}

impl Callers {
    fn wants(&self, kind: Kind) -> bool {
        self.only.is_empty() || self.only.contains(&kind)
    }
}

/// The caches are small, so that what they fill does not look like something left behind.
const CONFIG: &str = "memory_bytes = 4000000\nsamples_bytes = 4000000\nprivate_ttl_s = 30\n";

/// Memory that bad callers may leave behind: what allocators keep of a peak, and the voice of its
/// longest utterances. That nothing is lost bit by bit is the soak's to show.
const LEFT_BEHIND_MB: f64 = 300.0;

/// Descriptors that may be open a little longer.
const LEFT_OPEN: u64 = 20;

/// When what they held has to be free again.
const FREE_AFTER: Duration = Duration::from_secs(90);

/// Every kind of bad caller, one after the other.
pub(crate) async fn run(asked: &Callers) -> Findings {
    let about = format!(
        "{} slow and {} idle connections for {} s, {} resets",
        asked.slow, asked.idle, asked.seconds, asked.resets
    );
    let mut findings = Findings::new("callers", &about);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let portal = Portal::start();
    let process = serve(folder.path(), &portal, CONFIG).await;
    // One round of the good caller alone, so that everything is loaded.
    let alone = Beside::begin(&process, 1_000_000);
    tokio::time::sleep(Duration::from_secs(5)).await;
    alone.end(&mut findings, "nobody").await;
    let before = Figures::of(&process).expect("it is running");
    findings.figure("the process before", before);

    for kind in Kind::value_variants() {
        if asked.wants(*kind) {
            meet(*kind, asked, &mut findings, &process).await;
        }
    }
    look_afterwards(&mut findings, &process, before).await;
    findings
}

async fn meet(kind: Kind, asked: &Callers, findings: &mut Findings, process: &Process) {
    let lasting = Duration::from_secs(asked.seconds);
    match kind {
        Kind::SlowHeaders => {
            slow::headers(findings, process, asked.slow, lasting).await;
            slow::prefaces(findings, process, asked.slow, lasting).await;
        }
        Kind::SlowBodies => slow::bodies(findings, process).await,
        Kind::HalfOpen => streams::half_open(findings, process, lasting).await,
        Kind::Unread => streams::unread(findings, process).await,
        Kind::Resets => streams::reset(findings, process, asked.resets).await,
        Kind::Headers => malformed::headers(findings, process).await,
        Kind::Messages => malformed::messages(findings, process).await,
        Kind::Idle => idle::connections(findings, process, asked.idle, lasting).await,
    }
}

/// The process is the one it was, and holds no more than before.
async fn look_afterwards(findings: &mut Findings, process: &Process, before: Figures) {
    let begun = Instant::now();
    let is_free = |now: &Figures| {
        now.descriptors <= before.descriptors + LEFT_OPEN
            && now.resident_mb() <= before.resident_mb() + LEFT_BEHIND_MB
    };
    let mut now = Figures::of(process);
    while now.is_some_and(|now| !is_free(&now)) && begun.elapsed() < FREE_AFTER {
        tokio::time::sleep(Duration::from_secs(1)).await;
        now = Figures::of(process);
    }
    let seen = match &now {
        Some(now) => format!("{now}, after {:.0} s", begun.elapsed().as_secs_f64()),
        None => "it has ended".to_owned(),
    };
    findings.row(
        "the process after all of it",
        seen,
        now.as_ref().is_some_and(is_free),
    );
    let panics: Vec<String> = process
        .log()
        .into_iter()
        .filter(|line| line.contains("panicked"))
        .collect();
    let told = panics.first().cloned().unwrap_or_else(|| "none".to_owned());
    findings.row("panics in its log", told, panics.is_empty());
}
