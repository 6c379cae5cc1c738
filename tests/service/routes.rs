//! The routes and their description agree.

use reqwest::Method;
use serde_json::Value;

use langdu_harness::{http_client, shared};

async fn description() -> Value {
    let address = shared().http("/openapi.json");
    let body = http_client().get(address).send().await.unwrap();
    serde_json::from_slice(&body.bytes().await.unwrap()).unwrap()
}

/// A path with its parameters filled in.
fn example(path: &str, version: &str) -> String {
    path.replace("{name}", "x").replace("{version}", version)
}

#[tokio::test]
async fn what_is_described_is_there_with_these_methods_and_no_others() {
    let described = description().await;
    let player = http_client()
        .get(shared().http("/v1/player.json"))
        .send()
        .await
        .unwrap();
    let player: Value = serde_json::from_slice(&player.bytes().await.unwrap()).unwrap();
    let script = player["script"].as_str().unwrap();
    let version = script.trim_start_matches("read-aloud-");
    let version = version.trim_end_matches(".js");
    for (path, operations) in described["paths"].as_object().unwrap() {
        let address = shared().http(&example(path, version));
        let response = http_client()
            .request(Method::TRACE, address)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 405, "{path}");
        let allowed = response.headers()["allow"].to_str().unwrap();
        let mut allowed: Vec<String> = allowed
            .split(',')
            .filter(|method| *method != "HEAD")
            .map(str::to_lowercase)
            .collect();
        allowed.sort();
        let operations: Vec<&String> = operations.as_object().unwrap().keys().collect();
        assert!(
            allowed.iter().eq(operations.iter().copied()),
            "{path}: {allowed:?}"
        );
        let problem: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        assert_eq!(problem["type"], "urn:langdu:method-not-allowed", "{path}");
    }
}

#[tokio::test]
async fn the_description_is_of_this_version() {
    assert_eq!(
        description().await["info"]["version"],
        env!("CARGO_PKG_VERSION")
    );
}
