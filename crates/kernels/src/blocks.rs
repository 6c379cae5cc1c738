//! Residual blocks with adaptive instance normalisation and Snake activations, the body of
//! HiFi-GAN's descendants.
//!
//! One block does, for each of its dilations,
//!
//! ```text
//! x += conv₂(snake(norm(conv₁(snake(norm(x))))))
//! ```
//!
//! where `norm` takes a mean from each channel, divides it by a deviation, and then applies the
//! style's gain and shift. A layer is everything from one `norm` to its convolution, and is done
//! in one pass over time.
//!
//! The means and variances are constants that the caller hands over, not those of the input: so a
//! stretch of time comes out the same whatever is around it, beyond the reach of the convolutions.

use std::cell::RefCell;

use crate::conv::{ConvWeights, InvalidWeights};
use crate::executor::for_each_part;
use crate::quantised::{OutputBlocks, PackedWeights, Quantisation, Rows};
use crate::simd::{self, BLOCK_OUT, Onto};
use crate::tensor::{TILE_ROWS, from_rows, to_rows};
use crate::{Executor, InstructionSet};

/// What the instance norm adds to a variance.
const EPSILON: f64 = 1e-5;

/// The most floats of a tile. They and everything computed from them then fit in half of a usual
/// second-level cache.
const TILE_FLOATS: usize = 24_576;

/// One layer: Snake's α for each channel, and the convolution after it.
pub struct LayerWeights<'a> {
    /// α, one for each channel.
    pub alpha: &'a [f32],
    /// As many outputs as inputs, and an odd number of taps.
    pub conv: ConvWeights<'a>,
}

/// One block: pairs of layers, the first of each pair dilated.
pub struct BlockWeights<'a> {
    /// Two layers for each dilation, in the order in which they are applied.
    pub layers: Vec<LayerWeights<'a>>,
}

/// A layer as it is computed.
struct Layer {
    weights: PackedWeights,
    bias: Vec<f32>,
    dilation: usize,
    /// α / π for each channel.
    turns: Vec<f32>,
    /// 1 / α for each channel.
    depth: Vec<f32>,
}

/// The mean of residual blocks that all read the same input.
pub struct ResidualBlocks {
    instruction_set: InstructionSet,
    channels: usize,
    blocks: Vec<Vec<Layer>>,
}

/// One layer and what it is applied to.
struct Pass<'a> {
    layer: &'a Layer,
    /// The normalisation of `source`.
    affine: &'a Affine,
    source: &'a [f32],
    onto: Onto<'a>,
}

/// What a thread needs for one tile.
#[derive(Default)]
struct Scratch {
    activated: Vec<f32>,
    rows: Rows,
    sums: Vec<i32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// The gain and shift of a normalisation, one for each channel.
struct Affine {
    gain: Vec<f32>,
    shift: Vec<f32>,
}

impl Affine {
    /// The normalisation by `moments`, means and then variances, with a style of gains and shifts
    /// around 0.
    fn of(moments: &[f32], style: &[f32]) -> Self {
        let channels = style.len() / 2;
        let (means, variances) = moments.split_at(channels);
        let (gains, shifts) = style.split_at(channels);
        let mut affine = Self {
            gain: Vec::with_capacity(channels),
            shift: Vec::with_capacity(channels),
        };
        for channel in 0..channels {
            let variance = f64::from(variances[channel]).max(0.0);
            let gain = (1.0 + f64::from(gains[channel])) / (variance + EPSILON).sqrt();
            let shift = f64::from(shifts[channel]) - f64::from(means[channel]) * gain;
            affine.gain.push(gain as f32);
            affine.shift.push(shift as f32);
        }
        affine
    }
}

impl ResidualBlocks {
    /// Packs the weights of `blocks`, which all have `channels` channels, for `instruction_set`.
    ///
    /// # Errors
    ///
    /// When `channels` is no multiple of 16, a layer's arrays do not have the lengths that its
    /// convolution's shape says, or its convolution changes the length or number of channels.
    pub fn new(
        instruction_set: InstructionSet,
        channels: usize,
        blocks: &[BlockWeights<'_>],
    ) -> Result<Self, InvalidWeights> {
        if channels == 0 || !channels.is_multiple_of(BLOCK_OUT) {
            return Err(InvalidWeights("channels must be a multiple of 16"));
        }
        let layer = |layer: &LayerWeights<'_>| {
            let conv = &layer.conv;
            conv.check()?;
            if layer.alpha.len() != channels || conv.inputs != channels || conv.outputs != channels
            {
                return Err(InvalidWeights("a layer's channels differ from its block's"));
            }
            if conv.taps.is_multiple_of(2) {
                return Err(InvalidWeights(
                    "a layer's convolution has an even number of taps",
                ));
            }
            Ok(Layer {
                weights: conv.pack(instruction_set),
                bias: conv.bias.to_vec(),
                dilation: conv.dilation,
                turns: layer
                    .alpha
                    .iter()
                    .map(|a| a / std::f32::consts::PI)
                    .collect(),
                depth: layer.alpha.iter().map(|a| 1.0 / a).collect(),
            })
        };
        let block = |block: &BlockWeights<'_>| {
            if block.layers.is_empty() || !block.layers.len().is_multiple_of(2) {
                return Err(InvalidWeights("a block's layers must come in pairs"));
            }
            block.layers.iter().map(layer).collect()
        };
        Ok(Self {
            instruction_set,
            channels,
            blocks: blocks.iter().map(block).collect::<Result<_, _>>()?,
        })
    }

    /// How many floats a style has: a gain and a shift for each channel of each layer. There are as
    /// many moments.
    pub fn style_len(&self) -> usize {
        2 * self.channels * self.blocks.iter().map(Vec::len).sum::<usize>()
    }

    /// The mean of the blocks over `input`, `[channels][length]`, into `out`, which is as long.
    ///
    /// For each layer, in order, `style` holds a gain, less one, for each channel and then a shift for
    /// each channel, and `moments` a mean for each channel and then a variance for each channel.
    ///
    /// # Panics
    ///
    /// When the lengths do not fit.
    pub fn run(
        &self,
        executor: &dyn Executor,
        input: &[f32],
        style: &[f32],
        moments: &[f32],
        out: &mut [f32],
    ) {
        let channels = self.channels;
        assert!(
            input.len().is_multiple_of(channels),
            "whole rows of channels"
        );
        assert_eq!(style.len(), self.style_len(), "a style for each layer");
        assert_eq!(moments.len(), self.style_len(), "moments for each layer");
        assert_eq!(out.len(), input.len(), "as much out as in");
        if input.is_empty() {
            return;
        }
        let mut rows = vec![0.0; input.len()];
        to_rows(self.instruction_set, executor, input, channels, &mut rows);
        // The output is written last, so its room holds the state between two layers until then.
        let inner = &mut *out;
        let mut state = vec![0.0; input.len()];
        let mut total = vec![0.0; input.len()];
        let moments = moments.chunks_exact(2 * channels);
        let styles = style.chunks_exact(2 * channels);
        let mut affines = moments.zip(styles).map(|(m, s)| Affine::of(m, s));
        let mut affine = || affines.next().expect("the length was checked");
        for (number, block) in self.blocks.iter().enumerate() {
            let pairs = block.as_chunks::<2>().0;
            for (pair, [first, second]) in pairs.iter().enumerate() {
                let before: &[f32] = if pair == 0 { &rows } else { &state };
                let pass = Pass {
                    layer: first,
                    affine: &affine(),
                    source: before,
                    onto: Onto::Nothing,
                };
                self.layer(executor, &pass, inner);

                let is_last = pair + 1 == pairs.len();
                let (onto, out) = if is_last {
                    let onto = match number {
                        0 => Onto::Rows(before),
                        _ => Onto::OutputAndRows(before),
                    };
                    (onto, &mut total)
                } else if pair == 0 {
                    (Onto::Rows(&rows), &mut state)
                } else {
                    (Onto::Output, &mut state)
                };
                let pass = Pass {
                    layer: second,
                    affine: &affine(),
                    source: inner,
                    onto,
                };
                self.layer(executor, &pass, out);
            }
        }
        let mean = 1.0 / self.blocks.len() as f32;
        from_rows(self.instruction_set, executor, &total, channels, mean, out);
    }

    fn tile_rows(&self) -> usize {
        (TILE_FLOATS / self.channels).clamp(16, TILE_ROWS)
    }

    /// One layer over all rows of time.
    fn layer(&self, executor: &dyn Executor, pass: &Pass<'_>, out: &mut [f32]) {
        let tile_len = self.tile_rows() * self.channels;
        for_each_part(executor, out.chunks_mut(tile_len), |index, out| {
            SCRATCH.with_borrow_mut(|scratch| {
                self.tile(pass, index * self.tile_rows(), scratch, out);
            });
        });
    }

    /// The tile of a pass whose first row of time is `first`, into `out`.
    fn tile(&self, pass: &Pass<'_>, first: usize, scratch: &mut Scratch, out: &mut [f32]) {
        let Pass {
            layer,
            affine,
            source,
            onto,
        } = *pass;
        let channels = self.channels;
        let reach = (layer.weights.taps - 1) / 2 * layer.dilation;
        let count = out.len() / channels;
        let length = source.len() / channels;
        let from = first.saturating_sub(reach);
        let to = (first + count + reach).min(length);

        let source = &source[from * channels..to * channels];
        let Scratch {
            activated,
            rows,
            sums,
        } = scratch;
        activated.resize(source.len(), 0.0);
        let snake = simd::Snake {
            gain: &affine.gain,
            shift: &affine.shift,
            turns: &layer.turns,
            depth: &layer.depth,
        };
        let (min, max) = simd::activate(self.instruction_set, source, &snake, activated);
        let quantisation = Quantisation::of_range(self.instruction_set, min, max);
        rows.reset(count + 2 * reach, layer.weights.row_bytes(), quantisation);
        let first_inside = from + reach - first;
        rows.quantise(self.instruction_set, first_inside, activated, channels);
        let blocks = OutputBlocks {
            weights: &layer.weights,
            dilation: layer.dilation,
            blocks: 0..channels / BLOCK_OUT,
        };
        blocks.convolve(rows, count, sums);
        let dequantiser = blocks.dequantiser(rows);
        let all = out
            .chunks_exact_mut(channels)
            .zip(sums.chunks_exact(channels));
        for (t, (out, sums)) in all.enumerate() {
            let onto = onto.row((first + t) * channels, channels);
            dequantiser.row(t, sums, &layer.bias, onto, out);
        }
    }
}
