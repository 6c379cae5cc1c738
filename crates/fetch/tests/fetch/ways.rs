//! Ways to a page: TLS and proxies.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use futures::future::BoxFuture;
use langdu_fetch::{FetchConfig, FetchError, Fetcher, Lookup};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::misbehaving::*;

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
        .args(["--exact", "ways::proxies_in_the_environment_are_not_used"])
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
