//! Text whose lines were broken at a width: the lines of a paragraph put together.
//!
//! A text says nowhere whether it was broken. It shows: many lines end at about the same column,
//! whether or not a sentence ends there.

use std::sync::LazyLock;

use regex::Regex;

use crate::characters::{collapse, is_space, is_wide, push_gap};

/// A line that begins with the mark of a part or of an item begins something of its own.
static MARKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:第[一二三四五六七八九十百零〇0-9]+[编章节条款]|[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十0-9]{1,3}[）)]|[0-9]{1,2}(?:[、．)）]|\.\D)|[①-⑳]|[●■◆▪•*—－-]\s*\S|附件|附表|附：|注[:：])")
        .expect("a constant pattern")
});

/// Narrowest and widest column that text is broken at; a Chinese character takes two.
const COLUMNS: std::ops::RangeInclusive<usize> = 30..=200;

/// How far from that column full lines end: a character that did not fit, and marks that may not
/// begin a line.
const SLACK: usize = 5;

/// Fewest full lines, and the share in percent of them that end within a sentence: lists of lines
/// that are by chance of one length end where they end. Two are enough where both end within a sentence that the
/// line behind them ends before it is full.
const FEWEST_FULL: usize = 3;
const LEAST_BROKEN: usize = 40;

/// The paragraphs of `text`: its lines, put together where they were broken at a width. None is
/// empty, white space is collapsed.
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    // A line may end as on the first Macintosh.
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let lines: Vec<&str> = text.split(end).map(str::trim_end).collect();
    let Some(column) = column(&lines) else {
        let lines = lines.into_iter().map(collapse);
        return lines.filter(|line| !line.is_empty()).collect();
    };
    let indents = indents(&lines);
    let mut paragraphs: Vec<String> = Vec::new();
    let mut before: Option<&str> = None;
    for line in lines {
        let own = collapse(line);
        if own.is_empty() {
            before = None;
            continue;
        }
        let goes_on = before.is_some_and(|before| {
            width(before) + SLACK >= column
                && !MARKED.is_match(&own)
                && !is_indented(line)
                && (indents || !ends_sentence(before))
        });
        match paragraphs.last_mut() {
            Some(last) if goes_on => {
                push_gap(last, &own);
                last.push_str(&own);
            }
            _ => paragraphs.push(own),
        }
        before = Some(line);
    }
    paragraphs
}

/// The column that lines are broken at, if they are.
fn column(lines: &[&str]) -> Option<usize> {
    let widest = lines.iter().map(|line| width(line)).max()?;
    if !COLUMNS.contains(&widest) {
        return None;
    }
    let followed = |at: usize| {
        lines
            .get(at + 1)
            .is_some_and(|next| !next.trim().is_empty())
    };
    let full: Vec<(usize, &&str)> = lines
        .iter()
        .enumerate()
        .filter(|(at, line)| width(line) + SLACK >= widest && followed(*at))
        .collect();
    let broken = full.iter().filter(|(_, line)| !ends_part(line)).count();
    let is_one_sentence = || {
        let [(first, _), (second, _)] = full[..] else {
            return false;
        };
        let last = lines.get(second + 1).unwrap_or(&"");
        second == first + 1 && broken == 2 && ends_sentence(last) && width(last) + SLACK < widest
    };
    let is_broken = full.len() >= FEWEST_FULL && broken * 100 >= full.len() * LEAST_BROKEN;
    (is_broken || is_one_sentence()).then_some(widest)
}

/// Whether paragraphs begin with an indent: then a line without one goes on, whatever ends before it.
fn indents(lines: &[&str]) -> bool {
    let filled = || lines.iter().filter(|line| !line.trim().is_empty());
    let indented = filled().filter(|line| is_indented(line)).count();
    indented >= 2 && indented * 2 < filled().count() * 2 - indented
}

fn is_indented(line: &str) -> bool {
    let blank: usize = line
        .chars()
        .take_while(|c| is_space(*c))
        .map(|c| if is_wide(c) { 2 } else { 1 })
        .sum();
    blank >= 2
}

/// Columns that a line takes.
fn width(line: &str) -> usize {
    line.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn ends_sentence(line: &str) -> bool {
    line.ends_with(['。', '；', '：', '！', '？', '.', ';', ':', '!', '?'])
        || ["。”", "。）", "。」"]
            .iter()
            .any(|end| line.ends_with(end))
}

/// Whether a line ends where something of its own could end.
fn ends_part(line: &str) -> bool {
    ends_sentence(line) || line.ends_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_broken_at_a_width_are_one_paragraph() {
        let text = [
            "　　为方便老年人就近用餐，现就做好老年助餐服务工作的",
            "有关事项通知如下，请各区认真贯彻执行，重大事项随时报",
            "告。",
            "一、总体要求",
            "　　坚持就近、可及、自愿的原则，到二〇二六年实现所有街",
            "道全覆盖。各区要在六月底以前编制完成站点的布局方案。",
            "新建小区应当配套建设。",
        ];
        assert_eq!(
            paragraphs(&text.join("\n")),
            [
                "为方便老年人就近用餐，现就做好老年助餐服务工作的有关事项通知如下，请各区认真贯彻执行，重大事项随时报告。",
                "一、总体要求",
                "坚持就近、可及、自愿的原则，到二〇二六年实现所有街道全覆盖。各区要在六月底以前编制完成站点的布局方案。新建小区应当配套建设。",
            ]
        );
    }

    #[test]
    fn blank_lines_part_paragraphs_and_words_of_letters_keep_a_blank() {
        let text = "Community canteens serve meals to older people who\n\
                    live nearby, and they are open on every working day\n\
                    of the year from eleven to one, also in the villages\n\
                    around the city.\n\nMeals cost ten yuan.\n";
        assert_eq!(
            paragraphs(text),
            [
                "Community canteens serve meals to older people who live nearby, and they are open on every working day of the year from eleven to one, also in the villages around the city.",
                "Meals cost ten yuan.",
            ]
        );
    }

    #[test]
    fn one_sentence_on_three_lines_is_one_paragraph() {
        let text = "供热公司通知\n\n因换热站检修，本月十二日上午八时至下午五时停止向\n\
            和平路以西、建设街以南的各小区供热，请用户互相转告，\n并做好防寒准备。\n";
        assert_eq!(
            paragraphs(text),
            [
                "供热公司通知",
                "因换热站检修，本月十二日上午八时至下午五时停止向和平路以西、建设街以南的各小区供热，请用户互相转告，并做好防寒准备。",
            ]
        );
        // Lines that are full by chance, and lines that end what they say.
        for apart in [
            "城东街道的幸福里老年助餐点设在幸福路一百二十号\n城西街道的清河社区老年食堂设在清河路三百一十号\n南湖街道的南湖邻里助餐中心设在南湖路七百五十号\n",
            "城东街道的助餐点今天上午十一点准时开门迎接老人。\n城西街道的助餐点今天上午十一点准时开门迎接老人。\n请转告。\n",
        ] {
            assert_eq!(paragraphs(apart).len(), 3, "{apart}");
        }
    }

    #[test]
    fn items_and_whole_lines_stay_apart() {
        let items = "1. 城东街道幸福里助餐点，地址在幸福路一百二十号\n\
                     2. 城西街道清河社区食堂，地址在清河路三百一十号\n\
                     3. 南湖街道南湖邻里中心，地址在南湖路七百五十号\n";
        assert_eq!(paragraphs(items).len(), 3);
        let sentences = "城东街道的助餐点今天上午十一点准时开门迎接老人。\n\
                         城西街道的助餐点今天上午十一点准时开门迎接老人。\n\
                         南湖街道的助餐点今天上午十一点准时开门迎接老人。\n";
        assert_eq!(paragraphs(sentences).len(), 3);
        let long = format!("{}\n短行\n{}\n", "长".repeat(300), "长".repeat(299));
        assert_eq!(paragraphs(&long).len(), 3);
        assert!(paragraphs(" \n\u{3000}\n").is_empty());
        for ends in ["\n", "\r\n", "\r"] {
            assert_eq!(paragraphs(&["甲", "乙", ""].join(ends)), ["甲", "乙"]);
        }
    }
}
