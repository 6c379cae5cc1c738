//! What holds for every text, whatever it is: nothing panics, every syllable has its source, every
//! phoneme is the model's, no utterance is too long, and time grows with the text alone.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use langdu::text::{FrontEnd, Utterance, phonemes};
use proptest::prelude::*;

static FRONT_END: LazyLock<FrontEnd> = LazyLock::new(FrontEnd::new);

/// Phoneme characters the model takes at most.
const MOST_PHONEMES: usize = 510;

fn check(text: &str) -> Result<(), TestCaseError> {
    let length = text.chars().count();
    let utterances = FRONT_END.explain(text);
    let mut last_start = 0;
    for utterance in &utterances {
        check_utterance(utterance, text)?;
        for syllable in &utterance.syllables {
            prop_assert!(
                syllable.start < syllable.end && syllable.end <= length,
                "{syllable:?}"
            );
            prop_assert!(syllable.start >= last_start, "{:?} goes back", syllable);
            last_start = syllable.start;
        }
    }
    let spoken: String = utterances.iter().map(|u| u.spoken.as_str()).collect();
    prop_assert!(!spoken.chars().any(|c| c.is_ascii_digit()), "{spoken}");
    every_letter_and_hanzi_is_covered(text, &utterances)
}

fn check_utterance(utterance: &Utterance, text: &str) -> Result<(), TestCaseError> {
    let count = utterance.phonemes.chars().count();
    prop_assert!(count <= MOST_PHONEMES, "{count} phonemes");
    prop_assert!(
        utterance.phonemes.chars().all(phonemes::is_known),
        "{}",
        utterance.phonemes
    );
    prop_assert!(!utterance.syllables.is_empty());
    for syllable in &utterance.syllables {
        let range = syllable.phonemes.clone();
        prop_assert!(
            range.start < range.end && range.end <= count,
            "{syllable:?}"
        );
    }
    let span = utterance.span.expect("a line's utterances stand in it");
    let chars: Vec<char> = text.chars().collect();
    let source: String = chars[span.start..span.end].iter().collect();
    prop_assert_eq!(&source, &utterance.text);
    prop_assert_eq!(
        span.end_utf16 - span.start_utf16,
        source.encode_utf16().count()
    );
    Ok(())
}

fn every_letter_and_hanzi_is_covered(
    text: &str,
    utterances: &[Utterance],
) -> Result<(), TestCaseError> {
    let mut covered = vec![false; text.chars().count()];
    for syllable in utterances.iter().flat_map(|utterance| &utterance.syllables) {
        covered[syllable.start..syllable.end].fill(true);
    }
    for (at, c) in text.chars().enumerate() {
        let spoken = c.is_ascii_alphanumeric() || ('\u{4e00}'..='\u{9fff}').contains(&c);
        prop_assert!(!spoken || covered[at], "{c} at {at} is not said");
    }
    Ok(())
}

/// Pieces of everything the rules know, to be mixed at random.
fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{1,6}",
        "[0-9]{1,3}[.,:/~-][0-9]{1,4}",
        "[a-zA-Z]{1,8}",
        "[¥$€%‰℃°²³±×÷=<>≥≤+*#@&§※★/\\\\|_^~-]{1,2}",
        "[，。、；：？！“”‘’（）《》〔〕【】…— \t\n.,;:?!()]{1,2}",
        "[一二三四五六七八九十百千万亿两零〇年月日号时分元个第条款项]{1,4}",
        "[的一是在不了有和人这中大为上国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经]{1,6}",
        "[０-９Ａ-Ｚ，．％：]{1,4}",
        "[ⅠⅡⅢⅣ①②③⑴⒈㈠㎡㎞臺灣醫療]{1,3}",
        Just("国办发〔2022〕11号".to_owned()),
        Just("010-12345678转8001".to_owned()),
        Just("https://www.gov.cn/a?b=1".to_owned()),
        Just("GB/T 19001-2016".to_owned()),
        Just("2022年1月1日—5日".to_owned()),
        "\\PC{1,3}",
        any::<char>().prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_mixture_is_read_whole(parts in prop::collection::vec(fragment(), 0..24)) {
        check(&parts.concat())?;
    }

    #[test]
    fn any_string_is_read(text in any::<String>()) {
        check(&text)?;
    }
}

#[test]
fn odd_lines_are_read_or_silent() {
    for text in [
        "",
        " ",
        "\0\u{1}",
        "👨‍👩‍👧",
        "\u{301}\u{302}",
        "。。。",
        "〔",
        "////",
        "-",
        "\u{feff}",
    ] {
        assert!(check(text).is_ok(), "{text:?}");
    }
}

#[test]
fn hundred_thousand_characters_take_linear_time() {
    for unit in [
        "1",
        "一",
        "重",
        "-",
        "(",
        "1-",
        "1.",
        "a",
        "a.",
        "1*",
        "@",
        "、",
        "*",
        "1:",
        "中国，",
        "行长得为",
        "1 ",
        "1 200 ",
        "1,200,",
        "200，",
        "2021、",
        "2021年、",
        "A1-",
        "1/2-",
        "-1～",
        "（1）—",
        "第一、",
        "《",
        "“一",
        "×",
        "10⁴",
        "¥1-",
        "单位",
        "花儿",
        "差",
    ] {
        let short = unit.repeat(10_000 / unit.chars().count());
        let long = unit.repeat(100_000 / unit.chars().count());
        let time = |text: &str| {
            let start = Instant::now();
            let utterances = FRONT_END.explain(text);
            std::hint::black_box(utterances);
            start.elapsed()
        };
        time(&short);
        let (short_time, long_time) = (time(&short), time(&long));
        // Ten times the text; the rest is room for a busy machine. Quadratic would be a hundred.
        let allowed = short_time * 35 + Duration::from_millis(200);
        assert!(
            long_time < allowed,
            "{unit}: {short_time:?} then {long_time:?}"
        );
    }
}
