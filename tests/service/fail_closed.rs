//! What nobody has decided is decided for safety: who is an operator, who has a quota, what may be
//! shared.

use std::os::unix::fs::PermissionsExt;

use langdu_harness::{
    Operator, Service, http_client, operators_token, request, shared, url, whole,
};
use langdu_proto::{AudioEncoding, WithdrawRequest};
use serde_json::{Value, json};
use tonic::Code;

fn withdraw(service: &Service) -> WithdrawRequest {
    let url = service.page("/withdrawn-by-nobody.html");
    WithdrawRequest { url }
}

#[tokio::test]
async fn who_calls_from_this_machine_is_no_operator_without_the_token_of_the_first_start() {
    let service = Service::start(|_| {});
    let mut client = service.grpc().await;
    let refused = client.withdraw(withdraw(&service)).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated, "{refused}");
    assert!(refused.message().contains("first start"), "{refused}");
    let mut guessing = Operator::new(service.addresses.grpc.port(), "langdu_guessed");
    let refused = guessing.withdraw(withdraw(&service)).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated, "{refused}");

    let mut operator = service.operator().await;
    operator.withdraw(withdraw(&service)).await.unwrap();
    let file = service.clips.join("ledger/operator.token");
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "nobody else may read it");
    let hook = |token: String| {
        let page = service.page("/withdrawn-by-nobody.html");
        http_client()
            .post(service.http("/v1/withdraw"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(json!({ "url": page }).to_string())
            .send()
    };
    assert_eq!(
        hook(operators_token(&service.clips))
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(hook("guessed".to_owned()).await.unwrap().status(), 401);
}

#[tokio::test]
async fn where_a_token_makes_operators_none_is_written() {
    let service = Service::start(|config| {
        let token = "[[tokens]]\nname = \"cms\"\noperator = true\n\
            sha256 = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"\n";
        config.security = toml::from_str(token).unwrap();
    });
    let mut operator = Operator::new(service.addresses.grpc.port(), "test");
    operator.withdraw(withdraw(&service)).await.unwrap();
    assert!(!service.clips.join("ledger/operator.token").exists());
}

#[tokio::test]
async fn a_header_that_names_no_address_is_no_way_round_the_quota() {
    let forms: [&[u8]; 6] = [
        b"unknown",
        b"",
        b"203.0.113.7:port",
        b"[2001:db8::7",
        b"_x",
        b"\xff",
    ];
    for form in forms {
        let service = Service::start(|config| config.security.anonymous.readings_per_minute = 2);
        let mut statuses = Vec::new();
        for _ in 0..3 {
            let page = service.page("/second.html");
            let asked = http_client()
                .get(service.http(&format!("/v1/readings?url={page}")))
                .header(
                    "x-forwarded-for",
                    reqwest::header::HeaderValue::from_bytes(form).unwrap(),
                );
            statuses.push(asked.send().await.unwrap().status().as_u16());
        }
        assert_eq!(statuses, [200, 200, 429], "{form:?}");
    }
}

#[tokio::test]
async fn a_forged_host_poisons_no_cache() {
    let kept = async |service: &Service, path: &str| {
        let asked = http_client()
            .get(service.http(path))
            .header("host", "evil.example");
        let answer = whole(asked).await;
        assert_eq!(answer.status(), 200, "{path}");
        let kept = answer.headers()["cache-control"]
            .to_str()
            .unwrap()
            .to_owned();
        (kept, answer.text().await.unwrap())
    };
    let service = shared();
    let open = Service::start(|config| {
        let url = "https://www.example.gov.cn/langdu/".to_owned();
        config.gateway.public_url = Some(url.try_into().unwrap());
    });
    for (path, is_text) in [
        (
            format!("/v1/qr.svg?url={}", service.page("/second.html")),
            false,
        ),
        (
            format!("/v1/feed.xml?list={}&limit=2", service.page("/column.html")),
            true,
        ),
        (
            format!("/v1/feed.m3u?list={}&limit=2", service.page("/column.html")),
            true,
        ),
    ] {
        let (cached, _) = kept(service, &path).await;
        assert!(cached.starts_with("private"), "{path}: {cached}");
        let path = path.replace(&service.web.to_string(), &open.web.to_string());
        let (cached, text) = kept(&open, &path).await;
        assert!(cached.starts_with("public"), "{path}: {cached}");
        assert!(!text.contains("evil.example"), "{path}");
        assert!(
            !is_text || text.contains("https://www.example.gov.cn/langdu/"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_address_of_the_inner_network_is_told_to_nobody() {
    let refused = Service::start(|config| {
        config.fetch.private_hosts.clear();
        config.fetch.allowed_hosts.push("localhost".to_owned());
    });
    let page = refused
        .page("/second.html")
        .replace("127.0.0.1", "localhost");
    let asked = refused.http(&format!("/v1/readings?url={page}"));
    let answer = http_client().get(asked).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    let problem: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("not public"), "{detail}");
    assert!(
        !detail.contains("127.0.0.1") && !detail.contains("::1"),
        "{detail}"
    );
}

#[tokio::test]
async fn a_tag_made_weak_is_known_and_a_range_is_for_get_alone() {
    let service = shared();
    let page = service.page("/second.html");
    let asked = http_client().get(service.http(&format!("/v1/readings?url={page}")));
    let reading: Value =
        serde_json::from_slice(&asked.send().await.unwrap().bytes().await.unwrap()).unwrap();
    let clip = service.http(&format!(
        "/{}",
        reading["utterances"][0]["audio"]["mp3"].as_str().unwrap()
    ));
    let client = http_client();
    let whole = client.get(&clip).send().await.unwrap();
    let tag = whole.headers()["etag"].to_str().unwrap().to_owned();
    let length = whole.headers()["content-length"].clone();
    let weak = client
        .get(&clip)
        .header("if-none-match", format!("W/{tag}"));
    assert_eq!(weak.send().await.unwrap().status(), 304);
    let head = client
        .head(&clip)
        .header("range", "bytes=0-9")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (head.status().as_u16(), &head.headers()["content-length"]),
        (200, &length)
    );
}

#[tokio::test]
async fn a_page_that_the_portal_does_not_have_is_not_found() {
    let service = shared();
    let page = service.page("/no-such-page.html");
    let asked = http_client().get(service.http(&format!("/v1/readings?url={page}")));
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), 404);
    let problem: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(problem["type"], "urn:langdu:page-not-found", "{problem}");
    let request = request(url(&page), AudioEncoding::Mp3);
    let refused = service.grpc().await.synthesize_stream(request).await;
    assert_eq!(refused.unwrap_err().code(), Code::NotFound);
}
