//! The record of a page that was read in one voice and at one rate.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::page_key::PageKey;
use langdu_clips::ClipId;

/// The folder of these records. Its name and the names of their fields stay as they are, so that a
/// newer version keeps what an older one has recorded.
pub(super) const FOLDER: &str = "documents/";

/// Most clips of earlier versions that are remembered: those of a long document edited ten times.
const MOST_EARLIER_CLIPS: usize = 20_000;

/// What a page was read with, in one voice and at one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// Where the page is, after redirects.
    pub url: String,
    /// The address it was requested by.
    #[serde(rename = "asked")]
    pub requested_url: String,
    /// The speaker's name.
    pub voice: String,
    /// Thousandths of the normal rate, 500 to 2000.
    pub rate_milli: u32,
    /// The id of the reading.
    #[serde(rename = "reading")]
    pub reading_id: String,
    /// What the page is read with now.
    pub clips: Vec<ClipId>,
    /// What it was read with before it was edited: these clips may still lie in a tier.
    #[serde(default, rename = "former")]
    pub earlier_clips: Vec<ClipId>,
}

/// What a record is found by: a page, a voice and a rate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct DocumentKey {
    page: PageKey,
    voice: String,
    rate_milli: u32,
}

impl DocumentKey {
    /// The record's name in the storage.
    pub(super) fn name(&self) -> String {
        let Self {
            page,
            voice,
            rate_milli,
        } = self;
        let voice = blake3::hash(voice.as_bytes()).to_hex();
        format!("{FOLDER}{page}/{}-{rate_milli}.json", &voice[..16])
    }
}

impl DocumentRecord {
    pub(super) fn key(&self) -> DocumentKey {
        DocumentKey {
            page: PageKey::of(&self.url),
            voice: self.voice.clone(),
            rate_milli: self.rate_milli,
        }
    }

    /// This record with the clips of earlier versions that `before` knew.
    pub(super) fn after(mut self, before: Option<Self>) -> Self {
        let now: HashSet<ClipId> = self.clips.iter().copied().collect();
        let mut seen = HashSet::new();
        self.earlier_clips = before
            .into_iter()
            .flat_map(|before| before.clips.into_iter().chain(before.earlier_clips))
            .filter(|clip| !now.contains(clip) && seen.insert(*clip))
            .take(MOST_EARLIER_CLIPS)
            .collect();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(number: u8) -> ClipId {
        format!("{number:032x}").parse().unwrap()
    }

    fn record(clips: &[u8], earlier: &[u8]) -> DocumentRecord {
        DocumentRecord {
            url: "https://www.example.gov.cn/a.html".to_owned(),
            requested_url: "https://www.example.gov.cn/a".to_owned(),
            voice: "a".to_owned(),
            rate_milli: 1000,
            reading_id: "r".to_owned(),
            clips: clips.iter().copied().map(clip).collect(),
            earlier_clips: earlier.iter().copied().map(clip).collect(),
        }
    }

    #[test]
    fn an_edit_keeps_what_was_read_before_in_mind() {
        let before = record(&[1, 2, 3], &[9, 4]);
        let after = record(&[1, 4], &[]).after(Some(before));
        assert_eq!(after, record(&[1, 4], &[2, 3, 9]));
    }

    #[test]
    fn voices_and_rates_have_records_of_their_own() {
        let mut other = record(&[], &[]);
        other.rate_milli = 900;
        assert_ne!(record(&[], &[]).key().name(), other.key().name());
    }

    #[test]
    fn a_record_of_an_earlier_version_is_understood() {
        let written = r#"{"url":"https://www.example.gov.cn/a.html",
            "asked":"https://www.example.gov.cn/a","voice":"a","rate_milli":1000,"reading":"r",
            "clips":["00000000000000000000000000000001"],
            "former":["00000000000000000000000000000002"]}"#;
        let understood: DocumentRecord = serde_json::from_str(written).unwrap();
        assert_eq!(understood, record(&[1], &[2]));
    }
}
