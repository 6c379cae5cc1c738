//! The panels behind the tabs of a document, and what a page folds away of it: it shows the first and
//! hides the others until somebody presses their names, or 展开全文.
//!
//! No script says so in a way that could be read, so it is told by form: several elements of one kind
//! beside each other, some shown and some hidden, and above them as many short names.

use std::collections::HashSet;

use ego_tree::{NodeId, NodeRef};
use scraper::{Html, Node};

use crate::characters::without_spaces;
use crate::furniture::words;

/// Most groups of panels on a page that are looked at.
const MOST_GROUPS: usize = 20;

/// Most panels that stand together.
const MOST: usize = 12;

/// Longest name of a panel, in characters.
const LONGEST_NAME: usize = 14;

/// How many elements above the panels their names may stand in.
const MOST_ABOVE: usize = 3;

/// How much of an element is looked at for names, in nodes.
const MOST_LOOKED_AT: usize = 80;

/// Panels that stand together.
#[derive(Debug)]
pub(crate) struct Panels {
    /// Those that the page shows.
    pub(crate) shown: Vec<NodeId>,
    /// Those that it hides.
    pub(crate) hidden: Vec<NodeId>,
    /// They say in whole sentences what stands folded under headings, and may be all that the page says.
    pub(crate) answers: bool,
}

/// The panels among whose kind are elements that are hidden, and whose names the page shows above them.
pub(super) fn among(html: &Html, hidden: &[NodeId]) -> Vec<Panels> {
    let ids: HashSet<NodeId> = hidden.iter().copied().collect();
    let mut seen = HashSet::new();
    let parents: Vec<NodeRef<'_, Node>> = hidden
        .iter()
        .filter_map(|&id| html.tree.get(id)?.parent())
        .filter(|parent| seen.insert(parent.id()))
        .collect();
    let mut found: Vec<Panels> = parents
        .iter()
        .filter_map(|parent| within(*parent, &ids))
        .take(MOST_GROUPS)
        .collect();
    found.extend(folded(&parents, &ids));
    found
}

/// What a page folds away under its headings, each by itself: questions with their answers, the parts of a
/// guide. The heading stands right above, in the same element, and the page shows it.
fn folded(parents: &[NodeRef<'_, Node>], ids: &HashSet<NodeId>) -> Option<Panels> {
    let mut panels = Panels {
        shown: Vec::new(),
        hidden: Vec::new(),
        answers: true,
    };
    // The elements around those that hold a part, which have several of them: what has one may be the whole page.
    let mut around: Vec<NodeId> = Vec::new();
    for parent in parents {
        let before = panels.hidden.len();
        for own in parent.children().filter(|child| ids.contains(&child.id())) {
            let Some(heading) = own.prev_siblings().find(is_element) else {
                continue;
            };
            let can_be = is_panel(&own) || is_paragraph(&own);
            if can_be && is_shown_heading(&heading, ids) && says_something(&own) {
                panels.hidden.push(own.id());
                panels.answers &= has_sentence(&own);
            }
        }
        if panels.hidden.len() > before {
            panels.shown.push(parent.id());
            let outer = parent.parent().map(|outer| outer.id());
            if outer.is_some_and(|outer| around.contains(&outer)) {
                panels.shown.extend(outer);
            }
            around.extend(outer);
        }
    }
    // One element that is hidden below a heading may be anything.
    (panels.hidden.len() >= 2 && panels.hidden.len() <= MOST_FOLDED).then_some(panels)
}

/// Most parts that a page folds away.
const MOST_FOLDED: usize = 60;

/// Longest heading of a part that is folded away, in characters: a question.
const LONGEST_HEADING: usize = 40;

/// Whether an element is a heading that can be pressed or reads like one.
fn is_shown_heading(node: &NodeRef<'_, Node>, ids: &HashSet<NodeId>) -> bool {
    let Some(element) = node.value().as_element() else {
        return false;
    };
    if ids.contains(&node.id())
        || matches!(
            element.name(),
            "script" | "style" | "table" | "ul" | "ol" | "img"
        )
    {
        return false;
    }
    let mut text = String::new();
    let mut presses = false;
    for inner in node.descendants().take(MOST_LOOKED_AT) {
        match inner.value() {
            Node::Text(piece) => text.push_str(piece),
            Node::Element(inner) => {
                presses |= inner.attr("aria-expanded").is_some() || inner.name() == "button";
                if inner.attr("href").is_some_and(leads_away) {
                    return false;
                }
            }
            _ => {}
        }
    }
    let tight = without_spaces(&text);
    let length = tight.chars().count();
    let is_name = matches!(element.name(), "h2" | "h3" | "h4" | "h5" | "h6" | "dt") || presses;
    let asks = tight.ends_with(['？', '?']);
    let titled = element.classes().any(|class| {
        let class = class.to_ascii_lowercase();
        ["tit", "head", "hd", "question", "wen", "name"]
            .iter()
            .any(|word| class.contains(word))
    });
    (2..=LONGEST_HEADING).contains(&length)
        && (asks || (!is_paragraph(node) && (is_name || titled)))
}

fn is_paragraph(node: &NodeRef<'_, Node>) -> bool {
    let element = node.value().as_element();
    element.is_some_and(|element| element.name() == "p")
}

fn leads_away(address: &str) -> bool {
    let address = address.trim();
    !(address.is_empty() || address.starts_with('#') || address.starts_with("javascript:"))
}

/// Whether a panel holds words that are no links, and a mark of a sentence among them.
fn says_something(node: &NodeRef<'_, Node>) -> bool {
    const FEWEST: usize = 8;
    // How many elements around a word are looked at for the link that it is in.
    const MOST_AROUND: usize = 12;
    let mut words = String::new();
    for inner in node.descendants() {
        let Node::Text(piece) = inner.value() else {
            continue;
        };
        let is_link = inner.ancestors().take(MOST_AROUND).any(|outer| {
            let element = outer.value().as_element();
            element.is_some_and(|element| {
                element.name() == "a" && element.attr("href").is_some_and(leads_away)
            })
        });
        if !is_link {
            words.push_str(piece);
        }
        if words.len() > 1 << 12 {
            break;
        }
    }
    let tight = without_spaces(&words);
    tight.chars().count() >= FEWEST && tight.contains(['。', '，', '、', '；', '：'])
}

/// Whether a panel holds a sentence with its end.
fn has_sentence(node: &NodeRef<'_, Node>) -> bool {
    node.descendants()
        .take(MOST_LOOKED_AT)
        .filter_map(|inner| inner.value().as_text())
        .any(|text| text.contains('。'))
}

/// The panels among the children of `parent`.
fn within(parent: NodeRef<'_, Node>, ids: &HashSet<NodeId>) -> Option<Panels> {
    let children: Vec<NodeRef<'_, Node>> = parent.children().filter(is_panel).collect();
    let of_kind = children
        .iter()
        .find(|child| ids.contains(&child.id()))
        .map(kind)?;
    let alike: Vec<&NodeRef<'_, Node>> = children
        .iter()
        .filter(|child| kind(child) == of_kind)
        .collect();
    let (hidden, shown): (Vec<NodeId>, Vec<NodeId>) = alike
        .iter()
        .map(|child| child.id())
        .partition(|id| ids.contains(id));
    let all = alike.len();
    if !(2..=MOST).contains(&all) || shown.is_empty() {
        return None;
    }
    let beside = alike[0].prev_siblings().filter(is_element).take(MOST_ABOVE);
    let around = parent.prev_siblings().filter(is_element).take(MOST_ABOVE);
    let named = beside.chain(around).any(|above| names(above, all));
    let unfolds = || alike.last().is_some_and(|last| has_unfolder_below(last));
    (named || unfolds()).then_some(Panels {
        shown,
        hidden,
        answers: false,
    })
}

/// Whether a control below an element unfolds what is hidden of it: 展开全文.
fn has_unfolder_below(node: &NodeRef<'_, Node>) -> bool {
    let Some(below) = node.next_siblings().find(is_element) else {
        return false;
    };
    let texts = below.descendants().take(MOST_LOOKED_AT);
    let text: String = texts
        .filter_map(|node| node.value().as_text().map(|text| text.to_string()))
        .collect();
    matches!(
        without_spaces(&text).trim_end_matches(['>', '▼', '↓', '…']),
        "展开"
            | "展开全文"
            | "全文"
            | "查看全文"
            | "阅读全文"
            | "展开更多"
            | "查看全部"
            | "展开全部"
    )
}

fn is_element(node: &NodeRef<'_, Node>) -> bool {
    node.value().is_element()
}

/// Whether a node can be a panel: a block with something in it that is no list's item.
fn is_panel(node: &NodeRef<'_, Node>) -> bool {
    let block = node.value().as_element().is_some_and(|element| {
        matches!(
            element.name(),
            "div" | "section" | "article" | "dd" | "ul" | "table"
        )
    });
    block && node.has_children() && count_short_children(*node) < 2
}

/// How many names of panels are children of a node, when all of its children are.
fn count_short_children(node: NodeRef<'_, Node>) -> usize {
    let mut count = 0;
    for child in node.children() {
        match child.value() {
            Node::Text(text) if text.trim().is_empty() => {}
            Node::Element(_) if name(child).is_some() => count += 1,
            Node::Comment(_) => {}
            _ => return 0,
        }
    }
    count
}

/// What makes panels alike: the name of the element and the first of its classes.
fn kind<'a>(node: &NodeRef<'a, Node>) -> Option<(&'a str, &'a str)> {
    let element = node.value().as_element()?;
    let states = [
        "hide", "hidden", "on", "cur", "active", "show", "none", "dn",
    ];
    let class = element.classes().find(|class| !states.contains(class));
    Some((element.name(), class.unwrap_or_default()))
}

/// Whether `above` shows the names of so many panels.
fn names(above: NodeRef<'_, Node>, count: usize) -> bool {
    above
        .descendants()
        .take(MOST_LOOKED_AT)
        .filter(|node| node.value().is_element())
        .any(|node| {
            let names: Vec<String> = node.children().filter_map(name).collect();
            // The versions of one document are documents of their own.
            names.len() == count
                && count_short_children(node) == count
                && !names.iter().all(|name| words::is_tab(name))
        })
}

/// The text of an element that can be the name of a panel.
fn name(node: NodeRef<'_, Node>) -> Option<String> {
    let element = node.value().as_element()?;
    let is_way_out = |node: &NodeRef<'_, Node>| {
        let link = node
            .value()
            .as_element()
            .filter(|element| element.name() == "a");
        link.and_then(|link| link.attr("href"))
            .is_some_and(leads_away)
    };
    if matches!(
        element.name(),
        "script" | "style" | "p" | "tr" | "table" | "ul" | "ol" | "img" | "input"
    ) {
        return None;
    }
    let mut text = String::new();
    for (count, inner) in node.descendants().enumerate() {
        if count > LONGEST_NAME || is_way_out(&inner) {
            return None;
        }
        if let Node::Text(piece) = inner.value() {
            text.push_str(piece);
        }
    }
    let tight = without_spaces(&text);
    let length = tight.chars().count();
    ((2..=LONGEST_NAME).contains(&length) && !tight.contains(['。', '，', '：', ':']))
        .then_some(tight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::hidden::{self, Hidden};

    #[test]
    fn what_a_tab_hides_is_told_from_what_nobody_sees() {
        let hidden = "<div class=item style='display:none'>甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳</div>";
        let shown = "<div class=item>窗口当场核验材料，次日可以领取证件</div>";
        let names = "<ul><li class=on>受理条件</li><li>办理流程</li></ul>";
        for (html, expected) in [
            (format!("<div>{names}</div><div>{shown}{hidden}</div>"), 1),
            (format!("{names}{shown}{hidden}"), 1),
            (
                format!("<div><span>条件</span> <span>流程</span></div>{shown}{hidden}"),
                1,
            ),
            (
                format!(
                    "<div><a href='#a'>条件</a><a href='javascript:;'>流程</a></div>{shown}{hidden}"
                ),
                1,
            ),
            (
                format!("{shown}{hidden}<p><a href='javascript:;'>展开全文 ▼</a></p>"),
                1,
            ),
            (
                format!(
                    "{names}{shown}<div class=item hidden><table><tr><td>身份证</td></tr></table></div>"
                ),
                1,
            ),
            // Each under its own heading: in one element, in one of its own, all of them folded.
            (
                format!(
                    "<div><h4>受理条件</h4>{shown}<h4>办理材料</h4>{hidden}<h4>办理流程</h4>{hidden}</div>",
                    hidden = "<div class=item hidden>身份证、户口簿、照片两张。</div>"
                ),
                2,
            ),
            (
                "<div><b class=q>卡丢了怎么办？</b><div style='display:none'>到服务点挂失，次日补办。</div></div>"
                    .repeat(3),
                3,
            ),
            (
                "<dl><dt>办理时限</dt><dd class=hide>材料齐全的，三个工作日办结。</dd></dl>".repeat(2),
                2,
            ),
            // A menu that unfolds, and one hidden part under a heading.
            (
                "<li><span class=tit>政务公开</span><div class=hide><a href='/a'>政策，法规</a><a href='/b'>规划、计划</a></div></li>"
                    .repeat(3),
                0,
            ),
            (
                "<h3>办理流程</h3><div hidden>旧版的流程，已经停用。</div>".to_owned(),
                0,
            ),
            // Links to other pages are no tabs.
            (
                format!("<div><a href='/a'>条件</a><a href='/b'>流程</a></div>{shown}{hidden}"),
                0,
            ),
            // One name too few, or none at all.
            (format!("{names}{shown}{hidden}{hidden}"), 0),
            (format!("{shown}{hidden}"), 0),
            // All are hidden: something else shows them.
            (format!("{names}{hidden}{hidden}"), 0),
            // The versions of a document are documents.
            (
                format!("<ul><li>原文</li><li>解读</li></ul>{shown}{hidden}"),
                0,
            ),
        ] {
            let page = Html::parse_document(&html);
            let hidden: Vec<NodeId> = page
                .tree
                .nodes()
                .filter(|node| {
                    let element = node.value().as_element();
                    element.is_some_and(|element| hidden::of(element) == Hidden::Yes)
                })
                .map(|node| node.id())
                .collect();
            let found: usize = among(&page, &hidden)
                .iter()
                .map(|panels| panels.hidden.len())
                .sum();
            assert_eq!(found, expected, "{html}");
        }
    }
}
