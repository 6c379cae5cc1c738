//! A document that may stand on several pages: fetch, extract, and join what follows.
//!
//! The one place where fetching and extraction meet before `reading`; both stay ignorant of each
//! other.

use std::sync::Arc;

use url::Url;

use crate::document::{self, Document, ExtractError, ExtractOptions};
use crate::page::fetch::{FetchError, Fetcher};
use crate::page::{Page, Validators};

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

/// A document as it was read, and what tells whether it changed since.
#[derive(Debug, Clone)]
pub struct ReadPages {
    /// The document, its pages joined.
    pub document: Document,
    /// The first page's address, after all redirects.
    pub url: Url,
    pages: Vec<KnownPage>,
}

/// A page as it was when it was read.
#[derive(Debug, Clone)]
struct KnownPage {
    /// The address that was asked for.
    asked: String,
    validators: Validators,
}

impl ReadPages {
    /// The document as it is now; `None` when none of its pages changed, which are then neither
    /// sent nor read again by servers that know their pages' validators.
    ///
    /// # Errors
    /// [`ReadError`] when a page is gone or cannot be read any more.
    pub async fn newer(
        &self,
        fetcher: &Fetcher,
        options: &ExtractOptions,
    ) -> Result<Option<Self>, ReadError> {
        for (number, page) in self.pages.iter().enumerate() {
            let changed = fetcher
                .fetch_if_changed(&page.asked, &page.validators)
                .await?;
            let Some(changed) = changed else { continue };
            let first = &self.pages[0].asked;
            let newer = match number {
                0 => join(fetcher, first, changed, options).await?,
                _ => read_pages(fetcher, first, options).await?,
            };
            return Ok(Some(newer));
        }
        Ok(None)
    }
}

/// Fetches the page at `url` and those it goes on at, and joins their documents.
///
/// When a later page cannot be fetched or read, the document would be a part of itself: that is
/// an error, not a shorter document.
///
/// # Errors
/// [`ReadError`] names what failed first.
pub async fn read_pages(
    fetcher: &Fetcher,
    url: &str,
    options: &ExtractOptions,
) -> Result<ReadPages, ReadError> {
    let first = fetcher.fetch(url).await?;
    join(fetcher, url, first, options).await
}

/// Joins what follows to the first page, which was fetched from `asked`.
async fn join(
    fetcher: &Fetcher,
    asked: &str,
    first: Page,
    options: &ExtractOptions,
) -> Result<ReadPages, ReadError> {
    let options = Arc::new(options.clone());
    let url = first.url.clone();
    let (known, document, mut next) = open(asked.to_owned(), first, &options).await?;
    let mut read = ReadPages {
        document,
        url,
        pages: vec![known],
    };
    while let Some(address) = next.take() {
        if read.pages.len() >= fetcher.max_pages() {
            break;
        }
        let page = fetcher.fetch(address.as_str()).await?;
        let (known, document, following) = open(address.into(), page, &options).await?;
        read.pages.push(known);
        let number = u32::try_from(read.pages.len()).unwrap_or(u32::MAX);
        if !read.document.append(document, number) {
            break;
        }
        next = following;
    }
    Ok(read)
}

/// Reads one page, away from the threads that wait for the network.
async fn open(
    asked: String,
    page: Page,
    options: &Arc<ExtractOptions>,
) -> Result<(KnownPage, Document, Option<Url>), ReadError> {
    let options = Arc::clone(options);
    let work = tokio::task::spawn_blocking(move || {
        let document = of_page(&page, &options)?;
        let known = KnownPage {
            asked,
            validators: page.validators(),
        };
        Ok((known, document, next_of(&page)))
    });
    match work.await {
        Ok(result) => result,
        // Only a runtime that ends cancels it, and this with it.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
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
