//! Policy files as they come: PDF, Word, OFD, Excel and their kin, as text in reading order.
//!
//! ```
//! use langdu_file::{FileLimits, FlowItem, Format, parse, sniff};
//!
//! let rtf = r"{\rtf1\ansi {\b\u20851?\u20110?\u36890?\u30693?}\par \u35831?\u30693?\u24713?}";
//! let limits = FileLimits::default();
//!
//! // The format is what the bytes say, whatever the file is called.
//! let format = sniff(rtf.as_bytes(), &limits)?;
//! assert_eq!(format, Format::Rtf);
//!
//! let flow = parse(rtf.as_bytes(), format, &limits)?;
//! let FlowItem::Paragraph(first) = &flow.items[0] else {
//!     panic!("a paragraph comes first");
//! };
//! assert_eq!((first.text.as_str(), first.bold), ("关于通知", true));
//! assert_eq!(flow.items.len(), 2);
//! # Ok::<(), langdu_file::FileError>(())
//! ```
//!
//! # Two families of formats
//!
//! Word processors say what a paragraph is: `docx`, `odt` and `rtf` are read here, since policy
//! documents live by numbers that are counted in Chinese; DOC and Excel go through a library
//! (`office`). PDF and OFD say only where each letter stands: `pdf` and `ofd` collect letters and
//! rules, and `layout` makes lines, columns, tables and paragraphs of them. Both end in a [`Flow`];
//! which line of it is the title is the business of the crate `langdu_document`.
//!
//! # A process of its own
//!
//! [`parse`] is pure: bytes in, a flow or an error out. It trusts nothing in a file and bounds what
//! it takes, but bounds are not walls, and some parsers are not ours. So the service calls
//! [`child::parse_apart`]: the program starts itself anew with limits on memory and time and without
//! the right to write files, and a hostile file costs one error.

mod archive;
pub mod archived;
mod biff;
mod charts;
pub mod child;
mod counting;
mod doc;
mod docx;
mod error;
mod format;
mod heights;
mod layout;
mod limits;
mod numbers;
mod numerals;
mod odt;
mod ofd;
mod office;
mod paragraph;
mod pdf;
pub mod picture;
mod radicals;
mod relations;
mod rtf;
mod silent;
mod sniff;
mod symbols;
mod unseen;
mod xml;

use std::collections::{BTreeMap, BTreeSet};

use langdu_model::PictureText;
use picture::Picture;
use serde::{Deserialize, Serialize};

pub use error::FileError;
pub use format::Format;
pub use langdu_model::{Flow, FlowCell, FlowItem, FlowParagraph};
pub use layout::TOLD;
pub use limits::FileLimits;
pub use sniff::sniff;

/// The text of a file in reading order. HTML and plain text are not for this: they need no parser
/// that could be harmed.
///
/// # Errors
/// [`FileError`] says what is wrong and what to do.
pub fn parse(bytes: &[u8], format: Format, limits: &FileLimits) -> Result<Flow, FileError> {
    parse_with(bytes, format, limits, &Recognition::default()).flow
}

/// What a recogniser has read of a file's pages so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Recognition {
    /// What is written on pages, by their numbers from 1.
    pub pages: BTreeMap<usize, PictureText>,
    /// The pages that it did not get to: the listener is told of them.
    pub late: BTreeSet<usize>,
    /// The page that it reads next, where the text is wanted of what stands before it: as far as this and the
    /// pages behind it cannot change it. `None` where nothing more is to come.
    pub until: Option<usize>,
}

impl Recognition {
    /// Whether a page stands behind those whose text is wanted.
    pub(crate) fn is_beyond(&self, page: usize) -> bool {
        self.until.is_some_and(|until| page >= until)
    }
}

/// What a file holds, and where a recogniser could find more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Parsed {
    /// Its text, or why it cannot be read as it is.
    pub flow: Result<Flow, FileError>,
    /// The numbers of the pages, from 1, on which letters are that only a recogniser can tell: of
    /// pictures, and drawn as shapes. Of a Word file, which has no pages, those of its pictures. What it says of them goes into [`parse_with`].
    pub pictures: Vec<usize>,
    /// The lines of the pages, by their numbers, whose text cannot be seen: what some program once recognised in
    /// the picture of the page. It is read, unless what is recognised now goes into [`parse_with`].
    pub layers: BTreeMap<usize, Vec<String>>,
}

impl From<Result<Flow, FileError>> for Parsed {
    fn from(flow: Result<Flow, FileError>) -> Self {
        Self {
            flow,
            pictures: Vec::new(),
            layers: BTreeMap::new(),
        }
    }
}

/// As [`parse`], with what a recogniser read on pages.
pub fn parse_with(
    bytes: &[u8],
    format: Format,
    limits: &FileLimits,
    recognition: &Recognition,
) -> Parsed {
    if let Err(error) = check_size(bytes, limits) {
        return Err(error).into();
    }
    let mut parsed: Parsed = match format {
        Format::Pdf => pdf::parse(bytes, limits, recognition),
        Format::Ofd => ofd::parse(bytes, limits, recognition),
        Format::Docx => docx::parse(bytes, limits, recognition),
        Format::Picture => of_picture(bytes, limits, recognition),
        other => of_text(bytes, other, limits).into(),
    };
    parsed.flow = parsed.flow.and_then(|flow| {
        if has_words(&flow) {
            Ok(flow)
        } else {
            Err(FileError::Empty { format })
        }
    });
    parsed
}

/// The picture of a page, for the recogniser: of a picture file, itself.
///
/// # Errors
/// [`FileError`] when the page is not there, or its picture cannot be unpacked within the limits.
pub fn picture_of(
    bytes: &[u8],
    format: Format,
    limits: &FileLimits,
    page: usize,
) -> Result<Picture, FileError> {
    check_size(bytes, limits)?;
    match format {
        Format::Pdf => pdf::picture(bytes, limits, page),
        Format::Ofd => ofd::picture(bytes, limits, page),
        Format::Docx => docx::picture(bytes, limits, page),
        Format::Picture => picture::read_page(bytes, limits, page),
        format => Err(FileError::Empty { format }),
    }
}

fn of_picture(bytes: &[u8], limits: &FileLimits, recognition: &Recognition) -> Parsed {
    let count = picture::count(bytes, limits);
    if recognition.pages.is_empty() {
        let name = picture::name(bytes).unwrap_or("unknown");
        return Parsed {
            flow: Err(FileError::UnknownFormat {
                found: format!("a picture ({name})"),
            }),
            pictures: (1..=count).collect(),
            layers: BTreeMap::new(),
        };
    }
    let page = |number| {
        let mut page = layout::page_of_picture(number, recognition.pages.get(&number));
        page.late = recognition.late.contains(&number);
        page
    };
    let numbers = (1..=count).filter(|number| !recognition.is_beyond(*number));
    let text = layout::read(numbers.map(page).collect(), recognition.until.is_some());
    layout::checked(text, 0, true)
        .ok_or(FileError::Empty {
            format: Format::Picture,
        })
        .into()
}

/// Of formats in which letters are characters.
fn of_text(bytes: &[u8], format: Format, limits: &FileLimits) -> Result<Flow, FileError> {
    match format {
        Format::Odt => odt::parse(bytes, limits),
        Format::Rtf => rtf::parse(bytes, limits),
        Format::Doc | Format::Xls | Format::Xlsx => office::parse(bytes, format, limits),
        Format::Zip => Err(FileError::Several {
            names: archived::names(bytes, limits)?,
        }),
        Format::Html
        | Format::Text
        | Format::Pdf
        | Format::Ofd
        | Format::Docx
        | Format::Picture => Ok(Flow::default()),
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
    flow.items.iter().any(|item| match item {
        FlowItem::Paragraph(paragraph) => !paragraph.running && words(&paragraph.text),
        FlowItem::Table(rows) => rows.iter().flatten().any(|cell| words(&cell.text)),
        FlowItem::Notice(_) => false,
    })
}
