//! Controls that a page puts into its title's own element: 语音播报, 听全文, 置顶.

use ego_tree::NodeRef;
use scraper::Node;

use super::tag::Tag;
use crate::characters::without_spaces;
use crate::furniture::names::names_title;
use crate::furniture::words::is_beside_title;

/// Longest words of such a control, in bytes.
const LONGEST: usize = 48;

/// How many elements further out its heading is looked for.
const OUTER: usize = 3;

/// Whether an element is a control in a heading, which has other words.
pub(crate) fn is(node: NodeRef<'_, Node>) -> bool {
    let Some(words) = words(node) else {
        return false;
    };
    let tight = without_spaces(words);
    if tight.is_empty() || !is_beside_title(&tight) {
        return false;
    }
    let outer = node.ancestors().take(OUTER);
    let heading = outer.into_iter().find(|outer| {
        outer.value().as_element().is_some_and(|element| {
            matches!(Tag::of(element.name()), Tag::Heading(1..=3)) || names_title(element)
        })
    });
    heading.is_some_and(|heading| {
        let texts = heading
            .descendants()
            .filter_map(|inner| inner.value().as_text());
        texts.map(|text| text.trim().len()).sum::<usize>() > 2 * tight.len()
    })
}

/// The words of an element that holds nothing but a short text, perhaps behind an empty element.
fn words(node: NodeRef<'_, Node>) -> Option<&str> {
    let last = node.last_child()?;
    let text = last.value().as_text()?;
    let alone = match last.prev_sibling() {
        None => true,
        Some(before) => before.prev_sibling().is_none() && !before.has_children(),
    };
    (alone && text.len() <= LONGEST && !text.trim().is_empty()).then(|| text.trim())
}
