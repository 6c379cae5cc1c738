//! Encodes clips, as complete files and as parts of a stream.
//!
//! What each form guarantees:
//!
//! | | complete file ([`clip`]) | part of a stream ([`stream_chunk`]) |
//! | --- | --- | --- |
//! | LINEAR16 | WAV; exact length | bare samples; exact length |
//! | MULAW, ALAW | WAV; exact length | bare samples of one byte; exact length |
//! | MP3, 24 and 48 kHz | gapless: decodes to the exact length | whole frames of 24 ms; parts laid end to end are one MP3 whose every sample comes 1105 samples late and nothing drifts |
//! | MP3, 8 and 16 kHz | gapless: decodes to the exact length | whole frames of 72 and 36 ms; each part is lengthened by the frames its last sound needs to come out, so a stream grows against its timings |
//! | OGG_OPUS | exact length by pre-skip and final granule | the same file: a chained Ogg |
//!
//! The exact length is [`resampled_len`](crate::resampled_len) of the input; for Opus, which
//! always plays at 48 kHz, that length times 48 000 over the sample rate. For the stream at 24
//! and 48 kHz, the input must come from [`pcm::finish`](crate::pcm::finish): it makes whole
//! frames and ends in the silence that the codec's delay cuts.
//!
//! Bad input neither panics nor hangs: no samples, samples that are not finite and parameters out
//! of range are errors.

pub mod flac;
mod law;
pub mod mp3;
mod opus;
mod prepare;
mod wav;

use prepare::prepare;

pub use crate::error::EncodeError;
pub use crate::limits::{
    GAIN_RANGE_DB, INPUT_SAMPLE_RATES_HZ, MAX_INPUT_SECONDS, OUTPUT_SAMPLE_RATES_HZ,
};
use crate::{AigcLabel, Encoding, Tags};

/// Encodes a clip as a complete file with its metadata.
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
        Encoding::Mulaw | Encoding::Alaw => {
            let bytes = law::companded(&samples, encoding);
            wav::companded_file(&bytes, encoding, out_sample_rate, tags)
        }
        Encoding::Mp3 => mp3::file(&samples, out_sample_rate, tags),
        Encoding::OggOpus => opus::file(&samples, out_sample_rate, tags),
    }
}

/// Encodes a clip as its part of a stream, which follows the part before it without a gap.
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
        Encoding::Mulaw | Encoding::Alaw => Ok(law::companded(&samples, encoding)),
        Encoding::Mp3 => mp3::stream_frames(&samples, out_sample_rate),
        Encoding::OggOpus => opus::file(&samples, out_sample_rate, tags),
    }
}

/// The bytes before and behind the LINEAR16 chunks of a stream that make one WAV file of them.
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

/// The MULAW or ALAW chunks of a stream as one WAV file.
///
/// # Errors
///
/// [`EncodeError::TooLong`] past the 4 GiB that a WAV file can hold.
pub fn companded_wav(
    chunks: &[u8],
    encoding: Encoding,
    sample_rate_hz: u32,
    tags: &Tags,
) -> Result<Vec<u8>, EncodeError> {
    wav::companded_file(chunks, encoding, sample_rate_hz, tags)
}

/// Prepares a [`stream_chunk`] to occur in its stream a second time. Two links of a chained Ogg may
/// not have the same serial number, so the repeated one gets another, derived from `serial_seed`.
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
        Encoding::OggOpus => opus::with_serial(chunk, serial_seed),
        _ => Ok(chunk.to_vec()),
    }
}

/// What Ogg Opus and FLAC say of the sound: Vorbis comments (RFC 7845 section 5.2, RFC 9639 section
/// 8.6).
fn vorbis_comment(vendor: &str, tags: &Tags) -> Vec<u8> {
    let mut comments = vec![format!("{}={}", AigcLabel::KEY, tags.label.to_json())];
    if let Some(title) = tags.clean_title() {
        comments.insert(0, format!("TITLE={title}"));
    }
    let mut bytes = Vec::new();
    push_text(&mut bytes, vendor);
    bytes.extend_from_slice(&(comments.len() as u32).to_le_bytes());
    for comment in &comments {
        push_text(&mut bytes, comment);
    }
    bytes
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}
