use opendal::services::Memory;

use super::*;

fn storage() -> Operator {
    Operator::new(Memory::default()).unwrap()
}

fn clips(numbers: impl IntoIterator<Item = u8>) -> Vec<ClipId> {
    let clip = |number| format!("{number:032x}").parse().unwrap();
    numbers.into_iter().map(clip).collect()
}

fn url(name: &str) -> String {
    format!("https://www.example.gov.cn/{name}.html")
}

/// A page that was read with these clips.
async fn record(ledger: &Ledger, name: &str, numbers: impl IntoIterator<Item = u8>) {
    let document = DocumentRecord {
        url: url(name),
        requested_url: format!("https://www.example.gov.cn/short/{name}"),
        voice: "a".to_owned(),
        rate_milli: 1000,
        reading_id: format!("reading of {name}"),
        clips: clips(numbers),
        earlier_clips: Vec::new(),
    };
    let key = document.key();
    ledger.write_document(document, &key).await.unwrap();
}

fn sorted(mut clips: Vec<ClipId>) -> Vec<ClipId> {
    clips.sort_unstable();
    clips
}

#[tokio::test]
async fn a_withdrawn_page_takes_what_is_its_own_and_leaves_what_is_shared() {
    let ledger = Ledger::open(storage()).await.unwrap();
    record(&ledger, "one", 1..=5).await;
    record(&ledger, "two", 4..=8).await;
    // An edit: what the page was read with before goes with it.
    record(&ledger, "one", [1, 2, 9]).await;
    let withdrawal = ledger.withdraw(&url("one")).await.unwrap();
    assert_eq!(sorted(withdrawal.clips.clone()), clips([1, 2, 3, 9]));
    assert_eq!(withdrawal.readings, ["reading of one"]);
    assert!(ledger.is_withdrawn(&url("one")));
    assert!(ledger.is_withdrawn("http://www.example.gov.cn/short/one"));
    assert!(!ledger.is_withdrawn(&url("two")));
    let rest = ledger.withdraw(&url("two")).await.unwrap();
    assert_eq!(sorted(rest.clips.clone()), clips(4..=8));
}

#[tokio::test]
async fn a_refusal_outlives_the_process_until_the_page_is_published() {
    let storage = storage();
    let ledger = Ledger::open(storage.clone()).await.unwrap();
    record(&ledger, "one", 1..=3).await;
    ledger.withdraw(&url("one")).await.unwrap();
    let again = Ledger::open(storage.clone()).await.unwrap();
    assert!(again.is_withdrawn(&url("one")));
    again
        .publish("https://www.example.gov.cn/short/one")
        .await
        .unwrap();
    for page in [
        url("one"),
        "https://www.example.gov.cn/short/one".to_owned(),
    ] {
        assert!(!again.is_withdrawn(&page), "{page}");
    }
    let third = Ledger::open(storage).await.unwrap();
    assert!(!third.is_withdrawn(&url("one")));
}

#[tokio::test]
async fn replicas_learn_of_each_others_withdrawals() {
    let storage = storage();
    let one = Ledger::open(storage.clone()).await.unwrap();
    let other = Ledger::open(storage).await.unwrap();
    record(&one, "one", 1..=3).await;
    one.withdraw(&url("one")).await.unwrap();
    let news = other.refresh().await.unwrap();
    let purged: Vec<ClipId> = news.iter().flat_map(|w| w.clips.clone()).collect();
    assert_eq!(sorted(purged), clips(1..=3));
    assert!(other.is_withdrawn(&url("one")));
    assert!(other.refresh().await.unwrap().is_empty(), "it is news once");
    one.publish(&url("one")).await.unwrap();
    other.refresh().await.unwrap();
    assert!(!other.is_withdrawn(&url("one")));
}

#[tokio::test]
async fn an_unknown_page_is_refused_all_the_same() {
    let ledger = Ledger::open(storage()).await.unwrap();
    let withdrawal = ledger.withdraw(&url("never-read")).await.unwrap();
    assert!(withdrawal.clips.is_empty());
    assert!(ledger.is_withdrawn(&url("never-read")));
}

#[tokio::test]
async fn a_purge_is_pending_until_the_tiers_hold_nothing_of_it() {
    let storage = storage();
    let ledger = Ledger::open(storage.clone()).await.unwrap();
    record(&ledger, "one", 1..=4).await;
    let page = ledger.withdraw(&url("one")).await.unwrap().page();
    ledger.finish_purge(page, &clips([1])).await.unwrap();
    // Published again without its second sentence, and another page has the third.
    ledger.publish(&url("one")).await.unwrap();
    let ledger = Ledger::open(storage).await.unwrap();
    record(&ledger, "one", [4]).await;
    record(&ledger, "two", [3]).await;
    let pending = ledger.pending_purges().await.unwrap();
    let expected = PendingPurge {
        page,
        clips: clips([2]),
        in_use: clips([3, 4]),
    };
    assert_eq!(pending, [expected]);
    ledger.finish_purge(page, &clips([2, 3, 4])).await.unwrap();
    assert!(ledger.pending_purges().await.unwrap().is_empty());
}

#[tokio::test]
async fn of_a_page_that_is_withdrawn_twice_what_it_was_read_with_both_times_is_pending() {
    let ledger = Ledger::open(storage()).await.unwrap();
    for numbers in [1..=2, 3..=4] {
        record(&ledger, "one", numbers).await;
        ledger.withdraw(&url("one")).await.unwrap();
        ledger.publish(&url("one")).await.unwrap();
    }
    let pending = ledger.pending_purges().await.unwrap();
    assert_eq!(sorted(pending[0].clips.clone()), clips(1..=4));
    assert!(
        ledger
            .extend_withdrawal(&url("one"))
            .await
            .unwrap()
            .is_none(),
        "it is published"
    );
}

#[tokio::test]
async fn withdrawing_again_finishes_what_was_cut_short() {
    let ledger = Ledger::open(storage()).await.unwrap();
    record(&ledger, "one", 1..=3).await;
    let first = ledger.withdraw(&url("one")).await.unwrap();
    let second = ledger.withdraw(&url("one")).await.unwrap();
    assert_eq!(sorted(second.clips.clone()), sorted(first.clips.clone()));
}
