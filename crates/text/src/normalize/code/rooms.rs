//! Where somebody lives or works: building, unit and room joined by hyphens, and rooms in a row.

use super::run::is_counted;
use crate::chars::is_hanzi;
use crate::normalize::numerals::{cardinal, digits_or_cardinal, phone_digits};
use crate::normalize::token::{At, Ch, Num, Say};

/// What a room's number is followed by.
const ROOMS: &[&str] = &["室", "房", "铺", "商铺", "门面"];

/// Names of buildings behind which two short numbers are a building's or a unit's and a room's.
const ESTATES: &[&str] = &[
    "栋", "幢", "单元", "小区", "花园", "公寓", "大厦", "家园", "新村", "苑",
];

/// What stands before the number of a building, a unit or a room.
const BUILDINGS: &[&str] = &[
    "栋", "幢", "座", "楼", "单元", "小区", "花园", "公寓", "大厦", "家园", "新村", "苑", "里",
    "期", "区",
];

/// Floors, buildings and their parts, which are numbered, not counted: 1-2层 is 一至二层.
const NUMBERED: &[&str] = &["层", "楼", "单元", "栋", "幢", "号楼", "号院"];

/// What a house number stands behind.
const STREETS: &[&str] = &["路", "街", "巷", "道", "弄", "胡同", "村", "大街", "大道"];

/// `2到6层为住户`: floors in a row, unless 共 or another word counts them.
fn floors(at: At<'_>) -> Option<Say> {
    let [
        Num(first),
        Ch(sign @ ('到' | '至')),
        Num(last),
        Ch('层'),
        ..,
    ] = at.rest()
    else {
        return None;
    };
    let place = match at.previous() {
        None => true,
        Some(Ch(c)) => !is_hanzi(c) || "厦楼座栋幢院心场在从第".contains(c),
        _ => false,
    };
    let rising = (first.len(), *first) < (last.len(), *last);
    (place && rising && last.len() <= 2 && at.opens())
        .then(|| joined(at, cardinal(first), &sign.to_string(), cardinal(last)))
}

/// `3-202室`, `5栋2-1101`, `1203-1205室`, `新华路15-2号`, `101号1-2层`.
pub(crate) fn building_and_room(at: At<'_>) -> Option<Say> {
    if let Some(say) = floors(at) {
        return Some(say);
    }
    let [Num(first), Ch('-' | '—' | '~'), Num(second), rest @ ..] = at.rest() else {
        return None;
    };
    let goes_on = matches!(rest, [Ch('-' | '—' | '/' | '%' | ':'), ..])
        || matches!(rest, [Ch('.'), Num(_), ..]);
    let sized = first.len() <= 4 && second.len() <= 4;
    if !at.opens() || goes_on || !sized {
        return None;
    }
    let rising = first.len() == second.len() && first < second;
    if at.sees_any(3, NUMBERED) && first.len() <= 2 && rising {
        return Some(joined(at, cardinal(first), "至", cardinal(second)));
    }
    // 商务中心2-103号: the number of a floor and a shop, not all up to it.
    let shop = at.sees(3, "号")
        && first.len() <= 2
        && matches!(second, [_, '0', '1'..='9'])
        && matches!(
            at.previous(),
            Some(Ch('心' | '场' | '厦' | '城' | '座' | '居' | '庭'))
        );
    let room = shop || at.sees_any(3, ROOMS) && second.len() >= 3;
    let in_building = at.after_any(BUILDINGS) && second.len() >= 3;
    let behind_house = at.after("号") && (3..=4).contains(&second.len()) && first.len() <= 2;
    // 学府路5号201-205: rooms in a row behind the number of a house.
    let rooms =
        at.after("号") && at.near_before(10, STREETS) && rising && matches!(first.len(), 3 | 4);
    let placed = in_building || behind_house || rooms;
    // 花园60-150平: how large they are.
    let large = at.sees(3, "平");
    if room || placed && !is_counted(at, 3) && !large {
        let sign = if rising { "至" } else { "杠" };
        return Some(joined(at, room_said(first), sign, room_said(second)));
    }
    let house = at.after_any(STREETS) && at.sees(3, "号") && !at.sees(3, "号线")
        || at.after("第") && at.sees_any(3, &["栋", "幢"]);
    let part_of_house =
        second.len() < first.len() || first.len() == second.len() && first >= second;
    // 紫荆花园3-2的住户, 6栋11-4.
    let ends = match rest {
        [] => true,
        [Ch(c), ..] => !is_hanzi(*c) && !"+×=.%℃".contains(*c) || *c == '的',
        _ => false,
    };
    if at.after_any(ESTATES) && second.len() <= 2 && first.len() <= 2 && ends && !large {
        return Some(joined(
            at,
            cardinal(first),
            "杠",
            digits_or_cardinal(second),
        ));
    }
    let named = house && part_of_house;
    named.then(|| joined(at, cardinal(first), "杠", digits_or_cardinal(second)))
}

fn joined(at: At<'_>, first: String, sign: &str, second: String) -> Say {
    Say::new()
        .text(at, 1, &first)
        .text(at, 1, sign)
        .text(at, 1, &second)
}

/// The number of a building is counted, that of a room is spelled.
fn room_said(number: &[char]) -> String {
    match number.len() {
        1 | 2 => digits_or_cardinal(number),
        _ => phone_digits(number),
    }
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn the_parts_of_an_address_are_numbered() {
        check(&[
            ("阳光家园6-402室", "阳光家园六杠四零二室"),
            ("8栋3-1502", "八栋三杠幺五零二"),
            ("2208-2210室", "二二零八至二二幺零室"),
            ("解放路26-3号", "解放路二十六杠三号"),
            ("和平路12号3-501", "和平路十二号三杠五零幺"),
            ("紫荆花园3-2的住户", "紫荆花园三杠二的住户"),
            ("家住6栋11-4，", "家住六栋十一杠四，"),
            ("太平街7—7号", "太平街七杠七号"),
            ("商务中心2-103号", "商务中心二杠幺零三号"),
            ("综合楼-1108", "综合楼幺幺零八"),
            ("在实验楼315开会", "在实验楼三幺五开会"),
            ("入住如家酒店806后", "入住如家酒店八零六后"),
            ("押于207监室", "押于二零七监室"),
            ("入住1216客房", "入住幺二幺六客房"),
            ("科技大厦1-2层", "科技大厦一至二层"),
            ("一楼为架空层，2到6层为住户", "一楼为架空层，二到六层为住户"),
            ("建有2到6层的楼房", "建有两到六层的楼房"),
        ]);
    }

    #[test]
    fn ranges_of_what_is_counted_stay_ranges() {
        check(&[
            ("小区100-200户", "小区一百至二百户"),
            ("共3-5层", "共三至五层"),
            ("丽景苑90-120平三居", "丽景苑九十至一百二十平三居"),
            ("大楼1200平方米", "大楼一千二百平方米"),
            ("酒店312家", "酒店三百一十二家"),
            ("新华路15-20号", "新华路十五至二十号"),
            ("招收300-500人", "招收三百至五百人"),
        ]);
    }
}
