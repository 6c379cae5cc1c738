//! The remote tier in this process's memory, and at an address where nobody answers. What real
//! services answer is asked by the service's tests.

use super::*;
use crate::fixtures::sound;

pub(super) const CLIP: &str = "00/00112233445566778899aabbccddeeff.pcm";

impl RemoteTier {
    pub(crate) fn in_memory() -> Arc<Self> {
        let operator = Operator::new(services::Memory::default()).unwrap();
        let minute = Duration::from_secs(60);
        let leases = objects::ObjectLeases::new(operator.clone(), minute);
        Arc::new(Self {
            leases: Leases::Objects(leases),
            existence: Existence::Objects(operator.clone()),
            boards: Topic::ALL.map(|topic| Board::in_storage(operator.clone(), topic.name())),
            lease_time: minute,
            operator,
            timeout: minute,
            is_away: AtomicBool::new(false),
            uploads: Uploads::new(None),
            tombstones: Arc::default(),
            runtime: Handle::current(),
        })
    }
}

/// A Redis that nobody has started.
pub(super) fn nobody(disk: Option<Arc<DiskTier>>) -> Arc<RemoteTier> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = format!("service = \"redis\"\n[options]\nendpoint = \"redis://127.0.0.1:{port}\"");
    let config = toml::from_str(&config).unwrap();
    Arc::new(RemoteTier::open(&config, disk).unwrap())
}

#[tokio::test]
async fn what_was_damaged_in_the_tier_is_a_miss_and_goes() {
    let tier = RemoteTier::in_memory();
    tier.write(CLIP, &sound()).await;
    assert_eq!(tier.try_read(CLIP).await, Ok(Some(sound())));
    let damaged = envelope::wrap(&sound())[1..].to_vec();
    tier.operator.write(CLIP, damaged).await.unwrap();
    assert_eq!(tier.try_read(CLIP).await, Ok(None));
    assert!(!tier.operator.exists(CLIP).await.unwrap());
    assert_eq!(tier.read(CLIP).await, None);
    assert!(tier.is_up(), "that nothing is there is an answer");
}

#[tokio::test]
async fn all_are_there_or_not() {
    let tier = RemoteTier::in_memory();
    let names: Vec<String> = (0..70).map(|index| format!("a/{index}")).collect();
    assert!(tier.contains_all(&[]).await);
    for name in &names {
        tier.write(name, &sound()).await;
    }
    assert!(tier.contains_all(&names).await);
    for missing in [0, 1, 33, 69] {
        assert!(tier.remove(&names[missing]).await);
        assert!(!tier.contains_all(&names).await, "{missing}");
        tier.write(&names[missing], &sound()).await;
    }
    assert!(tier.contains_all(&names).await);
}

#[tokio::test]
async fn a_withdrawal_is_on_the_board_until_a_later_word() {
    let tier = RemoteTier::in_memory();
    let note = |rank: u64| Note {
        name: "a".to_owned(),
        rank,
        text: format!("{rank}"),
    };
    for rank in [1, 3, 2] {
        tier.post(Topic::Withdrawals, &[note(rank)]).await.unwrap();
    }
    let notes = tier.notes(Topic::Withdrawals, true).await;
    assert_eq!(notes, Ok(Some(vec![note(3)])));
    let notes = nobody(None).notes(Topic::Withdrawals, true).await;
    assert_eq!(notes, Err(TierUnavailable));
}

#[tokio::test]
async fn a_claim_is_one_replicas_until_the_lease_or_the_object_is_there() {
    let tier = RemoteTier::in_memory();
    let Claim::Ours(Some(lease)) = tier.claim(CLIP).await else {
        panic!("nobody has it");
    };
    assert!(tier.is_leased(CLIP).await);
    assert!(matches!(tier.claim(CLIP).await, Claim::Theirs));
    tier.release(lease).await;
    assert!(!tier.is_leased(CLIP).await);
    let Claim::Ours(Some(lease)) = tier.claim(CLIP).await else {
        panic!("it was released");
    };
    tier.upload(CLIP.to_owned(), sound(), Some(lease));
    tier.uploaded().await;
    assert_eq!(tier.read(CLIP).await, Some(sound()));
    assert!(!tier.is_leased(CLIP).await, "it is released with the clip");
    assert!(matches!(tier.claim(CLIP).await, Claim::Theirs));
    assert!(!tier.is_leased(CLIP).await, "the clip is there");
}

#[tokio::test]
async fn a_tier_that_does_not_answer_is_set_aside() {
    let tier = nobody(None);
    assert!(tier.is_up(), "nobody has asked yet");
    assert_eq!(tier.try_read(CLIP).await, Err(TierUnavailable));
    assert!(!tier.is_up());
    assert!(matches!(tier.claim(CLIP).await, Claim::Ours(None)));
    assert!(!tier.is_leased(CLIP).await);
    assert!(!tier.contains_all(&[CLIP.to_owned()]).await);
    assert!(!tier.remove(CLIP).await);
    assert!(tier.probe().await.is_err());
}

#[tokio::test]
async fn a_tier_that_is_too_late_says_how_late() {
    // It takes connections and never says a word.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = format!(
        "service = \"redis\"\ntimeout_ms = 50\n[options]\nendpoint = \"redis://127.0.0.1:{port}\""
    );
    let tier = RemoteTier::open(&toml::from_str(&config).unwrap(), None).unwrap();
    let error = tier.probe().await.unwrap_err();
    assert_eq!(error, "no answer within 50 ms");
}

/// A bucket that is busy: it refuses so many requests, and then says that nothing is there.
async fn busy_bucket(mut refusals: usize) -> Arc<RemoteTier> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 8192];
            let _ = stream.read(&mut asked).await;
            let status = if refusals > 0 {
                "503 Slow Down"
            } else {
                "404 Not Found"
            };
            refusals = refusals.saturating_sub(1);
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let config = format!(
        "service = \"s3\"\ntimeout_ms = 20000\n[options]\nbucket = \"clips\"\nregion = \"a\"\n\
         access_key_id = \"a\"\nsecret_access_key = \"a\"\nendpoint = \"http://127.0.0.1:{port}\""
    );
    Arc::new(RemoteTier::open(&toml::from_str(&config).unwrap(), None).unwrap())
}

#[tokio::test]
async fn a_bucket_that_is_busy_for_a_moment_is_asked_again_and_not_set_aside() {
    let tier = busy_bucket(RETRIES).await;
    assert_eq!(tier.try_read(CLIP).await, Ok(None));
    assert!(tier.is_up());
    let tier = busy_bucket(usize::MAX).await;
    assert_eq!(tier.try_read(CLIP).await, Err(TierUnavailable));
    assert!(!tier.is_up(), "it is busy for good");
}
