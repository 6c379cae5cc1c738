//! `langdu doctor`: whether langdu would run well on this machine, what is in its way, and what to do.
//!
//! `config check` looks at what is configured; this looks at what the machine has, and tries it: the voice
//! speaks, a file is read in its confined process, the folders are written to. Nothing is changed, and a
//! service that runs meanwhile is not disturbed.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Args;
use serde::Serialize;

use super::config::{Findings, look_at};
use super::{CliError, Global, print_line, runtime};
use crate::assemble;
use crate::config::{Config, ConfigError};
use crate::reading::{ReadOptions, Source};
use langdu_audio::Encoding;
use langdu_clips::{Form, Layout};
use langdu_voice::pool::Urgency;

/// The oldest kernel that langdu is tried with: that of Kylin V10 and UOS 20.
const OLDEST_KERNEL: (u32, u32) = (4, 19);

/// Memory that the service takes while it speaks, and with the models that read pictures.
const LEAST_MEMORY_BYTES: u64 = 600 << 20;
const ENOUGH_MEMORY_BYTES: u64 = 1536 << 20;

/// Room that a clip folder needs to be of use.
const LEAST_DISK_BYTES: u64 = 200 << 20;

/// Before this the clock is wrong, and certificates seem not to be valid yet: 2025-01-01.
const EARLIEST_S: u64 = 1_735_689_600;

/// Slower than this, a sentence is heard with gaps: seconds of computing for a second of sound.
const SLOWEST_REAL_TIME_FACTOR: f64 = 0.5;

/// The exit codes, by what is worst.
const EXIT_REMARKS: u8 = 1;
const EXIT_WRONG: u8 = 2;

/// What is spoken: a sentence that the voice is loaded for, and one whose making is measured.
const SENTENCES: &str = "朗读服务已经就绪。现在可以为您朗读这台机器上的政策文件。";

/// A file that is read in the confined process: 测试文件。 in Rich Text Format.
const FILE: &str = r"{\rtf1\ansi\uc1 \u27979?\u35797?\u25991?\u20214?\u12290?}";

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// As one JSON object.
    #[arg(long)]
    json: bool,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Fine,
    /// The service runs, but perhaps not as it should.
    Remark,
    /// The service does not run, or does not speak.
    Wrong,
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    check: &'static str,
    severity: Severity,
    found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl Finding {
    fn fine(check: &'static str, found: impl Into<String>) -> Self {
        Self {
            check,
            severity: Severity::Fine,
            found: found.into(),
            remedy: None,
        }
    }

    fn of(
        severity: Severity,
        check: &'static str,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            check,
            severity,
            found: found.into(),
            remedy: Some(remedy.into()),
        }
    }

    fn remark(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::of(Severity::Remark, check, found, remedy)
    }

    fn wrong(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::of(Severity::Wrong, check, found, remedy)
    }
}

impl Doctor {
    /// Looks at everything, and ends with 0 when all is well, 1 after remarks, 2 when something is wrong.
    pub(super) fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let findings = look(global)?;
        let worst = findings.iter().map(|finding| finding.severity).max();
        let worst = worst.unwrap_or(Severity::Fine);
        if self.json {
            let answer = serde_json::json!({ "severity": worst, "findings": findings });
            print_line(&answer.to_string())?;
        } else {
            for finding in &findings {
                print_line(&line(finding))?;
            }
        }
        Ok(match worst {
            Severity::Fine => ExitCode::SUCCESS,
            Severity::Remark => ExitCode::from(EXIT_REMARKS),
            Severity::Wrong => ExitCode::from(EXIT_WRONG),
        })
    }
}

fn line(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Fine => "fine",
        Severity::Remark => "remark",
        Severity::Wrong => "WRONG",
    };
    let remedy = finding.remedy.as_deref();
    let remedy = remedy.map_or_else(String::new, |remedy| format!("\n{:24}{remedy}", ""));
    format!("{severity:8}{:16}{}{remedy}", finding.check, finding.found)
}

fn look(global: &Global) -> Result<Vec<Finding>, CliError> {
    let mut findings = vec![kernel(), processor()];
    findings.extend([memory(), clock(), locale()].into_iter().flatten());
    let (config, right) = Config::load_what_is_right(global.config.as_deref());
    let Some(config) = config else {
        let complaints = right
            .err()
            .map_or_else(String::new, |error| error.to_string());
        let remedy = "mend the configuration; `langdu config check` says more";
        findings.push(Finding::wrong("configuration", complaints, remedy));
        return Ok(findings);
    };
    let config = global.over(config);
    findings.extend(configuration(&config, right)?);
    findings.extend(clips(&config));
    findings.extend(listeners(&config));
    findings.extend(voice_and_files(config)?);
    Ok(findings)
}

fn kernel() -> Finding {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let release = release.trim();
    let page_kib = page_kib().map_or_else(String::new, |kib| format!(", pages of {kib} KiB"));
    let found = format!("Linux {release}{page_kib}");
    match version(release) {
        Some(version) if version >= OLDEST_KERNEL => Finding::fine("kernel", found),
        Some(_) => Finding::remark(
            "kernel",
            found,
            format!(
                "langdu is tried from {}.{} on; if it does not start, update the system",
                OLDEST_KERNEL.0, OLDEST_KERNEL.1
            ),
        ),
        None => Finding::remark(
            "kernel",
            "the system does not tell its version",
            "mount /proc",
        ),
    }
}

/// The first two numbers of a kernel's release: 4.19.90-23.8.v2101.ky10.x86_64.
fn version(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn page_kib() -> Option<u64> {
    let maps = std::fs::read_to_string("/proc/self/smaps").ok()?;
    value_in_kib(&maps, "KernelPageSize:")
}

/// The first value of a name in a list as those of `/proc` are, in KiB.
fn value_in_kib(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    value.split_whitespace().next()?.parse().ok()
}

fn processor() -> Finding {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let instructions = match langdu_voice::runtime::instructions() {
        Ok(instructions) => instructions,
        Err(error) => {
            let remedy = "unset LANGDU_INSTRUCTIONS, or name one of these";
            return Finding::wrong("processor", error.to_string(), remedy);
        }
    };
    let found = format!(
        "{}, {cores} processors, instructions {instructions}",
        std::env::consts::ARCH
    );
    if cores < 2 {
        let remedy = "give langdu a second processor: one serves two or three listeners";
        return Finding::remark("processor", found, remedy);
    }
    if instructions == "plain" {
        let remedy = "use a machine with AVX2 or NEON: without them the voice is many times slower";
        return Finding::remark("processor", found, remedy);
    }
    Finding::fine("processor", found)
}

fn memory() -> Option<Finding> {
    let info = std::fs::read_to_string("/proc/meminfo").ok()?;
    let available = value_in_kib(&info, "MemAvailable:")? << 10;
    let limit = [
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ];
    let limit = limit
        .iter()
        .find_map(|path| std::fs::read_to_string(path).ok()?.trim().parse().ok());
    let usable = limit.map_or(available, |limit: u64| available.min(limit));
    let found = format!("{} MB to be had", usable >> 20);
    Some(match usable {
        0..LEAST_MEMORY_BYTES => Finding::wrong(
            "memory",
            found,
            format!(
                "the voice needs {} MB: stop something, or add memory",
                LEAST_MEMORY_BYTES >> 20
            ),
        ),
        LEAST_MEMORY_BYTES..ENOUGH_MEMORY_BYTES => Finding::remark(
            "memory",
            found,
            "enough for the voice; where pictures are read, leave 1.5 GB, or set ocr.enabled = false",
        ),
        _ => Finding::fine("memory", found),
    })
}

fn clock() -> Option<Finding> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_secs());
    (now < EARLIEST_S).then(|| {
        Finding::wrong(
            "clock",
            "it stands before 2025",
            "set the clock (timedatectl): certificates seem not to be valid yet",
        )
    })
}

fn locale() -> Option<Finding> {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"];
    let set = set
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let is_utf8 = set.as_deref().is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    let named = set.as_deref().unwrap_or("none");
    // The service itself writes UTF-8 whatever is set.
    let remedy = "Chinese may not be readable in this terminal: export LANG=C.UTF-8";
    (!is_utf8).then(|| Finding::remark("locale", format!("{named} is not UTF-8"), remedy))
}

/// What is wrong with a configuration: with its keys, which `right` tells, and with what they name.
fn configuration(
    config: &Config,
    right: Result<(), ConfigError>,
) -> Result<Vec<Finding>, CliError> {
    let mut found = Findings::default();
    found.all_wrong(right);
    look_at(config, &mut found)?;
    if found.wrong.is_empty() {
        return Ok(vec![Finding::fine("configuration", "nothing is wrong")]);
    }
    let remedy = "see `langdu config check`";
    let wrong = found.wrong.into_iter();
    Ok(wrong
        .map(|what| Finding::wrong("configuration", what, remedy))
        .collect())
}

fn clips(config: &Config) -> Vec<Finding> {
    const CHECK: &str = "clip folder";
    let Some(folder) = &config.clips.path else {
        let remedy = "set clips.path, or everything is spoken again after a restart";
        return vec![Finding::remark(CHECK, "none", remedy)];
    };
    let shown = folder.display();
    let there = nearest(folder);
    if let Err(error) = tempfile::tempfile_in(&there) {
        let remedy = match error.kind() {
            ErrorKind::ReadOnlyFilesystem => {
                "its file system is read-only: set clips.path to a folder below /var".to_owned()
            }
            ErrorKind::StorageFull => "its file system is full: make room".to_owned(),
            _ => format!(
                "let the service's user write there (chown), or set clips.path to another folder; {} was tried",
                there.display()
            ),
        };
        return vec![Finding::wrong(CHECK, format!("{shown}: {error}"), remedy)];
    }
    let Ok(disk) = rustix::fs::statvfs(&there) else {
        return vec![Finding::fine(CHECK, format!("{shown} can be written"))];
    };
    let free = disk.f_bavail * disk.f_frsize;
    let found = format!("{shown}, {} MB free", free >> 20);
    vec![if free < LEAST_DISK_BYTES {
        let remedy = "make room: what cannot be kept is spoken again each time";
        Finding::wrong(CHECK, found, remedy)
    } else if free < config.clips.disk_bytes {
        let remedy = format!(
            "clips.disk_bytes allows {} MB: lower it, or make room",
            config.clips.disk_bytes >> 20
        );
        Finding::remark(CHECK, found, remedy)
    } else {
        Finding::fine(CHECK, found)
    }]
}

/// A folder, or the nearest above it that is there: where it would be made.
fn nearest(folder: &Path) -> PathBuf {
    let above = folder.ancestors().find(|above| above.is_dir());
    match above {
        // A relative path of one name lies in the working folder.
        None => PathBuf::from("."),
        Some(above) if above.as_os_str().is_empty() => PathBuf::from("."),
        Some(above) => above.to_owned(),
    }
}

fn listeners(config: &Config) -> Vec<Finding> {
    let looked = config.listen.addresses().into_iter().map(|(name, address)| {
        match TcpListener::bind(address).map_err(|error| error.kind()) {
            Ok(_) => Finding::fine("listener", format!("{name} {address} is free")),
            Err(ErrorKind::AddrInUse) => Finding::remark(
                "listener",
                format!("{name} {address} is taken"),
                format!(
                    "by langdu itself, if it runs (`langdu health`); or set {name} to another port"
                ),
            ),
            Err(ErrorKind::PermissionDenied) => Finding::wrong(
                "listener",
                format!("{name} {address} is not for this user"),
                format!("set {name} to a port above 1023"),
            ),
            Err(error) => Finding::wrong(
                "listener",
                format!("{name} {address}: {error}"),
                format!("set {name} to an address of this machine"),
            ),
        }
    });
    looked.collect()
}

/// The voice speaks, and a file is read.
fn voice_and_files(mut config: Config) -> Result<Vec<Finding>, CliError> {
    // Nothing is left behind.
    config.clips.path = None;
    config.clips.shared = None;
    let pictures = pictures(&config);
    let mut findings = runtime()?.block_on(async {
        let reader = match assemble::reader(&config).await {
            Ok(reader) => reader,
            Err(error) => return vec![Finding::wrong("voice", error.to_string(), remedy_of(&error.to_string()))],
        };
        let spoken = async {
            let source = Source::Text(SENTENCES.to_owned());
            let reading = reader.read(source, ReadOptions::default()).await.map_err(|error| error.to_string())?;
            let form = Form::plain(Encoding::Linear16, Layout::Stream);
            let mut last = (Duration::ZERO, Duration::ZERO);
            for &id in &reading.clips {
                let begun = Instant::now();
                let clip = reader.clips().get(id, form, Urgency::now()).await;
                let samples = clip.map_err(|error| error.to_string())?.bytes.len() / 2;
                let sound = samples as f64 / f64::from(form.sample_rate_hz);
                last = (begun.elapsed(), Duration::from_secs_f64(sound));
            }
            Ok::<_, String>(last)
        };
        let voice = match spoken.await {
            Ok((took, sound)) => spoke(took, sound),
            Err(error) => Finding::wrong("voice", error.clone(), remedy_of(&error)),
        };
        let source = Source::File { content: FILE.into(), media_type: None };
        let files = match reader.read(source, ReadOptions::default()).await {
            Ok(_) => Finding::fine("files", "a file is read in its confined process"),
            Err(error) => Finding::wrong(
                "files",
                error.to_string(),
                "files are read in a process of their own: let the service start processes (no noexec, no seccomp \
                 rule against it)",
            ),
        };
        vec![voice, files]
    });
    findings.extend(pictures);
    Ok(findings)
}

fn spoke(took: Duration, sound: Duration) -> Finding {
    let factor = took.as_secs_f64() / sound.as_secs_f64().max(0.1);
    let found = format!(
        "it speaks: {:.1} s of sound in {:.2} s",
        sound.as_secs_f64(),
        took.as_secs_f64()
    );
    if factor > SLOWEST_REAL_TIME_FACTOR {
        let remedy = "listeners may hear gaps: leave the machine's processors to langdu, or prepare documents; \
                      `langdu bench voice` measures it";
        return Finding::remark("voice", found, remedy);
    }
    Finding::fine("voice", found)
}

fn pictures(config: &Config) -> Option<Finding> {
    if !config.ocr.enabled {
        return Some(Finding::fine("pictures", "not read: ocr.enabled is false"));
    }
    let models = langdu_voice::pack::RecognitionModels::open(&config.voices.path);
    Some(match models {
        Ok(Some(_)) => Finding::fine(
            "pictures",
            "the models that read them are as they were installed",
        ),
        Ok(None) => Finding::remark(
            "pictures",
            "the models that read them are not installed",
            "run `langdu voices install`, or set ocr.enabled = false",
        ),
        Err(error) => Finding::wrong("pictures", error.to_string(), "run `langdu voices install`"),
    })
}

/// What to do about a voice that cannot be loaded, by what the system says of it.
fn remedy_of(error: &str) -> &'static str {
    const BY_MESSAGE: [(&str, &str); 6] = [
        (
            "failed to map segment",
            "the folder of the voices is on a file system mounted noexec, or SELinux forbids it: move it, mount \
             it exec, or label it (chcon -t lib_t)",
        ),
        (
            "wrong ELF class",
            "ONNX Runtime is for another processor: run `langdu voices install`",
        ),
        (
            "cannot open shared object file",
            "a library that ONNX Runtime needs is missing: start langdu by the archive's own ./langdu, or install \
             libstdc++",
        ),
        (
            "GLIBC_",
            "this system's C library is too old: langdu needs glibc 2.28",
        ),
        (
            "Cannot allocate memory",
            "the voice needs 600 MB: stop something, or add memory",
        ),
        (
            "Permission denied",
            "let the service's user read the folder of the voices",
        ),
    ];
    BY_MESSAGE
        .iter()
        .find(|(message, _)| error.contains(message))
        .map_or(
            "run `langdu voices install`, then `langdu voices verify`",
            |(_, remedy)| remedy,
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernels_version_is_told_from_its_release() {
        assert_eq!(version("4.19.90-23.8.v2101.ky10.x86_64"), Some((4, 19)));
        assert_eq!(version("6.1.0-18-amd64"), Some((6, 1)));
        assert_eq!(version("5.10"), Some((5, 10)));
        assert_eq!(version(""), None);
        assert!(version("4.4.131").unwrap() < OLDEST_KERNEL);
    }

    #[test]
    fn what_the_system_says_of_a_library_leads_to_what_to_do() {
        let noexec = "libonnxruntime.so: failed to map segment from shared object";
        assert!(remedy_of(noexec).contains("noexec"));
        let old = "libc.so.6: version `GLIBC_2.28' not found (required by libonnxruntime.so)";
        assert!(remedy_of(old).contains("2.28"));
        assert!(remedy_of("pack.json is damaged").contains("voices install"));
    }

    #[test]
    fn a_line_has_the_remedy_below_what_was_found() {
        let wrong = Finding::wrong("memory", "120 MB to be had", "add memory");
        assert_eq!(
            line(&wrong),
            "WRONG   memory          120 MB to be had\n                        add memory"
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_made_in_the_nearest_that_is() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(nearest(&folder.path().join("a/b")), folder.path());
        assert_eq!(nearest(Path::new("no-such-folder")), Path::new("."));
    }
}
