//! The numeric kernels of langdu's voice.
//!
//! Three operators, all float in and float out, the first two with int8 arithmetic inside:
//!
//! * [`Conv`]: a one-dimensional convolution with dynamically quantised activations, what an ONNX
//!   graph spells as `DynamicQuantizeLinear`, `ConvInteger`, `Add`, `Cast` and `Mul`.
//! * [`ResidualBlocks`]: the mean of one or more residual blocks of a HiFi-GAN-like generator with
//!   adaptive instance normalisation and Snake activations, some 30 nodes for each of its layers.
//! * [`Stft`]: a short-time Fourier transform that rounds as ONNX Runtime's does.
//!
//! Inside the first two, time is the slow axis and channels are the fast one, so that a convolution reads whole
//! rows and nothing is gathered. A layer is done in tiles of time that fit the cache: normalise,
//! activate, quantise (with a scale of the tile's own), convolve, add. Tiles are independent and
//! their bounds depend only on the length, so that a result does not depend on the number of
//! threads.
//!
//! The instruction set is chosen at run time ([`Level::best`]); everything compiles anywhere, and
//! the [`Level::Plain`] path runs anywhere.

#![warn(missing_docs)]

mod blocks;
mod conv;
mod executor;
mod level;
mod quantised;
mod simd;
mod stft;
mod tensor;

pub use blocks::{BlockWeights, LayerWeights, ResidualBlocks};
pub use conv::{Conv, ConvWeights, InvalidWeights};
pub use executor::{Executor, Sequential};
pub use level::Level;
pub use stft::{InvalidWindow, Stft};
