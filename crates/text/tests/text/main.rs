//! Texts, words and documents as they will be said.

mod corrections;
mod markup;
mod properties;
mod script;
mod snapshots;
mod tables;
mod words;
