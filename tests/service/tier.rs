//! Replicas that share a tier.

use std::collections::HashSet;
use std::path::Path;

use langdu_harness::process::{Process, Setup};
pub(crate) use langdu_harness::tier::{Engine, Tier};
use langdu_harness::{http_client, shared};
use serde_json::Value;

/// A replica with a clip folder of its own.
pub(crate) async fn replica(folder: &Path, name: &str, config: &str) -> Process {
    let web = shared().web.to_string();
    start(folder, name, config, &web, None).await
}

/// A replica that carries one listener at a time, as soon as the warm-up has told the pace.
pub(crate) async fn replica_for_one(folder: &Path, name: &str, config: &str) -> Process {
    let web = shared().web.to_string();
    start(folder, name, config, &web, Some(1e-6)).await
}

/// A replica that reads the pages of `web`.
pub(crate) async fn start(
    folder: &Path,
    name: &str,
    config: &str,
    web: &str,
    capacity_share: Option<f64>,
) -> Process {
    let setup = Setup {
        config,
        capacity_share,
        environment: &[("NO_PROXY", "*")],
        ..Setup::default()
    };
    let process = Process::start(folder, &folder.join(name), web, &setup);
    process.is_ready().await;
    process
}

pub(crate) async fn two_replicas(folder: &Path, config: &str) -> (Process, Process) {
    tokio::join!(replica(folder, "a", config), replica(folder, "b", config))
}

pub(crate) async fn syntheses(process: &Process) -> f64 {
    process.metric("langdu_syntheses_total").await
}

pub(crate) fn page() -> String {
    shared().page("/brief.html")
}

/// A sentence that stands on a page twice is one clip.
pub(crate) fn distinct(audio: &[Vec<u8>]) -> usize {
    audio.iter().collect::<HashSet<_>>().len()
}

/// The ids of a page's clips.
pub(crate) async fn clips_of(process: &Process, page: &str) -> HashSet<String> {
    let address = format!("http://127.0.0.1:{}/v1/readings?url={page}", process.http);
    let answer = http_client().get(address).send().await.unwrap();
    let reading: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let utterances = reading["utterances"].as_array().unwrap();
    let clips = utterances
        .iter()
        .map(|utterance| utterance["clip"].as_str().unwrap().to_owned());
    clips.collect()
}

/// The statuses with which a replica answers for clips by their ids.
pub(crate) async fn statuses(process: &Process, clips: &HashSet<String>) -> HashSet<u16> {
    let mut statuses = HashSet::new();
    for clip in clips {
        let address = format!("http://127.0.0.1:{}/v1/clips/{clip}.mp3", process.http);
        let answer = http_client().get(address).send().await.unwrap();
        statuses.insert(answer.status().as_u16());
    }
    statuses
}
