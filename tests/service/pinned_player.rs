//! The player at its two addresses, and what pins it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Response;
use serde_json::Value;
use sha2::{Digest, Sha384};

use langdu_harness::{http_client, shared};

async fn get(path: &str) -> Response {
    http_client().get(shared().http(path)).send().await.unwrap()
}

async fn about() -> Value {
    let body = get("/v1/player.json").await.bytes().await.unwrap();
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn the_versioned_address_holds_the_bytes_of_its_integrity_forever() {
    let about = about().await;
    let script = format!("/{}", about["script"].as_str().unwrap());
    let response = get(&script).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "text/javascript; charset=utf-8"
    );
    let lifetime = response.headers()["cache-control"].to_str().unwrap();
    assert!(lifetime.contains("immutable"), "{lifetime}");
    let bytes = response.bytes().await.unwrap();
    let digest = BASE64_STANDARD.encode(Sha384::digest(&bytes));
    assert_eq!(about["integrity"], format!("sha384-{digest}"));
    assert_eq!(bytes, get("/read-aloud.js").await.bytes().await.unwrap());
    assert_eq!(get("/read-aloud-0000000000000000.js").await.status(), 404);
}

#[tokio::test]
async fn the_fixed_address_is_asked_again_and_answered_with_nothing_new() {
    let first = get("/read-aloud.js").await;
    let lifetime = first.headers()["cache-control"].to_str().unwrap();
    assert_eq!(lifetime, "public, max-age=300");
    let again = http_client()
        .get(shared().http("/read-aloud.js"))
        .header("if-none-match", &first.headers()["etag"])
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 304);
    assert!(again.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_declarations_come_with_the_player() {
    let about = about().await;
    let types = format!("/{}", about["types"].as_str().unwrap());
    let declarations = get(&types).await.text().await.unwrap();
    assert!(declarations.contains("interface ReadAloudElement"));
}
