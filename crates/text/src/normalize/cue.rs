//! Whether something beside a number tells what it is, where its shape alone would not.

use super::measure;
use super::token::{At, Ch, Num, Space, Word};
use crate::chars::is_hanzi;

/// Whether the number of `tokens` tokens that begins here has a cue beside it: a unit, a word that counts, a word
/// that says what it is.
pub(super) fn decides(at: At<'_>, tokens: usize) -> bool {
    match &at.rest()[..tokens.min(at.rest().len())] {
        [Num(number)] => !is_short_year(at, number) && !is_name_of_two_digits(at, number),
        [Num(_), .., Num(_)] if !at.opens() => true,
        [Num(_), .., last] if !matches!(last, Num(_)) => true,
        [Num(_), Ch('/'), ..] => is_share(at, tokens),
        [Num(_), Ch(':'), ..] => at.near_before(REACH, RATIOS) || at.near_after(tokens, 4, RATIOS),
        [Num(_), Ch('-' | '~' | '—'), ..] => is_counted(at, tokens),
        [Word(letters), rest @ ..] => letters_decide(letters, rest),
        _ => true,
    }
}

/// How far a word that says what a ratio is may stand before it, in characters.
const REACH: usize = 12;

/// What says that two numbers with a colon are a ratio or a score.
const RATIOS: &[&str] = &[
    "比例",
    "比分",
    "比率",
    "之比",
    "配比",
    "比为",
    "稀释",
    "胜",
    "负",
    "平",
    "领先",
    "败",
    "不敌",
    "性别比",
    "比值",
    "扳",
    "汇率",
    "比",
];

/// What makes a year of two digits before 年 a length of time.
const LENGTHS: &str = "内前后来间以期限的多左度级制龄不之有产才就可为未仍需满止刑抚免的保质工婚任社学租合共，。；、）";

/// What stands before a length of time.
const BEFORE_LENGTHS: &str =
    "近约满逾达第刑期徒每这那各几过了共为长限超足历时任满有用需待等干住隔近分至到";

/// `22年我去过`: two digits before 年 that name a year as often as they count years. From 30 to 49 they count: such
/// years are too far from today to be written so.
fn is_short_year(at: At<'_>, number: &[char]) -> bool {
    let [_, _] = number else { return false };
    let [_, Ch('年'), Ch(next), ..] = at.rest() else {
        return false;
    };
    let counts = match at.previous() {
        Some(Ch(c)) if is_hanzi(c) => BEFORE_LENGTHS.contains(c),
        Some(Num(_) | Word(_)) => true,
        _ => false,
    };
    !counts && is_hanzi(*next) && !LENGTHS.contains(*next) && number[0] != '3' && number[0] != '4'
}

/// `16款`, `14本`: two digits before a hanzi that counts nothing here.
fn is_name_of_two_digits(at: At<'_>, number: &[char]) -> bool {
    let [first, _] = number else { return false };
    let [_, Ch(next), ..] = at.rest() else {
        return false;
    };
    let cars = *next == '款' && at.near_after(2, 8, &["车", "SUV", "轿", "型"]);
    let unknown = is_hanzi(*next)
        && !is_counted(at, 1)
        && !COUNTED.contains(*next)
        && matches!(at.previous(), None | Some(Space | Ch(_)))
        && !at.after_any(&[
            "第", "约", "近", "达", "超", "共", "为", "有", "至", "到", "比", "以", "于",
        ]);
    *first != '0' && (cars || unknown)
}

/// Behind a number of two digits they count, or are part of a number.
const COUNTED: &str = "万亿千百多余几成号年月日级分时点秒元角届个后周载期天名人岁位条项章节款线度世平比、和至与或及乘加减以以公的";

/// A share of a whole: 三分之一 is written 1/3, with a small number below and words around.
fn is_share(at: At<'_>, tokens: usize) -> bool {
    let [Num(over), Ch('/'), Num(under), ..] = at.rest() else {
        return true;
    };
    let small = under.len() == 1 && over.len() == 1 && over < under;
    let goes_on = at.sees_any(
        tokens,
        &["以上", "的", "以下", "左右", "多", "（", "(", "。", "，"],
    );
    small && (goes_on || at.after_any(&["约", "近", "达", "超", "有", "到", "为", "占"]))
        || is_counted(at, tokens)
}

/// Whether a unit or a measure word follows.
fn is_counted(at: At<'_>, tokens: usize) -> bool {
    measure::counts(at, tokens)
        || measure::unit(at, tokens).is_some()
        || matches!(
            at.rest().get(tokens),
            Some(Ch('万'
                | '亿'
                | '%'
                | '‰'
                | '年'
                | '月'
                | '日'
                | '号'
                | '岁'
                | '倍'
                | '层'
                | '级'))
        )
        || matches!(at.rest().get(tokens - 1), Some(Ch('%' | '‰' | '℃')))
}

/// Whether the number behind letters has one digit, or has so many that it is said digit by digit.
fn letters_decide(letters: &[char], rest: &[super::token::Token<'_>]) -> bool {
    let known = matches!(
        letters,
        ['P' | 'p', 'M' | 'm']
            | ['T' | 't', 'O' | 'o', 'P' | 'p']
            | ['G' | 'S' | 'D' | 'K' | 'Z' | 'C' | 'A']
    );
    match rest {
        [Num([_, _])] | [Ch('-'), Num([_, _])] => known,
        _ => true,
    }
}
