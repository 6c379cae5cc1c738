//! Days that have become names: 5·12, 3·15.

use super::calendar::{is_day, is_month};
use crate::normalize::measure;
use crate::normalize::numerals::{cardinal, digits};
use crate::normalize::token::{At, Ch, Num, Say};

/// `5·12`, `“3·15”`, `12·9`: a day that has become a name.
pub(crate) fn named_day(at: At<'_>) -> Option<Say> {
    let [Num(month), Ch(sign @ ('·' | '.' | '/')), Num(day), ..] = at.rest() else {
        return None;
    };
    // 3·7%: a decimal.
    if matches!(at.rest().get(3), Some(Ch('%' | '‰'))) {
        return None;
    }
    let quoted = matches!(at.previous(), Some(Ch('“' | '"' | '‘')))
        && matches!(at.rest().get(3), Some(Ch('”' | '"' | '’')));
    let of_the_world = at.sees_any(3, &["国家", "国际", "世界", "全国", "全民"])
        && at.near_after(5, 8, &["日", "节"]);
    let famous = of_the_world || at.near_after(3, 6, FAMOUS) && !measure::counts(at, 3);
    let known = KNOWN.contains(&(number(month), number(day)));
    let commemorated = known
        && at.sees_any(
            3,
            &[
                "运动",
                "讲话",
                "指示",
                "起义",
                "大会战",
                "期间",
                "假期",
                "小长假",
                "黄金周",
            ],
        );
    let bare = at.opens() && (famous || commemorated) && !at.sees(3, "级");
    let stroke = *sign == '/' && at.opens() && at.near_after(3, 4, NAMED_WITH_A_STROKE);
    if *sign == '/' && !stroke {
        return None;
    }
    if *sign == '.' && !bare && !(quoted && (known || at.near_after(4, 8, NAMED_FOR))) {
        return None;
    }
    // “23·7”暴雨: a year and a month.
    if quoted && *sign == '·' && month.len() == 2 && !is_month(month) && is_month(day) {
        let said = Say::new().text(at, 1, &digits(month)).silent(1);
        return Some(said.text(at, 1, &digits(day)));
    }
    (is_month(month) && is_day(day)).then(|| {
        Say::new()
            .text(at, 1, &named_month(month, day))
            .silent(1)
            .text(at, 1, &digits(day))
    })
}

/// Months and days that are names, whatever they are named for.
const KNOWN: &[(u32, u32)] = &[
    (1, 28),
    (3, 8),
    (3, 15),
    (4, 23),
    (5, 4),
    (5, 12),
    (6, 18),
    (6, 26),
    (7, 1),
    (7, 7),
    (8, 1),
    (9, 3),
    (9, 10),
    (9, 18),
    (10, 1),
    (11, 9),
    (12, 4),
    (12, 9),
    (12, 13),
];

fn number(digits: &[char]) -> u32 {
    let value = digits.iter().take(3).filter_map(|c| c.to_digit(10));
    value.fold(0, |sum, digit| sum * 10 + digit)
}

/// 十二四, but 一二九 and 一一九: the old movement, and the day that is the fire brigade's number.
fn named_month(month: &[char], day: &[char]) -> String {
    match (month.len(), day) {
        (1, _) | (2, ['9']) => digits(month),
        _ => cardinal(month),
    }
}

/// What makes `3/15` a day and no fraction.
const NAMED_WITH_A_STROKE: &[&str] = &["晚会", "消费者", "地震", "惨案", "事变"];

/// What makes `5.12` a day without quotation marks.
const FAMOUS: &[&str] = &[
    "节",
    "晚会",
    "事变",
    "地震",
    "宣传日",
    "纪念日",
    "宪法日",
    "消防日",
    "惨案",
    "环境日",
    "禁毒日",
    "假期",
    "长假",
    "小长假",
    "黄金周",
    "劳动节",
    "国庆",
    "返程",
    "宣传周",
    "宣传月",
];

/// What days are named for.
const NAMED_FOR: &[&str] = &[
    "地震",
    "晚会",
    "事件",
    "事故",
    "运动",
    "惨案",
    "案",
    "讲话",
    "宣传",
    "活动",
    "日",
    "火灾",
    "爆炸",
    "暴雨",
    "专项",
    "行动",
    "起义",
    "消费者",
];

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn a_day_that_is_a_name_is_said_by_digits() {
        check(&[
            ("“5·12”地震", "“五一二”地震"),
            ("4.15全民国家安全教育日", "四一五全民国家安全教育日"),
            ("“21·7”暴雨", "“二一七”暴雨"),
            ("5/12地震", "五一二地震"),
            ("3/15的土地", "十五分之三的土地"),
            ("6.26国际禁毒日", "六二六国际禁毒日"),
        ]);
    }
}
