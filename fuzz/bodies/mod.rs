//! What the fuzz targets do with an input, and what must hold of what comes out. The ordinary tests
//! do the same over the seeds (`tests/fuzz_seeds.rs`), so nothing here needs the fuzzer.

#![allow(
    dead_code,
    reason = "each target uses one of the bodies, the tests use all"
)]

pub(crate) mod charset;
pub(crate) mod config;
pub(crate) mod extract;
pub(crate) mod file;
pub(crate) mod lexicon;
pub(crate) mod pack;
pub(crate) mod range;
pub(crate) mod text;
