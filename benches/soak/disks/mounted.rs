//! A file system of a service's own, under its clip folder.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use langdu_harness::process::{Process, Setup, free_ports};
use langdu_harness::voices;

/// What fills a disk.
const FILLER: &str = ".filler";

/// A folder for clips on which the service itself mounts something, where only it sees it.
pub(super) struct Mounted {
    folder: tempfile::TempDir,
    clips: PathBuf,
    /// What the service runs before it becomes itself.
    script: String,
    /// In a user namespace too, so that no rights are needed.
    without_rights: bool,
}

impl Mounted {
    /// A file system in memory of this size.
    pub(super) fn tmpfs(size: &str) -> Self {
        Self::by(
            |clips| format!("mount -t tmpfs -o size={size} none {clips}"),
            true,
        )
    }

    /// One that cannot be written to.
    pub(super) fn read_only() -> Self {
        Self::by(|clips| format!("mount -t tmpfs -o ro none {clips}"), true)
    }

    /// One that lies in a file, which takes root.
    pub(super) fn image(image: &Path) -> Self {
        let mount = |clips: &str| format!("mount -o loop {} {clips}", image.display());
        Self::by(mount, false)
    }

    fn by(mount: impl FnOnce(&str) -> String, without_rights: bool) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clips = folder.path().join("clips");
        std::fs::create_dir(&clips).expect("the folder is empty");
        let script = format!("{} && exec \"$@\"", mount(&clips.to_string_lossy()));
        Self {
            folder,
            clips,
            script,
            without_rights,
        }
    }

    fn wrapper(&self) -> Vec<&str> {
        let rights = if self.without_rights {
            &["--map-root-user"][..]
        } else {
            &[]
        };
        [
            &["unshare"],
            rights,
            &["--mount", "sh", "-c", &self.script, "sh"],
        ]
        .concat()
    }

    /// A service over it.
    pub(super) fn start(&self, web: &str) -> Process {
        let setup = Setup {
            wrapper: &self.wrapper(),
            ..Setup::default()
        };
        Process::start(self.folder.path(), &self.clips, web, &setup)
    }

    /// A service that should not start: whether it ended well, and what it said.
    pub(super) fn start_in_vain(&self, web: &str) -> (bool, String) {
        let [grpc, http, admin] = free_ports();
        let wrapper = self.wrapper();
        let output = Command::new(wrapper[0])
            .args(&wrapper[1..])
            .args(["timeout", "20", env!("CARGO_BIN_EXE_langdu"), "serve"])
            .arg(format!("--grpc=127.0.0.1:{grpc}"))
            .arg(format!("--http=127.0.0.1:{http}"))
            .arg(format!("--admin=127.0.0.1:{admin}"))
            .env("LANGDU_VOICES__PATH", voices())
            .env("LANGDU_CLIPS__PATH", &self.clips)
            .env("LANGDU_FETCH__ALLOWED_HOSTS", format!("[\"{web}\"]"))
            .output()
            .expect("the program runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), told)
    }

    /// The clip folder as the service sees it.
    pub(super) fn seen_from_outside(&self, process: &Process) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", process.child.id()));
        root.join(self.clips.strip_prefix("/").unwrap_or(&self.clips))
    }

    /// Mounts it anew, `ro` or `rw`, under the running service.
    pub(super) fn remount(&self, process: &Process, how: &str) {
        let status = Command::new("nsenter")
            .args(["--preserve-credentials", "--user", "--mount", "--target"])
            .arg(process.child.id().to_string())
            .args(["mount", "-o", &format!("remount,{how}")])
            .arg(&self.clips)
            .status()
            .expect("nsenter is there");
        assert!(status.success(), "it can be mounted {how}");
    }
}

/// Writes until nothing more can be written.
pub(super) fn fill(clips: &Path) {
    let mut filler = File::create(clips.join(FILLER)).expect("there is room");
    while filler.write_all(&[0; 4096]).is_ok() {}
}

/// Gives back what [`fill`] took.
pub(super) fn make_room(clips: &Path) {
    std::fs::remove_file(clips.join(FILLER)).expect("it was filled");
}
