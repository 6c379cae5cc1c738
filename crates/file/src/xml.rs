//! XML as a bounded tree, and the few questions that the formats ask of it.

use roxmltree::{Document, Node, ParsingOptions};

use super::error::FileError;
use super::format::Format;
use super::limits::FileLimits;

/// Deepest nesting that is followed: Word's own documents stay below 100.
pub(super) const DEEPEST: usize = 256;

/// The tree of `text`.
pub(super) fn parse<'t>(
    text: &'t str,
    format: Format,
    limits: &FileLimits,
) -> Result<Document<'t>, FileError> {
    check_shape(text, format, limits)?;
    let options = ParsingOptions {
        nodes_limit: u32::try_from(limits.max_parts).unwrap_or(u32::MAX),
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => too_many(limits),
        error => FileError::Damaged {
            format,
            cause: error.to_string(),
        },
    })
}

fn too_many(limits: &FileLimits) -> FileError {
    FileError::TooLarge {
        limit: limits.max_parts as u64,
        what: "elements".to_owned(),
        setting: "max_parts".to_owned(),
    }
}

/// Refuses what is nested beyond all measure before any parser recurses into it, and what has too
/// many elements before a tree of them fills the memory.
fn check_shape(text: &str, format: Format, limits: &FileLimits) -> Result<(), FileError> {
    let (mut depth, mut deepest) = (0usize, 0usize);
    let mut count = 0usize;
    let mut rest = text.as_bytes();
    while count <= limits.max_parts
        && let Some(open) = rest.iter().position(|&byte| byte == b'<')
    {
        rest = &rest[open + 1..];
        let tag = tag_length(rest);
        match rest.first() {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!' | b'?') | None => {}
            Some(_) if rest[..tag].ends_with(b"/") => count += 1,
            Some(_) => {
                count += 1;
                depth += 1;
                deepest = deepest.max(depth);
            }
        }
        rest = &rest[tag..];
    }
    if count > limits.max_parts {
        return Err(too_many(limits));
    }
    if deepest > DEEPEST {
        return Err(FileError::Damaged {
            format,
            cause: format!("its elements are nested {deepest} deep"),
        });
    }
    Ok(())
}

/// Bytes up to the `>` that ends the tag, comment or section that `rest` begins with.
fn tag_length(rest: &[u8]) -> usize {
    let until = |end: &[u8]| {
        rest.windows(end.len())
            .position(|window| window == end)
            .unwrap_or(rest.len())
    };
    if rest.starts_with(b"!--") {
        return until(b"-->");
    }
    if rest.starts_with(b"![CDATA[") {
        return until(b"]]>");
    }
    let mut quote = None;
    for (at, &byte) in rest.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    rest.len()
}

/// The value of the attribute called `name`, whatever its namespace.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes()
        .find(|attribute| attribute.name() == name)
        .map(|attribute| attribute.value())
}

/// The first child element called `name`, whatever its namespace.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| is(*child, name))
}

/// The child elements called `name`.
pub(super) fn children<'a, 'i>(
    node: Node<'a, 'i>,
    name: &'a str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| is(*child, name))
}

/// Whether `node` is an element called `name`, whatever its namespace.
pub(super) fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_nesting_is_refused_before_it_is_parsed() {
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        let error = parse(&deep, Format::Docx, &FileLimits::default()).expect_err("too deep");
        assert!(error.to_string().contains("nested 100000 deep"), "{error}");
        let wide = format!("<r>{}</r>", "<a/><b c='1>2'/>x<!-- <c> -->".repeat(1000));
        assert!(parse(&wide, Format::Docx, &FileLimits::default()).is_ok());
    }

    #[test]
    fn entities_that_multiply_are_refused() {
        let bomb =
            "<!DOCTYPE a [<!ENTITY a \"xxxxxxxxxx\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]><a>&b;</a>";
        assert!(parse(bomb, Format::Docx, &FileLimits::default()).is_err());
    }
}
