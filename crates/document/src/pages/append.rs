//! The pages of one document, put together.

use std::collections::HashSet;

use langdu_model::{BlockKind, Document};

/// Adds the next page of the same document, its `number` counting pages from 1, and says
/// whether it held anything new. Title and number are not repeated; the paths of the added
/// blocks begin with `page:2>`.
pub fn append_page(document: &mut Document, mut next: Document, number: u32) -> bool {
    let body = |whole: &Document| {
        whole
            .blocks
            .iter()
            .position(|block| !is_head(&block.kind))
            .unwrap_or(whole.blocks.len())
    };
    let (own_start, next_start) = (body(document), body(&next));
    let added = &next.blocks[next_start..];
    let seen = &document.blocks[own_start..];
    let same = |start: usize| {
        seen.get(start..start + added.len())
            .is_some_and(|run| run.iter().zip(added).all(|(a, b)| a.text == b.text))
    };
    if added.is_empty() || same(0) || same(seen.len().saturating_sub(added.len())) {
        return false;
    }
    let (own_count, dropped) = (document.blocks.len(), next_start);
    let added = next.blocks.split_off(next_start);
    // What is said of the title is left with it.
    next.renumber(|block| Some(block.checked_sub(dropped)? + own_count));
    document.footnotes.append(&mut next.footnotes);
    document.annotations.append(&mut next.annotations);
    document.pictures.append(&mut next.pictures);
    for markup in next.markup.drain(..) {
        document.mark_up(markup);
    }
    for warning in next.warnings.drain(..) {
        document.warn(warning);
    }
    document.blocks.extend(added.into_iter().map(|mut block| {
        block.path = format!("page:{number}>{}", block.path);
        block
    }));
    let known: HashSet<String> = document
        .attachments
        .iter()
        .map(|attachment| attachment.href.clone())
        .collect();
    let new = next.attachments.into_iter();
    document
        .attachments
        .extend(new.filter(|attachment| !known.contains(&attachment.href)));
    document.doc_number = document.doc_number.take().or(next.doc_number);
    document.issuer = document.issuer.take().or(next.issuer);
    document.doc_date = document.doc_date.take().or(next.doc_date);
    true
}

fn is_head(kind: &BlockKind) -> bool {
    matches!(
        kind,
        BlockKind::Title | BlockKind::Subtitle | BlockKind::DocNumber
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::from_text;

    #[test]
    fn joined_pages_hold_everything_once() {
        let mut document = from_text("第一页的文字。").expect("text");
        let second = from_text("第二页的文字。").expect("text");
        assert!(append_page(&mut document, second.clone(), 2));
        assert!(
            !append_page(&mut document, second, 3),
            "the same page again adds nothing"
        );
        assert_eq!(document.body_text(), "第一页的文字。\n第二页的文字。");
        assert_eq!(document.blocks[1].path, "page:2>");
    }

    #[test]
    fn notes_of_a_joined_page_are_found_behind_the_first() {
        let page = |title: &str, text: &str| {
            let html = format!(
                "<h1>{title}</h1><p>{text}</p><p>读者凭身份证<sup><a href=\"#n1\">[1]</a></sup>登记，不必预约。</p>\
                 <p id=\"n1\">[1] 或者老年人优待证。</p>"
            );
            let options = crate::ExtractOptions::default();
            crate::extract(&html, None, &options).expect("readable")
        };
        let mut document = page(
            "关于开放阅览室的通知",
            "阅览室每天上午八点开门，晚上八点关门。",
        );
        let (blocks, notes) = (document.blocks.len(), document.footnotes.len());
        let next = page(
            "关于开放阅览室的通知",
            "需要老花镜的读者，可以向值班人员借用。",
        );
        assert!(append_page(&mut document, next, 2));
        assert_eq!(document.footnotes.len(), 2 * notes);
        for note in &document.footnotes {
            let text: String = document.blocks[note.block]
                .text
                .chars()
                .skip(note.range.start)
                .take(note.range.len())
                .collect();
            assert_eq!(text, note.name);
            assert!(document.blocks[note.note].text.starts_with("[1] "));
        }
        // The title comes once.
        assert_eq!(document.blocks.len(), 2 * blocks - 1);
        assert!(document.footnotes[notes].block >= blocks);
    }
}
