//! `langdu serve` in a process of its own, which ends with the test.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use langdu_proto::operator_client::OperatorClient;
use langdu_proto::read_aloud_client::ReadAloudClient;
use langdu_proto::synthesize_stream_response::Response as Part;
use langdu_proto::{AudioEncoding, SynthesizeRequest, SynthesizeStreamResponse, UtteranceStart};
use tonic::Streaming;

use crate::{
    Operator, UNLIMITED_CAPACITY, eventually_async, http_client, operators_socket, operators_token,
    program, request, url, voices,
};

/// Where [`free_ports`] looks: below the ports that Linux gives to whoever does not ask for a certain
/// one, so that no connection and no other listener takes a port before the service listens on it.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// Ports that are free. No two calls of one process give the same one, and processes that run beside
/// each other look in different places first.
pub fn free_ports<const N: usize>() -> [u16; N] {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let count = u32::from(PORTS.end - PORTS.start);
    let start = std::process::id().wrapping_mul(97) % count;
    let next = || {
        let tried = TRIED.fetch_add(1, Ordering::Relaxed);
        let offset = u16::try_from((start + tried) % count).expect("less than the range is long");
        PORTS.start + offset
    };
    std::array::from_fn(|_| {
        loop {
            let port = next();
            if TcpListener::bind(("127.0.0.1", port)).is_ok() {
                return port;
            }
        }
    })
}

/// Longer than any test takes on a slow machine. The service of a test that hangs is killed after this
/// time, so that the test fails.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// What may take longer beside everything else that a machine does: see `Service`.
const PATIENT: [(&str, &str); 4] = [
    ("LANGDU_FETCH__TIMEOUT_SECONDS", "60"),
    ("LANGDU_FILES__TIMEOUT_SECONDS", "600"),
    ("LANGDU_OCR__TIMEOUT_SECONDS", "3600"),
    ("LANGDU_OCR__MAX_DOCUMENT_SECONDS", "3600"),
];

/// A running `langdu serve`, killed when it is dropped.
pub struct Process {
    /// The process.
    pub child: Child,
    /// The port of its gRPC listener.
    pub grpc: u16,
    /// The port of its gateway.
    pub http: u16,
    admin: u16,
    clips: PathBuf,
    log: Arc<Mutex<Vec<String>>>,
    _watched: Option<mpsc::Sender<()>>,
}

/// The ways in which one process differs from another.
#[derive(Default)]
pub struct Setup<'a> {
    /// Words in front of the program.
    pub wrapper: &'a [&'a str],
    /// Lines of its configuration file, after the sections that every process has.
    pub config: &'a str,
    /// Environment variables.
    pub environment: &'a [(&'a str, &'a str)],
    /// The share of the measured capacity that listeners may take; without one a test's service
    /// refuses nobody, because what a machine carries beside the tests is no property of the service.
    pub capacity_share: Option<f64>,
    /// A trial outside the tests takes as long as its arguments say, so that it has no watchdog; its
    /// capacity is that of a service in production.
    pub is_trial: bool,
}

impl Process {
    /// Starts `langdu serve` with its clips in `clips`; `web` is where pages may be read from.
    pub fn start(folder: &Path, clips: &Path, web: &str, setup: &Setup<'_>) -> Self {
        let [grpc, http, admin] = free_ports();
        let port = web.rsplit(':').next().unwrap();
        let capacity = match setup.capacity_share {
            None if setup.is_trial => String::new(),
            share => format!(
                "[limits]\ncapacity_share = {:e}\n",
                share.unwrap_or(UNLIMITED_CAPACITY)
            ),
        };
        let config = format!(
            "[fetch]\nallowed_hosts = [\"127.0.0.1\"]\nprivate_hosts = [\"127.0.0.1\"]\n\
             ports = [{port}]\n{capacity}[voices]\npath = {:?}\n[clips]\npath = {clips:?}\n{}",
            voices(),
            setup.config
        );
        let file = folder.join(format!("langdu-{grpc}.toml"));
        std::fs::write(&file, config).unwrap();
        let mut words: Vec<String> = setup.wrapper.iter().map(|&word| word.to_owned()).collect();
        words.extend([
            program().display().to_string(),
            "serve".to_owned(),
            format!("--config={}", file.display()),
            format!("--grpc=127.0.0.1:{grpc}"),
            format!("--http=127.0.0.1:{http}"),
            format!("--admin=127.0.0.1:{admin}"),
        ]);
        let mut child = Command::new(&words[0])
            .args(&words[1..])
            .envs(PATIENT.iter().copied().filter(|_| !setup.is_trial))
            .envs(setup.environment.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let watched = (!setup.is_trial).then(|| end_after(LONGEST, child.id()));
        let log = Arc::new(Mutex::new(Vec::new()));
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut serving = false;
        for line in lines.by_ref().map_while(Result::ok) {
            serving = line.contains("serving");
            log.lock().unwrap().push(line);
            if serving {
                break;
            }
        }
        assert!(serving, "the service starts: {:?}", log.lock().unwrap());
        // The log must be read, or the process would block once the pipe is full.
        let kept = log.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        Self {
            child,
            grpc,
            http,
            admin,
            clips: clips.to_owned(),
            log,
            _watched: watched,
        }
    }

    /// Sends it SIGTERM, as systemd and Kubernetes do.
    pub fn stop(&self) {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        assert!(asked.unwrap().success());
    }

    /// Waits until it has ended; false when it still runs after `most`.
    pub async fn ends_within(&mut self, most: Duration) -> bool {
        let started = Instant::now();
        while started.elapsed() < most {
            if self.child.try_wait().unwrap().is_some() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }

    /// The lines that it has logged so far.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// A client of its gRPC listener.
    pub async fn client(&self) -> ReadAloudClient<tonic::transport::Channel> {
        ReadAloudClient::connect(format!("http://127.0.0.1:{}", self.grpc))
            .await
            .unwrap()
    }

    /// A client of its gRPC listener that shows the token which the first start wrote.
    ///
    /// # Panics
    ///
    /// When there is none, because a token of the configuration makes operators.
    pub async fn operator(&self) -> Operator {
        let clips = self.clips_as_it_sees_them();
        Operator::connect(self.grpc, &clips).await
    }

    /// A client of its operators' socket.
    ///
    /// # Panics
    ///
    /// When it does not listen.
    pub async fn socket(&self) -> OperatorClient<tonic::transport::Channel> {
        operators_socket(&self.clips_as_it_sees_them()).await
    }

    /// The token that the first start wrote.
    ///
    /// # Panics
    ///
    /// As [`operator`](Self::operator).
    pub fn operators_token(&self) -> String {
        operators_token(&self.clips_as_it_sees_them())
    }

    /// A trial may have mounted a file system there that nobody else sees.
    fn clips_as_it_sees_them(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.child.id()));
        let clips = self.clips.strip_prefix("/").unwrap_or(&self.clips);
        root.join(clips)
    }

    /// The stream that answers a request.
    ///
    /// # Panics
    ///
    /// When the service refuses it.
    pub async fn stream(&self, request: SynthesizeRequest) -> Streaming<SynthesizeStreamResponse> {
        let mut client = self.client().await;
        client
            .synthesize_stream(request)
            .await
            .unwrap()
            .into_inner()
    }

    /// What a stream says of each utterance of the page.
    pub async fn starts(&self, page: &str) -> Vec<UtteranceStart> {
        let mut stream = self.stream(request(url(page), AudioEncoding::Mp3)).await;
        let mut starts = Vec::new();
        while let Some(message) = stream.message().await.unwrap() {
            if let Some(Part::Utterance(start)) = message.response {
                starts.push(start);
            }
        }
        starts
    }

    /// The audio of the page's utterances; at most `count` of them.
    pub async fn hear(&self, page: &str, count: usize) -> Vec<Vec<u8>> {
        let mut stream = self.stream(request(url(page), AudioEncoding::Mp3)).await;
        let mut audio = Vec::new();
        while audio.len() < count {
            match stream.message().await.unwrap().and_then(|m| m.response) {
                Some(Part::Audio(bytes)) => audio.push(bytes.to_vec()),
                Some(Part::UtteranceError(error)) => panic!("{error:?}"),
                Some(Part::End(_)) | None => break,
                Some(_) => {}
            }
        }
        audio
    }

    /// A page of the operators' listener: its status and body.
    pub async fn admin(&self, path: &str) -> (u16, String) {
        let address = format!("http://127.0.0.1:{}{path}", self.admin);
        let answer = http_client().get(address).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Waits until the warm-up is over.
    ///
    /// # Panics
    ///
    /// When it is not over after [`PATIENCE`](crate::PATIENCE).
    pub async fn is_ready(&self) {
        let is_ready = eventually_async(async || self.admin("/readyz").await.0 == 200);
        assert!(is_ready.await, "not ready");
    }

    /// The value of a metric without labels.
    pub async fn metric(&self, name: &str) -> f64 {
        let (_, text) = self.admin("/metrics").await;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name} is not exported"))
            .parse()
            .unwrap()
    }
}

/// Kills the process after `most`, unless the sender that is returned has been dropped by then.
fn end_after(most: Duration, process: u32) -> mpsc::Sender<()> {
    let (watched, gone) = mpsc::channel();
    std::thread::spawn(move || {
        if gone.recv_timeout(most) == Err(mpsc::RecvTimeoutError::Timeout) {
            eprintln!("a service still runs after {most:?} and is ended: its test hangs");
            let _ = Command::new("kill")
                .args(["-KILL", &process.to_string()])
                .status();
        }
    });
    watched
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have been killed by the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
