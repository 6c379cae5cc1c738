//! More than the voice carries: who is sent away, who is served, and how it is said.

use std::io::Write;
use std::time::{Duration, Instant};

use langdu_proto::AudioEncoding;
use serde_json::{Value, json};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use langdu_harness::{Service, eventually, hear, http_client, request, text, url};

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

fn reason(status: &Status) -> String {
    status.get_details_error_info().unwrap().reason
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
    let asked = Instant::now();
    let status = hear(&service, cold.clone()).await.err().unwrap();
    assert!(
        asked.elapsed() < Duration::from_secs(2),
        "it answers at once"
    );
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
    for _ in 0..100 {
        if hear(&service, cold.clone()).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("a seat is free when the listeners have gone");
}

#[tokio::test]
async fn a_player_that_asks_for_cold_clips_takes_a_seat() {
    let service = for_one().await;
    let reading = |text: &'static str| {
        let service = &service;
        async move {
            let answer = post_reading(service, text).await;
            assert_eq!(answer.status(), 200);
            let reading: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
            let clip = reading["utterances"][0]["audio"]["mp3"].as_str().unwrap();
            service.http(&format!("/{clip}"))
        }
    };
    // Both are handed out while there is room; the first to ask for sound takes it.
    let one = reading("第一个人要听的内容比较长，要说好几句。这是第二句。这是第三句。").await;
    let other = reading("第二个人要听的是另外一份文件。").await;
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

#[tokio::test]
async fn too_many_pages_at_the_same_time_are_refused() {
    let service = Service::start(|config| config.limits.max_readings_at_once = 1);
    let slow = url(&service.page("/endless.html"));
    let mut client = service.grpc().await;
    let slow = tokio::spawn(async move {
        client
            .synthesize_stream(request(slow, AudioEncoding::Mp3))
            .await
            .map(drop)
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let other = request(text("请稍等。"), AudioEncoding::Mp3);
    let status = hear(&service, other.clone()).await.err().unwrap();
    assert_eq!(reason(&status), "TOO_BUSY");
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(slow.await.unwrap().unwrap_err().code(), Code::Unavailable);
    assert!(hear(&service, other).await.is_ok());
}

#[tokio::test]
async fn a_feed_is_read_in_the_places_that_all_readings_share() {
    let service = Service::start(|config| config.limits.max_readings_at_once = 1);
    let feed = async || {
        let column = service.page("/column.html");
        let address = service.http(&format!("/v1/feed.m3u?list={column}"));
        http_client().get(address).send().await.unwrap()
    };
    let slow = url(&service.page("/endless.html"));
    let mut client = service.grpc().await;
    let slow = tokio::spawn(async move {
        let asked = request(slow, AudioEncoding::Mp3);
        client.synthesize_stream(asked).await.map(drop)
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let refused = feed().await;
    assert_eq!(refused.status(), 429);
    let problem: Value = serde_json::from_slice(&refused.bytes().await.unwrap()).unwrap();
    assert_eq!(problem["type"], "urn:langdu:too-busy");
    assert!(slow.await.unwrap().is_err());
    assert_eq!(feed().await.status(), 200, "one place does for it");
}

#[tokio::test]
async fn connections_are_bounded_and_one_without_a_request_makes_room() {
    let service = Service::start(|config| config.limits.max_connections = 1);
    let connect = || std::net::TcpStream::connect(service.addresses.http).unwrap();
    let ask = |patience: u64| {
        http_client()
            .get(service.http("/v1/player.json"))
            .timeout(Duration::from_millis(patience))
            .send()
    };
    let mut slow = connect();
    slow.write_all(b"GET /v1/player.json HTTP/1.1\r\nX-Slow: ")
        .unwrap();
    let answered = ask(5000)
        .await
        .expect("headers that never end hold no place");
    assert_eq!(answered.status(), 200);

    let page = service.page("/endless.html");
    let mut asking = connect();
    let request = format!("GET /v1/readings?url={page} HTTP/1.1\r\nHost: a\r\n\r\n");
    asking.write_all(request.as_bytes()).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(
        ask(1300).await.is_err(),
        "a request under way keeps its place"
    );
    drop(asking);
    assert_eq!(ask(5000).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_stream_ends_at_the_callers_deadline_and_its_work_with_it() {
    let service = Service::start(|_| {});
    let mut asked = tonic::Request::new(request(text(&long("期限")), AudioEncoding::Mp3));
    asked.set_timeout(Duration::from_millis(1500));
    let begun = Instant::now();
    let mut stream = service
        .grpc()
        .await
        .synthesize_stream(asked)
        .await
        .unwrap()
        .into_inner();
    let mut messages = 0;
    let status = loop {
        match stream.message().await {
            Ok(Some(_)) => messages += 1,
            Ok(None) => panic!("it did not take that long"),
            Err(status) => break status,
        }
    };
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    assert!(messages > 0, "what was made in time was sent");
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(4), "{took:?}");
    let clips = service.reader.clips().clone();
    assert!(eventually(|| clips.waiting() == 0).await);
}

#[tokio::test]
async fn a_single_answer_is_late_as_well() {
    let service = Service::start(|_| {});
    let spoken = "这一段话要说上一会儿，所以一百毫秒是来不及的。".repeat(6);
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
