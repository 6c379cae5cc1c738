//! Int8 weights and activations, and the integer part of a convolution.
//!
//! With activations `q` (0 to 255, zero point `z`) and weights `w + d` (`w` what is packed, `d` the
//! distance of the weights' zero point from the level's centre, at which `w` is 0), a true sum of
//! products is
//!
//! ```text
//! Σ (q − z)(w + d) = Σ q·w + d·Σ q − z·Σ w − z·d·n
//! ```
//!
//! The first term is the kernels' work. The second needs the sum of each row of activations, the
//! others are constants of the weights.

use crate::Level;
use crate::simd;

/// Outputs that lie together in the packed weights.
pub(crate) const BLOCK_OUT: usize = 16;
/// Inputs that lie together in the packed weights.
pub(crate) const BLOCK_IN: usize = 4;

/// Weights of [`BLOCK_OUT`] outputs for [`BLOCK_IN`] inputs, 64 bytes. Where the level's centre is
/// 0 they are bytes without a sign.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct WeightBlock(pub(crate) [i8; BLOCK_OUT * BLOCK_IN]);

/// The weights of a convolution, as the kernels read them.
pub(crate) struct PackedWeights {
    /// In the order `[block of outputs][tap][group of inputs]`.
    pub(crate) blocks: Vec<WeightBlock>,
    pub(crate) taps: usize,
    /// Groups of [`BLOCK_IN`] inputs.
    pub(crate) groups: usize,
    pub(crate) outputs: usize,
    /// Σ w for each output.
    sums: Vec<i32>,
    /// `d`: the level's centre − the weights' zero point.
    offset: i32,
    scale: f32,
}

impl PackedWeights {
    /// Packs `weights`, in the order `[output][input][tap]` with the zero point `zero_point`, as
    /// the level's loops read them.
    pub(crate) fn pack(
        level: Level,
        weights: &[u8],
        (outputs, inputs, taps): (usize, usize, usize),
        zero_point: u8,
        scale: f32,
    ) -> Self {
        let out_blocks = outputs.div_ceil(BLOCK_OUT);
        let groups = inputs.div_ceil(BLOCK_IN);
        let mut blocks = vec![WeightBlock([0; 64]); out_blocks * taps * groups];
        let mut sums = vec![0; out_blocks * BLOCK_OUT];
        let centre = level.weight_centre();
        for output in 0..outputs {
            for input in 0..inputs {
                for tap in 0..taps {
                    let weight = weights[(output * inputs + input) * taps + tap];
                    let block = ((output / BLOCK_OUT) * taps + tap) * groups + input / BLOCK_IN;
                    let place = simd::place(level, output % BLOCK_OUT, input % BLOCK_IN);
                    blocks[block].0[place] = weight.wrapping_sub(centre) as i8;
                    sums[output] += i32::from(weight) - i32::from(centre);
                }
            }
        }
        Self {
            blocks,
            taps,
            groups,
            outputs,
            sums,
            offset: i32::from(centre) - i32::from(zero_point),
            scale,
        }
    }

    /// Bytes of one row of activations.
    pub(crate) fn row_bytes(&self) -> usize {
        self.groups * BLOCK_IN
    }

    /// Outputs with their padding.
    pub(crate) fn padded_outputs(&self) -> usize {
        self.sums.len()
    }
}

/// How a tile's activations were quantised.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quantisation {
    scale: f32,
    zero_point: u8,
}

impl Quantisation {
    /// For values between `min` and `max`; zero is always exact, as padding needs.
    pub(crate) fn of_range(level: Level, min: f32, max: f32) -> Self {
        let (min, max) = (min.min(0.0), max.max(0.0));
        let steps = level.activation_steps();
        let scale = (max - min) / steps;
        if !(scale.is_finite() && scale > f32::MIN_POSITIVE) {
            return Self {
                scale: 1.0,
                zero_point: 0,
            };
        }
        Self {
            scale,
            zero_point: (-min / scale).round() as u8,
        }
    }
}

/// Quantised activations: rows of time, from the first one that the first output needs.
#[derive(Default)]
pub(crate) struct Rows {
    bytes: Vec<u8>,
    sums: Vec<i32>,
    row_bytes: usize,
}

impl Rows {
    /// Room for `rows` rows of `row_bytes`, all of them zero by `quantisation`.
    pub(crate) fn reset(&mut self, rows: usize, row_bytes: usize, quantisation: Quantisation) {
        self.row_bytes = row_bytes;
        self.bytes.clear();
        self.bytes.resize(rows * row_bytes, quantisation.zero_point);
        self.sums.clear();
        self.sums
            .resize(rows, i32::from(quantisation.zero_point) * row_bytes as i32);
    }

    /// Quantises `values`, rows of `channels`, into the rows from `first` on.
    pub(crate) fn quantise(
        &mut self,
        level: Level,
        quantisation: Quantisation,
        first: usize,
        values: &[f32],
        channels: usize,
    ) {
        let rows = self.bytes[first * self.row_bytes..].chunks_exact_mut(self.row_bytes);
        let sums = self.sums[first..].iter_mut();
        for ((row, sum), values) in rows.zip(sums).zip(values.chunks_exact(channels)) {
            let zero_point = quantisation.zero_point;
            let padding = (row.len() - channels) as i32 * i32::from(zero_point);
            *sum = padding
                + simd::quantise(
                    level,
                    values,
                    1.0 / quantisation.scale,
                    f32::from(zero_point),
                    &mut row[..channels],
                );
        }
    }
}

/// Where a convolution's outputs go, besides being written.
#[derive(Clone, Copy)]
pub(crate) enum Onto<'a> {
    /// Nowhere else.
    Fresh,
    /// The rows of these are added.
    Plus(&'a [f32]),
    /// What is there already is added to.
    Self_,
    /// Both.
    SelfPlus(&'a [f32]),
}

/// The sums of products of `count` rows of time for the blocks of outputs `blocks`.
pub(crate) fn convolve(
    level: Level,
    weights: &PackedWeights,
    rows: &Rows,
    dilation: usize,
    count: usize,
    blocks: std::ops::Range<usize>,
    sums: &mut Vec<i32>,
) {
    sums.clear();
    sums.resize(count * blocks.len() * BLOCK_OUT, 0);
    simd::convolve(
        level,
        &simd::Convolution {
            activations: &rows.bytes,
            row_bytes: rows.row_bytes,
            taps: weights.taps,
            dilation,
            weights: &weights.blocks[blocks.start * weights.taps * weights.groups
                ..blocks.end * weights.taps * weights.groups],
            count,
        },
        sums,
    );
}

/// Turns sums of products into floats.
pub(crate) struct Dequantiser {
    level: Level,
    taps: usize,
    dilation: usize,
    scale: f32,
    /// What belongs to each output: −z·Σ w − z·d·n.
    constants: Vec<i32>,
    offset: i32,
}

impl Dequantiser {
    pub(crate) fn new(
        level: Level,
        weights: &PackedWeights,
        dilation: usize,
        quantisation: Quantisation,
        blocks: std::ops::Range<usize>,
    ) -> Self {
        let zero_point = i32::from(quantisation.zero_point);
        let products = (weights.taps * weights.row_bytes()) as i32;
        let sums = &weights.sums[blocks.start * BLOCK_OUT..blocks.end * BLOCK_OUT];
        Self {
            level,
            taps: weights.taps,
            dilation,
            scale: quantisation.scale * weights.scale,
            constants: sums
                .iter()
                .map(|&sum| -zero_point * (sum + weights.offset * products))
                .collect(),
            offset: weights.offset,
        }
    }

    /// Writes the row of time `t`: `sums` are its sums of products, `bias` and `out` are as long.
    pub(crate) fn row(
        &self,
        rows: &Rows,
        t: usize,
        sums: &[i32],
        bias: &[f32],
        onto: Onto<'_>,
        out: &mut [f32],
    ) {
        let of_window: i32 = (0..self.taps)
            .map(|tap| rows.sums[t + tap * self.dilation])
            .sum();
        let of_row = self.offset * of_window;
        let row = simd::DequantisedRow {
            sums: &sums[..out.len()],
            constants: &self.constants[..out.len()],
            of_row,
            scale: self.scale,
            bias: &bias[..out.len()],
        };
        simd::dequantise(self.level, &row, onto, out);
    }
}
