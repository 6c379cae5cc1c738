//! Residual blocks with adaptive instance normalisation and Snake activations, the body of
//! HiFi-GAN's descendants.
//!
//! One block does, for each of its dilations,
//!
//! ```text
//! x += conv₂(snake(norm(conv₁(snake(norm(x))))))
//! ```
//!
//! where `norm` brings each channel to mean 0 and variance 1 over time and then applies the
//! style's gain and shift. A layer is everything from one `norm` to its convolution, and is done
//! in one pass over time; the means and variances that the next layer needs are gathered as its
//! outputs are written.

use std::cell::RefCell;

use crate::conv::{ConvWeights, InvalidWeights};
use crate::executor::for_each_part;
use crate::quantised::{self, BLOCK_OUT, Dequantiser, Onto, PackedWeights, Quantisation, Rows};
use crate::tensor::{TILE_ROWS, from_rows, to_rows};
use crate::{Executor, Level, simd};

/// What the instance norm adds to a variance.
const EPSILON: f64 = 1e-5;

/// The most floats of a tile: half of a usual second-level cache holds them with what comes of
/// them.
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

struct Layer {
    weights: PackedWeights,
    bias: Vec<f32>,
    dilation: usize,
    turns: Vec<f32>,
    depth: Vec<f32>,
}

/// The mean of residual blocks that all read the same input.
pub struct ResidualBlocks {
    level: Level,
    channels: usize,
    blocks: Vec<Vec<Layer>>,
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

/// Sums and sums of squares of each channel, for each tile.
struct Moments {
    channels: usize,
    tiles: Vec<f32>,
}

impl Moments {
    fn new(channels: usize, tiles: usize) -> Self {
        Self {
            channels,
            tiles: vec![0.0; tiles * 2 * channels],
        }
    }

    fn of_tiles(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.tiles.fill(0.0);
        self.tiles.chunks_mut(2 * self.channels)
    }

    /// The normalisation by these moments and a style of gains and shifts around 0.
    fn affine(&self, length: usize, style: &[f32]) -> Affine {
        let (gains, shifts) = style.split_at(self.channels);
        let mut affine = Affine {
            gain: Vec::with_capacity(self.channels),
            shift: Vec::with_capacity(self.channels),
        };
        for channel in 0..self.channels {
            let total = |offset: usize| {
                let of_tiles = self.tiles.chunks_exact(2 * self.channels);
                of_tiles
                    .map(|t| f64::from(t[offset + channel]))
                    .sum::<f64>()
            };
            let mean = total(0) / length as f64;
            let variance = (total(self.channels) / length as f64 - mean * mean).max(0.0);
            let gain = (1.0 + f64::from(gains[channel])) / (variance + EPSILON).sqrt();
            affine.gain.push(gain as f32);
            affine
                .shift
                .push((f64::from(shifts[channel]) - mean * gain) as f32);
        }
        affine
    }
}

impl ResidualBlocks {
    /// Packs the weights of `blocks`, which all have `channels` channels.
    ///
    /// # Errors
    ///
    /// When `channels` is no multiple of 16, a layer's arrays do not have the lengths that its
    /// convolution's shape says, or its convolution changes the length or number of channels.
    pub fn new(
        level: Level,
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
                weights: conv.pack(level),
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
            level,
            channels,
            blocks: blocks.iter().map(block).collect::<Result<_, _>>()?,
        })
    }

    /// How many floats a style has: a gain and a shift for each channel of each layer.
    pub fn style_len(&self) -> usize {
        2 * self.channels * self.blocks.iter().map(Vec::len).sum::<usize>()
    }

    /// The mean of the blocks over `input`, `[channels][length]`, into `out`, which is as long.
    ///
    /// `style` has for each layer, in order, a gain less one and a shift for each channel.
    ///
    /// # Panics
    ///
    /// When the lengths do not fit.
    pub fn run(&self, executor: &dyn Executor, input: &[f32], style: &[f32], out: &mut [f32]) {
        let channels = self.channels;
        assert!(
            input.len().is_multiple_of(channels),
            "whole rows of channels"
        );
        assert_eq!(style.len(), self.style_len(), "a style for each layer");
        assert_eq!(out.len(), input.len(), "as much out as in");
        if input.is_empty() {
            return;
        }
        let mut rows = vec![0.0; input.len()];
        to_rows(self.level, executor, input, channels, &mut rows);
        let tile_rows = self.tile_rows();
        let length = input.len() / channels;
        let tiles = length.div_ceil(tile_rows);
        let mut of_input = Moments::new(channels, tiles);
        for_each_part(
            executor,
            of_input.of_tiles().zip(rows.chunks(tile_rows * channels)),
            |_, (moments, rows)| self.add_moments(rows, moments),
        );

        let mut moments = Moments::new(channels, tiles);
        // What is written last can be used until then.
        let inner = &mut *out;
        let mut state = vec![0.0; input.len()];
        let mut total = vec![0.0; input.len()];
        let mut styles = style.chunks_exact(2 * channels);
        let mut style = || styles.next().expect("the length was checked");
        for (number, block) in self.blocks.iter().enumerate() {
            let pairs = block.as_chunks::<2>().0;
            for (pair, [first, second]) in pairs.iter().enumerate() {
                let (source, known): (&[f32], _) = match pair {
                    0 => (&rows, &of_input),
                    _ => (&state, &moments),
                };
                let affine = known.affine(length, style());
                self.layer(
                    executor,
                    first,
                    &affine,
                    source,
                    Onto::Fresh,
                    inner,
                    &mut moments,
                );
                let affine = moments.affine(length, style());
                let before: &[f32] = if pair == 0 { &rows } else { &state };
                if pair + 1 == pairs.len() {
                    let onto = match number {
                        0 => Onto::Plus(before),
                        _ => Onto::SelfPlus(before),
                    };
                    self.layer(
                        executor,
                        second,
                        &affine,
                        inner,
                        onto,
                        &mut total,
                        &mut moments,
                    );
                } else if pair == 0 {
                    let onto = Onto::Plus(&rows);
                    self.layer(
                        executor,
                        second,
                        &affine,
                        inner,
                        onto,
                        &mut state,
                        &mut moments,
                    );
                } else {
                    let onto = Onto::Self_;
                    self.layer(
                        executor,
                        second,
                        &affine,
                        inner,
                        onto,
                        &mut state,
                        &mut moments,
                    );
                }
            }
        }
        let mean = 1.0 / self.blocks.len() as f32;
        from_rows(self.level, executor, &total, channels, mean, out);
    }

    fn tile_rows(&self) -> usize {
        (TILE_FLOATS / self.channels).clamp(16, TILE_ROWS)
    }

    fn add_moments(&self, rows: &[f32], moments: &mut [f32]) {
        let (sums, squares) = moments.split_at_mut(self.channels);
        for row in rows.chunks_exact(self.channels) {
            simd::accumulate(self.level, row, sums, squares);
        }
    }

    /// One layer over all of `source`; `moments` become those of `out`.
    #[allow(clippy::too_many_arguments)]
    fn layer(
        &self,
        executor: &dyn Executor,
        layer: &Layer,
        affine: &Affine,
        source: &[f32],
        onto: Onto<'_>,
        out: &mut [f32],
        moments: &mut Moments,
    ) {
        let tile_len = self.tile_rows() * self.channels;
        for_each_part(
            executor,
            out.chunks_mut(tile_len).zip(moments.of_tiles()),
            |index, (out, moments)| {
                SCRATCH.with_borrow_mut(|scratch| {
                    let first = index * self.tile_rows();
                    self.tile(layer, affine, source, first, onto, out, scratch);
                });
                self.add_moments(out, moments);
            },
        );
    }

    #[allow(clippy::too_many_arguments)]
    fn tile(
        &self,
        layer: &Layer,
        affine: &Affine,
        source: &[f32],
        first: usize,
        onto: Onto<'_>,
        out: &mut [f32],
        scratch: &mut Scratch,
    ) {
        let channels = self.channels;
        let dilation = layer.dilation;
        let reach = (layer.weights.taps - 1) / 2 * dilation;
        let count = out.len() / channels;
        let length = source.len() / channels;
        let from = first.saturating_sub(reach);
        let to = (first + count + reach).min(length);

        let source = &source[from * channels..to * channels];
        scratch.activated.resize(source.len(), 0.0);
        let snake = simd::Snake {
            gain: &affine.gain,
            shift: &affine.shift,
            turns: &layer.turns,
            depth: &layer.depth,
        };
        let (min, max) = simd::activate(self.level, source, &snake, &mut scratch.activated);
        let quantisation = Quantisation::of_range(self.level, min, max);
        let rows = &mut scratch.rows;
        rows.reset(count + 2 * reach, layer.weights.row_bytes(), quantisation);
        rows.quantise(
            self.level,
            quantisation,
            from + reach - first,
            &scratch.activated,
            channels,
        );
        let blocks = 0..channels / BLOCK_OUT;
        quantised::convolve(
            self.level,
            &layer.weights,
            rows,
            dilation,
            count,
            blocks.clone(),
            &mut scratch.sums,
        );
        let dequantiser =
            Dequantiser::new(self.level, &layer.weights, dilation, quantisation, blocks);
        let all = out
            .chunks_exact_mut(channels)
            .zip(scratch.sums.chunks_exact(channels));
        for (t, (out, sums)) in all.enumerate() {
            let onto = onto.row((first + t) * channels, channels);
            dequantiser.row(rows, t, sums, &layer.bias, onto, out);
        }
    }
}

impl<'a> Onto<'a> {
    /// The part for one row.
    fn row(self, at: usize, channels: usize) -> Self {
        let part = |other: &'a [f32]| &other[at..at + channels];
        match self {
            Self::Fresh => Self::Fresh,
            Self::Self_ => Self::Self_,
            Self::Plus(other) => Self::Plus(part(other)),
            Self::SelfPlus(other) => Self::SelfPlus(part(other)),
        }
    }
}
