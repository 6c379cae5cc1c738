//! Numbers with a sign in front: below zero, plus, plus or minus.

use super::range::{range, signed_range};
use super::single::quantity;
use super::tail::{Tail, tail};
use crate::chars::is_hanzi;
use crate::normalize::math;
use crate::normalize::number::Number;
use crate::normalize::piece::Said;
use crate::normalize::token::{At, Ch, Num, Say, Space, Token, Word};

/// Words after which a hyphen before a number is a minus sign although hanzi stand before it.
const BEFORE_MINUS: &[&str] = &[
    "为", "是", "达", "到", "算", "从", "至", "于", "约", "近", "过", "在", "即", "和", "与", "或",
    "得", "负", "降", "长", "值", "率", "额", "差", "了", "温", "比", "增", "幅", "低", "高", "均",
    "计", "速", "温度", "海拔", "高程", "水位", "水深", "埋深", "得分", "评分", "扣分", "加分",
    "利润", "余", "亏",
];

/// `-5`, `－98%`, `±2`, `＋3℃`.
pub(crate) fn signed(at: At<'_>) -> Option<Say> {
    let [Ch(sign @ ('-' | '±' | '+' | '—')), rest @ ..] = at.rest() else {
        return None;
    };
    let space = usize::from(matches!(rest, [Space, ..]));
    // - 30年期国债: the mark of an item, with its blank.
    let item = *sign == '-'
        && matches!(at.previous(), None | Some(Ch('\n')))
        && matches!(rest, [Space, Num(_), Ch(c), ..] if is_hanzi(*c));
    if item {
        return Some(Say::new().silent(2));
    }
    let of_percent = matches!(rest, [Ch('百'), Ch('分'), Ch('之'), ..]);
    let of_fraction = matches!(rest, [Num(_), Ch('分'), Ch('之'), ..]);
    if !of_percent && !matches!(rest.get(space), Some(Num(_))) {
        return None;
    }
    // 沈海高速-104国道: from one road to the next.
    let road = at.sees_any(2, &["国道", "省道", "县道", "乡道"]);
    if road
        && matches!(
            at.previous(),
            Some(Ch('速' | '路' | '道' | '街' | '线' | '桥'))
        )
    {
        return Some(Say::new().text(at, 1, "、"));
    }
    let unary = match at.previous() {
        // —20世纪: half a dash.
        // —2024年1月8日在会议上: half a dash before the day of a speech.
        None | Some(Space) if *sign == '—' && at.sees_any(2, &["世纪", "年"]) => false,
        None => true,
        Some(Space) => space == 0 || !math::follows_term(at),
        Some(Num(_) | Word(_) | Token::Replacement(_)) => false,
        Some(Ch(')' | ']' | '〕' | '%' | '℃' | '°')) => false,
        // 分析--2019年: the second hyphen of a dash.
        Some(Ch('-')) if at.sees(2, "年") => false,
        Some(Ch(c)) if is_hanzi(c) => {
            *sign == '±' || at.after_any(BEFORE_MINUS) || *sign == '-' && is_degrees(at, 1 + space)
        }
        Some(Ch(_)) => true,
    };
    if !unary || (*sign == '—' && !matches!(at.previous(), None | Some(Ch('为')))) {
        return None;
    }
    let number_at = at.skip(1 + space);
    // 基础分 +1, 总分-3: what is added to a score or taken from it.
    let scored = space == 0
        && matches!(at.before(), [.., Ch('分'), Space] | [.., Ch('分')])
        && at
            .rest()
            .get(2)
            .is_none_or(|next| !matches!(next, Ch('.' | '%' | '℃')));
    let sign_said = match sign {
        '+' if scored => "加",
        '-' if scored && at.after_any(&["基础分", "总分"]) => "减",
        '±' => "正负",
        '+' => "正",
        _ => "负",
    };
    if of_percent || of_fraction {
        return Some(Say::new().text(at, 1, sign_said));
    }
    if *sign == '-'
        && let Some(range) = signed_range(number_at, "负")
    {
        return Some(Say::new().silent(1 + space).join(range));
    }
    let value = math::fraction(number_at)
        .or_else(|| range(number_at))
        .or_else(|| quantity(number_at))?;
    // A newsreader counts degrees below zero from zero: 零下五摄氏度.
    let degrees = says_degrees(&value);
    let sign_said = if degrees && *sign == '-' {
        "零下"
    } else {
        sign_said
    };
    Some(Say::new().text(at, 1 + space, sign_said).join(value))
}

/// Whether a number of degrees stands `offset` tokens on.
fn is_degrees(at: At<'_>, offset: usize) -> bool {
    Number::at(at.skip(offset)).is_some_and(|number| {
        matches!(tail(at, offset + number.tokens).1, Tail::Unit(unit) if unit.name.ends_with('度'))
    })
}

fn says_degrees(say: &Say) -> bool {
    matches!(say.pieces.last(), Some(piece) if piece.said == Said::Han('度'))
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn a_sign_is_said_where_it_is_one() {
        check(&[
            ("—2021年3月在全县大会上", "—二零二一年三月在全县大会上"),
            ("-5℃", "零下五摄氏度"),
            ("下降－98%", "下降负百分之九十八"),
            ("±2", "正负二"),
            ("沿海高速-104国道", "沿海高速、幺零四国道"),
            ("- 10年期国债", "十年期国债"),
            ("＋3℃", "正三摄氏度"),
        ]);
    }
}
