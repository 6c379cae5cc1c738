//! Cuts the page into lines, in one pass over its nodes.

use super::context::{Align, Context, OUTERMOST, enter};
use super::line::{Line, Lines, Reference};
use crate::characters::{Gap, collapse, is_han, is_invisible, is_space, is_wide};
use crate::furniture::names::Suspicion;
use crate::furniture::words;
use crate::tree::flat::{Flat, Kind, NONE};
use crate::tree::tag::Tag;

/// Cuts the page into lines. Linear in the page.
pub(crate) fn cut(flat: &Flat<'_>) -> Lines {
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
                let inner = enter(&context, tag, element, at as u32, flat);
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
                pending.gap.widen(c);
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
        line.nature = words::nature(&pending.text);
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
    /// Writes the white space that was held back, as far as it counts before `next`.
    fn close_gap(&mut self, next: char) {
        if self.gap.close(&self.text, next) {
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

/// A line without text in `context`.
fn blank_line(context: &Context) -> Line {
    Line {
        block: context.block,
        heading: context.heading,
        list: context.list,
        centred: context.align == Align::Centre,
        right: context.align == Align::Right,
        table: context.table,
        cell: context.cell,
        suspicion: context.suspicion,
        ..Line::blank()
    }
}

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
    chinese >= 2 && !file && !placeholder && !words::is_boilerplate(alt)
}

fn is_mark(c: char) -> bool {
    is_stop(c) || matches!(c, '：' | '”' | '》')
}

fn is_stop(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '、' | '！' | '？' | ';' | ',')
}
