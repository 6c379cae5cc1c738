//! What the fuzz targets do, over their seeds and pieces of them: what they would find in a second
//! is found here.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use langdu_file::Format;
use rand::Rng;
use rand::rngs::ThreadRng;
use rand::seq::IndexedRandom;

/// Runs `body` over every file of the folders, whole, cut off at several places, and each of these
/// with a byte changed; then over as many mutants of them as there is time for. Returns how many files
/// there were.
fn over_seeds(folders: &[&str], is_seed: impl Fn(&str) -> bool, body: impl Fn(&[u8])) -> usize {
    let root = langdu_testkit::repository();
    let mut seeds = Vec::new();
    for folder in folders {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder of seeds") {
            let entry = entry.expect("readable");
            if is_seed(&entry.file_name().to_string_lossy()) {
                seeds.push(std::fs::read(entry.path()).expect("readable"));
            }
        }
    }
    seeds.sort();
    for piece in seeds.iter().flat_map(|seed| pieces(seed)) {
        body(&piece);
    }
    mutants(&seeds, body);
    seeds.len()
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

/// How long each target's mutants are tried: `LANGDU_MUTANTS_S`, in seconds, or half a second.
fn time_for_mutants() -> Duration {
    let seconds = std::env::var("LANGDU_MUTANTS_S").ok();
    let seconds = seconds.and_then(|seconds| seconds.parse().ok());
    Duration::from_secs_f64(seconds.unwrap_or(0.5))
}

fn mutants(seeds: &[Vec<u8>], body: impl Fn(&[u8])) {
    let (start, time) = (Instant::now(), time_for_mutants());
    // Another beginning for every run: what is found is printed, and becomes a seed.
    let mut random = rand::rng();
    let mut count = 0_u64;
    while start.elapsed() < time {
        let mutant = mutant(seeds, &mut random);
        if let Err(cause) = catch_unwind(AssertUnwindSafe(|| body(&mutant))) {
            eprintln!("the input: {:?}", mutant.escape_ascii().to_string());
            resume_unwind(cause);
        }
        count += 1;
    }
    println!("{count} mutants in {:.1} s", start.elapsed().as_secs_f64());
}

/// A seed with some stretches cut out, doubled, overwritten, or taken from another seed.
fn mutant(seeds: &[Vec<u8>], random: &mut ThreadRng) -> Vec<u8> {
    let pick = |random: &mut ThreadRng| &seeds[random.random_range(0..seeds.len())];
    let mut bytes = pick(random).clone();
    for _ in 0..random.random_range(1..6) {
        let place = random.random_range(0..=bytes.len());
        let end = bytes.len().min(place + random.random_range(0..24));
        match random.random_range(0..5) {
            0 => drop(bytes.drain(place..end)),
            1 => {
                let again = bytes[place..end].to_vec();
                bytes.splice(place..place, again);
            }
            2 => bytes[place..end]
                .iter_mut()
                .for_each(|byte| *byte = random.random()),
            3 if place < end => bytes[place] = *b"\0\n\t 09-./:=\xff".choose(random).expect("some"),
            _ => {
                let other = pick(random);
                let from = random.random_range(0..=other.len());
                let to = other.len().min(from + random.random_range(0..48));
                bytes.splice(place..end, other[from..to].iter().copied());
            }
        }
    }
    bytes
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
            langdu_fuzz_bodies::charset::read(&[claim.as_bytes(), b"\n", bytes].concat());
        }
    });
    assert!(seeds >= 200, "only {seeds} seeds");
}

#[test]
fn pages() {
    let seeds = over_seeds(&PAGES, any, langdu_fuzz_bodies::extract::read);
    assert!(seeds >= 200, "only {seeds} seeds");
}

#[test]
fn texts() {
    assert!(over_seeds(&["fuzz/seeds/text"], any, langdu_fuzz_bodies::text::read) >= 8);
}

#[test]
fn lexicons() {
    assert!(
        over_seeds(
            &["fuzz/seeds/lexicon"],
            any,
            langdu_fuzz_bodies::lexicon::read
        ) >= 3
    );
}

#[test]
fn ranges() {
    assert!(over_seeds(&["fuzz/seeds/range"], any, langdu_fuzz_bodies::range::read) >= 6);
}

#[test]
fn configurations() {
    assert!(
        over_seeds(
            &["fuzz/seeds/config"],
            any,
            langdu_fuzz_bodies::config::read
        ) >= 4
    );
}

#[test]
fn packs() {
    assert!(over_seeds(&["fuzz/seeds/pack"], any, langdu_fuzz_bodies::pack::read) >= 4);
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
            |bytes| langdu_fuzz_bodies::file::read(bytes, format),
        );
        assert!(seeds >= least, "only {seeds} {extension}");
    }
}

#[test]
fn pictures() {
    let seeds = over_seeds(
        &["fuzz/seeds/picture"],
        any,
        langdu_fuzz_bodies::file::picture,
    );
    assert!(seeds >= 8, "only {seeds} seeds");
}

#[test]
fn what_is_recognised() {
    let layout = langdu_fuzz_bodies::recognised::layout;
    assert!(over_seeds(&["fuzz/seeds/recognised"], any, layout) >= 4);
    let boxes = langdu_fuzz_bodies::recognised::boxes;
    assert!(over_seeds(&["fuzz/seeds/boxes"], any, boxes) >= 3);
}

#[test]
fn texts_that_say_how_they_are_read() {
    assert!(over_seeds(&["fuzz/seeds/ssml"], any, langdu_fuzz_bodies::ssml::read) >= 3);
}

/// The seeds reach what they are for: a seed that is refused at once shows nothing.
#[test]
fn the_seeds_are_understood() {
    let seed = |name: &str| {
        let path = langdu_testkit::repository().join("fuzz/seeds");
        std::fs::read(path.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    for name in ["documented", "fetch", "schedule", "security"] {
        let toml = String::from_utf8(seed(&format!("config/{name}.toml"))).expect("UTF-8");
        let config = langdu::config::Config::from_toml(&toml);
        assert!(config.is_ok_and(|config| config.check().is_ok()), "{name}");
    }
    for name in [
        "small.png",
        "small.webp",
        "small.jpg",
        "cmyk.jpg",
        "small.bmp",
        "small.tif",
        "fax.tif",
        "moving.gif",
    ] {
        let limits = langdu_file::FileLimits::default();
        let picture = langdu_file::picture_of(
            &seed(&format!("picture/{name}")),
            Format::Picture,
            &limits,
            1,
        );
        let size = picture.map(|picture| (picture.width, picture.height));
        assert_eq!(size, Ok((12, 8)), "{name}");
    }
    let none: &[f32] = &[];
    for (name, moments) in [("plain", None), ("fused", Some(none))] {
        let export = seed(&format!("pack/{name}.onnx"));
        let models = langdu_voice::pack::rewrite(&export[1..], &[], moments)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(models.halves.is_none(), moments.is_none(), "{name}");
    }
    for (name, warnings) in [("all", 0), ("unknown", 4)] {
        let text = String::from_utf8(seed(&format!("ssml/{name}.xml"))).expect("UTF-8");
        let document = langdu_document::from_ssml(&text).expect("it is SSML");
        assert_eq!(document.warnings.len(), warnings, "{:?}", document.warnings);
    }
    let names = String::from_utf8(seed("lexicon/names.tsv")).expect("UTF-8");
    let (tsv, _) = names.split_once("\n\n").expect("an empty line");
    assert_eq!(langdu_text::Lexicon::parse(tsv).map(|l| l.len()), Ok(4));
}
