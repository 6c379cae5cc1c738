//! A service that is killed again and again over one clip folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use langdu_proto::{AudioEncoding, PrepareProgress, PrepareRequest};
use rand::Rng;
use rand::rngs::StdRng;
use tokio::task::JoinSet;

use super::{During, moment};
use crate::figures::clip_bytes;
use crate::traffic::{Manner, Outcome, client, visit};
use langdu_harness::portal::Portal;
use langdu_harness::process::{Process, Setup, free_ports};
use langdu_harness::report::{Findings, spread};
use langdu_harness::{Operator, request, url, voices};

/// The clip folder's bound: less than the pages' clips in all forms, so that clips are evicted
/// and made again all the time.
const DISK_BYTES: u64 = 3_000_000;

/// What may be there beyond the bound for a moment: the deletion follows the write.
const ON_ITS_WAY_BYTES: u64 = 600_000;

/// Pages that listeners ask for again and again.
const PAGES: usize = 8;

/// Utterances of a page that are compared after each kill.
const COMPARED: usize = 3;

/// Latest moment of a kill, from when the traffic began.
const LATEST: Duration = Duration::from_millis(2500);

/// Latest moment of a kill during a start: a little beyond the warm-up of an idle machine.
const LATEST_OF_START: Duration = Duration::from_millis(1500);

/// Longest that what was begun before a kill may take after it.
const RESUMED_IN: Duration = Duration::from_secs(120);

/// How often each thing was seen.
#[derive(Default)]
struct Seen {
    kills: BTreeMap<&'static str, usize>,
    starts: Vec<Duration>,
    compared: usize,
    resumed: usize,
    most_bytes: u64,
    damaged_objects: f64,
    half_written: usize,
    fallen: BTreeMap<&'static str, Vec<String>>,
}

/// The service, its pages, and what they sound like undisturbed.
pub(super) struct Kills {
    folder: tempfile::TempDir,
    portal: Portal,
    pages: Vec<String>,
    sound: Vec<Vec<Vec<u8>>>,
    process: Process,
    seen: Seen,
}

impl Kills {
    /// Hears every page once from a service that nobody disturbs, then starts the one that is
    /// killed.
    pub(super) async fn begin() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let portal = Portal::start();
        let pages: Vec<String> = (0..PAGES).map(|number| page(&portal, number)).collect();
        let web = web(&portal);
        let setup = Setup {
            is_trial: true,
            ..Setup::default()
        };
        let undisturbed = Process::start(folder.path(), &folder.path().join("other"), &web, &setup);
        let mut sound = Vec::new();
        for page in &pages {
            sound.push(undisturbed.hear(page, usize::MAX).await);
        }
        let process = start(&folder, &portal);
        Self {
            folder,
            portal,
            pages,
            sound,
            process,
            seen: Seen::default(),
        }
    }

    /// Kills a service that is not yet ready.
    pub(super) async fn during_start(&mut self, random: &mut StdRng) {
        self.kill("start");
        let [grpc, http, admin] = free_ports();
        let mut child = Command::new(env!("CARGO_BIN_EXE_langdu"))
            .arg("serve")
            .args(["--grpc", &format!("127.0.0.1:{grpc}")])
            .args(["--http", &format!("127.0.0.1:{http}")])
            .args(["--admin", &format!("127.0.0.1:{admin}")])
            .env("LANGDU_VOICES__PATH", voices())
            .env("LANGDU_CLIPS__PATH", self.folder.path().join("clips"))
            .env("LANGDU_CLIPS__DISK_BYTES", DISK_BYTES.to_string())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        tokio::time::sleep(moment(random, LATEST_OF_START)).await;
        child.kill().expect("it is running");
        child.wait().expect("it was killed");
        self.start_again(random).await;
    }

    /// Kills a service that reads a page to one listener.
    pub(super) async fn during_stream(&mut self, random: &mut StdRng) {
        let index = random.random_range(0..PAGES);
        let mut client = client(&self.process);
        let asked = request(url(&self.pages[index]), AudioEncoding::Mp3);
        let listening =
            tokio::spawn(async move { visit(&mut client, asked, Manner::Fast).await.audio });
        tokio::time::sleep(moment(random, LATEST)).await;
        self.kill(name(During::Stream));
        let heard = listening.await.expect("the listener does not panic");
        self.compare("what was heard before the kill", index, &heard);
        self.start_again(random).await;
    }

    /// Kills a service that writes clips of all forms and evicts others.
    pub(super) async fn during_writes(&mut self, random: &mut StdRng) {
        let mut listening = JoinSet::new();
        for encoding in [
            AudioEncoding::Linear16,
            AudioEncoding::Mp3,
            AudioEncoding::OggOpus,
        ] {
            let mut client = client(&self.process);
            let page = &self.pages[random.random_range(0..PAGES)];
            let asked = request(url(page), encoding);
            listening.spawn(async move { visit(&mut client, asked, Manner::Fast).await });
        }
        tokio::time::sleep(moment(random, LATEST)).await;
        self.kill(name(During::Writes));
        listening.join_all().await;
        self.start_again(random).await;
    }

    /// Kills a service that prepares pages nobody has heard; the operation has to go on.
    pub(super) async fn during_prepare(&mut self, random: &mut StdRng, number: u64) {
        let fresh: Vec<String> = (0..3)
            .map(|page| fresh_page(&self.portal, number, page))
            .collect();
        let asked = PrepareRequest {
            sources: fresh.iter().filter_map(|page| url(page)).collect(),
            ..PrepareRequest::default()
        };
        let mut caller = self.process.operator().await;
        let begun = caller.prepare(asked).await.expect("it begins").into_inner();
        let id = first_id(begun).await;
        tokio::time::sleep(moment(random, LATEST)).await;
        self.kill(name(During::Prepare));
        self.start_again(random).await;
        match resumed(&mut self.process.operator().await, &id).await {
            Ok(end) if end.failures.is_empty() && end.documents_done == 3 => {
                self.seen.resumed += 1;
                self.is_prepared(&fresh[2]).await;
            }
            Ok(end) => self.fell("Prepare", format!("{end:?}")),
            Err(reason) => self.fell("Prepare", reason),
        }
    }

    /// The last page of an operation costs no synthesis.
    async fn is_prepared(&mut self, page: &str) {
        let asked = request(url(page), AudioEncoding::Mp3);
        let heard = visit(&mut client(&self.process), asked, Manner::Fast).await;
        if heard.outcome != Outcome::Heard || heard.synthesized > 0 {
            let told = format!("{:?}, {} made anew", heard.outcome, heard.synthesized);
            self.fell("Prepare", told);
        }
    }

    fn kill(&mut self, during: &'static str) {
        // A service that ended by itself is told apart: nobody but us may end it.
        match self.process.child.try_wait() {
            Ok(None) => {}
            ended => self.fell("the process", format!("it ended by itself: {ended:?}")),
        }
        let _ = self.process.child.kill();
        let _ = self.process.child.wait();
        *self.seen.kills.entry(during).or_default() += 1;
    }

    async fn start_again(&mut self, random: &mut StdRng) {
        let clips = self.folder.path().join("clips");
        let left = half_written(&clips);
        self.seen.half_written += left.len();
        let begun = Instant::now();
        self.process = start(&self.folder, &self.portal);
        self.seen.starts.push(begun.elapsed());
        if let Some(still) = left.iter().find(|path| path.exists()) {
            self.fell("left-overs", format!("{} is there still", still.display()));
        }
        let bytes = clip_bytes(&clips);
        self.seen.most_bytes = self.seen.most_bytes.max(bytes);
        if bytes > DISK_BYTES + ON_ITS_WAY_BYTES {
            self.fell("disk use", format!("{bytes} bytes"));
        }
        let index = random.random_range(0..PAGES);
        let heard = self.process.hear(&self.pages[index], COMPARED).await;
        if heard.len() < COMPARED {
            self.fell("sound", format!("{} utterances only", heard.len()));
        }
        self.compare("a page after the kill", index, &heard);
        let damaged = self.process.metric("langdu_store_damaged_total").await;
        self.seen.damaged_objects += damaged;
        if damaged > 0.0 {
            self.fell("the folder", format!("{damaged} damaged objects"));
        }
    }

    fn compare(&mut self, what: &str, index: usize, heard: &[Vec<u8>]) {
        self.seen.compared += heard.len();
        if !self.sound[index].starts_with(heard) {
            let told = format!("{what}: page {index} sounds otherwise");
            self.fell("sound", told);
        }
    }

    fn fell(&mut self, what: &'static str, how: String) {
        self.seen.fallen.entry(what).or_default().push(how);
    }

    /// The table's lines.
    pub(super) fn tell(&self, findings: &mut Findings) {
        for (during, kills) in &self.seen.kills {
            findings.figure(format!("kills during {during}"), kills);
        }
        findings.figure("starts over what was left", spread(&self.seen.starts));
        let seen = &self.seen;
        let mut row = |what: &'static str, done: &str, held: String| {
            let fallen = seen.fallen.get(what);
            let told = fallen.map_or(held, |all| format!("{} times not: {}", all.len(), all[0]));
            findings.row(done, told, fallen.is_none());
        };
        row(
            "the process",
            "ends by nothing but a kill",
            "always".to_owned(),
        );
        let compared = format!("{} clips as undisturbed, byte by byte", seen.compared);
        row("sound", "no damaged clip is served", compared);
        let damaged = format!("{} damaged objects", seen.damaged_objects);
        row("the folder", "nothing half-written is an object", damaged);
        let left = format!("{} files, all gone after the next start", seen.half_written);
        row("left-overs", "what was half-written is cleared away", left);
        let resumed = format!("{} operations went on to their end", seen.resumed);
        row("Prepare", "Prepare resumes", resumed);
        let most = format!("{} bytes at most of {DISK_BYTES}", seen.most_bytes);
        row("disk use", "disk use is bounded", most);
    }
}

const fn name(during: During) -> &'static str {
    match during {
        During::Start => "start",
        During::Stream => "a stream",
        During::Writes => "cache writes",
        During::Prepare => "Prepare",
        During::Install => "an install",
    }
}

/// The files that a killed service was in the middle of writing.
fn half_written(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .flat_map(|path| match path.ends_with(".unfinished") {
            true => files(&path),
            false => half_written(&path),
        })
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect()
}

fn web(portal: &Portal) -> String {
    format!("127.0.0.1:{}", portal.port())
}

fn start(folder: &tempfile::TempDir, portal: &Portal) -> Process {
    let clips = folder.path().join("clips");
    let config = format!("disk_bytes = {DISK_BYTES}\n[limits]\ncapacity_share = 1000.0\n");
    let setup = Setup {
        is_trial: true,
        config: &config,
        ..Setup::default()
    };
    Process::start(folder.path(), &clips, &web(portal), &setup)
}

fn page(portal: &Portal, number: usize) -> String {
    let sentences: Vec<String> = (1..=5)
        .map(|index| format!("第{number}份通知的第{index}条，请各社区认真落实。"))
        .collect();
    let paragraphs: Vec<&str> = sentences.iter().map(String::as_str).collect();
    let title = format!("关于第{number}项工作的通知");
    portal.document(&format!("{number}.html"), &title, &paragraphs)
}

fn fresh_page(portal: &Portal, number: u64, page: u64) -> String {
    let one = format!("第{number}批第{page}份文件，请按时办理。");
    let other = format!("第{number}批第{page}份文件自发布之日起施行。");
    let title = format!("关于第{number}批第{page}件事的通知");
    portal.document(
        &format!("fresh-{number}-{page}.html"),
        &title,
        &[&one, &other],
    )
}

async fn first_id(mut progress: tonic::Streaming<PrepareProgress>) -> String {
    let first = progress.message().await.expect("the service is there");
    first.expect("progress comes at once").operation_id
}

/// Watches an operation to its end.
async fn resumed(client: &mut Operator, id: &str) -> Result<PrepareProgress, String> {
    let asked = PrepareRequest {
        operation_id: id.to_owned(),
        ..PrepareRequest::default()
    };
    let watching = async {
        let answer = client.prepare(asked).await;
        let mut progress = answer
            .map_err(|status| status.message().to_owned())?
            .into_inner();
        loop {
            match progress.message().await {
                Ok(Some(now)) if now.finished => return Ok(now),
                Ok(Some(_)) => {}
                Ok(None) => return Err("its progress ends before it does".to_owned()),
                Err(status) => return Err(status.message().to_owned()),
            }
        }
    };
    tokio::time::timeout(RESUMED_IN, watching)
        .await
        .unwrap_or_else(|_| Err("it does not end".to_owned()))
}
