//! Two replicas and the tier they share, in a real Redis and a real S3-compatible server.

use std::collections::HashSet;
use std::process::Command;
use std::time::Duration;

use langdu_proto::{AudioEncoding, Source, SynthesizeStreamResponse};
use tokio::task::JoinHandle;
use tonic::{Code, Status};

use langdu_harness::process::Process;
use langdu_harness::{eventually_async, http_client, request, shared, text, url};

use crate::tier::*;

async fn one_makes_and_the_other_finds(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    let config = tier.config(60_000);
    let a = replica(folder.path(), "a", &config).await;
    let made = a.hear(&page(), usize::MAX).await;
    let b = replica(folder.path(), "b", &config).await;
    let before = syntheses(&b).await;
    let found = b.hear(&page(), usize::MAX).await;
    assert_eq!(found, made);
    let distinct = distinct(&found);
    assert_eq!(
        syntheses(&b).await,
        before,
        "the other replica spoke nothing"
    );
    let (_, metrics) = b.admin("/metrics").await;
    let shared = format!("langdu_clips_total{{tier=\"shared\"}} {distinct}");
    assert!(metrics.contains(&shared), "{metrics}");
}

#[tokio::test]
async fn what_one_replica_makes_another_finds_in_redis() {
    one_makes_and_the_other_finds(Engine::Redis).await;
}

#[tokio::test]
async fn what_one_replica_makes_another_finds_in_s3() {
    one_makes_and_the_other_finds(Engine::S3).await;
}

async fn both_at_once_make_each_utterance_once(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    let config = tier.config(60_000);
    let (a, b) = two_replicas(folder.path(), &config).await;
    let before = syntheses(&a).await + syntheses(&b).await;
    let address = page();
    let (one, other) = tokio::join!(a.hear(&address, usize::MAX), b.hear(&address, usize::MAX));
    assert_eq!(one, other);
    let made = syntheses(&a).await + syntheses(&b).await - before;
    assert_eq!(made, distinct(&one) as f64, "each utterance was made once");
}

#[tokio::test]
async fn two_replicas_at_once_make_each_utterance_once_with_redis() {
    both_at_once_make_each_utterance_once(Engine::Redis).await;
}

#[tokio::test]
async fn two_replicas_at_once_make_each_utterance_once_with_s3() {
    both_at_once_make_each_utterance_once(Engine::S3).await;
}

/// Ends the process at a moment when it has a lease: it is held still to look. How many it had.
async fn kill_while_it_holds_a_lease(process: &mut Process, tier: &Tier) -> usize {
    let pid = process.child.id().to_string();
    let signal = |name: &str| {
        let sent = Command::new("kill").args([name, &pid]).status().unwrap();
        assert!(sent.success());
    };
    let mut held = 0;
    let holds = eventually_async(async || {
        signal("-CONT");
        tokio::time::sleep(Duration::from_millis(20)).await;
        signal("-STOP");
        // What it sent before has arrived.
        tokio::time::sleep(Duration::from_millis(50)).await;
        held = tier.open_leases().await;
        held > 0
    });
    assert!(holds.await, "no lease was seen");
    process.child.kill().unwrap();
    process.child.wait().unwrap();
    held
}

async fn a_killed_holder_costs_one_lease(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    // Long enough for a slow machine to come to the lost lease before it has ended.
    let config = tier.config(15_000);
    let mut a = replica(folder.path(), "a", &config).await;
    let b = replica(folder.path(), "b", &config).await;
    let asked = request(url(&page()), AudioEncoding::Mp3);
    let mut listening = a.stream(asked).await;
    tokio::spawn(async move { while let Ok(Some(_)) = listening.message().await {} });
    let lost = kill_while_it_holds_a_lease(&mut a, &tier).await;

    let heard = b.hear(&page(), usize::MAX).await;
    assert!(heard.len() > 5 && heard.iter().all(|audio| !audio.is_empty()));
    let waits = b.metric("langdu_lease_waits_total").await;
    assert!(waits >= 1.0, "the lost lease was met");
    assert!(
        waits <= lost as f64,
        "{waits} waits for {lost} lost leases: each costs its own time and no more"
    );
}

#[tokio::test]
async fn a_replica_killed_in_the_middle_costs_one_lease_in_redis_and_no_clip() {
    a_killed_holder_costs_one_lease(Engine::Redis).await;
}

#[tokio::test]
async fn a_replica_killed_in_the_middle_costs_one_lease_in_s3_and_no_clip() {
    a_killed_holder_costs_one_lease(Engine::S3).await;
}

/// Waits until the replica says that the tier is there (1) or away (0).
async fn sees_tier(process: &Process, up: f64) {
    let sees = eventually_async(async || process.metric("langdu_shared_up").await == up);
    assert!(sees.await, "shared_up is not {up}");
}

async fn the_tier_goes_away_and_comes_back(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    let config = tier.config(60_000);
    let a = replica(folder.path(), "a", &config).await;
    let first = a.hear(&page(), usize::MAX).await;

    let port = tier.port;
    drop(tier);
    let second_page = shared().page("/second.html");
    let second = a.hear(&second_page, usize::MAX).await;
    assert!(!second.is_empty(), "readings go on");
    assert_eq!(
        a.hear(&page(), usize::MAX).await,
        first,
        "from the local tier"
    );
    sees_tier(&a, 0.0).await;

    let _tier = Tier::start_at(engine, port).await;
    sees_tier(&a, 1.0).await;
    // What was made meanwhile is handed in, so that a new replica finds it.
    let b = replica(folder.path(), "b", &config).await;
    let handed_in = || async {
        let before = syntheses(&b).await;
        let heard = b.hear(&second_page, usize::MAX).await;
        assert_eq!(heard, second);
        syntheses(&b).await == before
    };
    assert!(handed_in().await, "the other replica spoke nothing");
}

#[tokio::test]
async fn readings_go_on_while_redis_is_away_and_share_again_when_it_is_back() {
    the_tier_goes_away_and_comes_back(Engine::Redis).await;
}

#[tokio::test]
async fn readings_go_on_while_s3_is_away_and_share_again_when_it_is_back() {
    the_tier_goes_away_and_comes_back(Engine::S3).await;
}

/// A stream that somebody has begun to hear.
async fn begin(process: &Process, source: Option<Source>) -> Result<Stream, Status> {
    let asked = request(source, AudioEncoding::Mp3);
    let stream = process.client().await.synthesize_stream(asked).await?;
    let mut stream = stream.into_inner();
    stream.message().await?;
    Ok(stream)
}

type Stream = tonic::Streaming<SynthesizeStreamResponse>;

/// Hears a stream on so slowly that it does not end, and so often that its seat is kept.
fn listen_on(mut stream: Stream) -> JoinHandle<()> {
    tokio::spawn(async move {
        while let Ok(Some(_)) = stream.message().await {
            tokio::time::sleep(Duration::from_secs(3)).await;
        }
    })
}

fn is_full<T>(outcome: &Result<T, Status>) -> bool {
    let Err(status) = outcome else {
        return false;
    };
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    true
}

async fn what_another_made_is_warm(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    let config = tier.config(60_000);
    let (a, b) = tokio::join!(
        replica_for_one(folder.path(), "a", &config),
        replica_for_one(folder.path(), "b", &config)
    );
    let made = a.hear(&page(), usize::MAX).await;
    let clips = clips_of(&a, &page()).await;
    tier.comes_to_hold(&clips, 2 * clips.len()).await;

    let long: String = (1..200)
        .map(|number| format!("关于助餐的第{number}条说明，请大家仔细听完。"))
        .collect();
    let cold = || text("这一句谁都没有听过。");
    let listening = listen_on(begin(&b, text(&long)).await.unwrap());
    assert!(is_full(&begin(&b, cold()).await), "there is one seat");
    let address = format!("http://127.0.0.1:{}/v1/readings?url={}", b.http, page());
    let reading = http_client().get(address).send().await.unwrap();
    assert_eq!(reading.status(), 200, "a player gets it");
    assert_eq!(statuses(&b, &clips).await, HashSet::from([200]));
    assert_eq!(
        b.hear(&page(), usize::MAX).await,
        made,
        "and so does a caller"
    );
    assert!(
        is_full(&begin(&b, cold()).await),
        "it was full all the time"
    );
    listening.abort();
}

#[tokio::test]
async fn what_another_replica_has_made_is_served_beyond_capacity_from_redis() {
    what_another_made_is_warm(Engine::Redis).await;
}

#[tokio::test]
async fn what_another_replica_has_made_is_served_beyond_capacity_from_s3() {
    what_another_made_is_warm(Engine::S3).await;
}

#[tokio::test]
async fn what_another_replica_has_made_takes_no_seat() {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(Engine::Redis).await;
    let a = replica(folder.path(), "a", &tier.config(60_000)).await;
    a.hear(&page(), usize::MAX).await;
    let clips = clips_of(&a, &page()).await;
    tier.comes_to_hold(&clips, 2 * clips.len()).await;
    drop(a);

    let b = replica_for_one(folder.path(), "b", &tier.config(60_000)).await;
    // It is begun and heard on slowly, so that most of it stays in the tier: whoever takes nothing at
    // all would lose a seat for that reason.
    let warm = listen_on(begin(&b, url(&page())).await.unwrap());
    let is_let_in = eventually_async(async || {
        let asked = begin(&b, text("这一句谁都没有听过。"));
        !is_full(&asked.await)
    });
    assert!(is_let_in.await && !warm.is_finished(), "the seat is kept");
    warm.abort();
}
