//! The convolution with Intel's AMX: a register holds a tile of 16 rows of 64 bytes. A tile of
//! activations is 16 steps of time × 64 inputs, a tile of weights 16 groups of inputs × 16 outputs,
//! which is how [`WeightBlock`]s lie in memory anyway.

use std::arch::asm;

use super::convolution::{BLOCK_IN, BLOCK_OUT, Convolution, WeightBlock};
use super::patches::Patch;
use super::x86;

/// Rows of a tile.
const TILE_ROWS: usize = 16;
/// Bytes of a tile's row.
const TILE_BYTES: usize = 64;
/// The operand of `ldtilecfg`, which gives the tile registers their shapes.
#[repr(C, align(64))]
struct TileConfiguration {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

/// Eight registers of palette 1, each of 16 rows of 64 bytes.
static WHOLE_TILES: TileConfiguration = TileConfiguration {
    palette: 1,
    start_row: 0,
    reserved: [0; 14],
    row_bytes: [64, 64, 64, 64, 64, 64, 64, 64, 0, 0, 0, 0, 0, 0, 0, 0],
    rows: [16, 16, 16, 16, 16, 16, 16, 16, 0, 0, 0, 0, 0, 0, 0, 0],
};

/// Adds up the products with tiles, and with AVX-512 where a tile would not be filled.
///
/// # Safety
///
/// [`Convolution::check`] must have passed, and the machine must have AVX-512 VNNI and tiles that
/// this process may use.
pub(super) unsafe fn convolve(convolution: &Convolution<'_>, sums: &mut [i32]) {
    let in_tiles = convolution.count - convolution.count % TILE_ROWS;
    if in_tiles == 0 || !convolution.row_bytes.is_multiple_of(TILE_BYTES) {
        // SAFETY: as the caller vouches.
        return unsafe { x86::convolve_avx512(convolution, sums) };
    }
    let width = convolution.out_blocks() * BLOCK_OUT;
    let (tiled, rest) = sums.split_at_mut(in_tiles * width);
    // SAFETY: the tiles stay inside the first `in_tiles` rows of outputs and what they read, whose
    // bounds the caller vouches for.
    unsafe { convolve_tiles(convolution, in_tiles, tiled) };
    if !rest.is_empty() {
        let rest_of_rows = Convolution {
            activations: &convolution.activations[in_tiles * convolution.row_bytes..],
            count: convolution.count - in_tiles,
            ..*convolution
        };
        // SAFETY: as the caller vouches; what is left begins so many rows later.
        unsafe { x86::convolve_avx512(&rest_of_rows, rest) };
    }
}

/// Adds up the products of the first `count` rows with tiles only.
///
/// # Safety
///
/// As for [`convolve`]; `count` must be a multiple of [`TILE_ROWS`], at most the convolution's, and
/// a row of activations a multiple of [`TILE_BYTES`].
unsafe fn convolve_tiles(convolution: &Convolution<'_>, count: usize, sums: &mut [i32]) {
    let blocks = convolution.out_blocks();
    let strides = Strides {
        row_bytes: convolution.row_bytes,
        tap_bytes: convolution.dilation * convolution.row_bytes,
        taps: convolution.taps,
        block_bytes: convolution.blocks_each() * size_of::<WeightBlock>(),
        sums_bytes: blocks * BLOCK_OUT * size_of::<i32>(),
    };
    // SAFETY: the configuration is one that every processor with tiles takes; each patch begins at
    // a row and a block of outputs that are there, and so do the last ones that it reads or writes.
    unsafe {
        asm!(
            "ldtilecfg [{}]", in(reg) &raw const WHOLE_TILES,
            options(nostack, preserves_flags)
        );
        // The weights of two blocks stay in the cache while all rows go by.
        let mut block = 0;
        while block < blocks {
            let wide = if blocks - block > 1 { 2 } else { 1 };
            let mut row = 0;
            while row < count {
                let patch = Patch {
                    activations: convolution
                        .activations
                        .as_ptr()
                        .add(row * strides.row_bytes),
                    weights: convolution
                        .weights
                        .as_ptr()
                        .add(block * convolution.blocks_each()),
                    short_sums: convolution.short_sums.as_ptr(),
                    sums: sums
                        .as_mut_ptr()
                        .add(row * blocks * BLOCK_OUT + block * BLOCK_OUT),
                };
                if wide == 2 && count - row >= 2 * TILE_ROWS {
                    patch_of_four(patch, &strides);
                    row += 2 * TILE_ROWS;
                } else {
                    for block in 0..wide {
                        let patch = Patch {
                            weights: patch.weights.add(block * convolution.blocks_each()),
                            sums: patch.sums.add(block * BLOCK_OUT),
                            ..patch
                        };
                        patch_of_one(patch, &strides);
                    }
                    row += TILE_ROWS;
                }
            }
            block += wide;
        }
        asm!("tilerelease", options(nomem, nostack, preserves_flags));
    }
}

/// The strides that all patches share, in bytes.
struct Strides {
    row_bytes: usize,
    /// From the activations of one tap to those of the next.
    tap_bytes: usize,
    /// How many taps there are.
    taps: usize,
    /// From the weights of one block of outputs to those of the next.
    block_bytes: usize,
    /// From the sums of one row to those of the next.
    sums_bytes: usize,
}

/// 32 steps of time × 32 outputs.
///
/// # Safety
///
/// The tiles must be configured, and the patch must lie inside its convolution.
unsafe fn patch_of_four(patch: Patch, strides: &Strides) {
    // SAFETY: the caller vouches for what is read and written.
    unsafe {
        asm!(
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "2:",
            "mov {upper}, {tap}",
            "mov {lower}, {row_bytes}",
            "shl {lower}, 4",
            "add {lower}, {tap}",
            "mov {left}, {row_bytes}",
            "3:",
            "tileloadd tmm4, [{upper} + {row_bytes}]",
            "tileloadd tmm6, [{weights} + {column_bytes}]",
            "tdpbusd tmm0, tmm4, tmm6",
            "tileloadd tmm7, [{next_weights} + {column_bytes}]",
            "tdpbusd tmm1, tmm4, tmm7",
            "tileloadd tmm5, [{lower} + {row_bytes}]",
            "tdpbusd tmm2, tmm5, tmm6",
            "tdpbusd tmm3, tmm5, tmm7",
            "add {upper}, 64",
            "add {lower}, 64",
            "add {weights}, 1024",
            "add {next_weights}, 1024",
            "sub {left}, 64",
            "jnz 3b",
            "add {tap}, {tap_bytes}",
            "dec {taps}",
            "jnz 2b",
            "tilestored [{sums} + {sums_bytes}], tmm0",
            "tilestored [{sums} + {sums_bytes} + 64], tmm1",
            "mov {left}, {sums_bytes}",
            "shl {left}, 4",
            "add {sums}, {left}",
            "tilestored [{sums} + {sums_bytes}], tmm2",
            "tilestored [{sums} + {sums_bytes} + 64], tmm3",
            tap = inout(reg) patch.activations => _,
            weights = inout(reg) patch.weights => _,
            next_weights = inout(reg) patch.weights.byte_add(strides.block_bytes) => _,
            taps = inout(reg) strides.taps => _,
            tap_bytes = in(reg) strides.tap_bytes,
            row_bytes = in(reg) strides.row_bytes,
            column_bytes = in(reg) TILE_BYTES,
            sums = inout(reg) patch.sums => _,
            sums_bytes = in(reg) strides.sums_bytes,
            upper = out(reg) _,
            lower = out(reg) _,
            left = out(reg) _,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }
}

/// 16 steps of time × 16 outputs.
///
/// # Safety
///
/// As for [`patch_of_four`].
unsafe fn patch_of_one(patch: Patch, strides: &Strides) {
    // SAFETY: the caller vouches for what is read and written.
    unsafe {
        asm!(
            "tilezero tmm0",
            "2:",
            "mov {upper}, {tap}",
            "mov {left}, {row_bytes}",
            "3:",
            "tileloadd tmm4, [{upper} + {row_bytes}]",
            "tileloadd tmm6, [{weights} + {column_bytes}]",
            "tdpbusd tmm0, tmm4, tmm6",
            "add {upper}, 64",
            "add {weights}, 1024",
            "sub {left}, 64",
            "jnz 3b",
            "add {tap}, {tap_bytes}",
            "dec {taps}",
            "jnz 2b",
            "tilestored [{sums} + {sums_bytes}], tmm0",
            tap = inout(reg) patch.activations => _,
            weights = inout(reg) patch.weights => _,
            taps = inout(reg) strides.taps => _,
            tap_bytes = in(reg) strides.tap_bytes,
            row_bytes = in(reg) strides.row_bytes,
            column_bytes = in(reg) TILE_BYTES,
            sums = in(reg) patch.sums,
            sums_bytes = in(reg) strides.sums_bytes,
            upper = out(reg) _,
            left = out(reg) _,
            out("tmm0") _, out("tmm4") _, out("tmm6") _,
            options(nostack),
        );
    }
}

const _: () = assert!(TILE_BYTES == TILE_ROWS * BLOCK_IN && TILE_ROWS == BLOCK_OUT);
