//! A document as it was read, where from, and how much of it there is.

use std::sync::Arc;

use url::Url;

use crate::ledger::{ContentKey, PageIdentity};
use langdu_document::Document;
use langdu_fetch::{Page, Validators};
use langdu_recogniser::PictureId;

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
    pub(in crate::reading) fn whole(document: Document) -> Self {
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
    pub(super) fetched_pictures: Vec<FetchedPage>,
}

/// A page as it was when it was read.
#[derive(Debug, Clone)]
pub(super) struct FetchedPage {
    /// The address that was requested.
    pub(super) requested: String,
    /// Where redirects led from there.
    url: Url,
    pub(super) validators: Validators,
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
    pub(super) fn so_far(url: &Url, pages: &[FetchedPage]) -> Self {
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

    pub(super) fn with(self, opening: Opening) -> Self {
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
}
