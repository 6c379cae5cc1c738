//! Footnotes: small lines at the foot of a page that begin with a mark, and the same mark raised
//! in the text above.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::Line;
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
            });
        } else if let Some(note) = notes.last_mut() {
            run_on(&mut note.text, text);
        }
    }
    let all_named = notes
        .iter()
        .all(|note| lines[..from].iter().any(|line| refers(line, &note.mark)));
    if notes.is_empty() || !all_named {
        return Vec::new();
    }
    lines.truncate(from);
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
                text: "以身份证所载日期为准。".to_owned()
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
}
