//! The document, put together from what is known of the page.
//!
//! `region` says which lines belong to it, `blocks` what they become, `metadata` what is said of
//! them; `without_prose` is for pages that have no text to go by.

mod blocks;
pub(crate) mod document;
mod footnotes;
pub(crate) mod kind;
mod metadata;
mod pictures;
mod region;
mod repeats;
pub(crate) mod substance;
pub(crate) mod tables;
pub(crate) mod without_prose;
