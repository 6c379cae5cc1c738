//! The error of recognition.

use std::path::PathBuf;
use std::time::Duration;

/// Why a picture was not recognised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The ONNX Runtime library is missing or cannot be loaded.
    #[error("cannot load ONNX Runtime from {}: {reason}", library.display())]
    Runtime {
        /// The library.
        library: PathBuf,
        /// The cause.
        reason: String,
    },
    /// A model cannot be loaded, or is not of the kind that is needed.
    #[error("cannot load the {model} model: {reason}")]
    Load {
        /// Which of the two: `detection` or `recognition`.
        model: &'static str,
        /// The cause.
        reason: String,
    },
    /// The rows of a picture do not fit its width and height.
    #[error("a picture of {width} × {height} pixels needs {needed} bytes, not {bytes}")]
    Malformed {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
        /// How many bytes so many pixels are.
        needed: u64,
        /// How many bytes there are.
        bytes: u64,
    },
    /// The picture has more pixels than are allowed.
    #[error(
        "the picture has {pixels} pixels and {most} are allowed: make it smaller, or raise the limit"
    )]
    TooLarge {
        /// How many it has.
        pixels: u64,
        /// How many it may have.
        most: u64,
    },
    /// The time was over before the picture was recognised.
    #[error("the picture was not recognised within {} s: make it smaller, or raise the limit", limit.as_secs_f32())]
    OutOfTime {
        /// How long it was allowed to take.
        limit: Duration,
    },
    /// A model failed on a picture.
    #[error("recognition failed: {0}")]
    Model(String),
}
