//! Where on the page the document stands.
//!
//! Each line is worth its prose and costs its links and machinery; the document is the element
//! whose lines are worth most together. No threshold decides how far to go: an element that adds
//! a navigation bar to the article is worth less than the article, one that adds its second half
//! is worth more.

use std::ops::Range;

use scraper::node::Element;

use crate::facts::labels::Labels;
use crate::furniture::names::Suspicion;
use crate::furniture::words::Nature;
use crate::lines::{Line, Lines};
use crate::tree::flat::{Flat, Kind, NONE};

/// Containers that Chinese content systems put the text of a document into: TRS, 开普, 大汉, 博达,
/// and those of gov.cn. Compared with ids and with whole class names, in lower case.
const CONTAINERS: &[&str] = &[
    "trs_editor",
    "trs_ueditor",
    "trs_web",
    "trs_paper_preview",
    "ucap-content",
    "ucapcontent",
    "pages_content",
    "zoom",
    "zoomcon",
    "fontzoom",
    "article-content",
    "article_content",
    "articlecontent",
    "article-body",
    "content_article",
    "detail-content",
    "vsb_content",
    "v_news_content",
    "easysite-news-text",
    "easysite-news-content",
    "bt_content",
    "bt-content",
    "news_content",
    "newscontent",
    "news_conent_two_text",
    "xxgk_content",
    "xxgk-content",
    "info-content",
    "wenzhang-content",
    "zwcontent",
    "xl_content",
    "j-fontcontent",
    "js_content",
    "artibody",
    "my_doccontent",
    "gsj_content",
    "view-content",
    "main-txt",
    "b12c",
];

/// Share of the best element's worth from which a known container is taken instead.
const CONTAINER_SHARE: f64 = 0.85;

/// What stands under the shown title is taken from this worth on, and from this share of the
/// page's best: the panels of a navigation bar hold more prose than a short notice does.
const TITLED_WORTH: f64 = 25.0;
const TITLED_SHARE: f64 = 0.01;

/// From this share of what it is worth with names ignored, what names call a footer is believed
/// to be one.
const BELIEVED_SHARE: f64 = 0.4;

/// The element that holds the document, or `None` when nothing on the page is worth reading.
///
/// `title` is the first line that shows the title which the page names in its head.
pub(crate) fn find(
    flat: &Flat<'_>,
    lines: &Lines,
    labels: &Labels,
    worths: &Worths,
    title: Option<usize>,
) -> Option<u32> {
    let mut anywhere = Search::from(0);
    let mut under_title = title.map(Search::from);
    for (index, node) in flat.nodes.iter().enumerate() {
        let Kind::Element(tag, element) = node.kind else {
            continue;
        };
        if !tag.breaks_line() || flat.dropped[index] {
            continue;
        }
        let range = lines.range(flat, index as u32);
        let known = is_known_container(element);
        for search in std::iter::once(&mut anywhere).chain(&mut under_title) {
            search.weigh(worths, index as u32, &range, known);
        }
    }
    let anywhere = anywhere.found()?;
    let best = match under_title.and_then(Search::found) {
        Some(core) if core.worth >= TITLED_WORTH.max(TITLED_SHARE * anywhere.worth) => core,
        _ => anywhere,
    };
    let around = if is_paragraph(flat, lines, best.node) {
        text_around(flat, lines, labels, best.node, title)
    } else {
        parts_around(flat, lines, best.node)
    };
    Some(around.unwrap_or(best.node))
}

/// Whether all that the element at `node` holds is one paragraph.
fn is_paragraph(flat: &Flat<'_>, lines: &Lines, node: u32) -> bool {
    let held = &lines.lines[lines.range(flat, node)];
    held.iter().all(|line| line.block == held[0].block)
}

/// How far around a paragraph the rest of its text may stand, in elements.
const NEAR_STEPS: usize = 5;

/// Most lines of an element that is taken for a short text with its controls.
const MOST_SHORT_LINES: usize = 80;

/// The element around a paragraph that holds the rest of a short text: one paragraph of it is worth
/// more than all of it with the controls between them, and is yet a part.
fn text_around(
    flat: &Flat<'_>,
    lines: &Lines,
    labels: &Labels,
    paragraph: u32,
    title: Option<usize>,
) -> Option<u32> {
    let own = lines.range(flat, paragraph);
    let chars: u32 = lines.lines[own.clone()].iter().map(|line| line.chars).sum();
    if chars > LONGEST_PART {
        return None;
    }
    let block = lines.lines[own.start].block;
    let name = |node: u32| flat.element(node).map(|(_, element)| element.name());
    let below_title = title.map_or(0, |title| title + 1);
    let is_text = |index: usize| {
        let line = &lines.lines[index];
        line.nature == Nature::Text
            // A sentence may end in a link to the whole of it.
            && (line.link_chars == 0 || line.link_density() < 0.3 && line.text.contains('。'))
            && line.heading == 0
            && line.picture == NONE
            && line.suspicion == Suspicion::None
            && labels.weight[index] == 0
            && line.chars >= SHORTEST_LINE
            // Of the same make, or a sentence.
            && (name(line.block) == name(block) || line.text.contains('。'))
    };
    let is_link = |index: usize| {
        let line = &lines.lines[index];
        line.nature == Nature::Text && line.link_density() > 0.5
    };
    for node in flat.ancestors(paragraph).skip(1).take(NEAR_STEPS) {
        let range = lines.range(flat, node);
        if range.len() > MOST_SHORT_LINES || flat.suspicion[node as usize] != Suspicion::None {
            return None;
        }
        let others = (range.start.max(below_title)..range.end).filter(|at| !own.contains(at));
        let text = others.clone().filter(|&index| is_text(index)).count();
        let links = others.filter(|&index| is_link(index)).count();
        if links > text + 1 {
            return None;
        }
        if text > 0 {
            return Some(node);
        }
    }
    None
}

/// The element around a part of a short text whose other parts stand beside it, each in an element of the same make:
/// the questions of a page and their answers. One of them is worth more than all with the menu around them.
fn parts_around(flat: &Flat<'_>, lines: &Lines, part: u32) -> Option<u32> {
    let own = lines.range(flat, part);
    let chars: u32 = lines.lines[own.clone()].iter().map(|line| line.chars).sum();
    let parent = flat.nodes[part as usize].parent;
    if chars > LONGEST_PART || parent == NONE {
        return None;
    }
    let all = lines.range(flat, parent);
    if all.len() > MOST_SHORT_LINES || flat.suspicion[parent as usize] != Suspicion::None {
        return None;
    }
    let make = |node: u32| {
        let (_, element) = flat.element(node)?;
        let class = element.attr("class").map_or("", str::trim);
        // Without a name of its own, one box is as good as any other, and a cell may be a page's column.
        let is_box = matches!(element.name(), "div" | "td") && class.is_empty();
        (!is_box).then_some((element.name(), class))
    };
    make(part)?;
    let says = |index: usize| {
        let line = &lines.lines[index];
        line.nature == Nature::Text
            && line.link_chars == 0
            && line.suspicion == Suspicion::None
            && line.text.ends_with(['。', '；', '！', '？'])
    };
    let is_part = |node: u32| {
        node != part
            && flat.nodes[node as usize].parent == parent
            && make(node) == make(part)
            && lines.range(flat, node).any(says)
    };
    let mut inner = parent + 1..flat.nodes[parent as usize].end;
    inner.any(is_part).then_some(parent)
}

/// Longest paragraph that can be one of a short text, in characters.
const LONGEST_PART: u32 = 200;

/// Shortest line that can be a part of a text, in characters.
const SHORTEST_LINE: u32 = 4;

/// An element and what its lines are worth together.
#[derive(Debug, Clone, Copy)]
struct Core {
    node: u32,
    worth: f64,
}

/// The elements worth most, lines above `from` counting nothing.
#[derive(Default)]
struct Search {
    from: usize,
    cautious: Best,
    trusting: Best,
}

#[derive(Default)]
struct Best {
    any: Option<Core>,
    known: Option<Core>,
}

impl Search {
    fn from(from: usize) -> Self {
        Self {
            from,
            ..Self::default()
        }
    }

    fn weigh(&mut self, worths: &Worths, node: u32, range: &Range<usize>, known: bool) {
        let range = range.start.max(self.from)..range.end.max(self.from);
        for (best, totals) in [
            (&mut self.cautious, &worths.cautious),
            (&mut self.trusting, &worths.trusting),
        ] {
            let worth = totals[range.end] - totals[range.start];
            let core = Core { node, worth };
            take_better(&mut best.any, core);
            if known {
                take_better(&mut best.known, core);
            }
        }
    }

    fn found(self) -> Option<Core> {
        let trusting = self.trusting.any?;
        let (best, known) = match self.cautious.any {
            Some(best) if best.worth >= BELIEVED_SHARE * trusting.worth => {
                (best, self.cautious.known)
            }
            // The names lie: what they call a footer holds most of the page's prose.
            _ => (trusting, self.trusting.known),
        };
        Some(
            known
                .filter(|known| known.worth >= CONTAINER_SHARE * best.worth)
                .unwrap_or(best),
        )
    }
}

/// Keeps the one worth more, the later of equals, which is the inner one.
fn take_better(best: &mut Option<Core>, core: Core) {
    if core.worth > 0.0 && best.is_none_or(|best| core.worth >= best.worth) {
        *best = Some(core);
    }
}

fn is_known_container(element: &Element) -> bool {
    let known = |name: &str| {
        let name = name.to_ascii_lowercase();
        CONTAINERS.contains(&name.as_str())
    };
    element.attr("id").is_some_and(|id| known(id.trim()))
        || element
            .attr("class")
            .is_some_and(|class| class.split_ascii_whitespace().any(known))
}

/// What a line that is said about the document is worth, of what it were worth as a part of it: a table
/// of them is longer than many a notice.
const LABELLED_SHARE: f32 = 0.2;

/// Running totals of what lines are worth, with and without regard to the names around them.
pub(crate) struct Worths {
    cautious: Vec<f64>,
    trusting: Vec<f64>,
}

impl Worths {
    pub(crate) fn new(lines: &Lines, labels: &Labels) -> Self {
        let totals = |respect_names| {
            let mut total = 0.0f64;
            std::iter::once(0.0)
                .chain(lines.lines.iter().enumerate().map(|(index, line)| {
                    let own = worth(line, respect_names);
                    let labelled = labels.weight[index] > 0 && own > 0.0;
                    let share = if labelled { LABELLED_SHARE } else { 1.0 };
                    total += f64::from(own * share);
                    total
                }))
                .collect()
        };
        Self {
            cautious: totals(true),
            trusting: totals(false),
        }
    }

    /// What the lines of `node` are worth together, names respected.
    pub(crate) fn of(&self, flat: &Flat<'_>, lines: &Lines, node: u32) -> f64 {
        let range = lines.range(flat, node);
        self.cautious[range.end] - self.cautious[range.start]
    }
}

/// What one line adds to the worth of an element around it, in characters of prose.
fn worth(line: &Line, respect_names: bool) -> f32 {
    if line.picture != NONE {
        return 0.0;
    }
    let chars = line.chars as f32;
    if line.nature != Nature::Text {
        return -chars.min(60.0) - 10.0;
    }
    let links = line.link_density();
    if links > 0.5 {
        return -(line.link_chars as f32) - 4.0;
    }
    let own = chars * (1.0 - links);
    let plain = if line.marks >= 1 && line.chars >= 10 {
        own + 4.0 * line.marks.min(40) as f32
    } else if line.cell != NONE {
        0.5 * own
    } else {
        0.3 * own
    };
    match line.suspicion {
        _ if !respect_names => plain,
        Suspicion::None => plain,
        Suspicion::Weak => 0.5 * plain,
        Suspicion::Strong => -0.3 * plain,
    }
}
