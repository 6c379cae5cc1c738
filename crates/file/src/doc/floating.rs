//! Pictures that stand beside the text and around which it flows: where their anchors are.
//!
//! The text holds an anchor for each shape; which shapes are pictures is said apart from it, in a drawing
//! ([MS-DOC] 2.9.253, 2.9.172; [MS-ODRAW] 2.2).

use super::{Streams, block, u16_at, u32_at};
use crate::silent;

/// Records of a drawing.
mod record {
    pub(super) const DRAWING: u16 = 0xf002;
    pub(super) const GROUP: u16 = 0xf003;
    pub(super) const SHAPE: u16 = 0xf004;
    pub(super) const NUMBER: u16 = 0xf00a;
    pub(super) const PROPERTIES: u16 = 0xf00b;
}

/// The property that says which picture fills a shape (2.3.23.5).
const PICTURE: u16 = 0x0104;

/// How deep groups are followed within each other.
const DEEPEST: usize = 8;

/// The places in the main text that large pictures beside it are anchored at, in order.
pub(super) fn anchors(streams: &Streams) -> Vec<usize> {
    let anchors = || {
        let places = streams.part(block::ANCHORS)?;
        let pictures = pictures(streams.part(block::DRAWINGS)?)?;
        Some(large(places, &pictures))
    };
    anchors().unwrap_or_default()
}

/// Of the shapes that are anchored in the text, the places of those that are pictures and large.
fn large(anchored: &[u8], pictures: &[u32]) -> Vec<usize> {
    const ANCHOR: usize = 26;
    /// Lengths are told in twentieths of a point.
    const CENTIMETRE: f64 = 567.0;
    let Some(count) = anchored
        .len()
        .checked_sub(4)
        .map(|rest| rest / (4 + ANCHOR))
    else {
        return Vec::new();
    };
    let anchor = |at: usize| {
        let own = anchored.get((count + 1) * 4 + at * ANCHOR..)?;
        let edge = |place| u32_at(own, place).map(u32::cast_signed).map(f64::from);
        let width = (edge(12)? - edge(4)?) / CENTIMETRE;
        let height = (edge(16)? - edge(8)?) / CENTIMETRE;
        let shown = pictures.contains(&u32_at(own, 0)?) && silent::is_large(width, height);
        let place = usize::try_from(u32_at(anchored, at * 4)?).ok()?;
        shown.then_some(place)
    };
    (0..count).filter_map(anchor).collect()
}

/// The numbers of the shapes that are pictures, or groups with one; `None` where there is no drawing.
fn pictures(drawings: &[u8]) -> Option<Vec<u32>> {
    // What all drawings have in common, then each behind a byte that says where it belongs.
    let (_, _, mut rest) = record(drawings)?;
    let mut found = Vec::new();
    while let Some((kind, body, behind)) = rest.get(1..).and_then(record) {
        if kind == record::DRAWING {
            shapes(body, 0, &mut found);
        }
        rest = behind;
    }
    Some(found)
}

/// Adds the pictures among the records of `bytes`, and says whether there was one.
fn shapes(mut bytes: &[u8], depth: usize, found: &mut Vec<u32>) -> bool {
    let mut any = false;
    // The first shape of a group is the group itself.
    let mut group = None;
    while let Some((kind, body, behind)) = record(bytes) {
        match kind {
            record::GROUP if depth < DEEPEST => any |= shapes(body, depth + 1, found),
            record::SHAPE => {
                let (number, is_picture) = shape(body);
                if is_picture {
                    any = true;
                    found.extend(number);
                }
                group = group.or(number);
            }
            _ => {}
        }
        bytes = behind;
    }
    if any && depth > 1 {
        found.extend(group);
    }
    any
}

/// The number of a shape, and whether a picture fills it.
fn shape(mut bytes: &[u8]) -> (Option<u32>, bool) {
    const PROPERTY: usize = 6;
    let (mut number, mut is_picture) = (None, false);
    while let Some((kind, body, behind)) = record(bytes) {
        match kind {
            record::NUMBER => number = u32_at(body, 0),
            record::PROPERTIES => {
                is_picture |= body.chunks_exact(PROPERTY).any(|property| {
                    u16_at(property, 0).is_some_and(|name| name & 0x3fff == PICTURE)
                        && u32_at(property, 2).is_some_and(|picture| picture > 0)
                });
            }
            _ => {}
        }
        bytes = behind;
    }
    (number, is_picture)
}

/// The kind of the record that `bytes` begin with, what it holds, and what comes behind it.
fn record(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    const HEAD: usize = 8;
    let length = usize::try_from(u32_at(bytes, 4)?).ok()?;
    let end = HEAD.checked_add(length)?;
    Some((u16_at(bytes, 2)?, bytes.get(HEAD..end)?, &bytes[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(kind: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0];
        bytes.extend(kind.to_le_bytes());
        bytes.extend(u32::try_from(body.len()).expect("short").to_le_bytes());
        bytes.extend(body);
        bytes
    }

    fn shape_of(number: u32, property: u16) -> Vec<u8> {
        let mut properties = property.to_le_bytes().to_vec();
        properties.extend(1u32.to_le_bytes());
        let mut body = own(record::NUMBER, &[number.to_le_bytes(), [0; 4]].concat());
        body.extend(own(record::PROPERTIES, &properties));
        own(record::SHAPE, &body)
    }

    #[test]
    fn large_pictures_are_told_by_their_anchors_and_text_boxes_are_not() {
        const TEXT: u16 = 0x0080;
        // The first of all shapes is the page. Bit 14 marks the number of a picture as such.
        let inner = [shape_of(5, 0), shape_of(6, PICTURE)].concat();
        let all = [
            shape_of(1, 0),
            shape_of(2, PICTURE | 1 << 14),
            shape_of(3, TEXT),
            shape_of(4, PICTURE),
            own(record::GROUP, &inner),
        ]
        .concat();
        let mut drawings = own(0xf000, &[9, 9]);
        drawings.push(0);
        drawings.extend(own(record::DRAWING, &own(record::GROUP, &all)));
        let found = pictures(&drawings).expect("a drawing");
        assert_eq!(found, [2, 4, 6, 5]);

        let mut anchored = Vec::new();
        for place in [3u32, 7, 9, 12, 99] {
            anchored.extend(place.to_le_bytes());
        }
        for (number, width) in [(2u32, 6_000i32), (3, 6_000), (4, 900), (5, 6_000)] {
            anchored.extend(number.to_le_bytes());
            for edge in [100, 0, 100 + width, 4_000] {
                anchored.extend(edge.to_le_bytes());
            }
            anchored.extend([0; 6]);
        }
        assert_eq!(large(&anchored, &found), [3, 12]);
        for end in 0..drawings.len() {
            let _ = pictures(&drawings[..end]);
        }
        assert_eq!(large(&anchored[..3], &found), [0; 0]);
    }
}
