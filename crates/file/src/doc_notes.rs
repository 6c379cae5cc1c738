//! Which paragraphs of a DOC file refer to its footnotes.
//!
//! `office_oxide` reads the text and the notes and does not say where a note belongs. The file does:
//! it lists at which characters of the main text the references stand ([MS-DOC] 2.8.11). The words
//! of their paragraphs come from the pieces that the text is stored in (2.8.35).

use std::io::{Cursor, Read};
use std::ops::Range;

use encoding_rs::WINDOWS_1252;

/// A paragraph that refers to footnotes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Referring {
    /// Its words, without fields' instructions and marks.
    pub(super) words: String,
    /// How many notes it refers to.
    pub(super) notes: usize,
}

/// Places in the file information block, which begins the stream `WordDocument` (2.5.1, 2.5.4,
/// 2.5.6).
mod block {
    /// Bit 9 says which table stream is in use.
    pub(super) const FLAGS: usize = 0x0a;
    /// Characters of the main text.
    pub(super) const MAIN_TEXT: usize = 0x4c;
    /// Where in the table stream the footnotes' references are, and their length.
    pub(super) const FOOTNOTE_REFERENCES: usize = 0xaa;
    /// Where in the table stream the pieces are, and their length.
    pub(super) const PIECES: usize = 0x01a2;
}

/// What ends a paragraph: its mark, a cell's mark, a page's or section's end.
const PARAGRAPH_ENDS: [u16; 3] = [0x0d, 0x07, 0x0c];

const FIELD_BEGIN: u16 = 0x13;
const FIELD_SEPARATOR: u16 = 0x14;
const FIELD_END: u16 = 0x15;

/// The paragraphs of the main text that refer to footnotes, in order; `None` where the file does not
/// say so in a way that can be followed.
pub(super) fn referring(bytes: &[u8]) -> Option<Vec<Referring>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let mut stream = |name: &str| {
        let mut content = Vec::new();
        let stream = file.open_stream(name).ok()?;
        // No stream is longer than its file, whatever its entry says.
        stream
            .take(bytes.len() as u64)
            .read_to_end(&mut content)
            .ok()?;
        Some(content)
    };
    let document = stream("WordDocument")?;
    let flags = u16_at(&document, block::FLAGS)?;
    let table = stream(if flags & 1 << 9 == 0 {
        "0Table"
    } else {
        "1Table"
    })?;
    let places = places(part(&table, &document, block::FOOTNOTE_REFERENCES)?)?;
    if places.is_empty() {
        return Some(Vec::new());
    }
    let length = usize::try_from(u32_at(&document, block::MAIN_TEXT)?).ok()?;
    let pieces = pieces(part(&table, &document, block::PIECES)?)?;
    let text = text(&document, &pieces, length.min(document.len()));
    paragraphs(&text, &places)
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

/// A stretch of the main text and where it is stored.
struct Piece {
    characters: Range<usize>,
    offset: usize,
    /// One byte a character, in Windows-1252; otherwise UTF-16.
    is_narrow: bool,
}

fn pieces(mut list: &[u8]) -> Option<Vec<Piece>> {
    /// Properties, which may stand before the pieces.
    const PROPERTIES: u8 = 1;
    const PIECES: u8 = 2;
    while list.first() == Some(&PROPERTIES) {
        let length = usize::from(u16_at(list, 1)?);
        list = list.get(3 + length..)?;
    }
    if list.first() != Some(&PIECES) {
        return None;
    }
    let list = list.get(5..)?;
    let count = list.len().checked_sub(4)? / 12;
    let descriptors = list.get((count + 1) * 4..)?;
    (0..count)
        .map(|index| {
            let start = usize::try_from(u32_at(list, index * 4)?).ok()?;
            let end = usize::try_from(u32_at(list, index * 4 + 4)?).ok()?;
            let place = u32_at(descriptors, index * 8 + 2)?;
            let offset = usize::try_from(place & 0x3fff_ffff).ok()?;
            let is_narrow = place & 1 << 30 != 0;
            Some(Piece {
                characters: start..end,
                offset: if is_narrow { offset / 2 } else { offset },
                is_narrow,
            })
        })
        .collect()
}

/// The first `length` characters of the main text. It ends where a piece is not where the one before
/// it ended, or not in the stream.
fn text(document: &[u8], pieces: &[Piece], length: usize) -> Vec<u16> {
    let mut text = Vec::new();
    for piece in pieces {
        let end = piece.characters.end.min(length);
        if piece.characters.start != text.len() || end <= text.len() {
            break;
        }
        let count = end - text.len();
        let width = if piece.is_narrow { 1 } else { 2 };
        let stored = piece
            .offset
            .checked_add(count * width)
            .and_then(|stop| document.get(piece.offset..stop));
        let Some(stored) = stored else {
            break;
        };
        if piece.is_narrow {
            let (decoded, _) = WINDOWS_1252.decode_without_bom_handling(stored);
            text.extend(decoded.encode_utf16());
        } else {
            let (units, _) = stored.as_chunks::<2>();
            text.extend(units.iter().copied().map(u16::from_le_bytes));
        }
    }
    text
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

/// What is seen of a paragraph: of a field its result, not its instruction.
fn words(paragraph: &[u16]) -> String {
    let mut hidden: usize = 0;
    let mut seen = Vec::with_capacity(paragraph.len());
    for &unit in paragraph {
        match unit {
            FIELD_BEGIN => hidden += 1,
            FIELD_SEPARATOR => hidden = hidden.saturating_sub(1),
            _ if hidden > 0 || unit < 0x20 || unit == FIELD_END => {}
            _ => seen.push(unit),
        }
    }
    String::from_utf16_lossy(&seen)
}

/// The part of the table stream that is named at `place` of the file information block.
fn part<'a>(table: &'a [u8], document: &[u8], place: usize) -> Option<&'a [u8]> {
    let offset = usize::try_from(u32_at(document, place)?).ok()?;
    let length = usize::try_from(u32_at(document, place + 4)?).ok()?;
    table.get(offset..offset.checked_add(length)?)
}

fn u16_at(bytes: &[u8], place: usize) -> Option<u16> {
    let bytes = bytes.get(place..place.checked_add(2)?)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

fn u32_at(bytes: &[u8], place: usize) -> Option<u32> {
    let bytes = bytes.get(place..place.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture() -> Vec<u8> {
        let root = env!("CARGO_MANIFEST_DIR");
        std::fs::read(format!("{root}/../../tests/fixtures/files/libreoffice.doc")).unwrap()
    }

    #[test]
    fn the_paragraph_that_refers_to_a_note_is_found_by_its_words() {
        let found = referring(&fixture()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].notes, 1);
        assert!(found[0].words.contains("老年人助餐"), "{found:?}");
    }

    #[test]
    fn damage_anywhere_ends_in_an_answer() {
        let whole = fixture();
        let headers = (0..512).chain((512..whole.len()).step_by(61));
        for place in headers {
            let mut damaged = whole.clone();
            damaged[place] ^= 0xff;
            let notes: usize = referring(&damaged)
                .into_iter()
                .flatten()
                .map(|paragraph| paragraph.notes)
                .sum();
            assert!(notes <= whole.len() / 6, "{place}: {notes}");
            let _ = referring(&whole[..place]);
        }
    }

    #[test]
    fn text_is_put_together_from_narrow_and_wide_pieces() {
        let mut document = vec![0; 4];
        document.extend(b"A\x96B\r");
        document.extend("养老\r".encode_utf16().flat_map(u16::to_le_bytes));
        let pieces = [
            Piece {
                characters: 0..4,
                offset: 4,
                is_narrow: true,
            },
            Piece {
                characters: 4..7,
                offset: 8,
                is_narrow: false,
            },
            Piece {
                characters: 7..9,
                offset: usize::MAX,
                is_narrow: false,
            },
        ];
        let all = text(&document, &pieces, 9);
        assert_eq!(String::from_utf16_lossy(&all), "A–B\r养老\r");
        let found = paragraphs(&all, &[1, 2, 6]).unwrap();
        let found: Vec<_> = found.iter().map(|p| (p.words.as_str(), p.notes)).collect();
        assert_eq!(found, [("A–B", 2), ("养老", 1)]);
    }

    #[test]
    fn of_a_field_the_result_is_seen() {
        let paragraph: Vec<u16> = "见\u{13} HYPERLINK \"a\" \u{14}办法\u{15}\u{2}。"
            .encode_utf16()
            .collect();
        assert_eq!(words(&paragraph), "见办法。");
    }
}
