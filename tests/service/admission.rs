//! More than the voice carries: who is sent away, who is served, and how it is said.

use std::io::Write;
use std::time::Duration;

use langdu_proto::AudioEncoding;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use langdu_harness::portal::{Held, Portal};
use langdu_harness::{
    PATIENCE, Service, eventually, eventually_async, hear, http_client, reason, request, text, url,
};

/// A service that has spoken, so that its pace is known, and carries one listener at a time.
async fn for_one() -> Service {
    let service = Service::start(|config| config.limits.capacity_share = f64::MIN_POSITIVE);
    let clips = service.reader.clips().clone();
    assert!(eventually(|| clips.pace().real_time_factor().is_some()).await);
    service
}

fn long(about: &str) -> String {
    (1..200)
        .map(|number| format!("关于{about}的第{number}条说明，请大家仔细听完。"))
        .collect()
}

async fn post_reading(service: &Service, text: &str) -> reqwest::Response {
    http_client()
        .post(service.http("/v1/readings"))
        .header("content-type", "application/json")
        .body(json!({ "text": text }).to_string())
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn beyond_capacity_cold_readings_are_sent_away_at_once_and_warm_ones_served() {
    let service = for_one().await;
    let warm = || request(text("这一句先听过一遍。"), AudioEncoding::Mp3);
    hear(&service, warm()).await.unwrap();
    let first = request(text(&long("助餐")), AudioEncoding::Mp3);
    let mut listening = service
        .grpc()
        .await
        .synthesize_stream(first.clone())
        .await
        .unwrap()
        .into_inner();
    listening.message().await.unwrap().unwrap();

    let cold = request(text("这一句谁都没有听过。"), AudioEncoding::Mp3);
    // The seat is taken all the while, so that who is sent away has not waited for it.
    let status = hear(&service, cold.clone()).await.err().unwrap();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    assert_eq!(reason(&status), "CAPACITY_FULL");
    let wait = status.get_details_retry_info().unwrap().retry_delay;
    assert!(wait.unwrap() >= Duration::from_secs(1));

    let refused = post_reading(&service, "这一句也没有人听过。").await;
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=30).contains(&wait));
    let problem: Value = serde_json::from_slice(&refused.bytes().await.unwrap()).unwrap();
    assert_eq!(problem["type"], "urn:langdu:capacity-full");

    let again = hear(&service, warm())
        .await
        .expect("what is warm is served");
    assert!(
        again
            .utterances
            .iter()
            .all(|utterance| !utterance.synthesized)
    );
    let mut same = service
        .grpc()
        .await
        .synthesize_stream(first)
        .await
        .expect("another listener of the same document costs nothing")
        .into_inner();
    same.message().await.unwrap().unwrap();

    drop((listening, same));
    let is_heard = eventually_async(async || hear(&service, cold.clone()).await.is_ok());
    assert!(
        is_heard.await,
        "a seat is free when the listeners have gone"
    );
}

#[tokio::test]
async fn a_player_that_asks_for_cold_clips_takes_a_seat() {
    let service = for_one().await;
    let reading = async |text: &str| {
        let answer = post_reading(&service, text).await;
        assert_eq!(answer.status(), 200);
        let reading: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let clip = reading["utterances"][0]["audio"]["mp3"].as_str().unwrap();
        service.http(&format!("/{clip}"))
    };
    // Both are handed out while there is room; the first to ask for sound takes it.
    let one = reading("第一个人要听的内容比较长，要说好几句。这是第二句。这是第三句。").await;
    // A document, which does not wait for a seat as a sentence would.
    let other = reading(&long("第二份文件")).await;
    let get = |address: &str| http_client().get(address).send();
    assert_eq!(get(&one).await.unwrap().status(), 200);
    assert_eq!(get(&other).await.unwrap().status(), 429);
    assert_eq!(get(&one).await.unwrap().status(), 200, "it is warm now");
}

#[tokio::test]
async fn a_client_that_asks_too_often_waits_and_others_do_not() {
    let service = Service::start(|config| config.security.anonymous.readings_per_minute = 3);
    let ask = |client: &'static str| {
        let page = service.page("/second.html");
        http_client()
            .get(service.http(&format!("/v1/readings?url={page}")))
            .header("x-forwarded-for", client)
            .send()
    };
    for _ in 0..3 {
        assert_eq!(ask("203.0.113.9").await.unwrap().status(), 200);
    }
    let refused = ask("203.0.113.9").await.unwrap();
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    let problem: Value = serde_json::from_slice(&refused.bytes().await.unwrap()).unwrap();
    assert_eq!(problem["type"], "urn:langdu:quota-exceeded");
    assert_eq!(ask("203.0.113.10").await.unwrap().status(), 200);
}

/// A service that reads one document at a time, and the portal of its pages.
fn for_one_reading() -> (Service, Portal) {
    let portal = Portal::start();
    portal.document("slow.html", "关于稍候的通知", &["请大家稍等片刻。"]);
    let service = Service::start(|config| {
        config.limits.max_readings_at_once = 1;
        portal.allow(config);
    });
    (service, portal)
}

/// A reading that is under way until the page is let go of.
async fn begin_reading(
    service: &Service,
    portal: &Portal,
) -> (JoinHandle<Result<(), Status>>, Held) {
    let mut held = portal.hold("slow.html");
    let asked = request(url(&portal.url("slow.html")), AudioEncoding::Mp3);
    let mut client = service.grpc().await;
    let reading = tokio::spawn(async move { client.synthesize_stream(asked).await.map(drop) });
    held.is_asked_for().await;
    (reading, held)
}

#[tokio::test]
async fn too_many_pages_at_the_same_time_are_refused() {
    let (service, portal) = for_one_reading();
    let (slow, held) = begin_reading(&service, &portal).await;
    let other = request(text("请稍等。"), AudioEncoding::Mp3);
    let status = hear(&service, other.clone()).await.err().unwrap();
    assert_eq!(reason(&status), "TOO_BUSY");
    assert_eq!(status.code(), Code::ResourceExhausted);
    drop(held);
    assert!(slow.await.unwrap().is_ok());
    assert!(hear(&service, other).await.is_ok());
}

#[tokio::test]
async fn a_feed_is_read_in_the_places_that_all_readings_share() {
    let (service, portal) = for_one_reading();
    let feed = async || {
        let column = service.page("/column.html");
        let address = service.http(&format!("/v1/feed.m3u?list={column}"));
        http_client().get(address).send().await.unwrap()
    };
    let (slow, held) = begin_reading(&service, &portal).await;
    let refused = feed().await;
    assert_eq!(refused.status(), 429);
    let problem: Value = serde_json::from_slice(&refused.bytes().await.unwrap()).unwrap();
    assert_eq!(problem["type"], "urn:langdu:too-busy");
    drop(held);
    assert!(slow.await.unwrap().is_ok());
    assert_eq!(feed().await.status(), 200, "one place does for it");
}

#[tokio::test]
async fn connections_are_bounded_and_one_without_a_request_makes_room() {
    let portal = Portal::start();
    portal.document("slow.html", "关于稍候的通知", &["请大家稍等片刻。"]);
    let service = Service::start(|config| {
        config.limits.max_connections = 1;
        portal.allow(config);
    });
    let connect = || std::net::TcpStream::connect(service.addresses.http).unwrap();
    let ask = |patience: Duration| {
        http_client()
            .get(service.http("/v1/player.json"))
            .timeout(patience)
            .send()
    };
    let mut slow = connect();
    slow.write_all(b"GET /v1/player.json HTTP/1.1\r\nX-Slow: ")
        .unwrap();
    let answered = ask(PATIENCE)
        .await
        .expect("headers that never end hold no place");
    assert_eq!(answered.status(), 200);

    let mut held = portal.hold("slow.html");
    let page = portal.url("slow.html");
    let mut asking = connect();
    let request = format!("GET /v1/readings?url={page} HTTP/1.1\r\nHost: a\r\n\r\n");
    asking.write_all(request.as_bytes()).unwrap();
    held.is_asked_for().await;
    assert!(
        ask(Duration::from_millis(1300)).await.is_err(),
        "a request under way keeps its place"
    );
    drop(asking);
    assert_eq!(ask(PATIENCE).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_stream_ends_at_the_callers_deadline_and_its_work_with_it() {
    let service = Service::start(|_| {});
    let sent_within = async |deadline| {
        let mut asked = tonic::Request::new(request(text(&long("期限")), AudioEncoding::Mp3));
        asked.set_timeout(deadline);
        let mut messages = 0;
        let status = match service.grpc().await.synthesize_stream(asked).await {
            Err(status) => status,
            Ok(stream) => {
                let mut stream = stream.into_inner();
                loop {
                    match stream.message().await {
                        Ok(Some(_)) => messages += 1,
                        Ok(None) => panic!("it did not take that long"),
                        Err(status) => break status,
                    }
                }
            }
        };
        // The client has a timer of its own, which may be first.
        assert!(
            matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled),
            "{status}"
        );
        messages
    };
    // A busy machine may need longer for the first of two hundred sentences.
    let mut sent = 0;
    for deadline_ms in [1500, 6000, 24_000] {
        sent = sent_within(Duration::from_millis(deadline_ms)).await;
        if sent > 0 {
            break;
        }
    }
    assert!(sent > 0, "what was made in time was sent");
    let clips = service.reader.clips().clone();
    assert!(eventually(|| clips.waiting() == 0).await);
}

#[tokio::test]
async fn a_single_answer_is_late_as_well() {
    let service = Service::start(|_| {});
    let spoken: String = (1..=6)
        .map(|number| format!("这第{number}段话要说上一会儿，所以一百毫秒是来不及的。"))
        .collect();
    let mut asked = tonic::Request::new(request(text(&spoken), AudioEncoding::Mp3));
    // The client's own timer would be first: only the header is set.
    let metadata = asked.metadata_mut();
    metadata.insert("grpc-timeout", "100m".parse().unwrap());
    let status = service.grpc().await.synthesize(asked).await.unwrap_err();
    assert!(
        matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled),
        "{status}"
    );
}
