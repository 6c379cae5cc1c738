//! From a picture to what is written in it.

use std::time::Duration;

use crate::{Error, Models, Picture, Recognised};

/// What one picture may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most pixels that it may have.
    pub pixels: u64,
    /// How long it may take. It is looked at between the passes of the models, so that it can be
    /// exceeded by one pass.
    pub time: Duration,
}

impl Default for Limits {
    /// 40 million pixels, an A4 page at 600 dpi, and one minute.
    fn default() -> Self {
        Self {
            pixels: 40_000_000,
            time: Duration::from_secs(60),
        }
    }
}

/// Reads pictures, one at a time.
pub struct Recogniser {
    models: Models,
}

impl Recogniser {
    /// A recogniser that reads with `models`.
    pub fn new(models: Models) -> Self {
        Self { models }
    }

    /// Reads a picture. A picture without anything to read has no lines.
    ///
    /// # Errors
    ///
    /// When the picture's bytes do not fit its size, it has too many pixels, it takes too long, or a
    /// model fails.
    pub fn recognise(&mut self, picture: &Picture, limits: &Limits) -> Result<Recognised, Error> {
        picture.check()?;
        if picture.pixels() > limits.pixels {
            return Err(Error::TooLarge {
                pixels: picture.pixels(),
                most: limits.pixels,
            });
        }
        let _ = &self.models;
        Err(Error::Model("the passes of the models come next".to_owned()))
    }
}
