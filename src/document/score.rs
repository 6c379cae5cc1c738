//! Where on the page the document stands.
//!
//! Each line is worth its prose and costs its links and machinery; the document is the element
//! whose lines are worth most together. No threshold decides how far to go: an element that adds
//! a navigation bar to the article is worth less than the article, one that adds its second half
//! is worth more.

use super::boilerplate::{Nature, Suspicion};
use super::flat::{Flat, Kind, NONE};
use super::lines::{Line, Lines};

/// What the scorer found.
pub(super) struct Core {
    /// The element that holds the document.
    pub(super) node: u32,
    /// What its lines are worth together.
    pub(super) worth: f32,
}

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
const CONTAINER_SHARE: f32 = 0.85;

/// What stands under the shown title is taken from this worth on, and from this share of the
/// page's best: the panels of a navigation bar hold more prose than a short notice does.
const TITLED_WORTH: f32 = 60.0;
const TITLED_SHARE: f32 = 0.01;

/// The element that holds the document, or `None` when nothing on the page is worth reading.
///
/// `title` is the first line that shows the title which the page names in its head.
pub(super) fn find_core(flat: &Flat<'_>, lines: &Lines, title: Option<usize>) -> Option<Core> {
    let under_title = title.and_then(|title| find_core_from(flat, lines, title));
    let anywhere = find_core_from(flat, lines, 0)?;
    match under_title {
        Some(core) if core.worth >= TITLED_WORTH.max(TITLED_SHARE * anywhere.worth) => Some(core),
        _ => Some(anywhere),
    }
}

/// As [`find_core`], with nothing above line `from` worth anything.
fn find_core_from(flat: &Flat<'_>, lines: &Lines, from: usize) -> Option<Core> {
    let cautious = Worths::new(lines, true, from);
    let trusting = Worths::new(lines, false, from);
    let suspecting = cautious.best(flat, lines, |_| true);
    let unsuspecting = trusting.best(flat, lines, |_| true)?;
    let (best, worths) = match suspecting {
        Some(best) if best.worth >= 0.4 * unsuspecting.worth => (best, &cautious),
        // The names lie: what they call a footer holds most of the page's prose.
        _ => (unsuspecting, &trusting),
    };
    let known = worths.best(flat, lines, |node| is_known_container(flat, node));
    match known {
        Some(container) if container.worth >= CONTAINER_SHARE * best.worth => Some(container),
        _ => (best.worth > 0.0).then_some(best),
    }
}

fn is_known_container(flat: &Flat<'_>, node: u32) -> bool {
    let Some((_, element)) = flat.element(node) else {
        return false;
    };
    let known = |name: &str| {
        let name = name.to_ascii_lowercase();
        CONTAINERS.contains(&name.as_str())
    };
    element.attr("id").is_some_and(|id| known(id.trim()))
        || element
            .attr("class")
            .is_some_and(|class| class.split_ascii_whitespace().any(known))
}

/// Running totals of what lines are worth.
pub(super) struct Worths {
    totals: Vec<f32>,
}

impl Worths {
    /// Totals in which lines before `from` count nothing.
    pub(super) fn new(lines: &Lines, respect_names: bool, from: usize) -> Self {
        let mut total = 0.0f64;
        let totals = std::iter::once(0.0)
            .chain(lines.lines.iter().enumerate().map(|(index, line)| {
                if index >= from {
                    total += f64::from(worth(line, respect_names));
                }
                total as f32
            }))
            .collect();
        Self { totals }
    }

    /// What the lines of `node` are worth together.
    pub(super) fn of(&self, flat: &Flat<'_>, lines: &Lines, node: u32) -> f32 {
        let range = lines.range(flat, node);
        self.totals[range.end] - self.totals[range.start]
    }

    /// The element worth most among those that `admit` lets through, the innermost of equals.
    fn best(&self, flat: &Flat<'_>, lines: &Lines, admit: impl Fn(u32) -> bool) -> Option<Core> {
        let mut best: Option<Core> = None;
        for (index, node) in flat.nodes.iter().enumerate() {
            let Kind::Element(tag, _) = node.kind else {
                continue;
            };
            if !tag.breaks_line() || flat.dropped[index] {
                continue;
            }
            let worth = self.of(flat, lines, index as u32);
            let beaten = best.as_ref().is_some_and(|best| worth < best.worth);
            if worth > 0.0 && !beaten && admit(index as u32) {
                best = Some(Core {
                    node: index as u32,
                    worth,
                });
            }
        }
        best
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
