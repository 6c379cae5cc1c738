//! What every page carries and nobody reads: running heads and feet, page numbers.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::lines::Line;
use super::paragraphs::usual;

/// A page number alone on a line: `- 3 -`, `第 3 页 共 12 页`, `3/12`.
static PAGE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[-—–－―一·.|\s]*(?:第\s*)?(?:[0-9]{1,4}|[ivxlc]{1,6}|[IVXLC]{1,6}|[ⅰ-ⅿⅠ-Ⅿ]{1,4})(?:\s*页)?(?:\s*[/／,，|]?\s*(?:共\s*)?[0-9]{1,4}(?:\s*页)?)?[-—–－―一·.|\s]*$")
        .expect("a constant pattern")
});

/// The outer share of a page that heads and feet stand in.
const MARGIN: f32 = 0.14;

/// How much larger than the text the letters of a title are.
const LARGER: f32 = 1.1;

/// Lines of each end of a page that may be heads and feet.
const LINES: usize = 3;

/// Lines that stand on a page, from the top.
pub(super) struct PageLines {
    pub(super) height: f32,
    pub(super) lines: Vec<Line>,
}

/// Takes running heads, feet and page numbers off the pages.
pub(super) fn remove(pages: &mut [PageLines]) {
    let mut seen: HashMap<(String, i32), usize> = HashMap::new();
    for page in pages.iter() {
        for line in outer(page) {
            *seen.entry(key(line)).or_default() += 1;
        }
    }
    let count = pages.len();
    // On two of two or three pages, on every second of many: heads differ left and right.
    let often = (count * 2 / 5).max(2);
    let lines = pages.iter().flat_map(|page| &page.lines);
    let text = lines.filter(|line| seen.get(&key(line)).is_none_or(|&times| times < often));
    let body = usual(text.map(|line| (line.size, line.chars())));
    // A title that is printed on every page is read on the first; a running head is not larger than
    // the text.
    let mut titles: HashSet<(String, i32)> = HashSet::new();
    for page in pages {
        let height = page.height;
        let (ends, top, bottom) = edges(page);
        let mut at = 0;
        page.lines.retain(|line| {
            let own = at;
            at += 1;
            let outside = own < top || own >= bottom;
            let in_margin = is_in_margin(line, height);
            let number = outside
                && in_margin
                && PAGE_NUMBER.is_match(line.text.trim())
                && (own == 0 || own + 1 == ends || line.y > height * 0.9 || line.y < height * 0.1);
            let running =
                outside && in_margin && seen.get(&key(line)).is_some_and(|&times| times >= often);
            if number || (running && count > 1) {
                let title = !number && line.size > LARGER * body && titles.insert(key(line));
                return title;
            }
            true
        });
    }
}

/// How many lines a page has, the end of its first few and the start of its last few.
fn edges(page: &PageLines) -> (usize, usize, usize) {
    let count = page.lines.len();
    (count, LINES.min(count), count.saturating_sub(LINES))
}

fn outer(page: &PageLines) -> impl Iterator<Item = &Line> {
    let (_, top, bottom) = edges(page);
    page.lines
        .iter()
        .enumerate()
        .filter(move |(at, _)| *at < top || *at >= bottom)
        .map(|(_, line)| line)
        .filter(|line| is_in_margin(line, page.height))
}

/// Whether `line` stands where heads and feet do on a page of this height.
pub(super) fn is_in_margin(line: &Line, height: f32) -> bool {
    line.y < height * MARGIN || line.y > height * (1.0 - MARGIN)
}

/// The words without their figures, and about where they stand.
fn key(line: &Line) -> (String, i32) {
    let words = line
        .text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c.is_ascii_digit() { '#' } else { c })
        .collect();
    (words, (line.y / 4.0).round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, y: f32) -> Line {
        Line {
            text: text.to_owned(),
            y,
            size: 10.0,
            ..Line::default()
        }
    }

    #[test]
    fn heads_feet_and_numbers_are_taken_off() {
        let texts = [
            ("甲段正文。", "甲段的末行"),
            ("乙段正文。", "乙段的末行"),
            ("丙段正文。", "丙段的末行"),
        ];
        let mut pages: Vec<PageLines> = texts
            .iter()
            .zip(1..)
            .map(|((text, last), number)| PageLines {
                height: 842.0,
                lines: vec![
                    line("临川市民政局", 40.0),
                    line(text, 300.0),
                    line(last, 740.0),
                    line(&format!("— {number} —"), 800.0),
                ],
            })
            .collect();
        remove(&mut pages);
        for (page, (text, last)) in pages.iter().zip(texts) {
            let kept: Vec<&str> = page.lines.iter().map(|line| line.text.as_str()).collect();
            assert_eq!(kept, [text, last]);
        }
    }

    #[test]
    fn a_title_on_every_page_is_kept_once() {
        let mut pages: Vec<PageLines> = ["甲段正文。", "乙段正文。", "丙段正文。"]
            .iter()
            .map(|text| PageLines {
                height: 842.0,
                lines: vec![
                    Line {
                        size: 16.0,
                        ..line("老年助餐点名单", 90.0)
                    },
                    line(text, 300.0),
                ],
            })
            .collect();
        remove(&mut pages);
        let kept: Vec<usize> = pages.iter().map(|page| page.lines.len()).collect();
        assert_eq!(kept, [2, 1, 1]);
    }

    #[test]
    fn page_numbers_are_known_by_their_shape() {
        for (text, number) in [
            ("3", true),
            ("- 12 -", true),
            ("—3—", true),
            ("第 3 页 共 12 页", true),
            ("第3页/共12页", true),
            ("3 / 12", true),
            ("iv", true),
            ("Ⅳ", true),
            ("— ⅻ —", true),
            ("2025年", false),
            ("3人", false),
            ("第三条", false),
        ] {
            assert_eq!(PAGE_NUMBER.is_match(text), number, "{text}");
        }
    }

    #[test]
    fn a_figure_in_the_middle_of_a_page_stays() {
        let mut pages = vec![PageLines {
            height: 842.0,
            lines: vec![line("共计", 300.0), line("12", 320.0), line("户", 340.0)],
        }];
        remove(&mut pages);
        assert_eq!(pages[0].lines.len(), 3);
    }
}
