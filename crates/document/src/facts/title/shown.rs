//! Where on the page a title is shown.

use std::ops::Range;

use crate::characters::{is_invisible, is_space};
use crate::facts::{date, signature};
use crate::lines::Line;

/// The lines that show `title`: the last ones above the text, or those that open it.
pub(super) fn shown(
    lines: &[Line],
    title: &str,
    core: &Range<usize>,
    first_prose: usize,
) -> Option<Range<usize>> {
    let target: Vec<char> = title
        .chars()
        .filter(|&c| !is_space(c) && !is_invisible(c))
        .collect();
    if target.is_empty() {
        return None;
    }
    let last = first_prose.min(lines.len()).min(core.end);
    (0..=last.min(lines.len().saturating_sub(1)))
        .rev()
        .find_map(|at| run_of(lines, at, &target))
}

/// The lines from `at` on that together are exactly `target`. A number that the title has in
/// brackets may stand without them on a line of its own: 某某令（第12号）.
pub(crate) fn run_of(lines: &[Line], at: usize, target: &[char]) -> Option<Range<usize>> {
    let mut rest = target;
    for (offset, line) in lines[at..].iter().take(6).enumerate() {
        let in_brackets = offset > 0
            && rest.first().is_some_and(|&c| same(c, '（'))
            && rest.last().is_some_and(|&c| same(c, '）'))
            && !line.text.starts_with(['(', '（'])
            && signature::bare_number(&line.text).is_some();
        if in_brackets {
            rest = &rest[1..rest.len() - 1];
        }
        for (from, c) in line.text.char_indices().filter(|&(_, c)| !is_space(c)) {
            match rest.split_first() {
                Some((&first, after)) if same(first, c) => rest = after,
                None if is_date_in_brackets(&line.text[from..]) => break,
                _ => return None,
            }
        }
        if rest.is_empty() {
            return Some(at..at + offset + 1);
        }
    }
    None
}

/// Whether what stands behind a title is the day it was published: （2024年3月1日）.
fn is_date_in_brackets(text: &str) -> bool {
    text.starts_with(['（', '(', '[', '【'])
        && text.chars().count() <= LONGEST_DATE_CHARS
        && date::find_date(text).is_some()
}

/// Longest date in brackets, in characters.
const LONGEST_DATE_CHARS: usize = 14;

/// Whether two characters differ at most in width: `（` and `(`.
fn same(a: char, b: char) -> bool {
    fn narrow(c: char) -> char {
        match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xff01 + 0x21).unwrap_or(c),
            other => other,
        }
    }
    a == b || narrow(a) == narrow(b)
}
