//! A document from the web: fetch, extract, and join what follows; or a file, or the file that a
//! page only points to.
//!
//! The one place where fetching and extraction meet: the two crates know nothing of each other.

use std::sync::Arc;

use bytes::Bytes;
use url::Url;

use super::attachments::{follow, named_entry, of_entry};
use super::frames::{frames_of, has_frames, in_frame, read_frames};
use super::page_pictures;
use crate::ledger::{ContentKey, PageIdentity};
use langdu_blocking::{self as blocking, Panicked};
use langdu_document::{Document, ExtractError, ExtractOptions, Substance};
use langdu_fetch::{FetchError, Fetcher};
use langdu_fetch::{Page, Validators, charset};
use langdu_file::{FileError, FileLimits, Format};
use langdu_recogniser::{PictureId, RecogniseError, Recogniser};
use langdu_text::KnownWords;

/// Why a document could not be read from the web.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// A page could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A page holds no document.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// What is written in its picture was not recognised.
    #[error(transparent)]
    Recognise(#[from] RecogniseError),
    /// Reading it panicked: a fault of ours.
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

/// How pages and files are read.
#[derive(Clone, Copy)]
pub struct HowToRead<'o> {
    /// Pages.
    pub extract: &'o ExtractOptions,
    /// Files.
    pub files: &'o FileLimits,
    /// What reads pictures; `None` where they are not read.
    pub recogniser: Option<&'o Arc<Recogniser>>,
    /// Tells how good the text is that a scanned page has.
    pub words_of: WordsOf<'o>,
    /// Read the main attachment of a page that is only a pointer to it.
    pub follow_attachments: bool,
    /// Takes what can be read while pictures are still being recognised; `None` where only the whole is
    /// wanted.
    pub parts: Option<Parts<'o>>,
}

/// Takes the parts of a document as they come: each is longer than the one before it, and begins with it
/// nearly always.
pub type Parts<'o> = &'o (dyn Fn(Part) + Send + Sync + 'o);

/// Tells the letters of a text that are in words.
pub type WordsOf<'o> = &'o (dyn Fn(&str) -> KnownWords + Send + Sync + 'o);

/// A document as far as it can be read.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its beginning.
    pub document: Document,
    /// The pictures that it was recognised in.
    pub pictures: Vec<PictureId>,
    /// Where it was read from; `None` for what came with the request.
    pub pages: Option<Box<ReadPages>>,
}

/// A document, and how much of it there is.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// What is read.
    pub document: Document,
    /// Parts of it are missing that a later try may find; they are told in it.
    pub incomplete: bool,
    /// The pictures that it was recognised in.
    pub pictures: Vec<PictureId>,
}

impl Opening {
    pub(super) fn whole(document: Document) -> Self {
        Self {
            document,
            ..Self::default()
        }
    }
}

/// A document as it was read, and what shows whether it has changed since.
#[derive(Debug, Clone)]
pub struct ReadPages {
    /// The document, its pages joined.
    pub document: Arc<Document>,
    /// The first page's address, after all redirects.
    pub url: Url,
    /// What the first page says its address is.
    pub canonical: Option<Url>,
    /// Parts of it are missing that a later try may find; they are told in it.
    pub incomplete: bool,
    /// The pictures that it was recognised in.
    pub pictures: Vec<PictureId>,
    pub(super) pages: Vec<FetchedPage>,
    /// The pictures of pages that were read in their places.
    fetched_pictures: Vec<FetchedPage>,
}

/// A page as it was when it was read.
#[derive(Debug, Clone)]
pub(super) struct FetchedPage {
    /// The address that was requested.
    requested: String,
    /// Where redirects led from there.
    url: Url,
    validators: Validators,
}

impl FetchedPage {
    pub(super) fn of(requested: &str, page: &Page) -> Self {
        Self {
            requested: requested.to_owned(),
            url: page.url.clone(),
            validators: page.validators(),
        }
    }
}

impl ReadPages {
    /// What is known of a document before it is read.
    fn so_far(url: &Url, pages: &[FetchedPage]) -> Self {
        Self {
            document: Arc::default(),
            url: url.clone(),
            canonical: None,
            incomplete: false,
            pictures: Vec::new(),
            pages: pages.to_vec(),
            fetched_pictures: Vec::new(),
        }
    }

    fn with(self, opening: Opening) -> Self {
        Self {
            document: Arc::new(opening.document),
            incomplete: opening.incomplete,
            pictures: opening.pictures,
            ..self
        }
    }

    /// A part of it: its beginning, and the pictures that this was recognised in.
    pub(super) fn part(&self, document: Document, pictures: Vec<PictureId>) -> Part {
        let pages = Self {
            document: Arc::new(document.clone()),
            incomplete: true,
            pictures: pictures.clone(),
            ..self.clone()
        };
        Part {
            document,
            pictures,
            pages: Some(Box::new(pages)),
        }
    }

    /// Adds a picture of a page that was read in its place.
    pub(super) fn add_fetched_picture(&mut self, page: FetchedPage) {
        self.fetched_pictures.push(page);
    }

    /// Every address that it was read from, the first page's first: those that were requested,
    /// and where redirects led.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let pages = self.pages.iter().chain(&self.fetched_pictures);
        pages.flat_map(|page| [page.requested.as_str(), page.url.as_str()])
    }

    /// What it is, whatever it was asked for by.
    pub fn identity(&self) -> PageIdentity {
        let first = self.pages.first();
        let blocks = self.document.blocks.iter().map(|block| block.text.as_str());
        let texts = [self.document.title.as_str()].into_iter().chain(blocks);
        PageIdentity {
            requested: first.map_or_else(String::new, |page| page.requested.clone()),
            url: self.url.to_string(),
            parts: self
                .pages
                .iter()
                .skip(1)
                .map(|page| page.url.to_string())
                .collect(),
            canonical: self.canonical.as_ref().map(Url::to_string),
            title: self.document.title.clone(),
            content: ContentKey::of(texts),
        }
    }

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

/// With others who take the parts.
pub(super) fn with_parts<'o, F>(how: HowToRead<'o>, parts: Option<&'o F>) -> HowToRead<'o>
where
    F: Fn(Part) + Send + Sync + 'o,
{
    HowToRead {
        parts: parts.map(|parts| parts as Parts<'o>),
        ..how
    }
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
            let text = super::pictures::flow_of(bytes, format, how, how.parts).await?;
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
pub fn of_page(page: &Page, options: &ExtractOptions) -> Result<Document, ExtractError> {
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
