//! Times of day in the cells of a workbook: 8:30 is kept as a part of a day, 0.354166…, and the library writes it so.

use std::collections::HashMap;

use langdu_model::FlowCell;
use office_oxide::ir::TableCell;

use crate::biff::{Book, name, record, u16_at};

/// The time that a cell of a workbook since 2007 shows; `None` where it shows none.
pub(crate) fn shown(cell: &TableCell) -> Option<String> {
    let part = cell.raw_number.filter(|part| (0.0..1.0).contains(part))?;
    let has_seconds = shows_seconds(cell.number_format_id?, cell.number_format.as_deref())?;
    Some(written(part, has_seconds))
}

/// Whether a format shows a time with its seconds; `None` where it shows no time. The first are Excel's own.
fn shows_seconds(id: u32, format: Option<&str>) -> Option<bool> {
    match (id, format) {
        (18 | 20, _) => Some(false),
        (19 | 21 | 46, _) => Some(true),
        (_, Some(format)) => of_format(format),
        _ => None,
    }
}

/// The times of a sheet up to 2003, by their rows: what the library writes of each, and what it shows.
pub(crate) type Times = HashMap<usize, Vec<(String, String)>>;

/// The times of the sheets of a workbook up to 2003, by the names of these.
pub(crate) fn of_book(book: &Book) -> HashMap<String, Times> {
    let clocks = clocks(book);
    if clocks.iter().all(Option::is_none) {
        return HashMap::new();
    }
    let sheets = book.sheets().into_iter();
    sheets
        .map(|(place, name)| (name, times_from(book, place, &clocks)))
        .collect()
}

/// For each look of a cell, by its number, whether it is a time with seconds (2.4.353, 2.4.126).
fn clocks(book: &Book) -> Vec<Option<bool>> {
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
    let format = |id: &u16| shows_seconds(u32::from(*id), formats.get(id).map(String::as_str));
    looks.iter().map(format).collect()
}

/// The times in the sheet that begins at `place`.
fn times_from(book: &Book, place: usize, clocks: &[Option<bool>]) -> Times {
    let mut times = Times::new();
    let mut add = |row: Option<u16>, look: Option<u16>, number: Option<f64>| {
        let clock = look.and_then(|look| *clocks.get(usize::from(look))?);
        let part = number.filter(|part| (0.0..1.0).contains(part));
        if let (Some(row), Some(has_seconds), Some(part)) = (row, clock, part) {
            let own = times.entry(usize::from(row)).or_default();
            own.push((part.to_string(), written(part, has_seconds)));
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
    times
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

/// Writes the times into the rows of their sheet. Cells are known by what the library writes of them, which must be
/// nothing else's in the row.
pub(crate) fn write_into(rows: &mut [Vec<FlowCell>], times: &Times) {
    for (row, own) in times {
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

/// Whether a format shows a time with its seconds; `None` where it shows no time, or a date too.
fn of_format(format: &str) -> Option<bool> {
    let mut is_quoted = false;
    let codes: String = format
        .split(';')
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|&c| {
            is_quoted ^= c == '"';
            !is_quoted
        })
        .map(|c| c.to_ascii_lowercase())
        .collect();
    // The language of a format stands before it: [$-804]h:mm.
    let codes = match codes.split_once(']') {
        Some((language, rest)) if language.starts_with("[$") => rest,
        _ => &codes,
    };
    let is_time = codes.contains('h') && !codes.contains(['y', 'd']);
    is_time.then(|| codes.contains('s'))
}

/// A part of a day as a clock shows it.
fn written(part: f64, has_seconds: bool) -> String {
    const SECONDS: f64 = 86_400.0;
    let unit = if has_seconds { 1.0 } else { 60.0 };
    // Times are shown as far as they have come, but for what is lost in writing them as parts.
    let count = ((part * SECONDS + 0.5) / unit).floor() * unit;
    let seconds = count.min(SECONDS - unit) as u32;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    if has_seconds {
        format!("{hours}:{minutes:02}:{:02}", seconds % 60)
    } else {
        format!("{hours}:{minutes:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biff::tests::{begin, book, record};

    #[test]
    fn times_of_an_old_workbook_are_told_by_the_looks_of_their_cells() {
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
        let times = &of_book(&Book::of(moved))["班车"];
        let shown = |row: usize| {
            times[&row]
                .iter()
                .map(|(_, shown)| shown.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(0), ["8:30"]);
        assert_eq!(shown(2), ["18:00:00"]);
        assert_eq!(shown(3), ["12:00"]);
        assert_eq!(shown(4), ["12:00"]);
        assert_eq!(times.len(), 4);

        let mut rows = vec![vec![
            FlowCell::plain("东门"),
            FlowCell::plain((8.5f64 / 24.0).to_string()),
        ]];
        write_into(&mut rows, times);
        assert_eq!(rows[0][1].text, "8:30");
        // Of two cells that are alike, nobody knows which one is the time.
        let mut rows = vec![Vec::new(); 3];
        rows.push(vec![FlowCell::plain("0.5"), FlowCell::plain("0.5")]);
        write_into(&mut rows, times);
        assert_eq!(rows[3][0].text, "0.5");
    }

    #[test]
    fn a_part_of_a_day_is_the_time_that_its_format_shows() {
        let cell = |part: f64, id: u32, format: Option<&str>| TableCell {
            raw_number: Some(part),
            number_format_id: Some(id),
            number_format: format.map(str::to_owned),
            ..TableCell::default()
        };
        for (part, id, format, time) in [
            (8.5 / 24.0, 20, None, Some("8:30")),
            (17.0 / 24.0, 21, Some("h:mm:ss"), Some("17:00:00")),
            (0.0, 20, None, Some("0:00")),
            (
                0.354_166_666_666_666_6,
                176,
                Some("[$-804]h:mm;@"),
                Some("8:30"),
            ),
            (0.75, 177, Some("h\"时\"mm\"分\""), Some("18:00")),
            (0.999_999_9, 20, None, Some("23:59")),
            (0.5, 178, Some("yyyy/m/d h:mm"), None),
            (0.5, 179, Some("0.0\"h\""), None),
            (0.5, 9, Some("0%"), None),
            (45_000.5, 20, None, None),
        ] {
            let shown = shown(&cell(part, id, format));
            assert_eq!(shown.as_deref(), time, "{part} {format:?}");
        }
    }
}
