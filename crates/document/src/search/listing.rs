//! Pages that list other pages: the entries of the list, without the site's navigation.
//!
//! An entry is a link as long as a title; a navigation link is a word or two. As with running
//! text, the list is the element whose entries are worth most, less its other links.

use crate::facts::date;
use crate::furniture::names::Suspicion;
use crate::furniture::words::Nature;
use crate::lines::{Line, Lines};
use crate::tree::flat::{Flat, Kind, NONE};

/// Shortest link that can be the title of a document, in characters.
const SHORTEST_ENTRY_CHARS: u32 = 9;

/// Fewest entries that make a list.
const FEWEST_ENTRIES: usize = 3;

/// The lines of the page's main list, dates beside the entries included; empty when it has none.
pub(crate) fn entries(flat: &Flat<'_>, lines: &Lines) -> Vec<usize> {
    let mut total = 0.0f64;
    let totals: Vec<f64> = std::iter::once(0.0)
        .chain(lines.lines.iter().map(|line| {
            total += worth(line);
            total
        }))
        .collect();
    let best = (0..flat.nodes.len())
        .filter(|&index| match flat.nodes[index].kind {
            Kind::Element(tag, _) => tag.breaks_line() && !flat.dropped[index],
            Kind::Text(_) => false,
        })
        .map(|index| {
            let range = lines.range(flat, index as u32);
            (totals[range.end] - totals[range.start], range)
        })
        // The later of equals is the inner one.
        .fold(
            None,
            |best: Option<(f64, std::ops::Range<usize>)>, (worth, range)| match best {
                Some(best) if best.0 > worth => Some(best),
                _ => Some((worth, range)),
            },
        );
    let Some((worth, range)) = best else {
        return Vec::new();
    };
    let found = range
        .clone()
        .filter(|&index| is_entry(&lines.lines[index]))
        .count();
    if worth <= 0.0 || found < FEWEST_ENTRIES {
        return Vec::new();
    }
    let mut kept = Vec::new();
    for index in range {
        let line = &lines.lines[index];
        let dates_entry = line.chars <= 14
            && line.link_chars == 0
            && date::find_date(&line.text).is_some()
            && index > 0
            && (kept.last() == Some(&(index - 1)) || is_next_entry(lines, index));
        if is_entry(line) || dates_entry {
            kept.push(index);
        }
    }
    kept
}

fn is_next_entry(lines: &Lines, index: usize) -> bool {
    lines.lines.get(index + 1).is_some_and(is_entry)
}

fn is_entry(line: &Line) -> bool {
    line.link_density() > 0.5
        && line.link_chars >= SHORTEST_ENTRY_CHARS
        && matches!(line.nature, Nature::Text | Nature::Teaser)
        && line.suspicion < Suspicion::Strong
        && line.picture == NONE
}

fn worth(line: &Line) -> f64 {
    if is_entry(line) {
        return f64::from(line.link_chars);
    }
    // What stands below the titles of a feed is of their pages.
    if line.nature == Nature::Teaser {
        return 0.0;
    }
    if line.link_density() > 0.5 {
        return -f64::from(line.link_chars) - 6.0;
    }
    -0.2 * f64::from(line.chars)
}
