//! Years without 年 before what belongs to them: 直播2012奥运, 2009MAMA.

use super::calendar::value;
use crate::chars::is_hanzi;
use crate::normalize::measure;
use crate::normalize::numerals::digits;
use crate::normalize::token::{At, Ch, Num, Say, Space, Word};

/// Years that headlines write so.
const YEARS: std::ops::RangeInclusive<u32> = 1949..=2039;

/// What a number is an amount behind: 仅售2015, 跌破2010, 第2012.
const BEFORE_AN_AMOUNT: &str = "约近超共达第逾满仅售价卖报至为从到跌涨破增减有元计得数量值额率比降升少费花省补赔罚扣收付缴还欠站过距每各余了获码号";

/// What goes on with an amount, or with a number that is no year.
const BEHIND_AN_AMOUNT: &str = "万亿千百多余几成号月日级届分比乘点度以至到和或及与除加减倍";

/// Words that only begin like what counts: 2010笔记本, 2013国考.
const NO_MEASURES: &[&str] = &[
    "笔记本",
    "大赛",
    "大奖",
    "大学",
    "大选",
    "大型",
    "大作",
    "国际",
    "国庆",
    "国内",
    "国考",
    "国家",
    "国企",
    "国美",
    "校招",
    "校园",
    "人才",
    "人物",
    "人气",
    "部分",
    "省考",
    "市场",
    "区域",
    "家电",
    "家居",
    "车市",
    "车型",
    "股市",
    "股票",
    "会计",
    "会议",
    "地产",
    "地铁",
    "院校",
    "村官",
    "天津",
    "天猫",
    "道路",
    "门票",
    "支付",
    "单招",
    "单反",
    "手机",
    "课程",
    "句",
    "场馆",
    "年会",
    "队伍",
];

/// `盘点2013楼市`, `港校2010内地招生`, `“凯越”2011CJ游戏展`: nothing counts with the number, and no price stands
/// before it.
pub(crate) fn bare_year(at: At<'_>) -> Option<Say> {
    let [Num(number), rest @ ..] = at.rest() else {
        return None;
    };
    if number.len() != 4 || !YEARS.contains(&value(number)) || !at.opens() {
        return None;
    }
    let behind_hanzi = match at.previous() {
        None | Some(Space) => false,
        Some(Ch(c)) if is_hanzi(c) => {
            if BEFORE_AN_AMOUNT.contains(c) {
                return None;
            }
            true
        }
        Some(Ch(c)) if "“”‘’《》()【】|,，;!?".contains(c) || c == '：' => false,
        _ => return None,
    };
    // 失守2000关口: a level, not the year.
    if behind_hanzi && number.ends_with(&['0', '0']) {
        return None;
    }
    let belongs = match rest {
        [Ch(c), ..] if is_hanzi(*c) => {
            let counted = measure::counts(at, 1) || measure::unit(at, 1).is_some();
            !BEHIND_AN_AMOUNT.contains(*c) && (!counted || at.sees_any(1, NO_MEASURES))
        }
        [Word(letters), ..] => {
            letters.len() > 1
                && letters.iter().all(char::is_ascii_uppercase)
                && measure::unit(at, 1).is_none()
        }
        [Ch('('), Ch('第'), ..] => true,
        _ => false,
    };
    belongs.then(|| Say::new().text(at, 1, &digits(number)).guessed())
}

/// What is held in a year that is written with two digits.
const HELD: &[&str] = &[
    "抗洪",
    "奥运",
    "世界杯",
    "欧洲杯",
    "亚运",
    "全运会",
    "香港回归",
    "中国旅游年",
    "高考",
    "考研",
    "国考",
    "高招",
    "春晚",
    "世博",
];

/// What is sold by the year of its model.
const CARS: &[&str] = &[
    "轿车",
    "汽车",
    "新车",
    "车型",
    "两厢",
    "三厢",
    "自动挡",
    "手动挡",
    "自动",
    "手动",
    "越野",
    "豪华",
    "尊贵",
];

/// `98抗洪`, `14世界杯`: a year of two digits before what is held in it.
pub(crate) fn short_bare_year(at: At<'_>) -> Option<Say> {
    let [Num(number @ ['0' | '1' | '2' | '9', _]), ..] = at.rest() else {
        return None;
    };
    let near = at.after_any(&["第", "届", "次", "场", "共"]);
    // 在售的18款轿车: the year of a car, unless so many cars are counted.
    let model = at.sees(1, "款")
        && (at.sees_any(2, CARS) || at.after_any(CARS))
        && !at.after_any(&[
            "推出", "上市", "约", "近", "有", "超", "这", "新增", "等", "括",
        ]);
    (at.opens() && !near && (at.sees_any(1, HELD) || model))
        .then(|| Say::new().text(at, 1, &digits(number)))
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn a_year_without_its_word_is_said_by_digits() {
        check(&[
            ("揭秘2011最热单品", "揭秘二零一一最热单品"),
            ("沪上2013校招开幕", "沪上二零一三校招开幕"),
            ("华为推出2014笔记本", "华为推出二零一四笔记本"),
            ("颁奖礼2012MAMA", "颁奖礼二零一二MAMA"),
            ("国际茶博会2023（第六届）", "国际茶博会二零二三（第六届）"),
            ("网友热议2018高考作文", "网友热议二零一八高考作文"),
            ("参加98抗洪", "参加九八抗洪"),
            ("备战12国考", "备战一二国考"),
            ("转让17款轿车一辆", "转让一七款轿车一辆"),
            ("一年推出17款车型", "一年推出十七款车型"),
        ]);
    }

    #[test]
    fn amounts_and_levels_stay_quantities() {
        check(&[
            ("套装仅售2012送礼", "套装仅售两千零一十二送礼"),
            ("沪指失守2000关口", "沪指失守两千关口"),
            ("录取2015人", "录取两千零一十五人"),
            ("共种2016棵树", "共种两千零一十六棵树"),
            ("输出2012W", "输出两千零一十二瓦"),
        ]);
    }
}
