//! Unit symbols, with their powers, products and quotients: km², kW·h, mg/m³.

use super::symbols::{PRODUCTS, RARE_SIGNS, SIGNS, SQUARED, SYMBOLS, WRITTEN};
use crate::normalize::token::{At, Ch, Token, Word};

/// How a unit symbol is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Tokens the symbol takes.
    pub(crate) tokens: usize,
    /// Its name: 毫克.
    pub(crate) name: &'static str,
    /// The unit it is divided by: 立方米 in mg/m³.
    pub(crate) per: Option<&'static str>,
}

/// The unit whose symbol starts `offset` tokens on; `None` when letters or digits go on after it.
pub(crate) fn unit(at: At<'_>, offset: usize) -> Option<Unit> {
    let first = product(at, offset)
        .or_else(|| simple(at, offset))
        .or_else(|| activity(at, offset))?;
    let after = offset + first.0;
    if at.rest().get(after) == Some(&Ch('/'))
        && let Some((taken, per)) = divisor(at, after + 1)
        && (ends(at, after + 1 + taken) || at.rest().get(after + taken) == Some(&Ch(')')))
    {
        return Some(Unit {
            tokens: first.0 + 1 + taken,
            name: first.1,
            per: Some(per),
        });
    }
    ends(at, after).then_some(Unit {
        tokens: first.0,
        name: first.1,
        per: None,
    })
}

/// What is a unit only where it is divided: the activity of enzymes, 40U/L; how much is sent, 160Gb/s.
fn activity(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    const UNITS: &[(&[char], &str)] = &[
        (&['U'], "单位"),
        (&['m', 'U'], "毫单位"),
        (&['k', 'U'], "千单位"),
        (&['k', 'b'], "千比特"),
        (&['K', 'b'], "千比特"),
        (&['M', 'b'], "兆比特"),
        (&['G', 'b'], "吉比特"),
        (&['T', 'b'], "太比特"),
    ];
    let [Word(letters), Ch('/'), ..] = at.rest().get(offset..)? else {
        return None;
    };
    let (_, name) = UNITS.iter().find(|(symbol, _)| symbol == letters)?;
    divisor(at, offset + 2).map(|_| (1, *name))
}

/// What stands behind the stroke of a unit: m³, 吨, (m²·K).
fn divisor(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    if let [
        Ch('('),
        Word(['m', 'i', 'n']),
        Ch('·'),
        Token::Num(['1']),
        Ch('.'),
        Token::Num(['7', '3']),
        Word(['m']),
        Token::Num(['2']) | Ch('²'),
        Ch(')'),
        ..,
    ] = at.rest().get(offset..)?
    {
        // The body's surface that the kidneys' work is given by.
        return Some((9, "分钟每一点七三平方米"));
    }
    if let [
        Ch('('),
        Word(['k', 'g']),
        Ch('·'),
        Word(['H']),
        Token::Num(['2']),
        Word(['O']),
        Ch(')'),
        ..,
    ] = at.rest().get(offset..)?
    {
        return Some((7, "千克水"));
    }
    if matches!(at.rest().get(offset), Some(Ch('(' | '（'))) {
        let (taken, name) = product(at, offset + 1).or_else(|| quotient(at, offset + 1))?;
        let closed = matches!(at.rest().get(offset + 1 + taken), Some(Ch(')' | '）')));
        return closed.then_some((taken + 2, name));
    }
    match at.rest().get(offset) {
        // A year (annum) is a unit only below a stroke: t/a, kWh/(m²·a).
        Some(Word(['a'])) => Some((1, "年")),
        _ => simple(at, offset).or_else(|| hanzi_unit(at, offset)),
    }
}

/// m²·K. Single letters are units only where they are multiplied.
fn product(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    let (taken, first) = simple(at, offset)?;
    let Some(Ch('·' | '.')) = at.rest().get(offset + taken) else {
        return None;
    };
    let next = offset + taken + 1;
    let (more, second) = match at.rest().get(next) {
        Some(Word(['K'])) => (1, "开尔文"),
        Some(Word(['h'])) => (1, "小时"),
        Some(Word(['d'])) => (1, "天"),
        Some(Word(['a'])) => (1, "年"),
        Some(Ch('次')) => (1, "次"),
        Some(Ch('日' | '天')) => (1, "天"),
        _ => simple(at, next)?,
    };
    PRODUCTS
        .iter()
        .find(|(one, other, _)| *one == first && *other == second)
        .map(|(_, _, name)| (taken + 1 + more, *name))
}

/// kg/d below another stroke, in brackets: 5mg/(kg/d).
fn quotient(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    let (taken, first) = simple(at, offset)?;
    let Some(Ch('/')) = at.rest().get(offset + taken) else {
        return None;
    };
    let (more, second) = simple(at, offset + taken + 1)?;
    let (_, _, name) = PRODUCTS
        .iter()
        .find(|(one, other, said)| *one == first && *other == second && said.contains('每'))?;
    Some((taken + 1 + more, *name))
}

/// Units written out that may stand behind a stroke: mg/立方米, 元/吨.
pub(crate) fn hanzi_unit(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    let name = WRITTEN.iter().find(|name| at.sees(offset, name))?;
    Some((name.chars().count(), name))
}

fn ends(at: At<'_>, offset: usize) -> bool {
    !matches!(
        at.rest().get(offset),
        Some(Word(_) | Token::Num(_) | Ch('²' | '³'))
    )
}

fn simple(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    let rest = at.rest().get(offset..)?;
    match rest {
        [Ch('°'), Word(['C' | 'c']), ..] => return Some((2, "摄氏度")),
        [Ch('°'), Word(['F' | 'f']), ..] => return Some((2, "华氏度")),
        [Ch('μ'), Word(letters), ..] => {
            let name = match *letters {
                ['m'] => "微米",
                ['g'] => "微克",
                ['L' | 'l'] => "微升",
                ['s'] => "微秒",
                ['S', 'v'] => "微西弗",
                ['A'] => "微安",
                ['m', 'o', 'l'] => "微摩尔",
                _ => return None,
            };
            return Some((2, name));
        }
        // The height of a column of water.
        [Word(['c', 'm', 'H']), Token::Num(['2']), Word(['O']), ..] => {
            return Some((3, "厘米水柱"));
        }
        [Word(['m', 'm', 'H']), Token::Num(['2']), Word(['O']), ..] => {
            return Some((3, "毫米水柱"));
        }
        [Word(['k' | 'K']), Ch('Ω'), ..] => return Some((2, "千欧")),
        [Word(a), Ch('·'), Word(['h']), ..] => {
            let name = match *a {
                ['k' | 'K', 'W' | 'w'] => "千瓦时",
                ['M', 'W'] => "兆瓦时",
                ['G', 'W'] => "吉瓦时",
                ['W'] => "瓦时",
                ['A'] => "安时",
                ['m', 'A'] => "毫安时",
                _ => return None,
            };
            return Some((3, name));
        }
        [Word(['N']), Ch('·'), Word(['m']), ..] => return Some((3, "牛米")),
        [Ch(sign), ..] => {
            return SIGNS
                .iter()
                .chain(RARE_SIGNS)
                .find(|(c, _)| c == sign)
                .map(|(_, name)| (1, *name));
        }
        _ => {}
    }
    let [Word(letters), after @ ..] = rest else {
        return None;
    };
    let symbol: String = letters.iter().collect();
    // 专线82M线: the letter of a route.
    if symbol == "M" && matches!(after, [Ch('线' | '路'), ..]) {
        return None;
    }
    let power = match after {
        [Ch('²'), ..] => Some((1, 2)),
        [Ch('³'), ..] => Some((1, 3)),
        [Ch('^'), Token::Num(['2']), ..] => Some((2, 2)),
        [Ch('^'), Token::Num(['3']), ..] => Some((2, 3)),
        [Token::Num(['2']), next @ ..] if squarable(&symbol, next) => Some((1, 2)),
        [Token::Num(['3']), next @ ..] if squarable(&symbol, next) => Some((1, 3)),
        _ => None,
    };
    if let Some((taken, power)) = power {
        let (_, square, cube) = SQUARED.iter().find(|(name, ..)| *name == symbol)?;
        return Some((1 + taken, if power == 2 { square } else { cube }));
    }
    SYMBOLS
        .iter()
        .find(|(name, _)| *name == symbol)
        .map(|(_, name)| (1, *name))
}

/// `m2` and `km2` are squares only where nothing that could be a code goes on.
fn squarable(symbol: &str, next: &[Token<'_>]) -> bool {
    SQUARED.iter().any(|(name, ..)| *name == symbol)
        && !matches!(next, [Word(_), ..] | [Ch('.'), Token::Num(_), ..])
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn a_unit_is_said_by_its_name() {
        check(&[
            ("5km²", "五平方公里"),
            ("30m3", "三十立方米"),
            ("100kW·h", "一百千瓦时"),
            ("50μg/m³", "五十微克每立方米"),
            ("25°C", "二十五摄氏度"),
            ("8cmH2O", "八厘米水柱"),
            ("PEEP6～12cmH2O", "PEEP六至十二厘米水柱"),
            ("60HZ", "六十赫兹"),
            ("0.4W/(m²·K)", "零点四瓦每平方米开尔文"),
        ]);
    }
}
