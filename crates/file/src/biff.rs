//! The records of a workbook up to 2003 ([MS-XLS]): a stream of streams, one for the book and one for each sheet.

use std::io::{Cursor, Read};

use encoding_rs::WINDOWS_1252;

/// Records, by their numbers (2.3).
pub(crate) mod record {
    pub(crate) const BEGIN_OF_STREAM: u16 = 0x0809;
    pub(crate) const END_OF_STREAM: u16 = 0x000a;
    pub(crate) const SHEET: u16 = 0x0085;
    /// How numbers are written, and the looks of cells, which name it.
    pub(crate) const FORMAT: u16 = 0x041e;
    pub(crate) const LOOK: u16 = 0x00e0;
    /// Cells with numbers: of eight bytes, of four bytes, several of these, what a formula comes to.
    pub(crate) const NUMBER: u16 = 0x0203;
    pub(crate) const SHORT_NUMBER: u16 = 0x027e;
    pub(crate) const SHORT_NUMBERS: u16 = 0x00bd;
    pub(crate) const FORMULA: u16 = 0x0006;
    /// A row and how it is shown (2.4.221).
    pub(crate) const ROW: u16 = 0x0208;
    /// Columns and how they are shown (2.4.53).
    pub(crate) const COLUMNS: u16 = 0x007d;
}

/// Most records that are looked at.
const MOST_RECORDS: usize = 4_000_000;

/// The stream of a workbook.
pub(crate) struct Book {
    stream: Vec<u8>,
}

impl Book {
    /// `None` where the file has no workbook.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
        let inner = file.open_stream("Workbook").ok()?;
        let mut stream = Vec::new();
        // No stream is longer than its file, whatever its entry says.
        inner
            .take(bytes.len() as u64)
            .read_to_end(&mut stream)
            .ok()?;
        Some(Self { stream })
    }

    #[cfg(test)]
    pub(crate) fn of(stream: Vec<u8>) -> Self {
        Self { stream }
    }

    /// The sheets: where the stream of each begins, and its name.
    pub(crate) fn sheets(&self) -> Vec<(usize, String)> {
        self.records(0)
            .take_while(|(kind, _)| *kind != record::END_OF_STREAM)
            .filter(|(kind, _)| *kind == record::SHEET)
            .filter_map(|(_, body)| {
                let place = body.first_chunk::<4>()?;
                let place = usize::try_from(u32::from_le_bytes(*place)).ok()?;
                Some((place, name(body.get(6..)?)?))
            })
            .collect()
    }

    /// The records from a place on.
    pub(crate) fn records(&self, place: usize) -> Records<'_> {
        Records {
            rest: self.stream.get(place..).unwrap_or_default(),
            left: MOST_RECORDS,
        }
    }
}

/// A short string: its length, whether its characters take two bytes, and these.
pub(crate) fn name(bytes: &[u8]) -> Option<String> {
    let (&length, rest) = bytes.split_first()?;
    let (&flags, rest) = rest.split_first()?;
    let length = usize::from(length);
    if flags & 1 == 0 {
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(rest.get(..length)?);
        return Some(text.into_owned());
    }
    let (units, _) = rest.get(..2 * length)?.as_chunks::<2>();
    let units: Vec<u16> = units.iter().copied().map(u16::from_le_bytes).collect();
    Some(String::from_utf16_lossy(&units))
}

pub(crate) fn u16_at(bytes: &[u8], place: usize) -> Option<u16> {
    let bytes = bytes.get(place..)?.first_chunk::<2>()?;
    Some(u16::from_le_bytes(*bytes))
}

/// The records of a stream from a place on.
pub(crate) struct Records<'b> {
    rest: &'b [u8],
    left: usize,
}

impl<'b> Iterator for Records<'b> {
    type Item = (u16, &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let kind = u16_at(self.rest, 0)?;
        let length = usize::from(u16_at(self.rest, 2)?);
        let body = self.rest.get(4..4 + length)?;
        self.rest = &self.rest[4 + length..];
        Some((kind, body))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        let mut record = kind.to_le_bytes().to_vec();
        record.extend(u16::try_from(body.len()).expect("short").to_le_bytes());
        record.extend(body);
        record
    }

    pub(crate) fn begin(kind: u16) -> Vec<u8> {
        let mut body = vec![0, 6];
        body.extend(kind.to_le_bytes());
        record(record::BEGIN_OF_STREAM, &body)
    }

    pub(crate) fn string(words: &str) -> Vec<u8> {
        let units: Vec<u16> = words.encode_utf16().collect();
        let mut bytes = vec![u8::try_from(units.len()).expect("short"), 1];
        bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        bytes
    }

    pub(crate) fn sheet(place: usize, words: &str) -> Vec<u8> {
        let mut body = u32::try_from(place).expect("short").to_le_bytes().to_vec();
        body.extend([0, 0]);
        body.extend(string(words));
        record(record::SHEET, &body)
    }

    /// A book of two sheets, which are these records.
    pub(crate) fn book(names: [&str; 2], sheets: [Vec<u8>; 2]) -> Vec<u8> {
        let end = record(record::END_OF_STREAM, &[]);
        let globals = |places: [usize; 2]| {
            [
                begin(5),
                sheet(places[0], names[0]),
                sheet(places[1], names[1]),
                end.clone(),
            ]
            .concat()
        };
        let first = globals([0, 0]).len();
        let places = [first, first + sheets[0].len()];
        [globals(places), sheets.concat()].concat()
    }
}
