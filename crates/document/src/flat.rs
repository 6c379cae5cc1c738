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

use super::boilerplate::{self, Suspicion};
use super::hidden::{self, Hidden};
use super::parse::FORMATTING_PREFIX;

/// Index of no node.
pub(super) const NONE: u32 = u32::MAX;

/// What an element is to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// The root and the wrappers without a meaning of their own, each on lines of its own.
    Block,
    /// `p`, which closes at the next block.
    Paragraph,
    /// `h1` to `h6`.
    Heading(u8),
    /// `ul` and `ol`.
    List,
    /// `li`, `dt` and `dd`.
    Item,
    /// `table`.
    Table,
    /// `tr`.
    Row,
    /// `td`.
    Cell,
    /// `th`.
    HeaderCell,
    /// `thead`.
    TableHead,
    /// `caption`.
    Caption,
    /// `br`.
    Break,
    /// `a`.
    Link,
    /// `b` and `strong`.
    Bold,
    /// `img`.
    Picture,
    /// `pre` and its kind, where line ends count.
    Preformatted,
    /// `nav`, `footer`, `aside`: what the page itself says is not its content.
    Aside,
    /// Everything inside a line.
    Inline,
    /// What is never read: scripts, styles, form controls, embedded objects, the head.
    Silent,
}

impl Tag {
    fn of(name: &str) -> Self {
        match name.strip_prefix(FORMATTING_PREFIX).unwrap_or(name) {
            "p" => Self::Paragraph,
            "h1" => Self::Heading(1),
            "h2" => Self::Heading(2),
            "h3" => Self::Heading(3),
            "h4" => Self::Heading(4),
            "h5" => Self::Heading(5),
            "h6" => Self::Heading(6),
            "ul" | "ol" | "menu" | "dir" => Self::List,
            "li" | "dt" | "dd" => Self::Item,
            "table" => Self::Table,
            "tr" => Self::Row,
            "td" => Self::Cell,
            "th" => Self::HeaderCell,
            "thead" => Self::TableHead,
            "caption" => Self::Caption,
            "br" => Self::Break,
            "a" => Self::Link,
            "b" | "strong" => Self::Bold,
            "img" => Self::Picture,
            "pre" | "listing" | "xmp" | "plaintext" => Self::Preformatted,
            "nav" | "footer" | "aside" => Self::Aside,
            "head" | "script" | "style" | "noscript" | "template" | "iframe" | "frame"
            | "frameset" | "object" | "embed" | "applet" | "svg" | "math" | "canvas" | "video"
            | "audio" | "map" | "input" | "button" | "select" | "option" | "textarea" | "title"
            | "meta" | "link" | "base" | "datalist" | "dialog" | "marquee" | "rp" | "rt"
            | "xml" => Self::Silent,
            "span" | "i" | "em" | "font" | "u" | "s" | "strike" | "del" | "ins" | "small"
            | "big" | "sub" | "sup" | "code" | "tt" | "nobr" | "label" | "abbr" | "acronym"
            | "cite" | "q" | "mark" | "time" | "kbd" | "samp" | "var" | "dfn" | "bdo" | "bdi"
            | "ruby" | "rb" | "wbr" | "data" | "output" => Self::Inline,
            known if is_known_block(known) => Self::Block,
            // Word's `o:p` and `st1:…` and other inventions stand inside a line.
            _ => Self::Inline,
        }
    }

    /// Whether it starts and ends a line.
    pub(super) fn breaks_line(self) -> bool {
        !matches!(
            self,
            Self::Link | Self::Bold | Self::Picture | Self::Inline | Self::Silent
        )
    }

    /// Whether it is a cell of a table.
    pub(super) fn is_cell(self) -> bool {
        matches!(self, Self::Cell | Self::HeaderCell)
    }
}

fn is_known_block(name: &str) -> bool {
    matches!(
        name,
        "html"
            | "body"
            | "div"
            | "article"
            | "section"
            | "main"
            | "header"
            | "hgroup"
            | "address"
            | "blockquote"
            | "center"
            | "details"
            | "summary"
            | "dl"
            | "fieldset"
            | "legend"
            | "figure"
            | "figcaption"
            | "form"
            | "hr"
            | "tbody"
            | "tfoot"
            | "colgroup"
            | "col"
            | "search"
    )
}

/// A node of the page.
pub(super) struct Node<'a> {
    pub(super) kind: Kind<'a>,
    /// Index of the parent, [`NONE`] for the root.
    pub(super) parent: u32,
    /// One past the last node of its subtree.
    pub(super) end: u32,
    /// Position among the elements of its parent, from 1; 0 for text.
    pub(super) ordinal: u32,
    id: NodeId,
}

/// Element or text.
pub(super) enum Kind<'a> {
    Element(Tag, &'a Element),
    Text(&'a str),
}

/// The page in document order.
pub(super) struct Flat<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    /// For each node, whether its whole subtree is left out.
    pub(super) dropped: Vec<bool>,
    /// For each node, how likely its name says that it is not the document.
    pub(super) suspicion: Vec<Suspicion>,
}

/// What is left out before anything is weighed.
pub(super) struct Visibility<'s> {
    /// Leave out what styles hide. Off for a second look at a page that hides everything.
    pub(super) respect_hidden: bool,
    /// Elements that the site's configuration leaves out.
    pub(super) skipped: &'s HashSet<NodeId>,
}

impl<'a> Flat<'a> {
    /// The array of `html`, with what cannot be read marked as dropped.
    pub(super) fn new(html: &'a Html, visibility: &Visibility<'_>) -> Self {
        let mut flat = Self {
            nodes: Vec::new(),
            dropped: Vec::new(),
            suspicion: Vec::new(),
        };
        let unfolded = hidden::unfolded(html);
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
                                tag => tag,
                            };
                            let hidden = match hidden::of(element) {
                                _ if !visibility.respect_hidden => Hidden::No,
                                _ if element.id().is_some_and(|id| unfolded.contains(id)) => {
                                    Hidden::No
                                }
                                hidden => hidden,
                            };
                            let dropped = tag == Tag::Silent
                                || visibility.skipped.contains(&node.id())
                                || element.attr("data-read-aloud-skip").is_some()
                                || hidden != Hidden::No;
                            if hidden == Hidden::Faded && tag != Tag::Silent {
                                faded.push(flat.nodes.len() as u32);
                            }
                            (
                                Kind::Element(tag, element),
                                ordinal,
                                dropped,
                                boilerplate::suspicion(element),
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
    pub(super) fn frames(&self) -> u32 {
        let frames = self.nodes.iter().filter(|node| match node.kind {
            Kind::Element(_, element) => matches!(element.name(), "frame" | "iframe"),
            Kind::Text(_) => false,
        });
        frames.count() as u32
    }

    /// Where the array holds a node of the tree.
    pub(super) fn index_of(&self, id: NodeId) -> Option<u32> {
        let index = self.nodes.iter().position(|node| node.id == id)?;
        Some(index as u32)
    }

    /// The element at `index`.
    pub(super) fn element(&self, index: u32) -> Option<(Tag, &'a Element)> {
        match self.nodes.get(index as usize)?.kind {
            Kind::Element(tag, element) => Some((tag, element)),
            Kind::Text(_) => None,
        }
    }

    /// The element at `index` and those around it, innermost first.
    pub(super) fn ancestors(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(index), |&at| {
            self.nodes
                .get(at as usize)
                .map(|node| node.parent)
                .filter(|&parent| parent != NONE)
        })
    }

    /// Whether `inner` lies in the subtree of `outer`.
    pub(super) fn contains(&self, outer: u32, inner: u32) -> bool {
        outer <= inner && inner < self.nodes[outer as usize].end
    }

    /// Where the element at `index` stands: `body>div:2>p:3`, counting element siblings from 1.
    pub(super) fn path(&self, index: u32) -> String {
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
    pub(super) fn text(&self, index: u32) -> String {
        let mut text = String::new();
        let mut at = index as usize;
        let end = self.nodes[at].end as usize;
        while at < end {
            let node = &self.nodes[at];
            match node.kind {
                Kind::Text(piece) => text.push_str(piece),
                Kind::Element(tag, _) => {
                    if self.dropped[at] && at != index as usize {
                        at = node.end as usize;
                        continue;
                    }
                    if tag.breaks_line() {
                        text.push(' ');
                    }
                }
            }
            at += 1;
        }
        super::lines::collapse(&text)
    }
}
