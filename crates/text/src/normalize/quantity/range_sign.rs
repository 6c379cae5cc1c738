//! The range sign where what stands beside it is no plain number: dates, days of the week, marks of
//! lists.

use crate::chars::is_hanzi;
use crate::normalize::token::{At, Ch, Num, Say, Space, Token};

/// `2019年3月—2022年5月`, `20:00-次日6:00`, `15号-18号`: a dash between two amounts is 至.
pub(crate) fn range_sign(at: At<'_>) -> Option<Say> {
    if is_fall(at) {
        return Some(Say::new().text(at, 1, "减"));
    }
    let tokens = match at.rest() {
        [Ch('—'), Ch('—'), ..] => 2,
        [Ch('-' | '—' | '~'), ..] => 1,
        _ => return None,
    };
    let space = usize::from(at.rest().get(tokens) == Some(&Space));
    let next_number = matches!(at.rest().get(tokens + space), Some(Num(_)));
    let next_day = at.sees_any(
        tokens,
        &[
            "次日",
            "翌日",
            "当日",
            "次年",
            "今年",
            "当年",
            "早",
            "晚",
            "上午",
            "下午",
            "中午",
            "凌晨",
            "夜间",
            "第二天",
        ],
    );
    let after_unit = matches!(
        at.previous(),
        Some(Ch('年'
            | '月'
            | '日'
            | '号'
            | '时'
            | '分'
            | '点'
            | '度'
            | '元'
            | '万'
            | '亿'
            | '级'
            | '岁'
            | '%'
            | '℃'
            | '°'
            | '′'
            | '″'))
    );
    // 温度-12, 得分-3: behind a word that only ends like a unit comes a sign.
    let after_unit = after_unit
        && !matches!(at.before(), [.., Ch(before), Ch('度' | '分' | '点')] if !ends_number(*before));
    let after_number = matches!(at.previous(), Some(Num(_)));
    // K0+000～K3+200: from one stake of a road to another.
    let stakes = matches!(at.before(), [.., Num(_), Ch('+'), Num(_)])
        && matches!(
            at.rest().get(tokens + space..),
            Some([Token::Word(letters), Num(_), Ch('+'), Num(_), ..]) if letters.len() <= 3
        );
    // 1#-6#楼
    let marked = matches!(at.before(), [.., Num(_), Ch('#')])
        && matches!(at.rest().get(tokens + space..), Some([Num(_), Ch('#'), ..]));
    // 3(含)-5人(含): the bracket tells whether the end counts.
    let included = matches!(
        at.before(),
        [.., Ch('('), Ch('含'), Ch(')')] | [.., Ch('('), Ch('不'), Ch('含'), Ch(')')]
    );
    let ranges = next_number && (after_unit || included)
        || marked
        || stakes
        || next_day && (after_unit || after_number)
        || between_hanzi(at, tokens);
    if !ranges {
        return None;
    }
    let serial =
        at.after("号") && !at.sees(tokens + space + 1, "号") && !at.sees(tokens + space + 1, "日");
    Some(
        Say::new()
            .text(at, tokens, if serial { "杠" } else { "至" })
            .silent(space),
    )
}

/// Units of which an amount is taken away where the second is smaller: 365天-104天. Dates, times and ranks
/// run backwards without that.
pub(super) const TAKEN_AWAY: &[char] = &[
    '天', '元', '人', '个', '项', '件', '户', '吨', '米', '亩', '台', '辆',
];

/// Whether a smaller amount of the same unit stands behind the sign.
fn is_fall(at: At<'_>) -> bool {
    let value = |number: &[char]| number.iter().collect::<String>().parse::<u64>().ok();
    let falls = |before: &[char], next: &[char], unit: &char| {
        TAKEN_AWAY.contains(unit) && value(next) < value(before)
    };
    match (at.before(), at.rest()) {
        // 500万元-80万元.
        (
            [.., Num(before), Ch(scale @ ('万' | '亿')), Ch(unit)],
            [Ch('-'), Num(next), Ch(same_scale), Ch(same), ..],
        ) => scale == same_scale && same == unit && falls(before, next, unit),
        ([.., Num(before), Ch(unit)], [Ch('-'), Num(next), Ch(same), ..]) => {
            same == unit && falls(before, next, unit)
        }
        _ => false,
    }
}

/// Whether a number written in hanzi may end so, or the name of a unit before its last character.
fn ends_number(c: char) -> bool {
    "〇一二两三四五六七八九十百千万亿半几氏".contains(c)
}

/// `周一—周五`, `三—五年级`, `（一）—（五）`, `初一～初三`: days, numerals and marks of lists; a
/// wave stands for 至 between any hanzi.
fn between_hanzi(at: At<'_>, tokens: usize) -> bool {
    let numeral = |token: Option<&Token<'_>>| matches!(token, Some(Ch(c)) if "一二三四五六七八九十日".contains(*c));
    let rest = &at.rest()[tokens..];
    let marks = matches!(at.before(), [.., Ch('('), inner, Ch(')')] if numeral(Some(inner)) || matches!(inner, Num(_)))
        && matches!(rest, [Ch('('), inner, ..] if numeral(Some(inner)) || matches!(inner, Num(_)));
    let weekdays = at.before().len() >= 2
        && numeral(at.before().last())
        && at.skip(tokens).sees_any(0, &["周", "星期", "礼拜", "初"]);
    let numerals = numeral(at.before().last()) && numeral(rest.first());
    let hanzi = |token: Option<&Token<'_>>| matches!(token, Some(Ch(c)) if is_hanzi(*c));
    let wave = at.rest()[0] == Ch('~') && hanzi(at.before().last()) && hanzi(rest.first());
    marks || weekdays || numerals || wave
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn a_dash_between_two_of_a_kind_is_zhi() {
        check(&[
            ("余额为90万元-35万元", "余额为九十万元减三十五万元"),
            ("投入35万元-90万元", "投入三十五万元至九十万元"),
            ("20:00-次日6:00", "二十点至次日六点"),
            ("3(含)-5人(含)", "三(含)至五人(含)"),
            (
                "500万元（含）—1000万元（不含）",
                "五百万元（含）至一千万元（不含）",
            ),
            ("周一—周五", "周一至周五"),
            ("三—五年级", "三至五年级"),
            ("初一～初三", "初一至初三"),
        ]);
    }
}
