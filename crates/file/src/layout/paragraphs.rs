//! Lines into paragraphs, across line ends and pages.

use std::sync::LazyLock;

use regex::Regex;

use super::confidence::least;
use super::lines::{Line, is_wide};

/// A paragraph, with the marks of notes that stand in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Paragraph {
    pub(super) text: String,
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) centred: bool,
    pub(super) right: bool,
    /// It is the heading of a card.
    pub(super) heads: bool,
    /// Page and mark of each note that it refers to.
    pub(super) notes: Vec<(usize, String)>,
    /// How far behind the margin its first line begins, and its further ones, once there are any.
    first: f32,
    further: Option<f32>,
    /// Its last line: whether it reaches the right margin, its middle, its baseline, its page.
    full: bool,
    middle: f32,
    baseline: f32,
    page: usize,
    /// It ends with a leader, and goes on in no other line.
    led: bool,
    /// It is an entry of a table of contents: a page stands behind its leader.
    pub(super) contents: bool,
    /// How sure its least sure line is, where it was recognised in a picture.
    pub(super) confidence: Option<f32>,
}

/// The left and right edge of running text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Margins {
    pub(super) left: f32,
    pub(super) right: f32,
    /// From one baseline to the next, mostly.
    pub(super) leading: f32,
    /// They are those of a card, whose lines may all be centred.
    pub(super) card: bool,
}

/// A line that begins with a mark of a heading or of an item.
static MARKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:第[一二三四五六七八九十百零〇0-9]+[编章节条款]|[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十0-9]{1,3}[）)]|[0-9]{1,2}[.、．)）]|[①-⑳]|[●■◆▪•—－-]\s*\S|附件|附表|注[:：])")
        .expect("a constant pattern")
});

/// The dots, or the blank that stands for them, between an entry of a table of contents and its
/// page.
static LEADER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\s*(?:[.．·•‥…]\s?){4,}[-—\s(（]*(?:[0-9]{0,4}|[ivxlcIVXLC]{1,6}|[ⅰ-ⅿⅠ-Ⅿ]{1,3})[-—\s)）]*$",
    )
    .expect("a constant pattern")
});

/// Text that ends a sentence or an item.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.ends_with(['。', '；', '：', '！', '？', ';', ':', '!', '?'])
        || text.ends_with("。”")
        || text.ends_with("。）")
}

impl Margins {
    /// The margins of lines, by where most of them begin and end.
    pub(super) fn of(lines: &[&Line]) -> Option<Self> {
        let body = usual(lines.iter().map(|line| (line.size, line.chars())));
        let own: Vec<&&Line> = lines
            .iter()
            .filter(|line| (line.size - body).abs() < 0.08 * body && line.chars() >= 2)
            .collect();
        let supported = |at: f32, edge: fn(&Line) -> f32| {
            own.iter()
                .filter(|line| (edge(line) - at).abs() <= 1.2 * body)
                .count()
        };
        let needed = (own.len() / 20).clamp(1, 3);
        let mut starts: Vec<f32> = own.iter().map(|line| line.x0).collect();
        starts.sort_by(f32::total_cmp);
        let left = starts
            .iter()
            .copied()
            .find(|&at| supported(at, |line| line.x0) >= needed)?;
        let mut ends: Vec<f32> = own.iter().map(|line| line.x1).collect();
        ends.sort_by(|a, b| b.total_cmp(a));
        let right = ends
            .iter()
            .copied()
            .find(|&at| supported(at, |line| line.x1) >= needed)?;
        let mut steps: Vec<f32> = lines
            .windows(2)
            .map(|pair| pair[1].y - pair[0].y)
            .filter(|&step| step > 0.5 * body && step < 4.0 * body)
            .collect();
        steps.sort_by(f32::total_cmp);
        let leading = steps.get(steps.len() / 3).copied().unwrap_or(1.6 * body);
        Some(Self {
            left,
            right,
            leading,
            card: false,
        })
    }

    /// The margins of a card, whose text begins and ends there, and whose lines stand `step` sizes apart within a
    /// paragraph.
    pub(super) fn of_card(lines: &[&Line], left: f32, right: f32, step: f32) -> Self {
        let body = usual(lines.iter().map(|line| (line.size, line.chars())));
        Self {
            left,
            right,
            leading: if step < 3.0 { step * body } else { 1.6 * body },
            card: true,
        }
    }

    fn is_full(&self, end: f32, size: f32) -> bool {
        end >= self.right - 2.1 * size
    }
}

/// The value that most characters have.
pub(super) fn usual(values: impl Iterator<Item = (f32, usize)>) -> f32 {
    let mut counts: Vec<(f32, usize)> = Vec::new();
    for (value, count) in values {
        match counts.iter_mut().find(|(own, _)| (own - value).abs() < 0.4) {
            Some((_, all)) => *all += count,
            None => counts.push((value, count)),
        }
    }
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map_or(0.0, |(value, _)| value)
}

/// Puts paragraphs together from lines in reading order.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) paragraphs: Vec<Paragraph>,
    /// Nothing may be added to the last paragraph any more.
    closed: bool,
}

impl Builder {
    /// Ends the paragraph, as a table does.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// The last paragraph is the heading of a card.
    pub(super) fn head(&mut self) {
        if let Some(last) = self.paragraphs.last_mut() {
            last.heads = true;
        }
        self.closed = true;
    }

    /// The last paragraph is no heading, though it may stand in the middle.
    pub(super) fn set_running(&mut self) {
        if let Some(last) = self.paragraphs.last_mut() {
            last.centred = false;
        }
    }

    pub(super) fn add(&mut self, line: &Line, page: usize, margins: Margins, marks: Vec<String>) {
        let text = LEADER.replace(&line.text, "").into_owned();
        let led = text.len() < line.text.len();
        let contents = led
            && line
                .text
                .trim_end_matches([' ', '-', '—', ')', '）'])
                .ends_with(char::is_alphanumeric);
        let notes = marks.into_iter().map(|mark| (page, mark));
        if let Some(last) = self.paragraphs.last_mut()
            && !self.closed
            && last.takes(line, page, margins)
        {
            run_on(&mut last.text, &text);
            last.notes.extend(notes);
            last.further = Some(line.x0 - margins.left);
            last.bold &= line.bold;
            last.confidence = least(last.confidence, line.confidence);
            last.led = led;
            last.contents = contents;
            last.moved_to(line, page, margins);
            return;
        }
        self.closed = false;
        let (before, after) = (line.x0 - margins.left, margins.right - line.x1);
        let centred = !margins.card
            && before > line.size
            && after > line.size
            && (before - after).abs() < 1.2 * line.size;
        let width = margins.right - margins.left;
        let mut paragraph = Paragraph {
            text,
            size: line.size,
            bold: line.bold,
            centred,
            right: !centred && !margins.card && before > 0.45 * width,
            notes: notes.collect(),
            first: before,
            led,
            contents,
            confidence: line.confidence,
            ..Paragraph::default()
        };
        paragraph.moved_to(line, page, margins);
        self.paragraphs.push(paragraph);
    }
}

impl Paragraph {
    fn moved_to(&mut self, line: &Line, page: usize, margins: Margins) {
        self.full = margins.is_full(line.x1, line.size);
        self.middle = (line.x0 + line.x1) / 2.0;
        self.baseline = line.y;
        self.page = page;
    }

    /// Whether `line` goes on with this paragraph.
    fn takes(&self, line: &Line, page: usize, margins: Margins) -> bool {
        let size = line.size;
        if self.led || !self.full || (self.size - size).abs() > 0.12 * size {
            return false;
        }
        let step = line.y - self.baseline;
        // Upwards or over a page is a column or a page further.
        let most = if margins.card { 1.12 } else { 1.6 };
        if self.page == page && step > 0.0 && step > most * margins.leading.max(size) {
            return false;
        }
        let near = |one: f32, other: f32| (one - other).abs() < 0.7 * size;
        let middle = (line.x0 + line.x1) / 2.0;
        if margins.card && near(middle, self.middle) && !near(line.x0 - margins.left, self.first) {
            return !ends_sentence(&self.text) && !MARKED.is_match(&line.text);
        }
        let marked = MARKED.is_match(&line.text);
        if marked && (ends_sentence(&self.text) || line.x0 > margins.left + 0.7 * size) {
            return false;
        }
        let own = line.x0 - margins.left;
        let across = self.page != page || step <= 0.0;
        if let Some(further) = self.further.filter(|_| !across) {
            return near(own, further);
        }
        if near(own, 0.0) {
            // Flush under flush: only the sentence tells whether it goes on.
            let flush = near(self.first, 0.0);
            return !(flush && ends_sentence(&self.text));
        }
        let hanging = MARKED.is_match(&self.text)
            && own > self.first + 0.3 * size
            && own < self.first + 6.0 * size;
        // Lines that are set to the right begin anywhere.
        hanging || (own < self.first - 0.7 * size && own < 3.0 * size)
    }
}

/// Puts `next` behind `text`, with a blank only between words of letters.
pub(super) fn run_on(text: &mut String, next: &str) {
    let (Some(last), Some(first)) = (text.chars().next_back(), next.chars().next()) else {
        text.push_str(next);
        return;
    };
    // A number that is broken at the end of a line goes on.
    let number = last.is_ascii_digit() && (first.is_ascii_digit() || "-.,%/".contains(first));
    if !is_wide(last) && !is_wide(first) && !matches!(last, '-' | '/') && !number {
        text.push(' ');
    }
    text.push_str(next);
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARGINS: Margins = Margins {
        left: 90.0,
        right: 506.0,
        leading: 28.0,
        card: false,
    };

    fn line(text: &str, x0: f32, x1: f32, y: f32) -> Line {
        Line {
            text: text.to_owned(),
            x0,
            x1,
            y,
            size: 16.0,
            ..Line::default()
        }
    }

    fn joined(lines: &[(usize, Line)]) -> Vec<String> {
        let mut builder = Builder::default();
        for (page, line) in lines {
            builder.add(line, *page, MARGINS, Vec::new());
        }
        builder
            .paragraphs
            .into_iter()
            .map(|paragraph| paragraph.text)
            .collect()
    }

    #[test]
    fn lines_of_an_indented_paragraph_are_joined_over_a_page() {
        let lines = [
            (0, line("为方便老年人就近用餐，现就", 122.0, 506.0, 700.0)),
            (0, line("做好助餐服务通知如下，请各", 90.0, 506.0, 728.0)),
            (1, line("区认真执行。", 90.0, 186.0, 100.0)),
            (1, line("一、总体要求", 122.0, 218.0, 128.0)),
            (1, line("坚持自愿。", 122.0, 202.0, 156.0)),
        ];
        assert_eq!(
            joined(&lines),
            [
                "为方便老年人就近用餐，现就做好助餐服务通知如下，请各区认真执行。",
                "一、总体要求",
                "坚持自愿。",
            ]
        );
    }

    #[test]
    fn a_full_line_is_followed_by_a_new_paragraph_where_that_is_indented() {
        let lines = [
            (0, line("第一段正好在行尾结束的内容。", 122.0, 506.0, 100.0)),
            (0, line("第二段从缩进的地方重新开始写", 122.0, 506.0, 128.0)),
            (0, line("到第二行为止。", 90.0, 202.0, 156.0)),
        ];
        assert_eq!(joined(&lines).len(), 2);
    }

    #[test]
    fn hanging_items_are_joined() {
        let lines = [
            (0, line("1. 本市户籍且年满六十周岁的", 90.0, 500.0, 100.0)),
            (0, line("居民可以申请，不分城乡不论", 112.0, 506.0, 128.0)),
            (0, line("职业。", 112.0, 160.0, 156.0)),
            (0, line("2. 其他人员另行规定。", 90.0, 300.0, 184.0)),
        ];
        assert_eq!(joined(&lines).len(), 2);
    }

    #[test]
    fn leaders_of_a_table_of_contents_are_left_out() {
        let lines = [
            (
                0,
                line(
                    "一、总体要求 .......................... 1",
                    90.0,
                    506.0,
                    100.0,
                ),
            ),
            (0, line("二、主要任务……………………12", 90.0, 506.0, 128.0)),
        ];
        assert_eq!(joined(&lines), ["一、总体要求", "二、主要任务"]);
    }

    #[test]
    fn words_of_letters_are_parted_and_chinese_is_not() {
        let mut text = "执行 GB/T".to_owned();
        run_on(&mut text, "19001 标准");
        run_on(&mut text, "的要求");
        assert_eq!(text, "执行 GB/T 19001 标准的要求");
        let mut text = "标准31654".to_owned();
        run_on(&mut text, "-2021和电话1234");
        run_on(&mut text, "5");
        assert_eq!(text, "标准31654-2021和电话12345");
    }
}
