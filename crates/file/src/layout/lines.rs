//! Letters into lines.

use super::super::heights::{self, Height};
use super::confidence::{confidence, least};
use super::page::{ASCENT, Glyph};

/// Letters on one baseline, without a wide gap between them.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) x0: f32,
    pub(super) x1: f32,
    /// Baseline.
    pub(super) y: f32,
    /// Size of most of its letters.
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) text: String,
    /// What stands raised in it, with its place in `text` in bytes: perhaps marks of notes.
    pub(super) raised: Vec<(usize, String)>,
    /// Where its letters begin and end, from the left.
    pub(super) spans: Vec<(f32, f32)>,
    /// How sure its letters are on the whole, where they were recognised in a picture.
    pub(super) confidence: Option<f32>,
    /// It stands where running heads and feet do, and only a page that is not there yet can tell whether it is
    /// one.
    pub(super) held: bool,
    /// The card of a picture that it belongs to, or 0.
    pub(super) card: u16,
}

/// A gap wider than this many sizes parts a line: columns, cells without rules.
const WIDE_GAP: f32 = 1.6;

/// Where the recogniser found a line to end and the next to begin, a gap as wide as this parts them too:
/// the white between two columns is often narrower than one that parts letters of a text.
const BOX_GAP: f32 = 0.8;

/// A gap wider than this parts words of letters, and one wider than the second parts Chinese.
const WORD_GAP: f32 = 0.17;
const CHINESE_GAP: f32 = 0.75;

/// Justified lines draw figures apart.
const DIGIT_GAP: f32 = 0.3;

/// Letters whose baselines differ by less than this many sizes share a line.
const SAME_BASELINE: f32 = 0.22;

/// The lines of `glyphs`, from the top, those of one baseline from the left.
pub(super) fn cut(glyphs: &[Glyph]) -> Vec<Line> {
    let mut rows = baselines(glyphs);
    interleave(&mut rows);
    raise(&mut rows);
    lower(&mut rows);
    let mut lines = Vec::new();
    for row in &mut rows {
        row.glyphs.sort_by(|a, b| a.0.x.total_cmp(&b.0.x));
        split(&row.glyphs, row.size, &mut lines);
    }
    lines.retain(|line| !line.text.trim().is_empty());
    lines
}

struct Row {
    y: f32,
    size: f32,
    /// Each letter, and how it stands to the baseline.
    glyphs: Vec<(Glyph, Height)>,
}

impl Row {
    fn extent(&self) -> (f32, f32) {
        self.glyphs
            .iter()
            .fold((f32::MAX, f32::MIN), |(from, to), (glyph, _)| {
                (from.min(glyph.x), to.max(glyph.end()))
            })
    }

    /// Small letters that share the line's baseline within what is allowed, and yet stand clearly
    /// above or below it.
    fn tell_heights(&mut self) {
        for (glyph, height) in &mut self.glyphs {
            let off = (glyph.y - self.y) / self.size.max(0.1);
            let small = glyph.size < SMALL * self.size && !is_wide(glyph.letter);
            *height = if small && off < -LEAST_OFF {
                Height::Raised
            } else if small && off > LEAST_OFF {
                Height::Lowered
            } else {
                Height::On
            };
        }
    }
}

/// Raised and lowered letters are smaller than this, and stand at least this far off the baseline, in
/// sizes of the line.
const SMALL: f32 = 0.82;
const LEAST_OFF: f32 = 0.06;

fn baselines(glyphs: &[Glyph]) -> Vec<Row> {
    let mut sorted: Vec<&Glyph> = glyphs.iter().collect();
    sorted.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    let mut rows: Vec<Row> = Vec::new();
    for glyph in sorted {
        let near = rows.iter_mut().rev().take(4).find(|row| {
            let (small, large) = (row.size.min(glyph.size), row.size.max(glyph.size));
            let off = (glyph.y - row.y).abs();
            // A power is no neighbour of a word that stands as high.
            off <= SAME_BASELINE * small && (small > SMALL * large || off <= LEAST_OFF * large)
        });
        match near {
            Some(row) => row.glyphs.push((*glyph, Height::On)),
            None => rows.push(Row {
                y: glyph.y,
                size: glyph.size,
                glyphs: vec![(*glyph, Height::On)],
            }),
        }
    }
    for row in &mut rows {
        row.size = usual_size(row.glyphs.iter().map(|(glyph, _)| glyph));
        row.y = usual_baseline(&row.glyphs, row.size);
        row.tell_heights();
    }
    rows
}

/// The size of most letters.
pub(super) fn usual_size<'g>(glyphs: impl Iterator<Item = &'g Glyph>) -> f32 {
    let mut counts: Vec<(i32, usize, f32)> = Vec::new();
    for glyph in glyphs.filter(|glyph| !glyph.letter.is_whitespace()) {
        let key = (glyph.size * 4.0).round() as i32;
        match counts.iter_mut().find(|(own, ..)| *own == key) {
            Some((_, count, _)) => *count += 1,
            None => counts.push((key, 1, glyph.size)),
        }
    }
    counts
        .into_iter()
        .max_by_key(|(_, count, _)| *count)
        .map_or(0.0, |(.., size)| size)
}

fn usual_baseline(glyphs: &[(Glyph, Height)], size: f32) -> f32 {
    let mut own: Vec<f32> = glyphs
        .iter()
        .filter(|(glyph, _)| (glyph.size - size).abs() < 0.5)
        .map(|(glyph, _)| glyph.y)
        .collect();
    own.sort_by(f32::total_cmp);
    own.get(own.len() / 2).copied().unwrap_or_default()
}

/// How many rows further down are looked at for the line that a small one is raised from.
const NEAR_ROWS: usize = 6;

/// Puts small letters that stand above a larger line's baseline into that line.
fn raise(rows: &mut Vec<Row>) {
    let mut at = 0;
    while at < rows.len() {
        let (from, to) = rows[at].extent();
        let (size, y) = (rows[at].size, rows[at].y);
        let few = rows[at].glyphs.len() <= 12;
        // Rows come from the top, so the line that it is raised from is among the next.
        let larger = rows[at + 1..].iter().take(NEAR_ROWS).position(|row| {
            let (row_from, row_to) = row.extent();
            few && size < row.size * SMALL
                && y < row.y - LEAST_OFF * row.size
                && y > row.y - 0.75 * row.size
                && from >= row_from - row.size * 2.0
                && to <= row_to + row.size * 2.5
        });
        match larger {
            Some(next) => {
                let small = rows.remove(at);
                let small = small.glyphs.into_iter();
                rows[at + next]
                    .glyphs
                    .extend(small.map(|(glyph, _)| (glyph, Height::Raised)));
            }
            None => at += 1,
        }
    }
}

/// Puts few small letters that hang below a larger line's baseline, right behind one of its
/// letters, into that line: the 2 of CO₂.
fn lower(rows: &mut Vec<Row>) {
    let mut at = 1;
    while at < rows.len() {
        let (first, _) = rows[at].extent();
        let (size, y) = (rows[at].size, rows[at].y);
        let few = rows[at].glyphs.len() <= 12;
        let from = at.saturating_sub(NEAR_ROWS);
        let larger = rows[from..at].iter().rposition(|row| {
            few && size < row.size * SMALL
                && y > row.y + LEAST_OFF * row.size
                && y < row.y + 0.45 * row.size
                && rows[at]
                    .glyphs
                    .iter()
                    .all(|(small, _)| row.glyphs.iter().all(|(glyph, _)| !over(small, glyph)))
                && row
                    .glyphs
                    .iter()
                    .any(|(glyph, _)| (first - glyph.end()).abs() < 0.35 * row.size)
        });
        match larger {
            Some(own) => {
                let small = rows.remove(at).glyphs.into_iter();
                rows[from + own]
                    .glyphs
                    .extend(small.map(|(glyph, _)| (glyph, Height::Lowered)));
            }
            None => at += 1,
        }
    }
}

/// Whether two letters stand one over the other.
fn over(one: &Glyph, other: &Glyph) -> bool {
    let across = one.end().min(other.end()) - one.x.max(other.x);
    across > 0.3 * one.width.min(other.width).max(0.1)
}

/// Most that the baselines of two fonts in one line differ, in sizes of the larger.
const MOST_SHIFT: f32 = 0.5;

/// Puts letters of a second font, whose baseline differs, into the line whose gaps they fill: no two
/// lines are that close to each other without one standing over the other.
fn interleave(rows: &mut Vec<Row>) {
    let mut at = 1;
    while at < rows.len() {
        let (one, other) = (&rows[at - 1], &rows[at]);
        let size = one.size.max(other.size);
        let fits = (other.y - one.y).abs() < MOST_SHIFT * size
            && one.size.min(other.size) > SMALL * size
            && other.glyphs.iter().any(|(glyph, _)| {
                let near = |own: &Glyph| {
                    (own.end() - glyph.x).abs() < size || (glyph.end() - own.x).abs() < size
                };
                one.glyphs.iter().any(|(own, _)| near(own))
            })
            && other
                .glyphs
                .iter()
                .all(|(glyph, _)| one.glyphs.iter().all(|(own, _)| !over(glyph, own)));
        if fits {
            let other = rows.remove(at);
            let row = &mut rows[at - 1];
            row.glyphs.extend(other.glyphs);
            row.size = usual_size(row.glyphs.iter().map(|(glyph, _)| glyph));
            row.y = usual_baseline(&row.glyphs, row.size);
        } else {
            at += 1;
        }
    }
}

fn split(glyphs: &[(Glyph, Height)], size: f32, lines: &mut Vec<Line>) {
    let mut from = 0;
    let mut end = f32::MIN;
    for (at, (glyph, _)) in glyphs.iter().enumerate() {
        let blank = glyph.letter.is_whitespace();
        let least = match glyph.seen {
            Some(seen) if seen.begins => BOX_GAP,
            _ => WIDE_GAP,
        };
        if !blank && at > from && end > f32::MIN && glyph.x - end > least * size {
            lines.push(compose(&glyphs[from..at], size));
            from = at;
        }
        if !blank {
            end = end.max(glyph.end());
        }
    }
    lines.push(compose(&glyphs[from..], size));
}

fn compose(glyphs: &[(Glyph, Height)], size: f32) -> Line {
    let mut line = Line {
        x0: f32::MAX,
        x1: f32::MIN,
        size,
        ..Line::default()
    };
    let (mut bold, mut all) = (0usize, 0usize);
    let mut last: Option<Glyph> = None;
    let mut raising = false;
    for (glyph, height) in glyphs {
        if glyph.letter.is_whitespace() {
            if !line.text.is_empty() && !line.text.ends_with(' ') {
                line.text.push(' ');
            }
            continue;
        }
        if let Some(last) = last {
            if is_drawn_twice(&last, glyph) {
                continue;
            }
            // Where a recognised letter stands is not sure enough to tell gaps by.
            let told = glyph.seen.is_none_or(|seen| seen.begins);
            if told && !line.text.ends_with(' ') && is_gap(&last, glyph, size) {
                line.text.push(' ');
            }
        }
        let raised = *height == Height::Raised;
        if raised {
            let begins = line.text.len();
            match line.raised.last_mut() {
                Some((_, mark)) if raising => mark.push(glyph.letter),
                _ => line.raised.push((begins, glyph.letter.to_string())),
            }
        } else if *height == Height::On {
            line.y = glyph.y;
        }
        raising = raised;
        line.text.push(match height {
            Height::Lowered => heights::lowered(glyph.letter),
            // What is raised may turn out to be the mark of a note.
            Height::On | Height::Raised => glyph.letter,
        });
        line.spans.push((glyph.x, glyph.end()));
        line.x0 = line.x0.min(glyph.x);
        line.x1 = line.x1.max(glyph.end());
        all += 1;
        bold += usize::from(glyph.bold);
        last = Some(*glyph);
    }
    line.bold = all > 0 && bold * 10 >= all * 9;
    line.confidence = confidence(glyphs.iter().map(|(glyph, _)| glyph));
    let first = glyphs.first().and_then(|(glyph, _)| glyph.seen);
    line.card = first.map_or(0, |seen| seen.card);
    let kept = line.text.trim_end().len();
    line.text.truncate(kept);
    line
}

/// Bold and shadow are sometimes made by drawing a letter again beside itself.
fn is_drawn_twice(last: &Glyph, glyph: &Glyph) -> bool {
    last.letter == glyph.letter
        && glyph.seen.is_none()
        && (glyph.x - last.x).abs() < 0.3 * last.width.max(0.1)
        && (glyph.y - last.y).abs() < 0.1 * last.size
}

fn is_gap(last: &Glyph, glyph: &Glyph, size: f32) -> bool {
    let gap = glyph.x - last.end();
    let letters = !is_wide(last.letter) && !is_wide(glyph.letter);
    let digits = last.letter.is_ascii_digit() && glyph.letter.is_ascii_digit();
    if digits {
        return gap > DIGIT_GAP * size;
    }
    gap > if letters {
        WORD_GAP * size
    } else {
        CHINESE_GAP * size
    }
}

/// Chinese letters and marks fill a square.
pub(super) fn is_wide(letter: char) -> bool {
    matches!(u32::from(letter), 0x1100..=0x11ff | 0x2e80..=0x9fff | 0xa960..=0xa97f
        | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0xfe30..=0xfe4f | 0xff00..=0xff60 | 0x20000..=0x3ffff
        | 0x2014 | 0x2018..=0x201d | 0x2026 | 0x2460..=0x24ff)
}

impl Line {
    /// The top of its letters.
    pub(super) fn top(&self) -> f32 {
        self.y - ASCENT * self.size
    }

    pub(super) fn chars(&self) -> usize {
        self.text.chars().filter(|c| !c.is_whitespace()).count()
    }

    /// Puts `next`, which stands to the right on the same baseline, behind a blank.
    pub(super) fn absorb(&mut self, next: Line) {
        self.text.push(' ');
        let offset = self.text.len();
        self.text.push_str(&next.text);
        self.raised.extend(
            next.raised
                .into_iter()
                .map(|(at, mark)| (at + offset, mark)),
        );
        self.spans.extend(next.spans);
        self.x1 = self.x1.max(next.x1);
        self.bold &= next.bold;
        self.confidence = least(self.confidence, next.confidence);
        self.held |= next.held;
    }

    /// Its words between the edges of columns, each with the number of its column.
    pub(super) fn cut_at(&self, edges: &[f32]) -> Vec<(usize, String)> {
        let mut spans = self.spans.iter();
        let mut cells: Vec<(usize, String)> = Vec::new();
        let mut at = 0;
        for letter in self.text.chars() {
            if letter != ' '
                && let Some((from, to)) = spans.next()
            {
                at = edges.partition_point(|edge| *edge <= (from + to) / 2.0);
            }
            match cells.last_mut() {
                Some((own, text)) if *own == at => text.push(letter),
                _ => cells.push((at, letter.to_string())),
            }
        }
        cells
    }

    /// Whether none of its letters stands at `x`.
    pub(super) fn gap_at(&self, x: f32) -> bool {
        !self.spans.iter().any(|(from, to)| *from < x && x < *to)
    }

    /// Writes what stands raised in it with the characters for that, where there are some: 10⁴.
    pub(super) fn write_raised(&mut self) {
        for (place, mark) in std::mem::take(&mut self.raised).into_iter().rev() {
            if let Some(raised) = heights::raised_all(&mark) {
                self.text.replace_range(place..place + mark.len(), &raised);
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::page::Turn;
    use super::*;

    /// The letters of `text` side by side, Chinese as wide as high, others half as wide.
    pub(in crate::layout) fn letters(text: &str, x: f32, y: f32, size: f32) -> Vec<Glyph> {
        let mut at = x;
        text.chars()
            .map(|letter| {
                let width = if is_wide(letter) || letter == '\u{3000}' {
                    size
                } else {
                    size / 2.0
                };
                let glyph = Glyph {
                    letter,
                    x: at,
                    y,
                    width,
                    size,
                    bold: false,
                    vertical: false,
                    seen: None,
                    turn: Turn::Upright,
                };
                at += width;
                glyph
            })
            .collect()
    }

    fn texts(glyphs: &[Glyph]) -> Vec<String> {
        cut(glyphs).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn letters_of_one_baseline_are_a_line_whatever_their_order() {
        let mut glyphs = letters("为老年人提供助餐服务", 50.0, 100.0, 16.0);
        glyphs.extend(letters("第二行在下面", 50.0, 128.0, 16.0));
        glyphs.reverse();
        assert_eq!(texts(&glyphs), ["为老年人提供助餐服务", "第二行在下面"]);
    }

    #[test]
    fn a_wide_gap_parts_a_line_and_a_word_gap_is_a_blank() {
        let mut glyphs = letters("左栏的一行", 50.0, 100.0, 10.0);
        glyphs.extend(letters("右栏的一行", 150.0, 100.0, 10.0));
        assert_eq!(texts(&glyphs), ["左栏的一行", "右栏的一行"]);
        let mut words = letters("GDP", 50.0, 100.0, 10.0);
        words.extend(letters("growth", 68.0, 100.0, 10.0));
        assert_eq!(texts(&words), ["GDP growth"]);
    }

    #[test]
    fn a_raised_figure_stays_in_its_line_and_is_remembered() {
        let mut glyphs = letters("六十周岁以上", 50.0, 100.0, 16.0);
        glyphs.extend(letters("1", 146.0, 94.0, 9.0));
        glyphs.extend(letters("的居民", 151.0, 100.0, 16.0));
        let lines = cut(&glyphs);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].text, "六十周岁以上1的居民");
        assert_eq!(lines[0].raised, [("六十周岁以上".len(), "1".to_owned())]);
    }

    #[test]
    fn a_letter_drawn_twice_is_one() {
        let mut glyphs = letters("通知", 50.0, 100.0, 16.0);
        glyphs.extend(letters("通知", 50.4, 100.0, 16.0));
        assert_eq!(texts(&glyphs), ["通知"]);
    }
}
