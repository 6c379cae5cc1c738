//! Quantities: numbers with their percent signs, currencies and units, alone, signed and in ranges.

mod metres;
mod money;
mod more_than;
mod range;
mod range_sign;
mod signed;
mod single;
mod tail;

pub(super) use metres::behind_metres;
pub(super) use money::money;
pub(super) use more_than::more_than;
pub(super) use range::range;
pub(super) use range_sign::range_sign;
pub(super) use signed::signed;
pub(super) use single::{myriads, per, quantity, quantity_before_letters, sized, unit_alone};
