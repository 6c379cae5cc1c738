//! Ruling lines, found by morphology: what is dark beside what is lighter, opened by a long thin
//! element.

use crate::pixels::Gray;
use crate::{Line, Rule};

/// How much darker a ruling line is than what lies on one of its sides, 0 to 255.
const CONTRAST: u8 = 40;

/// How thick a ruling line is at most, in parts of the picture's shorter side: 1.1 mm on A4.
const THICKNESS: f32 = 1.0 / 190.0;

/// The least length, in sizes of the body: longer than a dash of two hanzi and than any stroke.
const LEAST_SIZES: f32 = 2.3;

/// The least length in pixels where nothing is written.
const LEAST_LENGTH: f32 = 48.0;

/// How many pixels of a ruling line a scan may have lost in one place.
const GAP: usize = 3;

/// The most ruling lines: a table of 100 rows and 20 columns, each cell ruled by itself, has fewer.
const MOST: usize = 4_000;

/// The ruling lines of an upright picture whose lines of text are `lines`. Strokes of letters are
/// none.
pub(crate) fn rules(gray: &Gray, lines: &[Line]) -> Vec<Rule> {
    let least = lines
        .iter()
        .max_by_key(|line| line.letters.len())
        .map_or(LEAST_LENGTH, |body| body.size * LEAST_SIZES)
        .max(LEAST_LENGTH / 2.0);
    let reach = ((gray.width.min(gray.height) as f32 * THICKNESS) as usize).max(3);
    let level = bars(&gray.values, gray.width, gray.height, reach, least as usize);
    let columns = transposed(gray);
    let upright = bars(&columns, gray.height, gray.width, reach, least as usize);
    let level = level.into_iter().map(|bar| Rule {
        x0: bar.start,
        y0: bar.across,
        x1: bar.end,
        y1: bar.across,
    });
    let upright = upright.into_iter().map(|bar| Rule {
        x0: bar.across,
        y0: bar.start,
        x1: bar.across,
        y1: bar.end,
    });
    level
        .chain(upright)
        .filter(|rule| !lines.iter().any(|line| is_stroke(rule, line)))
        .take(MOST)
        .collect()
}

/// Whether a rule is made of strokes: a level one that lies in a line, where strokes of letters side
/// by side touch, or an upright one that is not much longer than the line is high.
fn is_stroke(rule: &Rule, line: &Line) -> bool {
    let (x, y) = ((rule.x0 + rule.x1) / 2.0, (rule.y0 + rule.y1) / 2.0);
    let within = (line.top - 1.0..=line.bottom + 1.0).contains(&y);
    if rule.y0 == rule.y1 {
        within && rule.x0 >= line.left - line.size && rule.x1 <= line.right + line.size
    } else {
        let longest = (line.bottom - line.top) * 1.3;
        within && (line.left..=line.right).contains(&x) && rule.y1 - rule.y0 <= longest
    }
}

/// Columns as rows.
fn transposed(gray: &Gray) -> Vec<u8> {
    /// So many rows of so many columns stay in the processor's cache.
    const TILE: usize = 64;
    let mut columns = vec![0; gray.values.len()];
    for top in (0..gray.height).step_by(TILE) {
        for left in (0..gray.width).step_by(TILE) {
            for y in top..(top + TILE).min(gray.height) {
                for x in left..(left + TILE).min(gray.width) {
                    columns[x * gray.height + y] = gray.values[y * gray.width + x];
                }
            }
        }
    }
    columns
}

/// A level bar: from `start` to `end` along its direction, at `across`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bar {
    start: f32,
    end: f32,
    across: f32,
}

/// A bar that grows while the rows are gone through.
struct Growing {
    start: usize,
    end: usize,
    first: usize,
    last: usize,
}

/// The level bars of at least a length.
fn bars(values: &[u8], width: usize, height: usize, reach: usize, least: usize) -> Vec<Bar> {
    let mut done = Vec::new();
    if width == 0 || height < 3 {
        return done;
    }
    let row = |y: usize| &values[y * width..(y + 1) * width];
    let mut growing: Vec<Growing> = Vec::new();
    let mut masks = [vec![false; width], vec![false; width], vec![false; width]];
    for y in 0..=height {
        // The mask of row y; row y − 1 is looked at with both of its neighbours, so that a line which
        // leans by a pixel on its way does not break.
        let mask = &mut masks[y % 3];
        mask.fill(false);
        if y < height {
            let above = row(y.saturating_sub(reach));
            let below = row((y + reach).min(height - 1));
            for (x, dark) in mask.iter_mut().enumerate() {
                *dark = above[x].max(below[x]).saturating_sub(CONTRAST) > row(y)[x];
            }
        }
        let Some(middle) = y.checked_sub(1) else {
            continue;
        };
        let runs = runs(&masks, least);
        join(&mut growing, &runs, middle);
        let (ended, still): (Vec<_>, Vec<_>) =
            growing.into_iter().partition(|bar| bar.last + 1 < y);
        done.extend(ended.iter().filter_map(|bar| finished(bar, reach)));
        growing = still;
    }
    done.extend(growing.iter().filter_map(|bar| finished(bar, reach)));
    done
}

/// The runs of at least a length in three rows laid on one another; the end is one past the last.
fn runs(masks: &[Vec<bool>; 3], least: usize) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut current: Option<(usize, usize)> = None;
    let mut close = |run: Option<(usize, usize)>| {
        if let Some((start, end)) = run
            && end - start >= least
        {
            runs.push((start, end));
        }
    };
    let [one, two, three] = masks.each_ref().map(|mask| mask.iter());
    for (x, ((one, two), three)) in one.zip(two).zip(three).enumerate() {
        if !(*one || *two || *three) {
            continue;
        }
        current = match current {
            Some((start, end)) if x <= end + GAP => Some((start, x + 1)),
            other => {
                close(other);
                Some((x, x + 1))
            }
        };
    }
    close(current);
    runs
}

/// Adds the runs of row `y` to the bars that they touch, or begins new ones.
fn join(growing: &mut Vec<Growing>, runs: &[(usize, usize)], y: usize) {
    for &(start, end) in runs {
        let touched = growing
            .iter_mut()
            .find(|bar| bar.start < end && start < bar.end);
        match touched {
            Some(bar) => {
                bar.start = bar.start.min(start);
                bar.end = bar.end.max(end);
                bar.last = y;
            }
            None => growing.push(Growing {
                start,
                end,
                first: y,
                last: y,
            }),
        }
    }
}

/// The middle of a bar; none where it is too thick for a ruling line.
fn finished(bar: &Growing, reach: usize) -> Option<Bar> {
    // Three rows were laid on one another, so a line of one row has three.
    let thickness = bar.last - bar.first + 1;
    (thickness <= 2 * reach + 4).then(|| Bar {
        start: bar.start as f32,
        end: bar.end as f32,
        across: (bar.first + bar.last) as f32 / 2.0,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page(width: usize, height: usize, bars: &[(usize, usize, usize, usize)]) -> Gray {
        let mut values = vec![255; width * height];
        for &(left, top, w, h) in bars {
            for y in top..top + h {
                values[y * width + left..y * width + left + w].fill(0);
            }
        }
        Gray {
            width,
            height,
            values,
        }
    }

    #[test]
    fn the_grid_of_a_table_is_found() {
        let mut bars: Vec<(usize, usize, usize, usize)> =
            (0..4).map(|n| (50, 40 + n * 60, 401, 2)).collect();
        bars.extend((0..3).map(|n| (50 + n * 200, 40, 2, 181)));
        let found = rules(&page(600, 400, &bars), &[]);
        let level: Vec<&Rule> = found.iter().filter(|rule| rule.y0 == rule.y1).collect();
        let upright: Vec<&Rule> = found.iter().filter(|rule| rule.x0 == rule.x1).collect();
        assert_eq!((level.len(), upright.len()), (4, 3), "{found:?}");
        for (index, rule) in level.iter().enumerate() {
            assert!(
                (rule.y0 - (40.5 + index as f32 * 60.0)).abs() <= 1.0,
                "{rule:?}"
            );
            // A level line begins beside the upright one that it meets.
            assert!((rule.x0 - 50.0).abs() <= 2.0 && (rule.x1 - 451.0).abs() <= 2.0);
        }
        for (index, rule) in upright.iter().enumerate() {
            assert!(
                (rule.x0 - (50.5 + index as f32 * 200.0)).abs() <= 1.0,
                "{rule:?}"
            );
        }
    }

    #[test]
    fn a_leaning_line_and_one_with_gaps_are_one_each() {
        let mut bars: Vec<(usize, usize, usize, usize)> =
            (0..5).map(|n| (100 + n * 80, 50 + n, 80, 2)).collect();
        bars.extend((0..8).map(|n| (100 + n * 52, 200, 50, 2)));
        let found = rules(&page(700, 300, &bars), &[]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found.iter().all(|rule| rule.x1 - rule.x0 > 390.0),
            "{found:?}"
        );
    }

    #[test]
    fn a_stroke_and_a_block_are_no_rules() {
        let found = rules(
            &page(700, 300, &[(100, 50, 30, 4), (300, 100, 200, 90)]),
            &[],
        );
        assert!(
            found
                .iter()
                .all(|rule| rule.x1 - rule.x0 > 100.0 || rule.y1 - rule.y0 > 60.0)
        );
        assert!(found.iter().all(|rule| rule.x0 >= 290.0), "{found:?}");
    }

    proptest! {
        #[test]
        fn rules_of_any_picture_lie_in_it(
            width in 1usize..80,
            values in proptest::collection::vec(prop_oneof![Just(0u8), Just(255), 0u8..255], 0..4_000),
        ) {
            let height = values.len() / width;
            let gray = Gray { width, height, values: values[..width * height].to_vec() };
            for rule in rules(&gray, &[]) {
                prop_assert!(rule.x0 <= rule.x1 && rule.y0 <= rule.y1);
                prop_assert!(rule.x1 <= width as f32 && rule.y1 <= height as f32);
                prop_assert!(rule.x0 >= 0.0 && rule.y0 >= 0.0);
            }
        }
    }
}
