//! What is read in a measurement.

use std::sync::atomic::{AtomicU64, Ordering};

use langdu_proto::{
    self, AudioConfig, SynthesizeRequest, VoiceSelectionParams, source::Source as Kind,
};

use crate::error::BenchError;

/// Twenty paragraphs of the kind that portals publish: what is read when no corpus is named.
pub const PARAGRAPHS: &str = include_str!("paragraphs.txt");

/// How many speaking rates a cold entry is read at: thousandths from 0.9 to 1.1, without 1.0, which
/// warm entries have.
pub const COLD_RATES: u64 = 200;

/// Texts and addresses, one a line.
#[derive(Debug, Clone)]
pub struct Corpus {
    entries: Vec<Kind>,
}

impl Default for Corpus {
    fn default() -> Self {
        Self {
            entries: entries(PARAGRAPHS),
        }
    }
}

impl Corpus {
    /// One entry a line: an http or https address is a page, anything else is a text. Empty
    /// lines and those that begin with `#` are skipped.
    ///
    /// # Errors
    ///
    /// When no line is left; `name` is what the message calls it.
    pub fn parse(text: &str, name: &str) -> Result<Self, BenchError> {
        let entries = entries(text);
        if entries.is_empty() {
            return Err(BenchError::EmptyCorpus(name.to_owned()));
        }
        Ok(Self { entries })
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// A hash of the entries, in 16 hexadecimal digits, which tells two corpora apart.
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for entry in &self.entries {
            let (Kind::Url(line) | Kind::Text(line)) = entry else {
                continue;
            };
            hasher.update(line.as_bytes());
            hasher.update(b"\n");
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// A corpus is never empty.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

fn entries(text: &str) -> Vec<Kind> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            if line.starts_with("http://") || line.starts_with("https://") {
                Kind::Url(line.to_owned())
            } else {
                Kind::Text(line.to_owned())
            }
        })
        .collect()
}

/// Hands out the corpus's entries in turn, as requests, to any number of listeners.
pub(super) struct Requests {
    corpus: Corpus,
    voice: String,
    /// Where among the rates this run begins, so that two runs against one service share few clips.
    seed: u64,
    cold: AtomicU64,
    warm: AtomicU64,
}

impl Requests {
    pub(super) fn new(corpus: Corpus, voice: String, seed: u64) -> Self {
        Self {
            corpus,
            voice,
            seed,
            cold: AtomicU64::new(0),
            warm: AtomicU64::new(0),
        }
    }

    /// The next request that no cache should hold: every round of the corpus is read at a rate
    /// of its own, which makes other clips of the same words.
    pub(super) fn cold(&self) -> SynthesizeRequest {
        let number = self.cold.fetch_add(1, Ordering::Relaxed);
        let entries = self.corpus.len() as u64;
        // A step that shares no factor with the number of rates visits all of them.
        let step = (self.seed + number / entries * 73) % COLD_RATES;
        let thousandths = if step < 100 { 900 + step } else { 901 + step };
        self.request(number % entries, thousandths as f64 / 1000.0)
    }

    /// The next request of what was read before.
    pub(super) fn warm(&self) -> SynthesizeRequest {
        let number = self.warm.fetch_add(1, Ordering::Relaxed);
        self.request(number % self.corpus.len() as u64, 1.0)
    }

    /// Every entry once, as [`warm`](Self::warm) asks for it.
    pub(super) fn all_warm(&self) -> impl Iterator<Item = SynthesizeRequest> + '_ {
        (0..self.corpus.len() as u64).map(|index| self.request(index, 1.0))
    }

    fn request(&self, index: u64, rate: f64) -> SynthesizeRequest {
        let entry = &self.corpus.entries[usize::try_from(index).unwrap_or_default()];
        SynthesizeRequest {
            source: Some(langdu_proto::Source {
                source: Some(entry.clone()),
                ..langdu_proto::Source::default()
            }),
            voice: Some(VoiceSelectionParams {
                name: self.voice.clone(),
                ..VoiceSelectionParams::default()
            }),
            audio_config: Some(AudioConfig {
                speaking_rate: rate,
                ..AudioConfig::default()
            }),
            ..SynthesizeRequest::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn lines_are_texts_or_addresses() {
        let corpus = Corpus::parse("# note\n\n您好。\nhttps://a.cn/x.html\n", "x").unwrap();
        assert_eq!(
            corpus.entries,
            [
                Kind::Text("您好。".to_owned()),
                Kind::Url("https://a.cn/x.html".to_owned())
            ]
        );
        let same = Corpus::parse("您好。\nhttps://a.cn/x.html\n", "y").unwrap();
        assert_eq!(corpus.digest(), same.digest());
        assert_ne!(corpus.digest(), Corpus::default().digest());
        let empty = Corpus::parse("# nothing\n", "list.txt").unwrap_err();
        assert!(empty.to_string().contains("list.txt"));
    }

    #[test]
    fn cold_requests_repeat_only_after_every_rate_of_every_entry() {
        let corpus = Corpus::parse("甲。\n乙。\n丙。", "x").unwrap();
        let requests = Requests::new(corpus, String::new(), 150);
        let mut seen = HashSet::new();
        for _ in 0..3 * COLD_RATES {
            let request = requests.cold();
            let rate = request.audio_config.unwrap().speaking_rate;
            assert!((0.9..=1.1).contains(&rate) && rate != 1.0, "{rate}");
            assert!(seen.insert(format!("{:?} {rate}", request.source)));
        }
    }
}
