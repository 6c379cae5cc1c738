//! How OFD writes numbers, places and steps.

use roxmltree::Node;

use super::super::xml::{attribute, child};

/// Points in a millimetre.
pub(super) const POINTS: f32 = 72.0 / 25.4;

/// The steps from each letter to the next: numbers, and `g 5 6.35` for five of the same.
pub(super) fn deltas(text: Option<&str>, most: usize) -> Vec<f32> {
    let mut steps = Vec::new();
    let mut words = text.unwrap_or_default().split_whitespace();
    while let Some(word) = words.next() {
        if steps.len() >= most {
            break;
        }
        if word == "g" {
            let times = words.next().and_then(|times| times.parse::<usize>().ok());
            let step = words.next().and_then(number);
            if let (Some(times), Some(step)) = (times, step) {
                steps.extend(std::iter::repeat_n(step, times.min(most)));
            }
        } else {
            steps.extend(number(word));
        }
    }
    steps
}

pub(super) fn matrix(node: Node<'_, '_>) -> [f32; 6] {
    let own = attribute(node, "CTM").map(|text| {
        text.split_whitespace()
            .filter_map(number)
            .collect::<Vec<f32>>()
    });
    own.and_then(|values| values.try_into().ok())
        .unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0])
}

pub(super) fn physical_box(node: Node<'_, '_>) -> Option<[f32; 4]> {
    child(node, "PhysicalBox")?.text().and_then(four)
}

pub(super) fn four(text: &str) -> Option<[f32; 4]> {
    let values: Vec<f32> = text.split_whitespace().filter_map(number).collect();
    values.try_into().ok()
}

pub(super) fn number(text: &str) -> Option<f32> {
    text.parse::<f32>()
        .ok()
        .filter(|value| value.is_finite() && value.abs() < 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbers_and_repeats() {
        assert_eq!(deltas(Some("1 g 3 2.5 4"), 9), [1.0, 2.5, 2.5, 2.5, 4.0]);
        assert_eq!(deltas(Some("g 99999999 1"), 3).len(), 3);
    }
}
