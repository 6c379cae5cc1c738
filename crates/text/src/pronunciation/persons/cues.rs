//! What stands beside a name: offices and roles, forms of address, what people do, labels and lists.

use std::ops::Range;

use super::super::lists::Words;
use crate::chars::is_hanzi;

/// What stands before a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// A label with its colon, or the column of a table: 联系人：
    Label,
    /// An office or a role: 副县长, 审判员, 被告人.
    Role,
    /// 任命, 免去 and the like.
    Appointed,
    /// The start of a line or a mark.
    Open,
    /// The mark of a list.
    Listed,
    /// Any other word.
    None,
}

/// What stands behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    /// A form of address or an office: 同志, 局长.
    Title,
    /// What a person does: 出席, 表示, 犯.
    Acts,
    /// A preposition or a verb that things take too.
    GoesOn,
    /// What an appointment goes on with: 为, 的.
    Appointed,
    /// The end of the line, a mark, a digit, or what follows a name in a form: 电话.
    Close,
    /// Any other word.
    None,
}

impl Right {
    pub(super) fn is_cue(self) -> bool {
        matches!(self, Self::Title | Self::Acts)
    }

    pub(super) fn closes(self) -> bool {
        self == Self::Close
    }
}

/// Offices that end in 长, without it.
const HEADS: &str = "局省市县区乡镇村校院所处科部司厅会组队行团连排班站社厂庭书事馆台州旗园段店总监理馆军师旅营舰机船车";

const CUES: &str = include_str!("../../data/persons.txt");

/// What a person is called before the name: 审判员.
static ROLES: Words = Words::of(CUES, "roles");
/// What is done to a person who is named: 任命.
static APPOINTING: Words = Words::of(CUES, "appointing");
/// What may stand between two names, or before one.
static JOINING: Words = Words::of(CUES, "joining");
/// Forms of address and offices behind a name.
static TITLES: Words = Words::of(CUES, "titles");
/// What only persons do.
static ACTS: Words = Words::of(CUES, "acts");
/// What the sentence goes on with behind a person as well as behind a thing.
static GOES_ON: Words = Words::of(CUES, "goes on");
/// What follows a name in a form or a list without a mark.
static FOLLOWS: Words = Words::of(CUES, "follows");
/// Given names that are words, or hold a character that names rarely hold.
static GIVEN_WORDS: Words = Words::of(CUES, "given names");
/// What somebody is at the head of: 以朴秀英为团长.
static HEADED: Words = Words::of(CUES, "heads");
/// What a label ends with that a name stands behind: 联系人.
static LABEL_ENDS: Words = Words::of(CUES, "labels");

/// The cue before `at`.
pub(super) fn left(line: &[char], at: usize) -> Left {
    let blanks = line[..at]
        .iter()
        .rev()
        .take_while(|c| is_blank(**c))
        .count();
    let before = &line[..at - blanks];
    let Some(&last) = before.last() else {
        return Left::Open;
    };
    if matches!(last, ':' | '/') {
        return if ends_with_any(&label_before(before), &LABEL_ENDS) {
            Left::Label
        } else {
            Left::Open
        };
    }
    if is_role(before) {
        return if blanks > 0 { Left::Label } else { Left::Role };
    }
    const BESIDE_A_BLANK: &[&str] = &[
        "姓名",
        "第一名",
        "第二名",
        "第三名",
        "第四名",
        "第五名",
        "第六名",
        "一等奖",
        "二等奖",
        "三等奖",
        "特等奖",
    ];
    if blanks > 0 && ends_with_any(before, BESIDE_A_BLANK) {
        return Left::Label;
    }
    if matches!(last, '、') || blanks > 0 {
        return Left::Listed;
    }
    if !is_hanzi(last) {
        return if last.is_alphanumeric() {
            Left::None
        } else {
            Left::Open
        };
    }
    // 聘请 ends with 请.
    if ends_with_any(before, &APPOINTING) {
        return Left::Appointed;
    }
    if ends_with_any(before, &JOINING) {
        return Left::Listed;
    }
    Left::None
}

/// The end of the label whose colon closes `before`, without the blanks that space it out: 联 系 人：
fn label_before(before: &[char]) -> Vec<char> {
    /// The longest word of a label with its blanks.
    const REACH: usize = 8;
    let end = before.len() - 1;
    let label = &before[end.saturating_sub(REACH)..end];
    label.iter().copied().filter(|c| !is_blank(*c)).collect()
}

/// Whether the cells under a header hold names: 姓名, 联系人, 法定代表人.
pub(crate) fn heads_names(header: &[char]) -> bool {
    let header: Vec<char> = header.iter().copied().filter(|c| is_hanzi(*c)).collect();
    !header.ends_with(&['文']) && !header.ends_with(&['图']) && ends_with_any(&header, &LABEL_ENDS)
}

/// The cue before `at` in a cell that holds nothing but names.
pub(super) fn in_column(line: &[char], at: usize) -> Left {
    match line[..at].iter().rev().find(|c| !is_blank(**c)) {
        Some(&c) if is_hanzi(c) && !line[at - 1].is_whitespace() => left(line, at),
        _ => Left::Label,
    }
}

/// Whether an office or a role ends here: 副组长, 审判员.
pub(crate) fn is_role(before: &[char]) -> bool {
    match before {
        [.., head, '长'] if HEADS.contains(*head) => true,
        [.., '检', '察', '长'] | [.., '参', '谋', '长'] | [.., '审', '判', '长'] => true,
        _ => ends_with_any(before, &ROLES),
    }
}

/// The cue at `end`, just behind a name.
pub(super) fn right(line: &[char], end: usize) -> Right {
    let Some(&next) = line.get(end) else {
        return Right::Close;
    };
    let rest = &line[end..];
    if starts_with_any(rest, &TITLES) || counts_persons(rest) {
        return Right::Title;
    }
    if !is_hanzi(next) || starts_with_any(rest, &FOLLOWS) {
        return Right::Close;
    }
    // 于1952年出生.
    let dated = matches!(rest, ['于' | '在', '0'..='9' | '０'..='９', ..]);
    if starts_with_any(rest, &ACTS) || dated {
        return Right::Acts;
    }
    if starts_with_any(rest, &GOES_ON) {
        return Right::GoesOn;
    }
    if starts_with_any(rest, &["为", "的", "职", "兼"]) {
        return Right::Appointed;
    }
    Right::None
}

/// What follows behind a name, as far as it tells whether it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Following {
    /// A form of address, or what persons do.
    Cue,
    /// What persons and things have behind them, or the end.
    GoesOn,
    /// Any other word.
    Other,
}

/// What follows at `end`, just behind what may be a name.
pub(in super::super) fn following(line: &[char], end: usize) -> Following {
    match right(line, end) {
        Right::Title | Right::Acts => Following::Cue,
        Right::GoesOn | Right::Appointed | Right::Close => Following::GoesOn,
        Right::None => Following::Other,
    }
}

/// Whether an office of somebody ends with the character and 长: 局长, 组长.
pub(in super::super) fn heads_an_office(head: char) -> bool {
    HEADS.contains(head)
}

/// Whether 等 counts the persons whose first has just been named: 等5名同学.
fn counts_persons(rest: &[char]) -> bool {
    const DIGITS: &str = "一二三四五六七八九十两数多几";
    let Some(('等', counted)) = rest.split_first().map(|(first, rest)| (*first, rest)) else {
        return false;
    };
    let digits = counted
        .iter()
        .take_while(|c| c.is_numeric() || DIGITS.contains(**c))
        .count();
    (1..=4).contains(&digits) && matches!(counted.get(digits), Some('名' | '人' | '位' | '同'))
}

/// Whether another party to a case or a contract follows: 与李某某离婚纠纷, 诉王强.
pub(super) fn is_paired(line: &[char], end: usize) -> bool {
    let [joint, partner @ ..] = &line[end..] else {
        return false;
    };
    let masked = matches!(partner, [family, '某', ..] if super::tables::is_plain_surname(*family));
    let named = (2..=3).any(|length| {
        let after = partner.get(length);
        partner
            .get(..length)
            .is_some_and(super::tables::is_plain_name)
            && !after.is_some_and(|c| super::tables::is_given(*c))
    });
    // 任思远和妻子.
    const KIN: &[&str] = &[
        "妻子", "丈夫", "儿子", "女儿", "父亲", "母亲", "爱人", "老伴", "家人", "同事", "队友",
        "同伴", "弟弟", "哥哥", "姐姐", "妹妹", "父母", "孩子", "邻居", "战友", "同学", "工友",
        "徒弟", "其妻", "其夫", "其子",
    ];
    let kin = starts_with_any(partner, KIN);
    matches!(joint, '与' | '和' | '诉' | '及' | '同') && (masked || named || kin)
}

/// Whether a form of address follows that is used with nothing but names.
pub(super) fn is_addressed(line: &[char], end: usize) -> bool {
    starts_with_any(&line[end..], &["同志", "先生", "女士", "老师"])
}

/// Whether a given name is a word of its own or holds what names rarely hold: 任为民, 任京生.
pub(in super::super) fn is_given_word(given: &[char]) -> bool {
    GIVEN_WORDS
        .iter()
        .any(|word| word.chars().eq(given.iter().copied()))
}

/// Whether somebody is put at the head of others: 以单国强为组长.
pub(super) fn is_made_head(line: &[char], name: &Range<usize>) -> bool {
    /// The longest office with what stands before it: 县防汛工作领导小组组长.
    const REACH: usize = 12;
    let ['为', office @ ..] = &line[name.end..] else {
        return false;
    };
    let reach: Vec<char> = office
        .iter()
        .copied()
        .take(REACH)
        .take_while(|c| is_hanzi(*c))
        .collect();
    line[..name.start].ends_with(&['以'])
        && (0..reach.len()).any(|at| starts_with_any(&reach[at..], &HEADED))
}

/// Whether a house is kept in memory of whoever stands before it.
pub(super) fn has_a_memorial(line: &[char], end: usize) -> bool {
    starts_with_any(&line[end..], &["故居", "旧居"])
}

/// Whether a description of a person follows: 任子明，男，汉族.
pub(super) fn is_described(line: &[char], end: usize) -> bool {
    match line.get(end..) {
        Some(['，' | ',' | '(' | '、' | ':' | '：', '男' | '女', ..]) => true,
        // （右二）, ：本院受理
        Some(['(', '左' | '右' | '中' | '前' | '后', ..]) => true,
        Some([':', '本' | '你' | '您' | '我', ..]) => true,
        Some(['，' | ',' | '(', a, b, ..]) => matches!(
            (a, b),
            ('汉', '族') | ('现', '任') | ('身', '份') | ('生', '于')
        ),
        _ => false,
    }
}

/// The item of a list that ends before the mark or blank at `start`.
pub(super) fn item_before(line: &[char], start: usize) -> Option<Range<usize>> {
    let marks = line[..start]
        .iter()
        .rev()
        .take_while(|c| is_list_mark(**c))
        .count();
    let end = start.checked_sub(marks.max(1)).filter(|_| marks > 0)?;
    let length = line[..end]
        .iter()
        .rev()
        .take_while(|c| is_hanzi(**c))
        .count();
    // 邀请张伟、任子明: what stands before the first name belongs to it no more.
    Some(end - length.min(3)..end).filter(|item| !item.is_empty())
}

/// The item of a list that starts behind the mark or word at `end`.
pub(super) fn item_after(line: &[char], end: usize) -> Option<Range<usize>> {
    let marks = line[end..]
        .iter()
        .take_while(|c| is_list_mark(**c) || matches!(c, '和' | '及'))
        .count();
    let start = end + marks;
    let length = line[start..].iter().take_while(|c| is_hanzi(**c)).count();
    // 李静等三人.
    let length = match line[start..start + length].iter().position(|c| *c == '等') {
        Some(until) => until,
        None => length,
    };
    (marks > 0 && length > 0).then(|| start..start + length.min(3))
}

fn is_list_mark(c: char) -> bool {
    matches!(c, '、' | '，' | ',' | ';' | '\n') || is_blank(c)
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\n' || c == '\u{200b}'
}

pub(in super::super) fn ends_with_any(text: &[char], words: &[&str]) -> bool {
    words.iter().any(|word| {
        let mut before = text.iter().rev();
        word.chars().rev().all(|c| before.next() == Some(&c))
    })
}

pub(in super::super) fn starts_with_any(text: &[char], words: &[&str]) -> bool {
    words.iter().any(|word| {
        let mut after = text.iter();
        word.chars().all(|c| after.next() == Some(&c))
    })
}
