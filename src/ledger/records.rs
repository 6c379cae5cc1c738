//! The record of a page in one voice and rate.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::DOCUMENTS;
use super::page::PageKey;
use crate::reading::Reading;
use langdu_clips::ClipId;

/// Most clips of earlier versions that are remembered: those of a long document edited ten times.
const MOST_FORMER: usize = 20_000;

/// A page in one voice and rate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Variant {
    page: PageKey,
    voice: String,
    rate_milli: u32,
}

impl Variant {
    /// The record's name.
    pub(super) fn name(&self) -> String {
        let Self {
            page,
            voice,
            rate_milli,
        } = self;
        let voice = blake3::hash(voice.as_bytes()).to_hex();
        format!("{DOCUMENTS}{page}/{}-{rate_milli}.json", &voice[..16])
    }
}

/// What is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    /// Where the page is, after redirects.
    pub(super) url: String,
    /// How it was asked for.
    pub(super) asked: String,
    pub(super) voice: String,
    pub(super) rate_milli: u32,
    pub(super) reading: String,
    /// What it is read with now.
    pub(super) clips: Vec<ClipId>,
    /// What it was read with before.
    #[serde(default)]
    pub(super) former: Vec<ClipId>,
}

impl Known {
    /// What is known of a page that was read; nothing of private sources.
    pub(super) fn of(asked: &str, reading: &Reading) -> Option<Self> {
        Some(Self {
            url: reading.url.clone()?,
            asked: asked.to_owned(),
            voice: reading.voice.speaker.name.clone(),
            rate_milli: reading.rate_milli,
            reading: reading.id.clone(),
            clips: reading.clips.clone(),
            former: Vec::new(),
        })
    }

    pub(super) fn variant(&self) -> Variant {
        Variant {
            page: PageKey::of(&self.url),
            voice: self.voice.clone(),
            rate_milli: self.rate_milli,
        }
    }

    /// This, with what `before` knew of earlier versions.
    pub(super) fn after(mut self, before: Option<Self>) -> Self {
        let now: HashSet<ClipId> = self.clips.iter().copied().collect();
        let mut seen = HashSet::new();
        let before = before.into_iter();
        self.former = before
            .flat_map(|before| before.clips.into_iter().chain(before.former))
            .filter(|clip| !now.contains(clip) && seen.insert(*clip))
            .take(MOST_FORMER)
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

    fn known(clips: &[u8], former: &[u8]) -> Known {
        Known {
            url: "https://www.example.gov.cn/a.html".to_owned(),
            asked: "https://www.example.gov.cn/a".to_owned(),
            voice: "a".to_owned(),
            rate_milli: 1000,
            reading: "r".to_owned(),
            clips: clips.iter().copied().map(clip).collect(),
            former: former.iter().copied().map(clip).collect(),
        }
    }

    #[test]
    fn an_edit_keeps_what_was_read_before_in_mind() {
        let before = known(&[1, 2, 3], &[9, 4]);
        let after = known(&[1, 4], &[]).after(Some(before));
        assert_eq!(after, known(&[1, 4], &[2, 3, 9]));
    }

    #[test]
    fn voices_and_rates_have_records_of_their_own() {
        let mut other = known(&[], &[]);
        other.rate_milli = 900;
        assert_ne!(known(&[], &[]).variant().name(), other.variant().name());
    }
}
