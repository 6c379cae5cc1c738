//! One number with its sign of percent or its unit, and units without a number.

use super::tail::{Tail, say_with_tail, tail};
use crate::chars::is_hanzi;
use crate::normalize::measure;
use crate::normalize::number::Number;
use crate::normalize::numerals;
use crate::normalize::token::{At, Ch, Num, Say, Space, Word};

/// A single quantity, with its percent sign or unit.
pub(crate) fn quantity(at: At<'_>) -> Option<Say> {
    let number = Number::at(at)?;
    let (tail_tokens, tail) = tail(at, number.tokens);
    let said = say_with_tail(at, 0, &number, &tail);
    let say = Say::new().text(at, number.tokens + tail_tokens, &said);
    let is_bare = number.tokens == 1 && matches!(tail, Tail::None);
    let alone = at.before().is_empty() && at.rest().len() == 1;
    let is_code = number.whole.len() >= FEWEST_OF_A_CODE && !alone;
    Some(if is_bare && may_be_a_name(at) {
        // 爱心热线 106912303 | …: nobody writes so many digits of an amount without its unit.
        if is_code {
            Say::new().spell(at, 1, false).guessed()
        } else {
            say.guessed()
        }
    } else {
        say
    })
}

/// Digits of a number without a unit from which it is a code, where nothing says that it is an amount.
const FEWEST_OF_A_CODE: usize = 8;

/// Whether digits without a unit may be a name or a code rather than an amount.
fn may_be_a_name(at: At<'_>) -> bool {
    const FEWEST_DIGITS: usize = 3;
    const SCALES: &str = "万亿千百多余几成号年级分元比乘点度美港日欧英";
    const MEASURED: &[&str] = &[
        "指数", "数", "量", "值", "率", "额", "分", "成绩", "比", "为", "于", "由", "从",
    ];
    const AMOUNTS: &[&str] = &[
        "约", "达", "达到", "近", "超", "超过", "共", "共计", "合计", "计", "有", "至", "到",
        "增加", "减少", "第", "满", "逾",
    ];
    let [Num(digits), rest @ ..] = at.rest() else {
        return false;
    };
    let scaled = matches!(rest, [Ch(c), ..] if SCALES.contains(*c) || matches!(c, '%' | '‰' | '.' | ',' | ':' | '×' | '*' | '°' | '^'));
    digits.len() >= FEWEST_DIGITS
        && !matches!(at.previous(), Some(Ch('+' | '×' | '-' | '±')))
        && !digits.ends_with(&['0', '0'])
        && !scaled
        && !measure::counts(at, 1)
        && measure::unit(at, 1).is_none()
        && !at.after_any(AMOUNTS)
        && !at.after_any(MEASURED)
}

/// `212061万元` → 二十一亿二千零六十一万元: ten thousands of more than four digits are said with 亿, as
/// a newsreader does, where something is counted.
pub(crate) fn myriads(at: At<'_>) -> Option<Say> {
    const MOST_DIGITS: usize = 8;
    let number = Number::at(at)?;
    let counted =
        measure::counts(at, number.tokens + 1) || measure::unit(at, number.tokens + 1).is_some();
    let sized = (5..=MOST_DIGITS).contains(&number.whole.len()) && number.whole[0] != '0';
    if !sized || !counted || at.rest().get(number.tokens) != Some(&Ch('万')) || !at.opens() {
        return None;
    }
    let (high, low) = number.whole.split_at(number.whole.len() - 4);
    let padded = if low[0] == '0' { "零" } else { "" };
    let low_is_zero = low.iter().all(|&c| c == '0');
    let said = match number.fraction {
        None if low_is_zero => format!("{}亿", numerals::counted(high)),
        None => {
            let all: Vec<char> = number.whole.iter().copied().chain(['0'; 4]).collect();
            numerals::cardinal(&all)
        }
        Some(_) if low_is_zero => return None,
        Some(fraction) => format!(
            "{}亿{padded}{}万",
            numerals::counted(high),
            numerals::decimal(low, fraction).replacen('两', "二", 1)
        ),
    };
    Some(Say::new().text(at, number.tokens + 1, &said))
}

/// A quantity whose letters are a unit, ahead of the rule for letters behind numbers.
pub(crate) fn quantity_before_letters(at: At<'_>) -> Option<Say> {
    let number = Number::at(at)?;
    if let Some(Word(['w'])) = at.rest().get(number.tokens)
        && matches!(at.rest().get(number.tokens + 1), Some(Ch(c)) if is_hanzi(*c))
    {
        let said = format!("{}万", number.counted());
        return Some(Say::new().text(at, number.tokens + 1, &said));
    }
    // 行至15KM+300M处, K15+300M: the metres behind a kilometre.
    if let [.., Word([.., 'K' | 'k', 'M' | 'm']), Ch('+')]
    | [.., Word(['K' | 'k']), Num(_), Ch('+')] = at.before()
        && let Some(Word(['M'])) = at.rest().get(number.tokens)
    {
        let said = format!("{}米", number.counted());
        return Some(Say::new().text(at, number.tokens + 1, &said));
    }
    // 降息25bps: points of a rate. Small numbers count no bits.
    if let Some(Word(['b', 'p', 's'])) = at.rest().get(number.tokens)
        && number.whole.len() <= 3
    {
        let say = Say::new().text(at, number.tokens, &number.said());
        return Some(say.spell(at, 1, false));
    }
    // 体温37.5C: degrees without their sign.
    if let Some(Word(['C' | 'c'])) = at.rest().get(number.tokens)
        && at.near_before(8, &["体温", "气温", "温度", "水温", "高温", "低温"])
    {
        let said = format!("{}摄氏度", number.said());
        return Some(Say::new().text(at, number.tokens + 1, &said));
    }
    match tail(at, number.tokens) {
        (_, Tail::None) => None,
        _ => quantity(at),
    }
}

/// `480x800`, `1920X1080`: the size of a picture, with the letter for the sign.
pub(crate) fn sized(at: At<'_>) -> Option<Say> {
    let first = Number::at(at)?;
    let mut say = Say::new().text(at, first.tokens, &first.said());
    let mut parts = 1;
    while let Some([Word(['x' | 'X']), Num(_)]) = at.rest().get(say.tokens..say.tokens + 2) {
        let next = Number::at(at.skip(say.tokens + 1))?;
        let unit = measure::unit(at, say.tokens + 1 + next.tokens);
        let said = format!("{}{}", next.said(), unit.map_or("", |unit| unit.name));
        let tokens = next.tokens + unit.map_or(0, |unit| unit.tokens);
        say = say.text(at, 1, "乘").text(at, tokens, &said);
        parts += 1;
    }
    let goes_on = matches!(at.rest().get(say.tokens), Some(Word(_) | Ch('-' | '/')));
    (parts > 1 && at.opens() && first.whole[0] != '0' && !goes_on).then_some(say)
}

/// A unit without a number, as in 单位:km²: signs, powers and quotients only, since plain letters
/// are more often something else.
pub(crate) fn unit_alone(at: At<'_>) -> Option<Say> {
    let unit = measure::unit(at, 0)?;
    // 2.5亿kWh, 30万t, 8元/kg: behind a scale, and below the stroke of a unit, letters are a unit.
    let scaled = matches!(at.before(), [.., Num(_), Ch('万' | '亿')]);
    let divides = matches!(at.before(), [.., Ch(over), Ch('/')] if is_hanzi(*over));
    let shows_unit = unit.per.is_some()
        || matches!(at.rest(), [Ch(_), ..])
        || unit.tokens > 1
        || scaled
        || divides;
    if !shows_unit || !at.opens() {
        return None;
    }
    let said = match unit.per {
        Some(per) => format!("{}每{per}", unit.name),
        None => unit.name.to_owned(),
    };
    Some(Say::new().text(at, unit.tokens, &said))
}

/// `元/吨`, `人次/日`: the stroke between two units is 每.
pub(crate) fn per(at: At<'_>) -> Option<Say> {
    if matches!(at.rest(), [Ch('·'), ..]) {
        // 元/人·月
        let divided = at
            .before()
            .iter()
            .rev()
            .take(4)
            .any(|token| *token == Ch('/'));
        return (divided && measure::hanzi_unit(at, 1).is_some())
            .then(|| Say::new().text(at, 1, "每"));
    }
    let [Ch('/'), ..] = at.rest() else {
        return None;
    };
    // 4.66×10⁹/L: so many of a power of ten.
    let powered = matches!(at.previous(), Some(Ch('⁰'..='⁹' | '¹' | '²' | '³')))
        || matches!(
            at.before(),
            [.., Ch('^'), Num(_)] | [.., Ch('^'), Ch('-'), Num(_)]
        );
    if powered && let Some(unit) = measure::unit(at, 1) {
        return Some(Say::new().text(at, 1 + unit.tokens, &format!("每{}", unit.name)));
    }
    if matches!(at.previous(), Some(Word(_) | Ch('℃' | 'Ω')))
        && matches!(at.rest().get(1), Some(Num(_)))
    {
        let number = Number::at(at.skip(1))?;
        return match measure::unit(at, 1 + number.tokens) {
            // 5mg/2mL: a dose. 220V/50Hz: two facts about a thing.
            // 50mm/1.4g: nothing is given by its length.
            Some(unit) if DOSES.contains(&unit.name) && !behind_a_length(at) => {
                Some(Say::new().text(at, 1, "每"))
            }
            Some(_) => Some(Say::new().text(at, 1, "、")),
            None => None,
        };
    }
    let counted = at.after_any(&[
        "元", "人", "次", "吨", "克", "斤", "米", "升", "度", "亩", "公顷", "个", "件", "台", "辆",
        "户", "时", "分", "组", "套", "里", "瓦", "焦", "桶", "头", "只", "株", "棵", "袋", "箱",
        "瓶", "盒", "支", "份", "张", "家", "项", "床", "节", "车", "趟", "名", "位", "条", "根",
        "卷", "包", "本", "粒", "片", "剂", "立方", "平方", "煤", "部", "卡", "篇", "例", "所",
        "条", "元/人", "kg",
    ]);
    // 元/月/人: behind 元每月 comes for whom.
    let chained = matches!(
        at.before(),
        [
            ..,
            Ch('元' | '次' | '吨' | '个' | '件' | '度' | '分'),
            Ch('/'),
            Ch('月' | '天' | '日' | '年' | '周' | '季')
        ]
    );
    if !counted && !chained && !behind_amount(at) {
        return None;
    }
    // 2元/0.5小时, 10元/3次.
    if let Some(number) = Number::at(at.skip(1)) {
        let end = 1 + number.tokens;
        let price = at.after("元")
            && !at.sees(end, "元")
            && (measure::hanzi_unit(at, end).is_some() || measure::unit(at, end).is_some());
        return price.then(|| Say::new().text(at, 1, "每"));
    }
    let unit = measure::hanzi_unit(at, 1).is_some()
        || measure::unit(at, 1).is_some()
        || at.after("元") && is_lone_thing(at, 1);
    unit.then(|| Say::new().text(at, 1, "每"))
}

/// Whether one thing that is paid for stands there: 证 in 20元/证, 案 in 50元/案, 车次 in 5元/车次.
fn is_lone_thing(at: At<'_>, offset: usize) -> bool {
    const OTHERS: &str = "免全半整起角分无或和万千百亿";
    const THINGS: &[&str] = &[
        "学时", "车次", "航次", "班次", "批次", "台次", "标段", "样品", "工日", "台班", "工时",
        "平米", "延米", "人份", "人天", "科目", "门课", "千字", "车位", "机位", "铺位", "摊位",
    ];
    const PAID: &[&str] = &[
        "收", "的", "计", "执行", "标准", "缴", "支付", "发放", "补助", "补贴", "给予", "奖励",
    ];
    let named = at.sees_any(offset, THINGS);
    let one = |c: char| is_hanzi(c) && !OTHERS.contains(c);
    let thing = named || matches!(at.rest().get(offset), Some(Ch(c)) if one(*c));
    let length = if named { 2 } else { 1 };
    let ends = match at.rest().get(offset + length) {
        None | Some(Space) => true,
        Some(Ch(c)) if is_hanzi(*c) => at.sees_any(offset + length, PAID),
        Some(Ch(c)) => !matches!(c, '/' | '“' | '《'),
        _ => false,
    };
    thing && ends
}

fn behind_a_length(at: At<'_>) -> bool {
    matches!(at.previous(), Some(Word(['m' | 'c' | 'k', 'm'])))
}

/// Units that a dose is dissolved in or given by.
const DOSES: &[&str] = &[
    "公里",
    "升",
    "毫升",
    "分升",
    "微升",
    "千克",
    "克",
    "毫克",
    "小时",
    "天",
    "平方米",
];

/// Whether an amount with a unit in hanzi ends here: 5.2篇, 3.1宗.
fn behind_amount(at: At<'_>) -> bool {
    const LONGEST_UNIT: usize = 3;
    let before = at.before();
    let unit = before
        .iter()
        .rev()
        .take_while(|token| matches!(token, Ch(c) if is_hanzi(*c)))
        .take(LONGEST_UNIT + 1)
        .count();
    (1..=LONGEST_UNIT).contains(&unit) && matches!(before[..before.len() - unit], [.., Num(_)])
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn ten_thousands_beyond_four_digits_are_said_with_yi() {
        check(&[
            ("投资345678万元", "投资三十四亿五千六百七十八万元"),
            ("30000万元", "三亿元"),
            ("12345.6万吨", "一亿二千三百四十五点六万吨"),
            ("9500万元", "九千五百万元"),
        ]);
    }

    #[test]
    fn a_number_is_said_with_its_unit() {
        check(&[
            ("5.0%", "百分之五点零"),
            ("0.70%", "百分之零点七"),
            ("100%", "百分之百"),
            ("3‰", "千分之三"),
            ("2000人", "两千人"),
            ("200人", "二百人"),
            ("1,234,567元", "一百二十三万四千五百六十七元"),
            ("2个", "两个"),
            ("第2项", "第二项"),
            ("80km/h", "每小时八十公里"),
            ("补助300元/月/人", "补助三百元每月每人"),
            ("辅导2次/周/户", "辅导两次每周每户"),
            ("救助基金 106924513 |", "救助基金一零六九二四五一三，"),
            (
                "总额达到35124513，",
                "总额达到三千五百一十二万四千五百一十三，",
            ),
            ("20mg/m³", "二十毫克每立方米"),
            ("5w元", "五万元"),
            ("K15+300M处", "K十五加三百米处"),
            ("行至15KM+300M处", "行至十五公里加三百米处"),
            ("降息50bps", "降息五十bps"),
        ]);
    }

    #[test]
    fn a_stroke_between_units_is_mei() {
        check(&[
            ("3元/吨", "三元每吨"),
            ("工本费20元/证", "工本费二十元每证"),
            ("50元/案；", "五十元每案；"),
            ("按6元/号收取", "按六元每号收取"),
            ("稿费80元/千字", "稿费八十元每千字"),
            ("停车5元/车次", "停车五元每车次"),
            ("成人50元/儿童30元", "成人五十元儿童三十元"),
            ("100元/免", "一百元免"),
            ("单位:km²", "单位:平方公里"),
            ("0.5元/kWh", "零点五元每千瓦时"),
            ("0.32吨标准煤/万元", "零点三二吨标准煤每万元"),
            ("41.5部/百户", "四十一点五部每百户"),
            ("457.5美分/蒲式耳", "四百五十七点五美分每蒲式耳"),
            ("2350美元/盎司", "两千三百五十美元每盎司"),
            ("380V/60Hz", "三百八十伏、六十赫兹"),
            ("5mg/2mL", "五毫克每两毫升"),
            ("20千卡/kg/日", "二十千卡每千克每日"),
        ]);
    }
}
