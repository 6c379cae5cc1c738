//! Preparation: what it makes, what it skips, and that it goes on after a kill.

use std::path::Path;

use langdu_proto::{AudioEncoding, PrepareProgress, PrepareRequest};
use tonic::Code;

use langdu_harness::portal::Portal;
use langdu_harness::process::{Process, Setup};
use langdu_harness::{Operator, Service, clip_files, eventually, hear, request, text, url};

/// Watches an operation to its end, or until `enough`.
async fn watch(
    client: &mut Operator,
    asked: PrepareRequest,
    enough: impl Fn(&PrepareProgress) -> bool,
) -> PrepareProgress {
    let mut stream = client.prepare(asked).await.unwrap().into_inner();
    let mut last = PrepareProgress::default();
    while let Ok(Some(progress)) = stream.message().await {
        assert!(progress.documents_done >= last.documents_done);
        last = progress;
        if enough(&last) {
            break;
        }
    }
    last
}

fn pages(urls: &[String]) -> PrepareRequest {
    PrepareRequest {
        sources: urls.iter().filter_map(|page| url(page)).collect(),
        ..PrepareRequest::default()
    }
}

fn again(id: &str) -> PrepareRequest {
    PrepareRequest {
        operation_id: id.to_owned(),
        ..PrepareRequest::default()
    }
}

fn to_the_end(_: &PrepareProgress) -> bool {
    false
}

#[tokio::test]
async fn a_column_is_prepared_and_what_cannot_be_is_named() {
    let service = Service::start(|_| {});
    let mut client = service.operator().await;
    let column = PrepareRequest {
        list_url: service.page("/column.html"),
        ..PrepareRequest::default()
    };
    let last = watch(&mut client, column, to_the_end).await;
    assert!(last.finished);
    assert_eq!(last.documents_total, 4);
    assert_eq!(last.documents_done, 4);
    let failed: Vec<&str> = last.failures.iter().map(|f| f.url.as_str()).collect();
    assert_eq!(failed.len(), 2, "{failed:?}");
    assert!(failed[0].ends_with("/missing.html"));
    assert!(last.failures[0].message.contains("404"), "{last:?}");
    assert!(last.utterances_total > 10);
    assert_eq!(last.utterances_done, last.utterances_total);
    for page in ["/policy.html", "/second.html"] {
        let heard = hear(
            &service,
            request(url(&service.page(page)), AudioEncoding::Mp3),
        );
        let heard = heard.await.unwrap();
        let made = heard.utterances.iter().filter(|u| u.synthesized).count();
        assert_eq!(made, 0, "{page} was prepared");
    }
    // The finished operation can be watched still.
    let seen = watch(&mut client, again(&last.operation_id), to_the_end).await;
    assert_eq!(seen, last);
}

#[tokio::test]
async fn what_is_current_is_skipped_and_what_changed_is_done_again() {
    let portal = Portal::start();
    let paragraphs = ["第一条，补贴按月发放。", "第二条，申请在社区办理。"];
    let page = portal.document("a.html", "关于补贴的通知", &paragraphs);
    portal.put(
        "sitemap.xml",
        &format!("<?xml version=\"1.0\"?><urlset><url><loc>{page}</loc></url></urlset>"),
    );
    let service = Service::start(|config| portal.allow(config));
    let mut client = service.operator().await;
    let sitemap = || PrepareRequest {
        sitemap_url: portal.url("sitemap.xml"),
        ..PrepareRequest::default()
    };
    let clips = service.reader.clips().clone();
    // The warm-up speaks too.
    service.is_ready().await;
    let first = watch(&mut client, sitemap(), to_the_end).await;
    assert!(first.finished && first.failures.is_empty(), "{first:?}");
    let made = clips.syntheses();
    let second = watch(&mut client, sitemap(), to_the_end).await;
    assert_eq!(second.utterances_done, first.utterances_done);
    assert_eq!(clips.syntheses(), made, "all of it was current");

    let edited = ["第一条，补贴按月发放。", "第二条，申请在网上办理。"];
    portal.document("a.html", "关于补贴的通知", &edited);
    let third = watch(&mut client, sitemap(), to_the_end).await;
    assert!(third.finished);
    let remade = clips.syntheses() - made;
    assert!(
        (1..=2).contains(&remade),
        "{remade} for one edited sentence"
    );
}

#[tokio::test]
async fn an_operation_goes_on_after_a_kill_under_the_same_id() {
    let portal = Portal::start();
    let urls: Vec<String> = (0..6)
        .map(|number| {
            let text = format!("第{number}份文件的内容，请各单位认真执行。");
            let other = format!("第{number}份文件自发布之日起施行。");
            let title = format!("关于第{number}件事情的通知");
            portal.document(&format!("{number}.html"), &title, &[&text, &other])
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    let web = format!("127.0.0.1:{}", portal.port());
    let mut process = Process::start(folder.path(), &clips, &web, &Setup::default());
    let mut client = process.operator().await;
    let begun = watch(&mut client, pages(&urls), |p| p.documents_done >= 2).await;
    assert!(
        begun.documents_done < 6,
        "it is cut in the middle: {begun:?}"
    );
    process.child.kill().unwrap();
    process.child.wait().unwrap();

    let process = Process::start(folder.path(), &clips, &web, &Setup::default());
    let mut client = process.operator().await;
    let end = watch(&mut client, again(&begun.operation_id), to_the_end).await;
    assert!(end.finished && end.failures.is_empty(), "{end:?}");
    assert_eq!((end.documents_total, end.documents_done), (6, 6));
    assert_eq!(end.utterances_done, end.utterances_total);
    for page in &urls {
        let starts = process.starts(page).await;
        assert!(starts.iter().all(|start| !start.synthesized), "{page}");
    }
}

#[tokio::test]
async fn a_portal_tells_of_its_pages_one_by_one_and_the_latest_operations_are_kept() {
    let service = Service::start(|_| {});
    let mut client = service.operator().await;
    let mut last = PrepareProgress::default();
    for number in 0..205 {
        let gone = pages(&[service.page(&format!("/gone-{number}.html"))]);
        let mut progress = client.prepare(gone).await.unwrap().into_inner();
        last = progress.message().await.unwrap().unwrap();
    }
    let end = watch(&mut client, again(&last.operation_id), to_the_end).await;
    assert!(end.finished && end.failures.len() == 1, "{end:?}");
    let operations = service.clips.join("operations");
    let kept = || {
        let written_down = std::fs::read_dir(&operations).unwrap();
        let is_operation = |path: &Path| path.extension().is_some_and(|kind| kind == "json");
        written_down
            .filter(|entry| is_operation(&entry.as_ref().unwrap().path()))
            .count()
    };
    assert!(eventually(|| kept() == 200).await, "{} are kept", kept());
}

#[tokio::test]
async fn a_document_whose_clips_cannot_be_kept_is_not_called_done() {
    let portal = Portal::start();
    let page = portal.document("a.html", "关于食堂的通知", &["食堂每天供应午餐。"]);
    let service = Service::start(|config| portal.allow(config));
    // A file lies wherever a clip's folder would be.
    for folder in 0..=0xff {
        std::fs::write(service.clips.join(format!("{folder:02x}")), b"").unwrap();
    }
    let mut client = service.operator().await;
    let end = watch(&mut client, pages(&[page]), to_the_end).await;
    assert!(end.finished);
    let [failure] = &end.failures[..] else {
        panic!("{end:?}");
    };
    assert!(failure.message.contains("did not keep"), "{failure:?}");
}

#[tokio::test]
async fn what_cannot_be_prepared_is_refused_at_once() {
    let service = Service::start(|_| {});
    let mut client = service.operator().await;
    let voice = langdu_proto::VoiceSelectionParams {
        name: "nobody".to_owned(),
        ..Default::default()
    };
    for (asked, code) in [
        (PrepareRequest::default(), Code::InvalidArgument),
        (
            PrepareRequest {
                sources: text("私下的文字。").into_iter().collect(),
                ..PrepareRequest::default()
            },
            Code::InvalidArgument,
        ),
        (
            pages(&["https://elsewhere.example/".to_owned()]),
            Code::PermissionDenied,
        ),
        (
            PrepareRequest {
                voice: Some(voice),
                ..pages(&[service.page("/second.html")])
            },
            Code::NotFound,
        ),
        (again(&"0".repeat(32)), Code::NotFound),
    ] {
        let status = client.prepare(asked.clone()).await.err().unwrap();
        assert_eq!(status.code(), code, "{asked:?}: {status}");
    }
}

#[tokio::test]
async fn a_schedule_prepares_by_itself() {
    let portal = Portal::start();
    let page = portal.document("a.html", "关于体检的通知", &["每年体检一次，费用全免。"]);
    let schedule = format!("urls = [\"{page}\"]\nevery_minutes = 60\n");
    let schedule = toml::from_str(&schedule).unwrap();
    let service = Service::start(|config| {
        portal.allow(config);
        config.prepare = vec![schedule];
    });
    let asked = || request(url(&page), AudioEncoding::Mp3);
    let options = langdu::reading::ReadOptions::default();
    let source = langdu::reading::Source::Url(page.clone());
    let clips = service
        .reader
        .read(source, options)
        .await
        .unwrap()
        .clips
        .len();
    assert!(eventually(|| clip_files(&service.clips) == clips).await);
    let heard = hear(&service, asked()).await.unwrap();
    assert!(
        heard
            .utterances
            .iter()
            .all(|utterance| !utterance.synthesized)
    );
}

#[tokio::test]
async fn the_command_line_prepares_and_withdraws_by_the_running_service() {
    let portal = Portal::start();
    let page = portal.document("a.html", "关于停水的通知", &["明天上午停水两个小时。"]);
    let service = Service::start(|config| portal.allow(config));
    let server = format!("http://{}", service.addresses.admin);
    let langdu = async |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_langdu"));
        command.args(arguments).args(["--server", &server]);
        // Where the token lies that the first start wrote.
        command.env("LANGDU_CLIPS__PATH", &service.clips);
        langdu_blocking::run("the command line", move || command.output().unwrap())
            .await
            .unwrap()
    };
    let missing = portal.url("missing.html");
    let output = langdu(&["prepare", &page, &missing]).await;
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("prepared 1 of 2 documents"), "{told}");
    assert!(told.contains("missing.html"), "{told}");
    let output = langdu(&["prepare", &page, "--json"]).await;
    assert!(output.status.success());
    let lines = String::from_utf8(output.stdout).unwrap();
    let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(last["finished"], true);
    let output = langdu(&["withdraw", &page]).await;
    let gone: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(gone["readings"], 1);
    let output = langdu(&["withdrawals"]).await;
    let listed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(listed["url"], page.as_str());
    assert_eq!(listed["withdrawn_by"], "operator");
    let output = langdu(&["withdraw", "--undo", &page]).await;
    let ended: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(ended["published"][0], page.as_str());
    let output = langdu(&["prepare", "--watch", "0"]).await;
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no operation"));
}
