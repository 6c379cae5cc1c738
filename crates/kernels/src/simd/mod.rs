//! The inner loops, for each [`Level`]. This is the only module with unsafe code: loads through
//! pointers whose bounds are asserted at its entrances, and calls of functions that need
//! instructions whose presence [`Level`] vouches for.

#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod amx;
#[cfg(target_arch = "aarch64")]
mod arm;
mod loops;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod patches;
#[cfg(target_arch = "x86_64")]
mod x86;

use crate::Level;
use crate::quantised::{BLOCK_IN, BLOCK_OUT, Onto, WeightBlock};

#[cfg(target_arch = "x86_64")]
pub(crate) use amx::tiles_may_be_used;
pub(crate) use loops::{DequantisedRow, Snake};

/// Where a block of weights has that of an output and an input. The machine's instructions add up
/// neighbouring inputs; plain loops want neighbouring outputs.
pub(crate) fn place(level: Level, output: usize, input: usize) -> usize {
    match level {
        Level::Plain => input * BLOCK_OUT + output,
        _ => output * BLOCK_IN + input,
    }
}

/// One convolution over rows of quantised activations.
pub(crate) struct Convolution<'a> {
    /// Rows of time; the taps of output `t` are the rows `t`, `t + dilation`, …
    pub(crate) activations: &'a [u8],
    pub(crate) row_bytes: usize,
    pub(crate) taps: usize,
    pub(crate) dilation: usize,
    /// `[block of outputs][tap][group of inputs]`.
    pub(crate) weights: &'a [WeightBlock],
    /// Rows of outputs.
    pub(crate) count: usize,
}

impl Convolution<'_> {
    fn groups(&self) -> usize {
        self.row_bytes / BLOCK_IN
    }

    /// Blocks of weights for one block of outputs.
    fn blocks_each(&self) -> usize {
        self.taps * self.groups()
    }

    fn out_blocks(&self) -> usize {
        self.weights.len() / self.blocks_each()
    }

    /// Panics unless every row and weight that the loops touch is there.
    fn check(&self, sums: &[i32]) {
        assert!(self.taps > 0 && self.row_bytes > 0 && self.row_bytes.is_multiple_of(BLOCK_IN));
        assert!(self.weights.len().is_multiple_of(self.blocks_each()));
        // A product that wraps would let the loops run out of the rows.
        let needed = (self.taps - 1)
            .checked_mul(self.dilation)
            .and_then(|reach| reach.checked_add(self.count))
            .and_then(|rows| rows.checked_mul(self.row_bytes));
        assert!(needed.is_some_and(|needed| self.activations.len() >= needed));
        let outputs = self.out_blocks() * BLOCK_OUT;
        assert_eq!(Some(sums.len()), self.count.checked_mul(outputs));
    }
}

/// Adds up the products: `sums` is `[row][output]`.
pub(crate) fn convolve(level: Level, convolution: &Convolution<'_>, sums: &mut [i32]) {
    convolution.check(sums);
    match level {
        // SAFETY: a `Level` above `Plain` comes only from detection, and `check` has seen the
        // bounds that these functions rely on.
        #[cfg(target_arch = "x86_64")]
        Level::Amx => unsafe { amx::convolve(convolution, sums) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512Vnni => unsafe { x86::convolve_avx512(convolution, sums) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { x86::convolve_avx2(convolution, sums) },
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        Level::NeonDot => unsafe { arm::convolve_dot(convolution, sums) },
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        Level::Neon => unsafe { arm::convolve_neon(convolution, sums) },
        _ => loops::convolve(convolution, sums),
    }
}

/// Makes one function of a loop for each level. The loops are plain Rust; the compiler turns them
/// into the level's vectors. One with a `FUSED` is told whether the level multiplies and adds in
/// one instruction.
macro_rules! for_each_level {
    ($(#[$doc:meta])* $name:ident$(::<$fused:ident>)?($($arg:ident: $type:ty),*) $(-> $ret:ty)?) => {
        $(#[$doc])*
        pub(crate) fn $name(level: Level, $($arg: $type),*) $(-> $ret)? {
            #[cfg(target_arch = "x86_64")]
            {
                $(const $fused: bool = true;)?
                #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2,fma")]
                fn avx512($($arg: $type),*) $(-> $ret)? { loops::$name$(::<$fused>)?($($arg),*) }
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($arg: $type),*) $(-> $ret)? { loops::$name$(::<$fused>)?($($arg),*) }
                match level {
                    // SAFETY: a `Level` above `Plain` comes only from detection.
                    Level::Avx512Vnni | Level::Amx => return unsafe { avx512($($arg),*) },
                    // SAFETY: as above.
                    Level::Avx2 => return unsafe { avx2($($arg),*) },
                    _ => {}
                }
            }
            let _ = level;
            $(const $fused: bool = cfg!(target_arch = "aarch64");)?
            loops::$name$(::<$fused>)?($($arg),*)
        }
    };
}

for_each_level! {
    /// Normalises rows of channels by `snake`'s affine, applies Snake, and gives the range.
    activate::<FUSED>(rows: &[f32], snake: &Snake<'_>, out: &mut [f32]) -> (f32, f32)
}
for_each_level! {
    /// The least and the greatest of `values`; (0, 0) for none.
    range(values: &[f32]) -> (f32, f32)
}
for_each_level! {
    /// `value × per_unit + zero_point`, rounded and held between 0 and 255; gives the sum.
    quantise::<FUSED>(values: &[f32], per_unit: f32, zero_point: f32, out: &mut [u8]) -> i32
}
for_each_level! {
    /// One row of sums as floats.
    dequantise::<FUSED>(row: &DequantisedRow<'_>, onto: Onto<'_>, out: &mut [f32])
}
for_each_level! {
    /// Adds a row of channels to the sums and to the sums of squares.
    accumulate::<FUSED>(row: &[f32], sums: &mut [f32], squares: &mut [f32])
}
for_each_level! {
    /// `[rows][columns]` from a block of `[columns][stride]` that begins at `from`.
    transpose_in(from: &[f32], stride: usize, columns: usize, out: &mut [f32])
}
for_each_level! {
    /// Rows `[rows][columns]` as columns, times `scale`, into one column for each of `out`.
    transpose_out(rows: &[f32], columns: usize, scale: f32, out: &mut [&mut [f32]])
}
