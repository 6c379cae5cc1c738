//! Policy files as they come: PDF, Word, OFD, Excel and their kin, as text in reading order.
//!
//! Pure: bytes in, a [`Flow`] or an error out. What stands here trusts nothing in a file, but
//! bounds are not walls: the service runs it in a process of its own (`child`), which has limits
//! on memory and time. What the text means is the business of
//! [`document`](langdu_document::from_flow).

mod archive;
pub mod child;
mod doc_notes;
mod docx;
mod error;

mod format;
mod layout;
mod limits;
mod numerals;
mod odt;
mod ofd;
mod office;
mod pdf;
mod radicals;
mod rtf;
mod xml;

pub use error::FileError;
pub use format::{Format, sniff};
pub use langdu_model::{Cell, Flow, Part, TextPart};
pub use limits::FileLimits;

/// The text of a file in reading order. HTML and plain text are not for this: they need no parser
/// that could be harmed.
///
/// # Errors
/// [`FileError`] says what is wrong and what to do.
pub fn parse(bytes: &[u8], format: Format, limits: &FileLimits) -> Result<Flow, FileError> {
    check_size(bytes, limits)?;
    let flow = match format {
        Format::Pdf => pdf::parse(bytes, limits),
        Format::Ofd => ofd::parse(bytes, limits),
        Format::Odt => odt::parse(bytes, limits),
        Format::Rtf => rtf::parse(bytes, limits),
        Format::Docx => docx::parse(bytes, limits),
        Format::Doc | Format::Xls | Format::Xlsx => office::parse(bytes, format, limits),
        Format::Html | Format::Text => Ok(Flow::default()),
    }?;
    if has_words(&flow) {
        Ok(flow)
    } else {
        Err(FileError::Empty { format })
    }
}

/// Refuses a file that is longer than the limit.
///
/// # Errors
/// [`FileError::TooLarge`].
pub fn check_size(bytes: &[u8], limits: &FileLimits) -> Result<(), FileError> {
    if bytes.len() <= limits.max_bytes {
        return Ok(());
    }
    Err(FileError::TooLarge {
        limit: limits.max_bytes as u64,
        what: "bytes".to_owned(),
        setting: "max_bytes".to_owned(),
    })
}

fn has_words(flow: &Flow) -> bool {
    let words = |text: &str| text.chars().any(char::is_alphanumeric);
    flow.parts.iter().any(|part| match part {
        Part::Text(part) => words(&part.text),
        Part::Table(rows) => rows.iter().flatten().any(|cell| words(&cell.text)),
    })
}
