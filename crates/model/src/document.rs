//! The document model: what extraction yields and the text front-end reads.

use std::ops::Range;

use serde::Serialize;

use super::markup::Markup;

/// A policy document, ready to be read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Document {
    /// The document's own title; empty when the source has none.
    pub title: String,
    /// A line under the title that belongs to it (副标题), when there is one.
    pub subtitle: Option<String>,
    /// 发文字号, for example `国办发〔2022〕11号`.
    pub doc_number: Option<String>,
    /// 发文机关.
    pub issuer: Option<String>,
    /// 发布日期: when the page was published.
    pub date: Option<IsoDate>,
    /// 成文日期: the document's own date.
    pub doc_date: Option<IsoDate>,
    /// 来源: where the page says the text came from.
    pub source: Option<String>,
    /// What the page's document is: its text, or what stands in place of one.
    pub substance: Substance,
    /// What is read, in reading order. The title, when the page shows one, is the first block.
    pub blocks: Vec<Block>,
    /// Files that belong to the document (附件), with absolute addresses where a base is known.
    pub attachments: Vec<Attachment>,
    /// Where the text refers to notes that stand on the page (脚注), in order of the text.
    pub footnotes: Vec<Footnote>,
    /// Words whose pronunciation the page writes above them (`<ruby>`), in order of the page.
    pub annotations: Vec<Annotation>,
    /// What the source says of how it is read, in the order of the text; of two that cover the same stretch
    /// the inner one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub markup: Vec<Markup>,
    /// What of that nobody understands, in words for whoever wrote it. It is not spoken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Pictures without a description that a [`BlockKind::Notice`] announces, in the order of the page:
    /// what a recogniser could read in its place.
    #[serde(skip)]
    pub pictures: Vec<SilentPicture>,
}

impl Document {
    /// Most stretches that one document says something of. Each costs the text stage a look at its block.
    pub const MOST_MARKUP: usize = 2000;

    /// Most warnings of one document, the last of which says that there are more.
    pub const MOST_WARNINGS: usize = 20;

    /// Adds what the source says of a stretch; what is too much is told, and left out.
    pub fn mark_up(&mut self, markup: Markup) {
        if self.markup.len() < Self::MOST_MARKUP {
            self.markup.push(markup);
            return;
        }
        let most = Self::MOST_MARKUP;
        self.warn(format!(
            "there is more markup than {most} stretches: the rest is ignored"
        ));
    }

    /// Tells whoever wrote the source that something of its markup is ignored. The same is told once.
    pub fn warn(&mut self, warning: String) {
        if self.warnings.contains(&warning) || self.warnings.len() >= Self::MOST_WARNINGS {
            return;
        }
        if self.warnings.len() + 1 == Self::MOST_WARNINGS {
            self.warnings
                .push("there is more that is ignored".to_owned());
        } else {
            self.warnings.push(warning);
        }
    }

    /// Has all that points to a block point to where `place` says that the block is now; what points to one that
    /// is gone (`None`) is gone too.
    pub fn renumber(&mut self, place: impl Fn(usize) -> Option<usize>) {
        self.footnotes.retain_mut(|footnote| {
            let (Some(block), Some(note)) = (place(footnote.block), place(footnote.note)) else {
                return false;
            };
            (footnote.block, footnote.note) = (block, note);
            true
        });
        let moved = |block: &mut usize| place(*block).map(|now| *block = now).is_some();
        self.markup.retain_mut(|markup| moved(&mut markup.block));
        self.pictures
            .retain_mut(|picture| moved(&mut picture.block));
    }
}

/// A picture of a page that nothing describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilentPicture {
    /// Index of the block that announces it.
    pub block: usize,
    /// Its absolute address.
    pub href: String,
}

/// What the document of a page is. Whatever is not text is told to the listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Substance {
    /// The text of the page or file.
    #[default]
    Text,
    /// Pictures.
    Picture,
    /// Files that the page only points to.
    Attachment,
    /// What a script would put into the page in a browser.
    Script,
    /// Another page that is shown in a frame.
    Frame,
    /// A list of other pages.
    List,
    /// A film.
    Video,
}

impl Substance {
    /// Its name in the contracts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Picture => "picture",
            Self::Attachment => "attachment",
            Self::Script => "script",
            Self::Frame => "frame",
            Self::List => "list",
            Self::Video => "video",
        }
    }
}

/// A calendar date as `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct IsoDate(String);

impl IsoDate {
    /// The date, or `None` when the month is not 1–12 or the day does not exist in it.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days)
            .contains(&day)
            .then(|| Self(format!("{year:04}-{month:02}-{day:02}")))
    }

    /// The `YYYY-MM-DD` form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A run of text that belongs together on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// What it is.
    #[serde(flatten)]
    pub kind: BlockKind,
    /// Its text as it stands on the page, white space collapsed. Spans are offsets into it.
    /// A table has one line a row (`\n`) and one column a cell (`\t`).
    pub text: String,
    /// Where it came from: a CSS-like path from the root of the page (`body>div:2>p:3`), stable
    /// for the same bytes; empty for plain text.
    pub path: String,
    /// How sure its words are, in percent, where they were recognised in a picture; `None` where
    /// the source holds them as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recognised: Option<u8>,
}

/// What a [`Block`] is, which decides how it is read and how long the pause after it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BlockKind {
    /// The document's title.
    Title,
    /// 副标题.
    Subtitle,
    /// A line of the metadata that the body does not repeat and a reader would say after the
    /// title: the 发文字号.
    DocNumber,
    /// A section heading; `level` 1 is the highest below the title.
    Heading {
        /// 1–6.
        level: u8,
    },
    /// Running text.
    Paragraph,
    /// An item of a list; `level` 1 is the outermost.
    ListItem {
        /// 1–6.
        level: u8,
        /// What the page numbers it with and its text does not hold: `3.`, `b.`, `iv.`.
        #[serde(skip_serializing_if = "Option::is_none")]
        marker: Option<String>,
    },
    /// A table.
    Table(Table),
    /// The alternative text of a picture.
    Picture,
    /// A signature, date line or 附件 line at the end.
    Closing,
    /// Words of ours that the source does not hold: what of it is not read, and how much.
    Notice,
}

/// A table with merged cells resolved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Table {
    /// The body rows in order; header rows are not among them.
    pub rows: Vec<TableRow>,
}

/// One row of a [`Table`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TableRow {
    /// The cells that are not empty, in column order.
    pub cells: Vec<TableCell>,
}

/// One cell of a [`TableRow`], as ranges of scalar offsets into the block's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableCell {
    /// The cell's own text.
    pub text: Range<usize>,
    /// The text of the header that names its column, when the table has one.
    pub header: Option<Range<usize>>,
    /// The text of the header above that one, which names several columns: 上年 above 份数.
    pub group: Option<Range<usize>>,
}

/// A file that belongs to the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// The link's own words.
    pub name: String,
    /// Its address: absolute where a base is known, else as written.
    pub href: String,
}

/// A place in the text that refers to a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Footnote {
    /// The mark as it stands in the text: `[1]`.
    pub name: String,
    /// What it links to, as written: `#_ftn1`; `None` when the mark is no link.
    pub href: Option<String>,
    /// Index of the block that the mark stands in.
    pub block: usize,
    /// Where in it the mark stands, in scalar offsets of its text. It is not spoken: it would
    /// break the sentence.
    pub range: Range<usize>,
    /// Index of the block that holds the note, which comes later, where the page has it.
    pub note: usize,
}

/// A word with the pronunciation that the page writes above it. It is not tied to a block, because a
/// word that is annotated once is pronounced so in the whole document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Annotation {
    /// The characters that stand before the word on the page, at most [`Annotation::REACH`]; they tell which
    /// word an annotated character belongs to.
    pub before: String,
    /// The annotated characters.
    pub word: String,
    /// The characters that stand behind the word, at most [`Annotation::REACH`].
    pub after: String,
    /// What stands above the word, as written: `xū yí`. It need not be a pronunciation.
    pub above: String,
}

impl Annotation {
    /// How many characters of the text around the word are kept on either side.
    pub const REACH: usize = 4;
}
