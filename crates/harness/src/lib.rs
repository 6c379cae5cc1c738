//! A running service to test against and to try hard, in this process or in one of its own, and the
//! outside web it reads.

pub mod portal;
pub mod process;
pub mod report;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
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

/// A service of its own, with everything in a folder that goes with it.
pub struct Service {
    /// Where its three listeners are.
    pub addresses: Addresses,
    /// The pipeline behind them.
    pub reader: Arc<Reader>,
    /// Its preparations.
    pub preparations: Arc<Preparations>,
    /// Where the pages are that it may read.
    pub web: SocketAddr,
    /// Its clip folder.
    pub clips: PathBuf,
    _folder: tempfile::TempDir,
    _stop: oneshot::Sender<()>,
}

/// One runtime for every service, apart from the tests' own.
pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// All tests together take a quarter of an hour. Where they are not over by now, one hangs: the
/// one that the test harness has named as running for long.
fn end_what_hangs() {
    std::thread::sleep(Duration::from_secs(45 * 60));
    eprintln!("the tests are ended after 45 minutes: one of them hangs");
    std::process::exit(101);
}

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

/// Where the packs are: `make test` installs them.
pub fn voices() -> PathBuf {
    repository().join("voices")
}

/// The configuration of a test service: free ports, its own clip folder, the local web allowed.
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
    config.fetch.timeout_seconds = 2;
    // The tests ask for more at the same time than a busy machine carries.
    config.limits.capacity_share = 1e6;
    // The tests' own program is not the one that parses files.
    config.files.parser = Some(program());
    config
}

impl Service {
    /// Starts a service whose configuration `change` has seen.
    pub fn start(change: impl FnOnce(&mut Config) + Send) -> Self {
        // A thread that drives a test's own runtime may not wait for another.
        std::thread::scope(|scope| scope.spawn(|| Self::start_here(change)).join().unwrap())
    }

    fn start_here(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (stop, stopped) = oneshot::channel();
        let (web, addresses, reader, preparations) = RUNTIME.block_on(async {
            let web = start_web().await;
            let mut config = config(folder.path(), web);
            change(&mut config);
            let server = Server::bind(&config.listen).await.unwrap();
            let addresses = server.addresses().unwrap();
            let backend = assemble::backend(&config).await.unwrap();
            let reader = backend.reader.clone();
            let preparations = backend.preparations.clone();
            tokio::spawn(async move {
                let config = assemble::server_config(&config);
                let stop = async {
                    let _ = stopped.await;
                };
                server.serve(backend, &config, None, stop).await
            });
            (web, addresses, reader, preparations)
        });
        Self {
            addresses,
            reader,
            preparations,
            web,
            clips: folder.path().join("clips"),
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

    /// Waits until the warm-up is over: at most 20 s.
    pub async fn is_ready(&self) {
        for _ in 0..200 {
            if self.admin("/readyz").await == 200 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the service never became ready");
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

    /// An address of its gateway.
    pub fn http(&self, path: &str) -> String {
        format!("http://{}{path}", self.addresses.http)
    }

    /// An address of a page that it may read.
    pub fn page(&self, path: &str) -> String {
        format!("http://{}{path}", self.web)
    }
}

/// A client that neither follows redirects nor uses proxies, and does not wait for ever.
pub fn http_client() -> reqwest::Client {
    // reqwest wants a TLS provider even for plain http; a second installation changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .read_timeout(Duration::from_secs(120))
        .build()
        .unwrap()
}

/// A policy page: menu, title, document number, sections, a table, telephone numbers, signature.
pub const POLICY_PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
<title>青禾市人民政府办公室关于做好老年人助餐服务的通知_青禾市人民政府</title></head><body>\
<div class=\"nav\"><a href=\"/\">首页</a> &gt; <a href=\"/zw\">政务公开</a></div>\
<h1>青禾市人民政府办公室关于做好老年人助餐服务的通知</h1><p>青政办发〔2025〕18号</p>\
<div class=\"content\"><p>各县（区）人民政府，市政府各部门：</p>\
<p>为让老年人就近吃上热饭，经市政府同意，现就做好助餐服务通知如下。</p>\
<p>一、主要目标</p><p>到2026年底，全市建成老年食堂120个，覆盖率达到85.5%。</p>\
<table><tr><th>地区</th><th>食堂数量</th></tr><tr><td>东湖区</td><td>36个</td></tr>\
<tr><td>西岭县</td><td>28个</td></tr></table>\
<p>二、服务电话</p><p>咨询电话：0571-88012345，服务热线：12345。</p>\
<p>青禾市人民政府办公室</p><p>2025年9月1日</p></div>\
<div class=\"footer\">主办：青禾市人民政府 备案号：青ICP备00000001号</div></body></html>";

const SECOND_PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
<title>关于发放高龄津贴有关事项的通知</title></head><body>\
<h1>关于发放高龄津贴有关事项的通知</h1><div class=\"content\">\
<p>八十周岁以上的老年人，每人每月发放一百元。</p><p>津贴每月十日前发放到社保卡。</p></div></body></html>";

/// A column of the portal: two documents, a film, and a page that is not there.
const COLUMN_PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
<title>政策文件_青禾市人民政府</title></head><body>\
<div class=\"nav\"><a href=\"/\">首页</a> &gt; <a href=\"/zw\">政务公开</a></div>\
<h1>政策文件</h1><ul class=\"list\">\
<li><a href=\"policy.html\">青禾市人民政府办公室关于做好老年人助餐服务的通知</a>\
<span>2025-09-01</span></li>\
<li><a href=\"/missing.html\">关于一份已经撤下的文件的通知</a><span>2025-08-20</span></li>\
<li><a href=\"/second.html\">关于发放高龄津贴有关事项的通知</a><span>2025-08-15</span></li>\
<li><a href=\"/film.mp4\">老年人防诈骗知识宣传短片（视频）</a><span>2025-08-01</span></li>\
</ul><div class=\"footer\">主办：青禾市人民政府</div></body></html>";

/// A page that only points to its attachment; the first link is a picture.
const STUB_PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
<title>关于印发助餐服务工作通知的公告_青禾市人民政府</title>\
<meta name=\"PubDate\" content=\"2025-03-20\"></head><body>\
<div class=\"nav\"><a href=\"/\">首页</a></div><h1>关于印发助餐服务工作通知的公告</h1>\
<div class=\"content\"><p>现将有关文件予以公布，点击查看：</p>\
<p>附件1：<a href=\"/scan.png\">示意图.png</a></p>\
<p>附件2：<a href=\"/notice.pdf\">助餐服务工作通知.pdf</a></p></div></body></html>";

/// The same with its attachment on a host that is not allowed.
const FAR_STUB_PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
<title>关于印发助餐服务工作通知的公告_青禾市人民政府</title></head><body>\
<h1>关于印发助餐服务工作通知的公告</h1>\
<div class=\"content\"><p>现将有关文件予以公布，点击查看：</p>\
<p>附件：<a href=\"http://localhost:1/notice.pdf\">助餐服务工作通知.pdf</a></p></div></body></html>";

/// A file that extraction is tested with.
pub fn fixture(name: &str) -> Vec<u8> {
    let folder = repository().join("tests/fixtures/files");
    std::fs::read(folder.join(name)).unwrap()
}

async fn file(name: &'static str, media_type: &'static str) -> impl IntoResponse {
    ([("content-type", media_type)], fixture(name))
}

async fn start_web() -> SocketAddr {
    let html = |body: &'static str| get(move || async move { axum::response::Html(body) });
    let router = Router::new()
        .route("/policy.html", html(POLICY_PAGE))
        .route(
            "/empty.html",
            html("<html><head><title>x</title></head><body></body></html>"),
        )
        .route("/second.html", html(SECOND_PAGE))
        .route("/column.html", html(COLUMN_PAGE))
        .route(
            "/notice.pdf",
            get(|| file("libreoffice.pdf", "application/pdf")),
        )
        .route("/notice.ofd", get(|| file("byhand.ofd", "text/html")))
        .route("/scan.png", get(|| file("make.py", "image/png")))
        .route("/stub.html", html(STUB_PAGE))
        .route("/far-stub.html", html(FAR_STUB_PAGE))
        .route("/gbk.html", get(gbk))
        .route("/binary.html", get(binary))
        .route("/endless.html", get(endless))
        .route(
            "/to-private.html",
            get(|| async { Redirect::temporary("http://127.0.0.1:1/") }),
        )
        .route(
            "/to-name.html",
            get(|| async { Redirect::temporary("http://localhost/x") }),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A page in GBK that says so nowhere.
async fn gbk() -> impl IntoResponse {
    let page = POLICY_PAGE.replace("<meta charset=\"utf-8\">", "");
    let (bytes, _, _) = encoding_rs::GBK.encode(&page);
    ([("content-type", "text/html")], bytes.into_owned())
}

async fn binary() -> impl IntoResponse {
    let bytes: Vec<u8> = (0..20_000_u32).map(|i| (i * 7919 % 251) as u8).collect();
    ([("content-type", "text/html")], bytes)
}

async fn endless() -> impl IntoResponse {
    let drips = futures::stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Some((Ok::<_, std::io::Error>("<p>字</p>"), ()))
    });
    (
        [("content-type", "text/html")],
        axum::body::Body::from_stream(drips),
    )
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

/// Everything that one stream gave.
#[derive(Default)]
pub struct Heard {
    /// The reading.
    pub header: Option<proto::Reading>,
    /// What came before the audio of each utterance.
    pub utterances: Vec<proto::UtteranceStart>,
    /// The audio of each.
    pub audio: Vec<Vec<u8>>,
    /// Utterances that failed.
    pub errors: Vec<proto::UtteranceError>,
    /// The last message.
    pub end: Option<proto::StreamEnd>,
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

/// Clips of any form under a folder.
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

/// Waits until `done` or 20 s have passed; true when it was done.
pub async fn eventually(mut done: impl FnMut() -> bool) -> bool {
    for _ in 0..400 {
        if done() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}
