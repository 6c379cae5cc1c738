//! How many listeners the machine carries, and what a newcomer waits beside them.
//!
//! `cargo bench --bench load` prints what came out, the bad with the good, and fails naming what is
//! promised (`docs/operating.md`) and was not so.

mod scenario;

use std::process::ExitCode;
use std::sync::LazyLock;
use std::time::Duration;

use langdu::prepare::Task;
use langdu_harness::Service;
use langdu_harness::portal::Portal;
use langdu_harness::report::{Findings, quantile, spread};
use scenario::{Heard, at_once, document, long_document, newcomers};

/// Newcomers of each measurement: with a hundred, one may be worse than the 99th percentile.
const NEWCOMERS: usize = 100;

/// Documents of the listeners.
const LISTENED: Duration = Duration::from_secs(90);

static PORTAL: LazyLock<Portal> = LazyLock::new(Portal::start);

static SERVICE: LazyLock<Service> = LazyLock::new(|| {
    let paragraphs = document(70_000, Duration::from_secs(2 * 3600));
    PORTAL.document("long.html", "关于各项服务的通知", &[&paragraphs]);
    Service::start(|config| {
        PORTAL.allow(config);
        // The bench asks for more than is carried, to see what happens.
        config.limits.capacity_share = 4.0;
    })
});

/// Share of the voice that is promised to be carried without a gap: `limits.capacity_share` as it is
/// by default.
const CARRIED: f64 = 0.8;

/// The longest utterance, in seconds of speech: what a newcomer may have to wait for.
const LONGEST_S: f64 = 8.0;

#[tokio::main]
async fn main() -> ExitCode {
    let service: &'static Service = &SERVICE;
    let factor = scenario::real_time_factor(service).await;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let about = format!("real-time factor {factor:.3} on {threads} threads");
    let mut findings = Findings::new("listeners", &about);
    for share in [0.4, 0.6, CARRIED, 1.0] {
        let listeners = ((share / factor) as usize).max(1);
        let heard = at_once(service, listeners, LISTENED).await;
        carried(&mut findings, share, &heard);
        service.reader.clips().clear_memory();
    }
    let alone = newcomers(service, 1000, NEWCOMERS).await;
    findings.figure("newcomers beside nobody", spread(&alone));
    let bound = quantile(&alone, 0.99) + Duration::from_secs_f64(LONGEST_S * factor);
    let long = long_document(service, 80_000).await;
    let waits = newcomers(service, 2000, NEWCOMERS).await;
    beside(&mut findings, "a document of two hours", &waits, bound);
    drop(long);
    let task = Task {
        urls: vec![PORTAL.url("long.html")],
        ..Task::default()
    };
    let begun = service.preparations.begin(task).await;
    begun.expect("it begins");
    let waits = newcomers(service, 3000, NEWCOMERS).await;
    beside(&mut findings, "a preparation", &waits, bound);
    if findings.conclude() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What so many listeners at once got. Beyond what is carried, nothing is promised.
fn carried(findings: &mut Findings, share: f64, heard: &[Heard]) {
    let mut slack: Vec<f64> = heard.iter().map(|heard| heard.least_slack_s).collect();
    slack.sort_by(f64::total_cmp);
    let first: Vec<Duration> = heard.iter().map(|heard| heard.first_audio).collect();
    let gaps = slack.iter().filter(|slack| **slack < 0.0).count();
    let done = format!("{} listeners at once, {share:.1} of the voice", heard.len());
    let seen = format!(
        "{gaps} with a gap; least slack {:.2} s, {:.2} s in the median; first audio: {}",
        slack[0],
        slack[slack.len() / 2],
        spread(&first)
    );
    if share <= CARRIED {
        findings.row(done, seen, gaps == 0);
    } else {
        findings.figure(done, seen);
    }
}

/// How long newcomers waited: one utterance more than beside nobody, at the 99th percentile.
fn beside(findings: &mut Findings, what: &str, waits: &[Duration], bound: Duration) {
    let seen = format!("{}; p99 may be {:.2} s", spread(waits), bound.as_secs_f64());
    let holds = quantile(waits, 0.99) <= bound;
    findings.row(format!("newcomers beside {what}"), seen, holds);
}
