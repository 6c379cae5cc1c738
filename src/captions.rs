//! What is said when, as players and editors of films take it: WebVTT and SubRip.

use std::fmt::Write;
use std::sync::Arc;

use crate::reading::Reading;
use langdu_audio::pcm::{FRAME_RATE_HZ, MP3_FRAME_SAMPLES};
use langdu_audio::resampled_len;
use langdu_clips::Timing;

/// Words that are heard for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// From here.
    pub start_ms: u64,
    /// To here.
    pub end_ms: u64,
    /// What is said.
    pub text: String,
}

/// Cues as WebVTT.
pub fn web_vtt(cues: &[Cue]) -> String {
    let mut vtt = String::from("WEBVTT\n");
    for cue in cues {
        let text = one_line(&cue.text)
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let (start, end) = (timestamp(cue.start_ms, '.'), timestamp(cue.end_ms, '.'));
        // Writing into a string cannot fail.
        let _ = write!(vtt, "\n{start} --> {end}\n{text}\n");
    }
    vtt
}

/// Cues as SubRip (`.srt`).
pub fn sub_rip(cues: &[Cue]) -> String {
    let mut srt = String::new();
    for (number, cue) in (1..).zip(cues) {
        let text = one_line(&cue.text);
        let (start, end) = (timestamp(cue.start_ms, ','), timestamp(cue.end_ms, ','));
        let _ = write!(srt, "{number}\n{start} --> {end}\n{text}\n\n");
    }
    srt
}

/// What stands in a cue must not look like the time of another.
fn one_line(text: &str) -> String {
    text.replace('\n', " ").replace("-->", "→")
}

fn timestamp(ms: u64, point: char) -> String {
    format!(
        "{:02}:{:02}:{:02}{point}{:03}",
        ms / 3_600_000,
        ms / 60_000 % 60,
        ms / 1000 % 60,
        ms % 1000
    )
}

/// How long so many frames of 24 ms play, in milliseconds.
pub fn milliseconds(frames: u64) -> u64 {
    frames * MP3_FRAME_SAMPLES as u64 * 1000 / u64::from(FRAME_RATE_HZ)
}

/// The cues of one reading alone.
pub fn cues_of(reading: &Reading, timings: &[Arc<Timing>]) -> Vec<Cue> {
    let mut frames = 0;
    let utterances = reading.script.utterances.iter().zip(timings);
    utterances
        .map(|(utterance, timing)| {
            let begun = frames;
            frames += frames_of(timing);
            Cue {
                start_ms: milliseconds(begun),
                end_ms: milliseconds(frames),
                text: utterance.text.clone(),
            }
        })
        .collect()
}

/// How many frames of 24 ms a clip has.
pub fn frames_of(timing: &Timing) -> u64 {
    let samples = resampled_len(timing.samples, timing.sample_rate, FRAME_RATE_HZ);
    samples.div_ceil(MP3_FRAME_SAMPLES) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_numbered_and_timed_as_players_expect() {
        let cues = [
            Cue {
                start_ms: 3_400,
                end_ms: 3_723_004,
                text: "甲<乙 --> 丙\n丁".to_owned(),
            },
            Cue {
                start_ms: 3_723_004,
                end_ms: 3_724_000,
                text: "戊".to_owned(),
            },
        ];
        assert_eq!(
            sub_rip(&cues),
            "1\n00:00:03,400 --> 01:02:03,004\n甲<乙 → 丙 丁\n\n2\n01:02:03,004 --> 01:02:04,000\n戊\n\n"
        );
        assert_eq!(
            web_vtt(&cues),
            "WEBVTT\n\n00:00:03.400 --> 01:02:03.004\n甲&lt;乙 → 丙 丁\n\n01:02:03.004 --> 01:02:04.000\n戊\n"
        );
    }
}
