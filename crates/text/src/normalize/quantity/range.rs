//! Two numbers with a range sign between them, with or without signs of their own.

use super::range_sign::TAKEN_AWAY;
use super::tail::{Tail, say_with_tail, tail};
use crate::normalize::measure::{self, Unit};
use crate::normalize::number::Number;
use crate::normalize::token::{At, Ch, Num, Say, Space};

/// `5-10%`, `3～5个`, `5%—10%`, `20kg-30kg`: both ends with the tail of the second; `3～-2℃`.
pub(crate) fn range(at: At<'_>) -> Option<Say> {
    unsigned_range(at).or_else(|| signed_range(at, ""))
}

fn unsigned_range(at: At<'_>) -> Option<Say> {
    let low = Number::at(at)?;
    let (low_tail_tokens, low_tail) = tail(at, low.tokens);
    let mut low_end = low.tokens + low_tail_tokens;
    let low_scale = scale_at(at, low_end);
    low_end += usize::from(low_scale.is_some());
    let low_unit = if low_tail_tokens == 0 {
        hanzi_tail(at, low_end)
    } else {
        None
    };
    low_end += low_unit.map_or(0, |(taken, _)| taken);
    let separator = range_separator(at, low_end)?;
    let high_at = low_end + separator;
    let high = Number::at(at.skip(high_at))?;
    let (high_tail_tokens, high_tail) = tail(at, high_at + high.tokens);
    let end = high_at + high.tokens + high_tail_tokens;
    if range_separator(at, end).is_some() {
        return None;
    }
    // 金融3组-05: the second is a number in the group.
    let padded = high.fraction.is_none() && high.whole.len() > 1 && high.whole[0] == '0';
    if padded && low.whole[0] != '0' && low_unit.is_some() {
        return None;
    }
    // 365天-104天 takes away.
    let scale_behind = scale_at(at, end).filter(|_| low_scale.is_some());
    let falls = low_unit.is_some_and(|(_, name)| {
        name.chars().all(|c| TAKEN_AWAY.contains(&c))
            && at.sees(end + usize::from(scale_behind.is_some()), name)
            && low.value() > high.value()
    });
    if falls && low_scale == scale_behind {
        return None;
    }
    let same_scale = low_scale.is_none() && low_unit.is_none();
    if matches!(low_tail, Tail::None) && same_scale && low.value() >= high.value() {
        return None;
    }
    let counts = measure::counts(at, end) && !at.after("第");
    let low_said = match (&low_tail, &high_tail) {
        (Tail::None, Tail::Percent) => format!("百分之{}", low.without_padding()),
        (Tail::None, Tail::PerMille) => format!("千分之{}", low.without_padding()),
        (Tail::None, Tail::Unit(unit)) => match unit.per {
            Some(per @ ("小时" | "秒" | "分钟")) => format!("每{per}{}", low.counted()),
            _ => low.counted(),
        },
        (Tail::None, Tail::None) if counts || low_unit.is_some() || low_scale.is_some() => {
            let mut said = low.counted();
            said.extend(low_scale);
            said.push_str(low_unit.map_or("", |(_, name)| name));
            said
        }
        (Tail::None, Tail::None) => low.said(),
        _ => say_with_tail(at, 0, &low, &low_tail),
    };
    let high_said = match (&low_tail, &high_tail) {
        (Tail::None, Tail::Percent) => high.percent(),
        (Tail::None, Tail::PerMille) => high.without_padding(),
        (
            Tail::None,
            Tail::Unit(Unit {
                per: Some("小时" | "秒" | "分钟"),
                name,
                ..
            }),
        ) => {
            format!("{}{name}", high.counted())
        }
        (_, Tail::None) if counts => high.counted(),
        _ => say_with_tail(at, high_at, &high, &high_tail),
    };
    Some(
        Say::new()
            .text(at, low_end, &low_said)
            .text(at, separator, "至")
            .text(at, end - high_at, &high_said),
    )
}

/// `-8～2℃`, `-5～-2%`, from behind the first sign, and `3～-2℃`: each end with its own.
pub(super) fn signed_range(at: At<'_>, low_sign: &'static str) -> Option<Say> {
    let low = Number::at(at)?;
    let (low_tail_tokens, low_tail) = tail(at, low.tokens);
    let low_end = low.tokens + low_tail_tokens;
    let rest = at.rest().get(low_end..)?;
    let (separator, high_sign) = match rest {
        [Ch('—'), Ch('—'), Num(_), ..] => (2, ""),
        [Ch('~' | '—' | '-' | '至' | '到'), Num(_), ..] => (1, ""),
        [Ch('~' | '—' | '-' | '至' | '到'), Ch('-'), Num(_), ..] => (1, "负"),
        [Ch('~' | '—' | '-' | '至' | '到'), Ch('+'), Num(_), ..] => (1, "正"),
        _ => return None,
    };
    let high_at = low_end + separator + usize::from(!high_sign.is_empty());
    let high = Number::at(at.skip(high_at))?;
    let (high_tail_tokens, high_tail) = tail(at, high_at + high.tokens);
    if rest[0] == Ch('-') && high_sign.is_empty() && matches!(high_tail, Tail::None) {
        return None;
    }
    // Other rules decide about 3-2, and 3--2 is no range.
    if low_sign.is_empty() && (high_sign.is_empty() || rest[0] == Ch('-')) {
        return None;
    }
    let degrees = matches!(&high_tail, Tail::Unit(unit) if unit.name.ends_with('度'));
    let below = |sign: &'static str| match sign {
        "负" if degrees => "零下",
        "正" if degrees => "零上",
        sign => sign,
    };
    let low_said = match (&low_tail, &high_tail) {
        (Tail::None, Tail::Percent | Tail::PerMille) => say_with_tail(at, 0, &low, &high_tail),
        (Tail::None, _) => low.said(),
        _ => say_with_tail(at, 0, &low, &low_tail),
    };
    let high_said = match (&low_tail, high_sign, &high_tail) {
        (Tail::None, "", Tail::Percent) => high.percent(),
        (Tail::None, "", Tail::Unit(unit)) => format!("{}{}", high.said(), unit.name),
        _ => say_with_tail(at, high_at, &high, &high_tail),
    };
    let high_tokens = high_at - low_end - separator + high.tokens + high_tail_tokens;
    Some(
        Say::new()
            .text(at, low_end, &format!("{}{low_said}", below(low_sign)))
            .text(at, separator, "至")
            .text(at, high_tokens, &format!("{}{high_said}", below(high_sign))),
    )
}

/// Words between the two ends of a range; all are said 至.
pub(super) fn range_separator(at: At<'_>, offset: usize) -> Option<usize> {
    let rest = at.rest().get(offset..)?;
    match rest {
        [Ch('—'), Ch('—'), Num(_), ..] | [Ch('-'), Ch('-'), Num(_), ..] => Some(2),
        [Ch('-' | '—' | '~' | '～'), Num(_), ..] => Some(1),
        [Space, Ch('-' | '—' | '~'), Space, Num(_), ..] => Some(3),
        _ => None,
    }
}

/// The scale (万, 亿 …) that stands `offset` tokens on.
pub(super) fn scale_at(at: At<'_>, offset: usize) -> Option<char> {
    match at.rest().get(offset) {
        Some(Ch(c @ ('万' | '亿' | '千' | '百'))) => Some(*c),
        _ => None,
    }
}

/// A measure word written out at the low end of a range: 3个-5个, 10元—20元.
fn hanzi_tail(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    measure::hanzi_unit(at, offset)
        .filter(|(taken, _)| range_separator(at, offset + taken).is_some())
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn both_ends_are_said_with_what_follows_the_second() {
        check(&[
            ("5-10%", "百分之五至十"),
            ("3～5个", "三至五个"),
            ("5%—10%", "百分之五至百分之十"),
            ("20kg-30kg", "二十千克至三十千克"),
            ("-8～2℃", "零下八至二摄氏度"),
            ("10元—20元", "十元至二十元"),
        ]);
    }
}
