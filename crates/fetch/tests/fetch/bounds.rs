//! Redirects, bodies without an end, slow servers and broken answers, over real sockets.

use std::sync::Arc;

use langdu_fetch::{FetchConfig, FetchError, Fetcher};
use tokio::net::TcpListener;

use super::misbehaving::*;

#[tokio::test]
async fn five_redirects_are_followed_and_no_more() {
    let server = Server::start(&[
        ("/6", redirect("/5")),
        ("/5", redirect("4")),
        ("/4", redirect("//127.0.0.1:{port}/3")),
        ("/3", redirect("http://127.0.0.1:{port}/2")),
        ("/2", redirect("?one")),
        ("/2?one", redirect("/end#part")),
        ("/end", html("<p>到了。</p>")),
        ("/loop", redirect("/loop")),
    ])
    .await;
    let page = server
        .fetcher()
        .fetch(&server.url("/5"))
        .await
        .expect("five");
    assert_eq!(page.url.as_str(), server.url("/end"));
    for path in ["/6", "/loop"] {
        assert_eq!(
            failure(&server, path).await,
            FetchError::TooManyRedirects { limit: 5 }
        );
    }
}

#[tokio::test]
async fn every_redirect_is_checked_again() {
    let server = Server::start(&[
        ("/metadata", redirect("http://169.254.169.254/latest/")),
        ("/loopback", redirect("http://127.0.0.1:{port}/end")),
        ("/decimal", redirect("http://2130706433:{port}/end")),
        ("/mapped", redirect("http://[::ffff:127.0.0.1]:{port}/end")),
        ("/name", redirect("http://inside.example.cn:{port}/end")),
        ("/file", redirect("file:///etc/passwd")),
        ("/port", redirect("http://portal.example.gov.cn:22/")),
        (
            "/user",
            redirect("http://a:b@portal.example.gov.cn:{port}/end"),
        ),
        ("/stranger", redirect("http://evil.example:{port}/end")),
        ("/end", html("<p>内部。</p>")),
    ])
    .await;
    // The portal itself may be inside; what it redirects to may not.
    let config = FetchConfig {
        allowed_hosts: [
            "*.example.gov.cn",
            "inside.example.cn",
            "127.0.0.1",
            "169.254.169.254",
            "[::ffff:7f00:1]",
        ]
        .map(str::to_owned)
        .to_vec(),
        private_hosts: vec!["portal.example.gov.cn".to_owned()],
        ports: vec![server.port, 80],
        ..FetchConfig::default()
    };
    let fetcher = Fetcher::with_lookup(config, Arc::new(Everybody)).expect("a fetcher");
    let url = |path: &str| format!("http://portal.example.gov.cn:{}{path}", server.port);
    assert!(fetcher.fetch(&url("/end")).await.is_ok());
    for path in ["/metadata", "/loopback", "/decimal", "/mapped", "/name"] {
        let error = fetcher.fetch(&url(path)).await.expect_err(path);
        assert!(
            matches!(error, FetchError::AddressNotPublic { .. }),
            "{path}: {error}"
        );
    }
    for path in ["/file", "/user"] {
        let error = fetcher.fetch(&url(path)).await.expect_err(path);
        assert!(
            matches!(error, FetchError::BadUrl { .. }),
            "{path}: {error}"
        );
    }
    let error = fetcher
        .fetch(&url("/port"))
        .await
        .expect_err("another port");
    assert_eq!(error, FetchError::PortNotAllowed { port: 22 });
    let error = fetcher
        .fetch(&url("/stranger"))
        .await
        .expect_err("another host");
    assert!(
        matches!(error, FetchError::HostNotAllowed { .. }),
        "{error}"
    );
    let asked_for_end = server
        .seen()
        .iter()
        .filter(|request| request.starts_with("GET /end"))
        .count();
    assert_eq!(asked_for_end, 1, "no forbidden request reached the server");
}

#[tokio::test]
async fn bombs_and_endless_bodies_stop_at_the_limit() {
    let piece = vec![b'a'; 1 << 16];
    let mut chunk = b"10000\r\n".to_vec();
    chunk.extend_from_slice(&piece);
    chunk.extend_from_slice(b"\r\n");
    let bomb = gzip(&vec![b' '; 64 << 20]);
    let head = |headers: &str| {
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{headers}\r\n").into_bytes()
    };
    let server = Server::start(&[
        (
            "/gzip",
            Play::Send(response(
                "200 OK",
                "Content-Type: text/html\r\nContent-Encoding: gzip\r\n",
                &bomb,
            )),
        ),
        (
            "/br",
            Play::Send(response(
                "200 OK",
                "Content-Type: text/html\r\nContent-Encoding: br\r\n",
                &brotli(&vec![b' '; 64 << 20]),
            )),
        ),
        (
            "/gzip-in-gzip",
            Play::Send(response(
                "200 OK",
                "Content-Type: text/html\r\nContent-Encoding: gzip\r\n",
                &gzip(&bomb),
            )),
        ),
        (
            "/endless",
            Play::Endless(head("Connection: close\r\n"), piece.clone()),
        ),
        (
            "/endless-chunks",
            Play::Endless(head("Transfer-Encoding: chunked\r\n"), chunk),
        ),
        (
            "/announced",
            Play::Send(head("Content-Length: 99999999999\r\n")),
        ),
    ])
    .await;
    let config = FetchConfig {
        max_bytes: 2 << 20,
        max_decoded_bytes: 4 << 20,
        ..server.config()
    };
    let fetcher = Fetcher::with_lookup(config, Arc::new(Nobody)).expect("a fetcher");
    for (path, setting) in [
        ("/gzip", "max_decoded_bytes"),
        ("/br", "max_decoded_bytes"),
        ("/endless", "max_bytes"),
        ("/endless-chunks", "max_bytes"),
        ("/announced", "max_bytes"),
    ] {
        match fetcher.fetch(&server.url(path)).await {
            Err(FetchError::TooLarge { setting: found, .. }) => {
                assert_eq!(found, setting, "{path}")
            }
            other => panic!("{path}: {other:?}"),
        }
    }
    // One layer is unpacked, as declared; what is inside is only bytes.
    assert!(fetcher.fetch(&server.url("/gzip-in-gzip")).await.is_ok());
}

#[tokio::test]
async fn slow_servers_are_left_in_time() {
    let server = Server::start(&[
        (
            "/drip",
            Play::Drip(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000000\r\n\r\n"
                    .to_vec(),
            ),
        ),
        ("/drip-head", Play::Drip(b"HTTP/1.1 200 OK\r\nX: ".to_vec())),
        ("/silence", Play::Silence),
    ])
    .await;
    let config = FetchConfig {
        timeout_seconds: 1,
        ..server.config()
    };
    let fetcher = Fetcher::with_lookup(config, Arc::new(Nobody)).expect("a fetcher");
    for path in ["/drip", "/drip-head", "/silence"] {
        let error = fetcher.fetch(&server.url(path)).await.expect_err(path);
        assert_eq!(error, FetchError::Timeout { seconds: 1 }, "{path}");
    }
}

#[tokio::test]
async fn broken_answers_are_errors_of_their_own() {
    let type_html = "Content-Type: text/html\r\n";
    let server = Server::start(&[
        (
            "/short",
            Play::Send(
                format!("HTTP/1.1 200 OK\r\n{type_html}Content-Length: 500\r\n\r\nhalf")
                    .into_bytes(),
            ),
        ),
        (
            "/garbage",
            Play::Send(b"\x00\x01\x02 not http at all\r\n\r\n".to_vec()),
        ),
        (
            "/half-gzip",
            Play::Send(response(
                "200 OK",
                &format!("{type_html}Content-Encoding: gzip\r\n"),
                &gzip(&[b'x'; 9999])[..20],
            )),
        ),
        (
            "/not-gzip",
            Play::Send(response(
                "200 OK",
                &format!("{type_html}Content-Encoding: gzip\r\n"),
                b"<p>plain</p>",
            )),
        ),
        (
            "/zstd",
            Play::Send(response(
                "200 OK",
                &format!("{type_html}Content-Encoding: zstd\r\n"),
                b"x",
            )),
        ),
        (
            "/500",
            Play::Send(response("500 Oops", type_html, b"<p>x</p>")),
        ),
        ("/304", Play::Send(response("304 Not Modified", "", b""))),
        (
            "/png",
            Play::Send(response(
                "200 OK",
                "Content-Type: image/svg+xml\r\n",
                b"\x89PNG",
            )),
        ),
    ])
    .await;
    assert!(matches!(
        failure(&server, "/short").await,
        FetchError::Unreachable { .. }
    ));
    assert!(matches!(
        failure(&server, "/garbage").await,
        FetchError::Unreachable { .. }
    ));
    for path in ["/half-gzip", "/not-gzip", "/zstd"] {
        let error = failure(&server, path).await;
        assert!(
            matches!(error, FetchError::DamagedBody { .. }),
            "{path}: {error}"
        );
    }
    for (path, wanted) in [("/500", 500), ("/missing", 404), ("/304", 304)] {
        match failure(&server, path).await {
            FetchError::HttpStatus { status, .. } => assert_eq!(status, wanted),
            other => panic!("{path}: {other}"),
        }
    }
    let error = failure(&server, "/png").await;
    assert_eq!(
        error,
        FetchError::UnsupportedMediaType {
            media_type: "image/svg+xml".to_owned()
        }
    );
    let https = server.url("/500").replace("http:", "https:");
    let error = server
        .fetcher()
        .fetch(&https)
        .await
        .expect_err("no TLS there");
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn a_server_that_is_away_is_named_with_what_the_network_said() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    drop(listener);
    let config = FetchConfig {
        ports: vec![port],
        ..Server::start(&[]).await.config()
    };
    let fetcher = Fetcher::with_lookup(config, Arc::new(Nobody)).expect("a fetcher");
    let error = fetcher
        .fetch(&format!("http://127.0.0.1:{port}/"))
        .await
        .expect_err("nobody is there");
    let said = error.to_string();
    assert!(
        said.contains("127.0.0.1 cannot be reached") && said.to_lowercase().contains("refused"),
        "{said}"
    );
}

#[tokio::test]
async fn more_bytes_than_announced_are_not_the_page() {
    let body = "<p>正文。</p>";
    let bytes = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}HTTP/1.1 200 OK\r\n\r\nsmuggled",
        body.len()
    );
    let server = Server::start(&[("/long", Play::Send(bytes.into_bytes()))]).await;
    let page = server
        .fetcher()
        .fetch(&server.url("/long"))
        .await
        .expect("a page");
    assert_eq!(page.text, body);
}
