//! What packs and the ONNX Runtime library are made from: the files `voices/*.toml`, in git.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::manifest::Gender;

/// The definition of a pack: packages, files and digests. Each has a file under `voices/`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackDefinition {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) language_codes: Vec<String>,
    pub(crate) licence: String,
    pub(crate) default_speaker: String,
    pub(crate) model: JoinedFile,
    pub(crate) vocabulary: PackageFile,
    #[serde(rename = "notice")]
    pub(crate) notices: Vec<Notice>,
    #[serde(rename = "package")]
    pub(crate) packages: Vec<Package>,
    #[serde(rename = "style")]
    pub(crate) styles: Vec<StyleSource>,
    #[serde(rename = "speaker")]
    pub(crate) speakers: Vec<SpeakerSource>,
}

/// A file that is the parts of several packages, joined.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JoinedFile {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    pub(crate) parts: Vec<ModelPart>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelPart {
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

/// A style table that speakers are made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StyleSource {
    pub(crate) name: String,
    pub(crate) package: String,
    pub(crate) file: String,
    pub(crate) sha256: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpeakerSource {
    pub(crate) name: String,
    pub(crate) gender: Gender,
    pub(crate) gain_db: f32,
    pub(crate) length_scale: f32,
    pub(crate) pitch_range: f32,
    pub(crate) description: String,
    pub(crate) timbre: Blend,
    pub(crate) prosody: Blend,
}

/// A weighted sum of styles, by their names. The weights sum to 1.
pub(crate) type Blend = BTreeMap<String, f32>;

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

/// The definition of the ONNX Runtime library, `voices/onnxruntime.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuntimeDefinition {
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

/// The definition of the default pack, built in so that the binary alone can install it.
pub(crate) fn default_pack() -> PackDefinition {
    toml::from_str(include_str!("../../../../voices/kokoro-zh.toml"))
        .expect("the built-in definition is checked by a test")
}

/// The moments of the default pack's speakers, in the order of their ids: what the generator's
/// normalisations subtract and divide by ([`super::fuse`]). `voices/make_moments.py` makes them.
pub(crate) fn default_moments() -> Vec<f32> {
    let bytes = include_bytes!("../../../../voices/kokoro-zh-moments.bin");
    let (values, _) = bytes.as_chunks::<4>();
    values
        .iter()
        .map(|&value| f32::from_le_bytes(value))
        .collect()
}

/// The definition of the ONNX Runtime library.
pub(crate) fn onnx_runtime() -> RuntimeDefinition {
    toml::from_str(include_str!("../../../../voices/onnxruntime.toml"))
        .expect("the built-in definition is checked by a test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_definitions_parse_and_name_only_packages_they_list() {
        let pack = default_pack();
        let listed = |name: &str| pack.packages.iter().any(|p| p.name == name);
        assert!(pack.model.parts.iter().all(|p| listed(&p.package)));
        assert!(pack.styles.iter().all(|s| listed(&s.package)));
        assert!(pack.notices.iter().all(|n| listed(&n.package)));
        assert!(listed(&pack.vocabulary.package));
        assert!(pack.speakers.iter().any(|s| s.name == pack.default_speaker));
        assert!(onnx_runtime().platform.contains_key("x86_64"));
    }

    #[test]
    fn every_speaker_has_moments_that_can_be_divided_by() {
        let moments = default_moments();
        let of_speakers = moments.chunks(moments.len() / default_pack().speakers.len());
        let mut seen = Vec::new();
        for of_speaker in of_speakers {
            assert_eq!(
                of_speaker.len(),
                18_432,
                "24 layers of 256 channels and 24 of 128"
            );
            assert!(of_speaker.iter().all(|value| value.is_finite()));
            assert!(!seen.contains(&of_speaker), "each speaker's are its own");
            seen.push(of_speaker);
        }
        // The first layer's: 256 means, then 256 variances.
        assert!(moments[256..512].iter().all(|&variance| variance > 0.0));
    }

    #[test]
    fn the_built_in_speakers_are_blends_of_listed_styles_whose_weights_sum_to_one() {
        let pack = default_pack();
        for speaker in &pack.speakers {
            for blend in [&speaker.timbre, &speaker.prosody] {
                let named = |name: &String| pack.styles.iter().any(|style| style.name == *name);
                assert!(blend.keys().all(named), "{}", speaker.name);
                let total: f32 = blend.values().sum();
                assert!((total - 1.0).abs() < 1e-6, "{}: {total}", speaker.name);
            }
            // What the clients may ask for, a half to twice the normal rate, stays within what the
            // model can speak.
            assert!(
                (0.8..=1.4).contains(&speaker.length_scale),
                "{}",
                speaker.name
            );
            // More than this was not tried.
            assert!((1.0..=1.4).contains(&speaker.pitch_range));
        }
    }

    #[test]
    fn the_dialect_speaker_is_not_offered() {
        assert!(
            default_pack()
                .speakers
                .iter()
                .all(|s| s.name != "zf_xiaoni")
        );
    }
}
