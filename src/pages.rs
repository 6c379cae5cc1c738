//! A document that may stand on several pages: fetch, extract, and join what follows.
//!
//! The one place where fetching and extraction meet before `reading`; both stay ignorant of each
//! other.

use url::Url;

use crate::document::{self, Document, ExtractError, ExtractOptions};
use crate::page::Page;
use crate::page::fetch::{FetchError, Fetcher};

/// Why a document could not be read from the web.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A page could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A page holds no document.
    #[error(transparent)]
    Extract(#[from] ExtractError),
}

/// Fetches the page at `url` and those it goes on at, and joins their documents.
///
/// Also returns the first page, whose validators tell later whether the document changed. When a
/// later page cannot be fetched or read, the document would be a part of itself: that is an
/// error, not a shorter document.
///
/// # Errors
/// [`ReadError`] names what failed first.
pub async fn read_pages(
    fetcher: &Fetcher,
    url: &str,
    options: &ExtractOptions,
) -> Result<(Document, Page), ReadError> {
    let first = fetcher.fetch(url).await?;
    let mut document = of_page(&first, options)?;
    let mut next = next_of(&first);
    let mut number = 1;
    while let Some(address) = next.take() {
        if number as usize >= fetcher.max_pages() {
            break;
        }
        number += 1;
        let page = fetcher.fetch(address.as_str()).await?;
        if !document.append(of_page(&page, options)?, number) {
            break;
        }
        next = next_of(&page);
    }
    Ok((document, first))
}

/// The document of one page.
///
/// # Errors
/// See [`document::extract`].
pub fn of_page(page: &Page, options: &ExtractOptions) -> Result<Document, ExtractError> {
    if page.media_type == "text/plain" {
        return document::from_text(&page.text);
    }
    document::extract(&page.text, Some(&page.url), options)
}

fn next_of(page: &Page) -> Option<Url> {
    (page.media_type != "text/plain")
        .then(|| document::next_page(&page.text, &page.url))
        .flatten()
}
