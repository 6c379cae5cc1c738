//! A process that is killed, and a disk that is full: nothing damaged is served, nothing stops.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use langdu::server::proto::read_aloud_client::ReadAloudClient;
use langdu::server::proto::synthesize_stream_response::Response as Part;
use langdu::server::proto::{AudioEncoding, UtteranceStart};

use crate::support::{request, shared, text, url, voices};

/// A service in a process of its own, ended with the test.
pub(crate) struct Process {
    child: Child,
    grpc: u16,
    log: Option<JoinHandle<Vec<String>>>,
}

impl Process {
    /// Starts `langdu serve` behind the words of `wrapper`.
    pub(crate) fn start(wrapper: &[&str], folder: &Path, clips: &Path, web: &str) -> Self {
        // A port that was free a moment ago; the process says so when it is not any more.
        let ports: Vec<TcpListener> = (0..3)
            .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
            .collect();
        let [grpc, http, admin] = [0, 1, 2].map(|i: usize| ports[i].local_addr().unwrap().port());
        drop(ports);
        let port = web.rsplit(':').next().unwrap();
        let config = format!(
            "[fetch]\nallowed_hosts = [\"127.0.0.1\"]\nprivate_hosts = [\"127.0.0.1\"]\n\
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
        let reading = std::thread::spawn(move || log.map_while(Result::ok).collect());
        Self {
            child,
            grpc,
            log: Some(reading),
        }
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) async fn client(&self) -> ReadAloudClient<tonic::transport::Channel> {
        ReadAloudClient::connect(format!("http://127.0.0.1:{}", self.grpc))
            .await
            .unwrap()
    }

    /// The audio of the page's utterances; at most `count` of them.
    async fn hear(&self, page: &str, count: usize) -> Vec<Vec<u8>> {
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

impl Process {
    /// What an ended process has logged since it was serving.
    pub(crate) fn log(&mut self) -> String {
        let log = self.log.take().unwrap();
        log.join().unwrap().join("\n")
    }

    /// What a stream says of each utterance of the page.
    pub(crate) async fn starts(&self, page: &str) -> Vec<UtteranceStart> {
        let asked = request(url(page), AudioEncoding::Mp3);
        let stream = self.client().await.synthesize_stream(asked).await;
        let mut stream = stream.unwrap().into_inner();
        let mut starts = Vec::new();
        while let Some(message) = stream.message().await.unwrap() {
            if let Some(Part::Utterance(start)) = message.response {
                starts.push(start);
            }
        }
        starts
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have been killed by the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the disk holds of clips.
fn objects(clips: &Path) -> usize {
    std::fs::read_dir(clips)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name() != ".unfinished")
        .flat_map(|entry| std::fs::read_dir(entry.path()).into_iter().flatten())
        .filter_map(Result::ok)
        .filter(|file| file.path().extension().is_some_and(|e| e == "mp3frames"))
        .count()
}

#[tokio::test]
async fn a_killed_process_leaves_no_damaged_clip() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    let web = shared();
    let page = web.page("/policy.html");
    let whole = {
        let service = Process::start(&[], folder.path(), &clips, &web.web.to_string());
        service.hear(&page, usize::MAX).await
    };
    // Killed at several moments; each start goes on from what the one before left.
    std::fs::remove_dir_all(&clips).unwrap();
    for count in [1, 2, 4] {
        let mut service = Process::start(&[], folder.path(), &clips, &web.web.to_string());
        let heard = service.hear(&page, count).await;
        service.child.kill().unwrap();
        assert_eq!(heard, whole[..count], "what is served is never damaged");
    }
    let kept = objects(&clips);
    assert!(kept > 0, "what was made before a kill is kept");
    let service = Process::start(&[], folder.path(), &clips, &web.web.to_string());
    assert_eq!(service.hear(&page, usize::MAX).await, whole);
}

#[tokio::test]
async fn a_full_disk_under_the_cache_costs_nothing_but_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    std::fs::create_dir(&clips).unwrap();
    let web = shared();
    // A file system of 16 kB in a mount namespace of its own: no rights on the machine needed.
    let script = format!(
        "mount -t tmpfs -o size=16k none {} && exec \"$@\"",
        clips.display()
    );
    let wrapper = [
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        &script,
        "sh",
    ];
    let service = Process::start(&wrapper, folder.path(), &clips, &web.web.to_string());
    let heard = service.hear(&web.page("/policy.html"), usize::MAX).await;
    assert!(heard.len() > 5, "{} utterances", heard.len());
    assert!(heard.iter().all(|audio| !audio.is_empty()));
    let again = service.hear(&web.page("/policy.html"), usize::MAX).await;
    assert_eq!(heard, again, "the service goes on");
    assert_eq!(objects(&clips), 0, "the mount is the service's own");
}

#[tokio::test]
async fn a_shutdown_finishes_what_is_playing() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    let mut process = Process::start(&[], folder.path(), &clips, &shared().web.to_string());
    let asked = request(
        text("第一句话。第二句话。第三句话，说完再走。"),
        AudioEncoding::Mp3,
    );
    let mut stream = process
        .client()
        .await
        .synthesize_stream(asked)
        .await
        .unwrap()
        .into_inner();
    // The header has come, no audio yet: everything is still under way.
    assert!(matches!(
        stream.message().await.unwrap().unwrap().response,
        Some(Part::Header(_))
    ));
    let pid = process.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    let mut last = None;
    while let Some(message) = stream.message().await.unwrap() {
        last = message.response;
    }
    assert!(matches!(last, Some(Part::End(_))), "{last:?}");
    drop(stream);
    let ended = tokio::task::spawn_blocking(move || process.child.wait().unwrap())
        .await
        .unwrap();
    assert!(ended.success());
}
