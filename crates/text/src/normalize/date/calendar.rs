//! What a run of digits can be in a date, and the sign between two dates.

use crate::normalize::token::{At, Ch, Space, Token};

/// The number that the digits write; of long runs only the first nine digits, which no date has.
pub(super) fn value(number: &[char]) -> u32 {
    number
        .iter()
        .take(9)
        .fold(0, |sum, c| sum * 10 + c.to_digit(10).unwrap_or(0))
}

/// 1–12, with or without a zero in front.
pub(in crate::normalize) fn is_month(number: &[char]) -> bool {
    number.len() <= 2 && (1..=12).contains(&value(number))
}

/// 1–31, with or without a zero in front.
pub(super) fn is_day(number: &[char]) -> bool {
    number.len() <= 2 && (1..=31).contains(&value(number))
}

/// A year of four digits that stands in dates: 1000–2999.
pub(super) fn is_year(number: &[char]) -> bool {
    number.len() == 4 && matches!(number[0], '1' | '2')
}

/// A year near enough to be written without 年: 1900–2099.
pub(super) fn is_modern_year(number: &[char]) -> bool {
    matches!(number, ['1', '9', _, _] | ['2', '0', _, _])
}

fn is_dash(token: Option<&Token<'_>>) -> bool {
    matches!(token, Some(Ch('-' | '—' | '~')))
}

/// Length of a range sign: `-`, `—`, `——`, `~`, with blanks around it.
pub(in crate::normalize) fn dash(at: At<'_>, offset: usize) -> Option<usize> {
    let rest = at.rest().get(offset..)?;
    match rest {
        [Ch('—'), Ch('—'), ..] | [Ch('-'), Ch('-'), ..] => Some(2),
        [first, ..] if is_dash(Some(first)) => Some(1 + usize::from(rest.get(1) == Some(&Space))),
        [Space, second, ..] if is_dash(Some(second)) => {
            Some(2 + usize::from(rest.get(2) == Some(&Space)))
        }
        _ => None,
    }
}
