//! What may be changed in the way a stretch of text is read: by an editor, by a caller's lexicon, or by the source
//! itself.

use std::borrow::Cow;

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

    /// Its name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Account => "account",
            Self::Digits => "digits",
            Self::Telephone => "telephone",
            Self::Year => "year",
            Self::Date => "date",
            Self::Time => "time",
            Self::Code => "code",
            Self::Score => "score",
            Self::Fraction => "fraction",
        }
    }

    /// The kind of a name in the contracts.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
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
    /// So many milliseconds at the normal rate, at most [`PauseChange::LONGEST_MS`].
    Exactly(u32),
}

impl PauseChange {
    /// Longest pause that may be asked for: what lasts longer sounds as if it were the end.
    pub const LONGEST_MS: u32 = 10_000;

    /// The change of a name in the contracts: `longer`, `shorter`, `none`, or a length such as `500ms` and `1.5s`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "longer" => Some(Self::Longer),
            "shorter" => Some(Self::Shorter),
            "none" => Some(Self::None),
            length => milliseconds(length)
                .filter(|ms| *ms <= Self::LONGEST_MS)
                .map(Self::Exactly),
        }
    }

    /// Its name in the contracts.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::Longer => Cow::Borrowed("longer"),
            Self::Shorter => Cow::Borrowed("shorter"),
            Self::None => Cow::Borrowed("none"),
            Self::Exactly(ms) => Cow::Owned(format!("{ms}ms")),
        }
    }
}

/// A length of time as CSS and SSML write it: `500ms`, `1.5s`.
pub fn milliseconds(text: &str) -> Option<u32> {
    let text = text.trim();
    let (number, factor) = match text.strip_suffix("ms") {
        Some(number) => (number, 1.0),
        None => (text.strip_suffix('s')?, 1000.0),
    };
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let number: f64 = Some(number.strip_prefix('+').unwrap_or(number))
        .filter(|number| number.chars().all(is_number))?
        .parse()
        .ok()?;
    let ms = (number * factor).round();
    (ms <= f64::from(u32::MAX)).then_some(ms as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_the_contracts_is_read_back() {
        for kind in NumberKind::ALL {
            assert_eq!(NumberKind::parse(kind.name()), Some(kind));
            // A correction is kept under the same name.
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        let exactly = PauseChange::Exactly(750);
        for pause in [
            PauseChange::Longer,
            PauseChange::Shorter,
            PauseChange::None,
            exactly,
        ] {
            assert_eq!(PauseChange::parse(&pause.name()), Some(pause));
        }
        assert_eq!(
            PauseChange::parse("11s"),
            None,
            "longer than a pause may be"
        );
    }

    #[test]
    fn a_length_of_time_has_a_unit() {
        for (text, ms) in [("500ms", 500), ("1.5s", 1500), ("+2s", 2000), (" 0s ", 0)] {
            assert_eq!(milliseconds(text), Some(ms), "{text}");
        }
        for text in ["500", "-1s", "s", "1e3s", "NaNs", "1 s x", "9999999999s"] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }
}
