//! The charts of a workbook up to 2003 ([MS-XLS]): a chart is a stream of records of its own, within that of its
//! sheet or beside it.

use super::SheetCharts;
use crate::biff::{Book, name, record, u16_at};

/// The words of a text in a chart.
const WORDS: u16 = 0x100d;

/// What a text in a chart is for.
const PURPOSE: u16 = 0x1027;

/// The kind of a stream that is a chart, and the purpose of a text that is a chart's title.
const CHART: u16 = 0x0020;
const TITLE: u16 = 1;

pub(super) fn charts(book: &Book) -> Vec<SheetCharts> {
    book.sheets()
        .into_iter()
        .map(|(place, sheet)| SheetCharts {
            sheet,
            titles: titles(book, place),
            alone: book
                .records(place)
                .next()
                .is_some_and(|(_, body)| u16_at(body, 2) == Some(CHART)),
        })
        .filter(|own| !own.titles.is_empty())
        .collect()
}

/// The titles of the charts in the sheet that begins at `place`.
fn titles(book: &Book, place: usize) -> Vec<String> {
    let mut titles: Vec<String> = Vec::new();
    // Whether each open stream is a chart.
    let mut open: Vec<bool> = Vec::new();
    let mut words = String::new();
    for (kind, body) in book.records(place) {
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
            WORDS if open.last() == Some(&true) => {
                words = body.get(2..).and_then(name).unwrap_or_default();
            }
            PURPOSE if open.last() == Some(&true) => {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biff::tests::{begin, book, record, string};

    fn text(words: &str, purpose: u16) -> Vec<u8> {
        let mut body = vec![0, 0];
        body.extend(string(words));
        let mut records = record(WORDS, &body);
        records.extend(record(PURPOSE, &purpose.to_le_bytes()));
        records
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
            charts(&Book::of(book(["说明", "用水"], [plain, within]))),
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
        let found = charts(&Book::of(bytes.clone()));
        assert_eq!(found[0].titles, ["合计"]);
        assert!(found[0].alone);
        assert_eq!(charts(&Book::of(bytes[..3].to_vec())), []);
    }
}
