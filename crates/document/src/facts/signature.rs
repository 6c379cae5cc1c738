//! What the text says of itself: its number on a line of its own, and who signed it when.

use std::sync::LazyLock;

use regex::Regex;

use crate::characters::without_spaces;
use crate::facts::date;
use langdu_model::IsoDate;

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^[(（]?(?:[\p{Han}A-Za-z]{1,24}[〔［\[﹝【（(〈]?(?:19|20)[0-9]{2}[〕］\]﹞】）)〉](?:第)?[0-9]{1,6}(?:[-—][0-9]{1,4})?号|[\p{Han}]{1,16}(?:令|公告)(?:(?:19|20)[0-9]{2}年)?第[0-9一二三四五六七八九十百〇○零]{1,6}号)[)）]?$",
    )
    .expect("a constant pattern")
});

static BARE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:[(（][\p{Han}0-9]{1,8}[)）])?[(（]?(?:(?:19|20)[0-9]{2}年)?第[0-9一二三四五六七八九十百〇○零]{1,6}号[)）]?$",
    )
    .expect("a constant pattern")
});

static TITLE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[(（]([\p{Han}A-Za-z]{1,24}[〔［\[﹝【](?:19|20)[0-9]{2}[〕］\]﹞】](?:第)?[0-9]{1,6}号)[)）]$")
        .expect("a constant pattern")
});

static ENACTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[(（](.{6,24}?日)[^。]{0,80}?(?:通过|公布|批准|印发|发布)")
        .expect("a constant pattern")
});

static ORGANISATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(厅|局|委|部|署|办|办公室|委员会|政府|法院|检察院|银行|中心|组|会|院|司|处|所|站|队|公司|大学|学校|协会|国务院|中央军委|军委|指挥部|街道|集团|馆|库|社|党组|支队|总队|科|管理区|开发区)$",
    )
    .expect("a constant pattern")
});

/// The number on a line that is nothing else, without its brackets: `（国办发〔2022〕11号）`.
pub(crate) fn own_line_number(text: &str) -> Option<String> {
    let tight = without_spaces(text);
    if tight.chars().count() > 50 || !NUMBER.is_match(&tight) {
        return None;
    }
    Some(without_brackets(&tight))
}

/// The number in a line under the title that gives the date too: `某医保发〔2023〕31号 2023-11-22`.
pub(crate) fn number_in_caption(text: &str) -> Option<String> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:^|[\s0-9|｜])([\p{Han}A-Za-z]{1,24}[〔［\[﹝【](?:19|20)[0-9]{2}[〕］\]﹞】](?:第)?[0-9]{1,6}号)")
            .expect("a constant pattern")
    });
    let number = NUMBER.captures(text)?[1].to_owned();
    date::find_date(text).map(|_| number)
}

/// `第707号` or `2023年第15号` on a line of its own, which counts the orders its heading names.
pub(crate) fn bare_number(text: &str) -> Option<String> {
    let tight = without_spaces(text);
    (tight.chars().count() <= 20 && BARE_NUMBER.is_match(&tight)).then(|| without_brackets(&tight))
}

/// Whether a heading is counted by the bare number under it: 令, 公告, 通告.
pub(crate) fn counts_its_issues(text: &str) -> bool {
    let tight = without_spaces(text);
    tight.chars().count() <= 60 && tight.ends_with(['令', '告'])
}

/// The number in brackets at the end of a title.
pub(crate) fn number_in_title(title: &str) -> Option<String> {
    TITLE_NUMBER
        .captures(&without_spaces(title))
        .map(|captures| captures[1].to_owned())
}

/// The date in the note under a title: `（2007年6月29日某某会议通过）`.
pub(crate) fn enactment_date(text: &str) -> Option<IsoDate> {
    let tight = without_spaces(text);
    let note = ENACTED.captures(&tight)?;
    date::find_date(&note[1])
}

/// Whether the line can be the signature of an organisation.
pub(crate) fn is_signature(text: &str) -> bool {
    let tight = without_spaces(text);
    let count = tight.chars().count();
    (3..=60).contains(&count)
        && !tight.contains(['，', '。', '；', '：', '、', '《', '？', '！', ':'])
        && ORGANISATION.is_match(&tight)
}

/// The date that closes a document of these lines, with the signature above it, looked for in the
/// last `within` lines.
pub(crate) fn signed(lines: &[&str], within: usize) -> Option<(IsoDate, Option<String>)> {
    for at in (0..lines.len()).rev().take(within) {
        let text = lines[at];
        if let Some(date) = date::date_line(text) {
            let issuer = (1..=4)
                .filter_map(|back| at.checked_sub(back))
                .map(|above| lines[above].to_owned())
                .take_while(|text| is_signature(text))
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .reduce(|all, one| format!("{all}、{one}"));
            return Some((date, issuer));
        }
        if let Some(date) = date::date_at_end(text, 50) {
            return Some((date, None));
        }
    }
    None
}

/// The issuing body that opens a title: the words before 关于.
pub(crate) fn issuer_in_title(title: &str) -> Option<String> {
    let (before, _) = title.split_once("关于")?;
    let tight = without_spaces(before);
    let count = tight.chars().count();
    ((3..=60).contains(&count) && ORGANISATION.is_match(&tight) && !tight.contains('《'))
        .then(|| before.trim().to_owned())
}

fn without_brackets(tight: &str) -> String {
    let inner = tight
        .strip_prefix(['(', '（'])
        .and_then(|rest| rest.strip_suffix([')', '）']))
        .filter(|inner| !inner.contains([')', '）']));
    inner.unwrap_or(tight).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_on_lines_of_their_own() {
        for (text, expected) in [
            ("国办发〔2022〕11号", Some("国办发〔2022〕11号")),
            ("（财办会〔2026〕32号）", Some("财办会〔2026〕32号")),
            ("冀政办字[2023]第8号", Some("冀政办字[2023]第8号")),
            ("国函 〔1996〕 95 号", Some("国函〔1996〕95号")),
            ("财政部令第107号", Some("财政部令第107号")),
            (
                "市场监管总局公告2023年第15号",
                Some("市场监管总局公告2023年第15号"),
            ),
            ("请示（〔1996〕武司字第82号）收悉", None),
            ("根据国办发〔2022〕11号文件", None),
            ("第707号", None),
        ] {
            assert_eq!(own_line_number(text).as_deref(), expected, "{text}");
        }
        assert_eq!(bare_number("第707号").as_deref(), Some("第707号"));
        assert_eq!(
            bare_number("2023年 第15号").as_deref(),
            Some("2023年第15号")
        );
    }

    #[test]
    fn signatures_are_organisations_alone_on_a_line() {
        for text in ["财政部办公厅", "国务院　中央军委", "某某市民政局"] {
            assert!(is_signature(text), "{text}");
        }
        for text in [
            "联系人：民政局",
            "请报送民政局。",
            "加强领导",
            "（一）民政局、财政局",
        ] {
            assert!(!is_signature(text), "{text}");
        }
    }

    #[test]
    fn a_note_under_the_title_dates_the_document() {
        let date =
            enactment_date("（2007年6月29日第十届全国人民代表大会常务委员会第二十八次会议通过）");
        assert_eq!(date.as_ref().map(IsoDate::as_str), Some("2007-06-29"));
    }

    #[test]
    fn the_words_before_guanyu_issue_the_document() {
        assert_eq!(
            issuer_in_title("国务院办公厅关于印发方案的通知").as_deref(),
            Some("国务院办公厅")
        );
        assert_eq!(issuer_in_title("关于印发方案的通知"), None);
    }
}
