//! The loops in plain Rust, written so that the compiler vectorises them.

use super::convolution::{BLOCK_IN, BLOCK_OUT, Convolution};

/// Lanes that are worked on together: one AVX-512 register of floats.
const LANES: usize = 16;

/// Adding and subtracting this rounds a float of less than 2²² to a whole number.
const ROUNDER: f32 = 12_582_912.0;

/// What [`activate`] does to each channel: `x·gain + shift`, then Snake,
/// `y + sin²(α·y) / α`.
pub(crate) struct Snake<'a> {
    pub(crate) gain: &'a [f32],
    pub(crate) shift: &'a [f32],
    /// α / π.
    pub(crate) turns: &'a [f32],
    /// 1 / α.
    pub(crate) depth: &'a [f32],
}

/// `a·b + c`, rounded once if `FUSED`. Without an instruction for it, rounding once is a slow call
/// into the C library.
#[inline(always)]
fn multiply_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// sin²(π·turns). The sine's Taylor polynomial of degree 11 over a half turn, so that the error is
/// below 6 × 10⁻⁸ before rounding.
#[inline(always)]
fn squared_sine<const FUSED: bool>(turns: f32) -> f32 {
    let whole = (turns + ROUNDER) - ROUNDER;
    let r = turns - whole;
    let s = r * r;
    let polynomial = -0.007_370_43_f32;
    let polynomial = multiply_add::<FUSED>(polynomial, s, 0.082_145_89);
    let polynomial = multiply_add::<FUSED>(polynomial, s, -0.599_264_5);
    let polynomial = multiply_add::<FUSED>(polynomial, s, 2.550_164);
    let polynomial = multiply_add::<FUSED>(polynomial, s, -5.167_712_8);
    let polynomial = multiply_add::<FUSED>(polynomial, s, core::f32::consts::PI);
    let sine = polynomial * r;
    sine * sine
}

#[inline(always)]
fn less(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

#[inline(always)]
fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline(always)]
fn lanes(values: &[f32], at: usize) -> &[f32; LANES] {
    values[at..at + LANES]
        .as_array()
        .expect("the slice is that long")
}

#[inline(always)]
pub(crate) fn activate<const FUSED: bool>(
    rows: &[f32],
    snake: &Snake<'_>,
    out: &mut [f32],
) -> (f32, f32) {
    let channels = snake.gain.len();
    let mut least = [f32::INFINITY; LANES];
    let mut greatest = [f32::NEG_INFINITY; LANES];
    for (row, out) in rows
        .chunks_exact(channels)
        .zip(out.chunks_exact_mut(channels))
    {
        for at in (0..channels).step_by(LANES) {
            let x = lanes(row, at);
            let gain = lanes(snake.gain, at);
            let shift = lanes(snake.shift, at);
            let turns = lanes(snake.turns, at);
            let depth = lanes(snake.depth, at);
            let out = &mut out[at..at + LANES];
            for i in 0..LANES {
                let y = multiply_add::<FUSED>(x[i], gain[i], shift[i]);
                let value = multiply_add::<FUSED>(depth[i], squared_sine::<FUSED>(turns[i] * y), y);
                least[i] = less(value, least[i]);
                greatest[i] = greater(value, greatest[i]);
                out[i] = value;
            }
        }
    }
    (
        least.into_iter().fold(0.0, less),
        greatest.into_iter().fold(0.0, greater),
    )
}

#[inline(always)]
pub(crate) fn range(values: &[f32]) -> (f32, f32) {
    let mut least = [0.0; LANES];
    let mut greatest = [0.0; LANES];
    let chunks = values.chunks_exact(LANES);
    for (i, &value) in chunks.remainder().iter().enumerate() {
        least[i] = less(value, least[i]);
        greatest[i] = greater(value, greatest[i]);
    }
    for chunk in chunks {
        for i in 0..LANES {
            least[i] = less(chunk[i], least[i]);
            greatest[i] = greater(chunk[i], greatest[i]);
        }
    }
    (
        least.into_iter().fold(0.0, less),
        greatest.into_iter().fold(0.0, greater),
    )
}

#[inline(always)]
pub(crate) fn quantise<const FUSED: bool>(
    values: &[f32],
    per_unit: f32,
    zero_point: f32,
    out: &mut [u8],
) -> i32 {
    let mut total = 0;
    for (out, &value) in out.iter_mut().zip(values) {
        let steps = multiply_add::<FUSED>(value, per_unit, zero_point);
        // The rounder leaves the whole number in the lowest bits.
        let steps = (less(greater(steps, 0.0), 255.0) + ROUNDER).to_bits() as u8;
        *out = steps;
        total += i32::from(steps);
    }
    total
}

/// What a convolution's outputs are added to before they are written.
#[derive(Clone, Copy)]
pub(crate) enum Onto<'a> {
    /// To nothing.
    Nothing,
    /// To these rows.
    Rows(&'a [f32]),
    /// To what the output holds already.
    Output,
    /// To what the output holds already and to these rows.
    OutputAndRows(&'a [f32]),
}

impl<'a> Onto<'a> {
    /// The part for one row of `channels`, which begins at the float `at`.
    pub(crate) fn row(self, at: usize, channels: usize) -> Self {
        let part = |rows: &'a [f32]| &rows[at..at + channels];
        match self {
            Self::Nothing => Self::Nothing,
            Self::Output => Self::Output,
            Self::Rows(rows) => Self::Rows(part(rows)),
            Self::OutputAndRows(rows) => Self::OutputAndRows(part(rows)),
        }
    }
}

/// One row of sums of products, and what turns them into floats:
/// `(sum + constant + of_row) · scale + bias`.
pub(crate) struct DequantisedRow<'a> {
    pub(crate) sums: &'a [i32],
    pub(crate) constants: &'a [i32],
    pub(crate) of_row: i32,
    pub(crate) scale: f32,
    pub(crate) bias: &'a [f32],
}

impl DequantisedRow<'_> {
    #[inline(always)]
    fn write<const FUSED: bool>(&self, out: &mut [f32], plus: impl Fn(usize, f32) -> f32) {
        let values = self.sums.iter().zip(self.constants).zip(self.bias);
        for (i, (out, ((sum, constant), bias))) in out.iter_mut().zip(values).enumerate() {
            let sum = (sum + constant + self.of_row) as f32;
            *out = multiply_add::<FUSED>(sum, self.scale, *bias) + plus(i, *out);
        }
    }
}

#[inline(always)]
pub(crate) fn dequantise<const FUSED: bool>(
    row: &DequantisedRow<'_>,
    onto: Onto<'_>,
    out: &mut [f32],
) {
    match onto {
        Onto::Nothing => row.write::<FUSED>(out, |_, _| 0.0),
        Onto::Rows(other) => {
            let other = &other[..out.len()];
            row.write::<FUSED>(out, |i, _| other[i]);
        }
        Onto::Output => row.write::<FUSED>(out, |_, own| own),
        Onto::OutputAndRows(other) => {
            let other = &other[..out.len()];
            row.write::<FUSED>(out, |i, own| own + other[i]);
        }
    }
}

#[inline(always)]
pub(crate) fn transpose_in(from: &[f32], stride: usize, columns: usize, out: &mut [f32]) {
    // Eight columns at a time share the cache lines of what is written.
    let rows = out.len() / columns;
    for first in (0..columns).step_by(8) {
        let width = (columns - first).min(8);
        for row in 0..rows {
            let out = &mut out[row * columns + first..][..width];
            for (i, out) in out.iter_mut().enumerate() {
                *out = from[(first + i) * stride + row];
            }
        }
    }
}

#[inline(always)]
pub(crate) fn transpose_out(rows: &[f32], columns: usize, scale: f32, out: &mut [&mut [f32]]) {
    for (first, group) in out.chunks_mut(8).enumerate() {
        let first = first * 8;
        for (row, values) in rows.chunks_exact(columns).enumerate() {
            for (column, value) in group.iter_mut().zip(&values[first..]) {
                column[row] = value * scale;
            }
        }
    }
}

pub(crate) fn convolve(convolution: &Convolution<'_>, sums: &mut [i32]) {
    let width = convolution.out_blocks() * BLOCK_OUT;
    let groups = convolution.groups();
    for (t, sums) in sums.chunks_exact_mut(width).enumerate() {
        let blocks = convolution.weights.chunks_exact(convolution.blocks_each());
        for (sums, weights) in sums.chunks_exact_mut(BLOCK_OUT).zip(blocks) {
            let mut totals = [0_i32; BLOCK_OUT];
            for (tap, weights) in weights.chunks_exact(groups).enumerate() {
                let at = (t + tap * convolution.dilation) * convolution.row_bytes;
                let row = &convolution.activations[at..at + convolution.row_bytes];
                for (activations, weights) in row.as_chunks::<BLOCK_IN>().0.iter().zip(weights) {
                    let columns = weights.0.as_chunks::<BLOCK_OUT>().0;
                    for (&activation, column) in activations.iter().zip(columns) {
                        let activation = i16::from(activation);
                        for (total, &weight) in totals.iter_mut().zip(column) {
                            *total += i32::from(activation) * i32::from(i16::from(weight));
                        }
                    }
                }
            }
            sums.copy_from_slice(&totals);
        }
    }
}
