//! What was read, where it outlives the process: under an id that follows from the picture and the models.

use std::fmt;
use std::future::Future;
use std::io::{Read, Write};
use std::pin::Pin;

use bytes::Bytes;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use langdu_model::PictureText;

use crate::process::{Models, Pixels};

/// Changes when the same picture is read differently by the same models.
const READ_AS: u32 = 1;

/// Most bytes that the text of a picture unpacks to: a page full of small print has a hundredth of it.
const LONGEST_TEXT: u64 = 64 << 20;

/// A picture as these models read it: 128 bits of a BLAKE3 hash of its pixels, its shape and what reads it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PictureId([u8; 16]);

impl PictureId {
    pub(crate) fn of(picture: &Pixels, models: &Models) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&READ_AS.to_le_bytes());
        hasher.update(models.version.as_bytes());
        hasher.update(&picture.width.to_le_bytes());
        hasher.update(&picture.height.to_le_bytes());
        hasher.update(&picture.rgb);
        let mut id = [0; 16];
        hasher.finalize_xof().fill(&mut id);
        Self(id)
    }

    /// The id's bytes, for whoever keeps many.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Debug for PictureId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.0.iter();
        bytes.try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// A future of what a lasting store has.
pub type Found<'s> = Pin<Box<dyn Future<Output = Option<Bytes>> + Send + 's>>;

/// Where what was read in pictures is kept for good, by whoever knows whose they are.
pub trait Lasting: Send + Sync {
    /// What was kept of a picture, as [`Recogniser::packed`](crate::Recogniser::packed) gave it.
    fn find(&self, id: PictureId) -> Found<'_>;
}

/// The text of a picture in few bytes.
pub(crate) fn pack(text: &PictureText) -> std::io::Result<Bytes> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&serde_json::to_vec(text)?)?;
    Ok(packed.finish()?.into())
}

/// What [`pack`] has packed; `None` for anything else.
pub(crate) fn unpack(packed: &[u8]) -> Option<PictureText> {
    let mut bytes = Vec::new();
    let mut unpacking = DeflateDecoder::new(packed).take(LONGEST_TEXT);
    unpacking.read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use langdu_model::{PictureLetter, PictureLine};

    fn models(version: &str) -> Models {
        Models {
            library: "library".into(),
            detection: "detection".into(),
            recognition: "recognition".into(),
            version: version.to_owned(),
        }
    }

    fn pixels(width: u32, height: u32, value: u8) -> Pixels {
        Pixels {
            width,
            height,
            rgb: vec![value; 3 * (width * height) as usize].into(),
        }
    }

    #[test]
    fn an_id_follows_from_pixels_shape_and_models() {
        let id = |picture: Pixels, version: &str| PictureId::of(&picture, &models(version));
        let own = id(pixels(2, 3, 7), "one");
        assert_eq!(own, id(pixels(2, 3, 7), "one"));
        assert_ne!(own, id(pixels(3, 2, 7), "one"));
        assert_ne!(own, id(pixels(2, 3, 8), "one"));
        assert_ne!(own, id(pixels(2, 3, 7), "another"));
    }

    #[test]
    fn what_is_packed_is_unpacked_and_anything_else_is_nothing() {
        let letter = PictureLetter {
            text: '国',
            left: 12.5,
            right: 33.25,
            confidence: 0.987_654_3,
        };
        let text = PictureText {
            width: 1240,
            height: 1754,
            lines: vec![PictureLine {
                top: 100.0,
                bottom: 122.0,
                size: 21.5,
                letters: vec![letter; 30],
            }],
            ..PictureText::default()
        };
        let packed = pack(&text).expect("packed");
        assert_eq!(unpack(&packed), Some(text));
        assert_eq!(unpack(&packed[..packed.len() / 2]), None);
        assert_eq!(unpack(b"nothing of the kind"), None);
        assert_eq!(unpack(b""), None);
    }
}
