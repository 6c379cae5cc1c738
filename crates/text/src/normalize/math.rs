//! Fractions and the signs of arithmetic and comparison.

use super::measure;
use super::number::Number;
use super::numerals::cardinal;
use super::signs::ALWAYS_SAID;
use super::token::{At, Ch, Num, Say, Space, Token, Word};
use crate::chars::is_hanzi;

/// Longest digits that can be a fraction's; longer ones are codes.
const LONGEST_TERM: usize = 4;

/// `1/3` → 三分之一, `1 / 2`, `3/16`.
pub(crate) fn fraction(at: At<'_>) -> Option<Say> {
    let (over, under, tokens) = match at.rest() {
        [Num(over), Ch('/'), Num(under), ..] => (over, under, 3),
        [Num(over), Space, Ch('/'), Space, Num(under), ..] => (over, under, 5),
        _ => return None,
    };
    let after = at.rest().get(tokens);
    let range_end = fraction_range_end(at, tokens);
    let goes_on = matches!(after, Some(Ch('/' | '-') | Word(_))) && range_end.is_none()
        || matches!(at.rest().get(tokens..tokens + 2), Some([Ch('.'), Num(_)]));
    let before = matches!(at.previous(), Some(Ch('/' | '.' | '-') | Num(_)) if !minus_before(at));
    let sized = over.len() <= LONGEST_TERM && under.len() <= LONGEST_TERM;
    // 130/80 is a blood pressure, not 八十分之一百三十.
    let pressure =
        under.len() >= 2 && over.len() == 3 && over[0] != '0' && under.len() < over.len();
    if pressure && tokens == 3 && at.opens() && !before && !matches!(after, Some(Ch('/'))) {
        return Some(Say::new().text(at, 1, &cardinal(over)).text(at, 1, "、"));
    }
    if goes_on || before || !sized || pressure || under.iter().all(|&c| c == '0') {
        return None;
    }
    // 219/144万元, 72/48小时: two amounts that share their unit.
    let lasts = at.sees_any(tokens, &["小时", "天", "分钟", "个月"]) && under.len() == over.len();
    let shared = (lasts || matches!(after, Some(Ch('万' | '亿' | '元'))))
        && over.len() >= 2
        && (under.len() >= 3 || under.len() == over.len() && under < over)
        && tokens == 3;
    if shared {
        return Some(Say::new().text(at, 1, &cardinal(over)).text(at, 1, "、"));
    }
    if tokens == 3
        && let Some(say) = stroke_of_a_name(at, over, under)
    {
        return Some(say);
    }
    let say = Say::new().text(
        at,
        tokens,
        &format!("{}分之{}", cardinal(under), cardinal(over)),
    );
    Some(match range_end {
        Some(length) => say.text(at, length, "至"),
        None => say,
    })
}

/// `门牌7/2号`, `图号4/9`: the stroke of a number that names something; `5/20日`: that of a day.
fn stroke_of_a_name(at: At<'_>, over: &[char], under: &[char]) -> Option<Say> {
    const LABELS: &[&str] = &[
        "门牌",
        "门牌号",
        "图号",
        "表号",
        "编号",
        "证号",
        "桩号",
        "地号",
        "宗地",
        "图",
        "表",
        "期号",
    ];
    let value = |number: &[char]| number.iter().collect::<String>().parse::<u32>().ok();
    let (month, day) = (value(over)?, value(under)?);
    if at.sees(3, "日") && (1..=12).contains(&month) && (1..=31).contains(&day) && month != day {
        let said = format!("{}月{}", cardinal(over), cardinal(under));
        return Some(Say::new().text(at, 3, &said));
    }
    let behind = at.sees_any(
        3,
        &["号楼", "号院", "号门", "号地", "号房", "号", "幢", "栋"],
    );
    let labelled =
        at.after_any(LABELS) || at.previous() == Some(Ch(':')) && at.back(1).after_any(LABELS);
    (behind || labelled).then(|| {
        let said = |number: &[char]| cardinal(number);
        Say::new()
            .text(at, 1, &said(over))
            .text(at, 1, "杠")
            .text(at, 1, &said(under))
    })
}

/// `15.1/10万` → 十万分之十五点一: so many of a hundred thousand, as rates of disease are given.
pub(crate) fn rate_of_many(at: At<'_>) -> Option<Say> {
    let over = Number::at(at)?;
    let [
        Ch('/'),
        Num(under @ ['1', zeros @ ..]),
        Ch(scale @ ('万' | '亿')),
        ..,
    ] = at.rest().get(over.tokens..)?
    else {
        return None;
    };
    let round = zeros.iter().all(|&digit| digit == '0');
    (at.opens() && round).then(|| {
        let base = match under {
            ['1'] => scale.to_string(),
            ['1', '0'] => format!("十{scale}"),
            _ => format!("{}{scale}", cardinal(under)),
        };
        Say::new().text(at, over.tokens + 3, &format!("{base}分之{}", over.said()))
    })
}

/// `1.0×10-7` → 一点零乘十的负七次方: what print has lost is that the power stands higher.
pub(crate) fn power_of_ten(at: At<'_>) -> Option<Say> {
    let [Num(['1', '0']), Ch('-'), Num(power), ..] = at.rest() else {
        return None;
    };
    if at.previous() != Some(Ch('×')) || power.len() > 2 {
        return None;
    }
    let said = format!("十的负{}次方", cardinal(power));
    let say = Say::new().text(at, 3, &said);
    Some(match at.rest().get(3..) {
        Some([Ch('~' | '-' | '—'), Num(_), ..]) => say.text(at, 1, "至"),
        _ => match measure::unit(at, 3) {
            Some(unit) => {
                let per = unit.per.map_or_else(String::new, |per| format!("每{per}"));
                say.text(at, unit.tokens, &format!("{}{per}", unit.name))
            }
            None => say,
        },
    })
}

/// `41.16°N`, `75°W`: the side of the world is said first, unless it stands before in words.
pub(crate) fn coordinate(at: At<'_>) -> Option<Say> {
    let number = Number::at(at)?;
    let [Ch('°'), Word([side]), ..] = at.rest().get(number.tokens..)? else {
        return None;
    };
    let side = match side {
        'N' => "北纬",
        'S' => "南纬",
        'E' => "东经",
        'W' => "西经",
        _ => return None,
    };
    let named = at.after_any(&["北纬", "南纬", "东经", "西经", "纬度", "经度"]);
    let side = if named { "" } else { side };
    at.opens()
        .then(|| Say::new().text(at, number.tokens + 2, &format!("{side}{}度", number.said())))
}

/// `视力0.8/1.0`, `8.7/15kV`: two values of one thing, with a pause for the stroke.
pub(crate) fn two_values(at: At<'_>) -> Option<Say> {
    let first = Number::at(at)?;
    if at.rest().get(first.tokens) != Some(&Ch('/')) || !at.opens() {
        return None;
    }
    let next = Number::at(at.skip(first.tokens + 1))?;
    let end = first.tokens + 1 + next.tokens;
    // 4097/1789/1561mm: a length, a width and a height; so is what follows the first.
    let third = match at.rest().get(end) {
        Some(Ch('/')) => Number::at(at.skip(end + 1)).map(|last| end + 1 + last.tokens),
        _ => matches!(at.before(), [.., Num(_), Ch('/')]).then_some(end),
    };
    let long = |number: &Number<'_>| number.whole.len() >= 3 && number.whole[0] != '0';
    if let Some(end) = third
        && long(&first)
        && long(&next)
        && measure::unit(at, end).is_some_and(|unit| unit.name.ends_with('米'))
    {
        return Some(
            Say::new()
                .text(at, first.tokens, &first.said())
                .text(at, 1, "、"),
        );
    }
    first.fraction?;
    let voltage = measure::unit(at, end).is_some_and(|unit| unit.name.ends_with('伏'));
    let decimal = next.fraction.is_some() && !matches!(at.rest().get(end), Some(Ch('/')));
    (voltage || decimal).then(|| {
        Say::new()
            .text(at, first.tokens, &first.said())
            .text(at, 1, "、")
    })
}

/// `处方数/处方总数×100%`: the stroke of a share that is worked out.
pub(crate) fn quotient(at: At<'_>) -> Option<Say> {
    const REACH: usize = 48;
    let [Ch('/'), rest @ ..] = at.rest() else {
        return None;
    };
    let between = follows_term(at) && is_term_start(rest.first().copied());
    let reach = &rest[..rest.len().min(REACH)];
    let clause = reach
        .iter()
        .position(|token| matches!(token, Ch('。' | ';' | '，' | '\n')))
        .unwrap_or(reach.len());
    let share = reach[..clause]
        .windows(3)
        .any(|three| matches!(three, [Ch('×' | '*'), Num(['1', '0', '0']), Ch('%' | '‰')]));
    (between && share).then(|| Say::new().text(at, 1, "除以"))
}

/// Length of the range sign behind a fraction that another one follows: 1/3—1/2.
fn fraction_range_end(at: At<'_>, offset: usize) -> Option<usize> {
    match at.rest().get(offset..)? {
        [
            Ch('-' | '—' | '~'),
            Num(over),
            Ch('/'),
            Num(under),
            after @ ..,
        ] => (over.len() <= LONGEST_TERM
            && under.len() <= LONGEST_TERM
            && !matches!(after, [Ch('/' | '-' | '.'), ..]))
        .then_some(1),
        _ => None,
    }
}

fn minus_before(at: At<'_>) -> bool {
    let before = at.before();
    before.ends_with(&[Ch('-')])
        && !matches!(
            before.get(before.len().wrapping_sub(2)),
            Some(Num(_) | Word(_))
        )
}

/// `10³`, `10⁻⁶`, `x²`, `ab²`, `xⁿ`, `10^6`: a power. Elsewhere a raised number marks a footnote and is
/// silent.
pub(crate) fn power(at: At<'_>) -> Option<Say> {
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    const MOST_DIGITS: usize = 3;
    let has_base = match at.previous() {
        Some(Num(_) | Ch(')') | Word([_])) => true,
        // A product of two; names and abbreviations are longer or in capitals.
        Some(Word(letters)) => letters.len() == 2 && letters.iter().all(char::is_ascii_lowercase),
        _ => false,
    };
    if !has_base {
        return None;
    }
    if let [Ch('ⁿ'), rest @ ..] = at.rest() {
        let added = match rest {
            [Ch('⁺'), Ch(c), ..] => RAISED.chars().position(|own| own == *c).map(|n| ("加", n)),
            [Ch('⁻'), Ch(c), ..] => RAISED.chars().position(|own| own == *c).map(|n| ("减", n)),
            _ => None,
        };
        let digit = added.and_then(|(sign, n)| Some((sign, char::from_digit(n as u32, 10)?)));
        return Some(match digit {
            Some((sign, digit)) => {
                let said = format!("的n{sign}{}次方", cardinal(&[digit]));
                Say::new().text(at, 3, &said)
            }
            None => Say::new().text(at, 1, "的n次方"),
        });
    }
    let (sign_tokens, negative) = match at.rest() {
        [Ch('^'), Ch('-'), Num(_), ..] => (2, true),
        [Ch('^'), Num(_), ..] => (1, false),
        [Ch('⁻'), Ch(c), ..] if RAISED.contains(*c) => (1, true),
        [Ch(c), ..] if RAISED.contains(*c) && *c != '¹' => (0, false),
        _ => return None,
    };
    let rest = &at.rest()[sign_tokens..];
    let (digits, tokens): (Vec<char>, usize) = match rest {
        [Num(number), ..] => (number.to_vec(), 1),
        _ => {
            let digits: Vec<char> = rest
                .iter()
                .take(MOST_DIGITS)
                .map_while(|token| match token {
                    Ch(c) => RAISED.chars().position(|raised| raised == *c),
                    _ => None,
                })
                .filter_map(|digit| char::from_digit(digit as u32, 10))
                .collect();
            let tokens = digits.len();
            (digits, tokens)
        }
    };
    let said = match (negative, &digits[..]) {
        (false, ['2']) => "的平方".to_owned(),
        (false, ['3']) => "的立方".to_owned(),
        (false, digits) => format!("的{}次方", cardinal(digits)),
        (true, digits) => format!("的负{}次方", cardinal(digits)),
    };
    Some(Say::new().text(at, sign_tokens + tokens, &said))
}

/// `打“√”`, `A√`: the mark on a form. Before a number it is a root. An empty box is said where others
/// stand with it: □是 ☑否. Alone it is an ornament before an item.
pub(crate) fn tick(at: At<'_>) -> Option<Say> {
    match at.rest() {
        [Ch('√'), Num(_), ..] => Some(Say::new().text(at, 1, "根号")),
        [Ch('√' | '✓' | '✔' | '☑'), ..] => Some(Say::new().text(at, 1, "勾")),
        [Ch('□' | '☐'), rest @ ..] if at.before().iter().chain(rest).any(is_box) => {
            Some(Say::new().text(at, 1, "空框"))
        }
        _ => None,
    }
}

fn is_box(token: &Token<'_>) -> bool {
    matches!(token, Ch('□' | '☐' | '☑' | '√' | '☒'))
}

/// `＜劳动法＞`, `<城乡规划法>`, `‹关于2015年…的通知>`: signs that stand for the marks of a title are silent.
fn quotes_a_title(at: At<'_>) -> bool {
    const LONGEST_TITLE: usize = 60;
    const OPENING: [Token<'_>; 2] = [Ch('<'), Ch('‹')];
    const CLOSING: [Token<'_>; 2] = [Ch('>'), Ch('›')];
    let hanzi = |token: Option<&Token<'_>>| matches!(token, Some(Ch(c)) if is_hanzi(*c));
    let plain = |token: &Token<'_>| matches!(token, Ch(c) if is_hanzi(*c) || matches!(c, '、' | '(' | ')' | '·'));
    // What holds more than words is a title if it ends as titles do.
    let titled = |title: &[Token<'_>]| {
        title.len() >= 3
            && hanzi(title.last())
            && (title.iter().all(plain)
                || hanzi(title.first())
                    && matches!(title.last(), Some(Ch(kind)) if KINDS_OF_TITLES.contains(*kind)))
    };
    let sides = |token: &Token<'_>| OPENING.contains(token) || CLOSING.contains(token);
    match at.rest() {
        [opening, rest @ ..] if OPENING.contains(opening) => {
            let length = rest.iter().take(LONGEST_TITLE).position(sides);
            length.is_some_and(|length| CLOSING.contains(&rest[length]) && titled(&rest[..length]))
        }
        [closing, ..] if CLOSING.contains(closing) => {
            let before = at.before();
            let length = before.iter().rev().take(LONGEST_TITLE).position(sides);
            length.is_some_and(|length| {
                let start = before.len() - length;
                OPENING.contains(&before[start - 1]) && titled(&before[start..])
            })
        }
        _ => false,
    }
}

/// What the titles of laws and documents end with: 办法, 条例, 通知, 意见.
const KINDS_OF_TITLES: &str = "法例定则知见案划函告复程准范要策表单议";

/// `5′-端`, `3′端`: the end of a strand is no minute.
pub(crate) fn prime(at: At<'_>) -> Option<Say> {
    let [Ch('′' | '\'' | '’'), rest @ ..] = at.rest() else {
        return None;
    };
    let strand = matches!(rest, [Ch('-' | '端'), ..]) || at.sees_any(1, &["末端"]);
    let end = matches!(at.previous(), Some(Num(['3' | '5'])));
    (strand && end).then(|| Say::new().text(at, 1, "撇"))
}

/// `116°23′20″`: degrees, minutes and seconds of a place or an angle.
pub(crate) fn arc(at: At<'_>) -> Option<Say> {
    let [Ch(sign), ..] = at.rest() else {
        return None;
    };
    // Ⅱ°肿大
    if *sign == '°' && matches!(at.previous(), Some(Ch('Ⅰ'..='Ⅻ'))) {
        return Some(Say::new().text(at, 1, "度"));
    }
    if !matches!(at.previous(), Some(Num(_))) {
        return None;
    }
    let degrees_before = at
        .before()
        .iter()
        .rev()
        .take(6)
        .any(|token| *token == Ch('°'));
    let said = match sign {
        '°' => "度",
        '′' | '\'' | '’' if degrees_before => "分",
        '″' | '"' | '”' if degrees_before => "秒",
        '′' => "分",
        '″' => "秒",
        _ => return None,
    };
    Some(Say::new().text(at, 1, said))
}

/// ½ and its kind.
pub(crate) fn vulgar_fraction(at: At<'_>) -> Option<Say> {
    let [Ch(sign), ..] = at.rest() else {
        return None;
    };
    let said = match sign {
        '½' => "二分之一",
        '⅓' => "三分之一",
        '⅔' => "三分之二",
        '¼' => "四分之一",
        '¾' => "四分之三",
        '⅕' => "五分之一",
        '⅛' => "八分之一",
        _ => return None,
    };
    let joined = matches!(at.previous(), Some(Num(_)));
    Some(Say::new().text(
        at,
        1,
        &if joined {
            format!("又{said}")
        } else {
            said.to_owned()
        },
    ))
}

/// Signs of arithmetic and comparison: `1+2`, `2×3`, `≤5`, `互联网+`, `长×宽`.
pub(crate) fn sign(at: At<'_>) -> Option<Say> {
    match at.rest() {
        [Ch('<'), Ch('='), ..] => return Some(Say::new().text(at, 2, "小于等于")),
        [Ch('>'), Ch('='), ..] => return Some(Say::new().text(at, 2, "大于等于")),
        [Ch('!'), Ch('='), ..] => return Some(Say::new().text(at, 2, "不等于")),
        [Ch('='), Ch('='), ..] => return None,
        [Ch('<' | '>'), ..] if quotes_a_title(at) => return Some(Say::new().silent(1)),
        _ => {}
    }
    let [Ch(sign), ..] = at.rest() else {
        return None;
    };
    let always_said = ALWAYS_SAID.iter().chain(measure::SIGNS);
    if let Some((_, said)) = always_said.into_iter().find(|(c, _)| c == sign) {
        return Some(Say::new().text(at, 1, said));
    }
    let said = match sign {
        '+' if joins(at) || follows_word(at) || is_second_plus(at) => "加",
        '×' if joins(at) || follows_word(at) => "乘",
        // DQA1*0301 is a gene's name.
        '*' if matches!(at.before(), [.., Word(_), Num(_)]) && is_code_behind(at) => "星",
        '*' if matches!(at.previous(), Some(Num(_) | Word(_))) && number_next(at) => "乘",
        'x' if between_numbers(at) => "乘",
        '-' if in_equation(at) || from_a_rate(at) || from_money(at) || of_a_grade(at) => "减",
        '=' if joins(at) => "等于",
        '>' if joins(at) || number_next(at) => "大于",
        '<' if joins(at) || number_next(at) => "小于",
        _ => return None,
    };
    Some(Say::new().text(at, 1, said))
}

/// Whether digits of a name follow the star: 03, 0301.
fn is_code_behind(at: At<'_>) -> bool {
    matches!(at.rest().get(1), Some(Num(['0', _, ..])))
}

/// `RF（+）`, `HBsAg(-)`: the outcome of a test.
pub(crate) fn outcome(at: At<'_>) -> Option<Say> {
    let [Ch('('), Ch(sign @ ('+' | '-')), Ch(')'), ..] = at.rest() else {
        return None;
    };
    let tested = matches!(at.previous(), Some(Word(_) | Num(_)))
        || at.after_any(&[
            "抗体", "抗原", "试验", "核酸", "检测", "实验", "反应", "染色", "培养", "征",
        ]);
    let said = if *sign == '+' { "阳性" } else { "阴性" };
    tested.then(|| Say::new().text(at, 3, said))
}

fn last_before<'a>(at: At<'a>) -> Option<Token<'a>> {
    at.before()
        .iter()
        .rev()
        .find(|token| **token != Space)
        .copied()
}

fn next_after<'a>(at: At<'a>) -> Option<Token<'a>> {
    at.rest()
        .iter()
        .skip(1)
        .find(|token| **token != Space)
        .copied()
}

fn is_term_end(token: Option<Token<'_>>) -> bool {
    match token {
        Some(Num(_) | Word(_)) => true,
        Some(Ch(c)) => is_hanzi(c) || matches!(c, ')' | '%' | '℃' | '”' | '》' | '²' | '³' | '㎡'),
        _ => false,
    }
}

fn is_term_start(token: Option<Token<'_>>) -> bool {
    match token {
        Some(Num(_) | Word(_)) => true,
        Some(Ch(c)) => is_hanzi(c) || matches!(c, '(' | '[' | '“' | '《' | '-' | '+' | '¥' | '$'),
        _ => false,
    }
}

/// Whether a number, word or closing bracket stands before, blanks aside.
pub(crate) fn follows_term(at: At<'_>) -> bool {
    is_term_end(last_before(at))
}

fn joins(at: At<'_>) -> bool {
    is_term_end(last_before(at)) && is_term_start(next_after(at))
}

fn follows_word(at: At<'_>) -> bool {
    is_term_end(at.previous())
}

/// The second sign of `C++` and `A++级`.
fn is_second_plus(at: At<'_>) -> bool {
    let follows_one = matches!(at.before(), [.., Word(_), Ch('+')]);
    follows_one && at.rest().get(1) != Some(&Ch('+'))
}

fn number_next(at: At<'_>) -> bool {
    matches!(next_after(at), Some(Num(_)))
}

fn between_numbers(at: At<'_>) -> bool {
    matches!(last_before(at), Some(Num(_))) && number_next(at)
}

/// Whether names of amounts stand on both sides: 收入-支出.
fn between_terms(at: At<'_>) -> bool {
    const AMOUNTS: &str = "入出额数量金费值分价本息债款";
    let names = |token: Option<Token<'_>>| matches!(token, Some(Ch(c)) if is_hanzi(c));
    matches!(at.previous(), Some(Ch(c)) if AMOUNTS.contains(c)) && names(at.rest().get(1).copied())
}

/// A hyphen between numbers is a minus only where an equals sign shows arithmetic.
fn in_equation(at: At<'_>) -> bool {
    let near = |tokens: &mut dyn Iterator<Item = &Token<'_>>| {
        tokens
            .take(6)
            .any(|token| matches!(token, Ch('=' | '+' | '×' | '÷')))
    };
    // 300元=500元-已支付200元.
    let named = matches!(at.before(), [.., Num(_), Ch('元')])
        && matches!(at.rest().get(1), Some(Ch(c)) if is_hanzi(*c));
    (between_numbers(at) || between_terms(at) || named)
        && (near(&mut at.rest().iter()) || near(&mut at.before().iter().rev()))
}

/// `85200元-已支付10000元`: what is taken from an amount of money, with the word for it in front.
fn from_money(at: At<'_>) -> bool {
    const LONGEST_WORD: usize = 10;
    const TAKEN: &[&str] = &[
        "已", "预付", "预支", "预收", "垫付", "扣", "定金", "订金", "首付", "减免", "优惠", "补贴",
        "补助", "抵扣", "报销", "税", "成本", "赔付", "支付", "退还", "罚",
    ];
    let amount =
        |token: Option<&Token<'_>>| matches!(token, Some(Num(_) | Ch('万' | '亿' | '百' | '千')));
    let [paid @ .., Ch('元')] = at.before() else {
        return false;
    };
    let word = at.rest().iter().skip(1);
    let length = word.take_while(|token| matches!(token, Ch(c) if is_hanzi(*c)));
    let length = length.take(LONGEST_WORD).count();
    let sums = |token: &Token<'_>| *token == Ch('=');
    let equates = at.rest().iter().take(2 * LONGEST_WORD).any(sums)
        || paid.iter().rev().take(2 * LONGEST_WORD).any(sums);
    amount(paid.last())
        && length > 0
        && matches!(at.rest().get(1 + length), Some(Num(_)))
        && (equates || at.sees_any(1, TAKEN))
}

/// `A-级`, `“B-”以上`: the minus of a grade, which one letter or the same letter twice or thrice stands before.
fn of_a_grade(at: At<'_>) -> bool {
    const GRADED: &[&str] = &["级", "等", "档", "类", "以上", "及以上", "以下", "的"];
    const JUDGED: &[&str] = &[
        "评", "级", "等", "学科", "信用", "档", "成绩", "分", "展望", "考核",
    ];
    let [before @ .., Word(letters @ [grade @ 'A'..='D', ..])] = at.before() else {
        return false;
    };
    let same = letters.len() <= 3 && letters.iter().all(|letter| letter == grade);
    let begins = !matches!(before.last(), Some(Num(_) | Word(_) | Ch('-' | '/' | '·')));
    let closed = usize::from(matches!(at.rest().get(1), Some(Ch('”' | '"' | '’' | ')'))));
    let ends = match at.rest().get(1 + closed) {
        None | Some(Space) => true,
        Some(Ch(c)) => !is_hanzi(*c) && !matches!(c, '-' | '—' | '+' | '/'),
        _ => false,
    };
    let graded = at.sees_any(1 + closed, GRADED);
    let beside_another = matches!(before, [.., Word(_), Ch('+'), Ch('、' | '/' | '和' | '，')])
        || matches!(before, [.., Word(['A'..='D', ..]), Ch('、' | '/' | '和')]);
    let blood = at.near_before(6, &["血"]);
    let judged =
        beside_another || at.near_before(10, JUDGED) || graded && !at.sees(1 + closed, "的");
    same && begins && (ends || graded) && judged && !blood
}

/// `LPR-20BP`, `LPR-30个基点`: so much under a rate.
pub(crate) fn from_a_rate(at: At<'_>) -> bool {
    let points = |token: Option<&Token<'_>>| matches!(token, Some(Word(['B' | 'b', 'P' | 'p'])));
    matches!(at.previous(), Some(Word(_) | Ch('率')))
        && number_next(at)
        && (points(at.rest().get(2)) || at.sees_any(2, &["个基点", "基点"]))
}

#[cfg(test)]
mod tests;
