//! Texts that the page holds twice: for the desktop and for the phone, or once more for the printer.

use std::collections::HashMap;

use crate::characters::without_spaces;
use crate::survey::{SHORTEST_PROSE, Survey};

/// A run of lines this long that comes twice is a second copy, in characters.
const LONG_REPEAT_CHARS: u32 = 120;

/// Most lines that stand between two copies of a text.
const MOST_LINES_BETWEEN: usize = 40;

/// The lines without the second copy of a text that the page holds twice.
pub(super) fn without_repeats(survey: &Survey<'_>, kept: Vec<usize>) -> Vec<usize> {
    let keys: Vec<String> = kept
        .iter()
        .map(|&index| without_spaces(&survey.line(index).text))
        .collect();
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut repeated = vec![false; kept.len()];
    let mut chars_before = 0;
    let mut at = 0;
    while at < kept.len() {
        let long = survey.line(kept[at]).chars >= SHORTEST_PROSE;
        let run = match first.get(keys[at].as_str()) {
            Some(&earlier) if long => keys[at..]
                .iter()
                .zip(&keys[earlier..at])
                .take_while(|(a, b)| a == b)
                .count(),
            _ => 0,
        };
        let chars: u32 = (at..at + run).map(|i| survey.line(kept[i]).chars).sum();
        let most_of_it = chars * 2 >= chars_before;
        if run >= 3 && (chars >= LONG_REPEAT_CHARS || most_of_it) {
            // The short lines above the first long one are repeated too.
            let earlier = first[keys[at].as_str()];
            let above = (1..=earlier.min(at))
                .take_while(|&back| keys[at - back] == keys[earlier - back])
                .count();
            repeated[at - above..at + run].fill(true);
            // Between two copies stand the foot of one and the head of the other.
            let between = earlier + run..at - above;
            let near = between.len() <= MOST_LINES_BETWEEN;
            for between in between.filter(|_| near) {
                let index = kept[between];
                repeated[between] |= !survey.is_prose(index)
                    && !survey.is_closing_pair(index)
                    && !survey.links_to_file(index);
            }
            at += run;
            continue;
        }
        chars_before += survey.line(kept[at]).chars;
        if long {
            first.entry(&keys[at]).or_insert(at);
        }
        at += 1;
    }
    kept.into_iter()
        .zip(repeated)
        .filter_map(|(index, repeated)| (!repeated).then_some(index))
        .collect()
}
