//! Servers that hold a shared tier, and replicas that share it.

use std::collections::HashSet;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::clients::python_packages;
use langdu_harness::process::{Process, Setup, free_ports};
use langdu_harness::{eventually, eventually_async, http_client, shared};
use serde_json::Value;

/// A server that holds the shared tier, ended with the test.
pub(crate) struct Tier {
    pub(crate) child: Child,
    pub(crate) port: u16,
    pub(crate) engine: Engine,
    /// What Redis keeps when it [goes](Tier::goes_for_a_while) for a while only.
    pub(crate) folder: tempfile::TempDir,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Engine {
    Redis,
    S3,
}

/// Moto's server with one request at a time. Its conditional writes look first and write then, so
/// that of two at the same moment both would win, which real storage does not allow. A request has
/// its turn when it is there as a whole: a replica that is held still in the middle of one holds
/// nobody up.
pub(crate) const ONE_AT_A_TIME: &str = "
import io, sys, threading
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
app = DomainDispatcherApplication(create_backend_app)
turn = threading.Lock()
def one_at_a_time(environ, start_response):
    sent, length = environ['wsgi.input'], environ.get('CONTENT_LENGTH')
    if length or environ.get('wsgi.input_terminated'):
        environ['wsgi.input'] = io.BytesIO(sent.read(int(length)) if length else sent.read())
    with turn:
        return list(app(environ, start_response))
run_simple('127.0.0.1', int(sys.argv[1]), one_at_a_time, threaded=True)
";

impl Tier {
    pub(crate) async fn start(engine: Engine) -> Self {
        let [port] = free_ports();
        Self::start_at(engine, port).await
    }

    pub(crate) async fn start_at(engine: Engine, port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::start_in(folder, engine, port).await
    }

    pub(crate) async fn start_in(folder: tempfile::TempDir, engine: Engine, port: u16) -> Self {
        let mut command = match engine {
            Engine::Redis => {
                let mut command = Command::new("redis-server");
                // Nothing is kept on disk: a Redis that was killed comes back empty.
                command.args(["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]);
                command.args(["--port", &port.to_string()]);
                command.arg("--dir").arg(folder.path());
                command
            }
            Engine::S3 => {
                let mut command = Command::new("python3");
                command
                    .args(["-c", ONE_AT_A_TIME])
                    .arg(port.to_string())
                    .env("PYTHONPATH", python_packages())
                    .env("PYTHONDONTWRITEBYTECODE", "1");
                command
            }
        };
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("run: scripts/setup.sh clients");
        let starts = eventually(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
        assert!(starts.await, "it starts");
        let tier = Self {
            child,
            port,
            engine,
            folder,
        };
        if engine == Engine::S3 {
            let bucket = format!("http://127.0.0.1:{port}/clips");
            let made = http_client().put(bucket).send().await.unwrap();
            assert!(made.status().is_success(), "{}", made.status());
        }
        tier
    }

    /// Ends Redis so that it comes back with everything it holds.
    pub(crate) fn goes_for_a_while(mut self) -> Away {
        assert!(self.engine == Engine::Redis, "the others keep nothing");
        let port = self.port.to_string();
        // It ends without an answer.
        let _ = Command::new("redis-cli")
            .args(["-p", &port, "SHUTDOWN", "SAVE"])
            .output()
            .unwrap();
        self.child.wait().unwrap();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        Away {
            folder,
            port: self.port,
        }
    }

    /// Names of what it holds of these clips: recipes and sound.
    pub(crate) async fn names_of(&self, clips: &HashSet<String>) -> Vec<String> {
        let mut names = self.names().await;
        names.retain(|name| {
            let is_lease = name.contains("lease");
            !is_lease && clips.iter().any(|clip| name.contains(clip.as_str()))
        });
        names
    }

    /// Waits until it holds so many objects of these clips.
    pub(crate) async fn comes_to_hold(&self, clips: &HashSet<String>, count: usize) {
        let holds = eventually_async(async || self.names_of(clips).await.len() == count);
        if !holds.await {
            let names = self.names_of(clips).await;
            panic!("{count} objects are not what it holds: {names:?}");
        }
    }

    /// Names of everything that it holds.
    pub(crate) async fn names(&self) -> Vec<String> {
        let text = match self.engine {
            Engine::Redis => {
                let port = self.port.to_string();
                let listed = Command::new("redis-cli")
                    .args(["-p", &port, "--raw", "KEYS", "*"])
                    .output()
                    .unwrap();
                String::from_utf8(listed.stdout).unwrap()
            }
            Engine::S3 => {
                let address = format!("http://127.0.0.1:{}/clips?list-type=2", self.port);
                let listed = http_client().get(address).send().await.unwrap();
                let text = listed.text().await.unwrap();
                text.replace("<Key>", "\n").replace("</Key>", "\n")
            }
        };
        text.lines().map(str::to_owned).collect()
    }

    /// How many leases are held whose clip is not there yet.
    pub(crate) async fn open_leases(&self) -> usize {
        let names = self.names().await;
        let leased = names
            .iter()
            .filter_map(|name| name.rsplit_once("lease:").or(name.rsplit_once("leases/")));
        let is_clip = |name: &String, clip: &str| name.ends_with(clip) && !name.contains("lease");
        leased
            .filter(|(_, clip)| !names.iter().any(|name| is_clip(name, clip)))
            .count()
    }

    /// The configuration of a replica, with leases of so many milliseconds.
    pub(crate) fn config(&self, lease_ms: u32) -> String {
        let port = self.port;
        let options = match self.engine {
            Engine::Redis => format!("endpoint = \"redis://127.0.0.1:{port}\"\nroot = \"/langdu\""),
            Engine::S3 => format!(
                "bucket = \"clips\"\nregion = \"us-east-1\"\naccess_key_id = \"test\"\n\
                 secret_access_key = \"test\"\nendpoint = \"http://127.0.0.1:{port}\""
            ),
        };
        let service = match self.engine {
            Engine::Redis => "redis",
            Engine::S3 => "s3",
        };
        // Twenty seconds: a slow test machine is no tier that has gone.
        format!(
            "[clips.shared]\nservice = \"{service}\"\nlease_ms = {lease_ms}\n\
             timeout_ms = 20000\n[clips.shared.options]\n{options}\n"
        )
    }
}

/// A Redis that is not there for a while.
pub(crate) struct Away {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) port: u16,
}

impl Away {
    pub(crate) async fn comes_back(self) -> Tier {
        Tier::start_in(self.folder, Engine::Redis, self.port).await
    }
}

impl Drop for Tier {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A replica with a clip folder of its own.
pub(crate) async fn replica(folder: &Path, name: &str, config: &str) -> Process {
    let web = shared().web.to_string();
    start(folder, name, config, &web, None).await
}

/// A replica that carries one listener at a time, as soon as the warm-up has told the pace.
pub(crate) async fn replica_for_one(folder: &Path, name: &str, config: &str) -> Process {
    let web = shared().web.to_string();
    start(folder, name, config, &web, Some(1e-6)).await
}

/// A replica that reads the pages of `web`.
pub(crate) async fn start(
    folder: &Path,
    name: &str,
    config: &str,
    web: &str,
    capacity_share: Option<f64>,
) -> Process {
    let setup = Setup {
        config,
        capacity_share,
        environment: &[("NO_PROXY", "*")],
        ..Setup::default()
    };
    let process = Process::start(folder, &folder.join(name), web, &setup);
    process.is_ready().await;
    process
}

pub(crate) async fn two_replicas(folder: &Path, config: &str) -> (Process, Process) {
    tokio::join!(replica(folder, "a", config), replica(folder, "b", config))
}

pub(crate) async fn syntheses(process: &Process) -> f64 {
    process.metric("langdu_syntheses_total").await
}

pub(crate) fn page() -> String {
    shared().page("/policy.html")
}

/// A sentence that stands on a page twice is one clip.
pub(crate) fn distinct(audio: &[Vec<u8>]) -> usize {
    audio.iter().collect::<HashSet<_>>().len()
}

/// The ids of a page's clips.
pub(crate) async fn clips_of(process: &Process, page: &str) -> HashSet<String> {
    let address = format!("http://127.0.0.1:{}/v1/readings?url={page}", process.http);
    let answer = http_client().get(address).send().await.unwrap();
    let reading: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let utterances = reading["utterances"].as_array().unwrap();
    let clips = utterances
        .iter()
        .map(|utterance| utterance["clip"].as_str().unwrap().to_owned());
    clips.collect()
}

/// The statuses with which a replica answers for clips by their ids.
pub(crate) async fn statuses(process: &Process, clips: &HashSet<String>) -> HashSet<u16> {
    let mut statuses = HashSet::new();
    for clip in clips {
        let address = format!("http://127.0.0.1:{}/v1/clips/{clip}.mp3", process.http);
        let answer = http_client().get(address).send().await.unwrap();
        statuses.insert(answer.status().as_u16());
    }
    statuses
}
