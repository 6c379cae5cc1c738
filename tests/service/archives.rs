//! The documents of a ZIP file that a page points to: listed, and read by name.

use std::io::{Cursor, Write};

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use langdu::reading::pages::{HowToRead, PageError, ReadPages, read_pages};
use langdu_document::ExtractOptions;
use langdu_fetch::{FetchConfig, Fetcher};
use langdu_file::{FileError, FileLimits};
use langdu_harness::fixture;

const STUB: &str = "<title>关于报送评审材料的通知</title><h1>关于报送评审材料的通知</h1><div>\
    <p>现将评审材料印发给你们，请按要求填报。</p><p>附件：<a href=\"forms.zip\">评审材料.zip</a></p></div>";

/// A notice, a form with signs in its name that an address writes otherwise, and a picture.
fn packed() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("评审/现场.jpg", vec![0xff, 0xd8, 0xff]),
        ("评审/1.通知.docx", fixture("libreoffice.docx")),
        (
            "评审/2.表 A+B&C.rtf",
            br"{\rtf1\ansi \u22995?\u21517?\par}".to_vec(),
        ),
    ] {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(name, options).expect("a name");
        writer.write_all(&bytes).expect("memory");
    }
    writer.finish().expect("an archive").into_inner()
}

/// A portal with the page and the archive; its port.
async fn portal() -> u16 {
    let router = Router::new()
        .route("/stub.html", get(|| async { Html(STUB) }))
        .route(
            "/forms.zip",
            get(|| async { ([("content-type", "application/zip")], packed()) }),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let port = listener.local_addr().expect("it listens").port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

async fn read(port: u16, address: &str, follow_attachments: bool) -> Result<ReadPages, PageError> {
    let hosts = vec!["127.0.0.1".to_owned()];
    let config = FetchConfig {
        allowed_hosts: hosts.clone(),
        private_hosts: hosts,
        ports: vec![port],
        ..FetchConfig::default()
    };
    let files = FileLimits {
        parser: Some(env!("CARGO_BIN_EXE_langdu").into()),
        ..FileLimits::default()
    };
    let how = HowToRead {
        recogniser: None,
        words_of: &|_| langdu_text::KnownWords::default(),
        extract: &ExtractOptions::default(),
        files: &files,
        follow_attachments,
        parts: None,
    };
    read_pages(
        &Fetcher::new(config).expect("a configuration"),
        address,
        how,
    )
    .await
}

#[tokio::test]
async fn the_first_document_of_an_archive_is_read_and_each_by_its_name() {
    let port = portal().await;
    let stub = format!("http://127.0.0.1:{port}/stub.html");
    let page = read(port, &stub, false).await.expect("a page").document;
    assert_eq!(page.attachments.len(), 1);
    let followed = read(port, &stub, true).await.expect("an archive").document;
    assert_eq!(
        followed.title,
        "临川市人民政府关于做好老年人助餐服务工作的通知"
    );
    let names: Vec<&str> = followed
        .attachments
        .iter()
        .map(|attachment| attachment.name.as_str())
        .collect();
    assert_eq!(names, ["1.通知.docx", "2.表 A+B&C.rtf"]);
    let form = read(port, &followed.attachments[1].href, false).await;
    assert_eq!(form.expect("a form").document.body_text(), "姓名");
}

#[tokio::test]
async fn an_archive_without_a_name_and_a_name_that_it_does_not_hold_are_errors() {
    let port = portal().await;
    let archive = format!("http://127.0.0.1:{port}/forms.zip");
    let several = read(port, &archive, false)
        .await
        .expect_err("two documents");
    assert!(
        matches!(&several, PageError::File(FileError::Several { names }) if names.len() == 2),
        "{several}"
    );
    let unknown = read(port, &format!("{archive}#x.docx"), false).await;
    let unknown = unknown.expect_err("no such document").to_string();
    assert!(
        unknown.contains("without a document called x.docx"),
        "{unknown}"
    );
}
