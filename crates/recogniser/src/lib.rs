//! Reads pictures for the whole service, in one process of its own.
//!
//! The models take hundreds of megabytes and all the processors there are, and the pixels come from
//! strangers. So they live in a child process, which the service starts from its own program when the
//! first picture comes and ends when none has come for a while. It maps the models, and then takes away
//! from itself files, memory and priority; what it is sent are pixels, since files are unpacked elsewhere.
//! It can be killed at any moment: that costs the picture it was reading one error.
//!
//! There is one queue: pictures are read one at a time, in the order in which they come, page by page, so
//! that a long file does not keep a short one waiting for its last page. What was read is kept in memory by
//! the picture's digest; whoever knows whose picture it is may keep it for good ([`Lasting`]). A picture over
//! which the process has failed twice is refused for a while, so that it costs the others no more.
//!
//! ```no_run
//! # async fn read(pixels: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
//! use langdu_recogniser::{Models, OcrConfig, Pixels, Recogniser};
//!
//! let models = Models {
//!     library: "voices/onnxruntime/libonnxruntime.so".into(),
//!     detection: "voices/recognition/detection.onnx".into(),
//!     recognition: "voices/recognition/recognition.onnx".into(),
//!     version: "rapidocr 3.10.0".to_owned(),
//! };
//! let recogniser = Recogniser::new(OcrConfig::default(), models, None, None);
//! let page = Pixels { width: 1240, height: 1754, rgb: pixels.into() };
//! let read = recogniser.recognise(page, None).await?;
//! println!("{} lines", read.text.lines.len());
//! # Ok(())
//! # }
//! ```

pub mod child;
mod config;
mod error;
mod lasting;
pub mod metrics;
mod process;
mod queue;

pub use config::OcrConfig;
pub use error::RecogniseError;
pub use lasting::{Found, Lasting, PictureId};
pub use process::{Models, Pixels};
pub use queue::{ReadPicture, Recogniser};
