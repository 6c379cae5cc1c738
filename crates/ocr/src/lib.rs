//! From a picture to its letters: what is printed on a scanned page or drawn in a picture, with the
//! place, the size and the confidence of every letter.
//!
//! A picture goes through these steps:
//!
//! 1. `prepare`: the red of seals becomes white, and the specks of a fax go.
//! 2. `detection`: a model finds where lines are, in one pass over a page or in several over a tall
//!    picture (`slices`), and `boxes` makes turned rectangles of what it draws.
//! 3. `skew`: the boxes tell by how many quarter turns and degrees the picture is off.
//! 4. `recognition`: a second model reads each line, and `ctc` tells its letters and where they are.
//!    `permille` looks twice at the signs of which a mistake makes a number ten times as large.
//! 5. `lines`: places become boxes of letters, `sizes` makes alike what is nearly so, and `brackets` the two
//!    of a pair.
//! 6. `rules`: the ruling lines of tables.
//!
//! The crate decodes no file format, decides no reading order and knows nothing of documents. Its
//! only I/O is the loading of ONNX Runtime's library.
//!
//! # Why on `ort` itself
//!
//! The layout needs the place and the confidence of every letter, which come out of the model's time
//! steps, and pictures need slices, bounds on a pass's memory, and care for seals, skew and ruling
//! lines. That is most of the code here; beside it there are two tensors to decode.

mod boxes;
mod brackets;
mod clock;
mod ctc;
mod detection;
mod error;
mod geometry;
mod lines;
mod models;
mod permille;
mod picture;
mod pixels;
mod prepare;
mod recognised;
mod recogniser;
mod recognition;
mod rules;
pub mod runtime;
mod sizes;
mod skew;
mod slices;

pub use boxes::boxes_of_map;
pub use error::Error;
pub use models::Models;
pub use picture::Picture;
pub use recognised::{Letter, Line, Recognised, Rule};
pub use recogniser::{Limits, Recogniser};
