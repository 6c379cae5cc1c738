//! The voice alone: the installed pack beside the untouched export, on the same utterances.
//!
//! `cargo bench --bench voice -- [--threads N] [--rounds N] [--speaker ID] [--save DIR] [PACK …]`
//! takes other packs than these two, and can keep the samples as WAV files to compare them. It is
//! for work on the model; `langdu bench voice` measures what is installed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use langdu_bench::voice::{Contender, VoiceRow, measure, utterances};
use langdu_voice::pack::Pack;
use langdu_voice::runtime;

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

    fn contenders(&self) -> Vec<Contender> {
        let contender = |folder: &PathBuf| Contender {
            pack: Arc::new(Pack::open(folder).expect("a pack")),
            name: folder
                .file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into()),
            speaker: self.speaker.to_string(),
            speaker_id: self.speaker,
        };
        self.packs.iter().map(contender).collect()
    }
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
    let contenders = options.contenders();
    let spoken = utterances(None);
    let mut keep = |place: usize, number: usize, samples: &[f32]| {
        if let Some(folder) = &options.save {
            let pack = format!("{place}-{}", contenders[place].name);
            save(folder, &pack, number, samples);
        }
    };
    let measured = measure(
        &contenders,
        &spoken,
        options.threads,
        options.rounds,
        &mut keep,
    );
    print(&measured.expect("every pack speaks"));
}

fn print(rows: &[VoiceRow]) {
    let reference = rows.last().expect("there is a pack");
    let all = |row: &VoiceRow| row.took_s.iter().sum::<f64>();
    println!("{} utterances", reference.utterances);
    println!();
    println!(
        "| pack | loads in | sound | real-time factor | time against the last, median (all) |"
    );
    println!("| --- | --- | --- | --- | --- |");
    for row in rows {
        println!(
            "| {} | {:.2} s | {:.1} s | {:.3} | {:.3} ({:.3}) |",
            row.pack,
            row.load_s,
            row.sound_s,
            row.real_time_factor,
            row.against(reference).unwrap_or(f64::NAN),
            all(row) / all(reference),
        );
    }
}
