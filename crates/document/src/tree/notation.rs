//! What a page writes by position instead of by characters: powers, indices, fractions and roots.
//!
//! `10<sup>4</sup>` shows 10⁴, and read as its letters alone it is 104. Such text is carried in the
//! characters that Unicode has for it, one for one, so that offsets stay what they are. Words that
//! have no such characters keep their own.

use std::borrow::Cow;

use scraper::node::Element;

/// Where a run of text stands beside its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Script {
    /// On the line.
    #[default]
    Level,
    /// Above it.
    Raised,
    /// Below it.
    Lowered,
}

/// Where the text of an element stands, if the element says so: the one with this `ordinal` in an element of the name
/// `parent`.
pub(super) fn script_of(element: &Element, parent: Option<&str>, ordinal: u32) -> Option<Script> {
    match element.name() {
        "sup" => return Some(Script::Raised),
        "sub" => return Some(Script::Lowered),
        "span" | "x-font" => return by_style(element),
        _ => {}
    }
    if !element.name().starts_with('m') {
        return None;
    }
    match (parent?, ordinal) {
        ("msup", 2) | ("msubsup", 3) => Some(Script::Raised),
        ("msub" | "msubsup", 2) => Some(Script::Lowered),
        _ => None,
    }
}

/// What a style says of it: Word and the editors that take its text over write so.
fn by_style(element: &Element) -> Option<Script> {
    let (_, style) = element.attrs().find(|(name, _)| *name == "style")?;
    if !style.contains("vertical-align") {
        return None;
    }
    let style = style.to_ascii_lowercase().replace(' ', "");
    if style.contains("vertical-align:super") {
        return Some(Script::Raised);
    }
    style
        .contains("vertical-align:sub")
        .then_some(Script::Lowered)
}

/// The sign that a line of text has before an element, where the page draws it: the bar of a fraction before what
/// stands below it, the sign of a root.
pub(super) fn sign_before(element: &Element, parent: Option<&str>, ordinal: u32) -> Option<char> {
    match (element.name(), parent, ordinal) {
        (name, Some("mfrac"), 2) if name.starts_with('m') => Some('/'),
        ("msqrt", ..) => Some('√'),
        _ => None,
    }
}

/// Longest text whose characters are replaced: `-12`, not a note.
const LONGEST: usize = 6;

/// `text` in the characters of its position, when all of it has some.
pub(crate) fn written(text: &str, script: Script) -> Cow<'_, str> {
    if script == Script::Level {
        return Cow::Borrowed(text);
    }
    let trimmed = text.trim();
    let fits = !trimmed.is_empty()
        && trimmed.chars().nth(LONGEST).is_none()
        && trimmed.contains(|c: char| c.is_ascii_digit() || c == 'n')
        && trimmed.chars().all(|c| moved(c, script).is_some());
    if !fits {
        return Cow::Borrowed(text);
    }
    Cow::Owned(trimmed.chars().filter_map(|c| moved(c, script)).collect())
}

/// A digit or sign above or below the line.
fn moved(c: char, script: Script) -> Option<char> {
    Some(match (script, c) {
        (Script::Raised, '1') => '¹',
        (Script::Raised, '2') => '²',
        (Script::Raised, '3') => '³',
        (Script::Raised, '0' | '4'..='9') => char::from_u32('⁰' as u32 + c as u32 - '0' as u32)?,
        (Script::Raised, 'n') => 'ⁿ',
        (Script::Raised, '+' | '＋') => '⁺',
        (Script::Raised, '-' | '－' | '−' | '–') => '⁻',
        (Script::Lowered, '0'..='9') => char::from_u32('₀' as u32 + c as u32 - '0' as u32)?,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_beside_the_line_have_characters_of_their_own() {
        for (text, script, expected) in [
            ("4", Script::Raised, "⁴"),
            (" 12 ", Script::Raised, "¹²"),
            ("-6", Script::Raised, "⁻⁶"),
            ("−6", Script::Raised, "⁻⁶"),
            ("2", Script::Lowered, "₂"),
            ("2.5", Script::Lowered, "2.5"),
            ("[1]", Script::Raised, "[1]"),
            ("①", Script::Raised, "①"),
            ("nd", Script::Raised, "nd"),
            ("n", Script::Raised, "ⁿ"),
            ("n+1", Script::Raised, "ⁿ⁺¹"),
            ("n", Script::Lowered, "n"),
            ("-", Script::Raised, "-"),
            ("1234567", Script::Raised, "1234567"),
            ("4", Script::Level, "4"),
        ] {
            assert_eq!(written(text, script), expected, "{text} {script:?}");
        }
    }
}
