//! A server that misbehaves in every way a server can, and name servers without a network.

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
pub(crate) enum Play {
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

pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start(plays: &[(&str, Play)]) -> Self {
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

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn config(&self) -> FetchConfig {
        FetchConfig {
            allowed_hosts: vec!["127.0.0.1".to_owned()],
            allow_private: true,
            ports: vec![self.port],
            // Long enough for a busy machine; tests of slow servers have their own.
            timeout_seconds: 60,
            ..FetchConfig::default()
        }
    }

    pub(crate) fn fetcher(&self) -> Fetcher {
        Fetcher::with_lookup(self.config(), Arc::new(Nobody)).expect("a fetcher")
    }

    pub(crate) fn seen(&self) -> Vec<String> {
        self.requests.lock().expect("not poisoned").clone()
    }
}

pub(crate) async fn serve(
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

pub(crate) fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
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

pub(crate) fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

pub(crate) fn html(body: &str) -> Play {
    Play::Send(response(
        "200 OK",
        "Content-Type: text/html; charset=utf-8\r\n",
        body.as_bytes(),
    ))
}

pub(crate) fn redirect(location: &str) -> Play {
    Play::Send(response(
        "302 Found",
        &format!("Location: {location}\r\n"),
        b"",
    ))
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

pub(crate) fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    let mut encoder = brotli::CompressorWriter::new(&mut compressed, 4096, 4, 22);
    encoder.write_all(bytes).expect("in memory");
    drop(encoder);
    compressed
}

/// Name servers that know no name.
pub(crate) struct Nobody;

impl Lookup for Nobody {
    fn lookup(&self, _host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async { Err(io::Error::other("no such name")) })
    }
}

/// Name servers that give every name the address of this machine.
pub(crate) struct Everybody;

impl Lookup for Everybody {
    fn lookup(&self, _host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async { Ok(vec![IpAddr::from([127, 0, 0, 1])]) })
    }
}

pub(crate) async fn failure(server: &Server, path: &str) -> FetchError {
    match server.fetcher().fetch(&server.url(path)).await {
        Ok(page) => panic!("{path} gave {} characters", page.text.chars().count()),
        Err(error) => error,
    }
}
