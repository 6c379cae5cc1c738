//! Measure words and units: before which 2 is 两, and how unit symbols are said.

use super::token::{At, Ch, Token, Word};

/// Words before which a bare 2 is said 两. Longer exceptions are in [`ORDINAL_WORDS`].
const MEASURE_WORDS: &[&str] = &[
    "个",
    "名",
    "位",
    "家",
    "项",
    "次",
    "批",
    "件",
    "份",
    "台",
    "套",
    "辆",
    "架",
    "艘",
    "座",
    "栋",
    "幢",
    "间",
    "所",
    "处",
    "条",
    "款",
    "种",
    "类",
    "天",
    "周",
    "年",
    "岁",
    "人",
    "户",
    "村",
    "镇",
    "乡",
    "县",
    "市",
    "省",
    "区",
    "地",
    "国",
    "校",
    "院",
    "部",
    "小时",
    "分钟",
    "秒",
    "点",
    "时",
    "刻",
    "元",
    "块",
    "角",
    "毛",
    "吨",
    "公斤",
    "千克",
    "克",
    "斤",
    "米",
    "公里",
    "千米",
    "厘米",
    "毫米",
    "微米",
    "平方",
    "立方",
    "亩",
    "公顷",
    "升",
    "毫升",
    "倍",
    "成",
    "篇",
    "本",
    "册",
    "张",
    "页",
    "封",
    "幅",
    "首",
    "段",
    "句",
    "字",
    "步",
    "层",
    "支",
    "只",
    "头",
    "匹",
    "棵",
    "株",
    "颗",
    "粒",
    "根",
    "把",
    "道",
    "场",
    "轮",
    "届",
    "组",
    "队",
    "门",
    "节",
    "课",
    "万",
    "千",
    "亿",
    "方面",
    "者",
    "端",
    "翼",
    "侧",
    "岸",
    "会",
    "手",
    "笔",
    "单",
    "桶",
    "箱",
    "袋",
    "瓶",
    "盒",
    "片",
    "包",
    "针",
    "剂",
    "副",
    "双",
    "对",
    "列",
    "趟",
    "遍",
    "回",
    "顿",
    "番",
    "晚",
    "季",
    "度",
    "摄氏度",
    "档",
    "室",
    "厅",
    "卫",
    "车",
    "船",
    "例",
    "宗",
    "起",
    "桩",
    "幕",
    "集",
    "学年",
    "学期",
    "多",
    "余",
    "大",
    "兆",
    "瓦",
    "千瓦",
    "伏",
    "卡",
    "分贝",
    "公分",
    "英寸",
    "英尺",
    "盎司",
    "磅",
    "里",
    "丈",
    "尺",
    "寸",
    "载",
    "旬",
    "代人",
    "美元",
    "欧元",
    "英镑",
    "港元",
    "日元",
    "澳元",
    "韩元",
    "人民币",
    "站",
    "口",
    "条",
    "扇",
    "盏",
    "枚",
    "束",
    "堆",
    "串",
    "排",
    "筐",
    "艘",
];

/// Words after which or before which a number counts places, not things: 2月, 2级.
const ORDINAL_WORDS: &[&str] = &[
    "年级",
    "卫生",
    "会议",
    "地区",
    "人民",
    "国家",
    "大厅",
    "省级",
    "市级",
    "季度",
    "单元",
    "等奖",
    "类地区",
    "代身份证",
    "代居民身份证",
    "次方",
    "次元",
    "分之",
    "级",
    "号",
    "月",
    "日",
    "地块",
    "区块",
];

/// Whether the text `offset` tokens on starts with a word that counts things.
pub(crate) fn counts(at: At<'_>, offset: usize) -> bool {
    let offset = offset + usize::from(at.rest().get(offset) == Some(&Token::Space));
    !at.sees_any(offset, ORDINAL_WORDS)
        && (at.sees_any(offset, MEASURE_WORDS) || at.sees(offset, "个月"))
}

/// How a unit symbol is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Tokens the symbol takes.
    pub(crate) tokens: usize,
    /// Its name: 毫克.
    pub(crate) name: &'static str,
    /// The unit it is divided by: 立方米 in mg/m³.
    pub(crate) per: Option<&'static str>,
}

/// Symbols of letters alone, case as written. Sources: GB 3100–3102 and the names used in
/// official statistics (公里 rather than 千米 for roads and speeds).
const SYMBOLS: &[(&str, &str)] = &[
    ("kg", "千克"),
    ("Kg", "千克"),
    ("KG", "千克"),
    ("g", "克"),
    ("mg", "毫克"),
    ("ug", "微克"),
    ("ng", "纳克"),
    ("t", "吨"),
    ("km", "公里"),
    ("KM", "公里"),
    ("Km", "公里"),
    ("m", "米"),
    ("dm", "分米"),
    ("cm", "厘米"),
    ("CM", "厘米"),
    ("mm", "毫米"),
    ("MM", "毫米"),
    ("um", "微米"),
    ("nm", "纳米"),
    ("L", "升"),
    ("l", "升"),
    ("ml", "毫升"),
    ("mL", "毫升"),
    ("ML", "毫升"),
    ("dL", "分升"),
    ("dl", "分升"),
    ("ha", "公顷"),
    ("h", "小时"),
    ("min", "分钟"),
    ("s", "秒"),
    ("ms", "毫秒"),
    ("us", "微秒"),
    ("ns", "纳秒"),
    ("d", "天"),
    ("V", "伏"),
    ("kV", "千伏"),
    ("KV", "千伏"),
    ("mV", "毫伏"),
    ("W", "瓦"),
    ("kW", "千瓦"),
    ("KW", "千瓦"),
    ("kw", "千瓦"),
    ("MW", "兆瓦"),
    ("GW", "吉瓦"),
    ("kWh", "千瓦时"),
    ("KWh", "千瓦时"),
    ("KWH", "千瓦时"),
    ("kwh", "千瓦时"),
    ("MWh", "兆瓦时"),
    ("GWh", "吉瓦时"),
    ("Wh", "瓦时"),
    ("kVA", "千伏安"),
    ("KVA", "千伏安"),
    ("MVA", "兆伏安"),
    ("mA", "毫安"),
    ("mAh", "毫安时"),
    ("Ah", "安时"),
    ("Hz", "赫兹"),
    ("kHz", "千赫"),
    ("KHz", "千赫"),
    ("MHz", "兆赫"),
    ("GHz", "吉赫"),
    ("mmHg", "毫米汞柱"),
    ("cmHg", "厘米汞柱"),
    ("Pa", "帕"),
    ("hPa", "百帕"),
    ("kPa", "千帕"),
    ("KPa", "千帕"),
    ("MPa", "兆帕"),
    ("Mpa", "兆帕"),
    ("GPa", "吉帕"),
    ("J", "焦"),
    ("kJ", "千焦"),
    ("KJ", "千焦"),
    ("MJ", "兆焦"),
    ("GJ", "吉焦"),
    ("cal", "卡"),
    ("kcal", "千卡"),
    ("N", "牛"),
    ("kN", "千牛"),
    ("KN", "千牛"),
    ("dB", "分贝"),
    ("db", "分贝"),
    ("lx", "勒克斯"),
    ("mol", "摩尔"),
    ("mmol", "毫摩尔"),
    ("umol", "微摩尔"),
    ("Bq", "贝克"),
    ("Sv", "西弗"),
    ("mSv", "毫西弗"),
    ("KB", "千字节"),
    ("kB", "千字节"),
    ("MB", "兆"),
    ("M", "兆"),
    ("GB", "吉字节"),
    ("TB", "太字节"),
    ("PB", "拍字节"),
    ("Mbps", "兆比特每秒"),
    ("Gbps", "吉比特每秒"),
    ("kbps", "千比特每秒"),
    ("bps", "比特每秒"),
    ("r", "转"),
    ("rpm", "转每分钟"),
    ("tce", "吨标准煤"),
    ("dpi", "点每英寸"),
    ("px", "像素"),
    ("Nm", "牛米"),
    ("in", "英寸"),
    ("ft", "英尺"),
    ("lb", "磅"),
    ("oz", "盎司"),
    ("kgce", "千克标准煤"),
];

/// Symbols of one character that stand for a whole unit.
const SIGNS: &[(char, &str)] = &[
    ('℃', "摄氏度"),
    ('℉', "华氏度"),
    ('㎡', "平方米"),
    ('㎥', "立方米"),
    ('㎏', "千克"),
    ('㎎', "毫克"),
    ('㎜', "毫米"),
    ('㎝', "厘米"),
    ('㎞', "公里"),
    ('㏄', "毫升"),
    ('㎢', "平方公里"),
    ('㏕', "密耳"),
    ('㎖', "毫升"),
    ('Ω', "欧姆"),
    ('㎍', "微克"),
    ('㎠', "平方厘米"),
    ('㎾', "千瓦"),
    ('㎐', "赫兹"),
];

/// Lengths, whose square and cube have names of their own.
const SQUARED: &[(&str, &str, &str)] = &[
    ("km", "平方公里", "立方公里"),
    ("m", "平方米", "立方米"),
    ("dm", "平方分米", "立方分米"),
    ("cm", "平方厘米", "立方厘米"),
    ("mm", "平方毫米", "立方毫米"),
    ("hm", "公顷", "立方百米"),
    ("Nm", "标准平方米", "标准立方米"),
];

/// The unit whose symbol starts `offset` tokens on; `None` when letters or digits go on after it.
pub(crate) fn unit(at: At<'_>, offset: usize) -> Option<Unit> {
    let first = product(at, offset).or_else(|| simple(at, offset))?;
    let after = offset + first.0;
    if at.rest().get(after) == Some(&Ch('/'))
        && let Some((taken, per)) = divisor(at, after + 1)
        && ends(at, after + 1 + taken)
    {
        return Some(Unit {
            tokens: first.0 + 1 + taken,
            name: first.1,
            per: Some(per),
        });
    }
    ends(at, after).then_some(Unit {
        tokens: first.0,
        name: first.1,
        per: None,
    })
}

/// What stands behind the stroke of a unit: m³, 吨, (m²·K).
fn divisor(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    if matches!(at.rest().get(offset), Some(Ch('(' | '（'))) {
        let (taken, name) = product(at, offset + 1)?;
        let closed = matches!(at.rest().get(offset + 1 + taken), Some(Ch(')' | '）')));
        return closed.then_some((taken + 2, name));
    }
    match at.rest().get(offset) {
        // A year (annum) is a unit only below a stroke: t/a, kWh/(m²·a).
        Some(Word(['a'])) => Some((1, "年")),
        _ => simple(at, offset).or_else(|| hanzi_unit(at, offset)),
    }
}

/// Units that are multiplied, as the standards of buildings and emissions have them.
const PRODUCTS: &[(&str, &str, &str)] = &[
    ("平方米", "开尔文", "平方米开尔文"),
    ("平方米", "摄氏度", "平方米摄氏度"),
    ("平方米", "小时", "平方米小时"),
    ("平方米", "天", "平方米天"),
    ("平方米", "年", "平方米年"),
    ("平方米", "秒", "平方米秒"),
    ("立方米", "小时", "立方米小时"),
    ("米", "开尔文", "米开尔文"),
    ("米", "摄氏度", "米摄氏度"),
    ("千克", "开尔文", "千克开尔文"),
    ("千克", "摄氏度", "千克摄氏度"),
];

/// m²·K. Single letters are units only where they are multiplied.
fn product(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    let (taken, first) = simple(at, offset)?;
    let Some(Ch('·')) = at.rest().get(offset + taken) else {
        return None;
    };
    let next = offset + taken + 1;
    let (more, second) = match at.rest().get(next) {
        Some(Word(['K'])) => (1, "开尔文"),
        Some(Word(['h'])) => (1, "小时"),
        Some(Word(['d'])) => (1, "天"),
        Some(Word(['a'])) => (1, "年"),
        _ => simple(at, next)?,
    };
    PRODUCTS
        .iter()
        .find(|(one, other, _)| *one == first && *other == second)
        .map(|(_, _, name)| (taken + 1 + more, *name))
}

/// Units written out that may stand behind a stroke: mg/立方米, 元/吨.
pub(crate) fn hanzi_unit(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    const NAMES: &[&str] = &[
        "平方公里",
        "平方千米",
        "平方米",
        "立方米",
        "千瓦时",
        "工作日",
        "小时",
        "分钟",
        "分",
        "公里",
        "千米",
        "公斤",
        "千克",
        "公顷",
        "平方",
        "百人",
        "千人",
        "万人",
        "人次",
        "人月",
        "月",
        "年",
        "日",
        "天",
        "周",
        "吨",
        "米",
        "升",
        "亩",
        "人",
        "户",
        "次",
        "个",
        "件",
        "台",
        "套",
        "辆",
        "车",
        "份",
        "张",
        "度",
        "秒",
        "克",
        "斤",
        "床",
        "间",
        "头",
        "只",
        "株",
        "棵",
        "项",
        "家",
        "本",
        "册",
        "瓶",
        "盒",
        "支",
        "班",
        "课时",
        "学期",
        "学年",
        "生",
        "例",
        "趟",
        "晚",
        "季",
        "桌",
        "条",
        "批",
        "幢",
        "栋",
        "亿元",
        "万元",
        "元",
        "村",
        "县",
        "处",
        "座",
        "桶",
        "箱",
        "包",
        "袋",
        "组",
        "片",
        "粒",
        "丸",
        "剂",
    ];
    let name = NAMES.iter().find(|name| at.sees(offset, name))?;
    Some((name.chars().count(), name))
}

fn ends(at: At<'_>, offset: usize) -> bool {
    !matches!(
        at.rest().get(offset),
        Some(Word(_) | Token::Num(_) | Ch('²' | '³'))
    )
}

fn simple(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    let rest = at.rest().get(offset..)?;
    match rest {
        [Ch('°'), Word(['C' | 'c']), ..] => return Some((2, "摄氏度")),
        [Ch('°'), Word(['F' | 'f']), ..] => return Some((2, "华氏度")),
        [Ch('μ'), Word(letters), ..] => {
            let name = match *letters {
                ['m'] => "微米",
                ['g'] => "微克",
                ['L' | 'l'] => "微升",
                ['s'] => "微秒",
                ['S', 'v'] => "微西弗",
                ['A'] => "微安",
                ['m', 'o', 'l'] => "微摩尔",
                _ => return None,
            };
            return Some((2, name));
        }
        [Word(['k' | 'K']), Ch('Ω'), ..] => return Some((2, "千欧")),
        [Word(a), Ch('·'), Word(['h']), ..] => {
            let name = match *a {
                ['k' | 'K', 'W' | 'w'] => "千瓦时",
                ['M', 'W'] => "兆瓦时",
                ['G', 'W'] => "吉瓦时",
                ['W'] => "瓦时",
                ['A'] => "安时",
                ['m', 'A'] => "毫安时",
                _ => return None,
            };
            return Some((3, name));
        }
        [Word(['N']), Ch('·'), Word(['m']), ..] => return Some((3, "牛米")),
        [Ch(sign), ..] => {
            return SIGNS
                .iter()
                .find(|(c, _)| c == sign)
                .map(|(_, name)| (1, *name));
        }
        _ => {}
    }
    let [Word(letters), after @ ..] = rest else {
        return None;
    };
    let symbol: String = letters.iter().collect();
    let power = match after {
        [Ch('²'), ..] => Some((1, 2)),
        [Ch('³'), ..] => Some((1, 3)),
        [Ch('^'), Token::Num(['2']), ..] => Some((2, 2)),
        [Ch('^'), Token::Num(['3']), ..] => Some((2, 3)),
        [Token::Num(['2']), next @ ..] if squarable(&symbol, next) => Some((1, 2)),
        [Token::Num(['3']), next @ ..] if squarable(&symbol, next) => Some((1, 3)),
        _ => None,
    };
    if let Some((taken, power)) = power {
        let (_, square, cube) = SQUARED.iter().find(|(name, ..)| *name == symbol)?;
        return Some((1 + taken, if power == 2 { square } else { cube }));
    }
    SYMBOLS
        .iter()
        .find(|(name, _)| *name == symbol)
        .map(|(_, name)| (1, *name))
}

/// `m2` and `km2` are squares only where nothing that could be a code goes on.
fn squarable(symbol: &str, next: &[Token<'_>]) -> bool {
    SQUARED.iter().any(|(name, ..)| *name == symbol)
        && !matches!(next, [Word(_), ..] | [Ch('.'), Token::Num(_), ..])
}
