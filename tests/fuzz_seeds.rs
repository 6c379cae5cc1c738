//! What the fuzz targets do, over their seeds and pieces of them: what they would find in a second
//! is found here.

#[path = "../fuzz/bodies/mod.rs"]
mod bodies;

use std::path::Path;

use langdu::file::Format;

/// Runs `body` over every file of the folders, whole, cut off at several places, and each of these
/// with a byte changed. Returns how many files there were.
fn over_seeds(folders: &[&str], is_seed: impl Fn(&str) -> bool, body: impl Fn(&[u8])) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds = 0;
    for folder in folders {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder of seeds") {
            let entry = entry.expect("readable");
            if is_seed(&entry.file_name().to_string_lossy()) {
                let bytes = std::fs::read(entry.path()).expect("readable");
                pieces(&bytes).iter().for_each(|piece| body(piece));
                seeds += 1;
            }
        }
    }
    seeds
}

fn pieces(bytes: &[u8]) -> Vec<Vec<u8>> {
    let length = bytes.len();
    let cuts = [length, length / 2, length / 3, length.saturating_sub(7)];
    let cut = cuts.map(|cut| bytes[..cut].to_vec());
    let changed = cut.clone().map(|mut piece| {
        let place = piece.len() / 4;
        if let Some(byte) = piece.get_mut(place) {
            *byte ^= 0x5b;
        }
        piece
    });
    cut.into_iter().chain(changed).collect()
}

fn any(_: &str) -> bool {
    true
}

/// Claims about an encoding, as `charset` takes them from an input's first line.
const CLAIMS: [&str; 5] = [
    "text/html",
    "text/html; charset=gb2312",
    "text/html; charset=utf-16le",
    "text/html; charset=\"utf-8",
    "text/html; charset=iso-2022-jp",
];

const PAGES: [&str; 2] = ["tests/fixtures/pages", "fuzz/seeds/extract"];

#[test]
fn characters() {
    let seeds = over_seeds(&PAGES, any, |bytes| {
        for claim in CLAIMS {
            bodies::charset::read(&[claim.as_bytes(), b"\n", bytes].concat());
        }
    });
    assert!(seeds >= 200, "only {seeds} seeds");
}

#[test]
fn pages() {
    let seeds = over_seeds(&PAGES, any, bodies::extract::read);
    assert!(seeds >= 200, "only {seeds} seeds");
}

#[test]
fn texts() {
    assert!(over_seeds(&["fuzz/seeds/text"], any, bodies::text::read) >= 8);
}

#[test]
fn lexicons() {
    assert!(over_seeds(&["fuzz/seeds/lexicon"], any, bodies::lexicon::read) >= 3);
}

#[test]
fn ranges() {
    assert!(over_seeds(&["fuzz/seeds/range"], any, bodies::range::read) >= 6);
}

#[test]
fn configurations() {
    assert!(over_seeds(&["fuzz/seeds/config"], any, bodies::config::read) >= 4);
}

#[test]
fn packs() {
    assert!(over_seeds(&["fuzz/seeds/pack"], any, bodies::pack::read) >= 4);
}

#[test]
fn files() {
    for (format, extension, least) in [
        (Format::Doc, ".doc", 1),
        (Format::Docx, ".docx", 1),
        (Format::Odt, ".odt", 1),
        (Format::Ofd, ".ofd", 1),
        (Format::Pdf, ".pdf", 9),
        (Format::Rtf, ".rtf", 1),
        (Format::Xls, ".xls", 1),
        (Format::Xlsx, ".xlsx", 1),
    ] {
        let seeds = over_seeds(
            &["tests/fixtures/files"],
            |name| name.ends_with(extension),
            |bytes| bodies::file::read(bytes, format),
        );
        assert!(seeds >= least, "only {seeds} {extension}");
    }
}

/// The seeds reach what they are for: a seed that is refused at once shows nothing.
#[test]
fn the_seeds_are_understood() {
    let seed = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
        std::fs::read(path.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    for name in ["documented", "fetch", "schedule", "security"] {
        let toml = String::from_utf8(seed(&format!("config/{name}.toml"))).expect("UTF-8");
        let config = langdu::config::Config::from_toml(&toml);
        assert!(config.is_ok_and(|config| config.check().is_ok()), "{name}");
    }
    for (name, plain) in [("plain", true), ("fused", false)] {
        let export = seed(&format!("pack/{name}.onnx"));
        let models = langdu::voice::pack::rewrite(&export[1..], &[], plain);
        assert!(models.is_ok_and(|models| models.weights.is_none() == plain));
    }
    let names = String::from_utf8(seed("lexicon/names.tsv")).expect("UTF-8");
    let (tsv, _) = names.split_once("\n\n").expect("an empty line");
    assert_eq!(langdu::text::Lexicon::parse(tsv).map(|l| l.len()), Ok(4));
}
