//! A document that goes on at further pages is read whole.

use langdu::reading::pages::{HowToRead, PageError, read_pages};
use langdu_document::ExtractOptions;
use langdu_fetch::{FetchConfig, FetchError, Fetcher};
use langdu_file::FileLimits;
use langdu_harness::portal::Portal;

fn put(portal: &Portal, path: &str, text: &str, links: &str) -> String {
    portal.put(
        path,
        &format!(
            "<html><head><title>养老服务规划</title></head><body><h1>养老服务规划</h1><div><p>{text}</p></div><div>{links}</div></body></html>"
        ),
    );
    portal.url(path)
}

fn fetcher(portal: &Portal, max_pages: usize) -> Fetcher {
    let hosts = vec!["127.0.0.1".to_owned()];
    Fetcher::new(FetchConfig {
        allowed_hosts: hosts.clone(),
        private_hosts: hosts,
        ports: vec![portal.port()],
        max_pages,
        ..FetchConfig::default()
    })
    .unwrap()
}

#[tokio::test]
async fn a_document_on_several_pages_is_read_whole() {
    let portal = Portal::start();
    let first = put(
        &portal,
        "a/t9.html",
        "第一部分，总体要求，坚持公平可及。",
        "<a href='t9_2.html'>2</a><a href='t9_2.html'>下一页</a>",
    );
    put(
        &portal,
        "a/t9_2.html",
        "第二部分，主要任务，扩大服务供给。",
        "<a href='t9.html'>1</a><a href='t9_3.html'>下一页</a>",
    );
    put(
        &portal,
        "a/t9_3.html",
        "第三部分，保障措施，加强组织领导。",
        "<a href='t9_2.html'>上一页</a>",
    );
    let (extract, files) = (ExtractOptions::default(), FileLimits::default());
    let how = HowToRead {
        extract: &extract,
        files: &files,
        recogniser: None,
        words_of: &|_| langdu_text::KnownWords::default(),
        follow_attachments: false,
        parts: None,
    };
    let read = read_pages(&fetcher(&portal, 20), &first, how)
        .await
        .expect("three pages");
    assert_eq!(
        read.document.body_text(),
        "第一部分，总体要求，坚持公平可及。\n第二部分，主要任务，扩大服务供给。\n第三部分，保障措施，加强组织领导。"
    );
    assert_eq!(read.url.as_str(), first);

    let broken = put(
        &portal,
        "a/t8.html",
        "只有前半，后半部分取不到。",
        "<a href='t8_2.html'>下一页</a>",
    );
    let missing = read_pages(&fetcher(&portal, 20), &broken, how).await;
    assert!(matches!(
        missing,
        Err(PageError::Fetch(FetchError::HttpStatus { status: 404, .. }))
    ));

    let text = "总是同一页，服务器不管页码。";
    let same = put(&portal, "a/t7.html", text, "<a href='t7_2.html'>下一页</a>");
    put(
        &portal,
        "a/t7_2.html",
        text,
        "<a href='t7_3.html'>下一页</a>",
    );
    let same = read_pages(&fetcher(&portal, 20), &same, how)
        .await
        .expect("one page");
    assert_eq!(same.document.body_text(), text);

    let two = read_pages(&fetcher(&portal, 2), &first, how)
        .await
        .expect("two pages");
    assert!(two.document.body_text().ends_with("扩大服务供给。"));
}

#[tokio::test]
async fn a_page_in_a_frame_is_read_under_the_title_around_it() {
    let portal = Portal::start();
    portal.put(
        "f/show.html",
        "<html><body><p>换届选举定于五月八日举行，请选民按时参加。</p><p>投票的地点在村委会，请带选民证。</p></body></html>",
    );
    portal.put(
        "f/around.html",
        "<html><head><title>关于换届选举的公告</title></head><body><h1>关于换届选举的公告</h1><p>发布时间：2024-05-01</p>\
         <iframe src='/f/gone.html'></iframe><iframe src='show.html'></iframe></body></html>",
    );
    let (extract, files) = (ExtractOptions::default(), FileLimits::default());
    let how = HowToRead {
        extract: &extract,
        files: &files,
        recogniser: None,
        words_of: &|_| langdu_text::KnownWords::default(),
        follow_attachments: false,
        parts: None,
    };
    let address = portal.url("f/around.html");
    let read = read_pages(&fetcher(&portal, 20), &address, how)
        .await
        .expect("the page in the frame");
    assert_eq!(read.document.title, "关于换届选举的公告");
    assert_eq!(
        read.document.body_text(),
        "换届选举定于五月八日举行，请选民按时参加。\n投票的地点在村委会，请带选民证。"
    );
    assert_eq!(
        read.document.date.as_ref().map(|date| date.as_str()),
        Some("2024-05-01")
    );
    assert_eq!(read.document.substance, langdu_document::Substance::Text);
    assert!(
        read.addresses()
            .any(|read_from| read_from.ends_with("/f/show.html"))
    );
}
