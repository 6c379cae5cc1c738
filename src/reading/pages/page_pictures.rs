//! Pictures in pages that nothing describes, read in their places: what stands in a notice's stead is what
//! is written in the picture that it announces.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::PageError;
use super::how::HowToRead;
use super::pictures;
use super::read::{FetchedPage, ReadPages};
use langdu_blocking as blocking;
use langdu_document::{Block, BlockKind, Document, SilentPicture};
use langdu_fetch::Fetcher;
use langdu_file::Format;

/// Most pictures of a page that are fetched.
const MOST_PICTURES: usize = 20;

/// Fewest characters that are worth reading: a logo, a photograph or a map has a few names on it.
const FEWEST_CHARS: usize = 12;

/// Reads the pictures of a page that nothing describes in their places, where pictures of pages are to be
/// read at all. One that cannot be fetched or read stays announced.
///
/// # Errors
/// [`PageError`] when more pictures wait for the recogniser than may: later there is more to be read.
pub(super) async fn put(
    read: &mut ReadPages,
    fetcher: &Fetcher,
    how: HowToRead<'_>,
) -> Result<(), PageError> {
    let wanted = how.recogniser.is_some_and(|own| own.config().images);
    let announced = std::mem::take(&mut Arc::make_mut(&mut read.document).pictures);
    if !wanted {
        return Ok(());
    }
    // The document of a page that only points to a file is the file's.
    let is_pointer = how.follow_attachments && langdu_document::is_pointer(&read.document);
    let parts = how.parts.filter(|_| !is_pointer);
    let mut blocks: HashMap<usize, Vec<Block>> = HashMap::new();
    for (done, picture) in announced.into_iter().take(MOST_PICTURES).enumerate() {
        let SilentPicture { block, href } = picture;
        if let Some(parts) = parts {
            let mut beginning = Document::clone(&read.document);
            put_blocks(&mut beginning, blocks.clone(), Some(block));
            if !beginning.blocks.is_empty() && (done == 0 || done.is_power_of_two()) {
                parts(read.part(beginning, read.pictures.clone()));
            }
        }
        let Ok(page) = fetcher.fetch(&href).await else {
            continue;
        };
        read.add_fetched_picture(FetchedPage::of(&href, &page));
        let Some(bytes) = page.file else { continue };
        if !matches!(langdu_file::sniff(&bytes, how.files), Ok(Format::Picture)) {
            continue;
        }
        let text = match pictures::flow_of(bytes, Format::Picture, how, None).await {
            Ok(text) => text,
            Err(error) if pictures::is_busy(&error) => return Err(error),
            Err(error) => {
                read.incomplete |= matches!(error, PageError::Recognise(_));
                continue;
            }
        };
        read.pictures.extend(text.pictures);
        read.incomplete |= text.incomplete;
        let making = blocking::run("reading a picture", move || {
            langdu_document::from_flow(text.flow)
        });
        if let Ok(own) = making.await?
            && is_worth_reading(&own)
        {
            blocks.entry(block).or_default().extend(own.blocks);
        }
    }
    put_blocks(Arc::make_mut(&mut read.document), blocks, None);
    Ok(())
}

fn is_worth_reading(document: &Document) -> bool {
    let recognised = document
        .blocks
        .iter()
        .filter(|block| block.recognised.is_some());
    let chars: usize = recognised.map(|block| block.text.chars().count()).sum();
    chars >= FEWEST_CHARS
}

/// Puts blocks in the places of those with these indices, and leaves out what stands from the block `until`
/// on. What points to blocks follows.
fn put_blocks(document: &mut Document, mut read: HashMap<usize, Vec<Block>>, until: Option<usize>) {
    document.blocks.truncate(until.unwrap_or(usize::MAX));

    let mut moved = Vec::with_capacity(document.blocks.len());
    let mut blocks = Vec::new();
    let mut told = false;
    for (at, block) in std::mem::take(&mut document.blocks).into_iter().enumerate() {
        moved.push(blocks.len());
        let Some(own) = read.remove(&at) else {
            blocks.push(block);
            continue;
        };
        for mut part in own {
            // It is told once that words are recognised.
            let tells = part.kind == BlockKind::Notice && part.text == langdu_file::TOLD;
            if tells && std::mem::replace(&mut told, true) {
                continue;
            }
            // The document has a title of its own.
            if matches!(part.kind, BlockKind::Title | BlockKind::Subtitle) {
                part.kind = BlockKind::Heading { level: 2 };
            } else if part.kind == BlockKind::DocNumber {
                part.kind = BlockKind::Paragraph;
            }
            part.path.clone_from(&block.path);
            blocks.push(part);
        }
    }
    document.blocks = blocks;
    document.renumber(|at| moved.get(at).copied());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(kind: BlockKind, text: &str, recognised: Option<u8>) -> Block {
        Block {
            kind,
            text: text.to_owned(),
            path: format!("path of {text}"),
            recognised,
        }
    }

    #[test]
    fn what_is_read_stands_in_the_place_of_its_notice_and_is_told_once() {
        let mut document = Document {
            blocks: vec![
                block(BlockKind::Title, "关于公共自行车的公告", None),
                block(BlockKind::Notice, "此处有一张图片", None),
                block(BlockKind::Paragraph, "以上事项[1]请周知。", None),
                block(BlockKind::Notice, "此处有2张图片", None),
                block(BlockKind::Paragraph, "[1] 含节假日。", None),
            ],
            footnotes: vec![langdu_document::Footnote {
                name: "[1]".to_owned(),
                href: None,
                block: 2,
                range: 4..7,
                note: 4,
            }],
            ..Document::default()
        };
        let told = || block(BlockKind::Notice, langdu_file::TOLD, None);
        let title = block(BlockKind::Title, "站点分布", Some(97));
        let read = HashMap::from([
            (
                1,
                vec![
                    told(),
                    title,
                    block(BlockKind::Paragraph, "共三十处。", Some(98)),
                ],
            ),
            (
                3,
                vec![
                    told(),
                    block(BlockKind::Paragraph, "每小时一元。", Some(99)),
                ],
            ),
        ]);
        let mut beginning = document.clone();
        put_blocks(&mut beginning, read.clone(), Some(3));
        put_blocks(&mut document, read, None);
        let texts: Vec<&str> = document.blocks.iter().map(|block| &*block.text).collect();
        assert_eq!(
            texts,
            [
                "关于公共自行车的公告",
                langdu_file::TOLD,
                "站点分布",
                "共三十处。",
                "以上事项[1]请周知。",
                "每小时一元。",
                "[1] 含节假日。"
            ]
        );
        // What stands before the second picture while that is read.
        assert_eq!(beginning.blocks, document.blocks[..5]);
        assert_eq!(beginning.footnotes, []);
        assert_eq!(document.blocks[2].kind, BlockKind::Heading { level: 2 });
        assert_eq!(document.blocks[2].path, "path of 此处有一张图片");
        assert_eq!(
            (document.footnotes[0].block, document.footnotes[0].note),
            (4, 6)
        );
    }
}
