//! A slow client costs itself: it is waited for as long as a listener pauses, and no longer.

use std::time::{Duration, Instant};

use langdu::config::Config;
use langdu_harness::process::{Process, Setup};
use langdu_harness::{PATIENCE, Service, eventually_async, reason, request, text};
use langdu_proto::AudioEncoding;
use langdu_proto::read_aloud_client::ReadAloudClient;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tonic::Code;
use tonic::transport::Endpoint;

/// More than any buffer between the two holds.
const BYTES: usize = 64 << 20;

fn with_a_large_file(
    folder: &tempfile::TempDir,
    longest_s: u64,
) -> impl FnOnce(&mut Config) + use<> {
    std::fs::write(folder.path().join("large.bin"), vec![7; BYTES]).unwrap();
    let folder = folder.path().to_owned();
    move |config| {
        config.demo = Some(folder);
        config.limits.slow_client_seconds = longest_s;
        config.limits.min_bytes_per_second = 100 << 10;
    }
}

/// How a client takes the file.
struct Manner {
    /// Bytes at most at a time.
    bytes: usize,
    /// Bytes after which it pauses, and for how long.
    every: usize,
    pause: Duration,
    /// After this time it takes without a pause what there is: buffers hold minutes of what a slow client
    /// takes, also where the connection has ended long ago.
    slow_for: Duration,
}

/// Asks for the file and takes it; how much came before the connection ended, and whether it ended early.
async fn take(service: &Service, manner: Manner) -> (usize, bool) {
    // What the system takes on behalf of whoever reads slowly is no reading.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(64 << 10).unwrap();
    let mut stream = socket.connect(service.addresses.http).await.unwrap();
    let asked = "GET /demo/large.bin HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    stream.write_all(asked.as_bytes()).await.unwrap();
    let (mut taken, mut since, mut buffer) = (0, 0, vec![0; manner.bytes]);
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        match stream.read(&mut buffer).await {
            Ok(0) => return (taken, taken < BYTES),
            Ok(count) => {
                taken += count;
                since += count;
            }
            Err(_) => return (taken, true),
        }
        if since >= manner.every && begun.elapsed() < manner.slow_for {
            since = 0;
            tokio::time::sleep(manner.pause).await;
        }
    }
    (taken, false)
}

#[tokio::test]
async fn a_client_that_takes_a_little_now_and_then_is_not_waited_for_forever() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(with_a_large_file(&folder, 2));
    // A fifth of what it has to take: all of it would take most of an hour.
    let manner = Manner {
        bytes: 2 << 10,
        every: 1,
        pause: Duration::from_millis(100),
        slow_for: Duration::from_secs(15),
    };
    let (taken, is_cut) = take(&service, manner).await;
    assert!(is_cut && taken < BYTES / 2, "{taken} bytes");
}

#[tokio::test]
async fn a_client_that_pauses_and_goes_on_gets_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(with_a_large_file(&folder, 20));
    // Three pauses are longer than all that it may be waited for, had it earned nothing in between.
    let manner = Manner {
        bytes: 1 << 20,
        every: 16 << 20,
        pause: Duration::from_secs(8),
        slow_for: PATIENCE,
    };
    let (taken, is_cut) = take(&service, manner).await;
    assert!(!is_cut && taken >= BYTES, "{taken} bytes");
}

#[tokio::test]
async fn a_stream_that_is_open_and_not_read_is_not_waited_for_longer() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    let setup = Setup {
        environment: &[("LANGDU_LIMITS__SLOW_CLIENT_SECONDS", "2")],
        ..Setup::default()
    };
    let service = Process::start(folder.path(), &clips, "127.0.0.1:80", &setup);
    // What the client's side takes without being asked is less than one clip.
    let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{}", service.grpc)).unwrap();
    let channel = endpoint.initial_stream_window_size(16 << 10);
    let mut client = ReadAloudClient::new(channel.connect().await.unwrap());
    let long: String = (0..40)
        .map(|number| format!("第{number}间阅览室今天上午照常开放。"))
        .collect();
    let asked = request(text(&long), AudioEncoding::Linear16);
    let mut stream = client.synthesize_stream(asked).await.unwrap().into_inner();
    stream.message().await.unwrap().expect("the header");
    // Nothing more is taken until the service has ended the stream by itself.
    let is_ended = eventually_async(async || service.metric("langdu_streams_open").await == 0.0);
    assert!(is_ended.await, "the stream is waited for");
    let end = loop {
        match stream.message().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("all of it was sent"),
            Err(status) => break status,
        }
    };
    assert_eq!(
        (end.code(), reason(&end).as_str()),
        (Code::Aborted, "NOT_TAKEN")
    );
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_others_have_theirs() {
    let service = Service::start(|config| {
        config.limits.max_connections_per_address = 3;
        // The tests' address is a proxy of ours by default.
        config.security.trusted_proxies = Vec::new();
    });
    let mut asking = Vec::new();
    for _ in 0..6 {
        let mut stream = tokio::net::TcpStream::connect(service.addresses.http)
            .await
            .unwrap();
        // A request whose body is awaited is under way.
        let begun = "POST /v1/readings HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
                     content-length: 1000\r\n\r\n{";
        let _ = stream.write_all(begun.as_bytes()).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        asking.push(stream);
    }
    let mut open = 0;
    for stream in &mut asking {
        let mut byte = [0];
        let read = tokio::time::timeout(Duration::from_millis(300), stream.read(&mut byte)).await;
        open += usize::from(read.is_err());
    }
    assert_eq!(open, 3, "the others were turned away");
}
