//! The text of a file whose pages are pictures, or some of them: its parser says which, each is made a
//! picture, the recogniser reads it, and the parser puts what was read in its place.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::pages::{HowToRead, PageError};
use langdu_file::child::{parse_apart_with, picture_apart};
use langdu_file::picture::Picture;
use langdu_file::{FileError, FileLimits, Format};
use langdu_model::{Flow, PictureText};
use langdu_recogniser::{Pixels, RecogniseError, Recogniser};

/// The text of a file, with what is recognised on its pages.
///
/// # Errors
/// [`PageError`] of the parser; of the recogniser where too many pictures wait, or where a picture file
/// is not read. Any other page that it cannot read is told in the text.
pub(super) async fn flow_of(
    bytes: Bytes,
    format: Format,
    how: HowToRead<'_>,
) -> Result<Flow, PageError> {
    let parsed = parse_apart_with(bytes.clone(), format, how.files, BTreeMap::new()).await?;
    let Some(recogniser) = how.recogniser.filter(|_| !parsed.pictures.is_empty()) else {
        return Ok(parsed.flow?);
    };
    let file = File {
        bytes,
        format,
        limits: how.files,
    };
    let recognised = file.recognise(&parsed.pictures, recogniser).await?;
    if recognised.is_empty() {
        return Ok(parsed.flow?);
    }
    let again = parse_apart_with(file.bytes, format, how.files, recognised).await?;
    Ok(again.flow?)
}

/// A file whose pages are made pictures.
struct File<'f> {
    bytes: Bytes,
    format: Format,
    limits: &'f FileLimits,
}

impl File<'_> {
    /// What is written on `pages`, as far as it may be asked for and can be told.
    async fn recognise(
        &self,
        pages: &[usize],
        recogniser: &Arc<Recogniser>,
    ) -> Result<BTreeMap<usize, PictureText>, PageError> {
        let config = recogniser.config();
        let ends = Instant::now() + Duration::from_secs(config.max_document_seconds);
        let mut read = BTreeMap::new();
        let mut pages = pages.iter().take(config.max_pages).copied();
        let mut next = match pages.next() {
            Some(page) => Some((page, self.picture(page).await)),
            None => None,
        };
        while let Some((page, picture)) = next.take() {
            let following = pages.next().filter(|_| Instant::now() < ends);
            // One page is made a picture while the one before it is read.
            let following = async {
                match following {
                    Some(page) => Some((page, self.picture(page).await)),
                    None => None,
                }
            };
            let (text, following) = tokio::join!(recognised(picture, recogniser), following);
            match text {
                Ok(text) => {
                    read.insert(page, PictureText::clone(&text));
                }
                Err(error) if self.is_needed(&error) => return Err(error),
                Err(error) => tracing::warn!(%error, page, "a page is left unread"),
            }
            next = following;
        }
        Ok(read)
    }

    async fn picture(&self, page: usize) -> Result<Picture, FileError> {
        picture_apart(self.bytes.clone(), self.format, self.limits, page).await
    }

    /// Whether the file cannot be read without the page that failed: a later try may have more.
    fn is_needed(&self, error: &PageError) -> bool {
        self.format == Format::Picture || is_busy(error)
    }
}

async fn recognised(
    picture: Result<Picture, FileError>,
    recogniser: &Arc<Recogniser>,
) -> Result<Arc<PictureText>, PageError> {
    let Picture { width, height, rgb } = picture?;
    let rgb = rgb.into();
    Ok(recogniser.recognise(Pixels { width, height, rgb }).await?)
}

/// Whether the recogniser had no place in its queue.
pub(super) fn is_busy(error: &PageError) -> bool {
    matches!(error, PageError::Recognise(RecogniseError::Busy { .. }))
}
