//! Fetched bytes with their final URL, media type and charset.
