//! Int8 weights and activations, and the integer part of a convolution.
//!
//! Activations are `q − z`, with `q` from 0 to 255 and the zero point `z`. Weights are `w + d`, with
//! `w` as it is packed and `d` the distance of the weights' zero point from the instruction set's
//! centre, at which `w` is 0. A true sum of `n` products is
//!
//! ```text
//! Σ (q − z)(w + d) = Σ q·w + d·Σ q − z·Σ w − z·d·n
//! ```
//!
//! The first term is the loops' work. The second needs the sum of each row of activations; the
//! others are constants of the weights.

use std::ops::Range;

use crate::InstructionSet;
use crate::simd::{self, BLOCK_IN, BLOCK_OUT, Convolution, Onto, WeightBlock};

/// The weights of a convolution, as the loops of one instruction set read them.
pub(crate) struct PackedWeights {
    instruction_set: InstructionSet,
    /// In the order `[block of outputs][tap][group of inputs]`.
    blocks: Vec<WeightBlock>,
    pub(crate) taps: usize,
    /// Groups of [`BLOCK_IN`] inputs.
    groups: usize,
    pub(crate) outputs: usize,
    /// Σ w for each output.
    sums: Vec<i32>,
    /// `d`: the instruction set's centre − the weights' zero point.
    offset: i32,
    scale: f32,
}

impl PackedWeights {
    /// Packs `weights`, which are in the order `[output][input][tap]` and have the zero point
    /// `zero_point`.
    pub(crate) fn pack(
        instruction_set: InstructionSet,
        weights: &[u8],
        (outputs, inputs, taps): (usize, usize, usize),
        zero_point: u8,
        scale: f32,
    ) -> Self {
        let out_blocks = outputs.div_ceil(BLOCK_OUT);
        let groups = inputs.div_ceil(BLOCK_IN);
        let mut blocks = vec![WeightBlock([0; 64]); out_blocks * taps * groups];
        let mut sums = vec![0; out_blocks * BLOCK_OUT];
        let centre = instruction_set.weight_centre();
        for output in 0..outputs {
            for input in 0..inputs {
                for tap in 0..taps {
                    let weight = weights[(output * inputs + input) * taps + tap];
                    let block = ((output / BLOCK_OUT) * taps + tap) * groups + input / BLOCK_IN;
                    let (output_in_block, input_in_block) = (output % BLOCK_OUT, input % BLOCK_IN);
                    let index =
                        WeightBlock::index(instruction_set, output_in_block, input_in_block);
                    blocks[block].0[index] = weight.wrapping_sub(centre) as i8;
                    sums[output] += i32::from(weight) - i32::from(centre);
                }
            }
        }
        Self {
            instruction_set,
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

    /// Outputs with those that fill up the last block.
    pub(crate) fn padded_outputs(&self) -> usize {
        self.sums.len()
    }
}

/// How activations were quantised.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Quantisation {
    scale: f32,
    zero_point: u8,
}

impl Quantisation {
    /// For values between `min` and `max`; zero is always exact, as padding needs.
    pub(crate) fn of_range(instruction_set: InstructionSet, min: f32, max: f32) -> Self {
        let (min, max) = (min.min(0.0), max.max(0.0));
        let steps = instruction_set.activation_steps();
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
    quantisation: Quantisation,
}

impl Rows {
    /// Makes room for `rows` rows of `row_bytes`, all of them zero by `quantisation`.
    pub(crate) fn reset(&mut self, rows: usize, row_bytes: usize, quantisation: Quantisation) {
        self.row_bytes = row_bytes;
        self.quantisation = quantisation;
        self.bytes.clear();
        self.bytes.resize(rows * row_bytes, quantisation.zero_point);
        self.sums.clear();
        self.sums
            .resize(rows, i32::from(quantisation.zero_point) * row_bytes as i32);
    }

    /// Quantises `values`, rows of `channels`, into the rows from `first` on.
    pub(crate) fn quantise(
        &mut self,
        instruction_set: InstructionSet,
        first: usize,
        values: &[f32],
        channels: usize,
    ) {
        let Quantisation { scale, zero_point } = self.quantisation;
        let rows = self.bytes[first * self.row_bytes..].chunks_exact_mut(self.row_bytes);
        let sums = self.sums[first..].iter_mut();
        for ((row, sum), values) in rows.zip(sums).zip(values.chunks_exact(channels)) {
            let padding = (row.len() - channels) as i32 * i32::from(zero_point);
            *sum = padding
                + simd::quantise(
                    instruction_set,
                    values,
                    1.0 / scale,
                    f32::from(zero_point),
                    &mut row[..channels],
                );
        }
    }
}

/// The blocks of a convolution's outputs that are computed together.
pub(crate) struct OutputBlocks<'a> {
    pub(crate) weights: &'a PackedWeights,
    /// Steps of time between taps.
    pub(crate) dilation: usize,
    /// Which of the blocks of [`BLOCK_OUT`] outputs.
    pub(crate) blocks: Range<usize>,
}

impl OutputBlocks<'_> {
    /// Outputs of a row.
    pub(crate) fn width(&self) -> usize {
        self.blocks.len() * BLOCK_OUT
    }

    /// The numbers of the outputs, among all of the convolution's.
    pub(crate) fn outputs(&self) -> Range<usize> {
        self.blocks.start * BLOCK_OUT..self.blocks.end * BLOCK_OUT
    }

    /// Computes the sums of products of `count` rows of time into `sums`, `[row][output]`.
    pub(crate) fn convolve(&self, rows: &Rows, count: usize, sums: &mut Vec<i32>) {
        sums.clear();
        sums.resize(count * self.width(), 0);
        let weights = self.weights;
        let blocks_each = weights.taps * weights.groups;
        let convolution = Convolution {
            activations: &rows.bytes,
            row_bytes: rows.row_bytes,
            taps: weights.taps,
            dilation: self.dilation,
            weights: &weights.blocks
                [self.blocks.start * blocks_each..self.blocks.end * blocks_each],
            count,
        };
        simd::convolve(weights.instruction_set, &convolution, sums);
    }

    /// What turns the sums of products with `rows` into floats.
    pub(crate) fn dequantiser<'r>(&self, rows: &'r Rows) -> Dequantiser<'r> {
        let weights = self.weights;
        let zero_point = i32::from(rows.quantisation.zero_point);
        let products = (weights.taps * weights.row_bytes()) as i32;
        Dequantiser {
            instruction_set: weights.instruction_set,
            rows,
            taps: weights.taps,
            dilation: self.dilation,
            scale: rows.quantisation.scale * weights.scale,
            constants: weights.sums[self.outputs()]
                .iter()
                .map(|&sum| -zero_point * (sum + weights.offset * products))
                .collect(),
            offset: weights.offset,
        }
    }
}

/// Turns sums of products into floats.
pub(crate) struct Dequantiser<'a> {
    instruction_set: InstructionSet,
    rows: &'a Rows,
    taps: usize,
    dilation: usize,
    scale: f32,
    /// What belongs to each output: −z·Σ w − z·d·n.
    constants: Vec<i32>,
    offset: i32,
}

impl Dequantiser<'_> {
    /// Writes the row of time `t`: `sums` are its sums of products; `bias` and `out` are as long.
    pub(crate) fn row(
        &self,
        t: usize,
        sums: &[i32],
        bias: &[f32],
        onto: Onto<'_>,
        out: &mut [f32],
    ) {
        let of_window: i32 = (0..self.taps)
            .map(|tap| self.rows.sums[t + tap * self.dilation])
            .sum();
        let row = simd::DequantisedRow {
            sums: &sums[..out.len()],
            constants: &self.constants[..out.len()],
            of_row: self.offset * of_window,
            scale: self.scale,
            bias: &bias[..out.len()],
        };
        simd::dequantise(self.instruction_set, &row, onto, out);
    }
}
