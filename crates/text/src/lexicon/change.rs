//! What may be changed in the way a stretch of text is read.

use serde::{Deserialize, Serialize};

/// What is done wherever a word stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Change {
    /// Its characters are pronounced so: pinyin with tone digits, a syllable for each, `lao4 ting2`.
    Pronounce(String),
    /// Other words are said in its place.
    Say(String),
    /// Its numbers are said as numbers of this kind.
    Number(NumberKind),
    /// The pause behind it is another.
    Pause(PauseChange),
    /// It is not read.
    Skip,
    /// It is the name of a person.
    Name,
}

/// What a number is, which decides how it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberKind {
    /// 数值: as an amount, 1203 → 一千二百零三.
    Amount,
    /// 号码逐位: digit by digit with 1 as 幺, as it is read to a clerk.
    Account,
    /// 逐位: digit by digit with 1 as 一.
    Digits,
    /// 电话: as [`Account`](Self::Account), with a breath where a hyphen stands.
    Telephone,
    /// 年份: 2008 → 二零零八; a stroke between two is 至.
    Year,
    /// 日期: 2024-5-6 → 二零二四年五月六日.
    Date,
    /// 时刻: 8:05 → 八点零五分.
    Time,
    /// 代码: digits and letters one by one, a hyphen as 杠.
    Code,
    /// 比分, 比例: 3-1 → 三比一.
    Score,
    /// 分数: 1/3 → 三分之一.
    Fraction,
}

impl NumberKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Amount,
        Self::Account,
        Self::Digits,
        Self::Telephone,
        Self::Year,
        Self::Date,
        Self::Time,
        Self::Code,
        Self::Score,
        Self::Fraction,
    ];
}

/// How a pause changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseChange {
    /// Where there is none, that of a comma; behind a comma, that of a sentence; behind a sentence, twice
    /// as long.
    Longer,
    /// Behind a sentence, half as long; behind a comma, that of an enumeration; behind 、, none.
    Shorter,
    /// None.
    None,
}

/// Which of the places of a word in a document is meant: by what stands around it, so that it is found again
/// after the page was edited elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Anchor {
    /// What stands before it in its block, at most [`Anchor::CONTEXT`] characters.
    pub before: String,
    /// What stands behind it in its block, at most as many.
    pub after: String,
    /// Which of those that look alike it is, counted from 0 in the order of the document.
    #[serde(default)]
    pub place: usize,
    /// How many look alike. With another number of them nobody knows which is meant, and none is changed.
    #[serde(default = "one")]
    pub of: usize,
}

impl Anchor {
    /// How many characters on either side tell one place from another.
    pub const CONTEXT: usize = 16;
}

fn one() -> usize {
    1
}
