//! Every refusal, and that who may is let in.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use langdu::config::{Config, Grant, Origin, OriginConfig, TokenConfig, TokenHash};
use langdu::server::access::Signer;
use langdu_proto::{
    self as proto, AudioEncoding, ListVoicesRequest, PrepareRequest, SynthesizeRequest,
    VoiceSelectionParams, WithdrawRequest,
};
use prost::Message;
use serde_json::{Value, json};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;
use url::form_urlencoded;

use langdu_harness::portal::Portal;
use langdu_harness::{Service, eventually_async, http_client, reason, request, text, url, whole};

pub(crate) fn with_token<T>(message: T, token: &str) -> Request<T> {
    let mut request = Request::new(message);
    let value = format!("Bearer {token}").parse().unwrap();
    request.metadata_mut().insert("authorization", value);
    request
}

pub(crate) fn token(name: &str, operator: bool, may: Grant) -> TokenConfig {
    TokenConfig {
        name: name.to_owned(),
        sha256: TokenHash::of(name),
        operator,
        editor: false,
        may,
    }
}

/// A service whose callers are an operator, a reader of one voice and one host, and nobody else.
fn guarded() -> Service {
    guarded_with(|_| {})
}

fn guarded_with(configure: impl FnOnce(&mut Config) + Send) -> Service {
    Service::start(|config| {
        configure(config);
        let narrow = Grant {
            voices: vec!["zm_yunjian".to_owned()],
            hosts: vec!["127.0.0.1".to_owned()],
            private_sources: false,
            ..Grant::everything()
        };
        config.fetch.allowed_hosts.push("*.gov.cn".to_owned());
        config.security.tokens = vec![
            token("operator", true, Grant::everything()),
            token("reader", false, narrow),
        ];
    })
}

async fn stream(service: &Service, asked: Request<SynthesizeRequest>) -> Result<String, Status> {
    use langdu_proto::synthesize_stream_response::Response as Part;
    let stream = service.grpc().await.synthesize_stream(asked).await?;
    let first = stream.into_inner().message().await?.unwrap();
    match first.response {
        Some(Part::Header(reading)) => Ok(reading.voice),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_caller_without_a_token_that_is_known_is_unauthenticated() {
    let service = guarded();
    let mut client = service.grpc().await;
    let voices = ListVoicesRequest::default;
    for asked in [
        Request::new(voices()),
        with_token(voices(), "guessed"),
        with_token(voices(), ""),
    ] {
        let status = client.list_voices(asked).await.unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated, "{status}");
    }
    let asked = request(text("您好。"), AudioEncoding::Mp3);
    let status = client.synthesize(asked.clone()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    let status = client.prepare(PrepareRequest::default()).await.err();
    assert_eq!(status.unwrap().code(), Code::Unauthenticated);
    assert!(
        client
            .list_voices(with_token(voices(), "reader"))
            .await
            .is_ok()
    );
    assert!(
        client
            .synthesize(with_token(asked, "operator"))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_caller_has_its_voices_and_hosts_and_no_others() {
    let service = guarded();
    let page = || request(url(&service.page("/second.html")), AudioEncoding::Mp3);
    let spoken = stream(&service, with_token(page(), "reader"))
        .await
        .unwrap();
    assert_eq!(spoken, "zm_yunjian", "its own voice where none is named");
    let listed = service
        .grpc()
        .await
        .list_voices(with_token(ListVoicesRequest::default(), "reader"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.voices.len(), 1);

    let other_voice = SynthesizeRequest {
        voice: Some(VoiceSelectionParams {
            name: "zf_xiaoyi".to_owned(),
            ..VoiceSelectionParams::default()
        }),
        ..page()
    };
    let other_host = request(url("https://www.example.gov.cn/"), AudioEncoding::Mp3);
    let own_text = request(text("自己的文字。"), AudioEncoding::Mp3);
    for (asked, why) in [
        (other_voice, "VOICE_NOT_PERMITTED"),
        (other_host, "NOT_PERMITTED"),
        (own_text, "NOT_PERMITTED"),
    ] {
        let status = stream(&service, with_token(asked, "reader")).await;
        let status = status.unwrap_err();
        assert_eq!(status.code(), Code::PermissionDenied, "{status}");
        assert_eq!(reason(&status), why);
    }
}

/// Of a caller, the host of what a page leads to is asked as the page's own is.
#[tokio::test]
async fn an_attachment_on_a_host_that_is_not_the_callers_is_refused() {
    let portal = Portal::start();
    let service = guarded_with(|config| {
        portal.allow(config);
        config.fetch.allowed_hosts.push("localhost".to_owned());
        config.fetch.private_hosts.push("localhost".to_owned());
    });
    let far = service
        .page("/notice.pdf")
        .replace("127.0.0.1", "localhost");
    let attached = format!("附件：<a href=\"{far}\">助餐服务工作通知.pdf</a>");
    let told = "现将有关文件予以公布，点击查看：";
    let stub = portal.document("stub.html", "关于印发通知的公告", &[told, &attached]);
    let source = |follow_attachments| {
        Some(proto::Source {
            source: Some(proto::source::Source::Url(stub.clone())),
            follow_attachments,
        })
    };
    let extract = |token, follow_attachments| {
        let source = source(follow_attachments);
        let asked = with_token(proto::ExtractRequest { source }, token);
        async { service.grpc().await.extract(asked).await }
    };
    let speak = |follow_attachments| {
        let source = source(follow_attachments);
        let asked = with_token(request(source, AudioEncoding::Mp3), "reader");
        stream(&service, asked)
    };
    assert!(
        extract("reader", false).await.is_ok(),
        "the page is its own"
    );
    let read = extract("operator", true).await;
    assert!(read.is_ok(), "it can be read: {read:?}");
    assert!(speak(false).await.is_ok());
    let refused = [extract("reader", true).await.err(), speak(true).await.err()];
    for status in refused {
        let status = status.expect("the attachment is not the caller's");
        assert_eq!(status.code(), Code::PermissionDenied, "{status}");
        assert_eq!(reason(&status), "NOT_PERMITTED");
    }
}

#[tokio::test]
async fn what_would_be_read_is_told_to_those_only_who_may_have_it_read() {
    let service = guarded();
    let mut client = service.grpc().await;
    let explain = |source| proto::ExplainRequest {
        source,
        ..proto::ExplainRequest::default()
    };
    let own = || url(&service.page("/second.html"));
    for source in [text("自己的文字。"), url("https://www.example.gov.cn/")] {
        let asked = with_token(explain(source.clone()), "reader");
        let status = client.explain(asked).await.unwrap_err();
        assert_eq!(status.code(), Code::PermissionDenied, "{status}");
        assert_eq!(reason(&status), "NOT_PERMITTED");
        let asked = with_token(proto::ExtractRequest { source }, "reader");
        let status = client.extract(asked).await.unwrap_err();
        assert_eq!(status.code(), Code::PermissionDenied, "{status}");
    }
    let status = client.explain(explain(own())).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated, "{status}");
    let told = client.explain(with_token(explain(own()), "reader")).await;
    assert!(!told.unwrap().into_inner().utterances.is_empty());
}

/// A call over gRPC-Web: the status of the answer, and that of the call in its headers or behind
/// its messages.
async fn web_call(
    service: &Service,
    call: &str,
    token: Option<&str>,
    message: &impl Message,
) -> (u16, Option<Code>) {
    let message = message.encode_to_vec();
    let length = u32::try_from(message.len()).unwrap();
    let frame = [&[0], &length.to_be_bytes()[..], &message].concat();
    let mut asked = http_client()
        .post(service.http(&format!("/langdu.v1.ReadAloud/{call}")))
        .header("content-type", "application/grpc-web+proto")
        .body(frame);
    if let Some(token) = token {
        asked = asked.header("authorization", format!("Bearer {token}"));
    }
    let answer = asked.send().await.unwrap();
    let status = answer.status().as_u16();
    let header = answer.headers().get("grpc-status").cloned();
    let body = answer.bytes().await.unwrap();
    let behind = String::from_utf8_lossy(&body).into_owned();
    let behind = behind.rsplit_once("grpc-status:").map(|(_, code)| code);
    let code = match (&header, behind) {
        (Some(code), _) => code.to_str().ok(),
        (None, behind) => behind.and_then(|code| code.lines().next()),
    };
    let code = code.and_then(|code| code.trim().parse::<i32>().ok());
    (status, code.map(Code::from_i32))
}

#[tokio::test]
async fn a_browsers_grpc_calls_have_what_its_grant_gives_and_no_more() {
    let service = guarded_with(|config| {
        config.security.anonymous.private_sources = false;
        config.security.anonymous.hosts = vec!["127.0.0.1".to_owned()];
        config.security.anonymous.voices = vec!["zf_xiaoyi".to_owned()];
    });
    let own = || url(&service.page("/second.html"));
    let foreign = || url("https://www.example.gov.cn/");
    let extract = |source| proto::ExtractRequest { source };
    let explain = |source| proto::ExplainRequest {
        source,
        ..proto::ExplainRequest::default()
    };
    let speak = |source| request(source, AudioEncoding::Mp3);
    let other_voice = SynthesizeRequest {
        voice: Some(VoiceSelectionParams {
            name: "zm_yunjian".to_owned(),
            ..VoiceSelectionParams::default()
        }),
        ..speak(own())
    };
    let denied = (200, Some(Code::PermissionDenied));
    let words = || text("自己的文字。");
    for source in [words(), foreign()] {
        let call = web_call(&service, "Extract", None, &extract(source.clone())).await;
        assert_eq!(call, denied);
        let call = web_call(&service, "Explain", None, &explain(source.clone())).await;
        assert_eq!(call, denied);
        for call in ["Synthesize", "SynthesizeStream"] {
            let outcome = web_call(&service, call, None, &speak(source.clone())).await;
            assert_eq!(outcome, denied, "{call}");
        }
    }
    assert_eq!(
        web_call(&service, "Synthesize", None, &other_voice).await,
        denied
    );
    let guessed = web_call(&service, "Extract", Some("guessed"), &extract(own())).await;
    assert_eq!(
        guessed.0, 401,
        "a token that is not known is no anonymous caller"
    );
    let served = (200, Some(Code::Ok));
    assert_eq!(
        web_call(&service, "Extract", None, &extract(own())).await,
        served
    );
    let operator = Some("operator");
    assert_eq!(
        web_call(&service, "Extract", operator, &extract(words())).await,
        served
    );
}

#[tokio::test]
async fn a_token_has_its_own_quota_of_readings() {
    let twice = Grant {
        readings_per_minute: 2,
        ..Grant::everything()
    };
    let service = Service::start(|config| {
        let others = token("other", false, Grant::everything());
        config.security.tokens = vec![token("reader", false, twice), others];
    });
    let mut client = service.grpc().await;
    let source = || url(&service.page("/second.html"));
    let ask = |token| with_token(proto::ExtractRequest { source: source() }, token);
    for _ in 0..2 {
        assert!(client.extract(ask("reader")).await.is_ok());
    }
    let status = client.extract(ask("reader")).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    assert_eq!(reason(&status), "QUOTA_EXCEEDED");
    let wait = status.get_details_retry_info().unwrap().retry_delay;
    assert!(wait.is_some_and(|wait| wait <= Duration::from_secs(60)));
    // The quota is the token's, by whatever listener it comes.
    let page = json!({ "url": service.page("/second.html") });
    let (refused, problem) = post(&service, "/v1/readings", Some("reader"), page.clone()).await;
    assert_eq!(refused, 429, "{problem}");
    assert_eq!(problem["type"], "urn:langdu:quota-exceeded");
    assert!(client.extract(ask("other")).await.is_ok());
    assert_eq!(post(&service, "/v1/readings", None, page).await.0, 200);
}

#[tokio::test]
async fn a_token_has_its_own_bound_of_documents_being_made() {
    let one = Grant {
        listeners: 1,
        ..Grant::everything()
    };
    let service = Service::start(|config| {
        let others = token("other", false, Grant::everything());
        config.security.tokens = vec![token("reader", false, one), others];
    });
    let long = |about: &str| {
        let sentences = (1..200).map(|number| format!("关于{about}的第{number}条说明。"));
        request(text(&sentences.collect::<String>()), AudioEncoding::Mp3)
    };
    let mut client = service.grpc().await;
    let listening = client
        .synthesize_stream(with_token(long("助餐"), "reader"))
        .await
        .unwrap();
    let status = stream(&service, with_token(long("停水"), "reader")).await;
    let status = status.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    assert_eq!(reason(&status), "QUOTA_EXCEEDED");
    assert!(
        stream(&service, with_token(long("停水"), "other"))
            .await
            .is_ok()
    );
    drop(listening);
    let again = async || {
        let asked = with_token(long("停电"), "reader");
        stream(&service, asked).await.is_ok()
    };
    assert!(
        eventually_async(again).await,
        "the token may have another when it has left the first"
    );
}

#[tokio::test]
async fn only_operators_prepare_and_withdraw() {
    let service = guarded();
    let mut client = service.grpc().await;
    let page = service.page("/second.html");
    let withdraw = || WithdrawRequest { url: page.clone() };
    let status = client.withdraw(with_token(withdraw(), "reader")).await;
    let status = status.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    assert_eq!(reason(&status), "OPERATOR_ONLY");
    let prepare = with_token(PrepareRequest::default(), "reader");
    let status = client.prepare(prepare).await.err().unwrap();
    assert_eq!(status.code(), Code::PermissionDenied);
    let gone = client.withdraw(with_token(withdraw(), "operator")).await;
    assert!(gone.is_ok());
}

async fn post(service: &Service, path: &str, token: Option<&str>, body: Value) -> (u16, Value) {
    let mut asked = http_client()
        .post(service.http(path))
        .header("content-type", "application/json")
        .body(body.to_string());
    if let Some(token) = token {
        asked = asked.header("authorization", format!("Bearer {token}"));
    }
    let answer = asked.send().await.unwrap();
    let status = answer.status().as_u16();
    if status == 401 {
        assert_eq!(answer.headers()["www-authenticate"], "Bearer");
    }
    let body = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    (status, body)
}

#[tokio::test]
async fn the_hooks_need_an_operators_token() {
    let service = guarded();
    let page = json!({ "url": service.page("/second.html") });
    let pages = json!({ "urls": [service.page("/second.html")] });
    for (path, body) in [("/v1/withdraw", &page), ("/v1/prepare", &pages)] {
        for (token, status) in [(None, 401), (Some("guessed"), 401), (Some("reader"), 403)] {
            let (got, problem) = post(&service, path, token, body.clone()).await;
            assert_eq!(got, status, "{path} {token:?}: {problem}");
        }
    }
    let (status, begun) = post(&service, "/v1/prepare", Some("operator"), pages).await;
    assert_eq!(status, 202, "{begun}");
    let watch = format!("/{}", begun["watch"].as_str().unwrap());
    let ask = async |token: Option<&str>| {
        let mut asked = http_client().get(service.http(&watch));
        if let Some(token) = token {
            asked = asked.header("authorization", format!("Bearer {token}"));
        }
        asked.send().await.unwrap()
    };
    assert_eq!(ask(None).await.status(), 401);
    loop {
        let answer = ask(Some("operator")).await;
        assert_eq!(answer.status(), 200);
        let progress: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        if progress["finished"] == true {
            assert_eq!(progress["failures"], json!([]));
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (status, gone) = post(&service, "/v1/withdraw", Some("operator"), page).await;
    assert_eq!((status, &gone["readings"]), (200, &json!(1)));
}

#[tokio::test]
async fn without_tokens_the_hooks_are_closed_to_everybody() {
    let service = Service::start(|_| {});
    let page = json!({ "url": service.page("/second.html") });
    let (status, _) = post(&service, "/v1/withdraw", None, page.clone()).await;
    assert_eq!(status, 401);
    let (status, _) = post(&service, "/v1/withdraw", Some("any"), page).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn anonymous_callers_have_what_the_configuration_gives_them() {
    let service = Service::start(|config| {
        config.security.anonymous.private_sources = false;
        config.security.anonymous.hosts = vec!["www.example.gov.cn".to_owned()];
        let portal = Origin::try_from("https://portal.example.gov.cn".to_owned()).unwrap();
        config.security.origins = vec![OriginConfig {
            origin: portal,
            may: Grant::everything(),
        }];
    });
    let ask = async |body: Value, origin: &str| {
        let answer = http_client()
            .post(service.http("/v1/readings"))
            .header("content-type", "application/json")
            .header("origin", origin)
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        answer.status().as_u16()
    };
    let page = json!({ "url": service.page("/second.html") });
    let words = json!({ "text": "您好。" });
    let (elsewhere, portal) = ("https://other.gov.cn", "https://portal.example.gov.cn");
    assert_eq!(ask(page.clone(), elsewhere).await, 403);
    assert_eq!(ask(words.clone(), elsewhere).await, 403);
    assert_eq!(ask(page, portal).await, 200);
    assert_eq!(ask(words, portal).await, 200);
    let closed = Service::start(|config| config.security.anonymous.read = false);
    let page = closed.page("/second.html");
    for path in [
        "/v1/readings?url=",
        "/listen?url=",
        "/v1/feed.xml?list=",
        "/v1/qr.svg?url=",
    ] {
        let address = closed.http(&format!("{path}{page}"));
        let answer = http_client().get(address).send().await.unwrap();
        assert_eq!(answer.status(), 403, "{path}");
    }
}

/// A service whose anonymous callers may have pages of 127.0.0.1 read; a token may have those of
/// localhost too, which is the same portal by another name.
fn of_two_hosts(portal: &Portal) -> Service {
    Service::start(|config| {
        portal.allow(config);
        config.fetch.allowed_hosts.push("localhost".to_owned());
        config.fetch.private_hosts.push("localhost".to_owned());
        config.security.anonymous.hosts = vec!["127.0.0.1".to_owned()];
        config.security.tokens = vec![token("reader", false, Grant::everything())];
    })
}

/// The address by the portal's other name.
fn far(address: &str) -> String {
    address.replace("127.0.0.1", "localhost")
}

async fn get(service: &Service, path: &str, token: Option<&str>) -> (u16, String) {
    told(asked(service, path, token).send().await.unwrap()).await
}

/// A feed once all of it is known.
async fn whole_feed(service: &Service, path: &str, token: Option<&str>) -> (u16, String) {
    told(whole(asked(service, path, token)).await).await
}

fn asked(service: &Service, path: &str, token: Option<&str>) -> reqwest::RequestBuilder {
    let asked = http_client().get(service.http(path));
    match token {
        Some(token) => asked.header("authorization", format!("Bearer {token}")),
        None => asked,
    }
}

async fn told(answer: reqwest::Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body = answer.bytes().await.unwrap();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn a_feed_holds_documents_of_the_callers_hosts_only() {
    let portal = Portal::start();
    let sentences = ["八十周岁以上的老年人，每人每月发放一百元。"];
    let near = portal.document("near.html", "关于发放高龄津贴有关事项的通知", &sentences);
    let other = portal.document("far.html", "关于老年食堂有关事项的通知", &sentences);
    let other = far(&other);
    let column = |links: &[&str]| {
        let items: String = links
            .iter()
            .enumerate()
            .map(|(index, link)| {
                format!("<li><a href=\"{link}\">关于第{index}份文件有关事项的通知</a></li>")
            })
            .collect();
        format!(
            "<!doctype html><html><head><meta charset=\"utf-8\"><title>政策文件</title></head>\
             <body><h1>政策文件</h1><ul>{items}</ul></body></html>"
        )
    };
    portal.put("both.html", &column(&[&other, &near, "/missing.html"]));
    let third = far(&portal.url("third.html"));
    portal.put("theirs.html", &column(&[&other, &far(&near), &third]));
    let service = of_two_hosts(&portal);
    for kind in ["xml", "m3u"] {
        let both = format!("/v1/feed.{kind}?list={}", portal.url("both.html"));
        let named = |feed: &str| {
            let audio = |page: &str| {
                let page: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
                feed.contains(&page)
            };
            [audio(&near), audio(&other)]
        };
        // The one who may have everything comes first: what it was told is not told to others.
        let (status, feed) = whole_feed(&service, &both, Some("reader")).await;
        assert_eq!((status, named(&feed)), (200, [true, true]), "{feed}");
        let (status, feed) = whole_feed(&service, &both, None).await;
        assert_eq!((status, named(&feed)), (200, [true, false]), "{feed}");
        let theirs = format!("/v1/feed.{kind}?list={}", portal.url("theirs.html"));
        assert_eq!(get(&service, &theirs, None).await.0, 403);
    }
}

#[tokio::test]
async fn a_document_that_another_had_read_is_refused_as_one_that_nobody_had() {
    let portal = Portal::start();
    let sentences = ["津贴每月十日前发放到社保卡。"];
    let near = portal.document("near.html", "关于发放高龄津贴有关事项的通知", &sentences);
    let other = portal.document("far.html", "关于老年食堂有关事项的通知", &sentences);
    let service = of_two_hosts(&portal);
    let audio = async |page: &str| {
        let path = format!("/v1/readings?url={page}");
        let (status, reading) = get(&service, &path, Some("reader")).await;
        assert_eq!(status, 200, "{reading}");
        let reading: Value = serde_json::from_str(&reading).unwrap();
        let address = reading["audio"]["mp3"].as_str().unwrap().to_owned();
        (
            format!("/{address}"),
            format!("/v1/audio/{}", reading["id"].as_str().unwrap()),
        )
    };
    let (near, near_by_id) = audio(&near).await;
    let (other, other_by_id) = audio(&far(&other)).await;
    for (paths, token, status) in [
        ([near, format!("{near_by_id}.mp3")], None, 200),
        ([other.clone(), format!("{other_by_id}.vtt")], None, 403),
        ([other, format!("{other_by_id}.mp3")], Some("reader"), 200),
    ] {
        for path in paths {
            let (got, _) = get(&service, &path, token).await;
            assert_eq!(got, status, "{path} {token:?}");
        }
    }
}

fn in_an_hour() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs() + 3600
}

#[tokio::test]
async fn where_addresses_are_signed_others_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    std::fs::write(&key, "0123456789abcdef0123456789abcdef").unwrap();
    let file = key.clone();
    let service = Service::start(move |config| config.security.signing_key = Some(file));
    let page = service.page("/second.html");
    let signer = Signer::open(&key).unwrap();
    let query = |expires: u64, signature: &str| {
        format!("?url={page}&expires={expires}&signature={signature}")
    };
    let ask = async |path: String| {
        let answer = http_client().get(service.http(&path)).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap())
    };
    let soon = in_an_hour();
    let right = query(soon, &signer.sign(&page, soon));
    let wrong = query(soon, &signer.sign("http://127.0.0.1/other", soon));
    let past = soon - 7200;
    let expired = query(past, &signer.sign(&page, past));
    for path in ["/v1/readings", "/listen", "/v1/qr.svg"] {
        assert_eq!(ask(format!("{path}{right}")).await.0, 200, "{path}");
        for query in [&wrong, &expired, &format!("?url={page}")] {
            let (status, _) = ask(format!("{path}{query}")).await;
            assert_eq!(status, 403, "{path}{query}");
        }
    }
    let column = service.page("/column.html");
    let vouched = format!("&expires={soon}&signature={}", signer.sign(&column, soon));
    let ended = format!("&expires={past}&signature={}", signer.sign(&column, past));
    let of_another = right.split_once('&').unwrap().1;
    for kind in ["xml", "m3u"] {
        let feed = format!("/v1/feed.{kind}?list={column}");
        let (status, body) = ask(format!("{feed}{vouched}")).await;
        assert_eq!(status, 200, "{kind}");
        let body = String::from_utf8_lossy(&body);
        assert!(body.contains("signature="), "its audio is signed: {body}");
        for query in ["", &ended, &format!("&{of_another}")] {
            let (status, _) = ask(format!("{feed}{query}")).await;
            assert_eq!(status, 403, "{feed}{query}");
        }
    }
    let (_, body) = ask(format!("/v1/readings{right}")).await;
    let reading: Value = serde_json::from_slice(&body).unwrap();
    let audio = reading["audio"]["mp3"].as_str().unwrap().to_owned();
    // Nor is it given without one to whoever knows what it is called, while it is remembered.
    assert_eq!(ask(format!("/{audio}")).await.0, 200);
    let id = reading["id"].as_str().unwrap();
    for query in [&wrong, &expired, &format!("?url={page}"), ""] {
        for kind in ["mp3", "vtt"] {
            let (status, _) = ask(format!("/v1/audio/{id}.{kind}{query}")).await;
            assert_eq!(status, 403, "{query}");
        }
    }
    // It is still good when the reading is forgotten: the gateway has signed it.
    let fresh = Service::start({
        let key = key.clone();
        let port = service.web.port();
        move |config| {
            config.security.signing_key = Some(key);
            config.fetch.ports.push(port);
        }
    });
    let ask_fresh = async |path: &str| {
        let answer = http_client().get(fresh.http(path)).send().await.unwrap();
        answer.status().as_u16()
    };
    assert_eq!(ask_fresh(&format!("/{audio}")).await, 200);
    let unsigned = audio.split("&expires").next().unwrap();
    let other = unsigned.replace(&reading["id"].as_str().unwrap()[..8], "00000000");
    assert_eq!(ask_fresh(&format!("/{other}")).await, 403);
    let (status, problem) = post(&service, "/v1/readings", None, json!({ "text": "您好。" })).await;
    assert_eq!(status, 403, "{problem}");
    let (status, problem) = post(
        &service,
        "/v1/audio/speech",
        None,
        json!({ "input": "您好。" }),
    )
    .await;
    assert_eq!(status, 403, "{problem}");
}

#[tokio::test]
async fn answers_tell_browsers_to_be_careful() {
    let service = langdu_harness::shared();
    let page = service.page("/second.html");
    for (path, policy) in [
        (format!("/v1/readings?url={page}"), "frame-ancestors 'none'"),
        (format!("/listen?url={page}"), "frame-ancestors 'self'"),
        ("/read-aloud.js".to_owned(), "default-src 'none'"),
    ] {
        let answer = http_client().get(service.http(&path)).send().await.unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(
            header("cross-origin-resource-policy"),
            "same-site",
            "{path}"
        );
        assert!(header("content-security-policy").contains(policy), "{path}");
    }
}

#[tokio::test]
async fn the_default_listeners_are_this_machines_own() {
    let listen = Config::default().listen;
    for address in [listen.grpc, listen.http, listen.admin] {
        assert!(address.ip().is_loopback(), "{address}");
    }
}
