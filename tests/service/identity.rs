//! A page is what it is, not how it was asked for: no variant of its address escapes its withdrawal.

use std::collections::HashSet;
use std::path::Path;

use langdu_harness::portal::Portal;
use langdu_harness::{Service, eventually, hear, http_client, request, url};
use langdu_proto::{AudioEncoding, WithdrawRequest, WithdrawResponse};
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

const TITLE: &str = "关于发放冬季取暖补贴的通知";
const SENTENCES: [&str; 2] = [
    "取暖补贴从十一月起按户发放，每户每月一百二十元。",
    "符合条件的家庭请在本月底以前到社区登记。",
];

/// A service that may read the portal by both its names.
fn service(portal: &Portal) -> Service {
    Service::start(|config| {
        portal.allow(config);
        for hosts in [
            &mut config.fetch.allowed_hosts,
            &mut config.fetch.private_hosts,
        ] {
            hosts.push("localhost".to_owned());
        }
    })
}

async fn read(service: &Service, page: &str) -> (u16, HashSet<String>) {
    let page: String = byte_serialize(page.as_bytes()).collect();
    let address = service.http(&format!("/v1/readings?url={page}"));
    let answer = http_client().get(address).send().await.unwrap();
    let status = answer.status().as_u16();
    let reading: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let utterances = reading["utterances"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let clips = utterances
        .iter()
        .map(|utterance| utterance["clip"].as_str().unwrap().to_owned());
    (status, clips.collect())
}

async fn listen(service: &Service, page: &str) {
    hear(service, request(url(page), AudioEncoding::Mp3))
        .await
        .unwrap();
}

/// How many files of these clips the disk holds.
fn files(folder: &Path, clips: &HashSet<String>) -> usize {
    let of = |clip: &String| {
        let names = std::fs::read_dir(folder.join(&clip[..2]))
            .into_iter()
            .flatten();
        let names = names.filter_map(Result::ok);
        names
            .filter(|file| {
                file.file_name()
                    .to_string_lossy()
                    .starts_with(clip.as_str())
            })
            .count()
    };
    clips.iter().map(of).sum()
}

async fn withdraw(service: &Service, page: &str) -> WithdrawResponse {
    let request = WithdrawRequest {
        url: page.to_owned(),
    };
    let mut operator = service.operator().await;
    operator.withdraw(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn every_variant_of_an_address_is_withdrawn_with_the_page() {
    let portal = Portal::start();
    let page = portal.document("title.html", TITLE, &SENTENCES);
    // The same page for a path that begins with two slashes.
    portal.document("/title.html", TITLE, &SENTENCES);
    let service = service(&portal);
    let port = portal.port();
    let variants = [
        format!("{page}?utm_source=x&spm=a.b"),
        format!("http://127.0.0.1:{port}//title.html"),
        format!("http://127.0.0.1:{port}/%74itle.html"),
        // What tells nobody anything, and what the rules do not know: it says the same.
        format!("{page}?visit=20260101"),
        format!("http://localhost:{port}/title.html"),
    ];
    let (_, clips) = read(&service, &page).await;
    for variant in variants.iter().chain([&page]) {
        listen(&service, variant).await;
        assert_eq!(
            read(&service, variant).await,
            (200, clips.clone()),
            "{variant}"
        );
    }
    assert!(eventually(|| files(&service.clips, &clips) >= 2 * clips.len()).await);

    let gone = withdraw(&service, &page).await;
    assert_eq!(gone.clips as usize, clips.len());
    assert_eq!(
        files(&service.clips, &clips),
        0,
        "nothing is left on the disk"
    );
    for variant in &variants {
        assert_eq!(read(&service, variant).await.0, 410, "{variant}");
    }
    for clip in &clips {
        let clip = service.http(&format!("/v1/clips/{clip}.mp3"));
        assert_eq!(http_client().get(clip).send().await.unwrap().status(), 404);
    }
    // One that nobody has asked for until now.
    let late = format!("{page}?from=timeline&visit=20260102");
    assert_eq!(read(&service, &late).await.0, 410);
}

#[tokio::test]
async fn a_variant_may_be_named_and_a_different_document_keeps_its_sentence() {
    let portal = Portal::start();
    let page = portal.document("title.html", TITLE, &SENTENCES);
    let other = ["敬老院本周六开放参观，欢迎家属预约前来。", SENTENCES[1]];
    let other = portal.document("other.html", "关于敬老院开放参观的通知", &other);
    let service = service(&portal);
    let (_, clips) = read(&service, &page).await;
    let (_, of_other) = read(&service, &other).await;
    let shared = clips.intersection(&of_other).count();
    assert_eq!(shared, 1);
    let gone = withdraw(&service, &format!("{page}?utm_medium=mail")).await;
    assert_eq!(gone.clips as usize, clips.len() - shared);
    assert_eq!(read(&service, &page).await.0, 410);
    assert_eq!(read(&service, &other).await, (200, of_other));
}

#[tokio::test]
async fn pages_that_say_that_they_are_the_same_one_are_withdrawn_together() {
    let portal = Portal::start();
    let named = portal.url("desktop.html");
    let put = |path: &str, title: &str, sentence: &str| {
        portal.put(
            path,
            &format!(
                "<!doctype html><html><head><meta charset=\"utf-8\"><title>{title}</title>\
                 <link rel=\"canonical\" href=\"{named}\"></head><body><h1>{title}</h1>\
                 <div class=\"content\"><p>{}</p><p>{sentence}</p></div></body></html>",
                SENTENCES[0]
            ),
        );
        portal.url(path)
    };
    let print = put(
        "print.html",
        TITLE,
        "（打印版）请妥善保管本页，办理时出示。",
    );
    let mobile = put("mobile.html", TITLE, "（手机版）点击下方按钮可以在线登记。");
    let other = put(
        "other.html",
        "关于暂停供水的通知",
        "周三上午八点至十点停水，请提前储水。",
    );
    let service = service(&portal);
    for page in [&print, &mobile, &other] {
        assert_eq!(read(&service, page).await.0, 200);
    }
    withdraw(&service, &print).await;
    assert_eq!(read(&service, &mobile).await.0, 410);
    assert_eq!(
        read(&service, &other).await.0,
        200,
        "its template names a wrong one"
    );
}
