//! Sizes that are nearly the same are the same: a page has few, and the layout tells headings by
//! them.

use crate::Line;

/// How far a size may be from that of its kin, in parts of it.
const ALIKE: f32 = 0.08;

/// Gives lines of nearly the same size exactly the same. The size that most letters have comes
/// first, so that the body takes its kin before headings and notes do.
pub(crate) fn snap(lines: &mut [Line]) {
    let sizes: Vec<f32> = lines.iter().map(|line| line.size).collect();
    let weights: Vec<f32> = lines.iter().map(|line| line.letters.len() as f32).collect();
    let mut waiting: Vec<usize> = (0..lines.len()).collect();
    while !waiting.is_empty() {
        let kin = |middle: f32| -> Vec<usize> {
            let alike = |&index: &usize| (sizes[index] / middle - 1.0).abs() <= ALIKE;
            waiting.iter().copied().filter(alike).collect()
        };
        let weight = |kin: &[usize]| kin.iter().map(|&index| weights[index]).sum::<f32>();
        let heaviest = waiting
            .iter()
            .map(|&index| kin(sizes[index]))
            .max_by(|a, b| weight(a).total_cmp(&weight(b)));
        let members = heaviest.unwrap_or_default();
        if members.is_empty() {
            // A size that is no number is alike to none, not even to itself.
            return;
        }
        let size = members
            .iter()
            .map(|&index| sizes[index] * weights[index])
            .sum::<f32>()
            / weight(&members);
        waiting.retain(|index| !members.contains(index));
        for index in members {
            lines[index].size = size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Letter;

    fn line(size: f32, letters: usize) -> Line {
        let letter = Letter {
            text: '朗',
            left: 0.0,
            right: 0.0,
            confidence: 0.9,
        };
        Line {
            left: 0.0,
            top: 0.0,
            right: 0.0,
            bottom: 0.0,
            size,
            letters: vec![letter; letters],
            confidence: 0.9,
        }
    }

    #[test]
    fn the_body_takes_its_kin_and_a_heading_keeps_its_own() {
        let sizes = [
            (33.0, 30),
            (33.5, 28),
            (31.5, 12),
            (44.0, 9),
            (45.0, 8),
            (22.0, 4),
        ];
        let mut lines: Vec<Line> = sizes.iter().map(|&(size, n)| line(size, n)).collect();
        snap(&mut lines);
        let sizes: Vec<f32> = lines.iter().map(|line| line.size).collect();
        assert!((sizes[0] - 32.94).abs() < 0.01, "{sizes:?}");
        assert_eq!(sizes[0], sizes[1]);
        assert_eq!(sizes[1], sizes[2]);
        assert_eq!(sizes[3], sizes[4]);
        assert!(sizes[3] > 44.0 && sizes[3] < 45.0);
        assert_eq!(sizes[5], 22.0);
    }

    #[test]
    fn no_lines_and_sizes_that_are_no_numbers_are_left_alone() {
        snap(&mut []);
        let mut lines = vec![line(f32::NAN, 3), line(0.0, 2)];
        snap(&mut lines);
    }
}
