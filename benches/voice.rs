//! The voice alone: the installed pack beside the untouched export, on the same utterances.
//!
//! Each utterance is spoken by both in turn, so that what else the machine does falls on both.
//! `cargo bench --bench voice -- [--threads N] [--rounds N] [--speaker ID] [--save DIR] [PACK …]`
//! takes other packs than these two, and can keep the samples as WAV files to compare them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use langdu::text::FrontEnd;
use langdu::voice::Speech;
use langdu::voice::engine::Engine;
use langdu::voice::pack::Pack;
use langdu::voice::runtime;

const PARAGRAPHS: &str = include_str!("paragraphs.txt");

struct Options {
    threads: usize,
    rounds: usize,
    speaker: i64,
    save: Option<PathBuf>,
    packs: Vec<PathBuf>,
}

impl Options {
    fn parse(root: &Path) -> Self {
        let mut options = Self {
            threads: 0,
            rounds: 1,
            speaker: 0,
            save: None,
            packs: Vec::new(),
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().expect("the option has a value");
            match argument.as_str() {
                "--threads" => options.threads = value().parse().expect("a number"),
                "--rounds" => options.rounds = value().parse().expect("a number"),
                "--speaker" => options.speaker = value().parse().expect("a number"),
                "--save" => options.save = Some(value().into()),
                // What cargo passes to every benchmark.
                "--bench" => {}
                pack => options.packs.push(pack.into()),
            }
        }
        if options.packs.is_empty() {
            options.packs = vec![
                root.join("voices/kokoro-zh"),
                root.join("target/reference-voices/kokoro-zh-plain"),
            ];
        }
        options
    }
}

/// One pack's share of the measurement.
struct Contender {
    name: String,
    engine: Engine,
    load_s: f64,
    /// For each utterance, the least of the rounds.
    took_s: Vec<f64>,
    sound_s: f64,
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn save(folder: &Path, pack: &str, number: usize, samples: &[f32]) {
    let folder = folder.join(pack);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 24_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let path = folder.join(format!("{number:03}.wav"));
    let mut writer = hound::WavWriter::create(path, spec).expect("the file can be made");
    for &sample in samples {
        writer.write_sample(sample).expect("it can be written");
    }
    writer.finalize().expect("it can be finished");
}

fn main() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let options = Options::parse(&root);
    let library = root.join("voices/onnxruntime/libonnxruntime.so");
    runtime::init(&library, options.threads).expect("the library is installed: `make bench`");
    let front_end = FrontEnd::new();
    let utterances: Vec<String> = PARAGRAPHS
        .lines()
        .flat_map(|line| front_end.explain(line))
        .map(|utterance| utterance.phonemes)
        .collect();
    let mut contenders: Vec<Contender> = options
        .packs
        .iter()
        .map(|folder| {
            let started = Instant::now();
            let pack = Arc::new(Pack::open(folder).expect("a pack"));
            let mut engine = Engine::load(pack).expect("the pack loads");
            let load_s = started.elapsed().as_secs_f64();
            // The first run allocates.
            speak(&mut engine, options.speaker, &utterances[0]);
            Contender {
                name: folder
                    .file_name()
                    .map_or_else(String::new, |n| n.to_string_lossy().into()),
                engine,
                load_s,
                took_s: Vec::new(),
                sound_s: 0.0,
            }
        })
        .collect();

    for (number, phonemes) in utterances.iter().enumerate() {
        for (place, contender) in contenders.iter_mut().enumerate() {
            let mut least = f64::INFINITY;
            for round in 0..options.rounds {
                let started = Instant::now();
                let samples = speak(&mut contender.engine, options.speaker, phonemes);
                least = least.min(started.elapsed().as_secs_f64());
                if round == 0 {
                    contender.sound_s += samples.len() as f64 / 24_000.0;
                    if let Some(folder) = &options.save {
                        save(
                            folder,
                            &format!("{place}-{}", contender.name),
                            number,
                            &samples,
                        );
                    }
                }
            }
            contender.took_s.push(least);
        }
    }

    let reference = contenders.last().expect("there is a pack").took_s.clone();
    println!("{} utterances", utterances.len());
    println!();
    println!(
        "| pack | loads in | sound | real-time factor | time against the last, median (all) |"
    );
    println!("| --- | --- | --- | --- | --- |");
    for contender in &contenders {
        let took: f64 = contender.took_s.iter().sum();
        let pairs = contender.took_s.iter().zip(&reference);
        println!(
            "| {} | {:.2} s | {:.1} s | {:.3} | {:.3} ({:.3}) |",
            contender.name,
            contender.load_s,
            contender.sound_s,
            took / contender.sound_s,
            median(pairs.map(|(a, b)| a / b).collect()),
            took / reference.iter().sum::<f64>(),
        );
    }
}

fn speak(engine: &mut Engine, speaker: i64, phonemes: &str) -> Vec<f32> {
    let speech = Speech {
        phonemes: phonemes.to_owned(),
        speaker_id: speaker,
        length_scale: 1.0,
    };
    engine.speak(&speech).expect("it speaks")
}
