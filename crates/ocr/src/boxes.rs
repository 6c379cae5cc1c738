//! From the detection model's map to the boxes of lines: the last step of Differentiable
//! Binarization (Liao et al. 2020), with the numbers that PP-OCRv6 was published with.

use crate::geometry::{Point, Turned, hull, smallest_rectangle};

/// From which probability on a pixel belongs to a line.
const THRESHOLD: f32 = 0.3;

/// The least mean probability of a box.
const LEAST_SCORE: f32 = 0.5;

/// The model draws lines thinner than they are; a box grows by its area by its circumference, so
/// many times.
const UNCLIP: f32 = 1.6;

/// The least width and height of what the model draws, and of a box, in pixels of the map.
const LEAST_DRAWN: f32 = 3.0;
const LEAST_BOX: f32 = 5.0;

/// The most boxes of one map: five times as many as the densest page of a newspaper has lines.
const MOST_BOXES: usize = 3_000;

/// How probable it is that a pixel belongs to a line, row by row.
pub(crate) struct Map<'a> {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: &'a [f32],
}

impl Map<'_> {
    fn row(&self, y: usize) -> &[f32] {
        let start = y * self.width;
        self.values.get(start..start + self.width).unwrap_or(&[])
    }
}

/// The boxes of the lines in `map`, in its pixels, in no order.
pub(crate) fn boxes(map: &Map<'_>) -> Vec<Turned> {
    if map.width == 0 || map.values.len() < map.width.saturating_mul(map.height) {
        return Vec::new();
    }
    regions(map)
        .into_iter()
        .filter_map(|outline| {
            let drawn = smallest_rectangle(&hull(outline))?;
            if drawn.width.min(drawn.height) < LEAST_DRAWN || score(map, &drawn) < LEAST_SCORE {
                return None;
            }
            let distance =
                drawn.width * drawn.height * UNCLIP / (2.0 * (drawn.width + drawn.height));
            let whole = drawn.grown(distance);
            (whole.width.min(whole.height) >= LEAST_BOX).then_some(whole)
        })
        .take(MOST_BOXES)
        .collect()
}

/// The corners of the lines' boxes in a map of the detection model, row by row, each as x and y in its pixels:
/// for whoever draws them, or tries what becomes of odd maps.
pub fn boxes_of_map(map: &[f32], width: usize, height: usize) -> Vec<[[f32; 2]; 4]> {
    let map = Map {
        width,
        height,
        values: map,
    };
    let corners = |found: Turned| found.corners().map(|corner| [corner.x, corner.y]);
    boxes(&map).into_iter().map(corners).collect()
}

/// A run of a row's pixels that belong to a line; `end` is one past the last.
#[derive(Clone, Copy)]
struct Run {
    y: usize,
    start: usize,
    end: usize,
}

/// For each region of connected pixels, the ends of its runs, of which its hull can be made.
fn regions(map: &Map<'_>) -> Vec<Vec<Point>> {
    let mut runs: Vec<Run> = Vec::new();
    let mut parents: Vec<usize> = Vec::new();
    let mut above = 0..0;
    let mut marked = vec![false; map.width];
    for y in 0..map.height {
        mark(map, y, &mut marked);
        let begin = runs.len();
        let mut x = 0;
        while let Some(offset) = marked[x..].iter().position(|&marked| marked) {
            let start = x + offset;
            let length = marked[start..].iter().take_while(|&&marked| marked).count();
            runs.push(Run {
                y,
                start,
                end: start + length,
            });
            parents.push(runs.len() - 1);
            x = start + length;
        }
        let mut upper = above.start;
        for index in begin..runs.len() {
            let run = runs[index];
            // Corners touch, too: the ends may be one apart.
            while upper < above.end && runs[upper].end < run.start {
                upper += 1;
            }
            let mut other = upper;
            while other < above.end && runs[other].start <= run.end {
                join(&mut parents, other, index);
                other += 1;
            }
        }
        above = begin..runs.len();
    }
    let mut outlines: Vec<Vec<Point>> = Vec::new();
    let mut outline_of: Vec<Option<usize>> = vec![None; runs.len()];
    for (index, run) in runs.iter().enumerate() {
        let root = root(&mut parents, index);
        let outline = *outline_of[root].get_or_insert_with(|| {
            outlines.push(Vec::new());
            outlines.len() - 1
        });
        let y = run.y as f32;
        outlines[outline].extend([run.start, run.end - 1].map(|x| Point { x: x as f32, y }));
    }
    outlines
}

/// Which pixels of a row belong to a line. Each one's right, lower and lower right neighbour does,
/// too: so that what a noisy scan parts holds together.
fn mark(map: &Map<'_>, y: usize, marked: &mut [bool]) {
    marked.fill(false);
    for row in [y.checked_sub(1), Some(y)].into_iter().flatten() {
        let values = map.row(row);
        let mut before = false;
        for (marked, &value) in marked.iter_mut().zip(values) {
            let here = value > THRESHOLD;
            *marked |= here || before;
            before = here;
        }
    }
}

fn root(parents: &mut [usize], mut index: usize) -> usize {
    while parents[index] != index {
        parents[index] = parents[parents[index]];
        index = parents[index];
    }
    index
}

fn join(parents: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parents, a), root(parents, b));
    let (low, high) = (a.min(b), a.max(b));
    parents[high] = low;
}

/// The mean probability of the pixels in a box.
fn score(map: &Map<'_>, within: &Turned) -> f32 {
    let corners = within.corners();
    let low = corners.iter().fold(f32::INFINITY, |low, p| low.min(p.y));
    let high = corners.iter().fold(0.0f32, |high, p| high.max(p.y));
    let (mut sum, mut count) = (0.0f64, 0usize);
    for y in low.floor().max(0.0) as usize..=(high.ceil() as usize).min(map.height - 1) {
        let Some((start, end)) = span(&corners, y as f32) else {
            continue;
        };
        let start = start.round().max(0.0) as usize;
        let end = (end.round().max(0.0) as usize + 1).min(map.width);
        let values = map.row(y).get(start..end).unwrap_or(&[]);
        sum += values.iter().map(|&value| f64::from(value)).sum::<f64>();
        count += values.len();
    }
    if count == 0 {
        0.0
    } else {
        (sum / count as f64) as f32
    }
}

/// Where a level line enters and leaves a convex outline.
fn span(corners: &[Point; 4], y: f32) -> Option<(f32, f32)> {
    let mut range: Option<(f32, f32)> = None;
    for (index, a) in corners.iter().enumerate() {
        let b = corners[(index + 1) % 4];
        if y < a.y.min(b.y) || y > a.y.max(b.y) {
            continue;
        }
        let x = if a.y == b.y {
            [a.x, b.x]
        } else {
            [a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x); 2]
        };
        let (low, high) = (x[0].min(x[1]), x[0].max(x[1]));
        range = Some(range.map_or((low, high), |(l, h)| (l.min(low), h.max(high))));
    }
    range
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A map on which the rectangles `(left, top, width, height)` are drawn.
    fn map(width: usize, height: usize, drawn: &[(usize, usize, usize, usize)]) -> Vec<f32> {
        let mut values = vec![0.02; width * height];
        for &(left, top, w, h) in drawn {
            for y in top..top + h {
                values[y * width + left..y * width + left + w].fill(0.9);
            }
        }
        values
    }

    fn boxes_of(width: usize, height: usize, values: &[f32]) -> Vec<Turned> {
        boxes(&Map {
            width,
            height,
            values,
        })
    }

    #[test]
    fn two_lines_are_two_boxes_that_are_larger_than_drawn() {
        let values = map(200, 100, &[(20, 10, 120, 10), (20, 50, 60, 12)]);
        let found = boxes_of(200, 100, &values);
        assert_eq!(found.len(), 2, "{found:?}");
        let first = found[0];
        assert!((first.centre.x - 80.0).abs() < 1.0 && (first.centre.y - 15.0).abs() < 1.0);
        assert!(first.height > 20.0 && first.height < 30.0, "{first:?}");
        assert!(first.angle.abs() < 0.01);
    }

    #[test]
    fn what_touches_at_a_corner_is_one_region_and_a_faint_one_no_box() {
        for second in [(30, 20, 20, 10), (0, 20, 10, 10)] {
            let values = map(100, 60, &[(10, 10, 20, 10), second]);
            let touching = Map {
                width: 100,
                height: 60,
                values: &values,
            };
            assert_eq!(regions(&touching).len(), 1, "{second:?}");
        }
        let faint: Vec<f32> = map(100, 60, &[(10, 10, 40, 10)])
            .into_iter()
            .map(|value| value * 0.45)
            .collect();
        assert_eq!(boxes_of(100, 60, &faint), []);
    }

    #[test]
    fn specks_and_maps_without_pixels_have_no_boxes() {
        assert_eq!(boxes_of(100, 60, &map(100, 60, &[(10, 10, 2, 2)])), []);
        assert_eq!(boxes_of(0, 0, &[]), []);
        assert_eq!(boxes_of(10, 10, &[0.9; 7]), []);
    }

    proptest! {
        #[test]
        fn boxes_of_any_map_lie_about_it(
            width in 1usize..40,
            values in proptest::collection::vec(
                prop_oneof![Just(0.0f32), Just(1.0), -1.0f32..2.0, Just(f32::NAN)], 0..1_600
            ),
        ) {
            let height = values.len() / width;
            for found in boxes_of(width, height, &values) {
                prop_assert!((0.0..=width as f32).contains(&found.centre.x));
                prop_assert!((0.0..=height as f32).contains(&found.centre.y));
                prop_assert!(found.width.is_finite() && found.height.is_finite());
            }
        }
    }
}
