//! The document as the command line prints it.

use serde_json::{Value, json};

use super::document::{BlockKind, Document};

impl Document {
    /// `{title, doc_number, issuer, date, doc_date, text, blocks, attachments, footnotes}`: dates
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
            "text": self.body_text(),
            "blocks": self.blocks,
            "attachments": attachments,
            "footnotes": self.footnotes,
        })
    }

    /// The text of all blocks but title, document number and words of ours, a line each.
    pub fn body_text(&self) -> String {
        let body: Vec<&str> = self
            .blocks
            .iter()
            .filter(|block| {
                !matches!(
                    block.kind,
                    BlockKind::Title | BlockKind::DocNumber | BlockKind::Notice
                )
            })
            .map(|block| block.text.as_str())
            .collect();
        body.join("\n")
    }
}
