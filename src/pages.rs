//! A document from the web: fetch, extract, and join what follows; or a file, or the file that a
//! page only points to.
//!
//! The one place where fetching and extraction meet before `reading`; both stay ignorant of each
//! other.

use bytes::Bytes;
use url::Url;

use crate::document::{self, Document, ExtractError, ExtractOptions};
use crate::file::{self, FileError, FileLimits, Flow, Format};
use crate::page::fetch::{FetchError, Fetcher};
use crate::page::{Page, charset};

/// Why a document could not be read from the web.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A page could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A page holds no document.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// How what is fetched is read.
#[derive(Debug, Clone, Copy)]
pub struct HowToRead<'o> {
    /// Pages.
    pub extract: &'o ExtractOptions,
    /// Files.
    pub files: &'o FileLimits,
    /// Read the main attachment of a page that is only a pointer to it.
    pub follow_attachments: bool,
}

/// Fetches the page at `url` and those it goes on at, and joins their documents.
///
/// Also returns the first page, whose validators tell later whether the document changed. When a
/// later page cannot be fetched or read, the document would be a part of itself: that is an
/// error, not a shorter document. An attachment that is followed is fetched under the same rules
/// as the page; the document is then the attachment's, with the page's title and dates where it
/// has none of its own.
///
/// # Errors
/// [`ReadError`] names what failed first.
pub async fn read_pages(
    fetcher: &Fetcher,
    url: &str,
    how: HowToRead<'_>,
) -> Result<(Document, Page), ReadError> {
    let first = fetcher.fetch(url).await?;
    if let Some(bytes) = &first.file {
        let document = of_file(bytes.clone(), None, Some(&first.url), how).await?;
        return Ok((document, first));
    }
    let mut document = of_page(&first, how.extract)?;
    let mut next = next_of(&first);
    let mut number = 1;
    while let Some(address) = next.take() {
        if number as usize >= fetcher.max_pages() {
            break;
        }
        number += 1;
        let page = fetcher.fetch(address.as_str()).await?;
        if !document.append(of_page(&page, how.extract)?, number) {
            break;
        }
        next = next_of(&page);
    }
    if how.follow_attachments && document.is_pointer() {
        document = follow(fetcher, document, how).await?;
    }
    Ok((document, first))
}

/// The document of the first attachment that is a document; the page's own when none is.
async fn follow(
    fetcher: &Fetcher,
    pointer: Document,
    how: HowToRead<'_>,
) -> Result<Document, ReadError> {
    let mut refused = None;
    for attachment in pointer.attachments.iter().take(MOST_TRIED) {
        match read_attachment(fetcher, &attachment.href, how).await {
            Ok(document) => return Ok(document.after(pointer)),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    refused.map_or(Ok(pointer), Err)
}

/// Attachments that are tried before the page counts as one without a document: a picture or an
/// archive may come first.
const MOST_TRIED: usize = 3;

async fn read_attachment(
    fetcher: &Fetcher,
    href: &str,
    how: HowToRead<'_>,
) -> Result<Document, ReadError> {
    let page = fetcher.fetch(href).await?;
    match &page.file {
        Some(bytes) => of_file(bytes.clone(), None, Some(&page.url), how).await,
        None => Ok(of_page(&page, how.extract)?),
    }
}

/// The document of a file, by what it holds. `media_type` is asked for the charset of text only.
///
/// # Errors
/// [`ReadError`] says what is wrong with it.
pub async fn of_file(
    bytes: Bytes,
    media_type: Option<&str>,
    base_url: Option<&Url>,
    how: HowToRead<'_>,
) -> Result<Document, ReadError> {
    file::check_size(&bytes, how.files)?;
    Ok(match file::sniff(&bytes, how.files)? {
        Format::Text => {
            let (text, _) = charset::decode(&bytes, media_type);
            document::from_flow(Flow::of_lines(&text))?
        }
        Format::Html => {
            let (html, _) = charset::decode(&bytes, media_type);
            document::extract(&html, base_url, how.extract)?
        }
        format => {
            let flow = file::child::parse_apart(bytes, format, how.files).await?;
            document::from_flow(flow)?
        }
    })
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
