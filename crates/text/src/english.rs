//! Latin letters and English words in the symbols the model was trained with.

use super::phonemes::is_known;

/// A source of English pronunciations, such as espeak-ng. This crate has none of its own, because that
/// would need I/O; the caller gives it one.
pub trait EnglishWords: Send + Sync {
    /// The IPA of one word as espeak-ng writes it (`en-us`), or `None` when there is none.
    fn phonemes(&self, word: &str) -> Option<String>;
}

/// The names of the letters. P, T, K and Q begin with the aspirated stops of Mandarin: among its syllables the
/// model says a bare `t` as pinyin's d.
const LETTERS: [&str; 26] = [
    "ˈA",
    "bˈi",
    "sˈi",
    "dˈi",
    "ˈi",
    "ˈɛf",
    "ʤˈi",
    "ˈAʧ",
    "ˈI",
    "ʤˈA",
    "kʰˈA",
    "ˈɛl",
    "ˈɛm",
    "ˈɛn",
    "ˈO",
    "pʰˈi",
    "kʰjˈu",
    "ˈɑɹ",
    "ˈɛs",
    "tʰˈi",
    "jˈu",
    "vˈi",
    "dˈʌbəlju",
    "ˈɛks",
    "wˈI",
    "zˈi",
];

/// Words that public notices use, so that they are said without any English voice installed.
const WORDS: &[(&str, &str)] = &[
    ("wi", "wˈI"),
    ("fi", "fˈI"),
    ("wifi", "wˈIfI"),
    ("to", "tu"),
    ("at", "æt"),
    ("ok", "OkˈA"),
    ("pad", "pˈæd"),
    ("ipad", "ˈIpæd"),
    ("iphone", "ˈIfOn"),
    ("pro", "pɹˈO"),
    ("plus", "plˈʌs"),
    ("email", "ˈimAl"),
    ("mail", "mˈAl"),
    ("logo", "lˈOɡO"),
    ("covid", "kˈOvɪd"),
    ("nasa", "nˈæsə"),
    ("apec", "ˈApɛk"),
    ("opec", "ˈOpɛk"),
    ("nato", "nˈATO"),
    ("asean", "ˈɑsiɑn"),
    ("unesco", "junˈɛskO"),
    ("unicef", "jˈunəsɛf"),
    ("sars", "sˈɑɹz"),
    ("aids", "ˈAdz"),
    ("android", "ˈændɹYd"),
    ("google", "ɡˈuɡəl"),
    ("windows", "wˈɪndOz"),
    ("word", "wˈɜɹd"),
    ("excel", "ɪksˈɛl"),
    ("word", "wˈɜɹd"),
    ("web", "wˈɛb"),
    ("home", "hˈOm"),
    ("smart", "smˈɑɹt"),
    ("city", "sˈɪTi"),
    ("china", "ʧˈInə"),
    ("and", "ænd"),
    ("the", "ðə"),
    ("of", "ʌv"),
    ("in", "ɪn"),
    ("for", "fɔɹ"),
    ("on", "ˈɑn"),
    ("online", "ˈɑnlIn"),
    ("office", "ˈɔfəs"),
    ("pay", "pˈA"),
    ("open", "ˈOpən"),
    ("green", "ɡɹˈin"),
    ("no", "nˈO"),
    ("tips", "tˈɪps"),
    ("mini", "mˈɪni"),
    ("max", "mˈæks"),
    ("chrome", "kɹˈOm"),
    ("itunes", "ˈItunz"),
    ("apple", "ˈæpəl"),
    ("linux", "lˈɪnəks"),
    ("beijing", "bAʤˈɪŋ"),
    ("com", "kˈɑm"),
    ("net", "nˈɛt"),
    ("info", "ˈɪnfO"),
    ("service", "sˈɜɹvəs"),
    ("news", "nˈuz"),
    ("data", "dˈATə"),
    ("cloud", "klˈWd"),
    ("one", "wˈʌn"),
    ("health", "hˈɛlθ"),
    ("care", "kˈɛɹ"),
    ("park", "pˈɑɹk"),
];

/// espeak-ng's symbols and the model's; where one is the beginning of another, the longer comes first.
const FROM_ESPEAK: &[(&str, &str)] = &[
    ("aɪə", "Iə"),
    ("aɪɚ", "Iəɹ"),
    ("aʊɚ", "Wəɹ"),
    ("eɪ", "A"),
    ("aɪ", "I"),
    ("oʊ", "O"),
    ("əʊ", "O"),
    ("aʊ", "W"),
    ("ɔɪ", "Y"),
    ("tʃ", "ʧ"),
    ("dʒ", "ʤ"),
    ("ɜːɹ", "ɜɹ"),
    ("ɜː", "ɜɹ"),
    ("ɪə", "iə"),
    ("ɐ", "ə"),
    ("ɚ", "əɹ"),
    ("ɫ", "l"),
    ("g", "ɡ"),
    ("r", "ɹ"),
    ("n̩", "ᵊn"),
    ("l̩", "ᵊl"),
    ("ɬ", "l"),
    ("ʍ", "w"),
    ("x", "k"),
    ("ɵ", "ə"),
    ("o", "ɔ"),
    ("e", "A"),
    ("ɾ", "T"),
    ("ʔ", "t"),
    ("ː", ""),
    ("\u{303}", ""),
    ("\u{329}", ""),
    ("\u{361}", ""),
    ("_", ""),
    ("-", ""),
    (" ", " "),
];

/// The name of an ASCII letter; `None` for any other character.
pub(crate) fn letter(c: char) -> Option<&'static str> {
    let index = (c.to_ascii_lowercase() as u32).checked_sub('a' as u32)?;
    LETTERS.get(index as usize).copied()
}

/// The phonemes of an English word: from `voice`, from our own table, or letter by letter.
pub(crate) fn word(word: &str, voice: Option<&dyn EnglishWords>) -> String {
    let lower = word.to_lowercase();
    if let Some((_, phonemes)) = WORDS.iter().find(|(known, _)| *known == lower) {
        return aspirated(phonemes);
    }
    voice
        .and_then(|voice| voice.phonemes(&lower))
        .and_then(|ipa| from_espeak(&ipa))
        .map_or_else(|| spelled(word), |phonemes| aspirated(&phonemes))
}

/// With Mandarin's aspirated stops where English aspirates: at the beginning of a word and of a stressed
/// syllable, but not behind s.
fn aspirated(phonemes: &str) -> String {
    let chars: Vec<char> = phonemes.chars().collect();
    let mut written = String::with_capacity(phonemes.len() + 4);
    for (at, &c) in chars.iter().enumerate() {
        written.push(c);
        let before = at.checked_sub(1).map(|before| chars[before]);
        let begins_word = before.is_none_or(|before| " ˈˌ".contains(before));
        let onset = chars[at + 1..].iter().find(|next| !"jwlɹ".contains(**next));
        let stressed = onset.is_some_and(|next| "ˈˌ".contains(*next));
        let sounds_on = chars.get(at + 1).is_some_and(|next| !" ʰ".contains(*next));
        if "ptk".contains(c) && sounds_on && before != Some('s') && (begins_word || stressed) {
            written.push('ʰ');
        }
    }
    written
}

/// espeak-ng's IPA in the model's symbols; `None` when a symbol has no counterpart, so that no sound is
/// dropped silently.
pub(crate) fn from_espeak(ipa: &str) -> Option<String> {
    let mut rest = ipa.trim();
    let mut mapped = String::new();
    while let Some(c) = rest.chars().next() {
        if let Some((theirs, ours)) = FROM_ESPEAK
            .iter()
            .find(|(theirs, _)| rest.starts_with(theirs))
        {
            mapped.push_str(ours);
            rest = &rest[theirs.len()..];
            continue;
        }
        if !is_known(c) {
            return None;
        }
        mapped.push(c);
        rest = &rest[c.len_utf8()..];
    }
    (!mapped.trim().is_empty()).then_some(mapped)
}

fn spelled(word: &str) -> String {
    word.chars()
        .filter_map(letter)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Voice(&'static str);

    impl EnglishWords for Voice {
        fn phonemes(&self, _word: &str) -> Option<String> {
            Some(self.0.to_owned())
        }
    }

    #[test]
    fn espeak_symbols_become_the_models() {
        for (theirs, ours) in [
            ("səsˌaɪəɾi", "səsˌIəTi"),
            ("ɡˈeɪm", "ɡˈAm"),
            ("tʃˈɜːɹtʃ", "ʧˈɜɹʧ"),
            ("hˈoʊm", "hˈOm"),
            ("dʒˈɔɪ", "ʤˈY"),
        ] {
            assert_eq!(from_espeak(theirs).as_deref(), Some(ours), "{theirs}");
        }
    }

    #[test]
    fn a_symbol_without_counterpart_means_spelling() {
        assert_eq!(from_espeak("ɡ\u{1d94}"), None);
        assert_eq!(word("xq", Some(&Voice("\u{1d94}"))), "ˈɛks kʰjˈu");
        assert_eq!(word("zoo", Some(&Voice("zˈuː"))), "zˈu");
    }

    #[test]
    fn stops_are_aspirated_as_mandarin_writes_it() {
        for (plain, written) in [
            ("tˈɪps", "tʰˈɪps"),
            ("pɹˈO", "pʰɹˈO"),
            ("OkˈA", "OkʰˈA"),
            ("plˈʌs", "pʰlˈʌs"),
            ("tu", "tʰu"),
            ("smˈɑɹt", "smˈɑɹt"),
            ("stˈɑp", "stˈɑp"),
            ("ˈæpəl", "ˈæpəl"),
        ] {
            assert_eq!(aspirated(plain), written);
        }
        assert_eq!(letter('t'), Some("tʰˈi"));
    }

    #[test]
    fn our_own_symbols_are_the_models() {
        for (_, phonemes) in WORDS {
            assert!(phonemes.chars().all(is_known), "{phonemes}");
        }
        assert!(LETTERS.iter().all(|name| name.chars().all(is_known)));
        assert!(
            FROM_ESPEAK
                .iter()
                .all(|(_, ours)| ours.chars().all(is_known))
        );
    }
}
