//! Years, dates, months and days, alone and in ranges; decades and days with a name (5·12).

mod bare_year;
mod calendar;
mod life;
mod month_day;
mod named_day;
mod numeric;
mod regnal;
mod year;

pub(super) use bare_year::{bare_year, short_bare_year};
pub(super) use calendar::{dash, is_month};
pub(super) use life::month_of_life;
pub(super) use month_day::{lone_day, month_day};
pub(super) use named_day::named_day;
pub(super) use numeric::{
    compact_date, day_range, month_range, number_in_year, numeric_date, season, short_date,
};
pub(super) use regnal::{early_years, regnal_year};
pub(super) use year::{
    cohort_of_two_digits, decade, year, year_in_brackets, year_in_name, year_range,
};
