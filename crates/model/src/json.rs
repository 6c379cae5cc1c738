//! The document as the command line prints it.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::document::{BlockKind, Document};

impl Document {
    /// `{title, doc_number, issuer, date, doc_date, substance, text, blocks, attachments, footnotes, warnings}`: dates
    /// ISO or null, `text` the body in reading order without title and document number,
    /// `attachments` addresses.
    pub fn to_extract_json(&self) -> Value {
        let attachments: Vec<&str> = self
            .attachments
            .iter()
            .map(|attachment| attachment.href.as_str())
            .collect();
        json!({
            "title": self.title,
            "doc_number": self.doc_number,
            "issuer": self.issuer,
            "date": self.date,
            "doc_date": self.doc_date,
            "substance": self.substance,
            "text": self.body_text(),
            "blocks": self.blocks,
            "attachments": attachments,
            "footnotes": self.footnotes,
            "warnings": self.warnings,
        })
    }

    /// The text of all blocks but title, document number and words of ours, a line each, items
    /// behind their numbers.
    pub fn body_text(&self) -> String {
        let body: Vec<Cow<'_, str>> = self
            .blocks
            .iter()
            .filter(|block| {
                !matches!(
                    block.kind,
                    BlockKind::Title | BlockKind::DocNumber | BlockKind::Notice
                )
            })
            .map(|block| match &block.kind {
                BlockKind::ListItem {
                    marker: Some(marker),
                    ..
                } => Cow::Owned(format!("{marker} {}", block.text)),
                _ => Cow::Borrowed(block.text.as_str()),
            })
            .collect();
        body.join("\n")
    }
}
