//! Latin letters: abbreviations that are spelled, words that are said, and the numbers that
//! stick to letters (5G, G20, PM2.5).

mod left_open;
mod roman;
mod spelled;
mod zero;

pub(crate) use left_open::{open_year, placeholder};
pub(crate) use roman::{roman_letters, roman_sign};
pub(crate) use spelled::is_spelled;
use spelled::{LONGEST_ABBREVIATION, has_vowel, name};
pub(crate) use zero::letter_for_zero;

use super::numerals::{cardinal, digits, phone_digits};
use super::token::{At, Ch, Num, Say, Space, Word};

/// `B2B`, `O2O`: the 2 is English.
pub(crate) fn letter_to_letter(at: At<'_>) -> Option<Say> {
    let [Word([a]), Num(['2']), Word([b]), ..] = at.rest() else {
        return None;
    };
    let business = "BCGOPFM";
    // G2P1 counts births.
    let goes_on = matches!(at.rest().get(3), Some(Num(_)));
    if goes_on || !at.opens() || !business.contains(*a) || !business.contains(*b) {
        return None;
    }
    Some(
        Say::new()
            .spell(at, 1, false)
            .english(at, 1, "to")
            .spell(at, 1, false),
    )
}

/// Abbreviations behind which a dot is an abbreviation's, not a lineage's.
const DOTTED_ABBREVIATIONS: &[&str] = &["NO", "TEL", "FAX", "VOL", "FIG", "ART", "VER", "V"];

/// What lineages are called with.
const LINEAGE_WORDS: &[&str] = &[
    "变异", "毒株", "株", "亚型", "分支", "克戎", "谱系", "进化", "mma", "lpha",
];

/// `BA.5.2`, `B.1.1.7`, `P.1`: the lineage of a virus or the number of a section, each dot said.
pub(crate) fn lineage(at: At<'_>) -> Option<Say> {
    let [Word(letters), Ch('.'), Num(first), ..] = at.rest() else {
        return None;
    };
    let name: String = letters.iter().collect();
    let capitals = letters.len() <= 3 && letters.iter().all(char::is_ascii_uppercase);
    if !capitals || !at.opens() || DOTTED_ABBREVIATIONS.contains(&name.as_str()) {
        return None;
    }
    let mut tokens = 3;
    while let Some([Ch('.'), Num(_)]) = at.rest().get(tokens..tokens + 2) {
        tokens += 2;
    }
    let long = tokens > 3 || letters.len() > 1;
    let known = at.near_before(10, LINEAGE_WORDS) || at.near_after(tokens, 8, LINEAGE_WORDS);
    if first.len() > 3 || !(long || known) {
        return None;
    }
    let mut say = Say::new().spell(at, 1, false);
    for token in &at.rest()[1..tokens] {
        say = match token {
            Num(part) => say.text(at, 1, &digits(part)),
            _ => say.text(at, 1, "点"),
        };
    }
    Some(say)
}

/// `E-mail`: a letter and a word, the hyphen silent.
pub(crate) fn mail(at: At<'_>) -> Option<Say> {
    let [Word(['E' | 'e']), Ch('-'), Word([m, rest @ ..]), ..] = at.rest() else {
        return None;
    };
    let mail =
        m.eq_ignore_ascii_case(&'m') && rest.iter().collect::<String>().eq_ignore_ascii_case("ail");
    (mail && at.opens()).then(|| Say::new().spell(at, 1, false).silent(1).word(at))
}

/// `ChatGPT`: a word with an abbreviation behind it.
pub(crate) fn two_parts(at: At<'_>) -> Option<Say> {
    let [Word(letters), ..] = at.rest() else {
        return None;
    };
    let tail = letters
        .iter()
        .rev()
        .take_while(|c| c.is_ascii_uppercase())
        .count();
    let head = letters.len() - tail;
    let word = head >= 3 && letters[1..head].iter().all(char::is_ascii_lowercase);
    let parts = word && (2..=LONGEST_ABBREVIATION).contains(&tail) && has_vowel(&letters[..head]);
    parts.then(|| Say::new().word_and_letters(at, head))
}

/// `AAA级` → 三A级: a rating is counted.
pub(crate) fn repeated_rating(at: At<'_>) -> Option<Say> {
    let [Word(letters), ..] = at.rest() else {
        return None;
    };
    let rating = letters.len() >= 3 && letters.len() <= 5 && letters.iter().all(|&c| c == 'A');
    if !rating || !at.sees_any(1, &["级", "景区", "信用", "评级", "企业", "类"]) {
        return None;
    }
    let count: Vec<char> = letters.len().to_string().chars().collect();
    Some(Say::new().text(at, 1, &format!("{}A", cardinal(&count))))
}

/// `PM2.5`, `H7N9`, `COVID-19`, `G20`, `A4`, `T3`: letters with the number that belongs to them.
pub(crate) fn letters_with_number(at: At<'_>) -> Option<Say> {
    let [Word(_), rest @ ..] = at.rest() else {
        return None;
    };
    if let [Word([_]), Ch('.'), Num(number), ..] = at.rest()
        && number.len() == 3
    {
        return Some(name(at).text(at, 1, "点").text(at, 1, &digits(number)));
    }
    let hyphen = usize::from(matches!(rest, [Ch('-'), Num(_), ..]));
    let Some(Num(_)) = rest.get(hyphen) else {
        return None;
    };
    if hyphen == 1 && super::math::from_a_rate(at.skip(1)) {
        return None;
    }
    let mut say = name(at);
    // IVIG2g/kg, PEEP5～15cmH2O, CPI2.1%: an amount with its unit, not a part of the name. BP130/80 neither.
    let pressure = matches!(
        at.rest(),
        [Word(['B' | 'b', 'P' | 'p']), Num(_), Ch('/'), Num(_), ..]
    );
    if hyphen == 0 && (pressure || measured(at.skip(1)) || is_share(at.skip(1))) {
        return Some(say);
    }
    say = say.silent(hyphen);
    loop {
        say = match at.rest().get(say.tokens..) {
            Some([Num(number), Ch('.'), Num(fraction), next @ ..])
                if !matches!(next, [Ch('.'), Num(_), ..]) =>
            {
                let said = format!("{}点{}", cardinal(number), digits(fraction));
                say.text(at, 3, &said)
            }
            Some([Num(_), Ch('.'), Num(_), ..]) => {
                let dotted = super::code::dotted(at.skip(say.tokens))?;
                say.join(dotted)
            }
            Some([Num(number), ..]) => {
                let said = attached(at, say.tokens, number);
                say.text(at, 1, &said)
            }
            Some([Word(_), ..]) => {
                let more = name(at.skip(say.tokens));
                say.join(more)
            }
            Some([Ch('-' | '—' | '~'), Word(next), Num(end), ..]) if same_letters(at, next) => {
                let said = attached(at, say.tokens + 2, end);
                let letters = name(at.skip(say.tokens + 1));
                return Some(say.text(at, 1, "至").join(letters).text(at, 1, &said));
            }
            // pH7.35-7.45
            Some([Ch('-' | '—' | '~'), Num(_), Ch('.'), Num(_), ..])
                if at.rest().get(say.tokens - 2) == Some(&Ch('.')) =>
            {
                say.text(at, 1, "至")
            }
            // CA19-9: a marker of tumours, whose hyphen nobody says.
            Some([Ch('-'), Num(_), ..]) if is_tumour_marker(at) => {
                return Some(Say::new().spell(at, 2, false).silent(1).spell(at, 1, false));
            }
            // TOP11-20: places from one to the other.
            Some([Ch('-'), Num(_), ..]) if is_top(at) => say.text(at, 1, "至"),
            Some([Ch('-'), Num(_), ..]) if hyphen == 0 => say.text(at, 1, "杠"),
            _ => return Some(say),
        };
    }
}

fn is_tumour_marker(at: At<'_>) -> bool {
    matches!(
        at.rest(),
        [Word(['C', 'A' | 'a']), Num([_, _]), Ch('-'), Num([_]), ..]
    )
}

fn is_top(at: At<'_>) -> bool {
    matches!(
        at.rest(),
        [
            Word(['T', 'O' | 'o', 'P' | 'p']),
            Num(_),
            Ch('-'),
            Num(_),
            ..
        ]
    )
}

/// `4s店`, `5g基站`, `麒麟990s`: a small letter that is a name's and no unit's.
pub(crate) fn small_letter(at: At<'_>) -> Option<Say> {
    const NETWORKS: &[&str] = &[
        "网络", "基站", "手机", "时代", "信号", "技术", "通信", "套餐", "用户", "流量", "商用",
        "覆盖", "终端", "芯片",
    ];
    const DEVICES: &[&str] = &[
        "麒麟",
        "苹果",
        "小米",
        "红米",
        "荣耀",
        "华为",
        "魅族",
        "一加",
        "联想",
        "骁龙",
        "比亚迪",
    ];
    let [Num(number), Word([letter]), ..] = at.rest() else {
        return None;
    };
    // 5W-30: an oil.
    if let [_, _, Ch('-'), Num(warm @ [_, _]), ..] = at.rest()
        && matches!(letter, 'W' | 'w')
        && number.len() <= 2
        && at.opens()
    {
        let say = Say::new()
            .text(at, 1, &cardinal(number))
            .spell(at, 1, false);
        return Some(say.silent(1).text(at, 1, &cardinal(warm)));
    }
    let blank = usize::from(at.rest().get(2) == Some(&Space));
    const CARS: &[&str] = &["店", "车", "保养", "技师", "机油"];
    let shop = *letter == 's'
        && **number == ['4']
        && (at.sees(2, "店") || at.near_before(20, CARS) || at.near_after(2, 20, CARS));
    let network =
        *letter == 'g' && matches!(number, ['2'..='6']) && at.sees_any(2 + blank, NETWORKS);
    let device = *letter == 's' && at.after_any(DEVICES);
    (at.opens() && (shop || network || device)).then(|| {
        let say = match number.len() {
            1 | 2 => Say::new().text(at, 1, &cardinal(number)),
            _ => Say::new().spell(at, 1, false),
        };
        say.spell(at, 1, false)
    })
}

/// Whether a share of a hundred or a range of them begins here: 80%～90%. 100% behind letters may be a name.
fn is_share(at: At<'_>) -> bool {
    let Some(number) = super::number::Number::at(at) else {
        return false;
    };
    matches!(at.rest().get(number.tokens), Some(Ch('%' | '‰')))
}

/// Whether an amount with a quotient of units, or a range with its unit, begins here.
fn measured(at: At<'_>) -> bool {
    let Some(number) = super::number::Number::at(at) else {
        return false;
    };
    let quotient = super::measure::unit(at, number.tokens).is_some_and(|unit| unit.per.is_some());
    let range = matches!(at.rest().get(number.tokens), Some(Ch('~' | '-' | '—')))
        && super::number::Number::at(at.skip(number.tokens + 1)).is_some_and(|high| {
            let end = number.tokens + 1 + high.tokens;
            super::measure::unit(at, end).is_some_and(|unit| unit.tokens > 1)
        });
    quotient || range
}

/// `A1-A5`: the same letters again make it a range.
fn same_letters(at: At<'_>, next: &[char]) -> bool {
    matches!(at.rest().first(), Some(Word(first)) if *first == next)
}

/// A number stuck to letters: two digits are counted, more are spelled, and trains, flights and
/// roads take 幺.
fn attached(at: At<'_>, offset: usize, number: &[char]) -> String {
    let train = at.sees_any(
        offset + 1,
        &["次", "国道", "省道", "航班", "高速", "列车", "路"],
    ) || at.near_before(4, &["航班", "车次", "列车", "高铁", "动车"]);
    // G104线, X101线: a road, whose letter tells who keeps it.
    let road = number.len() > 2
        && at.sees(offset + 1, "线")
        && !at.sees_any(offset + 1, &["线上", "线下"])
        && offset == 1
        && matches!(at.rest(), [Word(['G' | 'S' | 'X' | 'Y' | 'C']), ..]);
    let train = train || road;
    match number {
        // E116°: a longitude.
        _ if at.rest().get(offset + 1) == Some(&Ch('°')) => cardinal(number),
        _ if number.len() > 2 && train => phone_digits(number),
        ['0', ..] | ['9', '5'] => digits(number),
        // IP67: how tight something is against dust and against water.
        [_, _] if offset > 0 && is_tightness(at.skip(offset - 1)) => digits(number),
        _ if number.len() > 2 => digits(number),
        _ => cardinal(number),
    }
}

fn is_tightness(at: At<'_>) -> bool {
    matches!(at.rest(), [Word(['I' | 'i', 'P' | 'p']), ..])
}

/// `5G`, `3D`, `4K`, `18K`, `3A级`: a number with letters behind it.
pub(crate) fn number_with_letters(at: At<'_>) -> Option<Say> {
    let number = super::number::Number::at(at)?;
    if !matches!(at.rest().get(number.tokens), Some(Word(_))) || !at.opens() {
        return None;
    }
    let letters = at.skip(number.tokens);
    if let Some(Word(['P' | 'p' | 'i'])) = letters.rest().first()
        && matches!(number.whole.len(), 3 | 4)
        && number.tokens == 1
    {
        // Lines of a picture: 1080P is a name.
        return Some(Say::new().spell(at, 2, false));
    }
    // 22Q4, 3Q23: a quarter of a year in two digits.
    match at.rest() {
        [Num([_, _]), Word(['Q' | 'H']), Num(['1'..='4']), ..]
        | [Num(['1'..='4']), Word(['Q' | 'H']), Num([_, _]), ..] => {
            return Some(Say::new().spell(at, 3, false));
        }
        // 550D, 346B型: the number of a model in three digits. Sizes of memory count.
        [
            Num(model),
            Word([letter @ ('A'..='F' | 'H'..='J' | 'L' | 'N'..='S' | 'U'..='Z')]),
            ..,
        ] if number.tokens == 1
            && matches!(model.len(), 3 | 4)
            && !model.ends_with(&['0', '0'])
            && (*letter != 'A' || !at.sees(2, "级")) =>
        {
            return Some(
                Say::new()
                    .spell(at, 1, false)
                    .join(letters_with_number(letters).unwrap_or_else(|| name(letters))),
            );
        }
        // 401K: a plan for pensions.
        [Num(['4', '0', '1']), Word(['K' | 'k']), ..] => {
            return Some(Say::new().spell(at, 2, false));
        }
        _ => {}
    }
    let more = letters_with_number(letters).unwrap_or_else(|| name(letters));
    Some(
        Say::new()
            .text(at, number.tokens, &number.said())
            .join(more),
    )
}

/// A Latin word or abbreviation.
pub(crate) fn latin(at: At<'_>) -> Option<Say> {
    matches!(at.rest(), [Word(_), ..]).then(|| name(at))
}

/// `No.5`, `NO.12`: the number of something.
pub(crate) fn numero(at: At<'_>) -> Option<Say> {
    let ([Word(['N', 'o' | 'O']), Ch('.'), rest @ ..] | [Word(['n', 'o']), Ch('.'), rest @ ..]) =
        at.rest()
    else {
        return None;
    };
    let blank = usize::from(matches!(rest, [Space, ..]));
    let Some(Num(number)) = rest.get(blank) else {
        return None;
    };
    let said = if number.len() > 4 || number[0] == '0' {
        digits(number)
    } else {
        cardinal(number)
    };
    Some(Say::new().text(at, 2 + blank, "编号").text(at, 1, &said))
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::check;

    #[test]
    fn letters_and_their_numbers_stay_together() {
        check(&[
            ("5G网络", "五G网络"),
            ("G20峰会", "G二十峰会"),
            ("PM2.5浓度", "PM二点五浓度"),
            ("H7N9", "H七N九"),
            ("C919客机", "C九一九客机"),
            ("TOP21-30强", "TOP二十一至三十强"),
            ("CA72-4升高", "CA七二四升高"),
            ("23Q3营收", "二三Q三营收"),
            ("去4s店保养", "去四s店保养"),
            ("5g基站", "五g基站"),
            ("用量5g", "用量五克"),
            ("麒麟9010s处理器", "麒麟九零一零s处理器"),
            ("加注5W-40机油", "加注五W四十机油"),
            ("佳能650D相机", "佳能六五零D相机"),
            ("因G104线维修", "因G幺零四线维修"),
            ("H104线", "H一零四线"),
            ("G105国道", "G幺零五国道"),
            ("O2O", "OtoO"),
            ("B2B", "BtoB"),
            ("AAA级", "三A级"),
            ("M1芯片", "M一芯片"),
            ("IP66防护等级", "IP六六防护等级"),
            ("APP", "APP"),
            ("Wi-Fi", "WiFi"),
            ("IPv6改造", "IPv六改造"),
            ("SOx和NOx", "SOx和NOx"),
            ("E-mail：a@b.cn", "Email：aatb点cn"),
            ("变异株XBB.1.5", "变异株XBB点一点五"),
            ("B.1.617.2变异株", "B点一点六一七点二变异株"),
            ("德尔塔（B.1）毒株", "德尔塔（B点一）毒株"),
            ("IVIG2g/kg", "IVIG两克每千克"),
            ("café文化", "cafe文化"),
            ("Müller先生", "Muller先生"),
            ("拼音为lǜ的字", "拼音为lǜ的字"),
        ]);
    }
}
