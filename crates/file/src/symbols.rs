//! Letters of fonts whose letters are signs: a file stores codes that mean something in the font alone.

/// The character that a code of a symbol font shows; `None` where nothing that can be read is shown.
pub(super) fn shown(font: &str, code: u8) -> Option<char> {
    match (font, code) {
        ("Wingdings", 0xfe) | ("Wingdings 2", 0x52) => Some('☑'),
        ("Wingdings", 0xfd) | ("Wingdings 2", 0x51 | 0x53 | 0x54) => Some('☒'),
        ("Wingdings", 0x6f | 0x70 | 0x71 | 0x72 | 0xa8) | ("Wingdings 2", 0xa3 | 0x30 | 0x2a) => {
            Some('□')
        }
        ("Wingdings", 0xfc) | ("Wingdings 2", 0x50) => Some('√'),
        ("Wingdings", 0xfb) | ("Wingdings 2", 0x4f) => Some('×'),
        ("Symbol", code) => of_symbol(code),
        _ => None,
    }
}

/// The letter itself, or what it shows where it is of the private area in which symbol fonts live.
pub(super) fn read(font: &str, letter: char) -> Option<char> {
    match u32::from(letter) {
        code @ 0xf020..=0xf0ff => shown(font, (code & 0xff) as u8),
        _ => Some(letter),
    }
}

/// Adobe's Symbol encoding, as far as its signs are read: figures, Greek letters, relations, units.
fn of_symbol(code: u8) -> Option<char> {
    const GREEK: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
    const SMALL: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
    let letter = |letters: &str, from: u8| letters.chars().nth(usize::from(code - from));
    match code {
        b'A'..=b'Z' => letter(GREEK, b'A'),
        b'a'..=b'z' => letter(SMALL, b'a'),
        0x2a => Some('∗'),
        0x2d => Some('−'),
        0x20..=0x3f | 0x5b | 0x5d | 0x7b..=0x7d => Some(char::from(code)),
        0x40 => Some('≅'),
        0x7e => Some('∼'),
        0xa3 => Some('≤'),
        0xa5 => Some('∞'),
        0xab => Some('↔'),
        0xac => Some('←'),
        0xad => Some('↑'),
        0xae => Some('→'),
        0xaf => Some('↓'),
        0xb0 => Some('°'),
        0xb1 => Some('±'),
        0xb3 => Some('≥'),
        0xb4 => Some('×'),
        0xb5 => Some('∝'),
        0xb7 => Some('•'),
        0xb8 => Some('÷'),
        0xb9 => Some('≠'),
        0xba => Some('≡'),
        0xbb => Some('≈'),
        0xbc => Some('…'),
        0xd0 => Some('∠'),
        0xd5 => Some('∏'),
        0xd6 => Some('√'),
        0xd7 => Some('⋅'),
        0xe5 => Some('∑'),
        0xf2 => Some('∫'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_read_by_their_fonts() {
        for (font, code, expected) in [
            ("Symbol", 0xb3, Some('≥')),
            ("Symbol", 0xb0, Some('°')),
            ("Symbol", 0x6d, Some('μ')),
            ("Symbol", 0x57, Some('Ω')),
            ("Symbol", 0x31, Some('1')),
            ("Wingdings", 0xfe, Some('☑')),
            ("Wingdings", 0xb3, None),
            ("SimSun", 0xb3, None),
        ] {
            assert_eq!(shown(font, code), expected, "{font} {code}");
        }
        assert_eq!(read("Symbol", '\u{f0a3}'), Some('≤'));
        assert_eq!(read("Symbol", '共'), Some('共'));
    }
}
