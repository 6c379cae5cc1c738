//! The forms a clip is delivered in, and which of them are kept.

use bytes::Bytes;

use langdu_audio::encode::{self, EncodeError, mp3};
use langdu_audio::{AigcLabel, Encoding, Tags};

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
    pub fn kept(self) -> Self {
        let part = match self.encoding {
            Encoding::Mp3 if self.sample_rate_hz == STORED_RATE_HZ => Part::Stream,
            Encoding::OggOpus => Part::File,
            _ => self.part,
        };
        Self { part, ..self }
    }

    /// The object's name in the store; `None` for forms that are kept in memory only.
    pub fn object_name(self, id: ClipId) -> Option<String> {
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
        let samples = (frames * langdu_audio::pcm::MP3_FRAME_SAMPLES) as u64;
        let mut file = mp3::document_header(samples, &tags(id));
        file.extend_from_slice(&kept);
        file.extend_from_slice(&mp3::document_trailer());
        Bytes::from(file)
    }

    /// A part of a stream that holds the same clip `before` times already.
    pub fn again(self, id: ClipId, part: Bytes, before: u32) -> Result<Bytes, EncodeError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: u32 = STORED_RATE_HZ;

    fn id() -> ClipId {
        "0123456789abcdef0123456789abcdef".parse().unwrap()
    }

    fn form(encoding: Encoding, sample_rate_hz: u32, part: Part) -> Form {
        Form {
            encoding,
            sample_rate_hz,
            gain_centi_db: 0,
            part,
        }
    }

    /// A second of a quiet tone at 24 kHz.
    fn tone() -> Vec<f32> {
        let samples = (0..24_000_u16).map(|index| (f32::from(index) * 0.05).sin() * 0.2);
        langdu_audio::pcm::finish(&samples.collect::<Vec<_>>(), KEPT, 1.0, 0)
    }

    #[test]
    fn each_form_has_the_object_that_it_is_made_of() {
        use Encoding::{Linear16, Mp3, OggOpus};
        use Part::{File, Stream};
        let cases = [
            (Mp3, KEPT, File, Stream, Some("mp3frames")),
            (Mp3, KEPT, Stream, Stream, Some("mp3frames")),
            (Mp3, 48_000, File, File, None),
            (Mp3, 8_000, Stream, Stream, None),
            (OggOpus, KEPT, File, File, Some("opus")),
            (OggOpus, KEPT, Stream, File, Some("opus")),
            (OggOpus, 16_000, Stream, File, None),
            (Linear16, KEPT, File, File, Some("wav")),
            (Linear16, KEPT, Stream, Stream, Some("pcm")),
            (Linear16, 8_000, Stream, Stream, None),
        ];
        for (encoding, rate, part, kept, extension) in cases {
            let asked = form(encoding, rate, part);
            assert_eq!(asked.kept(), form(encoding, rate, kept), "{asked:?}");
            let name = extension.map(|extension| format!("01/{}.{extension}", id()));
            assert_eq!(asked.object_name(id()), name, "{asked:?}");
            let louder = Form {
                gain_centi_db: 1,
                ..asked
            };
            assert_eq!(louder.object_name(id()), None, "{louder:?}");
        }
    }

    #[test]
    fn a_file_of_frames_is_what_the_encoder_makes_of_a_document_of_one_clip() {
        let file = Form::plain(Encoding::Mp3, Part::File);
        let frames = file.encode(id(), &tone(), KEPT).unwrap();
        assert_eq!(frames.len() % mp3::FRAME_BYTES, 0);
        let count = frames.len() / mp3::FRAME_BYTES;
        let samples = (count * langdu_audio::pcm::MP3_FRAME_SAMPLES) as u64;
        let dressed = file.dress(id(), frames.clone());
        let length = mp3::document_len(samples, &tags(id()));
        assert_eq!(dressed.len() as u64, length);
        assert!(dressed.starts_with(b"ID3"));
        let middle = mp3::document_header(samples, &tags(id())).len();
        assert_eq!(dressed[middle..middle + frames.len()], frames);
    }

    #[test]
    fn what_is_kept_as_it_is_given_is_not_dressed() {
        let kept = Bytes::from_static(b"sound");
        for (encoding, part) in [
            (Encoding::Mp3, Part::Stream),
            (Encoding::OggOpus, Part::File),
            (Encoding::OggOpus, Part::Stream),
            (Encoding::Linear16, Part::File),
            (Encoding::Linear16, Part::Stream),
        ] {
            let form = Form::plain(encoding, part);
            assert_eq!(form.dress(id(), kept.clone()), kept, "{form:?}");
        }
    }

    #[test]
    fn gain_is_in_hundredths_of_a_decibel() {
        let plain = Form::plain(Encoding::Linear16, Part::Stream);
        let quieter = Form {
            gain_centi_db: -600,
            ..plain
        };
        let loudest = |form: Form| {
            let bytes = form.encode(id(), &tone(), KEPT).unwrap();
            let samples = bytes.chunks_exact(2);
            let samples = samples.map(|pair| i16::from_le_bytes([pair[0], pair[1]]).unsigned_abs());
            f32::from(samples.max().unwrap())
        };
        // Six decibels are a factor of 0.501.
        let ratio = loudest(quieter) / loudest(plain);
        assert!((ratio - 0.501).abs() < 0.005, "{ratio}");
    }

    #[test]
    fn a_clip_that_comes_again_in_an_ogg_stream_has_another_serial_number() {
        let opus = Form::plain(Encoding::OggOpus, Part::Stream);
        let part = opus.encode(id(), &tone(), KEPT).unwrap();
        let again = |before| opus.again(id(), part.clone(), before).unwrap();
        assert_eq!(again(0), part);
        // Bytes 14 to 18 of a page are the stream's serial number.
        let serial = |part: &Bytes| part[14..18].to_vec();
        let serials = [serial(&part), serial(&again(1)), serial(&again(2))];
        assert!(serials[0] != serials[1] && serials[1] != serials[2] && serials[0] != serials[2]);
        assert_eq!(again(1).len(), part.len());
        let mp3 = Form::plain(Encoding::Mp3, Part::Stream);
        assert_eq!(mp3.again(id(), part.clone(), 3).unwrap(), part);
    }

    #[test]
    fn the_label_of_a_clip_names_it_and_no_document() {
        let tags = tags(id());
        assert_eq!(tags.title, None);
        assert_eq!(tags.label.produce_id, id().to_string());
        assert_eq!(tags.serial_seed, id().seed());
    }
}
