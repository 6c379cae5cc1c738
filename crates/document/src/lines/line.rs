//! A line with what is known of it, and the lines of a page.

use std::ops::Range;

use crate::characters::joined;
use crate::furniture::names::Suspicion;
use crate::furniture::words::Nature;
use crate::tree::flat::{Flat, NONE};

/// A run of text between two block boundaries.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// The text with white space collapsed.
    pub(crate) text: String,
    /// Characters that are not white space.
    pub(crate) chars: u32,
    /// Of these, inside links that lead to other pages.
    pub(crate) link_chars: u32,
    /// Of these, in bold.
    pub(crate) bold_chars: u32,
    /// Punctuation of any kind.
    pub(crate) marks: u32,
    /// Of these, the commas and stops of sentences.
    pub(crate) stops: u32,
    /// The block-level element the line stands in.
    pub(crate) block: u32,
    /// Level of the heading around it, 0 for none.
    pub(crate) heading: u8,
    /// Depth of lists around it, 0 for none.
    pub(crate) list: u8,
    /// What the list numbers it with, when its own words do not.
    pub(crate) marker: Option<String>,
    /// Centred by attribute or style.
    pub(crate) centred: bool,
    /// Set to the right by attribute or style.
    pub(crate) right: bool,
    /// Starts with an indentation, as a paragraph does.
    pub(crate) indented: bool,
    /// Starts after a `br` (or a line end in preformatted text) in the same block.
    pub(crate) after_break: bool,
    /// Follows a picture.
    pub(crate) after_picture: bool,
    /// Innermost table around it, [`NONE`] for none.
    pub(crate) table: u32,
    /// Innermost table cell around it, [`NONE`] for none.
    pub(crate) cell: u32,
    /// Strongest suspicion on the elements around it.
    pub(crate) suspicion: Suspicion,
    /// Addresses of the links in it.
    pub(crate) links: Vec<u32>,
    /// What is raised in it or leads to another place of the page: the marks of footnotes.
    pub(crate) references: Vec<Reference>,
    /// What the page says of how stretches of it are read.
    pub(crate) marked: Vec<Marked>,
    /// It is the alternative text of a picture, which is this node; else [`NONE`].
    pub(crate) picture: u32,
    /// What its words say that it is.
    pub(crate) nature: Nature,
}

/// A stretch of a line that may refer to a footnote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Where it stands, in scalar offsets of the line's text.
    pub(crate) range: Range<u32>,
    /// The link around it, which leads to a place of the page, or [`NONE`].
    pub(crate) link: u32,
}

/// A stretch of a line that an element says something of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marked {
    /// Where it stands, in scalar offsets of the line's text.
    pub(crate) range: Range<u32>,
    /// The element.
    pub(crate) node: u32,
}

impl Line {
    /// A line without text, outside every element.
    pub(super) fn blank() -> Self {
        Self {
            text: String::new(),
            chars: 0,
            link_chars: 0,
            bold_chars: 0,
            marks: 0,
            stops: 0,
            block: 0,
            heading: 0,
            list: 0,
            marker: None,
            centred: false,
            right: false,
            indented: false,
            after_break: false,
            after_picture: false,
            table: NONE,
            cell: NONE,
            suspicion: Suspicion::None,
            links: Vec::new(),
            references: Vec::new(),
            marked: Vec::new(),
            picture: NONE,
            nature: Nature::Text,
        }
    }

    /// A line that no page holds.
    pub(crate) fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            chars: text.chars().filter(|c| !c.is_whitespace()).count() as u32,
            ..Self::blank()
        }
    }

    /// Share of the text that leads to other pages, 0 to 1.
    pub(crate) fn link_density(&self) -> f32 {
        if self.chars == 0 {
            return 0.0;
        }
        self.link_chars as f32 / self.chars as f32
    }
}

/// The lines of a page, and for each node the lines that fall into its subtree.
pub(crate) struct Lines {
    pub(crate) lines: Vec<Line>,
    /// First line at or after each node's start.
    pub(super) starts: Vec<u32>,
    /// Pictures that can be seen and have no usable alternative text.
    pub(crate) silent_pictures: Vec<MediaPlace>,
    /// Films that can be seen.
    pub(crate) films: Vec<MediaPlace>,
}

/// A picture, or a film, that can be seen and has no usable alternative text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MediaPlace {
    pub(crate) node: u32,
    /// The line that follows it.
    pub(crate) line: usize,
}

impl Lines {
    /// The line that begins at the start of `node` or holds it; the next one if `node` holds none.
    pub(crate) fn at(&self, node: u32) -> usize {
        self.starts[node as usize] as usize
    }

    /// The lines in the subtree of `node`.
    pub(crate) fn range(&self, flat: &Flat<'_>, node: u32) -> Range<usize> {
        let end = flat.nodes[node as usize].end as usize;
        let last = self
            .starts
            .get(end)
            .map_or(self.lines.len(), |&start| start as usize);
        self.starts[node as usize] as usize..last
    }

    /// The text of the lines in `range`, as one.
    pub(crate) fn text_of(&self, range: Range<usize>) -> String {
        joined(self.lines[range].iter().map(|line| line.text.as_str()))
    }
}
