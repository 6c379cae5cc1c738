//! Telephone numbers and hotlines, with area codes, country codes and extensions.

use super::run::{LONGEST_CODE_TOKENS, code_run, digits_in, is_counted, spell_code};
use crate::normalize::crosses::FAMILY_NAMES;
use crate::normalize::date::is_month;
use crate::normalize::token::{At, Ch, Num, Say, Space, Token};

/// Words that say a telephone number comes.
pub(super) const PHONE_WORDS: &[&str] = &[
    "电话",
    "热线",
    "手机",
    "拨打",
    "致电",
    "传真",
    "拨",
    "联系方式",
    "专线",
    "总机",
    "座机",
    "固话",
    "来电",
    "报警",
    "急救",
    "打",
    "TEL",
    "Tel",
    "tel",
    "FAX",
    "Fax",
    "短信",
    "客服",
    "分机",
    "微信同号",
];

/// Words behind a hotline's number.
const HOTLINE_WORDS: &[&str] = &[
    "热线",
    "火警",
    "匪警",
    "平台",
    "电话",
    "专线",
    "客服",
    "短号",
    "举报",
    "投诉",
    "咨询",
    "接警",
    "报警",
    "急救",
    "指挥",
    "呼叫",
    "服务",
    "来电",
    "政务",
    "便民",
    "工单",
    "台",
    "消防",
    "警务",
    "民警",
    "反诈",
    "宣传日",
    "救护",
    "指令",
    "提醒您",
    "提醒你",
    "提醒广大",
    "提示您",
    "警情",
    "交通事故",
    "短信",
];

const PHONE_REACH: usize = 8;

/// Telephone numbers of every form, with area code, country code and extension.
pub(crate) fn phone(at: At<'_>) -> Option<Say> {
    let [Num(first), ..] = at.rest() else {
        return None;
    };
    if !at.opens() {
        return None;
    }
    let say = full_number(at, first)
        .or_else(|| labelled_number(at, first))
        .or_else(|| lone_extension(at, first))
        .or_else(|| service_number(at, first))
        .or_else(|| announced_number(at, first))?;
    Some(further(at, say))
}

/// `(010)12345678`, `+86 185…`: brackets and the plus are silent.
pub(crate) fn phone_prefix(at: At<'_>) -> Option<Say> {
    match at.rest() {
        [Ch('('), Num(area), Ch(')'), after @ ..]
            if area[0] == '0' && (3..=4).contains(&area.len()) =>
        {
            let blank = usize::from(matches!(after, [Space | Ch('-'), ..]));
            let number = at.skip(3 + blank);
            let groups = match number.rest() {
                [Num(whole), ..] if (7..=8).contains(&whole.len()) => 1,
                [Num(_), Ch('-') | Space, Num(_), ..]
                    if (7..=8).contains(&digits_in(number, 3)) =>
                {
                    3
                }
                _ => return None,
            };
            let say = Say::new()
                .silent(1)
                .spell(at, 1, true)
                .silent(1 + blank)
                .spell(at, groups, true);
            Some(further(at, say))
        }
        [Ch('+'), Num(country), Space | Ch('-'), Num(_), ..] if country.len() <= 3 => {
            let number = at.skip(3);
            let rest = phone(number).unwrap_or_else(|| spell_groups(number, grouped(number)));
            Some(Say::new().silent(1).spell(at, 1, true).silent(1).join(rest))
        }
        [Ch('+'), Num(number), ..] if number.len() >= 11 => {
            Some(Say::new().silent(1).spell(at, 1, true))
        }
        _ => None,
    }
}

/// `186****1234`, `136XXXX1234`: a number with its middle or its end hidden.
pub(crate) fn masked(at: At<'_>) -> Option<Say> {
    if let [Num(first), Token::Word(hidden), rest @ ..] = at.rest()
        && matches!(first, ['1', '3'..='9', _, ..])
        && hidden.len() >= 4
        && hidden.iter().all(|c| matches!(c, 'X' | 'x'))
    {
        let last = match rest {
            [Num(last), ..] => last.len(),
            _ => 0,
        };
        return (first.len() + hidden.len() + last == 11).then(|| {
            Say::new()
                .spell(at, 1, true)
                .text(at, 1, &"某".repeat(hidden.len()))
                .spell(at, usize::from(last > 0), true)
        });
    }
    let [Num(_), Ch('*'), Ch('*'), ..] = at.rest() else {
        return None;
    };
    Some(spell_code(at, code_run(at), true))
}

fn phone_context(at: At<'_>) -> bool {
    at.after("转") || at.near_before(PHONE_REACH, PHONE_WORDS)
}

fn is_mobile(number: &[char]) -> bool {
    number.len() == 11 && number[0] == '1' && ('3'..='9').contains(&number[1])
}

/// Whether the eleven digits are an amount after all: money, a scale or a decimal follows, or a word
/// for an amount stands before a unit. What only begins like a measure word, 个人信息 or 对接, is none.
fn counts_as_many(at: At<'_>) -> bool {
    let unit = 1 + usize::from(at.rest().get(1) == Some(&Space));
    let money = at.sees(unit, "元") && !at.sees_any(unit, &["元旦", "元宵", "元月"]);
    let decimal = matches!(at.rest().get(1..3), Some([Ch('.' | ','), Num(_)]));
    let amount = at.after_any(&["共", "约", "达", "计", "超", "近", "为", "有"]);
    let scaled = matches!(
        at.rest().get(1),
        Some(Ch('%' | '‰' | '万' | '亿' | '余' | '℃'))
    );
    if phone_context(at) && !decimal && !scaled {
        return false;
    }
    money || decimal || scaled || amount && is_counted(at, 1)
}

/// Short numbers of public services: 110, 12345, 95598, 10086, 96196.
fn is_hotline(number: &[char]) -> bool {
    matches!(
        number,
        ['1', '1', '0' | '4' | '7' | '9']
            | ['1', '2', '0' | '1' | '2']
            | ['1', '2', '1' | '3', _, _]
            | ['9', '5' | '6', _, _, _]
            | ['1', '0', '0', _, _]
            | ['9', '6', _, _, _, _]
    )
}

/// Area codes, mobile numbers and 400/800 numbers, which need no word beside them.
fn full_number(at: At<'_>, first: &[char]) -> Option<Say> {
    if is_mobile(first) && !counts_as_many(at) {
        return Some(Say::new().spell(at, 1, true));
    }
    let area = first[0] == '0' && (3..=4).contains(&first.len());
    // 40000-90000元 is no number of the toll-free kind.
    let toll_free = first.len() <= 4 && matches!(first, ['4' | '8', '0', '0', ..]);
    let groups = grouped(at);
    let length: usize = digits_in(at, groups);
    let local_hotline =
        matches!(at.rest().get(2), Some(Num(second)) if second.len() == 5 && is_hotline(second));
    if groups > 1 && area && ((9..=12).contains(&length) || local_hotline) {
        return Some(spell_groups(at, groups));
    }
    // 010-12345678-123: what follows the whole number is an extension.
    if let Some([Num(number), Ch('-'), Num(extension)]) = at.rest().get(2..5)
        && area
        && groups == 5
        && (7..=8).contains(&number.len())
        && extension.len() <= 5
    {
        return Some(spell_groups(at, 3));
    }
    if groups > 1 && toll_free && length == 10 {
        return Some(spell_groups(at, groups));
    }
    if groups > 1 && first.len() == 3 && length == 11 && matches!(first, ['1', '3'..='9', _]) {
        return Some(spell_groups(at, groups));
    }
    // 发送到10699990: numbers that short messages are sent to.
    let messages = (8..=14).contains(&first.len())
        && first.starts_with(&['1', '0', '6'])
        && !is_counted(at, 1)
        && !at.sees_any(1, &["元", "美元"])
        && at.after_any(&["到", "至", "送", "向", "复", "号码", "号", "信", "由"]);
    if messages {
        return Some(Say::new().spell(at, 1, true));
    }
    let bare_toll_free = first.len() == 10 && matches!(first, ['4' | '8', '0', '0', ..]);
    let bare_area = (10..=12).contains(&first.len()) && first[0] == '0';
    (bare_toll_free || bare_area).then(|| Say::new().spell(at, 1, true))
}

/// `值班室：6021122`: a local number behind a label that names no amount.
fn labelled_number(at: At<'_>, first: &[char]) -> Option<Say> {
    const AMOUNTS: &str = "额数量元价格金费计产值资款积重入出税债润本收支人户票分";
    let local = (7..=8).contains(&first.len()) && !matches!(first[0], '0' | '1');
    let dated = matches!(first, ['2', '0', _, _, '0' | '1', ..]) && first.len() == 8;
    let labelled = matches!(
        at.before(),
        [.., Ch(label), Ch(':')] if crate::chars::is_hanzi(*label) && !AMOUNTS.contains(*label)
    );
    let ends = match at.rest().get(1) {
        None | Some(Space) => true,
        Some(Ch(c)) => matches!(c, '，' | ',' | '。' | ';' | '、' | ')' | '转' | '\n'),
        _ => false,
    };
    let round = first.ends_with(&['0', '0', '0']);
    let bracketed = at.rest().get(1) == Some(&Ch(')'))
        && matches!(
            at.before(),
            [.., Ch(name), Ch('(')] if crate::chars::is_hanzi(*name) && !AMOUNTS.contains(*name)
        )
        && !at.near_before(6, POSTS);
    (local && !dated && !round && (labelled && ends || bracketed || is_in_a_row(at)))
        .then(|| Say::new().spell(at, 1, true))
}

/// What a code of a post, a course or a share stands behind rather than a telephone number.
const POSTS: &[&str] = &[
    "岗", "职位", "专业", "代码", "编码", "编号", "课程", "科员", "单位:", "万元", "股份", "工号",
    "学号",
];

/// `10号 54112020 毛某`, `| 8号 | 6622110 |`: in a row of a table, behind the number of a house or a room, or between
/// an office and a person's name.
fn is_in_a_row(at: At<'_>) -> bool {
    const OFFICES: &str = "局所站院室科处办委队部店行厂校厅会村镇乡府司区";
    let separated = |token: &Token<'_>| matches!(token, Space | Ch('|'));
    let blanks = |tokens: &mut dyn Iterator<Item = &Token<'_>>| {
        tokens.take_while(|token| separated(token)).take(3).count()
    };
    let before = blanks(&mut at.before().iter().rev());
    let after = blanks(&mut at.rest().iter().skip(1));
    let next = at.rest().get(1 + after..).unwrap_or(&[]);
    if before == 0 || after == 0 && !next.is_empty() || at.sees_any(1 + after, &["万", "亿", "元"])
    {
        return false;
    }
    let address = at.back(before);
    let house = matches!(
        address.before(),
        [.., Num(house), Ch('号' | '室' | '栋' | '幢' | '楼')] if house.len() <= 4
    );
    let office = matches!(address.previous(), Some(Ch(c)) if OFFICES.contains(c));
    let hanzi = |token: &&Token<'_>| matches!(token, Ch(c) if crate::chars::is_hanzi(*c));
    let family = matches!(next.first(), Some(Ch(c)) if FAMILY_NAMES.contains(*c));
    let name = family && (2..=3).contains(&next.iter().take_while(hanzi).take(4).count());
    house || office && name
}

/// `86912345-8012` alone, as in a cell of a table: a local number and its extension.
fn lone_extension(at: At<'_>, first: &[char]) -> Option<Say> {
    let [_, Ch('-'), Num(extension)] = at.rest() else {
        return None;
    };
    let local =
        (7..=8).contains(&first.len()) && !matches!(first, ['0' | '1', ..] | ['2', '0', ..]);
    (local && at.before().is_empty() && (2..=5).contains(&extension.len()))
        .then(|| Say::new().spell(at, 1, true))
}

/// Tokens of digit groups joined by `-`, blanks or brackets, from here.
fn grouped(at: At<'_>) -> usize {
    let mut tokens = 1;
    while tokens < LONGEST_CODE_TOKENS {
        match at.rest().get(tokens..) {
            Some([Ch('-' | '—'), Num(group), ..]) if group.len() >= 2 => tokens += 2,
            Some([Space, Num(group), ..]) if group.len() >= 3 => tokens += 2,
            Some([Space, Ch('-'), Space, Num(_), ..]) => tokens += 4,
            _ => break,
        }
    }
    tokens
}

fn spell_groups(at: At<'_>, tokens: usize) -> Say {
    Say::new().spell(at, tokens, true)
}

/// Hotlines where the words beside them say so, or alone on a line.
fn service_number(at: At<'_>, first: &[char]) -> Option<Say> {
    if rescues(at, first) {
        return Some(Say::new().spell(at, 1, true));
    }
    // 96345服务网: whatever the number begins with.
    const SERVICES: &[&str] = &[
        "服务网",
        "求助服务",
        "便民服务",
        "服务热线",
        "服务平台",
        "民生热线",
    ];
    if first.len() == 5 && at.sees_any(1, SERVICES) && !first.ends_with(&['0', '0', '0']) {
        return Some(Say::new().spell(at, 1, true));
    }
    let counted = is_counted(at, 1)
        && !at.near_after(1, 8, &["热线", "平台", "电话", "举报", "短号", "网站"]);
    if !is_hotline(first) || counted || at.sees_any(1, &["年", "月", "日", "号"]) {
        return None;
    }
    let alone = at.before().iter().all(|token| *token == Space) && at.rest().len() == 1;
    let announced = phone_context(at)
        || at.near_after(1, 8, HOTLINE_WORDS)
        || quoted_hotline(at)
        // 公安局指挥中心（110）
        || matches!(at.previous(), Some(Ch('(')))
            && matches!(at.rest().get(1), Some(Ch(')')))
            && at.near_before(8, &["指挥", "急救", "消防", "报警"])
        || among_hotlines(at)
        || reported(at)
        // 可通过95324与专员联系.
        || first.starts_with(&['9']) && at.near_after(1, 6, &["联系", "对接", "反映", "预约"])
        || first.len() == 5 && first.starts_with(&['1', '2', '3']) && !at.after("第");
    (announced || alone && (first.len() == 3 || first.starts_with(&['9', '5', '5'])))
        .then(|| Say::new().spell(at, 1, true))
}

/// `由120送往医院`, `乘坐120车`: the ambulance that has the number's name.
fn rescues(at: At<'_>, number: &[char]) -> bool {
    const CALLED: &[&str] = &[
        "由", "被", "经", "拨打", "乘坐", "乘", "坐", "叫", "呼叫", "联系", "通过", "搭乘", "派",
        "等",
    ];
    const CARRIES: &[&str] = &[
        "车", "送", "转送", "转运", "转至", "转诊", "急救", "出诊", "接诊", "接到", "接走", "接来",
        "接至", "医生", "医护",
    ];
    /// What nothing but an ambulance does, whoever has called it.
    const ALWAYS: &[&str] = &[
        "车送",
        "车接",
        "车将",
        "车把",
        "车转",
        "车前往",
        "车运",
        "送到",
        "送至",
        "送往",
        "送入",
        "送医",
        "转运",
        "医生",
        "急救车",
        "救护车",
        "急救",
        "医务人员",
        "医护人员",
        "现场确认",
        "现场抢救",
        "到场",
        "到了",
        "来了",
        "没来",
        "没到",
        "赶到",
        "医生到",
    ];
    // 公安、消防、120等多部门
    const BESIDE: &[&str] = &[
        "消防、",
        "公安、",
        "交警、",
        "路政、",
        "急救、",
        "119、",
        "110、",
    ];
    let called_with = at.after_any(BESIDE) && at.sees(1, "等");
    let ridden = at.after_any(&["乘坐", "搭乘", "呼叫", "拨打"]) && !is_counted(at, 1);
    let carries = at.sees_any(1, CARRIES) && !at.sees_any(1, &["车次", "车辆", "车位", "车主"]);
    let counted = at.after_any(&[
        "共", "约", "有", "达", "用", "超", "近", "第", "了", "到", "从", "至", "为", "是", "压",
        "费", "价", "收",
    ]);
    *number == ['1', '2', '0']
        && (called_with
            || ridden
            || at.after_any(CALLED) && carries
            || at.sees_any(1, ALWAYS) && !counted)
}

/// `立即报119`: reported to the emergency services.
fn reported(at: At<'_>) -> bool {
    matches!(at.rest(), [Num(['1', ..]), ..])
        && at.after_any(&["报", "拨", "呼叫", "通知"])
        && !at.after_any(&["上报", "申报", "填报", "日报", "周报"])
}

/// `110、119、120`, `96119、114、12306`: numbers of public services in a row.
fn among_hotlines(at: At<'_>) -> bool {
    let [Num(own), ..] = at.rest() else {
        return false;
    };
    let short = own.len() == 3;
    // 12369、96110、95598: two of five digits that are not round.
    let five = |number: &[char]| number.len() == 5 && !number.ends_with(&['0', '0']);
    let alike = |number: &[char]| {
        is_hotline(number) && (short || number.len() == 3 || five(own) && five(number))
    };
    let next = matches!(at.rest(), [_, Ch('、' | '/' | '和'), Num(next), ..] if alike(next))
        && !is_counted(at, 3);
    let before = matches!(
        at.before(),
        [.., Num(before), Ch('、' | '/' | '和')] if alike(before)
    );
    next || before
}

fn quoted_hotline(at: At<'_>) -> bool {
    matches!(at.rest().get(1), Some(Ch('”' | '"'))) && at.near_after(2, 6, HOTLINE_WORDS)
}

/// Any number of seven or more digits, or in groups, after a word for telephones.
fn announced_number(at: At<'_>, first: &[char]) -> Option<Say> {
    let groups = grouped(at);
    let length = digits_in(at, groups);
    if length < 3 || at.sees(1, "年") || is_counted(at, 1) || !phone_context(at) {
        return None;
    }
    // 划拨目录 2025-06-18, 打卡 2024-05-01.
    let dated = matches!(
        at.rest(),
        [Num(['1', '9', ..] | ['2', '0', ..]), Ch('-' | '/' | '.'), Num(month), Ch('-' | '/' | '.'), Num(day), ..]
            if first.len() == 4 && is_month(month) && day.len() <= 2
    );
    if dated {
        return None;
    }
    let short = matches!(first.len(), 3..=6)
        && (at.after("转")
            || at.near_before(
                3,
                &[
                    "拨",
                    "拨打",
                    "致电",
                    "分机",
                    "分机号",
                    "电话",
                    "电话:",
                    "热线",
                    "热线:",
                ],
            ));
    if (7..=15).contains(&length) || short && groups == 1 {
        return Some(spell_groups(at, groups));
    }
    None
}

/// What follows a number: an extension, or a second number sharing its area code.
fn further(at: At<'_>, mut say: Say) -> Say {
    loop {
        let here = at.skip(say.tokens);
        say = match here.rest() {
            [Ch('转'), Num(_), ..] => say.text(at, 1, "转").spell(at, 1, true),
            [Ch('分'), Ch('机'), Num(_), ..] => {
                say.text(at, 1, "分").text(at, 1, "机").spell(at, 1, true)
            }
            [Ch('-'), Num(extension), ..] if extension.len() <= 5 => {
                say.text(at, 1, "转").spell(at, 1, true)
            }
            [Ch(sign @ ('、' | '/' | ',' | '，')), Num(next), ..]
                if (7..=8).contains(&next.len()) || is_mobile(next) =>
            {
                let mark = if *sign == '/' { '、' } else { *sign };
                say.text(at, 1, &mark.to_string()).spell(at, 1, true)
            }
            _ => return say,
        };
    }
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn telephone_numbers_are_spelled_with_yao() {
        check(&[
            ("由120医生接诊", "由幺二零医生接诊"),
            ("010-64035547", "零幺零六四零三五五四七"),
            ("拨打12345热线", "拨打幺二三四五热线"),
            ("手机13501234567", "手机幺三五零幺二三四五六七"),
            (
                "电话：（010）12345678转8001",
                "电话：零幺零幺二三四五六七八转八零零幺",
            ),
            ("400-810-0000", "四零零八幺零零零零零"),
            ("给12315打个电话", "给幺二三幺五打个电话"),
            ("接到110指令后", "接到幺幺零指令后"),
            ("119提醒您", "幺幺九提醒您"),
            ("120到了仍未醒", "幺二零到了仍未醒"),
            ("血压从150降到120了", "血压从一百五十降到一百二十了"),
            ("问县医院(2222120)", "问县医院(二二二二幺二零)"),
            ("工业产值(2222120)", "工业产值(二百二十二万二千一百二十)"),
            (
                "城关镇人民政府 6622113 李某某",
                "城关镇人民政府六六二二幺幺三李某某",
            ),
            (
                "统计局 6622113 万元",
                "统计局六百六十二万二千一百一十三万元",
            ),
            ("5号 54112020 毛某", "五号五四幺幺二零二零毛某"),
            (
                "| 村委会 | 建设路8号 | 6622110 |",
                "，村委会，建设路八号，六六二二幺幺零，",
            ),
            ("拨打120急救", "拨打幺二零急救"),
            ("110", "幺幺零"),
            ("共120人", "共一百二十人"),
            ("13712345678个人账户", "幺三七幺二三四五六七八个人账户"),
            (
                "咨询请打15812345678年底前有效",
                "咨询请打幺五八幺二三四五六七八年底前有效",
            ),
            (
                "合计13712345678元",
                "合计一百三十七亿一千二百三十四万五千六百七十八元",
            ),
            ("发现火情请立即报119", "发现火情请立即报幺幺九"),
            ("公安局指挥中心（110）", "公安局指挥中心（幺幺零）"),
            ("可通过95338与专员联系", "可通过九五三三八与专员联系"),
            ("江城96345服务网", "江城九六三四五服务网"),
            ("经120现场确认", "经幺二零现场确认"),
            ("95598、114、12306", "九五五九八、幺幺四、幺二三零六"),
            ("分别为110、120人", "分别为一百一十、一百二十人"),
        ]);
    }
}
