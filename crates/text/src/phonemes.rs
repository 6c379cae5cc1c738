//! The voice's phonemes: IPA with tone arrows for Mandarin, and for English the symbols that the model
//! was trained with.
//!
//! The Mandarin scheme is the one the v1.0 Mandarin speakers were trained on: an initial, a
//! final, and the tone's arrow behind the nucleus (→ ↗ ↓ ↘, none for the neutral tone).

use std::sync::LazyLock;

use super::chars::fold;
use super::pronunciation::Pinyin;

/// Whether the model's vocabulary holds `c`. A phoneme it does not hold must not reach the voice,
/// which would drop it silently.
pub fn is_known(c: char) -> bool {
    const PUNCTUATION: &str = ";:,.!?—…\"()“” ";
    const LATIN: &str = "AIOQSTWYabcdefhijklmnopqrstuvwxyz";
    const IPA: &str = "\u{303}ʣʥʦʨᵝꭧᵊɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ";
    PUNCTUATION.contains(c) || LATIN.contains(c) || IPA.contains(c)
}

const TONES: [&str; 5] = ["→", "↗", "↓", "↘", ""];

const INITIALS: &[(&str, &str)] = &[
    ("zh", "ꭧ"),
    ("ch", "ꭧʰ"),
    ("sh", "ʂ"),
    ("b", "p"),
    ("p", "pʰ"),
    ("m", "m"),
    ("f", "f"),
    ("d", "t"),
    ("t", "tʰ"),
    ("n", "n"),
    ("l", "l"),
    ("g", "k"),
    ("k", "kʰ"),
    ("h", "x"),
    ("j", "ʨ"),
    ("q", "ʨʰ"),
    ("x", "ɕ"),
    ("r", "ɻ"),
    ("z", "ʦ"),
    ("c", "ʦʰ"),
    ("s", "s"),
];

/// Finals in their full spelling: what stands before the tone's arrow (glide and nucleus), then what
/// stands behind it (coda).
const FINALS: &[(&str, &str, &str)] = &[
    ("a", "a", ""),
    ("ai", "ai", ""),
    ("an", "a", "n"),
    ("ang", "a", "ŋ"),
    ("ao", "au", ""),
    ("e", "ɤ", ""),
    ("ei", "ei", ""),
    ("en", "ə", "n"),
    ("eng", "ə", "ŋ"),
    ("i", "i", ""),
    ("ia", "ja", ""),
    ("ian", "jɛ", "n"),
    ("iang", "ja", "ŋ"),
    ("iao", "jau", ""),
    ("ie", "je", ""),
    ("in", "i", "n"),
    ("iou", "jou", ""),
    ("ing", "i", "ŋ"),
    ("iong", "jʊ", "ŋ"),
    ("ong", "ʊ", "ŋ"),
    ("ou", "ou", ""),
    ("u", "u", ""),
    ("uei", "wei", ""),
    ("ua", "wa", ""),
    ("uai", "wai", ""),
    ("uan", "wa", "n"),
    ("uen", "wə", "n"),
    ("uang", "wa", "ŋ"),
    ("ueng", "wə", "ŋ"),
    ("uo", "wo", ""),
    ("o", "wo", ""),
    ("v", "y", ""),
    ("ve", "ɥe", ""),
    ("van", "ɥɛ", "n"),
    ("vn", "y", "n"),
    ("syllabic", "ɨ", ""),
    ("er", "ɚ", ""),
    ("m", "m", ""),
    ("n", "n", ""),
    ("ng", "ŋ", ""),
    ("hm", "hm", ""),
    ("interjection", "ɔ", ""),
];

/// The phonemes of every syllable, and the number of their characters.
static SYLLABLES: LazyLock<Vec<(String, usize)>> = LazyLock::new(|| {
    let derived = Pinyin::all().map(derive);
    derived
        .map(|phonemes| {
            let count = phonemes.chars().count();
            (phonemes, count)
        })
        .collect()
});

/// The phonemes of a syllable in its tone.
pub(crate) fn of_syllable(syllable: Pinyin) -> &'static str {
    &SYLLABLES[syllable.index()].0
}

/// The number of characters in [`of_syllable`].
pub(crate) fn count_of_syllable(syllable: Pinyin) -> usize {
    SYLLABLES[syllable.index()].1
}

fn derive(syllable: Pinyin) -> String {
    let (initial, last) = split(syllable.letters());
    let initial = INITIALS
        .iter()
        .find(|(name, _)| *name == initial)
        .map_or("", |(_, ipa)| *ipa);
    let (_, nucleus, coda) = FINALS
        .iter()
        .find(|(name, ..)| *name == last)
        .unwrap_or(&("", "", ""));
    format!(
        "{initial}{nucleus}{}{coda}",
        TONES[syllable.tone() as usize - 1]
    )
}

/// Initial and full final: `liu` → l, iou; `yuan` → none, van.
fn split(letters: &str) -> (&str, &'static str) {
    match letters {
        "er" | "m" | "n" | "ng" | "hm" => return ("", full_final("", letters)),
        "o" => return ("", "interjection"),
        _ => {}
    }
    let initial = INITIALS
        .iter()
        .map(|(name, _)| *name)
        .find(|name| letters.starts_with(name))
        .unwrap_or("");
    (initial, full_final(initial, &letters[initial.len()..]))
}

fn full_final(initial: &str, last: &str) -> &'static str {
    let full = match (initial, last) {
        ("zh" | "ch" | "sh" | "r" | "z" | "c" | "s", "i") => "syllabic",
        ("j" | "q" | "x", "u") | ("", "yu") => "v",
        ("j" | "q" | "x", "ue") | ("", "yue") => "ve",
        ("j" | "q" | "x", "uan") | ("", "yuan") => "van",
        ("j" | "q" | "x", "un") | ("", "yun") => "vn",
        (_, "iu") | ("", "you") => "iou",
        (_, "ui") | ("", "wei") => "uei",
        (_, "un") | ("", "wen") => "uen",
        ("", "yi") => "i",
        ("", "ya") => "ia",
        ("", "yan") => "ian",
        ("", "yang") => "iang",
        ("", "yao") => "iao",
        ("", "ye") => "ie",
        ("", "yin") => "in",
        ("", "ying") => "ing",
        ("", "yong") => "iong",
        // In the training data 哟 and 唷 have no glide.
        ("", "yo") => "o",
        ("", "wu") => "u",
        ("", "wa") => "ua",
        ("", "wai") => "uai",
        ("", "wan") => "uan",
        ("", "wang") => "uang",
        ("", "weng") => "ueng",
        ("", "wo") => "uo",
        ("", "wong") => "ong",
        (_, other) => other,
    };
    FINALS
        .iter()
        .find(|(name, ..)| *name == full)
        .map_or("", |(name, ..)| name)
}

/// Punctuation as the model knows it: what a source mark becomes, `None` for silent ones.
pub(crate) fn of_mark(mark: char) -> Option<char> {
    match fold(mark) {
        '，' | ',' | '、' | '—' | '(' | ')' | '[' | ']' | '〔' | '〕' | '【' | '】' | '|' => {
            Some(',')
        }
        '。' | '.' | '\n' => Some('.'),
        '!' | '！' => Some('!'),
        '?' | '？' => Some('?'),
        ';' | '；' => Some(';'),
        ':' | '：' => Some(':'),
        '…' => Some('…'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ipa(pinyin: &str) -> &'static str {
        of_syllable(Pinyin::parse(pinyin).expect("a syllable"))
    }

    #[test]
    fn syllables_follow_the_scheme_the_speakers_learned() {
        for (pinyin, phonemes) in [
            ("lao3", "lau↓"),
            ("nian2", "njɛ↗n"),
            ("ren2", "ɻə↗n"),
            ("zhi3", "ꭧɨ↓"),
            ("xu1", "ɕy→"),
            ("er4", "ɚ↘"),
            ("yue4", "ɥe↘"),
            ("jun1", "ʨy→n"),
            ("wang3", "wa↓ŋ"),
            ("lv4", "ly↘"),
            ("de5", "tɤ"),
            ("qiong2", "ʨʰjʊ↗ŋ"),
            ("shui3", "ʂwei↓"),
            ("bo1", "pwo→"),
            ("yi1", "i→"),
        ] {
            assert_eq!(ipa(pinyin), phonemes, "{pinyin}");
        }
    }

    #[test]
    fn a_mark_is_the_pause_and_the_tone_of_voice_that_it_stands_for() {
        let heard = |marks: &str| -> String { marks.chars().filter_map(of_mark).collect() };
        assert_eq!(heard("，,、—()[]〔〕【】|（）"), ",,,,,,,,,,,,,,,");
        assert_eq!(heard("。.\n｡"), "....");
        assert_eq!(heard("!！?？;；:："), "!!??;;::");
        assert_eq!(heard("…"), "…");
        assert_eq!(heard("《》“”‘’·「」\t "), "", "silent");
    }

    #[test]
    fn every_syllable_has_phonemes_the_model_knows() {
        for syllable in Pinyin::all() {
            let phonemes = of_syllable(syllable);
            assert!(
                !phonemes.trim_end_matches(['→', '↗', '↓', '↘']).is_empty(),
                "{syllable}"
            );
            assert!(phonemes.chars().all(is_known), "{syllable}: {phonemes}");
        }
    }
}
