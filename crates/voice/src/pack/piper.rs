//! A Piper voice's `.onnx.json`, as far as langdu reads it itself.

use std::collections::HashMap;

use serde::Deserialize;

/// The `phoneme_type` of voices that are fed the front-end's own phonemes.
pub(crate) const PINYIN_IPA: &str = "pinyin-ipa";

/// How text becomes what a voice is fed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhonemeScheme {
    /// The front-end's own phonemes.
    PinyinIpa,
    /// espeak-ng with this voice (`en-us`, `cmn`).
    Espeak(String),
}

/// What the configuration of a voice says.
#[derive(Debug, Clone, Deserialize)]
pub struct PiperConfig {
    audio: Audio,
    #[serde(default)]
    espeak: Espeak,
    #[serde(default)]
    phoneme_type: Option<String>,
    #[serde(default)]
    language: Option<Language>,
    #[serde(default)]
    num_speakers: u32,
    #[serde(default)]
    speaker_id_map: HashMap<String, i64>,
    phoneme_id_map: HashMap<String, Vec<i64>>,
}

#[derive(Debug, Clone, Deserialize)]
struct Audio {
    sample_rate: u32,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Espeak {
    #[serde(default)]
    voice: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Language {
    code: String,
}

impl PiperConfig {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// What is wrong with it: it is no such JSON, its sample rate is 0, it has no phonemes, or some
    /// of more than one character, which piper-rs cannot load, or it does not say which language
    /// they are of.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        let config: Self = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let mut phonemes = config.phoneme_id_map.keys();
        if let Some(key) = phonemes.find(|key| key.chars().count() != 1) {
            return Err(format!(
                "its phoneme `{key}` has more than one character, which piper-rs cannot load"
            ));
        }
        if config.audio.sample_rate == 0 {
            return Err("its sample rate is 0".to_owned());
        }
        if config.phoneme_id_map.is_empty() {
            return Err("it has no phonemes".to_owned());
        }
        if config.scheme() == PhonemeScheme::Espeak(String::new()) {
            return Err("it names no espeak voice".to_owned());
        }
        Ok(config)
    }

    /// Samples a second; more than 0.
    pub fn sample_rate(&self) -> u32 {
        self.audio.sample_rate
    }

    /// How text becomes what the voice is fed.
    pub fn scheme(&self) -> PhonemeScheme {
        if self.phoneme_type.as_deref() == Some(PINYIN_IPA) {
            PhonemeScheme::PinyinIpa
        } else {
            PhonemeScheme::Espeak(self.espeak.voice.clone())
        }
    }

    /// Its language, as a BCP 47 code or what espeak-ng calls it.
    pub fn language(&self) -> String {
        let code = self.language.as_ref();
        code.map_or_else(
            || self.espeak.voice.clone(),
            |language| language.code.replace('_', "-"),
        )
    }

    /// The names of several speakers and the model's numbers for them, by number; none where there
    /// is only one.
    pub fn speakers(&self) -> Vec<(&str, i64)> {
        if self.speaker_id_map.len() < 2 || self.num_speakers < 2 {
            return Vec::new();
        }
        let named = self.speaker_id_map.iter();
        let mut speakers: Vec<(&str, i64)> = named.map(|(name, &id)| (name.as_str(), id)).collect();
        speakers.sort_by_key(|&(name, id)| (id, name));
        speakers
    }

    /// The symbols that it knows and their numbers.
    pub fn symbols(&self) -> HashMap<char, i64> {
        self.phoneme_id_map
            .iter()
            .filter_map(|(key, ids)| Some((key.chars().next()?, *ids.first()?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(audio: &str, phonemes: &str) -> Result<PiperConfig, String> {
        let json = format!(
            "{{\"audio\": {audio}, \"phoneme_id_map\": {phonemes}, \"espeak\": {{\"voice\": \"cmn\"}}}}"
        );
        PiperConfig::parse(json.as_bytes())
    }

    #[test]
    fn what_cannot_be_spoken_with_is_refused_by_name() {
        assert!(parse("{\"sample_rate\": 22050}", "{\"a\": [1]}").is_ok());
        for (audio, phonemes, words) in [
            ("{\"sample_rate\": 0}", "{}", "sample rate"),
            ("{\"sample_rate\": 1}", "{\"ang\": [1]}", "`ang`"),
            ("{\"sample_rate\": 1}", "{\"\": [1]}", "``"),
            ("{\"sample_rate\": 1}", "{}", "no phonemes"),
            ("{}", "{}", "sample_rate"),
        ] {
            let refused = parse(audio, phonemes).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
        let mute = br#"{"audio": {"sample_rate": 1}, "phoneme_id_map": {"a": [1]}}"#;
        assert!(
            PiperConfig::parse(mute)
                .unwrap_err()
                .contains("espeak voice")
        );
    }
}
