//! What the system knows of a process: its memory, its threads, and the processors it may use.
//!
//! The service reports its memory as a metric, and the benchmarks report that of the service and
//! of the voice. All of them read it here, from Linux's `/proc`.
//!
//! ```
//! let status = langdu_process::Status::own().expect("this is Linux");
//! assert!(status.resident_bytes <= status.peak_resident_bytes);
//! ```

/// Memory and threads of a process, as `/proc/PID/status` has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Memory that is in use now (`VmRSS`).
    pub resident_bytes: u64,
    /// The most that has been in use since the process started (`VmHWM`).
    pub peak_resident_bytes: u64,
    /// Threads.
    pub threads: u64,
}

impl Status {
    /// The status of this process; `None` where the system does not tell.
    pub fn own() -> Option<Self> {
        Self::in_folder("/proc/self")
    }

    /// The status of another process; `None` when it has ended.
    pub fn of(pid: u32) -> Option<Self> {
        Self::in_folder(&format!("/proc/{pid}"))
    }

    fn in_folder(folder: &str) -> Option<Self> {
        let text = std::fs::read_to_string(format!("{folder}/status")).ok()?;
        Self::parse(&text)
    }

    /// A process that has ended and was not waited for has a status without memory.
    fn parse(text: &str) -> Option<Self> {
        let value = |name: &str| -> Option<u64> {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        Some(Self {
            resident_bytes: value("VmRSS:")? * 1024,
            peak_resident_bytes: value("VmHWM:")? * 1024,
            threads: value("Threads:")?,
        })
    }

    /// Memory that is in use now, in MiB.
    #[allow(clippy::cast_precision_loss)]
    pub fn resident_mib(&self) -> f64 {
        self.resident_bytes as f64 / f64::from(1 << 20)
    }
}

/// The processors that this process may use, where a limit of its container (`cpu.max` of its control
/// group) gives it fewer than it sees; `None` where nothing does. Part of a processor does not count.
///
/// A pool of threads that is larger than that is stopped in the middle of its work whenever the time of a
/// period is used up.
pub fn cpu_limit() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let seen = cpus_allowed(&status)?;
    // It knows the limits of control groups, of both versions.
    let usable = std::thread::available_parallelism().ok()?.get();
    (usable < seen).then_some(usable)
}

/// How many processors a process may be scheduled on.
fn cpus_allowed(status: &str) -> Option<usize> {
    let mut lines = status.lines();
    let list = lines.find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    list.trim().split(',').try_fold(0, |sum, part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        Some(sum + last.checked_sub(first)? + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_are_counted_as_the_kernel_lists_them() {
        let status = |list: &str| format!("Name:\tlangdu\nCpus_allowed_list:\t{list}\nMems:\t1\n");
        assert_eq!(cpus_allowed(&status("0-1")), Some(2));
        assert_eq!(cpus_allowed(&status("0,2-4,127")), Some(5));
        assert_eq!(cpus_allowed(&status("7")), Some(1));
        assert_eq!(cpus_allowed(&status("")), None);
        assert_eq!(cpus_allowed("Name:\tlangdu\n"), None);
        let own = std::fs::read_to_string("/proc/self/status").unwrap();
        let usable = std::thread::available_parallelism().unwrap().get();
        assert!(cpus_allowed(&own).unwrap() >= usable);
    }

    #[test]
    fn the_kernels_words_are_understood() {
        let text = "Name:\tlangdu\nVmPeak:\t 900000 kB\nVmHWM:\t  409600 kB\nVmRSS:\t  204800 kB\n\
                    Threads:\t12\n";
        let status = Status::parse(text).unwrap();
        assert_eq!(status.peak_resident_bytes, 400 << 20);
        assert!((status.resident_mib() - 200.0).abs() < 1e-9);
        assert_eq!(status.threads, 12);
    }

    #[test]
    fn a_process_that_has_ended_has_no_memory() {
        assert_eq!(Status::parse("Name:\tlangdu\nThreads:\t1\n"), None);
        assert!(Status::own().is_some());
    }
}
