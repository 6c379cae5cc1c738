//! Two replicas and the tier they share, in a real Redis and a real S3-compatible server.

use std::collections::HashSet;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use langdu_proto::{
    AudioEncoding, PrepareRequest, Source, SynthesizeStreamResponse, WithdrawRequest,
};
use serde_json::Value;
use tokio::task::JoinHandle;
use tonic::{Code, Status};

use crate::clients::python_packages;
use langdu_harness::portal::Portal;
use langdu_harness::process::{Process, Setup, free_ports};
use langdu_harness::{eventually, eventually_async, http_client, request, shared, text, url};

/// A server that holds the shared tier, ended with the test.
struct Tier {
    child: Child,
    port: u16,
    engine: Engine,
    /// What Redis keeps when it [goes](Tier::goes_for_a_while) for a while only.
    folder: tempfile::TempDir,
}

#[derive(Clone, Copy, PartialEq)]
enum Engine {
    Redis,
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
    async fn start(engine: Engine) -> Self {
        let [port] = free_ports();
        Self::start_at(engine, port).await
    }

    async fn start_at(engine: Engine, port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::start_in(folder, engine, port).await
    }

    async fn start_in(folder: tempfile::TempDir, engine: Engine, port: u16) -> Self {
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
    fn goes_for_a_while(mut self) -> Away {
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
    async fn names_of(&self, clips: &HashSet<String>) -> Vec<String> {
        let mut names = self.names().await;
        names.retain(|name| {
            let is_lease = name.contains("lease");
            !is_lease && clips.iter().any(|clip| name.contains(clip.as_str()))
        });
        names
    }

    /// Waits until it holds so many objects of these clips.
    async fn comes_to_hold(&self, clips: &HashSet<String>, count: usize) {
        let holds = eventually_async(async || self.names_of(clips).await.len() == count);
        if !holds.await {
            let names = self.names_of(clips).await;
            panic!("{count} objects are not what it holds: {names:?}");
        }
    }

    /// Names of everything that it holds.
    async fn names(&self) -> Vec<String> {
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
    async fn open_leases(&self) -> usize {
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
    fn config(&self, lease_ms: u32) -> String {
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
struct Away {
    folder: tempfile::TempDir,
    port: u16,
}

impl Away {
    async fn comes_back(self) -> Tier {
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
async fn replica(folder: &Path, name: &str, config: &str) -> Process {
    let web = shared().web.to_string();
    start(folder, name, config, &web, None).await
}

/// A replica that carries one listener at a time, as soon as the warm-up has told the pace.
async fn replica_for_one(folder: &Path, name: &str, config: &str) -> Process {
    let web = shared().web.to_string();
    start(folder, name, config, &web, Some(1e-6)).await
}

/// A replica that reads the pages of `web`.
async fn start(
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

async fn two_replicas(folder: &Path, config: &str) -> (Process, Process) {
    tokio::join!(replica(folder, "a", config), replica(folder, "b", config))
}

async fn syntheses(process: &Process) -> f64 {
    process.metric("langdu_syntheses_total").await
}

fn page() -> String {
    shared().page("/policy.html")
}

/// A sentence that stands on a page twice is one clip.
fn distinct(audio: &[Vec<u8>]) -> usize {
    audio.iter().collect::<HashSet<_>>().len()
}

async fn one_makes_and_the_other_finds(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    let config = tier.config(60_000);
    let a = replica(folder.path(), "a", &config).await;
    let made = a.hear(&page(), usize::MAX).await;
    let b = replica(folder.path(), "b", &config).await;
    let before = syntheses(&b).await;
    let found = b.hear(&page(), usize::MAX).await;
    assert_eq!(found, made);
    let distinct = distinct(&found);
    assert_eq!(
        syntheses(&b).await,
        before,
        "the other replica spoke nothing"
    );
    let (_, metrics) = b.admin("/metrics").await;
    let shared = format!("langdu_clips_total{{tier=\"shared\"}} {distinct}");
    assert!(metrics.contains(&shared), "{metrics}");
}

#[tokio::test]
async fn what_one_replica_makes_another_finds_in_redis() {
    one_makes_and_the_other_finds(Engine::Redis).await;
}

#[tokio::test]
async fn what_one_replica_makes_another_finds_in_s3() {
    one_makes_and_the_other_finds(Engine::S3).await;
}

async fn both_at_once_make_each_utterance_once(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    let config = tier.config(60_000);
    let (a, b) = two_replicas(folder.path(), &config).await;
    let before = syntheses(&a).await + syntheses(&b).await;
    let address = page();
    let (one, other) = tokio::join!(a.hear(&address, usize::MAX), b.hear(&address, usize::MAX));
    assert_eq!(one, other);
    let made = syntheses(&a).await + syntheses(&b).await - before;
    assert_eq!(made, distinct(&one) as f64, "each utterance was made once");
}

#[tokio::test]
async fn two_replicas_at_once_make_each_utterance_once_with_redis() {
    both_at_once_make_each_utterance_once(Engine::Redis).await;
}

#[tokio::test]
async fn two_replicas_at_once_make_each_utterance_once_with_s3() {
    both_at_once_make_each_utterance_once(Engine::S3).await;
}

/// Ends the process at a moment when it has a lease: it is held still to look. How many it had.
async fn kill_while_it_holds_a_lease(process: &mut Process, tier: &Tier) -> usize {
    let pid = process.child.id().to_string();
    let signal = |name: &str| {
        let sent = Command::new("kill").args([name, &pid]).status().unwrap();
        assert!(sent.success());
    };
    let mut held = 0;
    let holds = eventually_async(async || {
        signal("-CONT");
        tokio::time::sleep(Duration::from_millis(20)).await;
        signal("-STOP");
        // What it sent before has arrived.
        tokio::time::sleep(Duration::from_millis(50)).await;
        held = tier.open_leases().await;
        held > 0
    });
    assert!(holds.await, "no lease was seen");
    process.child.kill().unwrap();
    process.child.wait().unwrap();
    held
}

async fn a_killed_holder_costs_one_lease(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    // Long enough for a slow machine to come to the lost lease before it has ended.
    let config = tier.config(15_000);
    let mut a = replica(folder.path(), "a", &config).await;
    let b = replica(folder.path(), "b", &config).await;
    let asked = request(url(&page()), AudioEncoding::Mp3);
    let mut listening = a.stream(asked).await;
    tokio::spawn(async move { while let Ok(Some(_)) = listening.message().await {} });
    let lost = kill_while_it_holds_a_lease(&mut a, &tier).await;

    let heard = b.hear(&page(), usize::MAX).await;
    assert!(heard.len() > 5 && heard.iter().all(|audio| !audio.is_empty()));
    let waits = b.metric("langdu_lease_waits_total").await;
    assert!(waits >= 1.0, "the lost lease was met");
    assert!(
        waits <= lost as f64,
        "{waits} waits for {lost} lost leases: each costs its own time and no more"
    );
}

#[tokio::test]
async fn a_replica_killed_in_the_middle_costs_one_lease_in_redis_and_no_clip() {
    a_killed_holder_costs_one_lease(Engine::Redis).await;
}

#[tokio::test]
async fn a_replica_killed_in_the_middle_costs_one_lease_in_s3_and_no_clip() {
    a_killed_holder_costs_one_lease(Engine::S3).await;
}

/// Waits until the replica says that the tier is there (1) or away (0).
async fn sees_tier(process: &Process, up: f64) {
    let sees = eventually_async(async || process.metric("langdu_shared_up").await == up);
    assert!(sees.await, "shared_up is not {up}");
}

async fn the_tier_goes_away_and_comes_back(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    let config = tier.config(60_000);
    let a = replica(folder.path(), "a", &config).await;
    let first = a.hear(&page(), usize::MAX).await;

    let port = tier.port;
    drop(tier);
    let second_page = shared().page("/second.html");
    let second = a.hear(&second_page, usize::MAX).await;
    assert!(!second.is_empty(), "readings go on");
    assert_eq!(
        a.hear(&page(), usize::MAX).await,
        first,
        "from the local tier"
    );
    sees_tier(&a, 0.0).await;

    let _tier = Tier::start_at(engine, port).await;
    sees_tier(&a, 1.0).await;
    // What was made meanwhile is handed in, so that a new replica finds it.
    let b = replica(folder.path(), "b", &config).await;
    let handed_in = || async {
        let before = syntheses(&b).await;
        let heard = b.hear(&second_page, usize::MAX).await;
        assert_eq!(heard, second);
        syntheses(&b).await == before
    };
    assert!(handed_in().await, "the other replica spoke nothing");
}

#[tokio::test]
async fn readings_go_on_while_redis_is_away_and_share_again_when_it_is_back() {
    the_tier_goes_away_and_comes_back(Engine::Redis).await;
}

#[tokio::test]
async fn readings_go_on_while_s3_is_away_and_share_again_when_it_is_back() {
    the_tier_goes_away_and_comes_back(Engine::S3).await;
}

/// Whether the replica reads the page.
async fn reads(process: &Process, page: &str) -> bool {
    let asked = request(url(page), AudioEncoding::Mp3);
    let answer = process.client().await.synthesize_stream(asked).await;
    match answer {
        Ok(_) => true,
        Err(status) if status.message().contains("withdrawn") => false,
        Err(status) => panic!("{status}"),
    }
}

/// Waits until the replica reads the page or does not.
async fn comes_to(process: &Process, page: &str, reading: bool) {
    let comes = eventually_async(async || reads(process, page).await == reading);
    assert!(comes.await, "{page} is read: {}", !reading);
}

async fn withdraw(process: &Process, page: &str) {
    let request = WithdrawRequest {
        url: page.to_owned(),
    };
    process.client().await.withdraw(request).await.unwrap();
}

async fn publish(process: &Process, page: &str) {
    let prepare = PrepareRequest {
        sources: url(page).into_iter().collect(),
        ..PrepareRequest::default()
    };
    let mut client = process.client().await;
    let mut progress = client.prepare(prepare).await.unwrap().into_inner();
    while progress.message().await.unwrap().is_some() {}
}

async fn what_one_withdraws_the_other_refuses(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    let config = tier.config(60_000);
    let (a, b) = two_replicas(folder.path(), &config).await;
    let page = shared().page("/second.html");
    a.hear(&page, usize::MAX).await;
    b.hear(&page, usize::MAX).await;
    withdraw(&a, &page).await;
    assert!(!reads(&a, &page).await);
    comes_to(&b, &page, false).await;
    // What b kept of it is gone as well: published again, it has to speak.
    let before = syntheses(&b).await;
    publish(&b, &page).await;
    assert!(syntheses(&b).await > before);
    comes_to(&a, &page, true).await;
    // Published by one that has not heard of the withdrawal yet.
    withdraw(&a, &page).await;
    publish(&b, &page).await;
    comes_to(&a, &page, true).await;
}

#[tokio::test]
async fn what_one_replica_withdraws_the_others_refuse_by_redis() {
    what_one_withdraws_the_other_refuses(Engine::Redis).await;
}

#[tokio::test]
async fn what_one_replica_withdraws_the_others_refuse_by_s3() {
    what_one_withdraws_the_other_refuses(Engine::S3).await;
}

#[tokio::test]
async fn a_withdrawal_is_told_when_the_tier_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(Engine::Redis).await;
    let (port, config) = (tier.port, tier.config(60_000));
    let (a, b) = two_replicas(folder.path(), &config).await;
    let page = shared().page("/second.html");
    assert!(reads(&a, &page).await && reads(&b, &page).await);
    drop(tier);
    withdraw(&a, &page).await;
    assert!(!reads(&a, &page).await, "here it holds at once");
    assert!(reads(&b, &page).await, "nobody could tell the other");
    let _tier = Tier::start_at(Engine::Redis, port).await;
    comes_to(&b, &page, false).await;
    assert!(!reads(&a, &page).await);
}

/// A sentence that two documents have.
const IN_BOTH: &str = "咨询电话请拨打政务服务热线。";

/// Two documents that have been heard on a replica whose tier is a Redis.
struct Heard {
    folder: tempfile::TempDir,
    portal: Portal,
    tier: Tier,
    replica: Process,
    one: String,
    /// The clips that only the first has.
    own: HashSet<String>,
    /// The clips that the second has.
    others: HashSet<String>,
}

impl Heard {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tier = Tier::start(Engine::Redis).await;
        let portal = Portal::start();
        let sentences = ["自下月起，补贴按季度发放到社保卡。", IN_BOTH];
        let one = portal.document("one.html", "关于补贴发放的通知", &sentences);
        let sentences = ["老年食堂每天中午十一点开饭。", IN_BOTH];
        let two = portal.document("two.html", "关于老年食堂的通知", &sentences);
        let replica = Self::replica(&folder, &tier, &portal).await;
        for page in [&one, &two] {
            replica.hear(page, usize::MAX).await;
        }
        let others = clips_of(&replica, &two).await;
        let mut own = clips_of(&replica, &one).await;
        own.retain(|clip| !others.contains(clip));
        assert!(own.len() >= 2, "the title and the sentence");
        for clips in [&own, &others] {
            // Each has a recipe and its sound, handed in behind the listener's back.
            tier.comes_to_hold(clips, 2 * clips.len()).await;
        }
        Self {
            folder,
            portal,
            tier,
            replica,
            one,
            own,
            others,
        }
    }

    /// The replica, with its own folder; it may have run before.
    async fn replica(folder: &tempfile::TempDir, tier: &Tier, portal: &Portal) -> Process {
        let web = format!("127.0.0.1:{}", portal.port());
        start(folder.path(), "a", &tier.config(60_000), &web, None).await
    }
}

/// The ids of a page's clips.
async fn clips_of(process: &Process, page: &str) -> HashSet<String> {
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
async fn statuses(process: &Process, clips: &HashSet<String>) -> HashSet<u16> {
    let mut statuses = HashSet::new();
    for clip in clips {
        let address = format!("http://127.0.0.1:{}/v1/clips/{clip}.mp3", process.http);
        let answer = http_client().get(address).send().await.unwrap();
        statuses.insert(answer.status().as_u16());
    }
    statuses
}

#[tokio::test]
async fn a_withdrawal_leaves_nothing_of_the_page_in_the_tier() {
    let heard = Heard::start().await;
    withdraw(&heard.replica, &heard.one).await;
    let left = heard.tier.names_of(&heard.own).await;
    assert!(left.is_empty(), "{left:?}");
    let others = heard.tier.names_of(&heard.others).await;
    assert_eq!(others.len(), 2 * heard.others.len(), "another has them");
}

#[tokio::test]
async fn what_was_withdrawn_while_the_tier_was_away_goes_when_it_is_back_after_a_restart_too() {
    let heard = Heard::start().await;
    let away = heard.tier.goes_for_a_while();
    withdraw(&heard.replica, &heard.one).await;
    drop(heard.replica);
    let tier = away.comes_back().await;
    let left = tier.names_of(&heard.own).await;
    assert_eq!(left.len(), 2 * heard.own.len(), "nobody could remove it");

    let replica = Heard::replica(&heard.folder, &tier, &heard.portal).await;
    let given = statuses(&replica, &heard.own).await;
    assert_eq!(given, HashSet::from([404]), "nobody is given it");
    tier.comes_to_hold(&heard.own, 0).await;
    let others = tier.names_of(&heard.others).await;
    assert_eq!(others.len(), 2 * heard.others.len(), "another has them");
    assert_eq!(statuses(&replica, &heard.own).await, HashSet::from([404]));
}

#[tokio::test]
async fn what_is_published_again_before_the_tier_is_back_stays_in_it() {
    let heard = Heard::start().await;
    let away = heard.tier.goes_for_a_while();
    withdraw(&heard.replica, &heard.one).await;
    // Corrected, as a page is that was withdrawn for a mistake.
    let sentences = ["自下月起，补贴按月发放到社保卡。", IN_BOTH];
    let title = "关于补贴发放的通知";
    heard.portal.document("one.html", title, &sentences);
    publish(&heard.replica, &heard.one).await;
    let now = clips_of(&heard.replica, &heard.one).await;
    let gone: HashSet<String> = heard.own.difference(&now).cloned().collect();
    let stays: HashSet<String> = heard.own.intersection(&now).cloned().collect();
    assert!(!gone.is_empty() && !stays.is_empty());

    let tier = away.comes_back().await;
    tier.comes_to_hold(&gone, 0).await;
    tier.comes_to_hold(&now, 2 * now.len()).await;
    assert_eq!(tier.names_of(&stays).await.len(), 2 * stays.len());
    assert_eq!(statuses(&heard.replica, &now).await, HashSet::from([200]));
}

/// A stream that somebody has begun to hear.
async fn begin(process: &Process, source: Option<Source>) -> Result<Stream, Status> {
    let asked = request(source, AudioEncoding::Mp3);
    let stream = process.client().await.synthesize_stream(asked).await?;
    let mut stream = stream.into_inner();
    stream.message().await?;
    Ok(stream)
}

type Stream = tonic::Streaming<SynthesizeStreamResponse>;

/// Hears a stream on so slowly that it does not end, and so often that its seat is kept.
fn listen_on(mut stream: Stream) -> JoinHandle<()> {
    tokio::spawn(async move {
        while let Ok(Some(_)) = stream.message().await {
            tokio::time::sleep(Duration::from_secs(3)).await;
        }
    })
}

fn is_full<T>(outcome: &Result<T, Status>) -> bool {
    let Err(status) = outcome else {
        return false;
    };
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    true
}

async fn what_another_made_is_warm(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(engine).await;
    let config = tier.config(60_000);
    let (a, b) = tokio::join!(
        replica_for_one(folder.path(), "a", &config),
        replica_for_one(folder.path(), "b", &config)
    );
    let made = a.hear(&page(), usize::MAX).await;
    let clips = clips_of(&a, &page()).await;
    tier.comes_to_hold(&clips, 2 * clips.len()).await;

    let long: String = (1..200)
        .map(|number| format!("关于助餐的第{number}条说明，请大家仔细听完。"))
        .collect();
    let cold = || text("这一句谁都没有听过。");
    let listening = listen_on(begin(&b, text(&long)).await.unwrap());
    assert!(is_full(&begin(&b, cold()).await), "there is one seat");
    let address = format!("http://127.0.0.1:{}/v1/readings?url={}", b.http, page());
    let reading = http_client().get(address).send().await.unwrap();
    assert_eq!(reading.status(), 200, "a player gets it");
    assert_eq!(statuses(&b, &clips).await, HashSet::from([200]));
    assert_eq!(
        b.hear(&page(), usize::MAX).await,
        made,
        "and so does a caller"
    );
    assert!(
        is_full(&begin(&b, cold()).await),
        "it was full all the time"
    );
    listening.abort();
}

#[tokio::test]
async fn what_another_replica_has_made_is_served_beyond_capacity_from_redis() {
    what_another_made_is_warm(Engine::Redis).await;
}

#[tokio::test]
async fn what_another_replica_has_made_is_served_beyond_capacity_from_s3() {
    what_another_made_is_warm(Engine::S3).await;
}

#[tokio::test]
async fn what_another_replica_has_made_takes_no_seat() {
    let folder = tempfile::tempdir().unwrap();
    let tier = Tier::start(Engine::Redis).await;
    let a = replica(folder.path(), "a", &tier.config(60_000)).await;
    a.hear(&page(), usize::MAX).await;
    let clips = clips_of(&a, &page()).await;
    tier.comes_to_hold(&clips, 2 * clips.len()).await;
    drop(a);

    let b = replica_for_one(folder.path(), "b", &tier.config(60_000)).await;
    // It is begun and heard on slowly, so that most of it stays in the tier: whoever takes nothing at
    // all would lose a seat for that reason.
    let warm = listen_on(begin(&b, url(&page())).await.unwrap());
    let is_let_in = eventually_async(async || {
        let asked = begin(&b, text("这一句谁都没有听过。"));
        !is_full(&asked.await)
    });
    assert!(is_let_in.await && !warm.is_finished(), "the seat is kept");
    warm.abort();
}
