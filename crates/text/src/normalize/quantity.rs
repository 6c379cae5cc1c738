//! Quantities: numbers with sign, thousands separators and decimals, in ranges, with percent
//! signs, currencies and units.

use super::measure::{self, Unit};
use super::numbers;
use super::token::{At, Ch, Num, Say, Space, Token, Word};
use crate::chars::is_hanzi;

/// Groups of three digits in the longest quantity.
const MOST_GROUPS: usize = numbers::LONGEST_CARDINAL / 3;

/// A number as it stands in the text.
#[derive(Debug, Clone)]
pub(crate) struct Number<'a> {
    /// Digits before the point, separators left out.
    pub(crate) whole: Vec<char>,
    /// Digits behind the point.
    pub(crate) fraction: Option<&'a [char]>,
    /// Tokens it takes.
    pub(crate) tokens: usize,
}

impl<'a> Number<'a> {
    /// The number that starts at `at`: `1,234,567.89`. `None` for dotted numbers of three and
    /// more parts, which are no quantities.
    pub(crate) fn at(at: At<'a>) -> Option<Self> {
        let rest = at.rest();
        let [Num(first), ..] = rest else { return None };
        let mut whole = first.to_vec();
        let mut tokens = 1;
        if first.len() <= 3 {
            while let Some([Ch(','), Num(group)]) = rest.get(tokens..tokens + 2)
                && group.len() == 3
                && tokens <= 2 * MOST_GROUPS
            {
                whole.extend_from_slice(group);
                tokens += 2;
            }
        }
        if tokens == 1
            && let Some((groups, taken)) = wide_groups(at)
        {
            whole.extend(groups);
            tokens += taken;
        }
        let mut fraction = None;
        if let Some([Ch('.'), Num(digits)]) = rest.get(tokens..tokens + 2) {
            if matches!(rest.get(tokens + 2..tokens + 4), Some([Ch('.'), Num(_)])) {
                return None;
            }
            fraction = Some(*digits);
            tokens += 2;
        }
        Some(Self {
            whole,
            fraction,
            tokens,
        })
    }

    /// As a price: `2.00` is 两.
    fn priced(&self) -> String {
        match self.fraction {
            Some(fraction) if fraction.len() > 1 && fraction.iter().all(|&c| c == '0') => {
                numbers::counted(&self.whole)
            }
            Some(_) => self.without_padding(),
            None => self.counted(),
        }
    }

    /// As a share of a hundred: the whole of it is 百分之百.
    fn percent(&self) -> String {
        match (&self.whole[..], self.fraction) {
            (['1', '0', '0'], None) => "百".to_owned(),
            _ => self.without_padding(),
        }
    }

    /// As a plain quantity.
    pub(crate) fn said(&self) -> String {
        match self.fraction {
            Some(fraction) => numbers::decimal(&self.whole, fraction),
            None => numbers::cardinal(&self.whole),
        }
    }

    /// As a count of things: a bare 2 is 两.
    pub(crate) fn counted(&self) -> String {
        match self.fraction {
            Some(_) => self.said(),
            None => numbers::counted(&self.whole),
        }
    }

    /// As a price or percentage: `36.00` is 三十六, `0.70` 零点七. A single zero is kept, because
    /// statistics say it (增长5.0%).
    pub(crate) fn without_padding(&self) -> String {
        let Some(fraction) = self.fraction.filter(|fraction| fraction.len() > 1) else {
            return self.said();
        };
        let kept = fraction
            .iter()
            .rposition(|&c| c != '0')
            .map_or(0, |last| last + 1);
        match kept {
            0 => numbers::cardinal(&self.whole),
            _ => numbers::decimal(&self.whole, &fraction[..kept]),
        }
    }

    fn value(&self) -> f64 {
        let mut text: String = self.whole.iter().collect();
        if let Some(fraction) = self.fraction {
            text.push('.');
            text.extend(fraction);
        }
        text.parse().unwrap_or(f64::MAX)
    }
}

/// Groups of thousands set apart by a blank or a full-width comma, with the tokens they take:
/// ` 200 000`, `，000`. Where it could be a list of numbers it is one.
fn wide_groups(at: At<'_>) -> Option<(Vec<char>, usize)> {
    let [Num(first), separator @ (Space | Ch('，')), ..] = at.rest() else {
        return None;
    };
    if first.len() > 3 || first[0] == '0' || !at.opens() {
        return None;
    }
    let mut digits = Vec::new();
    let mut taken = 0;
    while let Some([next, Num(group)]) = at.rest().get(1 + taken..3 + taken)
        && next == separator
        && group.len() == 3
    {
        digits.extend_from_slice(group);
        taken += 2;
        if taken > 2 * MOST_GROUPS {
            return None;
        }
    }
    let counted = measure::counts(at, 1 + taken)
        || measure::unit(at, 1 + taken).is_some()
        || matches!(at.rest().get(1 + taken), Some(Ch('元' | '万' | '亿' | '.')));
    let numbers_something = at.after_any(&[
        "第", "表", "图", "件", "号", "章", "节", "转", "拨", "话", ":",
    ]);
    let compared = matches!(at.previous(), Some(Ch('≤' | '≥' | '<' | '>' | '=' | '≈')));
    let alone = at.before().is_empty() && at.rest().len() == 1 + taken;
    let grouped = match separator {
        Space => (counted || compared || alone) && !numbers_something,
        // In a list no number has a zero in front.
        _ => counted && digits.first() == Some(&'0'),
    };
    (taken > 0 && grouped).then_some((digits, taken))
}

/// What follows a number and changes how it is said.
enum Tail {
    Percent,
    PerMille,
    Unit(Unit),
    None,
}

fn tail(at: At<'_>, offset: usize) -> (usize, Tail) {
    let space = usize::from(at.rest().get(offset) == Some(&Space));
    match at.rest().get(offset + space) {
        Some(Ch('%')) => (space + 1, Tail::Percent),
        Some(Ch('‰')) => (space + 1, Tail::PerMille),
        _ => match measure::unit(at, offset + space) {
            Some(Unit {
                name: "兆",
                tokens: 1,
                ..
            }) if matches!(at.rest().get(offset + space), Some(Word(['M'])))
                && !matches!(at.rest().first(), Some(Num([_, _, ..]))) =>
            {
                (0, Tail::None)
            }
            Some(unit) => (space + unit.tokens, Tail::Unit(unit)),
            None => (0, Tail::None),
        },
    }
}

fn say_with_tail(at: At<'_>, offset: usize, number: &Number<'_>, tail: &Tail) -> String {
    match tail {
        Tail::Percent => format!("百分之{}", number.percent()),
        Tail::PerMille => format!("千分之{}", number.without_padding()),
        Tail::Unit(unit) => match unit.per {
            Some(per @ ("小时" | "秒" | "分钟")) => {
                format!("每{per}{}{}", number.counted(), unit.name)
            }
            Some(per) => format!("{}{}每{per}", number.counted(), unit.name),
            None => format!("{}{}", number.counted(), unit.name),
        },
        Tail::None => bare(at, offset, number),
    }
}

/// A number with hanzi or nothing behind it.
fn bare(at: At<'_>, offset: usize, number: &Number<'_>) -> String {
    let next = offset + number.tokens;
    if at.sees_any(next, &["元", "人民币", "美元", "欧元", "港元"]) {
        return number.priced();
    }
    if at.skip(offset).after_any(&["第", "之", "其"]) || in_ordinal_list(at.skip(offset)) {
        return number.said();
    }
    if measure::counts(at, after_second_number(at, next)) {
        number.counted()
    } else {
        number.said()
    }
}

/// `第1、2项`: one 第 numbers all that are joined behind it.
fn in_ordinal_list(at: At<'_>) -> bool {
    const LONGEST_LIST_TOKENS: usize = 24;
    at.before()
        .iter()
        .rev()
        .take(LONGEST_LIST_TOKENS)
        .find(|token| {
            !matches!(
                token,
                Num(_) | Ch('、' | '和' | '或' | '及' | '至' | '-' | '—')
            )
        })
        == Some(&Ch('第'))
}

/// Where the measure word of `2至3家` and `2、3个` stands.
fn after_second_number(at: At<'_>, next: usize) -> usize {
    match at.rest().get(next..next + 2) {
        Some([Ch('至' | '到' | '或' | '、'), Num(second)]) if second.len() <= 2 => next + 2,
        _ => next,
    }
}

/// Words between the two ends of a range; all are said 至.
fn range_separator(at: At<'_>, offset: usize) -> Option<usize> {
    let rest = at.rest().get(offset..)?;
    match rest {
        [Ch('—'), Ch('—'), Num(_), ..] => Some(2),
        [Ch('-' | '—' | '~' | '～'), Num(_), ..] => Some(1),
        [Space, Ch('-' | '—' | '~'), Space, Num(_), ..] => Some(3),
        _ => None,
    }
}

/// `5-10%`, `3～5个`, `5%—10%`, `20kg-30kg`: both ends with the tail of the second; `3～-2℃`.
pub(crate) fn range(at: At<'_>) -> Option<Say> {
    unsigned_range(at).or_else(|| signed_range(at, ""))
}

fn unsigned_range(at: At<'_>) -> Option<Say> {
    let low = Number::at(at)?;
    let (low_tail_tokens, low_tail) = tail(at, low.tokens);
    let mut low_end = low.tokens + low_tail_tokens;
    let low_scale = scale_at(at, low_end);
    low_end += usize::from(low_scale.is_some());
    let low_unit = if low_tail_tokens == 0 {
        hanzi_tail(at, low_end)
    } else {
        None
    };
    low_end += low_unit.map_or(0, |(taken, _)| taken);
    let separator = range_separator(at, low_end)?;
    let high_at = low_end + separator;
    let high = Number::at(at.skip(high_at))?;
    let (high_tail_tokens, high_tail) = tail(at, high_at + high.tokens);
    let end = high_at + high.tokens + high_tail_tokens;
    if range_separator(at, end).is_some() {
        return None;
    }
    let same_scale = low_scale.is_none() && low_unit.is_none();
    if matches!(low_tail, Tail::None) && same_scale && low.value() >= high.value() {
        return None;
    }
    let counts = measure::counts(at, end) && !at.after("第");
    let low_said = match (&low_tail, &high_tail) {
        (Tail::None, Tail::Percent) => format!("百分之{}", low.without_padding()),
        (Tail::None, Tail::PerMille) => format!("千分之{}", low.without_padding()),
        (Tail::None, Tail::Unit(unit)) => match unit.per {
            Some(per @ ("小时" | "秒" | "分钟")) => format!("每{per}{}", low.counted()),
            _ => low.counted(),
        },
        (Tail::None, Tail::None) if counts || low_unit.is_some() || low_scale.is_some() => {
            let mut said = low.counted();
            said.extend(low_scale);
            said.push_str(low_unit.map_or("", |(_, name)| name));
            said
        }
        (Tail::None, Tail::None) => low.said(),
        _ => say_with_tail(at, 0, &low, &low_tail),
    };
    let high_said = match (&low_tail, &high_tail) {
        (Tail::None, Tail::Percent) => high.percent(),
        (Tail::None, Tail::PerMille) => high.without_padding(),
        (
            Tail::None,
            Tail::Unit(Unit {
                per: Some("小时" | "秒" | "分钟"),
                name,
                ..
            }),
        ) => {
            format!("{}{name}", high.counted())
        }
        (_, Tail::None) if counts => high.counted(),
        _ => say_with_tail(at, high_at, &high, &high_tail),
    };
    Some(
        Say::new()
            .text(at, low_end, &low_said)
            .text(at, separator, "至")
            .text(at, end - high_at, &high_said),
    )
}

fn scale_at(at: At<'_>, offset: usize) -> Option<char> {
    match at.rest().get(offset) {
        Some(Ch(c @ ('万' | '亿' | '千' | '百'))) => Some(*c),
        _ => None,
    }
}

/// A measure word written out at the low end of a range: 3个-5个, 10元—20元.
fn hanzi_tail(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    measure::hanzi_unit(at, offset)
        .filter(|(taken, _)| range_separator(at, offset + taken).is_some())
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
    match tail(at, number.tokens) {
        (_, Tail::None) => None,
        _ => quantity(at),
    }
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
    if matches!(at.previous(), Some(Word(_))) && matches!(at.rest().get(1), Some(Num(_))) {
        let dose = Number::at(at.skip(1))
            .is_some_and(|number| measure::unit(at, 1 + number.tokens).is_some());
        return dose.then(|| Say::new().text(at, 1, "每"));
    }
    let counted = at.after_any(&[
        "元", "人", "次", "吨", "克", "斤", "米", "升", "度", "亩", "公顷", "个", "件", "台", "辆",
        "户", "时", "分", "组", "套", "里", "瓦", "焦", "桶", "头", "只", "株", "棵", "袋", "箱",
        "瓶", "盒", "支", "份", "张", "家", "项", "床", "节", "车", "趟", "名", "位", "条", "根",
        "卷", "包", "本", "粒", "片", "剂", "立方", "平方",
    ]);
    if !counted {
        return None;
    }
    let unit = measure::hanzi_unit(at, 1).is_some() || measure::unit(at, 1).is_some();
    unit.then(|| Say::new().text(at, 1, "每"))
}

/// `2019年3月—2022年5月`, `20:00-次日6:00`, `15号-18号`: a dash between two amounts is 至.
pub(crate) fn range_sign(at: At<'_>) -> Option<Say> {
    let tokens = match at.rest() {
        [Ch('—'), Ch('—'), ..] => 2,
        [Ch('-' | '—' | '~'), ..] => 1,
        _ => return None,
    };
    let space = usize::from(at.rest().get(tokens) == Some(&Space));
    let next_number = matches!(at.rest().get(tokens + space), Some(Num(_)));
    let next_day = at.sees_any(
        tokens,
        &[
            "次日",
            "翌日",
            "当日",
            "次年",
            "今年",
            "当年",
            "早",
            "晚",
            "上午",
            "下午",
            "中午",
            "凌晨",
            "夜间",
            "第二天",
        ],
    );
    let after_unit = matches!(
        at.previous(),
        Some(Ch('年'
            | '月'
            | '日'
            | '号'
            | '时'
            | '分'
            | '点'
            | '度'
            | '元'
            | '万'
            | '亿'
            | '级'
            | '岁'
            | '%'
            | '℃'))
    );
    // 温度-12, 得分-3: behind a word that only ends like a unit comes a sign.
    let after_unit = after_unit
        && !matches!(at.before(), [.., Ch(before), Ch('度' | '分' | '点')] if !ends_number(*before));
    let after_number = matches!(at.previous(), Some(Num(_)));
    let ranges = next_number && after_unit
        || next_day && (after_unit || after_number)
        || between_hanzi(at, tokens);
    if !ranges {
        return None;
    }
    let serial =
        at.after("号") && !at.sees(tokens + space + 1, "号") && !at.sees(tokens + space + 1, "日");
    Some(
        Say::new()
            .text(at, tokens, if serial { "杠" } else { "至" })
            .silent(space),
    )
}

/// Whether a number written in hanzi may end so, or the name of a unit before its last character.
fn ends_number(c: char) -> bool {
    "〇一二两三四五六七八九十百千万亿半几氏".contains(c)
}

/// `周一—周五`, `三—五年级`, `（一）—（五）`, `初一～初三`: days, numerals and marks of lists; a
/// wave stands for 至 between any hanzi.
fn between_hanzi(at: At<'_>, tokens: usize) -> bool {
    let numeral = |token: Option<&Token<'_>>| matches!(token, Some(Ch(c)) if "一二三四五六七八九十日".contains(*c));
    let rest = &at.rest()[tokens..];
    let marks = matches!(at.before(), [.., Ch('('), inner, Ch(')')] if numeral(Some(inner)) || matches!(inner, Num(_)))
        && matches!(rest, [Ch('('), inner, ..] if numeral(Some(inner)) || matches!(inner, Num(_)));
    let weekdays = at.before().len() >= 2
        && numeral(at.before().last())
        && at.skip(tokens).sees_any(0, &["周", "星期", "礼拜", "初"]);
    let numerals = numeral(at.before().last()) && numeral(rest.first());
    let hanzi = |token: Option<&Token<'_>>| matches!(token, Some(Ch(c)) if is_hanzi(*c));
    let wave = at.rest()[0] == Ch('~') && hanzi(at.before().last()) && hanzi(rest.first());
    marks || weekdays || numerals || wave
}

/// A single quantity, with its percent sign or unit.
pub(crate) fn quantity(at: At<'_>) -> Option<Say> {
    let number = Number::at(at)?;
    let (tail_tokens, tail) = tail(at, number.tokens);
    let said = say_with_tail(at, 0, &number, &tail);
    Some(Say::new().text(at, number.tokens + tail_tokens, &said))
}

/// Words after which a hyphen before a number is a minus sign although hanzi stand before it.
const BEFORE_MINUS: &[&str] = &[
    "为", "是", "达", "到", "算", "从", "至", "于", "约", "近", "过", "在", "即", "和", "与", "或",
    "得", "负", "降", "长", "值", "率", "额", "差", "了", "温", "比", "增", "幅", "低", "高", "均",
    "计", "速", "温度", "海拔", "高程", "水位", "水深", "埋深", "得分", "评分", "扣分", "加分",
    "利润", "余", "亏",
];

/// `-5`, `－98%`, `±2`, `＋3℃`.
pub(crate) fn signed(at: At<'_>) -> Option<Say> {
    let [Ch(sign @ ('-' | '±' | '+' | '—')), rest @ ..] = at.rest() else {
        return None;
    };
    let space = usize::from(matches!(rest, [Space, ..]));
    let of_percent = matches!(rest, [Ch('百'), Ch('分'), Ch('之'), ..]);
    let of_fraction = matches!(rest, [Num(_), Ch('分'), Ch('之'), ..]);
    if !of_percent && !matches!(rest.get(space), Some(Num(_))) {
        return None;
    }
    let unary = match at.previous() {
        None => true,
        Some(Space) => space == 0 || !super::math::follows_term(at),
        Some(Num(_) | Word(_) | Token::Replacement(_)) => false,
        Some(Ch(')' | ']' | '〕' | '%' | '℃' | '°')) => false,
        Some(Ch(c)) if is_hanzi(c) => {
            *sign == '±' || at.after_any(BEFORE_MINUS) || *sign == '-' && is_degrees(at, 1 + space)
        }
        Some(Ch(_)) => true,
    };
    if !unary || (*sign == '—' && !matches!(at.previous(), None | Some(Ch('为')))) {
        return None;
    }
    let number_at = at.skip(1 + space);
    let sign_said = match sign {
        '±' => "正负",
        '+' => "正",
        _ => "负",
    };
    if of_percent || of_fraction {
        return Some(Say::new().text(at, 1, sign_said));
    }
    if *sign == '-'
        && let Some(range) = signed_range(number_at, "负")
    {
        return Some(Say::new().silent(1 + space).join(range));
    }
    let value = super::math::fraction(number_at)
        .or_else(|| range(number_at))
        .or_else(|| quantity(number_at))?;
    // A newsreader counts degrees below zero from zero: 零下五摄氏度.
    let degrees = says_degrees(&value);
    let sign_said = if degrees && *sign == '-' {
        "零下"
    } else {
        sign_said
    };
    Some(Say::new().text(at, 1 + space, sign_said).join(value))
}

/// Whether a number of degrees stands `offset` tokens on.
fn is_degrees(at: At<'_>, offset: usize) -> bool {
    Number::at(at.skip(offset)).is_some_and(|number| {
        matches!(tail(at, offset + number.tokens).1, Tail::Unit(unit) if unit.name.ends_with('度'))
    })
}

/// `-8～2℃`, `-5～-2%`, from behind the first sign, and `3～-2℃`: each end with its own.
fn signed_range(at: At<'_>, low_sign: &'static str) -> Option<Say> {
    let low = Number::at(at)?;
    let (low_tail_tokens, low_tail) = tail(at, low.tokens);
    let low_end = low.tokens + low_tail_tokens;
    let rest = at.rest().get(low_end..)?;
    let (separator, high_sign) = match rest {
        [Ch('—'), Ch('—'), Num(_), ..] => (2, ""),
        [Ch('~' | '—' | '-' | '至' | '到'), Num(_), ..] => (1, ""),
        [Ch('~' | '—' | '-' | '至' | '到'), Ch('-'), Num(_), ..] => (1, "负"),
        [Ch('~' | '—' | '-' | '至' | '到'), Ch('+'), Num(_), ..] => (1, "正"),
        _ => return None,
    };
    let high_at = low_end + separator + usize::from(!high_sign.is_empty());
    let high = Number::at(at.skip(high_at))?;
    let (high_tail_tokens, high_tail) = tail(at, high_at + high.tokens);
    if rest[0] == Ch('-') && high_sign.is_empty() && matches!(high_tail, Tail::None) {
        return None;
    }
    // 3-2 is told by others, and 3--2 is no range.
    if low_sign.is_empty() && (high_sign.is_empty() || rest[0] == Ch('-')) {
        return None;
    }
    let degrees = matches!(&high_tail, Tail::Unit(unit) if unit.name.ends_with('度'));
    let below = |sign: &'static str| match sign {
        "负" if degrees => "零下",
        "正" if degrees => "零上",
        sign => sign,
    };
    let low_said = match (&low_tail, &high_tail) {
        (Tail::None, Tail::Percent | Tail::PerMille) => say_with_tail(at, 0, &low, &high_tail),
        (Tail::None, _) => low.said(),
        _ => say_with_tail(at, 0, &low, &low_tail),
    };
    let high_said = match (&low_tail, high_sign, &high_tail) {
        (Tail::None, "", Tail::Percent) => high.percent(),
        (Tail::None, "", Tail::Unit(unit)) => format!("{}{}", high.said(), unit.name),
        _ => say_with_tail(at, high_at, &high, &high_tail),
    };
    let high_tokens = high_at - low_end - separator + high.tokens + high_tail_tokens;
    Some(
        Say::new()
            .text(at, low_end, &format!("{}{low_said}", below(low_sign)))
            .text(at, separator, "至")
            .text(at, high_tokens, &format!("{}{high_said}", below(high_sign))),
    )
}

fn says_degrees(say: &Say) -> bool {
    matches!(say.pieces.last(), Some(piece) if piece.said == super::piece::Said::Han('度'))
}

/// Currency signs and codes and what they are called behind the number.
const CURRENCIES: &[(&[Token<'static>], &str)] = &[
    (&[Ch('¥')], "元"),
    (&[Word(&['U', 'S']), Ch('$')], "美元"),
    (&[Word(&['H', 'K']), Ch('$')], "港元"),
    (&[Word(&['N', 'T']), Ch('$')], "新台币"),
    (&[Word(&['A']), Ch('$')], "澳元"),
    (&[Word(&['A', 'U']), Ch('$')], "澳元"),
    (&[Word(&['C']), Ch('$')], "加元"),
    (&[Word(&['S']), Ch('$')], "新加坡元"),
    (&[Ch('$')], "美元"),
    (&[Ch('€')], "欧元"),
    (&[Ch('£')], "英镑"),
    (&[Ch('₩')], "韩元"),
    (&[Ch('₽')], "卢布"),
    (&[Ch('₹')], "卢比"),
    (&[Word(&['R', 'M', 'B'])], "元人民币"),
    (&[Word(&['C', 'N', 'Y'])], "元人民币"),
    (&[Word(&['U', 'S', 'D'])], "美元"),
    (&[Word(&['H', 'K', 'D'])], "港元"),
    (&[Word(&['E', 'U', 'R'])], "欧元"),
    (&[Word(&['G', 'B', 'P'])], "英镑"),
    (&[Word(&['J', 'P', 'Y'])], "日元"),
    (&[Word(&['A', 'U', 'D'])], "澳元"),
    (&[Word(&['K', 'R', 'W'])], "韩元"),
    (&[Word(&['T', 'W', 'D'])], "新台币"),
    (&[Word(&['M', 'O', 'P'])], "澳门元"),
];

/// `$1.5万` → 一点五万美元: the name goes behind the number and its scale.
pub(crate) fn money(at: At<'_>) -> Option<Say> {
    let (sign, name) = CURRENCIES
        .iter()
        .find(|(sign, _)| at.rest().starts_with(sign))?;
    let space = usize::from(at.rest().get(sign.len()) == Some(&Space));
    let start = sign.len() + space;
    let number = Number::at(at.skip(start))?;
    let mut end = start + number.tokens;
    let mut said = number.priced();
    while let Some(scale) = scale_at(at, end) {
        said.push(scale);
        end += 1;
    }
    let sign_again = match at.rest().get(end..) {
        Some([Ch('-' | '—' | '~' | '至'), high @ ..]) if high.starts_with(sign) => {
            Some(1 + sign.len())
        }
        _ => None,
    };
    if let Some(separator) = sign_again.or_else(|| range_separator(at, end))
        && let Some(high) = Number::at(at.skip(end + separator))
    {
        end += separator + high.tokens;
        said.push('至');
        said.push_str(&high.without_padding());
        while let Some(scale) = scale_at(at, end) {
            said.push(scale);
            end += 1;
        }
    }
    if at.rest().get(end) == Some(&Ch('/'))
        && let Some((taken, unit)) = measure::hanzi_unit(at, end + 1)
    {
        said.push_str(name);
        return Some(
            Say::new()
                .text(at, end, &said)
                .text(at, 1 + taken, &format!("每{unit}")),
        );
    }
    let named = ["元", "美元", "港元", "人民币", "欧元"]
        .iter()
        .any(|word| at.sees(end, word));
    if !named {
        said.push_str(name);
    }
    Some(Say::new().text(at, end, &said))
}
