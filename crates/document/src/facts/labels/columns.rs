//! A metadata table laid sideways: a row of labels above a row of their values.

use super::vocabulary::Field;
use super::{Labels, bare_label};
use crate::lines::Line;
use crate::tree::flat::{Flat, NONE};
use crate::tree::tag::Tag;

/// Fewest labels of such a row.
const FEWEST: usize = 2;

/// Most lines that are looked at in a row.
const MOST: usize = 40;

fn is_header(flat: &Flat<'_>, line: &Line) -> bool {
    flat.element(line.cell)
        .is_some_and(|(tag, _)| tag == Tag::HeaderCell)
}

/// Reads the rows of labels and values that begin at `at` into `found`, and says where they end;
/// `None` where no such row begins.
pub(super) fn read(
    flat: &Flat<'_>,
    lines: &[Line],
    at: usize,
    found: &mut Labels,
) -> Option<usize> {
    let first = &lines[at];
    if first.cell == NONE || bare_label(flat, first).is_none() {
        return None;
    }
    let row_of = |line: &Line| flat.nodes[line.cell as usize].parent;
    let column_of = |line: &Line| flat.nodes[line.cell as usize].ordinal;
    let row = row_of(first);
    let own: Vec<&Line> = lines[at..]
        .iter()
        .take(MOST)
        .take_while(|line| line.cell != NONE && row_of(line) == row)
        .collect();
    if own.len() < FEWEST || column_of(first) != 1 {
        return None;
    }
    // Most are known; what stands between them in header cells is one of them too.
    let labels: Vec<(u32, Field)> = own
        .iter()
        .map(|line| {
            let other = || is_header(flat, line).then_some(Field::Other);
            bare_label(flat, line)
                .or_else(other)
                .map(|field| (column_of(line), field))
        })
        .collect::<Option<_>>()?;
    let known = own
        .iter()
        .filter(|line| bare_label(flat, line).is_some())
        .count();
    if known < FEWEST || known * 2 < own.len() {
        return None;
    }
    let below = at + own.len();
    let next = lines
        .get(below)
        .filter(|line| line.cell != NONE && line.table == first.table)
        .map(row_of)?;
    let mut end = below;
    let last = below + MOST;
    while end < last
        && let Some(line) = lines
            .get(end)
            .filter(|line| line.cell != NONE && row_of(line) == next)
    {
        // A second row of labels is no row of values.
        if bare_label(flat, line).is_some() {
            return None;
        }
        end += 1;
    }
    for (index, line) in lines[below..end].iter().enumerate() {
        let label = labels.iter().find(|(column, _)| *column == column_of(line));
        if let Some(&(_, field)) = label {
            found.push(field, line.text.clone(), true, below + index);
        }
    }
    found.weight[at..end].fill(1);
    Some(end)
}
