//! What the fuzz targets do with an input, and what must hold of what comes out. The ordinary tests
//! do the same over the seeds (`tests/seeds.rs`), so nothing here needs the fuzzer.

pub mod charset;
pub mod config;
pub mod extract;
pub mod file;
pub mod lexicon;
pub mod pack;
pub mod range;
pub mod recognised;
pub mod ssml;
pub mod text;
