//! What was made of a definition: `pack.json`, in the pack's folder.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The speaker's gender, as callers choose voices by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Gender {
    /// A male voice.
    Male,
    /// A female voice.
    Female,
    /// Neither, or not stated by the pack.
    Neutral,
}

/// The version of what an install writes. Every change counts it up, so that a pack that another
/// version made is recognised.
pub(crate) const LAYOUT: u32 = 5;

/// Of `pack.json`, what every version can read.
#[derive(Debug, Deserialize)]
pub(crate) struct MadeBy {
    /// The [`LAYOUT`] of the version that made it; the first versions wrote none.
    #[serde(default)]
    pub(crate) layout: u32,
}

/// `pack.json`: what a pack holds. A Piper voice dropped in without one gets defaults.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The [`LAYOUT`] of the version that made it.
    pub(crate) layout: u32,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) language_codes: Vec<String>,
    pub(crate) licence: String,
    pub(crate) default_speaker: String,
    /// True when the model's own silence was left in (`install --plain`).
    pub(crate) plain: bool,
    pub(crate) speakers: Vec<ManifestSpeaker>,
    /// BLAKE3 of every file of the pack but this one, in hex.
    pub(crate) files: BTreeMap<String, FileDigest>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ManifestSpeaker {
    pub(crate) name: String,
    pub(crate) id: i64,
    pub(crate) gender: Gender,
    pub(crate) gain_db: f32,
    pub(crate) length_scale: f32,
    pub(crate) pitch_range: f32,
    pub(crate) description: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileDigest {
    pub(crate) bytes: u64,
    pub(crate) blake3: String,
}
