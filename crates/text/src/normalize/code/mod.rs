//! Numbers that are names, said digit by digit: telephones, hotlines, identifiers, rooms.

mod identifier;
mod named;
mod phone;
mod run;

pub(super) use identifier::{endless, identifier, mixed_code};
pub(super) use named::{dotted, hyphenated, named_number};
pub(super) use phone::{masked, phone, phone_prefix};
