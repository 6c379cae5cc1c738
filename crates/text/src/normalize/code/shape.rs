//! Numbers that are names by their shape or their company, although no word announces them: codes with
//! their names in a list, codes too long for an amount, and numbers everybody knows by their digits.

use super::run::is_counted;
use crate::chars::is_hanzi;
use crate::normalize::token::{At, Ch, Num, Say, Space, Token, Word};

/// Digits from which a number without separators is a code unless something counts it: amounts of a
/// thousand billion are written with 亿.
const SHORTEST_LONG_CODE: usize = 13;

/// Numbers known by their digits, and what must stand behind them; nothing there means that the number
/// alone is enough, where no word counts with it.
const KNOWN: &[(&str, &[&str])] = &[
    (
        "985",
        &[
            "高校",
            "院校",
            "大学",
            "工程",
            "名校",
            "、双一流",
            "和双一流",
            "、“双一流",
        ],
    ),
    (
        "211",
        &[
            "高校",
            "院校",
            "大学",
            "工程",
            "名校",
            "、双一流",
            "和双一流",
            "、“双一流",
        ],
    ),
    ("863", &["计划", "项目", "课题"]),
    ("973", &["计划", "项目", "课题"]),
    (
        "315",
        &[
            "晚会", "维权", "消费", "活动", "投诉", "国际", "权益", "打假", "宣传",
        ],
    ),
    (
        "618",
        &[
            "大促",
            "购物",
            "电商",
            "年中",
            "促销",
            "期间",
            "活动",
            "消费",
            "网购",
            "预售",
            "GMV",
            "的低价",
            "的大促",
            "大战",
            "战报",
            "前后",
            "当天",
        ],
    ),
    ("996", &["工作制", "模式", "加班"]),
    ("007", &["工作制", "模式", "加班"]),
    ("520", &["表白", "当天", "登记", "情人"]),
    (
        "360",
        &[
            "软件",
            "公司",
            "安全",
            "浏览器",
            "搜索",
            "集团",
            "杀毒",
            "卫士",
            "云盘",
            "与腾讯",
            "手机",
            "导航",
        ],
    ),
    ("58", &["同城"]),
    ("84", &["消毒"]),
    ("123", &["出行", "快货"]),
    ("178", &["游戏"]),
    ("4680", &["电池", "圆柱", "大圆柱"]),
    ("18650", &["电池", "电芯"]),
    ("21700", &["电池", "电芯"]),
    ("301", &["调查", "关税", "条款", "报告"]),
    ("232", &["调查", "关税", "条款", "措施"]),
    ("337", &["调查"]),
    ("731", &["部队"]),
    ("911", &["事件", "恐怖", "袭击", "恐袭"]),
    ("918", &["事变", "全国", "纪念"]),
    ("225", &["指数"]),
    ("91", &["助手"]),
    ("24365", &["校园", "平台", "招聘", "服务", "就业", "联合"]),
    ("1688", &["平台", "网站", "店铺"]),
    ("4399", &["平台", "网站", "游戏"]),
];

/// How far away a word for shops may stand that makes 618 a day of sales.
const SALE_REACH: usize = 20;

/// What makes a known number a count after all.
const COUNTING: &[&str] = &[
    "共", "约", "有", "达", "等", "为", "近", "超", "建成", "新增",
];

/// `985、211高校`, `863计划`, `315晚会`, `618大促`.
pub(crate) fn known(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    let written: String = number.iter().collect();
    // 4050人员: women from forty and men from fifty on. They are not counted without a measure word.
    let ages = matches!(written.as_str(), "4050" | "3050" | "3545" | "4555" | "5060")
        && at.sees_any(1, &["人员", "失业人员", "就业困难人员", "下岗"])
        && !at.after_any(&["共", "约", "有", "达", "近", "超", "计"]);
    if ages && at.opens() {
        return Some(Say::new().spell(at, 1, false));
    }
    let (_, company) = KNOWN.iter().find(|(known, _)| *known == written)?;
    let behind = at.sees_any(1, company) && !at.sees_any(1, &["大学生", "工程师"]);
    let joins =
        |token: &Token<'_>| matches!(token, Ch('、' | '/' | '和' | '与' | '及' | '或' | '，'));
    let before_another = matches!(
        at.rest().get(1..3),
        Some([sign, Num(next)]) if joins(sign) && is_known(next) && next != number
    );
    let after_another = matches!(
        at.before(),
        [.., Num(before), sign] if joins(sign) && is_known(before) && before != number
    );
    // 平台战报显示本次618增长超预期
    const SHOPS: &[&str] = &[
        "平台",
        "电商",
        "战报",
        "抖音",
        "京东",
        "天猫",
        "促销",
        "大促",
        "购物节",
    ];
    let sale = written == "618"
        && !is_counted(at, 1)
        && (at.near_before(SALE_REACH, SHOPS) || at.near_after(1, SALE_REACH, SHOPS));
    let named = behind || before_another || sale || after_another && !is_counted(at, 1);
    (named && at.opens() && !at.after_any(COUNTING)).then(|| Say::new().spell(at, 1, false))
}

fn is_known(number: &[char]) -> bool {
    let written: String = number.iter().collect();
    KNOWN.iter().any(|(known, _)| *known == written)
}

/// `票号12726247-12726272`: from one number of a series to another, each digit by digit.
pub(crate) fn series(at: At<'_>) -> Option<Say> {
    const SHORTEST: usize = 6;
    let [Num(first), Ch('-' | '—' | '~' | '至'), Num(last), rest @ ..] = at.rest() else {
        return None;
    };
    let alike = first.len() == last.len() && first.len() >= SHORTEST && first < last;
    let announced = at.near_before(6, &["号", "编码", "码段", "代码"]);
    let goes_on = matches!(rest, [Ch('-' | '.' | ',' | '%'), ..]);
    (alike && announced && !goes_on && at.opens() && !is_counted(at, 3)).then(|| {
        Say::new()
            .spell(at, 1, false)
            .text(at, 1, "至")
            .spell(at, 1, false)
    })
}

/// `（箱号62031547）`: eight digits and more behind a word for a number that nothing counts.
pub(crate) fn numbered_code(at: At<'_>) -> Option<Say> {
    const SHORTEST: usize = 7;
    const SHORTEST_BEHIND_A_LABEL: usize = 5;
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    let announced = at.after_any(&["号", "号:", "号为", "号码", "号码:", "号码为", "号是", "字"]);
    // 枪号：761532, but 1号：12000票.
    let labelled = matches!(at.before(), [.., Ch(c), Ch('号'), Ch(':')] if is_hanzi(*c));
    let fewest = if labelled {
        SHORTEST_BEHIND_A_LABEL
    } else {
        SHORTEST
    };
    let long = number.len() >= fewest && announced && !at.after_any(&["第号", "等号"]);
    (long && at.opens() && !is_counted(at, 1)).then(|| Say::new().spell(at, 1, false))
}

/// `主力2411合约`: the year and the month in which a contract ends.
pub(crate) fn contract(at: At<'_>) -> Option<Say> {
    let [Num([year, _, tens, ones]), ..] = at.rest() else {
        return None;
    };
    let month = matches!((tens, ones), ('0', '1'..='9') | ('1', '0'..='2'));
    let ends = matches!(year, '1'..='3') && month && at.sees(1, "合约");
    (ends && at.opens()).then(|| Say::new().spell(at, 1, false))
}

/// `JD-2023-017号`: letters, a year and a number, which strokes part.
pub(crate) fn stroked_number(at: At<'_>) -> Option<Say> {
    let [Word(_), Ch('-'), Num(year), Ch('-'), Num(_), ..] = at.rest() else {
        return None;
    };
    let tokens = super::run::code_run(at);
    let dated = year.len() == 4 && matches!(year, ['1', '9', ..] | ['2', '0', ..]);
    (dated && at.opens() && at.sees(tokens, "号") && !at.sees(tokens, "号楼"))
        .then(|| super::run::spell_code(at, tokens, false))
}

/// `2202100050030`: more digits than an amount is written with.
pub(crate) fn long_code(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    let next = at.rest().get(1);
    let word = usize::from(next == Some(&Space)) + 1;
    // 大学, 本科 and the like only begin like a measure word.
    let counted = is_counted(at, 1) && !at.sees_any(word, &["大", "本科", "单位", "岗位"]);
    let amount = counted || matches!(next, Some(Ch(',' | '.' | '元' | '美')));
    let signed = matches!(at.previous(), Some(Ch('¥' | '$' | '€' | '£' | '.' | ',')));
    let round = number[1..].iter().all(|&c| c == '0');
    let code = number.len() >= SHORTEST_LONG_CODE && !amount && !signed && !round && at.opens();
    code.then(|| Say::new().spell(at, 1, false))
}

/// Digits of a code that stands before a name: those of classes, majors and posts.
const CODE_DIGITS: std::ops::RangeInclusive<usize> = 4..=8;

/// How many tokens away the next code of a list may stand, and how many of them are looked at.
const LIST_REACH: usize = 40;

/// What the names of majors and classes end with.
const NAME_ENDINGS: &[char] = &[
    '学', '类', '程', '术', '育', '理', '语', '计', '易', '政', '工', '制', '造', '业', '络', '件',
];

/// `0301新闻学，670104K语文教育`: codes and their names in a list.
pub(crate) fn listed_code(at: At<'_>) -> Option<Say> {
    let code = code_and_name(at.rest())?;
    if !at.opens() || !follows_separator(at) || is_counted(at, 1) && code == 1 {
        return None;
    }
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    let lettered = code == 2 && number.len() >= 5;
    let company = lettered || number[0] == '0' || beside_another(at, number.len());
    let round = number.ends_with(&['0', '0']);
    let of_a_major = !round && matches!(number.len(), 4 | 6) && names_a_major(&at.rest()[code..]);
    // 120453会计: what is counted has a measure word.
    const COUNTS_ON: &str = "世单元人户亩平公立吨头只株条座栋辆艘架米里升克斤度岁年月日天时分秒级号层间是为和与及至到以的左上下中后前者内外";
    let unmeasured = code == 1
        && !round
        && matches!(number.len(), 5 | 6)
        && !is_counted(at, 1)
        && matches!(at.rest().get(1), Some(Ch(c)) if is_hanzi(*c) && !COUNTS_ON.contains(*c));
    (company || of_a_major || unmeasured).then(|| Say::new().spell(at, code, false))
}

/// Tokens of a code (its digits and a letter) that a name follows.
fn code_and_name(tokens: &[Token<'_>]) -> Option<usize> {
    let (number, code, name) = match tokens {
        [Num(number), Word([letter]), name @ ..] if letter.is_ascii_uppercase() => {
            (number, 2, name)
        }
        [Num(number), name @ ..] => (number, 1, name),
        _ => return None,
    };
    let name = match name {
        [Space, name @ ..] => name,
        name => name,
    };
    let mut hanzi = name.iter().take_while(|token| is_name(token));
    let named = hanzi.next().is_some() && hanzi.next().is_some();
    let year = number.len() == 4 && matches!(name, [Ch('年' | '届' | '级' | '版' | '号'), ..]);
    (CODE_DIGITS.contains(&number.len()) && named && !year).then_some(code)
}

fn is_name(token: &Token<'_>) -> bool {
    matches!(token, Ch(c) if is_hanzi(*c))
}

/// A code opens an entry of the list: nothing, a sign or a blank stands before it.
fn follows_separator(at: At<'_>) -> bool {
    match at.previous() {
        None | Some(Space) => true,
        Some(Ch(c)) => matches!(c, '，' | ',' | '、' | ';' | ':' | '(' | '\n' | '/' | '“'),
        _ => false,
    }
}

/// Whether another code of the same length, or one with zeros in front, has its name near by.
fn beside_another(at: At<'_>, length: usize) -> bool {
    let like = |tokens: &[Token<'_>], opened: bool| {
        let [Num(number), ..] = tokens else {
            return false;
        };
        let alike = number.len() == length || number[0] == '0' && number.len() >= 4;
        let round = number.ends_with(&['0', '0']);
        alike && opened && !round && code_and_name(tokens).is_some()
    };
    let opens = |token: Option<&Token<'_>>| match token {
        None | Some(Space) => true,
        Some(Ch(c)) => matches!(c, '，' | ',' | '、' | ';' | ':' | '(' | '\n' | '/'),
        _ => false,
    };
    let rest = at.rest();
    let after = (1..rest.len().min(LIST_REACH))
        .any(|from| like(&rest[from..], opens(rest.get(from - 1))) && !is_counted(at, from + 1));
    let before = at.before();
    let first = before.len().saturating_sub(LIST_REACH);
    after
        || (first..before.len()).any(|from| {
            let previous = from.checked_sub(1).and_then(|place| before.get(place));
            like(&before[from..], opens(previous))
        })
}

/// Whether the name is a major's, judged by its last character before a sign.
fn names_a_major(name: &[Token<'_>]) -> bool {
    const LONGEST_NAME: usize = 12;
    let mut length = 0;
    let mut last = None;
    for token in name.iter().take(LONGEST_NAME) {
        match token {
            Ch(c) if is_hanzi(*c) => {
                length += 1;
                last = Some(*c);
            }
            Ch('，' | ',' | '、' | ';' | ')' | '(' | '。' | '\n') | Space => break,
            _ => return false,
        }
    }
    length >= 3 && last.is_some_and(|c| NAME_ENDINGS.contains(&c))
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn codes_are_known_by_their_shape_and_company() {
        check(&[
            ("0812测绘类，5309电子类", "零八一二测绘类，五三零九电子类"),
            ("660203K学前教育", "六六零二零三K学前教育"),
            (
                "面试名单 3301200060017 李四",
                "面试名单三三零一二零零零六零零一七李四",
            ),
            (
                "1204公共管理，1205图书情报",
                "一二零四公共管理，一二零五图书情报",
            ),
            ("是985、211高校", "是九八五、二一一高校"),
            (
                "男 330264000000000 大学本科",
                "男三三零二六四零零零零零零零零零大学本科",
            ),
            ("列入863计划", "列入八六三计划"),
            ("为4050人员缴费", "为四零五零人员缴费"),
            ("共有4050人员参加", "共有四千零五十人员参加"),
            ("国家315晚会", "国家三一五晚会"),
            ("用84消毒液擦拭", "用八四消毒液擦拭"),
            ("启动301调查", "启动三零一调查"),
            (
                "票号为41830015-41830032，",
                "票号为四一八三零零一五至四一八三零零三二，",
            ),
            ("（箱号62031547）", "（箱号六二零三一五四七）"),
            ("枪号：618402", "枪号：六一八四零二"),
            ("离婚证苏离字201200417", "离婚证苏离字二零一二零零四一七"),
            (
                "各平台战报显示，618成交增长",
                "各平台战报显示，六一八成交增长",
            ),
            ("全球123快货物流圈", "全球一二三快货物流圈"),
            ("4680电池量产", "四六八零电池量产"),
            ("主力2411合约收涨", "主力二四一一合约收涨"),
            ("日经225指数", "日经二二五指数"),
        ]);
    }

    #[test]
    fn quantities_stay_quantities() {
        check(&[
            ("共有12345人", "共有一万二千三百四十五人"),
            ("2202100元", "二百二十万二千一百元"),
            (
                "增加1253商户，减少1342商户",
                "增加一千二百五十三商户，减少一千三百四十二商户",
            ),
            ("985个项目", "九百八十五个项目"),
            ("有211所211高校", "有二百一十一所二一一高校"),
            ("1000000000000", "一万亿"),
            ("100100000000", "一千零一亿"),
            (
                "收入123456789012元",
                "收入一千二百三十四亿五千六百七十八万九千零一十二元",
            ),
        ]);
    }
}
