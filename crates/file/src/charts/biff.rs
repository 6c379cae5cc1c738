//! The charts of a workbook up to 2003 ([MS-XLS]): a chart is a stream of records of its own, within that of its
//! sheet or beside it.

use std::io::{Cursor, Read};

use encoding_rs::WINDOWS_1252;

use super::SheetCharts;

/// Records, by their numbers (2.3).
mod record {
    pub(super) const BEGIN_OF_STREAM: u16 = 0x0809;
    pub(super) const END_OF_STREAM: u16 = 0x000a;
    pub(super) const SHEET: u16 = 0x0085;
    /// The words of a text in a chart.
    pub(super) const WORDS: u16 = 0x100d;
    /// What a text in a chart is for.
    pub(super) const PURPOSE: u16 = 0x1027;
}

/// The kind of a stream that is a chart, and the purpose of a text that is a chart's title.
const CHART: u16 = 0x0020;
const TITLE: u16 = 1;

/// Most records that are looked at.
const MOST_RECORDS: usize = 4_000_000;

/// `None` where the file has no workbook.
pub(super) fn charts(bytes: &[u8]) -> Option<Vec<SheetCharts>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let stream = file.open_stream("Workbook").ok()?;
    let mut book = Vec::new();
    // No stream is longer than its file, whatever its entry says.
    stream
        .take(bytes.len() as u64)
        .read_to_end(&mut book)
        .ok()?;
    Some(in_book(&book))
}

fn in_book(book: &[u8]) -> Vec<SheetCharts> {
    let sheets: Vec<(usize, String)> = Records::new(book, 0)
        .take_while(|(kind, _)| *kind != record::END_OF_STREAM)
        .filter(|(kind, _)| *kind == record::SHEET)
        .filter_map(|(_, body)| {
            let place = body.first_chunk::<4>()?;
            let place = usize::try_from(u32::from_le_bytes(*place)).ok()?;
            Some((place, name(body.get(6..)?)?))
        })
        .collect();
    sheets
        .into_iter()
        .map(|(place, sheet)| SheetCharts {
            sheet,
            titles: titles(book, place),
            alone: Records::new(book, place)
                .next()
                .is_some_and(|(_, body)| u16_at(body, 2) == Some(CHART)),
        })
        .filter(|own| !own.titles.is_empty())
        .collect()
}

/// The titles of the charts in the sheet that begins at `place`.
fn titles(book: &[u8], place: usize) -> Vec<String> {
    let mut titles: Vec<String> = Vec::new();
    // Whether each open stream is a chart.
    let mut open: Vec<bool> = Vec::new();
    let mut words = String::new();
    for (kind, body) in Records::new(book, place) {
        match kind {
            record::BEGIN_OF_STREAM => {
                let is_chart = u16_at(body, 2) == Some(CHART);
                open.push(is_chart);
                titles.extend(is_chart.then(String::new));
            }
            record::END_OF_STREAM => {
                open.pop();
                if open.is_empty() {
                    break;
                }
            }
            record::WORDS if open.last() == Some(&true) => {
                words = body.get(2..).and_then(name).unwrap_or_default();
            }
            record::PURPOSE if open.last() == Some(&true) => {
                let words = std::mem::take(&mut words);
                if u16_at(body, 0) == Some(TITLE)
                    && let Some(last) = titles.last_mut()
                {
                    *last = words.trim().to_owned();
                }
            }
            _ => {}
        }
    }
    titles
}

/// A short string: its length, whether its characters take two bytes, and these.
fn name(bytes: &[u8]) -> Option<String> {
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

fn u16_at(bytes: &[u8], place: usize) -> Option<u16> {
    let bytes = bytes.get(place..)?.first_chunk::<2>()?;
    Some(u16::from_le_bytes(*bytes))
}

/// The records of a stream from a place on.
struct Records<'b> {
    rest: &'b [u8],
    left: usize,
}

impl<'b> Records<'b> {
    fn new(book: &'b [u8], place: usize) -> Self {
        Self {
            rest: book.get(place..).unwrap_or_default(),
            left: MOST_RECORDS,
        }
    }
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
mod tests {
    use super::*;

    fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        let mut record = kind.to_le_bytes().to_vec();
        record.extend(u16::try_from(body.len()).expect("short").to_le_bytes());
        record.extend(body);
        record
    }

    fn begin(kind: u16) -> Vec<u8> {
        let mut body = vec![0, 6];
        body.extend(kind.to_le_bytes());
        record(record::BEGIN_OF_STREAM, &body)
    }

    fn string(words: &str) -> Vec<u8> {
        let units: Vec<u16> = words.encode_utf16().collect();
        let mut bytes = vec![u8::try_from(units.len()).expect("short"), 1];
        bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        bytes
    }

    fn text(words: &str, purpose: u16) -> Vec<u8> {
        let mut body = vec![0, 0];
        body.extend(string(words));
        let mut records = record(record::WORDS, &body);
        records.extend(record(record::PURPOSE, &purpose.to_le_bytes()));
        records
    }

    fn sheet(place: usize, words: &str) -> Vec<u8> {
        let mut body = u32::try_from(place).expect("short").to_le_bytes().to_vec();
        body.extend([0, 0]);
        body.extend(string(words));
        record(record::SHEET, &body)
    }

    /// A book of two sheets, which are these records.
    fn book(names: [&str; 2], sheets: [Vec<u8>; 2]) -> Vec<u8> {
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

    #[test]
    fn charts_are_told_by_sheet_with_their_titles() {
        let end = record(record::END_OF_STREAM, &[]);
        let chart = |texts: &[Vec<u8>]| [begin(CHART), texts.concat(), end.clone()].concat();
        let values = text("金额（万元）", 2);
        let within = [
            begin(0x10),
            chart(&[values.clone(), text("各街道用水量", TITLE)]),
            chart(&[values]),
            end.clone(),
        ]
        .concat();
        let plain = [begin(0x10), end.clone()].concat();
        assert_eq!(
            in_book(&book(["说明", "用水"], [plain, within])),
            [SheetCharts {
                sheet: "用水".to_owned(),
                titles: vec!["各街道用水量".to_owned(), String::new()],
                alone: false,
            }]
        );
        // A chart may be a sheet of its own, and a file may break off.
        let own = chart(&[text("合计", TITLE)]);
        let mut bytes = book(["图", "图二"], [own.clone(), own]);
        bytes.truncate(bytes.len() - 9);
        let found = in_book(&bytes);
        assert_eq!(found[0].titles, ["合计"]);
        assert!(found[0].alone);
        assert_eq!(in_book(&bytes[..3]), []);
    }
}
