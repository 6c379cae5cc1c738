//! Listeners as they are: each hears its own document at the speed of speech and fetches a little
//! ahead.

use std::time::{Duration, Instant};

use langdu_proto::AudioEncoding;
use langdu_proto::synthesize_stream_response::Response as Part;

use langdu_harness::{Service, request, text};

/// How far ahead of the ear a player fetches.
const AHEAD: Duration = Duration::from_secs(10);

/// What one listener got.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heard {
    /// From asking to the first sound.
    pub(crate) first_audio: Duration,
    /// The least time, in seconds, that an utterance was there before it was needed; negative is
    /// a gap.
    pub(crate) least_slack_s: f64,
}

/// A document of about so many seconds that shares no sentence with another of another number.
pub(crate) fn document(number: usize, about: Duration) -> String {
    let subjects = ["助餐", "津贴", "体检", "社保", "供暖", "公交"];
    let mut text = String::new();
    // A sentence takes about six seconds.
    for index in 0..=about.as_secs() / 6 {
        let subject = subjects[(number + index as usize) % subjects.len()];
        text += &format!(
            "第{number}份文件的第{}条，关于{subject}服务的申请，请到所在社区的窗口办理。",
            index + 1
        );
    }
    text
}

/// Listens to a text to its end.
pub(crate) async fn listen(service: &Service, document: String) -> Heard {
    let mut client = service.grpc().await;
    let asked = Instant::now();
    let stream = client.synthesize_stream(request(text(&document), AudioEncoding::Mp3));
    let mut stream = stream.await.expect("there is room").into_inner();
    let mut first_audio = None;
    let mut least_slack_s = f64::INFINITY;
    let mut speech = Duration::ZERO;
    let mut length = Duration::ZERO;
    while let Some(message) = stream.message().await.expect("the stream goes on") {
        match message.response {
            Some(Part::Utterance(utterance)) => {
                let timing = utterance.timing.expect("every utterance has one");
                length = Duration::from_millis(timing.duration_ms.into());
            }
            Some(Part::Audio(_)) => {
                let begun = *first_audio.get_or_insert_with(|| asked.elapsed());
                let needed = begun + speech;
                if speech > Duration::ZERO {
                    let slack_s = needed.as_secs_f64() - asked.elapsed().as_secs_f64();
                    least_slack_s = least_slack_s.min(slack_s);
                }
                speech += length;
                // What lies further ahead is not fetched yet.
                let fetch_next = begun + speech.saturating_sub(AHEAD);
                tokio::time::sleep(fetch_next.saturating_sub(asked.elapsed())).await;
            }
            Some(Part::UtteranceError(error)) => panic!("{error:?}"),
            _ => {}
        }
    }
    Heard {
        first_audio: first_audio.expect("there is sound"),
        least_slack_s,
    }
}

/// The real-time factor as the service measures it, after some speech.
pub(crate) async fn real_time_factor(service: &Service) -> f64 {
    listen(service, document(90_000, Duration::from_secs(40))).await;
    let pace = service.reader.clips().pace();
    pace.real_time_factor().expect("it has spoken")
}

/// So many listeners begin at the same moment, each with a document of its own.
pub(crate) async fn at_once(
    service: &'static Service,
    listeners: usize,
    about: Duration,
) -> Vec<Heard> {
    let listening: Vec<_> = (0..listeners)
        .map(|number| tokio::spawn(listen(service, document(number, about))))
        .collect();
    let mut heard = Vec::new();
    for listener in listening {
        heard.push(listener.await.expect("nobody panics"));
    }
    heard
}

/// Newcomers one after the other; how long each waits for the first sound.
pub(crate) async fn newcomers(
    service: &Service,
    first_number: usize,
    count: usize,
) -> Vec<Duration> {
    let mut waits = Vec::new();
    for number in first_number..first_number + count {
        let words = format!("第{number}位来听的人，想听这一句。");
        waits.push(listen(service, words).await.first_audio);
        // Not in step with what else is made.
        tokio::time::sleep(Duration::from_millis(37 * (number as u64 % 11))).await;
    }
    waits
}

/// A document of two hours that somebody downloads as fast as it is made, until it is dropped.
pub(crate) async fn long_document(service: &'static Service, number: usize) -> impl Drop {
    struct Ended(tokio::task::JoinHandle<()>);
    impl Drop for Ended {
        fn drop(&mut self) {
            self.0.abort();
        }
    }
    let words = document(number, Duration::from_secs(2 * 3600));
    let asked = request(text(&words), AudioEncoding::Mp3);
    let stream = service.grpc().await.synthesize_stream(asked).await;
    let mut stream = stream.expect("there is room").into_inner();
    Ended(tokio::spawn(async move {
        while let Ok(Some(_)) = stream.message().await {}
    }))
}
