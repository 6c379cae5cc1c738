//! Input that must not panic, hang or pass silently.

use langdu_audio::encode::{EncodeError, clip, mp3, stream_chunk};
use langdu_audio::{Encoding, Tags, pcm};
use proptest::prelude::*;

const ENCODINGS: [Encoding; 5] = [
    Encoding::Linear16,
    Encoding::Mp3,
    Encoding::OggOpus,
    Encoding::Mulaw,
    Encoding::Alaw,
];

fn both(
    samples: &[f32],
    rate_hz: u32,
    encoding: Encoding,
    out_hz: u32,
    gain_db: f32,
) -> [Result<Vec<u8>, EncodeError>; 2] {
    let tags = Tags::default();
    [
        clip(samples, rate_hz, encoding, out_hz, gain_db, &tags),
        stream_chunk(samples, rate_hz, encoding, out_hz, gain_db, &tags),
    ]
}

#[test]
fn no_samples_and_bad_parameters_are_errors_that_say_so() {
    let good = [0.1f32; 2_000];
    for encoding in ENCODINGS {
        for result in both(&[], 24_000, encoding, 24_000, 0.0) {
            assert!(matches!(result, Err(EncodeError::Empty)));
        }
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for result in both(&[0.0, bad], 24_000, encoding, 24_000, 0.0) {
                assert!(matches!(result, Err(EncodeError::NotFinite { index: 1 })));
            }
            for result in both(&good, 24_000, encoding, 24_000, bad) {
                assert!(matches!(result, Err(EncodeError::Gain(_))));
            }
        }
        for result in both(&good, 24_000, encoding, 44_100, 0.0) {
            assert!(matches!(result, Err(EncodeError::OutputSampleRate(44_100))));
        }
        for result in both(&good, 0, encoding, 24_000, 0.0) {
            assert!(matches!(result, Err(EncodeError::InputSampleRate(0))));
        }
    }
    assert!(matches!(mp3::frames(&[]), Err(EncodeError::Empty)));
    let nan = mp3::frames(&[f32::NAN]);
    assert!(matches!(nan, Err(EncodeError::NotFinite { index: 0 })));
}

#[test]
fn the_largest_numbers_there_are_come_out_at_the_ceiling() {
    let samples = [f32::MAX, f32::MIN, f32::MAX, f32::MIN_POSITIVE].repeat(1_000);
    for encoding in ENCODINGS {
        for result in both(&samples, 24_000, encoding, 24_000, 16.0) {
            assert!(result.is_ok());
        }
    }
    assert!(mp3::frames(&samples).is_ok());
    let finished = pcm::finish(&samples, 24_000, f32::MAX, 0);
    assert!(finished.iter().all(|s| s.abs() <= 0.891_251));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_finished_clip_can_be_encoded(
        samples in prop::collection::vec(prop::num::f32::ANY, 0..4_000),
        rate_hz in prop::sample::select(vec![8_000u32, 16_000, 22_050, 24_000, 44_100, 48_000]),
        out_hz in prop::sample::select(vec![8_000u32, 16_000, 24_000, 48_000]),
        gain in prop::num::f32::ANY,
        gain_db in -96.0f32..=16.0,
        pause_ms in 0u32..300,
    ) {
        let finished = pcm::finish(&samples, rate_hz, gain, pause_ms);
        prop_assert_eq!(finished.len(), pcm::finished_len(samples.len(), rate_hz, pause_ms));
        for encoding in ENCODINGS {
            for result in both(&finished, rate_hz, encoding, out_hz, gain_db) {
                prop_assert!(!result.unwrap().is_empty());
            }
        }
    }
}
