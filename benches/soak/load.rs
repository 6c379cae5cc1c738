//! Twice the listeners that the voice carries: some let in, the rest sent away at once.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clap::Args;
use langdu_proto::AudioEncoding;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::figures::Figures;
use crate::traffic::{Manner, Outcome, Visit, client, client_at, document, serve, visit};
use langdu_harness::portal::Portal;
use langdu_harness::process::Process;
use langdu_harness::report::{Findings, spread};
use langdu_harness::{request, text, url};

#[derive(Args)]
pub(crate) struct Load {
    /// How long, in minutes.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Seconds of speech that the voice makes in a second; measured where it is not given.
    #[arg(long)]
    speech_per_second: Option<f64>,
}

/// Sentences of the documents: about half a minute.
const SENTENCES: usize = 8;

/// A newcomer waits for ten seconds before it goes first, come what may.
const PATIENCE: Duration = Duration::from_secs(10);

/// Longest utterance.
const LONGEST_UTTERANCE: Duration = Duration::from_secs(8);

/// Longest that somebody waits to be sent away.
const REFUSED_IN: Duration = Duration::from_secs(1);

/// When a newcomer has to hear something again once the load is gone.
const RECOVERED_IN: Duration = Duration::from_secs(5);

/// Who was sent away comes again after this.
const COMES_AGAIN: Duration = Duration::from_secs(1);

/// The caches are small, so that what they fill does not look like growth.
const CONFIG: &str = "memory_bytes = 4000000\nsamples_bytes = 4000000\nprivate_ttl_s = 30\n";

/// Memory at the end beyond that in the middle, in parts of it.
const FLAT: f64 = 0.05;

/// How the clients are, in turn: as many leave and dawdle as listen.
const KINDS: [Kind; 4] = [Kind::Listening, Kind::Leaving, Kind::Listening, Kind::Slow];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Listening,
    Leaving,
    Slow,
    Warm,
}

type Visits = Arc<Mutex<Vec<(Kind, Visit)>>>;

/// Twice the capacity for so long, and a newcomer afterwards.
pub(crate) async fn run(asked: &Load) -> Findings {
    let about = format!("{} minutes of twice the capacity", asked.minutes);
    let mut findings = Findings::new("load", &about);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let portal = Portal::start();
    let process = serve(folder.path(), &portal, CONFIG).await;
    let factor = match asked.speech_per_second {
        Some(speech) => 1.0 / speech,
        None => measured_factor(&process).await,
    };
    let capacity = ((0.8 / factor) as usize).max(1);
    findings.figure("real-time factor", format!("{factor:.3}"));
    findings.figure("listeners that the service lets in", capacity);

    let sentences = document(2, 2);
    let page = portal.document("heard.html", "大家都听过的通知", &[&sentences]);
    process.hear(&page, usize::MAX).await;
    let duration = Duration::from_secs_f64(asked.minutes * 60.0);
    let (visits, memory) = overload(&process, &page, capacity, duration).await;
    let recovered = recovers(&process).await;
    tell_of_visits(&mut findings, &visits, factor);
    tell_of_memory(&mut findings, &memory);
    let seen = recovered.map_or_else(
        || "not at all".to_owned(),
        |after| format!("first sound after {:.2} s", after.as_secs_f64()),
    );
    let holds = recovered.is_some_and(|after| after <= RECOVERED_IN);
    findings.row("a newcomer when all have gone", seen, holds);
    let open = process.metric("langdu_streams_open").await;
    findings.row("streams open at the end", open, open == 0.0);
    findings
}

/// What the service has measured of itself after some speech.
async fn measured_factor(process: &Process) -> f64 {
    let asked = request(text(&document(1, 20)), AudioEncoding::Mp3);
    visit(&mut client(process), asked, Manner::Fast).await;
    let sum = process.metric("langdu_real_time_factor_sum").await;
    sum / process.metric("langdu_real_time_factor_count").await
}

/// All the clients at work, some of them at the page that was heard before; what each got, and the memory every second.
async fn overload(
    process: &Process,
    heard: &str,
    capacity: usize,
    duration: Duration,
) -> (Vec<(Kind, Visit)>, Vec<Figures>) {
    let until = Instant::now() + duration;
    let visits = Visits::default();
    let mut working = JoinSet::new();
    let cold = (0..2 * capacity).map(|index| KINDS[index % KINDS.len()]);
    let kinds = cold.chain(std::iter::repeat_n(Kind::Warm, capacity));
    for (index, kind) in kinds.enumerate() {
        let at_work = AtWork {
            port: process.grpc,
            kind,
            index: index as u64,
            heard: heard.to_owned(),
            visits: visits.clone(),
        };
        working.spawn(at_work.until(until));
    }
    let mut memory = Vec::new();
    while Instant::now() < until {
        memory.extend(Figures::of(process));
        sleep(Duration::from_secs(1)).await;
    }
    working.shutdown().await;
    let visits = std::mem::take(&mut *visits.lock().expect("nobody panics"));
    (visits, memory)
}

/// One client: asks, listens in its manner, and asks again.
struct AtWork {
    port: u16,
    kind: Kind,
    index: u64,
    /// The page that others have heard.
    heard: String,
    visits: Visits,
}

impl AtWork {
    async fn until(self, until: Instant) {
        let mut client = client_at(self.port);
        let mut random = StdRng::seed_from_u64(self.index);
        let mut number = 10_000 * (self.index + 1);
        while Instant::now() < until {
            number += 1;
            let source = match self.kind {
                Kind::Warm => url(&self.heard),
                _ => text(&document(number, SENTENCES)),
            };
            let asked = request(source, AudioEncoding::Mp3);
            let visit = visit(&mut client, asked, self.kind.manner(&mut random)).await;
            let is_refused = visit.outcome == Outcome::Refused;
            let visits = self.visits.lock();
            visits.expect("nobody panics").push((self.kind, visit));
            if is_refused || self.kind == Kind::Warm {
                sleep(COMES_AGAIN).await;
            }
        }
    }
}

impl Kind {
    fn manner(self, random: &mut StdRng) -> Manner {
        match self {
            Self::Listening => Manner::ByEar,
            Self::Leaving => Manner::Leaving(Duration::from_millis(random.random_range(0..4000))),
            Self::Slow => Manner::Slow(Duration::from_millis(random.random_range(500..4000))),
            Self::Warm => Manner::Fast,
        }
    }
}

/// How long after the end a newcomer hears something; `None` when it never does.
async fn recovers(process: &Process) -> Option<Duration> {
    let begun = Instant::now();
    let mut client = client(process);
    let mut number = 9_000_000;
    while begun.elapsed() < 6 * RECOVERED_IN {
        let asked = request(text(&document(number, 1)), AudioEncoding::Mp3);
        let started = begun.elapsed();
        let heard = visit(&mut client, asked, Manner::Fast).await;
        if let (Outcome::Heard, Some(first)) = (heard.outcome, heard.first_audio) {
            return Some(started + first);
        }
        number += 1;
        sleep(Duration::from_millis(100)).await;
    }
    None
}

fn tell_of_visits(findings: &mut Findings, visits: &[(Kind, Visit)], factor: f64) {
    for kind in [Kind::Listening, Kind::Leaving, Kind::Slow, Kind::Warm] {
        let of_kind = || {
            visits
                .iter()
                .filter(move |(of, _)| *of == kind)
                .map(|(_, v)| v)
        };
        let count = |outcome: &Outcome| of_kind().filter(|v| v.outcome == *outcome).count();
        let (heard, left) = (count(&Outcome::Heard), count(&Outcome::Left));
        let refused = count(&Outcome::Refused);
        let stalls: usize = of_kind().map(|visit| visit.stalls).sum();
        findings.figure(
            format!("{kind:?}").to_lowercase(),
            format!("{heard} heard all, {left} left, {refused} were sent away, {stalls} gaps"),
        );
    }
    let cold = |visit: &&(Kind, Visit)| visit.0 != Kind::Warm;
    let first: Vec<Duration> = visits
        .iter()
        .filter(cold)
        .filter_map(|(_, v)| v.first_audio)
        .collect();
    // Whoever goes first waits for the utterance that is being made, and for its own.
    let bound = PATIENCE + 2 * LONGEST_UTTERANCE.mul_f64(factor);
    let done = format!(
        "first audio of those let in, at most {:.1} s",
        bound.as_secs_f64()
    );
    let holds = first.iter().all(|wait| *wait <= bound) && !first.is_empty();
    findings.row(done, spread(&first), holds);
    let of_warm = || visits.iter().filter(|(kind, _)| *kind == Kind::Warm);
    let warm: Vec<Duration> = of_warm()
        .filter_map(|(_, visit)| visit.first_audio)
        .collect();
    let all_heard = of_warm().all(|(_, visit)| visit.outcome == Outcome::Heard);
    findings.row(
        "what others have heard is always served; first audio",
        spread(&warm),
        all_heard && !warm.is_empty(),
    );
    let refused: Vec<Duration> = visits
        .iter()
        .filter(|(_, visit)| visit.outcome == Outcome::Refused)
        .filter_map(|(_, visit)| visit.answered)
        .collect();
    let at_once = refused.iter().all(|wait| *wait <= REFUSED_IN);
    let done = format!("being sent away, at most {:.1} s", REFUSED_IN.as_secs_f64());
    findings.row(done, spread(&refused), at_once && !refused.is_empty());
    let unanswered = visits
        .iter()
        .filter(|(_, v)| v.outcome == Outcome::Unanswered)
        .count();
    findings.row("requests without an answer", unanswered, unanswered == 0);
    let failed: Vec<&Outcome> = visits
        .iter()
        .map(|(_, visit)| &visit.outcome)
        .filter(|outcome| matches!(outcome, Outcome::Failed(_)))
        .collect();
    let seen = failed.first().map_or_else(
        || "0".to_owned(),
        |first| format!("{}, first {first:?}", failed.len()),
    );
    findings.row("requests that failed", seen, failed.is_empty());
}

/// The last fifth against the second, by their means.
fn tell_of_memory(findings: &mut Findings, memory: &[Figures]) {
    let fifth = memory.len() / 5;
    let mean = |part: &[Figures]| {
        let sum: f64 = part.iter().map(Figures::resident_mb).sum();
        sum / part.len().max(1) as f64
    };
    let (early, late) = (mean(&memory[fifth..2 * fifth]), mean(&memory[4 * fifth..]));
    let most = memory.iter().map(Figures::resident_mb).fold(0.0, f64::max);
    findings.row(
        "memory is flat: the last fifth of the time against the second",
        format!("{early:.0} MB, then {late:.0} MB; at most {most:.0} MB"),
        fifth > 0 && late <= early * (1.0 + FLAT),
    );
}
