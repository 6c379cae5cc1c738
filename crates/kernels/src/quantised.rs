//! Int8 weights and activations, and the integer part of a convolution.
//!
//! Activations are `q − z`, with `q` from 0 to 255 and the zero point `z`. Weights are `w + d`, with
//! `w` as it is packed and `d` the distance of the weights' zero point from their centre, at which `w`
//! is 0. A true sum of `n` products is
//!
//! ```text
//! Σ (q − z)(w + d) = Σ q·w + d·Σ q − z·Σ w − z·d·n
//! ```
//!
//! The first term is the loops' work. The second needs the sum of each row of activations; the
//! others are constants of the weights.

use std::ops::Range;

use crate::InstructionSet;
use crate::simd::{self, BLOCK_IN, BLOCK_OUT, Convolution, Onto, SHORT_GROUPS, WeightBlock};

/// The weights of a convolution, as the loops of one instruction set read them.
pub(crate) struct PackedWeights {
    instruction_set: InstructionSet,
    /// In the order `[block of outputs][tap][group of inputs]`.
    blocks: Vec<WeightBlock>,
    /// Which sums are [short](WeightBlock::short_sums), for AVX2.
    short_sums: Vec<bool>,
    pub(crate) taps: usize,
    /// Groups of [`BLOCK_IN`] inputs.
    groups: usize,
    pub(crate) outputs: usize,
    /// Σ w for each output.
    sums: Vec<i32>,
    /// `d`: the weights' centre − their zero point.
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
        let centre = instruction_set.weight_centre(weights, zero_point);
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
        let short_sums = match instruction_set {
            InstructionSet::Avx2 => {
                let taps = blocks.chunks(groups);
                taps.flat_map(WeightBlock::short_sums).collect()
            }
            _ => Vec::new(),
        };
        Self {
            instruction_set,
            blocks,
            short_sums,
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
        let short_sums = match weights.short_sums.as_slice() {
            [] => &[],
            all => {
                let each = weights.taps * weights.groups.div_ceil(SHORT_GROUPS);
                &all[self.blocks.start * each..self.blocks.end * each]
            }
        };
        let convolution = Convolution {
            activations: &rows.bytes,
            row_bytes: rows.row_bytes,
            taps: weights.taps,
            dilation: self.dilation,
            weights: &weights.blocks
                [self.blocks.start * blocks_each..self.blocks.end * blocks_each],
            short_sums,
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Weights near the zero point, as trained ones are, with some at the ends of the range; or any.
    fn weights(count: usize, zero_point: u8) -> impl Strategy<Value = Vec<u8>> {
        let near = zero_point.saturating_sub(9)..=zero_point.saturating_add(9);
        let trained =
            prop_oneof![300 => near.prop_map(|weight| weight), 1 => Just(0), 1 => Just(255)];
        let ends = prop_oneof![Just(0), Just(255)];
        prop_oneof![
            prop::collection::vec(trained, count),
            prop::collection::vec(ends, count),
            prop::collection::vec(any::<u8>(), count),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Whatever the weights and activations are, the sums are those of the definition at every instruction
        /// set of this machine.
        #[test]
        fn sums_are_exact(
            ((outputs, inputs, taps), zero_point, weights) in (1_usize..40, 1_usize..70, 1_usize..4, any::<u8>())
                .prop_flat_map(|(outputs, inputs, taps, zero_point)| {
                    let weights = weights(outputs * inputs * taps, zero_point);
                    (Just((outputs, inputs, taps)), Just(zero_point), weights)
                }),
            dilation in 1_usize..3,
            count in 1_usize..9,
            activations in prop_oneof![Just(vec![255_u8]), prop::collection::vec(any::<u8>(), 97)],
            activation_zero in any::<u8>(),
        ) {
            for instruction_set in InstructionSet::all() {
                let steps = instruction_set.activation_steps();
                let quantisation = Quantisation {
                    scale: 1.0,
                    zero_point: f32::from(activation_zero).min(steps) as u8,
                };
                let zero = f32::from(quantisation.zero_point);
                let length = count + (taps - 1) * dilation;
                let values: Vec<f32> = activations.iter().cycle().take(length * inputs)
                    .map(|activation| f32::from(*activation).min(steps) - zero)
                    .collect();
                let packed = PackedWeights::pack(
                    instruction_set, &weights, (outputs, inputs, taps), zero_point, 1.0,
                );
                let mut rows = Rows::default();
                rows.reset(length, packed.row_bytes(), quantisation);
                rows.quantise(instruction_set, 0, &values, inputs);
                let blocks = OutputBlocks {
                    weights: &packed,
                    dilation,
                    blocks: 0..packed.padded_outputs() / BLOCK_OUT,
                };
                let mut sums = Vec::new();
                blocks.convolve(&rows, count, &mut sums);
                let dequantiser = blocks.dequantiser(&rows);
                for t in 0..count {
                    let of_window: i32 = (0..taps).map(|tap| rows.sums[t + tap * dilation]).sum();
                    for output in 0..outputs {
                        let got = sums[t * blocks.width() + output]
                            + dequantiser.offset * of_window
                            + dequantiser.constants[output];
                        let mut expected = 0;
                        for tap in 0..taps {
                            for input in 0..inputs {
                                let weight = weights[(output * inputs + input) * taps + tap];
                                let value = values[(t + tap * dilation) * inputs + input];
                                expected += (i32::from(weight) - i32::from(zero_point)) * value as i32;
                            }
                        }
                        prop_assert_eq!(got, expected, "{} {} {}", instruction_set.name(), t, output);
                    }
                }
            }
        }
    }

    #[test]
    fn sums_are_short_where_sixteen_bits_hold_them_whatever_the_activations_are() {
        let of = |weights: [i8; 4]| {
            let mut block = WeightBlock([0; 64]);
            block.0[8..12].copy_from_slice(&weights);
            block
        };
        let short = |blocks: &[WeightBlock]| WeightBlock::short_sums(blocks).collect::<Vec<_>>();
        let small = of([9, -9, 3, 0]);
        assert_eq!(short(&[small; 9]), [true, true, false]);
        // 255 × 128 is 32,640.
        assert_eq!(
            short(&[of([64, 0, 0, 0]), of([64, 0, 0, 0]), small, small]),
            [false]
        );
        assert_eq!(
            short(&[
                of([64, 0, 64, 0]),
                of([64, 0, 64, -64]),
                of([0; 4]),
                of([0; 4])
            ]),
            [true]
        );
        assert_eq!(
            short(&[
                of([-100, -28, 0, 0]),
                of([100, 28, 0, 0]),
                of([0; 4]),
                of([0; 4])
            ]),
            [true]
        );
        assert_eq!(
            short(&[of([-100, -29, 0, 0]), of([0; 4]), of([0; 4]), of([0; 4])]),
            [false]
        );
    }
}
