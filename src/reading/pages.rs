//! A document from the web: fetch, extract, and join what follows; or a file, or the file that a
//! page only points to.
//!
//! The one place where fetching and extraction meet: the two crates know nothing of each other.

use std::sync::Arc;

use bytes::Bytes;
use url::Url;

use super::page_pictures;
use crate::ledger::{ContentKey, PageIdentity};
use langdu_blocking::{self as blocking, Panicked};
use langdu_document::{Attachment, Document, ExtractError, ExtractOptions, Substance};
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
    pages: Vec<FetchedPage>,
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
fn with_parts<'o, F>(how: HowToRead<'o>, parts: Option<&'o F>) -> HowToRead<'o>
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
struct Opened {
    opening: Opening,
    /// The address of the page that continues it.
    next: Option<Url>,
    /// What it says its address is.
    canonical: Option<Url>,
}

/// Whether the source of a page has frames.
fn has_frames(page: &Page) -> bool {
    page.file.is_none()
        && ["<iframe", "<frame", "<IFRAME", "<FRAME"]
            .iter()
            .any(|tag| page.text.contains(tag))
}

/// The pages that the page `html` at `url` shows in frames.
async fn frames_of(
    html: String,
    url: Url,
    options: &Arc<ExtractOptions>,
) -> Result<Vec<Url>, PageError> {
    let options = Arc::clone(options);
    let finding = move || langdu_document::framed_pages(&html, &url, &options);
    Ok(blocking::run("looking for frames", finding).await?)
}

/// The longest document among the pages at `frames`; those that cannot be read count for nothing.
async fn read_frames(
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
fn in_frame(own: Result<Opened, PageError>, framed: Option<Opened>) -> Result<Opened, PageError> {
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

/// Reads one page or file.
async fn open(
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

/// The document of the first attachment that is one, in place of the page's that points to it.
async fn follow(
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
async fn of_entry(bytes: Bytes, name: &str, how: HowToRead<'_>) -> Result<Opening, PageError> {
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
fn named_entry(address: &str) -> Option<String> {
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
