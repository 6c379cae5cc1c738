//! What each HTML element means to a reader.

use super::parse::FORMATTING_PREFIX;

/// What an element is to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
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
    /// What the element called `name` is.
    pub(super) fn of(name: &str) -> Self {
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
            | "frameset" | "object" | "embed" | "applet" | "svg" | "annotation"
            | "annotation-xml" | "canvas" | "video" | "audio" | "map" | "input" | "button"
            | "select" | "option" | "textarea" | "title" | "meta" | "link" | "base"
            | "datalist" | "dialog" | "rp" | "rt" | "xml" => Self::Silent,
            "span" | "i" | "em" | "font" | "u" | "s" | "strike" | "del" | "ins" | "small"
            | "math" | "big" | "sub" | "sup" | "code" | "tt" | "nobr" | "label" | "abbr"
            | "acronym" | "cite" | "q" | "mark" | "time" | "kbd" | "samp" | "var" | "dfn"
            | "bdo" | "bdi" | "ruby" | "rb" | "wbr" | "data" | "output" => Self::Inline,
            known if is_known_block(known) => Self::Block,
            // Word's `o:p` and `st1:…` and other inventions stand inside a line.
            _ => Self::Inline,
        }
    }

    /// Whether it starts and ends a line.
    pub(crate) fn breaks_line(self) -> bool {
        !matches!(
            self,
            Self::Link | Self::Bold | Self::Picture | Self::Inline | Self::Silent
        )
    }

    /// Whether it is a cell of a table.
    pub(crate) fn is_cell(self) -> bool {
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
            | "marquee"
    )
}
