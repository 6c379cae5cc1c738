//! `langdu serve` as a process of its own.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use langdu::server::proto::AudioEncoding;
use langdu::server::proto::read_aloud_client::ReadAloudClient;
use langdu::server::proto::synthesize_stream_response::Response as Part;

use crate::support::{request, url, voices};

/// A service in a process of its own, ended with the test.
pub(crate) struct Process {
    child: Child,
    grpc: u16,
    log: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts `langdu serve` behind the words of `wrapper`.
    pub(crate) fn start(wrapper: &[&str], folder: &Path, clips: &Path, web: &str) -> Self {
        Self::start_with("", wrapper, folder, clips, web)
    }

    /// The same with lines at the head of its configuration.
    pub(crate) fn start_with(
        settings: &str,
        wrapper: &[&str],
        folder: &Path,
        clips: &Path,
        web: &str,
    ) -> Self {
        // A port that was free a moment ago; the process says so when it is not any more.
        let ports: Vec<TcpListener> = (0..3)
            .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
            .collect();
        let [grpc, http, admin] = [0, 1, 2].map(|i: usize| ports[i].local_addr().unwrap().port());
        drop(ports);
        let port = web.rsplit(':').next().unwrap();
        let config = format!(
            "{settings}[fetch]\nallowed_hosts = [\"127.0.0.1\"]\nprivate_hosts = [\"127.0.0.1\"]\n\
             ports = [{port}]\n[clips]\npath = {clips:?}\n[voices]\npath = {:?}\n",
            voices()
        );
        let file = folder.join("langdu.toml");
        std::fs::write(&file, config).unwrap();
        let mut words: Vec<String> = wrapper.iter().map(|&word| word.to_owned()).collect();
        words.extend([
            env!("CARGO_BIN_EXE_langdu").to_owned(),
            "serve".to_owned(),
            format!("--config={}", file.display()),
            format!("--grpc=127.0.0.1:{grpc}"),
            format!("--http=127.0.0.1:{http}"),
            format!("--admin=127.0.0.1:{admin}"),
        ]);
        let mut child = Command::new(&words[0])
            .args(&words[1..])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let serving = log
            .by_ref()
            .map_while(Result::ok)
            .any(|line| line.contains("serving"));
        assert!(serving, "the service starts");
        // The log is read on, so that the process never waits for us.
        let kept = Arc::new(Mutex::new(Vec::new()));
        let keep = kept.clone();
        std::thread::spawn(move || {
            for line in log.map_while(Result::ok) {
                keep.lock().unwrap().push(line);
            }
        });
        Self {
            child,
            grpc,
            log: kept,
        }
    }

    /// Ends the process as a crash would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// Whether a line of the log so far holds every one of `words`.
    pub(crate) fn has_logged(&self, words: &[&str]) -> bool {
        let log = self.log.lock().unwrap();
        log.iter()
            .any(|line| words.iter().all(|word| line.contains(word)))
    }

    pub(crate) async fn client(&self) -> ReadAloudClient<tonic::transport::Channel> {
        ReadAloudClient::connect(format!("http://127.0.0.1:{}", self.grpc))
            .await
            .unwrap()
    }

    /// The audio of the page's utterances; at most `count` of them.
    pub(crate) async fn hear(&self, page: &str, count: usize) -> Vec<Vec<u8>> {
        let asked = request(url(page), AudioEncoding::Mp3);
        let mut stream = self
            .client()
            .await
            .synthesize_stream(asked)
            .await
            .unwrap()
            .into_inner();
        let mut audio = Vec::new();
        while audio.len() < count {
            match stream.message().await.unwrap().and_then(|m| m.response) {
                Some(Part::Audio(bytes)) => audio.push(bytes.to_vec()),
                Some(Part::End(_)) | None => break,
                Some(_) => {}
            }
        }
        audio
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have been killed by the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
