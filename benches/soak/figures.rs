//! What the system knows of a running service.

use std::path::Path;

use langdu_harness::process::Process;
use langdu_process::Status;

/// What a process holds of the machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// Resident memory.
    pub(crate) resident_kb: u64,
    /// Open file descriptors, sockets among them.
    pub(crate) descriptors: u64,
    /// Threads.
    pub(crate) threads: u64,
}

impl Figures {
    /// Looks at a service. A process that has ended has no figures.
    pub(crate) fn of(process: &Process) -> Option<Self> {
        let pid = process.child.id();
        Self::new(Status::of(pid)?, &format!("/proc/{pid}/fd"))
    }

    /// Looks at this process.
    pub(crate) fn own() -> Option<Self> {
        Self::new(Status::own()?, "/proc/self/fd")
    }

    fn new(status: Status, descriptors: &str) -> Option<Self> {
        let descriptors = std::fs::read_dir(descriptors).ok()?.count();
        Some(Self {
            resident_kb: status.resident_bytes / 1024,
            descriptors: descriptors as u64,
            threads: status.threads,
        })
    }

    /// Resident memory in megabytes.
    pub(crate) fn resident_mb(&self) -> f64 {
        self.resident_kb as f64 / 1024.0
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{:.0} MB, {} descriptors, {} threads",
            self.resident_mb(),
            self.descriptors,
            self.threads
        )
    }
}

/// Bytes of the clips in a clip folder: what `clips.disk_bytes` bounds. The ledger and the
/// operations, which are kept for good, are not among them.
pub(crate) fn clip_bytes(clips: &Path) -> u64 {
    let is_kept = |path: &Path| path.ends_with("ledger") || path.ends_with("operations");
    let entries = std::fs::read_dir(clips).into_iter().flatten();
    entries
        .filter_map(Result::ok)
        .filter(|entry| !is_kept(&entry.path()))
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => clip_bytes(&entry.path()),
            Ok(metadata) => metadata.len(),
            // It was deleted a moment ago.
            Err(_) => 0,
        })
        .sum()
}
