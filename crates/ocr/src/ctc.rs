//! From the recognition model's probabilities to letters and the places where it saw them
//! (connectionist temporal classification, decoded greedily).

/// A letter as the model saw it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seen {
    pub(crate) class: usize,
    /// Where its middle is, in steps from the left edge; the first step's middle is 0.5.
    pub(crate) at: f32,
    /// Its highest probability, 0 to 1.
    pub(crate) confidence: f32,
}

/// The letters in `probabilities`, which holds one row of `classes` for each step. Class 0 is the
/// blank: it stands between two letters that are the same, and where there is nothing.
pub(crate) fn decode(probabilities: &[f32], classes: usize) -> Vec<Seen> {
    let mut letters: Vec<Seen> = Vec::new();
    if classes == 0 {
        return letters;
    }
    let mut before = 0;
    // The sum of the current letter's probabilities, and of its steps weighted by them.
    let (mut weight, mut moment) = (0.0f32, 0.0f32);
    for (step, row) in probabilities.chunks_exact(classes).enumerate() {
        let (class, probability) = most_probable(row);
        // Not quite nothing, so that the middle of the steps is one of them.
        let probability = probability.clamp(1e-6, 1.0);
        if class == 0 {
            before = 0;
            continue;
        }
        let middle = step as f32 + 0.5;
        match letters.last_mut() {
            Some(letter) if class == before => {
                weight += probability;
                moment += probability * middle;
                letter.at = moment / weight;
                letter.confidence = letter.confidence.max(probability);
            }
            _ => {
                (weight, moment) = (probability, probability * middle);
                letters.push(Seen {
                    class,
                    at: middle,
                    confidence: probability,
                });
            }
        }
        before = class;
    }
    letters
}

/// The class with the highest probability, the first of those that share it. What is no number
/// counts as nothing.
fn most_probable(row: &[f32]) -> (usize, f32) {
    // In two passes, because the first one then is a loop that the compiler makes vectors of: there
    // are 18,710 classes, and two hundred steps in a line.
    let mut lanes = [f32::NEG_INFINITY; 16];
    let chunks = row.chunks_exact(lanes.len());
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = if value > *lane { value } else { *lane };
        }
    }
    let highest = lanes
        .iter()
        .chain(rest)
        .fold(f32::NEG_INFINITY, |highest, &value| highest.max(value));
    match row.iter().position(|&value| value == highest) {
        Some(class) => (class, highest),
        None => (0, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Rows in which each of `steps` has the given class and probability.
    fn rows(classes: usize, steps: &[(usize, f32)]) -> Vec<f32> {
        let mut rows = vec![0.001; classes * steps.len()];
        for (step, &(class, probability)) in steps.iter().enumerate() {
            rows[step * classes + class] = probability;
        }
        rows
    }

    #[test]
    fn a_letter_over_several_steps_is_one_and_lies_at_their_middle() {
        let steps = [(0, 0.9), (7, 0.6), (7, 0.8), (7, 0.6), (0, 0.9), (7, 0.5)];
        let letters = decode(&rows(40, &steps), 40);
        assert_eq!(letters.len(), 2, "{letters:?}");
        assert!((letters[0].at - 2.5).abs() < 1e-4);
        assert_eq!((letters[0].class, letters[0].confidence), (7, 0.8));
        assert_eq!((letters[1].at, letters[1].confidence), (5.5, 0.5));
    }

    #[test]
    fn two_letters_side_by_side_need_no_blank() {
        let letters = decode(&rows(20, &[(3, 0.9), (4, 0.9), (4, 0.7)]), 20);
        let classes: Vec<usize> = letters.iter().map(|letter| letter.class).collect();
        assert_eq!(classes, [3, 4]);
    }

    proptest! {
        #[test]
        fn any_numbers_give_letters_in_order(
            classes in 0usize..40,
            values in proptest::collection::vec(
                prop_oneof![-2.0f32..2.0, Just(f32::NAN), Just(f32::INFINITY), Just(1e-40)], 0..800
            ),
        ) {
            let letters = decode(&values, classes);
            prop_assert!(letters.iter().all(|letter| (1..classes).contains(&letter.class)));
            prop_assert!(letters.iter().all(|letter| (0.0..=1.0).contains(&letter.confidence)));
            prop_assert!(letters.is_sorted_by(|a, b| a.at < b.at));
        }

        #[test]
        fn the_most_probable_class_is_the_first_of_the_highest(
            row in proptest::collection::vec(0u8..20, 1..70)
        ) {
            let row: Vec<f32> = row.into_iter().map(f32::from).collect();
            let highest = row.iter().copied().fold(0.0, f32::max);
            let first = row.iter().position(|&value| value == highest).unwrap();
            prop_assert_eq!(most_probable(&row), (first, highest));
        }
    }
}
