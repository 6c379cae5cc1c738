//! The numeric kernels of langdu's voice.
//!
//! There are three operators. All take and return floats; the first two compute in int8:
//!
//! * [`Conv`]: a one-dimensional convolution with dynamically quantised activations, what an ONNX
//!   graph spells as `DynamicQuantizeLinear`, `ConvInteger`, `Add`, `Cast` and `Mul`.
//! * [`ResidualBlocks`]: the mean of one or more residual blocks of a HiFi-GAN-like generator with
//!   style normalisation by constant moments and Snake activations, some 30 nodes for each of its
//!   layers.
//! * [`Stft`]: a short-time Fourier transform that rounds as ONNX Runtime's does.
//!
//! ```
//! use langdu_kernels::{Conv, ConvWeights, InstructionSet, Sequential};
//!
//! // One channel in, one out; three taps that add up neighbours. 128 stands for zero.
//! let weights = ConvWeights {
//!     weights: &[129, 129, 129],
//!     outputs: 1,
//!     inputs: 1,
//!     taps: 3,
//!     dilation: 1,
//!     zero_point: 128,
//!     scale: 1.0,
//!     bias: &[0.0],
//! };
//! let conv = Conv::new(InstructionSet::best(), &weights, (1, 1))?;
//! let mut out = [0.0; 4];
//! conv.run(&Sequential, &[0.0, 1.0, 1.0, 0.0], &mut out);
//! for (value, expected) in out.iter().zip([1.0, 2.0, 2.0, 1.0]) {
//!     assert!((value - expected).abs() < 0.05);
//! }
//! # Ok::<(), langdu_kernels::InvalidWeights>(())
//! ```
//!
//! In the first two, time is the slow axis and channels are the fast one, so that a convolution reads
//! whole rows and gathers nothing. A layer is computed in tiles of time that fit in the cache:
//! normalise, activate, quantise (with a scale of the tile's own), convolve, add. Tiles are
//! independent and their bounds depend only on the length, so the result does not depend on the
//! number of threads.
//!
//! The instruction set is chosen at run time ([`InstructionSet::best`]). Everything compiles for
//! every target, and [`InstructionSet::Plain`] runs anywhere.

mod blocks;
mod conv;
mod executor;
mod instruction_set;
mod quantised;
mod simd;
mod stft;
mod tensor;

pub use blocks::{BlockWeights, LayerWeights, ResidualBlocks};
pub use conv::{Conv, ConvWeights, InvalidWeights};
pub use executor::{Executor, Sequential};
pub use instruction_set::InstructionSet;
pub use stft::{InvalidWindow, Stft};
