//! How a picture lies: skewed by a few degrees, or turned by quarters.

use crate::geometry::Turned;

/// How many times longer than high a box is at least whose direction counts.
const LONG: f32 = 5.0;

/// How far the directions of half of the lines may be from the middle one, in radians (0.6°): where
/// they differ more, the picture is no page of text.
const AGREEMENT: f32 = 0.0105;

/// What is not worth turning a picture for, in radians (0.03°): half a pixel on a page's width.
const LEVEL: f32 = 0.0005;

/// A box that is so many times higher than wide stands upright.
const UPRIGHT: f32 = 2.0;

/// The direction that most of the long lines run in, in radians, positive where they fall to the
/// right; 0 where there is no such direction.
pub(crate) fn skew(boxes: &[Turned]) -> f32 {
    let mut directions: Vec<(f32, f32)> = boxes
        .iter()
        .filter(|found| found.width >= LONG * found.height)
        .map(|found| (found.angle, found.width))
        .collect();
    let Some(middle) = weighted_median(&mut directions) else {
        return 0.0;
    };
    let mut differences: Vec<(f32, f32)> = directions
        .iter()
        .map(|&(angle, weight)| ((angle - middle).abs(), weight))
        .collect();
    let spread = weighted_median(&mut differences).unwrap_or(f32::INFINITY);
    if spread > AGREEMENT || middle.abs() < LEVEL {
        0.0
    } else {
        middle
    }
}

/// The value that half of the weight lies below.
fn weighted_median(values: &mut [(f32, f32)]) -> Option<f32> {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = values.iter().map(|&(_, weight)| weight).sum::<f32>() / 2.0;
    let mut below = 0.0;
    values.iter().find_map(|&(value, weight)| {
        below += weight;
        (below >= half).then_some(value)
    })
}

/// Whether most of what was found stands upright, so that the picture lies on its side, or is written
/// from top to bottom.
pub(crate) fn stands(boxes: &[Turned]) -> bool {
    let area = |upright: bool| {
        boxes
            .iter()
            .filter(|found| {
                let (long, short) = if upright {
                    (found.height, found.width)
                } else {
                    (found.width, found.height)
                };
                long >= UPRIGHT * short
            })
            .map(|found| found.width * found.height)
            .sum::<f32>()
    };
    area(true) > 2.0 * area(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;

    fn line(width: f32, height: f32, degrees: f32) -> Turned {
        Turned {
            centre: Point { x: 500.0, y: 300.0 },
            width,
            height,
            angle: degrees.to_radians(),
        }
    }

    #[test]
    fn the_long_lines_tell_the_skew_and_short_ones_are_not_asked() {
        let mut boxes = vec![line(900.0, 40.0, 1.21), line(850.0, 40.0, 1.19)];
        boxes.extend(vec![line(60.0, 40.0, -8.0); 30]);
        boxes.push(line(300.0, 40.0, 1.3));
        assert!((skew(&boxes).to_degrees() - 1.2).abs() < 0.05);
    }

    #[test]
    fn lines_in_every_direction_have_no_skew() {
        let boxes: Vec<Turned> = (-9..9).map(|n| line(400.0, 30.0, n as f32 * 2.0)).collect();
        assert_eq!(skew(&boxes), 0.0);
        assert_eq!(skew(&[]), 0.0);
        assert_eq!(skew(&[line(500.0, 40.0, 0.01)]), 0.0);
    }

    #[test]
    fn a_page_on_its_side_stands_and_one_with_a_column_of_figures_does_not() {
        assert!(stands(&[
            line(40.0, 900.0, 0.0),
            line(41.0, 700.0, 0.0),
            line(30.0, 20.0, 0.0)
        ]));
        assert!(!stands(&[line(900.0, 40.0, 0.0), line(20.0, 200.0, 0.0)]));
        assert!(!stands(&[]));
    }
}
