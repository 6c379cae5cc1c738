//! One page or one file: its document, and where it goes on.

use std::sync::Arc;

use bytes::Bytes;
use url::Url;

use super::error::PageError;
use super::how::HowToRead;
use super::pictures;
use super::read::Opening;
use langdu_blocking as blocking;
use langdu_document::{Document, ExtractError, ExtractOptions};
use langdu_fetch::{Page, charset};
use langdu_file::Format;

/// A page that was read.
pub(super) struct Opened {
    pub(super) opening: Opening,
    /// The address of the page that continues it.
    pub(super) next: Option<Url>,
    /// What it says its address is.
    pub(super) canonical: Option<Url>,
}

/// Reads one page or file.
pub(super) async fn open(
    page: Page,
    options: &Arc<ExtractOptions>,
    how: HowToRead<'_>,
) -> Result<Opened, PageError> {
    if let Some(bytes) = page.file {
        return Ok(Opened {
            opening: of_file(bytes, None, Some(&page.url), how).await?,
            next: None,
            canonical: None,
        });
    }
    let options = Arc::clone(options);
    let reading = blocking::run("reading a page", move || {
        let is_html = page.media_type != "text/plain";
        let canonical = |page: &Page| langdu_document::canonical(&page.text, &page.url);
        Ok(Opened {
            opening: Opening::whole(of_page(&page, &options)?),
            next: next_of(&page),
            canonical: is_html.then(|| canonical(&page)).flatten(),
        })
    });
    reading.await?
}

/// The document of a file, by what it holds. `media_type` counts only for the charset of text.
///
/// # Errors
/// [`PageError`] says what is wrong with it.
pub async fn of_file(
    bytes: Bytes,
    media_type: Option<&str>,
    base_url: Option<&Url>,
    how: HowToRead<'_>,
) -> Result<Opening, PageError> {
    langdu_file::check_size(&bytes, how.files)?;
    let format = langdu_file::sniff(&bytes, how.files)?;
    let text = || charset::decode(&bytes, media_type).0;
    let document = match format {
        Format::Text => {
            let text = text();
            let read = move || langdu_document::from_text_file(&text);
            blocking::run("reading a text", read).await??
        }
        Format::Html => {
            let (html, base_url, extract) = (text(), base_url.cloned(), how.extract.clone());
            let read = move || langdu_document::extract(&html, base_url.as_ref(), &extract);
            blocking::run("reading a page", read).await??
        }
        format => {
            let text = pictures::flow_of(bytes, format, how, how.parts).await?;
            let read = move || langdu_document::from_flow(text.flow);
            return Ok(Opening {
                document: blocking::run("reading a file", read).await??,
                incomplete: text.incomplete,
                pictures: text.pictures,
            });
        }
    };
    Ok(Opening::whole(document))
}

/// The document of one page.
///
/// # Errors
/// See [`langdu_document::extract`].
fn of_page(page: &Page, options: &ExtractOptions) -> Result<Document, ExtractError> {
    if page.media_type == "text/plain" {
        return langdu_document::from_text(&page.text);
    }
    langdu_document::extract(&page.text, Some(&page.url), options)
}

fn next_of(page: &Page) -> Option<Url> {
    (page.media_type != "text/plain")
        .then(|| langdu_document::next_page(&page.text, &page.url))
        .flatten()
}
