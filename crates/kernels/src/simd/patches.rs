//! How a convolution is walked over in patches of rows and outputs, whose sums stay in registers
//! while all taps and inputs go by.

use crate::quantised::WeightBlock;

/// Where one patch of outputs begins.
#[derive(Clone, Copy)]
pub(super) struct Patch {
    /// The first tap's row of the first output.
    pub(super) activations: *const u8,
    pub(super) weights: *const WeightBlock,
    pub(super) sums: *mut i32,
}

/// The strides that all patches share.
#[derive(Clone, Copy)]
pub(super) struct Strides {
    pub(super) row_bytes: usize,
    pub(super) tap_bytes: usize,
    pub(super) taps: usize,
    pub(super) groups: usize,
    /// From the sums of one row to those of the next.
    pub(super) sums: usize,
}

/// Walks over the patches of a convolution: `WIDE` blocks of outputs by `TALL` rows, and what is
/// left over by single rows and blocks.
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
            sums: blocks * $crate::quantised::BLOCK_OUT,
        };
        let mut block = 0;
        $(
            while blocks - block >= $wide {
                let mut row = 0;
                while row < convolution.count {
                    let patch = $crate::simd::patches::Patch {
                        activations: convolution.activations.as_ptr().add(row * strides.row_bytes),
                        weights: convolution.weights.as_ptr().add(block * each),
                        sums: $sums.as_mut_ptr().add(row * strides.sums + block * $crate::quantised::BLOCK_OUT),
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
