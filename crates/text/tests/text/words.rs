//! Every word of jieba's dictionary: how long words are read by their parts, and that none is taken for a
//! person. The crate does not hand out its list, so that it is read from the crate's own source.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use langdu_text::FrontEnd;

static FRONT_END: LazyLock<FrontEnd> = LazyLock::new(FrontEnd::new);

/// A word of the dictionary with its frequency and its part of speech.
struct Entry {
    word: String,
    frequency: f64,
    tag: String,
}

/// jieba's dictionary, where cargo says that its source lies.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let output = Command::new("rustc")
        .args(["--print", "host-tuple"])
        .output()
        .expect("rustc can be run");
    let host = String::from_utf8_lossy(&output.stdout);
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        // What other systems would need is not here.
        .args(["--filter-platform", host.trim()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo can be run");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let packages = metadata["packages"].as_array().expect("packages");
    let manifest = (packages.iter())
        .find(|package| package["name"] == "jieba-rs")
        .and_then(|package| package["manifest_path"].as_str())
        .map(PathBuf::from)
        .expect("the workspace uses jieba-rs");
    let file = manifest.with_file_name("src").join("data/dict.txt");
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let entries = text.lines().filter_map(|line| {
        let mut columns = line.split(' ');
        Some(Entry {
            word: columns.next()?.to_owned(),
            frequency: columns.next()?.parse().ok()?,
            tag: columns.next()?.to_owned(),
        })
    });
    entries
        .filter(|entry| entry.word.chars().all(|c| ('一'..='龥').contains(&c)))
        .collect()
});

/// The pinyin of each character of a text of hanzi.
fn read(text: &str) -> Vec<String> {
    let utterances = FRONT_END.explain(text);
    let syllables = utterances.iter().flat_map(|utterance| &utterance.syllables);
    syllables
        .map(|syllable| syllable.pinyin.to_string())
        .collect()
}

/// The likeliest way to cut a word into two words or more, as jieba itself weighs them.
fn likeliest_parts<'w>(
    word: &'w str,
    frequencies: &HashMap<&str, f64>,
    total: f64,
) -> Vec<&'w str> {
    let borders: Vec<usize> = (word.char_indices().map(|(at, _)| at))
        .chain([word.len()])
        .collect();
    let last = borders.len() - 1;
    let mut best: Vec<(f64, usize)> = vec![(0.0, last); last + 1];
    for from in (0..last).rev() {
        best[from] = (from + 1..=last)
            .filter(|&to| (from, to) != (0, last))
            .filter_map(|to| {
                let part = &word[borders[from]..borders[to]];
                let known = frequencies.get(part).copied();
                let frequency = known.or((to == from + 1).then_some(1.0))?.max(1.0);
                Some(((frequency / total).ln() + best[to].0, to))
            })
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .unwrap_or((f64::NEG_INFINITY, from + 1));
    }
    let mut parts = Vec::new();
    let mut at = 0;
    while at < last {
        let next = best[at].1;
        parts.push(&word[borders[at]..borders[next]]);
        at = next;
    }
    parts
}

#[test]
fn long_words_are_read_as_their_parts_are() {
    let frequencies: HashMap<&str, f64> = (ENTRIES.iter())
        .map(|entry| (entry.word.as_str(), entry.frequency))
        .collect();
    let total: f64 = frequencies.values().sum();
    let (mut count, mut differ) = (0, Vec::new());
    let long = (ENTRIES.iter()).filter(|entry| entry.word.chars().count() >= 4);
    for entry in long {
        let parts = likeliest_parts(&entry.word, &frequencies, total);
        // A character that is no word of its own is read by its neighbours only.
        if parts.iter().any(|part| part.chars().count() < 2) {
            continue;
        }
        count += 1;
        let by_parts: Vec<String> = parts.iter().flat_map(|part| read(part)).collect();
        let whole = read(&entry.word);
        if whole != by_parts {
            differ.push(format!(
                "{} {} {}",
                entry.word,
                whole.join(" "),
                by_parts.join(" ")
            ));
        }
    }
    let shown = differ.join("\n");
    assert!(count > 10_000, "{count} words have parts");
    assert!(
        differ.len() * 100 <= count,
        "{} of {count}:\n{shown}",
        differ.len()
    );
}

#[test]
fn ordinary_words_are_no_persons() {
    const FRAMES: &[&str] = &[
        "{}的工作",
        "关于{}的通知",
        "加强{}、服务和监督",
        "市政府{}工作",
        "{}，应当依法办理。",
    ];
    let surnames = include_str!("../../src/data/surnames.txt");
    // The pronunciation of a surname by its character. 曲 and 撒 are read so in ordinary words as well, where
    // the model decides by the words around them.
    let special: HashMap<char, &str> = (surnames.lines())
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(surname, pinyin)| Some((surname.chars().next()?, pinyin)))
        .filter(|(surname, _)| !matches!(surname, '曲' | '撒'))
        .collect();
    let ordinary = |entry: &&Entry| {
        entry.word.starts_with(|c| special.contains_key(&c))
            && (2..=3).contains(&entry.word.chars().count())
            && !entry.tag.starts_with("nr")
    };
    let (mut count, mut named) = (0, Vec::new());
    for entry in ENTRIES.iter().filter(ordinary) {
        let alone = read(&entry.word);
        for frame in FRAMES {
            count += 1;
            let start = frame
                .chars()
                .position(|c| c == '{')
                .expect("a frame has a place");
            let read = read(&frame.replace("{}", &entry.word));
            let first = frame
                .chars()
                .take(start)
                .filter(|c| ('一'..='龥').contains(c))
                .count();
            let surname = entry.word.chars().next().and_then(|c| special.get(&c));
            if read[first] != alone[0] && surname.is_some_and(|pinyin| *pinyin == read[first]) {
                named.push(format!(
                    "{} {}",
                    frame.replace("{}", &entry.word),
                    read[first]
                ));
            }
        }
    }
    assert!(count > 5_000, "{count} words in frames");
    assert!(
        named.len() * 1000 <= count,
        "{} of {count}:\n{}",
        named.len(),
        named.join("\n")
    );
}
