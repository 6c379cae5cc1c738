//! Servers that hold a tier which replicas share.

use std::collections::HashSet;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use langdu_testkit::repository;
use tempfile::TempDir;

use crate::process::free_ports;
use crate::{eventually, eventually_async, http_client};

/// Where `scripts/setup.sh clients` puts foreign clients and servers.
pub fn clients_folder() -> PathBuf {
    let elsewhere = std::env::var_os("LANGDU_TEST_CLIENTS");
    elsewhere.map_or_else(|| repository().join("target/clients"), PathBuf::from)
}

/// Where it puts Python's packages.
///
/// # Panics
///
/// When they are not there.
pub fn python_packages() -> PathBuf {
    let packages = clients_folder().join("python");
    assert!(packages.is_dir(), "run: scripts/setup.sh clients");
    packages
}

/// A server that holds the shared tier, ended with the test.
pub struct Tier {
    child: Child,
    /// Where it listens, on loopback.
    pub port: u16,
    /// Which server it is.
    pub engine: Engine,
    /// What Redis keeps when it [goes](Tier::goes_for_a_while) for a while only.
    folder: TempDir,
}

/// A server that can hold the shared tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// A real Redis.
    Redis,
    /// An S3-compatible server: moto's.
    S3,
}

/// Moto's server with one request at a time. Its conditional writes look first and write then, so
/// that of two at the same moment both would win, which real storage does not allow. A request has
/// its turn when it is there as a whole: a replica that is held still in the middle of one holds
/// nobody up.
const ONE_AT_A_TIME: &str = "
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
    /// Starts one at a free port, with nothing in it.
    pub async fn start(engine: Engine) -> Self {
        let [port] = free_ports();
        Self::start_at(engine, port).await
    }

    /// Starts one at `port`, with nothing in it.
    pub async fn start_at(engine: Engine, port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::start_in(folder, engine, port).await
    }

    /// Starts one at `port`: a Redis with what it has left in `folder`.
    ///
    /// # Panics
    ///
    /// When the server is not installed (`scripts/setup.sh clients`) or does not start.
    async fn start_in(folder: TempDir, engine: Engine, port: u16) -> Self {
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
    ///
    /// # Panics
    ///
    /// When it is an S3, which comes back empty.
    pub fn goes_for_a_while(mut self) -> Away {
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
    pub async fn names_of(&self, clips: &HashSet<String>) -> Vec<String> {
        let mut names = self.names().await;
        names.retain(|name| {
            let is_lease = name.contains("lease");
            !is_lease && clips.iter().any(|clip| name.contains(clip.as_str()))
        });
        names
    }

    /// Waits until it holds so many objects of these clips.
    pub async fn comes_to_hold(&self, clips: &HashSet<String>, count: usize) {
        let holds = eventually_async(async || self.names_of(clips).await.len() == count);
        if !holds.await {
            let names = self.names_of(clips).await;
            panic!("{count} objects are not what it holds: {names:?}");
        }
    }

    /// Names of everything that it holds.
    pub async fn names(&self) -> Vec<String> {
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
    pub async fn open_leases(&self) -> usize {
        let names = self.names().await;
        let leased = names
            .iter()
            .filter_map(|name| name.rsplit_once("lease:").or(name.rsplit_once("leases/")));
        let is_clip = |name: &String, clip: &str| name.ends_with(clip) && !name.contains("lease");
        leased
            .filter(|(_, clip)| !names.iter().any(|name| is_clip(name, clip)))
            .count()
    }

    /// The configuration of a replica under test, with leases of so many milliseconds.
    pub fn config(&self, lease_ms: u32) -> String {
        // Twenty seconds: a slow test machine is no tier that has gone.
        self.config_within(lease_ms, 20_000)
    }

    /// The configuration of a replica for which the tier is away when it has not answered for so many
    /// milliseconds.
    pub fn config_within(&self, lease_ms: u32, timeout_ms: u32) -> String {
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
        format!(
            "[clips.shared]\nservice = \"{service}\"\nlease_ms = {lease_ms}\n\
             timeout_ms = {timeout_ms}\n[clips.shared.options]\n{options}\n"
        )
    }
}

/// A Redis that is not there for a while.
pub struct Away {
    folder: TempDir,
    port: u16,
}

impl Away {
    /// Starts it again at the port that it had.
    pub async fn comes_back(self) -> Tier {
        Tier::start_in(self.folder, Engine::Redis, self.port).await
    }
}

impl Drop for Tier {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
