//! The tables of `tests/data`: how texts are said and how words are read. Whoever finds one more
//! case adds a row; no Rust is needed.

use std::sync::LazyLock;

use langdu_text::{FrontEnd, Syllable};

static FRONT_END: LazyLock<FrontEnd> = LazyLock::new(FrontEnd::new);

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

/// Letters and numerals alone, in capitals: what a listener hears apart from pauses.
fn heard(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .map(|c| if c == '〇' { '零' } else { c })
        .collect()
}

fn fail_with(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} rows differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn texts_are_said_as_a_newsreader_says_them() {
    let table = include_str!("../../../../tests/data/normalization.tsv");
    assert!(rows(table).count() >= 400);
    let wrong: Vec<String> = rows(table)
        .filter_map(|row| {
            let said: String = FRONT_END
                .explain(row[0])
                .into_iter()
                .map(|utterance| utterance.spoken)
                .collect();
            (heard(&said) != heard(row[1])).then(|| format!("{}: {said}, not {}", row[0], row[1]))
        })
        .collect();
    fail_with(&wrong);
}

/// The readings of the first place where `word` stands in a sentence of hanzi alone.
fn readings(sentence: &str, word: &str, of: fn(Syllable) -> String) -> String {
    let start = sentence
        .find(word)
        .map(|byte| sentence[..byte].chars().count())
        .expect("the word stands in its sentence");
    let length = word.chars().count();
    FRONT_END
        .explain(sentence)
        .into_iter()
        .flat_map(|utterance| utterance.syllables)
        .filter(|syllable| syllable.start >= start && syllable.end <= start + length)
        .map(of)
        .collect::<Vec<_>>()
        .join(" ")
}

fn check_readings(table: &'static str, at_least: usize, of: fn(Syllable) -> String) {
    assert!(rows(table).count() >= at_least);
    let wrong: Vec<String> = rows(table)
        .filter_map(|row| {
            let read = readings(row[0], row[1], of);
            (read != row[2]).then(|| format!("{} {}: {read}, not {}", row[0], row[1], row[2]))
        })
        .collect();
    fail_with(&wrong);
}

#[test]
fn characters_with_several_readings_are_read_by_their_context() {
    check_readings(
        include_str!("../../../../tests/data/polyphones.tsv"),
        200,
        |syllable| syllable.pinyin.into_owned(),
    );
}

#[test]
fn persons_are_read_by_their_surnames_and_words_as_the_page_glosses_them() {
    check_readings(
        include_str!("../../../../tests/data/persons.tsv"),
        10,
        |syllable| syllable.pinyin.into_owned(),
    );
}

#[test]
fn tones_are_spoken_with_sandhi() {
    check_readings(
        include_str!("../../../../tests/data/sandhi.tsv"),
        40,
        |syllable| syllable.surface.into_owned(),
    );
}
