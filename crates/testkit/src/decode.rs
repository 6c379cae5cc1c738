//! Decoders that share no code with our encoders, and measures to compare samples with.

use std::collections::HashMap;
use std::io::Cursor;

use symphonia::core::audio::SampleBuffer;
use symphonia::core::codecs::DecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::{MetadataOptions, MetadataRevision};
use symphonia::core::probe::{Hint, ProbeResult};

/// The output of a decoder.
pub struct Decoded {
    /// One channel, between -1 and 1.
    pub samples: Vec<f32>,
    /// Samples per second.
    pub rate_hz: u32,
    /// The length the file states, in samples, where it states one.
    pub stated_len: Option<u64>,
    /// Metadata by key; a title under `title`.
    pub tags: HashMap<String, String>,
}

/// Decodes WAV or MP3; with `gapless`, the delay and padding that the file states are cut off.
pub fn symphonia(bytes: &[u8], extension: &str, gapless: bool) -> Decoded {
    let mut probed = probe(bytes, extension, gapless);
    let mut tags = HashMap::new();
    if let Some(metadata) = probed.metadata.get()
        && let Some(revision) = metadata.current()
    {
        collect_tags(revision, &mut tags);
    }
    let mut reader = probed.format;
    let samples = decode_rest(reader.as_mut());
    if let Some(revision) = reader.metadata().skip_to_latest() {
        collect_tags(revision, &mut tags);
    }
    let parameters = &reader.default_track().unwrap().codec_params;
    Decoded {
        samples,
        rate_hz: parameters.sample_rate.unwrap(),
        stated_len: parameters.n_frames,
        tags,
    }
}

/// Decodes an MP3 from sample `start` on, as a player does after seeking.
pub fn seek(bytes: &[u8], start: u64) -> Vec<f32> {
    let mut reader = probe(bytes, "mp3", true).format;
    let to = SeekTo::TimeStamp {
        ts: start,
        track_id: reader.default_track().unwrap().id,
    };
    let reached = reader.seek(SeekMode::Accurate, to).unwrap();
    let mut samples = decode_rest(reader.as_mut());
    samples.drain(..(start - reached.actual_ts) as usize);
    samples
}

fn probe(bytes: &[u8], extension: &str, gapless: bool) -> ProbeResult {
    let stream = MediaSourceStream::new(Box::new(Cursor::new(bytes.to_vec())), Default::default());
    let options = FormatOptions {
        enable_gapless: gapless,
        ..FormatOptions::default()
    };
    let mut hint = Hint::new();
    hint.with_extension(extension);
    symphonia::default::get_probe()
        .format(&hint, stream, &options, &MetadataOptions::default())
        .unwrap()
}

fn decode_rest(reader: &mut dyn FormatReader) -> Vec<f32> {
    let parameters = reader.default_track().unwrap().codec_params.clone();
    let mut decoder = symphonia::default::get_codecs()
        .make(&parameters, &DecoderOptions::default())
        .unwrap();
    let mut samples = Vec::new();
    while let Some(packet) = next_packet(reader) {
        let decoded = decoder.decode(&packet).unwrap();
        let mut buffer = SampleBuffer::<f32>::new(decoded.capacity() as u64, *decoded.spec());
        buffer.copy_interleaved_ref(decoded);
        samples.extend_from_slice(buffer.samples());
    }
    samples
}

fn next_packet(reader: &mut dyn FormatReader) -> Option<symphonia::core::formats::Packet> {
    match reader.next_packet() {
        Ok(packet) => Some(packet),
        Err(Error::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => None,
        Err(error) => panic!("{error}"),
    }
}

fn collect_tags(revision: &MetadataRevision, tags: &mut HashMap<String, String>) {
    use symphonia::core::meta::StandardTagKey::TrackTitle;
    for tag in revision.tags() {
        let key = match tag.std_key {
            Some(TrackTitle) => "title".to_owned(),
            _ => tag.key.clone(),
        };
        tags.insert(key, tag.value.to_string());
    }
}

/// One link of an Ogg Opus file: its serial number and its samples at 48 kHz, trimmed as RFC 7845
/// says.
pub struct OpusLink {
    /// Its serial number.
    pub serial: u32,
    /// Between -1 and 1, at 48 kHz.
    pub samples: Vec<f32>,
    /// Vorbis comments by name.
    pub comments: HashMap<String, String>,
}

/// Decodes a (chained) Ogg Opus file. Fails on any page whose checksum is wrong.
pub fn opus(bytes: &[u8]) -> Vec<OpusLink> {
    let mut reader = ogg::PacketReader::new(Cursor::new(bytes));
    let mut links = Vec::new();
    while let Some(head) = reader.read_packet().unwrap() {
        assert!(head.first_in_stream() && head.data.starts_with(b"OpusHead"));
        let pre_skip = usize::from(u16::from_le_bytes([head.data[10], head.data[11]]));
        let comments = parse_comments(&reader.read_packet_expected().unwrap().data);
        let mut decoder = opus::Decoder::new(48_000, opus::Channels::Mono).unwrap();
        let mut samples = Vec::new();
        let end_granule = loop {
            let packet = reader.read_packet_expected().unwrap();
            assert_eq!(packet.stream_serial(), head.stream_serial());
            let mut frame = [0.0; 960];
            let decoded = decoder.decode_float(&packet.data, &mut frame, false);
            assert_eq!(decoded.unwrap(), frame.len());
            samples.extend_from_slice(&frame);
            if packet.last_in_stream() {
                break packet.absgp_page() as usize;
            }
            if packet.last_in_page() {
                assert_eq!(packet.absgp_page() as usize, samples.len());
            }
        };
        // A final granule may trim the last packet, never more.
        assert!(end_granule <= samples.len() && samples.len() - end_granule < 960);
        samples.truncate(end_granule);
        samples.drain(..pre_skip);
        links.push(OpusLink {
            serial: head.stream_serial(),
            samples,
            comments,
        });
    }
    links
}

fn parse_comments(packet: &[u8]) -> HashMap<String, String> {
    let mut rest = packet.strip_prefix(b"OpusTags").unwrap();
    let take_number = |rest: &mut &[u8]| {
        let (number, tail) = rest.split_first_chunk::<4>().unwrap();
        *rest = tail;
        u32::from_le_bytes(*number) as usize
    };
    let vendor_len = take_number(&mut rest);
    rest = &rest[vendor_len..];
    let count = take_number(&mut rest);
    let mut comments = HashMap::new();
    for _ in 0..count {
        let len = take_number(&mut rest);
        let text = std::str::from_utf8(&rest[..len]).unwrap();
        let (key, value) = text.split_once('=').unwrap();
        comments.insert(key.to_owned(), value.to_owned());
        rest = &rest[len..];
    }
    assert!(rest.is_empty());
    comments
}

/// The signal-to-noise ratio of `decoded` against `original` in dB, over the length of the shorter.
pub fn snr_db(original: &[f32], decoded: &[f32]) -> f64 {
    let mut signal = 0.0;
    let mut noise = 0.0;
    for (before, after) in original.iter().zip(decoded) {
        signal += f64::from(*before).powi(2);
        noise += f64::from(before - after).powi(2);
    }
    10.0 * (signal / noise.max(1e-30)).log10()
}

/// The shift within ±`reach` samples at which `decoded` correlates best with `original`; positive when
/// it is late.
pub fn lag(original: &[f32], decoded: &[f32], reach: isize) -> isize {
    let correlation = |shift: isize| -> f64 {
        original
            .iter()
            .enumerate()
            .filter_map(|(index, before)| {
                let position = index.checked_add_signed(shift)?;
                Some(f64::from(*before) * f64::from(*decoded.get(position)?))
            })
            .sum()
    };
    (-reach..=reach)
        .max_by(|a, b| correlation(*a).total_cmp(&correlation(*b)))
        .unwrap()
}

/// The largest step between neighbouring samples within `reach` samples of `position`; a click shows as a
/// large one.
pub fn largest_step(samples: &[f32], position: usize, reach: usize) -> f32 {
    let from = position.saturating_sub(reach);
    let to = (position + reach).min(samples.len());
    samples[from..to]
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .fold(0.0, f32::max)
}
