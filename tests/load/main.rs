//! What the scheduling promises, in its short form; `cargo bench --bench load` is the long one.
//!
//! A binary of its own, with one test, so that nothing else takes the processors it measures.

#[path = "../service/pages.rs"]
#[allow(dead_code)]
mod pages;
#[allow(dead_code)]
mod scenario;
#[path = "../service/support.rs"]
#[allow(dead_code)]
mod support;

use std::sync::LazyLock;
use std::time::Duration;

use langdu::prepare::{Preparations, Task};
use pages::Portal;
use scenario::{at_once, document, long_document, longest_utterance_s, newcomers, quantile};
use support::Service;

static PORTAL: LazyLock<Portal> = LazyLock::new(Portal::start);

static SERVICE: LazyLock<Service> = LazyLock::new(|| {
    let paragraphs = document(70_000, Duration::from_secs(1800));
    PORTAL.document("long.html", "关于各项服务的通知", &[&paragraphs]);
    Service::start(|config| PORTAL.allow(config))
});

/// A gap that nobody hears: the pause after a sentence is longer.
const UNHEARD_S: f64 = 0.1;

#[tokio::test(flavor = "multi_thread")]
async fn a_capacity_of_listeners_plays_on_and_a_newcomer_waits_one_utterance_at_most() {
    let service: &'static Service = &SERVICE;
    let factor = scenario::real_time_factor(service).await;
    let listeners = ((0.8 / factor) as usize).max(1);
    let heard = at_once(service, listeners, Duration::from_secs(24)).await;
    let least = heard.iter().map(|heard| heard.least_slack_s);
    let least = least.fold(f64::INFINITY, f64::min);
    let first: Vec<f64> = heard.iter().map(|h| h.first_audio.as_secs_f64()).collect();
    println!(
        "factor {factor:.3}, {listeners} listeners, least slack {least:.2} s, first {first:.2?}"
    );
    assert!(
        least > -UNHEARD_S,
        "{listeners} listeners at a factor of {factor:.3}: a gap of {:.2} s",
        -least
    );

    let alone = newcomers(service, 1000, 10).await;
    let reader = service.reader.clone();
    let storage = langdu::assemble::lasting(reader.config(), "operations").unwrap();
    let preparations = Preparations::open(reader, storage).await.unwrap();
    let task = Task {
        urls: vec![PORTAL.url("long.html")],
        ..Task::default()
    };
    let operation = preparations.begin(task).await.unwrap();
    let long = long_document(service, 80_000).await;
    let beside = newcomers(service, 2000, 20).await;
    drop(long);
    let progress = preparations.watch(&operation).await.unwrap().unwrap();
    assert!(!progress.borrow().finished, "it was prepared all the while");

    let documents = [80_000, 70_000].map(|number| document(number, Duration::from_secs(120)));
    let longest_s = longest_utterance_s(service, &documents).await;
    let factor = service.reader.clips().pace().real_time_factor().unwrap();
    let seconds = |waits: &[Duration]| waits.iter().map(Duration::as_secs_f64).collect();
    let alone_s = quantile(seconds(&alone), 0.99);
    let beside_s = quantile(seconds(&beside), 0.99);
    println!("alone {alone_s:.2} s, beside {beside_s:.2} s, longest utterance {longest_s:.1} s");
    // What is being made when the newcomer comes, with the processors shared for the while.
    let allowed_s = alone_s + 8.0 * factor;
    assert!(longest_s <= 8.5, "{longest_s}");
    assert!(
        beside_s <= allowed_s,
        "{beside_s:.2} s beside others, {alone_s:.2} s alone, factor {factor:.3}"
    );
}
