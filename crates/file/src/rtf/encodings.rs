//! The encodings that RTF names by number, as far as Chinese documents use them.

use encoding_rs::Encoding;

/// The encoding of a code page.
pub(super) fn code_page(number: u16) -> Option<&'static Encoding> {
    Some(match number {
        936 | 54936 => encoding_rs::GB18030,
        950 => encoding_rs::BIG5,
        932 => encoding_rs::SHIFT_JIS,
        949 => encoding_rs::EUC_KR,
        65001 => encoding_rs::UTF_8,
        1252 => encoding_rs::WINDOWS_1252,
        _ => return None,
    })
}

/// The encoding of a font's character set.
pub(super) fn charset(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        134 => encoding_rs::GB18030,
        136 => encoding_rs::BIG5,
        128 => encoding_rs::SHIFT_JIS,
        129 => encoding_rs::EUC_KR,
        _ => return None,
    })
}
