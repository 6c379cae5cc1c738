//! From phonemes to samples: voice packs, the models that run them, and who is served when.
//!
//! * [`pack`] installs, checks and opens voice packs; [`voices`] picks the voice a caller wants.
//! * [`phonemes`] puts an utterance into a pack's own scheme, with [`espeak`] where that is needed.
//! * [`plan`] says which samples of a planned sentence an utterance is.
//! * [`melody`] shapes the pitch that the model planned.
//! * [`timing`] predicts when each syllable will be heard.
//! * [`engine`] speaks, on the ONNX Runtime that [`runtime`] loads.
//! * [`pool`] decides which utterance is spoken next, and [`pace`] measures how fast that goes.
//!
//! ```no_run
//! use std::path::Path;
//! use std::sync::Arc;
//!
//! use langdu_text::FrontEnd;
//! use langdu_voice::engine::Engine;
//! use langdu_voice::{Speech, pack, phonemes, runtime};
//!
//! let voices = Path::new("voices");
//! runtime::init(&pack::runtime_library(voices), 0)?;
//! let (mut packs, _refused) = pack::scan(voices)?;
//! let pack = Arc::new(packs.remove(0));
//! let mut engine = Engine::load(pack.clone())?;
//! let utterances = FrontEnd::new().explain("老年人助餐服务");
//! for index in 0..utterances.len() {
//!     let fed = phonemes::for_pack(&pack, &utterances, index)?;
//!     let samples = engine.speak(&Speech {
//!         part: fed.part,
//!         ..Speech::whole(&fed.phonemes, pack.speakers[0].id, 1.0)
//!     })?;
//!     println!("{} samples at {} Hz", samples.len(), pack.sample_rate);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate encodes nothing, stores nothing and knows nothing of documents or clips.

mod encoder;
pub mod engine;
mod error;
pub mod espeak;
mod espeak_data;
pub mod melody;
pub mod metrics;
mod operators;
pub mod pace;
pub mod pack;
pub mod phonemes;
pub mod plan;
pub mod pool;
pub mod runtime;
mod speech;
pub mod timing;
pub mod voices;

pub use error::VoiceError;
pub use espeak_data::point_to_data;
pub use melody::Melody;
pub use speech::Speech;
