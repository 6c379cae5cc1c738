//! PDF, through `hayro`: what stands where on each page.

mod characters;
mod device;

use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, RenderContent, TransformExt, interpret_page,
};

use super::error::FileError;
use super::format::Format;
use super::layout::{self, Page};
use super::limits::FileLimits;
use characters::Characters;
use device::Letters;
use langdu_model::Flow;

/// How far from its end a PDF's end mark may stand: what is signed or sent on gets bytes behind.
const END_WITHIN: usize = 16 << 10;

/// Of the characters, this share may be unknown before the file counts as unreadable.
const MOST_UNKNOWN: f64 = 0.3;

/// The text of a PDF file.
pub(super) fn parse(bytes: &[u8], limits: &FileLimits) -> Result<Flow, FileError> {
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
    let mut letters = Letters::new(Characters::of(&pdf), limits.max_parts);
    let pages = read_pages(&pdf, &mut letters)?;
    let text = layout::read(pages);
    let (unknown, all) = (letters.unknown + text.drawn, letters.all + text.drawn);
    if unknown as f64 > all as f64 * MOST_UNKNOWN {
        return Err(FileError::UnknownCharacters {
            format: Format::Pdf,
            unknown,
            all,
        });
    }
    layout::checked(text, unknown, letters.pictures > 0).ok_or(FileError::PicturesOnly {
        format: Format::Pdf,
        pages: count,
    })
}

/// The file without the zeros that disks and transfers put behind it.
fn without_padding(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&byte| byte != 0);
    &bytes[..end.map_or(0, |at| at + 1)]
}

fn read_pages(pdf: &Pdf, letters: &mut Letters<'_>) -> Result<Vec<Page>, FileError> {
    let cache = InterpreterCache::new();
    let mut pages = Vec::new();
    for (page, number) in pdf.pages().iter().zip(1..) {
        let (width, height) = page.render_dimensions();
        let settings = InterpreterSettings {
            // Stamps, comments and fields are annotations.
            render_content: RenderContent::PAGE,
            ..InterpreterSettings::default()
        };
        let mut context = Context::new(
            page.initial_transform(true).to_kurbo(),
            Rect::new(0.0, 0.0, f64::from(width), f64::from(height)),
            &cache,
            pdf.xref(),
            settings,
        );
        letters.begin(number, width, height);
        interpret_page(page, &mut context, letters);
        if letters.is_full() {
            return Err(FileError::TooLarge {
                limit: letters.limit as u64,
                what: "letters".to_owned(),
                setting: "max_parts".to_owned(),
            });
        }
        pages.push(letters.finish());
    }
    Ok(pages)
}

fn damaged(cause: &str) -> FileError {
    FileError::Damaged {
        format: Format::Pdf,
        cause: cause.to_owned(),
    }
}
