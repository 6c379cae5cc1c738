//! The forms a clip is delivered in, and which of them are kept.

use bytes::Bytes;

use crate::audio::encode::{self, EncodeError, mp3};
use crate::audio::{AigcLabel, Encoding, Tags};

use super::ClipId;

/// The sample rate of stored clips, in Hz.
const STORED_RATE_HZ: u32 = 24_000;

/// A clip as a complete file, or as a part of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// A complete short file with metadata.
    File,
    /// What is laid end to end: bare PCM, MP3 frames, or a link of chained Ogg.
    Stream,
}

/// How a clip is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Form {
    /// The codec.
    pub encoding: Encoding,
    /// Samples a second: 8000, 16000, 24000 or 48000.
    pub sample_rate_hz: u32,
    /// Gain in hundredths of a dB.
    pub gain_centi_db: i32,
    /// File or part of a stream.
    pub part: Part,
}

impl Form {
    /// The ordinary form of a clip: 24 kHz, no gain.
    pub fn plain(encoding: Encoding, part: Part) -> Self {
        Self {
            encoding,
            sample_rate_hz: STORED_RATE_HZ,
            gain_centi_db: 0,
            part,
        }
    }

    /// The form that is cached for this one. An MP3 file is its frames with a header, so both
    /// are one object; Ogg is the same either way.
    pub(crate) fn kept(self) -> Self {
        let part = match self.encoding {
            Encoding::Mp3 if self.sample_rate_hz == STORED_RATE_HZ => Part::Stream,
            Encoding::OggOpus => Part::File,
            _ => self.part,
        };
        Self { part, ..self }
    }

    /// The object's name in the store; `None` for forms that are kept in memory only.
    pub(crate) fn object_name(self, id: ClipId) -> Option<String> {
        let kept = self.kept();
        if kept.sample_rate_hz != STORED_RATE_HZ || kept.gain_centi_db != 0 {
            return None;
        }
        let extension = match (kept.encoding, kept.part) {
            (Encoding::Mp3, _) => "mp3frames",
            (Encoding::OggOpus, _) => "opus",
            (Encoding::Linear16, Part::File) => "wav",
            (Encoding::Linear16, Part::Stream) => "pcm",
        };
        Some(super::object_name(id, extension))
    }

    /// Encodes a clip's samples in the form that is kept.
    pub(crate) fn encode(
        self,
        id: ClipId,
        samples: &[f32],
        sample_rate: u32,
    ) -> Result<Bytes, EncodeError> {
        let kept = self.kept();
        let encoder = match kept.part {
            Part::File => encode::clip,
            Part::Stream => encode::stream_chunk,
        };
        #[allow(clippy::cast_precision_loss)]
        let gain_db = kept.gain_centi_db as f32 / 100.0;
        encoder(
            samples,
            sample_rate,
            kept.encoding,
            kept.sample_rate_hz,
            gain_db,
            &tags(id),
        )
        .map(Bytes::from)
    }

    /// Makes this form of the one that is kept.
    pub(crate) fn dress(self, id: ClipId, kept: Bytes) -> Bytes {
        if self.part == self.kept().part || self.encoding == Encoding::OggOpus {
            return kept;
        }
        // A file of MP3 frames is a document of one clip.
        let frames = kept.len() / mp3::FRAME_BYTES;
        let samples = (frames * crate::audio::pcm::MP3_FRAME_SAMPLES) as u64;
        let mut file = mp3::document_header(samples, &tags(id));
        file.extend_from_slice(&kept);
        file.extend_from_slice(&mp3::document_trailer());
        Bytes::from(file)
    }

    /// A part of a stream that holds the same clip `before` times already.
    pub(crate) fn again(self, id: ClipId, part: Bytes, before: u32) -> Result<Bytes, EncodeError> {
        if before == 0 || self.encoding != Encoding::OggOpus {
            return Ok(part);
        }
        encode::again(&part, self.encoding, &id.seed_of_repeat(before)).map(Bytes::from)
    }
}

/// A clip belongs to every document that holds its sentence, so it bears no title.
fn tags(id: ClipId) -> Tags {
    Tags {
        title: None,
        label: AigcLabel {
            produce_id: id.to_string(),
            ..AigcLabel::default()
        },
        serial_seed: id.seed(),
    }
}
