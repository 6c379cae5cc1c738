//! Numbers of which some digits are hidden by crosses.

use super::run::LONGEST_CODE_TOKENS;
use crate::normalize::token::{At, Ch, Num, Say};

/// Digits from which a number with hidden ones is a telephone's or an account's.
const LONG: usize = 11;

/// `95××7`, `130××××8842`: each cross stands for a digit. One cross alone multiplies.
pub(crate) fn hidden(at: At<'_>) -> Option<Say> {
    let [Num(_), Ch('×'), Ch('×'), ..] = at.rest() else {
        return None;
    };
    if !at.opens() {
        return None;
    }
    let run = at.rest().iter().take(LONGEST_CODE_TOKENS);
    let run: Vec<_> = run
        .take_while(|token| matches!(token, Num(_) | Ch('×')))
        .collect();
    let digits = run.iter().map(|token| match token {
        Num(number) => number.len(),
        _ => 1,
    });
    let long = digits.sum::<usize>() >= LONG;
    let say = run.iter().fold(Say::new(), |say, token| match token {
        Num(_) => say.spell(at, 1, long),
        _ => say.text(at, 1, "某"),
    });
    Some(say)
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn crosses_among_digits_are_hidden_digits() {
        check(&[
            ("短信由95××6发出", "短信由九五某某六发出"),
            ("卡号36×××24的账户", "卡号三六某某某二四的账户"),
            ("拨打139××××2107", "拨打幺三九某某某某二幺零七"),
            ("5×8=40", "五乘八等于四十"),
        ]);
    }
}
