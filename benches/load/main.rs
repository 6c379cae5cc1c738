//! How many listeners the machine carries, and what a newcomer waits beside them.
//!
//! `cargo bench --bench load` prints what came out, the bad with the good.

#[path = "../../tests/service/pages.rs"]
#[allow(dead_code)]
mod pages;
mod scenario;
#[path = "../../tests/service/support.rs"]
#[allow(dead_code)]
mod support;

use std::sync::LazyLock;
use std::time::Duration;

use langdu::prepare::{Preparations, Task};
use pages::Portal;
use scenario::{Heard, at_once, document, long_document, newcomers, quantile};
use support::Service;

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

#[tokio::main]
async fn main() {
    let service: &'static Service = &SERVICE;
    let factor = scenario::real_time_factor(service).await;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    println!("real-time factor {factor:.3} on {threads} threads");
    println!();
    println!(
        "| listeners at once | share of the voice | with a gap | longest gap | least slack, median | first audio, median | worst |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for share in [0.4, 0.6, 0.8, 1.0] {
        let listeners = ((share / factor) as usize).max(1);
        row(share, &at_once(service, listeners, LISTENED).await);
        service.reader.clips().clear_memory();
    }
    println!();
    println!("| newcomers beside | first audio, median | p95 | p99 | worst |");
    println!("| --- | --- | --- | --- | --- |");
    waits("nobody", &newcomers(service, 1000, NEWCOMERS).await);
    let long = long_document(service, 80_000).await;
    waits(
        "a document of two hours",
        &newcomers(service, 2000, NEWCOMERS).await,
    );
    drop(long);
    let storage = langdu::assemble::lasting(service.reader.config(), "operations");
    let storage = storage.expect("the folder is there");
    let preparations = Preparations::open(service.reader.clone(), storage).await;
    let preparations = preparations.expect("the folder can be read");
    let task = Task {
        urls: vec![PORTAL.url("long.html")],
        ..Task::default()
    };
    preparations.begin(task).await.expect("it begins");
    waits("a preparation", &newcomers(service, 3000, NEWCOMERS).await);
    let longest_s = 8.0 * factor;
    println!();
    println!("one utterance of 8 s takes {longest_s:.2} s to make");
}

fn row(share: f64, heard: &[Heard]) {
    let slack: Vec<f64> = heard.iter().map(|heard| heard.least_slack_s).collect();
    let first: Vec<f64> = heard.iter().map(|h| h.first_audio.as_secs_f64()).collect();
    let gaps = slack.iter().filter(|slack| **slack < 0.0).count();
    let least = slack.iter().copied().fold(f64::INFINITY, f64::min);
    println!(
        "| {} | {share:.1} | {gaps} | {:.2} s | {:.2} s | {:.2} s | {:.2} s |",
        heard.len(),
        (-least).max(0.0),
        quantile(slack.clone(), 0.5),
        quantile(first.clone(), 0.5),
        quantile(first, 1.0),
    );
}

fn waits(beside: &str, waits: &[Duration]) {
    let seconds: Vec<f64> = waits.iter().map(Duration::as_secs_f64).collect();
    let at = |share| quantile(seconds.clone(), share);
    println!(
        "| {beside} | {:.2} s | {:.2} s | {:.2} s | {:.2} s |",
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0)
    );
}
