//! Transposes between channel-major tensors, as ONNX has them, and the time-major rows that kernels
//! read.

use crate::executor::for_each_part;
use crate::{Executor, InstructionSet, simd};

/// Rows of time that one task handles.
pub(crate) const TILE_ROWS: usize = 192;

/// `[channels][length]` as rows `[length][channels]`.
pub(crate) fn to_rows(
    instruction_set: InstructionSet,
    executor: &dyn Executor,
    tensor: &[f32],
    channels: usize,
    out: &mut [f32],
) {
    let length = tensor.len() / channels;
    for_each_part(
        executor,
        out.chunks_mut(TILE_ROWS * channels),
        |index, rows| {
            let from = &tensor[index * TILE_ROWS..];
            simd::transpose_in(instruction_set, from, length, channels, rows);
        },
    );
}

/// Rows `[length][channels]`, times `scale`, as `[channels][length]`.
pub(crate) fn from_rows(
    instruction_set: InstructionSet,
    executor: &dyn Executor,
    rows: &[f32],
    channels: usize,
    scale: f32,
    out: &mut [f32],
) {
    let length = out.len() / channels;
    let mut columns: Vec<_> = out
        .chunks_mut(length)
        .map(|channel| channel.chunks_mut(TILE_ROWS))
        .collect();
    let tiles = (0..length.div_ceil(TILE_ROWS)).map(|_| {
        columns
            .iter_mut()
            .filter_map(Iterator::next)
            .collect::<Vec<_>>()
    });
    let tiles: Vec<_> = tiles.collect();
    for_each_part(executor, tiles.into_iter(), |index, mut tile| {
        let first = index * TILE_ROWS * channels;
        let rows = &rows[first..][..tile[0].len() * channels];
        simd::transpose_out(instruction_set, rows, channels, scale, &mut tile);
    });
}
