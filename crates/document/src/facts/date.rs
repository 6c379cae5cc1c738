//! Dates as Chinese pages write them, as [`IsoDate`].
//!
//! Reads `2018年12月22日`, `2021-01-05 09:30`, `2021/1/5`, `20190918` and `二〇一二年一月十六日`. Says
//! nothing about what a date means.

use std::sync::LazyLock;

use regex::Regex;

use crate::characters::without_spaces;
use langdu_model::IsoDate;

static ARABIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[^0-9])((?:19|20)[0-9]{2})\s*[-/.．年－]\s*([01]?[0-9])\s*[-/.．月－]\s*([0-3]?[0-9])",
    )
    .expect("a constant pattern")
});

static COMPACT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9])((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])(?:[^0-9]|$|[0-9]{6}$)")
        .expect("a constant pattern")
});

static CHINESE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"([一二][〇○零Ｏ0OοＯ一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿卅]{1,3})日",
    )
    .expect("a constant pattern")
});

static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^[(（]?(?:(?:19|20)[0-9]{2}年[01]?[0-9]月[0-3]?[0-9]日|[一二][〇○零Ｏ0OοＯ一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十廿卅]{1,3}日)[)）]?$",
    )
    .expect("a constant pattern")
});

/// The first date in `text`, whatever stands around it.
pub(crate) fn find_date(text: &str) -> Option<IsoDate> {
    find_arabic(text)
        .or_else(|| {
            let tight = without_spaces(text);
            find_arabic(&tight).or_else(|| find_chinese(&tight))
        })
        .or_else(|| find_compact(text))
}

/// The date of a line that is nothing but a date with 年, 月 and 日, as a signature has it.
pub(crate) fn date_line(text: &str) -> Option<IsoDate> {
    let tight = without_spaces(text);
    if tight.chars().count() > 20 || !WHOLE.is_match(&tight) {
        return None;
    }
    find_arabic(&tight).or_else(|| find_chinese(&tight))
}

/// The date that closes a line of at most `max_chars` characters: `某某局　2024年3月1日`.
pub(crate) fn date_at_end(text: &str, max_chars: usize) -> Option<IsoDate> {
    let tight = without_spaces(text);
    if tight.chars().count() > max_chars || !tight.ends_with('日') {
        return None;
    }
    CHINESE
        .captures_iter(&tight)
        .last()
        .and_then(|captures| from_chinese(&captures))
        .or_else(|| find_arabic(&tight))
}

/// A date written without separators, as in the addresses and meta tags of TRS sites.
pub(crate) fn find_compact(text: &str) -> Option<IsoDate> {
    COMPACT
        .captures_iter(text)
        .find_map(|captures| from_digits(&captures))
}

fn find_arabic(text: &str) -> Option<IsoDate> {
    ARABIC
        .captures_iter(text)
        .find_map(|captures| from_digits(&captures))
}

fn find_chinese(text: &str) -> Option<IsoDate> {
    CHINESE
        .captures_iter(text)
        .find_map(|captures| from_chinese(&captures))
}

fn from_digits(captures: &regex::Captures<'_>) -> Option<IsoDate> {
    IsoDate::new(
        captures[1].parse().ok()?,
        captures[2].parse().ok()?,
        captures[3].parse().ok()?,
    )
}

fn from_chinese(captures: &regex::Captures<'_>) -> Option<IsoDate> {
    let year = captures[1].chars().try_fold(0u16, |year, digit| {
        Some(year * 10 + u16::from(digit_value(digit)?))
    })?;
    IsoDate::new(
        year,
        small_number(&captures[2])?,
        small_number(&captures[3])?,
    )
}

fn digit_value(digit: char) -> Option<u8> {
    Some(match digit {
        '〇' | '○' | '零' | 'Ｏ' | '0' | 'O' | 'ο' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// A number below 40 in Chinese characters: 十六, 二十, 廿三.
fn small_number(text: &str) -> Option<u8> {
    let mut value = 0u8;
    for digit in text.chars() {
        value = match digit {
            '十' => value.max(1) * 10,
            '廿' => 20,
            '卅' => 30,
            other => value.checked_add(digit_value(other)?)?,
        };
        if value > 39 {
            return None;
        }
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_every_way_pages_write_them() {
        for (text, expected) in [
            ("2018年12月22日", "2018-12-22"),
            ("2021-01-05 09:30", "2021-01-05"),
            ("2021-1-5 12:30", "2021-01-05"),
            ("时间： 2012-01-17　　发表评论", "2012-01-17"),
            ("发布时间：2024/3/1", "2024-03-01"),
            ("2024.03.01", "2024-03-01"),
            ("2 0 2 2 年 3 月 4 日", "2022-03-04"),
            ("二〇一二年一月十六日", "2012-01-16"),
            ("二○二三年十二月三十一日", "2023-12-31"),
            ("一九九六年十一月五日", "1996-11-05"),
            ("二零零八年二月二十九日", "2008-02-29"),
            ("一九三四年五月六日", "1934-05-06"),
            ("二〇一七年七月廿八日", "2017-07-28"),
            ("二〇二八年八月卅日", "2028-08-30"),
            ("二〇二六年十月十日", "2026-10-10"),
            ("20190918", "2019-09-18"),
            ("t20190918_693227.shtml", "2019-09-18"),
            ("20190918062300", "2019-09-18"),
        ] {
            let found = find_date(text).map(|date| date.as_str().to_owned());
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_not_taken_for_one() {
        for text in [
            "2018年13月22日",
            "2023-02-30",
            "010-68554531",
            "000014349/2018-00218",
            "〔2022〕11号",
            "二〇一二年",
            "420190918123",
            "二〇二四年四月四十日",
        ] {
            assert_eq!(find_date(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_whole_line_is_a_date_line() {
        assert!(date_line("　　2018年12月18日  ").is_some());
        assert!(date_line("（二〇二四年三月一日）").is_some());
        assert!(date_line("自2018年12月18日起施行").is_none());
        assert!(date_line("2018-12-18").is_none());
    }

    #[test]
    fn a_signature_and_its_date_may_share_a_line() {
        let date = date_at_end("某市民政局　2024年3月1日", 40);
        assert_eq!(date.as_ref().map(IsoDate::as_str), Some("2024-03-01"));
        assert!(date_at_end("办理时间截至2024年3月1日。", 40).is_none());
    }
}
