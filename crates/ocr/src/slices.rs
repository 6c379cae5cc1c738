//! In which parts and how large a picture goes through the detection model.

use crate::geometry::Turned;
use crate::pixels::Part;

/// The most pixels of one pass over a part, after scaling: what bounds the memory.
const MOST_PIXELS: f64 = 1_200_000.0;

/// How many times longer than wide a picture may be to be seen whole. A4 is 1.41.
const WHOLE_RATIO: f64 = 2.2;

/// How many pixels two neighbouring parts share, after scaling: more than the highest line.
const SHARED: f64 = 160.0;

/// How far from the middle of what is shared a box may still be of either part, after scaling;
/// those found twice are dropped afterwards.
const DOUBT: f64 = 8.0;

/// A part of a picture that goes through the model at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Slice {
    pub(crate) part: Part,
    /// Its width after scaling.
    pub(crate) width: u32,
    /// Its height after scaling.
    pub(crate) height: u32,
    /// Which boxes are its own: those whose centres lie between these two, along the longer side.
    own: (f32, f32),
    level: bool,
}

impl Slice {
    /// Whether a box that was found in it, in the picture's pixels, is its own and no neighbour's.
    pub(crate) fn owns(&self, found: &Turned) -> bool {
        let at = if self.level {
            found.centre.x
        } else {
            found.centre.y
        };
        (self.own.0..self.own.1).contains(&at)
    }
}

/// The parts of a picture of so many pixels. A compact picture is one part, and gets at most
/// `whole_pixels` pixels; a longer one is parted along its longer side, and its shorter side gets at
/// most `side` pixels.
pub(crate) fn plan(width: u32, height: u32, whole_pixels: f64, side: f64) -> Vec<Slice> {
    let (long, short) = (
        f64::from(width.max(height)),
        f64::from(width.min(height)).max(1.0),
    );
    let whole = long / short <= WHOLE_RATIO || long * short <= whole_pixels;
    let scale = if whole {
        (whole_pixels / (long * short)).sqrt().min(1.0)
    } else {
        (side / short).min(1.0)
    };
    let level = width > height;
    // In the picture's pixels.
    let most = if whole {
        long
    } else {
        (MOST_PIXELS / (short * scale).max(1.0) / scale).floor()
    };
    let shared = SHARED / scale;
    let step = (most - shared).max(1.0);
    let count = if whole {
        1
    } else {
        ((long - shared) / step).ceil().max(1.0) as u32
    };
    let length = if count == 1 { long } else { most };
    (0..count)
        .map(|index| {
            let (first, last) = (index == 0, index + 1 == count);
            let start = if last {
                (long - length).max(0.0)
            } else {
                f64::from(index) * step
            };
            let before = if first {
                f64::NEG_INFINITY
            } else {
                // The part before ends in the same place for the last part, which is pushed back.
                let end_before = f64::from(index - 1) * step + length;
                (start + end_before.min(long)) / 2.0 - DOUBT / scale
            };
            let after = if last {
                f64::INFINITY
            } else {
                let next = f64::from(index + 1) * step;
                let next = if index + 2 == count {
                    (long - length).max(0.0)
                } else {
                    next
                };
                (next + start + length) / 2.0 + DOUBT / scale
            };
            slice(
                width,
                height,
                level,
                scale,
                (start, length),
                (before, after),
            )
        })
        .collect()
}

fn slice(
    width: u32,
    height: u32,
    level: bool,
    scale: f64,
    (start, length): (f64, f64),
    (before, after): (f64, f64),
) -> Slice {
    let part = if level {
        Part {
            left: start as u32,
            top: 0,
            width: (length as u32).min(width - start as u32),
            height,
        }
    } else {
        Part {
            left: 0,
            top: start as u32,
            width,
            height: (length as u32).min(height - start as u32),
        }
    };
    let side = |pixels: u32| (f64::from(pixels) * scale).round().max(1.0) as u32;
    Slice {
        part,
        width: side(part.width),
        height: side(part.height),
        own: (before as f32, after as f32),
        level,
    }
}

/// Drops boxes that were found twice: of two that share most of the smaller one, the larger stays.
pub(crate) fn without_doubles(mut boxes: Vec<Turned>) -> Vec<Turned> {
    boxes.sort_by(|a, b| (b.width * b.height).total_cmp(&(a.width * a.height)));
    let mut kept: Vec<Turned> = Vec::with_capacity(boxes.len());
    for found in boxes {
        if !kept.iter().any(|other| shared(other, &found) > 0.6) {
            kept.push(found);
        }
    }
    kept
}

/// How much of the level rectangle around `small` lies in that around `large`, 0 to 1.
fn shared(large: &Turned, small: &Turned) -> f32 {
    let along = |a: (f32, f32), b: (f32, f32)| {
        let low = (a.0 - a.1 / 2.0).max(b.0 - b.1 / 2.0);
        let high = (a.0 + a.1 / 2.0).min(b.0 + b.1 / 2.0);
        (high - low).max(0.0)
    };
    let wide = along((large.centre.x, large.width), (small.centre.x, small.width));
    let high = along(
        (large.centre.y, large.height),
        (small.centre.y, small.height),
    );
    wide * high / (small.width * small.height).max(f32::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geometry::Point;

    fn at(x: f32, y: f32) -> Turned {
        Turned {
            centre: Point { x, y },
            width: 300.0,
            height: 30.0,
            angle: 0.0,
        }
    }

    #[test]
    fn a_page_is_one_part_and_a_tall_picture_several() {
        let page = plan(1_240, 1_754, 800_000.0, 800.0);
        assert_eq!(page.len(), 1);
        assert!(page[0].width * page[0].height < 840_000, "{page:?}");
        let tall = plan(800, 20_000, 800_000.0, 800.0);
        assert!(tall.len() > 7, "{}", tall.len());
        assert_eq!(tall.last().unwrap().part.top + tall[0].part.height, 20_000);
    }

    proptest! {
        #[test]
        fn every_place_has_a_part_that_owns_it_and_sees_it_whole(
            width in 1u32..9_000, height in 1u32..9_000, at_x in 0.0f32..1.0, at_y in 0.0f32..1.0
        ) {
            let slices = plan(width, height, 900_000.0, 900.0);
            let found = at(at_x * width as f32, at_y * height as f32);
            let owners: Vec<&Slice> = slices.iter().filter(|slice| slice.owns(&found)).collect();
            prop_assert!(!owners.is_empty());
            for slice in &slices {
                let part = slice.part;
                prop_assert!(part.left + part.width <= width && part.top + part.height <= height);
                prop_assert!(part.width > 0 && part.height > 0);
                let pixels = u64::from(slice.width) * u64::from(slice.height);
                prop_assert!(pixels <= 2_500_000, "{pixels}");
            }
            for slice in owners {
                let part = slice.part;
                prop_assert!(found.centre.x >= part.left as f32);
                prop_assert!(found.centre.x <= (part.left + part.width) as f32);
                prop_assert!(found.centre.y >= part.top as f32);
                prop_assert!(found.centre.y <= (part.top + part.height) as f32);
            }
        }
    }

    #[test]
    fn of_two_boxes_on_one_another_one_stays() {
        let kept = without_doubles(vec![at(200.0, 100.0), at(203.0, 101.0), at(200.0, 140.0)]);
        assert_eq!(kept.len(), 2, "{kept:?}");
    }
}
