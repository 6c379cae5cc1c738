//! Months and days, alone and in ranges.

use super::calendar::{dash, is_day, is_month};
use crate::normalize::numerals::cardinal;
use crate::normalize::token::{At, Ch, Num, Say, Space};

/// `11月8日`, `3-5月`, `5月1-3日`, `5月1日-7日`, `1-6月份`, `02月`.
pub(crate) fn month_day(at: At<'_>) -> Option<Say> {
    let leading = usize::from(at.rest().first() == Some(&Space));
    let at_number = at.skip(leading);
    let [Num(month), ..] = at_number.rest() else {
        return None;
    };
    if !is_month(month) {
        return None;
    }
    let mut say = Say::new().silent(leading).text(at, 1, &cardinal(month));
    if let Some(length) = dash(at, say.tokens)
        && let Some(Num(next)) = at.rest().get(say.tokens + length)
        && is_month(next)
        && at.sees(say.tokens + length + 1, "月")
    {
        say = say.text(at, length, "至").text(at, 1, &cardinal(next));
    }
    let blank = usize::from(at.rest().get(say.tokens) == Some(&Space));
    if !at.sees(say.tokens + blank, "月") {
        return None;
    }
    say = say.silent(blank).text(at, 1, "月");
    Some(match day(at.skip(say.tokens)) {
        Some(rest) => say.join(rest),
        None => say,
    })
}

/// `8日`, `08号`, `1-3日`, `1日-7日`, after a month.
fn day(at: At<'_>) -> Option<Say> {
    let leading = usize::from(at.rest().first() == Some(&Space));
    let [Num(first), ..] = at.skip(leading).rest() else {
        return None;
    };
    if !is_day(first) {
        return None;
    }
    let mut say = Say::new().silent(leading).text(at, 1, &cardinal(first));
    let blank = usize::from(at.rest().get(say.tokens) == Some(&Space));
    if let Some(Ch(sign @ ('日' | '号'))) = at.rest().get(say.tokens + blank) {
        say = say.silent(blank).text(at, 1, &sign.to_string());
        if let Some(length) = dash(at, say.tokens)
            && let Some(Num(next)) = at.rest().get(say.tokens + length)
            && is_day(next)
            && at.sees_any(say.tokens + length + 1, &["日", "号", "月"])
        {
            say = say.text(at, length, "至").text(at, 1, &cardinal(next));
        }
        return Some(say);
    }
    let joined = match (dash(at, say.tokens), at.rest().get(say.tokens)) {
        (Some(length), _) => Some((length, "至".to_owned())),
        (None, Some(Ch(c @ ('、' | '至' | '到' | '和')))) => Some((1, c.to_string())),
        _ => None,
    };
    let (length, said) = joined?;
    let Some(Num(next)) = at.rest().get(say.tokens + length) else {
        return None;
    };
    (is_day(next) && at.sees_any(say.tokens + length + 1, &["日", "号"]))
        .then(|| say.text(at, length, &said).text(at, 1, &cardinal(next)))
}

/// Days without a month: `1-3日`, `15号`, `05日08时`.
pub(crate) fn lone_day(at: At<'_>) -> Option<Say> {
    let [Num(first), ..] = at.rest() else {
        return None;
    };
    if matches!(first, ['0', '1'..='9']) && at.sees(1, "日") && at.opens() {
        return Some(Say::new().text(at, 1, &cardinal(first)));
    }
    let length = dash(at, 1)?;
    let Some(Num(next)) = at.rest().get(1 + length) else {
        return None;
    };
    let days = is_day(first) && is_day(next) && at.sees(2 + length, "日");
    days.then(|| {
        Say::new()
            .text(at, 1, &cardinal(first))
            .text(at, length, "至")
            .text(at, 1, &cardinal(next))
    })
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn months_and_days_are_counted() {
        check(&[
            ("1-6月", "一至六月"),
            ("5月1-3日", "五月一至三日"),
            ("截至09日20时", "截至九日二十时"),
            ("5月1日-7日", "五月一日至七日"),
        ]);
    }
}
