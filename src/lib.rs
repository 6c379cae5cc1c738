//! langdu 朗读 reads Chinese policy documents aloud.
//!
//! A source is a URL, an HTML page or plain text. It passes through the stages in one direction,
//! each taking the former's type and knowing nothing of the later ones:
//!
//! ```text
//! Source ─▶ page ─▶ document ─▶ text ─▶ voice ─▶ audio ─▶ clip ─▶ server ─▶ listener
//! ```
//!
//! `page`, `document`, `file` and `text` build without the `voice` feature, so that fuzzing and
//! mutation testing link neither ONNX Runtime nor espeak-ng; so do the configuration (`config`) and
//! voice packs as files (`pack`), each with a feature of its own.

pub mod byte_range;
pub mod document;
pub mod file;
pub mod lexicon_file;
pub mod page;
pub mod pages;
pub mod text;

#[cfg(feature = "voice")]
pub mod assemble;
#[cfg(feature = "voice")]
pub mod audio;
#[cfg(feature = "voice")]
pub mod bench;
#[cfg(feature = "voice")]
pub mod cli;
#[cfg(feature = "voice")]
pub mod clip;
#[cfg(feature = "config")]
pub mod config;
#[cfg(feature = "voice")]
pub mod ledger;
#[cfg(feature = "voice")]
pub mod prepare;
#[cfg(feature = "voice")]
pub mod reading;
#[cfg(feature = "voice")]
pub mod server;
#[cfg(feature = "voice")]
pub mod telemetry;
#[cfg(feature = "pack")]
pub mod voice;
