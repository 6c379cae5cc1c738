//! The convolution for x86-64. A register of weights holds 16 outputs × 4 inputs (8 × 4 with
//! AVX2); an activation is four bytes of a row, broadcast.

use std::arch::x86_64::{
    __m256i, __m512i, _mm256_add_epi16, _mm256_add_epi32, _mm256_avg_epu8, _mm256_load_si256,
    _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_set1_epi16, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_storeu_si256, _mm256_sub_epi8, _mm512_dpbusd_epi32,
    _mm512_load_si512, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_storeu_si512,
};

use super::convolution::{BLOCK_OUT, Convolution, SHORT_GROUPS};
use super::patches::{Patch, Strides, walk};

/// Adds up the products with AVX-512.
///
/// # Safety
///
/// [`Convolution::check`] must have passed, and the machine must have AVX-512 VNNI.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) unsafe fn convolve_avx512(convolution: &Convolution<'_>, sums: &mut [i32]) {
    // SAFETY: the patches stay inside the rows, weights and sums whose bounds were checked.
    unsafe { walk!(convolution, sums, patch_avx512, 6, [4, 2, 1]) }
}

/// `TALL` rows by `WIDE` blocks of outputs.
///
/// # Safety
///
/// They must lie inside a convolution whose bounds were checked: `patch` says where they begin and
/// `strides` what the convolution's strides are. The machine must have AVX-512 VNNI.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
unsafe fn patch_avx512<const TALL: usize, const WIDE: usize>(patch: Patch, strides: Strides) {
    let mut sums: [[__m512i; WIDE]; TALL] = [[_mm512_setzero_si512(); WIDE]; TALL];
    let each = strides.taps * strides.groups;
    // SAFETY: the caller vouches for TALL rows, WIDE blocks and all taps and groups from here.
    unsafe {
        let mut weights = patch.weights;
        for tap in 0..strides.taps {
            let mut activations = patch.activations.add(tap * strides.tap_bytes);
            for _ in 0..strides.groups {
                let mut column = [_mm512_setzero_si512(); WIDE];
                for (wide, column) in column.iter_mut().enumerate() {
                    *column = _mm512_load_si512(weights.add(wide * each).cast());
                }
                for (tall, sums) in sums.iter_mut().enumerate() {
                    let four = activations.add(tall * strides.row_bytes).cast::<i32>();
                    let four = _mm512_set1_epi32(four.read_unaligned());
                    for (sum, column) in sums.iter_mut().zip(column) {
                        *sum = _mm512_dpbusd_epi32(*sum, four, column);
                    }
                }
                weights = weights.add(1);
                activations = activations.add(4);
            }
        }
        for (tall, sums) in sums.iter().enumerate() {
            for (wide, sum) in sums.iter().enumerate() {
                let from = patch.sums.add(tall * strides.sums + wide * BLOCK_OUT);
                _mm512_storeu_si512(from.cast(), *sum);
            }
        }
    }
}

/// Adds up the products with AVX2.
///
/// # Safety
///
/// [`Convolution::check`] must have passed, and the machine must have AVX2 and FMA.
///
/// # Panics
///
/// When it is not said of every sum whether it is short.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn convolve_avx2(convolution: &Convolution<'_>, sums: &mut [i32]) {
    let short_sums = convolution.out_blocks() * convolution.short_sums_each();
    assert_eq!(convolution.short_sums.len(), short_sums);
    // SAFETY: the patches stay inside the rows, weights and sums whose bounds were checked.
    unsafe { walk!(convolution, sums, patch_avx2, 2, [1]) }
}

/// `TALL` rows by one block of outputs.
///
/// The instruction that multiplies bytes adds two products in 16 bits, and another adds two such sums in 32.
/// Where it is known to fit, [`SHORT_GROUPS`] groups are added up in 16 bits first, so that the second is needed
/// once for all of them. Elsewhere two products need not fit either: an activation is halved there, and both
/// halves are multiplied.
///
/// # Safety
///
/// As for [`patch_avx512`], and the machine must have AVX2 and FMA. `patch.short_sums` must be good for all taps
/// and groups.
#[target_feature(enable = "avx2,fma")]
unsafe fn patch_avx2<const TALL: usize, const WIDE: usize>(patch: Patch, strides: Strides) {
    let zero = _mm256_setzero_si256();
    let mut sums: [[__m256i; 2]; TALL] = [[zero; 2]; TALL];
    let ones = _mm256_set1_epi16(1);
    // SAFETY: the caller vouches for TALL rows, one block and all taps and groups from here.
    unsafe {
        let mut weights = patch.weights.cast::<__m256i>();
        let mut short_sums = patch.short_sums;
        for tap in 0..strides.taps {
            let mut activations = patch.activations.add(tap * strides.tap_bytes);
            let mut left = strides.groups;
            while left > 0 {
                let groups = left.min(SHORT_GROUPS);
                if short_sums.read() {
                    let mut pairs = [[zero; 2]; TALL];
                    for group in 0..SHORT_GROUPS {
                        let halves = weights.add(2 * group);
                        let halves = [_mm256_load_si256(halves), _mm256_load_si256(halves.add(1))];
                        for (tall, pairs) in pairs.iter_mut().enumerate() {
                            let four = four(activations.add(tall * strides.row_bytes + 4 * group));
                            for (pair, half) in pairs.iter_mut().zip(halves) {
                                *pair = _mm256_add_epi16(*pair, _mm256_maddubs_epi16(four, half));
                            }
                        }
                    }
                    for (sums, pairs) in sums.iter_mut().zip(pairs) {
                        for (sum, pair) in sums.iter_mut().zip(pairs) {
                            *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(pair, ones));
                        }
                    }
                } else {
                    for group in 0..groups {
                        let halves = weights.add(2 * group);
                        let halves = [_mm256_load_si256(halves), _mm256_load_si256(halves.add(1))];
                        for (tall, sums) in sums.iter_mut().enumerate() {
                            let four = four(activations.add(tall * strides.row_bytes + 4 * group));
                            // At most 128 and 127: two products with a weight of −128 are just 16 bits.
                            let greater = _mm256_avg_epu8(four, zero);
                            for part in [greater, _mm256_sub_epi8(four, greater)] {
                                for (sum, half) in sums.iter_mut().zip(halves) {
                                    let pair = _mm256_maddubs_epi16(part, half);
                                    *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(pair, ones));
                                }
                            }
                        }
                    }
                }
                weights = weights.add(2 * groups);
                activations = activations.add(4 * groups);
                short_sums = short_sums.add(1);
                left -= groups;
            }
        }
        for (tall, sums) in sums.iter().enumerate() {
            for (half, sum) in sums.iter().enumerate() {
                let from = patch.sums.add(tall * strides.sums + half * BLOCK_OUT / 2);
                _mm256_storeu_si256(from.cast(), *sum);
            }
        }
    }
}

/// Four activations, in every lane.
///
/// # Safety
///
/// `activations` must be good for four bytes, and the machine must have AVX2.
#[target_feature(enable = "avx2")]
unsafe fn four(activations: *const u8) -> __m256i {
    // SAFETY: as the caller vouches.
    _mm256_set1_epi32(unsafe { activations.cast::<i32>().read_unaligned() })
}
