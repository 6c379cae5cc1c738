//! Pages that arrive: their charset, their size, what is remembered of them, and what is asked for them.

use std::sync::Arc;

use langdu_fetch::{FetchConfig, FetchError, Fetcher};

use super::misbehaving::*;

#[tokio::test]
async fn charsets_are_found_whatever_is_claimed() {
    let text = "<html><body>各县（区）人民政府，市政府各部门：龘镕</body></html>";
    let (gb, _, _) = encoding_rs::GB18030.encode(text);
    let meta = "<html><head><meta http-equiv='Content-Type' content='text/html; charset=gb2312'></head>各县（区）人民政府，市政府各部门：朱镕基</html>";
    let (gb_with_meta, _, _) = encoding_rs::GBK.encode(meta);
    let with_bom: Vec<u8> = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let send = |headers: &str, bytes: &[u8]| Play::Send(response("200 OK", headers, bytes));
    let server = Server::start(&[
        (
            "/header",
            send("Content-Type: text/html; charset=GBK\r\n", &gb),
        ),
        ("/meta", send("Content-Type: text/html\r\n", &gb_with_meta)),
        ("/none", send("Content-Type: text/html\r\n", &gb)),
        ("/no-type", send("", text.as_bytes())),
        ("/bom", send("Content-Type: text/html\r\n", &with_bom)),
        (
            "/claims-utf8",
            send("Content-Type: text/html; charset=utf-8\r\n", &gb),
        ),
        (
            "/claims-gbk",
            send(
                "Content-Type: text/html; charset=gb2312\r\n",
                text.as_bytes(),
            ),
        ),
        (
            "/claims-nonsense",
            send(
                "Content-Type: text/html; charset=klingon\r\n",
                text.as_bytes(),
            ),
        ),
    ])
    .await;
    for path in [
        "/header",
        "/meta",
        "/none",
        "/no-type",
        "/bom",
        "/claims-utf8",
        "/claims-gbk",
        "/claims-nonsense",
    ] {
        let page = server.fetcher().fetch(&server.url(path)).await.expect(path);
        assert!(
            page.text.contains("各县（区）人民政府，市政府各部门："),
            "{path}: {}",
            page.text
        );
        assert!(!page.text.contains('\u{fffd}'), "{path}");
        assert!(!page.text.starts_with('\u{feff}'), "{path}");
        assert_eq!(page.media_type, "text/html");
    }
}

#[tokio::test]
async fn a_page_of_thirty_megabytes_comes_whole_when_compressed() {
    let paragraph = "<p>为方便群众办事，各窗口延长服务时间。</p>\n";
    let page = paragraph.repeat((30 << 20) / paragraph.len());
    let compressed = response(
        "200 OK",
        "Content-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n",
        &gzip(page.as_bytes()),
    );
    let plain = response("200 OK", "Content-Type: text/html\r\n", page.as_bytes());
    let server = Server::start(&[("/z", Play::Send(compressed)), ("/p", Play::Send(plain))]).await;
    let fetched = server
        .fetcher()
        .fetch(&server.url("/z"))
        .await
        .expect("within limits");
    assert_eq!(fetched.text.len(), page.len());
    assert!(matches!(
        failure(&server, "/p").await,
        FetchError::TooLarge {
            setting: "max_bytes",
            ..
        }
    ));
}

#[tokio::test]
async fn an_unchanged_page_is_not_read_again() {
    let validators = "Content-Type: text/html; charset=utf-8\r\nETag: \"v1\"\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n";
    let fresh = response("200 OK", validators, "<p>第一版。</p>".as_bytes());
    let unchanged = response("304 Not Modified", "", b"");
    let changed = response(
        "200 OK",
        "Content-Type: text/html; charset=utf-8\r\nETag: \"v2\"\r\n",
        "<p>第二版。</p>".as_bytes(),
    );
    let server = Server::start(&[
        (
            "/same",
            Play::When("if-none-match: \"v1\"", unchanged, fresh.clone()),
        ),
        ("/new", Play::When("if-none-match", changed, fresh)),
        ("/plain", html("<p>无校验。</p>")),
    ])
    .await;
    let fetcher = server.fetcher();
    let same = fetcher.fetch(&server.url("/same")).await.expect("a page");
    assert_eq!(same.etag.as_deref(), Some("\"v1\""));
    assert!(
        fetcher
            .fetch_if_changed(&server.url("/same"), &same.validators())
            .await
            .expect("an answer")
            .is_none()
    );
    let asked = server.seen().pop().expect("a request");
    assert!(
        asked.contains("if-modified-since: Mon, 01 Jan 2024 00:00:00 GMT"),
        "{asked}"
    );
    let new = fetcher.fetch(&server.url("/new")).await.expect("a page");
    let newer = fetcher
        .fetch_if_changed(&server.url("/new"), &new.validators())
        .await
        .expect("an answer")
        .expect("a new page");
    assert!(newer.text.contains("第二版"));
    let plain = fetcher.fetch(&server.url("/plain")).await.expect("a page");
    assert!(
        fetcher
            .fetch_if_changed(&server.url("/plain"), &plain.validators())
            .await
            .expect("an answer")
            .is_none()
    );
}

#[tokio::test]
async fn what_a_server_says_of_one_page_is_not_asked_of_another() {
    let page = response(
        "200 OK",
        "Content-Type: text/html; charset=utf-8\r\nETag: \"v1\"\r\n",
        "<p>正文。</p>".as_bytes(),
    );
    let unchanged = response("304 Not Modified", "", b"");
    let server = Server::start(&[
        ("/moved", redirect("/here")),
        ("/here", Play::When("if-none-match", unchanged, page)),
    ])
    .await;
    let fetcher = server.fetcher();
    let first = fetcher.fetch(&server.url("/moved")).await.expect("a page");
    let again = fetcher
        .fetch_if_changed(&server.url("/moved"), &first.validators())
        .await;
    assert!(again.expect("an answer").is_none());
    let conditional: Vec<bool> = server
        .seen()
        .iter()
        .map(|request| request.contains("if-none-match"))
        .collect();
    assert_eq!(
        conditional,
        [false, false, false, true],
        "asked of the page, not of what leads there"
    );
}

#[tokio::test]
async fn the_fetcher_says_who_it_is_and_nothing_else() {
    let server = Server::start(&[("/", html("<p>好。</p>")), ("/r", redirect("/"))]).await;
    let config = FetchConfig {
        user_agent: "langdu/1 (+mailto:web@example.gov.cn)".to_owned(),
        ..server.config()
    };
    let fetcher = Fetcher::with_lookup(config, Arc::new(Nobody)).expect("a fetcher");
    fetcher.fetch(&server.url("/r")).await.expect("a page");
    for request in server.seen() {
        let lower = request.to_ascii_lowercase();
        assert!(
            lower.contains("user-agent: langdu/1 (+mailto:web@example.gov.cn)"),
            "{request}"
        );
        for absent in ["cookie:", "authorization:", "referer:"] {
            assert!(!lower.contains(absent), "{request}");
        }
    }
}

#[tokio::test]
async fn robots_are_obeyed_when_configured() {
    let robots = response(
        "200 OK",
        "Content-Type: text/plain\r\n",
        b"User-agent: *\nDisallow: /inner/\n",
    );
    let server = Server::start(&[
        ("/robots.txt", Play::Send(robots)),
        ("/inner/a", html("<p>内页。</p>")),
        ("/a", html("<p>外页。</p>")),
    ])
    .await;
    let config = FetchConfig {
        robots: true,
        ..server.config()
    };
    let fetcher = Fetcher::with_lookup(config, Arc::new(Nobody)).expect("a fetcher");
    assert!(fetcher.fetch(&server.url("/a")).await.is_ok());
    assert!(matches!(
        fetcher.fetch(&server.url("/inner/a")).await,
        Err(FetchError::RobotsForbid { .. })
    ));
    // The rules hold for a day: they are asked for once.
    let asked = server.seen();
    for request in &asked {
        let request = request.to_ascii_lowercase();
        assert!(request.contains("accept-language: zh-cn"), "{request}");
        assert!(request.contains("accept: text/html"), "{request}");
    }
    let robots = asked
        .iter()
        .filter(|request| request.starts_with("GET /robots.txt "));
    assert_eq!(robots.count(), 1, "{asked:#?}");
    assert!(
        server
            .fetcher()
            .fetch(&server.url("/inner/a"))
            .await
            .is_ok()
    );
}
