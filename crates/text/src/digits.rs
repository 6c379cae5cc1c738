//! Where the voice pauses shortly inside a long number that is said digit by digit: in groups of three or
//! four, as people tell each other telephone numbers.

use super::speech::{Item, ItemKind};

/// Shorter numbers are said in one go.
const FEWEST_GROUPED: usize = 7;
/// Digits of a longer run than this are grouped where the page does not group them.
const LONGEST_GROUP: usize = 4;

/// The items of a line before which a group of digits begins, behind another.
pub(crate) fn groups(items: &[Item]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < items.len() {
        let length = number_from(items, at);
        if length >= FEWEST_GROUPED {
            found.extend(of_number(items, at, length));
        }
        at += length.max(1);
    }
    found
}

/// How many digits of one number begin at `at`. Its parts may stand apart by one character: 0571-8765.
fn number_from(items: &[Item], at: usize) -> usize {
    let mut length = 0_usize;
    for item in &items[at..] {
        let before = length.checked_sub(1).map(|last| &items[at + last]);
        let apart =
            before.is_some_and(|before| !is_one_source(before, item) && gap(before, item) > 1);
        if !is_digit(item) || apart {
            break;
        }
        length += 1;
    }
    length
}

/// The borders of the groups of the number of `length` digits that begins at `start`.
fn of_number(items: &[Item], start: usize, length: usize) -> Vec<usize> {
    let mut borders = Vec::new();
    let end = start + length;
    let mut from = start;
    for at in start + 1..=end {
        let parts = at == end || gap(&items[at - 1], &items[at]) == 1;
        if !parts {
            continue;
        }
        let mut group = from;
        for size in sizes(at - from) {
            borders.push(group);
            group += size;
        }
        from = at;
    }
    // The first group begins where the number does.
    borders.split_off(1)
}

/// The sizes of the groups of so many digits: fours, behind as many threes as are needed.
fn sizes(digits: usize) -> Vec<usize> {
    if digits <= LONGEST_GROUP + 1 {
        return vec![digits];
    }
    let threes = (4 - digits % 4) % 4;
    let mut sizes = vec![3; threes];
    sizes.resize(threes + (digits - 3 * threes) / 4, 4);
    sizes
}

/// How many characters of the source lie between two items.
fn gap(before: &Item, item: &Item) -> usize {
    item.start.saturating_sub(before.end)
}

fn is_one_source(before: &Item, item: &Item) -> bool {
    before.start == item.start && before.end == item.end
}

fn is_digit(item: &Item) -> bool {
    matches!(item.kind, ItemKind::Syllable { hanzi, .. } if "零〇一幺二三四五六七八九".contains(hanzi))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_three_or_four_digits() {
        for (digits, expected) in [
            (5, vec![5]),
            (7, vec![3, 4]),
            (8, vec![4, 4]),
            (9, vec![3, 3, 3]),
            (10, vec![3, 3, 4]),
            (11, vec![3, 4, 4]),
            (12, vec![4, 4, 4]),
            (18, vec![3, 3, 4, 4, 4]),
        ] {
            assert_eq!(sizes(digits), expected, "{digits}");
        }
        // Six would be two threes; a number of six digits is a code that is said in one go.
        assert_eq!(sizes(6), [3, 3]);
    }
}
