//! langdu 朗读 reads Chinese policy documents aloud.
//!
//! This is the service. It strings the stages together, which are crates of their own and know
//! nothing of each other's insides:
//!
//! ```text
//! Source ─▶ fetch ─▶ document ─▶ text ─▶ voice ─▶ audio ─▶ clips ─▶ server ─▶ listener
//!             └─▶ file ──┘
//! ```

pub mod assemble;
pub mod broadcast;
pub mod captions;
pub mod cli;
pub mod config;
pub mod corrections;
mod database;
pub mod ledger;
pub mod lexicon_file;
pub mod listens;
pub mod prepare;
pub mod reading;
mod reason;
pub mod server;
pub mod telemetry;
pub mod withdrawals;
