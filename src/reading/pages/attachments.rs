//! Documents that a page only points to: its attachments, and what archives among them hold.

use std::sync::Arc;

use bytes::Bytes;
use url::Url;

use super::error::PageError;
use super::how::{HowToRead, with_parts};
use super::open::{of_file, open};
use super::read::{FetchedPage, Opening, Part, ReadPages};
use langdu_blocking as blocking;
use langdu_document::{Attachment, Document, ExtractOptions};
use langdu_fetch::Fetcher;
use langdu_file::FileError;

/// The document of the first attachment that is one, in place of the page's that points to it.
pub(super) async fn follow(
    fetcher: &Fetcher,
    pointer: ReadPages,
    options: &Arc<ExtractOptions>,
    how: HowToRead<'_>,
) -> Result<ReadPages, PageError> {
    let attachments = pointer.document.attachments.iter().take(MOST_TRIED);
    let addresses: Vec<String> = attachments
        .map(|attachment| attachment.href.clone())
        .collect();
    let mut refused = None;
    for href in &addresses {
        match read_attachment(fetcher, href, &pointer, options, how).await {
            Ok((fetched, opening, packed)) => {
                let mut read = pointer;
                let mut around = Arc::unwrap_or_clone(read.document);
                unpack(&mut around, href, packed);
                let document = langdu_document::presented_by(opening.document, around);
                read.document = Arc::new(document);
                read.incomplete |= opening.incomplete;
                read.pictures.extend(opening.pictures);
                read.pages.push(fetched);
                return Ok(read);
            }
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    refused.map_or(Ok(pointer), Err)
}

/// Attachments that are tried before the page counts as one without a document: a picture or an
/// archive may come first.
const MOST_TRIED: usize = 3;

/// The document at `href`, and what else is in the archive that it was in.
async fn read_attachment(
    fetcher: &Fetcher,
    href: &str,
    pointer: &ReadPages,
    options: &Arc<ExtractOptions>,
    how: HowToRead<'_>,
) -> Result<(FetchedPage, Opening, Vec<Attachment>), PageError> {
    let page = fetcher.fetch(href).await?;
    let fetched = FetchedPage::of(href, &page);
    let mut so_far = pointer.clone();
    so_far.pages.push(fetched.clone());
    let presented = how.parts.map(|parts| {
        let so_far = &so_far;
        move |part: Part| {
            let around = Document::clone(&so_far.document);
            let document = langdu_document::presented_by(part.document, around);
            parts(so_far.part(document, part.pictures));
        }
    });
    let how = with_parts(how, presented.as_ref());
    let (url, file) = (page.url.clone(), page.file.clone());
    match (open(page, options, how).await, file) {
        (Err(PageError::File(FileError::Several { names })), Some(bytes)) => {
            let packed = names.iter().map(|name| entry_of(&url, name)).collect();
            let opening = first_entry(bytes, names, how).await?;
            Ok((fetched, opening, packed))
        }
        (opened, _) => Ok((fetched, opened?.opening, Vec::new())),
    }
}

/// The first document of an archive that can be read.
async fn first_entry(
    bytes: Bytes,
    names: Vec<String>,
    how: HowToRead<'_>,
) -> Result<Opening, PageError> {
    let mut refused = None;
    for name in names.iter().take(MOST_TRIED) {
        match of_entry(bytes.clone(), name, how).await {
            Ok(opening) => return Ok(opening),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(refused.unwrap_or(PageError::File(FileError::Several { names })))
}

/// The document called `name` in the archive `bytes`.
pub(super) async fn of_entry(
    bytes: Bytes,
    name: &str,
    how: HowToRead<'_>,
) -> Result<Opening, PageError> {
    let (name, limits) = (name.to_owned(), how.files.clone());
    let unpack = move || langdu_file::archived::document(&bytes, &name, &limits);
    let document = blocking::run("unpacking a document", unpack).await??;
    // An archive within the archive is none of its documents.
    Box::pin(of_file(document.into(), None, None, how)).await
}

/// A document in the archive at `url`: its address is the archive's, with its name behind a `#`.
fn entry_of(url: &Url, name: &str) -> Attachment {
    let mut href = url.clone();
    href.set_fragment(Some(name));
    let own = name.rsplit(['/', '\\']).next().unwrap_or(name);
    Attachment {
        name: own.to_owned(),
        href: href.into(),
    }
}

/// The document in an archive that the address names behind its `#`.
pub(super) fn named_entry(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let name = url.fragment().filter(|name| !name.is_empty())?;
    let pair = format!("name={}", name.replace('+', "%2B").replace('&', "%26"));
    let (_, name) = url::form_urlencoded::parse(pair.as_bytes()).next()?;
    Some(name.into_owned())
}

/// Puts the documents of the archive at `href` in its place among the attachments.
fn unpack(document: &mut Document, href: &str, packed: Vec<Attachment>) {
    let at = document
        .attachments
        .iter()
        .position(|attachment| attachment.href == href)
        .filter(|_| !packed.is_empty());
    if let Some(at) = at {
        document.attachments.splice(at..=at, packed);
    }
}
