//! Errors of a source by cause, as a metric's label has it: finer than the
//! [`Reason`] that the caller is given.

use langdu_document::{ExtractError, Found};
use langdu_fetch::FetchError;
use langdu_file::FileError;
use langdu_recogniser::RecogniseError;

use crate::reason::Reason;

/// Makes an enum of causes, the list of their labels and the reason of each of the same lines.
macro_rules! causes {
    ($(#[$doc:meta])* $name:ident { $($cause:ident = $label:literal, $reason:ident;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name {
            $($cause,)*
        }

        impl $name {
            /// Every label there is.
            pub(super) const LABELS: &[&str] = &[$($label,)*];

            /// The value of the label `cause`.
            pub(crate) const fn label(self) -> &'static str {
                match self {
                    $(Self::$cause => $label,)*
                }
            }

            /// What the caller is told.
            pub(crate) const fn reason(self) -> Reason {
                match self {
                    $(Self::$cause => Reason::$reason,)*
                }
            }
        }
    };
}

causes! {
    /// Why a page could not be fetched.
    FetchCause {
        BadUrl = "bad_url", InvalidField;
        NotAllowed = "not_allowed", HostNotAllowed;
        NotPublic = "not_public", HostNotAllowed;
        Robots = "robots", HostNotAllowed;
        Redirects = "redirects", PageUnavailable;
        Timeout = "timeout", PageUnavailable;
        TooLarge = "too_large", PageUnavailable;
        Status = "status", PageUnavailable;
        Missing = "status", PageMissing;
        MediaType = "media_type", NothingReadable;
        Unreachable = "unreachable", PageUnavailable;
        Damaged = "damaged", PageUnavailable;
        BadConfig = "bad_config", BadConfiguration;
    }
}

impl FetchCause {
    pub(crate) fn of(error: &FetchError) -> Self {
        match error {
            FetchError::BadUrl { .. } => Self::BadUrl,
            FetchError::HostNotAllowed { .. } | FetchError::PortNotAllowed { .. } => {
                Self::NotAllowed
            }
            FetchError::AddressNotPublic { .. } => Self::NotPublic,
            FetchError::RobotsForbid { .. } => Self::Robots,
            FetchError::TooManyRedirects { .. } => Self::Redirects,
            FetchError::Timeout { .. } => Self::Timeout,
            FetchError::TooLarge { .. } => Self::TooLarge,
            FetchError::HttpStatus {
                status: 404 | 410, ..
            } => Self::Missing,
            FetchError::HttpStatus { .. } => Self::Status,
            FetchError::UnsupportedMediaType { .. } => Self::MediaType,
            FetchError::Unreachable { .. } => Self::Unreachable,
            FetchError::DamagedBody { .. } => Self::Damaged,
            FetchError::BadConfig { .. } => Self::BadConfig,
        }
    }
}

causes! {
    /// Why nothing could be read on a page, or in a file: files are counted with the pages.
    ExtractCause {
        Empty = "empty", NothingReadable;
        Binary = "binary", NothingReadable;
        PicturesOnly = "pictures_only", NothingReadable;
        FramesOnly = "frames_only", NothingReadable;
        NoDocument = "no_document", NothingReadable;
        NoList = "no_list", NothingReadable;
        TooLarge = "too_large", NothingReadable;
        TooManyParts = "too_many_parts", NothingReadable;
        BadSelector = "bad_selector", NothingReadable;
        FileFormatUnknown = "unknown_format", FileFormatUnknown;
        FileSeveral = "several", FileFormatUnknown;
        FileEncrypted = "encrypted", FileUnreadable;
        FileDamaged = "damaged", FileUnreadable;
        FilePicturesOnly = "pictures_only", FileUnreadable;
        FileUnknownCharacters = "unknown_characters", FileUnreadable;
        FileEmpty = "empty", FileUnreadable;
        FileTooLarge = "too_large", FileTooLarge;
        FileTimeout = "timeout", FileTooLarge;
        FileParserEnded = "parser_ended", FileUnreadable;
        PicturesWaiting = "pictures_waiting", TooBusy;
        PictureTimeout = "picture_timeout", FileTooLarge;
        PictureFailed = "picture_failed", FileUnreadable;
    }
}

impl ExtractCause {
    pub(crate) fn of_page(error: &ExtractError) -> Self {
        match error {
            ExtractError::NothingReadable { found } => match found {
                Found::Nothing => Self::Empty,
                Found::BinaryData => Self::Binary,
                Found::Pictures(_) => Self::PicturesOnly,
                Found::Frames(_) => Self::FramesOnly,
                Found::NoDocument => Self::NoDocument,
                Found::NoList => Self::NoList,
            },
            ExtractError::TooLarge { .. } => Self::TooLarge,
            ExtractError::TooManyParts { .. } => Self::TooManyParts,
            ExtractError::BadSelector { .. } => Self::BadSelector,
        }
    }

    pub(crate) fn of_picture(error: &RecogniseError) -> Self {
        match error {
            RecogniseError::Busy { .. } => Self::PicturesWaiting,
            RecogniseError::Timeout { .. } | RecogniseError::Late => Self::PictureTimeout,
            RecogniseError::Ended { .. } | RecogniseError::Refused { .. } => Self::PictureFailed,
        }
    }

    pub(crate) fn of_file(error: &FileError) -> Self {
        match error {
            FileError::UnknownFormat { .. } => Self::FileFormatUnknown,
            FileError::Several { .. } => Self::FileSeveral,
            FileError::Encrypted { .. } => Self::FileEncrypted,
            FileError::Damaged { .. } => Self::FileDamaged,
            FileError::PicturesOnly { .. } => Self::FilePicturesOnly,
            FileError::UnknownCharacters { .. } => Self::FileUnknownCharacters,
            FileError::Empty { .. } => Self::FileEmpty,
            FileError::TooLarge { .. } => Self::FileTooLarge,
            FileError::Timeout { .. } => Self::FileTimeout,
            FileError::ParserEnded { .. } => Self::FileParserEnded,
        }
    }
}
