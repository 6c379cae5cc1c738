//! A Mandarin syllable with its tone, small enough to copy.

use std::fmt;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// Every syllable of the language without its tone; ü is `v`.
const SYLLABLES: &str = include_str!("../data/syllables.txt");

static BASES: LazyLock<Vec<&str>> = LazyLock::new(|| SYLLABLES.lines().collect());

/// Place of each syllable in [`BASES`].
static PLACES: LazyLock<FxHashMap<&str, u16>> =
    LazyLock::new(|| SYLLABLES.lines().zip(0..).collect());

/// A syllable: the index of its letters in the table of syllables, and its tone 1–5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Pinyin {
    base: u16,
    tone: u8,
}

impl Pinyin {
    /// Parses `lv4`, `lü4`, `lu:4`, `le` (no tone: neutral). `None` when it is not a
    /// syllable.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (letters, tone) = match text.as_bytes().last()? {
            digit @ b'1'..=b'5' => (&text[..text.len() - 1], digit - b'0'),
            b'0' => (&text[..text.len() - 1], 5),
            _ => (text, 5),
        };
        if let Some(found) = Self::of_base(letters, tone) {
            return Some(found);
        }
        let mut letters = letters
            .to_ascii_lowercase()
            .replace("u:", "v")
            .replace('ü', "v");
        if letters == "lue" || letters == "nue" {
            letters = letters.replace("ue", "ve");
        }
        if let [b'j' | b'q' | b'x' | b'y', b'v', ..] = letters.as_bytes() {
            letters = letters.replacen('v', "u", 1);
        }
        Self::of_base(&letters, tone)
    }

    fn of_base(letters: &str, tone: u8) -> Option<Self> {
        let &base = PLACES.get(letters)?;
        Some(Self { base, tone })
    }

    /// The letters without the tone.
    pub(crate) fn letters(self) -> &'static str {
        BASES[self.base as usize]
    }

    /// Letters and tone: `lv4`.
    pub(crate) fn name(self) -> &'static str {
        static NAMES: LazyLock<Vec<String>> =
            LazyLock::new(|| Pinyin::all().map(|pinyin| pinyin.to_string()).collect());
        &NAMES[self.index()]
    }

    /// 1–4, or 5 for the neutral tone.
    pub(crate) fn tone(self) -> u8 {
        self.tone
    }

    /// The same letters in another tone.
    pub(crate) fn with_tone(self, tone: u8) -> Self {
        Self { tone, ..self }
    }

    /// Place in a table of every syllable and tone.
    pub(crate) fn index(self) -> usize {
        self.base as usize * 5 + self.tone as usize - 1
    }

    /// Every syllable in every tone, by [`index`](Self::index).
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..BASES.len() as u16).flat_map(|base| (1..=5).map(move |tone| Self { base, tone }))
    }
}

impl fmt::Display for Pinyin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.letters(), self.tone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_syllable_is_read() {
        for (text, plain) in [
            ("lv4", "lv4"),
            ("lü4", "lv4"),
            ("lu:4", "lv4"),
            ("lue4", "lve4"),
            ("jv1", "ju1"),
            ("le", "le5"),
            ("De0", "de5"),
        ] {
            assert_eq!(
                Pinyin::parse(text).map(|p| p.to_string()).as_deref(),
                Some(plain),
                "{text}"
            );
        }
        assert_eq!(Pinyin::parse("xyz1"), None);
        assert_eq!(Pinyin::parse(""), None);
    }
}
