//! What the encoders promise, checked with decoders that share no code with them: symphonia (pure
//! Rust) for MP3, WAV, FLAC and the Ogg container, libopus' decoder for Opus packets, for which there is
//! no second implementation as complete.

mod bad_input;
mod document;
mod files;
mod flac;
mod law;
mod speech;
mod streams;
