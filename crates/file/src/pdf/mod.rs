//! PDF, through `hayro`: what stands where on each page.

mod characters;
mod device;
mod raster;

use std::collections::BTreeMap;

use hayro_interpret::hayro_syntax::page::Page as PdfPage;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, RenderContent, TransformExt, interpret_page,
};

use super::error::FileError;
use super::format::Format;
use super::layout::{self, Page};
use super::limits::FileLimits;
use crate::picture::Picture;
use crate::{Parsed, Recognition};
use characters::Characters;
use device::Letters;

/// How far from its end a PDF's end mark may stand: what is signed or sent on gets bytes behind.
const END_WITHIN: usize = 16 << 10;

/// The text of a PDF file, with what was recognised on its pages.
pub(super) fn parse(bytes: &[u8], limits: &FileLimits, recognition: &Recognition) -> Parsed {
    let read = open(bytes, limits).and_then(|pdf| {
        let mut letters = Letters::new(Characters::of(&pdf), limits.max_parts);
        let pages = read_pages(&pdf, &mut letters, recognition)?;
        Ok((pages, letters.pictures, pdf.pages().len()))
    });
    match read {
        Ok((pages, pictures, count)) => {
            of_pages(pages, recognition.until.is_some(), pictures > 0, count)
        }
        Err(error) => Err(error).into(),
    }
}

/// A page as a picture.
pub(super) fn picture(
    bytes: &[u8],
    limits: &FileLimits,
    number: usize,
) -> Result<Picture, FileError> {
    let pdf = open(bytes, limits)?;
    let mut letters = Letters::new(Characters::of(&pdf), limits.max_parts);
    let crop = match pdf.pages().get(number.saturating_sub(1)) {
        Some(own) => {
            let cache = InterpreterCache::new();
            let (page, unknown) = read_page(&pdf, &cache, own, number, &mut letters);
            page.banner_box()
                .filter(|_| only_lacks_banners(&page, &unknown))
        }
        None => None,
    };
    raster::page(&pdf, number, crop).ok_or_else(|| damaged(&format!("it has no page {number}")))
}

/// The text of pages, each with how many of its letters have no meaning, of how many; `more` where pages
/// are to come.
fn of_pages(pages: Vec<(Page, Letterless)>, more: bool, pictures: bool, count: usize) -> Parsed {
    let (mut unknown, mut all, mut unread) = (0, 0, Vec::new());
    let mut layers = BTreeMap::new();
    let mut sheets = Vec::new();
    for (page, letters) in pages {
        if page.is_layered() {
            layers.insert(page.number, page.lines());
        }
        unknown += letters.unknown;
        all += letters.all;
        if letters.unknown >= layout::FEWEST_UNKNOWN {
            unread.push(page.number);
        }
        sheets.push(page);
    }
    let text = layout::read(sheets, more);
    let (unknown, all) = (unknown + text.drawn, all + text.drawn);
    unread.extend(&text.unread);
    unread.sort_unstable();
    unread.dedup();
    let flow = if unknown as f64 > all as f64 * layout::MOST_UNKNOWN {
        Err(FileError::UnknownCharacters {
            format: Format::Pdf,
            unknown,
            all,
        })
    } else {
        layout::checked(text, unknown, pictures).ok_or(FileError::PicturesOnly {
            format: Format::Pdf,
            pages: count,
        })
    };
    Parsed {
        flow,
        pictures: unread,
        layers,
    }
}

/// How many letters of a page have no meaning, of how many.
#[derive(Default)]
struct Letterless {
    unknown: usize,
    all: usize,
}

fn open(bytes: &[u8], limits: &FileLimits) -> Result<Pdf, FileError> {
    let end = without_padding(bytes);
    let end = &end[end.len().saturating_sub(END_WITHIN)..];
    if !end.windows(5).any(|window| window == b"%%EOF") {
        return Err(damaged("it breaks off before its end"));
    }
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(
            DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
        ) => FileError::Encrypted {
            format: Format::Pdf,
        },
        LoadPdfError::Decryption(_) => damaged("its encryption is not valid"),
        LoadPdfError::Invalid => damaged("it has no pages that can be found"),
    })?;
    let count = pdf.pages().len();
    if count > limits.max_pages {
        return Err(FileError::TooLarge {
            limit: limits.max_pages as u64,
            what: "pages".to_owned(),
            setting: "max_pages".to_owned(),
        });
    }
    Ok(pdf)
}

/// The file without the zeros that disks and transfers put behind it.
fn without_padding(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&byte| byte != 0);
    &bytes[..end.map_or(0, |at| at + 1)]
}

fn read_pages(
    pdf: &Pdf,
    letters: &mut Letters<'_>,
    recognition: &Recognition,
) -> Result<Vec<(Page, Letterless)>, FileError> {
    let cache = InterpreterCache::new();
    let mut pages = Vec::new();
    for (page, number) in pdf.pages().iter().zip(1..) {
        if recognition.is_beyond(number) {
            break;
        }
        let (mut page, mut own) = read_page(pdf, &cache, page, number, letters);
        if letters.is_full() {
            return Err(FileError::TooLarge {
                limit: letters.limit as u64,
                what: "letters".to_owned(),
                setting: "max_parts".to_owned(),
            });
        }
        page.late = recognition.late.contains(&number);
        if let Some(text) = recognition.pages.get(&number) {
            if only_lacks_banners(&page, &own) {
                page.put_banners(text);
            } else if page.put_recognised(text) {
                own = Letterless::default();
            }
        }
        pages.push((page, own));
    }
    Ok(pages)
}

/// Whether a page has a text that lacks no letters but those of pictures of lines.
fn only_lacks_banners(page: &Page, letters: &Letterless) -> bool {
    letters.unknown < layout::FEWEST_UNKNOWN && !page.is_layered() && page.keeps_its_text()
}

fn read_page<'a>(
    pdf: &'a Pdf,
    cache: &InterpreterCache<'a>,
    page: &'a PdfPage<'a>,
    number: usize,
    letters: &mut Letters<'_>,
) -> (Page, Letterless) {
    let before = (letters.unknown, letters.all);
    let (width, height) = page.render_dimensions();
    let settings = InterpreterSettings {
        // Stamps, comments and fields are annotations.
        render_content: RenderContent::PAGE,
        ..InterpreterSettings::default()
    };
    let mut context = Context::new(
        page.initial_transform(true).to_kurbo(),
        Rect::new(0.0, 0.0, f64::from(width), f64::from(height)),
        cache,
        pdf.xref(),
        settings,
    );
    letters.begin(number, width, height);
    interpret_page(page, &mut context, letters);
    let own = Letterless {
        unknown: letters.unknown - before.0,
        all: letters.all - before.1,
    };
    (letters.finish(), own)
}

fn damaged(cause: &str) -> FileError {
    FileError::Damaged {
        format: Format::Pdf,
        cause: cause.to_owned(),
    }
}
