//! Runs of digits and letters that may be a code: how far one goes, and how it is spelled.

use crate::normalize::measure;
use crate::normalize::token::{At, Ch, Num, Say, Space, Word};

/// Longest code in tokens; what goes on beyond is said by its kind, so that long lines stay linear.
pub(super) const LONGEST_CODE_TOKENS: usize = 64;

/// How many tokens a code takes that begins here: digits, letters and stars, with hyphens between them,
/// and groups of four digits set apart by blanks.
pub(super) fn code_run(at: At<'_>) -> usize {
    let mut tokens = 0;
    while tokens < LONGEST_CODE_TOKENS {
        match at.rest().get(tokens..) {
            Some([Num(_) | Word(_), ..]) => tokens += 1,
            Some([Ch('-' | '*'), Num(_) | Word(_) | Ch('*'), ..]) if tokens > 0 => tokens += 1,
            Some([Ch('*'), Ch('*'), ..]) if tokens > 0 => tokens += 1,
            Some([Space, Num(next), ..]) if tokens > 0 && next.len() == 4 => tokens += 1,
            Some([Space, Ch('*'), Ch('*'), ..]) if tokens > 0 => tokens += 1,
            _ => break,
        }
    }
    tokens
}

/// Letters and digits in the next `tokens` tokens.
pub(super) fn run_length(at: At<'_>, tokens: usize) -> usize {
    at.rest()
        .iter()
        .take(tokens)
        .map(|token| match token {
            Num(run) | Word(run) => run.len(),
            _ => 0,
        })
        .sum()
}

/// Digits in the next `tokens` tokens.
pub(super) fn digits_in(at: At<'_>, tokens: usize) -> usize {
    at.rest()
        .iter()
        .take(tokens)
        .map(|token| if let Num(run) = token { run.len() } else { 0 })
        .sum()
}

/// The next `tokens` tokens digit by digit and letter by letter; with `yao`, 1 is 幺.
pub(super) fn spell_code(at: At<'_>, tokens: usize, yao: bool) -> Say {
    let mut say = Say::new();
    while say.tokens < tokens {
        say = match at.rest().get(say.tokens) {
            Some(Ch('-')) => say.text(at, 1, "杠"),
            Some(Ch('/')) => say.text(at, 1, "斜杠"),
            Some(Ch('*')) => {
                let stars = at.rest()[say.tokens..]
                    .iter()
                    .take_while(|t| **t == Ch('*'))
                    .count();
                say.text(at, stars, "星号")
            }
            Some(Num(_) | Word(_)) => say.spell(at, 1, yao),
            _ => say.silent(1),
        };
    }
    say
}

/// Whether the code of `tokens` tokens is but a length from one to another, as lenses have it: 18-105mm.
pub(super) fn is_a_length(at: At<'_>, tokens: usize) -> bool {
    matches!(at.rest(), [Num(_), Ch('-'), Num(_), Word(_), ..])
        && tokens == 4
        && measure::unit(at, 3).is_some_and(|unit| unit.name.ends_with('米'))
}

/// What makes a number behind it a quantity after all: 12345人, 110元.
pub(super) fn is_counted(at: At<'_>, offset: usize) -> bool {
    matches!(
        at.rest().get(offset),
        Some(Ch('%' | '.' | '‰' | '万' | '亿' | '多' | '余' | '℃'))
    ) || measure::unit(at, offset).is_some()
        || (measure::counts(at, offset)
            && !at.sees_any(
                offset,
                &["点", "部门", "条热线", "台", "大厅", "会", "地", "成"],
            ))
}
