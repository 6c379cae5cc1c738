//! From a voice's samples to files and streams a listener can play.
//!
//! [`pcm::finish`] turns the raw samples of one utterance into a clip: gain, limiter, fades, pause
//! and padding to whole frames. [`encode::clip`] wraps a clip as a complete short file,
//! [`encode::stream_chunk`] as the part of a stream, and [`encode::mp3`] puts the clips of a whole
//! document together as one seekable file.
//!
//! Everything here is pure: the same input gives the same bytes on the same build and machine.
//! Nothing is promised across builds, because the codecs choose their arithmetic by processor.
//!
//! It does not know what is spoken, stores nothing, and does no pacing.

pub mod encode;
mod label;
mod limiter;
pub mod pcm;
mod resample;

pub use label::{AigcLabel, MAX_TITLE_CHARS, Tags};
pub use resample::resampled_len;

/// The containers and codecs on offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Encoding {
    /// 16-bit little-endian PCM: a WAV file as a clip, bare samples in a stream.
    Linear16,
    /// MPEG audio layer III, mono, constant bit rate. Plays everywhere.
    Mp3,
    /// Opus in Ogg, mono. Half the size of MP3; not every browser plays it.
    OggOpus,
}

impl Encoding {
    /// The file name extension in a clip's address, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Linear16 => "wav",
            Self::Mp3 => "mp3",
            Self::OggOpus => "opus",
        }
    }

    /// The media type of a complete file, for `Content-Type`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Linear16 => "audio/wav",
            Self::Mp3 => "audio/mpeg",
            Self::OggOpus => "audio/ogg; codecs=opus",
        }
    }
}
