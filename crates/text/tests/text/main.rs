//! Texts, words and documents as they will be said.

mod corrections;
mod properties;
mod script;
mod snapshots;
mod tables;
mod words;
