//! Numbers that name what stands beside them: hospitals and works (401医院), machines (波音737), number plates.

use super::run::is_counted;
use crate::normalize::token::{At, Ch, Num, Say, Space, Token, Word};

/// What is named by a number of three digits: 401医院, 515开关. None of them is a measure word.
const NAMED: &[&str] = &[
    "医院",
    "研究所",
    "法律服务所",
    "研究院",
    "厂",
    "基地",
    "部队",
    "高地",
    "阵地",
    "开关",
    "断路器",
    "间隔",
    "机务段",
    "快线",
    "专线",
    "支线",
    "团",
    "师",
    "旅",
    "型",
    "系列",
];

/// What only begins like one of them.
const OTHERS: &[&str] = &[
    "型号",
    "型材",
    "厂家",
    "厂商",
    "厂房",
    "厂址",
    "团队",
    "团体",
    "团员",
    "团购",
    "团组",
    "师生",
    "师范",
    "师傅",
    "师徒",
    "旅客",
    "旅行",
    "旅游",
    "团支部",
    "团次",
];

/// Before a number these count: 建成128基地.
const COUNTING: &[&str] = &[
    "共", "约", "有", "达", "近", "超", "等", "为", "全国", "全省", "全市", "全县", "建成", "建",
    "设", "新增", "的", "余", "了", "计",
];

/// `313地质队`, `省402队`: those who look for ores. Behind any other word 队 counts.
fn is_survey_team(at: At<'_>) -> bool {
    const TEAMS: &[&str] = &[
        "地质队",
        "地质大队",
        "勘探队",
        "勘查队",
        "物探队",
        "钻探队",
        "煤田队",
        "地质勘",
    ];
    const KEEPERS: &[&str] = &[
        "省",
        "地质局",
        "地矿局",
        "地勘局",
        "勘查局",
        "煤田局",
        "冶金",
        "核工业",
        "有色",
        "地质",
        "地矿",
    ];
    let team =
        at.sees_any(1, &["队", "大队"]) && !at.sees_any(1, &["队员", "队伍", "队友", "队列"]);
    at.sees_any(1, TEAMS) || team && at.after_any(KEEPERS)
}

/// `401医院`, `704研究所`, `132厂`, `515开关`: a name of three digits; `73011部队` has five.
pub(crate) fn institution(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    let round = number.ends_with(&['0', '0']);
    let year = matches!(number, ['1', '9', _, _] | ['2', '0', _, _]);
    let sized = number.len() == 3 || number.len() == 4 && !year && at.sees(1, "厂");
    let named = sized && at.sees_any(1, NAMED) && !at.sees_any(1, OTHERS)
        || sized && is_survey_team(at)
        || (number.len() == 5 || number.len() == 4 && !year) && at.sees(1, "部队");
    // 10千伏文昌127线检修: the line of a grid.
    const LINES: &[&str] = &[
        "线改造",
        "线停电",
        "线检修",
        "线路",
        "线跳闸",
        "线故障",
        "线支",
        "线全线",
        "线#",
    ];
    let named = named || number.len() == 3 && at.sees_any(1, LINES);
    // 4*150型电缆: how thick it is.
    let multiplied = matches!(at.previous(), Some(Ch('*' | '×' | '+')));
    let counted = round || multiplied || at.after_any(COUNTING);
    (named && !counted && at.opens()).then(|| Say::new().spell(at, 1, false))
}

/// Makes whose machines have numbers of three or four digits.
const MAKES: &[&str] = &[
    "波音",
    "空客",
    "空中客车",
    "标致",
    "雷诺",
    "宝马",
    "马自达",
    "沃尔沃",
    "法拉利",
    "保时捷",
    "诺基亚",
    "骁龙",
    "天玑",
    "东方红",
    "标志",
    "力帆",
    "国窖",
    "郑单",
    "先玉",
    "登海",
    "隆平",
];

/// The same in letters, with or without a blank before the number.
const CHIPS: &[&str] = &["RTX", "GTX", "Lumia"];

/// `波音737-800`, `标致308`, `RTX 4090`: the number of a model.
pub(crate) fn model(at: At<'_>) -> Option<Say> {
    let [Num(number), rest @ ..] = at.rest() else {
        return None;
    };
    let chip = match at.before() {
        [.., Word(letters), Space] | [.., Word(letters)] => {
            CHIPS.contains(&letters.iter().collect::<String>().as_str())
        }
        _ => false,
    };
    let sized = matches!(number.len(), 3 | 4);
    if !sized
        || !(chip || at.after_any(MAKES))
        || is_counted(at, 1) && !at.sees_any(1, &["处理器", "大飞机", "大型"])
    {
        return None;
    }
    let say = Say::new().spell(at, 1, false);
    Some(match rest {
        // 波音737-800
        [Ch('-'), Num(variant), ..] if variant.len() == 3 => say.silent(1).spell(at, 1, false),
        [Word(letters), ..] if letters.len() <= 2 => say.spell(at, 1, false),
        _ => say,
    })
}

/// The characters that number plates begin with.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// `京N·88K66`, `苏BD7K05`: a number plate, whose dot is silent.
pub(crate) fn plate(at: At<'_>) -> Option<Say> {
    let [Word([letter, ..]), rest @ ..] = at.rest() else {
        return None;
    };
    let dot = usize::from(matches!(rest, [Ch('·'), ..]));
    let province = matches!(at.previous(), Some(Ch(c)) if PROVINCES.contains(c));
    let parts = at.rest()[1 + dot..]
        .iter()
        .take_while(|token| matches!(token, Num(_) | Word(_)))
        .take(6)
        .count();
    let length = |token: &Token<'_>| match token {
        Num(run) | Word(run) => run.len(),
        _ => 0,
    };
    let tokens = 1 + dot + parts;
    let length: usize = at.rest()[..tokens].iter().map(length).sum();
    let mixed = parts > 1 && matches!(at.rest()[1 + dot], Num(_));
    let fits = province && mixed && letter.is_ascii_uppercase() && (6..=7).contains(&length);
    fits.then(|| {
        Say::new()
            .spell(at, 1, false)
            .silent(dot)
            .spell(at, parts, false)
    })
}

/// What aeroplanes are called by, before their number.
const AIRCRAFT: &[&str] = &["歼", "轰", "运", "直", "苏", "米格", "伊尔", "图"];

/// `歼-20`, `轰-6K`, `图160轰炸机`: the number of an aeroplane.
pub(crate) fn aircraft(at: At<'_>) -> Option<Say> {
    const FLIES: &[&str] = &[
        "战机",
        "飞机",
        "轰炸机",
        "战斗机",
        "运输机",
        "直升机",
        "舰载机",
        "歼击机",
        "发动机",
    ];
    let [Num(number), rest @ ..] = at.rest() else {
        return None;
    };
    let hyphen = at.previous() == Some(Ch('-'));
    let name = at.back(usize::from(hyphen));
    // 图-5 is a figure.
    let figure = name.after("图") && number.len() < 3;
    let is_one = number.len() <= 3
        && name.after_any(AIRCRAFT)
        && (hyphen && !figure || at.near_after(1, 6, FLIES));
    let lettered = hyphen && matches!(rest, [Word([_]), ..]);
    if !is_one || is_counted(at, 1) && !lettered {
        return None;
    }
    let say = Say::new().spell(at, 1, false);
    Some(match rest {
        [Word(letters), ..] if letters.len() <= 3 => say.spell(at, 1, false),
        _ => say,
    })
}

/// What stands behind the number of a court in the number of a case.
const CASES: &[&str] = &[
    "民", "刑", "行", "执", "破", "知", "财", "赔", "强", "特", "认", "清", "委", "司",
];

/// `（2023）皖1821民初567号`: the number of a court behind its province.
pub(crate) fn court(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    let province =
        matches!(at.before(), [.., Ch(')' | '〕' | ']'), Ch(c)] if PROVINCES.contains(*c));
    (province && number.len() <= 4 && at.sees_any(1, CASES)).then(|| Say::new().spell(at, 1, false))
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn numbers_that_name_what_stands_beside_them_are_spelled() {
        check(&[
            ("转至305医院就诊", "转至三零五医院就诊"),
            ("第904医院", "第九零四医院"),
            ("在8027部队服役", "在八零二七部队服役"),
            ("2008部队文艺汇演", "两千零八部队文艺汇演"),
            ("省煤田局218地质队", "省煤田局二一八地质队"),
            ("省403队", "省四零三队"),
            ("共有313地质队员", "共有三百一十三地质队员"),
            ("赛区403队报名", "赛区四百零三队报名"),
            ("一架波音737大飞机", "一架波音七三七大飞机"),
            ("空客320客机", "空客三二零客机"),
            ("由612研究所牵头", "由六一二研究所牵头"),
            ("断开613开关", "断开六一三开关"),
            ("调入5719厂", "调入五七一九厂"),
            ("第六师105团", "第六师一零五团"),
            ("354型拖拉机", "三五四型拖拉机"),
            ("4*150型电缆", "四乘一百五十型电缆"),
            ("国窖1573两瓶", "国窖一五七三两瓶"),
            ("播种郑单958", "播种郑单九五八"),
            ("共有236型号", "共有二百三十六型号"),
            ("接待142团队", "接待一百四十二团队"),
            ("波音747-400客机", "波音七四七四零零客机"),
            ("标致408上市", "标致四零八上市"),
            ("浙N·36D18", "浙N三六D一八"),
            ("皖BK5T29的轿车", "皖BK五T二九的轿车"),
            ("歼-16编队", "歼一六编队"),
            ("两架轰-6K", "两架轰六K"),
            ("图95轰炸机", "图九五轰炸机"),
            ("图154飞机", "图一五四飞机"),
            ("10千伏城东213线检修", "十千伏城东二一三线检修"),
            ("（2022）苏1023执88号", "二零二二苏一零二三执八十八号"),
        ]);
    }

    #[test]
    fn what_is_counted_stays_a_quantity() {
        check(&[
            ("全省312家医院", "全省三百一十二家医院"),
            ("共有312医院接入", "共有三百一十二医院接入"),
            ("200厂家", "二百厂家"),
            ("宝马320辆", "宝马三百二十辆"),
        ]);
    }
}
