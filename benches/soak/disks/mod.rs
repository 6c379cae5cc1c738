//! Disks that are full, read-only, gone or slow, and a clock that jumps.
//!
//! The clips lie on a file system of their own, in a mount namespace of the service's own, so that
//! nothing of the machine is touched. What needs root says so where it is not there.

mod clock;
mod mounted;
mod slow;

use std::path::Path;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use langdu_proto::{AudioEncoding, PrepareProgress, PrepareRequest};

use crate::traffic::{Manner, Outcome, Visit, client, visit};
use langdu_harness::portal::Portal;
use langdu_harness::process::{Process, Setup};
use langdu_harness::report::Findings;
use langdu_harness::{clip_files, request, url};
use mounted::Mounted;

/// Pages of the portal.
const PAGES: usize = 6;

/// When what was made has to be on the disk again that can be written again.
const KEPT_IN: Duration = Duration::from_secs(20);

/// The portal, and what its pages sound like from a disk that is well.
struct Known {
    portal: Portal,
    pages: Vec<String>,
    sound: Vec<Vec<Vec<u8>>>,
}

#[derive(Args)]
pub(crate) struct Disks {
    /// These kinds alone.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Kind>,
}

/// What is wrong with the disk, or the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Full,
    ReadOnly,
    ReadOnlyAtStart,
    Gone,
    Slow,
    Clock,
}

/// Every kind of bad disk, and the clock.
pub(crate) async fn run(asked: &Disks) -> Findings {
    let mut findings = Findings::new("disks", "the clip folder on disks that fail");
    let known = Known::begin().await;
    for kind in Kind::value_variants() {
        if !asked.only.is_empty() && !asked.only.contains(kind) {
            continue;
        }
        match kind {
            Kind::Full => full(&mut findings, &known).await,
            Kind::ReadOnly => read_only(&mut findings, &known).await,
            Kind::ReadOnlyAtStart => refused_at_start(&mut findings, &known),
            Kind::Gone => gone(&mut findings, &known).await,
            Kind::Slow => slow::disk(&mut findings, &known).await,
            Kind::Clock => clock::jumps(&mut findings, &known).await,
        }
    }
    findings
}

impl Known {
    async fn begin() -> Self {
        let portal = Portal::start();
        let pages: Vec<String> = (0..PAGES).map(|number| page(&portal, number)).collect();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clips = folder.path().join("clips");
        let known = Self {
            portal,
            pages,
            sound: Vec::new(),
        };
        let process = Process::start(folder.path(), &clips, &known.web(), &Setup::default());
        process.is_ready().await;
        let mut sound = Vec::new();
        for page in &known.pages {
            sound.push(process.hear(page, usize::MAX).await);
        }
        Self { sound, ..known }
    }

    fn web(&self) -> String {
        format!("127.0.0.1:{}", self.portal.port())
    }

    /// Whether a page sounds as from a disk that is well; what is otherwise, if not.
    async fn sounds(&self, process: &Process, index: usize) -> Result<Visit, String> {
        let asked = request(url(&self.pages[index]), AudioEncoding::Mp3);
        let heard = visit(&mut client(process), asked, Manner::Fast).await;
        match heard.outcome {
            Outcome::Heard if heard.audio == self.sound[index] => Ok(heard),
            Outcome::Heard => Err(format!("page {index} sounds otherwise")),
            outcome => Err(format!("page {index}: {outcome:?}")),
        }
    }

    /// A line on whether a page is heard as it should be.
    async fn heard(&self, findings: &mut Findings, process: &Process, index: usize, when: &str) {
        let heard = self.sounds(process, index).await;
        let holds = heard.is_ok();
        let seen = heard.map_or_else(|why| why, |_| "byte by byte as it should be".to_owned());
        findings.row(format!("a page {when}"), seen, holds);
    }
}

fn page(portal: &Portal, number: usize) -> String {
    let sentences: Vec<String> = (1..=4)
        .map(|index| format!("第{number}份公告的第{index}条，请各部门遵照执行。"))
        .collect();
    let paragraphs: Vec<&str> = sentences.iter().map(String::as_str).collect();
    let title = format!("关于第{number}项公告的通知");
    portal.document(&format!("{number}.html"), &title, &paragraphs)
}

/// A disk that fills up, and has room again.
async fn full(findings: &mut Findings, known: &Known) {
    let disk = Mounted::tmpfs("2m");
    let process = disk.start(&known.web());
    process.is_ready().await;
    let clips = disk.seen_from_outside(&process);
    known
        .heard(findings, &process, 0, "before the disk is full")
        .await;
    mounted::fill(&clips);
    known.heard(findings, &process, 1, "on a full disk").await;
    known
        .heard(findings, &process, 0, "from before, on a full disk")
        .await;
    prepared_or_refused(findings, known, &process).await;
    missed(findings, &process, "a full disk").await;
    mounted::make_room(&clips);
    kept_again(findings, known, &process, &clips, "has room again").await;
}

/// A disk that can only be read for a while.
async fn read_only(findings: &mut Findings, known: &Known) {
    let disk = Mounted::tmpfs("16m");
    let process = disk.start(&known.web());
    process.is_ready().await;
    let clips = disk.seen_from_outside(&process);
    known
        .heard(findings, &process, 0, "before the disk is read-only")
        .await;
    disk.remount(&process, "ro");
    known
        .heard(findings, &process, 1, "on a read-only disk")
        .await;
    known
        .heard(findings, &process, 0, "from before, on a read-only disk")
        .await;
    prepared_or_refused(findings, known, &process).await;
    missed(findings, &process, "a read-only disk").await;
    disk.remount(&process, "rw");
    kept_again(findings, known, &process, &clips, "can be written again").await;
}

/// A service does not start over a folder that it cannot use, and says which.
fn refused_at_start(findings: &mut Findings, known: &Known) {
    let disk = Mounted::read_only();
    let (ended_well, told) = disk.start_in_vain(&known.web());
    let line = told.lines().last().unwrap_or_default();
    findings.row(
        "a start on a read-only disk is refused with the folder's name",
        line,
        !ended_well && told.contains("clips"),
    );
}

/// A clip folder that is deleted under a running service.
async fn gone(findings: &mut Findings, known: &Known) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clips = folder.path().join("clips");
    let process = Process::start(folder.path(), &clips, &known.web(), &Setup::default());
    process.is_ready().await;
    known
        .heard(findings, &process, 0, "before the folder is deleted")
        .await;
    std::fs::remove_dir_all(&clips).expect("the folder is there");
    known
        .heard(findings, &process, 0, "from before, without a folder")
        .await;
    known.heard(findings, &process, 1, "without a folder").await;
    kept_again(findings, known, &process, &clips, "was deleted").await;
}

/// Prepare says what it could not keep, or cannot begin.
async fn prepared_or_refused(findings: &mut Findings, known: &Known, process: &Process) {
    let told = match prepare(process, &known.pages[2]).await {
        Err(reason) => format!("refused: {reason}"),
        Ok(end) => match end.failures.first() {
            Some(failure) => format!("named: {}", failure.message),
            None => String::new(),
        },
    };
    let holds = !told.is_empty();
    findings.row("Prepare does not call done what is not kept", told, holds);
}

async fn missed(findings: &mut Findings, process: &Process, disk: &str) {
    let failures = process.metric("langdu_store_write_failures_total").await;
    findings.row(
        format!("writes missed on {disk} are counted"),
        failures,
        failures > 0.0,
    );
}

/// What is made from now on is kept, without a start.
async fn kept_again(
    findings: &mut Findings,
    known: &Known,
    process: &Process,
    clips: &Path,
    disk: &str,
) {
    let before = clip_files(clips);
    known
        .heard(findings, process, 3, &format!("once it {disk}"))
        .await;
    let begun = Instant::now();
    let mut kept = clip_files(clips);
    while kept <= before && begun.elapsed() < KEPT_IN {
        tokio::time::sleep(Duration::from_millis(100)).await;
        kept = clip_files(clips);
    }
    let done = format!("clips are kept again once it {disk}");
    findings.row(done, format!("{before} before, {kept} now"), kept > before);
    let told = match prepare(process, &known.pages[4]).await {
        Ok(end) if end.failures.is_empty() => Ok(format!("{} utterances", end.utterances_done)),
        Ok(end) => Err(format!("{:?}", end.failures)),
        Err(reason) => Err(reason),
    };
    let holds = told.is_ok();
    let done = format!("Prepare once it {disk}");
    findings.row(done, told.unwrap_or_else(|why| why), holds);
}

/// Prepares a page to the end.
async fn prepare(process: &Process, page: &str) -> Result<PrepareProgress, String> {
    let asked = PrepareRequest {
        sources: url(page).into_iter().collect(),
        ..PrepareRequest::default()
    };
    let told = |status: tonic::Status| format!("{:?}: {}", status.code(), status.message());
    let mut progress = process
        .operator()
        .await
        .prepare(asked)
        .await
        .map_err(told)?
        .into_inner();
    let mut last = PrepareProgress::default();
    while let Some(now) = progress.message().await.map_err(told)? {
        last = now;
    }
    if last.finished {
        Ok(last)
    } else {
        Err("its progress ends before it does".to_owned())
    }
}
