//! The order of lines on a page that is set in two or three columns, and whole lines where it is not.

use super::lines::Line;

/// Fewest rows that run in two columns before they count as such: a line with a wide gap is
/// common, several with the gap in one place are not.
const FEWEST_ROWS: usize = 5;

/// Rows of lines: one baseline each, give or take.
struct Row {
    pieces: Vec<Line>,
}

/// The lines in reading order: through each column from the left; the pieces of a line that belong to one column put
/// together.
pub(super) fn order(lines: Vec<Line>) -> Vec<Line> {
    let rows = rows(lines);
    let gutters = match gutter(&rows) {
        Some(gutter) => vec![gutter],
        None => two_gutters(&rows).map(Vec::from).unwrap_or_default(),
    };
    if gutters.is_empty() {
        return rows.into_iter().map(whole).collect();
    }
    let mut ordered = Vec::new();
    let mut columns: Vec<Vec<Line>> = vec![Vec::new(); gutters.len() + 1];
    for row in rows {
        if gutters.iter().any(|&gutter| crosses(&row, gutter)) {
            // A line over several columns ends what stands above it.
            ordered.extend(columns.iter_mut().flat_map(std::mem::take));
            ordered.push(whole(row));
            continue;
        }
        let mut pieces = row.pieces.into_iter().peekable();
        for (at, column) in columns.iter_mut().enumerate() {
            let ends = gutters.get(at).copied().unwrap_or(f32::MAX);
            let mut own = Vec::new();
            while let Some(piece) = pieces.next_if(|piece| piece.x1 <= ends) {
                own.push(piece);
            }
            column.extend((!own.is_empty()).then(|| whole(Row { pieces: own })));
        }
    }
    ordered.extend(columns.into_iter().flatten());
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

/// Fewest rows, and letters in a line of them, of three columns: a table of three without rules has as many rows, but
/// not of full lines.
const FEWEST_ROWS_OF_THREE: usize = 8;
const FEWEST_LETTERS_OF_THREE: usize = 8;

/// Where the white space between three columns runs, if there are.
fn two_gutters(rows: &[Row]) -> Option<[f32; 2]> {
    const STEPS: usize = 100;
    if rows.len() < FEWEST_ROWS_OF_THREE {
        return None;
    }
    let pieces = || rows.iter().flat_map(|row| &row.pieces);
    let from = pieces().map(|piece| piece.x0).fold(f32::MAX, f32::min);
    let to = pieces().map(|piece| piece.x1).fold(f32::MIN, f32::max);
    let width = to - from;
    let at = |step: usize| from + width * step as f32 / STEPS as f32;
    // The middle of the first stretch that most rows leave free.
    let free = |steps: std::ops::Range<usize>| {
        let is_free = |step: &usize| {
            let crossing = rows.iter().filter(|row| crosses(row, at(*step))).count();
            crossing * 4 <= rows.len()
        };
        let first = steps.clone().find(|step| is_free(step))?;
        let last = (first..steps.end).take_while(is_free).last()?;
        Some((at(first) + at(last)) / 2.0)
    };
    let gutters = [free(25..45)?, free(55..76)?];
    let clear: Vec<&Row> = rows
        .iter()
        .filter(|row| !gutters.iter().any(|&gutter| crosses(row, gutter)))
        .collect();
    let bounds = [from, gutters[0], gutters[1], to];
    let is_text = bounds.windows(2).all(|column| {
        let own = side(&clear, |piece| {
            piece.x0 >= column[0] && piece.x1 <= column[1]
        });
        let letters = own
            .iter()
            .filter(|line| line.text.chars().count() >= FEWEST_LETTERS_OF_THREE);
        own.len() >= FEWEST_ROWS_OF_THREE
            && letters.count() * 3 >= own.len() * 2
            && fullness(&own, column[1] - column[0]) >= 0.75
    });
    is_text.then_some(gutters)
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
    fn three_columns_are_read_one_after_the_other_and_tables_of_three_are_not() {
        let mut glyphs = letters("三栏之上的通栏标题横跨整个版面的宽度", 150.0, 60.0, 14.0);
        let mut expected = vec!["三栏之上的通栏标题横跨整个版面的宽度".to_owned()];
        let mut columns = [const { Vec::new() }; 3];
        let mut table = Vec::new();
        for row in 0..9u8 {
            let y = 100.0 + 16.0 * f32::from(row);
            for (at, column) in columns.iter_mut().enumerate() {
                let x = 50.0 + 170.0 * at as f32;
                let text = format!("{at}栏第{row}行的正文内容一行");
                glyphs.extend(letters(&text, x, y, 12.0));
                column.push(text);
                table.extend(letters(&format!("{at}格{row}行"), x, y, 12.0));
            }
        }
        expected.extend(columns.into_iter().flatten());
        assert_eq!(read(&glyphs), expected);
        assert_eq!(read(&table)[0], "0格0行 1格0行 2格0行");
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
