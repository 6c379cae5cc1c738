//! From a picture to its letters: what is printed on a scanned page or drawn in a picture, with the
//! place, the size and the confidence of every letter.
//!
//! The crate decodes no file format, decides no reading order and knows nothing of documents. Its
//! only I/O is the loading of ONNX Runtime's library.

mod error;
mod models;
mod picture;
mod recognised;
mod recogniser;
pub mod runtime;

pub use error::Error;
pub use models::Models;
pub use picture::Picture;
pub use recognised::{Letter, Line, Recognised, Rule};
pub use recogniser::{Limits, Recogniser};
