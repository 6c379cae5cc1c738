//! A picture in memory.

use crate::Error;

/// A picture in memory: 8 bits a channel, red, green and blue, rows without padding, from the top.
/// What is transparent has to be laid on white before.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// `width` × `height` × 3 bytes.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// How many pixels it has by its width and height.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Whether its bytes are as many as its pixels need.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when they are not.
    pub fn check(&self) -> Result<(), Error> {
        let needed = self.pixels().saturating_mul(3);
        let bytes = self.rgb.len() as u64;
        if bytes == needed {
            return Ok(());
        }
        Err(Error::Malformed {
            width: self.width,
            height: self.height,
            needed,
            bytes,
        })
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} × {})", self.width, self.height)
    }
}
