use super::*;

const LONG: Duration = Duration::from_secs(120);

/// A service that carries `seats` listeners.
fn admission(seats: f64) -> Arc<Admission> {
    let pace = Arc::<Pace>::default();
    let factor = Duration::from_secs_f64(0.8 / seats);
    pace.record(factor, Duration::from_secs(1));
    Arc::new(Admission::new(pace, 1, 0.8))
}

fn requester(client: &str, bound: u32) -> Requester {
    Requester {
        client: client.into(),
        bound,
    }
}

fn documents<const N: usize>() -> [Arc<str>; N] {
    std::array::from_fn(|index| format!("document {index}").into())
}

#[test]
fn capacity_is_the_share_of_what_the_workers_carry() {
    assert_eq!(admission(7.5).capacity(), 7);
    assert_eq!(admission(0.3).capacity(), 1, "one is always served");
    let unknown = Admission::new(Arc::default(), 1, 0.8);
    assert_eq!(unknown.capacity(), usize::MAX);
}

#[test]
fn one_too_many_is_refused_until_a_seat_is_free() {
    let admission = admission(2.5);
    let [one, two, three] = documents();
    let requester = requester("a", 0);
    let first = admission.take(&one, &requester, LONG).ok().unwrap();
    let _second = admission.take(&two, &requester, LONG).ok().unwrap();
    let full = admission.take(&three, &requester, LONG).err().unwrap();
    assert!(!full.of_client && full.seats == 2);
    assert_eq!(full.retry_after, ADVISED.1);
    drop(first);
    assert!(admission.take(&three, &requester, LONG).is_ok());
}

#[test]
fn a_document_that_is_being_made_has_room_for_all() {
    let admission = admission(1.0);
    let [one, two] = documents();
    let _first = admission.take(&one, &requester("a", 0), LONG).ok().unwrap();
    assert!(admission.take(&one, &requester("b", 0), LONG).is_ok());
    assert!(admission.keep(&one, &requester("c", 0), LONG).is_ok());
    assert!(admission.ask(&two, &requester("d", 0)).is_err());
}

#[test]
fn a_player_that_says_it_is_closed_leaves_its_seat_to_the_next() {
    let admission = admission(1.0);
    let [one, two] = documents();
    let (first, second) = (requester("a", 0), requester("b", 0));
    admission.keep(&one, &first, LONG).unwrap();
    admission.leave(&one, "b");
    assert!(
        admission.keep(&two, &second, LONG).is_err(),
        "nobody closes another's player"
    );
    admission.leave(&one, "a");
    assert!(admission.keep(&two, &second, LONG).is_ok());
    admission.leave("unknown", "a");
}

#[test]
fn a_stream_of_which_nothing_is_taken_loses_its_seat_until_it_goes_on() {
    let admission = admission(1.0);
    let [one, two] = documents();
    let requester = requester("a", 0);
    let stalled = admission.take(&one, &requester, LONG).ok().unwrap();
    let long_ago = Instant::now().checked_sub(NOTHING_TAKEN).unwrap();
    admission.lock().get_mut(&one).unwrap().moved = long_ago;
    let other = admission.take(&two, &requester, LONG).ok().unwrap();
    drop(other);
    stalled.goes_on();
    assert!(admission.take(&two, &requester, LONG).is_err());
}

#[test]
fn a_seat_that_was_freed_is_not_freed_again_when_its_stream_ends() {
    let admission = admission(1.0);
    let [one, two] = documents();
    let requester = requester("a", 0);
    let first = admission.take(&one, &requester, LONG).ok().unwrap();
    let second = admission.take(&one, &requester, LONG).ok().unwrap();
    let release = first.release();
    release.free();
    assert!(
        admission.take(&two, &requester, LONG).is_err(),
        "one goes on"
    );
    drop(first);
    release.free();
    assert!(
        admission.take(&two, &requester, LONG).is_err(),
        "it still does"
    );
    drop(second);
    assert!(admission.take(&two, &requester, LONG).is_ok());
}

#[test]
fn a_client_has_its_own_bound() {
    let admission = admission(9.0);
    let [one, two] = documents();
    let _first = admission.take(&one, &requester("a", 1), LONG).ok().unwrap();
    let full = admission
        .take(&two, &requester("a", 1), LONG)
        .err()
        .unwrap();
    assert!(full.of_client);
    assert!(admission.take(&two, &requester("b", 1), LONG).is_ok());
}

#[test]
fn a_player_keeps_its_seat_between_clips_and_no_longer_than_the_document() {
    let admission = admission(1.0);
    let [one, two] = documents();
    let requester = requester("a", 0);
    admission.keep(&one, &requester, LONG).ok().unwrap();
    let full = admission.ask(&two, &requester).err().unwrap();
    assert_eq!(full.retry_after, ADVISED.1);
    assert_eq!(admission.taken(), 1);
    let admission = self::admission(1.0);
    admission
        .keep(&one, &requester, Duration::ZERO)
        .ok()
        .unwrap();
    assert!(admission.ask(&two, &requester).is_ok());
}

#[test]
fn a_player_has_its_seat_for_as_long_as_its_clip_takes_to_be_made() {
    let admission = admission(1.0);
    let [one, two] = documents();
    let requester = requester("a", 0);
    // Nothing is left of it to hear, so that only the making holds the seat.
    let making = admission.keep(&one, &requester, Duration::ZERO).unwrap();
    assert!(admission.ask(&two, &requester).is_err());
    drop(making);
    assert!(admission.ask(&two, &requester).is_ok());
}

const SENTENCE: Duration = Duration::from_secs(3);

/// A service that carries one listener, and lets a sentence wait so long.
fn admission_with(patience: Duration) -> Arc<Admission> {
    let admission = Arc::into_inner(admission(1.0)).unwrap();
    Arc::new(Admission {
        patience,
        ..admission
    })
}

#[tokio::test]
async fn a_sentence_waits_for_a_seat_in_the_order_of_coming() {
    let admission = admission_with(LONG);
    let [one, two, three] = documents();
    let client = requester("a", 0);
    let take = |document: Arc<str>| {
        let (admission, client) = (admission.clone(), client.clone());
        tokio::spawn(async move {
            let attempt = || admission.take(&document, &client, SENTENCE);
            admission.or_wait(SENTENCE, attempt).await
        })
    };
    let first = admission.take(&one, &client, LONG).ok().unwrap();
    let second = take(two);
    while admission.waiting.available_permits() == MAX_WAITING {
        tokio::task::yield_now().await;
    }
    let third = take(three);
    sleep(3 * LOOK_EVERY).await;
    assert!(!second.is_finished() && !third.is_finished());
    drop(first);
    let second = second.await.unwrap().ok().unwrap();
    sleep(3 * LOOK_EVERY).await;
    assert!(!third.is_finished());
    drop(second);
    assert!(third.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_sentence_waits_a_moment_only() {
    let admission = admission_with(3 * LOOK_EVERY);
    let [one, two] = documents();
    let client = requester("a", 0);
    let _first = admission.take(&one, &client, LONG).ok().unwrap();
    let began = Instant::now();
    let attempt = || admission.ask(&two, &client);
    assert!(admission.or_wait(SENTENCE, attempt).await.is_err());
    assert!(began.elapsed() >= 3 * LOOK_EVERY);
}

#[tokio::test]
async fn a_document_and_whoever_has_had_its_share_do_not_wait() {
    // Whoever waited here would do so for ever.
    let admission = admission_with(Duration::MAX);
    let [one, two] = documents();
    let _first = admission.take(&one, &requester("a", 0), LONG);
    let ask = || admission.ask(&two, &requester("b", 0));
    assert!(admission.or_wait(LONG, ask).await.is_err());
    let own = || admission.ask(&two, &requester("a", 1));
    let full = admission.or_wait(SENTENCE, own).await.err().unwrap();
    assert!(full.of_client);
    let _waiting = admission.waiting.try_acquire_many(64).unwrap();
    assert!(admission.or_wait(SENTENCE, ask).await.is_err());
}
