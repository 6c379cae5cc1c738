//! From a voice's samples to files and streams a listener can play.
//!
//! [`pcm::finish`] turns the raw samples of one utterance into a clip: gain, limiter, fades, pause
//! and padding to whole frames. [`tempo::at_tempo`] makes a voice slower or faster before that.
//! [`encode::clip`] encodes a clip as a complete short file,
//! [`encode::stream_chunk`] as its part of a stream, and [`encode::mp3`] joins the clips of a whole
//! document into one seekable file.
//!
//! ```
//! use langdu_audio::{Encoding, Tags, encode, pcm};
//!
//! // A second of a 220 Hz tone stands for the voice; a pause of 300 ms follows it.
//! let voice: Vec<f32> = (0..24_000)
//!     .map(|i| 0.3 * (i as f32 * 220.0 / 24_000.0 * std::f32::consts::TAU).sin())
//!     .collect();
//! let clip = pcm::finish(&voice, 24_000, 1.0, 300);
//! assert_eq!(clip.len(), pcm::finished_len(voice.len(), 24_000, 300));
//!
//! let tags = Tags {
//!     title: Some("关于推进老年人助餐服务的通知".to_owned()),
//!     ..Tags::default()
//! };
//! let file = encode::clip(&clip, 24_000, Encoding::Mp3, 24_000, 0.0, &tags)?;
//! assert!(file.starts_with(b"ID3"));
//! # Ok::<(), langdu_audio::encode::EncodeError>(())
//! ```
//!
//! Everything here is pure: the same input gives the same bytes on the same build and machine.
//! Nothing is promised across builds, because the codecs choose their arithmetic by processor.
//!
//! The crate does not know what is spoken, stores nothing, and does no pacing.

pub mod encode;
mod error;
mod label;
mod limiter;
mod limits;
pub mod pcm;
mod resample;
pub mod tempo;

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
    /// The companding of telephone lines in North America and Japan (ITU-T G.711), a byte a sample.
    Mulaw,
    /// The companding of telephone lines elsewhere (ITU-T G.711), a byte a sample.
    Alaw,
}

impl Encoding {
    /// The file name extension in a clip's address, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Linear16 | Self::Mulaw | Self::Alaw => "wav",
            Self::Mp3 => "mp3",
            Self::OggOpus => "opus",
        }
    }

    /// The media type of a complete file, for `Content-Type`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Linear16 | Self::Mulaw | Self::Alaw => "audio/wav",
            Self::Mp3 => "audio/mpeg",
            Self::OggOpus => "audio/ogg; codecs=opus",
        }
    }
}
