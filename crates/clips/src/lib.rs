//! Clips: the audio of one utterance with its pause, made once, cached, and made again from its
//! recipe when it was evicted.
//!
//! The way through, one module each:
//!
//! * [`ClipId`] follows from a [`Recipe`], which is everything that a clip is made from;
//! * a [`Form`] is the codec, rate and layout in which it is delivered, a [`Timing`] says when each
//!   syllable is heard;
//! * the cache holds clips in tiers, from the nearest: memory, the disk ([`DiskTier`]), the storage
//!   that replicas share ([`RemoteTier`]). Clips of private sources never leave memory, and stay for
//!   a stated time;
//! * tombstones keep withdrawn clips from being given or coming back;
//! * a synthesis is what a worker does for a clip that no tier holds;
//! * [`Clips`] is the service: it looks a clip up in the tiers, and has it synthesised if need be.

mod cache;
mod clip;
mod config;
mod error;
mod form;
mod id;
pub mod metrics;
mod object;
mod recipe;
mod service;
mod synthesis;
mod timing;
mod tombstones;
mod visibility;

#[cfg(test)]
mod fixtures;

pub use cache::disk::{DiskTier, atomic_folder};
pub use cache::remote::{Lease, Note, RemoteTier, TierUnavailable, Topic};
pub use cache::stored_recipe;
pub use clip::{Clip, Tier};
pub use config::{ClipLimits, ClipsConfig, RemoteConfig, RemoteService};
pub use error::{ClipError, TierError};
pub use form::{Form, Layout};
pub use id::{ClipId, NotAClipId};
pub use recipe::{Read, Recipe, estimated_duration};
pub use service::Clips;
pub use timing::Timing;
pub use visibility::Visibility;
