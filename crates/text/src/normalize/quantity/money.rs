//! Amounts of money whose currency stands in front of the number.

use super::range::{range_separator, scale_at};
use crate::normalize::measure;
use crate::normalize::number::Number;
use crate::normalize::token::{At, Ch, Say, Space, Token, Word};

/// Currency signs and codes and what they are called behind the number.
const CURRENCIES: &[(&[Token<'static>], &str)] = &[
    (&[Ch('¥')], "元"),
    (&[Word(&['U', 'S']), Ch('$')], "美元"),
    (&[Word(&['H', 'K']), Ch('$')], "港元"),
    (&[Word(&['N', 'T']), Ch('$')], "新台币"),
    (&[Word(&['A']), Ch('$')], "澳元"),
    (&[Word(&['A', 'U']), Ch('$')], "澳元"),
    (&[Word(&['C']), Ch('$')], "加元"),
    (&[Word(&['S']), Ch('$')], "新加坡元"),
    (&[Ch('$')], "美元"),
    (&[Ch('€')], "欧元"),
    (&[Ch('£')], "英镑"),
    (&[Ch('₩')], "韩元"),
    (&[Ch('₽')], "卢布"),
    (&[Ch('₹')], "卢比"),
    (&[Word(&['R', 'M', 'B'])], "元人民币"),
    (&[Word(&['C', 'N', 'Y'])], "元人民币"),
    (&[Word(&['U', 'S', 'D'])], "美元"),
    (&[Word(&['H', 'K', 'D'])], "港元"),
    (&[Word(&['E', 'U', 'R'])], "欧元"),
    (&[Word(&['G', 'B', 'P'])], "英镑"),
    (&[Word(&['J', 'P', 'Y'])], "日元"),
    (&[Word(&['A', 'U', 'D'])], "澳元"),
    (&[Word(&['K', 'R', 'W'])], "韩元"),
    (&[Word(&['T', 'W', 'D'])], "新台币"),
    (&[Word(&['M', 'O', 'P'])], "澳门元"),
];

/// `$1.5万` → 一点五万美元: the name goes behind the number and its scale.
pub(crate) fn money(at: At<'_>) -> Option<Say> {
    let (sign, name) = CURRENCIES
        .iter()
        .find(|(sign, _)| at.rest().starts_with(sign))?;
    let space = usize::from(at.rest().get(sign.len()) == Some(&Space));
    let start = sign.len() + space;
    let number = Number::at(at.skip(start))?;
    let mut end = start + number.tokens;
    let mut said = number.priced();
    while let Some(scale) = scale_at(at, end) {
        said.push(scale);
        end += 1;
    }
    let sign_again = match at.rest().get(end..) {
        Some([Ch('-' | '—' | '~' | '至'), high @ ..]) if high.starts_with(sign) => {
            Some(1 + sign.len())
        }
        _ => None,
    };
    if let Some(separator) = sign_again.or_else(|| range_separator(at, end))
        && let Some(high) = Number::at(at.skip(end + separator))
    {
        end += separator + high.tokens;
        said.push('至');
        said.push_str(&high.without_padding());
        while let Some(scale) = scale_at(at, end) {
            said.push(scale);
            end += 1;
        }
    }
    if at.rest().get(end) == Some(&Ch('/'))
        && let Some((taken, unit)) = measure::hanzi_unit(at, end + 1)
    {
        said.push_str(name);
        return Some(
            Say::new()
                .text(at, end, &said)
                .text(at, 1 + taken, &format!("每{unit}")),
        );
    }
    let named = ["元", "美元", "港元", "人民币", "欧元"]
        .iter()
        .any(|word| at.sees(end, word));
    if !named {
        said.push_str(name);
    }
    Some(Say::new().text(at, end, &said))
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn a_currency_is_said_behind_the_amount() {
        check(&[
            ("$1.5万", "一点五万美元"),
            ("¥36.00", "三十六元"),
            ("US$200", "二百美元"),
            ("€5", "五欧元"),
        ]);
    }
}
