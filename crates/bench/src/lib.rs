//! Measures a running service from its callers' side, and the voice alone.
//!
//! The method, and what each figure means, is described in `docs/benchmarking.md`. A report is
//! complete: it holds every stream that was asked for, with its error if it had one.
//!
//! A measurement goes through the modules in this order: a [`Corpus`] says what is read and a
//! [`Plan`] how; [`run`] plays the listeners, each of whom [hears](hear()) streams; the [`Report`] holds
//! every stream and the figures that follow; [`level_table`], [`page`] and [`compare()`] show it.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use langdu_bench::{Corpus, Load, Plan, Temperature, Watch, level_table, run};
//!
//! struct Silent;
//!
//! impl Watch for Silent {
//!     fn level(&self, _number: usize, _of: usize, _what: &str) {}
//!     fn part(&self, _done: f64) {}
//! }
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let target = "http://127.0.0.1:7860";
//! let plan = Plan {
//!     target: target.to_owned(),
//!     endpoint: target.parse()?,
//!     token: None,
//!     loads: vec![Load::Closed { listeners: 4, listening: false }],
//!     temperatures: vec![Temperature::Cold, Temperature::Warm],
//!     duration: Duration::from_secs(30),
//!     corpus: Corpus::default(),
//!     voice: String::new(),
//!     seed: 1,
//!     cores: None,
//! };
//! let report = run(&plan, &Silent).await?;
//! print!("{}", level_table(&report));
//! # Ok(())
//! # }
//! ```

pub mod compare;
pub mod corpus;
mod error;
pub mod hear;
mod html;
mod load;
pub mod plan;
mod plots;
pub mod readings;
pub mod report;
pub mod stats;
mod table;
pub mod voice;

pub use compare::{Comparison, compare};
pub use corpus::{Corpus, PARAGRAPHS};
pub use error::BenchError;
pub use hear::{Heard, hear};
pub use html::page;
pub use load::{Watch, run};
pub use plan::{Load, Plan, Temperature};
pub use readings::{ReadingsPlan, ReadingsReport, readings};
pub use report::{LoadLevel, Report, Unmeasured};
pub use table::{aligned, comparison_table, level_table};
