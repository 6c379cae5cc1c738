//! A disk that stops again and again: a file system that is frozen and thawed.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::Known;
use super::mounted::Mounted;
use langdu_harness::report::{Findings, spread};

/// How long it stops, and how long it works between.
const STOPS: Duration = Duration::from_millis(1500);
const WORKS: Duration = Duration::from_millis(500);

/// Size of the file system.
const MEGABYTES: u64 = 64;

/// Longest until the first sound of a page nobody has heard, beside a disk that stops: what a
/// disk that works takes, and one stop.
const FIRST_SOUND: Duration = Duration::from_secs(5);

/// Pages are heard from a disk that stops, and lie there whole afterwards.
pub(super) async fn disk(findings: &mut Findings, known: &Known) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let image = folder.path().join("disk");
    if let Err(why) = make(&image) {
        findings.figure("a slow disk", format!("not tried: {why}"));
        return;
    }
    let disk = Mounted::image(&image);
    let process = disk.start(&known.web());
    process.is_ready().await;
    let stopping = Stopping::begin(disk.seen_from_outside(&process));
    let mut first = Vec::new();
    let mut otherwise = Vec::new();
    for index in 0..known.pages.len() {
        match known.sounds(&process, index).await {
            Ok(visit) => first.extend(visit.first_audio),
            Err(why) => otherwise.push(why),
        }
    }
    stopping.end().await;
    let worst = first.iter().max().copied().unwrap_or_default();
    findings.row(
        format!(
            "first sound beside a disk that stops for {:.1} s",
            STOPS.as_secs_f64()
        ),
        otherwise.first().cloned().unwrap_or_else(|| spread(&first)),
        otherwise.is_empty() && worst <= FIRST_SOUND,
    );
    for index in 0..known.pages.len() {
        let again = known.sounds(&process, index).await;
        otherwise.extend(again.err());
    }
    let seen = otherwise
        .first()
        .cloned()
        .unwrap_or_else(|| "as it should be".to_owned());
    findings.row("the same pages afterwards", seen, otherwise.is_empty());
}

/// A file system in a file.
fn make(image: &std::path::Path) -> Result<(), String> {
    let file = std::fs::File::create(image).map_err(|error| error.to_string())?;
    file.set_len(MEGABYTES << 20)
        .map_err(|error| error.to_string())?;
    let output = Command::new("mkfs.ext4").arg("-q").arg(image).output();
    let made = output.is_ok_and(|output| output.status.success());
    let mounts = Command::new("unshare")
        .args(["--mount", "sh", "-c", "mount -o loop \"$1\" /mnt", "sh"])
        .arg(image)
        .output();
    match (made, mounts) {
        (true, Ok(output)) if output.status.success() => Ok(()),
        _ => Err("it takes root, a loop device and mkfs.ext4".to_owned()),
    }
}

/// Freezes and thaws a file system until it is told to end.
struct Stopping {
    folder: PathBuf,
    working: JoinHandle<()>,
}

impl Stopping {
    fn begin(folder: PathBuf) -> Self {
        let frozen = folder.clone();
        let working = tokio::spawn(async move {
            loop {
                freeze(&frozen, "--freeze");
                let until = Instant::now() + STOPS;
                sleep(until.saturating_duration_since(Instant::now())).await;
                freeze(&frozen, "--unfreeze");
                sleep(WORKS).await;
            }
        });
        Self { folder, working }
    }

    /// Ends with a file system that works.
    async fn end(self) {
        self.working.abort();
        // It was aborted, which is no error of ours.
        let _ = self.working.await;
        freeze(&self.folder, "--unfreeze");
    }
}

/// Thawing what is not frozen fails, which changes nothing.
fn freeze(folder: &std::path::Path, how: &str) {
    let _ = Command::new("fsfreeze").arg(how).arg(folder).output();
}
