//! Which letters are said one by one, and which are a word.

use crate::normalize::token::{At, Say, Word};

/// `c e o`: single letters with blanks between are one abbreviation. Nothing to do but say them.
pub(super) fn name(at: At<'_>) -> Say {
    let [Word(letters), ..] = at.rest() else {
        return Say::new();
    };
    if is_spelled(letters) {
        Say::new().spell(at, 1, false)
    } else {
        Say::new().word(at)
    }
}

/// Longest run of letters said as a word; what is longer is several run together.
const LONGEST_WORD: usize = 24;
/// Longest run of capitals that is an abbreviation rather than a word in capitals.
pub(super) const LONGEST_ABBREVIATION: usize = 5;

/// Abbreviations that are said as words although they are in capitals.
const SAID_AS_WORDS: &[&str] = &[
    "NASA", "NATO", "APEC", "OPEC", "ASEAN", "UNESCO", "UNICEF", "SARS", "COVID", "AIDS", "LOGO",
    "SMART", "CHINA", "GREEN", "OPEN", "FAST", "SHOW", "EMAIL", "MAIL", "HOME", "PAY", "CITY",
    "LIFE", "WEB", "APPLE", "WORD", "EXCEL", "WIFI", "MINI", "TIPS", "OK", "NO",
];

/// Abbreviations that are spelled even in small letters.
const ALWAYS_SPELLED: &[&str] = &[
    "app", "gdp", "cpi", "ppi", "pmi", "vip", "ufo", "nba", "cba", "gpu", "cpu", "ceo", "cfo",
    "cto", "wto", "mvp", "iq", "eq", "mba", "atm", "pdf", "doc", "ppt", "xls", "http", "https",
    "www", "cn", "usb", "vpn", "html", "url", "gov", "org", "edu", "icu", "dna", "rna", "ok", "id",
    "it", "ip", "tv", "pc", "ai", "vr", "ar", "ic", "api", "sim", "pos", "led", "lcd", "bt", "ct",
    "mri", "pcr", "pvc", "abs", "etc", "eta", "uk", "us", "un", "eu", "ngo", "pos", "wps", "ofd",
    "jpg", "png", "zip", "rar", "mp", "ipv", "nox", "sox", "vocs", "bod", "cod", "codcr",
];

/// Whether letters are said one by one.
pub(crate) fn is_spelled(letters: &[char]) -> bool {
    let text: String = letters.iter().collect();
    if letters.len() == 1
        || letters.len() > LONGEST_WORD
        || ALWAYS_SPELLED.contains(&text.to_ascii_lowercase().as_str())
    {
        return true;
    }
    if SAID_AS_WORDS.contains(&text.as_str()) {
        return false;
    }
    let capitals = letters.iter().filter(|c| c.is_ascii_uppercase()).count();
    if capitals == letters.len() {
        return letters.len() <= LONGEST_ABBREVIATION || !has_vowel(letters);
    }
    !has_vowel(letters)
}

pub(super) fn has_vowel(letters: &[char]) -> bool {
    letters
        .iter()
        .any(|c| matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y'))
}
