//! Clips as files and as parts of a stream, and what may be asked of either.
//!
//! What is guaranteed where:
//!
//! | | complete file ([`clip`]) | part of a stream ([`stream_chunk`]) |
//! | --- | --- | --- |
//! | LINEAR16 | WAV; exact length | bare samples; exact length |
//! | MP3, 24 and 48 kHz | gapless: decodes to the exact length | whole frames of 24 ms; parts laid end to end are one MP3 whose every sample comes 1105 samples late and nothing drifts |
//! | MP3, 8 and 16 kHz | gapless: decodes to the exact length | whole frames of 72 and 36 ms; each part is lengthened by the frames its last sound needs to come out, so a stream grows against its timings |
//! | OGG_OPUS | exact length by pre-skip and final granule | the same file: a chained Ogg |
//!
//! The exact length is [`resampled_len`](super::resampled_len) of the input; for Opus, which
//! always plays at 48 kHz, that length times 48 000 over the sample rate. For the stream at 24
//! and 48 kHz, the input must come from [`pcm::finish`](super::pcm::finish): it makes whole
//! frames and ends in the silence that the codec's delay cuts.
//!
//! Nothing here panics or hangs on bad input: no samples, samples that are not finite, and
//! parameters out of range are errors.

pub mod mp3;
mod opus;
mod wav;

use std::borrow::Cow;

use super::{Encoding, Tags, limiter, resample};

/// The sample rates on offer, in Hz.
pub const OUTPUT_SAMPLE_RATES_HZ: [u32; 4] = [8_000, 16_000, 24_000, 48_000];

/// The gains on offer, in dB: Google's range for `volume_gain_db`.
pub const GAIN_RANGE_DB: std::ops::RangeInclusive<f32> = -96.0..=16.0;

/// The sample rates a voice may have, in Hz.
pub const INPUT_SAMPLE_RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=192_000;

/// The longest input, in seconds: six hours fit a WAV's 32-bit sizes at every rate.
pub const MAX_INPUT_SECONDS: u32 = 6 * 3600;

/// Why something could not be encoded.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// There are no samples.
    #[error("there are no samples to encode; leave out utterances without a voice")]
    Empty,
    /// A sample is NaN or infinite.
    #[error("sample {index} is not a finite number; pass the samples through `pcm::finish` first")]
    NotFinite {
        /// Its position in the input.
        index: usize,
    },
    /// More than [`MAX_INPUT_SECONDS`].
    #[error("{samples} samples are longer than {MAX_INPUT_SECONDS} seconds; encode it in parts")]
    TooLong {
        /// The input's length.
        samples: usize,
    },
    /// The input's rate is outside [`INPUT_SAMPLE_RATES_HZ`].
    #[error("the voice's sample rate {0} Hz is not between 8000 and 192000 Hz; check the pack")]
    InputSampleRate(u32),
    /// The output's rate is not among [`OUTPUT_SAMPLE_RATES_HZ`].
    #[error("sample rate {0} Hz is not on offer; choose 8000, 16000, 24000 or 48000 Hz")]
    OutputSampleRate(u32),
    /// The gain is outside [`GAIN_RANGE_DB`] or not a number.
    #[error("volume gain {0} dB is not on offer; choose one from -96 to 16 dB")]
    Gain(f32),
    /// The resampler failed.
    #[error("cannot change the sample rate: {0}")]
    Resample(String),
    /// LAME refused its parameters or failed.
    #[error("the mp3 encoder failed: {0}")]
    Mp3(String),
    /// libopus failed.
    #[error("the opus encoder failed")]
    Opus(#[from] ::opus::Error),
    /// A container could not be written.
    #[error("cannot write the file's container")]
    Container(#[from] std::io::Error),
    /// The WAV could not be written.
    #[error("cannot write the wav file")]
    Wav(#[from] hound::Error),
}

/// A complete file with its metadata.
///
/// `pcm` is mono at `sample_rate` ([`INPUT_SAMPLE_RATES_HZ`]), `out_sample_rate` one of
/// [`OUTPUT_SAMPLE_RATES_HZ`], `gain_db` in [`GAIN_RANGE_DB`]; after the gain, peaks are held at
/// −1 dBFS.
///
/// # Errors
///
/// [`EncodeError`] when the input is empty, too long or not finite, or a parameter is out of its
/// range.
pub fn clip(
    pcm: &[f32],
    sample_rate: u32,
    encoding: Encoding,
    out_sample_rate: u32,
    gain_db: f32,
    tags: &Tags,
) -> Result<Vec<u8>, EncodeError> {
    let samples = prepare(pcm, sample_rate, out_sample_rate, gain_db)?;
    match encoding {
        Encoding::Linear16 => wav::file(&samples, out_sample_rate, tags),
        Encoding::Mp3 => mp3::file(&samples, out_sample_rate, tags),
        Encoding::OggOpus => opus::file(&samples, out_sample_rate, tags),
    }
}

/// The part of a stream that one clip is, ready to be laid behind the part before.
///
/// Parameters and errors are those of [`clip`]. Only Ogg Opus carries `tags`, since each part of
/// it is a file; [`mp3::id3`] gives what can stand before the first part of an MP3 stream.
///
/// # Errors
///
/// As [`clip`].
pub fn stream_chunk(
    pcm: &[f32],
    sample_rate: u32,
    encoding: Encoding,
    out_sample_rate: u32,
    gain_db: f32,
    tags: &Tags,
) -> Result<Vec<u8>, EncodeError> {
    let samples = prepare(pcm, sample_rate, out_sample_rate, gain_db)?;
    match encoding {
        Encoding::Linear16 => Ok(wav::linear16(&samples)),
        Encoding::Mp3 => mp3::stream_frames(&samples, out_sample_rate),
        Encoding::OggOpus => opus::file(&samples, out_sample_rate, tags),
    }
}

/// What stands before and behind the LINEAR16 chunks of a stream to make one WAV file of them.
/// `samples` is the sum of the chunks' samples.
///
/// # Errors
///
/// [`EncodeError::TooLong`] past the 4 GiB that a WAV file can hold.
pub fn wav_around(
    samples: u64,
    sample_rate_hz: u32,
    tags: &Tags,
) -> Result<(Vec<u8>, Vec<u8>), EncodeError> {
    wav::around(samples, sample_rate_hz, tags)
}

/// A [`stream_chunk`] that stands in its stream before, made fit to stand there again: two links
/// of a chained Ogg may not have one serial number, so this one's derives from `serial_seed`.
///
/// # Errors
///
/// When an Ogg chunk is damaged.
pub fn again(
    chunk: &[u8],
    encoding: Encoding,
    serial_seed: &[u8; 32],
) -> Result<Vec<u8>, EncodeError> {
    match encoding {
        Encoding::Linear16 | Encoding::Mp3 => Ok(chunk.to_vec()),
        Encoding::OggOpus => opus::with_serial(chunk, serial_seed),
    }
}

/// The samples as they go into a codec: checked, at the rate asked for, amplified and limited.
fn prepare(
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

/// The samples within a range in which no sum of the resampler or the codecs can overflow.
fn bound(pcm: &[f32]) -> Cow<'_, [f32]> {
    /// 60 dB above full scale: no voice gives this, and the limiter flattens it anyway.
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
