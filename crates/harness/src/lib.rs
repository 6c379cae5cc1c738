//! A running service for tests and benchmarks, and the outside web that it reads.
//!
//! Tests of the service use a real server, real sockets and the real voice. Only the outside web is
//! played, by a local server whose pages a test service may read.
//!
//! * [`Service`] runs inside the test's own process. [`shared`] is the one that most tests share, because
//!   loading a voice takes a while.
//! * [`process::Process`] is `langdu serve` in a process of its own, for what a test must kill, restart or
//!   configure by its file.
//! * [`portal::Portal`] is a web site whose pages a test can change.
//! * [`tier::Tier`] is a Redis or an S3 that replicas share.
//! * [`report::Findings`] is the table that a long trial prints (`benches/soak`).
//!
//! ```no_run
//! use langdu_harness::{Service, hear, request, text};
//! use langdu_proto::AudioEncoding;
//!
//! # async fn example() {
//! let service = Service::start(|config| config.limits.capacity_share = 1.0);
//! service.is_ready().await;
//!
//! let request = request(text("国办发〔2022〕11号"), AudioEncoding::Mp3);
//! let heard = hear(&service, request).await.expect("the stream ends well");
//! assert_eq!(heard.audio.len(), heard.utterances.len());
//! # }
//! ```
//!
//! The voices must be installed and the program built, as `make test` does. A failure of the harness
//! itself panics: there is nothing a test could do about it.

mod operator;
pub mod portal;
pub mod process;
pub mod report;
pub mod tier;
mod web;

pub use operator::{Operator, operators_socket, operators_socket_channel, operators_token};
pub use web::{POLICY_PAGE, fixture};

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use langdu::assemble;
use langdu::config::Config;
use langdu::prepare::Preparations;
use langdu::reading::Reader;
use langdu::server::{Addresses, Server};
use langdu_proto::read_aloud_client::ReadAloudClient;
use langdu_proto::synthesize_stream_response::Response as Part;
use langdu_proto::{self as proto, AudioConfig, AudioEncoding, SynthesizeRequest};
use langdu_testkit::repository;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tonic::Status;
use tonic::transport::Channel;
use tonic_types::StatusExt;

/// A service in this process, with a clip folder of its own. It stops when it is dropped, and its folder
/// is deleted.
pub struct Service {
    /// The addresses of its three listeners.
    pub addresses: Addresses,
    /// The pipeline behind them.
    pub reader: Arc<Reader>,
    /// Its preparations.
    pub preparations: Arc<Preparations>,
    /// The web server whose pages it may read.
    pub web: SocketAddr,
    /// Its clip folder.
    pub clips: PathBuf,
    _folder: tempfile::TempDir,
    _stop: oneshot::Sender<()>,
}

/// The runtime of every service. Tests have runtimes of their own, which end before a shared service
/// does.
pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Ends the tests after three hours. All of them together take a quarter of an hour, and several times
/// as long on a machine that has other work, so that by then one hangs: the one that the test harness
/// has reported as running for long.
fn end_what_hangs() {
    std::thread::sleep(Duration::from_secs(3 * 60 * 60));
    eprintln!("the tests are ended after three hours: one of them hangs");
    std::process::exit(101);
}

/// The capacity share of a service that refuses nobody, however slow the machine: what it carries is
/// measured, and the tests ask for more at the same time than a busy machine carries.
pub const UNLIMITED_CAPACITY: f64 = 1e6;

/// How long a test waits for what must come, and for a foreign program to come to its end. It is met only where
/// something hangs: on a busy machine without AVX-512 what takes ten seconds elsewhere has taken five minutes.
pub const PATIENCE: Duration = Duration::from_secs(20 * 60);

static SHARED: LazyLock<Service> = LazyLock::new(|| {
    std::thread::spawn(end_what_hangs);
    Service::start(|_| {})
});

/// The service that most tests share.
pub fn shared() -> &'static Service {
    &SHARED
}

/// The program, which cargo builds beside the tests and the benchmarks that run it.
///
/// # Panics
///
/// When it has not been built.
pub fn program() -> PathBuf {
    let own = std::env::current_exe().expect("the path of this program");
    let program = own
        .parent()
        .and_then(Path::parent)
        .expect("a target folder")
        .join("langdu");
    assert!(
        program.is_file(),
        "{} is not built: run cargo build",
        program.display()
    );
    program
}

/// The folder of the voice packs, which `make test` installs.
pub fn voices() -> PathBuf {
    repository().join("voices")
}

/// The configuration of a test service: free ports, a clip folder of its own, and permission to read the
/// local web.
pub fn config(folder: &Path, web: SocketAddr) -> Config {
    let any_port: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let mut config = Config::default();
    config.listen.grpc = any_port;
    config.listen.http = any_port;
    config.listen.admin = any_port;
    config.voices.path = voices();
    config.clips.path = Some(folder.join("clips"));
    config.fetch.allowed_hosts = vec!["127.0.0.1".to_owned()];
    config.fetch.private_hosts = vec!["127.0.0.1".to_owned()];
    config.fetch.ports = vec![web.port()];
    // A page that is there comes in time on a busy machine, too.
    config.fetch.timeout_seconds = 60;
    // So is a file parsed, and a picture read by a process that everything else on the machine goes before.
    config.files.timeout_seconds = 600;
    config.ocr.timeout_seconds = 3600;
    config.ocr.max_document_seconds = 3600;
    config.limits.capacity_share = UNLIMITED_CAPACITY;
    // The tests' own program is not the one that parses files.
    config.files.parser = Some(program());
    config
}

impl Service {
    /// Starts a service, whose configuration `change` may adjust.
    pub fn start(change: impl FnOnce(&mut Config) + Send) -> Self {
        // A thread that drives a test's own runtime must not block on another runtime.
        std::thread::scope(|scope| scope.spawn(|| Self::start_here(change)).join().unwrap())
    }

    fn start_here(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (stop, stopped) = oneshot::channel();
        let (web, addresses, reader, preparations, clips) = RUNTIME.block_on(async {
            let web = web::start().await;
            let mut config = config(folder.path(), web);
            change(&mut config);
            let server = Server::bind(&config.listen).await.unwrap();
            let addresses = server.addresses().unwrap();
            let backend = assemble::backend(&config).await.unwrap();
            let reader = backend.reader.clone();
            let preparations = backend.preparations.clone();
            let clips = config.clips.path.clone();
            tokio::spawn(async move {
                let config = assemble::server_config(&config);
                let stop = async {
                    let _ = stopped.await;
                };
                server.serve(backend, &config, None, stop).await
            });
            (web, addresses, reader, preparations, clips)
        });
        Self {
            addresses,
            reader,
            preparations,
            web,
            clips: clips.unwrap_or_else(|| folder.path().join("clips")),
            _folder: folder,
            _stop: stop,
        }
    }

    /// The status of a path of the operators' listener.
    pub async fn admin(&self, path: &str) -> u16 {
        let address = format!("http://{}{path}", self.addresses.admin);
        let response = http_client().get(address).send().await.unwrap();
        response.status().as_u16()
    }

    /// Waits until the warm-up is over.
    ///
    /// # Panics
    ///
    /// When it is not over after [`PATIENCE`].
    pub async fn is_ready(&self) {
        let is_ready = eventually_async(async || self.admin("/readyz").await == 200);
        assert!(is_ready.await, "the service never became ready");
    }

    /// Asks the gateway for a reading.
    pub async fn post_reading(&self, body: &serde_json::Value) -> reqwest::Response {
        http_client()
            .post(self.http("/v1/readings"))
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await
            .unwrap()
    }

    /// A client of its gRPC listener.
    pub async fn grpc(&self) -> ReadAloudClient<Channel> {
        let address = format!("http://{}", self.addresses.grpc);
        ReadAloudClient::connect(address)
            .await
            .unwrap()
            .max_decoding_message_size(64 << 20)
    }

    /// A client of its gRPC listener that shows the token which the first start wrote.
    ///
    /// # Panics
    ///
    /// When there is none, because a token of the configuration makes operators.
    pub async fn operator(&self) -> Operator {
        Operator::connect(self.addresses.grpc.port(), &self.clips).await
    }

    /// An address of its gateway.
    pub fn http(&self, path: &str) -> String {
        format!("http://{}{path}", self.addresses.http)
    }

    /// An address of a page that it may read.
    pub fn page(&self, path: &str) -> String {
        format!("http://{}{path}", self.web)
    }
}

/// A client that uses no proxy, and gives up when nothing comes for two minutes.
pub fn http_client() -> reqwest::Client {
    // reqwest wants a TLS provider even for plain http; a second installation changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .read_timeout(PATIENCE)
        .build()
        .unwrap()
}

/// A source of text.
pub fn text(text: &str) -> Option<proto::Source> {
    Some(proto::Source {
        source: Some(proto::source::Source::Text(text.to_owned())),
        ..Default::default()
    })
}

/// A source at an address.
pub fn url(url: &str) -> Option<proto::Source> {
    Some(proto::Source {
        source: Some(proto::source::Source::Url(url.to_owned())),
        ..Default::default()
    })
}

/// A request for a source in an encoding, everything else by default.
pub fn request(source: Option<proto::Source>, encoding: AudioEncoding) -> SynthesizeRequest {
    SynthesizeRequest {
        source,
        audio_config: Some(AudioConfig {
            audio_encoding: encoding.into(),
            ..AudioConfig::default()
        }),
        ..SynthesizeRequest::default()
    }
}

/// Everything that came on one stream.
#[derive(Default)]
pub struct Heard {
    /// The reading.
    pub header: Option<proto::Reading>,
    /// The message before the audio of each utterance.
    pub utterances: Vec<proto::UtteranceStart>,
    /// The audio of each utterance.
    pub audio: Vec<Vec<u8>>,
    /// Utterances that failed.
    pub errors: Vec<proto::UtteranceError>,
    /// The last message.
    pub end: Option<proto::StreamEnd>,
    /// How often the reading has grown.
    pub more: usize,
}

/// Adds what has come to a reading that grows; its numbers go on.
fn grow(reading: &mut proto::Reading, more: proto::Reading) {
    assert_eq!(reading.id, more.id);
    let known = reading.utterances.len();
    for (utterance, number) in more.utterances.into_iter().zip(known..) {
        assert_eq!(utterance.index as usize, number);
        reading.utterances.push(utterance);
    }
    let mut document = more.document.expect("a document");
    let mut blocks = reading.document.take().expect("a document").blocks;
    blocks.append(&mut document.blocks);
    document.blocks = blocks;
    reading.document = Some(document);
    reading.growing = more.growing;
}

impl Heard {
    /// The timings of all utterances.
    pub fn timings(&self) -> Vec<proto::Timing> {
        self.utterances
            .iter()
            .filter_map(|u| u.timing.clone())
            .collect()
    }
}

/// The stable name of what is wrong (`NOT_READABLE`, …).
///
/// # Panics
///
/// When the status has none.
pub fn reason(status: &Status) -> String {
    let info = status.get_details_error_info();
    info.expect("it has a stable reason").reason
}

/// Streams a request to its end, checking the order of its messages and that every utterance was
/// spoken.
pub async fn hear(service: &Service, request: SynthesizeRequest) -> Result<Heard, Status> {
    let heard = hear_what_there_is(service, request).await?;
    assert!(heard.errors.is_empty(), "{:?}", heard.errors);
    Ok(heard)
}

/// As [`hear`], where an utterance may fail.
pub async fn hear_what_there_is(
    service: &Service,
    request: SynthesizeRequest,
) -> Result<Heard, Status> {
    let mut stream = service
        .grpc()
        .await
        .synthesize_stream(request)
        .await?
        .into_inner();
    let mut heard = Heard::default();
    while let Some(message) = stream.message().await? {
        assert!(heard.end.is_none(), "nothing comes after the end");
        match message.response.unwrap() {
            Part::Header(header) => {
                assert!(heard.header.is_none() && heard.utterances.is_empty());
                heard.header = Some(header);
            }
            Part::Utterance(utterance) => {
                assert!(heard.header.is_some(), "the header comes first");
                assert_eq!(heard.utterances.len(), heard.audio.len());
                heard.utterances.push(utterance);
            }
            Part::More(more) => {
                heard.more += 1;
                let header = heard.header.as_mut().expect("the header comes first");
                grow(header, more);
            }
            Part::Audio(audio) => {
                heard.audio.push(audio.to_vec());
                assert_eq!(heard.utterances.len(), heard.audio.len());
            }
            Part::UtteranceError(error) => heard.errors.push(error),
            Part::End(end) => heard.end = Some(end),
        }
    }
    assert!(heard.end.is_some(), "a stream that ended well says so");
    Ok(heard)
}

/// The number of clip files under a folder, in any encoding.
pub fn clip_files(folder: &Path) -> usize {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| match entry.path() {
            path if path.is_dir() => clip_files(&path),
            path => usize::from(path.extension().is_some_and(|ending| {
                ["mp3frames", "opus", "wav", "pcm"]
                    .iter()
                    .any(|e| ending == *e)
            })),
        })
        .sum()
}

/// Sends a request until its answer is whole: a feed that nobody has asked for lately comes in parts.
///
/// # Panics
///
/// When it cannot be sent, or its answer is not whole after [`PATIENCE`].
pub async fn whole(request: reqwest::RequestBuilder) -> reqwest::Response {
    let mut answer = None;
    let is_whole = eventually_async(async || {
        let request = request.try_clone().expect("a request without a stream");
        let given = request.send().await.expect("an answer");
        let kept = given.headers().get("cache-control");
        let is_whole = kept.is_none_or(|kept| kept != "private, no-cache");
        answer = Some(given);
        is_whole
    });
    assert!(is_whole.await, "its answer is not whole");
    answer.expect("it was asked for")
}

/// Waits until `done` returns true, for at most [`PATIENCE`]; false when it never did.
pub async fn eventually(mut done: impl FnMut() -> bool) -> bool {
    eventually_async(async || done()).await
}

/// As [`eventually`], for what takes a request to find out.
pub async fn eventually_async(mut done: impl AsyncFnMut() -> bool) -> bool {
    let started = Instant::now();
    while !done().await {
        if started.elapsed() > PATIENCE {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    true
}
