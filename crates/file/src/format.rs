//! The formats that are read.

use serde::{Deserialize, Serialize};

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Portable Document Format.
    Pdf,
    /// Word since 2007 (OOXML).
    Docx,
    /// Word up to 2003, and WPS's `.wps`.
    Doc,
    /// GB/T 33190, 版式文档.
    Ofd,
    /// Excel since 2007 (OOXML).
    Xlsx,
    /// Excel up to 2003, and WPS's `.et`.
    Xls,
    /// OpenDocument text.
    Odt,
    /// Rich Text Format.
    Rtf,
    /// A page, whatever it is called: portals save tables as HTML and call them `.xls`.
    Html,
    /// Characters alone, in any Chinese encoding.
    Text,
    /// A picture: PNG, JPEG, WebP, GIF, BMP or TIFF.
    Picture,
    /// Several files in one; see [`archived`](crate::archived).
    Zip,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pdf => "PDF",
            Self::Docx => "DOCX",
            Self::Doc => "DOC",
            Self::Ofd => "OFD",
            Self::Xlsx => "XLSX",
            Self::Xls => "XLS",
            Self::Odt => "ODT",
            Self::Rtf => "RTF",
            Self::Html => "HTML",
            Self::Text => "text",
            Self::Picture => "picture",
            Self::Zip => "ZIP",
        })
    }
}
