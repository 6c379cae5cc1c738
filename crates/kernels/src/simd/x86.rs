//! The convolution for x86-64. A register of weights holds 16 outputs × 4 inputs (8 × 4 with
//! AVX2); an activation is four bytes of a row, broadcast.

use std::arch::x86_64::{
    __m256i, __m512i, _mm256_add_epi32, _mm256_load_si256, _mm256_madd_epi16, _mm256_maddubs_epi16,
    _mm256_set1_epi16, _mm256_set1_epi32, _mm256_setzero_si256, _mm256_storeu_si256,
    _mm512_dpbusd_epi32, _mm512_load_si512, _mm512_set1_epi32, _mm512_setzero_si512,
    _mm512_storeu_si512,
};

use super::convolution::{BLOCK_OUT, Convolution};
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

/// Adds up the products with AVX2. Activations must have seven bits, or sums are wrong.
///
/// # Safety
///
/// [`Convolution::check`] must have passed, and the machine must have AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn convolve_avx2(convolution: &Convolution<'_>, sums: &mut [i32]) {
    // SAFETY: the patches stay inside the rows, weights and sums whose bounds were checked.
    unsafe { walk!(convolution, sums, patch_avx2, 4, [1]) }
}

/// `TALL` rows by one block of outputs.
///
/// # Safety
///
/// As for [`patch_avx512`], and the machine must have AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
unsafe fn patch_avx2<const TALL: usize, const WIDE: usize>(patch: Patch, strides: Strides) {
    let mut sums: [[__m256i; 2]; TALL] = [[_mm256_setzero_si256(); 2]; TALL];
    let ones = _mm256_set1_epi16(1);
    // SAFETY: the caller vouches for TALL rows, one block and all taps and groups from here.
    unsafe {
        let mut weights = patch.weights;
        for tap in 0..strides.taps {
            let mut activations = patch.activations.add(tap * strides.tap_bytes);
            for _ in 0..strides.groups {
                let halves = weights.cast::<__m256i>();
                let halves = [_mm256_load_si256(halves), _mm256_load_si256(halves.add(1))];
                for (tall, sums) in sums.iter_mut().enumerate() {
                    let four = activations.add(tall * strides.row_bytes).cast::<i32>();
                    let four = _mm256_set1_epi32(four.read_unaligned());
                    for (sum, half) in sums.iter_mut().zip(halves) {
                        let pairs = _mm256_maddubs_epi16(four, half);
                        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(pairs, ones));
                    }
                }
                weights = weights.add(1);
                activations = activations.add(4);
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
