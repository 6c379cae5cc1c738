//! Raised and lowered characters: 10⁴ and CO₂, not 104 and CO2.
//!
//! Files set them with a style, Unicode has characters of their own for figures and signs, and those
//! are what the text stage reads as powers. What Unicode has no such character for stays as it is.

const PLAIN: &str = "0123456789+-−–=()n";
const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿ";
const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₙ";

fn other(letter: char, table: &str) -> Option<char> {
    let at = PLAIN.chars().position(|plain| plain == letter)?;
    table.chars().nth(at)
}

/// `letter` as it is on the line.
pub(super) fn plain(letter: char) -> char {
    // Most letters are far from these, and the question is asked of every letter of a file.
    if !matches!(letter, '\u{b2}'..='\u{b9}' | '\u{2070}'..='\u{209c}') {
        return letter;
    }
    [RAISED, LOWERED]
        .iter()
        .find_map(|table| {
            let at = table.chars().position(|own| own == letter)?;
            PLAIN.chars().nth(at)
        })
        .unwrap_or(letter)
}

/// `letter` raised, where Unicode can say so.
fn raised(letter: char) -> Option<char> {
    other(letter, RAISED)
}

/// `letter` lowered, or as it is: of a lowered sign or letter nothing is said in Chinese.
pub(super) fn lowered(letter: char) -> char {
    letter
        .is_ascii_digit()
        .then(|| other(letter, LOWERED))
        .flatten()
        .unwrap_or(letter)
}

/// `text` raised, `None` where it is more than figures and their signs: a raised 注 or 1) is a mark.
pub(super) fn raised_all(text: &str) -> Option<String> {
    let whole = text.trim();
    let sound = !whole.is_empty() && !whole.contains(['(', ')', '=']);
    sound
        .then(|| whole.chars().map(raised).collect::<Option<String>>())
        .flatten()
}

/// How a run is set against the baseline of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Height {
    #[default]
    On,
    Raised,
    Lowered,
}

impl Height {
    /// What a file calls superscript and subscript, by the beginning of the word: ECMA-376 writes
    /// it in full, OpenDocument `super` and `sub`.
    pub(super) fn named(name: &str) -> Self {
        if name.starts_with("super") {
            Self::Raised
        } else if name.starts_with("sub") {
            Self::Lowered
        } else {
            Self::On
        }
    }

    /// Of letters that stand `shift` above their baseline.
    pub(super) fn shifted(shift: f32) -> Self {
        if shift > 0.0 {
            Self::Raised
        } else if shift < 0.0 {
            Self::Lowered
        } else {
            Self::On
        }
    }

    /// `run` as it is written at this height.
    pub(super) fn write(self, run: &str) -> String {
        match self {
            Self::On => run.to_owned(),
            Self::Raised => raised_all(run).unwrap_or_else(|| run.to_owned()),
            Self::Lowered => run.chars().map(lowered).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_their_signs_are_raised_and_lowered_and_words_are_not() {
        for (run, raised, lowered) in [
            ("4", "⁴", "₄"),
            ("-3", "⁻³", "-₃"),
            ("2.5", "2.5", "₂.₅"),
            ("注", "注", "注"),
            ("[1]", "[1]", "[₁]"),
            ("1)", "1)", "₁)"),
            ("n", "ⁿ", "n"),
            ("2+", "²⁺", "₂+"),
        ] {
            assert_eq!(Height::Raised.write(run), raised);
            assert_eq!(Height::Lowered.write(run), lowered);
            assert_eq!(Height::On.write(run), run);
            let back: String = raised.chars().map(plain).collect();
            assert_eq!(back, run);
        }
    }
}
