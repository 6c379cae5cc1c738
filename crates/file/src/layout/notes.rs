//! Footnotes: small lines at the foot of a page that begin with a mark, and the same mark raised
//! in the text above. In a scan nothing tells that a mark is raised: there it is the one figure of its kind
//! that counts nothing.

use std::sync::LazyLock;

use regex::Regex;

use super::super::heights;
use super::confidence::least;
use super::lines::{Line, is_wide};
use super::paragraphs::run_on;

static MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[①-⑳]|[\[［〔]?[0-9]{1,2}[\]］〕]?|[*＊]{1,3}|注[0-9]{1,2})")
        .expect("a constant pattern")
});

/// A note of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Note {
    pub(super) mark: String,
    pub(super) text: String,
    /// How sure its least sure line is, where it was recognised in a picture.
    pub(super) confidence: Option<f32>,
}

/// Takes the notes off the foot of a page whose running text has the size `body`.
pub(super) fn take(lines: &mut Vec<Line>, body: f32) -> Vec<Note> {
    let mut from = lines.len();
    while from > 0 && lines[from - 1].size < 0.93 * body {
        from -= 1;
    }
    let starts = lines[from..]
        .iter()
        .position(|line| MARK.is_match(line.text.trim_start()))
        .map(|at| from + at);
    let Some(from) = starts.filter(|&at| at > 0) else {
        return Vec::new();
    };
    let mut notes: Vec<Note> = Vec::new();
    for line in &lines[from..] {
        let text = line.text.trim();
        let mark = MARK
            .find(text)
            .filter(|mark| mark.end() < text.len())
            .filter(|mark| is_raised(line) || notes.is_empty() || follows(&notes, mark.as_str()));
        if let Some(mark) = mark {
            notes.push(Note {
                mark: mark.as_str().to_owned(),
                text: text[mark.end()..]
                    .trim_start_matches(['.', '、', ' '])
                    .to_owned(),
                confidence: line.confidence,
            });
        } else if let Some(note) = notes.last_mut() {
            run_on(&mut note.text, text);
            note.confidence = least(note.confidence, line.confidence);
        }
    }
    let mut above = lines[..from].to_vec();
    for note in &mut notes {
        raise(&mut above, note);
    }
    let all_named = notes
        .iter()
        .all(|note| above.iter().any(|line| refers(line, &note.mark)));
    if notes.is_empty() || !all_named {
        return Vec::new();
    }
    *lines = above;
    notes
}

fn is_raised(line: &Line) -> bool {
    line.raised.first().is_some_and(|(at, _)| *at == 0)
}

/// Whether `mark` counts one further than the last note's.
fn follows(notes: &[Note], mark: &str) -> bool {
    let number = |mark: &str| -> Option<u32> {
        let digits: String = mark.chars().filter(char::is_ascii_digit).collect();
        digits.parse().ok().or_else(|| {
            let c = u32::from(mark.chars().next()?);
            (0x2460..=0x2473).contains(&c).then(|| c - 0x245f)
        })
    };
    notes
        .last()
        .and_then(|last| Some(number(mark)? == number(&last.mark)? + 1))
        .unwrap_or(false)
}

fn refers(line: &Line, mark: &str) -> bool {
    line.raised.iter().any(|(_, own)| own == mark)
        || (mark.starts_with(|c: char| ('①'..='⑳').contains(&c)) && line.text.contains(mark))
}

/// Notes where the mark of `note` stands in lines that were recognised, where that is sure: what looks like it
/// stands there once.
fn raise(lines: &mut [Line], note: &mut Note) {
    if lines.iter().any(|line| refers(line, &note.mark)) {
        return;
    }
    let recognised = lines.iter().enumerate();
    let recognised = recognised.filter(|(_, line)| line.confidence.is_some());
    let mut found = recognised.flat_map(|(at, line)| {
        let places = marks(&line.text, &note.mark);
        places
            .into_iter()
            .map(move |(place, mark)| (at, place, mark))
    });
    if let (Some((at, place, mark)), None) = (found.next(), found.next()) {
        note.mark.clone_from(&mark);
        let raised = &mut lines[at].raised;
        raised.push((place, mark));
        raised.sort_by_key(|(place, _)| *place);
    }
}

/// What stands before a number that counts, or behind it.
const BEFORE: &str =
    "第年月日时分至到共约超近达为有满每逾增降占前后的在按于从和或及与以．.·-—～/号附表图款条";
const BEHIND: &str = "年月日号时分秒个项条款章节岁周元角万亿千百十人户名位次天小级类批期届家所处间页倍米吨公平\
    度台辆份支套张件部座栋层座种场只头亩斤克升千%％‰℃．.、)）-—～~/:：是至到比成月折";

/// Where something stands in `text` that looks like a mark of a note, and as what: a number in brackets, or one
/// behind a word that counts nothing.
fn marks(text: &str, mark: &str) -> Vec<(usize, String)> {
    let number: String = mark.chars().filter(char::is_ascii_digit).collect();
    if number.is_empty() {
        return Vec::new();
    }
    // The model knows raised figures, too, and tells some of them.
    if let Some(raised) = heights::raised_all(&number) {
        let places = text.match_indices(raised.as_str());
        let found: Vec<_> = places.map(|(at, _)| (at, raised.clone())).collect();
        if !found.is_empty() {
            return found;
        }
    }
    let bracketed = !mark.starts_with(|first: char| first.is_ascii_digit());
    let at = |place: usize| text[place..].chars().next();
    let mut found = Vec::new();
    for (place, _) in text.match_indices(number.as_str()) {
        let end = place + number.len();
        let (before, behind) = (text[..place].chars().next_back(), at(end));
        let (Some(before), behind) = (before, behind) else {
            continue;
        };
        if bracketed {
            let opened = "[［〔【".contains(before);
            let closing = behind.filter(|behind| "]］〕】".contains(*behind));
            let Some(closing) = closing.filter(|_| opened) else {
                continue;
            };
            let (from, to) = (place - before.len_utf8(), end + closing.len_utf8());
            // Not the year of a 发文字号, which begins no line either.
            if from > 0 && at(to) != Some('号') {
                found.push((from, text[from..to].to_owned()));
            }
        } else if !before.is_ascii_alphanumeric()
            && (is_wide(before) || before.is_alphabetic())
            && !BEFORE.contains(before)
            && behind.is_none_or(|behind| is_wide(behind) && !BEHIND.contains(behind))
        {
            found.push((place, number.clone()));
        }
    }
    found
}

/// Takes the raised marks of `notes` out of a line, and returns those that stood in it.
pub(super) fn take_marks(line: &mut Line, notes: &[Note]) -> Vec<String> {
    let mut found = Vec::new();
    for note in notes {
        let raised = line.raised.iter().position(|(_, mark)| *mark == note.mark);
        if let Some(at) = raised {
            let (place, mark) = line.raised.remove(at);
            line.text.replace_range(place..place + mark.len(), "");
            for (other, _) in &mut line.raised {
                if *other > place {
                    *other -= mark.len();
                }
            }
            found.push(mark);
        } else if refers(line, &note.mark) {
            found.push(note.mark.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, y: f32, size: f32, raised: &[(usize, &str)]) -> Line {
        Line {
            text: text.to_owned(),
            y,
            size,
            raised: raised
                .iter()
                .map(|(at, mark)| (*at, (*mark).to_owned()))
                .collect(),
            ..Line::default()
        }
    }

    #[test]
    fn notes_are_taken_from_the_foot_and_their_marks_from_the_text() {
        let mut lines = vec![
            line(
                "六十周岁以上1的居民",
                100.0,
                16.0,
                &[("六十周岁以上".len(), "1")],
            ),
            line("可以申请。", 128.0, 16.0, &[]),
            line("1以身份证所载", 760.0, 9.0, &[(0, "1")]),
            line("日期为准。", 772.0, 9.0, &[]),
        ];
        let notes = take(&mut lines, 16.0);
        assert_eq!(
            notes,
            [Note {
                mark: "1".to_owned(),
                text: "以身份证所载日期为准。".to_owned(),
                confidence: None,
            }]
        );
        assert_eq!(lines.len(), 2);
        assert_eq!(take_marks(&mut lines[0], &notes), ["1"]);
        assert_eq!(lines[0].text, "六十周岁以上的居民");
    }

    #[test]
    fn small_lines_that_nothing_refers_to_stay() {
        let mut lines = vec![
            line("正文内容。", 100.0, 16.0, &[]),
            line("1. 数据来源于年报。", 760.0, 9.0, &[]),
        ];
        assert!(take(&mut lines, 16.0).is_empty());
        assert_eq!(lines.len(), 2);
    }

    fn recognised(text: &str, y: f32, size: f32) -> Line {
        Line {
            confidence: Some(0.97),
            ..line(text, y, size, &[])
        }
    }

    #[test]
    fn marks_in_scans_are_told_from_numbers_that_count() {
        for (texts, notes, left) in [
            (
                [
                    "本市的老年人1，自2025年1月1日起",
                    "可以申请1份补贴，共3类。",
                ],
                &["1指年满六十周岁的居民。"][..],
                ["本市的老年人，自2025年1月1日起", "可以申请1份补贴，共3类。"],
            ),
            (
                [
                    "助餐服务机构[1]应当公示价格。",
                    "依据临政发〔2025〕1号执行〔2]。",
                ],
                &["[1] 包括社区食堂。", "[2] 已经修订。"],
                ["助餐服务机构应当公示价格。", "依据临政发〔2025〕1号执行。"],
            ),
            (
                ["本市的老年人¹，面积1万平方米", "机构²应当取得许可。"],
                &["1指年满六十周岁的居民。", "2包括社区食堂。"],
                ["本市的老年人，面积1万平方米", "机构应当取得许可。"],
            ),
            (
                ["困难老年人①和高龄老年人②", "由街道核定。"],
                &["①指特困人员。", "②指八十周岁以上的人员。"],
                ["困难老年人①和高龄老年人②", "由街道核定。"],
            ),
        ] {
            let mut lines: Vec<Line> = texts
                .iter()
                .map(|text| recognised(text, 100.0, 16.0))
                .collect();
            lines.extend(notes.iter().map(|text| recognised(text, 760.0, 10.5)));
            let found = take(&mut lines, 16.0);
            assert_eq!(found.len(), notes.len(), "{texts:?}");
            assert!(found.iter().all(|note| note.confidence == Some(0.97)));
            let marks: Vec<usize> = lines
                .iter_mut()
                .map(|line| take_marks(line, &found).len())
                .collect();
            assert_eq!(marks.iter().sum::<usize>(), notes.len(), "{texts:?}");
            let kept: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
            assert_eq!(kept, left);
        }
        // Two that look alike: neither is taken for one.
        let mut lines = vec![
            recognised("甲方1，乙方1，应当履行。", 100.0, 16.0),
            recognised("1指采购人。", 760.0, 10.5),
        ];
        assert!(take(&mut lines, 16.0).is_empty());
        assert_eq!(lines[0].text, "甲方1，乙方1，应当履行。");
    }
}
