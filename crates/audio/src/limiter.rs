//! A look-ahead peak limiter: keeps a clip under the ceiling without changing its timbre.
//!
//! It sees the whole clip, so it needs no state and no attack time: around each peak that is too
//! high, the gain dips along a smooth curve that has reached its lowest point when the peak comes.
//! The curve is about as long as the longest pitch period of a voice. A shorter one would follow the
//! waveform and distort it; a longer one would reach into the next syllable and pump.

use std::collections::VecDeque;

/// The highest absolute sample value that leaves this module: −1 dBFS (10^(−1/20)). Lossy codecs
/// overshoot what they are given; one decibel is the room that broadcast practice leaves for it.
pub(super) const CEILING: f32 = 0.891_250_9;

/// Half the length of the gain dip, in milliseconds. A voice at 70 Hz has 14 ms between pulses.
const REACH_MS: usize = 15;

/// Brings every sample within ±[`CEILING`]. Samples must be finite. A clip that is already under
/// the ceiling comes back bit-identical.
pub(super) fn limit(mut samples: Vec<f32>, sample_rate_hz: u32) -> Vec<f32> {
    if samples.iter().all(|sample| sample.abs() <= CEILING) {
        return samples;
    }
    let reach = (sample_rate_hz as usize * REACH_MS / 1000).max(2);
    let reductions = smooth_reduction(&samples, reach);
    for (sample, reduction) in samples.iter_mut().zip(reductions) {
        // The clamp only takes away what rounding left above the ceiling.
        *sample = (*sample * (1.0 - reduction) as f32).clamp(-CEILING, CEILING);
    }
    samples
}

/// How much of each sample to take away (0 = nothing): at least what the sample itself needs, and
/// smooth. The maximum over ±reach, averaged over ±reach, can nowhere be less than what stands in
/// the middle. Two averages of half the reach make the curve a triangle's, without corners.
fn smooth_reduction(samples: &[f32], reach: usize) -> Vec<f64> {
    let mut needed = vec![0.0; samples.len() + 2 * reach];
    for (slot, sample) in needed[reach..].iter_mut().zip(samples) {
        *slot = 1.0 - f64::from(CEILING) / f64::from(sample.abs()).max(f64::from(CEILING));
    }
    let held = sliding_max(&needed, reach);
    let once = box_average(&held, reach / 2);
    let twice = box_average(&once, reach - reach / 2);
    twice[reach..reach + samples.len()].to_vec()
}

/// The maximum of the values within `reach` on either side of each.
fn sliding_max(values: &[f64], reach: usize) -> Vec<f64> {
    let mut candidates: VecDeque<usize> = VecDeque::new();
    let mut next_index = 0;
    let mut maxima = Vec::with_capacity(values.len());
    for center in 0..values.len() {
        while next_index < values.len() && next_index <= center + reach {
            while candidates
                .back()
                .is_some_and(|&last| values[last] <= values[next_index])
            {
                candidates.pop_back();
            }
            candidates.push_back(next_index);
            next_index += 1;
        }
        while candidates
            .front()
            .is_some_and(|&first| first + reach < center)
        {
            candidates.pop_front();
        }
        maxima.push(candidates.front().map_or(0.0, |&first| values[first]));
    }
    maxima
}

/// The mean of the values within `reach` on either side of each; beyond the ends there is zero.
fn box_average(values: &[f64], reach: usize) -> Vec<f64> {
    let mut sums = Vec::with_capacity(values.len() + 1);
    sums.push(0.0);
    let mut total = 0.0;
    for value in values {
        total += value;
        sums.push(total);
    }
    let width = (2 * reach + 1) as f64;
    (0..values.len())
        .map(|center| {
            let from = center.saturating_sub(reach);
            let to = (center + reach + 1).min(values.len());
            (sums[to] - sums[from]) / width
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_leaves_above_the_ceiling(
            samples in prop::collection::vec(-50.0f32..50.0, 1..3_000),
            sample_rate_hz in 1_000u32..48_000,
        ) {
            let limited = limit(samples.clone(), sample_rate_hz);
            prop_assert_eq!(limited.len(), samples.len());
            for (before, after) in samples.iter().zip(&limited) {
                prop_assert!(after.abs() <= CEILING);
                prop_assert!(after.abs() <= before.abs());
                prop_assert!(after * before >= 0.0);
            }
        }

        #[test]
        fn a_clip_under_the_ceiling_is_bit_identical(
            samples in prop::collection::vec(-CEILING..=CEILING, 0..3_000),
        ) {
            let limited = limit(samples.clone(), 24_000);
            prop_assert!(samples.iter().zip(&limited).all(|(a, b)| a.to_bits() == b.to_bits()));
        }
    }

    #[test]
    fn a_single_peak_leaves_the_rest_of_the_clip_alone() {
        let rate_hz = 24_000;
        let mut samples = vec![0.5; rate_hz as usize];
        samples[12_000] = 1.5;
        let limited = limit(samples, rate_hz);
        // The dip is two reaches long: the hold and its average.
        let far = 2 * REACH_MS * rate_hz as usize / 1000 + 1;
        assert!(limited[..12_000 - far].iter().all(|&s| s == 0.5));
        assert!(limited[12_000 + far..].iter().all(|&s| s == 0.5));
        assert!((limited[12_000] - CEILING).abs() < 1e-3);
    }

    #[test]
    fn the_gain_of_a_loud_vowel_does_not_follow_its_waveform() {
        let rate_hz = 24_000;
        let pulse_period = rate_hz as usize / 70;
        let samples: Vec<f32> = (0..rate_hz as usize)
            .map(|i| if i % pulse_period == 0 { 1.6 } else { 0.4 })
            .collect();
        let limited = limit(samples, rate_hz);
        let middle = &limited[6_000..18_000];
        let between: Vec<f32> = middle.iter().copied().filter(|s| *s < 0.5).collect();
        let highest = between.iter().copied().fold(f32::MIN, f32::max);
        let lowest = between.iter().copied().fold(f32::MAX, f32::min);
        assert!(highest / lowest < 1.001, "{lowest} … {highest}");
    }
}
