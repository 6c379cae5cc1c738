//! What the tests of several crates share: where their fixtures are, decoders, and what must hold of
//! any page and any text.

use std::path::{Path, PathBuf};

pub mod decode;
pub mod document;
pub mod text;

/// The folder of the whole project, which holds `tests/fixtures` and `voices`.
pub fn repository() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.expect("this crate lies two folders deep").to_owned()
}
