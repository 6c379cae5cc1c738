//! A speaker's style: a table that the model reads a row of for each utterance.
//!
//! The rows go by the number of phonemes. In each row the first half shapes the timbre and the second
//! the prosody: durations, pitch and energy. A weighted sum of tables is a style too, and each half
//! can be a sum of its own.

use std::collections::BTreeMap;

use super::definition::Blend;

/// The rows of a style table: one for each number of phonemes.
pub(crate) const STYLE_ROWS: usize = 510;

/// The width of a row.
pub(crate) const STYLE_WIDTH: usize = 256;

/// The numbers of a row that shape the timbre; those behind them shape the prosody.
pub(crate) const TIMBRE_WIDTH: usize = 128;

/// A table of finite numbers, row by row.
pub(crate) type Table = Vec<f32>;

/// Checks that the bytes of a style file are a whole table of finite numbers.
pub(crate) fn parse(bytes: &[u8]) -> Option<Table> {
    let (chunks, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() || chunks.len() != STYLE_ROWS * STYLE_WIDTH {
        return None;
    }
    let values: Table = chunks.iter().map(|&c| f32::from_le_bytes(c)).collect();
    values.iter().all(|v| v.is_finite()).then_some(values)
}

/// The table whose timbre is one sum of `tables` and whose prosody is another. Sums are taken in the
/// order of the names with 64 bits, so that every machine makes the same table.
pub(crate) fn blend(tables: &BTreeMap<&str, Table>, timbre: &Blend, prosody: &Blend) -> Table {
    let value = |index: usize| {
        let is_timbre = index % STYLE_WIDTH < TIMBRE_WIDTH;
        let weights = if is_timbre { timbre } else { prosody };
        let parts = weights
            .iter()
            .map(|(name, weight)| f64::from(*weight) * f64::from(tables[name.as_str()][index]));
        parts.sum::<f64>() as f32
    };
    (0..STYLE_ROWS * STYLE_WIDTH).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_table_of_the_wrong_size_or_with_nan_is_refused() {
        assert!(parse(&[0; 16]).is_none());
        let mut table = vec![0_u8; STYLE_ROWS * STYLE_WIDTH * 4];
        assert!(parse(&table).is_some());
        table[..4].copy_from_slice(&f32::NAN.to_le_bytes());
        assert!(parse(&table).is_none());
    }

    fn weights(of: &[(&str, f32)]) -> Blend {
        of.iter().map(|&(name, w)| (name.to_owned(), w)).collect()
    }

    #[test]
    fn each_half_of_a_row_is_a_sum_of_its_own() {
        let count = STYLE_ROWS * STYLE_WIDTH;
        let rising: Table = (0..count).map(|i| i as f32).collect();
        let tables = BTreeMap::from([("rising", rising.clone()), ("ones", vec![1.0; count])]);
        let timbre = weights(&[("rising", 0.75), ("ones", 0.25)]);
        let prosody = weights(&[("ones", 1.0)]);
        let blended = blend(&tables, &timbre, &prosody);
        for row in [0, 1, STYLE_ROWS - 1] {
            let at = row * STYLE_WIDTH;
            assert_eq!(blended[at], 0.75 * rising[at] + 0.25);
            assert_eq!(blended[at + 127], 0.75 * rising[at + 127] + 0.25);
            assert_eq!(blended[at + 128], 1.0);
            assert_eq!(blended[at + 255], 1.0);
        }
    }

    #[test]
    fn one_style_with_all_the_weight_is_that_style_to_the_bit() {
        let noise = |i: usize| (i as f32 * 0.731).sin() * 3.0;
        let table: Table = (0..STYLE_ROWS * STYLE_WIDTH).map(noise).collect();
        let tables = BTreeMap::from([("a", table.clone())]);
        let alone = weights(&[("a", 1.0)]);
        assert_eq!(blend(&tables, &alone, &alone), table);
    }
}
