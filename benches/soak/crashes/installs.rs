//! Installs that are killed: a pack is whole or not there.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;

use super::moment;
use langdu_harness::report::Findings;
use langdu_harness::voices;

/// An install runs to its end after so many kills.
const KILLS_BEFORE_ONE_IS_LET: usize = 5;

/// A folder in which installs are killed.
pub(super) struct Installs {
    folder: tempfile::TempDir,
    /// How long an install takes when it is left alone.
    takes: Duration,
    kills: usize,
    let_through: usize,
    fallen: Vec<String>,
}

impl Installs {
    /// Measures one install that nobody disturbs.
    pub(super) fn begin() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let begun = Instant::now();
        let output = install(folder.path()).output().expect("the program runs");
        assert!(output.status.success(), "{}", said(&output));
        let takes = begun.elapsed();
        let mut installs = Self {
            folder,
            takes,
            kills: 0,
            let_through: 0,
            fallen: Vec::new(),
        };
        installs.begin_anew();
        installs
    }

    /// How long an install takes when it is left alone.
    pub(super) fn takes(&self) -> Duration {
        self.takes
    }

    /// Kills an install at a random moment and looks at what it left.
    pub(super) fn kill(&mut self, random: &mut StdRng) {
        let mut child = install(self.folder.path())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        std::thread::sleep(moment(random, self.takes));
        // It may have ended by itself.
        let _ = child.kill();
        let _ = child.wait();
        self.kills += 1;
        self.look();
        if self.kills.is_multiple_of(KILLS_BEFORE_ONE_IS_LET) {
            self.let_one_through();
            self.begin_anew();
        }
    }

    /// Either the pack is there and is the one that it should be, or there is none.
    fn look(&mut self) {
        let pack = self.folder.path().join("kokoro-zh");
        let verified = langdu(self.folder.path(), &["voices", "verify"])
            .output()
            .expect("the program runs");
        let moment = format!("kill {}", self.kills);
        if verified.status.success() {
            if manifest(self.folder.path()) != manifest(&voices()) {
                self.fallen.push(format!("{moment}: another pack"));
            }
        } else if pack.exists() {
            self.fallen
                .push(format!("{moment}: half a pack: {}", said(&verified)));
        } else if !said(&verified).contains("voices install") {
            self.fallen.push(format!(
                "{moment}: no way out is named: {}",
                said(&verified)
            ));
        }
    }

    fn let_one_through(&mut self) {
        let output = install(self.folder.path())
            .output()
            .expect("the program runs");
        self.let_through += 1;
        if !output.status.success() {
            self.fallen.push(format!("an install: {}", said(&output)));
            return;
        }
        self.look();
        let staged = std::fs::read_dir(self.folder.path())
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with(".installing-"));
        self.fallen
            .extend(staged.map(|name| format!("{name} was left")));
    }

    /// An empty folder for the next installs.
    fn begin_anew(&mut self) {
        self.folder = tempfile::tempdir().expect("a temporary folder");
    }

    /// The table's lines.
    pub(super) fn tell(&self, findings: &mut Findings) {
        let done = format!(
            "{} kills during an install of {:.1} s",
            self.kills,
            self.takes.as_secs_f64()
        );
        let seen = match self.fallen.first() {
            None => format!(
                "whole packs or none; {} installs after them came through",
                self.let_through
            ),
            Some(first) => format!("{} times otherwise, first {first}", self.fallen.len()),
        };
        findings.row(done, seen, self.fallen.is_empty());
    }
}

/// The packages as pip and npm leave them: `make soak` fetches them.
fn packages() -> PathBuf {
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-packages");
    std::env::var_os("LANGDU_TEST_PACKAGES").map_or_else(default, PathBuf::from)
}

fn langdu(voices: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_langdu"));
    command.args(words).arg("--voices").arg(voices);
    command
}

fn install(voices: &Path) -> Command {
    let mut command = langdu(voices, &["voices", "install"]);
    command.arg("--from").arg(packages());
    command
}

fn manifest(voices: &Path) -> Option<Vec<u8>> {
    std::fs::read(voices.join("kokoro-zh/pack.json")).ok()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}
