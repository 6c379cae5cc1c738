//! What of a document may be read wrong, for an editor to look at first.

use schemars::JsonSchema;
use serde::Serialize;

use crate::reading::Reading;
use crate::server::schema::closed;
use langdu_document::{Block, BlockKind};
use langdu_text::{FrontEnd, GuessReason, Utterance};

/// Something that may be read wrong.
#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
pub(super) struct DoubtBody {
    /// Where it stands, in Unicode scalar values of the block.
    block: usize,
    start: usize,
    end: usize,
    /// The utterance that it is heard in.
    utterance: usize,
    text: String,
    /// `grammar`, `close_call`, `usual` or `amount` as `explain` has them; `amount` also for three digits and more
    /// without a unit that are read as an amount.
    reason: &'static str,
    /// How it is read.
    said: String,
    /// How else it may be read.
    alternatives: Vec<String>,
}

/// What may be read wrong: pronunciations and numbers that are guesses, and digits alone that are read as an amount.
pub(super) fn doubts(reading: &Reading, front_end: &FrontEnd) -> Vec<DoubtBody> {
    let blocks = &reading.document.blocks;
    let texts: Vec<Vec<char>> = blocks
        .iter()
        .map(|block| block.text.chars().collect())
        .collect();
    let mut doubts = Vec::new();
    for (index, utterance) in reading.script.utterances.iter().enumerate() {
        let Some(span) = utterance.span else { continue };
        let Some(text) = texts.get(span.block) else {
            continue;
        };
        let at = |start: usize, end: usize| text.get(start..end).map(|part| part.iter().collect());
        for syllable in &utterance.syllables {
            let Some(guess) = &syllable.guess else {
                continue;
            };
            if guess.reason == GuessReason::Amount {
                continue;
            }
            doubts.push(DoubtBody {
                block: span.block,
                start: syllable.start,
                end: syllable.end,
                utterance: index,
                text: at(syllable.start, syllable.end).unwrap_or_default(),
                reason: guess.reason.name(),
                said: syllable.pinyin.to_string(),
                alternatives: guess.alternatives.iter().map(ToString::to_string).collect(),
            });
        }
        let is_counted = |start: usize| {
            let block = &blocks[span.block];
            header_of(block, start).is_some_and(|header| counts(&header))
        };
        let mut numbers = open_numbers(utterance, text);
        for bare in bare_amounts(utterance, front_end) {
            if numbers
                .iter()
                .all(|number| number.end <= bare.start || bare.end <= number.start)
            {
                numbers.push(bare);
            }
        }
        doubts.extend(
            numbers
                .into_iter()
                .filter(|number| !is_counted(number.start))
                .map(|number| DoubtBody {
                    block: span.block,
                    start: number.start,
                    end: number.end,
                    utterance: index,
                    text: at(number.start, number.end).unwrap_or_default(),
                    reason: GuessReason::Amount.name(),
                    said: number.said,
                    alternatives: number.alternatives,
                }),
        );
    }
    doubts.sort_by_key(|doubt| (doubt.block, doubt.start));
    doubts
}

/// A number that may be said otherwise.
struct OpenNumber {
    start: usize,
    end: usize,
    said: String,
    alternatives: Vec<String>,
}

/// How a stretch of the text is said.
fn said_at(utterance: &Utterance, start: usize, end: usize) -> String {
    let own = utterance
        .syllables
        .iter()
        .filter(|syllable| syllable.start >= start && syllable.end <= end);
    own.map(|syllable| syllable.hanzi.as_ref()).collect()
}

/// The numbers of which nothing tells what they are, as `explain` has them.
fn open_numbers(utterance: &Utterance, text: &[char]) -> Vec<OpenNumber> {
    let marked = utterance.syllables.iter().filter_map(|syllable| {
        let guess = syllable.guess.as_ref()?;
        (guess.reason == GuessReason::Amount).then_some((syllable.start, guess))
    });
    marked
        .map(|(start, guess)| {
            let end = langdu_text::number_at(text, start).end;
            OpenNumber {
                start,
                end,
                said: said_at(utterance, start, end),
                alternatives: guess.alternatives.iter().map(ToString::to_string).collect(),
            }
        })
        .collect()
}

/// Three digits and more without a unit that are said as an amount: they may be a name or a code.
fn bare_amounts(utterance: &Utterance, front_end: &FrontEnd) -> Vec<OpenNumber> {
    const FEWEST_DIGITS: usize = 3;
    if !utterance.text.contains(|c: char| c.is_numeric()) {
        return Vec::new();
    }
    let base = utterance.span.map_or(0, |span| span.start);
    let text: Vec<char> = utterance.text.chars().collect();
    let mut found = Vec::new();
    let mut from = 0;
    for applied in front_end.rules(&utterance.text) {
        let part: Vec<char> = applied.text.chars().collect();
        let place = text[from..]
            .windows(part.len().max(1))
            .position(|window| window == part);
        let Some(place) = place else { continue };
        let (start, end) = (from + place, from + place + part.len());
        from = end;
        let is_bare = part.len() >= FEWEST_DIGITS && part.iter().all(char::is_ascii_digit);
        if !is_bare || applied.rule != "quantity::quantity" {
            continue;
        }
        let (start, end) = (base + start, base + end);
        let said = said_at(utterance, start, end);
        // Where a correction says what it is, it is said otherwise.
        if said.contains(['千', '百', '万']) {
            found.push(OpenNumber {
                start,
                end,
                said,
                alternatives: Vec::new(),
            });
        }
    }
    found
}

/// What stands above, or else before, the cell of a table that holds a place.
fn header_of(block: &Block, at: usize) -> Option<String> {
    let BlockKind::Table(table) = &block.kind else {
        return None;
    };
    let text: Vec<char> = block.text.chars().collect();
    let row = table
        .rows
        .iter()
        .find(|row| row.cells.iter().any(|cell| cell.text.contains(&at)))?;
    let place = row.cells.iter().position(|cell| cell.text.contains(&at))?;
    let label = place
        .checked_sub(1)
        .map(|before| row.cells[before].text.clone());
    let cell = &row.cells[place];
    let headers = [cell.group.clone(), cell.header.clone().or(label)];
    let words = headers
        .into_iter()
        .flatten()
        .filter_map(|range| text.get(range));
    Some(words.flatten().collect())
}

/// Whether a header says that its numbers count or measure something: 金额（元）, 人数, 面积.
fn counts(header: &str) -> bool {
    const UNITS: [&str; 20] = [
        "元", "人", "数", "额", "量", "价", "费", "金", "户", "个", "件", "次", "亩", "公里",
        "平方", "吨", "面积", "合计", "率", "%",
    ];
    UNITS.iter().any(|unit| header.contains(unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use langdu_document::ExtractOptions;

    #[test]
    fn a_number_is_counted_by_what_stands_over_it() {
        let html = "<h1>补贴发放表</h1><p>现将补贴发放情况公示如下，请监督。</p>\
            <table><tr><th>姓名</th><th>金额（元）</th><th>窗口</th></tr>\
            <tr><td>张三</td><td>1203</td><td>1203</td></tr><tr><td>李四</td><td>800</td><td>208</td></tr></table>";
        let options = ExtractOptions::default();
        let document = langdu_document::extract(html, None, &options).unwrap();
        let block = document.blocks.last().unwrap();
        let headers: Vec<(String, bool)> = block
            .text
            .match_indices("1203")
            .map(|(at, _)| {
                let header = header_of(block, block.text[..at].chars().count()).unwrap();
                let is_counted = counts(&header);
                (header, is_counted)
            })
            .collect();
        assert_eq!(
            headers,
            [("金额（元）".to_owned(), true), ("窗口".to_owned(), false)]
        );
    }
}
