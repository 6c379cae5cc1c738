//! Years and months of somebody's life, written with a dot and one digit for the month: （1960.8）, 1985.7参加工作.

use super::calendar::{is_month, value};
use crate::chars::is_hanzi;
use crate::normalize::crosses::{FAMILY_NAMES, MEASURED};
use crate::normalize::numerals::{cardinal, digits};
use crate::normalize::token::{At, Ch, Num, Say, Space, Token};

/// Years in which somebody who is written about has lived.
const YEARS: std::ops::RangeInclusive<u32> = 1850..=2039;

/// What somebody has done in a month.
const DONE: &[&str] = &[
    "出生",
    "参加工作",
    "参加革命",
    "入党",
    "入团",
    "加入",
    "入伍",
    "参军",
    "退伍",
    "转业",
    "毕业",
    "入学",
    "任",
    "起任",
    "担任",
    "调任",
    "当选",
    "退休",
    "离休",
    "去世",
    "逝世",
    "病逝",
];

/// What only begins like one of them.
const OTHERS: &[&str] = &["任务", "任何", "任意", "任一", "加入量"];

/// `石某（1960.8）`, `王某（1962.4—）`, `1985.7参加工作`: when somebody was born or did something. 1960.8 is as well a
/// number, so that a word for what people do in a month, a person in front of the bracket, or an open end must tell.
pub(crate) fn month_of_life(at: At<'_>) -> Option<Say> {
    let [Num(year @ [_, _, _, _]), Ch('.'), Num(month), rest @ ..] = at.rest() else {
        return None;
    };
    if !YEARS.contains(&value(year)) || !is_month(month) || !at.opens() {
        return None;
    }
    let done = at.sees_any(3, DONE) && !at.sees_any(3, OTHERS) || is_born(rest);
    let born = at.after_any(&["生于", "出生", "出生年月:", "出生日期:", "卒于", "出生于"]);
    let open_ended = matches!(rest, [Ch('—' | '-' | '~'), Ch(')'), ..])
        || at.sees_any(4, &["至今"]) && matches!(rest, [Ch('—' | '-' | '~'), ..])
        || matches!(rest, [Ch('—' | '-' | '~'), Ch('今'), ..])
        || matches!(rest, [Ch('—'), Ch('—'), Ch(')' | '今'), ..]);
    if !(done || born || open_ended || is_beside_a_person(at)) {
        return None;
    }
    let say = Say::new()
        .text(at, 1, &digits(year))
        .text(at, 1, "年")
        .text(at, 1, &format!("{}月", cardinal(month)));
    Some(match rest {
        [Ch('—'), Ch('—'), Ch('今'), ..] => say.text(at, 2, "至"),
        [Ch('—' | '-' | '~'), Ch('今'), ..] => say.text(at, 1, "至"),
        _ => say,
    })
}

/// Whether 生 ends the clause: 1971.3生.
fn is_born(behind: &[Token<'_>]) -> bool {
    matches!(behind, [Ch('生')])
        || matches!(behind, [Ch('生'), Ch(next), ..] if !is_hanzi(*next))
        || matches!(behind, [Ch('生'), Space, ..])
}

/// Whether the number stands alone in brackets behind two or three hanzi that begin with a family name, and no word for
/// an amount is near.
fn is_beside_a_person(at: At<'_>) -> bool {
    const AMOUNTS: &[&str] = &[
        "率", "值", "额", "量", "数", "产", "收入", "单位", "亿", "万", "吨", "元", "比", "价",
        "积", "均", "点", "指",
    ];
    const REACH: usize = 12;
    let alone = matches!(at.rest().get(3), Some(Ch(')')));
    let family = |token: &Token<'_>| matches!(token, Ch(c) if FAMILY_NAMES.contains(*c));
    let named = match at.before() {
        [.., long, short, Ch(name), Ch('(')] => {
            is_hanzi(*name) && !MEASURED.contains(*name) && (family(long) || family(short))
        }
        _ => false,
    };
    alone && named && !at.near_before(REACH, AMOUNTS)
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn a_month_beside_a_person_is_one() {
        check(&[
            ("副县长何某某（1960.8）", "副县长何某某（一九六零年八月）"),
            ("何某某（1962.4—）", "何某某（一九六二年四月—）"),
            (
                "1985.7参加工作，1990.6入党",
                "一九八五年七月参加工作，一九九零年六月入党",
            ),
            ("女，1971.3生，", "女，一九七一年三月生，"),
            ("2008.9—今", "二零零八年九月至今"),
        ]);
    }

    #[test]
    fn an_amount_stays_one() {
        check(&[
            ("工业产值（1960.8）", "工业产值（一千九百六十点八）"),
            ("水位（1899.7）", "水位（一千八百九十九点七）"),
            ("建设规模（1950.6）", "建设规模（一千九百五十点六）"),
            ("产量达1985.7吨", "产量达一千九百八十五点七吨"),
            ("年内1985.7任务量", "年内一千九百八十五点七任务量"),
            ("收入（1960.8亿元）", "收入（一千九百六十点八亿元）"),
        ]);
    }
}
