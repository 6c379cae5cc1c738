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
async fn known(ledger: &Ledger, name: &str, numbers: impl IntoIterator<Item = u8>) {
    let known = Known {
        url: url(name),
        asked: format!("https://www.example.gov.cn/short/{name}"),
        voice: "a".to_owned(),
        rate_milli: 1000,
        reading: format!("reading of {name}"),
        clips: clips(numbers),
        former: Vec::new(),
    };
    let variant = known.variant();
    ledger.write_known(known, &variant).await.unwrap();
}

fn sorted(mut clips: Vec<ClipId>) -> Vec<ClipId> {
    clips.sort_unstable();
    clips
}

#[tokio::test]
async fn a_withdrawn_page_takes_what_is_its_own_and_leaves_what_is_shared() {
    let ledger = Ledger::open(storage()).await.unwrap();
    known(&ledger, "one", 1..=5).await;
    known(&ledger, "two", 4..=8).await;
    // An edit: what the page was read with before goes with it.
    known(&ledger, "one", [1, 2, 9]).await;
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
    known(&ledger, "one", 1..=3).await;
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
    known(&one, "one", 1..=3).await;
    one.withdraw(&url("one")).await.unwrap();
    let news = other.look().await.unwrap();
    let purged: Vec<ClipId> = news.iter().flat_map(|w| w.clips.clone()).collect();
    assert_eq!(sorted(purged), clips(1..=3));
    assert!(other.is_withdrawn(&url("one")));
    assert!(other.look().await.unwrap().is_empty(), "it is news once");
    one.publish(&url("one")).await.unwrap();
    other.look().await.unwrap();
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
async fn what_was_withdrawn_is_owed_until_the_tiers_have_let_go_of_it() {
    let storage = storage();
    let ledger = Ledger::open(storage.clone()).await.unwrap();
    known(&ledger, "one", 1..=4).await;
    let page = ledger.withdraw(&url("one")).await.unwrap().page();
    ledger.settle(page, &clips([1])).await.unwrap();
    // Published again without its second sentence, and another page has the third.
    ledger.publish(&url("one")).await.unwrap();
    let ledger = Ledger::open(storage).await.unwrap();
    known(&ledger, "one", [4]).await;
    known(&ledger, "two", [3]).await;
    let owed = ledger.owed().await.unwrap();
    let expected = Owed {
        page,
        clips: clips([2]),
        kept: clips([3, 4]),
    };
    assert_eq!(owed, [expected]);
    ledger.settle(page, &clips([2, 3, 4])).await.unwrap();
    assert!(ledger.owed().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_page_that_is_withdrawn_twice_owes_what_it_was_read_with_both_times() {
    let ledger = Ledger::open(storage()).await.unwrap();
    for numbers in [1..=2, 3..=4] {
        known(&ledger, "one", numbers).await;
        ledger.withdraw(&url("one")).await.unwrap();
        ledger.publish(&url("one")).await.unwrap();
    }
    let owed = ledger.owed().await.unwrap();
    assert_eq!(sorted(owed[0].clips.clone()), clips(1..=4));
    assert!(
        ledger.withdraw_again(&url("one")).await.unwrap().is_none(),
        "it is published"
    );
}

#[tokio::test]
async fn withdrawing_again_finishes_what_was_cut_short() {
    let ledger = Ledger::open(storage()).await.unwrap();
    known(&ledger, "one", 1..=3).await;
    let first = ledger.withdraw(&url("one")).await.unwrap();
    let second = ledger.withdraw(&url("one")).await.unwrap();
    assert_eq!(sorted(second.clips.clone()), sorted(first.clips.clone()));
}
