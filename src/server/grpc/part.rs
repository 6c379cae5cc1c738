//! What of a reading one message holds, so that clients take it, and what is told of blocks and utterances.

use std::ops::Range;
use std::sync::Arc;

use crate::reading::Reading;
use langdu_document::{Block, BlockKind, Document, Utf16Offsets};
use langdu_text::{Span, Utterance};

/// How much of a reading one message holds, in bytes of its blocks and utterances: together with a text of one
/// block, which has at most `limits.max_text_bytes`, less than the 4 MiB that clients take by default.
const PART_BYTES: usize = 1 << 20;

/// Most bytes of a span in a message: five numbers.
const SPAN_BYTES: usize = 27;

/// Most bytes of what else a message holds of an utterance or a block: numbers, and the clip's id.
const FACTS_BYTES: usize = 200;

/// A part of a reading: what one message holds of it.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) reading: Arc<Reading>,
    pub(super) blocks: Range<usize>,
    pub(super) utterances: Range<usize>,
    /// Marks, footnotes and attachments are told with it: once, with the first of several parts.
    pub(super) has_places: bool,
    /// More follows.
    pub(super) is_growing: bool,
}

impl Part {
    /// The whole reading.
    pub(super) fn whole(reading: Arc<Reading>) -> Self {
        Self {
            blocks: 0..reading.document.blocks.len(),
            utterances: 0..reading.clips.len(),
            has_places: true,
            is_growing: reading.more.is_some(),
            reading,
        }
    }

    /// What a reading has behind so many blocks and utterances, in parts: one for most, and for a long document
    /// several, each with the utterances that follow and the blocks that these stand in.
    pub(super) fn all_behind(
        reading: &Arc<Reading>,
        blocks: usize,
        utterances: usize,
    ) -> Vec<Self> {
        let whole = Self::whole(reading.clone());
        let block_bytes: Vec<usize> = reading.document.blocks.iter().map(bytes_of_block).collect();
        let told: Vec<Told> = reading.script.utterances.iter().map(Told::of).collect();
        let cut = cut(&block_bytes, &told, blocks, utterances);
        let last = cut.len() - 1;
        let parts = cut.into_iter().enumerate();
        parts
            .map(|(place, (blocks, utterances))| Self {
                blocks,
                utterances,
                has_places: place == 0,
                is_growing: whole.is_growing || place < last,
                ..whole.clone()
            })
            .collect()
    }

    /// Its blocks.
    pub(super) fn blocks(&self) -> &[Block] {
        let blocks = &self.reading.document.blocks;
        blocks.get(self.blocks.clone()).unwrap_or_default()
    }

    /// Its utterances, each with its number, its clip's id and where its syllables come from.
    pub(super) fn utterances(&self) -> impl Iterator<Item = ToldUtterance<'_>> {
        let reading = &self.reading;
        let utterances = reading.script.utterances.iter().zip(&reading.clips);
        let mut offsets = Offsets::of(&reading.document);
        let these = utterances
            .enumerate()
            .skip(self.utterances.start)
            .take(self.utterances.len());
        these.map(move |(index, (utterance, clip))| ToldUtterance {
            index,
            utterance,
            clip_id: clip.to_string(),
            syllables: syllables(utterance, &mut offsets),
        })
    }

    /// The places that the source names, if they are told with it: of those that are not told yet.
    pub(super) fn marks(&self) -> impl Iterator<Item = (&str, (usize, usize))> {
        let marks = self.reading.marks();
        marks.filter(|(_, (utterance, _))| self.has_places && *utterance >= self.utterances.start)
    }
}

/// An utterance as it is told.
pub(super) struct ToldUtterance<'a> {
    pub(super) index: usize,
    pub(super) utterance: &'a Utterance,
    pub(super) clip_id: String,
    /// The source of each spoken syllable; none for words that the page does not hold.
    pub(super) syllables: Vec<Span>,
}

/// The UTF-16 offsets of the block that was asked for last: utterances come in the order of their blocks.
pub(super) struct Offsets<'a> {
    document: &'a Document,
    last: Option<(usize, Utf16Offsets)>,
}

impl<'a> Offsets<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        Self {
            document,
            last: None,
        }
    }

    /// A stretch of a block by its scalar offsets, counted both ways; `None` where there is no such block.
    pub(super) fn span(&mut self, block: usize, range: Range<usize>) -> Option<Span> {
        if self.last.as_ref().is_none_or(|(last, _)| *last != block) {
            let offsets = Utf16Offsets::of(self.document.blocks.get(block)?);
            self.last = Some((block, offsets));
        }
        let (_, offsets) = self.last.as_ref()?;
        Some(Span {
            block,
            start: range.start,
            end: range.end,
            start_utf16: offsets.at(range.start),
            end_utf16: offsets.at(range.end),
        })
    }
}

/// Where the syllables of an utterance come from; nothing for words that the page does not hold.
pub(super) fn syllables(utterance: &Utterance, offsets: &mut Offsets<'_>) -> Vec<Span> {
    let Some(block) = utterance.span.map(|span| span.block) else {
        return Vec::new();
    };
    let syllables = utterance.syllables.iter();
    syllables
        .filter_map(|syllable| offsets.span(block, syllable.start..syllable.end))
        .collect()
}

/// The level of a heading or of an item of a list, 1 being the highest; 0 of everything else.
pub(super) fn level(block: &Block) -> u32 {
    match &block.kind {
        BlockKind::Heading { level } | BlockKind::ListItem { level, .. } => u32::from(*level),
        _ => 0,
    }
}

/// What the page numbers an item of a list with.
pub(super) fn marker(block: &Block) -> String {
    match &block.kind {
        BlockKind::ListItem { marker, .. } => marker.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// How sure a block's words are, from 1 to 100; 0 means that they are a text's.
pub(super) fn recognised_percent(block: &Block) -> u32 {
    block.recognised.map_or(0, |sure| u32::from(sure.max(1)))
}

/// Most bytes that a message holds of a block.
fn bytes_of_block(block: &Block) -> usize {
    block.text.len() + block.path.len() + FACTS_BYTES
}

/// What of an utterance decides in which part it comes.
#[derive(Debug, Clone, Copy)]
struct Told {
    /// Most bytes that a message holds of it.
    bytes: usize,
    /// The block that it stands in.
    block: Option<usize>,
}

impl Told {
    fn of(utterance: &Utterance) -> Self {
        let spans = (utterance.syllables.len() + 1) * SPAN_BYTES;
        Self {
            bytes: utterance.text.len() + utterance.spoken.len() + spans + FACTS_BYTES,
            block: utterance.span.map(|span| span.block),
        }
    }
}

/// Blocks and utterances of one part.
type Cut = (Range<usize>, Range<usize>);

/// Cuts what comes behind so many blocks and utterances into parts, by how many bytes each has. There is always
/// one, and no utterance comes before the block that it stands in.
fn cut(blocks: &[usize], utterances: &[Told], first_block: usize, first: usize) -> Vec<Cut> {
    let first_block = first_block.min(blocks.len());
    let first = first.min(utterances.len());
    let mut parts: Vec<Cut> = Vec::new();
    let mut part: Cut = (first_block..first_block, first..first);
    let mut bytes = 0;
    for (index, utterance) in utterances.iter().enumerate().skip(first) {
        let next = part.0.end;
        let behind = utterance.block.map_or(0, |block| block + 1);
        let behind = behind.clamp(next, blocks.len());
        let size = blocks[next..behind].iter().sum::<usize>() + utterance.bytes;
        if bytes > 0 && bytes + size > PART_BYTES {
            parts.push(std::mem::replace(&mut part, (next..next, index..index)));
            bytes = 0;
        }
        bytes += size;
        part.0.end = behind;
        part.1.end = index + 1;
    }
    part.0.end = blocks.len();
    parts.push(part);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many blocks with so many utterances each, which have so many bytes.
    fn document(blocks: usize, utterances: usize, bytes: usize) -> (Vec<usize>, Vec<Told>) {
        let told = |index| Told {
            bytes,
            block: Some(index / utterances),
        };
        let all = (0..blocks * utterances).map(told).collect();
        (vec![bytes * utterances; blocks], all)
    }

    #[test]
    fn an_ordinary_reading_is_one_part() {
        let (blocks, utterances) = document(30, 4, 200);
        assert_eq!(cut(&blocks, &utterances, 0, 0), [(0..30, 0..120)]);
        assert_eq!(cut(&[], &[], 0, 0), [(0..0, 0..0)]);
        // The last blocks may have nothing that is spoken.
        assert_eq!(cut(&blocks, &utterances[..4], 0, 0), [(0..30, 0..4)]);
        assert_eq!(cut(&blocks, &utterances, 30, 120), [(30..30, 120..120)]);
    }

    #[test]
    fn a_long_reading_is_cut_into_parts_that_clients_take() {
        let (blocks, utterances) = document(100, 7, 40_000);
        let parts = cut(&blocks, &utterances, 0, 0);
        assert!(parts.len() > 20, "{}", parts.len());
        // Utterances come in their order, in no part before the block that they stand in, and nothing is lost.
        let (mut next_block, mut next) = (0, 0);
        for (of_part, told) in parts {
            assert_eq!((of_part.start, told.start), (next_block, next));
            (next_block, next) = (of_part.end, told.end);
            assert!(utterances[next - 1].block.unwrap() < next_block);
            let bytes: usize = blocks[of_part].iter().sum();
            assert!(bytes + 40_000 * told.len() < 4 << 20);
        }
        assert_eq!((next_block, next), (100, 700));
    }

    #[test]
    fn what_a_reading_has_grown_by_begins_in_the_middle_of_its_blocks() {
        let (blocks, utterances) = document(4, 2, 600_000);
        let parts = cut(&blocks, &utterances, 2, 4);
        assert_eq!(parts[0], (2..3, 4..5));
        let last = parts.last().unwrap();
        assert_eq!((last.0.end, last.1.end), (4, 8));
    }

    #[test]
    fn words_of_ours_stand_in_no_block() {
        let (blocks, mut utterances) = document(2, 1, 200);
        let ours = Told {
            bytes: 200,
            block: None,
        };
        utterances.insert(1, ours);
        assert_eq!(cut(&blocks, &utterances, 0, 0), [(0..2, 0..3)]);
    }
}
