//! Years, alone, in ranges and lists, and in names; decades.

use super::calendar::{dash, is_modern_year, is_month, is_year, value};
use super::month_day::month_day;
use crate::chars::is_hanzi;
use crate::normalize::measure;
use crate::normalize::numerals::{cardinal, digits};
use crate::normalize::token::{At, Ch, Num, Say, Space, Token, Word};

/// Signs between the years of a list or range that share one 年: 2021、2022年, 2021至2025年.
fn joins_years(token: &Token<'_>) -> bool {
    matches!(
        token,
        Ch('、' | '和' | '与' | '及' | '至' | '到' | '或' | ',')
    )
}

/// What somebody or something did in a year that is written with two digits: 95年入伍, 99年被授予.
const DONE_IN_A_YEAR: &[&str] = &[
    "入伍",
    "毕业",
    "被",
    "获",
    "当选",
    "起任",
    "担任",
    "任",
    "考入",
    "调入",
    "入党",
    "建成",
    "成立",
    "出台",
    "颁布",
    "改制",
    "参军",
    "退伍",
    "转业",
    "退休",
    "入职",
    "投产",
    "正式",
    "元月",
    "初",
    "底",
    "春",
    "夏",
    "秋",
    "冬",
    "上半年",
    "下半年",
    "生人",
];

/// Whether two digits before 年 name a year of the last century rather than count years.
fn is_of_the_last_century(at: At<'_>, number: &[char], after: usize) -> bool {
    (51..=99).contains(&value(number))
        && !number.ends_with(&['0'])
        && at.sees_any(after, DONE_IN_A_YEAR)
        && !at.after_any(&[
            "近", "约", "达", "满", "逾", "超", "这", "历时", "长达", "有", "了", "为期", "共",
            "已", "第", "前", "后", "过", "每", "任期", "刑",
        ])
}

/// Whether two digits before 年 name a year of this century by its part: 有望于13年底改善, 截至22年末.
fn is_of_this_century(at: At<'_>, number: &[char], after: usize) -> bool {
    let part = at.sees_any(after, &["末", "初", "上半年", "下半年"])
        && at.after_any(&["于", "截至", "截止", "预计", "自", "从", "到", "至", "在"]);
    // 环境13年底改善: nothing has an end of its years.
    let end = at.sees(after, "底") && !at.after_any(&["第", "这", "近"]);
    (11..=39).contains(&value(number)) && (part || end || lived_through(at, number, after))
}

/// Whether somebody tells what they did in that year: 22年我考上大学, 15年参军. 12年我一直在等 counts.
fn lived_through(at: At<'_>, number: &[char], after: usize) -> bool {
    const SOMEBODY: &[&str] = &[
        "我", "他", "她", "俺", "咱", "孩子", "儿子", "女儿", "爸", "妈", "父亲", "母亲",
    ];
    const DID: &[&str] = &[
        "考上", "考入", "考取", "考研", "考了", "毕业", "参军", "入伍", "退伍", "转业", "入职",
        "入学", "结婚", "离婚", "查出", "确诊", "买的", "买了", "生的", "办的", "搬到", "搬来",
        "入党", "辞职", "退休", "去世",
    ];
    const THROUGHOUT: &[&str] = &["一直", "始终", "没", "都", "才", "每", "只", "从未", "总"];
    let opens = match at.previous() {
        None | Some(Space) => true,
        Some(Ch(c)) => !is_hanzi(c) || at.after_any(&["我", "他", "她", "是", "在"]),
        _ => false,
    };
    let somebody = at.sees_any(after, SOMEBODY) && at.near_after(after, 10, DID);
    (11..=29).contains(&value(number))
        && opens
        && (somebody || at.sees_any(after, DID))
        && !at.near_after(after, 10, THROUGHOUT)
}

/// Years counted in thousands are spans of time: 上下5000年, 1000年前.
fn is_span_of_time(at: At<'_>, number: &[char], after: usize) -> bool {
    let whole_thousands = number.len() == 4 && number.ends_with(&['0', '0', '0']);
    let long_ago = at.sees_any(
        after,
        &["前", "历史", "文明", "以前", "以上", "来", "的历史", "多"],
    );
    let counted = at.after_any(&["近", "约", "达", "逾", "过", "有", "上下", "历时", "超"]);
    // 1800年历史, 距今1300年: whole hundreds, and any number of years of history.
    let hundreds = number.len() == 4 && number.ends_with(&['0', '0']) && value(number) != 2000;
    let history = at.sees_any(after, &["历史", "的历史", "文明", "悠久", "沧桑"]);
    // 护佑了人们1500年.
    let lasted = hundreds && value(number) < 1900 && at.near_before(6, &["了"]);
    let long = lasted
        || at.after_any(&[
            "近", "约", "逾", "距今", "已有", "历经", "超过", "有着", "拥有",
        ]);
    // 时间倒退2371年: no year that anybody dates a paper from.
    let turned_back = at.after_any(&[
        "倒退", "回溯", "历经", "跨越", "相隔", "时隔", "穿越", "沉睡",
    ]);
    if hundreds && (history || long) || history && long || turned_back && number.len() == 4 {
        return true;
    }
    (whole_thousands && value(number) != 2000 && (long_ago || counted))
        || (whole_thousands && long_ago && counted)
        || value(number) >= 3000 && !at.after("公元") && !at.after("纪元") && !at.after("公元前")
}

/// `2022年`, `05年`, `2022年11月8日`, `86年8月`, `2021-2025年`, `2021、2022年`.
pub(crate) fn year(at: At<'_>) -> Option<Say> {
    let [Num(first), ..] = at.rest() else {
        return None;
    };
    let blank = usize::from(at.rest().get(1) == Some(&Space));
    if at.rest().get(1 + blank) == Some(&Ch('年')) {
        return single_year(at, first, blank);
    }
    years_sharing_a_sign(at, first)
}

fn single_year(at: At<'_>, number: &[char], blank: usize) -> Option<Say> {
    let after = 2 + blank;
    let with_month = matches!(at.rest().get(after), Some(Num(month)) if is_month(month))
        && at.sees(after + 1, "月");
    let by_digits = match number.len() {
        4 => !is_span_of_time(at, number, after),
        2 => {
            number[0] == '0'
                || with_month
                || at.sees(after, "代")
                || at.sees_any(after, &["款", "春节", "高考", "入学", "参加工作", "出生"])
                || is_of_the_last_century(at, number, after)
                || is_of_this_century(at, number, after)
        }
        // 建安五年（200年）.
        3 => {
            at.after("公元")
                || at.after("公元前")
                || at.after("前")
                || matches!(at.before(), [.., Ch('年' | '初' | '末'), Ch('(')])
                || at.previous() == Some(Ch('('))
                    && dash(at, after).is_some_and(|dash| {
                        matches!(at.rest().get(after + dash..), Some([Num(_), Ch('年'), ..]))
                    })
        }
        _ => false,
    };
    if !by_digits || at.sees(after, "代") && number.len() == 2 && number[0] != '0' {
        return None;
    }
    let mut say = Say::new()
        .text(at, 1, &digits(number))
        .silent(blank)
        .text(at, 1, "年");
    if let Some(dash) = dash(at, say.tokens)
        && let Some(Num(next)) = at.rest().get(say.tokens + dash)
        && next.len() == number.len()
        && at.sees(say.tokens + dash + 1, "年")
    {
        say = say.text(at, dash, "至").text(at, 1, &digits(next));
        return Some(say);
    }
    Some(match month_day(at.skip(say.tokens)) {
        Some(rest) => say.join(rest),
        None => say,
    })
}

/// Years of one list, with the signs between them; what goes on beyond is no list of years.
const LONGEST_LIST_TOKENS: usize = 40;

/// Years before a common 年 or 年度: `2021-2025年`, `2020、2021年度`, `2023—2024学年`.
fn years_sharing_a_sign(at: At<'_>, first: &[char]) -> Option<Say> {
    // 94-97年: two years of the last century, which nobody gives as how long something has taken.
    if let (Some(length), [_, _]) = (dash(at, 1), first)
        && let Some([Num(last @ [_, _]), Ch('年'), ..]) = at.rest().get(1 + length..)
        && (50..value(last)).contains(&value(first))
        && at.opens()
    {
        let say = Say::new().text(at, 1, &digits(first));
        return Some(say.text(at, length, "至").text(at, 1, &digits(last)));
    }
    if !is_year(first) {
        return None;
    }
    let mut say = Say::new().text(at, 1, &digits(first));
    loop {
        if say.tokens > LONGEST_LIST_TOKENS {
            return None;
        }
        let (sign, said) = match (dash(at, say.tokens), at.rest().get(say.tokens)) {
            (Some(length), _) => (length, "至"),
            (None, Some(Ch('/'))) => (1, "/"),
            (None, Some(token)) if joins_years(token) => (1, ""),
            _ => return None,
        };
        let Some(Num(next)) = at.rest().get(say.tokens + sign) else {
            return None;
        };
        let short = next.len() == 2 && !said.is_empty();
        if !is_year(next) && !short {
            return None;
        }
        say = match (said, at.rest().get(say.tokens)) {
            ("", Some(Ch(c))) => say.text(at, sign, &c.to_string()),
            ("至", _) => say.text(at, sign, said),
            _ => say.text(at, sign, "、"),
        };
        say = say.text(at, 1, &digits(next));
        const SEASONS: &[&str] = &[
            "年",
            "学年",
            "财年",
            "雪季",
            "赛季",
            "榨季",
            "马季",
            "球季",
            "采暖季",
            "取暖季",
            "供暖季",
            "生产季",
            "作物年",
            "年度",
        ];
        if at.sees_any(say.tokens, SEASONS) {
            return Some(say);
        }
    }
}

/// `（2011—2020）`, `2021-2035规划`: years alone, from one to the other.
pub(crate) fn year_range(at: At<'_>) -> Option<Say> {
    let [Num(first), ..] = at.rest() else {
        return None;
    };
    let length = dash(at, 1)?;
    let Some(Num(last)) = at.rest().get(1 + length) else {
        return None;
    };
    let after = 2 + length;
    let counted = measure::counts(at, after)
        || measure::unit(at, after).is_some()
        || at.sees_any(after, &["万", "亿", "多", "余"])
        || matches!(at.rest().get(after), Some(Ch('.' | ',' | '%' | '-' | '/')));
    // 王某（1832-1922）: when somebody lived.
    let lived = first.len() == 4
        && last.len() == 4
        && value(first) >= 1000
        && (10..=120).contains(&value(last).saturating_sub(value(first)))
        && value(last) < 2100
        && at.previous() == Some(Ch('('))
        && matches!(at.rest().get(after), Some(Ch(')')));
    let years =
        lived || is_modern_year(first) && is_modern_year(last) && value(first) < value(last);
    (years && at.opens() && !counted).then(|| {
        Say::new()
            .text(at, 1, &digits(first))
            .text(at, length, "至")
            .text(at, 1, &digits(last))
    })
}

/// `2022北京冬奥会`, `“健康中国2030”`: a year without 年 at the head or the end of a name.
pub(crate) fn year_in_name(at: At<'_>) -> Option<Say> {
    let [Num(number), rest @ ..] = at.rest() else {
        return None;
    };
    if !is_modern_year(number) {
        return None;
    }
    let opens = match at.previous() {
        None | Some(Space) => true,
        Some(Ch(c)) => !is_hanzi(c) && !matches!(c, '-' | '/' | ':' | '.' | '~'),
        _ => false,
    };
    let head = opens
        && matches!(rest, [Ch(c), ..] if is_hanzi(*c))
        && (!measure::counts(at, 1) || at.sees_any(1, TITLES))
        && !at.sees_any(
            1,
            &[
                "至", "到", "多", "余", "万", "亿", "以", "及", "左右", "和", "或", "是", "为",
                "除", "加", "减", "乘", "强",
            ],
        );
    let titled = hanzi_before(at)
        && matches!(rest, [Ch(c), ..] if is_hanzi(*c))
        && (!measure::counts(at, 1) || at.sees_any(1, TITLES))
        && !at.after_any(&[
            "约", "近", "超", "共", "达", "第", "逾", "满", "投", "资", "入",
        ])
        && !at.sees_any(1, &["万", "亿", "多", "余", "至", "到", "以", "强"])
        && at.near_after(1, 8, TITLES);
    // “平安原野—2025”: a dash belongs to the name.
    let named_before = matches!(at.previous(), Some(Ch(c)) if is_hanzi(c))
        || matches!(at.before(), [.., Ch(c), Ch('—' | '-' | '·')] if is_hanzi(*c));
    let tail = named_before && matches!(rest, [Ch('”' | '》' | '’' | '"'), ..]);
    let cohort = at.opens() && at.sees_any(1, COHORTS);
    // 2025Q3, 2025H1: a quarter or a half of the year.
    let quarter = at.opens() && matches!(rest, [Token::Word(['Q' | 'H']), Num([_]), ..]);
    let programme = at.after_any(&[
        "中国制造",
        "健康中国",
        "教育现代化",
        "美丽中国",
        "科技创新",
        "远景",
        "愿景",
        "目标",
        "数字中国",
    ]) && !measure::counts(at, 1)
        && !at.sees_any(1, &["万", "亿", "多", "余", "至", "到", "以"]);
    let registered = at.after("字") && at.sees(1, "第");
    let ends = matches!(rest, [] | [Space, ..])
        || matches!(rest, [Ch(c), ..] if !is_hanzi(*c) && !"-—~/.%‰:+×、".contains(*c));
    let headline = at.after_any(BEFORE_A_YEAR) && ends;
    // 世界杯2014中: the year of what is held again and again.
    let held = at.after_any(&[
        "世界杯",
        "奥运会",
        "锦标赛",
        "世博会",
        "博览会",
        "大会",
        "峰会",
        "论坛",
        "联赛",
    ]) && !measure::counts(at, 1)
        && !at.sees_any(
            1,
            &["万", "亿", "多", "余", "至", "到", "-", "—", ".", ",", "%"],
        );
    // 组织2026“书香校园”活动: the name begins behind the year.
    let quoted = (hanzi_before(at) || opens)
        && matches!(rest, [Ch('“'), ..])
        && !at.after_any(&["约", "近", "超", "共", "达", "第", "逾", "满", "计", "过"]);
    let strain = at.opens() && matches!(rest, [Ch('-' | '—'), Token::Word(_), ..]);
    let version = matches!(at.before(), [.., Token::Word(_), Space]) && !measure::counts(at, 1);
    (programme
        || head
        || tail
        || cohort
        || strain
        || version
        || titled
        || quarter
        || registered
        || headline
        || quoted
        || held)
        .then(|| Say::new().text(at, 1, &digits(number)))
}

/// What headlines do with a year: 展望2026, 告别2024.
const BEFORE_A_YEAR: &[&str] = &[
    "走过",
    "展望",
    "迎接",
    "告别",
    "再见",
    "你好",
    "回首",
    "回顾",
    "回望",
    "拥抱",
    "喜迎",
    "奋进",
    "致敬",
    "决胜",
    "报名时间",
    "考试时间",
    "招聘时间",
    "笔试时间",
    "面试时间",
    "聚焦",
    "相约",
    "遇见",
    "开启",
    "盘点",
    "点赞",
    "直击",
    "难忘",
    "走进",
    "跨入",
    "迈入",
    "寄语",
];

fn hanzi_before(at: At<'_>) -> bool {
    matches!(at.previous(), Some(Ch(c)) if is_hanzi(c))
}

/// What is published or held year by year, with the year in its name.
const TITLES: &[&str] = &[
    "新版",
    "新款",
    "亚冬会",
    "亚运会",
    "冬奥会",
    "奥运会",
    "大运会",
    "全运会",
    "进博会",
    "服贸会",
    "报告",
    "年报",
    "年鉴",
    "白皮书",
    "大会",
    "峰会",
    "论坛",
    "指南",
    "博览会",
    "榜",
    "联赛",
    "锦标赛",
    "邀请赛",
    "公开赛",
    "世界杯",
    "马拉松",
    "运动会",
    "展览会",
    "车展",
    "航展",
    "书展",
    "汽车展",
    "文化节",
    "艺术节",
    "电影节",
    "旅游节",
    "消费节",
    "专项行动",
    "宣传月",
    "宣传周",
    "活动周",
    "活动月",
    "知识普及月",
    "大选",
    "中期选举",
    "奥运会",
    "冬奥会",
    "亚运会",
    "世博会",
    "重大项目",
    "软考",
    "春招",
    "秋招",
    "校园招聘",
];

/// What is named for its year without 年.
const COHORTS: &[&str] = &[
    "届", "级", "款", "版", "学年", "财年", "雪季", "赛季", "版本",
];

/// `22级本科生`, `98级校友`: the year in which somebody began to study, in two digits.
pub(crate) fn cohort_of_two_digits(at: At<'_>) -> Option<Say> {
    const STUDENTS: &[&str] = &[
        "本科",
        "专科",
        "硕士",
        "博士",
        "研究生",
        "学生",
        "新生",
        "学员",
        "校友",
        "毕业生",
        "同学",
        "学子",
        "师范",
        "班",
        "高中",
        "初中",
        "大学生",
    ];
    let [Num(number @ [_, _]), Ch('级' | '届'), ..] = at.rest() else {
        return None;
    };
    let class = at.opens() && !at.after_any(&["第", "共", "达"]);
    (class && at.sees_any(2, STUDENTS)).then(|| Say::new().text(at, 1, &digits(number)))
}

/// `光绪二十四年（1898）`, `（2021）`: a year alone in brackets.
pub(crate) fn year_in_brackets(at: At<'_>) -> Option<Say> {
    let [Num(number), rest @ ..] = at.rest() else {
        return None;
    };
    // （2026…: a title that a list has cut short.
    let cut_short = matches!(rest, [Ch('…'), ..] | [Ch('.'), Ch('.'), ..]);
    if cut_short && is_modern_year(number) && hanzi_before(at) {
        return Some(Say::new().text(at, 1, &digits(number)));
    }
    // (Smith, 1993), (Smith & Wang, 2004; Li, 2010): who has written what, and when.
    let cited = matches!(
        at.before(),
        [.., Word(_), Ch(','), Space]
            | [.., Word(_), Ch(',')]
            | [.., Word(_), Ch('.'), Ch(','), Space]
    ) && matches!(rest, [] | [Ch(')' | ';' | '.' | ','), ..]);
    if cited && is_modern_year(number) {
        return Some(Say::new().text(at, 1, &digits(number)));
    }
    if !cut_short && !matches!(rest, [Ch(')'), ..]) {
        return None;
    }
    let bracketed = at.previous() == Some(Ch('('));
    let dated = is_modern_year(number)
        || matches!(number, ['1', '8', _, _])
        || is_year(number) && matches!(at.before(), [.., Ch('年'), Ch('(')]);
    (bracketed && dated).then(|| Say::new().text(at, 1, &digits(number)))
}

/// `90年代`, `1990年代`, `1990s`, `90后`, `80、90后`.
pub(crate) fn decade(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    if number.len() == 4 && at.sees(1, "年代") {
        return Some(Say::new().text(at, 1, &digits(number)));
    }
    if let [century @ ('1' | '2'), _, _, '0'] = number
        && (*century == '2' || number[1] >= '7')
        && let Some(Token::Word(['s'])) = at.rest().get(1)
    {
        return Some(Say::new().text(at, 2, &format!("{}年代", digits(number))));
    }
    if number.len() != 2 || !matches!(number[1], '0' | '5') {
        return None;
    }
    if at.sees(1, "年代") {
        return Some(Say::new().text(at, 1, &cardinal(number)));
    }
    if at.sees(1, "后") && !at.sees_any(1, &["后天", "后续"]) && at.opens() {
        return Some(Say::new().text(at, 1, &digits(number)));
    }
    let Some([Ch('、' | '/'), Num(next)]) = at.rest().get(1..3) else {
        return None;
    };
    if next.len() == 2 && at.sees(3, "后") {
        return Some(
            Say::new()
                .text(at, 1, &digits(number))
                .text(at, 1, "、")
                .text(at, 1, &digits(next)),
        );
    }
    None
}

#[cfg(test)]
mod tests;
