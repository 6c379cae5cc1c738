//! The sizes of what the models of a pack hand on.

/// Samples of one duration frame at 24 kHz: 25 ms.
pub const FRAME_SAMPLES: usize = 600;

/// The steps of a frame in the generator's inputs.
pub(crate) const STEPS_PER_FRAME: usize = 2;

/// The channels of the generator's inputs: the features', and the pitch's.
pub(crate) const FEATURE_CHANNELS: usize = 512;
