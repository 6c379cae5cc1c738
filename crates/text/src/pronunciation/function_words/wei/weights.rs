//! The weights that `data/make_wei.py` has learned: how much each sign beside a 为 speaks for wèi.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

const WEIGHTS: &str = include_str!("../../../data/wei_weights.txt");

/// The line that holds what speaks for wèi before any sign is seen.
const BIAS: &str = "bias";

struct Weights {
    bias: f32,
    of_signs: FxHashMap<&'static str, f32>,
}

/// A sign, and how much it speaks for wèi: below zero for wéi. `None` for one that says nothing.
pub(super) fn of(sign: &str) -> Option<(&'static str, f32)> {
    let (sign, weight) = weights().of_signs.get_key_value(sign)?;
    Some((sign, *weight))
}

/// What speaks for wèi before any sign is seen.
pub(super) fn bias() -> f32 {
    weights().bias
}

fn weights() -> &'static Weights {
    static READ: OnceLock<Weights> = OnceLock::new();
    READ.get_or_init(|| {
        let mut of_signs: FxHashMap<&str, f32> = WEIGHTS
            .lines()
            .filter_map(|line| {
                let (weight, sign) = line.split_once(' ')?;
                Some((sign, weight.parse().ok()?))
            })
            .collect();
        Weights {
            bias: of_signs.remove(BIAS).unwrap_or(0.0),
            of_signs,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_weights_is_read_once() {
        assert!(weights().bias != 0.0);
        assert_eq!(weights().of_signs.len() + 1, WEIGHTS.lines().count());
    }
}
