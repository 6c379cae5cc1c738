//! What a form leaves open with the letter X.

use crate::normalize::numerals::digits;
use crate::normalize::token::{At, Ch, Num, Say, Token, Word};

/// What two or more X are the name of.
const NAMED_BY_X: &[&str] = &["染色体", "型", "综合征", "号", "码", "L"];

/// `XX局`, `第XX条`, `X年X月`: what a form leaves open is read 某某, a single X 某 in a date or a place.
pub(crate) fn placeholder(at: At<'_>) -> Option<Say> {
    let [Word(letters), ..] = at.rest() else {
        return None;
    };
    let open = letters.iter().all(|c| matches!(c, 'X' | 'x'));
    // XX路XXX号: the number of a house is left open as its street is.
    let house = at.sees(1, "号") && at.near_before(10, &["XX", "xx"]);
    if !open || !at.opens() || at.sees_any(1, NAMED_BY_X) && !house {
        return None;
    }
    match letters.len() {
        1 => {
            let dated = at.sees_any(
                1,
                &["年", "月", "日", "市", "省", "县", "镇", "乡", "村", "某"],
            );
            (dated && letters[0] == 'X').then(|| Say::new().text(at, 1, "某"))
        }
        _ => {
            let part = matches!(at.rest().get(1), Some(Num(_) | Ch('-' | '/' | '.')));
            (!part).then(|| Say::new().text(at, 1, "某某"))
        }
    }
}

/// `20XX年`, `202X年`, `19某某年`: a year whose end is left open.
pub(crate) fn open_year(at: At<'_>) -> Option<Say> {
    if let [Num(century), rest @ ..] = at.rest() {
        let open = rest.iter().take_while(|token| **token == Ch('某')).count();
        if open > 0 && century.len() + open == 4 && rest.get(open) == Some(&Ch('年')) && at.opens()
        {
            return Some(Say::new().text(at, 1, &digits(century)));
        }
    }
    if let Some(say) = starred_year(at) {
        return Some(say);
    }
    let [Num(century), Word(open), Ch('年'), ..] = at.rest() else {
        return None;
    };
    let left_open = open.iter().all(|c| matches!(c, 'X' | 'x')) && century.len() + open.len() == 4;
    (left_open && at.opens()).then(|| {
        Say::new()
            .text(at, 1, &digits(century))
            .text(at, 1, &"某".repeat(open.len()))
    })
}

/// `201*年`, `20**年`, `2〇1*年`: the same with stars, and with a zero in hanzi among the digits.
fn starred_year(at: At<'_>) -> Option<Say> {
    if !matches!(
        at.rest(),
        [Num(['1', '9', ..] | ['2', '0', ..]), ..] | [Num(['2']), Ch('〇'), ..]
    ) {
        return None;
    }
    let run = at.rest().iter().take(4);
    let run: Vec<_> = run
        .take_while(|token| matches!(token, Num(_) | Ch('〇' | '*')))
        .collect();
    let length = |token: &&Token<'_>| {
        if let Num(digits) = token {
            digits.len()
        } else {
            1
        }
    };
    let whole = run.iter().map(length).sum::<usize>() == 4;
    let starred = matches!(run.last(), Some(Ch('*')));
    let year = whole && starred && at.sees(run.len(), "年") && at.opens();
    year.then(|| {
        run.iter().fold(Say::new(), |say, token| match token {
            Num(_) => say.spell(at, 1, false),
            Ch('〇') => say.text(at, 1, "零"),
            _ => say.text(at, 1, "某"),
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn what_a_form_leaves_open_is_mou() {
        check(&[
            ("XX县XX镇", "某某县某某镇"),
            ("依照第XX条处XXX元罚款", "依照第某某条处某某元罚款"),
            ("20XX年X月X日", "二零某某年某月某日"),
            ("202X年", "二零二某年"),
            ("201*年7月", "二零一某年七月"),
            ("20**年", "二零某某年"),
            ("2〇1*年", "二零一某年"),
            ("5*3年", "五乘三年"),
            ("100*年", "一百年"),
            ("生于198某年", "生于一九八某年"),
            ("XX染色体", "XX染色体"),
            ("住XX路XX号XX室", "住某某路某某号某某室"),
            ("X光检查", "X光检查"),
        ]);
    }
}
