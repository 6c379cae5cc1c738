//! Several replicas behind nginx with a cache, with a shared tier between them: what their listeners hear
//! while one is killed, the tier is restarted, and a document is withdrawn.
//!
//! Players come by chance, each to a document by Zipf's law, a few to one that nobody has heard. Each asks
//! as the player does: for the reading, then clip after clip, a few ahead of what sounds. What it waits for
//! while nothing is left to sound is a gap.

use std::collections::HashSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clap::Args;
use langdu_harness::portal::Portal;
use langdu_harness::process::{Process, Setup, free_ports};
use langdu_harness::report::{Findings, spread};
use langdu_harness::tier::{Engine, Tier};
use langdu_harness::{http_client, url};
use langdu_proto::{PrepareRequest, WithdrawRequest};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until};

use crate::traffic::document;

#[derive(Args)]
pub(crate) struct Scale {
    /// Replicas.
    #[arg(long, default_value_t = 3)]
    replicas: usize,
    /// Documents that the portals have.
    #[arg(long, default_value_t = 60)]
    documents: usize,
    /// Listeners who come, in a second.
    #[arg(long, default_value_t = 2.0)]
    arrivals: f64,
    /// Of a hundred listeners, those who come to a document that nobody has heard.
    #[arg(long, default_value_t = 2.0)]
    new_percent: f64,
    /// How long listeners come, in minutes.
    #[arg(long, default_value_t = 3.0)]
    minutes: f64,
    /// What the replicas share: a Redis, which comes back with what it held, or an S3, which comes back
    /// empty.
    #[arg(long, value_enum, default_value_t = Engine::Redis)]
    tier: Engine,
    /// What chance is drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Sentences of a document: about half a minute.
const SENTENCES: usize = 8;

/// Longest gap of somebody who was not with the replica that is killed.
const LONGEST_GAP: Duration = Duration::from_secs(3);

/// When nothing withdrawn may be read any more.
const WITHDRAWN_IN: Duration = Duration::from_secs(5);

/// How long the proxy keeps what it was given: its own lifetime, which a withdrawal does not reach.
const KEPT_BY_PROXY: Duration = Duration::from_secs(10);

/// Clips that a player has ahead of what sounds.
const AHEAD: Duration = Duration::from_secs(8);

/// Bytes of a second of sound: 48 kbit/s.
const BYTES_A_SECOND: f64 = 6000.0;

/// How often a player asks again for what was refused for the moment.
const AGAIN: Duration = Duration::from_millis(500);

/// The last listeners have this long to hear to the end.
const TAIL: Duration = Duration::from_secs(90);

/// What a listener has heard.
#[derive(Debug, Default, Clone)]
struct Heard {
    came: Option<Instant>,
    first_sound: Option<Duration>,
    /// Each gap, and when it began.
    gaps: Vec<(Instant, Duration)>,
    clips: usize,
    /// The document was withdrawn.
    refused: bool,
    /// Why it did not hear to the end.
    lost: Option<String>,
}

/// A process that ends with the trial.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How long a lease on a clip lasts, and after how long without an answer the tier is away.
const LEASE_MS: u32 = 15_000;
const TIMEOUT_MS: u32 = 2_000;

/// Ends the tier, and starts it again.
async fn restarted(tier: Tier) -> Tier {
    let (engine, port) = (tier.engine, tier.port);
    match engine {
        Engine::Redis => tier.goes_for_a_while().comes_back().await,
        Engine::S3 => {
            drop(tier);
            Tier::start_at(engine, port).await
        }
    }
}

fn nginx(folder: &Path, port: u16, replicas: &[Process]) -> Ended {
    let servers: String = replicas
        .iter()
        .map(|replica| {
            format!(
                "        server 127.0.0.1:{} max_fails=1 fail_timeout=2s;\n",
                replica.http
            )
        })
        .collect();
    let root = folder.display();
    let kept_s = KEPT_BY_PROXY.as_secs();
    let config = format!(
        "worker_processes 1;\npid {root}/nginx.pid;\nerror_log {root}/nginx-error.log;\n\
         events {{ worker_connections 4096; }}\nhttp {{\n    access_log off;\n\
         \x20   client_body_temp_path {root}/body;\n    proxy_temp_path {root}/proxy;\n\
         \x20   fastcgi_temp_path {root}/f;\n    uwsgi_temp_path {root}/u;\n    scgi_temp_path {root}/s;\n\
         \x20   proxy_cache_path {root}/cache keys_zone=clips:10m max_size=1g;\n\
         \x20   upstream langdu {{\n        hash $http_x_listener consistent;\n{servers}\
         \x20       keepalive 64;\n    }}\n    server {{\n        listen 127.0.0.1:{port};\n\
         \x20       proxy_http_version 1.1;\n        proxy_set_header Connection \"\";\n\
         \x20       proxy_set_header X-Forwarded-For $http_x_listener;\n\
         \x20       proxy_next_upstream error timeout http_502 http_503;\n\
         \x20       proxy_connect_timeout 1s;\n        proxy_read_timeout 20s;\n\
         \x20       location / {{ proxy_pass http://langdu; }}\n\
         \x20       location /v1/clips/ {{\n            proxy_pass http://langdu;\n\
         \x20           proxy_cache clips;\n            proxy_cache_key $uri;\n\
         \x20           proxy_ignore_headers Cache-Control Expires;\n\
         \x20           proxy_cache_valid 200 {kept_s}s;\n            proxy_cache_lock on;\n\
         \x20       }}\n    }}\n}}\n"
    );
    let file = folder.join("nginx.conf");
    std::fs::write(&file, config).expect("the folder is ours");
    let mut command = Command::new("nginx");
    command.arg("-c").arg(&file).arg("-p").arg(folder);
    command.args(["-g", "daemon off;"]);
    let started = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Ended(started.expect("nginx is installed"))
}

/// The replicas behind their proxy.
struct Site {
    proxy: String,
    client: reqwest::Client,
    listeners: AtomicUsize,
    /// Clips that nobody may be given any more, and since when.
    withdrawn: Mutex<Option<(Instant, HashSet<String>)>>,
    /// Readings and clips that were given all the same.
    given_late: Mutex<Vec<String>>,
}

impl Site {
    /// An answer's status and body; tried again while the proxy or a replica has no place.
    async fn get(&self, path: &str, listener: usize) -> Result<(u16, Vec<u8>), String> {
        let until = Instant::now() + TAIL;
        let address = format!("{}/{path}", self.proxy);
        // Each listener has an address of its own, by which the proxy chooses the replica.
        let [_, b, c, d] = u32::try_from(listener).unwrap_or_default().to_be_bytes();
        loop {
            let asked = self.client.get(&address);
            let asked = asked.header("x-listener", format!("10.{b}.{c}.{d}"));
            let answer = asked.send().await;
            let outcome = match answer {
                Ok(answer) => {
                    let status = answer.status().as_u16();
                    match answer.bytes().await {
                        Ok(bytes) => Ok((status, bytes.to_vec())),
                        Err(error) => Err(error.to_string()),
                    }
                }
                Err(error) => Err(error.to_string()),
            };
            match outcome {
                Ok((status, _)) if matches!(status, 429 | 502..=504) && Instant::now() < until => {}
                Err(_) if Instant::now() < until => {}
                outcome => return outcome,
            }
            sleep(AGAIN).await;
        }
    }

    /// Hears a document as the player does.
    async fn hear(&self, page: &str) -> Heard {
        let listener = self.listeners.fetch_add(1, Ordering::Relaxed);
        let came = Instant::now();
        let mut heard = Heard {
            came: Some(came),
            ..Heard::default()
        };
        let reading = match self.get(&format!("v1/readings?url={page}"), listener).await {
            Ok((200, body)) => body,
            Ok((410, _)) => {
                heard.refused = true;
                return heard;
            }
            other => {
                heard.lost = Some(format!(
                    "the reading: {:?}",
                    other.map(|(status, _)| status)
                ));
                return heard;
            }
        };
        let asked = Instant::now();
        let Ok(reading) = serde_json::from_slice::<Value>(&reading) else {
            heard.lost = Some("the reading is no JSON".to_owned());
            return heard;
        };
        // The proxy keeps clips and no readings.
        self.note_if_late(page, asked, WITHDRAWN_IN);
        let mut sounds_until: Option<Instant> = None;
        for utterance in reading["utterances"].as_array().into_iter().flatten() {
            let path = utterance["audio"]["mp3"].as_str().unwrap_or_default();
            if let Some(until) = sounds_until {
                sleep_until((until.checked_sub(AHEAD).unwrap_or(until)).into()).await;
            }
            let bytes = match self.get(path, listener).await {
                Ok((200, bytes)) => bytes,
                // Withdrawn in the middle.
                Ok((404 | 410, _)) => {
                    heard.refused = true;
                    return heard;
                }
                other => {
                    heard.lost = Some(format!("a clip: {:?}", other.map(|(status, _)| status)));
                    return heard;
                }
            };
            self.note_if_late(path, Instant::now(), WITHDRAWN_IN + KEPT_BY_PROXY);
            let now = Instant::now();
            let starts = match sounds_until {
                None => {
                    heard.first_sound = Some(came.elapsed());
                    now
                }
                Some(until) if until < now => {
                    heard.gaps.push((until, now - until));
                    now
                }
                Some(until) => until,
            };
            let length = Duration::from_secs_f64(bytes.len() as f64 / BYTES_A_SECOND);
            sounds_until = Some(starts + length);
            heard.clips += 1;
        }
        heard
    }

    /// Notes what was given although it was withdrawn longer than `allowed` ago.
    fn note_if_late(&self, what: &str, given: Instant, allowed: Duration) {
        let withdrawn = self.withdrawn.lock().expect("nobody panics");
        if let Some((since, names)) = &*withdrawn
            && given > *since + allowed
            && names.iter().any(|name| what.contains(name.as_str()))
        {
            self.given_late
                .lock()
                .expect("nobody panics")
                .push(what.to_owned());
        }
    }
}

/// The number of a document by Zipf's law: the first is twice as popular as the second.
fn zipf(random: &mut StdRng, documents: usize) -> usize {
    let weights: Vec<f64> = (1..=documents).map(|rank| 1.0 / rank as f64).collect();
    let mut left = random.random::<f64>() * weights.iter().sum::<f64>();
    weights
        .iter()
        .position(|weight| {
            left -= weight;
            left <= 0.0
        })
        .unwrap_or(documents - 1)
}

async fn prepare(replica: &Process, pages: &[String]) {
    let asked = PrepareRequest {
        sources: pages.iter().filter_map(|page| url(page)).collect(),
        ..PrepareRequest::default()
    };
    let mut client = replica.socket().await;
    let progress = client.prepare(asked).await.expect("it is prepared");
    let mut progress = progress.into_inner();
    while let Ok(Some(_)) = progress.message().await {}
}

/// Replicas, traffic, and what goes wrong in the middle.
pub(crate) async fn run(asked: &Scale) -> Findings {
    let about = format!(
        "{} replicas behind nginx, {:?} between them, {} documents, {} listeners a second for {} minutes, \
         {} % of them to something new",
        asked.replicas,
        asked.tier,
        asked.documents,
        asked.arrivals,
        asked.minutes,
        asked.new_percent
    );
    let mut findings = Findings::new("scale", &about);
    let folder = tempfile::tempdir().expect("a temporary folder");
    // nginx reads it as another user where it is started by root.
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).expect("the folder is ours");
    let [proxy_port] = free_ports();
    let mut tier = Tier::start(asked.tier).await;
    let portal = Portal::start();
    let web = format!("127.0.0.1:{}", portal.port());
    let config = format!(
        "[security.anonymous]\nlisteners = 0\nreadings_per_minute = 0\n{}",
        tier.config_within(LEASE_MS, TIMEOUT_MS)
    );
    let setup = Setup {
        config: &config,
        is_trial: true,
        ..Setup::default()
    };
    let mut replicas: Vec<Process> = (0..asked.replicas)
        .map(|index| {
            let clips = folder.path().join(format!("clips-{index}"));
            Process::start(folder.path(), &clips, &web, &setup)
        })
        .collect();
    for replica in &replicas {
        replica.is_ready().await;
    }
    let _proxy = nginx(folder.path(), proxy_port, &replicas);
    let pages: Vec<String> = (0..asked.documents)
        .map(|number| {
            let text = document(number as u64, SENTENCES);
            let name = format!("{number}.html");
            portal.document(&name, &format!("第{number}号文件的通知"), &[&text])
        })
        .collect();
    let begun = Instant::now();
    prepare(&replicas[0], &pages).await;
    findings.figure(
        "documents prepared, by whichever replica was idle",
        format!("{} in {:.0} s", pages.len(), begun.elapsed().as_secs_f64()),
    );

    let site = Arc::new(Site {
        proxy: format!("http://127.0.0.1:{proxy_port}"),
        client: http_client(),
        listeners: AtomicUsize::new(0),
        withdrawn: Mutex::default(),
        given_late: Mutex::default(),
    });
    let mut random = StdRng::seed_from_u64(asked.seed);
    let begun = Instant::now();
    let length = Duration::from_secs_f64(asked.minutes * 60.0);
    let (mut killed, mut has_restarted, mut withdrawal) = (None, false, None);
    let (mut arrives, mut new) = (Duration::ZERO, 0);
    let mut players = JoinSet::new();
    loop {
        // The time between two arrivals of a Poisson process.
        arrives += Duration::from_secs_f64(-(1.0 - random.random::<f64>()).ln() / asked.arrivals);
        if arrives >= length {
            break;
        }
        sleep_until((begun + arrives).into()).await;
        if killed.is_none() && arrives >= length / 4 {
            let last = replicas.last_mut().expect("there are replicas");
            last.child.kill().expect("it runs");
            last.child.wait().expect("it ends");
            killed = Some(Instant::now());
        }
        if !has_restarted && arrives >= length / 2 {
            tier = restarted(tier).await;
            has_restarted = true;
        }
        if withdrawal.is_none() && arrives >= length * 5 / 8 {
            // The most popular one.
            withdrawal = Some(withdraw(&site, &replicas[0], &pages[0]).await);
        }
        let is_new = random.random::<f64>() * 100.0 < asked.new_percent;
        let page = if is_new {
            new += 1;
            let text = document(1_000_000 + new, SENTENCES);
            let name = format!("new-{new}.html");
            portal.document(&name, &format!("新近第{new}号文件的通知"), &[&text])
        } else {
            pages[zipf(&mut random, pages.len())].clone()
        };
        let site = site.clone();
        players.spawn(async move { site.hear(&page).await });
    }
    let heard = tokio::time::timeout(TAIL, players.join_all()).await;
    let heard = heard.unwrap_or_default();
    tell(&mut findings, &heard, killed, new);
    let late = site.given_late.lock().expect("nobody panics").clone();
    let took = withdrawal.unwrap_or_default();
    findings.figure(
        "the withdrawal was answered in",
        format!("{:.3} s", took.as_secs_f64()),
    );
    findings.row(
        format!(
            "given of the withdrawn document later than {} s, and the {} s of the proxy",
            WITHDRAWN_IN.as_secs(),
            KEPT_BY_PROXY.as_secs()
        ),
        late.len(),
        late.is_empty(),
    );
    let refused = refused_by_all(&site, &pages[0]).await;
    findings.row(
        "it is refused through the proxy at the end",
        refused,
        refused,
    );
    drop(tier);
    findings
}

/// Withdraws a page; how long that took.
async fn withdraw(site: &Site, replica: &Process, page: &str) -> Duration {
    let mut names = HashSet::from([page.to_owned()]);
    let Ok((200, body)) = site.get(&format!("v1/readings?url={page}"), 0).await else {
        panic!(
            "the page cannot be read before it is withdrawn, so that no clip of it can be watched"
        );
    };
    let reading: Value = serde_json::from_slice(&body).expect("a reading is JSON");
    let clips = reading["utterances"].as_array().into_iter().flatten();
    names.extend(clips.filter_map(|clip| Some(clip["clip"].as_str()?.to_owned())));
    let begun = Instant::now();
    let request = WithdrawRequest {
        url: page.to_owned(),
    };
    let withdrawn = replica.socket().await.withdraw(request).await;
    withdrawn.expect("it is withdrawn");
    *site.withdrawn.lock().expect("nobody panics") = Some((Instant::now(), names));
    begun.elapsed()
}

/// Whether every replica refuses a page, whoever asks.
async fn refused_by_all(site: &Site, page: &str) -> bool {
    for listener in 0..40 {
        let answer = site.get(&format!("v1/readings?url={page}"), listener).await;
        if !matches!(answer, Ok((410, _))) {
            return false;
        }
    }
    true
}

fn tell(findings: &mut Findings, heard: &[Heard], killed: Option<Instant>, new: u64) {
    let lost: Vec<&String> = heard
        .iter()
        .filter_map(|heard| heard.lost.as_ref())
        .collect();
    let refused = heard.iter().filter(|heard| heard.refused).count();
    findings.figure(
        "listeners",
        format!(
            "{}, {new} of them to something new, {refused} refused the withdrawn document",
            heard.len()
        ),
    );
    let clips: usize = heard.iter().map(|heard| heard.clips).sum();
    findings.figure("clips heard", clips);
    let first: Vec<Duration> = heard.iter().filter_map(|heard| heard.first_sound).collect();
    findings.figure("first sound", spread(&first));
    findings.row(
        "listeners who did not hear to the end",
        format!("{} {:?}", lost.len(), lost.first()),
        lost.is_empty() && !heard.is_empty(),
    );
    // Of those who were listening when the replica was killed, its own cannot be told from the others'.
    let around = |begun: &Instant| {
        killed.is_some_and(|killed| {
            *begun + LONGEST_GAP > killed && *begun < killed + 2 * LONGEST_GAP
        })
    };
    let gaps = heard.iter().flat_map(|heard| &heard.gaps);
    let (around, apart): (Vec<_>, Vec<_>) = gaps.partition(|(begun, _)| around(begun));
    let lengths = |gaps: &[&(Instant, Duration)]| -> Vec<Duration> {
        gaps.iter().map(|(_, length)| *length).collect()
    };
    findings.figure("gaps about the kill", spread(&lengths(&around)));
    let apart = lengths(&apart);
    let longest = apart.iter().max().copied().unwrap_or_default();
    findings.row(
        "gaps at any other time",
        spread(&apart),
        longest <= LONGEST_GAP,
    );
    let came = heard.iter().filter_map(|heard| heard.came);
    if let (Some(first), Some(last)) = (came.clone().min(), came.max()) {
        let rate = heard.len() as f64 / (last - first).as_secs_f64().max(1.0);
        findings.figure("listeners a second", format!("{rate:.1}"));
    }
}
