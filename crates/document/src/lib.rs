//! What is worth reading on a page: title, metadata, and blocks in reading order.
//!
//! A page of a government portal is a document of a few paragraphs inside a hundred lines of menus,
//! share buttons and footers. This crate finds the document:
//!
//! ```
//! use langdu_document::{BlockKind, ExtractOptions, extract};
//!
//! let html = r#"
//!     <title>关于开展老年人助餐服务的通知_青禾市人民政府</title>
//!     <div class="nav"><a href="/">首页</a> <a href="/zwgk/">政务公开</a></div>
//!     <h1>关于开展老年人助餐服务的通知</h1>
//!     <p>青政发〔2025〕8号</p>
//!     <p>为方便老年人就近用餐，现就开展助餐服务有关事项通知如下。</p>
//!     <p>各街道设助餐点一处，每日中午供餐，价格不高于十二元。</p>
//!     <p>青禾市人民政府</p><p>2025年3月18日</p>
//!     <div class="footer">主办：青禾市人民政府办公室</div>"#;
//! let document = extract(html, None, &ExtractOptions::default())?;
//!
//! assert_eq!(document.title, "关于开展老年人助餐服务的通知");
//! assert_eq!(document.doc_number.as_deref(), Some("青政发〔2025〕8号"));
//! assert_eq!(document.issuer.as_deref(), Some("青禾市人民政府"));
//! assert_eq!(document.doc_date.as_ref().map(|date| date.as_str()), Some("2025-03-18"));
//! assert_eq!(document.blocks[0].kind, BlockKind::Title);
//! assert!(document.body_text().starts_with("为方便老年人就近用餐"));
//! assert!(!document.body_text().contains("首页"));
//! # Ok::<(), langdu_document::ExtractError>(())
//! ```
//!
//! # The way through a page
//!
//! `tree` parses the HTML within bounds and lays the tree out as one array. `lines` cuts that array
//! into lines, the runs of text between two block boundaries; a line is what is weighed, kept or left
//! out. `furniture` says of names and words that they belong to the page and not to the document,
//! and `search` finds the element whose lines are worth most as prose. `facts` reads what the page
//! says about the document: its head, its labels, its title, its number and who signed it.
//!
//! `survey` gathers all this and answers questions about lines and elements. `assembly` asks them: it
//! chooses the lines that belong to the document, makes blocks of them and believes one of several
//! answers for each date and number.
//!
//! # Other sources
//!
//! [`from_flow`] makes a document of a file's text, which has no menus but a letterhead, and
//! [`from_text`] one of plain text, [`from_ssml`] one of a text that says itself how it is read. A document may go on on further pages ([`next_page`],
//! [`append_page`]), or the page may say no more than that the text is in its attachment
//! ([`is_pointer`], [`presented_by`]). [`list`] reads the pages that list documents.
//!
//! # What it promises
//!
//! Text is taken as it stands, never reworded or repaired; what is not the document is left out
//! whole. A page is hostile input: time and memory are linear in its length, whatever it holds. And
//! the crate is pure, without I/O, async or a clock, so that it is tested with plain values.

mod assembly;
mod characters;
mod data;
mod extract;
mod facts;
mod flow;
mod furniture;
mod lines;
mod options;
mod pages;
mod plain;
mod search;
mod ssml;
mod survey;
mod tree;
mod wrapped;

pub use extract::extract;
pub use flow::{from_flow, from_text_file};
pub use langdu_model::{
    Attachment, Block, BlockKind, Document, Footnote, IsoDate, Markup, Says, SilentPicture,
    Substance, Table, TableCell, TableRow, Utf16Offsets,
};
pub use options::{ExtractError, ExtractOptions, Found, SiteRule};
pub use pages::{
    ListEntry, ListPage, append_page, canonical, framed_pages, is_pointer, list, next_page,
    presented_by,
};
pub use plain::from_text;
pub use ssml::{SsmlError, from_ssml};
