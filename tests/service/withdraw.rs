//! 撤稿: a withdrawn document is gone from every tier and refused until it is published again.

use std::path::Path;
use std::process::Command;

use langdu_proto::{AudioEncoding, PrepareRequest, WithdrawRequest};
use serde_json::Value;
use tonic::Code;
use tonic_types::StatusExt;

use langdu_harness::portal::Portal;
use langdu_harness::{Service, eventually, hear, http_client, request, url};

const SHARED: &str = "咨询电话请拨打政务服务热线。";

/// Two documents with one sentence in common.
fn documents(portal: &Portal) -> (String, String) {
    let one = ["自下月起，补贴按季度发放到社保卡。", SHARED];
    let two = ["老年食堂每天中午十一点开饭。", SHARED];
    (
        portal.document("one.html", "关于补贴发放的通知", &one),
        portal.document("two.html", "关于老年食堂的通知", &two),
    )
}

async fn clip_of(service: &Service, page: &str, words: &str) -> String {
    let answer = http_client()
        .get(service.http(&format!("/v1/readings?url={page}")))
        .send()
        .await
        .unwrap();
    let reading: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let utterances = reading["utterances"].as_array().unwrap();
    let utterance = utterances
        .iter()
        .find(|utterance| utterance["text"].as_str().unwrap().contains(words))
        .unwrap();
    utterance["clip"].as_str().unwrap().to_owned()
}

async fn status_of(service: &Service, path: &str) -> u16 {
    let answer = http_client().get(service.http(path)).send().await.unwrap();
    answer.status().as_u16()
}

/// How many files of a clip the disk holds.
fn files(clips: &Path, id: &str) -> usize {
    let folder = std::fs::read_dir(clips.join(&id[..2]));
    let names = folder.into_iter().flatten().filter_map(Result::ok);
    names
        .filter(|file| file.file_name().to_string_lossy().starts_with(id))
        .count()
}

async fn withdraw(service: &Service, page: &str) -> (u32, u32) {
    let request = WithdrawRequest {
        url: page.to_owned(),
    };
    let gone = service.operator().await.withdraw(request).await.unwrap();
    let gone = gone.into_inner();
    (gone.readings, gone.clips)
}

#[tokio::test]
async fn a_withdrawn_document_is_gone_from_every_tier_and_refused() {
    let portal = Portal::start();
    let (one, two) = documents(&portal);
    let service = Service::start(|config| portal.allow(config));
    for page in [&one, &two] {
        hear(&service, request(url(page), AudioEncoding::Mp3))
            .await
            .unwrap();
    }
    let own = clip_of(&service, &one, "补贴按季度").await;
    let shared = clip_of(&service, &one, "咨询电话").await;
    for id in [&own, &shared] {
        assert_eq!(
            status_of(&service, &format!("/v1/clips/{id}.mp3")).await,
            200
        );
        // The recipe and the frames.
        assert!(eventually(|| files(&service.clips, id) == 2).await);
    }

    let (readings, clips) = withdraw(&service, &one).await;
    assert_eq!(readings, 1);
    assert!(clips >= 2, "the title and the sentence: {clips}");
    assert_eq!(files(&service.clips, &own), 0, "gone from the disk");
    for ending in ["mp3", "opus", "wav", "json"] {
        let path = format!("/v1/clips/{own}.{ending}");
        assert_eq!(status_of(&service, &path).await, 404, "{ending}");
    }
    let path = format!("/v1/clips/{shared}.mp3");
    assert_eq!(status_of(&service, &path).await, 200, "another has it too");

    let refused = http_client()
        .get(service.http(&format!("/v1/readings?url={one}")))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 410);
    let problem: Value = serde_json::from_slice(&refused.bytes().await.unwrap()).unwrap();
    assert_eq!(problem["type"], "urn:langdu:withdrawn");
    assert!(problem["title"].as_str().unwrap().contains("撤下"));
    let path = format!("/listen?url={one}");
    assert_eq!(status_of(&service, &path).await, 410);
    let status = hear(&service, request(url(&one), AudioEncoding::Mp3))
        .await
        .err()
        .unwrap();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(status.get_details_error_info().unwrap().reason, "WITHDRAWN");
    assert!(
        hear(&service, request(url(&two), AudioEncoding::Mp3))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_refusal_outlives_the_service_until_the_page_is_prepared() {
    let portal = Portal::start();
    let (one, _) = documents(&portal);
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let clips = folder.path().join("clips");
        Service::start(|config| {
            portal.allow(config);
            config.clips.path = Some(clips);
        })
    };
    let service = start();
    withdraw(&service, &one).await;
    drop(service);

    let service = start();
    let asked = || request(url(&one), AudioEncoding::Mp3);
    let status = hear(&service, asked()).await.err().unwrap();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let prepare = PrepareRequest {
        sources: url(&one).into_iter().collect(),
        ..PrepareRequest::default()
    };
    let mut progress = service
        .operator()
        .await
        .prepare(prepare)
        .await
        .unwrap()
        .into_inner();
    let mut last = None;
    while let Some(message) = progress.message().await.unwrap() {
        last = Some(message);
    }
    let last = last.unwrap();
    assert!(last.finished && last.failures.is_empty(), "{last:?}");
    let heard = hear(&service, asked()).await.unwrap();
    assert!(
        heard
            .utterances
            .iter()
            .all(|utterance| !utterance.synthesized)
    );
}

/// As docs/deploy.md has it where a new pack is prepared beside the old one.
#[tokio::test]
async fn a_service_that_starts_on_a_copy_of_the_ledger_alone_refuses_what_was_withdrawn() {
    let portal = Portal::start();
    let (one, two) = documents(&portal);
    let column = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><title>政策文件</title></head>\
         <body><h1>政策文件</h1><ul><li><a href=\"{one}\">关于补贴发放有关事项的通知</a></li>\
         <li><a href=\"{two}\">关于老年食堂有关事项的通知</a></li>\
         <li><a href=\"/missing.html\">关于一份不存在的文件的通知</a></li></ul></body></html>"
    );
    portal.put("column.html", &column);
    let old = Service::start(|config| portal.allow(config));
    hear(&old, request(url(&one), AudioEncoding::Mp3))
        .await
        .unwrap();
    withdraw(&old, &one).await;

    let folder = tempfile::tempdir().unwrap();
    let next = folder.path().join("clips-next");
    std::fs::create_dir(&next).unwrap();
    let copied = Command::new("cp")
        .arg("-a")
        .arg(old.clips.join("ledger"))
        .arg(&next)
        .status();
    assert!(copied.unwrap().success());
    let new = Service::start(|config| {
        portal.allow(config);
        config.clips.path = Some(next);
    });
    let asked = || request(url(&one), AudioEncoding::Mp3);
    let status = hear(&new, asked()).await.err().unwrap();
    assert_eq!(status.get_details_error_info().unwrap().reason, "WITHDRAWN");

    // A list that still holds the page does not publish it.
    let prepare = PrepareRequest {
        list_url: portal.url("column.html"),
        ..PrepareRequest::default()
    };
    let mut operator = new.operator().await;
    let mut progress = operator.prepare(prepare).await.unwrap().into_inner();
    let mut last = None;
    while let Some(message) = progress.message().await.unwrap() {
        last = Some(message);
    }
    let last = last.unwrap();
    assert!(last.finished, "{last:?}");
    let failed: Vec<&str> = last.failures.iter().map(|f| f.url.as_str()).collect();
    assert_eq!(failed, [one.as_str(), &portal.url("missing.html")]);
    let status = hear(&new, asked()).await.err().unwrap();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let heard = hear(&new, request(url(&two), AudioEncoding::Mp3))
        .await
        .unwrap();
    assert!(
        heard
            .utterances
            .iter()
            .all(|utterance| !utterance.synthesized)
    );
}

#[tokio::test]
async fn a_withdrawn_document_leaves_the_feed_at_once() {
    let portal = Portal::start();
    let (one, two) = documents(&portal);
    portal.put(
        "column.html",
        &format!(
            "<!doctype html><html><head><meta charset=\"utf-8\"><title>政策文件</title></head>\
             <body><h1>政策文件</h1><ul><li><a href=\"{one}\">关于补贴发放有关事项的通知</a></li>\
             <li><a href=\"{two}\">关于老年食堂有关事项的通知</a></li>\
             <li><a href=\"/missing.html\">关于一份不存在的文件的通知</a></li></ul></body></html>"
        ),
    );
    let service = Service::start(|config| portal.allow(config));
    let feed = async || {
        let column = portal.url("column.html");
        let answer = http_client()
            .get(service.http(&format!("/v1/feed.xml?list={column}")))
            .send()
            .await
            .unwrap();
        answer.text().await.unwrap()
    };
    assert!(feed().await.contains("one.html"));
    withdraw(&service, &one).await;
    let after = feed().await;
    assert!(!after.contains("one.html"), "{after}");
    assert!(after.contains("two.html"));
}
