//! What a pack is made from (`voices/<name>.toml`, in git) and what was made of it
//! (`pack.json`, in the pack's folder).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The recipe of a pack: packages, files and digests. One a file under `voices/`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recipe {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) language_codes: Vec<String>,
    pub(crate) licence: String,
    pub(crate) default_speaker: String,
    pub(crate) edge_silence_ms: u32,
    pub(crate) model: JoinedFile,
    pub(crate) vocabulary: PackageFile,
    #[serde(rename = "notice")]
    pub(crate) notices: Vec<Notice>,
    #[serde(rename = "package")]
    pub(crate) packages: Vec<Package>,
    #[serde(rename = "speaker")]
    pub(crate) speakers: Vec<SpeakerSource>,
}

/// A file that is delivered in parts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JoinedFile {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    pub(crate) parts: Vec<Part>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) package: String,
    pub(crate) file: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackageFile {
    pub(crate) package: String,
    pub(crate) file: String,
    pub(crate) sha256: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notice {
    pub(crate) package: String,
    pub(crate) file: String,
    pub(crate) sha256: String,
    pub(crate) save_as: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpeakerSource {
    pub(crate) name: String,
    pub(crate) gender: Gender,
    pub(crate) gain_db: f32,
    pub(crate) description: String,
    pub(crate) package: String,
    pub(crate) file: String,
    pub(crate) sha256: String,
}

/// A package of a public registry.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) registry: Registry,
    pub(crate) version: String,
}

#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Registry {
    Pypi,
    Npm,
}

/// The ONNX Runtime library's recipe, `voices/onnxruntime.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuntimeRecipe {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) file: String,
    pub(crate) notice: String,
    pub(crate) platform: BTreeMap<String, RuntimePlatform>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuntimePlatform {
    pub(crate) tag: String,
    pub(crate) sha256: String,
}

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

/// How packs are made: counts up with every change of what an install writes, so that a pack that
/// another version made is noticed.
pub(crate) const LAYOUT: u32 = 2;

/// `pack.json`: what a pack holds. A Piper voice dropped in without one gets defaults.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The [`LAYOUT`] of the version that made it; the first versions wrote none.
    #[serde(default)]
    pub(crate) layout: u32,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) language_codes: Vec<String>,
    pub(crate) licence: String,
    pub(crate) default_speaker: String,
    pub(crate) edge_silence_ms: u32,
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
    pub(crate) description: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileDigest {
    pub(crate) bytes: u64,
    pub(crate) blake3: String,
}

/// The recipe of the default pack, built in so that a lone binary can install it.
pub(crate) fn default_recipe() -> Recipe {
    toml::from_str(include_str!("../../../../voices/kokoro-zh.toml"))
        .expect("the built-in recipe is checked by a test")
}

/// The recipe of the ONNX Runtime library.
pub(crate) fn runtime_recipe() -> RuntimeRecipe {
    toml::from_str(include_str!("../../../../voices/onnxruntime.toml"))
        .expect("the built-in recipe is checked by a test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_recipes_parse_and_name_only_packages_they_list() {
        let recipe = default_recipe();
        let listed = |name: &str| recipe.packages.iter().any(|p| p.name == name);
        assert!(recipe.model.parts.iter().all(|p| listed(&p.package)));
        assert!(recipe.speakers.iter().all(|s| listed(&s.package)));
        assert!(recipe.notices.iter().all(|n| listed(&n.package)));
        assert!(listed(&recipe.vocabulary.package));
        assert!(
            recipe
                .speakers
                .iter()
                .any(|s| s.name == recipe.default_speaker)
        );
        assert!(runtime_recipe().platform.contains_key("x86_64"));
    }

    #[test]
    fn the_dialect_speaker_is_not_offered() {
        assert!(
            default_recipe()
                .speakers
                .iter()
                .all(|s| s.name != "zf_xiaoni")
        );
    }
}
