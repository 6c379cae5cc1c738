//! What the tests of several crates share.
//!
//! The stages are crates that do not know each other, but their tests ask some of the same questions: is
//! this document sound, is everything in this line spoken, does this file decode to the samples that went
//! in? The answers are here, once, for unit tests, property tests and fuzzing alike. A running service
//! to test against is in `langdu-harness`, so that the tests of a stage need not build the service.
//!
//! * [`text`]: what must hold of the utterances of any line.
//! * [`document`]: what must hold of the document of any page.
//! * [`decode`]: independent decoders for the audio that we encode, and measures to compare samples with.
//! * [`repository`]: the folder in which fixtures and voices are found.
//!
//! ```
//! // Panics where a digit is left, a letter lost, or a phoneme unknown to the voice.
//! langdu_testkit::text::check("国办发〔2022〕11号：覆盖率达到59.71%");
//!
//! let fixtures = langdu_testkit::repository().join("tests/fixtures");
//! assert!(fixtures.is_dir());
//! ```

use std::path::{Path, PathBuf};

pub mod decode;
pub mod document;
pub mod growth;
pub mod text;

/// The folder of the whole project, which holds `tests/fixtures` and `voices`.
pub fn repository() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.expect("this crate lies two folders deep").to_owned()
}
