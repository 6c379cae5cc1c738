//! The names of our own operators in a graph, with their inputs and attributes.

/// The domain of the operators in a graph.
pub(crate) const DOMAIN: &str = "langdu";

/// The file beside a graph that holds its operators' weights, one after the other.
pub(crate) const WEIGHTS_FILE: &str = "weights.bin";

/// A convolution: `x`, `zero_point` u8, `scale`, `bias`; attributes `weights` (where they begin,
/// u8 `[outputs][inputs][taps]`), `shape` (these three), `dilation` and `pads`.
pub(crate) const CONV: &str = "Conv";

/// Residual blocks: `x`, `style`, `moments`, then for all layers, one after the other, `zero_points` u8,
/// `scales`, `biases` and `alphas`; attributes `weights` (where those of the first layer begin),
/// `blocks`, `taps` and `dilations`.
pub(crate) const RESIDUAL_BLOCKS: &str = "ResidualBlocks";

/// The short-time Fourier transform of a real signal: `signal`, `window`; attribute `step`. Its
/// outputs are the real and the imaginary part, each `[1][bins][frames]`.
pub(crate) const STFT: &str = "Stft";
