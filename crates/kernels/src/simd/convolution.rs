//! One convolution over rows of quantised activations, as the loops of every instruction set are
//! given it, and how its weights lie in memory.

use crate::InstructionSet;

/// Outputs that lie together in the packed weights.
pub(crate) const BLOCK_OUT: usize = 16;
/// Inputs that lie together in the packed weights.
pub(crate) const BLOCK_IN: usize = 4;

/// Groups of inputs whose products AVX2 adds up in 16 bits, where they fit.
pub(crate) const SHORT_GROUPS: usize = 4;

/// Weights of [`BLOCK_OUT`] outputs for [`BLOCK_IN`] inputs, 64 bytes. They are unsigned bytes for
/// [`NeonDot`](InstructionSet::NeonDot) and [`NeonI8mm`](InstructionSet::NeonI8mm), and signed elsewhere.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct WeightBlock(pub(crate) [i8; BLOCK_OUT * BLOCK_IN]);

impl WeightBlock {
    /// The index of the weight of one output and one input, both counted inside the block. The
    /// machine's instructions add up neighbouring inputs; the plain loop wants neighbouring outputs.
    pub(crate) fn index(instruction_set: InstructionSet, output: usize, input: usize) -> usize {
        match instruction_set {
            InstructionSet::Plain => input * BLOCK_OUT + output,
            _ => output * BLOCK_IN + input,
        }
    }

    /// For every [`SHORT_GROUPS`] of `blocks` whether sixteen bits hold the sum of their products with any
    /// activations of eight bits, whichever of them are added up: AVX2 adds the products of every second input
    /// by itself. What is left over at the end counts as too long.
    pub(crate) fn short_sums(blocks: &[Self]) -> impl Iterator<Item = bool> {
        blocks.chunks(SHORT_GROUPS).map(|chunk| {
            let pairs = (0..BLOCK_OUT * BLOCK_IN).step_by(2);
            chunk.len() == SHORT_GROUPS
                && pairs.into_iter().all(|pair| {
                    let weights = chunk.iter().flat_map(|block| &block.0[pair..pair + 2]);
                    let (mut above, mut below) = (0, 0);
                    for &weight in weights {
                        above += i32::from(weight.max(0));
                        below += i32::from(weight.min(0));
                    }
                    let greatest = i32::from(u8::MAX);
                    above * greatest <= i32::from(i16::MAX)
                        && below * greatest >= i32::from(i16::MIN)
                })
        })
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
    /// `[block of outputs][tap][`[`SHORT_GROUPS`] groups`]`: which sums are [short](WeightBlock::short_sums).
    /// Only AVX2 has them.
    pub(crate) short_sums: &'a [bool],
    /// Rows of outputs.
    pub(crate) count: usize,
}

impl Convolution<'_> {
    /// Groups of [`BLOCK_IN`] inputs in a row.
    pub(super) fn groups(&self) -> usize {
        self.row_bytes / BLOCK_IN
    }

    /// How many [`WeightBlock`]s there are for one block of outputs.
    pub(super) fn blocks_each(&self) -> usize {
        self.taps * self.groups()
    }

    /// How many sums may be short for one block of outputs.
    pub(super) fn short_sums_each(&self) -> usize {
        self.taps * self.groups().div_ceil(SHORT_GROUPS)
    }

    /// Blocks of [`BLOCK_OUT`] outputs.
    pub(super) fn out_blocks(&self) -> usize {
        self.weights.len() / self.blocks_each()
    }

    /// Checks that every row, weight and sum that the loops touch is there: the unsafe loops rely
    /// on it.
    ///
    /// # Panics
    ///
    /// When one is not.
    pub(super) fn check(&self, sums: &[i32]) {
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
