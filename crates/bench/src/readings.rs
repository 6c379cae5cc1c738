//! Readings a second: what the gateway answers players with before anything is heard, over pages that are
//! asked for again and again.
//!
//! A reading is fetched, extracted and normalised unless the service knows that nothing has changed, so
//! that this and not the voice is what a crowd meets first.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT_ENCODING, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use reqwest::{Client, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::error::BenchError;
use crate::stats::Quantiles;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ReadingsPlan {
    /// The gateway's address, without a slash at its end.
    pub gateway: String,
    /// Pages, asked for in turn.
    pub pages: Vec<String>,
    /// Players that ask at the same time, each as soon as it has its answer.
    pub players: usize,
    /// How long they ask.
    pub duration: Duration,
    /// Each shows the tag of the answer before, as a browser does.
    pub conditional: bool,
    /// The `authorization` header, if one is shown.
    pub authorization: Option<HeaderValue>,
}

/// What was answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadingsReport {
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Readings that were answered with (200).
    pub readings: usize,
    /// Readings that were said not to have changed (304).
    pub unchanged: usize,
    /// Bytes of the answers' bodies, packed with gzip where the gateway packs them.
    pub bytes: u64,
    /// Other answers by their status, and requests without one.
    pub errors: BTreeMap<String, usize>,
    /// Seconds to the last byte of an answer.
    pub answered_s: Option<Quantiles>,
}

impl ReadingsReport {
    /// Readings a second, those that have not changed among them.
    pub fn per_second(&self) -> f64 {
        (self.readings + self.unchanged) as f64 / self.seconds
    }
}

/// Asks for readings as planned.
///
/// # Errors
///
/// When the first page cannot be read: nothing could be measured.
pub async fn readings(plan: &ReadingsPlan) -> Result<ReadingsReport, BenchError> {
    // As every browser says, and the answers are not unpacked here.
    let gzip = HeaderValue::from_static("gzip");
    let mut headers = HeaderMap::from_iter([(ACCEPT_ENCODING, gzip)]);
    if let Some(authorization) = &plan.authorization {
        headers.insert("authorization", authorization.clone());
    }
    let client = Client::builder()
        .no_proxy()
        .default_headers(headers)
        .build()
        .map_err(|error| unreachable(plan, &error))?;
    // What is measured is how readings are answered, and not how the first of them is made.
    for page in &plan.pages {
        let answer = client.get(address(plan, page)).send().await;
        let answer = answer.map_err(|error| unreachable(plan, &error))?;
        if !answer.status().is_success() {
            return Err(BenchError::NoReading {
                page: page.clone(),
                status: answer.status().as_u16(),
            });
        }
    }
    let plan = Arc::new(plan.clone());
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let mut players = JoinSet::new();
    for _ in 0..plan.players {
        let (plan, client, next) = (plan.clone(), client.clone(), next.clone());
        players.spawn(async move { play(&plan, &client, &next, started).await });
    }
    let mut report = ReadingsReport::default();
    let mut answered = Vec::new();
    for (of_player, times) in players.join_all().await {
        report.readings += of_player.readings;
        report.unchanged += of_player.unchanged;
        report.bytes += of_player.bytes;
        for (error, count) in of_player.errors {
            *report.errors.entry(error).or_default() += count;
        }
        answered.extend(times);
    }
    report.seconds = started.elapsed().as_secs_f64();
    report.answered_s = Quantiles::of(&answered);
    Ok(report)
}

/// What one player was answered, and how long each answer took.
async fn play(
    plan: &ReadingsPlan,
    client: &Client,
    next: &AtomicUsize,
    started: Instant,
) -> (ReadingsReport, Vec<f64>) {
    let (mut report, mut times) = (ReadingsReport::default(), Vec::new());
    let mut tags: Vec<Option<HeaderValue>> = vec![None; plan.pages.len()];
    while started.elapsed() < plan.duration {
        let page = next.fetch_add(1, Ordering::Relaxed) % plan.pages.len();
        let mut request = client.get(address(plan, &plan.pages[page]));
        if let Some(tag) = tags[page].as_ref().filter(|_| plan.conditional) {
            request = request.header(IF_NONE_MATCH, tag);
        }
        let asked = Instant::now();
        let outcome = async {
            let answer = request.send().await?;
            let (status, tag) = (answer.status(), answer.headers().get(ETAG).cloned());
            Ok::<_, reqwest::Error>((status, tag, answer.bytes().await?.len()))
        };
        match outcome.await {
            Ok((StatusCode::OK, tag, bytes)) => {
                report.readings += 1;
                report.bytes += bytes as u64;
                tags[page] = tag;
            }
            Ok((StatusCode::NOT_MODIFIED, ..)) => report.unchanged += 1,
            Ok((status, ..)) => {
                *report
                    .errors
                    .entry(status.as_u16().to_string())
                    .or_default() += 1
            }
            Err(_) => *report.errors.entry("no answer".to_owned()).or_default() += 1,
        }
        times.push(asked.elapsed().as_secs_f64());
    }
    (report, times)
}

fn address(plan: &ReadingsPlan, page: &str) -> String {
    let written: String = url::form_urlencoded::byte_serialize(page.as_bytes()).collect();
    format!("{}/v1/readings?url={written}", plan.gateway)
}

fn unreachable(plan: &ReadingsPlan, error: &reqwest::Error) -> BenchError {
    BenchError::Unreachable {
        target: plan.gateway.clone(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_a_query_of_its_own_is_one_parameter() {
        let plan = ReadingsPlan {
            gateway: "http://127.0.0.1:7861".to_owned(),
            pages: Vec::new(),
            players: 1,
            duration: Duration::from_secs(1),
            conditional: false,
            authorization: None,
        };
        assert_eq!(
            address(&plan, "https://a.cn/?x=1&y=%20#通知"),
            "http://127.0.0.1:7861/v1/readings?url=\
             https%3A%2F%2Fa.cn%2F%3Fx%3D1%26y%3D%2520%23%E9%80%9A%E7%9F%A5"
        );
    }

    #[test]
    fn readings_a_second_count_those_that_have_not_changed() {
        let report = ReadingsReport {
            seconds: 2.0,
            readings: 30,
            unchanged: 70,
            ..ReadingsReport::default()
        };
        assert_eq!(report.per_second(), 50.0);
    }
}
