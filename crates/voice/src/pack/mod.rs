//! Voice packs: folders under `voices/` with a Piper-format model, checked before they are used.
//!
//! A pack made by [`install`] has a `pack.json` with speakers, gains and digests. Any other
//! Piper voice works as it is: `<name>.onnx` with `<name>.onnx.json` in a folder (or directly
//! under `voices/`), described by what its configuration says.

mod definition;
mod durations;
pub(crate) mod error;
mod files;
mod fuse;
mod install;
mod kokoro;
mod manifest;
mod onnx;
mod packages;
mod piper;
mod recognition;
pub(super) mod schema;
pub(crate) mod sizes;
mod style;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::encoder::Encoder;
pub use error::PackError;
pub use files::runtime_library;
use files::{
    CONFIG_FILE, DECODER_FILE, MANIFEST_FILE, MODEL_FILE, PROSODY_FILE, TIMING_FILE, digest_file,
};
pub use install::{InstallOptions, Progress, install};
pub use kokoro::{Halves, PackModels, rewrite};
pub use manifest::Gender;
use manifest::{FileDigest, LAYOUT, MadeBy, Manifest, ManifestSpeaker};
pub use onnx::OnnxError;
pub use packages::PackageSource;
pub use piper::{PhonemeScheme, PiperConfig};
pub use recognition::RecognitionModels;
pub use sizes::FRAME_SAMPLES;

/// A speaker of a pack.
#[derive(Debug, Clone, PartialEq)]
pub struct Speaker {
    /// The name callers use: unique among the installed packs.
    pub name: String,
    /// The model's own number for it.
    pub id: i64,
    /// Its gender, where the pack says.
    pub gender: Gender,
    /// Gain that brings it to the common loudness, in dB.
    pub gain_db: f32,
    /// How long everything lasts at rate 1, relative to the model's own pace: what makes the pace of
    /// every speaker calm.
    pub length_scale: f32,
    /// By how much its pitch moves farther from its middle than the model plans, where the configuration
    /// asks for a wide range; 1 is as far.
    pub pitch_range: f32,
    /// A line for a list of voices.
    pub description: String,
}

/// What comes before the sound: after the encoder, the rest of the plan, and what the sound is made from.
#[derive(Debug, Clone)]
pub struct ProsodyModels {
    pub(crate) encoder: Arc<Encoder>,
    pub(crate) prosody: PathBuf,
    pub(crate) decoder: PathBuf,
}

/// An installed and verified pack.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The folder's or file's name.
    pub name: String,
    /// A line for a list of voices.
    pub description: String,
    /// BCP 47 codes.
    pub language_codes: Vec<String>,
    /// The licences of its parts.
    pub licence: String,
    /// The speaker when the caller does not choose one.
    pub default_speaker: String,
    /// The speakers.
    pub speakers: Vec<Speaker>,
    /// Samples a second.
    pub sample_rate: u32,
    /// Which phonemes it is fed.
    pub scheme: PhonemeScheme,
    /// The model, or the half of it that makes the sound.
    pub model: PathBuf,
    /// The half of the model that comes before the sound, where the pack has two: it plans a whole
    /// sentence, of which parts are spoken.
    pub prosody: Option<ProsodyModels>,
    /// The model's Piper configuration.
    pub config: PathBuf,
    /// The model that predicts how long everything will be, where the pack has one.
    pub(crate) encoder: Option<Arc<Encoder>>,
    /// BLAKE3 over the pack's digests; part of what a clip's id is made from.
    pub digest: [u8; 32],
    /// The symbols it knows and their numbers; others would be dropped silently.
    symbols: HashMap<char, i64>,
}

impl Pack {
    /// Opens and verifies the pack in `folder`.
    ///
    /// # Errors
    ///
    /// When a file is missing, was changed after the install, or cannot be understood.
    pub fn open(folder: &Path) -> Result<Self, PackError> {
        let manifest_path = folder.join(MANIFEST_FILE);
        let bytes =
            fs::read(&manifest_path).map_err(|source| PackError::io(&manifest_path, source))?;
        let unreadable = |error: serde_json::Error| PackError::BadConfig {
            path: manifest_path.clone(),
            reason: error.to_string(),
        };
        // Looked at by itself: another layout may lack fields of this one.
        let made_by: MadeBy = serde_json::from_slice(&bytes).map_err(unreadable)?;
        if made_by.layout != LAYOUT {
            let folder = folder.to_owned();
            return Err(PackError::OtherLayout { folder });
        }
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(unreadable)?;
        // Every file that is read needs a digest: these two always, the others where they exist.
        let others = [
            TIMING_FILE,
            PROSODY_FILE,
            DECODER_FILE,
            schema::WEIGHTS_FILE,
        ];
        let present = others
            .into_iter()
            .filter(|name| folder.join(name).is_file());
        for name in [MODEL_FILE, CONFIG_FILE].into_iter().chain(present) {
            if !manifest.files.contains_key(name) {
                let path = folder.join(name);
                return Err(PackError::Damaged { path });
            }
        }
        for (name, expected) in &manifest.files {
            let path = folder.join(name);
            if digest_file(&path).ok().as_ref() != Some(expected) {
                return Err(PackError::Damaged { path });
            }
        }
        let file = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
        let encoder = file(TIMING_FILE).map(|path| Arc::new(Encoder::new(path)));
        let halves = encoder
            .clone()
            .zip(file(PROSODY_FILE))
            .zip(file(DECODER_FILE));
        let prosody = halves.map(|((encoder, prosody), decoder)| ProsodyModels {
            encoder,
            prosody,
            decoder,
        });
        let config_path = folder.join(CONFIG_FILE);
        let config = read_config(&config_path)?;
        let speakers: Vec<Speaker> = manifest.speakers.into_iter().map(Speaker::from).collect();
        Ok(Self {
            name: manifest.name,
            description: manifest.description,
            language_codes: manifest.language_codes,
            licence: manifest.licence,
            default_speaker: manifest.default_speaker,
            sample_rate: config.sample_rate(),
            scheme: config.scheme(),
            model: folder.join(MODEL_FILE),
            encoder,
            prosody,
            digest: pack_digest(&manifest.files, &speakers),
            speakers,
            symbols: config.symbols(),
            config: config_path,
        })
    }

    /// Opens a Piper voice that was dropped in: `model` with its configuration beside it.
    ///
    /// # Errors
    ///
    /// When the configuration is missing, or uses phonemes of more than one character, which
    /// piper-rs cannot load.
    pub fn open_piper(model: &Path) -> Result<Self, PackError> {
        let config_path = piper_config_path(model);
        let config = read_config(&config_path)?;
        let stem = model.file_stem().unwrap_or_default();
        let name = stem.to_string_lossy().into_owned();
        let mut speakers: Vec<Speaker> = config
            .speakers()
            .into_iter()
            .map(|(speaker, id)| piper_speaker(format!("{name}-{speaker}"), id))
            .collect();
        if speakers.is_empty() {
            speakers.push(piper_speaker(name.clone(), 0));
        }
        let mut files = BTreeMap::new();
        for path in [model, config_path.as_path()] {
            let file_name = path.file_name().unwrap_or_default();
            files.insert(file_name.to_string_lossy().into_owned(), digest_file(path)?);
        }
        Ok(Self {
            description: format!("Piper voice {name}"),
            language_codes: vec![config.language()],
            licence: "see the voice's own model card".to_owned(),
            default_speaker: speakers[0].name.clone(),
            sample_rate: config.sample_rate(),
            scheme: config.scheme(),
            model: model.to_owned(),
            prosody: None,
            encoder: None,
            digest: pack_digest(&files, &speakers),
            speakers,
            symbols: config.symbols(),
            config: config_path,
            name,
        })
    }

    /// The first symbol of `phonemes` that the model does not know. piper-rs would drop it
    /// without a word.
    pub fn unknown_symbol(&self, phonemes: &str) -> Option<char> {
        phonemes
            .chars()
            .find(|symbol| !self.symbols.contains_key(symbol))
    }

    /// The numbers of `phonemes`, or the first symbol that has none.
    pub fn phoneme_ids(&self, phonemes: &str) -> Result<Vec<i64>, char> {
        phonemes
            .chars()
            .map(|symbol| self.symbols.get(&symbol).copied().ok_or(symbol))
            .collect()
    }

    /// `phonemes` without the symbols the model does not know: for espeak's output only, whose
    /// inventory is larger than any one voice's.
    pub fn known_symbols(&self, phonemes: &str) -> String {
        phonemes
            .chars()
            .filter(|symbol| self.symbols.contains_key(symbol))
            .collect()
    }
}

impl From<ManifestSpeaker> for Speaker {
    fn from(speaker: ManifestSpeaker) -> Self {
        Self {
            name: speaker.name,
            id: speaker.id,
            gender: speaker.gender,
            gain_db: speaker.gain_db,
            length_scale: speaker.length_scale,
            pitch_range: speaker.pitch_range,
            description: speaker.description,
        }
    }
}

fn piper_speaker(name: String, id: i64) -> Speaker {
    Speaker {
        description: format!("Piper voice {name}"),
        name,
        id,
        gender: Gender::Neutral,
        gain_db: 0.0,
        length_scale: 1.0,
        pitch_range: 1.0,
    }
}

/// Every pack under `voices`, sorted by name with the default pack first, and those that were
/// refused with the reason.
///
/// # Errors
///
/// When no pack is there, or `voices` cannot be read. One bad pack among good ones is no error.
pub fn scan(voices: &Path) -> Result<(Vec<Pack>, Vec<PackError>), PackError> {
    let none = || PackError::NoneInstalled {
        voices: voices.to_owned(),
    };
    let entries = fs::read_dir(voices).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => none(),
        _ => PackError::io(voices, source),
    })?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| !name.to_string_lossy().starts_with('.'))
        })
        .collect();
    paths.sort();
    let mut packs = Vec::new();
    let mut refused = Vec::new();
    for path in paths {
        let opened: Vec<Result<Pack, PackError>> = if path.join(MANIFEST_FILE).is_file() {
            vec![Pack::open(&path)]
        } else {
            piper_models(&path)
                .iter()
                .map(|model| Pack::open_piper(model))
                .collect()
        };
        for pack in opened {
            match pack {
                Ok(pack) => packs.push(pack),
                Err(error) => refused.push(error),
            }
        }
    }
    if packs.is_empty() {
        return Err(refused.into_iter().next().unwrap_or_else(none));
    }
    let default_name = definition::default_pack().name;
    packs.sort_by_key(|pack| pack.name != default_name);
    Ok((packs, refused))
}

/// Piper models at `path`: the file itself, or those directly in the folder.
fn piper_models(path: &Path) -> Vec<PathBuf> {
    let is_model = |path: &Path| {
        path.extension()
            .is_some_and(|extension| extension == "onnx")
            && piper_config_path(path).is_file()
    };
    if is_model(path) {
        return vec![path.to_owned()];
    }
    let mut models: Vec<PathBuf> = fs::read_dir(path)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| is_model(path))
        .collect();
    models.sort();
    models
}

fn piper_config_path(model: &Path) -> PathBuf {
    let mut name = model.as_os_str().to_owned();
    name.push(".json");
    PathBuf::from(name)
}

fn read_config(path: &Path) -> Result<PiperConfig, PackError> {
    let bytes = fs::read(path).map_err(|source| PackError::io(path, source))?;
    PiperConfig::parse(&bytes).map_err(|reason| PackError::BadConfig {
        path: path.to_owned(),
        reason,
    })
}

/// A digest over everything of a pack that shapes the sound.
fn pack_digest(files: &BTreeMap<String, FileDigest>, speakers: &[Speaker]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for (name, digest) in files {
        hasher.update(name.as_bytes());
        hasher.update(b"\0");
        hasher.update(digest.blake3.as_bytes());
        hasher.update(b"\0");
    }
    for speaker in speakers {
        hasher.update(speaker.name.as_bytes());
        hasher.update(b"\0");
        hasher.update(&speaker.id.to_le_bytes());
        hasher.update(&speaker.gain_db.to_le_bytes());
        hasher.update(&speaker.length_scale.to_le_bytes());
        hasher.update(&speaker.pitch_range.to_le_bytes());
    }
    *hasher.finalize().as_bytes()
}
