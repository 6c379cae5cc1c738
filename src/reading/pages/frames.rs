//! Pages whose document stands in a frame.

use std::sync::Arc;

use url::Url;

use super::error::PageError;
use super::how::HowToRead;
use super::open::{Opened, open};
use super::read::{FetchedPage, Opening};
use langdu_blocking as blocking;
use langdu_document::{ExtractOptions, Substance};
use langdu_fetch::{Fetcher, Page};

/// Whether the source of a page has frames.
pub(super) fn has_frames(page: &Page) -> bool {
    page.file.is_none()
        && ["<iframe", "<frame", "<IFRAME", "<FRAME"]
            .iter()
            .any(|tag| page.text.contains(tag))
}

/// The pages that the page `html` at `url` shows in frames.
pub(super) async fn frames_of(
    html: String,
    url: Url,
    options: &Arc<ExtractOptions>,
) -> Result<Vec<Url>, PageError> {
    let options = Arc::clone(options);
    let finding = move || langdu_document::framed_pages(&html, &url, &options);
    Ok(blocking::run("looking for frames", finding).await?)
}

/// The longest document among the pages at `frames`; those that cannot be read count for nothing.
pub(super) async fn read_frames(
    fetcher: &Fetcher,
    frames: &[Url],
    options: &Arc<ExtractOptions>,
    how: HowToRead<'_>,
    pages: &mut Vec<FetchedPage>,
) -> Option<Opened> {
    let mut best: Option<(usize, FetchedPage, Opened)> = None;
    for frame in frames {
        let Ok(page) = fetcher.fetch(frame.as_str()).await else {
            continue;
        };
        let fetched = FetchedPage::of(frame.as_str(), &page);
        let alone = HowToRead { parts: None, ..how };
        let Ok(opened) = open(page, options, alone).await else {
            continue;
        };
        let length = opened.opening.document.body_text().len();
        let is_document = matches!(
            opened.opening.document.substance,
            Substance::Text | Substance::Picture | Substance::Attachment
        );
        if is_document && best.as_ref().is_none_or(|(longest, ..)| length > *longest) {
            best = Some((length, fetched, opened));
        }
    }
    let (_, fetched, opened) = best?;
    pages.push(fetched);
    Some(opened)
}

/// The document of a frame with what the page around it says; the page's own where there is none.
pub(super) fn in_frame(
    own: Result<Opened, PageError>,
    framed: Option<Opened>,
) -> Result<Opened, PageError> {
    match (own, framed) {
        (Ok(around), Some(framed)) => {
            let attachments = framed.opening.document.attachments.clone();
            let (own, around_it) = (framed.opening.document, around.opening.document);
            let mut document = langdu_document::presented_by(own, around_it);
            document.attachments = attachments;
            Ok(Opened {
                opening: Opening {
                    document,
                    ..framed.opening
                },
                next: framed.next,
                canonical: around.canonical,
            })
        }
        (Err(PageError::Extract(_)), Some(framed)) => Ok(framed),
        (own, _) => own,
    }
}
