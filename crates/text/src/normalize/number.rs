//! A number as it stands in the text, with its thousands separators and decimals, and the ways it
//! is said.

use super::measure;
use super::numerals;
use super::token::{At, Ch, Num, Space};

/// Groups of three digits in the longest quantity.
const MOST_GROUPS: usize = numerals::LONGEST_CARDINAL / 3;

/// A number as it stands in the text.
#[derive(Debug, Clone)]
pub(crate) struct Number<'a> {
    /// Digits before the point, separators left out.
    pub(crate) whole: Vec<char>,
    /// Digits behind the point.
    pub(crate) fraction: Option<&'a [char]>,
    /// Tokens it takes.
    pub(crate) tokens: usize,
}

impl<'a> Number<'a> {
    /// The number that starts at `at`: `1,234,567.89`. `None` for dotted numbers of three and
    /// more parts, which are no quantities.
    pub(crate) fn at(at: At<'a>) -> Option<Self> {
        let rest = at.rest();
        let [Num(first), ..] = rest else { return None };
        let mut whole = first.to_vec();
        let mut tokens = 1;
        if first.len() <= 3 {
            while let Some([Ch(','), Num(group)]) = rest.get(tokens..tokens + 2)
                && group.len() == 3
                && tokens <= 2 * MOST_GROUPS
            {
                whole.extend_from_slice(group);
                tokens += 2;
            }
        }
        if tokens == 1
            && let Some((groups, taken)) = wide_groups(at)
        {
            whole.extend(groups);
            tokens += taken;
        }
        let mut fraction = None;
        // 3·7%: newspapers of the last century.
        let raised = matches!(
            rest.get(tokens..tokens + 3),
            Some([
                Ch('·'),
                Num(_),
                Ch('%' | '‰' | '元' | '美' | '亿' | '万' | '倍' | '吨' | '米')
            ])
        );
        if let Some([Ch(point), Num(digits)]) = rest.get(tokens..tokens + 2)
            && (*point == '.' || raised)
        {
            if matches!(rest.get(tokens + 2..tokens + 4), Some([Ch('.'), Num(_)])) {
                return None;
            }
            fraction = Some(*digits);
            tokens += 2;
        }
        Some(Self {
            whole,
            fraction,
            tokens,
        })
    }

    /// As a price: `2.00` is 两.
    pub(crate) fn priced(&self) -> String {
        match self.fraction {
            Some(fraction) if fraction.len() > 1 && fraction.iter().all(|&c| c == '0') => {
                numerals::counted(&self.whole)
            }
            Some(_) => self.without_padding(),
            None => self.counted(),
        }
    }

    /// As a share of a hundred: the whole of it is 百分之百.
    pub(crate) fn percent(&self) -> String {
        match (&self.whole[..], self.fraction) {
            (['1', '0', '0'], None) => "百".to_owned(),
            _ => self.without_padding(),
        }
    }

    /// As a plain quantity.
    pub(crate) fn said(&self) -> String {
        match self.fraction {
            Some(fraction) => numerals::decimal(&self.whole, fraction),
            None => numerals::cardinal(&self.whole),
        }
    }

    /// As a count of things: a bare 2 is 两.
    pub(crate) fn counted(&self) -> String {
        match self.fraction {
            Some(_) => self.said(),
            None => numerals::counted(&self.whole),
        }
    }

    /// As a price or percentage: `36.00` is 三十六, `0.70` 零点七. A single zero is kept, because
    /// statistics say it (增长5.0%).
    pub(crate) fn without_padding(&self) -> String {
        let Some(fraction) = self.fraction.filter(|fraction| fraction.len() > 1) else {
            return self.said();
        };
        let kept = fraction
            .iter()
            .rposition(|&c| c != '0')
            .map_or(0, |last| last + 1);
        match kept {
            0 => numerals::cardinal(&self.whole),
            _ => numerals::decimal(&self.whole, &fraction[..kept]),
        }
    }

    pub(crate) fn value(&self) -> f64 {
        let mut text: String = self.whole.iter().collect();
        if let Some(fraction) = self.fraction {
            text.push('.');
            text.extend(fraction);
        }
        text.parse().unwrap_or(f64::MAX)
    }
}

/// Groups of thousands set apart by a blank or a full-width comma, with the tokens they take:
/// ` 200 000`, `，000`. Where it could be a list of numbers it is one.
fn wide_groups(at: At<'_>) -> Option<(Vec<char>, usize)> {
    let [Num(first), separator @ (Space | Ch('，')), ..] = at.rest() else {
        return None;
    };
    if first.len() > 3 || first[0] == '0' || !at.opens() {
        return None;
    }
    let mut digits = Vec::new();
    let mut taken = 0;
    while let Some([next, Num(group)]) = at.rest().get(1 + taken..3 + taken)
        && next == separator
        && group.len() == 3
    {
        digits.extend_from_slice(group);
        taken += 2;
        if taken > 2 * MOST_GROUPS {
            return None;
        }
    }
    let counted = measure::counts(at, 1 + taken)
        || measure::unit(at, 1 + taken).is_some()
        || matches!(at.rest().get(1 + taken), Some(Ch('元' | '万' | '亿' | '.')));
    let numbers_something = at.after_any(&[
        "第", "表", "图", "件", "号", "章", "节", "转", "拨", "话", ":",
    ]);
    let compared = matches!(at.previous(), Some(Ch('≤' | '≥' | '<' | '>' | '=' | '≈')));
    let alone = at.before().is_empty() && at.rest().len() == 1 + taken;
    let grouped = match separator {
        Space => (counted || compared || alone) && !numbers_something,
        // In a list no number has a zero in front. 人民币128，450元 is none.
        _ => {
            let offset = 1 + taken;
            counted
                && (digits.first() == Some(&'0')
                    || is_one_sum(at, offset)
                    || has_cents(at, offset)
                    || taken >= 4 && at.sees(offset, "元"))
        }
    };
    (taken > 0 && grouped).then_some((digits, taken))
}

/// Whether a decimal and 元 follow: nobody lists 12 and 345.60元.
fn has_cents(at: At<'_>, offset: usize) -> bool {
    matches!(
        at.rest().get(offset..),
        Some([Ch('.'), Num(cents), Ch('元'), ..]) if cents.len() <= 2
    ) && at.previous().is_none_or(|token| token != Ch('，'))
}

/// Whether a word for money stands before, no word for several amounts near by, and 元 behind.
fn is_one_sum(at: At<'_>, offset: usize) -> bool {
    const SUMS: &[&str] = &[
        "人民币",
        "共计",
        "合计",
        "总计",
        "价值",
        "金额",
        "货款",
        "借款",
        "欠款",
        "本金",
        "损失",
        "赔偿金",
        "工资",
        "费",
        "款项",
        "总价",
        "余额",
        "支付",
        "金额为",
        "总额为",
        "本金为",
        "货款为",
        "费用为",
        "损失为",
    ];
    const REACH: usize = 10;
    at.after_any(SUMS) && at.sees(offset, "元") && !at.near_before(REACH, &["分别", "各为", "依次"])
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::check;

    #[test]
    fn thousands_may_be_set_apart_by_a_wide_comma() {
        check(&[
            ("人民币128，450元", "人民币十二万八千四百五十元"),
            ("货款6，000元", "货款六千元"),
            ("合计4，210，885元", "合计四百二十一万零八百八十五元"),
            (
                "出具了23，456.70元的支票",
                "出具了两万三千四百五十六点七元的支票",
            ),
            ("分别支付128，450元", "分别支付一百二十八，四百五十元"),
        ]);
    }
}
