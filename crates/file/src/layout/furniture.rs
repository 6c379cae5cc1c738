//! What every page carries and nobody reads: running heads and feet, page numbers.

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

/// How many pages apart a line may stand in the same place to run: heads differ left and right. Nothing
/// further away counts, so that a page is known to its end as soon as so many more are there.
const NEAR: usize = 2;

/// How many sheets apart such pages are at most: what runs another way on a page is a sheet of its own.
const WITHIN: usize = 4 * NEAR;

/// The uppermost share of a page, above all text: a line there that is as large as the text may be a head.
const HEAD: f32 = 0.09;

/// How far heads and feet stand from the text at least, from baseline to baseline, in sizes of the larger;
/// or they are smaller than the text by so much.
const APART: f32 = 2.0;
const SMALLER: f32 = 0.93;

/// How far a line may stand off its place on another page, in points; and in heights of the page where pages
/// were scanned, each of which lay a little differently.
const OFF: f32 = 4.0;
const SCANNED_OFF: f32 = 0.02;

/// How much the sizes of two heads may differ, of the one: of a few letters a size is told roughly.
const ALIKE: f32 = 0.15;

/// Of how many letters one may be recognised otherwise on another page.
const LETTERS_A_MISTAKE: usize = 8;

/// Lines that stand on a page, from the top.
pub(super) struct PageLines {
    /// The page's number.
    pub(super) number: usize,
    pub(super) height: f32,
    pub(super) lines: Vec<Line>,
}

/// Takes running heads, feet and page numbers off the pages.
///
/// Where `more` pages are to come that are not there yet, they may show a line of the last ones to run. Such
/// lines are [held](Line::held), and the text is known as far as the first of them; on top of the first page
/// they are taken off instead, because all of the text stands below them.
pub(super) fn remove(pages: &mut [PageLines], more: bool) {
    let (Some(first), Some(last)) = (pages.first(), pages.last()) else {
        return;
    };
    let (first, last) = (first.number, last.number);
    let mut running: Vec<Vec<bool>> = (0..pages.len())
        .map(|at| running(pages, at, is_same))
        .collect();
    let lines = pages.iter().flat_map(|page| &page.lines);
    let text = lines.zip(running.iter().flatten());
    let text = text.filter(|(_, running)| !**running);
    let body = usual(text.map(|(line, _)| (line.size, line.chars())));
    for (at, own) in running.iter_mut().enumerate() {
        // A head that names the chapter, or differs left and right, is told by its look.
        let alike = self::running(pages, at, is_set_alike);
        for (line, alike) in alike.into_iter().enumerate() {
            let page = &pages[at];
            own[line] |=
                alike && is_small(&page.lines[line], body) && may_be_head(page, line, body);
        }
    }
    // A title that is printed on every page is read on the first; a running head is not larger than
    // the text.
    let mut titles: Vec<Line> = Vec::new();
    for (page, running) in pages.iter_mut().zip(running) {
        let is_known = !more || page.number + NEAR <= last;
        let marks: Vec<Mark> = (0..page.lines.len())
            .map(|at| {
                let line = &page.lines[at];
                let is_title = line.size > LARGER * body;
                if is_number(page, at) {
                    Mark::Off
                } else if running[at] {
                    let known = titles.iter().any(|title| is_same(title, line, page.height));
                    if is_title && !known {
                        titles.push(line.clone());
                        Mark::Text
                    } else {
                        Mark::Off
                    }
                } else if is_known || is_title {
                    Mark::Text
                } else if page.number == first && may_be_head(page, at, body) {
                    Mark::Off
                } else if may_be_head(page, at, body) || may_be_foot(page, at, body) {
                    Mark::Held
                } else {
                    Mark::Text
                }
            })
            .collect();
        let lines = std::mem::take(&mut page.lines).into_iter().zip(marks);
        let kept = lines.filter(|(_, mark)| *mark != Mark::Off);
        page.lines = kept
            .map(|(line, mark)| Line {
                held: mark == Mark::Held,
                ..line
            })
            .collect();
    }
}

/// What becomes of a line.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Text,
    /// Text, unless the next pages show that it runs.
    Held,
    Off,
}

/// Of each line of the page at `at`, whether it stands in the same place on a page nearby, as two lines of
/// pages of a height are `same`.
fn running(pages: &[PageLines], at: usize, same: fn(&Line, &Line, f32) -> bool) -> Vec<bool> {
    let page = &pages[at];
    let near = |other: &&PageLines| {
        other.number != page.number && other.number.abs_diff(page.number) <= NEAR
    };
    let others: Vec<&Line> = pages[at.saturating_sub(WITHIN)..]
        .iter()
        .take(2 * WITHIN + 1)
        .filter(near)
        .flat_map(outer)
        .collect();
    let count = page.lines.len();
    let lines = page.lines.iter().enumerate();
    lines
        .map(|(own, line)| {
            is_outer(own, count)
                && is_in_margin(line, page.height)
                && others.iter().any(|other| same(line, other, page.height))
        })
        .collect()
}

/// Whether a line is a page number alone.
fn is_number(page: &PageLines, at: usize) -> bool {
    let (line, count) = (&page.lines[at], page.lines.len());
    is_outer(at, count)
        && is_in_margin(line, page.height)
        && PAGE_NUMBER.is_match(line.text.trim())
        && (at == 0 || at + 1 == count || line.y > page.height * 0.9 || line.y < page.height * 0.1)
}

/// Whether a line looks like a running head: on top of the page, and smaller than the text; or far above the
/// text, and apart from it.
fn may_be_head(page: &PageLines, at: usize, body: f32) -> bool {
    let line = &page.lines[at];
    let is_first = (page.lines[0].y - line.y).abs() <= 0.5 * line.size;
    at < LINES
        && ((is_small(line, body) && is_first && line.y < MARGIN * page.height)
            || (line.y < HEAD * page.height && stands_apart(line, page.lines[at..].iter())))
}

/// Whether a line looks like a running foot.
fn may_be_foot(page: &PageLines, at: usize, body: f32) -> bool {
    let line = &page.lines[at];
    at + LINES >= page.lines.len()
        && line.y > (1.0 - MARGIN) * page.height
        && (is_small(line, body) || stands_apart(line, page.lines[..at].iter().rev()))
}

fn is_small(line: &Line, body: f32) -> bool {
    line.size < SMALLER * body
}

/// Whether a line stands apart from the next of `others` that is not of its row.
fn stands_apart<'l>(line: &Line, others: impl Iterator<Item = &'l Line>) -> bool {
    let mut others = others.map(|other| ((other.y - line.y).abs(), other.size.max(line.size)));
    let next = others.find(|(step, size)| *step > 0.5 * size);
    next.is_none_or(|(step, size)| step > APART * size)
}

fn is_outer(at: usize, count: usize) -> bool {
    at < LINES || at + LINES >= count
}

fn outer(page: &PageLines) -> impl Iterator<Item = &Line> {
    let count = page.lines.len();
    let lines = page.lines.iter().enumerate();
    lines
        .filter(move |(at, line)| is_outer(*at, count) && is_in_margin(line, page.height))
        .map(|(_, line)| line)
}

/// Whether `line` stands where heads and feet do on a page of this height.
pub(super) fn is_in_margin(line: &Line, height: f32) -> bool {
    line.y < height * MARGIN || line.y > height * (1.0 - MARGIN)
}

/// Whether two lines are the same but for their figures, and stand in the same place of pages of this height.
fn is_same(one: &Line, other: &Line, height: f32) -> bool {
    is_level(one, other, height)
        && is_same_text(
            &letters(&one.text),
            &letters(&other.text),
            are_scanned(one, other),
        )
}

/// Whether two lines are as large and stand as high, whatever they say.
fn is_set_alike(one: &Line, other: &Line, height: f32) -> bool {
    is_level(one, other, height) && (one.size - other.size).abs() <= ALIKE * one.size
}

/// Whether two lines stand as high on pages of this height.
fn is_level(one: &Line, other: &Line, height: f32) -> bool {
    let off = if are_scanned(one, other) {
        SCANNED_OFF * height
    } else {
        OFF
    };
    (one.y - other.y).abs() <= off
}

fn are_scanned(one: &Line, other: &Line) -> bool {
    one.confidence.is_some() && other.confidence.is_some()
}

fn letters(text: &str) -> Vec<char> {
    text.chars()
        .filter(|letter| !letter.is_whitespace())
        .collect()
}

/// What an annex begins with. Each has a number of its own, and is the head of what follows.
const ANNEXES: [[char; 2]; 4] = [['附', '件'], ['附', '表'], ['附', '图'], ['附', '录']];

fn is_same_text(one: &[char], other: &[char], scanned: bool) -> bool {
    // What is counted in a table stands on top of each of its parts.
    if one.starts_with(&['单', '位']) {
        return false;
    }
    if ANNEXES.iter().any(|annex| one.starts_with(annex)) {
        return one == other;
    }
    let folded = |letters: &[char]| -> Vec<char> {
        let figure = |letter: &char| letter.is_ascii_digit();
        letters
            .iter()
            .map(|letter| if figure(letter) { '#' } else { *letter })
            .collect()
    };
    let (one, other) = (folded(one), folded(other));
    let mistakes = if scanned {
        one.len() / LETTERS_A_MISTAKE
    } else {
        0
    };
    one == other || (mistakes > 0 && differences(&one, &other) <= mistakes)
}

/// How many letters have to be changed to make one text the other.
fn differences(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut above = std::mem::replace(&mut row[0], at + 1);
        for (column, wanted) in other.iter().enumerate() {
            let change = above + usize::from(letter != wanted);
            above = row[column + 1];
            row[column + 1] = change.min(above + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
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
                number,
                height: 842.0,
                lines: vec![
                    line("临川市民政局", 40.0),
                    line(text, 300.0),
                    line(last, 740.0),
                    line(&format!("— {number} —"), 800.0),
                ],
            })
            .collect();
        remove(&mut pages, false);
        for (page, (text, last)) in pages.iter().zip(texts) {
            let kept: Vec<&str> = page.lines.iter().map(|line| line.text.as_str()).collect();
            assert_eq!(kept, [text, last]);
        }
    }

    #[test]
    fn a_title_on_every_page_is_kept_once() {
        let mut pages: Vec<PageLines> = ["甲段正文。", "乙段正文。", "丙段正文。"]
            .iter()
            .zip(1..)
            .map(|(text, number)| PageLines {
                number,
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
        remove(&mut pages, false);
        let kept: Vec<usize> = pages.iter().map(|page| page.lines.len()).collect();
        assert_eq!(kept, [2, 1, 1]);
    }

    fn kept(pages: &mut [PageLines], more: bool) -> Vec<Vec<String>> {
        remove(pages, more);
        let texts = |page: &PageLines| page.lines.iter().map(|line| line.text.clone()).collect();
        pages.iter().map(texts).collect()
    }

    fn page(number: usize, lines: Vec<Line>) -> PageLines {
        let height = 842.0;
        PageLines {
            number,
            height,
            lines,
        }
    }

    fn small(text: &str, y: f32) -> Line {
        Line {
            size: 7.5,
            ..line(text, y)
        }
    }

    #[test]
    fn annexes_and_what_tables_are_counted_in_do_not_run() {
        let texts = [("附件1", "甲表的内容。"), ("附件2", "乙表的内容。")];
        let pages = texts.iter().zip(1..).map(|((annex, text), number)| {
            let unit = line("单位：万元", 112.0);
            page(number, vec![line(annex, 80.0), unit, line(text, 300.0)])
        });
        let kept = kept(&mut pages.collect::<Vec<_>>(), false);
        for (page, (annex, text)) in kept.iter().zip(texts) {
            assert_eq!(page, &[annex, "单位：万元", text]);
        }
    }

    #[test]
    fn a_head_may_say_something_else_on_each_page_and_a_line_as_large_as_the_text_may_not() {
        for (size, left) in [(7.5, 1), (10.0, 2)] {
            let pages = ["第一章 总则", "第二章 服务供给", "第三章 监督管理"];
            let pages = pages.iter().zip(1..).map(|(head, number)| {
                let head = Line {
                    size,
                    ..line(head, 50.0)
                };
                let texts = ["甲段正文。", "乙段的正文。", "丙段的全部正文。"];
                page(number, vec![head, line(texts[number - 1], 300.0)])
            });
            let kept = kept(&mut pages.collect::<Vec<_>>(), false);
            assert!(kept.iter().all(|page| page.len() == left), "{kept:?}");
        }
    }

    #[test]
    fn before_the_next_page_is_there_heads_are_left_for_later_and_feet_held() {
        let texts = ["为老年人提供就近方便可及的", "助餐服务，由街道组织实施。"];
        let lines = || {
            vec![
                small("青石市公报", 50.0),
                line(texts[0], 730.0),
                line(texts[1], 746.0),
                small("青石市民政局印发", 780.0),
                line("— 1 —", 800.0),
            ]
        };
        let mut pages = [page(1, lines())];
        let known = kept(&mut pages, true);
        assert_eq!(known, [[texts[0], texts[1], "青石市民政局印发"]]);
        let held: Vec<bool> = pages[0].lines.iter().map(|line| line.held).collect();
        assert_eq!(held, [false, false, true]);
        let whole = kept(&mut [page(1, lines())], false);
        assert_eq!(whole[0].len(), 4);
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
            number: 1,
            height: 842.0,
            lines: vec![line("共计", 300.0), line("12", 320.0), line("户", 340.0)],
        }];
        remove(&mut pages, false);
        assert_eq!(pages[0].lines.len(), 3);
    }
}
