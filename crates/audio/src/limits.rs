//! What the encoders accept.

use std::ops::RangeInclusive;

/// The sample rates on offer, in Hz.
pub const OUTPUT_SAMPLE_RATES_HZ: [u32; 4] = [8_000, 16_000, 24_000, 48_000];

/// The gains on offer, in dB: the range of Google's text-to-speech API for `volume_gain_db`.
pub const GAIN_RANGE_DB: RangeInclusive<f32> = -96.0..=16.0;

/// The sample rates a voice may have, in Hz.
pub const INPUT_SAMPLE_RATES_HZ: RangeInclusive<u32> = 8_000..=192_000;

/// The longest input, in seconds: six hours fit a WAV's 32-bit sizes at every rate.
pub const MAX_INPUT_SECONDS: u32 = 6 * 3600;
