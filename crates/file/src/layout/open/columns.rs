//! Where the columns of a table begin and end that has no upright rules, and what stands in each.

use langdu_model::FlowCell;

use super::super::lines::Line;
use super::super::page::Rule;
use super::super::paragraphs::run_on;
use super::{GUTTER, Row};

/// Where each column begins and ends.
pub(super) struct Columns(Vec<(f32, f32)>);

impl Columns {
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// The columns of `rows`, between the whites that few rows cross; each but the first has a
    /// name in the head, where there is one.
    pub(super) fn of<'r>(
        rows: impl Iterator<Item = &'r Row<'r>>,
        head: &[Row<'_>],
    ) -> Option<Self> {
        let rows: Vec<&Row<'_>> = rows.collect();
        let pieces = || rows.iter().flat_map(|row| row.pieces.iter().copied());
        let size = pieces().map(|piece| piece.size).fold(0.0, f32::max);
        let mut edges: Vec<(f32, i32)> = Vec::new();
        for (from, to) in pieces().flat_map(|piece| &piece.spans) {
            // Letters touch or nearly do; the white between columns is wider.
            edges.extend([(*from, 1), (*to + 0.3 * size, -1)]);
        }
        edges.sort_by(|a, b| a.0.total_cmp(&b.0));
        let most = i32::try_from(rows.len() / 10).unwrap_or(0);
        let mut columns: Vec<(f32, f32)> = Vec::new();
        let (mut depth, mut open) = (0, None);
        for (at, step) in edges {
            depth += step;
            match open {
                None if depth > most => open = Some(at),
                Some(from) if depth <= most => {
                    columns.push((from, at - 0.3 * size));
                    open = None;
                }
                _ => {}
            }
        }
        let mut joined: Vec<(f32, f32)> = Vec::new();
        for column in columns {
            match joined.last_mut() {
                Some(last) if column.0 - last.1 < GUTTER * size => last.1 = column.1,
                _ => joined.push(column),
            }
        }
        let mut own = Self(joined);
        own.join_nameless(head);
        (own.0.len() >= 2).then_some(own)
    }

    fn join_nameless(&mut self, head: &[Row<'_>]) {
        if head.is_empty() {
            return;
        }
        let mut named = vec![false; self.0.len()];
        for piece in head.iter().flat_map(|row| row.pieces.iter().copied()) {
            for at in self.under(piece.x0, piece.x1) {
                named[at] = true;
            }
        }
        let mut at = 1;
        while at < self.0.len() {
            if named[at] {
                at += 1;
            } else {
                named.remove(at);
                self.0[at - 1].1 = self.0.remove(at).1;
            }
        }
    }

    /// The middles of the whites, and the ends.
    pub(super) fn edges(&self) -> Vec<f32> {
        let inner = self.0.windows(2).map(|pair| (pair[0].1 + pair[1].0) / 2.0);
        let ends = (self.0[0].0, self.0[self.0.len() - 1].1);
        std::iter::once(ends.0)
            .chain(inner)
            .chain(std::iter::once(ends.1))
            .collect()
    }

    /// The columns below what stands from `x0` to `x1`: those that it reaches into, or the nearest.
    fn under(&self, x0: f32, x1: f32) -> std::ops::Range<usize> {
        let edges = self.edges();
        let slot = |x: f32| edges[1..edges.len() - 1].partition_point(|edge| *edge <= x);
        let reach = |(from, to): (f32, f32)| {
            let across = x1.min(to) - x0.max(from);
            across > 0.3 * (to - from).min(x1 - x0)
        };
        let reached: Vec<usize> = (0..self.0.len()).filter(|at| reach(self.0[*at])).collect();
        match (reached.first(), reached.last()) {
            (Some(first), Some(last)) => *first..*last + 1,
            _ => {
                let at = slot((x0 + x1) / 2.0);
                at..at + 1
            }
        }
    }

    /// The words of each column in one row.
    pub(super) fn cells(&self, pieces: &[&Line]) -> Vec<String> {
        let mut cells = vec![String::new(); self.0.len()];
        for piece in pieces {
            let mut piece = (*piece).clone();
            piece.write_raised();
            let edges = self.edges();
            // A piece whose gaps are too narrow to part it belongs to every column it stands in.
            for (at, text) in piece.cut_at(&edges[1..edges.len() - 1]) {
                if !cells[at].is_empty() {
                    cells[at].push(' ');
                }
                cells[at].push_str(text.trim());
            }
        }
        cells
    }

    /// The rows of the head: one, or one above and one below the rules under what names several
    /// columns.
    pub(super) fn head(
        &self,
        rows: &[Row<'_>],
        (top, end): (f32, f32),
        partial: &[Rule],
    ) -> Vec<Vec<FlowCell>> {
        let parting: Vec<&Rule> = partial
            .iter()
            .filter(|rule| rule.y0 > top && rule.y0 < end)
            .collect();
        let cell = |text: String, row_span: usize, column_span: usize| FlowCell {
            text,
            row_span,
            column_span,
            header: true,
            recognised: None,
        };
        let mut upper: Vec<(std::ops::Range<usize>, String)> = Vec::new();
        let mut lower = vec![String::new(); self.0.len()];
        for row in rows {
            for (at, piece) in row.pieces.iter().enumerate() {
                let over = |rule: &Rule, piece: &Line| {
                    rule.y0 >= row.y - 0.3 * piece.size && rule.x0 < piece.x1 && rule.x1 > piece.x0
                };
                let below = parting.iter().find(|rule| over(rule, piece));
                match below {
                    Some(rule) => {
                        // Where one rule runs under several names, each reaches half way to the next.
                        let before = at
                            .checked_sub(1)
                            .and_then(|at| row.pieces.get(at))
                            .filter(|other| over(rule, other));
                        let behind = row.pieces.get(at + 1).filter(|other| over(rule, other));
                        let from = before.map_or(rule.x0, |other| (other.x1 + piece.x0) / 2.0);
                        let to = behind.map_or(rule.x1, |other| (piece.x1 + other.x0) / 2.0);
                        let columns = self.under(from.max(rule.x0), to.min(rule.x1));
                        match upper.iter_mut().find(|(own, _)| *own == columns) {
                            Some((_, text)) => run_on(text, &piece.text),
                            None => upper.push((columns, piece.text.clone())),
                        }
                    }
                    None => {
                        let edges = self.edges();
                        for (at, text) in piece.cut_at(&edges[1..edges.len() - 1]) {
                            run_on(&mut lower[at], text.trim());
                        }
                    }
                }
            }
        }
        if upper.is_empty() {
            return vec![lower.into_iter().map(|text| cell(text, 1, 1)).collect()];
        }
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let mut at = 0;
        while at < lower.len() {
            let over = upper.iter().find(|(columns, _)| columns.start == at);
            match over {
                Some((columns, text)) => {
                    first.push(cell(text.clone(), 1, columns.len()));
                    let own = lower[columns.clone()].iter();
                    second.extend(own.map(|text| cell(text.clone(), 1, 1)));
                    at = columns.end;
                }
                None => {
                    first.push(cell(lower[at].clone(), 2, 1));
                    at += 1;
                }
            }
        }
        vec![first, second]
    }
}
