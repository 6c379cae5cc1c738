//! The text of a file whose pages are pictures, or some of them: its parser says which, each is made a
//! picture, the recogniser reads it, and the parser puts what was read in its place.
//!
//! A scan of a hundred pages takes minutes, so what is known of it is handed on meanwhile: after the first
//! page, the second, the third, the fourth, the eighth. A page is known once the next one is there, which tells
//! its running head and foot from its text; the first one mostly at once. A listener takes longer over a page
//! than the recogniser, so that they stay ahead, and the file is laid out a few times only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::PageError;
use super::how::{HowToRead, Parts, WordsOf};
use super::layers;
use super::read::Part;
use bytes::Bytes;
use langdu_blocking as blocking;
use langdu_file::child::{parse_apart_with, picture_apart};
use langdu_file::picture::Picture;
use langdu_file::{FileError, FileLimits, Format, Recognition};
use langdu_model::{Flow, PictureText};
use langdu_recogniser::{PictureId, Pixels, ReadPicture, RecogniseError, Recogniser};

/// The text of a file, and how much of it there is.
pub(super) struct FileText {
    pub(super) flow: Flow,
    /// Pages are missing that a later try may find.
    pub(super) incomplete: bool,
    /// The pictures that it was recognised in.
    pub(super) pictures: Vec<PictureId>,
}

impl FileText {
    fn whole(flow: Flow) -> Self {
        Self {
            flow,
            incomplete: false,
            pictures: Vec::new(),
        }
    }
}

/// The text of a file, with what is recognised on its pages. What can be read before all of them are
/// goes to `parts`.
///
/// # Errors
/// [`PageError`] of the parser; of the recogniser where too many pictures wait, or where nothing can be
/// read without it. Any other page that it cannot read is told in the text.
pub(super) async fn flow_of(
    bytes: Bytes,
    format: Format,
    how: HowToRead<'_>,
    parts: Option<Parts<'_>>,
) -> Result<FileText, PageError> {
    let whole = Recognition::default();
    let parsed = parse_apart_with(bytes.clone(), format, how.files, whole).await?;
    let mut pages: BTreeSet<usize> = parsed.pictures.iter().copied().collect();
    if how.recogniser.is_some() {
        let layers = parsed.layers.iter();
        let poor = layers.filter(|(page, layer)| layers::is_poor(**page, layer, how.words_of));
        pages.extend(poor.map(|(page, _)| *page));
    }
    let Some(recogniser) = how.recogniser.filter(|_| !pages.is_empty()) else {
        return Ok(FileText::whole(parsed.flow?));
    };
    recogniser.expect();
    let file = File {
        bytes,
        format,
        limits: how.files,
        parts,
        layers: &parsed.layers,
        words_of: how.words_of,
    };
    let (recognition, failed, pictures) = file.recognise(&pages, recogniser).await?;
    let incomplete = !recognition.late.is_empty();
    let flow = if recognition.pages.is_empty() && !incomplete {
        parsed.flow
    } else {
        let again = parse_apart_with(file.bytes, format, how.files, recognition);
        again.await?.flow
    };
    match (flow, failed) {
        (Ok(flow), _) => Ok(FileText {
            flow,
            incomplete,
            pictures,
        }),
        // It holds nothing but what was not read.
        (Err(_), Some(failed)) => Err(failed),
        (Err(error), None) => Err(error.into()),
    }
}

/// A file whose pages are made pictures.
struct File<'f> {
    bytes: Bytes,
    format: Format,
    limits: &'f FileLimits,
    parts: Option<Parts<'f>>,
    /// The lines of pages that have a text of their own below their pictures.
    layers: &'f BTreeMap<usize, Vec<String>>,
    words_of: WordsOf<'f>,
}

/// What a recogniser said of a file's pages, why it did not read the first of those that it did not, and
/// the pictures that it read.
type Read = (Recognition, Option<PageError>, Vec<PictureId>);

impl File<'_> {
    /// What is written on `pages`, as far as it may be asked for and can be told.
    async fn recognise(
        &self,
        pages: &BTreeSet<usize>,
        recogniser: &Arc<Recogniser>,
    ) -> Result<Read, PageError> {
        let config = recogniser.config();
        let ends = Instant::now() + Duration::from_secs(config.max_document_seconds);
        let mut recognition = Recognition::default();
        let (mut failed, mut pictures) = (None, Vec::new());
        let mut waiting: BTreeSet<usize> = pages.iter().take(config.max_pages).copied().collect();
        let mut next = match waiting.pop_first() {
            Some(page) => Some((page, self.picture(page).await)),
            None => None,
        };
        let mut done: usize = 0;
        let mut any_new = false;
        while let Some((page, picture)) = next.take() {
            let following = waiting.pop_first();
            // One page is made a picture while the one before it is read, and what stands before that is
            // handed on.
            let following = async {
                match following {
                    Some(page) => Some((page, self.picture(page).await)),
                    None => None,
                }
            };
            let begins = done == 0 && page > 1;
            let giving = async {
                if begins || done == 3 || done.is_power_of_two() {
                    self.give(&recognition, &pictures, page).await;
                }
            };
            // A try that gets nowhere helps nobody.
            let until = if any_new {
                ends
            } else {
                ends.max(Instant::now() + Duration::from_secs(config.timeout_seconds))
            };
            let reading = recognised(picture, recogniser, until);
            let (read, following, ()) = tokio::join!(reading, following, giving);
            next = following;
            done += 1;
            match read {
                Ok(read) => {
                    any_new |= !read.is_known;
                    pictures.push(read.id);
                    let layer = self.layers.get(&page);
                    let stays = layer.is_some_and(|layer| {
                        !layers::is_better(page, &read.text, layer, self.words_of)
                    });
                    if !stays {
                        let text = PictureText::clone(&read.text);
                        recognition.pages.insert(page, text);
                    }
                }
                Err(error) if is_busy(&error) => return Err(error),
                // It cannot be unpacked, and never will be.
                Err(error @ PageError::File(_)) => {
                    tracing::warn!(%error, page, "a page is left unread");
                    failed = failed.or(Some(error));
                }
                Err(error) => {
                    tracing::warn!(%error, page, "a page is left unread");
                    failed = failed.or(Some(error));
                    recognition.late.extend(self.lacking(page));
                }
            }
            // Each try gets further by a page at least: what is known costs nothing.
            if Instant::now() >= ends && (any_new || !recognition.late.is_empty()) {
                let left = next.take().map(|(page, _)| page);
                let left = left.into_iter().chain(std::mem::take(&mut waiting));
                recognition
                    .late
                    .extend(left.filter_map(|page| self.lacking(page)));
            }
        }
        Ok((recognition, failed, pictures))
    }

    /// The page, where words are missing from it until it is looked at.
    fn lacking(&self, page: usize) -> Option<usize> {
        (!self.layers.contains_key(&page)).then_some(page)
    }

    async fn picture(&self, page: usize) -> Result<Picture, FileError> {
        picture_apart(self.bytes.clone(), self.format, self.limits, page).await
    }

    /// Hands on what stands before the page `until`, as far as it is anything.
    async fn give(&self, recognition: &Recognition, pictures: &[PictureId], until: usize) {
        let Some(parts) = self.parts else { return };
        let recognition = Recognition {
            until: Some(until),
            ..recognition.clone()
        };
        let bytes = self.bytes.clone();
        let parsed = parse_apart_with(bytes, self.format, self.limits, recognition).await;
        let Ok(flow) = parsed
            .map_err(drop)
            .and_then(|parsed| parsed.flow.map_err(drop))
        else {
            return;
        };
        let making = blocking::run("reading a part of a file", move || {
            langdu_document::from_flow(flow)
        });
        if let Ok(Ok(document)) = making.await {
            parts(Part {
                document,
                pictures: pictures.to_vec(),
                pages: None,
            });
        }
    }
}

async fn recognised(
    picture: Result<Picture, FileError>,
    recogniser: &Arc<Recogniser>,
    until: Instant,
) -> Result<ReadPicture, PageError> {
    let Picture { width, height, rgb } = picture?;
    let rgb = rgb.into();
    let page = Pixels { width, height, rgb };
    Ok(recogniser.recognise(page, Some(until)).await?)
}

/// Whether the recogniser had no place in its queue.
pub(super) fn is_busy(error: &PageError) -> bool {
    matches!(error, PageError::Recognise(RecogniseError::Busy { .. }))
}
