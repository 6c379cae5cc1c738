//! Order statistics, and how certain a ratio of two medians is.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

/// Resamples of a bootstrap: enough for the second digit of an interval.
const RESAMPLES: usize = 1000;

/// The middle and the slow end of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    /// Half are below it.
    pub p50: f64,
    /// 95 of a hundred are below it.
    pub p95: f64,
    /// 99 of a hundred are below it.
    pub p99: f64,
}

impl Quantiles {
    /// The quantiles of `values`; `None` when there are none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let sorted = sorted(values);
        Some(Self {
            p50: quantile(&sorted, 0.50)?,
            p95: quantile(&sorted, 0.95)?,
            p99: quantile(&sorted, 0.99)?,
        })
    }
}

/// The values in ascending order.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The smallest of the `sorted` values that at least `part` of them (0 to 1) do not exceed. By nearest
/// rank, so that it is a value that occurred and never one between two; `None` for no values.
pub fn quantile(sorted: &[f64], part: f64) -> Option<f64> {
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

/// The median by nearest rank.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(&sorted(values), 0.5)
}

/// A ratio of medians with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// B's median over A's.
    pub ratio: f64,
    /// The interval's ends.
    pub interval: (f64, f64),
}

/// The median of `b` over that of `a`, with a bootstrap interval (the same for the same values).
pub fn median_ratio(a: &[f64], b: &[f64]) -> Option<Ratio> {
    let ratio = median(b)? / median(a)?;
    let mut random = StdRng::seed_from_u64(1);
    let ratios: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| Some(resampled(b, &mut random)? / resampled(a, &mut random)?))
        .collect();
    let ratios = sorted(&ratios);
    Some(Ratio {
        ratio,
        interval: (quantile(&ratios, 0.025)?, quantile(&ratios, 0.975)?),
    })
}

fn resampled(values: &[f64], random: &mut StdRng) -> Option<f64> {
    let drawn: Vec<f64> = (0..values.len())
        .map(|_| values[random.random_range(0..values.len())])
        .collect();
    median(&drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_value_that_occurred() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        let found = Quantiles::of(&values).unwrap();
        assert_eq!((found.p50, found.p95, found.p99), (50.0, 95.0, 99.0));
        assert_eq!(Quantiles::of(&[7.0]).unwrap().p99, 7.0);
        assert_eq!(Quantiles::of(&[]), None);
    }

    #[test]
    fn the_order_they_come_in_does_not_matter() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
    }

    #[test]
    fn a_ratio_of_the_same_values_is_one_and_of_twice_the_values_two() {
        let a: Vec<f64> = (0..40).map(|i| 1.0 + f64::from(i % 7) / 10.0).collect();
        let doubled: Vec<f64> = a.iter().map(|value| value * 2.0).collect();
        let same = median_ratio(&a, &a).unwrap();
        assert_eq!(same.ratio, 1.0);
        assert!(same.interval.0 <= 1.0 && 1.0 <= same.interval.1);
        let twice = median_ratio(&a, &doubled).unwrap();
        assert_eq!(twice.ratio, 2.0);
        assert!(twice.interval.0 > 1.5, "{twice:?}");
    }
}
