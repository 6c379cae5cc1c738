//! Numbers that are names, said digit by digit: telephones, hotlines, identifiers, rooms.

mod column;
mod groups;
mod hidden;
mod identifier;
mod institution;
mod named;
mod phone;
mod rooms;
mod run;
mod shape;
mod spine;

pub(crate) use column::Column;
pub(super) use column::in_column;
pub(super) use groups::numbered;
pub(super) use hidden::hidden;
pub(super) use identifier::{endless, identifier, index_number, mixed_code};
pub(super) use institution::{aircraft, court, institution, model, plate};
pub(super) use named::{discount, dotted, hyphenated, isotope, lettered_room, named_number};
pub(super) use phone::{masked, phone, phone_prefix};
pub(super) use rooms::building_and_room;
pub(super) use shape::{
    contract, known, listed_code, long_code, numbered_code, series, stroked_number,
};
pub(super) use spine::segments;
