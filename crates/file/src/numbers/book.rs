//! The numbers of a workbook up to 2003, whose cells the library gives without their formats.

use std::collections::HashMap;

use langdu_model::FlowCell;

use super::code::{self, Token};
use super::written;
use crate::biff::{Book, name, record, u16_at};

/// The numbers of a sheet, by their rows: what the library writes of each, and what it shows.
pub(crate) type ShownNumbers = HashMap<usize, Vec<(String, String)>>;

/// The format of a cell, in parts.
type Format = Option<Vec<Token>>;

/// The numbers of the sheets of a workbook that show something else than the library writes, by the names of these.
pub(crate) fn of_book(book: &Book) -> HashMap<String, ShownNumbers> {
    let formats = formats(book);
    if formats.iter().all(Option::is_none) {
        return HashMap::new();
    }
    let sheets = book.sheets().into_iter();
    sheets
        .map(|(place, name)| (name, shown_from(book, place, &formats)))
        .collect()
}

/// For each look of a cell, by its number, its format (2.4.353, 2.4.126).
fn formats(book: &Book) -> Vec<Format> {
    let mut formats: HashMap<u16, String> = HashMap::new();
    let mut looks = Vec::new();
    for (kind, body) in book.records(0) {
        match kind {
            record::FORMAT => {
                // Its length takes two bytes, of which the upper one is 0.
                let words = body.get(4..).and_then(|rest| {
                    let short = [&body[2..3], rest].concat();
                    name(&short)
                });
                formats.extend(u16_at(body, 0).zip(words));
            }
            record::LOOK => looks.push(u16_at(body, 2).unwrap_or(0)),
            record::END_OF_STREAM => break,
            _ => {}
        }
    }
    let format = |id: &u16| code::tokens(u32::from(*id), formats.get(id).map(String::as_str));
    looks.iter().map(format).collect()
}

/// The numbers in the sheet that begins at `place`.
fn shown_from(book: &Book, place: usize, formats: &[Format]) -> ShownNumbers {
    let mut all = ShownNumbers::new();
    let mut add = |row: Option<u16>, look: Option<u16>, number: Option<f64>| {
        let format = look.and_then(|look| formats.get(usize::from(look))?.as_ref());
        if let (Some(row), Some(format), Some(number)) = (row, format, number)
            && let Some(shown) = written::written(format, number, None)
        {
            let own = all.entry(usize::from(row)).or_default();
            own.push((library_text(format, number), shown));
        }
    };
    for (kind, body) in book.records(place).skip(1) {
        let row = u16_at(body, 0);
        match kind {
            record::BEGIN_OF_STREAM | record::END_OF_STREAM => break,
            record::NUMBER | record::FORMULA => add(row, u16_at(body, 4), double(body, 6)),
            record::SHORT_NUMBER => add(row, u16_at(body, 4), short(body, 6)),
            record::SHORT_NUMBERS => {
                const EACH: usize = 6;
                let cells = body.get(4..).unwrap_or_default().chunks_exact(EACH);
                cells.for_each(|cell| add(row, u16_at(cell, 0), short(cell, 2)));
            }
            _ => {}
        }
    }
    all
}

/// What the library writes of a number that has this format.
fn library_text(format: &[Token], number: f64) -> String {
    if format.contains(&Token::General) {
        let parts = format.iter().map(|token| match token {
            Token::Words(words) => words.as_str(),
            _ => "General",
        });
        return parts.collect();
    }
    let is_code = format
        .iter()
        .all(|token| matches!(token, Token::Digit(_) | Token::Words(_)));
    match written::moment(number).filter(|_| !is_code) {
        Some(moment) if moment.time() == jiff::civil::Time::midnight() => moment.date().to_string(),
        Some(moment) => moment.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        None => number.to_string(),
    }
}

fn double(body: &[u8], place: usize) -> Option<f64> {
    let bytes = body.get(place..)?.first_chunk::<8>()?;
    Some(f64::from_le_bytes(*bytes))
}

/// A number in four bytes: the upper half of a double or a whole number, perhaps a hundred times as large (2.5.217).
fn short(body: &[u8], place: usize) -> Option<f64> {
    let bytes = body.get(place..)?.first_chunk::<4>()?;
    let bits = u32::from_le_bytes(*bytes);
    let number = if bits & 2 == 0 {
        f64::from_bits(u64::from(bits & !3) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    Some(if bits & 1 == 0 {
        number
    } else {
        number / 100.0
    })
}

/// Writes what is shown into the rows of its sheet. Cells are known by what the library writes of them, which must be
/// nothing else's in the row.
pub(crate) fn write_into(rows: &mut [Vec<FlowCell>], all: &ShownNumbers) {
    for (row, own) in all {
        let Some(cells) = rows.get_mut(*row) else {
            continue;
        };
        for (raw, shown) in own {
            let alike = own.iter().filter(|(other, _)| other == raw).count();
            if cells.iter().filter(|cell| cell.text == *raw).count() == alike {
                let cells = cells.iter_mut().filter(|cell| cell.text == *raw);
                cells.for_each(|cell| cell.text.clone_from(shown));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biff::tests::{begin, book, record};

    #[test]
    fn what_an_old_workbook_shows_is_told_by_the_looks_of_its_cells() {
        let number = |row: u8, look: u8, part: f64| {
            let mut body = vec![row, 0, 1, 0, look, 0];
            body.extend(part.to_le_bytes());
            record(record::NUMBER, &body)
        };
        let look = |format: u8| record(record::LOOK, &[0, 0, format, 0]);
        let format = |id: u8, words: &str| {
            let mut body = vec![id, 0, u8::try_from(words.len()).expect("short"), 0, 0];
            body.extend(words.bytes());
            record(record::FORMAT, &body)
        };
        let end = record(record::END_OF_STREAM, &[]);
        // Half a day in four bytes, by itself and among others, and a whole number.
        let half = 0.5f64.to_bits().to_be_bytes();
        let half = [half[3], half[2], half[1], half[0]];
        let several = [&[4, 0, 0, 0, 1, 0][..], &half, &[0, 0], &half, &[1, 0]].concat();
        let sheet = [
            begin(0x10),
            number(0, 1, 8.5 / 24.0),
            number(1, 0, 0.25),
            number(2, 2, 0.75),
            record(
                record::SHORT_NUMBER,
                &[&[3, 0, 0, 0, 1, 0][..], &half].concat(),
            ),
            record(record::SHORT_NUMBERS, &several),
            number(5, 1, 30.0),
            end.clone(),
        ]
        .concat();
        let plain = [begin(0x10), end].concat();
        let stream = book(["班车", "说明"], [sheet, plain]);
        // What all sheets have in common stands behind the beginning of the book.
        let common = [format(180, "hh:mm:ss"), look(0), look(20), look(180)].concat();
        let head = begin(5).len();
        let mut moved = stream[..head].to_vec();
        moved.extend(&common);
        moved.extend(&stream[head..]);
        let place = u32::try_from(common.len()).expect("short");
        for at in [head + common.len() + 4, head + common.len() + 4 + 16] {
            let own = u32::from_le_bytes([moved[at], moved[at + 1], moved[at + 2], moved[at + 3]]);
            moved[at..at + 4].copy_from_slice(&(own + place).to_le_bytes());
        }
        let all = &of_book(&Book::of(moved))["班车"];
        let shown = |row: usize| {
            all[&row]
                .iter()
                .map(|(_, shown)| shown.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(0), ["8:30"]);
        assert_eq!(shown(2), ["18:00:00"]);
        assert_eq!(shown(3), ["12:00"]);
        assert_eq!(shown(4), ["12:00"]);
        assert_eq!(shown(5), ["0:00"]);
        assert_eq!(all.len(), 5);

        let mut rows = vec![vec![
            FlowCell::plain("东门"),
            FlowCell::plain((8.5f64 / 24.0).to_string()),
        ]];
        write_into(&mut rows, all);
        assert_eq!(rows[0][1].text, "8:30");
        // Of two cells that are alike, nobody knows which one is the time.
        let mut rows = vec![Vec::new(); 3];
        rows.push(vec![FlowCell::plain("0.5"), FlowCell::plain("0.5")]);
        write_into(&mut rows, all);
        assert_eq!(rows[3][0].text, "0.5");
    }
}
