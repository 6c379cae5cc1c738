//! The error of encoding.

use crate::limits::MAX_INPUT_SECONDS;

/// Why something could not be encoded.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// There are no samples.
    #[error("there are no samples to encode; leave out utterances without a voice")]
    Empty,
    /// A sample is NaN or infinite.
    #[error("sample {index} is not a finite number; pass the samples through `pcm::finish` first")]
    NotFinite {
        /// Its position in the input.
        index: usize,
    },
    /// The input is longer than [`MAX_INPUT_SECONDS`].
    #[error("{samples} samples are longer than {MAX_INPUT_SECONDS} seconds; encode it in parts")]
    TooLong {
        /// The input's length.
        samples: usize,
    },
    /// The input's rate is outside [`INPUT_SAMPLE_RATES_HZ`](crate::encode::INPUT_SAMPLE_RATES_HZ).
    #[error("the voice's sample rate {0} Hz is not between 8000 and 192000 Hz; check the pack")]
    InputSampleRate(u32),
    /// The output's rate is not among [`OUTPUT_SAMPLE_RATES_HZ`](crate::encode::OUTPUT_SAMPLE_RATES_HZ).
    #[error("sample rate {0} Hz is not on offer; choose 8000, 16000, 24000 or 48000 Hz")]
    OutputSampleRate(u32),
    /// The gain is outside [`GAIN_RANGE_DB`](crate::encode::GAIN_RANGE_DB) or not a number.
    #[error("volume gain {0} dB is not on offer; choose one from -96 to 16 dB")]
    Gain(f32),
    /// The resampler failed.
    #[error("cannot change the sample rate: {0}")]
    Resample(String),
    /// LAME refused its parameters or failed.
    #[error("the mp3 encoder failed: {0}")]
    Mp3(String),
    /// libopus failed.
    #[error("the opus encoder failed")]
    Opus(#[from] ::opus::Error),
    /// The FLAC encoder refused its parameters or failed.
    #[error("the flac encoder failed: {0}")]
    Flac(String),
    /// A container could not be written.
    #[error("cannot write the file's container")]
    Container(#[from] std::io::Error),
    /// The WAV could not be written.
    #[error("cannot write the wav file")]
    Wav(#[from] hound::Error),
}

impl From<flacenc::error::VerifyError> for EncodeError {
    fn from(error: flacenc::error::VerifyError) -> Self {
        Self::Flac(error.to_string())
    }
}

impl From<flacenc::error::SourceError> for EncodeError {
    fn from(error: flacenc::error::SourceError) -> Self {
        Self::Flac(error.to_string())
    }
}

impl From<flacenc::error::EncodeError> for EncodeError {
    fn from(error: flacenc::error::EncodeError) -> Self {
        Self::Flac(error.to_string())
    }
}
