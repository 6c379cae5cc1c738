//! The fetcher against a server that misbehaves in every way a server can, over real sockets.

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures::future::BoxFuture;
use langdu_fetch::{FetchConfig, FetchError, Fetcher, Lookup};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with one request.
#[derive(Clone)]
enum Play {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends these bytes, then this piece again and again.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends these bytes, then one byte every 20 ms.
    Drip(Vec<u8>),
    /// Reads the request and never answers.
    Silence,
    /// Sends the second when the request holds the first, else the third.
    When(&'static str, Vec<u8>, Vec<u8>),
}

struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(plays: &[(&str, Play)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let plays: HashMap<String, Play> = plays
            .iter()
            .map(|(path, play)| ((*path).to_owned(), play.clone()))
            .collect();
        let plays = Arc::new(plays);
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&plays), Arc::clone(&seen), port));
            }
        });
        Self { port, requests }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn config(&self) -> FetchConfig {
        FetchConfig {
            allowed_hosts: vec!["127.0.0.1".to_owned()],
            allow_private: true,
            ports: vec![self.port],
            // Long enough for a busy machine; tests of slow servers have their own.
            timeout_seconds: 60,
            ..FetchConfig::default()
        }
    }

    fn fetcher(&self) -> Fetcher {
        Fetcher::with_lookup(self.config(), Arc::new(Nobody)).expect("a fetcher")
    }

    fn seen(&self) -> Vec<String> {
        self.requests.lock().expect("not poisoned").clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    plays: Arc<HashMap<String, Play>>,
    seen: Arc<Mutex<Vec<String>>>,
    port: u16,
) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&piece[..count]),
        }
        // A handshake of TLS, which servers of plain HTTP refuse.
        if request[0] == 0x16 {
            let _ = stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                .await;
            return;
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
    seen.lock().expect("not poisoned").push(request.clone());
    let here = |bytes: &[u8]| replace(bytes, b"{port}", port.to_string().as_bytes());
    let _ = match plays.get(&path) {
        Some(Play::Send(bytes)) => stream.write_all(&here(bytes)).await,
        Some(Play::When(part, yes, no)) => {
            let bytes = if request.contains(part) { yes } else { no };
            stream.write_all(&here(bytes)).await
        }
        Some(Play::Endless(head, piece)) => {
            let mut sent = stream.write_all(head).await;
            while sent.is_ok() {
                sent = stream.write_all(piece).await;
            }
            sent
        }
        Some(Play::Drip(head)) => {
            let mut sent = stream.write_all(head).await;
            while sent.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
                sent = stream.write_all(b"x").await;
            }
            sent
        }
        Some(Play::Silence) => std::future::pending().await,
        None => stream.write_all(&response("404 Not Found", "", b"")).await,
    };
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    // Only heads hold the mark; bodies here are far from it or small.
    let head_end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..head_end]).replace(
        std::str::from_utf8(from).expect("text"),
        std::str::from_utf8(to).expect("text"),
    );
    let mut replaced = head.into_bytes();
    replaced.extend_from_slice(&bytes[head_end..]);
    replaced
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn html(body: &str) -> Play {
    Play::Send(response(
        "200 OK",
        "Content-Type: text/html; charset=utf-8\r\n",
        body.as_bytes(),
    ))
}

fn redirect(location: &str) -> Play {
    Play::Send(response(
        "302 Found",
        &format!("Location: {location}\r\n"),
        b"",
    ))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    let mut encoder = brotli::CompressorWriter::new(&mut compressed, 4096, 4, 22);
    encoder.write_all(bytes).expect("in memory");
    drop(encoder);
    compressed
}

/// Name servers that know no name.
struct Nobody;

impl Lookup for Nobody {
    fn lookup(&self, _host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async { Err(io::Error::other("no such name")) })
    }
}

/// Name servers that give every name the address of this machine.
struct Everybody;

impl Lookup for Everybody {
    fn lookup(&self, _host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async { Ok(vec![IpAddr::from([127, 0, 0, 1])]) })
    }
}

async fn failure(server: &Server, path: &str) -> FetchError {
    match server.fetcher().fetch(&server.url(path)).await {
        Ok(page) => panic!("{path} gave {} characters", page.text.chars().count()),
        Err(error) => error,
    }
}

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
                "Content-Type: image/png\r\n",
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
            media_type: "image/png".to_owned()
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

/// A certificate authority and a server's identity that it signed, for one name.
struct Tls {
    authority_pem: String,
    acceptor: tokio_rustls::TlsAcceptor,
}

impl Tls {
    fn for_name(name: &str) -> Self {
        let authority_key = rcgen::KeyPair::generate().expect("a key");
        let mut params = rcgen::CertificateParams::new(Vec::new()).expect("valid");
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = params.self_signed(&authority_key).expect("signed");
        let authority_pem = authority.pem();
        let issuer = rcgen::Issuer::new(params, authority_key);
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = rcgen::CertificateParams::new(vec![name.to_owned()])
            .expect("valid")
            .signed_by(&key, &issuer)
            .expect("signed");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("known versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                rustls::pki_types::PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .expect("key and certificate belong together");
        Self {
            authority_pem,
            acceptor: Arc::new(config).into(),
        }
    }

    /// Answers every request with `answer`; returns the port.
    async fn serve(&self, answer: Vec<u8>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let acceptor = self.acceptor.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, answer) = (acceptor.clone(), answer.clone());
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let mut request = [0; 4096];
                    let _ = stream.read(&mut request).await;
                    let _ = stream.write_all(&answer).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        port
    }
}

#[tokio::test]
async fn a_page_over_tls_is_read_when_its_certificate_is_good_and_not_otherwise() {
    let tls = Tls::for_name("portal.example.gov.cn");
    let page = response(
        "200 OK",
        "Content-Type: text/html\r\n",
        "<p>通知。</p>".as_bytes(),
    );
    let port = tls.serve(page).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, &tls.authority_pem).expect("written");
    let fetcher = |authorities| {
        let config = FetchConfig {
            allowed_hosts: vec!["*.example.gov.cn".to_owned()],
            allow_private: true,
            ports: vec![port],
            authorities,
            ..FetchConfig::default()
        };
        Fetcher::with_lookup(config, Arc::new(Everybody)).expect("a fetcher")
    };
    let url = format!("https://portal.example.gov.cn:{port}/");
    let page = fetcher(Some(file.clone()))
        .fetch(&url)
        .await
        .expect("a page");
    assert_eq!(page.text, "<p>通知。</p>");
    assert_eq!(page.url.scheme(), "https");

    // Signed by nobody that is known.
    let error = fetcher(None).fetch(&url).await.expect_err("no trust");
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    // Made out to another name.
    let other = format!("https://other.example.gov.cn:{port}/");
    let error = fetcher(Some(file))
        .fetch(&other)
        .await
        .expect_err("another name");
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");

    let nothing = folder.path().join("empty.pem");
    std::fs::write(&nothing, "no certificate").expect("written");
    for file in [nothing, folder.path().join("missing.pem")] {
        let config = FetchConfig {
            authorities: Some(file),
            ..FetchConfig::default()
        };
        assert!(matches!(
            Fetcher::with_lookup(config, Arc::new(Nobody)),
            Err(FetchError::BadConfig { .. })
        ));
    }
}

/// Name servers in which names of `inside` are private and all others public, `unknown` aside.
struct Split;

impl Lookup for Split {
    fn lookup(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let answer = match host {
            "inside.example.gov.cn" => Ok(vec![
                IpAddr::from([1, 2, 3, 4]),
                IpAddr::from([192, 168, 0, 1]),
            ]),
            "unknown.example.gov.cn" => Err(io::Error::other("no such name")),
            "proxy.internal" => Ok(vec![IpAddr::from([127, 0, 0, 1])]),
            _ => Ok(vec![IpAddr::from([1, 2, 3, 4])]),
        };
        Box::pin(async move { answer })
    }
}

#[tokio::test]
async fn a_proxy_is_used_only_when_configured_and_asked_only_for_what_the_guard_admits() {
    let proxy = Server::start(&[
        ("http://portal.example.gov.cn/", html("<p>经过代理。</p>")),
        (
            "http://portal.example.gov.cn/in",
            redirect("http://inside.example.gov.cn/"),
        ),
        ("http://inside.example.gov.cn/", html("<p>内部。</p>")),
        ("http://unknown.example.gov.cn/", html("<p>不明。</p>")),
    ])
    .await;
    let config = FetchConfig {
        allowed_hosts: vec!["*.example.gov.cn".to_owned(), "127.0.0.1".to_owned()],
        ports: vec![80, 443, 22],
        proxy: Some(format!("http://proxy.internal:{}", proxy.port)),
        timeout_seconds: 60,
        ..FetchConfig::default()
    };
    let with =
        |config: FetchConfig| Fetcher::with_lookup(config, Arc::new(Split)).expect("a fetcher");
    let fetcher = with(config.clone());
    // The proxy itself may be inside: the operator named it.
    let page = fetcher
        .fetch("http://portal.example.gov.cn/")
        .await
        .expect("a page");
    assert_eq!(page.text, "<p>经过代理。</p>");
    for url in [
        "http://inside.example.gov.cn/",
        "http://portal.example.gov.cn/in",
        "http://127.0.0.1/",
    ] {
        let error = fetcher.fetch(url).await.expect_err(url);
        assert!(
            matches!(error, FetchError::AddressNotPublic { .. }),
            "{url}: {error}"
        );
    }
    let error = fetcher
        .fetch("http://unknown.example.gov.cn/")
        .await
        .expect_err("nobody knows its address");
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    let error = fetcher
        .fetch("http://elsewhere.example.com/")
        .await
        .expect_err("not on the list");
    assert!(
        matches!(error, FetchError::HostNotAllowed { .. }),
        "{error}"
    );
    let asked: Vec<String> = proxy
        .seen()
        .iter()
        .filter_map(|request| request.split(' ').nth(1).map(str::to_owned))
        .collect();
    assert_eq!(
        asked,
        [
            "http://portal.example.gov.cn/",
            "http://portal.example.gov.cn/in"
        ],
        "nothing forbidden was asked of the proxy"
    );

    // A name that only the proxy can look up is the operator's to name.
    let trusting = with(FetchConfig {
        private_hosts: vec!["unknown.example.gov.cn".to_owned()],
        ..config.clone()
    });
    let page = trusting
        .fetch("http://unknown.example.gov.cn/")
        .await
        .expect("left to the proxy");
    assert_eq!(page.text, "<p>不明。</p>");

    // A page over TLS goes through a tunnel that the proxy is asked for by name.
    let _ = trusting.fetch("https://unknown.example.gov.cn/").await;
    let last = proxy.seen().pop().expect("asked");
    assert!(
        last.starts_with("CONNECT unknown.example.gov.cn:443 "),
        "{last}"
    );
}

/// Fetches a page in a process of its own whose environment names a proxy: the environment of
/// this one is every test's.
#[tokio::test]
async fn proxies_in_the_environment_are_not_used() {
    const INSIDE: &str = "LANGDU_TEST_WITH_PROXIES";
    if std::env::var_os(INSIDE).is_some() {
        let server = Server::start(&[("/", html("<p>直接。</p>"))]).await;
        let page = server.fetcher().fetch(&server.url("/")).await;
        assert_eq!(page.expect("a page").text, "<p>直接。</p>");
        return;
    }
    let proxies = [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ];
    let mut command = std::process::Command::new(std::env::current_exe().expect("this test"));
    command
        .args(["--exact", "server::proxies_in_the_environment_are_not_used"])
        .env(INSIDE, "1")
        // Nothing listens there.
        .envs(proxies.map(|name| (name, "http://127.0.0.1:9/")))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy");
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
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
