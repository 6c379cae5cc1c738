//! What the stages hand to each other: the text of a file, and the document that is read.
//!
//! A file's parser makes a [`Flow`]: paragraphs and tables in reading order, with what their markup
//! says of them. Extraction makes a [`Document`] of a flow or of a page: what each [`Block`] is, and
//! what is known of the whole. The text front-end reads the document and knows neither HTML nor PDF.
//! There are values here and nothing else, so that no stage has to know another for the sake of a
//! type.
//!
//! ```
//! use langdu_model::{Block, BlockKind, Document, IsoDate, Utf16Offsets};
//!
//! let block = |kind, text: &str| Block {
//!     kind,
//!     text: text.to_owned(),
//!     path: String::new(),
//!     recognised: None,
//! };
//! let document = Document {
//!     title: "关于开放阅览室的通知".to_owned(),
//!     doc_date: IsoDate::new(2025, 3, 18),
//!     blocks: vec![
//!         block(BlockKind::Title, "关于开放阅览室的通知"),
//!         block(BlockKind::Paragraph, "阅览室在𠮷祥路8号，每天八点开门。"),
//!     ],
//!     ..Document::default()
//! };
//! assert_eq!(document.body_text(), "阅览室在𠮷祥路8号，每天八点开门。");
//!
//! // Offsets count Unicode scalar values. A player counts UTF-16: 𠮷 twice.
//! let offsets = Utf16Offsets::of(&document.blocks[1]);
//! assert_eq!((offsets.at(4), offsets.at(5)), (4, 6));
//!
//! // A date that is in no calendar is none.
//! assert_eq!(IsoDate::new(2025, 2, 30), None);
//! ```
//!
//! # Spans
//!
//! Whatever points into a text — a table's cell, the mark of a footnote, later a spoken syllable —
//! is a block's index and a range of scalar offsets into that block's text. The text of a block is
//! what the page shows with its white space collapsed, so that a player finds it in the page again.

mod change;
mod document;
mod flow;
mod json;
mod markup;
mod numerals;
mod offsets;
mod picture;

pub use change::{Change, NumberKind, PauseChange, milliseconds};
pub use document::{
    Annotation, Attachment, Block, BlockKind, Document, Footnote, IsoDate, SilentPicture,
    Substance, Table, TableCell, TableRow,
};
pub use flow::{Flow, FlowCell, FlowItem, FlowParagraph};
pub use markup::{Markup, Says, read_as};
pub use numerals::{chinese_numeral, roman_numeral};
pub use offsets::Utf16Offsets;
pub use picture::{PictureLetter, PictureLine, PictureRule, PictureText};
