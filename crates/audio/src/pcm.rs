//! From a voice's samples to a clip's: level, edges, pause and length.
//!
//! A clip is a whole number of 24 ms frames, at every sample rate. That is the frame of the MP3
//! stream (576 samples at 24 kHz), so the frames of a document's clips can be laid one after
//! another with nothing between, and the length of a document is known before any of its audio.
//!
//! The loudness of sentences is not normalised clip by clip: the gain is a constant of the speaker, so that
//! quiet sentences stay quiet. What stands alone, a list mark or a cell, can be brought to the level of
//! sentences by [`voice_db`].

use crate::limiter;

/// Samples in one MP3 frame at 24 kHz; one frame lasts 24 ms.
pub const MP3_FRAME_SAMPLES: usize = 576;

/// The sample rate at which [`MP3_FRAME_SAMPLES`] counts, and that of the default voices.
pub const FRAME_RATE_HZ: u32 = 24_000;

/// Changes whenever a clip would have other samples for the same recipe. It goes into a clip's
/// id, so that stored clips of an older build are not taken for new ones.
pub const POST_PROCESSING_VERSION: u32 = 2;

/// The silence every clip ends with at the least, in samples at [`FRAME_RATE_HZ`] (46 ms). An MP3
/// decoder gives each sample this much later than it was put in (576 of the encoder, 529 of the
/// decoder), so the frames of a clip end before its last 1105 samples have come out. What is cut
/// there must be silence.
pub const MIN_TAIL_SAMPLES: usize = 1105;

/// Longer pauses are cut to this many milliseconds, so that a slip in a configuration cannot ask
/// for gigabytes of silence.
pub const MAX_PAUSE_MS: u32 = 10_000;

/// Sample rates are taken within these bounds, so that a broken pack cannot ask for gigabytes
/// either.
const SAMPLE_RATES_HZ: std::ops::RangeInclusive<u32> = 1..=192_000;

/// How long the voice is faded in and out, in milliseconds: too short to be heard, long enough not
/// to click.
const FADE_MS: usize = 5;

/// Makes the clip of one utterance: its voice at the right level, without clicks at either end, and
/// the pause after it.
///
/// `samples` are mono at `sample_rate` (Hz, cut to 1–192 000), and so is the result, which has
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
    let rate_hz = bounded_rate(sample_rate);
    let mut clip = limiter::limit(amplified, rate_hz);
    fade_ends(&mut clip, rate_hz);
    clip.resize(finished_len(samples.len(), sample_rate, pause_ms), 0.0);
    clip
}

/// The level of what is voice in `samples`, in dB under full scale: the mean power of the windows of 10 ms
/// that lie within 30 dB of the loudest, so that the silence around a syllable does not count. `None` where
/// nothing is heard.
pub fn voice_db(samples: &[f32], sample_rate: u32) -> Option<f32> {
    const WITHIN_30_DB: f64 = 1e-3;
    let window = (bounded_rate(sample_rate) as usize / 100).max(1);
    let powers: Vec<f64> = samples
        .chunks(window)
        .map(|part| part.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / part.len() as f64)
        .filter(|power| power.is_finite())
        .collect();
    let loudest = powers.iter().copied().fold(0.0, f64::max);
    let voice = powers
        .into_iter()
        .filter(|power| *power > loudest * WITHIN_30_DB);
    let (count, sum) = voice.fold((0.0, 0.0), |(count, sum), power| (count + 1.0, sum + power));
    (loudest > 0.0).then(|| (10.0 * f64::log10(sum / count)) as f32)
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
    let rate_hz = u128::from(bounded_rate(sample_rate));
    let pause = (u128::from(pause_ms.min(MAX_PAUSE_MS)) * rate_hz).div_ceil(1000);
    let tail = (MIN_TAIL_SAMPLES as u128 * rate_hz).div_ceil(u128::from(FRAME_RATE_HZ));
    let needed = voice_samples as u128 + pause.max(tail);
    let frames = (needed * u128::from(FRAME_RATE_HZ)).div_ceil(rate_hz * MP3_FRAME_SAMPLES as u128);
    usize::try_from(frames).unwrap_or(usize::MAX)
}

/// The samples of `frames` frames at `sample_rate`: exact where a frame is a whole number of
/// samples (8, 16, 24, 48 kHz), else the nearest (a frame is 529.2 samples at 22 050 Hz).
pub(super) fn clip_len(frames: usize, sample_rate: u32) -> usize {
    let rate_hz = u128::from(bounded_rate(sample_rate));
    let samples_x_rate = frames as u128 * MP3_FRAME_SAMPLES as u128 * rate_hz;
    let half = u128::from(FRAME_RATE_HZ / 2);
    let samples = (samples_x_rate + half) / u128::from(FRAME_RATE_HZ);
    usize::try_from(samples).unwrap_or(usize::MAX)
}

fn bounded_rate(sample_rate: u32) -> u32 {
    sample_rate.clamp(*SAMPLE_RATES_HZ.start(), *SAMPLE_RATES_HZ.end())
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The sample rates of Piper voices (16 000 and 22 050 Hz) and of the default pack.
    const VOICE_RATES_HZ: [u32; 3] = [16_000, 22_050, 24_000];

    proptest! {
        #[test]
        fn the_length_is_as_predicted_and_whole_frames(
            voice_samples in 0usize..30_000,
            sample_rate in prop::sample::select(VOICE_RATES_HZ.to_vec()),
            pause_ms in 0u32..2_000,
        ) {
            let clip = finish(&vec![0.3; voice_samples], sample_rate, 1.0, pause_ms);
            prop_assert_eq!(clip.len(), finished_len(voice_samples, sample_rate, pause_ms));
            let frames = frame_count(voice_samples, sample_rate, pause_ms);
            let clip_seconds = clip.len() as f64 / f64::from(sample_rate);
            let half_sample_seconds = 0.5 / f64::from(sample_rate);
            prop_assert!((clip_seconds - frames as f64 * 0.024).abs() <= half_sample_seconds);
        }

        #[test]
        fn the_pause_is_at_least_what_was_asked_and_a_frame_longer_at_most(
            voice_samples in 1usize..30_000,
            sample_rate in prop::sample::select(VOICE_RATES_HZ.to_vec()),
            pause_ms in 47u32..3_000,
        ) {
            let tail = finished_len(voice_samples, sample_rate, pause_ms) - voice_samples;
            let tail_ms = tail as f64 * 1000.0 / f64::from(sample_rate);
            prop_assert!(tail_ms >= f64::from(pause_ms));
            prop_assert!(tail_ms < f64::from(pause_ms) + 24.1);
        }

        #[test]
        fn every_clip_ends_in_the_silence_that_the_codec_cuts(
            voice in prop::collection::vec(-2.0f32..2.0, 0..3_000),
            pause_ms in 0u32..100,
        ) {
            let clip = finish(&voice, FRAME_RATE_HZ, 1.0, pause_ms);
            prop_assert!(clip[clip.len() - MIN_TAIL_SAMPLES..].iter().all(|s| *s == 0.0));
        }

        #[test]
        fn no_prediction_overflows(
            voice_samples in any::<usize>(),
            sample_rate in any::<u32>(),
            pause_ms in any::<u32>(),
        ) {
            let frames = frame_count(voice_samples, sample_rate, pause_ms);
            prop_assert!(finished_len(voice_samples, sample_rate, pause_ms) >= frames.min(1));
        }
    }

    #[test]
    fn between_the_fades_a_quiet_clip_is_bit_identical() {
        let voice: Vec<f32> = (0..24_000).map(|i| 0.8 * (i as f32 * 0.11).sin()).collect();
        let clip = finish(&voice, 24_000, 1.0, 500);
        let fade = 24_000 * FADE_MS / 1000;
        let inner = fade..voice.len() - fade;
        assert_eq!(clip[inner.clone()], voice[inner]);
    }

    #[test]
    fn the_gain_is_a_plain_factor_below_the_ceiling() {
        let voice = vec![0.25; 24_000];
        assert_eq!(finish(&voice, 24_000, 2.0, 0)[12_000], 0.5);
        let limited = finish(&voice, 24_000, 8.0, 0);
        assert!((limited[12_000] - limiter::CEILING).abs() < 1e-4);
    }

    #[test]
    fn both_ends_of_the_loudest_voice_start_from_zero_in_small_steps() {
        let clip = finish(&[0.8; 4_800], 24_000, 1.0, 100);
        assert_eq!((clip[0], clip[4_799]), (0.0, 0.0));
        // A raised cosine over 120 samples rises by at most π / 240 a sample.
        let steepest = clip
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .fold(0.0, f32::max);
        assert!(
            steepest <= 0.8 * std::f32::consts::PI / 240.0 * 1.01,
            "{steepest}"
        );
    }

    #[test]
    fn numbers_that_are_none_become_silence_and_harm_no_neighbour() {
        let mut voice = vec![0.5; 2_400];
        voice[1_000] = f32::NAN;
        voice[1_100] = f32::INFINITY;
        let clip = finish(&voice, 24_000, 1.0, 0);
        assert_eq!((clip[1_000], clip[1_100]), (0.0, 0.0));
        assert_eq!((clip[999], clip[1_101]), (0.5, 0.5));
        assert!(
            finish(&voice, 24_000, f32::NAN, 0)
                .iter()
                .all(|s| *s == 0.0)
        );
    }

    #[test]
    fn a_voice_of_no_or_one_sample_is_a_clip_of_silence() {
        for voice in [&[][..], &[0.7]] {
            let clip = finish(voice, 24_000, 1.0, 100);
            assert_eq!(clip.len(), 5 * MP3_FRAME_SAMPLES);
        }
        for rate_hz in [0, u32::MAX] {
            let clip = finish(&[0.7], rate_hz, 9.0, 0);
            assert_eq!(clip.len(), finished_len(1, rate_hz, 0));
        }
    }

    #[test]
    fn the_level_is_that_of_the_voice_and_not_of_the_silence_around_it() {
        let tone: Vec<f32> = (0..12_000).map(|i| 0.5 * (i as f32 * 0.3).sin()).collect();
        let alone = voice_db(&tone, 24_000).unwrap();
        assert!((alone + 9.03).abs() < 0.05, "{alone}");
        let padded = [vec![1e-4; 24_000], tone, vec![0.0; 48_000]].concat();
        let among_silence = voice_db(&padded, 24_000).unwrap();
        assert!((among_silence - alone).abs() < 0.05, "{among_silence}");
        assert_eq!(voice_db(&[0.0; 4_800], 24_000), None);
        assert_eq!(voice_db(&[], 0), None);
    }

    #[test]
    fn an_absurd_pause_is_cut() {
        let longest = finished_len(0, 24_000, MAX_PAUSE_MS);
        assert_eq!(finished_len(0, 24_000, u32::MAX), longest);
    }
}
