//! Dates written in digits and signs alone: 2022-11-08, 2008.08, 20240315.

use super::calendar::{dash, is_day, is_modern_year, is_month, is_year, value};
use crate::normalize::measure;
use crate::normalize::numerals::{cardinal, digits};
use crate::normalize::token::{At, Ch, Num, Say, Space, Token};

/// `2022-11-08`, `2022/11/8`, `2022.11.08`, `2022·2·10`, `08-08-2008`.
pub(crate) fn numeric_date(at: At<'_>) -> Option<Say> {
    if let Some(say) = doubled_dashes(at).or_else(|| glued_time(at)) {
        return Some(say);
    }
    let [Num(a), Ch(s1), Num(b), Ch(s2), Num(c), ..] = at.rest() else {
        return None;
    };
    if s1 != s2 || !matches!(s1, '-' | '/' | '.' | '·') || !at.opens() {
        return None;
    }
    let range = matches!(at.rest().get(6), Some(Num(next)) if is_year(next));
    if matches!(at.rest().get(5..7), Some([Ch(s3), Num(_)]) if s3 == s1) && !range {
        return None;
    }
    if is_year(a) && is_month(b) && is_day(c) {
        let spoken = Say::new()
            .text(at, 1, &digits(a))
            .text(at, 1, "年")
            .text(at, 1, &cardinal(b))
            .text(at, 1, "月");
        let mut spoken = spoken.text(at, 1, &format!("{}日", cardinal(c)));
        // 2017-01-13日
        if matches!(at.rest().get(spoken.tokens), Some(Ch('日'))) {
            spoken = spoken.swallow(at);
        }
        if let Some(spoken) = same_year_end(at, &spoken, (*s1, b, c)) {
            return Some(spoken);
        }
        return Some(match numeric_range_end(at, &spoken) {
            Some(length) => spoken.text(at, length, "至"),
            None => spoken,
        });
    }
    if is_modern_year(c) && a.len() == 2 && b.len() == 2 && is_month(a) && is_day(b) {
        let spoken = format!("{}年{}月{}日", digits(c), cardinal(a), cardinal(b));
        return Some(Say::new().text(at, 5, &spoken));
    }
    None
}

/// `2019--07--02`: a date whose dashes are doubled.
fn doubled_dashes(at: At<'_>) -> Option<Say> {
    let [Num(year), a, b, Num(month), c, d, Num(day), ..] = at.rest() else {
        return None;
    };
    let dashes = [a, b, c, d];
    let doubled = |sign| dashes.iter().all(|token| **token == Ch(sign));
    let dated = is_year(year) && is_month(month) && is_day(day) && at.opens();
    (dated && (doubled('-') || doubled('—'))).then(|| {
        Say::new()
            .text(at, 1, &digits(year))
            .text(at, 2, "年")
            .text(at, 1, &cardinal(month))
            .text(at, 2, "月")
            .text(at, 1, &format!("{}日", cardinal(day)))
    })
}

/// `2019-07-0209:15:30`: a date that its time sticks to, where a page has lost the blank.
fn glued_time(at: At<'_>) -> Option<Say> {
    let [
        Num(year),
        Ch(one @ ('-' | '.' | '/')),
        Num(month),
        Ch(other),
        Num(both @ [_, _, hour @ ..]),
        Ch(':'),
        Num(minute),
        rest @ ..,
    ] = at.rest()
    else {
        return None;
    };
    let day = &both[..2];
    let timed = hour.len() == 2 && value(hour) < 24 && minute.len() == 2 && value(minute) < 60;
    let dated = is_year(year) && month.len() == 2 && is_month(month) && is_day(day) && one == other;
    if !timed || !dated || !at.opens() {
        return None;
    }
    let clock = |number: &[char], unit: &str| match number {
        ['0', '0'] => format!("零{unit}"),
        ['0', _] => format!("零{}{unit}", cardinal(number)),
        _ => format!("{}{unit}", cardinal(number)),
    };
    let hour_said = match hour {
        ['0', '2'] => "两点".to_owned(),
        _ => format!("{}点", cardinal(hour)),
    };
    let say = Say::new()
        .text(at, 2, &format!("{}年", digits(year)))
        .text(at, 2, &format!("{}月", cardinal(month)))
        .text(at, 1, &format!("{}日{hour_said}", cardinal(day)));
    Some(match rest {
        [Ch(':'), Num(second), ..] if second.len() == 2 && value(second) < 60 => say
            .text(at, 3, &clock(minute, "分"))
            .text(at, 1, &clock(second, "秒")),
        _ if **minute == ['0', '0'] => say.silent(2),
        _ => say.text(at, 2, &clock(minute, "分")),
    })
}

/// `2024.6.3-6.7`, `2024.6.3-7`: the last day, in the year or the month of the first.
fn same_year_end(
    at: At<'_>,
    first: &Say,
    (sign, month, day): (char, &[char], &[char]),
) -> Option<Say> {
    let length = match at.rest().get(first.tokens) {
        Some(Ch('至' | '到')) => 1,
        _ if sign == '-' => return None,
        _ => dash(at, first.tokens)?,
    };
    let end = first.tokens + length;
    let spoken = || {
        Say {
            tokens: first.tokens,
            pieces: first.pieces.clone(),
        }
        .text(at, length, "至")
    };
    let rising = |number: &[char], than: &[char]| value(number) > value(than);
    match at.rest().get(end..)? {
        [Num(_), Ch(s1), Num(_), Ch(s2), Num(_), ..] if s1 == s2 => None,
        [Num(last_month), Ch(own), Num(last), ..]
            if *own == sign
                && is_month(last_month)
                && is_day(last)
                && !rising(month, last_month) =>
        {
            Some(
                spoken()
                    .text(at, 1, &cardinal(last_month))
                    .text(at, 1, "月")
                    .text(at, 1, &format!("{}日", cardinal(last))),
            )
        }
        [Num(last), next @ ..]
            if is_day(last)
                && rising(last, day)
                && !matches!(next, [Ch('月' | '年' | '日' | ':' | '.' | '-' | '/'), ..]) =>
        {
            Some(spoken().text(at, 1, &format!("{}日", cardinal(last))))
        }
        _ => None,
    }
}

/// `15/16赛季`, `2021/22 学年`: two years in a row, the second of two digits.
pub(crate) fn season(at: At<'_>) -> Option<Say> {
    if let [Num(first), Ch('/'), Num(next @ [_, _]), after @ ..] = at.rest()
        && is_modern_year(first)
        && value(next) == (value(first) + 1) % 100
        && at.opens()
        && !matches!(after, [Ch('/' | '-' | '.' | '%'), ..])
    {
        let say = Say::new().text(at, 1, &digits(first)).text(at, 1, "、");
        return Some(say.text(at, 1, &digits(next)));
    }
    let [Num(first), Ch('/' | '-'), Num(next), ..] = at.rest() else {
        return None;
    };
    let in_a_row = first.len() == 2 && next.len() == 2 && (value(first) + 1) % 100 == value(next);
    let named = at.sees_any(3, &["赛季", "学年", "财年", "雪季", "榨季"]);
    (in_a_row && named && at.opens()).then(|| {
        Say::new()
            .text(at, 1, &digits(first))
            .text(at, 1, "、")
            .text(at, 1, &digits(next))
    })
}

/// Length of the range sign behind a numeric date that another one follows.
fn numeric_range_end(at: At<'_>, first: &Say) -> Option<usize> {
    let length = dash(at, first.tokens)?;
    match at.rest().get(first.tokens + length..) {
        Some(
            [
                Num(year),
                Ch('-' | '/' | '.' | '·'),
                Num(_),
                Ch(_),
                Num(_),
                ..,
            ],
        ) if is_year(year) => Some(length),
        _ => None,
    }
}

/// `2019.3-2022.5`: months of years, as terms of office are written.
pub(crate) fn month_range(at: At<'_>) -> Option<Say> {
    let [Num(year), Ch('.'), Num(month), ..] = at.rest() else {
        return None;
    };
    let length = dash(at, 3)?;
    let Some([Num(end_year), Ch('.'), Num(end_month)]) = at.rest().get(3 + length..6 + length)
    else {
        return None;
    };
    let months = is_month(month) && is_month(end_month);
    if !(is_modern_year(year) && is_modern_year(end_year) && months) {
        return None;
    }
    Some(
        Say::new()
            .text(at, 1, &digits(year))
            .text(at, 1, "年")
            .text(at, 1, &format!("{}月", cardinal(month)))
            .text(at, length, "至")
            .text(at, 1, &digits(end_year))
            .text(at, 1, "年")
            .text(at, 1, &format!("{}月", cardinal(end_month))),
    )
}

/// `11.25-11.28日`: from one day to another.
pub(crate) fn day_range(at: At<'_>) -> Option<Say> {
    let [Num(month), Ch('.'), Num(day), ..] = at.rest() else {
        return None;
    };
    let length = dash(at, 3)?;
    let Some([Num(end_month), Ch('.'), Num(end_day), rest @ ..]) = at.rest().get(3 + length..)
    else {
        return None;
    };
    let end = match rest {
        [Ch(end), ..] => *end,
        _ => ' ',
    };
    // 统计表（3.27-4.30）: the days that a list covers.
    let covers = end == ')'
        && at.previous() == Some(Ch('('))
        && day.len() == 2
        && end_day.len() == 2
        && at.near_before(
            4,
            &["表", "公示", "名单", "周报", "日报", "安排", "通报", "公告"],
        );
    // 5.1-5.5放假, 公示期：6.3-6.7.
    let in_order = (value(month), value(day)) < (value(end_month), value(end_day));
    let holidays = in_order
        && !measure::counts(at, 6 + length)
        && measure::unit(at, 6 + length).is_none()
        && !matches!(end, '%' | '‰' | '℃' | '.' | '-' | '~')
        && (at.sees_any(
            6 + length,
            &["放假", "假期", "休假", "期间", "公示", "小长假"],
        ) || at.after_any(&[
            "公示期:",
            "公示时间:",
            "放假时间:",
            "报名时间:",
            "活动时间:",
        ]));
    let covers = covers || holidays;
    if end != '日' && !covers {
        return None;
    }
    let dated = is_month(month) && is_day(day) && is_month(end_month) && is_day(end_day);
    (dated && at.opens()).then(|| {
        Say::new()
            .text(at, 1, &cardinal(month))
            .text(at, 1, "月")
            .text(at, 1, &format!("{}日", cardinal(day)))
            .text(at, length, "至")
            .text(at, 1, &cardinal(end_month))
            .text(at, 1, "月")
            .text(at, 1, &{
                let unit = if covers { "日" } else { "" };
                format!("{}{unit}", cardinal(end_day))
            })
    })
}

/// `2008/08`, `2008.08`, `2022-11`, `08/08`, `08.08`: a year with a month, a month with a day.
/// Both parts have a zero in front or one is a year, or it would be a number.
pub(crate) fn short_date(at: At<'_>) -> Option<Say> {
    let [Num(a), Ch(sign @ ('/' | '.' | '-')), Num(b), ..] = at.rest() else {
        return None;
    };
    let ends = !matches!(
        at.rest().get(3),
        Some(Ch('%' | '‰' | '/' | '-' | '月') | Token::Word(_) | Ch('℃'))
    ) && !matches!(at.rest().get(3..5), Some([Ch('.'), Num(_)]));
    // HAF001/02/01: the parts of a code.
    let part = matches!(at.before(), [.., Num(_), Ch(before)] if before == sign);
    if !at.opens() || !ends || part {
        return None;
    }
    let counted = measure::counts(at, 3) || at.sees_any(3, &["个", "万", "亿"]);
    if is_modern_year(a) && b.len() == 2 && is_month(b) && !counted {
        return Some(Say::new().text(at, 1, &digits(a)).text(at, 1, "年").text(
            at,
            1,
            &format!("{}月", cardinal(b)),
        ));
    }
    let padded = a.len() == 2 && b.len() == 2 && (a[0] == '0' || b[0] == '0' && *sign == '/');
    // [06-25], （12-31）: the day on which a list says that something was published.
    let bracketed = matches!(at.previous(), Some(Ch('[' | '(' | '【')))
        && matches!(at.rest().get(3), Some(Ch(']' | ')' | '】')));
    // 拟聘用人员公示 06-25: the same at the end of a title.
    let trailing = at.previous() == Some(Space) && at.rest().len() == 3 && at.before().len() > 4;
    let framed = *sign == '-' && (bracketed || trailing) && a.len() == 2 && b.len() == 2;
    // 直播（11.6晚）: the part of a day stands behind its date.
    let timed = *sign == '.'
        && at.sees_any(3, &["晚", "早", "凌晨", "上午", "下午", "中午"])
        && !at.sees_any(3, &["晚于", "早于", "晚点", "早已"]);
    let dated = *sign != '-' && padded || framed;
    if (dated && !counted || timed) && is_month(a) && is_day(b) {
        return Some(Say::new().text(at, 1, &cardinal(a)).text(at, 1, "月").text(
            at,
            1,
            &format!("{}日", cardinal(b)),
        ));
    }
    None
}

/// `（2025-14）`, `2024-35号地块`: the number of something in its year, alone in brackets or with its 号.
pub(crate) fn number_in_year(at: At<'_>) -> Option<Say> {
    let [Num(year), Ch('-'), Num(number), Ch(next), ..] = at.rest() else {
        return None;
    };
    let bracketed = matches!(at.previous(), Some(Ch('(' | '[' | '【' | '〔')))
        && matches!(next, ')' | ']' | '】' | '〕');
    // 2024-35号地块
    let numbered = *next == '号' && at.opens();
    ((bracketed || numbered) && is_modern_year(year) && number.len() <= 3).then(|| {
        Say::new()
            .text(at, 1, &digits(year))
            .text(at, 1, "杠")
            .text(at, 1, &cardinal(number))
    })
}

/// `20240315`: a date without any sign.
pub(crate) fn compact_date(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    let dated = number.len() == 8
        && is_modern_year(&number[..4])
        && number[4..6] != ['0', '0']
        && is_month(&number[4..6])
        && is_day(&number[6..]);
    let counted = measure::counts(at, 1)
        || measure::unit(at, 1).is_some()
        || at.sees_any(1, &["万", "亿", "多", "余"])
        || matches!(at.rest().get(1), Some(Ch('.' | ',' | '%')));
    (dated && at.opens() && !counted).then(|| Say::new().spell(at, 1, false))
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn the_parts_of_a_date_in_digits_are_named() {
        check(&[
            ("小年（1.22晚）", "小年（一月二十二日晚）"),
            ("最高1.22米", "最高一点二二米"),
            ("2008/08/08", "二零零八年八月八日"),
            ("2008.08", "二零零八年八月"),
            ("08/08", "八月八日"),
            ("规定（HAD102/03/02）", "规定（HAD一零二零三零二）"),
            ("2019--07--02", "二零一九年七月二日"),
            ("2008——12——30完成", "二零零八年十二月三十日完成"),
            ("2019-07-0209:15:30", "二零一九年七月二日九点十五分三十秒"),
            ("2020-11-1814:00来源", "二零二零年十一月十八日十四点来源"),
            ("2020.11.1808:05", "二零二零年十一月十八日八点零五分"),
            ("2021/22 学年", "二零二一、二二学年"),
        ]);
    }
}
