//! Years that a reign or the republic counts, and the years of three digits that stand in brackets beside them.

use super::calendar::{dash, value};
use super::month_day::month_day;
use crate::chars::is_hanzi;
use crate::normalize::crosses::{FAMILY_NAMES, MEASURED};
use crate::normalize::numerals::{cardinal, digits};
use crate::normalize::token::{At, Ch, Num, Say, Token};

/// Eras whose years are still written with digits.
const ERAS: &[&str] = &[
    "民国", "宣统", "光绪", "同治", "咸丰", "道光", "嘉庆", "乾隆", "雍正", "康熙", "顺治", "崇祯",
    "天启", "万历", "隆庆", "嘉靖", "正德", "弘治", "成化", "正统", "宣德", "永乐", "洪武", "至正",
    "至元", "昭和", "大正", "明治", "平成", "令和",
];

/// The last year of the republic by which the mainland dates.
const LAST_YEAR_OF_THE_REPUBLIC: u32 = 38;

/// How far back the word for the era may stand, in tokens: a chronicle names it once.
const REACH: usize = 200;

/// `民国16年5月`, `光绪28年`: a year of an era is counted from its first one, however many digits it has.
pub(crate) fn regnal_year(at: At<'_>) -> Option<Say> {
    let [Num(number), Ch('年'), ..] = at.rest() else {
        return None;
    };
    let with_month = month_day(at.skip(2));
    let named = at.after_any(ERAS);
    let goes_on = with_month.is_some() && is_year_of_the_republic(at, number);
    if number.len() > 2 || number[0] == '0' || !(named || goes_on) {
        return None;
    }
    let say = Say::new().text(at, 1, &cardinal(number)).text(at, 1, "年");
    Some(match with_month {
        Some(month) => say.join(month),
        None => say,
    })
}

/// Whether the last year before that has told its era was one of the republic: 民国3年设道，16年5月道废.
fn is_year_of_the_republic(at: At<'_>, number: &[char]) -> bool {
    let before = at.before();
    let near = &before[before.len().saturating_sub(REACH)..];
    let republic = near
        .windows(2)
        .rposition(|two| matches!(two, [Ch('民'), Ch('国')]));
    let common = near
        .windows(2)
        .rposition(|two| matches!(two, [Num([_, _, _, _]), Ch('年')]));
    republic > common && value(number) <= LAST_YEAR_OF_THE_REPUBLIC
}

/// `中平二年（185）`, `开元年间（713—741）`, `杜甫（712—770）`: years of three digits in brackets behind one of a reign,
/// or behind somebody who lived then.
pub(crate) fn early_years(at: At<'_>) -> Option<Say> {
    let [Num(first @ [_, _, _]), ..] = at.rest() else {
        return None;
    };
    if let Some(say) = before_the_common_era(at, first) {
        return Some(say);
    }
    let [name @ .., Ch('(')] = at.before() else {
        return None;
    };
    if at.rest().get(1) == Some(&Ch(')')) {
        return ends_with_a_regnal_year(name).then(|| Say::new().text(at, 1, &digits(first)));
    }
    let length = dash(at, 1)?;
    let Some([Num(last @ [_, _, _]), Ch(')'), ..]) = at.rest().get(1 + length..) else {
        return None;
    };
    const LONGEST_LIFE: u32 = 110;
    let span = value(last).checked_sub(value(first))?;
    let reigned =
        at.back(1).after_any(&["年间", "时期", "之际", "两朝"]) || ends_with_a_regnal_year(name);
    let round = first[2] == '0' && last[2] == '0';
    let lived = !round && (15..=LONGEST_LIFE).contains(&span) && ends_with_a_name(name);
    (first[0] != '0' && span <= LONGEST_LIFE && (reigned || lived)).then(|| {
        Say::new()
            .text(at, 1, &digits(first))
            .text(at, length, "至")
            .text(at, 1, &digits(last))
    })
}

/// `（前256—前195）`: years before the common era.
fn before_the_common_era(at: At<'_>, year: &[char]) -> Option<Say> {
    let opens = matches!(at.before(), [.., Ch('('), Ch('前')]);
    let goes_on = matches!(
        at.before(),
        [.., Ch('前'), Num(_), Ch('-' | '—' | '~'), Ch('前')]
            | [.., Ch('前'), Num(_), Ch('—'), Ch('—'), Ch('前')]
    );
    let length = dash(at, 1).unwrap_or(0);
    let ends = match at.rest().get(1 + length..) {
        Some([Ch(')' | '年'), ..]) => length == 0,
        Some([Num(_), Ch(')' | '年'), ..] | [Ch('前'), Num(_), Ch(')' | '年'), ..]) => {
            length > 0
        }
        _ => false,
    };
    ((opens || goes_on) && ends).then(|| {
        let say = Say::new().text(at, 1, &digits(year));
        if length > 0 {
            say.text(at, length, "至")
        } else {
            say
        }
    })
}

/// Whether a year counted in hanzi ends here that no word for how long something takes stands before: 中平二年.
fn ends_with_a_regnal_year(before: &[Token<'_>]) -> bool {
    let [era @ .., Ch('年')] = before else {
        return false;
    };
    let numeral =
        |token: &&Token<'_>| matches!(token, Ch(c) if "一二三四五六七八九十".contains(*c));
    let first_year = usize::from(era.last() == Some(&Ch('元')));
    let digits = era
        .iter()
        .rev()
        .skip(first_year)
        .take_while(numeral)
        .count();
    // 开元二十六年, 中平元年: 元 is part of the name or the first year.
    let counted = if first_year == 1 { 1 } else { digits };
    let era = &era[..era.len() - counted];
    counted > 0
        && matches!(era, [.., Ch(first), Ch(last)] if is_hanzi(*first) && is_hanzi(*last))
        && !matches!(
            era,
            [
                ..,
                Ch('第' | '近' | '约' | '共' | '满' | '达' | '时' | '了' | '前' | '后' | '长')
            ]
        )
}

/// Whether two or three hanzi between signs begin with a family name.
fn ends_with_a_name(before: &[Token<'_>]) -> bool {
    let hanzi = |token: &&Token<'_>| matches!(token, Ch(c) if is_hanzi(*c));
    let length = before.iter().rev().take_while(hanzi).take(4).count();
    let family =
        matches!(before.get(before.len() - length), Some(Ch(c)) if FAMILY_NAMES.contains(*c));
    // 王村, 高层: what only begins like a name.
    const PLACES: &str = "层村家镇乡庄屯店河山湖口路街楼城桥岭区县市";
    let other =
        matches!(before.last(), Some(Ch(c)) if MEASURED.contains(*c) || PLACES.contains(*c));
    let monarch = matches!(before.last(), Some(Ch('帝' | '宗' | '祖' | '王')));
    (2..=3).contains(&length) && (family || monarch) && !other
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn the_years_of_an_era_are_counted() {
        check(&[
            ("民国16年5月裁撤", "民国十六年五月裁撤"),
            ("光绪28年3月", "光绪二十八年三月"),
            ("民国2年，县署改组", "民国二年，县署改组"),
            (
                "民国3年(1914)设县。16年5月并入，21年6月恢复",
                "民国三年(一九一四)设县。十六年五月并入，二十一年六月恢复",
            ),
            (
                "民国3年设县。1958年撤销，98年6月恢复",
                "民国三年设县。一九五八年撤销，九八年六月恢复",
            ),
            ("98年6月毕业", "九八年六月毕业"),
        ]);
    }

    #[test]
    fn a_year_of_three_digits_stands_beside_a_reign_or_a_name() {
        check(&[
            ("建于中平二年（185）", "建于中平二年（一八五）"),
            ("于开元二十六年（738），", "于开元二十六年（七三八），"),
            ("自中平元年（184）起", "自中平元年（一八四）起"),
            ("贞观年间（627—649）", "贞观年间（六二七至六四九）"),
            (
                "诗人杜甫，孟郊（751—814）",
                "诗人杜甫，孟郊（七五一至八一四）",
            ),
            ("历时二十年（185天）", "历时二十年（一百八十五天）"),
            ("高度（120—150）", "高度（一百二十至一百五十）"),
            ("秦庄襄王（前281—前247）", "秦庄襄王（前二八一至前二四七）"),
            ("宋仁宗（1010—1063）", "宋仁宗（一零一零至一零六三）"),
            ("汉灵帝（156—189）", "汉灵帝（一五六至一八九）"),
            ("（前281人）", "（前二百八十一人）"),
            ("王村（151—203）", "王村（一百五十一至二百零三）"),
            ("床位（185）", "床位（一百八十五）"),
        ]);
    }
}
