//! Pages whose text is in a file: about one policy page in ten says no more than that it has an
//! attachment.

use crate::facts::attachments;
use langdu_model::{BlockKind, Document};

/// Fewest characters of text that make a document of its own. What points to a file says less:
/// 现将……公布如下，请查看附件。
const FEWEST_CHARS: usize = 120;

/// Whether the page only points to its attachments.
pub fn is_pointer(document: &Document) -> bool {
    if document.attachments.is_empty() {
        return false;
    }
    let own: usize = document
        .blocks
        .iter()
        .filter(|block| match block.kind {
            BlockKind::Paragraph | BlockKind::ListItem { .. } | BlockKind::Heading { .. } => {
                !attachments::announces(&block.text) && !names_attachment(document, &block.text)
            }
            // Data that is read is a document, however short.
            BlockKind::Table(_) => true,
            _ => false,
        })
        .map(|block| match block.kind {
            BlockKind::Table(_) => FEWEST_CHARS,
            _ => block.text.chars().filter(|c| !c.is_whitespace()).count(),
        })
        .sum();
    own < FEWEST_CHARS
}

fn names_attachment(document: &Document, text: &str) -> bool {
    document
        .attachments
        .iter()
        .any(|attachment| !attachment.name.is_empty() && text.contains(&attachment.name))
}

/// The document of a file as the page `pointer` presents it: what the file does not say of
/// itself is the page's, and its attachments stay on offer.
#[must_use]
pub fn presented_by(mut file: Document, pointer: Document) -> Document {
    if file.title.is_empty() && !pointer.title.is_empty() {
        let title = pointer
            .blocks
            .into_iter()
            .find(|block| block.kind == BlockKind::Title);
        let shift = usize::from(title.is_some());
        file.blocks.splice(0..0, title);
        file.title = pointer.title;
        for footnote in &mut file.footnotes {
            footnote.block += shift;
            footnote.note += shift;
        }
        for picture in &mut file.pictures {
            picture.block += shift;
        }
    }
    file.doc_number = file.doc_number.or(pointer.doc_number);
    file.issuer = file.issuer.or(pointer.issuer);
    file.date = file.date.or(pointer.date);
    file.doc_date = file.doc_date.or(pointer.doc_date);
    file.source = file.source.or(pointer.source);
    file.attachments = pointer.attachments;
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Attachment, Block};

    fn page(texts: &[&str], attached: bool) -> Document {
        Document {
            title: "关于公布补贴标准的通知".to_owned(),
            blocks: texts
                .iter()
                .map(|text| Block {
                    kind: BlockKind::Paragraph,
                    text: (*text).to_owned(),
                    path: String::new(),
                    recognised: None,
                })
                .collect(),
            attachments: attached
                .then(|| Attachment {
                    name: "补贴标准.pdf".to_owned(),
                    href: "https://www.example.gov.cn/a.pdf".to_owned(),
                })
                .into_iter()
                .collect(),
            ..Document::default()
        }
    }

    #[test]
    fn a_page_that_says_little_beside_its_attachment_is_a_pointer() {
        let long = "坚持就近、可及、自愿的原则，为老年人提供助餐服务。".repeat(6);
        for (texts, attached, pointer) in [
            (vec!["点击查看：补贴标准.pdf"], true, true),
            (
                vec!["现将补贴标准公布如下，请查看附件。", "附件：补贴标准.pdf"],
                true,
                true,
            ),
            (vec![long.as_str(), "附件：补贴标准.pdf"], true, false),
            (vec!["现将补贴标准公布如下。"], false, false),
        ] {
            assert_eq!(is_pointer(&page(&texts, attached)), pointer, "{texts:?}");
        }
    }

    #[test]
    fn data_is_a_document_however_short() {
        let mut short = page(&["现将补贴标准公布如下。"], true);
        assert!(is_pointer(&short));
        short.blocks[0].kind = BlockKind::Table(crate::Table::default());
        assert!(!is_pointer(&short));
    }

    #[test]
    fn what_names_the_attachment_says_nothing_of_its_own() {
        let named = "请下载补贴标准.pdf，里面有每一项补贴的对象、金额和申请的办法。".repeat(6);
        let long = "请下载标准，里面有每一项补贴的对象、金额和申请的办法。".repeat(6);
        assert!(is_pointer(&page(&[&named], true)));
        assert!(!is_pointer(&page(&[&long], true)));
    }

    #[test]
    fn the_page_gives_what_the_file_does_not_say() {
        let mut file = page(&["补贴每月一百元。"], false);
        file.title.clear();
        let read = presented_by(file, page(&["附件：补贴标准.pdf"], true));
        assert_eq!(read.title, "关于公布补贴标准的通知");
        assert_eq!(read.attachments.len(), 1);
        assert_eq!(
            read.blocks.last().map(|block| block.text.as_str()),
            Some("补贴每月一百元。")
        );
    }
}
