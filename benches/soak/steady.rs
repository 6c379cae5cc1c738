//! Utterances without end through one worker: what the process holds does not grow, and the last
//! is spoken as the first.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use langdu_text::FrontEnd;
use langdu_voice::Speech;
use langdu_voice::pack::{Pack, runtime_library};
use langdu_voice::pool::{Engines, Pool, Urgency, Work};
use langdu_voice::runtime;

use crate::figures::Figures;
use langdu_harness::report::Findings;
use langdu_harness::voices;

#[derive(Args)]
pub(crate) struct Steady {
    /// Utterances.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(200..))]
    utterances: u32,
}

/// Looks at the process, at equal distances.
const LOOKS: u32 = 20;

/// Looks that pass before memory is held to be what it will be.
const WARM_UP: usize = 2;

/// Every so many utterances is a long one; the others say a number.
const LONG_EVERY: u32 = 50;

/// Asked for at the start and at the end.
const FIRST: &str = "各级行政机关要着力解决群众反映强烈的问题。";

/// What may be more at the end than after warm-up, in parts of it.
const DRIFT: f64 = 0.03;

/// A worker with one engine.
struct Worker {
    pool: Pool<u32, Arc<Vec<f32>>>,
    pack: Arc<Pack>,
    front_end: FrontEnd,
    asked: u32,
}

impl Worker {
    fn start(voices: &Path) -> Self {
        runtime::init(&runtime_library(voices), 0).expect("the library is installed");
        Self {
            pool: Pool::new(1, 1, Arc::default(), Arc::new(|_, _| {})),
            pack: Arc::new(Pack::open(&voices.join("kokoro-zh")).expect("the pack is installed")),
            front_end: FrontEnd::new(),
            asked: 0,
        }
    }

    async fn speak(&mut self, text: &str) -> Arc<Vec<f32>> {
        let said = self.front_end.explain(text).into_iter();
        let phonemes: Vec<String> = said.map(|said| said.phonemes).collect();
        let speech = Speech::whole(&phonemes.join(" "), 0, 1.0);
        let pack = self.pack.clone();
        let work: Work<Arc<Vec<f32>>> =
            Arc::new(move |engines: &mut Engines| engines.of(&pack)?.speak(&speech).map(Arc::new));
        self.asked += 1;
        let urgency = Urgency::Listener(Instant::now());
        let ticket = self
            .pool
            .submit(self.asked, urgency, Duration::from_secs(2), work);
        let samples = ticket.expect("nobody else asks").await;
        samples.expect("it is spoken")
    }
}

/// Speaks, with a look now and then.
pub(crate) async fn run(asked: &Steady) -> Findings {
    let about = format!("{} utterances through one worker", asked.utterances);
    let mut findings = Findings::new("steady", &about);
    let mut worker = Worker::start(&voices());
    let first = worker.speak(FIRST).await;
    let begun = Instant::now();
    let mut sound = 0;
    let mut looks = Vec::new();
    for number in 1..=asked.utterances {
        let text = if number % LONG_EVERY == 0 {
            format!("{number}。{FIRST}")
        } else {
            format!("{}。", number % 1000)
        };
        sound += worker.speak(&text).await.len();
        if number % (asked.utterances / LOOKS) == 0 {
            let figures = Figures::own().expect("this process is running");
            findings.figure(format!("after {number}"), figures);
            looks.push((f64::from(number), figures.resident_kb as f64));
        }
    }
    let took = begun.elapsed().as_secs_f64();
    findings.figure(
        "seconds of sound",
        format!(
            "{:.0} in {took:.0} s",
            sound as f64 / f64::from(worker.pack.sample_rate)
        ),
    );
    let settled = &looks[WARM_UP..];
    let (then, now) = (settled[0].1, settled[settled.len() - 1].1);
    let drift = now / then - 1.0;
    findings.row(
        format!("at most {:.0} % more than after warm-up", DRIFT * 100.0),
        format!(
            "{:+.1} %, {:+.0} kB for a thousand utterances",
            drift * 100.0,
            1000.0 * slope(settled)
        ),
        drift <= DRIFT,
    );
    let last = worker.speak(FIRST).await;
    findings.row(
        "the first utterance again",
        format!("{} samples", last.len()),
        first == last,
    );
    findings
}

/// Of the straight line through the points with the least squares of errors.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let together: f64 = points
        .iter()
        .map(|point| (point.0 - x) * (point.1 - y))
        .sum();
    let apart: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    together / apart
}
