//! The companding of telephone lines.

use langdu_audio::encode::{clip, companded_wav, stream_chunk};
use langdu_audio::{Encoding, resampled_len};
use langdu_testkit::decode::{self, snr_db};

use crate::files::info_chunk;
use crate::speech;

const LAWS: [Encoding; 2] = [Encoding::Mulaw, Encoding::Alaw];

#[test]
fn a_file_for_the_telephone_is_what_its_law_makes_of_the_samples() {
    let original = speech::clip(1.1, 24_000, 5, 120);
    let tags = speech::tags(5);
    let encode = |encoding| clip(&original, 24_000, encoding, 8_000, 0.0, &tags).unwrap();
    let plain = decode::symphonia(&encode(Encoding::Linear16), "wav", false).samples;
    for law in LAWS {
        let bytes = encode(law);
        let decoded = decode::symphonia(&bytes, "wav", false);
        let length = resampled_len(original.len(), 24_000, 8_000);
        assert_eq!(
            (decoded.samples.len(), decoded.rate_hz),
            (length, 8_000),
            "{law:?}"
        );
        // ITU-T G.712 asks for 33 dB of a line that compands once, at these levels.
        let snr = snr_db(&plain, &decoded.samples);
        assert!(snr > 33.0, "{law:?}: {snr} dB");
        assert_eq!(info_chunk(&bytes)["INAM"], tags.title.clone().unwrap());
    }
}

#[test]
fn parts_of_a_stream_are_a_byte_a_sample_and_make_the_same_file() {
    let original = speech::clip(0.6, 24_000, 6, 60);
    let tags = speech::tags(6);
    for law in LAWS {
        let part = stream_chunk(&original, 24_000, law, 8_000, 0.0, &tags).unwrap();
        assert_eq!(part.len(), resampled_len(original.len(), 24_000, 8_000));
        let file = clip(&original, 24_000, law, 8_000, 0.0, &tags).unwrap();
        assert_eq!(
            companded_wav(&part, law, 8_000, &tags).unwrap(),
            file,
            "{law:?}"
        );
    }
}

#[test]
fn silence_is_the_byte_that_the_law_has_for_it() {
    let silence = vec![0.0; 2_400];
    for (law, byte) in [(Encoding::Mulaw, 0xFF), (Encoding::Alaw, 0xD5)] {
        let part = stream_chunk(&silence, 24_000, law, 8_000, 0.0, &speech::tags(7)).unwrap();
        assert!(
            part.iter().all(|&found| found == byte),
            "{law:?}: {:?}",
            &part[..8]
        );
    }
}
