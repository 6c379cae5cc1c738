//! The forms in which a clip is delivered, and which of them the tiers store.

use bytes::Bytes;

use langdu_audio::encode::{self, EncodeError, mp3};
use langdu_audio::{AigcLabel, Encoding, Tags};

use super::{ClipId, object};

/// The sample rate of stored clips, in Hz.
const STORED_RATE_HZ: u32 = 24_000;

/// How the bytes of a clip are laid out: as a complete file, or to be joined to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    /// A complete short file with metadata.
    File,
    /// What can be laid end to end: bare PCM, MP3 frames, or a link of chained Ogg.
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
    /// A file, or a part of a stream.
    pub layout: Layout,
}

impl Form {
    /// The ordinary form of a clip: 24 kHz, no gain.
    pub fn plain(encoding: Encoding, layout: Layout) -> Self {
        Self {
            encoding,
            sample_rate_hz: STORED_RATE_HZ,
            gain_centi_db: 0,
            layout,
        }
    }

    /// The form that is stored for this one. An MP3 file is its frames with a header, so both are
    /// one object; Ogg is the same either way.
    pub fn stored(self) -> Self {
        let layout = match self.encoding {
            Encoding::Mp3 if self.sample_rate_hz == STORED_RATE_HZ => Layout::Stream,
            Encoding::OggOpus => Layout::File,
            _ => self.layout,
        };
        Self { layout, ..self }
    }

    /// What a second of sound takes at least, in bytes.
    pub fn bytes_per_second(self) -> f64 {
        let rate = f64::from(self.sample_rate_hz);
        match self.encoding {
            Encoding::Linear16 => rate * 2.0,
            Encoding::Mulaw | Encoding::Alaw => rate,
            Encoding::Mp3 | Encoding::OggOpus => 0.0,
        }
    }

    /// The name of the object that holds this form in the lasting tiers; `None` for a form that is
    /// cached in memory only.
    pub fn object_name(self, id: ClipId) -> Option<String> {
        let stored = self.stored();
        if stored.sample_rate_hz != STORED_RATE_HZ || stored.gain_centi_db != 0 {
            return None;
        }
        let extension = match (stored.encoding, stored.layout) {
            (Encoding::Mp3, _) => "mp3frames",
            (Encoding::OggOpus, _) => "opus",
            (Encoding::Linear16, Layout::File) => "wav",
            (Encoding::Linear16, Layout::Stream) => "pcm",
            // Telephone lines have 8 kHz, and no tier keeps that rate.
            (Encoding::Mulaw | Encoding::Alaw, _) => return None,
        };
        Some(object::name(id, extension))
    }

    /// Encodes a clip's samples in the form that is stored for this one.
    pub(crate) fn encode(
        self,
        id: ClipId,
        samples: &[f32],
        sample_rate: u32,
    ) -> Result<Bytes, EncodeError> {
        let stored = self.stored();
        let encoder = match stored.layout {
            Layout::File => encode::clip,
            Layout::Stream => encode::stream_chunk,
        };
        let gain_db = stored.gain_centi_db as f32 / 100.0;
        encoder(
            samples,
            sample_rate,
            stored.encoding,
            stored.sample_rate_hz,
            gain_db,
            &tags(id),
        )
        .map(Bytes::from)
    }

    /// Makes this form of the stored one, without encoding anything again: an MP3 file is its
    /// frames between a header and a trailer.
    pub(crate) fn wrap(self, id: ClipId, stored: Bytes) -> Bytes {
        if self.layout == self.stored().layout || self.encoding == Encoding::OggOpus {
            return stored;
        }
        // A file of MP3 frames is a document of one clip.
        let frames = stored.len() / mp3::FRAME_BYTES;
        let samples = (frames * langdu_audio::pcm::MP3_FRAME_SAMPLES) as u64;
        let mut file = mp3::document_header(samples, &tags(id));
        file.extend_from_slice(&stored);
        file.extend_from_slice(&mp3::document_trailer());
        Bytes::from(file)
    }

    /// A clip of a stream that holds the same clip `before` times already: chained Ogg needs
    /// another serial number each time.
    ///
    /// # Errors
    ///
    /// When `part` is no clip in this form.
    pub fn again(self, id: ClipId, part: Bytes, before: u32) -> Result<Bytes, EncodeError> {
        if before == 0 || self.encoding != Encoding::OggOpus {
            return Ok(part);
        }
        encode::again(&part, self.encoding, &id.seed_of_repeat(before)).map(Bytes::from)
    }
}

/// A clip belongs to every document that holds its sentence, so it has no title.
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

    const STORED: u32 = STORED_RATE_HZ;

    fn id() -> ClipId {
        "0123456789abcdef0123456789abcdef".parse().unwrap()
    }

    fn form(encoding: Encoding, sample_rate_hz: u32, layout: Layout) -> Form {
        Form {
            encoding,
            sample_rate_hz,
            gain_centi_db: 0,
            layout,
        }
    }

    /// A second of a quiet tone at 24 kHz.
    fn tone() -> Vec<f32> {
        let samples = (0..24_000_u16).map(|index| (f32::from(index) * 0.05).sin() * 0.2);
        langdu_audio::pcm::finish(&samples.collect::<Vec<_>>(), STORED, 1.0, 0)
    }

    #[test]
    fn each_form_has_the_object_that_it_is_made_of() {
        use Encoding::{Alaw, Linear16, Mp3, Mulaw, OggOpus};
        use Layout::{File, Stream};
        let cases = [
            (Mp3, STORED, File, Stream, Some("mp3frames")),
            (Mp3, STORED, Stream, Stream, Some("mp3frames")),
            (Mp3, 48_000, File, File, None),
            (Mp3, 8_000, Stream, Stream, None),
            (OggOpus, STORED, File, File, Some("opus")),
            (OggOpus, STORED, Stream, File, Some("opus")),
            (OggOpus, 16_000, Stream, File, None),
            (Linear16, STORED, File, File, Some("wav")),
            (Linear16, STORED, Stream, Stream, Some("pcm")),
            (Linear16, 8_000, Stream, Stream, None),
            (Mulaw, 8_000, Stream, Stream, None),
            (Alaw, STORED, File, File, None),
        ];
        for (encoding, rate, layout, stored, extension) in cases {
            let asked = form(encoding, rate, layout);
            assert_eq!(asked.stored(), form(encoding, rate, stored), "{asked:?}");
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
        let file = Form::plain(Encoding::Mp3, Layout::File);
        let frames = file.encode(id(), &tone(), STORED).unwrap();
        assert_eq!(frames.len() % mp3::FRAME_BYTES, 0);
        let count = frames.len() / mp3::FRAME_BYTES;
        let samples = (count * langdu_audio::pcm::MP3_FRAME_SAMPLES) as u64;
        let wrapped = file.wrap(id(), frames.clone());
        let length = mp3::document_len(samples, &tags(id()));
        assert_eq!(wrapped.len() as u64, length);
        assert!(wrapped.starts_with(b"ID3"));
        let middle = mp3::document_header(samples, &tags(id())).len();
        assert_eq!(wrapped[middle..middle + frames.len()], frames);
    }

    #[test]
    fn a_form_that_is_stored_as_it_is_delivered_is_not_wrapped() {
        let stored = Bytes::from_static(b"sound");
        for (encoding, layout) in [
            (Encoding::Mp3, Layout::Stream),
            (Encoding::OggOpus, Layout::File),
            (Encoding::OggOpus, Layout::Stream),
            (Encoding::Linear16, Layout::File),
            (Encoding::Linear16, Layout::Stream),
            (Encoding::Mulaw, Layout::File),
            (Encoding::Alaw, Layout::Stream),
        ] {
            let form = Form::plain(encoding, layout);
            assert_eq!(form.wrap(id(), stored.clone()), stored, "{form:?}");
        }
    }

    #[test]
    fn gain_is_in_hundredths_of_a_decibel() {
        let plain = Form::plain(Encoding::Linear16, Layout::Stream);
        let quieter = Form {
            gain_centi_db: -600,
            ..plain
        };
        let loudest = |form: Form| {
            let bytes = form.encode(id(), &tone(), STORED).unwrap();
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
        let opus = Form::plain(Encoding::OggOpus, Layout::Stream);
        let part = opus.encode(id(), &tone(), STORED).unwrap();
        let again = |before| opus.again(id(), part.clone(), before).unwrap();
        assert_eq!(again(0), part);
        // Bytes 14 to 18 of a page are the stream's serial number.
        let serial = |part: &Bytes| part[14..18].to_vec();
        let serials = [serial(&part), serial(&again(1)), serial(&again(2))];
        assert!(serials[0] != serials[1] && serials[1] != serials[2] && serials[0] != serials[2]);
        assert_eq!(again(1).len(), part.len());
        let mp3 = Form::plain(Encoding::Mp3, Layout::Stream);
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
