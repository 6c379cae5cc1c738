//! What changes without a restart: tokens, certificates; and connections that have become too old.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use langdu::config::TokenHash;
use langdu_harness::process::{Process, Setup};
use langdu_harness::{Service, eventually_async, http_client, shared};
use langdu_proto::ListVoicesRequest;
use langdu_proto::read_aloud_client::ReadAloudClient;
use tokio::net::{TcpListener, TcpStream};
use tonic::Code;
use tonic::transport::{Certificate, Channel, ClientTlsConfig};

use crate::security::with_token;
use crate::tls::Authority;

fn token(token: &str) -> String {
    let hash = TokenHash::of(token);
    format!("[[security.tokens]]\nname = \"{token}\"\nsha256 = \"{hash}\"\n")
}

fn change(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(file, text.replace(from, to)).unwrap();
}

async fn code(process: &Process, token: &str) -> Code {
    let asked = with_token(ListVoicesRequest::default(), token);
    let answer = process.client().await.list_voices(asked).await;
    answer.map_or_else(|status| status.code(), |_| Code::Ok)
}

#[tokio::test]
async fn a_token_is_changed_without_a_restart_and_a_wrong_edit_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    let setup = Setup {
        config: &token("old"),
        ..Setup::default()
    };
    let process = Process::start(folder.path(), &clips, &shared().web.to_string(), &setup);
    let file = folder.path().join(format!("langdu-{}.toml", process.grpc));
    assert_eq!(code(&process, "old").await, Code::Ok);
    assert_eq!(code(&process, "new").await, Code::Unauthenticated);
    let right = std::fs::read_to_string(&file).unwrap();
    let complaints = || {
        let log = process.log();
        let complaints = log
            .iter()
            .filter(|line| line.contains("cannot be used: what was in force stays so"));
        complaints.count()
    };
    change(&file, "sha256 = \"", "sha256 = \"x");
    assert!(eventually_async(async || complaints() == 1).await);
    assert_eq!(code(&process, "old").await, Code::Ok);
    // An editor that empties a file before it writes opens nothing to everybody.
    std::fs::write(&file, "").unwrap();
    assert!(eventually_async(async || complaints() == 2).await);
    assert_eq!(code(&process, "old").await, Code::Ok);
    assert_eq!(code(&process, "new").await, Code::Unauthenticated);
    std::fs::write(&file, right.replace(&token("old"), &token("new"))).unwrap();
    assert!(eventually_async(async || code(&process, "new").await == Code::Ok).await);
    assert_eq!(code(&process, "old").await, Code::Unauthenticated);
}

/// Whether a caller that trusts this authority is served over TLS.
async fn is_served(port: u16, authority: &Authority) -> bool {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let tls = ClientTlsConfig::new()
        .domain_name("localhost")
        .ca_certificate(Certificate::from_pem(authority.pem()));
    let endpoint = Channel::from_shared(format!("https://localhost:{port}"))
        .unwrap()
        .tls_config(tls)
        .unwrap();
    let Ok(channel) = endpoint.connect().await else {
        return false;
    };
    let mut client = ReadAloudClient::new(channel);
    client
        .list_voices(ListVoicesRequest::default())
        .await
        .is_ok()
}

#[tokio::test]
async fn a_certificate_is_renewed_without_a_restart() {
    let (before, after) = (Authority::new(), Authority::new());
    let folder = tempfile::tempdir().unwrap();
    let [certificate, key] = ["a.pem", "a.key"].map(|name| folder.path().join(name));
    let install = |authority: &Authority| {
        let (pem, private) = authority.sign("localhost");
        std::fs::write(&certificate, pem).unwrap();
        std::fs::write(&key, private).unwrap();
    };
    install(&before);
    let config = format!("[security.tls.grpc]\ncertificate = {certificate:?}\nkey = {key:?}\n");
    let setup = Setup {
        config: &config,
        ..Setup::default()
    };
    let web = shared().web.to_string();
    let process = Process::start(folder.path(), &folder.path().join("clips"), &web, &setup);
    assert!(is_served(process.grpc, &before).await);
    assert!(!is_served(process.grpc, &after).await);
    install(&after);
    assert!(eventually_async(async || is_served(process.grpc, &after).await).await);
    assert!(!is_served(process.grpc, &before).await);
}

#[tokio::test]
async fn a_connection_that_is_too_old_is_given_up_gracefully() {
    let service = Service::start(|config| config.listen.max_connection_age_seconds = 1);
    // Over HTTP/1 an answer says that it is the last one of its connection. How soon is the machine's business, but
    // not before the connection is that old.
    let started = Instant::now();
    let client = http_client();
    let gives_up = eventually_async(async || {
        let answer = client.get(service.http("/v1/player.json")).send().await;
        let answer = answer.unwrap().error_for_status().unwrap();
        let said = answer.headers().get("connection").cloned();
        answer.bytes().await.unwrap();
        said.is_some_and(|said| said == "close")
    });
    assert!(gives_up.await);
    assert!(started.elapsed() >= Duration::from_secs(1));
    let answer = client.get(service.http("/v1/player.json")).send().await;
    assert_eq!(answer.unwrap().status(), 200, "on a new one");
}

/// Counts the connections to an address that are made by way of another, which it answers with.
async fn counted(to: SocketAddr) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    tokio::spawn(async move {
        while let Ok((mut from, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut to = TcpStream::connect(to).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
            });
        }
    });
    (address, count)
}

#[tokio::test]
async fn a_caller_whose_connection_is_too_old_is_told_and_opens_another() {
    let service = Service::start(|config| {
        config.listen.max_connection_age_seconds = 1;
        config.listen.connection_grace_seconds = 600;
    });
    let (address, connections) = counted(service.addresses.grpc).await;
    let client = ReadAloudClient::connect(address).await.unwrap();
    let opens_another = eventually_async(async || {
        let request = ListVoicesRequest::default();
        client.clone().list_voices(request).await.unwrap();
        connections.load(Ordering::SeqCst) > 1
    });
    assert!(opens_another.await);
}

#[tokio::test]
async fn what_is_heard_on_a_connection_that_is_too_old_is_heard_to_its_end() {
    let service = Service::start(|config| {
        config.listen.max_connection_age_seconds = 1;
        config.listen.connection_grace_seconds = 600;
    });
    let asked = langdu_harness::request(
        langdu_harness::url(&service.page("/policy.html")),
        langdu_proto::AudioEncoding::Mp3,
    );
    let mut client = service.grpc().await;
    let mut stream = client.synthesize_stream(asked).await.unwrap().into_inner();
    let mut messages = 0;
    while let Some(_message) = stream.message().await.unwrap() {
        messages += 1;
        // Longer than a connection may become old.
        if messages < 8 {
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
    }
    assert!(messages > 8, "{messages}");
}
