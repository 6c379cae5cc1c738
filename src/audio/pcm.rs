//! From a voice's samples to a clip's: level, edges, pause and length.
//!
//! A clip is a whole number of 24 ms frames, at every sample rate. That is the frame of the MP3
//! stream (576 samples at 24 kHz), so the frames of a document's clips can be laid one after
//! another with nothing between, and the length of a document is known before any of its audio.
//!
//! There is no normalising: the gain is a constant of the speaker, so that quiet sentences stay
//! quiet.

use super::limiter;

/// Samples in one MP3 frame at 24 kHz; one frame lasts 24 ms.
pub const MP3_FRAME_SAMPLES: usize = 576;

/// The sample rate at which [`MP3_FRAME_SAMPLES`] counts, and that of the default voices.
pub const FRAME_RATE_HZ: u32 = 24_000;

/// Changes whenever [`finish`] would give other samples for the same input. It goes into a clip's
/// id, so that stored clips made by an older build are not taken for new ones.
pub const POST_PROCESSING_VERSION: u32 = 1;

/// The silence every clip ends with at the least, in samples at [`FRAME_RATE_HZ`] (46 ms). An MP3
/// decoder gives each sample this much later than it was put in (576 of the encoder, 529 of the
/// decoder), so the frames of a clip end before its last 1105 samples have come out. What is cut
/// there must be silence.
pub const MIN_TAIL_SAMPLES: usize = 1105;

/// Longer pauses are cut to this many milliseconds, so that a slip in a configuration cannot ask
/// for gigabytes of silence.
pub const MAX_PAUSE_MS: u32 = 10_000;

/// How long the voice takes to come in and to go, in milliseconds: short enough not to be heard,
/// long enough not to click.
const FADE_MS: usize = 5;

/// The clip of one utterance: its voice at the right level, without clicks at either end, and the
/// pause after it.
///
/// `samples` are mono at `sample_rate` (Hz; 0 counts as 1), and so is the result, which has
/// exactly [`finished_len`] samples. `gain` is linear and the same for all clips of a speaker.
/// After it a limiter holds peaks at −1 dBFS; a clip without such peaks passes unchanged.
/// `pause_ms` is cut to [`MAX_PAUSE_MS`] and raised to [`MIN_TAIL_SAMPLES`]; padding to a whole
/// frame adds up to 24 ms more. A sample that is not finite becomes silence, so that one bad
/// value does not lose a sentence.
pub fn finish(samples: &[f32], sample_rate: u32, gain: f32, pause_ms: u32) -> Vec<f32> {
    let amplified = samples
        .iter()
        .map(|sample| sample * gain)
        .map(|sample| if sample.is_finite() { sample } else { 0.0 })
        .collect();
    let mut clip = limiter::limit(amplified, sample_rate);
    fade_ends(&mut clip, sample_rate);
    clip.resize(finished_len(samples.len(), sample_rate, pause_ms), 0.0);
    clip
}

/// How many samples [`finish`] gives for `voice_samples` of voice at `sample_rate` (Hz).
pub fn finished_len(voice_samples: usize, sample_rate: u32, pause_ms: u32) -> usize {
    clip_len(
        frame_count(voice_samples, sample_rate, pause_ms),
        sample_rate,
    )
}

/// How many MP3 frames of 24 ms the clip has that [`finish`] makes of `voice_samples` of voice at
/// `sample_rate` (Hz). The length of a document is the sum of these.
pub fn frame_count(voice_samples: usize, sample_rate: u32, pause_ms: u32) -> usize {
    let rate_hz = u128::from(sample_rate.max(1));
    let pause = (u128::from(pause_ms.min(MAX_PAUSE_MS)) * rate_hz).div_ceil(1000);
    let tail = (MIN_TAIL_SAMPLES as u128 * rate_hz).div_ceil(u128::from(FRAME_RATE_HZ));
    let needed = voice_samples as u128 + pause.max(tail);
    let frames = (needed * u128::from(FRAME_RATE_HZ)).div_ceil(rate_hz * MP3_FRAME_SAMPLES as u128);
    usize::try_from(frames).unwrap_or(usize::MAX)
}

/// The samples of `frames` frames at `sample_rate`: exact where a frame is a whole number of
/// samples (8, 16, 24, 48 kHz), else the nearest (a frame is 529.2 samples at 22 050 Hz).
pub(super) fn clip_len(frames: usize, sample_rate: u32) -> usize {
    let samples_x_rate =
        frames as u128 * MP3_FRAME_SAMPLES as u128 * u128::from(sample_rate.max(1));
    let half = u128::from(FRAME_RATE_HZ / 2);
    let samples = (samples_x_rate + half) / u128::from(FRAME_RATE_HZ);
    usize::try_from(samples).unwrap_or(usize::MAX)
}

/// Raised-cosine fades at both ends; of a clip shorter than both, each takes half.
fn fade_ends(samples: &mut [f32], sample_rate: u32) {
    let fade = (sample_rate as usize * FADE_MS / 1000).min(samples.len() / 2);
    for position in 0..fade {
        let phase = std::f32::consts::PI * position as f32 / fade as f32;
        let weight = 0.5 - 0.5 * phase.cos();
        let mirrored = samples.len() - 1 - position;
        samples[position] *= weight;
        samples[mirrored] *= weight;
    }
}

/// The samples of 16-bit little-endian PCM. A last odd byte is left out.
pub fn from_linear16(bytes: &[u8]) -> Vec<f32> {
    bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|&pair| f32::from(i16::from_le_bytes(pair)) / f32::from(i16::MAX))
        .collect()
}
