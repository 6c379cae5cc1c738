//! How pages and files are read, and who takes the parts of what is read.

use std::sync::Arc;

use super::read::Part;
use langdu_document::ExtractOptions;
use langdu_file::FileLimits;
use langdu_recogniser::Recogniser;
use langdu_text::KnownWords;

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
