//! Package archives. They are fetched with the ordinary pip and npm clients, so that mirrors and
//! proxies work as they are set up, or found in a folder on a machine without a network.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::definition::{Package, Registry};
use super::error::PackError;

/// Fetching a package may take this long: the largest has 35 MB.
const FETCH_LIMIT: Duration = Duration::from_secs(15 * 60);

/// Where packages come from.
#[derive(Debug, Clone)]
pub enum PackageSource {
    /// The public registries, through pip and npm.
    Registries,
    /// A folder that holds the archives as `pip download` and `npm pack` name them.
    Folder(PathBuf),
}

/// Finds the archive of a package, fetching it into `downloads` if need be.
///
/// `platform` is a wheel's platform tag, for packages that differ by platform.
pub(crate) fn locate(
    source: &PackageSource,
    package: &Package,
    platform: Option<&str>,
    downloads: &Path,
) -> Result<PathBuf, PackError> {
    match source {
        PackageSource::Folder(folder) => {
            find(folder, package, platform)?.ok_or_else(|| PackError::NotInFolder {
                folder: folder.clone(),
                file: archive_pattern(package, platform),
            })
        }
        PackageSource::Registries => {
            fetch(package, platform, downloads)?;
            find(downloads, package, platform)?.ok_or_else(|| PackError::FetchFailed {
                package: package.name.clone(),
                reason: format!("the client left no {}", archive_pattern(package, platform)),
            })
        }
    }
}

/// Reads one file out of an archive.
pub(crate) fn read_file(archive: &Path, inner: &str) -> Result<Vec<u8>, PackError> {
    let damaged = |reason: String| PackError::DamagedArchive {
        archive: archive.to_owned(),
        reason,
    };
    let file = File::open(archive).map_err(|source| PackError::io(archive, source))?;
    let mut bytes = Vec::new();
    if archive
        .extension()
        .is_some_and(|extension| extension == "whl")
    {
        let mut zip = zip::ZipArchive::new(file).map_err(|error| damaged(error.to_string()))?;
        zip.by_name(inner)
            .map_err(|error| damaged(format!("{inner}: {error}")))?
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(format!("{inner}: {error}")))?;
        return Ok(bytes);
    }
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(file));
    for entry in tar.entries().map_err(|error| damaged(error.to_string()))? {
        let mut entry = entry.map_err(|error| damaged(error.to_string()))?;
        let matches = entry.path().is_ok_and(|path| path == Path::new(inner));
        if matches {
            entry
                .read_to_end(&mut bytes)
                .map_err(|error| damaged(format!("{inner}: {error}")))?;
            return Ok(bytes);
        }
    }
    Err(damaged(format!("no file {inner} in it")))
}

fn archive_pattern(package: &Package, platform: Option<&str>) -> String {
    match package.registry {
        Registry::Npm => format!("{}-{}.tgz", package.name, package.version),
        Registry::Pypi => format!(
            "{}-{}-*{}.whl",
            package.name.replace('-', "_"),
            package.version,
            platform.unwrap_or("any")
        ),
    }
}

fn find(
    folder: &Path,
    package: &Package,
    platform: Option<&str>,
) -> Result<Option<PathBuf>, PackError> {
    let pattern = archive_pattern(package, platform);
    let (prefix, suffix) = pattern.split_once('*').unwrap_or((&pattern, ""));
    let entries = std::fs::read_dir(folder).map_err(|source| PackError::io(folder, source))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with(prefix) && name.ends_with(suffix))
        })
        .collect();
    found.sort();
    Ok(found.into_iter().next())
}

fn fetch(package: &Package, platform: Option<&str>, downloads: &Path) -> Result<(), PackError> {
    let (mut command, client) = match package.registry {
        Registry::Pypi => (pip(package, platform, downloads), "pip"),
        Registry::Npm => (npm(package, downloads), "npm"),
    };
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => PackError::ClientMissing { client },
        _ => PackError::FetchFailed {
            package: package.name.clone(),
            reason: format!("{client} cannot be started: {error}"),
        },
    })?;
    let mut stderr = child.stderr.take().expect("the pipe was asked for above");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        // What cannot be read of an error message is only a shorter message.
        let _ = stderr.read_to_string(&mut text);
        text
    });
    let started = Instant::now();
    let status = loop {
        let polled = child.try_wait().map_err(|error| PackError::FetchFailed {
            package: package.name.clone(),
            reason: error.to_string(),
        })?;
        if let Some(status) = polled {
            break status;
        }
        if started.elapsed() > FETCH_LIMIT {
            // It may have ended just now; either way the package is not there.
            let _ = child.kill();
            let _ = child.wait();
            return Err(PackError::FetchFailed {
                package: package.name.clone(),
                reason: format!("{client} took over {} s", FETCH_LIMIT.as_secs()),
            });
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    if status.success() {
        return Ok(());
    }
    let text = reader.join().unwrap_or_default();
    if text.contains("No module named pip") {
        return Err(PackError::ClientMissing { client });
    }
    let last_lines: Vec<&str> = text
        .lines()
        .rev()
        .filter(|l| !l.is_empty())
        .take(3)
        .collect();
    Err(PackError::FetchFailed {
        package: package.name.clone(),
        reason: last_lines.into_iter().rev().collect::<Vec<_>>().join(" / "),
    })
}

fn pip(package: &Package, platform: Option<&str>, downloads: &Path) -> Command {
    let mut command = Command::new("python3");
    command
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-cache-dir",
        ])
        .args(["--disable-pip-version-check", "--only-binary=:all:"])
        .arg("--dest")
        .arg(downloads);
    if let Some(tag) = platform {
        // Any supported Python does: the library inside is the same for all of them.
        command.args([
            "--platform",
            tag,
            "--python-version",
            "3.11",
            "--implementation",
            "cp",
        ]);
    }
    command.arg(format!("{}=={}", package.name, package.version));
    command
}

fn npm(package: &Package, downloads: &Path) -> Command {
    let mut command = Command::new("npm");
    command
        .args(["pack", "--silent", "--ignore-scripts", "--pack-destination"])
        .arg(downloads)
        .arg(format!("{}@{}", package.name, package.version));
    command
}
