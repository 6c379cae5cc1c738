//! Numbers that name documents: 发文字号, laws, standards, court cases, filings.

use super::numerals::{cardinal, digits};
use super::token::{At, Ch, Num, Say, Space, Token, Word};

fn opens_year(token: Option<&Token<'_>>) -> Option<char> {
    match token {
        Some(Ch('〔')) => Some('〕'),
        Some(Ch('[')) => Some(']'),
        Some(Ch('(')) => Some(')'),
        Some(Ch('【')) => Some('】'),
        Some(Ch('〈')) => Some('〉'),
        Some(Ch('{')) => Some('}'),
        _ => None,
    }
}

/// `〔2022〕11号`, `（2022）第3号`, `[2022]11、12号`: the year by digits, the number as a count.
/// Other brackets around a year say the year alone: `(2021)京0105民初12345号`.
pub(crate) fn bracketed_year(at: At<'_>) -> Option<Say> {
    let close = opens_year(at.rest().first())?;
    let [_, inner @ ..] = at.rest() else {
        return None;
    };
    let blanks = usize::from(matches!(inner, [Space, ..]));
    let Some(Num(year)) = inner.get(blanks) else {
        return None;
    };
    if !matches!(year, ['1', '9', _, _] | ['2', '0', _, _]) {
        return None;
    }
    let blank_end = usize::from(inner.get(blanks + 1) == Some(&Space));
    let close_at = 1 + blanks + 1 + blank_end;
    if at.rest().get(close_at) != Some(&Ch(close)) {
        return None;
    }
    let say = Say::new()
        .silent(1 + blanks)
        .text(at, 1, &digits(year))
        .silent(blank_end + 1);
    let blank = usize::from(at.rest().get(close_at + 1) == Some(&Space));
    let after = close_at + 1 + blank;
    match at.rest().get(after..) {
        Some([Num(_), ..]) => Some(say.silent(blank).border(at).join(serial(at.skip(after))?)),
        Some([Ch(marker @ ('第' | '字')), Num(_), ..]) => Some(
            say.silent(blank)
                .text(at, 1, &marker.to_string())
                .join(serial(at.skip(after + 1))?),
        ),
        Some([Ch(c), ..]) if crate::chars::is_hanzi(*c) && close != ')' => Some(say),
        Some([Ch(c), ..]) if court(at, after, *c) => Some(say),
        _ => None,
    }
}

/// `〔88〕农字第12号`: the last two digits of the year, as documents of the last century have it.
pub(crate) fn short_year(at: At<'_>) -> Option<Say> {
    let [
        Ch('〔' | '['),
        Num(year @ ['5'..='9', _]),
        Ch('〕' | ']'),
        rest @ ..,
    ] = at.rest()
    else {
        return None;
    };
    let named = match rest {
        [Num(_), Ch('号'), ..] => true,
        [Ch(c), ..] if crate::chars::is_hanzi(*c) => {
            !at.opens() || at.near_after(3, 8, &["字第", "第", "号"])
        }
        _ => false,
    };
    named.then(|| {
        Say::new()
            .silent(1)
            .text(at, 1, &digits(year))
            .silent(1)
            .border(at)
    })
}

/// Whether a court's code follows: a province's short name or 最高法, then digits or 民刑行.
fn court(at: At<'_>, offset: usize, first: char) -> bool {
    const COURTS: &str = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新兵最";
    COURTS.contains(first)
        && matches!(
            at.rest().get(offset + 1),
            Some(Num(_) | Ch('高' | '民' | '刑' | '行' | '执' | '知'))
        )
}

/// The running number behind the year: 11号, 0012号, 1-3号.
fn serial(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    // 第2014C047号: a code, each of whose parts is spelled.
    if let [_, Word([_]), Num(_), ..] = at.rest() {
        return Some(Say::new().spell(at, 3, false));
    }
    let say = Say::new().text(at, 1, &serial_said(number));
    match at.rest().get(1..3) {
        Some([Ch('-' | '—' | '~'), Num(next)]) if at.sees(3, "号") => {
            Some(say.text(at, 1, "至").text(at, 1, &serial_said(next)))
        }
        Some([Ch('-'), Num(next)]) => Some(say.text(at, 1, "杠").text(at, 1, &serial_said(next))),
        _ => Some(say),
    }
}

fn serial_said(number: &[char]) -> String {
    if number.len() > 5 || number[0] == '0' {
        digits(number)
    } else {
        cardinal(number)
    }
}

/// Letters that open the number of a standard.
const STANDARDS: &[&str] = &[
    "GB", "GBT", "GBZ", "GBJ", "DB", "DBJ", "ISO", "IEC", "IEEE", "ITU", "YY", "HJ", "JGJ", "CJJ",
    "CJ", "JG", "JT", "JTG", "JTJ", "WS", "NY", "SL", "DL", "DZ", "TD", "LY", "MZ", "RB", "SB",
    "SN", "QB", "QX", "YD", "JB", "JR", "HG", "SH", "SY", "FZ", "CB", "CH", "CY", "EJ", "GA", "GY",
    "HB", "HY", "LB", "LD", "MH", "MT", "QC", "QJ", "TB", "TY", "WB", "WH", "XB", "YB", "YC", "YS",
    "YZ", "ZY", "AQ", "XF", "YJ", "BB", "LS", "GM", "RISN", "CECS", "EN", "ASTM", "ANSI", "DIN",
    "JIS", "ICS", "JJG", "JJF", "T", "Q", "TSG", "CNAS", "CCAR", "JY", "DA", "SF", "WW", "GH",
    "MR", "NB", "KA", "JC", "HS",
];

/// `GB/T 19001-2016`, `DB13/T 5480—2022`, `ISO 9001:2015`, `T/CAS 123.1-2020`: letters spelled,
/// the number digit by digit, its year after 杠.
pub(crate) fn standard(at: At<'_>) -> Option<Say> {
    let [Word(first), ..] = at.rest() else {
        return None;
    };
    let letters: String = first.iter().collect();
    if !at.opens() || !STANDARDS.contains(&letters.as_str()) {
        return None;
    }
    let mut say = Say::new().spell(at, 1, false);
    let mut stroke = false;
    loop {
        match at.rest().get(say.tokens..) {
            Some([Ch('/'), Word(next), ..]) if next.len() <= 6 => {
                say = say.silent(1).spell(at, 1, false);
                stroke = true;
            }
            Some([Num(region), Ch('/'), Word(next), ..])
                if region.len() <= 4 && next.len() <= 3 =>
            {
                say = say
                    .text(at, 1, &region_said(region))
                    .silent(1)
                    .spell(at, 1, false);
                stroke = true;
            }
            // A local standard that is not voluntary: DB11/ 307-2013.
            Some([Num(region), Ch('/'), Space, Num(_), ..])
                if region.len() <= 4 && letters == "DB" =>
            {
                say = say.text(at, 1, &region_said(region)).silent(1);
                stroke = true;
            }
            _ => break,
        }
    }
    let blank = usize::from(at.rest().get(say.tokens) == Some(&Space));
    let Some(Num(number)) = at.rest().get(say.tokens + blank) else {
        return stroke
            .then_some(say)
            .filter(|_| letters.len() > 1 || stroke_is_standard(at));
    };
    let dated = matches!(
        at.rest().get(say.tokens + blank + 1..),
        Some([Ch('.'), Num(_), Ch('-' | '—'), Num(year), ..] | [Ch('-' | '—'), Num(year), ..])
            if year.len() == 4
    );
    if !stroke && !dated && (letters.len() < 2 || number.len() < 3) {
        return None;
    }
    say = say.silent(blank).text(at, 1, &digits(number));
    while let Some([Ch('.'), Num(part)]) = at.rest().get(say.tokens..say.tokens + 2) {
        say = say.text(at, 1, "点").text(at, 1, &digits(part));
    }
    if let Some([Ch('-' | '—' | ':'), Num(year)]) = at.rest().get(say.tokens..say.tokens + 2)
        && matches!(year.len(), 1 | 2 | 4)
    {
        say = say.text(at, 1, "杠").text(at, 1, &digits(year));
    }
    if let Some([Ch('-' | '—' | ':'), Num(year)]) = at.rest().get(say.tokens..say.tokens + 2)
        && year.len() == 4
    {
        say = say.text(at, 1, "杠").text(at, 1, &digits(year));
    }
    Some(say)
}

/// GB/T, DB13/T and T/… alone are standards, `T/A` is not.
fn stroke_is_standard(at: At<'_>) -> bool {
    at.near_before(8, &["标准", "规范"])
}

/// The region of a local standard is an administrative code: 十三, 四四零三.
fn region_said(region: &[char]) -> String {
    if region.len() <= 2 {
        cardinal(region)
    } else {
        digits(region)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::check;

    #[test]
    fn document_numbers_are_said_as_in_the_news() {
        check(&[
            ("国办发〔2022〕11号", "国办发二零二二十一号"),
            ("国发〔2015〕第3号", "国发二零一五第三号"),
            ("财税[2019]13号、15号", "财税二零一九十三号、十五号"),
            ("冀政办字（2022）7号", "冀政办字二零二二七号"),
            (
                "（2021）京0105民初12345号",
                "二零二一京零一零五民初一万二千三百四十五号",
            ),
            ("2022年第15号公告", "二零二二年第十五号公告"),
            ("国务院令第711号", "国务院令第七百一十一号"),
        ]);
    }

    #[test]
    fn standards_are_spelled() {
        check(&[
            ("GB/T 19001-2016", "GBT一九零零一杠二零一六"),
            ("DB13/T 5480-2022", "DB十三T五四八零杠二零二二"),
            ("ISO 9001:2015", "ISO九零零一杠二零一五"),
            ("GB 2626.1—2019", "GB二六二六点一杠二零一九"),
        ]);
    }
}
