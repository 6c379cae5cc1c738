//! The voices that are installed, and which of them a caller means.

use std::sync::Arc;

use crate::pack::{Gender, Pack, Speaker};
use crate::timing::TimingModel;

/// A pack with its timing model.
pub struct InstalledPack {
    /// The pack.
    pub pack: Arc<Pack>,
    /// Its timing model; `None` when the pack has none.
    pub timing: Option<TimingModel>,
}

/// A speaker of an installed pack.
#[derive(Clone)]
pub struct Voice {
    /// The pack it belongs to.
    pub installed: Arc<InstalledPack>,
    /// The speaker.
    pub speaker: Speaker,
}

impl Voice {
    /// The pack it belongs to.
    pub fn pack(&self) -> &Arc<Pack> {
        &self.installed.pack
    }
}

/// What a caller asks of a voice; empty means any.
#[derive(Debug, Clone, Default)]
pub struct VoiceChoice {
    /// A speaker's name.
    pub name: String,
    /// A BCP 47 code.
    pub language_code: String,
    /// A gender.
    pub gender: Option<Gender>,
}

/// No installed voice is what the caller wants.
#[derive(Debug, Clone, thiserror::Error)]
#[error("no voice {wanted}: choose one of {available}")]
pub struct UnknownVoice {
    wanted: String,
    available: String,
}

/// Every installed voice.
pub struct Voices {
    packs: Vec<Arc<InstalledPack>>,
}

impl Voices {
    /// The voices of `packs`, the first of which is the default.
    pub fn new(packs: Vec<Pack>) -> Self {
        let packs = packs
            .into_iter()
            .map(|pack| {
                Arc::new(InstalledPack {
                    timing: TimingModel::of(&pack),
                    pack: Arc::new(pack),
                })
            })
            .collect();
        Self { packs }
    }

    /// Every voice, the default one first.
    pub fn all(&self) -> impl Iterator<Item = Voice> + '_ {
        self.packs.iter().flat_map(|installed| {
            installed.pack.speakers.iter().map(|speaker| Voice {
                installed: installed.clone(),
                speaker: speaker.clone(),
            })
        })
    }

    /// The voices of a language; every voice for an empty code.
    pub fn of_language<'a>(&'a self, code: &'a str) -> impl Iterator<Item = Voice> + 'a {
        self.all().filter(move |voice| speaks(voice, code))
    }

    /// The voice that is meant: by name, or else the pack's default speaker, or else the first
    /// that fits.
    ///
    /// # Errors
    ///
    /// [`UnknownVoice`] when none fits.
    pub fn choose(&self, choice: &VoiceChoice) -> Result<Voice, UnknownVoice> {
        let fits = |voice: &Voice| {
            (choice.name.is_empty() || voice.speaker.name == choice.name)
                && speaks(voice, &choice.language_code)
                && choice
                    .gender
                    .is_none_or(|gender| voice.speaker.gender == gender)
        };
        let is_default = |voice: &Voice| voice.speaker.name == voice.pack().default_speaker;
        self.all()
            .find(|voice| fits(voice) && is_default(voice))
            .or_else(|| self.all().find(fits))
            .ok_or_else(|| UnknownVoice {
                wanted: describe(choice),
                available: self
                    .all()
                    .map(|voice| voice.speaker.name)
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }

    /// The voice that a clip was made with, if it is still installed.
    pub fn of_clip(&self, pack_digest: &[u8; 32], speaker: &str) -> Option<Voice> {
        self.all()
            .find(|voice| voice.pack().digest == *pack_digest && voice.speaker.name == speaker)
    }
}

fn describe(choice: &VoiceChoice) -> String {
    let mut words = Vec::new();
    if !choice.name.is_empty() {
        words.push(format!("named `{}`", choice.name));
    }
    if !choice.language_code.is_empty() {
        words.push(format!("for `{}`", choice.language_code));
    }
    if let Some(gender) = choice.gender {
        words.push(format!("that is {gender:?}").to_lowercase());
    }
    words.join(" ")
}

/// Language codes agree when one's subtags begin the other's; Mandarin's two codes are one.
fn speaks(voice: &Voice, wanted: &str) -> bool {
    let wanted = canonical_language(wanted);
    voice.pack().language_codes.iter().any(|code| {
        let code = canonical_language(code);
        wanted.is_empty()
            || code == wanted
            || code.starts_with(&format!("{wanted}-"))
            || wanted.starts_with(&format!("{code}-"))
    })
}

fn canonical_language(code: &str) -> String {
    let code = code.to_lowercase().replace('_', "-");
    match code.split_once('-') {
        None if code == "zh" => "cmn".to_owned(),
        Some(("zh", rest)) => format!("cmn-{}", rest.trim_start_matches("hans-")),
        _ => code,
    }
}

/// True for codes of Mandarin.
pub fn is_mandarin(code: &str) -> bool {
    let code = canonical_language(code);
    code == "cmn" || code.starts_with("cmn-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_codes_of_mandarin_are_one() {
        for code in ["zh", "zh-CN", "zh_CN", "cmn", "cmn-CN", "zh-Hans-CN"] {
            assert!(is_mandarin(code), "{code}");
        }
        assert!(!is_mandarin("en-US"));
    }
}
