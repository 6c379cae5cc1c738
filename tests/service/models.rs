//! Models that are damaged, cut off or foreign: refused with a reason, and never the end of the
//! process by a signal or a panic.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use langdu_harness::{PATIENCE, voices};

/// The files of the default pack that the voice reads.
const READ: [&str; 6] = [
    "decoder.onnx",
    "model.onnx",
    "model.onnx.json",
    "prosody.onnx",
    "timing.onnx",
    "weights.bin",
];

/// Loading and speaking take seconds; whatever takes longer hangs, and is killed.
const ENDS_WITHIN: Duration = PATIENCE;

/// The default pack and its library as links, in which a file can be replaced.
struct Voices {
    folder: tempfile::TempDir,
}

impl Voices {
    fn linked() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let link = |from: PathBuf, to: PathBuf| std::os::unix::fs::symlink(from, to).unwrap();
        link(
            voices().join("onnxruntime"),
            folder.path().join("onnxruntime"),
        );
        fs::create_dir(folder.path().join("kokoro-zh")).unwrap();
        for entry in fs::read_dir(voices().join("kokoro-zh")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_owned();
            link(path, folder.path().join("kokoro-zh").join(name));
        }
        Self { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("kokoro-zh").join(name)
    }

    /// Puts a file in the place of a link.
    fn replace(&self, name: &str, bytes: &[u8]) {
        fs::remove_file(self.file(name)).unwrap();
        fs::write(self.file(name), bytes).unwrap();
    }

    /// The same, with the digest of what it is: as if the pack had been made so.
    fn install(&self, name: &str, bytes: &[u8]) {
        self.replace(name, bytes);
        let mut manifest = self.manifest();
        manifest["files"][name] = json!({
            "bytes": bytes.len(),
            "blake3": blake3::hash(bytes).to_hex().as_str(),
        });
        self.replace("pack.json", manifest.to_string().as_bytes());
    }

    fn manifest(&self) -> Value {
        serde_json::from_slice(&fs::read(self.file("pack.json")).unwrap()).unwrap()
    }

    fn langdu(&self, arguments: &[&str]) -> Ended {
        let log = self.folder.path().join("log");
        let mut process = Command::new(env!("CARGO_BIN_EXE_langdu"))
            .args(arguments)
            .arg("--voices")
            .arg(self.folder.path())
            .env("LANGDU_CLIPS__PATH", self.folder.path().join("clips"))
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = process.try_wait().unwrap() {
                break status;
            }
            if begun.elapsed() > ENDS_WITHIN {
                process.kill().unwrap();
                break process.wait().unwrap();
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        Ended {
            code: status.code(),
            said: fs::read_to_string(log).unwrap(),
        }
    }

    /// A service, which must refuse to start.
    fn serve(&self) -> Ended {
        self.langdu(&[
            "serve",
            "--grpc",
            "127.0.0.1:0",
            "--http",
            "127.0.0.1:0",
            "--admin",
            "127.0.0.1:0",
        ])
    }

    fn speak(&self) -> Ended {
        let out = self.folder.path().join("out.wav");
        self.langdu(&[
            "speak",
            "--text",
            "您好。",
            "--output",
            out.to_str().unwrap(),
        ])
    }
}

/// How a process ended.
#[derive(Debug)]
struct Ended {
    /// `None` when a signal ended it.
    code: Option<i32>,
    said: String,
}

impl Ended {
    /// Asserts that it was refused in words that hold `reason`.
    fn refused(&self, about: &str, reason: &str) {
        assert!(self.code.is_some_and(|code| code != 0), "{about}: {self:?}");
        assert!(self.said.contains(reason), "{about}: {self:?}");
        self.in_order(about);
    }

    /// Asserts that nothing crashed.
    fn in_order(&self, about: &str) {
        assert!(self.code.is_some(), "{about}: {self:?}");
        assert!(!self.said.contains("panicked"), "{about}: {self:?}");
    }
}

fn original(name: &str) -> Vec<u8> {
    fs::read(voices().join("kokoro-zh").join(name)).unwrap()
}

#[test]
fn a_pack_whose_files_changed_is_refused_at_start() {
    for name in READ {
        let bytes = original(name);
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 1;
        for (damage, bytes) in [
            ("a byte changed", Some(flipped.as_slice())),
            ("cut off", Some(&bytes[..bytes.len() / 2])),
            ("emptied", Some(&[][..])),
            ("removed", None),
        ] {
            let voices = Voices::linked();
            match bytes {
                Some(bytes) => voices.replace(name, bytes),
                None => fs::remove_file(voices.file(name)).unwrap(),
            }
            let about = format!("{name} {damage}");
            let ended = voices.serve();
            ended.refused(&about, name);
            ended.refused(&about, "run `langdu voices install` again");
        }
    }
}

#[test]
fn a_manifest_vouches_for_every_file_that_is_read() {
    for name in READ {
        let voices = Voices::linked();
        let mut manifest = voices.manifest();
        manifest["files"].as_object_mut().unwrap().remove(name);
        voices.replace("pack.json", manifest.to_string().as_bytes());
        voices.serve().refused(name, name);
    }
    for bytes in [&b""[..], b"7", b"<!doctype html>", b"\xff\xfe"] {
        let voices = Voices::linked();
        voices.replace("pack.json", bytes);
        voices
            .serve()
            .refused(&String::from_utf8_lossy(bytes), "pack.json");
    }
    // The first versions wrote no layout.
    let voices = Voices::linked();
    voices.replace("pack.json", b"{}");
    voices.serve().refused("no layout", "another version");
}

#[test]
fn a_foreign_file_in_a_pack_is_refused_with_a_reason() {
    let model = original("model.onnx");
    let timing = original("timing.onnx");
    let weights = original("weights.bin");
    let page = b"<!doctype html><title>404</title>".as_slice();
    let config: Value = serde_json::from_slice(&original("model.onnx.json")).unwrap();
    let with = |field: &str, value: Value| {
        let mut config = config.clone();
        config[field] = value;
        config.to_string().into_bytes()
    };
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let cases: BTreeMap<&str, (&str, Vec<u8>)> = [
        ("an empty model", ("model.onnx", Vec::new())),
        ("a page for a model", ("model.onnx", page.to_vec())),
        ("half a model", ("model.onnx", half(&model))),
        ("timings for a model", ("model.onnx", timing.clone())),
        ("a model of noise", ("model.onnx", noise(100_000))),
        ("empty weights", ("weights.bin", Vec::new())),
        ("half the weights", ("weights.bin", half(&weights))),
        ("empty timings", ("timing.onnx", Vec::new())),
        ("a page for timings", ("timing.onnx", page.to_vec())),
        ("half the timings", ("timing.onnx", half(&timing))),
        ("a model for timings", ("timing.onnx", model.clone())),
        ("no configuration", ("model.onnx.json", Vec::new())),
        (
            "a page for a configuration",
            ("model.onnx.json", page.to_vec()),
        ),
        (
            "a list for a configuration",
            ("model.onnx.json", b"[]".to_vec()),
        ),
        (
            "an empty configuration",
            ("model.onnx.json", b"{}".to_vec()),
        ),
        (
            "a configuration without symbols",
            ("model.onnx.json", with("phoneme_id_map", json!({}))),
        ),
        (
            "symbols that are no numbers",
            (
                "model.onnx.json",
                with("phoneme_id_map", json!({ "a": ["b"] })),
            ),
        ),
        (
            "no samples a second",
            (
                "model.onnx.json",
                with("audio", json!({ "sample_rate": 0 })),
            ),
        ),
    ]
    .into();
    for (about, (name, bytes)) in cases {
        let voices = Voices::linked();
        voices.install(name, &bytes);
        voices.serve().refused(about, name);
    }
}

#[test]
fn symbols_beyond_the_models_own_are_an_error_and_no_crash() {
    let mut config: Value = serde_json::from_slice(&original("model.onnx.json")).unwrap();
    for ids in config["phoneme_id_map"]
        .as_object_mut()
        .unwrap()
        .values_mut()
    {
        *ids = json!([100_000]);
    }
    let voices = Voices::linked();
    voices.install("model.onnx.json", config.to_string().as_bytes());
    // The first of the graphs is fed with them.
    voices
        .speak()
        .refused("symbols out of range", "timing.onnx");
}

/// Whatever a byte of the model says, it is spoken with or refused.
#[test]
fn a_damaged_model_is_no_crash() {
    let mutants = std::env::var("LANGDU_MODEL_MUTANTS").map_or(8, |count| count.parse().unwrap());
    let seed = std::env::var("LANGDU_MODEL_SEED").map_or(9, |seed| seed.parse().unwrap());
    let mut random = StdRng::seed_from_u64(seed);
    for mutant in 0..mutants {
        let name = ["model.onnx", "timing.onnx", "prosody.onnx", "decoder.onnx"][mutant % 4];
        let mut bytes = original(name);
        // The graph's nodes stand before its weights.
        let head = bytes.len().min(400_000);
        for _ in 0..random.random_range(1..8) {
            bytes[random.random_range(0..head)] = random.random();
        }
        let voices = Voices::linked();
        voices.install(name, &bytes);
        let ended = voices.speak();
        ended.in_order(&format!("mutant {mutant} of {name}, seed {seed}"));
    }
}

fn noise(bytes: usize) -> Vec<u8> {
    let mut random = StdRng::seed_from_u64(1);
    (0..bytes).map(|_| random.random()).collect()
}

/// A Piper voice that was dropped in.
#[test]
fn a_dropped_in_voice_that_is_none_is_refused_with_a_reason() {
    let good = br#"{"audio": {"sample_rate": 22050}, "phoneme_id_map": {"a": [1]}, "espeak": {"voice": "cmn"}}"#
        .as_slice();
    for (about, model, config, reason) in [
        ("noise", noise(50_000), good, "odd.onnx"),
        ("nothing", Vec::new(), good, "odd.onnx"),
        (
            "no configuration",
            noise(100),
            b"".as_slice(),
            "odd.onnx.json",
        ),
        (
            "half a configuration",
            noise(100),
            &good[..20],
            "odd.onnx.json",
        ),
        (
            "another configuration",
            noise(100),
            b"{\"audio\": {}}",
            "odd.onnx.json",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let voices = Voices { folder };
        let path = |name: &str| voices.folder.path().join(name);
        std::os::unix::fs::symlink(library_folder(), path("onnxruntime")).unwrap();
        fs::write(path("odd.onnx"), model).unwrap();
        fs::write(path("odd.onnx.json"), config).unwrap();
        voices.serve().refused(about, reason);
    }
}

fn library_folder() -> PathBuf {
    Path::new(&voices()).join("onnxruntime")
}
