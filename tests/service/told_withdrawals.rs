//! What a withdrawal did and could not do is told to who asked, listed, and undone by name.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use langdu_harness::portal::Portal;
use langdu_harness::{RUNTIME, Service, hear, request, url};
use langdu_proto::{
    AudioEncoding, ListWithdrawalsRequest, PublishRequest, WithdrawRequest, WithdrawResponse,
};
use serde_json::Value;
use tonic::Code;

const SENTENCES: [&str; 2] = [
    "图书馆自下周起每晚九点闭馆，周末不变。",
    "借出的图书请在月底以前归还到一楼服务台。",
];

async fn withdraw(service: &Service, page: &str) -> WithdrawResponse {
    let request = WithdrawRequest {
        url: page.to_owned(),
    };
    let mut operator = service.operator().await;
    operator.withdraw(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn a_withdrawal_is_listed_with_what_it_covers_and_undone_by_a_variant() {
    let portal = Portal::start();
    let page = portal.document("library.html", "关于图书馆开放时间的通知", &SENTENCES);
    let service = Service::start(|config| portal.allow(config));
    let asked = || request(url(&page), AudioEncoding::Mp3);
    let copy = format!("{page}?reader=3301-77");
    for page in [&page, &copy] {
        hear(&service, request(url(page), AudioEncoding::Mp3))
            .await
            .unwrap();
    }
    let gone = withdraw(&service, &page).await;
    assert!(
        gone.readings >= 1 && gone.clips >= 3 && gone.pending_clips == 0,
        "{gone:?}"
    );
    assert!(gone.addresses.contains(&page), "{gone:?}");
    assert_eq!(gone.addresses.len(), 2, "{gone:?}");
    assert!(!gone.addresses.concat().contains("3301"), "{gone:?}");
    let not_reached = gone.not_reached.join("\n");
    assert!(
        not_reached.contains("CDN") && not_reached.contains("browsers"),
        "{not_reached}"
    );
    withdraw(&service, &portal.url("never-read.html")).await;

    let mut operator = service.operator().await;
    let list = |page_size: i32, page_token: String| ListWithdrawalsRequest {
        page_size,
        page_token,
    };
    let first = operator
        .list_withdrawals(list(1, String::new()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first.withdrawals.len(), 1);
    let rest = operator
        .list_withdrawals(list(0, first.next_page_token))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (rest.withdrawals.len(), rest.next_page_token.as_str()),
        (1, "")
    );
    let mut all = [first.withdrawals, rest.withdrawals].concat();
    all.retain(|withdrawal| withdrawal.url == page);
    assert_eq!(all[0].withdrawn_by, "operator");
    assert_eq!(all[0].clips, gone.clips);
    assert!(
        all[0].withdrawn_at > 1_600_000_000 && all[0].addresses.len() == 2,
        "{all:?}"
    );
    for wrong in [
        list(-1, String::new()),
        list(1001, String::new()),
        list(0, "x".to_owned()),
    ] {
        let refused = operator.list_withdrawals(wrong).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{refused}");
    }

    assert!(hear(&service, asked()).await.is_err());
    let request = PublishRequest {
        url: format!("{page}?utm_source=mail"),
    };
    let ended = operator
        .publish(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(ended.urls, std::slice::from_ref(&page));
    assert!(hear(&service, asked()).await.is_ok());
    assert!(
        operator
            .publish(request)
            .await
            .unwrap()
            .into_inner()
            .urls
            .is_empty()
    );
    let listed = operator
        .list_withdrawals(list(0, String::new()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.withdrawals.len(), 1);

    let mut anybody = service.grpc().await;
    let refused = anybody
        .list_withdrawals(list(0, String::new()))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    let refused = anybody
        .publish(PublishRequest { url: page })
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
}

/// A hook that notes what it is told, and fails so many times first.
fn hook(failing: u32) -> (String, Arc<Mutex<Vec<Value>>>) {
    let told: Arc<Mutex<Vec<Value>>> = Arc::default();
    let (noted, left) = (told.clone(), Arc::new(Mutex::new(failing)));
    let router = Router::new().route(
        "/purge",
        post(move |body: Bytes| async move {
            let mut left = left.lock().unwrap();
            if *left > 0 {
                *left -= 1;
                return StatusCode::BAD_GATEWAY;
            }
            noted
                .lock()
                .unwrap()
                .push(serde_json::from_slice(&body).unwrap());
            StatusCode::NO_CONTENT
        }),
    );
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    RUNTIME.spawn(async move {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        axum::serve(listener, router).await
    });
    (format!("http://{address}/purge"), told)
}

#[tokio::test]
async fn a_cdn_is_told_what_to_forget() {
    let portal = Portal::start();
    let page = portal.document("library.html", "关于图书馆开放时间的通知", &SENTENCES);
    for (failing, reached) in [(1, true), (9, false)] {
        let (purge_url, told) = hook(failing);
        let service = Service::start(|config| {
            portal.allow(config);
            config.gateway.purge_url = Some(purge_url.parse().unwrap());
            let root = "https://www.example.gov.cn/langdu/".to_owned();
            config.gateway.public_url = Some(root.try_into().unwrap());
        });
        let reading = hear(&service, request(url(&page), AudioEncoding::Mp3))
            .await
            .unwrap();
        let reading = reading.header.unwrap();
        let gone = withdraw(&service, &page).await;
        let told = told.lock().unwrap().clone();
        assert_eq!(told.len(), usize::from(reached), "{told:?}");
        let failed = gone
            .not_reached
            .iter()
            .any(|what| what.contains("answered 502"));
        assert_eq!(failed, !reached, "{:?}", gone.not_reached);
        let Some(purge) = told.first() else {
            continue;
        };
        assert_eq!(purge["page"], page.as_str());
        let urls: Vec<&str> = purge["urls"]
            .as_array()
            .unwrap()
            .iter()
            .map(|u| u.as_str().unwrap())
            .collect();
        let root = "https://www.example.gov.cn/langdu/v1";
        let whole = format!("{root}/audio/{}.mp3", reading.id);
        assert!(urls.contains(&whole.as_str()), "{urls:?}");
        for utterance in &reading.utterances {
            let clip = format!("{root}/clips/{}.mp3", utterance.clip_id);
            assert!(urls.contains(&clip.as_str()), "{clip}: {urls:?}");
        }
    }
}
