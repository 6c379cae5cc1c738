//! Withdrawals among replicas, in a real Redis and a real S3-compatible server.

use std::collections::HashSet;

use langdu_proto::{AudioEncoding, PrepareRequest, WithdrawRequest};

use langdu_harness::portal::Portal;
use langdu_harness::process::Process;
use langdu_harness::{eventually_async, request, shared, url};

use crate::tier::*;

/// Whether the replica reads the page.
async fn reads(process: &Process, page: &str) -> bool {
    let asked = request(url(page), AudioEncoding::Mp3);
    let answer = process.client().await.synthesize_stream(asked).await;
    match answer {
        Ok(_) => true,
        Err(status) if status.message().contains("withdrawn") => false,
        Err(status) => panic!("{status}"),
    }
}

/// Waits until the replica reads the page or does not.
async fn comes_to(process: &Process, page: &str, reading: bool) {
    let comes = eventually_async(async || reads(process, page).await == reading);
    assert!(comes.await, "{page} is read: {}", !reading);
}

async fn withdraw(process: &Process, page: &str) {
    let request = WithdrawRequest {
        url: page.to_owned(),
    };
    process.operator().await.withdraw(request).await.unwrap();
}

async fn publish(process: &Process, page: &str) {
    let prepare = PrepareRequest {
        sources: url(page).into_iter().collect(),
        ..PrepareRequest::default()
    };
    let mut operator = process.operator().await;
    let mut progress = operator.prepare(prepare).await.unwrap().into_inner();
    while progress.message().await.unwrap().is_some() {}
}

async fn what_one_withdraws_the_other_refuses(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    let config = tier.config(60_000);
    let (a, b) = two_replicas(folder.path(), &config).await;
    let page = shared().page("/second.html");
    a.hear(&page, usize::MAX).await;
    b.hear(&page, usize::MAX).await;
    withdraw(&a, &page).await;
    assert!(!reads(&a, &page).await);
    comes_to(&b, &page, false).await;
    // What b kept of it is gone as well: published again, it has to speak.
    let before = syntheses(&b).await;
    publish(&b, &page).await;
    assert!(syntheses(&b).await > before);
    comes_to(&a, &page, true).await;
    // Published by one that has not heard of the withdrawal yet.
    withdraw(&a, &page).await;
    publish(&b, &page).await;
    comes_to(&a, &page, true).await;
}

#[tokio::test]
async fn what_one_replica_withdraws_the_others_refuse_by_redis() {
    what_one_withdraws_the_other_refuses(Engine::Redis).await;
}

#[tokio::test]
async fn what_one_replica_withdraws_the_others_refuse_by_s3() {
    what_one_withdraws_the_other_refuses(Engine::S3).await;
}

#[tokio::test]
async fn a_withdrawal_is_told_when_the_tier_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(Engine::Redis).await;
    let (port, config) = (tier.port, tier.config(60_000));
    let (a, b) = two_replicas(folder.path(), &config).await;
    let page = shared().page("/second.html");
    assert!(reads(&a, &page).await && reads(&b, &page).await);
    drop(tier);
    withdraw(&a, &page).await;
    assert!(!reads(&a, &page).await, "here it holds at once");
    assert!(reads(&b, &page).await, "nobody could tell the other");
    let _tier = Tier::start_at(Engine::Redis, port).await;
    comes_to(&b, &page, false).await;
    assert!(!reads(&a, &page).await);
}

/// A sentence that two documents have.
const IN_BOTH: &str = "咨询电话请拨打政务服务热线。";

/// Two documents that have been heard on a replica whose tier is a Redis.
struct Heard {
    folder: tempfile::TempDir,
    portal: Portal,
    tier: Tier,
    replica: Process,
    one: String,
    /// The clips that only the first has.
    own: HashSet<String>,
    /// The clips that the second has.
    others: HashSet<String>,
}

impl Heard {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tier = Tier::start(Engine::Redis).await;
        let portal = Portal::start();
        let sentences = ["自下月起，补贴按季度发放到社保卡。", IN_BOTH];
        let one = portal.document("one.html", "关于补贴发放的通知", &sentences);
        let sentences = ["老年食堂每天中午十一点开饭。", IN_BOTH];
        let two = portal.document("two.html", "关于老年食堂的通知", &sentences);
        let replica = Self::replica(&folder, &tier, &portal).await;
        for page in [&one, &two] {
            replica.hear(page, usize::MAX).await;
        }
        let others = clips_of(&replica, &two).await;
        let mut own = clips_of(&replica, &one).await;
        own.retain(|clip| !others.contains(clip));
        assert!(own.len() >= 2, "the title and the sentence");
        for clips in [&own, &others] {
            // Each has a recipe and its sound, handed in behind the listener's back.
            tier.comes_to_hold(clips, 2 * clips.len()).await;
        }
        Self {
            folder,
            portal,
            tier,
            replica,
            one,
            own,
            others,
        }
    }

    /// The replica, with its own folder; it may have run before.
    async fn replica(folder: &tempfile::TempDir, tier: &Tier, portal: &Portal) -> Process {
        let web = format!("127.0.0.1:{}", portal.port());
        start(folder.path(), "a", &tier.config(60_000), &web, None).await
    }
}

#[tokio::test]
async fn a_withdrawal_leaves_nothing_of_the_page_in_the_tier() {
    let heard = Heard::start().await;
    withdraw(&heard.replica, &heard.one).await;
    let left = heard.tier.names_of(&heard.own).await;
    assert!(left.is_empty(), "{left:?}");
    let others = heard.tier.names_of(&heard.others).await;
    assert_eq!(others.len(), 2 * heard.others.len(), "another has them");
}

#[tokio::test]
async fn what_was_withdrawn_while_the_tier_was_away_goes_when_it_is_back_after_a_restart_too() {
    let heard = Heard::start().await;
    let away = heard.tier.goes_for_a_while();
    withdraw(&heard.replica, &heard.one).await;
    drop(heard.replica);
    let tier = away.comes_back().await;
    let left = tier.names_of(&heard.own).await;
    assert_eq!(left.len(), 2 * heard.own.len(), "nobody could remove it");

    let replica = Heard::replica(&heard.folder, &tier, &heard.portal).await;
    let given = statuses(&replica, &heard.own).await;
    assert_eq!(given, HashSet::from([404]), "nobody is given it");
    tier.comes_to_hold(&heard.own, 0).await;
    let others = tier.names_of(&heard.others).await;
    assert_eq!(others.len(), 2 * heard.others.len(), "another has them");
    assert_eq!(statuses(&replica, &heard.own).await, HashSet::from([404]));
}

#[tokio::test]
async fn what_is_published_again_before_the_tier_is_back_stays_in_it() {
    let heard = Heard::start().await;
    let away = heard.tier.goes_for_a_while();
    withdraw(&heard.replica, &heard.one).await;
    // Corrected, as a page is that was withdrawn for a mistake.
    let sentences = ["自下月起，补贴按月发放到社保卡。", IN_BOTH];
    let title = "关于补贴发放的通知";
    heard.portal.document("one.html", title, &sentences);
    publish(&heard.replica, &heard.one).await;
    let now = clips_of(&heard.replica, &heard.one).await;
    let gone: HashSet<String> = heard.own.difference(&now).cloned().collect();
    let stays: HashSet<String> = heard.own.intersection(&now).cloned().collect();
    assert!(!gone.is_empty() && !stays.is_empty());

    let tier = away.comes_back().await;
    tier.comes_to_hold(&gone, 0).await;
    tier.comes_to_hold(&now, 2 * now.len()).await;
    assert_eq!(tier.names_of(&stays).await.len(), 2 * stays.len());
    assert_eq!(statuses(&heard.replica, &now).await, HashSet::from([200]));
}
