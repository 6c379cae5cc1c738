//! From a voice's sample rate to the one a caller asked for.

use std::borrow::Cow;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};

use crate::error::EncodeError;
use crate::pcm::{FRAME_RATE_HZ, MP3_FRAME_SAMPLES, clip_len};

/// The least length of the transform, in input samples. Longer is steeper at the band's edge and
/// rings longer; this keeps the ringing at 24 kHz within 20 ms, inside the silence around a voice.
const MIN_TRANSFORM_SAMPLES: usize = 900;

/// How many samples `len` samples at `from_hz` become at `to_hz` (both in Hz; 0 counts as 1).
///
/// A finished clip is a whole number of 24 ms frames and stays one: its length is exact in every
/// rate, also from a rate in which a frame is not a whole number of samples. Other lengths are
/// rounded to the nearest sample.
pub fn resampled_len(len: usize, from_hz: u32, to_hz: u32) -> usize {
    let (from, to) = (u128::from(from_hz.max(1)), u128::from(to_hz.max(1)));
    let frame_x_rate = MP3_FRAME_SAMPLES as u128 * from;
    let nearest_frames =
        (len as u128 * u128::from(FRAME_RATE_HZ) + frame_x_rate / 2) / frame_x_rate;
    let frames = usize::try_from(nearest_frames).unwrap_or(usize::MAX);
    if clip_len(frames, from_hz) == len {
        return clip_len(frames, to_hz);
    }
    usize::try_from((len as u128 * to + from / 2) / from).unwrap_or(usize::MAX)
}

/// The samples at `to_hz`: [`resampled_len`] of them, aligned with the input (no delay).
pub(super) fn resample(
    pcm: &[f32],
    from_hz: u32,
    to_hz: u32,
) -> Result<Cow<'_, [f32]>, EncodeError> {
    if from_hz == to_hz {
        return Ok(Cow::Borrowed(pcm));
    }
    let mut resampler = Fft::<f32>::new_custom(
        from_hz as usize,
        to_hz as usize,
        transform_len(from_hz as usize, to_hz as usize),
        1,
        1,
        rubato::WindowFunction::BlackmanHarris2,
        FixedSync::Both,
    )
    .map_err(|error| EncodeError::Resample(error.to_string()))?;
    let input = InterleavedSlice::new(pcm, 1, pcm.len())
        .map_err(|error| EncodeError::Resample(error.to_string()))?;
    let output = resampler
        .process_all(&input, pcm.len(), None)
        .map_err(|error| EncodeError::Resample(error.to_string()))?;
    let mut samples = output.take_data();
    samples.resize(resampled_len(pcm.len(), from_hz, to_hz), 0.0);
    Ok(Cow::Owned(samples))
}

/// An even number of the smallest blocks that both rates have in common: the filter's delay is
/// half a transform on either side, and an odd length would shift the result by half a sample.
fn transform_len(from_hz: usize, to_hz: usize) -> usize {
    let two_blocks = 2 * from_hz / greatest_common_divisor(from_hz, to_hz);
    MIN_TRANSFORM_SAMPLES.next_multiple_of(two_blocks)
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}
