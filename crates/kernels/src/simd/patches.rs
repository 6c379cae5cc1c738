//! A convolution is computed in patches of a few rows by a few outputs, whose sums stay in registers
//! while all taps and inputs go by.

use super::convolution::WeightBlock;

/// Where one patch begins. A pointer is good for what the patch's function reads or writes from it
/// on; [`walk!`] makes only such.
#[derive(Clone, Copy)]
pub(super) struct Patch {
    /// The first tap's row of the first output.
    pub(super) activations: *const u8,
    /// The first block of weights of the first block of outputs.
    pub(super) weights: *const WeightBlock,
    /// Which sums of the first block of outputs are short, where the instruction set has such.
    #[cfg_attr(target_arch = "aarch64", expect(dead_code))]
    pub(super) short_sums: *const bool,
    /// The sum of the first row and output.
    pub(super) sums: *mut i32,
}

/// The strides that all patches share.
#[derive(Clone, Copy)]
pub(super) struct Strides {
    /// Bytes from one row of activations to the next.
    pub(super) row_bytes: usize,
    /// Bytes from the activations of one tap to those of the next.
    pub(super) tap_bytes: usize,
    pub(super) taps: usize,
    /// Groups of inputs.
    pub(super) groups: usize,
    /// Sums from one row of outputs to the next.
    pub(super) sums: usize,
}

/// Calls `$patch::<TALL, WIDE>` for patches that cover a convolution: `$tall` rows by the first of
/// `$wide` blocks of outputs as long as they fit, then single rows and fewer blocks.
///
/// It must stand in an `unsafe` block. The convolution's bounds must have been checked; every patch
/// then lies inside them.
macro_rules! walk {
    ($convolution:expr, $sums:expr, $patch:ident, $tall:literal, [$($wide:literal),+]) => {{
        let convolution = $convolution;
        let blocks = convolution.out_blocks();
        let each = convolution.blocks_each();
        let strides = $crate::simd::patches::Strides {
            row_bytes: convolution.row_bytes,
            tap_bytes: convolution.dilation * convolution.row_bytes,
            taps: convolution.taps,
            groups: convolution.groups(),
            sums: blocks * $crate::simd::BLOCK_OUT,
        };
        let mut block = 0;
        $(
            while blocks - block >= $wide {
                let mut row = 0;
                while row < convolution.count {
                    let patch = $crate::simd::patches::Patch {
                        activations: convolution.activations.as_ptr().add(row * strides.row_bytes),
                        weights: convolution.weights.as_ptr().add(block * each),
                        // Wraps, because there are none where nothing reads them.
                        short_sums: convolution
                            .short_sums
                            .as_ptr()
                            .wrapping_add(block * convolution.short_sums_each()),
                        sums: $sums.as_mut_ptr().add(row * strides.sums + block * $crate::simd::BLOCK_OUT),
                    };
                    if convolution.count - row >= $tall {
                        $patch::<$tall, $wide>(patch, strides);
                        row += $tall;
                    } else {
                        $patch::<1, $wide>(patch, strides);
                        row += 1;
                    }
                }
                block += $wide;
            }
        )+
    }};
}
pub(super) use walk;
