//! Numbers of which a lexicon says what they are: a telephone, a year, an amount.
//!
//! The rules tell the kind of a number by what stands around it. Here it is known, so that nothing is asked for
//! that a telephone or a year usually has.

use std::ops::Range;

use super::numerals::cardinal;
use super::piece::{Piece, Said};
use super::quantity;
use super::token::{At, Ch, Num, Say, Space, Token, Tokens, Word};
use super::{Rule, Setting};
use crate::chars::{fold, is_hanzi};
use langdu_model::NumberKind;

/// How far behind an amount its unit is looked for, in characters.
const UNIT_REACH: usize = 12;

/// The rules for an amount, which take its unit with it.
const AMOUNT_RULES: [Rule; 4] = [
    quantity::myriads,
    quantity::range,
    quantity::quantity_before_letters,
    quantity::quantity,
];

/// Says the numbers at `source` as those of a kind; answers with where what it has said ends. That is behind
/// `source` where an amount has a unit.
pub(super) fn say(
    folded: &[char],
    source: &Range<usize>,
    kind: NumberKind,
    pieces: &mut Vec<Piece>,
) -> usize {
    let reach = match kind {
        NumberKind::Amount => (source.end + UNIT_REACH).min(folded.len()),
        _ => source.end,
    };
    let tokens = Tokens::cut(&folded[source.start..reach], &[], Setting::default());
    let length = source.len();
    let mut index = 0;
    while index < tokens.list.len() && tokens.starts[index] < length {
        let at = At::new(&tokens, index);
        let within = tokens.starts[index..]
            .iter()
            .take_while(|start| **start < length)
            .count();
        let said = next(at, within.min(at.rest().len()), kind);
        index += said.tokens.max(1);
        pieces.extend(said.pieces.into_iter().map(|piece| {
            Piece::new(
                piece.said,
                piece.start + source.start..piece.end + source.start,
            )
        }));
    }
    let end = tokens.starts.get(index).copied().unwrap_or(length);
    source.start + end.max(length)
}

/// How a number is said as each kind that it has the form of: a date has a month and a day, 1203 can be none.
pub(crate) fn said_as_each(number: &str) -> Vec<(NumberKind, String)> {
    let folded: Vec<char> = number.chars().map(fold).collect();
    let tokens = Tokens::cut(&folded, &[], Setting::default());
    if tokens.list.is_empty() {
        return Vec::new();
    }
    let needs_its_form = |kind| {
        use NumberKind::{Date, Fraction, Score, Time};
        matches!(kind, Date | Time | Score | Fraction)
    };
    let at = At::new(&tokens, 0);
    let has_form =
        |kind: &NumberKind| !needs_its_form(*kind) || whole(at, at.rest(), *kind).is_some();
    let kinds = NumberKind::ALL.into_iter().filter(has_form);
    kinds
        .map(|kind| {
            let mut pieces = Vec::new();
            say(&folded, &(0..folded.len()), kind, &mut pieces);
            let said = pieces.into_iter().filter_map(|piece| match piece.said {
                Said::Han(c) | Said::Letter(c) | Said::Mark(c) => Some(c),
                _ => None,
            });
            (kind, said.collect())
        })
        .collect()
}

/// What is said next, of `within` tokens that are of the kind.
fn next(at: At<'_>, within: usize, kind: NumberKind) -> Say {
    let own = &at.rest()[..within];
    whole(at, own, kind).unwrap_or_else(|| one(at, kind))
}

/// Several tokens that are said as one number of the kind; nothing where they have not its form.
fn whole(at: At<'_>, own: &[Token<'_>], kind: NumberKind) -> Option<Say> {
    match kind {
        NumberKind::Amount => AMOUNT_RULES.iter().find_map(|rule| rule(at)),
        NumberKind::Date => date(at, own),
        NumberKind::Time => time(at, own),
        NumberKind::Score => between(at, own, |a, b| (b, "比", a)),
        NumberKind::Fraction => between(at, own, |a, b| (a, "分之", b)),
        _ => None,
    }
}

/// The next token by itself.
fn one(at: At<'_>, kind: NumberKind) -> Say {
    let say = Say::new();
    let is_spelled = matches!(
        kind,
        NumberKind::Account
            | NumberKind::Digits
            | NumberKind::Telephone
            | NumberKind::Code
            | NumberKind::Year
    );
    let yao = matches!(kind, NumberKind::Account | NumberKind::Telephone);
    match at.rest().first() {
        Some(Num(_)) if is_spelled => say.spell(at, 1, yao),
        Some(Num(number)) => say.text(at, 1, &cardinal(number)),
        Some(Word(_)) => say.spell(at, 1, yao),
        Some(Ch('-' | '—' | '~')) if kind == NumberKind::Year => say.text(at, 1, "至"),
        Some(Ch('-' | '—')) if kind == NumberKind::Code => say.text(at, 1, "杠"),
        Some(Ch('-' | '—')) if kind == NumberKind::Telephone => say.text(at, 1, "，"),
        Some(Ch('/')) if kind == NumberKind::Code => say.text(at, 1, "斜杠"),
        Some(Ch('.')) => say.text(at, 1, "点"),
        Some(Ch('%')) => say.text(at, 1, "百分号"),
        Some(Ch('*')) => say.text(at, 1, "星号"),
        Some(Ch(c)) if is_hanzi(*c) || matches!(c, '，' | '、' | '。' | ';' | ':') => {
            say.text(at, 1, &c.to_string())
        }
        Some(Space) | None => say.silent(1),
        Some(_) => say.border(at).silent(1),
    }
}

/// Two numbers with a sign between them, as `order` has them: what is said first, between, and last.
fn between<'t>(
    at: At<'_>,
    own: &[Token<'t>],
    order: impl Fn(String, String) -> (String, &'static str, String),
) -> Option<Say> {
    let [Num(one), Ch('-' | '—' | ':' | '/' | '比'), Num(other), ..] = own else {
        return None;
    };
    // `order` is handed the last first: 三分之一 is written 1/3.
    let (first, sign, last) = order(cardinal(other), cardinal(one));
    Some(Say::new().text(at, 3, &format!("{first}{sign}{last}")))
}

/// `2024-5-6`, `2024.05`, `5.12`, `20240506`.
fn date(at: At<'_>, own: &[Token<'_>]) -> Option<Say> {
    let say = Say::new();
    let separated = |token: &Token<'_>| matches!(token, Ch('-' | '/' | '.' | '—'));
    let day = |say: Say, number: &[char]| say.text(at, 1, &format!("{}日", cardinal(number)));
    match own {
        [Num(year), a, Num(month), b, Num(number), ..]
            if year.len() >= 2 && separated(a) && separated(b) =>
        {
            let say = say.spell(at, 1, false).text(at, 1, "年");
            let say = say.text(at, 1, &cardinal(month)).text(at, 1, "月");
            Some(day(say, number))
        }
        [Num(year), a, Num(month), ..] if year.len() == 4 && separated(a) => {
            let say = say.spell(at, 1, false).text(at, 1, "年");
            Some(say.text(at, 1, &format!("{}月", cardinal(month))))
        }
        [Num(month), a, Num(number), ..] if separated(a) => {
            let say = say.text(at, 1, &cardinal(month)).text(at, 1, "月");
            Some(day(say, number))
        }
        [Num(compact), ..] if compact.len() == 8 => {
            let (year, rest) = compact.split_at(4);
            let (month, number) = rest.split_at(2);
            let year = super::numerals::digits(year);
            let said = format!("{year}年{}月{}日", cardinal(month), cardinal(number));
            Some(say.text(at, 1, &said))
        }
        [Num(year), ..] if year.len() == 4 => Some(say.spell(at, 1, false)),
        _ => None,
    }
}

/// `8:05`, `8:30:15`.
fn time(at: At<'_>, own: &[Token<'_>]) -> Option<Say> {
    let [Num(hour), Ch(':' | '.'), Num(minute), rest @ ..] = own else {
        return None;
    };
    let padded = |number: &[char]| match number {
        ['0', '0'] => None,
        ['0', _] => Some(format!("零{}", cardinal(number))),
        _ => Some(cardinal(number)),
    };
    let hour = super::numerals::counted(hour);
    let mut said = format!("{hour}点");
    if let Some(minute) = padded(minute) {
        said.push_str(&minute);
        said.push('分');
    }
    let mut tokens = 3;
    if let [Ch(':'), Num(second), ..] = rest {
        said.push_str(&padded(second).unwrap_or_else(|| "零".to_owned()));
        said.push('秒');
        tokens = 5;
    }
    Some(Say::new().text(at, tokens, &said))
}

#[cfg(test)]
mod tests {
    use super::super::{Decided, normalize};
    use super::*;

    fn said(text: &str, number: &str, kind: NumberKind) -> String {
        let chars: Vec<char> = text.chars().collect();
        let start = text.find(number).unwrap();
        let start = text[..start].chars().count();
        let numbers = [(start..start + number.chars().count(), kind)];
        let decided = Decided {
            numbers: &numbers,
            ..Decided::default()
        };
        let pieces = normalize(&chars, decided, Setting::default());
        let mut last = 0;
        pieces
            .iter()
            .filter_map(|piece| {
                assert!(piece.start >= last && piece.end <= chars.len(), "{text}");
                last = piece.start;
                match piece.said {
                    Said::Han(c) | Said::Letter(c) | Said::Mark(c) => Some(c),
                    _ => None,
                }
            })
            .collect()
    }

    #[test]
    fn a_number_is_said_as_its_kind() {
        use NumberKind::{
            Account, Amount, Code, Date, Digits, Fraction, Score, Telephone, Time, Year,
        };
        for (text, number, kind, wanted) in [
            ("拨打1203处理", "1203", Amount, "拨打一千二百零三处理"),
            ("共有1203户", "1203", Amount, "共有一千二百零三户"),
            ("派2辆车", "2", Amount, "派两辆车"),
            ("达到12.5%以上", "12.5%", Amount, "达到百分之十二点五以上"),
            ("窗口1203受理", "1203", Account, "窗口幺二零三受理"),
            ("窗口1203受理", "1203", Digits, "窗口一二零三受理"),
            (
                "请打0315-2810110咨询",
                "0315-2810110",
                Telephone,
                "请打零三幺五，二八幺零幺幺零咨询",
            ),
            ("关于2008的报告", "2008", Year, "关于二零零八的报告"),
            (
                "在2019-2021期间",
                "2019-2021",
                Year,
                "在二零一九至二零二一期间",
            ),
            (
                "截至2024-5-6为止",
                "2024-5-6",
                Date,
                "截至二零二四年五月六日为止",
            ),
            (
                "于20240506发布",
                "20240506",
                Date,
                "于二零二四年五月六日发布",
            ),
            ("在5.12当天", "5.12", Date, "在五月十二日当天"),
            ("自8:05起", "8:05", Time, "自八点零五分起"),
            ("自2:00起", "2:00", Time, "自两点起"),
            ("填A12-07即可", "A12-07", Code, "填A一二杠零七即可"),
            ("以3-1获胜", "3-1", Score, "以三比一获胜"),
            ("占1/3左右", "1/3", Fraction, "占三分之一左右"),
        ] {
            assert_eq!(said(text, number, kind), wanted, "{text} {kind:?}");
        }
    }

    #[test]
    fn a_number_is_told_as_each_kind_that_it_has_the_form_of() {
        use NumberKind::{Account, Amount, Date, Score, Time};
        let told = |number: &str, kind: NumberKind| {
            let each = said_as_each(number);
            let found = each.into_iter().find(|(each, _)| *each == kind);
            found.map(|(_, said)| said)
        };
        for (number, kind, wanted) in [
            ("6108", Amount, Some("六千一百零八")),
            ("６１０８", Account, Some("六幺零八")),
            ("6108", Score, None),
            ("6108", Time, None),
            ("7-19", Date, Some("七月十九日")),
            ("7-19", Score, Some("七比十九")),
            ("7:19", Date, None),
            ("7:19", Time, Some("七点十九分")),
            ("88.4%", Amount, Some("百分之八十八点四")),
            ("", Amount, None),
        ] {
            assert_eq!(told(number, kind).as_deref(), wanted, "{number} {kind:?}");
        }
    }

    #[test]
    fn no_kind_loses_a_digit() {
        for kind in NumberKind::ALL {
            for number in [
                "7", "007", "1203", "12.5", "3-1", "1/3", "2024-5-6", "8:05", "A12",
            ] {
                let said = said(&format!("编为{number}的"), number, kind);
                assert!(said.chars().count() >= 4, "{kind:?} {number}: {said}");
                assert!(!said.contains(|c: char| c.is_ascii_digit()), "{said}");
            }
        }
    }
}
