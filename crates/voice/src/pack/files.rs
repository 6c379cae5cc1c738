//! The files of a pack: their names, and the digests that tell whether they were changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::PackError;
use super::manifest::FileDigest;

pub(super) const MANIFEST_FILE: &str = "pack.json";
pub(super) const MODEL_FILE: &str = "model.onnx";
pub(super) const CONFIG_FILE: &str = "model.onnx.json";
pub(super) const PROSODY_FILE: &str = "prosody.onnx";
pub(super) const DECODER_FILE: &str = "decoder.onnx";
pub(super) const TIMING_FILE: &str = "timing.onnx";

/// Where the ONNX Runtime library lies under `voices`.
pub fn runtime_library(voices: &Path) -> PathBuf {
    voices.join("onnxruntime").join("libonnxruntime.so")
}

/// The digest of one file.
pub(super) fn digest_file(path: &Path) -> Result<FileDigest, PackError> {
    let mut hasher = blake3::Hasher::new();
    let mut file = fs::File::open(path).map_err(|source| PackError::io(path, source))?;
    let bytes =
        std::io::copy(&mut file, &mut hasher).map_err(|source| PackError::io(path, source))?;
    Ok(FileDigest {
        bytes,
        blake3: hasher.finalize().to_hex().to_string(),
    })
}

/// The digests of every file in a folder but the manifest.
pub(super) fn digest_files(folder: &Path) -> Result<BTreeMap<String, FileDigest>, PackError> {
    let entries = fs::read_dir(folder).map_err(|source| PackError::io(folder, source))?;
    let mut files = BTreeMap::new();
    for entry in entries {
        let entry = entry.map_err(|source| PackError::io(folder, source))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != MANIFEST_FILE {
            files.insert(name, digest_file(&entry.path())?);
        }
    }
    Ok(files)
}

/// Checks that what was fetched is what the definition names.
///
/// # Errors
///
/// [`PackError::WrongDigest`], with both digests.
pub(super) fn check_sha256(what: &str, bytes: &[u8], expected: &str) -> Result<(), PackError> {
    let actual = hex(&Sha256::digest(bytes));
    if actual == expected {
        return Ok(());
    }
    Err(PackError::WrongDigest {
        what: what.to_owned(),
        expected: expected.to_owned(),
        actual,
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Writes a file, its path in the error.
pub(super) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), PackError> {
    fs::write(path, bytes).map_err(|source| PackError::io(path, source))
}

/// Makes sure that the files are on the disk before the folder gets its final name.
pub(super) fn sync_folder(folder: &Path) -> Result<(), PackError> {
    let entries = fs::read_dir(folder).map_err(|source| PackError::io(folder, source))?;
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        fs::File::open(&path)
            .and_then(|file| file.sync_all())
            .map_err(|source| PackError::io(&path, source))?;
    }
    Ok(())
}

/// Gives `made` the name `place`; what was there goes aside and away with the staging folder.
pub(super) fn replace_folder(made: &Path, place: &Path, aside: &Path) -> Result<(), PackError> {
    if place.exists() {
        fs::rename(place, aside).map_err(|source| PackError::io(place, source))?;
    }
    fs::rename(made, place).map_err(|source| PackError::io(place, source))
}
