//! Tables without upright rules: with three level ones, with one under each row, or with none. Their
//! columns are told by the white that runs down between them.

mod columns;
#[cfg(test)]
mod tests;

use langdu_model::FlowCell;

use super::grid::Grid;
use super::lines::{self, Line};
use super::page::{Glyph, Page, Rule};
use super::paragraphs::run_on;
use columns::Columns;

/// Rules closer than this are one, in points; so are their ends.
const TOLERANCE: f32 = 4.0;

/// Shortest rule over a table, in points.
const SHORTEST: f32 = 80.0;

/// Narrowest white between columns, in sizes of the letters.
const GUTTER: f32 = 0.9;

/// Most lines of a head.
const HEAD_LINES: usize = 6;

/// Fewest rows and columns of a table without any rule: what two columns hold may be two texts.
const FEWEST_ROWS: usize = 3;
const FEWEST_COLUMNS: usize = 3;

/// Takes the tables with their letters off the page, whose lines are `lines`.
pub(super) fn take(page: &mut Page, lines: &[Line]) -> Vec<Grid> {
    let mut grids = Vec::new();
    for frame in frames(&page.rules) {
        grids.extend(ruled(page, &frame));
    }
    if grids.is_empty() {
        return bare(page, lines);
    }
    let left = lines::cut(&page.glyphs);
    grids.append(&mut bare(page, &left));
    grids
}

/// Level rules of one length below each other.
struct Frame {
    x0: f32,
    x1: f32,
    ys: Vec<f32>,
    /// Shorter rules, under heads that stand over several columns.
    partial: Vec<Rule>,
}

fn frames(rules: &[Rule]) -> Vec<Frame> {
    let rules = whole_rules(rules);
    let mut frames: Vec<Frame> = Vec::new();
    for rule in rules.iter().filter(|rule| rule.x1 - rule.x0 >= SHORTEST) {
        let own = frames.iter_mut().find(|frame| {
            (frame.x0 - rule.x0).abs() <= TOLERANCE && (frame.x1 - rule.x1).abs() <= TOLERANCE
        });
        match own {
            Some(frame)
                if frame
                    .ys
                    .last()
                    .is_some_and(|last| rule.y0 - last > TOLERANCE) =>
            {
                frame.ys.push(rule.y0);
            }
            Some(_) => {}
            None => frames.push(Frame {
                x0: rule.x0,
                x1: rule.x1,
                ys: vec![rule.y0],
                partial: Vec::new(),
            }),
        }
    }
    frames.retain(|frame| frame.ys.len() >= 3);
    for frame in &mut frames {
        let (top, bottom) = (frame.ys[0], frame.ys[frame.ys.len() - 1]);
        frame.partial = rules
            .iter()
            .filter(|rule| {
                rule.y0 > top
                    && rule.y0 < bottom
                    && rule.x0 > frame.x0 - TOLERANCE
                    && rule.x1 < frame.x1 + TOLERANCE
                    && rule.x1 - rule.x0 < (frame.x1 - frame.x0) * 0.9
            })
            .copied()
            .collect();
    }
    frames
}

/// The level rules from the top, those that are drawn in pieces put together.
fn whole_rules(rules: &[Rule]) -> Vec<Rule> {
    let mut level: Vec<Rule> = rules
        .iter()
        .filter(|rule| rule.x1 - rule.x0 > rule.y1 - rule.y0)
        .copied()
        .collect();
    level.sort_by(|a, b| a.y0.total_cmp(&b.y0).then(a.x0.total_cmp(&b.x0)));
    let mut whole: Vec<Rule> = Vec::new();
    for rule in level {
        let piece = whole.iter_mut().rev().take(40).find(|own| {
            (own.y0 - rule.y0).abs() <= 1.0 && rule.x0 <= own.x1 + 1.5 && rule.x1 >= own.x0 - 1.5
        });
        match piece {
            Some(own) => (own.x0, own.x1) = (own.x0.min(rule.x0), own.x1.max(rule.x1)),
            None => whole.push(rule),
        }
    }
    whole
}

/// Lines of one baseline.
struct Row<'l> {
    y: f32,
    pieces: Vec<&'l Line>,
}

fn rows_of(lines: &[Line]) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for line in lines {
        match rows.last_mut() {
            Some(row) if (line.y - row.y).abs() <= 0.3 * line.size => row.pieces.push(line),
            _ => rows.push(Row {
                y: line.y,
                pieces: vec![line],
            }),
        }
    }
    rows
}

/// Whether most of the rows have several cells.
fn are_cells(rows: &[Row<'_>]) -> bool {
    let several = rows.iter().filter(|row| row.pieces.len() >= 2).count();
    !rows.is_empty() && several * 10 >= rows.len() * 6
}

/// The tables between the rules of `frame`: bands of cells that follow each other.
fn ruled(page: &mut Page, frame: &Frame) -> Vec<Grid> {
    let within = |glyph: &Glyph, top: f32, bottom: f32| {
        let (x, y) = glyph.middle();
        x > frame.x0 - TOLERANCE && x < frame.x1 + TOLERANCE && y > top && y < bottom
    };
    let lines: Vec<Vec<Line>> = frame
        .ys
        .windows(2)
        .map(|pair| {
            let own: Vec<Glyph> = page
                .glyphs
                .iter()
                .filter(|glyph| within(glyph, pair[0], pair[1]))
                .copied()
                .collect();
            lines::cut(&own)
        })
        .collect();
    let bands: Vec<(f32, f32, Vec<Row<'_>>)> = frame
        .ys
        .windows(2)
        .zip(&lines)
        .map(|(pair, lines)| (pair[0], pair[1], rows_of(lines)))
        .collect();
    let mut grids = Vec::new();
    let mut from = 0;
    while from < bands.len() {
        let until = from
            + bands[from..]
                .iter()
                .take_while(|(.., rows)| are_cells(rows))
                .count();
        if until >= from + 2 && bands[from].2.len() <= HEAD_LINES {
            grids.extend(table(&bands[from..until], &frame.partial));
        }
        from = until.max(from + 1);
    }
    for grid in &grids {
        page.glyphs
            .retain(|glyph| !within(glyph, grid.top, grid.bottom));
    }
    grids
}

/// The table of a head and the bands below it.
fn table(bands: &[(f32, f32, Vec<Row<'_>>)], partial: &[Rule]) -> Option<Grid> {
    let ((top, head_end, head), body) = bands.split_first()?;
    let rows = body.iter().flat_map(|(.., rows)| rows);
    let columns = Columns::of(rows, head)?;
    let mut table = columns.head(head, (*top, *head_end), partial);
    // Where a rule stands under each row, a row may have several lines.
    let banded = body.len() >= 3;
    for (.., rows) in body {
        let mut fresh = true;
        for row in rows {
            let cells = columns.cells(&row.pieces);
            let filled = cells.iter().filter(|text| !text.is_empty()).count();
            let goes_on = (banded || (cells[0].is_empty() && filled * 2 <= cells.len())) && !fresh;
            if goes_on && let Some(last) = table.last_mut() {
                for (cell, text) in last.iter_mut().zip(&cells) {
                    run_on(&mut cell.text, text);
                }
            } else {
                table.push(cells.into_iter().map(FlowCell::plain).collect());
            }
            fresh = false;
        }
    }
    reach_down(&mut table);
    Some(Grid {
        top: *top,
        bottom: bands[bands.len() - 1].1,
        edges: columns.edges(),
        open: true,
        rows: table,
    })
}

/// Lets a name in the first column reach down over the rows that have none but are otherwise full: it
/// is written once for all of them.
fn reach_down(rows: &mut [Vec<FlowCell>]) {
    let mut above: Option<usize> = None;
    for at in 0..rows.len() {
        let row = &rows[at];
        let Some(first) = row.first() else { continue };
        if first.header || !first.text.is_empty() {
            above = (!first.header).then_some(at);
            continue;
        }
        let filled = row.iter().filter(|cell| !cell.text.is_empty()).count();
        match above {
            Some(above) if filled * 2 > row.len() => {
                rows[above][0].row_span += 1;
                rows[at].remove(0);
            }
            _ => above = None,
        }
    }
}

/// Tables without any rule: rows of as many cells, each below those of the row before.
fn bare(page: &mut Page, lines: &[Line]) -> Vec<Grid> {
    let rows = rows_of(lines);
    let mut grids = Vec::new();
    let mut from = 0;
    while from < rows.len() {
        let count = rows[from].pieces.len();
        let until = from
            + rows[from..]
                .iter()
                .take_while(|row| row.pieces.len() >= FEWEST_COLUMNS && row.pieces.len() == count)
                .count();
        let own = &rows[from..until];
        if own.len() >= FEWEST_ROWS && are_short(own) && are_even(own) && count_below(own) {
            grids.extend(bare_table(own));
        }
        from = until.max(from + 1);
    }
    for grid in &grids {
        page.glyphs.retain(|glyph| {
            let (_, y) = glyph.middle();
            !(y > grid.top && y < grid.bottom)
        });
    }
    grids
}

/// Columns of running text are full, cells are not; and a name that is spread over its line is no
/// row of cells.
fn are_short(rows: &[Row<'_>]) -> bool {
    let pieces = || rows.iter().flat_map(|row| row.pieces.iter().copied());
    let chars: usize = pieces().map(Line::chars).sum();
    let spread = pieces().filter(|piece| {
        let mut letters = piece.text.chars();
        letters.next().is_some_and(lines::is_wide) && letters.next().is_none()
    });
    chars <= pieces().count() * 10 && spread.count() * 2 < pieces().count()
}

/// Whether the first row names what is counted below it: without that, nothing says that a list of names
/// in several columns has a head.
fn count_below(rows: &[Row<'_>]) -> bool {
    let counts = |piece: &Line| piece.text.starts_with(|c: char| c.is_ascii_digit());
    let Some((head, below)) = rows.split_first() else {
        return false;
    };
    !head.pieces.iter().any(|piece| counts(piece))
        && (0..head.pieces.len()).any(|at| {
            below
                .iter()
                .all(|row| row.pieces.get(at).is_some_and(|piece| counts(piece)))
        })
}

/// Whether the rows follow each other without a gap between paragraphs.
fn are_even(rows: &[Row<'_>]) -> bool {
    let steps: Vec<f32> = rows.windows(2).map(|pair| pair[1].y - pair[0].y).collect();
    let least = steps.iter().copied().fold(f32::MAX, f32::min);
    steps.iter().all(|step| *step <= 2.2 * least)
}

fn bare_table(rows: &[Row<'_>]) -> Option<Grid> {
    let columns = Columns::of(rows.iter(), &[])?;
    if columns.count() != rows[0].pieces.len() {
        return None;
    }
    let size = rows[0].pieces[0].size;
    Some(Grid {
        top: rows[0].y - 1.2 * size,
        bottom: rows[rows.len() - 1].y + 0.4 * size,
        edges: columns.edges(),
        open: true,
        rows: rows
            .iter()
            .map(|row| {
                let cells = columns.cells(&row.pieces).into_iter();
                cells.map(FlowCell::plain).collect()
            })
            .collect(),
    })
}
