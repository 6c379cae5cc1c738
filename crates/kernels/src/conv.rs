//! A one-dimensional convolution with int8 weights.

use std::cell::RefCell;

use crate::executor::for_each_part;
use crate::quantised::{OutputBlocks, PackedWeights, Quantisation, Rows};
use crate::simd::{self, BLOCK_OUT, Onto};
use crate::tensor::to_rows;
use crate::{Executor, InstructionSet};

/// Blocks of outputs that one task computes.
const TASK_BLOCKS: usize = 4;

/// The most steps of time that a convolution may span or be padded by: far more than any does, and
/// so few that no sum or product of lengths wraps.
const FARTHEST: usize = 1 << 24;

/// Weights that do not have the shape they are used with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidWeights(pub(crate) &'static str);

impl std::fmt::Display for InvalidWeights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidWeights {}

/// The weights of a convolution as ONNX has them.
pub struct ConvWeights<'a> {
    /// `[outputs][inputs][taps]`, with the zero point and scale below.
    pub weights: &'a [u8],
    /// Channels out.
    pub outputs: usize,
    /// Channels in.
    pub inputs: usize,
    /// The kernel's length.
    pub taps: usize,
    /// Steps of time between taps.
    pub dilation: usize,
    /// The weight that stands for zero.
    pub zero_point: u8,
    /// What one step of a weight is worth.
    pub scale: f32,
    /// One for each output.
    pub bias: &'a [f32],
}

impl ConvWeights<'_> {
    pub(crate) fn check(&self) -> Result<(), InvalidWeights> {
        if self.outputs == 0 || self.inputs == 0 || self.taps == 0 || self.dilation == 0 {
            return Err(InvalidWeights("a convolution's shape holds a zero"));
        }
        let shape = [self.inputs, self.taps];
        let fill = shape
            .iter()
            .try_fold(self.outputs, |fill, &length| fill.checked_mul(length));
        if fill != Some(self.weights.len()) {
            return Err(InvalidWeights(
                "a convolution's weights do not fill its shape",
            ));
        }
        if self.bias.len() != self.outputs {
            return Err(InvalidWeights(
                "a convolution needs one bias for each output",
            ));
        }
        if self.taps * self.inputs > i32::MAX as usize / (255 * 128 * 4) {
            return Err(InvalidWeights("a convolution's sums could exceed 32 bits"));
        }
        let reach = (self.taps - 1).checked_mul(self.dilation);
        if reach.is_none_or(|reach| reach > FARTHEST) {
            return Err(InvalidWeights("a convolution reaches too far"));
        }
        Ok(())
    }

    pub(crate) fn pack(&self, instruction_set: InstructionSet) -> PackedWeights {
        let shape = (self.outputs, self.inputs, self.taps);
        PackedWeights::pack(
            instruction_set,
            self.weights,
            shape,
            self.zero_point,
            self.scale,
        )
    }
}

/// A convolution of stride 1 with zeros at both ends. Its activations are quantised with one scale
/// for the whole input.
pub struct Conv {
    instruction_set: InstructionSet,
    weights: PackedWeights,
    bias: Vec<f32>,
    inputs: usize,
    dilation: usize,
    pads: (usize, usize),
}

/// What a thread needs for one task.
#[derive(Default)]
struct Scratch {
    sums: Vec<i32>,
    floats: Vec<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Conv {
    /// Packs the weights for `instruction_set`; `pads` are the zeros before and after the input.
    ///
    /// # Errors
    ///
    /// When the arrays do not have the lengths that the shape says, sums could exceed 32 bits, or the
    /// convolution spans or is padded by more than 2²⁴ steps.
    pub fn new(
        instruction_set: InstructionSet,
        weights: &ConvWeights<'_>,
        pads: (usize, usize),
    ) -> Result<Self, InvalidWeights> {
        weights.check()?;
        if pads.0.max(pads.1) > FARTHEST {
            return Err(InvalidWeights("a convolution has too many zeros around it"));
        }
        let packed = weights.pack(instruction_set);
        let mut bias = weights.bias.to_vec();
        bias.resize(packed.padded_outputs(), 0.0);
        Ok(Self {
            instruction_set,
            bias,
            inputs: weights.inputs,
            dilation: weights.dilation,
            weights: packed,
            pads,
        })
    }

    /// Channels in and out.
    pub fn channels(&self) -> (usize, usize) {
        (self.inputs, self.weights.outputs)
    }

    /// The length of the output for an input of `length`; 0 when the input is too short.
    pub fn out_length(&self, length: usize) -> usize {
        let reach = (self.weights.taps - 1) * self.dilation;
        (length + self.pads.0 + self.pads.1).saturating_sub(reach)
    }

    /// Convolves `input`, `[inputs][length]`, into `out`, `[outputs][out_length]`.
    ///
    /// # Panics
    ///
    /// When the lengths do not fit.
    pub fn run(&self, executor: &dyn Executor, input: &[f32], out: &mut [f32]) {
        assert!(
            input.len().is_multiple_of(self.inputs),
            "whole rows of channels"
        );
        let length = input.len() / self.inputs;
        let count = self.out_length(length);
        assert_eq!(
            out.len(),
            count * self.weights.outputs,
            "room for the outputs"
        );
        if count == 0 {
            return;
        }
        let (min, max) = simd::range(self.instruction_set, input);
        let quantisation = Quantisation::of_range(self.instruction_set, min, max);
        let mut values = vec![0.0; input.len()];
        to_rows(
            self.instruction_set,
            executor,
            input,
            self.inputs,
            &mut values,
        );
        let mut rows = Rows::default();
        rows.reset(
            length + self.pads.0 + self.pads.1,
            self.weights.row_bytes(),
            quantisation,
        );
        rows.quantise(self.instruction_set, self.pads.0, &values, self.inputs);
        drop(values);

        let task_outputs = TASK_BLOCKS * BLOCK_OUT;
        for_each_part(
            executor,
            out.chunks_mut(task_outputs * count),
            |index, out| {
                let first = index * TASK_BLOCKS;
                let blocks = OutputBlocks {
                    weights: &self.weights,
                    dilation: self.dilation,
                    blocks: first..first + (out.len() / count).div_ceil(BLOCK_OUT),
                };
                SCRATCH.with_borrow_mut(|scratch| {
                    self.compute(&blocks, &rows, count, scratch, out);
                });
            },
        );
    }

    /// Computes some blocks of outputs into `out`, `[output][time]`.
    fn compute(
        &self,
        blocks: &OutputBlocks<'_>,
        rows: &Rows,
        count: usize,
        scratch: &mut Scratch,
        out: &mut [f32],
    ) {
        let Scratch { sums, floats } = scratch;
        blocks.convolve(rows, count, sums);
        let dequantiser = blocks.dequantiser(rows);
        let width = blocks.width();
        let bias = &self.bias[blocks.outputs()];
        floats.resize(count * width, 0.0);
        let all = floats.chunks_exact_mut(width).zip(sums.chunks_exact(width));
        for (t, (row, sums)) in all.enumerate() {
            dequantiser.row(t, sums, bias, Onto::Nothing, row);
        }
        let mut columns: Vec<&mut [f32]> = out.chunks_mut(count).collect();
        simd::transpose_out(self.instruction_set, floats, width, 1.0, &mut columns);
    }
}
