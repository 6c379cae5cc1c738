//! What a listener waits for and what it costs, beside the untouched export of the model.
//!
//! Twenty paragraphs go through a real `langdu serve` and its gRPC stream, cold and warm. The same
//! text goes through the model as it was exported (the pack that `voices install --plain` makes:
//! the export behind Piper's inputs, nothing cropped) in ONNX Runtime with its own defaults and
//! as many threads. Both are measured in turn for each paragraph, so that what else the machine
//! does falls on both. `make bench` runs it and prints the table of the README.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use langdu_bench::report::machine;
use langdu_bench::{Heard, PARAGRAPHS};
use langdu_proto::read_aloud_client::ReadAloudClient;
use langdu_proto::{self as proto, SynthesizeRequest};
use langdu_text::FrontEnd;
use ort::session::Session;
use ort::value::Tensor;
use tonic::Request;
use tonic::transport::Channel;

/// The service in a process of its own, so that its memory is only its own.
struct Service {
    child: Child,
    grpc: String,
}

impl Service {
    fn start(root: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_langdu"))
            .args(["serve", "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"])
            .args(["--admin", "127.0.0.1:0"])
            .arg("--voices")
            .arg(root.join("voices"))
            .env("LANGDU_CLIPS__PATH", root.join("target/bench-clips"))
            .env("NO_COLOR", "1")
            .stderr(Stdio::piped())
            .spawn()
            .expect("langdu can be started");
        let mut log = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let mut grpc = None;
        for line in log.by_ref().map_while(Result::ok) {
            if let Some((_, rest)) = line.split_once("grpc=") {
                grpc = rest
                    .split_whitespace()
                    .next()
                    .map(|address| format!("http://{address}"));
            }
            if line.contains("ready") {
                break;
            }
        }
        std::thread::spawn(move || log.for_each(drop));
        Self {
            grpc: grpc.expect("the log names the address: is the voice pack installed?"),
            child,
        }
    }

    /// Resident memory now and at its highest, in MB.
    fn memory_mb(&self) -> (u64, u64) {
        langdu_process::Status::of(self.child.id()).map_or((0, 0), |status| {
            (
                status.resident_bytes >> 20,
                status.peak_resident_bytes >> 20,
            )
        })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn hear(client: &mut ReadAloudClient<Channel>, text: &str) -> Heard {
    let request = SynthesizeRequest {
        source: Some(proto::Source {
            source: Some(proto::source::Source::Text(text.to_owned())),
            ..Default::default()
        }),
        ..SynthesizeRequest::default()
    };
    let heard = langdu_bench::hear(client, Request::new(request), Instant::now()).await;
    assert_eq!((&heard.error, heard.failed_utterances), (&None, 0));
    heard
}

fn first_audio_ms(heard: &Heard) -> f64 {
    heard.first_audio_s.expect("there is audio") * 1000.0
}

/// The export in ONNX Runtime with its defaults.
struct Export {
    session: Session,
    ids: std::collections::HashMap<char, Vec<i64>>,
}

impl Export {
    fn load(root: &Path, threads: usize) -> Self {
        let pack = root.join("target/reference-voices/kokoro-zh-plain");
        let library = root.join("voices/onnxruntime/libonnxruntime.so");
        ort::init_from(library)
            .expect("ONNX Runtime loads")
            .commit();
        let mut builder = Session::builder().expect("a session");
        builder = builder.with_intra_threads(threads).expect("threads");
        let session = builder
            .commit_from_file(pack.join("model.onnx"))
            .expect("the plain pack is installed: `make bench` does it");
        #[derive(serde::Deserialize)]
        struct Config {
            phoneme_id_map: std::collections::HashMap<char, Vec<i64>>,
        }
        let config = std::fs::read(pack.join("model.onnx.json")).expect("its configuration");
        let config: Config = serde_json::from_slice(&config).expect("it is JSON");
        Self {
            session,
            ids: config.phoneme_id_map,
        }
    }

    /// Speaks phonemes: how long it took, and how many seconds of sound came out.
    fn speak(&mut self, phonemes: &str) -> (Duration, f64) {
        let ids: Vec<i64> = phonemes
            .chars()
            .filter_map(|c| self.ids.get(&c)?.first().copied())
            .collect();
        let count = ids.len();
        let started = Instant::now();
        let outputs = self
            .session
            .run(ort::inputs![
                "input" => Tensor::from_array(([1, count], ids)).expect("a tensor"),
                "input_lengths" => Tensor::from_array(([1], vec![count as i64])).expect("a tensor"),
                "scales" => Tensor::from_array(([3], vec![0.0_f32, 1.0, 0.0])).expect("a tensor"),
                "sid" => Tensor::from_array(([1], vec![0_i64])).expect("a tensor"),
            ])
            .expect("the export runs");
        let took = started.elapsed();
        let (_, samples) = outputs[0].try_extract_tensor::<f32>().expect("samples");
        (took, samples.len() as f64 / 24_000.0)
    }
}

/// The phonemes of each sentence of a text, as one call each: what a caller of the export does.
fn sentences(front_end: &FrontEnd, text: &str) -> Vec<String> {
    let mut sentences = vec![String::new()];
    for utterance in front_end.explain(text) {
        let last = sentences.last_mut().expect("there is always one");
        if !last.is_empty() {
            last.push(' ');
        }
        last.push_str(&utterance.phonemes);
        if utterance.text.ends_with('。') {
            sentences.push(String::new());
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

/// One paragraph, measured both ways.
struct Row {
    cold: Heard,
    warm: Heard,
    export_first_sentence_s: f64,
    export_s: f64,
    export_speech_s: f64,
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    // What a former run left would not be cold.
    let _ = std::fs::remove_dir_all(root.join("target/bench-clips"));

    let service = Service::start(&root);
    let (at_rest_mb, _) = service.memory_mb();
    let mut client = runtime
        .block_on(ReadAloudClient::connect(service.grpc.clone()))
        .expect("the service answers");
    let front_end = FrontEnd::new();
    let mut export = Export::load(&root, threads);
    export.speak("ni↓xau↓.");

    let mut rows = Vec::new();
    for (index, text) in PARAGRAPHS.lines().enumerate() {
        let spoken = sentences(&front_end, text);
        let mut first_sentence_s = 0.0;
        let mut export_s = 0.0;
        let mut export_speech_s = 0.0;
        for (number, phonemes) in spoken.iter().enumerate() {
            let (took, speech_s) = export.speak(phonemes);
            if number == 0 {
                first_sentence_s = took.as_secs_f64();
            }
            export_s += took.as_secs_f64();
            export_speech_s += speech_s;
        }
        let cold = runtime.block_on(hear(&mut client, text));
        let warm = runtime.block_on(hear(&mut client, text));
        eprintln!(
            "{:2}  cold first audio {:4.0} ms, warm {:4.1} ms, export's first sentence {:4.0} ms, \
             least slack {:+.2} s",
            index + 1,
            first_audio_ms(&cold),
            first_audio_ms(&warm),
            first_sentence_s * 1000.0,
            cold.least_slack_s().unwrap_or(f64::INFINITY),
        );
        rows.push(Row {
            cold,
            warm,
            export_first_sentence_s: first_sentence_s,
            export_s,
            export_speech_s,
        });
    }
    let (_, highest_mb) = service.memory_mb();

    let column = |pick: fn(&Row) -> f64| median(rows.iter().map(pick).collect());
    let cold_ms = column(|row| first_audio_ms(&row.cold));
    let warm_ms = column(|row| first_audio_ms(&row.warm));
    let sentence_ms = column(|row| row.export_first_sentence_s * 1000.0);
    let first_ratio =
        column(|row| first_audio_ms(&row.cold) / 1000.0 / row.export_first_sentence_s);
    let rtf = column(|row| row.cold.total_s / row.cold.speech_s);
    let export_rtf = column(|row| row.export_s / row.export_speech_s);
    let compute_ratio = column(|row| row.cold.total_s / row.export_s);
    let gaps = rows.iter().filter(|row| row.cold.stalls() > 0).count();
    println!("{}, {} paragraphs, medians", machine(), rows.len());
    println!();
    println!("| | langdu | the export | ratio |");
    println!("| --- | --- | --- | --- |");
    println!(
        "| cold first audio, against the export's first sentence | {cold_ms:.0} ms | \
         {sentence_ms:.0} ms | {first_ratio:.2} |"
    );
    println!("| warm first audio | {warm_ms:.1} ms | | |");
    println!("| compute for the whole paragraph | | | {compute_ratio:.2} |");
    println!("| compute a second of sound | {rtf:.3} s | {export_rtf:.3} s | |");
    println!(
        "| paragraphs with a gap after the first sound | {gaps} of {} | | |",
        rows.len()
    );
    println!("| memory at rest, highest | {at_rest_mb} MB, {highest_mb} MB | | |");
}
