//! The order of lines on a page that is set in two columns, and whole lines where it is not.

use super::lines::Line;

/// Fewest rows that run in two columns before they count as such: a line with a wide gap is
/// common, several with the gap in one place are not.
const FEWEST_ROWS: usize = 5;

/// Rows of lines: one baseline each, give or take.
struct Row {
    pieces: Vec<Line>,
}

/// The lines in reading order: through the left column, then through the right one; the pieces of
/// a line that belong to one column put together.
pub(super) fn order(lines: Vec<Line>) -> Vec<Line> {
    let rows = rows(lines);
    let Some(gutter) = gutter(&rows) else {
        return rows.into_iter().map(whole).collect();
    };
    let mut ordered = Vec::new();
    let (mut left, mut right): (Vec<Line>, Vec<Line>) = (Vec::new(), Vec::new());
    for row in rows {
        if crosses(&row, gutter) {
            // A line over both columns ends what stands above it.
            ordered.append(&mut left);
            ordered.append(&mut right);
            ordered.push(whole(row));
            continue;
        }
        let (own, other): (Vec<Line>, Vec<Line>) =
            row.pieces.into_iter().partition(|piece| piece.x1 <= gutter);
        left.extend((!own.is_empty()).then(|| whole(Row { pieces: own })));
        right.extend((!other.is_empty()).then(|| whole(Row { pieces: other })));
    }
    ordered.append(&mut left);
    ordered.append(&mut right);
    ordered
}

fn rows(lines: Vec<Line>) -> Vec<Row> {
    let mut rows: Vec<(f32, Row)> = Vec::new();
    for line in lines {
        match rows.last_mut() {
            Some((y, row)) if (line.y - *y).abs() <= 0.3 * line.size => row.pieces.push(line),
            _ => rows.push((line.y, Row { pieces: vec![line] })),
        }
    }
    rows.into_iter()
        .map(|(_, mut row)| {
            row.pieces.sort_by(|a, b| a.x0.total_cmp(&b.x0));
            row
        })
        .collect()
}

fn whole(row: Row) -> Line {
    let mut pieces = row.pieces.into_iter();
    let mut line = pieces.next().unwrap_or_default();
    for piece in pieces {
        line.absorb(piece);
    }
    line
}

fn crosses(row: &Row, gutter: f32) -> bool {
    row.pieces
        .iter()
        .any(|piece| piece.x0 < gutter && piece.x1 > gutter)
}

/// Where the white space between two columns runs, if there is one.
fn gutter(rows: &[Row]) -> Option<f32> {
    let pieces = || rows.iter().flat_map(|row| &row.pieces);
    let from = pieces().map(|piece| piece.x0).fold(f32::MAX, f32::min);
    let to = pieces().map(|piece| piece.x1).fold(f32::MIN, f32::max);
    let width = to - from;
    let mut best: Option<(usize, f32, f32)> = None;
    for step in 30..=70u8 {
        let at = from + width * f32::from(step) / 100.0;
        let clear: Vec<&Row> = rows.iter().filter(|row| !crosses(row, at)).collect();
        let left: Vec<&Line> = side(&clear, |piece| piece.x1 <= at);
        let right: Vec<&Line> = side(&clear, |piece| piece.x0 >= at);
        if left.len() < FEWEST_ROWS || right.len() < FEWEST_ROWS {
            continue;
        }
        // Columns of running text are full; cells of a table without rules are not.
        let room = (at - from, to - at);
        if fullness(&left, room.0) < 0.6 || fullness(&right, room.1) < 0.6 {
            continue;
        }
        // The pair of columns is read across only where most rows keep the gap free.
        if clear.len() * 2 < rows.len() && left.len().min(right.len()) < FEWEST_ROWS * 2 {
            continue;
        }
        let count = left.len().min(right.len());
        match &mut best {
            // The middle of the gap, where marks that hang into it do not reach.
            Some((most, _, last)) if *most == count => *last = at,
            Some((most, ..)) if *most > count => {}
            _ => best = Some((count, at, at)),
        }
    }
    best.map(|(_, first, last)| (first + last) / 2.0)
}

fn side<'r>(rows: &[&'r Row], belongs: impl Fn(&Line) -> bool) -> Vec<&'r Line> {
    rows.iter()
        .flat_map(|row| &row.pieces)
        .filter(|piece| belongs(piece))
        .collect()
}

/// The share of the room that the longer half of the lines fills.
fn fullness(lines: &[&Line], room: f32) -> f32 {
    let mut widths: Vec<f32> = lines.iter().map(|line| line.x1 - line.x0).collect();
    widths.sort_by(f32::total_cmp);
    widths
        .get(widths.len() / 2)
        .map_or(0.0, |width| width / room.max(1.0))
}

#[cfg(test)]
mod tests {
    use super::super::lines::cut;
    use super::super::lines::tests::letters;
    use super::*;

    fn read(glyphs: &[super::super::page::Glyph]) -> Vec<String> {
        order(cut(glyphs))
            .into_iter()
            .map(|line| line.text)
            .collect()
    }

    #[test]
    fn the_left_column_is_read_before_the_right_and_a_heading_over_both_first() {
        let mut glyphs = letters("横跨两栏的通栏标题在这一行的正中间", 120.0, 60.0, 14.0);
        let mut expected = vec!["横跨两栏的通栏标题在这一行的正中间".to_owned()];
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for row in 0..8u8 {
            let y = 100.0 + 16.0 * f32::from(row);
            let text = |side: &str| format!("{side}第{row}行共有十八个字的正文内容这里满行");
            glyphs.extend(letters(&text("左"), 50.0, y, 12.0));
            glyphs.extend(letters(&text("右"), 300.0, y, 12.0));
            left.push(text("左"));
            right.push(text("右"));
        }
        expected.append(&mut left);
        expected.append(&mut right);
        assert_eq!(read(&glyphs), expected);
    }

    #[test]
    fn a_few_wide_gaps_are_no_columns() {
        let mut glyphs = Vec::new();
        for row in 0..8u8 {
            let y = 100.0 + 16.0 * f32::from(row);
            glyphs.extend(letters("姓名", 50.0, y, 12.0));
            glyphs.extend(letters("某某街道", 300.0, y, 12.0));
        }
        assert_eq!(read(&glyphs)[0], "姓名 某某街道");
    }
}
