//! Preparation among replicas, in a real Redis and a real S3-compatible server: any of them takes an
//! operation, watches it, lists it, cancels it, and goes on with it when another is lost.

use langdu_harness::portal::Portal;
use langdu_harness::process::Process;
use langdu_harness::{eventually_async, url};
use langdu_proto::{
    CancelPreparationRequest, ListPreparationsRequest, PrepareProgress, PrepareRequest,
};

use crate::tier::*;

/// Brief ones: what is tried is who makes them, and not what is heard.
fn documents(portal: &Portal, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| {
            let name = format!("{number}.html");
            portal.document(&name, &format!("第{number}号窗口"), &["九点取号。"])
        })
        .collect()
}

fn of(pages: &[String]) -> PrepareRequest {
    PrepareRequest {
        sources: pages.iter().filter_map(|page| url(page)).collect(),
        ..PrepareRequest::default()
    }
}

fn again(id: &str) -> PrepareRequest {
    PrepareRequest {
        operation_id: id.to_owned(),
        ..PrepareRequest::default()
    }
}

/// What a replica tells of an operation, to its end or until it is `enough`.
async fn watch(
    process: &Process,
    asked: PrepareRequest,
    enough: impl Fn(&PrepareProgress) -> bool,
) -> PrepareProgress {
    let mut stream = process
        .socket()
        .await
        .prepare(asked)
        .await
        .unwrap()
        .into_inner();
    let mut last = PrepareProgress::default();
    while let Some(progress) = stream.message().await.unwrap() {
        last = progress;
        if enough(&last) {
            break;
        }
    }
    last
}

/// How many of a process's lines say that it has taken an operation up.
fn taken_up(process: &Process) -> usize {
    let log = process.log();
    log.iter()
        .filter(|line| line.contains("is taken up"))
        .count()
}

async fn an_operation_is_everybodys(engine: Engine) {
    let portal = Portal::start();
    let web = format!("127.0.0.1:{}", portal.port());
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    // Long enough that no replica loses it while the machine is busy, and short enough to wait for.
    let config = tier.config(6_000);
    let (a, b) = tokio::join!(
        start(folder.path(), "a", &config, &web, None),
        start(folder.path(), "b", &config, &web, None)
    );
    let pages = documents(&portal, 16);
    // One begins it, the other tells how far it is.
    let begun = watch(&a, of(&pages), |_| true).await;
    let id = begun.operation_id;
    let far = watch(&b, again(&id), |progress| progress.documents_done >= 2).await;
    assert!(far.documents_done >= 2 && !far.finished, "{far:?}");
    let mut client = b.socket().await;
    let listed = client
        .list_preparations(ListPreparationsRequest::default())
        .await;
    let listed = listed.unwrap().into_inner().preparations;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].progress.as_ref().unwrap().operation_id, id);
    assert_eq!(taken_up(&a) + taken_up(&b), 1, "one of them works on it");
    // The one that works on it is lost: the other goes on, from the last document.
    let (mut lost, left) = if taken_up(&a) == 1 { (a, b) } else { (b, a) };
    lost.child.kill().unwrap();
    lost.child.wait().unwrap();
    let end = watch(&left, again(&id), |_| false).await;
    assert!(end.finished && end.failures.is_empty(), "{end:?}");
    assert_eq!((end.documents_total, end.documents_done), (16, 16));
    assert_eq!(taken_up(&left), 1);
    let starts = left.starts(&pages[15]).await;
    assert!(starts.iter().all(|start| !start.synthesized));
}

#[tokio::test]
async fn an_operation_is_everybodys_by_redis() {
    an_operation_is_everybodys(Engine::Redis).await;
}

#[tokio::test]
async fn an_operation_is_everybodys_by_s3() {
    an_operation_is_everybodys(Engine::S3).await;
}

#[tokio::test]
async fn one_replica_cancels_what_another_works_on() {
    let portal = Portal::start();
    let web = format!("127.0.0.1:{}", portal.port());
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(Engine::Redis).await;
    let config = tier.config(3_000);
    let (a, b) = tokio::join!(
        start(folder.path(), "a", &config, &web, None),
        start(folder.path(), "b", &config, &web, None)
    );
    let pages = documents(&portal, 200);
    let begun = watch(&a, of(&pages), |progress| progress.documents_done >= 1).await;
    let request = CancelPreparationRequest {
        operation_id: begun.operation_id.clone(),
    };
    let other = if taken_up(&a) == 1 { &b } else { &a };
    let told = other.socket().await.cancel_preparation(request).await;
    assert!(told.unwrap().into_inner().cancelled);
    for process in [&a, &b] {
        let end = watch(process, again(&begun.operation_id), |_| false).await;
        assert!(end.finished && end.cancelled, "{end:?}");
        assert!(end.documents_done < 200, "{end:?}");
    }
}

#[tokio::test]
async fn a_redis_that_comes_back_empty_is_told_again_what_waits() {
    let portal = Portal::start();
    let web = format!("127.0.0.1:{}", portal.port());
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(Engine::Redis).await;
    let (port, config) = (tier.port, tier.config(3_000));
    let a = start(folder.path(), "a", &config, &web, None).await;
    let pages = documents(&portal, 20);
    let first = watch(&a, of(&pages), |progress| progress.documents_done >= 1).await;
    let waiting = watch(&a, of(&pages[..2]), |_| true).await;
    drop(tier);
    let _tier = Tier::start_at(Engine::Redis, port).await;
    for id in [&first.operation_id, &waiting.operation_id] {
        let is_finished = eventually_async(async || {
            let mut client = a.socket().await;
            let listed = client.list_preparations(ListPreparationsRequest::default());
            let listed = listed.await.unwrap().into_inner().preparations;
            let mut progress = listed.iter().filter_map(|listed| listed.progress.as_ref());
            progress.any(|progress| progress.operation_id == *id && progress.finished)
        });
        assert!(is_finished.await, "{id}");
    }
}

#[tokio::test]
async fn without_the_tier_an_operation_is_the_replicas_own() {
    let portal = Portal::start();
    let web = format!("127.0.0.1:{}", portal.port());
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(Engine::Redis).await;
    let config = tier.config(3_000);
    let a = start(folder.path(), "a", &config, &web, None).await;
    drop(tier);
    let is_away = eventually_async(async || a.metric("langdu_shared_up").await == 0.0);
    let page = documents(&portal, 1);
    let _ = a.hear(&page[0], 1).await;
    assert!(is_away.await);
    let end = watch(&a, of(&page), |_| false).await;
    assert!(end.finished && end.failures.is_empty(), "{end:?}");
    let own = folder
        .path()
        .join("a/operations")
        .join(format!("{}.json", end.operation_id));
    assert!(own.exists());
}
