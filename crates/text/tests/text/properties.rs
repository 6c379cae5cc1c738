//! What holds for every text, whatever it is: nothing panics, every syllable has its source, every
//! phoneme is the model's, no utterance is too long, and time grows with the text alone.

use langdu_testkit::growth;
use langdu_testkit::text::{FRONT_END, check};
use proptest::prelude::*;

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
        check(&parts.concat());
    }

    #[test]
    fn any_string_is_read(text in any::<String>()) {
        check(&text);
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
        check(text);
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
        growth::assert_linear(unit, 10_000, 100_000, |characters| {
            let text = unit.repeat(characters / unit.chars().count());
            growth::measured(|| std::hint::black_box(FRONT_END.explain(&text))).1
        });
    }
}
