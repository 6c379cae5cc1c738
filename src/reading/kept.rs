//! How much of what was read is kept in memory, by about how many bytes it takes.

use super::Reading;
use crate::reading::pages::ReadPages;
use langdu_document::Document;
use langdu_text::{Syllable, Utterance};

/// How much memory readings are kept in for their whole-document addresses: some hundreds of
/// ordinary length, or two of the longest text that is taken.
pub(super) const KEPT_READING_BYTES: u64 = 128 << 20;

/// How much memory the documents of pages are kept in, so that an unchanged page is not read
/// again: some thousands of ordinary length.
pub(super) const KEPT_DOCUMENT_BYTES: u64 = 64 << 20;

/// About how many bytes a document takes: its text, and as much again for what is known of it.
fn document_bytes(document: &Document) -> usize {
    const BLOCK_BYTES: usize = 200;
    let blocks = document.blocks.iter();
    let text: usize = blocks.map(|block| block.text.len() + BLOCK_BYTES).sum();
    2 * text
}

/// About how many bytes an utterance takes: most of it is what is known of each syllable.
fn utterance_bytes(utterance: &Utterance) -> usize {
    /// The heap's own words about a syllable's three short strings.
    const STRINGS_BYTES: usize = 3 * 32;
    let syllable = size_of::<Syllable>() + STRINGS_BYTES;
    let text = utterance.text.len() + utterance.spoken.len() + utterance.phonemes.len();
    size_of::<Utterance>() + text + utterance.syllables.len() * syllable
}

/// As [`moka`] weighs it: in bytes.
pub(super) fn reading_weight(reading: &Reading) -> u32 {
    let utterances = reading.script.utterances.iter().map(utterance_bytes);
    let bytes = document_bytes(&reading.document) + utterances.sum::<usize>();
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// As [`moka`] weighs it: in bytes.
pub(super) fn document_weight(url: &str, read: &ReadPages) -> u32 {
    let bytes = url.len() + document_bytes(&read.document);
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use langdu_text::FrontEnd;

    #[test]
    fn an_utterance_weighs_what_is_known_of_its_syllables() {
        let text = "老年人只需要按一下按钮，就能听到政策文件的内容。";
        let utterances = FrontEnd::new().explain(text);
        let bytes: usize = utterances.iter().map(utterance_bytes).sum();
        let syllables: usize = utterances.iter().map(|u| u.syllables.len()).sum();
        assert!(bytes > syllables * size_of::<Syllable>());
    }
}
