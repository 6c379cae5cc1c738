//! A document from the web: fetch, extract, and join what follows; or a file, or the file that a
//! page only points to.
//!
//! The one place where fetching and extraction meet: the two crates know nothing of each other.

mod attachments;
mod error;
mod frames;
mod how;
mod layers;
mod open;
mod page_pictures;
mod pictures;
mod read;

use std::sync::Arc;

pub use error::PageError;
pub use how::{HowToRead, Parts, WordsOf};
pub use open::of_file;
pub use read::{Opening, Part, ReadPages};

use attachments::{follow, named_entry, of_entry};
use frames::{frames_of, has_frames, in_frame, read_frames};
use how::with_parts;
use langdu_document::Substance;
use langdu_fetch::{Fetcher, Page};
use langdu_file::Format;
use open::{Opened, open};
use read::FetchedPage;

impl ReadPages {
    /// The document as it is now; `None` when none of its pages has changed. Pages are requested
    /// with their validators, so that a server which knows those need not send an unchanged page
    /// again. An attachment that was followed counts as a page.
    ///
    /// # Errors
    /// [`PageError`] when a page is gone or cannot be read any more.
    pub async fn newer(
        &self,
        fetcher: &Fetcher,
        how: HowToRead<'_>,
    ) -> Result<Option<Self>, PageError> {
        let fetched = self.pages.iter().chain(&self.fetched_pictures);
        for (number, page) in fetched.enumerate() {
            let changed = fetcher
                .fetch_if_changed(&page.requested, &page.validators)
                .await?;
            let Some(changed) = changed else { continue };
            let first = &self.pages[0].requested;
            let newer = match number {
                0 => join(fetcher, first, changed, how).await?,
                _ => read_pages(fetcher, first, how).await?,
            };
            return Ok(Some(newer));
        }
        Ok(None)
    }
}

/// Fetches the page at `url` and those that continue it, and joins their documents.
///
/// When a later page cannot be fetched or read, the document would be a part of itself: that is
/// an error, not a shorter document. An attachment that is followed is fetched under the same
/// rules as the page; the document is then the attachment's, with the page's title and dates
/// where it has none of its own.
///
/// # Errors
/// [`PageError`] names what failed first.
pub async fn read_pages(
    fetcher: &Fetcher,
    url: &str,
    how: HowToRead<'_>,
) -> Result<ReadPages, PageError> {
    let first = fetcher.fetch(url).await?;
    join(fetcher, url, first, how).await
}

/// Hands the parts of a file on with where it was read from.
fn from_pages<'o>(
    parts: Parts<'o>,
    so_far: &'o ReadPages,
) -> impl Fn(Part) + Send + Sync + use<'o> {
    move |part: Part| parts(so_far.part(part.document, part.pictures))
}

/// Joins the pages that follow to the first one, which was fetched from `requested`.
async fn join(
    fetcher: &Fetcher,
    requested: &str,
    first: Page,
    how: HowToRead<'_>,
) -> Result<ReadPages, PageError> {
    let options = Arc::new(how.extract.clone());
    let url = first.url.clone();
    let fetched = FetchedPage::of(requested, &first);
    if let (Some(bytes), Some(name)) = (&first.file, named_entry(requested))
        && langdu_file::sniff(bytes, how.files) == Ok(Format::Zip)
    {
        let so_far = ReadPages::so_far(&url, &[fetched]);
        let parts = how.parts.map(|parts| from_pages(parts, &so_far));
        let how = with_parts(how, parts.as_ref());
        let opening = of_entry(bytes.clone(), &name, how).await?;
        return Ok(so_far.clone().with(opening));
    }
    let with_frames = has_frames(&first).then(|| first.text.clone());
    let so_far = ReadPages::so_far(&url, &[fetched]);
    let mut pages = so_far.pages.clone();
    let parts = how.parts.map(|parts| from_pages(parts, &so_far));
    let Opened {
        opening,
        mut next,
        canonical,
    } = match open(first, &options, with_parts(how, parts.as_ref())).await {
        Ok(opened) if opened.opening.document.substance != Substance::Frame => opened,
        own => {
            let html = with_frames.unwrap_or_default();
            let frames = frames_of(html, url.clone(), &options).await?;
            let framed = read_frames(fetcher, &frames, &options, how, &mut pages).await;
            in_frame(own, framed)?
        }
    };
    let mut read = ReadPages {
        canonical,
        pages,
        ..so_far.clone().with(opening)
    };
    // What follows is no file, as a rule, and what was told of the first cannot be taken back.
    let alone = HowToRead { parts: None, ..how };
    while let Some(address) = next.take() {
        if read.pages.len() >= fetcher.max_pages() {
            break;
        }
        let page = fetcher.fetch(address.as_str()).await?;
        let fetched = FetchedPage::of(address.as_str(), &page);
        let opened = open(page, &options, alone).await?;
        read.pages.push(fetched);
        read.incomplete |= opened.opening.incomplete;
        read.pictures.extend(opened.opening.pictures);
        let number = u32::try_from(read.pages.len()).unwrap_or(u32::MAX);
        let document = Arc::make_mut(&mut read.document);
        if !langdu_document::append_page(document, opened.opening.document, number) {
            break;
        }
        next = opened.next;
    }
    page_pictures::put(&mut read, fetcher, how).await?;
    if how.follow_attachments && langdu_document::is_pointer(&read.document) {
        return follow(fetcher, read, &options, how).await;
    }
    Ok(read)
}
