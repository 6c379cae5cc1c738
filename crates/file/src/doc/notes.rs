//! Which paragraphs refer to footnotes.
//!
//! `office_oxide` reads the text and the notes and does not say where a note belongs. The file does:
//! it lists at which characters of the main text the references stand ([MS-DOC] 2.8.11).

use super::{PARAGRAPH_ENDS, Streams, block, u32_at, words};

/// A paragraph that refers to footnotes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Referring {
    /// Its words, without fields' instructions and marks.
    pub(crate) words: String,
    /// How many notes it refers to.
    pub(crate) notes: usize,
}

/// The paragraphs of the main text that refer to footnotes, in order; `None` where the file does not
/// say so in a way that can be followed.
pub(crate) fn referring(streams: &Streams) -> Option<Vec<Referring>> {
    let places = places(streams.part(block::FOOTNOTE_REFERENCES)?)?;
    if places.is_empty() {
        return Some(Vec::new());
    }
    paragraphs(&streams.text()?.0, &places)
}

/// The places of the references, in characters of the main text: as many as there are notes, and one
/// more that ends the list.
fn places(list: &[u8]) -> Option<Vec<usize>> {
    let count = list.len().checked_sub(4)? / 6;
    let places: Vec<usize> = (0..count)
        .map(|index| usize::try_from(u32_at(list, index * 4)?).ok())
        .collect::<Option<_>>()?;
    places.is_sorted().then_some(places)
}

/// The paragraphs at `places`; `None` where one of them has no words to be known by.
fn paragraphs(text: &[u16], places: &[usize]) -> Option<Vec<Referring>> {
    let mut found = Vec::new();
    let mut places = places.iter().peekable();
    let mut start = 0;
    for paragraph in text.split(|unit| PARAGRAPH_ENDS.contains(unit)) {
        let end = start + paragraph.len();
        let mut notes = 0;
        while places.next_if(|place| **place <= end).is_some() {
            notes += 1;
        }
        if notes > 0 {
            let words = words(paragraph);
            let is_known = words.chars().any(char::is_alphanumeric);
            found.push(is_known.then_some(Referring { words, notes })?);
        }
        start = end + 1;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn the_paragraph_that_refers_to_a_note_is_found_by_its_words() {
        let found = referring(&Streams::read(&fixture()).unwrap()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].notes, 1);
        assert!(found[0].words.contains("老年人助餐"), "{found:?}");
    }

    #[test]
    fn damage_anywhere_ends_in_an_answer() {
        let whole = fixture();
        let headers = (0..512).chain((512..whole.len()).step_by(61));
        let read = |bytes: &[u8]| Streams::read(bytes).and_then(|streams| referring(&streams));
        for place in headers {
            let mut damaged = whole.clone();
            damaged[place] ^= 0xff;
            let notes: usize = read(&damaged)
                .into_iter()
                .flatten()
                .map(|paragraph| paragraph.notes)
                .sum();
            assert!(notes <= whole.len() / 6, "{place}: {notes}");
            let _ = read(&whole[..place]);
        }
    }

    #[test]
    fn several_references_are_counted_by_paragraph() {
        let all: Vec<u16> = "A–B\r养老\r".encode_utf16().collect();
        let found = paragraphs(&all, &[1, 2, 6]).unwrap();
        let found: Vec<_> = found.iter().map(|p| (p.words.as_str(), p.notes)).collect();
        assert_eq!(found, [("A–B", 2), ("养老", 1)]);
    }
}
