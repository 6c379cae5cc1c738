//! LINEAR16: bare samples, or a WAV file with its metadata in a `LIST`/`INFO` chunk.
//!
//! The chunk stands behind the samples, because simple readers expect them 44 bytes in.

use std::io::Cursor;

use crate::error::EncodeError;
use crate::{Encoding, Tags};

/// The key of the label happens to have the four letters a chunk's name needs.
const LABEL_CHUNK: [u8; 4] = *b"AIGC";

/// RIFF, `fmt ` and the head of `data`, for 16-bit PCM.
const HEADER_BYTES: usize = 44;

/// The chunk that holds all others: its name and its size, which counts what follows them.
const RIFF_BYTES: usize = 8;

/// The samples as 16-bit little-endian integers.
pub(super) fn linear16(samples: &[f32]) -> Vec<u8> {
    samples
        .iter()
        .flat_map(|sample| quantize(*sample).to_le_bytes())
        .collect()
}

/// A complete WAV file.
pub(super) fn file(
    samples: &[f32],
    sample_rate_hz: u32,
    tags: &Tags,
) -> Result<Vec<u8>, EncodeError> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: sample_rate_hz,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut buffer = Cursor::new(Vec::with_capacity(samples.len() * 2 + 1024));
    let mut writer = hound::WavWriter::new(&mut buffer, spec)?;
    for sample in samples {
        writer.write_sample(quantize(*sample))?;
    }
    writer.finalize()?;
    Ok(with_info_chunk(buffer.into_inner(), tags))
}

/// A complete WAV file of companded samples. Readers want to know how many there are from a `fact` chunk
/// where the samples are not plain ones.
pub(super) fn companded_file(
    bytes: &[u8],
    encoding: Encoding,
    sample_rate_hz: u32,
    tags: &Tags,
) -> Result<Vec<u8>, EncodeError> {
    let count = u32::try_from(bytes.len()).map_err(|_| EncodeError::TooLong {
        samples: bytes.len(),
    })?;
    // One channel of eight bits; no extension of the format follows.
    let mut format = format_tag(encoding).to_le_bytes().to_vec();
    format.extend_from_slice(&1u16.to_le_bytes());
    format.extend_from_slice(&sample_rate_hz.to_le_bytes());
    format.extend_from_slice(&sample_rate_hz.to_le_bytes());
    format.extend_from_slice(&1u16.to_le_bytes());
    format.extend_from_slice(&8u16.to_le_bytes());
    format.extend_from_slice(&0u16.to_le_bytes());
    let mut wav = b"RIFF\0\0\0\0WAVE".to_vec();
    push_chunk(&mut wav, *b"fmt ", &format);
    push_chunk(&mut wav, *b"fact", &count.to_le_bytes());
    push_chunk(&mut wav, *b"data", bytes);
    Ok(with_info_chunk(wav, tags))
}

/// The number of a companding law in a WAV file (RFC 2361).
fn format_tag(encoding: Encoding) -> u16 {
    match encoding {
        Encoding::Mulaw => 7,
        _ => 6,
    }
}

/// What stands before and behind so many samples in a WAV file, for a file that is sent as it is
/// made.
pub(super) fn around(
    samples: u64,
    sample_rate_hz: u32,
    tags: &Tags,
) -> Result<(Vec<u8>, Vec<u8>), EncodeError> {
    let mut header = file(&[], sample_rate_hz, tags)?;
    let trailer = header.split_off(HEADER_BYTES);
    let size_of = |bytes: u64| {
        u32::try_from(bytes).map_err(|_| EncodeError::TooLong {
            samples: usize::try_from(samples).unwrap_or(usize::MAX),
        })
    };
    let data_size = size_of(samples.saturating_mul(2))?;
    let behind_riff = (HEADER_BYTES - RIFF_BYTES + trailer.len()) as u64;
    let riff_size = size_of(behind_riff + u64::from(data_size))?;
    header[HEADER_BYTES - 4..].copy_from_slice(&data_size.to_le_bytes());
    header[4..RIFF_BYTES].copy_from_slice(&riff_size.to_le_bytes());
    Ok((header, trailer))
}

pub(super) fn quantize(sample: f32) -> i16 {
    (sample * f32::from(i16::MAX)).round() as i16
}

fn with_info_chunk(mut wav: Vec<u8>, tags: &Tags) -> Vec<u8> {
    let mut info = b"INFO".to_vec();
    if let Some(title) = tags.clean_title() {
        push_text_chunk(&mut info, *b"INAM", &title);
    }
    push_text_chunk(&mut info, LABEL_CHUNK, &tags.label.to_json());
    push_chunk(&mut wav, *b"LIST", &info);
    let riff_size = (wav.len() - 8) as u32;
    wav[4..8].copy_from_slice(&riff_size.to_le_bytes());
    wav
}

fn push_text_chunk(out: &mut Vec<u8>, id: [u8; 4], text: &str) {
    let mut terminated = text.as_bytes().to_vec();
    terminated.push(0);
    push_chunk(out, id, &terminated);
}

/// RIFF chunks start at even offsets; the pad byte is not counted in the size.
fn push_chunk(out: &mut Vec<u8>, id: [u8; 4], body: &[u8]) {
    out.extend_from_slice(&id);
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.extend_from_slice(body);
    if body.len() % 2 == 1 {
        out.push(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_sent_in_parts_is_the_file() {
        let tags = Tags {
            title: Some("通知".to_owned()),
            ..Tags::default()
        };
        let samples: Vec<f32> = (0..1001).map(|n| (n as f32 / 9.0).sin() / 2.0).collect();
        let (header, trailer) = around(samples.len() as u64, 24_000, &tags).unwrap();
        let parts = [header, linear16(&samples), trailer].concat();
        assert_eq!(parts, file(&samples, 24_000, &tags).unwrap());
    }

    #[test]
    fn more_than_a_wav_can_hold_is_an_error() {
        assert!(around(1 << 31, 24_000, &Tags::default()).is_err());
    }
}
