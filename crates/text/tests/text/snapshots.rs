//! Every page and file of the fixtures, and every text of the tables, as it is read today: what
//! stands in which block, how it is cut into utterances, what is said, with which phonemes and
//! pauses.
//!
//! The other tests say what is right; these show everything else that a change moves.
//! `docs/reading.md` says how to keep what is meant.

use std::fmt::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use insta::{assert_snapshot, glob, with_settings};
use langdu_document::{
    Block, BlockKind, Document, ExtractOptions, Substance, Table, TableCell, TableRow,
};
use langdu_fetch::charset;
use langdu_file::FileLimits;
use langdu_text::{FrontEnd, ScriptOptions, Utterance};

static FRONT_END: LazyLock<FrontEnd> = LazyLock::new(FrontEnd::new);

/// `450 text`, then what is said where that differs, then the phonemes.
fn write_utterance(into: &mut String, utterance: &Utterance) {
    let Utterance {
        text,
        spoken,
        phonemes,
        pause_ms,
        ..
    } = utterance;
    let ours = if utterance.generated { "*" } else { "" };
    let _ = writeln!(into, "{pause_ms}{ours} {text}");
    if spoken != text {
        let _ = writeln!(into, "    = {spoken}");
    }
    let _ = writeln!(into, "    / {phonemes}");
}

/// What is known of the document apart from its text.
fn write_facts(into: &mut String, document: &Document) {
    let substance = Some(document.substance)
        .filter(|&substance| substance != Substance::Text)
        .map(Substance::as_str);
    let facts = [
        ("title", Some(document.title.as_str())),
        ("subtitle", document.subtitle.as_deref()),
        ("number", document.doc_number.as_deref()),
        ("issuer", document.issuer.as_deref()),
        ("date", document.date.as_ref().map(|date| date.as_str())),
        (
            "dated",
            document.doc_date.as_ref().map(|date| date.as_str()),
        ),
        ("source", document.source.as_deref()),
        ("substance", substance),
    ];
    for (name, fact) in facts {
        if let Some(fact) = fact {
            let _ = writeln!(into, "{name}: {fact}");
        }
    }
    for attachment in &document.attachments {
        let _ = writeln!(into, "file: {} <{}>", attachment.name, attachment.href);
    }
    for note in &document.footnotes {
        let _ = writeln!(
            into,
            "note: {} {:?} in {} at {:?} is {}",
            note.name, note.href, note.block, note.range, note.note
        );
    }
}

/// `heading 2`.
fn kind(block: &Block) -> String {
    let kind = serde_json::to_value(&block.kind).expect("a kind");
    let level = kind["level"]
        .as_u64()
        .map_or(String::new(), |level| format!(" {level}"));
    format!("{}{level}", kind["kind"].as_str().expect("its name"))
}

fn page(path: &Path) -> Document {
    let bytes = std::fs::read(path).expect("readable");
    let html = charset::decode(&bytes, None).0;
    langdu_document::extract(&html, None, &ExtractOptions::default()).expect("a document")
}

fn file(path: &Path) -> Document {
    let bytes = std::fs::read(path).expect("readable");
    let limits = FileLimits::default();
    let format = langdu_file::sniff(&bytes, &limits).expect("a known format");
    let flow = langdu_file::parse(&bytes, format, &limits).expect("a whole file");
    langdu_document::from_flow(flow).expect("a document")
}

fn as_read(document: &Document) -> String {
    let script = FRONT_END.script(document, &ScriptOptions::default());

    let mut read = String::new();
    write_facts(&mut read, document);
    let mut utterances = script.utterances.iter().peekable();
    for (index, block) in document.blocks.iter().enumerate() {
        let _ = writeln!(read, "\n[{}] {}", kind(block), block.path);
        while let Some(utterance) =
            utterances.next_if(|next| next.span.is_none_or(|span| span.block == index))
        {
            write_utterance(&mut read, utterance);
        }
    }
    assert!(utterances.next().is_none(), "every utterance has its block");
    read
}

/// Fails with the differences between `read` and what `tests/snapshots` holds.
fn as_before(name: &str, read: &str) {
    with_settings!({ omit_expression => true, snapshot_path => "../../../../tests/snapshots", prepend_module_to_snapshot => false }, {
        assert_snapshot!(name, read);
    });
}

#[test]
fn every_page_is_read_as_before() {
    glob!("../../../../tests/", "fixtures/pages/*.html", |path| {
        as_before("page", &as_read(&page(path)))
    });
}

#[test]
fn every_file_is_read_as_before() {
    glob!(
        "../../../../tests/",
        "fixtures/files/*.{docx,odt,doc,rtf,ofd,xls,xlsx,pdf}",
        |path| {
            // It is refused: the tests of `langdu-file`.
            if !path.ends_with("encrypted.pdf") {
                as_before("file", &as_read(&file(path)));
            }
        }
    );
}

#[test]
fn every_text_of_the_tables_is_read_as_before() {
    glob!("../../../../tests/", "data/*.tsv", |table| {
        let rows = std::fs::read_to_string(table).expect("readable");
        let mut read = String::new();
        for row in rows
            .lines()
            .filter(|row| !row.is_empty() && !row.starts_with('#'))
        {
            let text = row.split('\t').next().unwrap_or_default();
            for utterance in FRONT_END.explain(text) {
                write_utterance(&mut read, &utterance);
            }
        }
        as_before("table", &read);
    });
}

/// The pieces of a file, each behind a line `== name`.
fn pieces(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> + Clone {
    file.split("== ")
        .skip(1)
        .map(|piece| piece.split_once('\n').expect("a name and what it names"))
}

/// The rows of a table, each cell behind the header that names it: `区=东区, 座位=40; ...`.
fn cells(table: &Table, text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let read = |range: &Range<usize>| letters[range.clone()].iter().collect::<String>();
    let cell = |cell: &TableCell| match &cell.header {
        Some(header) => format!("{}={}", read(header), read(&cell.text)),
        None => read(&cell.text),
    };
    let row = |row: &TableRow| row.cells.iter().map(cell).collect::<Vec<_>>().join(", ");
    table.rows.iter().map(row).collect::<Vec<_>>().join("; ")
}

/// Facts and blocks, one to a line.
fn outline(html: &str) -> Vec<String> {
    match langdu_document::extract(html, None, &ExtractOptions::default()) {
        Err(error) => vec![error.to_string()],
        Ok(document) => {
            let mut outline = String::new();
            write_facts(&mut outline, &document);
            for block in &document.blocks {
                let text = match &block.kind {
                    BlockKind::Table(table) => cells(table, &block.text),
                    _ => block.text.clone(),
                };
                let _ = writeln!(outline, "[{}] {text}", kind(block));
            }
            outline.lines().map(str::to_owned).collect()
        }
    }
}

/// Every part in every place, by what it adds to the page and takes away from it.
fn taken_as_before(name: &str, places: &'static str, parts: &'static str) {
    let mut taken = String::new();
    for (place, page) in pieces(places) {
        let _ = writeln!(taken, "\n== {place}");
        let without = outline(&page.replace("{}", ""));
        for (part, html) in pieces(parts) {
            let mut lost = without.clone();
            let mut added = outline(&page.replace("{}", html));
            added.retain(
                |line| match lost.iter().position(|expected| expected == line) {
                    Some(at) => {
                        lost.remove(at);
                        false
                    }
                    None => true,
                },
            );
            let _ = writeln!(taken, "{part}");
            for (sign, lines) in [('-', lost), ('+', added)] {
                for line in lines {
                    let _ = writeln!(taken, "  {sign} {line}");
                }
            }
        }
    }
    as_before(name, &taken);
}

/// What a part of a page is taken for depends on where it stands.
#[test]
fn every_part_is_taken_in_its_place_as_before() {
    let (places, parts) = (
        include_str!("../../../../tests/data/places.html"),
        include_str!("../../../../tests/data/parts.html"),
    );
    taken_as_before("parts", places, parts);
}

/// The title of a page is told from what its head and its text say.
#[test]
fn every_title_is_found_as_before() {
    let (pages, titles) = (
        include_str!("../../../../tests/data/heads.html"),
        include_str!("../../../../tests/data/titles.html"),
    );
    taken_as_before("titles", pages, titles);
}

/// A line of a list that is no comment.
fn lines(list: &'static str) -> impl Iterator<Item = &'static str> + Clone {
    list.lines().filter(|line| !line.starts_with("# "))
}

/// What each of `parts` comes to by itself and, where that is something else, in each frame, in which
/// it stands where `#` does.
fn in_frames(
    parts: &'static str,
    frames: &'static str,
    of: impl Fn(&str, &str) -> String,
    expected: impl Fn(&str, &str) -> String,
) -> String {
    let alone: Vec<(&str, String)> = lines(parts).map(|part| (part, of(part, part))).collect();
    let mut written = String::new();
    for (part, by_itself) in &alone {
        let _ = writeln!(written, "{part}\t{by_itself}");
    }
    for frame in lines(frames) {
        let _ = writeln!(written, "\n{frame}");
        for (part, by_itself) in &alone {
            let here = of(&frame.replace('#', part), part);
            if here != expected(frame, by_itself) {
                let _ = writeln!(written, "{part}\t{here}");
            }
        }
    }
    written
}

/// A number is said by what stands beside it: every number in every frame.
#[test]
fn every_number_is_said_in_its_frame_as_before() {
    let (numbers, frames) = (
        include_str!("../../../../tests/data/numbers.txt"),
        include_str!("../../../../tests/data/frames.txt"),
    );
    let said = |text: &str, _: &str| {
        let spoken = FRONT_END.explain(text).into_iter();
        let spoken: Vec<String> = spoken.map(|utterance| utterance.spoken).collect();
        spoken.join("|")
    };
    let framed = |frame: &str, number: &str| frame.replace('#', number);
    as_before("numbers", &in_frames(numbers, frames, said, framed));
}

/// A character of more than one reading is read by what stands beside it: every one in every frame.
#[test]
fn every_character_of_many_readings_is_read_in_its_frame_as_before() {
    let (characters, frames) = (
        include_str!("../../../../tests/data/readings.txt"),
        include_str!("../../../../tests/data/reading_frames.txt"),
    );
    let read = |text: &str, character: &str| {
        let utterances = FRONT_END.explain(text);
        let syllables = utterances.iter().flat_map(|utterance| &utterance.syllables);
        let of_it = syllables.filter(|syllable| syllable.hanzi == character);
        let readings: Vec<&str> = of_it.map(|syllable| &*syllable.pinyin).collect();
        readings.join(" ")
    };
    let same = |_: &str, reading: &str| reading.to_owned();
    as_before("readings", &in_frames(characters, frames, read, same));
}
