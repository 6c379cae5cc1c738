//! The files of a pack: their names, and the digests that tell whether they were changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

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
