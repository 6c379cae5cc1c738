//! The parts of a long word: 本行政区域 is 本 and 行政区域, not 本行, 政 and 区域.

/// The fewest parts that make up `word`, each a single character or a word of `weight`, which tells
/// how frequent a word is. Of two ways with equally many parts the one with more frequent parts is
/// taken. The whole word is no part of itself.
pub(super) fn parts(word: &str, weight: impl Fn(&str) -> Option<f64>) -> Vec<&str> {
    let borders: Vec<usize> = word
        .char_indices()
        .map(|(at, _)| at)
        .chain([word.len()])
        .collect();
    let last = borders.len() - 1;
    // The best way from each border to the end of the word.
    let mut best: Vec<Way> = vec![Way::END; last + 1];
    for from in (0..last).rev() {
        let ways = (from + 1..=last)
            .filter(|&to| (from, to) != (0, last))
            .filter_map(|to| {
                let part = &word[borders[from]..borders[to]];
                let weight = weight(part).or((to == from + 1).then_some(0.0))?;
                Some(best[to].behind(to, weight))
            });
        best[from] = ways
            .reduce(|best, way| if way.is_better_than(&best) { way } else { best })
            .unwrap_or(Way::END);
    }
    let mut parts = Vec::with_capacity(best[0].count);
    let mut at = 0;
    while at < last {
        let next = best[at].next.max(at + 1);
        parts.push(&word[borders[at]..borders[next]]);
        at = next;
    }
    parts
}

/// A way through the rest of a word.
#[derive(Clone, Copy)]
struct Way {
    /// Where its first part ends.
    next: usize,
    count: usize,
    weight: f64,
}

impl Way {
    const END: Self = Self {
        next: 0,
        count: 0,
        weight: 0.0,
    };

    /// This way with a part before it that ends at `next`.
    fn behind(&self, next: usize, weight: f64) -> Self {
        Self {
            next,
            count: self.count + 1,
            weight: self.weight + weight,
        }
    }

    fn is_better_than(&self, other: &Self) -> bool {
        self.count < other.count || self.count == other.count && self.weight > other.weight
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_falls_into_its_fewest_and_most_frequent_parts() {
        let words = [
            ("本行", 1.0),
            ("区域", 5.0),
            ("政区", 1.0),
            ("行政区域", 3.0),
            ("假发", 2.0),
            ("发票", 4.0),
            ("公安", 5.0),
            ("安分", 1.0),
            ("分局", 3.0),
        ];
        let weight = |part: &str| {
            words
                .iter()
                .find(|(word, _)| *word == part)
                .map(|(_, weight)| *weight)
        };
        for (word, expected) in [
            ("本行政区域", vec!["本", "行政区域"]),
            ("假发票", vec!["假", "发票"]),
            ("公安分局", vec!["公安", "分局"]),
            ("甲乙", vec!["甲", "乙"]),
            ("甲", vec!["甲"]),
        ] {
            assert_eq!(parts(word, weight), expected, "{word}");
        }
    }
}
