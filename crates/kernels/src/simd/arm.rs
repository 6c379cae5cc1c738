//! The convolution for 64-bit Arm. A register of weights holds 4 outputs × 4 inputs; an activation
//! is four bytes of a row, broadcast.

use std::arch::aarch64::{
    int8x16_t, int16x8_t, int32x4_t, uint32x4_t, vdup_n_s32, vdupq_n_s32, vdupq_n_u32,
    vget_high_s8, vget_low_s8, vld1q_s8, vld1q_u8, vmlal_s8, vmull_s8, vpadalq_s16, vpaddq_s32,
    vreinterpret_s8_s32, vreinterpretq_u8_u32, vst1q_s32, vst1q_u32,
};
use std::arch::asm;

use super::convolution::Convolution;
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
