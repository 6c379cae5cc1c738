//! The convolution for 64-bit Arm. A register of weights holds 4 outputs × 4 inputs; an activation
//! is four bytes of a row, broadcast.

use std::arch::aarch64::{
    int8x16_t, int16x8_t, int32x4_t, uint32x4_t, vcombine_u32, vcombine_u64, vcreate_u64,
    vdup_n_s32, vdupq_n_s32, vdupq_n_u32, vget_high_s8, vget_high_u32, vget_low_s8, vget_low_u32,
    vld1q_s8, vld1q_u8, vld1q_u32, vmlal_s8, vmull_s8, vpadalq_s16, vpaddq_s32,
    vreinterpret_s8_s32, vreinterpretq_u8_u32, vreinterpretq_u8_u64, vst1q_s32, vst1q_u32,
    vzip1q_u32, vzip2q_u32,
};
use std::arch::asm;

use super::convolution::{BLOCK_IN, Convolution};
use super::patches::{Patch, Strides, walk};

/// Registers of weights to a block.
const REGISTERS: usize = 4;
/// Outputs of a register.
const LANES: usize = 4;

/// Adds up the products with the dot product of bytes.
///
/// # Safety
///
/// [`Convolution::check`] must have passed, and the machine must have the dot product
/// instructions.
#[target_feature(enable = "neon,dotprod")]
pub(super) unsafe fn convolve_dot(convolution: &Convolution<'_>, sums: &mut [i32]) {
    // SAFETY: the patches stay inside the rows, weights and sums whose bounds were checked.
    unsafe { walk!(convolution, sums, patch_dot, 6, [1]) }
}

/// `TALL` rows by one block of outputs.
///
/// # Safety
///
/// They must lie inside a convolution whose bounds were checked: `patch` says where they begin and
/// `strides` what the convolution's strides are. The machine must have the dot product instructions.
#[target_feature(enable = "neon,dotprod")]
unsafe fn patch_dot<const TALL: usize, const WIDE: usize>(patch: Patch, strides: Strides) {
    let mut sums: [[uint32x4_t; REGISTERS]; TALL] = [[vdupq_n_u32(0); REGISTERS]; TALL];
    // SAFETY: the caller vouches for TALL rows, one block and all taps and groups from here.
    unsafe {
        let mut weights = patch.weights;
        for tap in 0..strides.taps {
            let mut activations = patch.activations.add(tap * strides.tap_bytes);
            for _ in 0..strides.groups {
                let columns: [_; REGISTERS] =
                    std::array::from_fn(|part| vld1q_u8(weights.cast::<u8>().add(16 * part)));
                for (tall, sums) in sums.iter_mut().enumerate() {
                    let four = activations.add(tall * strides.row_bytes).cast::<u32>();
                    let four = vreinterpretq_u8_u32(vdupq_n_u32(four.read_unaligned()));
                    for (sum, column) in sums.iter_mut().zip(columns) {
                        // The intrinsic for it is not stable yet.
                        asm!(
                            "udot {sum:v}.4s, {column:v}.16b, {four:v}.16b",
                            sum = inout(vreg) *sum,
                            column = in(vreg) column,
                            four = in(vreg) four,
                            options(pure, nomem, nostack, preserves_flags),
                        );
                    }
                }
                weights = weights.add(1);
                activations = activations.add(4);
            }
        }
        for (tall, sums) in sums.iter().enumerate() {
            for (part, sum) in sums.iter().enumerate() {
                let from = patch.sums.add(tall * strides.sums + part * LANES);
                vst1q_u32(from.cast(), *sum);
            }
        }
    }
}

/// Adds up the products with those of small matrices: two rows of time and two outputs, eight inputs each.
///
/// # Safety
///
/// As for [`convolve_dot`], and the machine must have i8mm, too.
#[target_feature(enable = "neon,dotprod,i8mm")]
pub(super) unsafe fn convolve_i8mm(convolution: &Convolution<'_>, sums: &mut [i32]) {
    // SAFETY: the patches stay inside the rows, weights and sums whose bounds were checked.
    unsafe { walk!(convolution, sums, patch_i8mm, 4, [1]) }
}

/// `TALL` rows by one block of outputs: four, or one, of which half a matrix would be nothing.
///
/// # Safety
///
/// As for [`patch_dot`], and the machine must have i8mm, too.
#[target_feature(enable = "neon,dotprod,i8mm")]
unsafe fn patch_i8mm<const TALL: usize, const WIDE: usize>(patch: Patch, strides: Strides) {
    /// Rows of a matrix.
    const PAIR: usize = 2;
    if TALL % PAIR != 0 {
        // SAFETY: as the caller vouches.
        return unsafe { patch_dot::<TALL, WIDE>(patch, strides) };
    }
    // Of each pair of rows the sums of two outputs lie together: row, row, next row, next row. Half of the pairs
    // that there is room for are used.
    let mut sums = [[[vdupq_n_u32(0); 2]; REGISTERS]; TALL];
    // SAFETY: the caller vouches for TALL rows, one block and all taps and groups from here.
    unsafe {
        let mut weights = patch.weights;
        for tap in 0..strides.taps {
            let mut activations = patch.activations.add(tap * strides.tap_bytes);
            let mut groups = strides.groups;
            while groups > 0 {
                // Where no second group follows, its place holds zeros.
                let two = groups > 1;
                let eight = |row: usize| {
                    let from = activations.add(row * strides.row_bytes);
                    vcreate_u64(match two {
                        true => from.cast::<u64>().read_unaligned(),
                        false => u64::from(from.cast::<u32>().read_unaligned()),
                    })
                };
                let rows: [_; TALL] = std::array::from_fn(|pair| {
                    let first = (PAIR * pair).min(TALL - PAIR);
                    vreinterpretq_u8_u64(vcombine_u64(eight(first), eight(first + 1)))
                });
                for part in 0..REGISTERS {
                    let low = vld1q_u32(weights.cast::<u32>().add(LANES * part));
                    let high = match two {
                        true => vld1q_u32(weights.add(1).cast::<u32>().add(LANES * part)),
                        false => vdupq_n_u32(0),
                    };
                    let columns = [vzip1q_u32(low, high), vzip2q_u32(low, high)];
                    for (sums, rows) in sums.iter_mut().zip(rows).take(TALL / PAIR) {
                        for (sum, column) in sums[part].iter_mut().zip(columns) {
                            // The intrinsic for it is not stable yet.
                            asm!(
                                "ummla {sum:v}.4s, {rows:v}.16b, {column:v}.16b",
                                sum = inout(vreg) *sum,
                                rows = in(vreg) rows,
                                column = in(vreg) column,
                                options(pure, nomem, nostack, preserves_flags),
                            );
                        }
                    }
                }
                let taken = if two { 2 } else { 1 };
                weights = weights.add(taken);
                activations = activations.add(BLOCK_IN * taken);
                groups -= taken;
            }
        }
        for (pair, sums) in sums.iter().enumerate().take(TALL / PAIR) {
            for (part, [left, right]) in sums.iter().enumerate() {
                let from = patch.sums.add(PAIR * pair * strides.sums + part * LANES);
                let first = vcombine_u32(vget_low_u32(*left), vget_low_u32(*right));
                let second = vcombine_u32(vget_high_u32(*left), vget_high_u32(*right));
                vst1q_u32(from.cast(), first);
                vst1q_u32(from.add(strides.sums).cast(), second);
            }
        }
    }
}

/// Adds up the products with what every 64-bit Arm has. Activations must have seven bits, or sums
/// are wrong.
///
/// # Safety
///
/// [`Convolution::check`] must have passed.
#[target_feature(enable = "neon")]
pub(super) unsafe fn convolve_neon(convolution: &Convolution<'_>, sums: &mut [i32]) {
    // SAFETY: the patches stay inside the rows, weights and sums whose bounds were checked.
    unsafe { walk!(convolution, sums, patch_neon, 2, [1]) }
}

/// `TALL` rows by one block of outputs. The products of two groups of inputs are added up in 16
/// bits before they are widened.
///
/// # Safety
///
/// As for [`patch_dot`], but for the dot product instructions.
#[target_feature(enable = "neon")]
unsafe fn patch_neon<const TALL: usize, const WIDE: usize>(patch: Patch, strides: Strides) {
    let mut sums: [[[int32x4_t; 2]; REGISTERS]; TALL] = [[[vdupq_n_s32(0); 2]; REGISTERS]; TALL];
    // SAFETY: the caller vouches for TALL rows, one block and all taps and groups from here.
    unsafe {
        let mut weights = patch.weights.cast::<i8>();
        for tap in 0..strides.taps {
            let mut activations = patch.activations.add(tap * strides.tap_bytes);
            let mut groups = strides.groups;
            while groups > 0 {
                let two = groups > 1;
                for part in 0..REGISTERS {
                    let first = vld1q_s8(weights.add(16 * part));
                    let second = two.then(|| vld1q_s8(weights.add(64 + 16 * part)));
                    for (tall, sums) in sums.iter_mut().enumerate() {
                        let row = activations.add(tall * strides.row_bytes);
                        let products = products(row, first, second);
                        for (sum, products) in sums[part].iter_mut().zip(products) {
                            *sum = vpadalq_s16(*sum, products);
                        }
                    }
                }
                let taken = if two { 2 } else { 1 };
                weights = weights.add(64 * taken);
                activations = activations.add(4 * taken);
                groups -= taken;
            }
        }
        for (tall, sums) in sums.iter().enumerate() {
            for (part, [low, high]) in sums.iter().enumerate() {
                let from = patch.sums.add(tall * strides.sums + part * LANES);
                vst1q_s32(from, vpaddq_s32(*low, *high));
            }
        }
    }
}

/// The products of a register of weights, or of two, with the inputs from `row` on.
///
/// # Safety
///
/// Four bytes must be readable from `row` on, eight for two registers.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn products(row: *const u8, first: int8x16_t, second: Option<int8x16_t>) -> [int16x8_t; 2] {
    // SAFETY: the caller vouches for the bytes.
    let four = |at: usize| unsafe { row.add(at).cast::<i32>().read_unaligned() };
    let inputs = vreinterpret_s8_s32(vdup_n_s32(four(0)));
    let low = vmull_s8(vget_low_s8(first), inputs);
    let high = vmull_s8(vget_high_s8(first), inputs);
    match second {
        Some(second) => {
            let inputs = vreinterpret_s8_s32(vdup_n_s32(four(4)));
            [
                vmlal_s8(low, vget_low_s8(second), inputs),
                vmlal_s8(high, vget_high_s8(second), inputs),
            ]
        }
        None => [low, high],
    }
}
