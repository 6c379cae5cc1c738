//! Cuts the page into lines, in one pass over its nodes.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::context::{Align, Context, OUTERMOST, enter};
use super::drawn;
use super::feeds;
use super::line::{Line, Lines, Marked, MediaPlace, Reference};
use super::numbers::Numbers;
use super::settle;
use crate::characters::{
    ESCAPED_BREAK, Gap, collapse, is_han, is_invisible, is_space, is_wide, unescaped,
};
use crate::facts::outline;
use crate::furniture::names::Suspicion;
use crate::furniture::words::{self, Nature};
use crate::tree::flat::{Flat, Kind, NONE};
use crate::tree::hidden;
use crate::tree::notation::{self, Script};
use crate::tree::tag::Tag;
use crate::wrapped;

/// Cuts the page into lines. Linear in the page.
pub(crate) fn cut(flat: &Flat<'_>) -> Lines {
    let mut cutter = Cutter {
        lines: Vec::new(),
        starts: vec![0; flat.nodes.len()],
        pending: Pending::default(),
        after_break: false,
        picture_before: false,
        picture_behind: false,
        silent_pictures: Vec::new(),
        films: Vec::new(),
        described: Vec::new(),
        marker: None,
        numbers: Numbers::default(),
    };
    let mut stack = vec![OUTERMOST];
    let mut at = 0;
    while at < flat.nodes.len() {
        cutter.close_until(flat, &mut stack, at as u32);
        let context = *stack.last().expect("the outermost context stays");
        cutter.starts[at] = cutter.lines.len() as u32;
        let node = &flat.nodes[at];
        match node.kind {
            Kind::Text(text) => cutter.text(&unescaped(text), &context),
            Kind::Element(tag, element) => {
                if flat.dropped[at] {
                    if let Some(words) = ticked(element).or_else(|| hidden::shown_value(element)) {
                        cutter.run(words, &context);
                    }
                    if drawn::is_drawing(flat, at as u32) {
                        cutter.silent_picture(at as u32);
                    } else if drawn::is_film(flat, at as u32) {
                        let film = cutter.here(at as u32);
                        cutter.films.push(film);
                    }
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
                if tag == Tag::Inline
                    && let Some(sign) = flat.sign_before(at as u32)
                {
                    cutter.pending.push(sign);
                }
                if tag == Tag::Item {
                    cutter.marker = cutter.numbers.of_item(flat, at as u32);
                }
                let inner = enter(&context, tag, element, at as u32, flat);
                if tag == Tag::Picture {
                    cutter.picture(element, at as u32, &inner);
                } else if drawn::is_place_of_chart(flat, at as u32) {
                    cutter.silent_picture(at as u32);
                }
                stack.push(inner);
            }
        }
        at += 1;
    }
    let end = flat.nodes.len() as u32;
    cutter.close_until(flat, &mut stack, end);
    cutter.end_line(&OUTERMOST);
    settle::by_neighbours(flat, &mut cutter.lines);
    let mut lines = Lines {
        lines: cutter.lines,
        starts: cutter.starts,
        silent_pictures: cutter.silent_pictures,
        films: cutter.films,
    };
    feeds::mark(flat, &mut lines);
    settle::controls_behind(&mut lines.lines);
    settle::links(flat, &mut lines.lines);
    lines
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
    marked: Vec<Marked>,
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
    /// A picture came before the text that is pending, or behind it.
    picture_before: bool,
    picture_behind: bool,
    silent_pictures: Vec<MediaPlace>,
    films: Vec<MediaPlace>,
    /// The alternative texts of pictures inside the text that is pending: they follow its line.
    described: Vec<Line>,
    /// The number of the item that begins.
    marker: Option<String>,
    numbers: Numbers,
}

impl Cutter {
    /// Leaves the elements that end at or before node `at`.
    fn close_until(&mut self, flat: &Flat<'_>, stack: &mut Vec<Context>, at: u32) {
        while stack.last().is_some_and(|context| context.end <= at) {
            let Some(context) = stack.pop() else { return };
            let item = flat
                .element(context.node)
                .is_some_and(|(tag, _)| tag == Tag::Item);
            let breaks = flat
                .element(context.node)
                .is_some_and(|(tag, _)| tag.breaks_line() && tag != Tag::Break);
            if breaks {
                self.end_line(&context);
            }
            if item {
                self.marker = None;
            }
        }
    }

    fn text(&mut self, text: &str, context: &Context) {
        if !context.preformatted {
            for (index, piece) in text.split(ESCAPED_BREAK).enumerate() {
                if index > 0 {
                    self.end_line(context);
                }
                self.run(piece, context);
            }
            return;
        }
        let filled = text.lines().filter(|line| !line.trim().is_empty()).count();
        let paragraphs = wrapped::paragraphs(text);
        if paragraphs.len() < filled {
            for (index, paragraph) in paragraphs.iter().enumerate() {
                if index > 0 || text.starts_with('\n') {
                    self.end_line(context);
                }
                self.run(paragraph, context);
            }
            if text.ends_with('\n') {
                self.end_line(context);
            }
            return;
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
        // What is raised inside a link is the mark of a note, which keeps its name.
        let text = match context.link {
            NONE => notation::written(text, context.script),
            _ => Cow::Borrowed(text),
        };
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
        if context.script == Script::Raised || (context.link != NONE && !context.leads_away) {
            let link = if context.leads_away {
                NONE
            } else {
                context.link
            };
            pending.refer(first, link);
        }
        if context.marked != NONE {
            pending.mark(first, context.marked);
        }
        let strongest = pending.suspicion.unwrap_or(Suspicion::None);
        pending.suspicion = Some(strongest.max(context.suspicion));
        if context.link != NONE && pending.links.last() != Some(&context.link) {
            pending.links.push(context.link);
        }
    }

    fn picture(&mut self, element: &scraper::node::Element, node: u32, context: &Context) {
        let alt = element.attr("alt").map(collapse).unwrap_or_default();
        if self.pending.text.is_empty() {
            self.picture_before = true;
        } else {
            self.picture_behind = true;
        }
        if context.leads_away && !context.enlarges {
            return;
        }
        if !describes_picture(&alt) {
            self.silent_picture(node);
            return;
        }
        let chars = alt.chars().filter(|&c| !is_space(c)).count() as u32;
        let mut line = blank_line(context);
        line.text = alt;
        line.chars = chars;
        line.picture = node;
        if self.pending.text.is_empty() {
            self.lines.push(line);
        } else {
            self.described.push(line);
        }
    }

    fn silent_picture(&mut self, node: u32) {
        let picture = self.here(node);
        self.silent_pictures.push(picture);
    }

    /// Where what is no text stands among the lines.
    fn here(&self, node: u32) -> MediaPlace {
        MediaPlace {
            node,
            line: self.lines.len() + usize::from(!self.pending.text.is_empty()),
        }
    }

    fn end_line(&mut self, context: &Context) {
        // A rule of dashes says nothing.
        if context.cell == NONE && is_rule(&self.pending.text) {
            self.pending = Pending::default();
        }
        let pending = std::mem::take(&mut self.pending);
        let after_break = std::mem::take(&mut self.after_break);
        if pending.text.is_empty() {
            self.after_break = after_break;
            self.lines.append(&mut self.described);
            return;
        }
        let picture_behind = std::mem::take(&mut self.picture_behind);
        let after_picture = std::mem::replace(&mut self.picture_before, picture_behind);
        let mut line = blank_line(context);
        line.nature = words::nature(&pending.text);
        line.text = pending.text;
        line.chars = pending.chars;
        line.link_chars = pending.link_chars;
        line.suspicion = pending.suspicion.unwrap_or(context.suspicion);
        line.bold_chars = pending.bold_chars;
        line.marks = pending.marks;
        line.stops = pending.stops;
        if pending.links.len() <= MOST_PROSE_LINKS && is_prose_in_link(&line) {
            line.link_chars = 0;
        } else if is_dated_link(&line) {
            line.link_chars = line.chars;
        }
        line.indented = pending.indent >= 2;
        line.after_break = after_break;
        line.after_picture = after_picture;
        line.marker = self
            .marker
            .take()
            .filter(|_| !outline::is_marked(&line.text));
        if line.marker.is_some() && line.link_chars == 0 && line.suspicion == Suspicion::None {
            // 首页 and 打印 are items of what is needed.
            line.nature = Nature::Text;
        }
        line.links = pending.links;
        line.references = pending.references;
        line.marked = pending.marked;
        self.lines.push(line);
        self.lines.append(&mut self.described);
    }
}

/// The tick of a box that is ticked, and the empty box of one that cannot be.
fn ticked(element: &scraper::node::Element) -> Option<&'static str> {
    let box_like =
        element.name() == "input" && matches!(element.attr("type"), Some("checkbox" | "radio"));
    if !box_like {
        None
    } else if element.attr("checked").is_some() {
        Some("☑")
    } else {
        // A field with a name is there to be filled in and sent.
        (element.attr("disabled").is_some() || element.attr("name").is_none()).then_some("□")
    }
}

/// Shortest link that can be sentences instead of the name of a page, in characters.
const SHORTEST_PROSE_LINK: u32 = 24;

/// Most links of a line that holds sentences and is no row of cards, each with the beginning of another page.
const MOST_PROSE_LINKS: usize = 2;

/// Whether a line is a link with the date of the page that it leads to.
fn is_dated_link(line: &Line) -> bool {
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^[\[【(（]?(?:(?:19|20)\d{2}[-年./])?\d{1,2}[-月./]\d{1,2}日?[\]】)）]?|[\[【(（]?(?:(?:19|20)\d{2}[-年./])?\d{1,2}[-月./]\d{1,2}日?[\]】)）]?$",
        )
        .expect("a constant pattern")
    });
    let beside = line.chars - line.link_chars;
    line.link_chars > 0
        && (4..=13).contains(&beside)
        && DATE
            .find_iter(&line.text)
            .any(|date| date.as_str().chars().count() == beside as usize)
}

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

    /// Notes that an element says how what stands from `start` on is read.
    fn mark(&mut self, start: u32, node: u32) {
        let range = start..self.length;
        match self.marked.last_mut() {
            Some(last) if last.node == node => last.range.end = range.end,
            _ => self.marked.push(Marked { range, node }),
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
pub(crate) fn describes_picture(alt: &str) -> bool {
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
    chinese >= 2 && !file && !placeholder && !is_made_by_tool(alt) && !words::is_boilerplate(alt)
}

/// Whether an `alt` is the name that a program gave a picture: 微信图片_20250301, 未标题-1.
fn is_made_by_tool(alt: &str) -> bool {
    static MADE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)^(?:稿定设计|创客贴|美图|微信图片|微信截图|企业微信截图|钉钉图片|QQ图片|QQ截图|屏幕截图|屏幕快照|截图|截屏|捕获|未标题|未命名|无标题|新建|幻灯片|图片|图像|照片|插图|配图|海报|长图|封面|画板|画布|页面|页|副本|缩略图|图|默认标题|wps图片|扫描全能王|文档扫描)[\s\-_—.()（）0-9年月日时分秒:：副本页张]*(?:\.[a-z]{3,4})?$",
        )
        .expect("a constant pattern")
    });
    MADE.is_match(alt.trim())
}

/// Whether a line is drawn with marks.
fn is_rule(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| {
            matches!(
                c,
                '-' | '—'
                    | '－'
                    | '–'
                    | '_'
                    | '='
                    | '＝'
                    | '*'
                    | '＊'
                    | '~'
                    | '～'
                    | '·'
                    | '•'
                    | '─'
                    | '━'
                    | ' '
            )
        })
}

fn is_mark(c: char) -> bool {
    is_stop(c) || matches!(c, '：' | '”' | '》')
}

fn is_stop(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '、' | '！' | '？' | ';' | ',')
}
