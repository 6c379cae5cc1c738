//! What was read of a picture: letters with their places, before they are lines and paragraphs.
//!
//! A plain value that crosses from the recogniser's process to the one that lays pages out. Places are
//! in pixels of the upright picture, x to the right and y down.

use serde::{Deserialize, Serialize};

/// What was read of a picture.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PictureText {
    /// Width of the upright picture, in pixels.
    pub width: u32,
    /// Height of the upright picture, in pixels.
    pub height: u32,
    /// How many quarter turns clockwise made the picture upright: 0 to 3.
    pub quarter_turns: u8,
    /// The lines as they were found, in no reading order.
    pub lines: Vec<PictureLine>,
    /// Ruling lines: of tables, of a red head.
    pub rules: Vec<PictureRule>,
}

/// A line of letters, as far as nothing wide parts them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PictureLine {
    /// Its upper edge.
    pub top: f32,
    /// Its lower edge.
    pub bottom: f32,
    /// How wide and high a hanzi of it is, in pixels.
    pub size: f32,
    /// Its letters from left to right.
    pub letters: Vec<PictureLetter>,
}

/// A letter of a line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PictureLetter {
    /// The letter.
    pub text: char,
    /// Its left edge.
    pub left: f32,
    /// Its right edge.
    pub right: f32,
    /// How sure it is, from 0 to 1.
    pub confidence: f32,
}

/// A ruling line: level or upright.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PictureRule {
    /// Where it begins.
    pub x0: f32,
    /// Where it begins.
    pub y0: f32,
    /// Where it ends.
    pub x1: f32,
    /// Where it ends.
    pub y1: f32,
}
