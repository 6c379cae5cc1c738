//! Rows and columns of a sheet that it does not show: what was filtered out or folded away, and what is kept from
//! readers, such as the numbers of people's papers. The library gives them like others.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use langdu_model::FlowCell;

use crate::biff::{Book, record, u16_at};
use crate::relations::Workbook;

/// What a sheet does not show.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unseen {
    /// The rows among those that the library gives, counted from 0, in their order.
    rows: Vec<usize>,
    /// The columns, counted from 0.
    columns: Vec<RangeInclusive<usize>>,
}

/// What the sheets of a workbook since 2007 do not show, by their names; nothing of a sheet that the file does not hold
/// as it should, since its words are there all the same.
pub(crate) fn of_workbook(workbook: &Workbook<'_>) -> HashMap<String, Unseen> {
    let mut found = HashMap::new();
    for (name, part) in &workbook.sheets {
        let Ok(Some(text)) = workbook.archive.text(part) else {
            continue;
        };
        let own = unseen_in(&text);
        if own != Unseen::default() {
            found.insert(name.clone(), own);
        }
    }
    found
}

/// What the sheets of a workbook up to 2003 do not show, by their names.
pub(crate) fn of_book(book: &Book) -> HashMap<String, Unseen> {
    let sheets = book.sheets().into_iter();
    let unseen = sheets.map(|(place, name)| (name, unseen_from(book, place)));
    unseen
        .filter(|(_, own)| *own != Unseen::default())
        .collect()
}

/// What the sheet that begins at `place` says that it does not show. The library gives all its rows, from the first of
/// the sheet on.
fn unseen_from(book: &Book, place: usize) -> Unseen {
    let mut unseen = Unseen::default();
    let mut open = 0;
    for (kind, body) in book.records(place) {
        match kind {
            record::BEGIN_OF_STREAM => open += 1,
            record::END_OF_STREAM => {
                open -= 1;
                if open <= 0 {
                    break;
                }
            }
            // Of no height: filtered out, folded away or hidden.
            record::ROW if open == 1 && body.get(12).is_some_and(|flags| flags & 1 << 5 != 0) => {
                unseen.rows.extend(u16_at(body, 0).map(usize::from));
            }
            record::COLUMNS if open == 1 && body.get(8).is_some_and(|flags| flags & 1 != 0) => {
                if let (Some(from), Some(to)) = (u16_at(body, 0), u16_at(body, 2)) {
                    unseen.columns.push(usize::from(from)..=usize::from(to));
                }
            }
            _ => {}
        }
    }
    unseen.rows.sort_unstable();
    unseen
}

/// What the XML of a sheet says that it does not show. It is looked through as text: sheets are long.
fn unseen_in(text: &str) -> Unseen {
    let mut unseen = Unseen::default();
    if !text.contains("hidden=") {
        return unseen;
    }
    let mut rows = 0;
    for tag in text.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let name = tag.split([' ', '\t', '\r', '\n', '/']).next();
        let name = name.unwrap_or_default();
        match name.rsplit(':').next().unwrap_or_default() {
            // The library passes over rows without any cell.
            "row" if !tag.ends_with('/') => {
                if is_hidden(tag) {
                    unseen.rows.push(rows);
                }
                rows += 1;
            }
            "col" if is_hidden(tag) => {
                let column = |name| {
                    let number = value(tag, name).and_then(|number| number.parse::<usize>().ok());
                    number.and_then(|number| number.checked_sub(1))
                };
                if let (Some(from), Some(to)) = (column("min"), column("max")) {
                    unseen.columns.push(from..=to);
                }
            }
            _ => {}
        }
    }
    unseen
}

fn is_hidden(tag: &str) -> bool {
    matches!(value(tag, "hidden"), Some("1" | "true"))
}

/// The value of an attribute in a tag.
fn value<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut parts = tag.split([' ', '\t', '\r', '\n']);
    let own = parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='))?;
    let own = own.trim_end_matches('/');
    own.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])
}

/// A cell that reaches down into the next rows.
#[derive(Clone, Copy)]
struct Reaching {
    /// Its row and its place there among those that are seen, if it is.
    place: Option<(usize, usize)>,
    /// How many rows are left of it.
    left: usize,
}

impl Unseen {
    /// `rows` without what is not seen. What is merged over rows or columns of both kinds keeps those that are seen.
    pub(crate) fn leave_out(&self, rows: Vec<Vec<FlowCell>>) -> Vec<Vec<FlowCell>> {
        let mut seen: Vec<Vec<FlowCell>> = Vec::new();
        // For each column the cell above that reaches down into it.
        let mut above: HashMap<usize, Reaching> = HashMap::new();
        for (at, row) in rows.into_iter().enumerate() {
            // A cell that reaches out of a hidden row is seen below it.
            let hidden =
                self.rows.binary_search(&at).is_ok() && row.iter().all(|cell| cell.row_span == 1);
            let mut own: Vec<FlowCell> = Vec::new();
            let mut column = 0;
            let mut reaching: Vec<(usize, Reaching)> = Vec::new();
            for mut cell in row {
                while above.contains_key(&column) {
                    column += 1;
                }
                let covered = column..column + cell.column_span;
                let shown = covered.clone().filter(|column| self.shows(*column)).count();
                let place = (!hidden && shown > 0).then_some((seen.len(), own.len()));
                if cell.row_span > 1 {
                    let left = cell.row_span - 1;
                    let own = Reaching { place, left };
                    reaching.extend(covered.clone().map(|column| (column, own)));
                }
                column = covered.end;
                if place.is_some() {
                    cell.column_span = shown;
                    own.push(cell);
                }
            }
            let mut shortened: Vec<(usize, usize)> = Vec::new();
            above.retain(|_, reaching| {
                if let Some(place) = reaching.place.filter(|_| hidden)
                    && !shortened.contains(&place)
                {
                    shortened.push(place);
                }
                reaching.left -= 1;
                reaching.left > 0
            });
            for (row, cell) in shortened {
                if let Some(cell) = seen.get_mut(row).and_then(|cells| cells.get_mut(cell)) {
                    cell.row_span = cell.row_span.saturating_sub(1).max(1);
                }
            }
            above.extend(reaching);
            if !hidden {
                seen.push(own);
            }
        }
        seen
    }

    fn shows(&self, column: usize) -> bool {
        !self.columns.iter().any(|hidden| hidden.contains(&column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biff::tests::{begin, book, record};

    fn texts(rows: &[Vec<FlowCell>]) -> Vec<String> {
        rows.iter()
            .map(|row| {
                let cells = row
                    .iter()
                    .map(|cell| format!("{}{}{}", cell.text, cell.column_span, cell.row_span));
                cells.collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    fn cell(text: &str, column_span: usize, row_span: usize) -> FlowCell {
        FlowCell {
            column_span,
            row_span,
            ..FlowCell::plain(text)
        }
    }

    #[test]
    fn hidden_rows_and_columns_are_found_in_the_text_of_a_sheet() {
        let sheet = "<worksheet><cols><col min=\"2\" max=\"3\" width=\"9\" hidden=\"1\"/><col min=\"4\" max=\"4\"/></cols>\
            <sheetData><row r=\"1\"><c/></row><row r=\"2\" hidden=\"1\"/><row r=\"5\" hidden='true'><c/></row><x:row r=\"6\" hidden=\"0\"/></sheetData></worksheet>";
        assert_eq!(
            unseen_in(sheet),
            Unseen {
                rows: vec![1],
                columns: vec![1..=2],
            }
        );
        assert_eq!(
            unseen_in("<row hidden=\"1\""),
            Unseen {
                rows: vec![0],
                columns: Vec::new()
            }
        );
        assert_eq!(
            unseen_in("<cols><col hidden=\"1\" min=\"0\" max=\"x\"/>"),
            Unseen::default()
        );
    }

    #[test]
    fn hidden_rows_and_columns_are_found_in_the_records_of_a_sheet() {
        let row = |number: u8, flags: u8| {
            let mut body = [0; 16];
            (body[0], body[12]) = (number, flags);
            record(record::ROW, &body)
        };
        let columns = |from: u8, to: u8, flags: u8| {
            record(record::COLUMNS, &[from, 0, to, 0, 0, 9, 15, 0, flags, 0])
        };
        let end = record(record::END_OF_STREAM, &[]);
        // The rows of a chart within it are not its own.
        let chart = [begin(0x20), row(1, 0x20), end.clone()].concat();
        let sheet = [
            begin(0x10),
            columns(0, 0, 0),
            columns(2, 4, 1),
            row(7, 0x20),
            row(3, 0x21),
            row(4, 0x40),
            chart,
            end.clone(),
            row(9, 0x20),
        ]
        .concat();
        let plain = [begin(0x10), row(0, 0), end].concat();
        let found = of_book(&Book::of(book(["名单", "说明"], [sheet, plain])));
        assert_eq!(found.len(), 1);
        assert_eq!(
            found["名单"],
            Unseen {
                rows: vec![3, 7],
                columns: vec![2..=4],
            }
        );
    }

    #[test]
    fn merged_cells_keep_what_is_seen_of_them() {
        let rows = || {
            vec![
                vec![cell("a", 2, 1), cell("b", 1, 3)],
                vec![cell("c", 1, 1), cell("d", 1, 1)],
                vec![cell("e", 1, 1), cell("f", 1, 1)],
                vec![cell("g", 1, 1), cell("h", 1, 1), cell("i", 1, 1)],
            ]
        };
        let unseen = |rows: &[usize], columns: &[RangeInclusive<usize>]| Unseen {
            rows: rows.to_vec(),
            columns: columns.to_vec(),
        };
        for (unseen, expected) in [
            (
                unseen(&[], &[]),
                vec!["a21 b13", "c11 d11", "e11 f11", "g11 h11 i11"],
            ),
            (unseen(&[1], &[]), vec!["a21 b12", "e11 f11", "g11 h11 i11"]),
            (unseen(&[1, 2], &[]), vec!["a21 b11", "g11 h11 i11"]),
            (
                unseen(&[], &[1..=1]),
                vec!["a11 b13", "c11", "e11", "g11 i11"],
            ),
            (unseen(&[3], &[0..=1]), vec!["b13", "", ""]),
            // The cell that reaches out of it keeps its row.
            (
                unseen(&[0], &[2..=2]),
                vec!["a21", "c11 d11", "e11 f11", "g11 h11"],
            ),
        ] {
            assert_eq!(texts(&unseen.leave_out(rows())), expected, "{unseen:?}");
        }
    }
}
