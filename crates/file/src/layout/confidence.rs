//! How sure a recogniser was of letters, 0 to 1.

use super::page::Glyph;

/// The mean confidence of those of `glyphs` that were recognised; `None` where none was.
pub(super) fn confidence<'g>(glyphs: impl Iterator<Item = &'g Glyph>) -> Option<f32> {
    let (mut sum, mut count) = (0.0, 0.0);
    for seen in glyphs.filter_map(|glyph| glyph.seen) {
        sum += seen.confidence;
        count += 1.0;
    }
    (count > 0.0).then_some(sum / count)
}

/// The lower of two confidences, of which either may be none.
pub(super) fn least(one: Option<f32>, other: Option<f32>) -> Option<f32> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
