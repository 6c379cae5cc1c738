//! Plain text as a document: a line, or lines that were broken at a width, is a paragraph, a heading or a list item.

use crate::assembly::kind;
use crate::characters::looks_binary;
use crate::lines::Line;
use crate::options::{ExtractError, Found};
use crate::wrapped;
use langdu_model::{Block, Document};

/// The document of a plain text, whose lines may be broken at a width. It has no title and no metadata: nothing says which line they
/// would be.
///
/// # Errors
/// [`ExtractError::NothingReadable`] when the text is empty or binary data.
pub fn from_text(text: &str) -> Result<Document, ExtractError> {
    if looks_binary(text) {
        return Err(ExtractError::NothingReadable {
            found: Found::BinaryData,
        });
    }
    let blocks: Vec<Block> = wrapped::paragraphs(text)
        .into_iter()
        .map(|line| Block {
            kind: kind::of_line(&Line::plain(&line)),
            text: line,
            path: String::new(),
            recognised: None,
        })
        .collect();
    if blocks.is_empty() {
        return Err(ExtractError::NothingReadable {
            found: Found::Nothing,
        });
    }
    Ok(Document {
        blocks,
        ..Document::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BlockKind;

    #[test]
    fn each_line_is_a_block_of_its_kind() {
        let document =
            from_text("一、总体要求\n\n　　坚持便民原则。\r\n1. 优化服务流程，减少材料。\n")
                .expect("there is text");
        let kinds: Vec<&BlockKind> = document.blocks.iter().map(|block| &block.kind).collect();
        assert_eq!(
            kinds,
            [
                &BlockKind::Heading { level: 1 },
                &BlockKind::Paragraph,
                &BlockKind::ListItem {
                    level: 1,
                    marker: None
                }
            ]
        );
        assert_eq!(document.blocks[1].text, "坚持便民原则。");
    }

    #[test]
    fn empty_text_and_binary_data_are_errors() {
        for (text, found) in [("", Found::Nothing), (" \n\u{3000}\n", Found::Nothing)] {
            assert_eq!(
                from_text(text),
                Err(ExtractError::NothingReadable { found })
            );
        }
        let binary: String = "\u{1}\u{2}\u{fffd}\u{0}".repeat(20);
        assert_eq!(
            from_text(&binary),
            Err(ExtractError::NothingReadable {
                found: Found::BinaryData
            })
        );
    }
}
