//! The page as lines: runs of text between two block boundaries, with what is known of each.
//!
//! A line is the unit that is weighed, kept or left out; it becomes a block if it is kept.

use std::ops::Range;

use super::boilerplate::{self, Nature, Suspicion};
use super::flat::{Flat, Kind, NONE, Tag};

/// A run of text between two block boundaries.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// The text with white space collapsed.
    pub(super) text: String,
    /// Characters that are not white space.
    pub(super) chars: u32,
    /// Of these, inside links that lead to other pages.
    pub(super) link_chars: u32,
    /// Of these, in bold.
    pub(super) bold_chars: u32,
    /// Punctuation of any kind.
    pub(super) marks: u32,
    /// Of these, the commas and stops of sentences.
    pub(super) stops: u32,
    /// The block-level element the line stands in.
    pub(super) block: u32,
    /// Level of the heading around it, 0 for none.
    pub(super) heading: u8,
    /// Depth of lists around it, 0 for none.
    pub(super) list: u8,
    /// Centred by attribute or style.
    pub(super) centred: bool,
    /// Set to the right by attribute or style.
    pub(super) right: bool,
    /// Starts with an indentation, as a paragraph does.
    pub(super) indented: bool,
    /// Starts after a `br` (or a line end in preformatted text) in the same block.
    pub(super) after_break: bool,
    /// Innermost table around it, [`NONE`] for none.
    pub(super) table: u32,
    /// Innermost table cell around it, [`NONE`] for none.
    pub(super) cell: u32,
    /// Strongest suspicion on the elements around it.
    pub(super) suspicion: Suspicion,
    /// Addresses of the links in it.
    pub(super) links: Vec<u32>,
    /// What is raised in it or leads to another place of the page: the marks of footnotes.
    pub(super) references: Vec<Reference>,
    /// It is the alternative text of a picture, which is this node; else [`NONE`].
    pub(super) picture: u32,
    /// What its words say that it is.
    pub(super) nature: Nature,
}

/// A stretch of a line that may refer to a footnote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// Where it stands, in scalar offsets of the line's text.
    pub(super) range: Range<u32>,
    /// The link around it, which leads to a place of the page, or [`NONE`].
    pub(super) link: u32,
}

impl Line {
    /// Share of the text that leads to other pages, 0 to 1.
    pub(super) fn link_density(&self) -> f32 {
        if self.chars == 0 {
            return 0.0;
        }
        self.link_chars as f32 / self.chars as f32
    }
}

/// The lines of a page, and for each node the lines that fall into its subtree.
pub(super) struct Lines {
    pub(super) lines: Vec<Line>,
    /// First line at or after each node's start.
    starts: Vec<u32>,
    /// Pictures that can be seen and have no usable alternative text.
    pub(super) silent_pictures: u32,
}

impl Lines {
    /// The line that begins at the start of `node` or holds it; the next one if `node` holds none.
    pub(super) fn at(&self, node: u32) -> usize {
        self.starts[node as usize] as usize
    }

    /// The lines in the subtree of `node`.
    pub(super) fn range(&self, flat: &Flat<'_>, node: u32) -> std::ops::Range<usize> {
        let end = flat.nodes[node as usize].end as usize;
        let last = self
            .starts
            .get(end)
            .map_or(self.lines.len(), |&start| start as usize);
        self.starts[node as usize] as usize..last
    }
}

/// What the elements around the current position say.
#[derive(Clone, Copy)]
struct Context {
    node: u32,
    end: u32,
    block: u32,
    heading: u8,
    list: u8,
    align: Align,
    bold: bool,
    preformatted: bool,
    link: u32,
    leads_away: bool,
    raised: bool,
    table: u32,
    cell: u32,
    suspicion: Suspicion,
}

#[derive(Clone, Copy, PartialEq)]
enum Align {
    Start,
    Centre,
    Right,
}

/// Cuts the page into lines. Linear in the page.
pub(super) fn cut(flat: &Flat<'_>) -> Lines {
    let mut cutter = Cutter {
        lines: Vec::new(),
        starts: vec![0; flat.nodes.len()],
        pending: Pending::default(),
        after_break: false,
        silent_pictures: 0,
    };
    let mut stack = vec![OUTERMOST];
    let mut at = 0;
    while at < flat.nodes.len() {
        cutter.close_until(flat, &mut stack, at as u32);
        let context = *stack.last().expect("the outermost context stays");
        cutter.starts[at] = cutter.lines.len() as u32;
        let node = &flat.nodes[at];
        match node.kind {
            Kind::Text(text) => cutter.text(text, &context),
            Kind::Element(tag, element) => {
                if flat.dropped[at] {
                    let end = node.end as usize;
                    cutter.starts[at..end].fill(cutter.lines.len() as u32);
                    at = end;
                    continue;
                }
                if tag.breaks_line() {
                    cutter.end_line(&context);
                    cutter.after_break = tag == Tag::Break;
                    cutter.starts[at] = cutter.lines.len() as u32;
                }
                let inner = enter(&context, tag, element, at as u32, node.end, flat);
                if tag == Tag::Picture {
                    cutter.picture(element, at as u32, &inner);
                }
                stack.push(inner);
            }
        }
        at += 1;
    }
    let end = flat.nodes.len() as u32;
    cutter.close_until(flat, &mut stack, end);
    cutter.end_line(&OUTERMOST);
    Lines {
        lines: cutter.lines,
        starts: cutter.starts,
        silent_pictures: cutter.silent_pictures,
    }
}

fn enter(
    outer: &Context,
    tag: Tag,
    element: &scraper::node::Element,
    node: u32,
    end: u32,
    flat: &Flat<'_>,
) -> Context {
    let mut inner = *outer;
    inner.node = node;
    inner.end = end;
    inner.suspicion = outer.suspicion.max(flat.suspicion[node as usize]);
    if tag.breaks_line() && tag != Tag::Break {
        inner.block = node;
        inner.align = alignment(element).unwrap_or(outer.align);
    }
    match tag {
        Tag::Heading(level) => inner.heading = level,
        Tag::List => inner.list = outer.list.saturating_add(1).min(6),
        Tag::Item => inner.list = outer.list.max(1),
        Tag::Table => {
            inner.table = node;
            inner.list = 0;
        }
        Tag::Cell | Tag::HeaderCell => {
            inner.cell = node;
            inner.align = alignment(element).unwrap_or(Align::Start);
        }
        Tag::Bold => inner.bold = true,
        Tag::Preformatted => inner.preformatted = true,
        Tag::Link => {
            inner.link = node;
            inner.leads_away = element.attr("href").is_some_and(leads_away);
        }
        _ => inner.raised |= element.name() == "sup",
    }
    if let Some(style) = element.attr("style").filter(|style| !style.is_empty()) {
        let style = style.to_ascii_lowercase();
        if style.contains("font-weight") && (style.contains("bold") || style.contains("700")) {
            inner.bold = true;
        }
        if style.contains("white-space:pre") || style.contains("white-space: pre") {
            inner.preformatted = true;
        }
    }
    inner
}

/// Whether a link leads to another page: not to a place in this one.
fn leads_away(href: &str) -> bool {
    let href = href.trim();
    !href.is_empty() && (!href.starts_with('#') || href == "#")
}

fn alignment(element: &scraper::node::Element) -> Option<Align> {
    if element.name() == "center" {
        return Some(Align::Centre);
    }
    let of = |value: &str| match value.trim() {
        value if value.starts_with("center") => Some(Align::Centre),
        value if value.starts_with("right") => Some(Align::Right),
        value if value.starts_with("left") || value.starts_with("justify") => Some(Align::Start),
        _ => None,
    };
    let by_style = element.attr("style").and_then(|style| {
        let style = style.to_ascii_lowercase();
        let value = style.split("text-align").nth(1)?.trim_start();
        of(value.strip_prefix(':')?)
    });
    by_style.or_else(|| of(&element.attr("align")?.to_ascii_lowercase()))
}

#[derive(Default)]
struct Pending {
    text: String,
    chars: u32,
    link_chars: u32,
    bold_chars: u32,
    marks: u32,
    stops: u32,
    suspicion: Option<Suspicion>,
    links: Vec<u32>,
    references: Vec<Reference>,
    /// Scalars of `text`.
    length: u32,
    gap: Gap,
    indent: u32,
}

/// White space not yet written, because nothing may follow it.
#[derive(Default, Clone, Copy, PartialEq)]
enum Gap {
    #[default]
    None,
    Space,
    /// With a line end in the source, which between two Chinese characters is no space.
    LineEnd,
}

struct Cutter {
    lines: Vec<Line>,
    starts: Vec<u32>,
    pending: Pending,
    after_break: bool,
    silent_pictures: u32,
}

impl Cutter {
    /// Leaves the elements that end at or before node `at`.
    fn close_until(&mut self, flat: &Flat<'_>, stack: &mut Vec<Context>, at: u32) {
        while stack.last().is_some_and(|context| context.end <= at) {
            let Some(context) = stack.pop() else { return };
            let breaks = flat
                .element(context.node)
                .is_some_and(|(tag, _)| tag.breaks_line() && tag != Tag::Break);
            if breaks {
                self.end_line(&context);
            }
        }
    }

    fn text(&mut self, text: &str, context: &Context) {
        if !context.preformatted {
            return self.run(text, context);
        }
        for (index, piece) in text.split('\n').enumerate() {
            if index > 0 {
                self.end_line(context);
                self.after_break = true;
            }
            self.run(piece, context);
        }
    }

    fn run(&mut self, text: &str, context: &Context) {
        let pending = &mut self.pending;
        let mut first = None;
        for c in text.chars() {
            let han = is_han(c);
            if !han && is_space(c) {
                if pending.text.is_empty() {
                    pending.indent += u32::from(matches!(c, '\u{3000}' | '\u{a0}' | '\u{2003}'));
                }
                pending.widen_gap(c);
                continue;
            }
            if !han && is_invisible(c) {
                continue;
            }
            pending.close_gap(c);
            first.get_or_insert(pending.length);
            pending.push(c);
            pending.chars += 1;
            pending.link_chars += u32::from(context.leads_away);
            pending.bold_chars += u32::from(context.bold);
            pending.marks += u32::from(!han && is_mark(c));
            pending.stops += u32::from(!han && is_stop(c));
        }
        let Some(first) = first else { return };
        if context.raised || (context.link != NONE && !context.leads_away) {
            let link = if context.leads_away {
                NONE
            } else {
                context.link
            };
            pending.refer(first, link);
        }
        let strongest = pending.suspicion.unwrap_or(Suspicion::None);
        pending.suspicion = Some(strongest.max(context.suspicion));
        if context.link != NONE && pending.links.last() != Some(&context.link) {
            pending.links.push(context.link);
        }
    }

    fn picture(&mut self, element: &scraper::node::Element, node: u32, context: &Context) {
        let alt = element.attr("alt").map(collapse).unwrap_or_default();
        if context.link != NONE {
            return;
        }
        if !describes_picture(&alt) {
            self.silent_pictures += 1;
            return;
        }
        if !self.pending.text.is_empty() {
            return;
        }
        let chars = alt.chars().filter(|&c| !is_space(c)).count() as u32;
        let mut line = blank_line(context);
        line.text = alt;
        line.chars = chars;
        line.picture = node;
        self.lines.push(line);
    }

    fn end_line(&mut self, context: &Context) {
        let pending = std::mem::take(&mut self.pending);
        let after_break = std::mem::take(&mut self.after_break);
        if pending.text.is_empty() {
            self.after_break = after_break;
            return;
        }
        let mut line = blank_line(context);
        line.nature = boilerplate::nature(&pending.text);
        line.text = pending.text;
        line.chars = pending.chars;
        line.link_chars = pending.link_chars;
        line.bold_chars = pending.bold_chars;
        line.marks = pending.marks;
        line.stops = pending.stops;
        if is_prose_in_link(&line) {
            line.link_chars = 0;
        }
        line.indented = pending.indent >= 2;
        line.after_break = after_break;
        line.suspicion = pending.suspicion.unwrap_or(context.suspicion);
        line.links = pending.links;
        line.references = pending.references;
        self.lines.push(line);
    }
}

/// Shortest link that can be sentences instead of the name of a page, in characters.
const SHORTEST_PROSE_LINK: u32 = 24;

/// Whether a link holds sentences: an `a` that was never closed runs on through the document.
fn is_prose_in_link(line: &Line) -> bool {
    line.link_chars >= SHORTEST_PROSE_LINK
        && line.stops >= 2
        && line.text.ends_with(['。', '；', '！', '？'])
}

impl Pending {
    /// Notes the white space `c`: a line end in the source counts as a space beside others.
    fn widen_gap(&mut self, c: char) {
        let line_end = matches!(c, '\n' | '\r');
        self.gap = match self.gap {
            Gap::None | Gap::LineEnd if line_end => Gap::LineEnd,
            Gap::LineEnd if matches!(c, ' ' | '\t') => Gap::LineEnd,
            _ => Gap::Space,
        };
    }

    fn close_gap(&mut self, next: char) {
        if self.gap == Gap::None {
            return;
        }
        let gap = std::mem::take(&mut self.gap);
        let Some(last) = self.text.chars().next_back() else {
            return;
        };
        let joined = gap == Gap::LineEnd && is_wide(last) && is_wide(next);
        if !joined {
            self.push(' ');
        }
    }

    fn push(&mut self, c: char) {
        self.text.push(c);
        self.length += 1;
    }

    /// Notes that what stands from `start` on is a mark, or the rest of the one before.
    fn refer(&mut self, start: u32, link: u32) {
        let range = start..self.length;
        match self.references.last_mut() {
            Some(last) if last.range.end == start && last.link == link => {
                last.range.end = range.end
            }
            _ => self.references.push(Reference { range, link }),
        }
    }
}

fn blank_line(context: &Context) -> Line {
    Line {
        text: String::new(),
        chars: 0,
        link_chars: 0,
        bold_chars: 0,
        marks: 0,
        stops: 0,
        block: context.block,
        heading: context.heading,
        list: context.list,
        centred: context.align == Align::Centre,
        right: context.align == Align::Right,
        indented: false,
        after_break: false,
        table: context.table,
        cell: context.cell,
        suspicion: context.suspicion,
        links: Vec::new(),
        references: Vec::new(),
        picture: NONE,
        nature: Nature::Text,
    }
}

/// A line without text, outside every element.
pub(super) fn outside_markup() -> Line {
    blank_line(&OUTERMOST)
}

/// What holds outside every element.
const OUTERMOST: Context = Context {
    node: NONE,
    end: NONE,
    block: 0,
    heading: 0,
    list: 0,
    align: Align::Start,
    bold: false,
    preformatted: false,
    link: NONE,
    leads_away: false,
    raised: false,
    table: NONE,
    cell: NONE,
    suspicion: Suspicion::None,
};

/// Whether an `alt` says something: words, not a file's name or a placeholder.
fn describes_picture(alt: &str) -> bool {
    let chinese = alt.chars().filter(|&c| is_wide(c)).count();
    let file = [".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp"]
        .iter()
        .any(|ending| alt.to_ascii_lowercase().ends_with(ending));
    let placeholder = matches!(
        alt,
        "图片"
            | "图像"
            | "照片"
            | "配图"
            | "插图"
            | "缩略图"
            | "新闻图片"
            | "二维码"
            | "打印"
            | "分享"
    );
    chinese >= 2 && !file && !placeholder && !super::boilerplate::is_boilerplate(alt)
}

/// `text` with each run of white space as one space, none at the ends.
pub(super) fn collapse(text: &str) -> String {
    let mut pending = Pending::default();
    for c in text.chars() {
        if is_space(c) {
            pending.widen_gap(c);
        } else if !is_invisible(c) {
            pending.close_gap(c);
            pending.push(c);
        }
    }
    pending.text
}

/// `text` without any white space.
///
/// Copies whole runs: this is asked of every line by everything that looks at words.
pub(super) fn without_spaces(text: &str) -> String {
    let mut tight = String::with_capacity(text.len());
    let mut run = 0;
    for (at, c) in text.char_indices() {
        if !is_han(c) && (is_space(c) || is_invisible(c)) {
            tight.push_str(&text[run..at]);
            run = at + c.len_utf8();
        }
    }
    tight.push_str(&text[run..]);
    tight
}

/// The characters that most of a page is made of, which no other test need look at.
fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// White space, the ideographic and the no-break space included.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// Characters without a shape or a sound: controls, zero-width ones, soft hyphens, and the
/// private-use area that icon fonts draw from.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{feff}' | '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{fe0e}' | '\u{fe0f}')
}

/// Chinese characters and their punctuation, between which a line end in the source is no space.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{303f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}'
        | '“' | '”' | '‘' | '’' | '—' | '…')
}

fn is_mark(c: char) -> bool {
    is_stop(c) || matches!(c, '：' | '”' | '》')
}

fn is_stop(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '、' | '！' | '？' | ';' | ',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_says_how_its_lines_are_set() {
        for (html, align) in [
            ("<center>甲</center>", Some(Align::Centre)),
            ("<p align=center>甲</p>", Some(Align::Centre)),
            ("<p align=RIGHT>甲</p>", Some(Align::Right)),
            ("<p align=left>甲</p>", Some(Align::Start)),
            ("<p align=justify>甲</p>", Some(Align::Start)),
            ("<p style='TEXT-ALIGN: center'>甲</p>", Some(Align::Centre)),
            (
                "<p style='margin:0;text-align :right;'>甲</p>",
                Some(Align::Right),
            ),
            ("<p style='text-align:justify'>甲</p>", Some(Align::Start)),
            // A style is stronger than the attribute.
            (
                "<p align=center style='text-align:left'>甲</p>",
                Some(Align::Start),
            ),
            (
                "<p align=center style='color:red'>甲</p>",
                Some(Align::Centre),
            ),
            ("<p align=top>甲</p>", None),
            ("<p>甲</p>", None),
        ] {
            let page = scraper::Html::parse_fragment(html);
            let element = page.root_element().child_elements().next().unwrap();
            assert!(alignment(element.value()) == align, "{html}");
        }
    }
}
