//! Tables by their rules: drawn lines that cross make cells.

use super::columns;
use super::lines;
use super::page::{Glyph, Page, Rule};
use langdu_model::FlowCell;

/// Rules closer than this are one, in points.
const TOLERANCE: f32 = 3.0;

/// Most rules of a page that are looked at: drawings have more, tables do not.
const MOST_RULES: usize = 2000;

/// Most rows or columns of a table.
const MOST_LINES: usize = 400;

/// A table on a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grid {
    pub(super) top: f32,
    pub(super) bottom: f32,
    /// The edges of its columns.
    pub(super) edges: Vec<f32>,
    /// The edges are those of words, not of rules.
    pub(super) open: bool,
    pub(super) rows: Vec<Vec<FlowCell>>,
}

/// Takes the tables with their letters off the page.
pub(super) fn take(page: &mut Page) -> Vec<Grid> {
    if page.rules.len() > MOST_RULES {
        return Vec::new();
    }
    let mut grids = Vec::new();
    for component in components(&page.rules) {
        let Some(lattice) = Lattice::new(&component) else {
            continue;
        };
        let (inside, outside): (Vec<Glyph>, Vec<Glyph>) = page
            .glyphs
            .iter()
            .copied()
            .partition(|glyph| lattice.contains(glyph));
        let rows = lattice.rows(&inside);
        let filled = rows
            .iter()
            .flatten()
            .filter(|cell| !cell.text.is_empty())
            .count();
        if filled < 2 {
            continue;
        }
        page.glyphs = outside;
        grids.push(Grid {
            top: lattice.ys[0],
            bottom: lattice.ys[lattice.ys.len() - 1],
            edges: lattice.xs.clone(),
            open: false,
            rows,
        });
    }
    grids.sort_by(|a, b| a.top.total_cmp(&b.top));
    grids
}

fn is_level(rule: &Rule) -> bool {
    (rule.x1 - rule.x0).abs() > (rule.y1 - rule.y0).abs()
}

/// Rules that touch each other, directly or through others.
fn components(rules: &[Rule]) -> Vec<Vec<Rule>> {
    let mut left: Vec<Rule> = rules.to_vec();
    let (mut found, mut alone) = (Vec::new(), Vec::new());
    while let Some(first) = left.pop() {
        let mut component = vec![first];
        let mut at = 0;
        while at < component.len() {
            let current = component[at];
            let (touching, others): (Vec<Rule>, Vec<Rule>) =
                left.iter().copied().partition(|rule| touch(&current, rule));
            left = others;
            component.extend(touching);
            at += 1;
        }
        if component.len() >= 4 {
            found.push(component);
        } else {
            alone.extend(component);
        }
    }
    for component in &mut found {
        adopt(component, &mut alone);
    }
    found
}

/// Highest row without an upright rule in it, in points.
const HIGHEST_OPEN_ROW: f32 = 60.0;

/// Takes in the rules that close a table whose outermost row is one open cell: they touch no
/// other, but begin and end where the table does.
fn adopt(component: &mut Vec<Rule>, alone: &mut Vec<Rule>) {
    let edge = |pick: fn(&Rule) -> f32, best: fn(f32, f32) -> f32, start: f32, rules: &[Rule]| {
        rules.iter().map(pick).fold(start, best)
    };
    loop {
        let from = edge(|rule| rule.x0, f32::min, f32::MAX, component);
        let to = edge(|rule| rule.x1, f32::max, f32::MIN, component);
        let top = edge(|rule| rule.y0, f32::min, f32::MAX, component);
        let bottom = edge(|rule| rule.y1, f32::max, f32::MIN, component);
        let next = alone.iter().position(|rule| {
            is_level(rule)
                && (rule.x0 - from).abs() <= TOLERANCE
                && (rule.x1 - to).abs() <= TOLERANCE
                && rule.y0 > top - HIGHEST_OPEN_ROW
                && rule.y0 < bottom + HIGHEST_OPEN_ROW
        });
        match next {
            Some(at) => component.push(alone.swap_remove(at)),
            None => return,
        }
    }
}

fn touch(one: &Rule, other: &Rule) -> bool {
    one.x0 <= other.x1 + TOLERANCE
        && other.x0 <= one.x1 + TOLERANCE
        && one.y0 <= other.y1 + TOLERANCE
        && other.y0 <= one.y1 + TOLERANCE
}

/// The crossing rules of one table.
struct Lattice {
    xs: Vec<f32>,
    ys: Vec<f32>,
    level: Vec<Rule>,
    upright: Vec<Rule>,
}

impl Lattice {
    fn new(rules: &[Rule]) -> Option<Self> {
        let (level, upright): (Vec<Rule>, Vec<Rule>) = rules.iter().copied().partition(is_level);
        if upright.is_empty() || level.len() < 2 {
            return None;
        }
        let mut xs: Vec<f32> = upright.iter().map(|rule| rule.x0).collect();
        // Tables are often open at their sides.
        let from = level.iter().map(|rule| rule.x0).fold(f32::MAX, f32::min);
        let to = level.iter().map(|rule| rule.x1).fold(f32::MIN, f32::max);
        xs.extend([from, to]);
        let xs = distinct(xs);
        let ys = distinct(level.iter().map(|rule| rule.y0).collect());
        let cells = (xs.len().saturating_sub(1)) * (ys.len().saturating_sub(1));
        let sound = cells >= 2 && xs.len() <= MOST_LINES && ys.len() <= MOST_LINES;
        sound.then_some(Self {
            xs,
            ys,
            level,
            upright,
        })
    }

    fn contains(&self, glyph: &Glyph) -> bool {
        let (x, y) = glyph.middle();
        x > self.xs[0] - 1.0
            && x < self.xs[self.xs.len() - 1] + 1.0
            && y > self.ys[0]
            && y < self.ys[self.ys.len() - 1]
    }

    /// Whether a rule parts the cells above and below `row`'s upper edge in `column`.
    fn parted_above(&self, row: usize, column: usize) -> bool {
        let (y, x) = (self.ys[row], (self.xs[column] + self.xs[column + 1]) / 2.0);
        self.level
            .iter()
            .any(|rule| (rule.y0 - y).abs() <= TOLERANCE && rule.x0 <= x && rule.x1 >= x)
    }

    fn parted_before(&self, row: usize, column: usize) -> bool {
        let (x, y) = (self.xs[column], (self.ys[row] + self.ys[row + 1]) / 2.0);
        self.upright
            .iter()
            .any(|rule| (rule.x0 - x).abs() <= TOLERANCE && rule.y0 <= y && rule.y1 >= y)
    }

    fn rows(&self, glyphs: &[Glyph]) -> Vec<Vec<FlowCell>> {
        let (rows, columns) = (self.ys.len() - 1, self.xs.len() - 1);
        let mut owner = vec![vec![None; columns]; rows];
        let mut cells: Vec<(usize, FlowCell, Vec<Glyph>)> = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                if owner[row][column].is_some() {
                    continue;
                }
                let mut until = column + 1;
                while until < columns
                    && owner[row][until].is_none()
                    && !self.parted_before(row, until)
                {
                    until += 1;
                }
                let mut below = row + 1;
                while below < rows
                    && (column..until)
                        .all(|x| owner[below][x].is_none() && !self.parted_above(below, x))
                {
                    below += 1;
                }
                for line in &mut owner[row..below] {
                    line[column..until].fill(Some(cells.len()));
                }
                let cell = FlowCell {
                    row_span: below - row,
                    column_span: until - column,
                    ..FlowCell::plain("")
                };
                cells.push((row, cell, Vec::new()));
            }
        }
        for glyph in glyphs {
            let (x, y) = glyph.middle();
            let (row, column) = (slot(&self.ys, y), slot(&self.xs, x));
            if let Some(Some(cell)) = owner.get(row).and_then(|line| line.get(column)) {
                cells[*cell].2.push(*glyph);
            }
        }
        let mut table = vec![Vec::new(); rows];
        for (row, mut cell, glyphs) in cells {
            cell.text = words(&glyphs);
            table[row].push(cell);
        }
        table
    }
}

/// The words of a cell: its lines run on, since cells are narrow.
fn words(glyphs: &[Glyph]) -> String {
    let mut text = String::new();
    for mut line in columns::order(lines::cut(glyphs)) {
        line.write_raised();
        super::paragraphs::run_on(&mut text, &line.text);
    }
    text
}

fn slot(edges: &[f32], at: f32) -> usize {
    edges.partition_point(|&edge| edge <= at).saturating_sub(1)
}

fn distinct(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_by(f32::total_cmp);
    let mut kept: Vec<f32> = Vec::new();
    for value in values {
        if kept.last().is_none_or(|last| value - last > TOLERANCE) {
            kept.push(value);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::letters;
    use super::*;

    fn rule(x0: f32, y0: f32, x1: f32, y1: f32) -> Rule {
        Rule { x0, y0, x1, y1 }
    }

    /// Two columns and three rows, the first row one cell, the sides open.
    fn page() -> Page {
        let mut page = Page {
            width: 595.0,
            height: 842.0,
            ..Page::default()
        };
        page.rules = vec![
            rule(50.0, 100.0, 250.0, 100.0),
            rule(50.0, 120.0, 250.0, 120.0),
            rule(50.0, 160.0, 250.0, 160.0),
            rule(50.0, 180.0, 250.0, 180.0),
            rule(150.0, 120.0, 150.0, 180.0),
        ];
        for (text, x, y) in [
            ("助餐点名单", 110.0, 114.0),
            ("城东街道", 60.0, 136.0),
            ("第一助餐点", 60.0, 150.0),
            ("12345", 160.0, 142.0),
            ("城西街道", 60.0, 174.0),
            ("表外的正文", 50.0, 300.0),
        ] {
            page.glyphs.extend(letters(text, x, y, 10.0));
        }
        page
    }

    #[test]
    fn rules_that_cross_make_cells_and_merged_ones_stay_whole() {
        let mut page = page();
        let grids = take(&mut page);
        assert_eq!(grids.len(), 1);
        let texts: Vec<Vec<(&str, usize)>> = grids[0]
            .rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|cell| (cell.text.as_str(), cell.column_span))
                    .collect()
            })
            .collect();
        assert_eq!(
            texts,
            [
                vec![("助餐点名单", 2)],
                vec![("城东街道第一助餐点", 1), ("12345", 1)],
                vec![("城西街道", 1), ("", 1)],
            ]
        );
        assert_eq!(page.glyphs.len(), 5);
    }

    #[test]
    fn a_frame_and_an_underline_are_no_tables() {
        let mut page = Page::default();
        page.rules = super::super::page::rules_of_box(40.0, 40.0, 500.0, 800.0, true);
        page.rules.push(rule(100.0, 820.0, 300.0, 820.0));
        page.glyphs = letters("框内的正文", 60.0, 100.0, 10.0);
        assert!(take(&mut page).is_empty());
        assert_eq!(page.glyphs.len(), 5);
    }
}
