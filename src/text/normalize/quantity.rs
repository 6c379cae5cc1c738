//! Quantities: numbers with sign, thousands separators and decimals, in ranges, with percent
//! signs, currencies and units.

use super::measure::{self, Unit};
use super::numbers;
use super::token::{At, Ch, Num, Say, Space, Tok, Word};

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
            {
                whole.extend_from_slice(group);
                tokens += 2;
            }
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
            Some(unit) => (space + unit.tokens, Tail::Unit(unit)),
            None => (0, Tail::None),
        },
    }
}

fn say_with_tail(at: At<'_>, offset: usize, number: &Number<'_>, tail: &Tail) -> String {
    match tail {
        Tail::Percent => format!("百分之{}", number.without_padding()),
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
        return match number.fraction {
            Some(_) => number.without_padding(),
            None => number.counted(),
        };
    }
    if at.skip(offset).after_any(&["第", "之", "其"]) {
        return number.said();
    }
    if measure::counts(at, after_second_number(at, next)) {
        number.counted()
    } else {
        number.said()
    }
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

/// `5-10%`, `3～5个`, `5%—10%`, `20kg-30kg`: both ends with the tail of the second.
pub(crate) fn range(at: At<'_>) -> Option<Say> {
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
    if matches!(low_tail, Tail::None) && same_scale && low.value() > high.value() {
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
        (Tail::None, Tail::Percent) => high.without_padding(),
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
        && matches!(at.rest().get(number.tokens + 1), Some(Ch(c)) if super::super::chars::is_hanzi(*c))
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
    let shows_unit = unit.per.is_some() || matches!(at.rest(), [Ch(_), ..]) || unit.tokens > 1;
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
    let [Ch('/'), ..] = at.rest() else {
        return None;
    };
    let counted = at.after_any(&[
        "元", "人", "次", "吨", "克", "斤", "米", "升", "度", "亩", "公顷", "个", "件", "台", "辆",
        "户", "时", "分",
    ]);
    if !counted {
        return None;
    }
    measure::hanzi_unit(at, 1)?;
    Some(Say::new().text(at, 1, "每"))
}

/// A single quantity, with its percent sign or unit.
pub(crate) fn quantity(at: At<'_>) -> Option<Say> {
    let number = Number::at(at)?;
    let (tail_tokens, tail) = tail(at, number.tokens);
    let said = say_with_tail(at, 0, &number, &tail);
    Some(Say::new().text(at, number.tokens + tail_tokens, &said))
}

/// Words before which `-5℃` is 零下五摄氏度.
const WEATHER: &[&str] = &[
    "气温", "温度", "低温", "高温", "最低", "最高", "零度", "体感",
];

/// Words after which a hyphen before a number is a minus sign although hanzi stand before it.
const BEFORE_MINUS: &[&str] = &[
    "为", "是", "达", "到", "算", "从", "至", "于", "约", "近", "过", "在", "即", "和", "与", "或",
    "得", "负", "降", "长", "值", "率", "额", "差", "了", "温",
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
        Some(Num(_) | Word(_) | Tok::Swap(_)) => false,
        Some(Ch(')' | ']' | '〕' | '%' | '℃' | '°')) => false,
        Some(Ch(c)) if super::super::chars::is_hanzi(c) => {
            *sign == '±' || at.after_any(BEFORE_MINUS)
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
    let value = super::math::fraction(number_at)
        .or_else(|| range(number_at))
        .or_else(|| quantity(number_at))?;
    let degrees = says_degrees(&value);
    let sign_said = if degrees && *sign == '-' && at.near_before(12, WEATHER) {
        "零下"
    } else {
        sign_said
    };
    Some(Say::new().text(at, 1 + space, sign_said).join(value))
}

fn says_degrees(say: &Say) -> bool {
    matches!(say.pieces.last(), Some(piece) if piece.said == super::piece::Said::Han('度'))
}

/// Currency signs and codes and what they are called behind the number.
const CURRENCIES: &[(&[Tok<'static>], &str)] = &[
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
    let mut said = match number.fraction {
        Some(_) => number.without_padding(),
        None => number.counted(),
    };
    while let Some(scale) = scale_at(at, end) {
        said.push(scale);
        end += 1;
    }
    if let Some(separator) = range_separator(at, end)
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
    let named = ["元", "美元", "港元", "人民币", "欧元"]
        .iter()
        .any(|word| at.sees(end, word));
    if !named {
        said.push_str(name);
    }
    Some(Say::new().text(at, end, &said))
}
