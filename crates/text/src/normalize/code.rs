//! Numbers that are names, said digit by digit: telephones, hotlines, identifiers, rooms.

use super::numbers::{digits, phone_digits};
use super::token::{At, Ch, Num, Say, Space, Word};

/// Words that say a telephone number comes.
const PHONE_WORDS: &[&str] = &[
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
    "转",
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
    "交通事故",
    "短信",
];

/// Words that say an identifier comes. Those that are read to a clerk take 幺.
const CODE_WORDS: &[(&str, bool)] = &[
    ("身份证", true),
    ("账号", true),
    ("帐号", true),
    ("账户", true),
    ("卡号", true),
    ("尾号", true),
    ("邮编", true),
    ("邮政编码", true),
    ("邮政编号", true),
    ("QQ", true),
    ("qq", true),
    ("微信", true),
    ("车牌", true),
    ("验证码", true),
    ("短信至", true),
    ("发送至", true),
    ("证号", true),
    ("信用代码", false),
    ("机构代码", false),
    ("代码", false),
    ("编码", false),
    ("备案", false),
    ("ICP备", false),
    ("网安备", false),
    ("标识码", false),
    ("编号", false),
    ("许可证", false),
    ("许可证号", false),
    ("批准文号", false),
    ("准字", false),
    ("流水号", false),
    ("单号", false),
    ("索引号", false),
    ("注册号", false),
    ("登记号", false),
    ("批号", false),
    ("序列号", false),
    ("条形码", false),
    ("型号", false),
    ("案号", false),
    ("受理号", false),
    ("统一编号", false),
    ("识别号", false),
    ("执照", false),
    ("学号", false),
    ("工号", false),
    ("警号", false),
    ("档案号", false),
    ("分辨率为", false),
    ("文号", false),
    ("项目号", false),
    ("合同号", false),
    ("书号", false),
    ("ISSN", false),
    ("ISBN", false),
    ("刊号", false),
    ("字第", false),
    ("药准", false),
    ("械备", false),
    ("械注准", false),
    ("开户行", true),
    ("行号", true),
    ("联系人", false),
    ("办件", false),
    ("端口", false),
    ("查询码", false),
];

/// How far back a word may stand that makes a number a code.
const CODE_REACH: usize = 9;
const PHONE_REACH: usize = 8;

fn phone_context(at: At<'_>) -> bool {
    at.near_before(PHONE_REACH, PHONE_WORDS)
}

fn is_mobile(number: &[char]) -> bool {
    number.len() == 11 && number[0] == '1' && ('3'..='9').contains(&number[1])
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

/// What makes a number behind it a quantity after all: 12345人, 110元.
fn is_counted(at: At<'_>, offset: usize) -> bool {
    matches!(
        at.rest().get(offset),
        Some(Ch('%' | '.' | '‰' | '万' | '亿' | '多' | '余' | '℃'))
    ) || super::measure::unit(at, offset).is_some()
        || (super::measure::counts(at, offset)
            && !at.sees_any(
                offset,
                &["点", "部门", "条热线", "台", "大厅", "会", "地", "成"],
            ))
}

/// Telephone numbers of every form, with area code, country code and extension.
pub(crate) fn phone(at: At<'_>) -> Option<Say> {
    let [Num(first), ..] = at.rest() else {
        return None;
    };
    if !at.opens() {
        return None;
    }
    let say = full_number(at, first)
        .or_else(|| lone_extension(at, first))
        .or_else(|| service_number(at, first))
        .or_else(|| told_number(at, first))?;
    Some(further(at, say))
}

/// Area codes, mobile numbers and 400/800 numbers, which need no word beside them.
fn full_number(at: At<'_>, first: &[char]) -> Option<Say> {
    if is_mobile(first) && !is_counted(at, 1) {
        return Some(Say::new().spell(at, 1, true));
    }
    let area = first[0] == '0' && (3..=4).contains(&first.len());
    let toll_free = matches!(first, ['4' | '8', '0', '0', ..]);
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
    let bare_toll_free = first.len() == 10 && matches!(first, ['4' | '8', '0', '0', ..]);
    let bare_area = (10..=12).contains(&first.len()) && first[0] == '0';
    (bare_toll_free || bare_area).then(|| Say::new().spell(at, 1, true))
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

fn digits_in(at: At<'_>, tokens: usize) -> usize {
    at.rest()
        .iter()
        .take(tokens)
        .map(|token| if let Num(run) = token { run.len() } else { 0 })
        .sum()
}

fn spell_groups(at: At<'_>, tokens: usize) -> Say {
    Say::new().spell(at, tokens, true)
}

/// Hotlines where the words beside them say so, or alone on a line.
fn service_number(at: At<'_>, first: &[char]) -> Option<Say> {
    let counted = is_counted(at, 1)
        && !at.near_after(1, 8, &["热线", "平台", "电话", "举报", "短号", "网站"]);
    if !is_hotline(first) || counted || at.sees_any(1, &["年", "月", "日", "号"]) {
        return None;
    }
    let alone = at.before().iter().all(|token| *token == Space) && at.rest().len() == 1;
    let told = phone_context(at)
        || at.near_after(1, 8, HOTLINE_WORDS)
        || quoted_hotline(at)
        || among_hotlines(at)
        || first.len() == 5 && first.starts_with(&['1', '2', '3']) && !at.after("第");
    (told || alone && (first.len() == 3 || first.starts_with(&['9', '5', '5'])))
        .then(|| Say::new().spell(at, 1, true))
}

/// `110、119、120`: emergency numbers in a row.
fn among_hotlines(at: At<'_>) -> bool {
    let emergency = |number: &[char]| number.len() == 3 && is_hotline(number);
    let next = matches!(at.rest(), [_, Ch('、' | '/' | '和'), Num(next), ..] if emergency(next));
    let before = matches!(
        at.before(),
        [.., Num(before), Ch('、' | '/' | '和')] if emergency(before)
    );
    next || before
}

fn quoted_hotline(at: At<'_>) -> bool {
    matches!(at.rest().get(1), Some(Ch('”' | '"'))) && at.near_after(2, 6, HOTLINE_WORDS)
}

/// Any number of seven or more digits, or in groups, after a word for telephones.
fn told_number(at: At<'_>, first: &[char]) -> Option<Say> {
    let groups = grouped(at);
    let length = digits_in(at, groups);
    if length < 3 || at.sees(1, "年") || is_counted(at, 1) || !phone_context(at) {
        return None;
    }
    let short = matches!(first.len(), 3..=6)
        && (at.near_before(
            3,
            &[
                "转",
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

/// `186****1234`: a number with its middle hidden.
pub(crate) fn masked(at: At<'_>) -> Option<Say> {
    let [Num(_), Ch('*'), Ch('*'), ..] = at.rest() else {
        return None;
    };
    Some(spell_code(at, code_run(at), true))
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

/// Identifiers after a word that announces them, with letters, hyphens and digits mixed.
pub(crate) fn identifier(at: At<'_>) -> Option<Say> {
    if !at.opens() {
        return None;
    }
    let tokens = code_run(at);
    let length: usize = run_length(at, tokens);
    let has_digit = at
        .rest()
        .iter()
        .take(tokens)
        .any(|token| matches!(token, Num(_)));
    if !has_digit || length < 3 || at.sees_any(tokens, &["年", "月", "个", "项", "条", "位", "元"])
    {
        return None;
    }
    if is_counted(at, 1) {
        return None;
    }
    let context = at.context_before(CODE_REACH);
    let ((code_word_end, _), yao) = CODE_WORDS
        .iter()
        .filter_map(|(word, yao)| {
            context
                .rfind(word)
                .map(|found| ((found + word.len(), word.len()), *yao))
        })
        .max_by_key(|(nearest_and_longest, _)| *nearest_and_longest)?;
    let phone_nearer = PHONE_WORDS
        .iter()
        .filter(|word| word.chars().count() > 1)
        .filter_map(|word| context.rfind(word).map(|found| found + word.len()))
        .any(|end| end > code_word_end);
    if phone_nearer {
        return None;
    }
    if at.sees(tokens, "号") && length < 4 {
        return None;
    }
    Some(spell_code(at, tokens, yao))
}

/// More digits than any quantity has: said one by one, each from its own character.
pub(crate) fn endless(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    (number.len() > super::numbers::LONGEST_CARDINAL).then(|| Say::new().spell(at, 1, false))
}

/// Letters and digits in turn, too long and mixed for a word or a quantity: 91110000MA01ABCD2X.
pub(crate) fn mixed_code(at: At<'_>) -> Option<Say> {
    if !at.opens() {
        return None;
    }
    let tokens = at
        .rest()
        .iter()
        .take_while(|token| matches!(token, Num(_) | Word(_)))
        .count();
    let digits = digits_in(at, tokens);
    let mixed = tokens >= 3 && run_length(at, tokens) >= 8 && digits >= 4;
    let tail = tokens == 2 && run_length(at, tokens) >= 10 && digits >= 6;
    (mixed || tail).then(|| spell_code(at, tokens, false))
}

/// Longest code in tokens; what goes on beyond is said by its kind, so that long lines stay linear.
const LONGEST_CODE_TOKENS: usize = 64;

fn code_run(at: At<'_>) -> usize {
    let mut tokens = 0;
    while tokens < LONGEST_CODE_TOKENS {
        match at.rest().get(tokens..) {
            Some([Num(_) | Word(_), ..]) => tokens += 1,
            Some([Ch('-' | '*'), Num(_) | Word(_) | Ch('*'), ..]) if tokens > 0 => tokens += 1,
            Some([Ch('*'), Ch('*'), ..]) if tokens > 0 => tokens += 1,
            Some([Space, Num(next), ..]) if tokens > 0 && next.len() == 4 => tokens += 1,
            Some([Space, Ch('*'), Ch('*'), ..]) if tokens > 0 => tokens += 1,
            _ => break,
        }
    }
    tokens
}

fn run_length(at: At<'_>, tokens: usize) -> usize {
    at.rest()
        .iter()
        .take(tokens)
        .map(|token| match token {
            Num(run) | Word(run) => run.len(),
            _ => 0,
        })
        .sum()
}

fn spell_code(at: At<'_>, tokens: usize, yao: bool) -> Say {
    let mut say = Say::new();
    while say.tokens < tokens {
        say = match at.rest().get(say.tokens) {
            Some(Ch('-')) => say.text(at, 1, "杠"),
            Some(Ch('*')) => {
                let stars = at.rest()[say.tokens..]
                    .iter()
                    .take_while(|t| **t == Ch('*'))
                    .count();
                say.text(at, stars, "星号")
            }
            Some(Num(_) | Word(_)) => say.spell(at, 1, yao),
            _ => say.silent(1),
        };
    }
    say
}

/// Digits before words that make them a name: 302室, 985高校, 109国道, “26314”号, 930新政.
pub(crate) fn named_number(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    if !at.opens() || number[0] == '0' && number.len() == 1 {
        return None;
    }
    let three_or_four = matches!(number.len(), 3 | 4);
    let yao = three_or_four
        && at.sees_any(
            1,
            &[
                "室",
                "房间",
                "房",
                "国道",
                "省道",
                "县道",
                "次列车",
                "次航班",
                "航班",
                "路公交",
                "教室",
                "办公室",
                "会议室",
            ],
        )
        && !number.ends_with(&['0', '0', '0'])
        && !at.after_any(&["共", "约", "有", "达", "建成", "建设"]);
    let room = three_or_four && at.after_any(&["单元", "栋", "幢", "号楼"]) && !is_counted(at, 1);
    let bus = three_or_four
        && at.sees(1, "路")
        && at.near_before(8, &["公交", "乘坐", "换乘", "专线", "巴士"]);
    if yao || room || bus {
        return Some(Say::new().text(at, 1, &phone_digits(number)));
    }
    let plain = three_or_four
        && at.sees_any(
            1,
            &["新政", "工程", "高校", "院校", "大学", "钢", "文件精神"],
        )
        && matches!(number.len(), 3)
        && !at.sees_any(1, &["工程师", "大学生"])
        && !at.after_any(&["共", "约", "有", "达", "等", "的"]);
    let quoted_code = number.len() >= 3
        && matches!(at.previous(), Some(Ch('“' | '"')))
        && matches!(at.rest().get(1), Some(Ch('”' | '"')));
    const STORMS: &[&str] = &["台风", "热带风暴"];
    let typhoon = number.len() == 4
        && at.sees(1, "号")
        && (at.near_before(12, STORMS) || at.sees_any(2, STORMS));
    let numbered = number.len() >= 6 && at.sees(1, "号") || typhoon;
    let padded =
        number.len() >= 2 && number[0] == '0' && !matches!(at.rest().get(1), Some(Ch('.' | ':')));
    if plain || quoted_code || numbered || padded {
        return Some(Say::new().text(at, 1, &digits(number)));
    }
    None
}

/// Dotted numbers of three and more parts: `1.2.3`, `127.0.0.1`, `V2.0.1`.
pub(crate) fn dotted(at: At<'_>) -> Option<Say> {
    let mut tokens = match at.rest() {
        [Num(_), Ch('.'), Num(_), Ch('.'), Num(_), ..] => 1,
        _ => return None,
    };
    while let Some([Ch('.'), Num(_)]) = at.rest().get(tokens..tokens + 2) {
        tokens += 2;
    }
    let mut say = Say::new();
    for token in &at.rest()[..tokens] {
        say = match token {
            Num(part) if part.len() > 2 || part[0] == '0' => say.text(at, 1, &digits(part)),
            Num(part) => say.text(at, 1, &super::numbers::cardinal(part)),
            _ => say.text(at, 1, "点"),
        };
    }
    Some(say)
}

/// Numbers in three and more parts joined by hyphens: house numbers and codes, 3-2-101.
pub(crate) fn hyphenated(at: At<'_>) -> Option<Say> {
    let mut tokens = match at.rest() {
        [Num(_), Ch('-'), Num(_), Ch('-'), Num(_), ..] => 1,
        _ => return None,
    };
    while let Some([Ch('-'), Num(_)]) = at.rest().get(tokens..tokens + 2) {
        tokens += 2;
    }
    let room = at.sees_any(tokens, &["室", "房", "号"]);
    Some(spell_code(at, tokens, room))
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::check;

    #[test]
    fn telephone_numbers_are_spelled_with_yao() {
        check(&[
            ("010-64035547", "零幺零六四零三五五四七"),
            ("拨打12345热线", "拨打幺二三四五热线"),
            ("手机13501234567", "手机幺三五零幺二三四五六七"),
            (
                "电话：（010）12345678转8001",
                "电话：零幺零幺二三四五六七八转八零零幺",
            ),
            ("400-810-0000", "四零零八幺零零零零零"),
            ("给12315打个电话", "给幺二三幺五打个电话"),
            ("拨打120急救", "拨打幺二零急救"),
            ("110", "幺幺零"),
            ("共120人", "共一百二十人"),
        ]);
    }

    #[test]
    fn identifiers_are_spelled() {
        check(&[
            (
                "备案号：360302202000134号",
                "备案号：三六零三零二二零二零零零一三四号",
            ),
            ("赣ICP备05006704号", "赣ICP备零五零零六七零四号"),
            ("尾号是3385", "尾号是三三八五"),
            ("127.0.0.1", "一二七点零点零点一"),
            ("301室", "三零幺室"),
            ("8栋1201", "八栋幺二零幺"),
            ("3栋1201套房源", "三栋一千二百零一套房源"),
            ("公交302路、15路", "公交三零二路、十五路"),
            ("接入200路视频", "接入二百路视频"),
            ("端口8080", "端口八零八零"),
        ]);
    }
}
