//! FLAC, sent as it is made.

use langdu_audio::encode::flac::FlacStream;
use langdu_audio::encode::stream_chunk;
use langdu_audio::{Encoding, pcm};
use langdu_testkit::decode;

use crate::speech;

/// The LINEAR16 bytes of some clips of a stream.
fn clips(count: u32) -> Vec<Vec<u8>> {
    let clip = |seed| {
        let samples = speech::clip(0.7 + 0.1 * seed as f32, 24_000, seed, 90);
        let tags = speech::tags(1);
        stream_chunk(&samples, 24_000, Encoding::Linear16, 24_000, 0.0, &tags).unwrap()
    };
    (1..=count).map(clip).collect()
}

/// The file that becomes of parts, and how many bytes of it were there before its end.
fn file(parts: &[Vec<u8>]) -> (Vec<u8>, usize) {
    let samples = parts.iter().map(Vec::len).sum::<usize>() / 2;
    let (mut stream, mut bytes) =
        FlacStream::new(samples as u64, 24_000, &speech::tags(3)).unwrap();
    for part in parts {
        bytes.extend(stream.push(part).unwrap());
    }
    let before_the_end = bytes.len();
    bytes.extend(stream.finish().unwrap());
    (bytes, before_the_end)
}

#[test]
fn every_sample_comes_back_however_the_stream_is_cut() {
    let whole = clips(3).concat();
    // Odd numbers of bytes too: a part may end in the middle of a sample.
    for cut in [1, 777, 8_192, 8_193, 40_000, whole.len()] {
        let parts: Vec<Vec<u8>> = whole.chunks(cut).map(<[u8]>::to_vec).collect();
        let (bytes, _) = file(&parts);
        let decoded = decode::symphonia(&bytes, "flac", false);
        assert_eq!(
            (decoded.rate_hz, decoded.stated_len),
            (24_000, Some(whole.len() as u64 / 2))
        );
        let samples: Vec<f32> = pcm::from_linear16(&whole);
        assert_eq!(
            decoded.samples.len(),
            samples.len(),
            "cut after {cut} bytes"
        );
        let same = decoded.samples.iter().zip(&samples);
        let worst = same.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1.0 / 32_768.0, "cut after {cut} bytes: {worst}");
    }
}

#[test]
fn a_file_of_any_length_is_whole() {
    let sample = |index: usize| ((index as f32 / 7.0).sin() * 9_000.0) as i16;
    for count in [0, 1, 2, 31, 32, 4_095, 4_096, 4_097, 8_192] {
        let part: Vec<u8> = (0..count)
            .flat_map(|index| sample(index).to_le_bytes())
            .collect();
        let (bytes, _) = file(&[part]);
        assert!(bytes.starts_with(b"fLaC"));
        if count > 0 {
            let decoded = decode::symphonia(&bytes, "flac", false).samples;
            assert_eq!(decoded.len(), count);
        }
    }
}

#[test]
fn most_of_it_leaves_before_the_last_clip_is_there() {
    let parts = clips(4);
    let (bytes, before_the_end) = file(&parts);
    // What is kept back is less than one frame, which is at most as large as its samples.
    assert!(bytes.len() - before_the_end <= 4_096 * 2 + 64);
    assert!(
        bytes.len() < parts.concat().len() * 3 / 4,
        "it is smaller than the samples"
    );
}

#[test]
fn title_and_label_are_in_it() {
    let (bytes, _) = file(&clips(1));
    let tags = decode::symphonia(&bytes, "flac", false).tags;
    let wanted = speech::tags(3);
    assert_eq!(tags["title"], wanted.title.unwrap());
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(parsed(&tags["AIGC"]), parsed(&wanted.label.to_json()));
}
