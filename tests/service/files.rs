//! Files from everywhere they may come from, parsed in processes of their own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use langdu_file::child::{COMMAND, parse_apart};
use langdu_file::{FileError, FileLimits, Format};
use langdu_proto::{self as proto, AudioEncoding, ExtractRequest, FileSource};
use serde_json::{Value, json};
use tonic::{Code, Status};

use langdu_harness::{eventually, fixture, hear, http_client, reason, request, shared, text};

const TITLE: &str = "临川市人民政府关于做好老年人助餐服务工作的通知";

const NOTICES: [&str; 8] = [
    "libreoffice.pdf",
    "typst.pdf",
    "chromium.pdf",
    "libreoffice.docx",
    "libreoffice.doc",
    "byhand.ofd",
    "libreoffice.odt",
    "libreoffice.rtf",
];

fn file(content: impl Into<Bytes>) -> Option<proto::Source> {
    Some(proto::Source {
        source: Some(proto::source::Source::File(FileSource {
            content: content.into(),
            media_type: String::new(),
        })),
        ..Default::default()
    })
}

async fn extract(source: Option<proto::Source>) -> Result<proto::Document, Status> {
    let mut client = shared().grpc().await;
    let response = client.extract(ExtractRequest { source }).await?;
    Ok(response.into_inner())
}

fn limits() -> FileLimits {
    FileLimits {
        parser: Some(env!("CARGO_BIN_EXE_langdu").into()),
        ..FileLimits::default()
    }
}

#[tokio::test]
async fn a_file_in_any_format_is_extracted_over_grpc() {
    for name in NOTICES {
        let document = extract(file(fixture(name))).await;
        let document = document.unwrap_or_else(|status| panic!("{name}: {status}"));
        assert_eq!(document.title, TITLE, "{name}");
        assert_eq!(document.doc_number, "临政发〔2025〕8号", "{name}");
    }
    let text = extract(file(
        "某某局关于停水的通知\n明天上午九点至十一点停水。".as_bytes(),
    ))
    .await;
    assert_eq!(text.expect("text").title, "某某局关于停水的通知");
}

#[tokio::test]
async fn a_file_is_spoken() {
    let asked = request(file(fixture("gbk-euc-h.pdf")), AudioEncoding::Mp3);
    let mut client = shared().grpc().await;
    let mut stream = client.synthesize_stream(asked).await.unwrap().into_inner();
    let header = stream.message().await.unwrap().expect("a header");
    let Some(proto::synthesize_stream_response::Response::Header(reading)) = header.response else {
        panic!("the header comes first");
    };
    assert!(reading.utterances[0].spoken.starts_with("各区人民政府"));
}

#[tokio::test]
async fn a_file_in_base64_is_read_over_http() {
    let body = json!({ "file": BASE64.encode(fixture("libreoffice.xlsx")) });
    let answer = shared().post_reading(&body).await;
    assert_eq!(answer.status(), 200);
    let reading: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(reading["title"], "老年助餐服务点名单");
    assert_eq!(reading["blocks"][1]["kind"], "table");
}

#[tokio::test]
async fn an_address_may_be_a_files_whatever_the_server_calls_it() {
    for path in ["/notice.pdf", "/notice.ofd"] {
        let source = Some(proto::Source {
            source: Some(proto::source::Source::Url(shared().page(path))),
            ..Default::default()
        });
        assert_eq!(
            extract(source).await.expect("a file").title,
            TITLE,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_stub_offers_its_attachments_and_reads_the_main_one_when_asked() {
    let source = |follow_attachments| {
        Some(proto::Source {
            source: Some(proto::source::Source::Url(shared().page("/stub.html"))),
            follow_attachments,
        })
    };
    let stub = extract(source(false)).await.expect("a page");
    assert_eq!(stub.title, "关于印发助餐服务工作通知的公告");
    assert_eq!(stub.attachments.len(), 2);
    let read = extract(source(true)).await.expect("an attachment");
    assert_eq!(read.title, TITLE);
    assert_eq!(read.date, "2025-03-20");
    assert_eq!(read.attachments, stub.attachments);
}

#[tokio::test]
async fn a_followed_reading_can_be_made_again_from_its_address() {
    let path = format!(
        "/v1/readings?follow_attachments=true&url={}",
        shared().page("/stub.html")
    );
    let answer = http_client()
        .get(shared().http(&path))
        .send()
        .await
        .unwrap();
    let reading: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(reading["title"], TITLE);
    let address = reading["audio"]["mp3"].as_str().unwrap();
    assert!(address.contains("follow_attachments=true"), "{address}");
}

#[tokio::test]
async fn an_attachment_elsewhere_is_refused_as_a_page_there_would_be() {
    let source = Some(proto::Source {
        source: Some(proto::source::Source::Url(shared().page("/far-stub.html"))),
        follow_attachments: true,
    });
    let status = extract(source).await.expect_err("the host is not allowed");
    assert_eq!(status.code(), Code::PermissionDenied);
    assert_eq!(reason(&status), "HOST_NOT_ALLOWED");
}

#[tokio::test]
async fn every_file_that_cannot_be_read_has_its_own_error() {
    let cut = fixture("libreoffice.pdf")[..20_000].to_vec();
    for (content, code, stable, word) in [
        (
            fixture("encrypted.pdf"),
            Code::FailedPrecondition,
            "FILE_UNREADABLE",
            "encrypted",
        ),
        (cut, Code::FailedPrecondition, "FILE_UNREADABLE", "damaged"),
        (
            b"OggS\0\x02\xff\xfe".to_vec(),
            Code::InvalidArgument,
            "FILE_UNREADABLE",
            "binary",
        ),
        (
            b"\x89PNG\r\n\x1a\n".to_vec(),
            Code::FailedPrecondition,
            "FILE_UNREADABLE",
            "damaged",
        ),
        (
            vec![b'x'; 33 << 20],
            Code::InvalidArgument,
            "FILE_TOO_LARGE",
            "files.max_bytes",
        ),
    ] {
        let status = extract(file(content)).await.expect_err(word);
        assert_eq!(status.code(), code, "{word}");
        assert_eq!(reason(&status), stable, "{word}");
        assert!(status.message().contains(word), "{}", status.message());
    }
    let after = hear(shared(), request(text("服务照常。"), AudioEncoding::Mp3)).await;
    assert!(after.is_ok(), "the service goes on");
}

#[tokio::test]
async fn a_problem_says_so_in_chinese_and_with_its_status() {
    let body = json!({ "file": BASE64.encode(fixture("encrypted.pdf")) });
    let answer = shared().post_reading(&body).await;
    assert_eq!(answer.status(), 422);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(problem["type"], "urn:langdu:file-unreadable");
    assert!(
        problem["title"].as_str().unwrap().contains("加密"),
        "{problem}"
    );
}

/// A document of about `megabytes` of paragraphs of one letter, unpacked.
fn bomb(megabytes: usize) -> Bytes {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file("word/document.xml", options).unwrap();
    let namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    write!(writer, "<w:document xmlns:w=\"{namespace}\"><w:body>").unwrap();
    let mut state = 1_u32;
    for _ in 0..megabytes {
        let mut paragraphs = String::with_capacity(1 << 20);
        while paragraphs.len() < 1 << 20 {
            // Paragraphs that are all alike pack to what is refused by what the container says of itself.
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let letter = char::from(b'a' + (state >> 24) as u8 % 26);
            paragraphs.push_str("<w:p><w:r><w:t>");
            paragraphs.push(letter);
            paragraphs.push_str("</w:t></w:r></w:p>");
        }
        writer.write_all(paragraphs.as_bytes()).unwrap();
    }
    writer.write_all(b"</w:body></w:document>").unwrap();
    writer.finish().unwrap().into_inner().into()
}

#[tokio::test]
async fn a_parser_that_wants_too_much_memory_costs_one_error() {
    let limits = FileLimits {
        max_memory_bytes: 300 << 20,
        ..limits()
    };
    let error = parse_apart(bomb(200), Format::Docx, &limits).await;
    let error = error
        .expect_err("200 MB in 300 MB beside the program")
        .to_string();
    assert!(error.contains("files.max_memory_bytes"), "{error}");
}

#[tokio::test]
async fn a_parser_that_takes_too_long_is_ended() {
    let limits = FileLimits {
        timeout_seconds: 0,
        max_unpacked_bytes: 1 << 30,
        ..limits()
    };
    let content = bomb(250);
    let error = parse_apart(content, Format::Docx, &limits).await;
    assert_eq!(error, Err(FileError::Timeout { seconds: 0 }));
    // Those of other tests end by themselves.
    assert!(eventually(|| parsers_running() == 0).await, "it runs on");
}

/// How many processes that this one started parse.
fn parsers_running() -> usize {
    let own = std::process::id().to_string();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter(|process| {
            let read =
                |name: &str| std::fs::read_to_string(process.path().join(name)).unwrap_or_default();
            let stat = read("stat");
            // The name of the program, in brackets, may hold anything.
            let mut after = stat
                .rsplit(')')
                .next()
                .unwrap_or_default()
                .split_whitespace();
            let (state, parent) = (after.next(), after.next());
            parent == Some(own.as_str()) && state != Some("Z") && read("cmdline").contains(COMMAND)
        })
        .count()
}
