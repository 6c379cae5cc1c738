//! What is withdrawn with a page: whatever is the same document.

use super::*;

#[tokio::test]
async fn the_same_words_at_another_address_are_withdrawn_with_the_page() {
    let ledger = in_memory().await;
    let one = document("one", 1..=4);
    let copy = at(&url("copy"), &one);
    for document in [&one, &copy] {
        ledger.record(document.clone()).unwrap();
    }
    let withdrawn = ledger.withdraw(&url("one"), "cms").await.unwrap();
    assert_eq!(withdrawn.clips, clips(1..=4));
    assert!(ledger.is_identity_withdrawn(&copy.identity));
    // It is refused for what it says, and may say something else one day.
    let otherwise = PageIdentity {
        content: None,
        ..copy.identity.clone()
    };
    assert!(!ledger.is_identity_withdrawn(&otherwise) && !ledger.is_withdrawn(&url("copy")));
    ledger.publish(&url("one")).await.unwrap();
    assert!(!ledger.is_identity_withdrawn(&copy.identity));
}

#[tokio::test]
async fn every_variant_of_an_address_is_withdrawn_with_the_page() {
    let variants = [
        "https://www.example.gov.cn/zwgk/title.html?utm_source=x",
        "https://www.example.gov.cn//zwgk/%74itle.html",
        "http://www.example.gov.cn/zwgk/title.html#top",
    ];
    let page = "https://www.example.gov.cn/zwgk/title.html";
    let ledger = in_memory().await;
    let plain = document("one", 1..=4);
    for url in variants.into_iter().chain([page]) {
        ledger.record(at(url, &plain)).unwrap();
    }
    let withdrawn = ledger.withdraw(page, "cms").await.unwrap();
    assert_eq!(withdrawn.clips, clips(1..=4));
    for url in variants {
        assert!(ledger.is_withdrawn(url), "{url}");
    }
    ledger.publish(variants[1]).await.unwrap();
    assert!(!ledger.is_withdrawn(page));
}

/// A page that says that it is another, in words of its own.
fn naming(name: &str, canonical: &str, title: &str, number: u32) -> DocumentRecord {
    let mut document = document(name, [number]);
    document.identity.canonical = Some(canonical.to_owned());
    document.identity.title = title.to_owned();
    document
}

#[tokio::test]
async fn pages_that_name_the_same_one_and_have_its_title_are_withdrawn_together() {
    let ledger = in_memory().await;
    let (print, mobile) = ("关于助餐的通知", "关于助餐的通知");
    let named = url("named");
    for document in [
        naming("print", &named, print, 1),
        naming("mobile", &named, mobile, 2),
        // A template that names the same page everywhere.
        naming("other", &named, "关于取暖的通知", 3),
    ] {
        ledger.record(document).unwrap();
    }
    let withdrawn = ledger.withdraw(&url("print"), "cms").await.unwrap();
    assert_eq!(withdrawn.clips, clips([1, 2]));
    assert!(ledger.is_withdrawn(&url("mobile")) && !ledger.is_withdrawn(&url("other")));
    // One that was never read until now.
    let desktop = PageIdentity {
        title: print.to_owned(),
        ..PageIdentity::of_address(&named)
    };
    assert!(ledger.is_identity_withdrawn(&desktop));
    // Named itself, it takes everybody along who says so.
    let withdrawn = ledger.withdraw(&named, "cms").await.unwrap();
    assert_eq!(withdrawn.clips, clips([3]));
    assert!(ledger.is_identity_withdrawn(&naming("late", &named, "标题", 4).identity));
}

#[tokio::test]
async fn a_page_is_nothing_without_a_part_that_is_withdrawn() {
    let ledger = in_memory().await;
    let mut one = document("one", 1..=4);
    one.identity.parts = vec![url("one_2")];
    ledger.record(one.clone()).unwrap();
    let withdrawn = ledger.withdraw(&url("one_2"), "cms").await.unwrap();
    assert_eq!(withdrawn.clips, clips(1..=4));
    assert!(ledger.is_identity_withdrawn(&one.identity));
    assert!(
        !ledger.is_withdrawn(&url("one")),
        "it may have other parts one day"
    );
}

#[tokio::test]
async fn an_address_that_led_to_two_pages_is_refused_where_it_leads_to_the_withdrawn_one() {
    let ledger = in_memory().await;
    for name in ["old", "new"] {
        let mut document = document(name, 1..=2);
        document.identity.requested = short("latest");
        document.identity.title = name.to_owned();
        ledger.record(document).unwrap();
    }
    ledger.withdraw(&url("old"), "cms").await.unwrap();
    assert!(!ledger.is_withdrawn(&short("latest")));
}
