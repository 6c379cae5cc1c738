//! What a paragraph of a DOC file is set to, by its own properties, else by its style's: the list that it
//! is an item of, its alignment, its level in the outline.

use super::{Streams, block, u16_at, u32_at};

/// What a paragraph is set to, as far as properties say so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// The number of the list's format, from 1; 0 for none.
    pub(super) format: Option<i16>,
    /// The level in that list, from 0.
    pub(super) level: Option<u8>,
    pub(super) centred: bool,
    /// It is a heading by its style or its level in the outline.
    pub(super) heading: bool,
}

impl Settings {
    /// What `grpprl`, a list of properties ([MS-DOC] 2.2.5, 2.6.2), changes.
    fn apply(&mut self, mut grpprl: &[u8]) {
        const LEVEL: u16 = 0x260a;
        const FORMAT: u16 = 0x460b;
        const ALIGNMENT: [u16; 2] = [0x2403, 0x2461];
        const OUTLINE: u16 = 0x2640;
        const TABLE: u16 = 0xd608;
        const CENTRE: u8 = 1;
        const BODY: u8 = 9;
        while let Some(code) = u16_at(grpprl, 0) {
            let own = &grpprl[2..];
            match code {
                code if ALIGNMENT.contains(&code) => self.centred = own.first() == Some(&CENTRE),
                OUTLINE => self.heading = own.first().is_some_and(|level| *level < BODY),
                LEVEL => self.level = own.first().copied().or(self.level),
                FORMAT => {
                    // A negative number marks a format whose number is hidden by hand.
                    let format =
                        u16_at(own, 0).map(|format| i16::from_le_bytes(format.to_le_bytes()));
                    self.format = format.or(self.format);
                }
                _ => {}
            }
            let length = match (code >> 13, code) {
                (0 | 1, _) => 1,
                (2 | 4 | 5, _) => 2,
                (3, _) => 4,
                (7, _) => 3,
                (_, TABLE) => usize::from(u16_at(own, 0).unwrap_or(0)) + 1,
                _ => usize::from(own.first().copied().unwrap_or(0)) + 1,
            };
            let Some(rest) = own.get(length..) else {
                return;
            };
            grpprl = rest;
        }
    }
}

/// The settingss of paragraphs by where they are stored in the document stream.
pub(super) struct Properties {
    /// The first byte behind each stretch, and what is said of it; in order.
    stretches: Vec<(usize, Settings)>,
}

impl Properties {
    /// `None` where the file does not say so in a way that can be followed.
    pub(super) fn read(streams: &Streams) -> Option<Self> {
        let styles = styles(streams).unwrap_or_default();
        let index = streams.part(block::PARAGRAPHS)?;
        let count = index.len().checked_sub(4)? / 8;
        let mut stretches = Vec::new();
        for at in 0..count {
            let number = u32_at(index, (count + 1) * 4 + at * 4)? & 0x003f_ffff;
            let start = usize::try_from(number).ok()?.checked_mul(512)?;
            let page = streams.document.get(start..start.checked_add(512)?)?;
            page_of(page, &styles, &mut stretches);
        }
        stretches.sort_by_key(|(end, _)| *end);
        Some(Self { stretches })
    }

    /// What is said of the paragraph whose mark is stored at `offset`.
    pub(super) fn at(&self, offset: usize) -> Settings {
        let at = self.stretches.partition_point(|(end, _)| *end <= offset);
        self.stretches
            .get(at)
            .map_or_else(Settings::default, |(_, own)| *own)
    }
}

/// The stretches of a page of properties (2.9.175).
fn page_of(page: &[u8], styles: &[Settings], stretches: &mut Vec<(usize, Settings)>) {
    const DESCRIPTOR: usize = 13;
    let count = usize::from(page[511]);
    for at in 0..count {
        let (Some(end), Some(&place)) = (
            u32_at(page, (at + 1) * 4),
            page.get((count + 1) * 4 + at * DESCRIPTOR),
        ) else {
            return;
        };
        let mut own = styles.first().copied().unwrap_or_default();
        let place = usize::from(place) * 2;
        if place != 0
            && let Some(properties) = properties_at(page, place)
            && let Some(style) = u16_at(properties, 0)
        {
            own = styles.get(usize::from(style)).copied().unwrap_or_default();
            own.apply(properties.get(2..).unwrap_or_default());
        }
        stretches.push((usize::try_from(end).unwrap_or(usize::MAX), own));
    }
}

/// The style and properties at `place` of a page, behind their length in words (2.9.174).
fn properties_at(page: &[u8], place: usize) -> Option<&[u8]> {
    let length = usize::from(*page.get(place)?);
    if length == 0 {
        let length = usize::from(*page.get(place + 1)?) * 2;
        page.get(place + 2..place + 2 + length)
    } else {
        page.get(place + 1..place + length * 2)
    }
}

/// The settings that each style gives (2.9.271), with what it inherits.
fn styles(streams: &Streams) -> Option<Vec<Settings>> {
    /// Deepest chain of styles that is followed.
    const DEEPEST_CHAIN: usize = 20;
    const NO_BASE: u16 = 0x0fff;
    let sheet = streams.part(block::STYLES)?;
    let head = usize::from(u16_at(sheet, 0)?);
    let count = usize::from(u16_at(sheet, 2)?);
    let base_length = usize::from(u16_at(sheet, 4)?);
    let mut own: Vec<(u16, Vec<u8>)> = Vec::new();
    let mut rest = sheet.get(2 + head..)?;
    for _ in 0..count {
        let Some(length) = u16_at(rest, 0).map(usize::from) else {
            break;
        };
        let Some(style) = rest.get(2..2 + length) else {
            break;
        };
        own.push(style_of(style, base_length).unwrap_or((NO_BASE, Vec::new())));
        rest = rest.get(2 + length + length % 2..).unwrap_or_default();
    }
    let whole = (0..own.len()).map(|at| {
        // The first styles behind the default are those of headings.
        const HEADINGS: std::ops::RangeInclusive<usize> = 1..=9;
        let (mut chain, mut next, mut heading) = (Vec::new(), at, false);
        while let Some((base, properties)) = own.get(next)
            && chain.len() < DEEPEST_CHAIN
        {
            chain.push(properties);
            heading |= HEADINGS.contains(&next);
            next = usize::from(*base);
        }
        let mut settings = Settings {
            heading,
            ..Settings::default()
        };
        chain
            .into_iter()
            .rev()
            .for_each(|properties| settings.apply(properties));
        settings
    });
    Some(whole.collect())
}

/// The style that a paragraph's style is based on, and its properties.
fn style_of(style: &[u8], base_length: usize) -> Option<(u16, Vec<u8>)> {
    const OF_PARAGRAPHS: u16 = 1;
    let kind = u16_at(style, 2)?;
    if kind & 0x000f != OF_PARAGRAPHS {
        return None;
    }
    let name = usize::from(u16_at(style, base_length)?);
    let place = base_length + 2 + name * 2 + 2;
    let length = usize::from(u16_at(style, place)?);
    let properties = style.get(place + 2..place + 2 + length)?;
    Some((kind >> 4, properties.get(2..).unwrap_or_default().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_skipped_by_their_length_and_the_last_counts() {
        let mut own = Settings::default();
        own.apply(&[
            0x03, 0x24, 0x01, // one byte: alignment
            0x0b, 0x46, 0x02, 0x00, // the list's format
            0x0d, 0xc6, 0x02, 0xaa, 0xbb, // a list of bytes: tabs
            0x0a, 0x26, 0x01, // the level
            0x0b, 0x46, 0x03, 0x00,
        ]);
        assert_eq!((own.format, own.level), (Some(3), Some(1)));
        own.apply(&[0x0b, 0x46]);
        assert_eq!(own.format, Some(3));
    }
}
