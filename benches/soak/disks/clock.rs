//! A clock that jumps: by hours, by years, back and forth. Only the service sees it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Known, prepare};
use langdu_harness::process::{Process, Setup};
use langdu_harness::report::Findings;

/// Where the clock jumps to, against the right time.
const JUMPS: [&str; 6] = ["+1h", "-2h", "+400d", "-3650d", "+25y", "+0"];

/// Where distributions put the library.
const FOLDERS: [&str; 3] = ["/usr/lib", "/usr/lib64", "/usr/local/lib"];

const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

/// A page and a preparation after each jump; a jump in the middle of a page.
pub(super) async fn jumps(findings: &mut Findings, known: &Known) {
    let Some(library) = library() else {
        findings.figure("a clock that jumps", "not tried: install faketime");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clock = folder.path().join("clock");
    set(&clock, "+0");
    let setup = Setup {
        environment: &[
            ("LD_PRELOAD", &library.to_string_lossy()),
            ("FAKETIME_TIMESTAMP_FILE", &clock.to_string_lossy()),
            ("FAKETIME_NO_CACHE", "1"),
            // As where somebody sets the clock: what counts seconds goes on counting.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ],
        ..Setup::default()
    };
    let clips = folder.path().join("clips");
    let process = Process::start(folder.path(), &clips, &known.web(), &setup);
    process.is_ready().await;
    let mut otherwise = Vec::new();
    for (index, jump) in JUMPS.into_iter().enumerate() {
        let page = index % known.pages.len();
        let jumping = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            set(&clock, jump);
        };
        let (heard, ()) = tokio::join!(known.sounds(&process, page), jumping);
        otherwise.extend(heard.err().map(|why| format!("{jump}: {why}")));
        match prepare(&process, &known.pages[page]).await {
            Ok(end) if end.failures.is_empty() => {}
            Ok(end) => otherwise.push(format!("{jump}: {:?}", end.failures)),
            Err(why) => otherwise.push(format!("{jump}: {why}")),
        }
    }
    let seen = otherwise
        .first()
        .cloned()
        .unwrap_or_else(|| "as it should be".to_owned());
    let done = format!(
        "pages and Prepare while the clock jumps ({})",
        JUMPS.join(", ")
    );
    findings.row(done, seen, otherwise.is_empty());
}

fn set(clock: &Path, jump: &str) {
    std::fs::write(clock, jump).expect("the folder is there");
}

fn library() -> Option<PathBuf> {
    let folders = FOLDERS.iter().map(PathBuf::from);
    let with_architecture = folders.flat_map(|folder| {
        let architecture = format!("{}-linux-gnu", std::env::consts::ARCH);
        [folder.join(architecture), folder]
    });
    with_architecture
        .map(|folder| folder.join(LIBRARY))
        .find(|library| library.exists())
}
