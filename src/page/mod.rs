//! Fetched bytes with their final URL, media type and charset.

pub mod charset;
