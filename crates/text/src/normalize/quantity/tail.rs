//! What follows a number and changes how it is said: a percent sign, a unit, or a word that is
//! counted.

use crate::normalize::measure::{self, Unit};
use crate::normalize::number::Number;
use crate::normalize::token::{At, Ch, Num, Space, Word};

/// What follows a number and changes how it is said.
pub(super) enum Tail {
    Percent,
    PerMille,
    Unit(Unit),
    None,
}

/// The tail of a number that ends `offset` tokens on, and how many tokens it takes.
pub(super) fn tail(at: At<'_>, offset: usize) -> (usize, Tail) {
    let space = usize::from(at.rest().get(offset) == Some(&Space));
    match at.rest().get(offset + space) {
        Some(Ch('%')) => (space + 1, Tail::Percent),
        Some(Ch('‰')) => (space + 1, Tail::PerMille),
        _ => match measure::unit(at, offset + space) {
            Some(Unit {
                name: "兆",
                tokens: 1,
                ..
            }) if matches!(at.rest().get(offset + space), Some(Word(['M'])))
                && !matches!(at.rest().first(), Some(Num([_, _, ..]))) =>
            {
                (0, Tail::None)
            }
            Some(unit) => (space + unit.tokens, Tail::Unit(unit)),
            None => (0, Tail::None),
        },
    }
}

/// How a number is said with the `tail` that stands behind it.
pub(super) fn say_with_tail(at: At<'_>, offset: usize, number: &Number<'_>, tail: &Tail) -> String {
    match tail {
        Tail::Percent => format!("百分之{}", number.percent()),
        Tail::PerMille => format!("千分之{}", number.without_padding()),
        Tail::Unit(unit) => match unit.per {
            Some(per @ ("小时" | "秒" | "分钟")) => {
                format!("每{per}{}{}", number.counted(), unit.name)
            }
            Some(per) => format!("{}{}每{per}", number.counted(), unit.name),
            None => format!("{}{}", number.counted(), unit.name),
        },
        Tail::None => bare(at, offset, number),
    }
}

/// A number with hanzi or nothing behind it.
fn bare(at: At<'_>, offset: usize, number: &Number<'_>) -> String {
    let next = offset + number.tokens;
    if at.sees_any(next, &["元", "人民币", "美元", "欧元", "港元"]) {
        return number.priced();
    }
    let attached = at
        .skip(offset)
        .after_any(&["附表", "附件", "附图", "附录", "专栏"])
        && !at.sees_any(next, &["份", "个", "页", "张", "项"]);
    if attached
        || at.skip(offset).after_any(&["第", "之", "其"])
        || in_ordinal_list(at.skip(offset))
    {
        return number.said();
    }
    if measure::counts(at, after_second_number(at, next)) {
        number.counted()
    } else {
        number.said()
    }
}

/// `第1、2项`: one 第 numbers all that are joined behind it.
fn in_ordinal_list(at: At<'_>) -> bool {
    const LONGEST_LIST_TOKENS: usize = 24;
    at.before()
        .iter()
        .rev()
        .take(LONGEST_LIST_TOKENS)
        .find(|token| {
            !matches!(
                token,
                Num(_) | Ch('、' | '和' | '或' | '及' | '至' | '-' | '—')
            )
        })
        == Some(&Ch('第'))
}

/// Where the measure word of `2至3家` and `2、3个` stands.
fn after_second_number(at: At<'_>, next: usize) -> usize {
    match at.rest().get(next..next + 2) {
        Some([Ch('至' | '到' | '或' | '、'), Num(second)]) if second.len() <= 2 => next + 2,
        _ => next,
    }
}
