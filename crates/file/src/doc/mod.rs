//! What a DOC file says and `office_oxide` does not pass on: which paragraphs refer to its footnotes,
//! the numbers that Word counts, what is set in the middle, and where charts and pictures are.
//!
//! The words of the paragraphs come from the pieces that the text is stored in ([MS-DOC] 2.8.35).

mod floating;
mod lists;
mod notes;
mod properties;
mod silent;

use std::io::{Cursor, Read};
use std::ops::Range;

use encoding_rs::WINDOWS_1252;

pub(super) use lists::{Shown, shown};
pub(super) use notes::{Referring, referring};
pub(super) use silent::{Told, told};

/// Places in the file information block, which begins the stream `WordDocument` (2.5.1, 2.5.4,
/// 2.5.6). Of each part of the table stream, where it is and its length.
mod block {
    /// Bit 9 says which table stream is in use.
    pub(super) const FLAGS: usize = 0x0a;
    /// Characters of the main text.
    pub(super) const MAIN_TEXT: usize = 0x4c;
    /// The styles.
    pub(super) const STYLES: usize = 0xa2;
    /// The references to footnotes.
    pub(super) const FOOTNOTE_REFERENCES: usize = 0xaa;
    /// The pages that hold the properties of paragraphs.
    pub(super) const PARAGRAPHS: usize = 0x0102;
    /// The pieces of the text.
    pub(super) const PIECES: usize = 0x01a2;
    /// The places of shapes beside the main text, and the drawings that these are in.
    pub(super) const ANCHORS: usize = 0x01da;
    pub(super) const DRAWINGS: usize = 0x022a;
    /// The lists, and the formats that paragraphs name them by.
    pub(super) const LISTS: usize = 0x02e2;
    pub(super) const LIST_FORMATS: usize = 0x02ea;
}

/// What ends a paragraph: its mark, a cell's mark, a page's or section's end.
const PARAGRAPH_ENDS: [u16; 3] = [0x0d, 0x07, 0x0c];

const FIELD_BEGIN: u16 = 0x13;
const FIELD_SEPARATOR: u16 = 0x14;
const FIELD_END: u16 = 0x15;

/// The two streams that hold the text and what belongs to it.
pub(super) struct Streams {
    document: Vec<u8>,
    table: Vec<u8>,
}

impl Streams {
    /// `None` where the file does not have them.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
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
        Some(Self { document, table })
    }

    /// The part of the table stream that is named at `place` of the file information block.
    fn part(&self, place: usize) -> Option<&[u8]> {
        let (offset, length) = (self.offset(place)?, self.offset(place + 4)?);
        self.table.get(offset..offset.checked_add(length)?)
    }

    /// The table stream from where the part named at `place` begins: of some parts the length
    /// counts only the beginning.
    fn part_onwards(&self, place: usize) -> Option<&[u8]> {
        let length = self.offset(place + 4)?;
        (length > 0).then(|| self.table.get(self.offset(place)?..))?
    }

    fn offset(&self, place: usize) -> Option<usize> {
        usize::try_from(u32_at(&self.document, place)?).ok()
    }

    /// The main text, and the pieces that it is stored in.
    fn text(&self) -> Option<(Vec<u16>, Vec<Piece>)> {
        let length = self.offset(block::MAIN_TEXT)?;
        let pieces = pieces(self.part(block::PIECES)?)?;
        let text = text(&self.document, &pieces, length.min(self.document.len()));
        Some((text, pieces))
    }
}

/// A stretch of the main text and where it is stored.
struct Piece {
    characters: Range<usize>,
    offset: usize,
    /// One byte a character, in Windows-1252; otherwise UTF-16.
    is_narrow: bool,
}

impl Piece {
    fn width(&self) -> usize {
        if self.is_narrow { 1 } else { 2 }
    }
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
        let stored = piece
            .offset
            .checked_add(count * piece.width())
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

fn u16_at(bytes: &[u8], place: usize) -> Option<u16> {
    let bytes = bytes.get(place..place.checked_add(2)?)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

fn u32_at(bytes: &[u8], place: usize) -> Option<u32> {
    let bytes = bytes.get(place..place.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
fn fixture() -> Vec<u8> {
    let root = env!("CARGO_MANIFEST_DIR");
    std::fs::read(format!("{root}/../../tests/fixtures/files/libreoffice.doc")).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }

    #[test]
    fn of_a_field_the_result_is_seen() {
        let paragraph: Vec<u16> = "见\u{13} HYPERLINK \"a\" \u{14}办法\u{15}\u{2}。"
            .encode_utf16()
            .collect();
        assert_eq!(words(&paragraph), "见办法。");
    }
}
