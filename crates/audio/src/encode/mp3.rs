//! MP3: single files that play gapless, and documents that are their clips' frames end to end.
//!
//! A decoder gives each sample [`DELAY_SAMPLES`] late. A single file holds the frames this takes
//! at its end and says in its `Info` tag what to cut at either end. The frames of a clip that is
//! part of something longer stop with the clip: `n` frames for `n` × 576 samples at 24 kHz, 144
//! bytes each. What would come out later is silence by [`pcm::finish`](crate::pcm::finish)
//! and is left out. Each clip's frames begin with an empty bit reservoir, so they need nothing
//! from the clip before.
//!
//! A document is [`document_header`], then the [`frames`] of its clips in order, then
//! [`document_trailer`]: an exact, seekable file of [`document_len`] bytes. One clip is a document
//! too, so its frames need to be kept once for all three: stream, document and single file.

use std::num::NonZeroU32;
use std::sync::Once;

use id3::TagLike;
use id3::frame::ExtendedText;
use mp3lame_encoder::{Bitrate, BuildError, Builder, Encoder, FlushNoGap, Mode, MonoPcm, Quality};

use super::prepare::prepare;
use crate::error::EncodeError;
use crate::pcm::{FRAME_RATE_HZ, MP3_FRAME_SAMPLES};
use crate::{AigcLabel, Tags};

mod info;

/// The bytes of one frame at 24 kHz and 48 kbit/s: 24 ms.
pub const FRAME_BYTES: usize = 144;

/// How late a decoder gives each sample, in samples: 576 for the encoder, 529 for the decoder.
pub const DELAY_SAMPLES: usize = ENCODER_DELAY_SAMPLES + DECODER_DELAY_SAMPLES;

const ENCODER_DELAY_SAMPLES: usize = 576;
const DECODER_DELAY_SAMPLES: usize = 529;

/// Frames of silence behind a document's last clip, in which its last samples come out.
const TRAILER_FRAMES: usize = DELAY_SAMPLES.div_ceil(MP3_FRAME_SAMPLES);

/// Samples given to LAME at a time, so that its output buffer stays small.
const BLOCK_SAMPLES: usize = 1152 * 16;

/// Silence given to LAME behind the clip, in frames: more than it ever holds back.
const FLUSH_FRAMES: usize = 6;

/// LAME's scale of effort: the cheapest step that still shapes its noise to the ear in full. The
/// next better one takes half as long again and is no closer to a speech-like signal.
const QUALITY: Quality = Quality::VeryNice;

/// Samples quieter than this are silence: half a step of 16-bit audio.
const SILENCE: f32 = 0.5 / 32_768.0;

/// What an MP3 at one sample rate is made of. Every frame has the same size, because the bit
/// rates are chosen so that it is a whole number of bytes.
struct Format {
    sample_rate_hz: u32,
    bitrate: Bitrate,
    frame_samples: usize,
    frame_bytes: usize,
    info: info::Layout,
}

/// Layer III changes its frame with the sample rate: MPEG-1 at 48 kHz (1152 samples), MPEG-2 at
/// 24 and 16 kHz and MPEG-2.5 at 8 kHz (576 samples).
fn format(sample_rate_hz: u32) -> Result<Format, EncodeError> {
    let (bitrate, frame_samples, info) = match sample_rate_hz {
        48_000 => (Bitrate::Kbps64, 1152, info::MPEG1_48_KHZ),
        24_000 => (Bitrate::Kbps48, MP3_FRAME_SAMPLES, info::MPEG2_24_KHZ),
        16_000 => (Bitrate::Kbps32, MP3_FRAME_SAMPLES, info::MPEG2_16_KHZ),
        8_000 => (Bitrate::Kbps24, MP3_FRAME_SAMPLES, info::MPEG25_8_KHZ),
        other => return Err(EncodeError::OutputSampleRate(other)),
    };
    Ok(Format {
        sample_rate_hz,
        bitrate,
        frame_samples,
        frame_bytes: frame_samples * bitrate as usize * 125 / sample_rate_hz as usize,
        info,
    })
}

/// The frames of one clip at 24 kHz, without any header: one frame of [`FRAME_BYTES`] for every
/// 576 samples begun. `pcm` must end in silence, as [`pcm::finish`](crate::pcm::finish)
/// leaves it; peaks above −1 dBFS are limited.
///
/// # Errors
///
/// [`EncodeError::Empty`] without samples, [`EncodeError::NotFinite`] at the first that is not a
/// number, [`EncodeError::Mp3`] when LAME fails.
pub fn frames(pcm: &[f32]) -> Result<Vec<u8>, EncodeError> {
    // LAME aborts the process on samples far beyond full scale.
    let samples = prepare(pcm, FRAME_RATE_HZ, FRAME_RATE_HZ, 0.0)?;
    stream_frames(&samples, FRAME_RATE_HZ)
}

/// The frames of one clip at any of the rates.
pub(super) fn stream_frames(samples: &[f32], sample_rate_hz: u32) -> Result<Vec<u8>, EncodeError> {
    let format = format(sample_rate_hz)?;
    let whole = samples.len().div_ceil(format.frame_samples);
    let frame_count = if sample_rate_hz >= FRAME_RATE_HZ {
        whole
    } else {
        // A clip's silent tail is too short for the delay at the low rates.
        let audible = samples
            .iter()
            .rposition(|sample| sample.abs() > SILENCE)
            .map_or(0, |last| last + 1);
        whole.max((audible + DELAY_SAMPLES).div_ceil(format.frame_samples))
    };
    encode(samples, frame_count, &format)
}

/// A complete file: ID3 tag, `Info` tag, frames.
pub(super) fn file(
    samples: &[f32],
    sample_rate_hz: u32,
    tags: &Tags,
) -> Result<Vec<u8>, EncodeError> {
    let format = format(sample_rate_hz)?;
    let frame_count = (samples.len() + DELAY_SAMPLES).div_ceil(format.frame_samples);
    let audio = encode(samples, frame_count, &format)?;
    let padding_samples =
        frame_count * format.frame_samples - ENCODER_DELAY_SAMPLES - samples.len();
    let info = info::Info {
        frame_count: frame_count as u64,
        audio_bytes: audio.len() as u64,
        delay_samples: ENCODER_DELAY_SAMPLES,
        padding_samples,
        audio_kbps: format.bitrate as u16,
        audio_crc: info::crc16(&audio),
    };
    let mut file = id3(tags);
    file.extend_from_slice(&info.frame(&format.info));
    file.extend_from_slice(&audio);
    Ok(file)
}

/// What stands before the frames of a whole document of `total_samples` at 24 kHz, the sum of its
/// clips' lengths: the ID3 tag and an `Info` frame with the exact length. Its own length depends
/// on `tags` alone.
pub fn document_header(total_samples: u64, tags: &Tags) -> Vec<u8> {
    let frame_count = document_frames(total_samples);
    let frame_samples = MP3_FRAME_SAMPLES as u64;
    let last_frame_rest = (frame_samples - total_samples % frame_samples) % frame_samples;
    let info = info::Info {
        frame_count,
        audio_bytes: frame_count * FRAME_BYTES as u64,
        delay_samples: ENCODER_DELAY_SAMPLES,
        padding_samples: last_frame_rest as usize + TRAILER_FRAMES * MP3_FRAME_SAMPLES
            - ENCODER_DELAY_SAMPLES,
        audio_kbps: Bitrate::Kbps48 as u16,
        // The audio need not exist yet; no known decoder compares this checksum.
        audio_crc: 0,
    };
    let mut header = id3(tags);
    header.extend_from_slice(&info.frame(&info::MPEG2_24_KHZ));
    header
}

/// What stands behind a document's last clip: silence in which its end comes out of the decoder.
pub fn document_trailer() -> Vec<u8> {
    let mut silent_frame = info::MPEG2_24_KHZ.header(Bitrate::Kbps48 as u16).to_vec();
    // Side information of zeros: no main data, all coefficients zero.
    silent_frame.resize(FRAME_BYTES, 0);
    silent_frame.repeat(TRAILER_FRAMES)
}

/// The bytes of a whole document: header, the frames of `total_samples` at 24 kHz, trailer.
pub fn document_len(total_samples: u64, tags: &Tags) -> u64 {
    let header_bytes = id3(tags).len() + info::MPEG2_24_KHZ.frame_bytes();
    header_bytes as u64 + document_frames(total_samples) * FRAME_BYTES as u64
}

fn document_frames(total_samples: u64) -> u64 {
    total_samples.div_ceil(MP3_FRAME_SAMPLES as u64) + TRAILER_FRAMES as u64
}

/// An ID3v2.4 tag with the title and the label. Version 2.4, because it has UTF-8: the label can
/// be found by whoever searches the bytes for it.
pub fn id3(tags: &Tags) -> Vec<u8> {
    let mut tag = id3::Tag::new();
    if let Some(title) = tags.clean_title() {
        tag.set_title(title);
    }
    tag.add_frame(ExtendedText {
        description: AigcLabel::KEY.to_owned(),
        value: tags.label.to_json(),
    });
    let mut bytes = Vec::new();
    tag.write_to(&mut bytes, id3::Version::Id3v24)
        .expect("two text frames of UTF-8 are always a valid tag, and a Vec takes every write");
    bytes
}

/// The first `frame_count` frames of the samples with silence behind them.
fn encode(samples: &[f32], frame_count: usize, format: &Format) -> Result<Vec<u8>, EncodeError> {
    let mut encoder = encoder(format)?;
    let wanted_bytes = frame_count * format.frame_bytes;
    let mut bytes = Vec::with_capacity(wanted_bytes + mp3lame_encoder::max_required_buffer_size(0));
    for block in samples.chunks(BLOCK_SAMPLES) {
        push_block(&mut encoder, block, &mut bytes)?;
    }
    let encoded_samples = frame_count * format.frame_samples;
    let missing_samples = encoded_samples.saturating_sub(samples.len());
    let silence = vec![0.0; missing_samples + FLUSH_FRAMES * format.frame_samples];
    push_block(&mut encoder, &silence, &mut bytes)?;
    bytes.reserve(mp3lame_encoder::max_required_buffer_size(0));
    encoder
        .flush_to_vec::<FlushNoGap>(&mut bytes)
        .map_err(|error| EncodeError::Mp3(error.to_string()))?;
    if bytes.len() < wanted_bytes {
        return Err(EncodeError::Mp3(format!(
            "it gave {} of {wanted_bytes} bytes",
            bytes.len()
        )));
    }
    bytes.truncate(wanted_bytes);
    Ok(bytes)
}

fn push_block(
    encoder: &mut Encoder,
    block: &[f32],
    bytes: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    bytes.reserve(mp3lame_encoder::max_required_buffer_size(block.len()));
    encoder
        .encode_to_vec(MonoPcm(block), bytes)
        .map(|_| ())
        .map_err(|error| EncodeError::Mp3(error.to_string()))
}

/// A fresh encoder. The first one of a process is made alone: LAME fills process-wide tables for
/// each without a lock, but every later one only writes the same numbers again.
fn encoder(format: &Format) -> Result<Encoder, EncodeError> {
    static TABLES_FILLED: Once = Once::new();
    TABLES_FILLED.call_once(|| drop(build_encoder(format)));
    build_encoder(format).map_err(|error| EncodeError::Mp3(error.to_string()))
}

fn build_encoder(format: &Format) -> Result<Encoder, BuildError> {
    let mut builder = Builder::new().ok_or(BuildError::NoMem)?;
    builder.set_num_channels(1)?;
    builder.set_mode(Mode::Mono)?;
    builder.set_sample_rate(format.sample_rate_hz)?;
    builder.set_output_sample_rate(NonZeroU32::new(format.sample_rate_hz))?;
    builder.set_brate(format.bitrate)?;
    builder.set_quality(QUALITY)?;
    // LAME's own tag does not fit a frame of 144 bytes, and would not know a document's length.
    builder.set_to_write_vbr_tag(false)?;
    builder.build()
}
