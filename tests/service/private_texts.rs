//! What a caller hands over is its own: no cache keeps it, and nobody learns that it was read.

use langdu_harness::{Service, http_client, shared};
use serde_json::{Value, json};

const TEXT: &str = "张先生的复查结果正常，三个月以后再来。";

/// The reading of a text for the caller at an address behind a proxy.
async fn read(service: &Service, address: &str) -> Value {
    let answer = http_client()
        .post(service.http("/v1/readings"))
        .header("x-forwarded-for", address)
        .header("content-type", "application/json")
        .body(json!({ "text": TEXT }).to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

async fn cache_control(service: &Service, path: &str) -> String {
    let answer = http_client().get(service.http(path)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.headers()["cache-control"]
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn no_cache_keeps_what_was_made_of_a_private_text() {
    let service = shared();
    let reading = read(service, "203.0.113.1").await;
    let clip = &reading["utterances"][0];
    let mut paths = vec![clip["timing"].as_str().unwrap().to_owned()];
    for kind in ["mp3", "opus", "wav"] {
        paths.push(clip["audio"][kind].as_str().unwrap().to_owned());
    }
    for kind in ["mp3", "vtt"] {
        paths.push(reading["audio"][kind].as_str().unwrap().to_owned());
    }
    for path in paths {
        let kept = cache_control(service, &format!("/{path}")).await;
        assert_eq!(kept, "private, no-store", "{path}");
    }
    // A public page's may be kept by everybody.
    let page = service.http(&format!(
        "/v1/readings?url={}",
        service.page("/second.html")
    ));
    let answer = http_client().get(page).send().await.unwrap();
    let reading: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let clip = reading["utterances"][0]["audio"]["mp3"].as_str().unwrap();
    let kept = cache_control(service, &format!("/{clip}")).await;
    assert!(
        kept.starts_with("public") && kept.contains("immutable"),
        "{kept}"
    );
}

#[tokio::test]
async fn callers_have_clips_of_their_own_of_the_same_private_text() {
    let service = shared();
    let clip = |reading: &Value| reading["utterances"][0]["clip"].clone();
    let one = read(service, "203.0.113.2").await;
    let other = read(service, "203.0.113.3").await;
    assert_ne!(
        clip(&one),
        clip(&other),
        "one could be asked whether the other was made"
    );
    assert_ne!(one["id"], other["id"]);
    assert_eq!(clip(&read(service, "203.0.113.2").await), clip(&one));
}
