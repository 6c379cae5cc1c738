//! UTF-16 offsets for players: JavaScript counts a character beyond the Basic Multilingual Plane
//! twice, Rust once.

use super::document::Block;

/// Turns scalar offsets of one block's text into UTF-16 offsets.
pub struct Utf16Offsets {
    /// UTF-16 offset of each scalar and of the end; empty when both counts agree everywhere.
    offsets: Vec<usize>,
}

impl Utf16Offsets {
    /// The offsets of `block`'s text.
    pub fn of(block: &Block) -> Self {
        if block.text.chars().all(|c| c.len_utf16() == 1) {
            return Self {
                offsets: Vec::new(),
            };
        }
        let mut offsets = Vec::with_capacity(block.text.len() / 3 + 1);
        let mut utf16 = 0;
        for character in block.text.chars() {
            offsets.push(utf16);
            utf16 += character.len_utf16();
        }
        offsets.push(utf16);
        Self { offsets }
    }

    /// The UTF-16 offset of a scalar offset; past the end, the end's.
    pub fn at(&self, scalar: usize) -> usize {
        if self.offsets.is_empty() {
            return scalar;
        }
        let last = self.offsets.len() - 1;
        self.offsets[scalar.min(last)]
    }
}

#[cfg(test)]
mod tests {
    use super::super::BlockKind;
    use super::*;

    fn offsets(text: &str) -> Utf16Offsets {
        Utf16Offsets::of(&Block {
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
            path: String::new(),
            recognised: None,
        })
    }

    #[test]
    fn characters_beyond_the_basic_plane_count_twice() {
        let mixed = offsets("a𠮷b");
        assert_eq!(
            [0, 1, 2, 3, 9].map(|scalar| mixed.at(scalar)),
            [0, 1, 3, 4, 4]
        );
        assert_eq!(offsets("朗读").at(2), 2);
    }
}
