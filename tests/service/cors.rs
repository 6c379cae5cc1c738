//! Pages of other origins: those of the configuration may call, the others may not.

use std::sync::LazyLock;

use langdu::config::Origin;
use reqwest::{Method, Response};

use langdu_harness::{Service, http_client, shared};

const PORTAL: &str = "https://www.example.gov.cn";
const SECOND: &str = "http://127.0.0.1:8080";

static SERVICE: LazyLock<Service> = LazyLock::new(|| {
    Service::start(|config| {
        config.gateway.allowed_origins = [PORTAL, SECOND]
            .map(|origin| Origin::try_from(origin.to_owned()).unwrap())
            .to_vec();
    })
});

async fn ask(service: &Service, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = http_client().request(method, service.http(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn header(response: &Response, name: &str) -> String {
    let values = response.headers().get_all(name).iter();
    let values: Vec<&str> = values.map(|value| value.to_str().unwrap()).collect();
    values.join(", ").to_ascii_lowercase()
}

/// A reading's addresses: of itself, a clip, its timing, the whole file and its captions.
async fn addresses() -> Vec<String> {
    let path = format!("/v1/readings?url={}", SERVICE.page("/second.html"));
    let body = ask(&SERVICE, Method::GET, &path, &[]).await.bytes().await;
    let reading: serde_json::Value = serde_json::from_slice(&body.unwrap()).unwrap();
    let relative = [
        &reading["utterances"][0]["audio"]["mp3"],
        &reading["utterances"][0]["timing"],
        &reading["audio"]["mp3"],
        &reading["audio"]["vtt"],
    ]
    .map(|address| format!("/{}", address.as_str().unwrap()));
    let fixed = ["/read-aloud.js", "/v1/player.json", "/no/such/route"].map(str::to_owned);
    [vec![path], relative.to_vec(), fixed.to_vec()].concat()
}

#[tokio::test]
async fn an_allowed_origin_reads_every_answer() {
    for path in addresses().await {
        for origin in [PORTAL, SECOND] {
            let response = ask(&SERVICE, Method::GET, &path, &[("origin", origin)]).await;
            assert_eq!(
                header(&response, "access-control-allow-origin"),
                origin,
                "{path}"
            );
            assert!(header(&response, "vary").contains("origin"), "{path}");
            let exposed = header(&response, "access-control-expose-headers");
            for name in ["content-range", "etag", "accept-ranges", "retry-after"] {
                assert!(exposed.contains(name), "{path}: {exposed}");
            }
            assert_eq!(header(&response, "access-control-allow-credentials"), "");
        }
    }
}

#[tokio::test]
async fn a_foreign_origin_reads_nothing() {
    for path in addresses().await {
        for origin in [
            "https://elsewhere.example",
            "http://www.example.gov.cn",
            "https://www.example.gov.cn.elsewhere.example",
            "null",
        ] {
            let response = ask(&SERVICE, Method::GET, &path, &[("origin", origin)]).await;
            assert_eq!(
                header(&response, "access-control-allow-origin"),
                "",
                "{path} {origin}"
            );
        }
    }
}

#[tokio::test]
async fn a_preflight_allows_what_the_player_sends() {
    let preflight = [
        ("origin", PORTAL),
        ("access-control-request-method", "POST"),
        (
            "access-control-request-headers",
            "content-type,range,x-grpc-web",
        ),
    ];
    for path in [
        "/v1/readings",
        "/v1/audio/speech",
        "/langdu.v1.ReadAloud/ListVoices",
    ] {
        let response = ask(&SERVICE, Method::OPTIONS, path, &preflight).await;
        assert!(response.status().is_success(), "{path}");
        assert_eq!(header(&response, "access-control-allow-origin"), PORTAL);
        assert!(header(&response, "access-control-allow-methods").contains("post"));
        let headers = header(&response, "access-control-allow-headers");
        for name in ["content-type", "range", "x-grpc-web", "if-none-match"] {
            assert!(headers.contains(name), "{headers}");
        }
    }
}

#[tokio::test]
async fn a_preflight_from_elsewhere_allows_nothing() {
    let preflight = [
        ("origin", "https://elsewhere.example"),
        ("access-control-request-method", "POST"),
    ];
    let response = ask(&SERVICE, Method::OPTIONS, "/v1/readings", &preflight).await;
    assert_eq!(header(&response, "access-control-allow-origin"), "");
}

#[tokio::test]
async fn without_configured_origins_no_page_elsewhere_may_call() {
    for origin in [PORTAL, "null"] {
        let headers = [("origin", origin)];
        let response = ask(shared(), Method::GET, "/read-aloud.js", &headers).await;
        assert_eq!(header(&response, "access-control-allow-origin"), "");
    }
}
