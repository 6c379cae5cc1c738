//! Ogg Opus (RFC 7845): a complete stream of exact length, also good as a link of a chained Ogg.

use std::io::{Cursor, Error};

use ogg::{PacketReader, PacketWriteEndInfo, PacketWriter};
use opus::{Application, Bitrate, Channels, Encoder, Signal};

use super::vorbis_comment;
use crate::Tags;
use crate::error::EncodeError;

/// Opus counts time at 48 kHz whatever the rate of its input.
const GRANULE_RATE_HZ: u32 = 48_000;

/// 20 ms, the frame length the codec is tuned for.
const PACKET_GRANULES: usize = 960;

/// One page a second keeps the overhead under 1 % and lets a reader start early.
const PACKETS_PER_PAGE: usize = 50;

/// The codec's own bound for a 20 ms packet (RFC 6716: 1275 bytes a frame).
const MAX_PACKET_BYTES: usize = 1275;

/// The codec's scale of effort, 0 to 10. On a speech-like signal the highest is 0.3 dB closer and
/// takes a quarter longer.
const COMPLEXITY: i32 = 5;

/// Bits a second: transparent for one voice of the bandwidth in hand, by the codec's own
/// recommendations for speech.
fn bitrate(sample_rate_hz: u32) -> i32 {
    match sample_rate_hz {
        8_000 => 16_000,
        16_000 => 24_000,
        _ => 32_000,
    }
}

/// A complete Ogg Opus file.
pub(super) fn file(
    samples: &[f32],
    sample_rate_hz: u32,
    tags: &Tags,
) -> Result<Vec<u8>, EncodeError> {
    let mut encoder = Encoder::new(sample_rate_hz, Channels::Mono, Application::Audio)?;
    encoder.set_signal(Signal::Voice)?;
    encoder.set_complexity(COMPLEXITY)?;
    encoder.set_bitrate(Bitrate::Bits(bitrate(sample_rate_hz)))?;
    let granules_per_sample = (GRANULE_RATE_HZ / sample_rate_hz) as usize;
    let pre_skip = encoder.get_lookahead()? as usize * granules_per_sample;
    let end_granule = pre_skip + samples.len() * granules_per_sample;
    let packet_count = end_granule.div_ceil(PACKET_GRANULES);

    let serial = serial_number(&tags.serial_seed);
    let mut writer = PacketWriter::new(Vec::new());
    let head = identification_header(pre_skip, sample_rate_hz);
    writer.write_packet(head, serial, PacketWriteEndInfo::EndPage, 0)?;
    writer.write_packet(comment_header(tags), serial, PacketWriteEndInfo::EndPage, 0)?;

    let packet_samples = PACKET_GRANULES / granules_per_sample;
    let mut input = vec![0.0; packet_samples];
    for index in 0..packet_count {
        fill_padded(&mut input, samples, index * packet_samples);
        let packet = encoder.encode_vec_float(&input, MAX_PACKET_BYTES)?;
        let granule = end_granule.min((index + 1) * PACKET_GRANULES);
        let ends = page_end(index, packet_count);
        writer.write_packet(packet, serial, ends, granule as u64)?;
    }
    Ok(writer.into_inner())
}

/// The same audio as another stream: a sentence that a chained Ogg holds twice needs two serials.
pub(super) fn with_serial(file: &[u8], seed: &[u8; 32]) -> Result<Vec<u8>, EncodeError> {
    let serial = serial_number(seed);
    let mut reader = PacketReader::new(Cursor::new(file));
    let mut writer = PacketWriter::new(Vec::with_capacity(file.len()));
    while let Some(packet) = reader.read_packet().map_err(Error::other)? {
        let ends = if packet.last_in_stream() {
            PacketWriteEndInfo::EndStream
        } else if packet.last_in_page() {
            PacketWriteEndInfo::EndPage
        } else {
            PacketWriteEndInfo::NormalPacket
        };
        let granule = packet.absgp_page();
        writer.write_packet(packet.data, serial, ends, granule)?;
    }
    Ok(writer.into_inner())
}

/// The samples from `from` on, and silence beyond their end.
fn fill_padded(target: &mut [f32], samples: &[f32], from: usize) {
    let rest = samples.get(from..).unwrap_or_default();
    let copied = rest.len().min(target.len());
    target[..copied].copy_from_slice(&rest[..copied]);
    target[copied..].fill(0.0);
}

fn page_end(index: usize, packet_count: usize) -> PacketWriteEndInfo {
    if index + 1 == packet_count {
        PacketWriteEndInfo::EndStream
    } else if (index + 1).is_multiple_of(PACKETS_PER_PAGE) {
        PacketWriteEndInfo::EndPage
    } else {
        PacketWriteEndInfo::NormalPacket
    }
}

fn serial_number(seed: &[u8; 32]) -> u32 {
    u32::from_le_bytes([seed[0], seed[1], seed[2], seed[3]])
}

/// RFC 7845 section 5.1: version 1, one channel, no output gain, mapping family 0.
fn identification_header(pre_skip: usize, sample_rate_hz: u32) -> Vec<u8> {
    let mut header = b"OpusHead\x01\x01".to_vec();
    header.extend_from_slice(&(pre_skip as u16).to_le_bytes());
    header.extend_from_slice(&sample_rate_hz.to_le_bytes());
    header.extend_from_slice(&0i16.to_le_bytes());
    header.push(0);
    header
}

/// RFC 7845 section 5.2.
fn comment_header(tags: &Tags) -> Vec<u8> {
    let mut header = b"OpusTags".to_vec();
    header.extend_from_slice(&vorbis_comment(opus::version(), tags));
    header
}
