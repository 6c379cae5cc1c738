//! The page as lines: runs of text between two block boundaries, with what is known of each.
//!
//! A line is the unit that is weighed, kept or left out; it becomes a block if it is kept.

mod context;
mod cut;
mod drawn;
mod feeds;
mod line;
mod numbers;
mod settle;

pub(crate) use cut::{cut, describes_picture};
pub(crate) use drawn::is_place_of_chart;
pub(crate) use line::{Line, Lines, MediaPlace};
pub(crate) use numbers::Numbers;
