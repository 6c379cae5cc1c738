//! Measure words and units: before which 2 is 两, and how unit symbols are said.

mod counts;
mod symbols;
mod unit;

pub(super) use counts::counts;
pub(super) use symbols::SIGNS;
pub(super) use unit::{Unit, hanzi_unit, unit};
