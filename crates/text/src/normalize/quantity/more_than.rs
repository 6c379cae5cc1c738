//! Spans of time with a plus behind their number, as patients' records have them: 10+年, 5+月.

use crate::normalize::numerals::{cardinal, counted};
use crate::normalize::token::{At, Ch, Num, Say};

/// Most weeks a plus may add: 23+2周 are twenty-three weeks and two days.
const WEEK_DAYS: std::ops::RangeInclusive<char> = '0'..='6';

/// `20+年` → 二十多年, `3+年` → 三年多, `5+月` → 五个多月, `孕31+4周` → 三十一加四周.
pub(crate) fn more_than(at: At<'_>) -> Option<Say> {
    let [Num(number), Ch('+'), rest @ ..] = at.rest() else {
        return None;
    };
    if !at.opens() || number.len() > 2 || number[0] == '0' {
        return None;
    }
    if let [Num([days]), Ch('周'), ..] = rest
        && WEEK_DAYS.contains(days)
    {
        let say = Say::new().text(at, 1, &cardinal(number)).text(at, 1, "加");
        return Some(say.text(at, 1, &cardinal(&[*days])));
    }
    let tens = number.len() == 2 && number[1] == '0';
    let (unit, tokens) = match rest {
        [Ch('年'), ..] => ("年", 1),
        [Ch('天'), ..] => ("天", 1),
        [Ch('周'), ..] => ("周", 1),
        [Ch('个'), Ch('月'), ..] => ("个月", 2),
        [Ch('月'), next @ ..] if !matches!(next, [Num(_) | Ch('份'), ..]) => ("个月", 1),
        [Ch('小'), Ch('时'), ..] => ("小时", 2),
        _ => return None,
    };
    let said = match (tens, unit) {
        (true, unit) => format!("{}多{unit}", cardinal(number)),
        (false, "个月") => format!("{}个多月", counted(number)),
        (false, "小时") => format!("{}个多小时", counted(number)),
        (false, unit) => format!("{}{unit}多", counted(number)),
    };
    Some(Say::new().text(at, 2 + tokens, &said))
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn a_plus_behind_a_span_of_time_is_more() {
        check(&[
            ("咳嗽20+年，", "咳嗽二十多年，"),
            ("确诊3+年", "确诊三年多"),
            ("停药2+月余", "停药两个多月余"),
            ("头晕6+小时", "头晕六个多小时"),
            ("孕31+2周", "孕三十一加二周"),
            ("5+2天", "五加两天"),
        ]);
    }
}
