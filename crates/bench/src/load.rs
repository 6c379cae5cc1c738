//! Generates the load: plays the listeners of a [`Plan`] and records what each of them hears.
//!
//! In a *closed* loop there is a fixed number of listeners, and each asks again when they have what
//! they asked for. In an *open* loop listeners arrive at a rate, whether or not the others have been
//! served; their waiting counts from their arrival, so that a service that falls behind cannot hide
//! it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request};

use crate::corpus::Requests;
use crate::error::BenchError;
use crate::hear::{Heard, hear};
use crate::plan::{Load, Plan, Temperature};
use crate::report::{LoadLevel, Report, Unmeasured};
use langdu_proto::SynthesizeRequest;
use langdu_proto::read_aloud_client::ReadAloudClient;

/// Connections that the listeners of an open loop share.
const OPEN_CONNECTIONS: usize = 8;

/// Entries that are read at the same time while the service is warmed up.
const WARMING: usize = 2;

/// How long an entry may be refused while it is made warm.
const WARM_WITHIN: Duration = Duration::from_secs(300);

/// Audio of one utterance in the largest encoding stays far below it.
const MAX_MESSAGE_BYTES: usize = 64 << 20;

/// How often a [`Watch`] is notified of the part of a level that is done.
const TICK: Duration = Duration::from_millis(200);

/// Is notified of the progress of a measurement.
pub trait Watch: Sync {
    /// The load level `number`, from 1, of `of` begins; `what` says which it is.
    fn level(&self, number: usize, of: usize, what: &str);
    /// The present level has used up a part of its time, 0 to 1.
    fn part(&self, done: f64);
}

/// What every listener needs.
struct Caller {
    target: String,
    endpoint: Endpoint,
    token: Option<MetadataValue<Ascii>>,
    requests: Requests,
}

type Client = ReadAloudClient<Channel>;

impl Caller {
    async fn connect(&self) -> Result<Client, BenchError> {
        let connected = self.endpoint.connect().await;
        let channel = connected.map_err(|error| BenchError::Unreachable {
            target: self.target.clone(),
            reason: root_cause(&error),
        })?;
        Ok(ReadAloudClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES))
    }

    fn next(&self, temperature: Temperature) -> Request<SynthesizeRequest> {
        self.with_token(match temperature {
            Temperature::Cold => self.requests.cold(),
            Temperature::Warm => self.requests.warm(),
        })
    }

    fn with_token(&self, request: SynthesizeRequest) -> Request<SynthesizeRequest> {
        let mut request = Request::new(request);
        if let Some(token) = &self.token {
            request
                .metadata_mut()
                .insert("authorization", token.clone());
        }
        request
    }
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// Measures every load level of the plan.
///
/// # Errors
///
/// When the service does not answer at all. Whatever fails later is part of the report, and what
/// was measured before it stays.
pub async fn run(plan: &Plan, watch: &dyn Watch) -> Result<Report, BenchError> {
    let caller = Arc::new(Caller {
        target: plan.target.clone(),
        endpoint: plan.endpoint.clone(),
        token: plan.token.clone(),
        requests: Requests::new(plan.corpus.clone(), plan.voice.clone(), plan.seed),
    });
    caller.connect().await?;
    let mut report = Report::new(plan);
    let levels: Vec<(Temperature, Load)> = plan
        .temperatures
        .iter()
        .flat_map(|&temperature| plan.loads.iter().map(move |&load| (temperature, load)))
        .collect();
    let mut warmth = None;
    for (index, &(temperature, load)) in levels.iter().enumerate() {
        if temperature == Temperature::Warm {
            if warmth.is_none() {
                watch.level(index + 1, levels.len(), "warming up");
                warmth = Some(warm_up(&caller).await);
            }
            if let Some(Err(error)) = &warmth {
                report.unmeasured.push(Unmeasured {
                    temperature,
                    load,
                    reason: error.to_string(),
                });
                continue;
            }
        }
        let what = format!("{temperature}, {load}");
        watch.level(index + 1, levels.len(), &what);
        let measured = level(&caller, plan, temperature, load);
        report
            .levels
            .push(watched(measured, plan.duration, watch).await);
    }
    if let Some(Ok(warmed)) = warmth {
        report.warmed = warmed;
    }
    Ok(report)
}

/// Runs a level and notifies `watch` of its progress.
async fn watched<T>(level: impl Future<Output = T>, duration: Duration, watch: &dyn Watch) -> T {
    let started = Instant::now();
    let ticking = async {
        loop {
            tokio::time::sleep(TICK).await;
            let part = started.elapsed().as_secs_f64() / duration.as_secs_f64();
            watch.part(part.min(1.0));
        }
    };
    tokio::select! {
        done = level => done,
        () = ticking => unreachable!("ticking never ends"),
    }
}

/// Has every entry read once, and returns how many there were.
async fn warm_up(caller: &Arc<Caller>) -> Result<usize, BenchError> {
    let client = caller.connect().await?;
    let heard: Vec<Heard> = stream::iter(caller.requests.all_warm())
        .map(|request| {
            let mut client = client.clone();
            async move { make_warm(caller, &mut client, request).await }
        })
        .buffered(WARMING)
        .collect()
        .await;
    for (index, heard) in heard.iter().enumerate() {
        if let Some(reason) = &heard.error {
            return Err(BenchError::NotWarm {
                index: index + 1,
                reason: reason.clone(),
            });
        }
    }
    Ok(heard.len())
}

/// Has one entry read. This is no measurement, so a service that is full is asked again when it said
/// to: on a slow machine it may have room for one listener only.
async fn make_warm(caller: &Caller, client: &mut Client, request: SynthesizeRequest) -> Heard {
    let until = Instant::now() + WARM_WITHIN;
    loop {
        let asked = Instant::now();
        let heard = hear(client, caller.with_token(request.clone()), asked).await;
        match heard.retry_after {
            Some(wait) if asked + wait < until => tokio::time::sleep(wait).await,
            _ => return heard,
        }
    }
}

async fn level(
    caller: &Arc<Caller>,
    plan: &Plan,
    temperature: Temperature,
    load: Load,
) -> LoadLevel {
    let run = LevelRun {
        caller: caller.clone(),
        temperature,
        started: Instant::now(),
        duration: plan.duration,
    };
    let (mut streams, most_open, wall) = match load {
        Load::Closed {
            listeners,
            listening,
        } => closed(run, listeners, listening).await,
        Load::Open { per_second } => open(run, per_second, plan.seed).await,
    };
    streams.sort_by(|a, b| a.asked_s.total_cmp(&b.asked_s));
    LoadLevel::new(
        temperature,
        load,
        wall.as_secs_f64(),
        most_open,
        streams,
        plan.cores,
    )
}

/// One load level while it is measured.
#[derive(Clone)]
struct LevelRun {
    caller: Arc<Caller>,
    temperature: Temperature,
    started: Instant,
    duration: Duration,
}

impl LevelRun {
    /// Connections before the clock starts. One that fails is no reason to leave its listener out:
    /// it is tried again whenever that listener asks.
    async fn connections(&self, count: usize) -> Vec<Option<Client>> {
        let mut clients = Vec::with_capacity(count);
        for _ in 0..count {
            clients.push(self.caller.connect().await.ok());
        }
        clients
    }

    /// One stream for a listener who arrived at `asked`.
    async fn hear(&self, client: &mut Option<Client>, asked: Instant) -> Heard {
        let mut heard = match self.connected(client).await {
            Ok(client) => hear(client, self.caller.next(self.temperature), asked).await,
            Err(error) => Heard {
                error: Some(format!("{:?}: {error}", Code::Unavailable)),
                total_s: asked.elapsed().as_secs_f64(),
                ..Heard::default()
            },
        };
        heard.asked_s = (asked - self.started).as_secs_f64();
        heard
    }

    async fn connected<'a>(
        &self,
        client: &'a mut Option<Client>,
    ) -> Result<&'a mut Client, BenchError> {
        let connection = match client.take() {
            Some(connection) => connection,
            None => self.caller.connect().await?,
        };
        Ok(client.insert(connection))
    }
}

/// The streams, the most that were open at once, and the time until the last one had ended.
type Streams = (Vec<Heard>, usize, Duration);

async fn closed(mut run: LevelRun, listeners: usize, listening: bool) -> Streams {
    let clients = run.connections(listeners).await;
    // Connecting is no part of the level.
    run.started = Instant::now();
    let mut tasks = JoinSet::new();
    for mut client in clients {
        let run = run.clone();
        tasks.spawn(async move {
            let mut streams = Vec::new();
            let mut last_end = Instant::now();
            while run.started.elapsed() < run.duration {
                let asked = Instant::now();
                let heard = run.hear(&mut client, asked).await;
                last_end = Instant::now();
                let played = played_until(&heard, asked).filter(|_| listening);
                let failed = heard.error.is_some();
                streams.push(heard);
                if let Some(until) = played {
                    tokio::time::sleep_until(until.into()).await;
                } else if failed {
                    // A listener who was turned away does not ask a thousand times a second.
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
            (streams, last_end)
        });
    }
    let mut all = Vec::new();
    let mut last = run.started;
    for (streams, end) in tasks.join_all().await {
        all.extend(streams);
        last = last.max(end);
    }
    (all, listeners, last - run.started)
}

/// When a listener who plays as it comes has heard all of it.
fn played_until(heard: &Heard, asked: Instant) -> Option<Instant> {
    let first_s = heard.first_audio_s?;
    let seconds = first_s + heard.stalled_s() + heard.speech_s;
    Some(asked + Duration::from_secs_f64(seconds))
}

async fn open(mut run: LevelRun, per_second: f64, seed: u64) -> Streams {
    let clients = run.connections(OPEN_CONNECTIONS).await;
    run.started = Instant::now();
    let mut random = StdRng::seed_from_u64(seed);
    let mut arrives = Duration::ZERO;
    let mut number = 0;
    let now_open = Arc::new(AtomicUsize::new(0));
    let mut most_open = 0;
    let mut tasks = JoinSet::new();
    loop {
        // The time between two arrivals of a Poisson process.
        let wait_s = -(1.0 - random.random::<f64>()).ln() / per_second;
        arrives += Duration::from_secs_f64(wait_s);
        if arrives >= run.duration {
            break;
        }
        let asked = run.started + arrives;
        tokio::time::sleep_until(asked.into()).await;
        let mut client = clients[number % OPEN_CONNECTIONS].clone();
        number += 1;
        let run = run.clone();
        let counted = now_open.clone();
        most_open = most_open.max(counted.fetch_add(1, Ordering::Relaxed) + 1);
        tasks.spawn(async move {
            let heard = run.hear(&mut client, asked).await;
            counted.fetch_sub(1, Ordering::Relaxed);
            heard
        });
    }
    let streams = tasks.join_all().await;
    (streams, most_open, run.started.elapsed())
}
