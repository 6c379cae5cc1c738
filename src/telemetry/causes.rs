//! Errors as the few words that a metric's label may have.

use langdu_document::{ExtractError, Found};
use langdu_fetch::FetchError;
use langdu_file::FileError;

/// What [`of_fetch`] can say.
pub(super) const FETCH: &[&str] = &[
    "bad_url",
    "not_allowed",
    "not_public",
    "robots",
    "redirects",
    "timeout",
    "too_large",
    "status",
    "media_type",
    "unreachable",
    "damaged",
    "bad_config",
];

/// What [`of_extract`] can say.
pub(super) const EXTRACT: &[&str] = &[
    "empty",
    "binary",
    "pictures_only",
    "frames_only",
    "no_document",
    "no_list",
    "too_large",
    "too_many_parts",
    "bad_selector",
    "unknown_format",
    "encrypted",
    "damaged",
    "unknown_characters",
    "timeout",
    "parser_ended",
];

/// Why a page could not be fetched.
pub(crate) fn of_fetch(error: &FetchError) -> &'static str {
    match error {
        FetchError::BadUrl { .. } => "bad_url",
        FetchError::HostNotAllowed { .. } | FetchError::PortNotAllowed { .. } => "not_allowed",
        FetchError::AddressNotPublic { .. } => "not_public",
        FetchError::RobotsForbid { .. } => "robots",
        FetchError::TooManyRedirects { .. } => "redirects",
        FetchError::Timeout { .. } => "timeout",
        FetchError::TooLarge { .. } => "too_large",
        FetchError::HttpStatus { .. } => "status",
        FetchError::UnsupportedMediaType { .. } => "media_type",
        FetchError::Unreachable { .. } => "unreachable",
        FetchError::DamagedBody { .. } => "damaged",
        FetchError::BadConfig { .. } => "bad_config",
    }
}

/// Why nothing could be read on a page.
pub(crate) fn of_extract(error: &ExtractError) -> &'static str {
    match error {
        ExtractError::NothingReadable { found } => match found {
            Found::Nothing => "empty",
            Found::BinaryData => "binary",
            Found::Pictures(_) => "pictures_only",
            Found::Frames(_) => "frames_only",
            Found::NoDocument => "no_document",
            Found::NoList => "no_list",
        },
        ExtractError::TooLarge { .. } => "too_large",
        ExtractError::TooManyParts { .. } => "too_many_parts",
        ExtractError::BadSelector { .. } => "bad_selector",
    }
}

/// Why a file could not be read: counted with the pages.
pub(crate) fn of_file(error: &FileError) -> &'static str {
    match error {
        FileError::UnknownFormat { .. } => "unknown_format",
        FileError::Encrypted { .. } => "encrypted",
        FileError::Damaged { .. } => "damaged",
        FileError::PicturesOnly { .. } => "pictures_only",
        FileError::UnknownCharacters { .. } => "unknown_characters",
        FileError::Empty { .. } => "empty",
        FileError::TooLarge { .. } => "too_large",
        FileError::Timeout { .. } => "timeout",
        FileError::ParserEnded { .. } => "parser_ended",
    }
}
