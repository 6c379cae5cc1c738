//! Checks samples and brings them into the form that every codec takes.

use std::borrow::Cow;

use crate::error::EncodeError;
use crate::limits::{
    GAIN_RANGE_DB, INPUT_SAMPLE_RATES_HZ, MAX_INPUT_SECONDS, OUTPUT_SAMPLE_RATES_HZ,
};
use crate::{limiter, resample};

/// Checks `pcm`, resamples it to `out_sample_rate`, and applies the gain and the limiter.
pub(super) fn prepare(
    pcm: &[f32],
    sample_rate: u32,
    out_sample_rate: u32,
    gain_db: f32,
) -> Result<Vec<f32>, EncodeError> {
    check_samples(pcm, sample_rate)?;
    if !OUTPUT_SAMPLE_RATES_HZ.contains(&out_sample_rate) {
        return Err(EncodeError::OutputSampleRate(out_sample_rate));
    }
    if !GAIN_RANGE_DB.contains(&gain_db) {
        return Err(EncodeError::Gain(gain_db));
    }
    let bounded = bound(pcm);
    let resampled = resample::resample(&bounded, sample_rate, out_sample_rate)?;
    let gain = 10.0f32.powf(gain_db / 20.0);
    let amplified = resampled.iter().map(|sample| sample * gain).collect();
    Ok(limiter::limit(amplified, out_sample_rate))
}

/// Clamps the samples to a range in which no sum of the resampler or the codecs can overflow.
fn bound(pcm: &[f32]) -> Cow<'_, [f32]> {
    /// 60 dB above full scale: no voice produces this, and the limiter flattens it anyway.
    const LOUDEST: f32 = 1_000.0;
    if pcm.iter().all(|sample| sample.abs() <= LOUDEST) {
        return Cow::Borrowed(pcm);
    }
    Cow::Owned(pcm.iter().map(|s| s.clamp(-LOUDEST, LOUDEST)).collect())
}

fn check_samples(pcm: &[f32], sample_rate: u32) -> Result<(), EncodeError> {
    if !INPUT_SAMPLE_RATES_HZ.contains(&sample_rate) {
        return Err(EncodeError::InputSampleRate(sample_rate));
    }
    if pcm.is_empty() {
        return Err(EncodeError::Empty);
    }
    if pcm.len() as u64 > u64::from(MAX_INPUT_SECONDS) * u64::from(sample_rate) {
        return Err(EncodeError::TooLong { samples: pcm.len() });
    }
    match pcm.iter().position(|sample| !sample.is_finite()) {
        Some(index) => Err(EncodeError::NotFinite { index }),
        None => Ok(()),
    }
}
