//! The companding of telephone lines (ITU-T G.711): a byte a sample.

use audio_codec_algorithms::{encode_alaw, encode_ulaw};

use super::wav::quantize;
use crate::Encoding;

/// The samples by the law of `encoding`, which is one of the two.
pub(super) fn companded(samples: &[f32], encoding: Encoding) -> Vec<u8> {
    let law = match encoding {
        Encoding::Mulaw => encode_ulaw,
        _ => encode_alaw,
    };
    samples
        .iter()
        .map(|sample| law(quantize(*sample)))
        .collect()
}
