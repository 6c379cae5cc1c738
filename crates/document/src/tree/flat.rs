//! The page's tree as one array in document order.
//!
//! A subtree is a range of it, so every later pass is a loop over a slice: no recursion, and
//! sums over a subtree come from running totals. Also decides what a reader of the page cannot
//! see. Which visible parts are worth reading is not decided here.

use std::collections::HashSet;

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::node::Element;
use scraper::{Html, Node as HtmlNode};
use url::Url;

use super::beside_title;
use super::hidden::{self, Hidden};
use super::notation::{self, Script};
use super::panels::{self, Panels};
use super::parse::FORMATTING_PREFIX;
use super::tag::Tag;
use crate::characters::{collapse, unescaped};
use crate::furniture::names::{self, Suspicion};

/// Index of no node.
pub(crate) const NONE: u32 = u32::MAX;

/// A node of the page.
pub(crate) struct Node<'a> {
    pub(crate) kind: Kind<'a>,
    /// Index of the parent, [`NONE`] for the root.
    pub(crate) parent: u32,
    /// One past the last node of its subtree.
    pub(crate) end: u32,
    /// Position among the elements of its parent, from 1; 0 for text.
    pub(crate) ordinal: u32,
    id: NodeId,
}

impl Node<'_> {
    /// Whether it is an element of the name.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        matches!(self.kind, Kind::Element(_, element) if element.name() == name)
    }
}

/// Element or text.
pub(crate) enum Kind<'a> {
    Element(Tag, &'a Element),
    Text(&'a str),
}

/// The page in document order.
pub(crate) struct Flat<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
    /// For each node, whether its whole subtree is left out.
    pub(crate) dropped: Vec<bool>,
    /// For each node, how likely its name says that it is not the document.
    pub(crate) suspicion: Vec<Suspicion>,
    /// Panels of which the page hides some.
    pub(crate) panels: Vec<Panels>,
}

/// What is left out before anything is weighed.
pub(crate) struct Visibility<'s> {
    /// Leave out what styles hide. Off for a second look at a page that hides everything.
    pub(crate) respect_hidden: bool,
    /// Elements that the site's configuration leaves out.
    pub(crate) skipped: &'s HashSet<NodeId>,
    /// Panels that are shown although the page hides them.
    pub(crate) shown: &'s HashSet<NodeId>,
}

impl<'a> Flat<'a> {
    /// The array of `html`, with what cannot be read marked as dropped.
    pub(crate) fn new(html: &'a Html, visibility: &Visibility<'_>) -> Self {
        let mut flat = Self {
            nodes: Vec::new(),
            dropped: Vec::new(),
            suspicion: Vec::new(),
            panels: Vec::new(),
        };
        let unfolded = hidden::unfolded(html);
        let mut hidden_at = Vec::new();
        let mut faded = Vec::new();
        let mut open: Vec<(u32, u32)> = Vec::new();
        for edge in html.tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    let (parent, siblings) = open
                        .last_mut()
                        .map_or((NONE, None), |(index, count)| (*index, Some(count)));
                    let (kind, ordinal, dropped, suspicion) = match node.value() {
                        HtmlNode::Element(element) => {
                            let ordinal = siblings.map_or(1, |count| {
                                *count += 1;
                                *count
                            });
                            let tag = match Tag::of(element.name()) {
                                Tag::Silent if hidden::unfolds(element) => Tag::Block,
                                Tag::Silent if hidden::shows_text(element) => Tag::Preformatted,
                                tag => tag,
                            };
                            let hidden = match hidden::of(element) {
                                _ if !visibility.respect_hidden => Hidden::No,
                                _ if element.id().is_some_and(|id| unfolded.contains(id)) => {
                                    Hidden::No
                                }
                                Hidden::Yes if visibility.shown.contains(&node.id()) => Hidden::No,
                                hidden => hidden,
                            };
                            let unwanted = tag == Tag::Silent
                                || beside_title::is(node)
                                || visibility.skipped.contains(&node.id())
                                || element.attr("data-read-aloud-skip").is_some();
                            let dropped = unwanted || hidden != Hidden::No;
                            if hidden == Hidden::Yes && !unwanted {
                                hidden_at.push(node.id());
                            }
                            if hidden == Hidden::Faded && tag != Tag::Silent {
                                faded.push(flat.nodes.len() as u32);
                            }
                            (
                                Kind::Element(tag, element),
                                ordinal,
                                dropped,
                                names::suspicion(element),
                            )
                        }
                        HtmlNode::Text(text) => (Kind::Text(&text.text), 0, false, Suspicion::None),
                        _ => continue,
                    };
                    let index = flat.nodes.len() as u32;
                    flat.nodes.push(Node {
                        kind,
                        parent,
                        end: index + 1,
                        ordinal,
                        id: node.id(),
                    });
                    flat.dropped.push(dropped);
                    flat.suspicion.push(suspicion);
                    if node.value().is_element() {
                        open.push((index, 0));
                    }
                }
                Edge::Close(node) => {
                    if node.value().is_element()
                        && let Some((index, _)) = open.pop()
                    {
                        flat.nodes[index as usize].end = flat.nodes.len() as u32;
                    }
                }
            }
        }
        flat.panels = panels::among(html, &hidden_at);
        flat.show_faded_text(&faded);
        flat
    }

    /// Shows again the one element that holds most of the page's text and is hidden only until a
    /// script has run.
    fn show_faded_text(&mut self, faded: &[u32]) {
        if faded.is_empty() {
            return;
        }
        let seen = self.letters(0);
        let largest = faded
            .iter()
            .map(|&index| (self.letters(index), index))
            .max_by_key(|&(letters, index)| (letters, std::cmp::Reverse(index)));
        if let Some((_, index)) = largest.filter(|&(letters, _)| letters > seen) {
            self.dropped[index as usize] = false;
        }
    }

    /// How many bytes of text the subtree of `root` shows, were `root` itself shown.
    fn letters(&self, root: u32) -> usize {
        let mut letters = 0;
        let end = self.nodes.get(root as usize).map_or(0, |node| node.end);
        let mut at = root;
        while at < end {
            let node = &self.nodes[at as usize];
            if self.dropped[at as usize] && at != root {
                at = node.end;
                continue;
            }
            if let Kind::Text(text) = node.kind {
                letters += text.trim().len();
            }
            at += 1;
        }
        letters
    }

    /// How many frames show other pages.
    pub(crate) fn frames(&self) -> u32 {
        let frames = self.nodes.iter().filter(|node| match node.kind {
            Kind::Element(_, element) => matches!(element.name(), "frame" | "iframe"),
            Kind::Text(_) => false,
        });
        frames.count() as u32
    }

    /// The frames that show another page to the reader of this one.
    pub(crate) fn shown_frames(&self) -> impl Iterator<Item = (u32, &'a Element)> + '_ {
        self.nodes.iter().enumerate().filter_map(|(index, node)| {
            let Kind::Element(_, element) = node.kind else {
                return None;
            };
            let address = element.attr("src").map_or("", str::trim);
            let shown = matches!(element.name(), "frame" | "iframe")
                && !address.is_empty()
                && !address.starts_with("about:")
                && !address.starts_with("javascript:")
                && hidden::of(element) == Hidden::No
                && !matches!(element.attr("height"), Some("0" | "1"))
                && self
                    .ancestors(node.parent)
                    .all(|around| !self.dropped[around as usize] || self.is_frameset(around));
            shown.then_some((index as u32, element))
        })
    }

    /// Whether the element at `index` is hidden by its own styles or attributes.
    pub(crate) fn hides_itself(&self, index: u32) -> bool {
        self.element(index)
            .is_some_and(|(_, element)| hidden::of(element) != Hidden::No)
    }

    fn is_frameset(&self, index: u32) -> bool {
        self.nodes[index as usize].is_called("frameset")
    }

    /// Where the array holds a node of the tree.
    pub(crate) fn index_of(&self, id: NodeId) -> Option<u32> {
        let index = self.nodes.iter().position(|node| node.id == id)?;
        Some(index as u32)
    }

    /// Where the array holds these nodes of the tree.
    pub(crate) fn places_of(&self, ids: &HashSet<NodeId>) -> impl Iterator<Item = (NodeId, u32)> {
        let nodes = self.nodes.iter().zip(0..);
        nodes
            .filter(|(node, _)| ids.contains(&node.id))
            .map(|(node, index)| (node.id, index))
    }

    /// The element at `index`.
    pub(crate) fn element(&self, index: u32) -> Option<(Tag, &'a Element)> {
        match self.nodes.get(index as usize)?.kind {
            Kind::Element(tag, element) => Some((tag, element)),
            Kind::Text(_) => None,
        }
    }

    /// The element at `index` and those around it, innermost first.
    pub(crate) fn ancestors(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(index), |&at| {
            self.nodes
                .get(at as usize)
                .map(|node| node.parent)
                .filter(|&parent| parent != NONE)
        })
    }

    /// Whether `inner` lies in the subtree of `outer`.
    pub(crate) fn contains(&self, outer: u32, inner: u32) -> bool {
        outer <= inner && inner < self.nodes[outer as usize].end
    }

    /// Where the element at `index` stands: `body>div:2>p:3`, counting element siblings from 1.
    pub(crate) fn path(&self, index: u32) -> String {
        let mut steps: Vec<String> = self
            .ancestors(index)
            .filter_map(|at| {
                let (_, element) = self.element(at)?;
                let name = element.name();
                let name = name.strip_prefix(FORMATTING_PREFIX).unwrap_or(name);
                match name {
                    "html" => None,
                    "body" => Some(name.to_owned()),
                    _ => Some(format!("{name}:{}", self.nodes[at as usize].ordinal)),
                }
            })
            .collect();
        steps.reverse();
        steps.join(">")
    }

    /// All text under `index`, seen or not, with white space collapsed.
    pub(crate) fn text(&self, index: u32) -> String {
        self.text_with(index, |_| None)
    }

    /// The same with what `before` says to stand before an item of a list.
    pub(crate) fn text_with(
        &self,
        index: u32,
        before: impl FnMut(u32) -> Option<String>,
    ) -> String {
        self.text_until(index, u32::MAX, before)
    }

    /// The same as far as the node `until`.
    pub(crate) fn text_until(
        &self,
        index: u32,
        until: u32,
        mut before: impl FnMut(u32) -> Option<String>,
    ) -> String {
        let mut text = String::new();
        let mut at = index as usize;
        let end = self.nodes[at].end.min(until) as usize;
        // Where the innermost element beside the line ends, and where its text stands.
        let mut beside = (0, Script::Level);
        while at < end {
            let node = &self.nodes[at];
            match node.kind {
                Kind::Text(piece) if at < beside.0 => {
                    text.push_str(&notation::written(&unescaped(piece), beside.1));
                }
                Kind::Text(piece) => text.push_str(&unescaped(piece)),
                Kind::Element(tag, _) => {
                    if self.dropped[at] && at != index as usize {
                        at = node.end as usize;
                        continue;
                    }
                    if tag.breaks_line() {
                        text.push(' ');
                    }
                    if tag == Tag::Item {
                        text.extend(before(at as u32));
                    }
                    if tag == Tag::Inline {
                        if let Some(script) = self.script_of(at as u32) {
                            beside = (node.end as usize, script);
                        }
                        text.extend(self.sign_before(at as u32));
                    }
                }
            }
            at += 1;
        }
        collapse(&text)
    }

    /// Where the text of the element at `node` stands beside the line, if the element says so.
    pub(crate) fn script_of(&self, node: u32) -> Option<Script> {
        let (_, element) = self.element(node)?;
        notation::script_of(
            element,
            self.parent_name(node),
            self.nodes[node as usize].ordinal,
        )
    }

    /// The sign that a line of text has before the element at `node`, where the page draws it.
    pub(crate) fn sign_before(&self, node: u32) -> Option<char> {
        let (_, element) = self.element(node)?;
        notation::sign_before(
            element,
            self.parent_name(node),
            self.nodes[node as usize].ordinal,
        )
    }

    fn parent_name(&self, node: u32) -> Option<&'a str> {
        let parent = self.nodes[node as usize].parent;
        if parent == NONE {
            return None;
        }
        self.element(parent).map(|(_, element)| element.name())
    }

    /// What the page's own `base` element makes of its `address`; `None` when it has no such
    /// element.
    pub(crate) fn base(&self, address: Option<&Url>) -> Option<Url> {
        let href = self.nodes.iter().find_map(|node| match node.kind {
            Kind::Element(_, element) if element.name() == "base" => element.attr("href"),
            _ => None,
        })?;
        match address {
            Some(address) => address.join(href).ok(),
            None => Url::parse(href).ok(),
        }
    }
}
