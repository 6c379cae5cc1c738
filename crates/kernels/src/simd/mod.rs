//! The inner loops, for each [`InstructionSet`].
//!
//! Here is the crate's unsafe code, but for the system call in `instruction_set::amx`: loads and
//! stores through pointers, whose bounds [`convolve`] asserts first, and calls of functions that
//! need instructions, which an [`InstructionSet`] proves to be there.

#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod amx;
#[cfg(target_arch = "aarch64")]
mod arm;
#[forbid(unsafe_code)]
mod convolution;
#[forbid(unsafe_code)]
mod loops;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod patches;
#[cfg(target_arch = "x86_64")]
mod x86;

use crate::InstructionSet;

pub(crate) use convolution::{BLOCK_IN, BLOCK_OUT, Convolution, SHORT_GROUPS, WeightBlock};
pub(crate) use loops::{DequantisedRow, Onto, Snake};

/// Adds up the products of activations and weights into `sums`, `[row][output]`.
///
/// # Panics
///
/// When the lengths do not fit together.
pub(crate) fn convolve(
    instruction_set: InstructionSet,
    convolution: &Convolution<'_>,
    sums: &mut [i32],
) {
    convolution.check(sums);
    match instruction_set {
        // SAFETY: an `InstructionSet` above `Plain` comes only from detection, and `check` has
        // asserted the bounds that these functions rely on.
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Amx => unsafe { amx::convolve(convolution, sums) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx512Vnni => unsafe { x86::convolve_avx512(convolution, sums) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx2 => unsafe { x86::convolve_avx2(convolution, sums) },
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        InstructionSet::NeonI8mm => unsafe { arm::convolve_i8mm(convolution, sums) },
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        InstructionSet::NeonDot => unsafe { arm::convolve_dot(convolution, sums) },
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        InstructionSet::Neon => unsafe { arm::convolve_neon(convolution, sums) },
        _ => loops::convolve(convolution, sums),
    }
}

/// Compiles a loop once for each instruction set, behind one function that picks among them.
///
/// The loops are plain Rust, which the compiler turns into the vectors of the instruction set that it
/// may use. A loop with a `FUSED` parameter learns from it whether there is an instruction that
/// multiplies and adds with one rounding.
macro_rules! for_each_instruction_set {
    ($(#[$doc:meta])* $name:ident$(::<$fused:ident>)?($($arg:ident: $type:ty),*) $(-> $ret:ty)?) => {
        $(#[$doc])*
        pub(crate) fn $name(instruction_set: InstructionSet, $($arg: $type),*) $(-> $ret)? {
            #[cfg(target_arch = "x86_64")]
            {
                $(const $fused: bool = true;)?
                /// # Safety
                ///
                /// The machine must have these parts of AVX-512, AVX2 and FMA.
                #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2,fma")]
                fn avx512($($arg: $type),*) $(-> $ret)? { loops::$name$(::<$fused>)?($($arg),*) }
                /// # Safety
                ///
                /// The machine must have AVX2 and FMA.
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($arg: $type),*) $(-> $ret)? { loops::$name$(::<$fused>)?($($arg),*) }
                match instruction_set {
                    // SAFETY: an `InstructionSet` above `Plain` comes only from detection.
                    InstructionSet::Avx512Vnni | InstructionSet::Amx => return unsafe { avx512($($arg),*) },
                    // SAFETY: as above.
                    InstructionSet::Avx2 => return unsafe { avx2($($arg),*) },
                    _ => {}
                }
            }
            let _ = instruction_set;
            $(const $fused: bool = cfg!(target_arch = "aarch64");)?
            loops::$name$(::<$fused>)?($($arg),*)
        }
    };
}

for_each_instruction_set! {
    /// Scales and shifts rows of channels, applies Snake, and returns the least and the greatest
    /// result, at most and at least 0.
    activate::<FUSED>(rows: &[f32], snake: &Snake<'_>, out: &mut [f32]) -> (f32, f32)
}
for_each_instruction_set! {
    /// The least and the greatest of `values`; (0, 0) for none.
    range(values: &[f32]) -> (f32, f32)
}
for_each_instruction_set! {
    /// Writes `value × per_unit + zero_point`, rounded and clamped to 0–255, and returns the sum of
    /// what was written.
    quantise::<FUSED>(values: &[f32], per_unit: f32, zero_point: f32, out: &mut [u8]) -> i32
}
for_each_instruction_set! {
    /// Writes one row of sums as floats.
    dequantise::<FUSED>(row: &DequantisedRow<'_>, onto: Onto<'_>, out: &mut [f32])
}
for_each_instruction_set! {
    /// Writes `[rows][columns]` from a block of `[columns][stride]` that begins at `from`.
    transpose_in(from: &[f32], stride: usize, columns: usize, out: &mut [f32])
}
for_each_instruction_set! {
    /// Writes the columns of `[rows][columns]`, times `scale`, one into each slice of `out`.
    transpose_out(rows: &[f32], columns: usize, scale: f32, out: &mut [&mut [f32]])
}
