//! A page that did not change is asked for, not sent and not read again; one that did is.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;

use langdu_harness::{Service, http_client};
use langdu_proto::WithdrawRequest;

/// A portal with a document on two pages, which it can change or take down.
#[derive(Default)]
struct Portal {
    /// The second page's text; none is a page that is gone.
    second: Option<&'static str>,
    /// Whether its pages have an `ETag`.
    validators: bool,
    /// How long it thinks before it answers.
    thinks: Duration,
    /// What was answered: the page's name and the status.
    answers: Vec<(String, u16)>,
}

type Shared = Arc<Mutex<Portal>>;

async fn page(
    State(portal): State<Shared>,
    Path(name): Path<String>,
    asked: HeaderMap,
) -> Response {
    let thinks = portal.lock().unwrap().thinks;
    tokio::time::sleep(thinks).await;
    let mut portal = portal.lock().unwrap();
    let answer = answer(&portal, &name, &asked);
    portal.answers.push((name, answer.status().as_u16()));
    answer
}

fn answer(portal: &Portal, name: &str, asked: &HeaderMap) -> Response {
    let (text, link) = match (name, portal.second) {
        ("t1.html", _) => (
            "第一部分，总体要求，坚持公平可及。",
            "<a href='t1_2.html'>下一页</a>",
        ),
        ("t1_2.html", Some(text)) => (text, "<a href='t1.html'>上一页</a>"),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let body = format!(
        "<html><head><meta charset=utf-8><title>养老服务规划</title></head><body>\
         <h1>养老服务规划</h1><div><p>{text}</p></div><div>{link}</div></body></html>"
    );
    let etag = format!(
        "\"{:x}\"",
        body.len() * 31 + usize::from(body.contains("新"))
    );
    if !portal.validators {
        return ([(header::CONTENT_TYPE, "text/html")], body).into_response();
    }
    if asked
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tag| tag == etag.as_str())
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    (
        [
            (header::CONTENT_TYPE, "text/html".to_owned()),
            (header::ETAG, etag),
        ],
        body,
    )
        .into_response()
}

async fn start(portal: &Shared) -> u16 {
    let router = Router::new()
        .route("/a/{name}", get(page))
        .with_state(Arc::clone(portal));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

#[derive(Debug)]
struct Reading {
    id: String,
    text: String,
}

/// The address of the document's reading.
fn reading_address(service: &Service, port: u16) -> url::Url {
    let mut address = url::Url::parse(&service.http("/v1/readings")).unwrap();
    let page = format!("http://127.0.0.1:{port}/a/t1.html");
    address.query_pairs_mut().append_pair("url", &page);
    address
}

/// The reading of the document, or the status that says why there is none.
async fn read(service: &Service, port: u16) -> Result<Reading, u16> {
    let address = reading_address(service, port);
    let answer = http_client().get(address).send().await.unwrap();
    if !answer.status().is_success() {
        return Err(answer.status().as_u16());
    }
    let body = answer.bytes().await.unwrap();
    let value: Value = serde_json::from_slice(&body).unwrap();
    let blocks = value["blocks"].as_array().unwrap();
    Ok(Reading {
        id: value["id"].as_str().unwrap().to_owned(),
        text: blocks
            .iter()
            .map(|block| block["text"].as_str().unwrap())
            .collect(),
    })
}

fn answers(portal: &Shared) -> Vec<(String, u16)> {
    std::mem::take(&mut portal.lock().unwrap().answers)
}

fn pages(statuses: [u16; 2]) -> Vec<(String, u16)> {
    ["t1.html", "t1_2.html"]
        .map(str::to_owned)
        .into_iter()
        .zip(statuses)
        .collect()
}

/// A portal whose pages have an `ETag` or not, and a service that may read it.
async fn with_portal(validators: bool) -> (Shared, u16, Service) {
    with_fresh_pages(validators, 0).await
}

/// The same, where a page need not be asked for again for so many seconds.
async fn with_fresh_pages(validators: bool, fresh_seconds: u64) -> (Shared, u16, Service) {
    let portal = Arc::new(Mutex::new(Portal {
        second: Some("第二部分，主要任务，扩大服务供给。"),
        validators,
        ..Portal::default()
    }));
    let port = start(&portal).await;
    let service = Service::start(|config| {
        config.fetch.ports = vec![port];
        config.fetch.fresh_seconds = fresh_seconds;
    });
    (portal, port, service)
}

#[tokio::test]
async fn an_unchanged_document_is_not_sent_again_and_a_changed_page_of_it_is_read() {
    let (portal, port, service) = with_portal(true).await;
    let first = read(&service, port).await.unwrap();
    assert!(first.text.ends_with("扩大服务供给。"), "{}", first.text);
    assert_eq!(answers(&portal), pages([200, 200]));

    let again = read(&service, port).await.unwrap();
    assert_eq!((&again.id, &again.text), (&first.id, &first.text));
    assert_eq!(answers(&portal), pages([304, 304]));

    portal.lock().unwrap().second = Some("第二部分，新的任务，提高服务质量。");
    let changed = read(&service, port).await.unwrap();
    assert!(changed.text.ends_with("提高服务质量。"), "{}", changed.text);
    assert_ne!(changed.id, first.id);
    answers(&portal);
    read(&service, port).await.unwrap();
    assert_eq!(answers(&portal), pages([304, 304]));
}

#[tokio::test]
async fn a_page_that_is_gone_is_not_read_from_memory() {
    let (portal, port, service) = with_portal(true).await;
    assert!(read(&service, port).await.is_ok());
    portal.lock().unwrap().second = None;
    assert_eq!(read(&service, port).await.err(), Some(404));
}

#[tokio::test]
async fn where_the_server_knows_no_validators_the_text_tells_whether_it_changed() {
    let (portal, port, service) = with_portal(false).await;
    let first = read(&service, port).await.unwrap();
    let again = read(&service, port).await.unwrap();
    assert_eq!(again.id, first.id);
    portal.lock().unwrap().second = Some("第二部分，新的任务，提高服务质量。");
    let changed = read(&service, port).await.unwrap();
    assert!(changed.text.ends_with("提高服务质量。"), "{}", changed.text);
}

#[tokio::test]
async fn those_who_ask_at_the_same_time_have_the_page_asked_for_once() {
    let (portal, port, service) = with_fresh_pages(true, 3600).await;
    portal.lock().unwrap().thinks = Duration::from_millis(300);
    let readings = futures::future::join_all((0..8).map(|_| read(&service, port))).await;
    let ids: Vec<&str> = readings
        .iter()
        .map(|reading| reading.as_ref().unwrap().id.as_str())
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(answers(&portal), pages([200, 200]));
}

#[tokio::test]
async fn a_fresh_page_is_not_asked_for_again_and_its_withdrawal_is_in_force_at_once() {
    let (portal, port, service) = with_fresh_pages(true, 3600).await;
    let first = read(&service, port).await.unwrap();
    answers(&portal);
    portal.lock().unwrap().second = Some("第二部分，新的任务，提高服务质量。");
    let again = read(&service, port).await.unwrap();
    assert_eq!((&again.id, &again.text), (&first.id, &first.text));
    assert_eq!(answers(&portal), Vec::new());

    let page = format!("http://127.0.0.1:{port}/a/t1.html");
    let mut client = service.operator().await;
    client
        .withdraw(WithdrawRequest { url: page })
        .await
        .unwrap();
    assert_eq!(read(&service, port).await.err(), Some(410));
}

#[tokio::test]
async fn whoever_has_the_reading_is_told_so() {
    let (_portal, port, service) = with_portal(true).await;
    let address = reading_address(&service, port);
    let first = http_client().get(address.clone()).send().await.unwrap();
    let etag = first.headers()[header::ETAG].clone();
    let again = http_client()
        .get(address.clone())
        .header(header::IF_NONE_MATCH, etag.clone());
    let again = again.send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.headers()[header::ETAG], etag);
    assert!(again.bytes().await.unwrap().is_empty());

    let mut faster = address;
    faster.query_pairs_mut().append_pair("rate", "1.25");
    let other = http_client()
        .get(faster)
        .header(header::IF_NONE_MATCH, etag);
    assert_eq!(other.send().await.unwrap().status(), StatusCode::OK);
}
