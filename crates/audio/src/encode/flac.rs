//! FLAC (RFC 9639): the samples of a stream of clips as one lossless file that is sent as it is made.

use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, MetadataBlockData, Stream, StreamInfo};
use flacenc::config;
use flacenc::error::{Verified, Verify};
use flacenc::source::{Fill, FrameBuf};

use super::vorbis_comment;
use crate::Tags;
use crate::error::EncodeError;

/// The media type of a FLAC file (RFC 9639, section 12).
pub const MEDIA_TYPE: &str = "audio/flac";

/// Samples of a frame: what the reference encoder takes, a sixth of a second at 24 kHz.
const BLOCK_SAMPLES: usize = 4096;

const BITS_PER_SAMPLE: usize = 16;

const BYTES_PER_SAMPLE: usize = BITS_PER_SAMPLE / 8;

/// The type of a block of comments (RFC 9639, section 8.1).
const COMMENTS: u8 = 4;

/// Makes one file of the LINEAR16 parts of a stream, frame by frame.
pub struct FlacStream {
    config: Verified<config::Encoder>,
    info: StreamInfo,
    block: FrameBuf,
    /// Bytes of samples that do not fill a frame yet.
    rest: Vec<u8>,
    frames: usize,
}

impl FlacStream {
    /// A file at `sample_rate_hz` of so many samples, and its first bytes.
    ///
    /// # Errors
    ///
    /// When the sample rate is beyond what the format holds.
    pub fn new(
        samples: u64,
        sample_rate_hz: u32,
        tags: &Tags,
    ) -> Result<(Self, Vec<u8>), EncodeError> {
        let mut info = StreamInfo::new(sample_rate_hz as usize, 1, BITS_PER_SAMPLE)?;
        info.set_block_sizes(BLOCK_SAMPLES, BLOCK_SAMPLES)?;
        info.set_total_samples(usize::try_from(samples).unwrap_or(0));
        let mut head = Stream::with_stream_info(info.clone());
        let vendor = concat!("flacenc, langdu ", env!("CARGO_PKG_VERSION"));
        let comments = vorbis_comment(vendor, tags);
        head.add_metadata_block(MetadataBlockData::new_unknown(COMMENTS, &comments)?);
        let config = config::Encoder::default();
        let stream = Self {
            config: config.into_verified().map_err(|(_, error)| error)?,
            info,
            block: FrameBuf::with_size(1, BLOCK_SAMPLES)?,
            rest: Vec::new(),
            frames: 0,
        };
        Ok((stream, bytes_of(&head)?))
    }

    /// The frames that are full with this part.
    ///
    /// # Errors
    ///
    /// When the file has more frames than the format can number, which is after ten years.
    pub fn push(&mut self, linear16: &[u8]) -> Result<Vec<u8>, EncodeError> {
        self.rest.extend_from_slice(linear16);
        let full = self.rest.len() - self.rest.len() % (BLOCK_SAMPLES * BYTES_PER_SAMPLE);
        let rest = self.rest.split_off(full);
        let blocks = std::mem::replace(&mut self.rest, rest);
        self.frames_of(&blocks)
    }

    /// The last frame, which may be short.
    ///
    /// # Errors
    ///
    /// As [`FlacStream::push`].
    pub fn finish(mut self) -> Result<Vec<u8>, EncodeError> {
        let rest = std::mem::take(&mut self.rest);
        self.frames_of(&rest)
    }

    fn frames_of(&mut self, samples: &[u8]) -> Result<Vec<u8>, EncodeError> {
        let mut bytes = Vec::with_capacity(samples.len());
        for block in samples.chunks(BLOCK_SAMPLES * BYTES_PER_SAMPLE) {
            self.block.fill_le_bytes(block, BYTES_PER_SAMPLE)?;
            let number = self.frames;
            let frame =
                flacenc::encode_fixed_size_frame(&self.config, &self.block, number, &self.info)?;
            bytes.extend_from_slice(&bytes_of(&frame)?);
            self.frames += 1;
        }
        Ok(bytes)
    }
}

fn bytes_of(part: &impl BitRepr) -> Result<Vec<u8>, EncodeError> {
    let mut sink = ByteSink::new();
    part.write(&mut sink)
        .map_err(|error| EncodeError::Flac(error.to_string()))?;
    Ok(sink.into_inner())
}
