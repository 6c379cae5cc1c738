//! One stream as its caller hears it.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_types::StatusExt;

use langdu_proto::SynthesizeRequest;
use langdu_proto::read_aloud_client::ReadAloudClient;
use langdu_proto::synthesize_stream_response::Response as Part;

/// What one listener got. All times are seconds by the caller's clock, from the moment the
/// listener asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// When the listener asked, from the level's start.
    pub asked_s: f64,
    /// Until the header, which holds the reading.
    pub header_s: Option<f64>,
    /// Until the first audio.
    pub first_audio_s: Option<f64>,
    /// Until the stream ended.
    pub total_s: f64,
    /// Seconds of speech that came.
    pub speech_s: f64,
    /// For each utterance after the first, how long before a listener who plays them as they come
    /// needed it. Negative where that listener had to wait: a stall.
    pub slack_s: Vec<f64>,
    /// Utterances that came with their audio.
    pub utterances: u32,
    /// Those of them that the service made for this call; the others were in a cache.
    pub synthesized: u32,
    /// Utterances that the service could not make.
    pub failed_utterances: u32,
    /// Bytes of audio.
    pub audio_bytes: u64,
    /// Why the stream ended early: the gRPC code, a colon and the message.
    pub error: Option<String>,
    /// How long to wait before another try, where the service refused it and said so.
    #[serde(skip)]
    pub retry_after: Option<Duration>,
}

impl Heard {
    /// How often playing had to wait after it had begun.
    pub fn stalls(&self) -> usize {
        self.slack_s.iter().filter(|slack| **slack < 0.0).count()
    }

    /// How long it waited in all, in seconds.
    pub fn stalled_s(&self) -> f64 {
        let waits = self.slack_s.iter().filter(|slack| **slack < 0.0);
        waits.map(|slack| -slack).sum()
    }

    /// The least slack; `None` for a stream of one utterance.
    pub fn least_slack_s(&self) -> Option<f64> {
        self.slack_s.iter().copied().min_by(f64::total_cmp)
    }

    /// The caller's real-time factor: seconds until all of it had come, for a second of speech.
    pub fn real_time_factor(&self) -> Option<f64> {
        (self.error.is_none() && self.speech_s > 0.0).then(|| self.total_s / self.speech_s)
    }
}

/// Keeps the time of a listener who plays utterances as they come: when the next one is needed.
#[derive(Default)]
struct Playing {
    until_s: Option<f64>,
}

impl Playing {
    /// Records that an utterance of `duration_s` came at `now_s`, and returns its slack, unless it
    /// is the first.
    fn comes(&mut self, now_s: f64, duration_s: f64) -> Option<f64> {
        let slack = self.until_s.map(|until| until - now_s);
        // After a stall, playing goes on from where the utterance came.
        let starts = self.until_s.map_or(now_s, |until| until.max(now_s));
        self.until_s = Some(starts + duration_s);
        slack
    }
}

/// Streams one request to its end. `asked` is when the listener wanted it, which is earlier than
/// this call where calls queue up on the caller's side.
pub async fn hear(
    client: &mut ReadAloudClient<Channel>,
    request: Request<SynthesizeRequest>,
    asked: Instant,
) -> Heard {
    let mut heard = Heard::default();
    if let Err(status) = listen(client, request, asked, &mut heard).await {
        heard.error = Some(format!("{:?}: {}", status.code(), status.message()));
        let advice = status.get_details_retry_info();
        heard.retry_after = advice.and_then(|advice| advice.retry_delay);
    }
    heard.total_s = asked.elapsed().as_secs_f64();
    heard
}

async fn listen(
    client: &mut ReadAloudClient<Channel>,
    request: Request<SynthesizeRequest>,
    asked: Instant,
    heard: &mut Heard,
) -> Result<(), Status> {
    let mut stream = client.synthesize_stream(request).await?.into_inner();
    let mut playing = Playing::default();
    let mut next_s = 0.0;
    while let Some(message) = stream.message().await? {
        let now_s = asked.elapsed().as_secs_f64();
        match message.response {
            Some(Part::Header(_)) => heard.header_s = Some(now_s),
            Some(Part::Utterance(utterance)) => {
                heard.synthesized += u32::from(utterance.synthesized);
                let duration_ms = utterance.timing.map_or(0, |timing| timing.duration_ms);
                next_s = f64::from(duration_ms) / 1000.0;
            }
            Some(Part::Audio(audio)) => {
                heard.first_audio_s.get_or_insert(now_s);
                heard.slack_s.extend(playing.comes(now_s, next_s));
                heard.speech_s += next_s;
                heard.utterances += 1;
                heard.audio_bytes += audio.len() as u64;
            }
            Some(Part::More(_)) => {}
            Some(Part::UtteranceError(_)) => heard.failed_utterances += 1,
            Some(Part::End(_)) => return Ok(()),
            None => {}
        }
    }
    Err(Status::data_loss("the stream ended without its end"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slack_is_what_is_left_to_play_and_a_stall_moves_the_rest() {
        let mut playing = Playing::default();
        assert_eq!(playing.comes(0.5, 2.0), None);
        assert_eq!(playing.comes(1.0, 3.0), Some(1.5));
        // Needed at 5.5, came at 7: playing goes on at 7, not at 5.5.
        assert_eq!(playing.comes(7.0, 1.0), Some(-1.5));
        assert_eq!(playing.comes(7.5, 1.0), Some(0.5));
    }

    #[test]
    fn stalls_are_counted_and_added_up() {
        let heard = Heard {
            slack_s: vec![1.0, -0.25, 0.0, -0.5],
            ..Heard::default()
        };
        assert_eq!(heard.stalls(), 2);
        assert!((heard.stalled_s() - 0.75).abs() < 1e-9);
        assert_eq!(heard.least_slack_s(), Some(-0.5));
    }

    #[test]
    fn a_stream_that_failed_has_no_real_time_factor() {
        let heard = Heard {
            speech_s: 2.0,
            total_s: 1.0,
            ..Heard::default()
        };
        assert_eq!(heard.real_time_factor(), Some(0.5));
        let failed = Heard {
            error: Some("Unavailable: gone".to_owned()),
            ..heard
        };
        assert_eq!(failed.real_time_factor(), None);
    }
}
