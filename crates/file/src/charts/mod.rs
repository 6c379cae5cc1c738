//! Charts, which are figures drawn for the eye: a listener is told that one is there, and its title.

mod biff;
mod package;

use roxmltree::{Document, Node};

use crate::biff::Book;
use crate::limits::FileLimits;
use crate::relations::Workbook;
use crate::xml::is;

/// The charts of a sheet of a workbook.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SheetCharts {
    /// The sheet's name.
    pub(crate) sheet: String,
    /// The title of each, nothing where it has none.
    pub(crate) titles: Vec<String>,
    /// The sheet is a chart and has no cells.
    pub(crate) alone: bool,
}

/// The sheets of a workbook since 2007 that show charts; none where the file does not say it as it should, since its
/// words are there all the same.
pub(crate) fn of_workbook(workbook: &Workbook<'_>, limits: &FileLimits) -> Vec<SheetCharts> {
    package::charts(workbook, limits).unwrap_or_default()
}

/// The sheets of a workbook up to 2003 that show charts.
pub(crate) fn of_book(book: &Book) -> Vec<SheetCharts> {
    biff::charts(book)
}

/// The title of a chart in DrawingML; nothing where it has none. The name of an axis is no title.
pub(crate) fn title_of(tree: &Document<'_>) -> String {
    let title = tree
        .descendants()
        .find(|node| is(*node, "title") && node.parent().is_some_and(|up| is(up, "chart")));
    title.map(words_in).unwrap_or_default()
}

/// All words in `node`, its paragraphs parted by blanks.
pub(crate) fn words_in(node: Node<'_, '_>) -> String {
    let mut words = String::new();
    for inner in node.descendants().filter(Node::is_element) {
        match inner.tag_name().name() {
            "p" if !words.is_empty() => words.push(' '),
            "t" => words.push_str(inner.text().unwrap_or_default()),
            _ => {}
        }
    }
    words.trim().to_owned()
}
