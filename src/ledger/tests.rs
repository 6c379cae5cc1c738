use super::*;

mod identity;

const NO_BOUND: u64 = u64::MAX;

async fn in_memory() -> Arc<Ledger> {
    Ledger::open(None, NO_BOUND, PageRules::default())
        .await
        .unwrap()
}

async fn in_folder(folder: &Path) -> Arc<Ledger> {
    Ledger::open(Some(folder), NO_BOUND, PageRules::default())
        .await
        .unwrap()
}

fn clips(numbers: impl IntoIterator<Item = u32>) -> Vec<ClipId> {
    let clip = |number| format!("{number:032x}").parse().unwrap();
    numbers.into_iter().map(clip).collect()
}

fn url(name: &str) -> String {
    format!("https://www.example.gov.cn/{name}.html")
}

fn short(name: &str) -> String {
    format!("https://www.example.gov.cn/short/{name}")
}

/// A page that was read with these clips.
fn document(name: &str, numbers: impl IntoIterator<Item = u32>) -> DocumentRecord {
    let clips = clips(numbers);
    let identity = PageIdentity {
        requested: short(name),
        title: "关于补贴发放的通知".to_owned(),
        content: Some(content(&format!("{name} {clips:?}"))),
        ..PageIdentity::of_address(&url(name))
    };
    DocumentRecord {
        identity,
        voice: "a".to_owned(),
        rate_milli: 1000,
        reading_id: format!("{clips:?}"),
        clips,
    }
}

/// The page elsewhere.
fn at(url: &str, document: &DocumentRecord) -> DocumentRecord {
    let identity = PageIdentity {
        requested: url.to_owned(),
        url: url.to_owned(),
        ..document.identity.clone()
    };
    DocumentRecord {
        identity,
        ..document.clone()
    }
}

fn content(text: &str) -> ContentKey {
    ContentKey::of([
        text,
        "关于补贴发放有关事项的通知，自下月起按季度发放到社保卡。",
    ])
    .unwrap()
}

async fn record(ledger: &Ledger, name: &str, numbers: impl IntoIterator<Item = u32>) {
    ledger.record(document(name, numbers)).unwrap();
    ledger.flushed().await.unwrap();
}

#[tokio::test]
async fn a_withdrawn_page_takes_what_is_its_own_and_leaves_what_is_shared() {
    let ledger = in_memory().await;
    record(&ledger, "one", 1..=5).await;
    record(&ledger, "two", 4..=8).await;
    // An edit: what the page was read with before goes with it.
    record(&ledger, "one", [1, 2, 9]).await;
    let withdrawn = ledger.withdraw(&url("one"), "cms").await.unwrap();
    assert_eq!(withdrawn.clips, clips([1, 2, 3, 9]));
    assert_eq!(
        withdrawn.withdrawal.readings, 2,
        "before the edit and after"
    );
    assert!(ledger.is_withdrawn(&url("one")));
    assert!(ledger.is_withdrawn("http://www.example.gov.cn/short/one"));
    assert!(!ledger.is_withdrawn(&url("two")));
    let rest = ledger.withdraw(&url("two"), "cms").await.unwrap();
    assert_eq!(rest.clips, clips(4..=8));
}

#[tokio::test]
async fn voices_rates_and_pronunciations_of_a_page_go_with_it() {
    let ledger = in_memory().await;
    let plain = document("one", 1..=2);
    for (voice, rate_milli, numbers) in [("a", 1000, 1..=2), ("b", 1000, 3..=4), ("a", 900, 5..=6)]
    {
        let clips = clips(numbers);
        let reading_id = format!("{clips:?}");
        let (voice, plain) = (voice.to_owned(), plain.clone());
        let other = DocumentRecord {
            voice,
            rate_milli,
            reading_id,
            clips,
            ..plain
        };
        ledger.record(other).unwrap();
    }
    // The lexicon has changed: the same words sound otherwise.
    let (reading_id, now) = ("again".to_owned(), clips([1, 7]));
    let again = DocumentRecord {
        reading_id,
        clips: now,
        ..plain
    };
    ledger.record(again).unwrap();
    let withdrawn = ledger.withdraw(&url("one"), "cms").await.unwrap();
    assert_eq!(withdrawn.clips, clips(1..=7));
    assert_eq!(withdrawn.withdrawal.readings, 3);
}

#[tokio::test]
async fn a_refusal_outlives_the_process_until_the_page_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = in_folder(folder.path()).await;
    record(&ledger, "one", 1..=3).await;
    ledger.withdraw(&url("one"), "cms").await.unwrap();
    let again = in_folder(folder.path()).await;
    assert!(again.is_withdrawn(&url("one")));
    let published = again.publish(&short("one")).await.unwrap();
    assert_eq!(
        (published[0].url.clone(), published[0].clips.len()),
        (url("one"), 3)
    );
    for page in [url("one"), short("one")] {
        assert!(!again.is_withdrawn(&page), "{page}");
    }
    let third = in_folder(folder.path()).await;
    assert!(!third.is_withdrawn(&url("one")));
}

#[tokio::test]
async fn replicas_of_one_folder_learn_of_each_others_withdrawals() {
    let folder = tempfile::tempdir().unwrap();
    let one = in_folder(folder.path()).await;
    let other = in_folder(folder.path()).await;
    record(&other, "one", 1..=3).await;
    assert_eq!(
        one.withdraw(&url("one"), "cms").await.unwrap().clips,
        clips(1..=3)
    );
    let news = other.refresh().await.unwrap();
    assert_eq!(news.len(), 1);
    assert!(other.is_withdrawn(&url("one")));
    assert!(other.refresh().await.unwrap().is_empty(), "it is news once");
    one.publish(&url("one")).await.unwrap();
    other.refresh().await.unwrap();
    assert!(!other.is_withdrawn(&url("one")));
}

#[tokio::test]
async fn withdrawals_are_listed_with_what_they_cover_and_who_asked() {
    let ledger = in_memory().await;
    let one = document("one", 1..=4);
    let copy = at("https://m.example.gov.cn/one.html?code=3301-77", &one);
    for document in [one, copy] {
        ledger.record(document).unwrap();
    }
    ledger.withdraw(&url("one"), "cms").await.unwrap();
    ledger.withdraw(&url("two"), "editor").await.unwrap();
    let listed = ledger.list_withdrawals(0, 10).await.unwrap();
    assert_eq!(listed.len(), 2);
    let of = |name: &str| {
        listed
            .iter()
            .find(|listed| listed.withdrawal.url == url(name))
            .unwrap()
    };
    assert_eq!(of("two").withdrawal.withdrawn_by, "editor");
    let one = of("one");
    assert_eq!((one.withdrawal.clips, one.pending_clips), (4, 4));
    assert_eq!(one.addresses.len(), 2, "{:?}", one.addresses);
    let told = one.addresses.join(" ");
    assert!(
        told.contains("https://m.example.gov.cn/one.html?"),
        "{told}"
    );
    assert!(
        !told.contains("3301"),
        "what a query holds is nobody's business: {told}"
    );
    assert_eq!(ledger.list_withdrawals(1, 10).await.unwrap().len(), 1);
    ledger.publish(&url("one")).await.unwrap();
    assert_eq!(ledger.list_withdrawals(0, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_unknown_page_is_refused_all_the_same() {
    let ledger = in_memory().await;
    let withdrawn = ledger.withdraw(&url("never-read"), "cms").await.unwrap();
    assert!(withdrawn.clips.is_empty());
    assert!(ledger.is_withdrawn(&url("never-read")));
}

#[tokio::test]
async fn a_purge_is_pending_until_the_tiers_hold_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = in_folder(folder.path()).await;
    record(&ledger, "one", 1..=4).await;
    let page = ledger
        .withdraw(&url("one"), "cms")
        .await
        .unwrap()
        .withdrawal
        .page;
    ledger.finish_purge(page, &clips([1])).await.unwrap();
    // Published again without its second sentence, and another page has the third.
    ledger.publish(&url("one")).await.unwrap();
    let ledger = in_folder(folder.path()).await;
    record(&ledger, "one", [4]).await;
    record(&ledger, "two", [3]).await;
    let pending = ledger.pending_purges().await.unwrap();
    let expected = PendingPurge {
        page,
        clips: clips([2]),
        in_use: clips([3, 4]),
        is_evicted: false,
    };
    assert_eq!(pending, [expected]);
    ledger.finish_purge(page, &clips(2..=4)).await.unwrap();
    assert!(ledger.pending_purges().await.unwrap().is_empty());
}

#[tokio::test]
async fn of_a_page_that_is_withdrawn_twice_what_it_was_read_with_both_times_is_pending() {
    let ledger = in_memory().await;
    for numbers in [1..=2, 3..=4] {
        record(&ledger, "one", numbers).await;
        ledger.withdraw(&url("one"), "cms").await.unwrap();
        ledger.publish(&url("one")).await.unwrap();
    }
    let pending = ledger.pending_purges().await.unwrap();
    assert_eq!(pending[0].clips, clips(1..=4));
    let page = PageIdentity::of_address(&url("one"));
    let extended = ledger.extend_withdrawals(&page).await.unwrap();
    assert!(extended.is_empty(), "it is published");
}

#[tokio::test]
async fn withdrawing_again_finishes_what_was_cut_short() {
    let ledger = in_memory().await;
    record(&ledger, "one", 1..=3).await;
    let first = ledger.withdraw(&url("one"), "cms").await.unwrap();
    let second = ledger.withdraw(&url("one"), "cms").await.unwrap();
    assert_eq!(second.clips, first.clips);
}

#[tokio::test]
async fn what_was_read_while_it_was_withdrawn_is_purged_too() {
    let ledger = in_memory().await;
    record(&ledger, "one", 1..=2).await;
    ledger.withdraw(&url("one"), "cms").await.unwrap();
    record(&ledger, "one", 3..=4).await;
    let page = PageIdentity::of_address(&short("one"));
    let extended = ledger.extend_withdrawals(&page).await.unwrap();
    assert_eq!(extended[0].clips, clips(1..=4));
}

/// Holds the ledger's thread until the sender is dropped.
fn hold(ledger: &Arc<Ledger>) -> (std::sync::mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (release, released) = std::sync::mpsc::channel::<()>();
    let ledger = ledger.clone();
    let holding = tokio::spawn(async move {
        let held = ledger.worker.run(move |_| {
            let _ = released.recv();
            Ok(())
        });
        held.await.unwrap();
    });
    (release, holding)
}

#[tokio::test]
async fn a_withdrawal_waits_for_no_records_but_those_of_its_page() {
    let ledger = in_memory().await;
    record(&ledger, "one", 1..=5).await;
    let (before, holding) = hold(&ledger);
    tokio::task::yield_now().await;
    // Of other pages, one of which shares a sentence.
    for number in 0..40 {
        let other = document(&format!("other {number}"), [5, 100 + number]);
        ledger.record(other).unwrap();
    }
    // Of the page, in another version, and of one that says the same as that.
    let again = document("one", [1, 6]);
    let elsewhere = at(&url("elsewhere"), &again);
    ledger.record(elsewhere).unwrap();
    ledger.record(again).unwrap();
    let withdrawing = {
        let ledger = ledger.clone();
        tokio::spawn(async move { ledger.withdraw(&url("one"), "test").await })
    };
    tokio::task::yield_now().await;
    let (after, held) = hold(&ledger);
    tokio::task::yield_now().await;
    drop(before);
    let withdrawn = withdrawing.await.unwrap().unwrap();
    assert_eq!(ledger.worker.waiting(), 40, "others are written later");
    let mut own = withdrawn.clips;
    own.sort_unstable();
    assert_eq!(own, clips([1, 2, 3, 4, 6]), "5 is another's, which waits");
    drop(after);
    holding.await.unwrap();
    held.await.unwrap();
    ledger.flushed().await.unwrap();
    assert!(
        ledger.is_identity_withdrawn(&at(&url("elsewhere"), &document("one", [1, 6])).identity)
    );
    let other = ledger.withdraw(&url("other 7"), "test").await.unwrap();
    assert_eq!(other.clips, clips([107]));
}

#[tokio::test]
async fn variants_of_a_page_take_a_row_each_and_no_clips_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = in_folder(folder.path()).await;
    let file = folder.path().join("ledger.sqlite3");
    let one = document("one", 1..=400);
    ledger.record(one.clone()).unwrap();
    ledger.flushed().await.unwrap();
    let before = file.metadata().unwrap().len();
    for number in 0..200 {
        let variant = format!("{}?v={number}", url("one"));
        ledger.record(at(&variant, &one)).unwrap();
    }
    ledger.flushed().await.unwrap();
    let more = file.metadata().unwrap().len() - before;
    assert!(more < 100_000, "{more} bytes for 200 variants");
}

#[tokio::test]
async fn the_pages_read_longest_ago_make_room_and_their_clips_are_purged() {
    let ledger = Ledger::open(None, 400_000, PageRules::default())
        .await
        .unwrap();
    for page in 0..400_u32 {
        record(&ledger, &page.to_string(), page * 10..page * 10 + 10).await;
        ledger
            .withdraw(&url(&format!("withdrawn {}", page % 3)), "cms")
            .await
            .unwrap();
    }
    let evicted = ledger.pending_purges().await.unwrap();
    assert_eq!(evicted.len(), 1);
    assert!(evicted[0].is_evicted && !evicted[0].clips.is_empty());
    let last = ledger.withdraw(&url("399"), "cms").await.unwrap();
    assert_eq!(last.clips, clips(3990..4000), "the latest is known");
    assert!(
        ledger.is_withdrawn(&url("withdrawn 0")),
        "a withdrawal stays"
    );
}

#[tokio::test]
async fn the_later_word_stands_and_is_told_until_the_others_know() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = in_folder(folder.path()).await;
    ledger.speak(&url("one"), true).await.unwrap();
    let first = ledger.words(true).await.unwrap();
    ledger.speak(&url("one"), false).await.unwrap();
    ledger.told(first.clone()).await.unwrap();
    let ledger = in_folder(folder.path()).await;
    let untold = ledger.words(true).await.unwrap();
    assert_eq!(untold.len(), 1, "it was told the word before");
    assert!(!untold[0].1.withdrawn);
    ledger.told(untold.clone()).await.unwrap();
    assert!(ledger.words(true).await.unwrap().is_empty());
    // A word that comes late changes nothing.
    ledger.hear(first[0].1.clone()).await.unwrap();
    assert_eq!(ledger.words(false).await.unwrap(), untold);
    let later = Word {
        withdrawn: true,
        ..untold[0].1.clone()
    };
    assert!(later.rank() > untold[0].1.rank());
    ledger.hear(later.clone()).await.unwrap();
    assert_eq!(ledger.words(false).await.unwrap()[0].1, later);
}

#[tokio::test]
async fn a_folder_that_is_deleted_under_a_running_ledger_is_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("ledger");
    let ledger = in_folder(&place).await;
    record(&ledger, "one", 1..=3).await;
    std::fs::remove_dir_all(&place).unwrap();
    assert_eq!(
        ledger.withdraw(&url("one"), "cms").await.unwrap().clips,
        clips(1..=3)
    );
    drop(ledger);
    assert!(in_folder(&place).await.is_withdrawn(&url("one")));
}

/// As earlier versions wrote it.
#[tokio::test]
async fn the_ledger_of_an_earlier_version_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, json: String| {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, json).unwrap();
    };
    let json = |numbers| serde_json::to_string(&clips(numbers)).unwrap();
    let (page, gone) = (url("one"), url("gone"));
    let key = PageKey::of(&page);
    write(
        &format!("documents/{key}/0123456789abcdef-1000.json"),
        format!(
            r#"{{"url":"{page}","asked":"{}","voice":"a","rate_milli":1000,"reading":"r",
               "clips":{},"former":{}}}"#,
            short("one"),
            json(vec![1, 2]),
            json(vec![3]),
        ),
    );
    let (key, other) = (PageKey::of(&gone), PageKey::of(&short("gone")));
    for name in [key, other] {
        write(
            &format!("withdrawn/{name}.json"),
            format!(
                r#"{{"url":"{gone}","pages":["{key}","{other}"],"readings":["x"],"clips":{}}}"#,
                json(vec![4])
            ),
        );
    }
    write(&format!("owed/{key}.json"), json(vec![4, 2]));
    write(
        "untold.json",
        format!(r#"[{{"url":"{gone}","withdrawn":true}}]"#),
    );
    write("withdrawn/damaged.json", "{".to_owned());

    for _ in 0..2 {
        let ledger = in_folder(folder.path()).await;
        assert!(ledger.is_withdrawn(&gone) && ledger.is_withdrawn(&short("gone")));
        let untold = ledger.words(true).await.unwrap();
        assert!(untold.len() == 1 && untold[0].1.withdrawn, "{untold:?}");
        let pending = ledger.pending_purges().await.unwrap();
        assert_eq!(pending[0].clips, clips([4]));
        assert_eq!(pending[0].in_use, clips([2]));
    }
    assert!(!folder.path().join("documents").exists());
    let ledger = in_folder(folder.path()).await;
    assert_eq!(
        ledger.withdraw(&short("one"), "cms").await.unwrap().clips,
        clips(1..=3)
    );
}

#[tokio::test]
async fn the_ledger_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(in_folder(folder.path()).await);
    let file = folder.path().join("ledger.sqlite3");
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    let refused = Ledger::open(Some(folder.path()), NO_BOUND, PageRules::default())
        .await
        .err();
    assert!(matches!(refused, Some(LedgerError::Newer)), "{refused:?}");
}
