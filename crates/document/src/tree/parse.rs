//! HTML bytes to a tree whose depth and size are bounded.
//!
//! A page is hostile input. Three things in the HTML standard's tree building cost more than the
//! page is long: every start tag looks through all open elements, an unclosed `<font>` is opened
//! again in every later paragraph, and mis-nested formatting is untangled by copying. So tags
//! deeper than [`MAX_DEPTH`] are left out (their text stays), and formatting elements are built
//! as plain inline elements, which the standard neither reopens nor copies.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{LocalName, TokenizerResult, local_name};
use scraper::{Html, HtmlTreeSink};

/// Deepest element kept. Real pages of nested layout tables stay under 60; browsers stop at 512.
const MAX_DEPTH: usize = 160;

/// Prefix of the names that formatting elements are built under.
pub(crate) const FORMATTING_PREFIX: &str = "x-";

/// The page grew past the given number of nodes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooManyNodes;

/// Builds the tree of `html`, or gives up once it holds more than `max_nodes` nodes.
pub(crate) fn parse(html: &str, max_nodes: usize) -> Result<Html, TooManyNodes> {
    let builder = TreeBuilder::new(
        HtmlTreeSink::new(Html::new_document()),
        TreeBuilderOpts::default(),
    );
    let tokenizer = Tokenizer::new(
        BoundedSink {
            builder,
            max_nodes,
            open_tags: Cell::new(0),
            left_out: RefCell::default(),
            overflow: Cell::new(false),
            formatting: formatting_names(),
        },
        TokenizerOpts::default(),
    );
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    if tokenizer.sink.overflow.get() {
        return Err(TooManyNodes);
    }
    Ok(tokenizer.sink.builder.sink.0.into_inner())
}

/// The formatting elements of the HTML standard, less `a`, and what each is built as.
fn formatting_names() -> Vec<(LocalName, LocalName)> {
    [
        "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
    ]
    .into_iter()
    .map(|name| {
        (
            LocalName::from(name),
            LocalName::from(format!("{FORMATTING_PREFIX}{name}")),
        )
    })
    .collect()
}

/// Stands between tokenizer and tree builder and keeps the tree within bounds.
struct BoundedSink {
    builder: TreeBuilder<ego_tree::NodeId, HtmlTreeSink>,
    max_nodes: usize,
    /// Start tags less end tags: never below the true depth by more than what was left out.
    open_tags: Cell<usize>,
    /// Start tags that were left out, so that their end tags close nothing else.
    left_out: RefCell<HashMap<LocalName, usize>>,
    overflow: Cell<bool>,
    /// A dozen: comparing interned names one by one beats hashing them.
    formatting: Vec<(LocalName, LocalName)>,
}

impl BoundedSink {
    /// Depth of the node created last.
    fn depth(&self) -> usize {
        let html = self.builder.sink.0.borrow();
        html.tree
            .nodes()
            .next_back()
            .map_or(0, |node| node.ancestors().take(MAX_DEPTH + 1).count())
    }

    fn node_count(&self) -> usize {
        self.builder.sink.0.borrow().tree.values().len()
    }

    /// Whether the tag goes to the tree builder.
    fn admits(&self, tag: &Tag) -> bool {
        match tag.kind {
            TagKind::StartTag => {
                if is_void(&tag.name) || is_raw_text(&tag.name) {
                    return true;
                }
                let open_tags = self.open_tags.get() + 1;
                self.open_tags.set(open_tags);
                if open_tags < MAX_DEPTH || self.depth() < MAX_DEPTH {
                    return true;
                }
                *self
                    .left_out
                    .borrow_mut()
                    .entry(tag.name.clone())
                    .or_default() += 1;
                false
            }
            TagKind::EndTag => {
                self.open_tags.set(self.open_tags.get().saturating_sub(1));
                let mut left_out = self.left_out.borrow_mut();
                if left_out.is_empty() {
                    return true;
                }
                match left_out.get_mut(&tag.name) {
                    Some(count) if *count > 0 => {
                        *count -= 1;
                        false
                    }
                    _ => true,
                }
            }
        }
    }
}

impl TokenSink for BoundedSink {
    type Handle = ego_tree::NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Self::Handle> {
        if self.overflow.get() {
            return TokenSinkResult::Continue;
        }
        if self.node_count() > self.max_nodes {
            self.overflow.set(true);
            return TokenSinkResult::Continue;
        }
        let admitted = match token {
            Token::TagToken(mut tag) => {
                if !self.admits(&tag) {
                    return TokenSinkResult::Continue;
                }
                let plain = self.formatting.iter().find(|(name, _)| *name == tag.name);
                if let Some((_, plain)) = plain {
                    tag.name = plain.clone();
                }
                Token::TagToken(tag)
            }
            Token::CommentToken(_) | Token::ParseError(_) => return TokenSinkResult::Continue,
            other => other,
        };
        self.builder.process_token(admitted, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

fn is_void(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("area")
            | local_name!("base")
            | local_name!("br")
            | local_name!("col")
            | local_name!("embed")
            | local_name!("hr")
            | local_name!("img")
            | local_name!("input")
            | local_name!("link")
            | local_name!("meta")
            | local_name!("param")
            | local_name!("source")
            | local_name!("track")
            | local_name!("wbr")
    )
}

/// Elements after whose start tag the tokenizer reads text, which only the builder can tell it.
fn is_raw_text(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("script")
            | local_name!("style")
            | local_name!("textarea")
            | local_name!("title")
            | local_name!("noscript")
            | local_name!("iframe")
            | local_name!("noembed")
            | local_name!("noframes")
            | local_name!("xmp")
            | local_name!("plaintext")
    )
}
