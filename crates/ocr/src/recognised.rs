//! What was read of a picture.
//!
//! Places are in pixels of the upright picture, x to the right and y down: the picture as it came,
//! turned by [`Recognised::quarter_turns`], and then turned about its centre by
//! [`Recognised::skew_degrees`], with its width and height kept.

/// What was read of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognised {
    /// The width of the upright picture in pixels.
    pub width: u32,
    /// The height of the upright picture in pixels.
    pub height: u32,
    /// How far the lines of the picture as it came rose to the right, in degrees, after the quarter
    /// turns: what was taken away. 0 where it could not be told.
    pub skew_degrees: f32,
    /// How many quarter turns clockwise made the picture upright: 0 to 3.
    pub quarter_turns: u8,
    /// The lines as they were found, from top to bottom and from left to right. This is no reading
    /// order: cells of a table and columns stand side by side.
    pub lines: Vec<Line>,
    /// Ruling lines: of tables, of the red head, under headings.
    pub rules: Vec<Rule>,
}

/// A line of letters, as far as nothing wide parts them.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its left edge.
    pub left: f32,
    /// Its upper edge.
    pub top: f32,
    /// Its right edge.
    pub right: f32,
    /// Its lower edge.
    pub bottom: f32,
    /// How wide and high a hanzi of it is, in pixels; lines of nearly the same size have exactly the
    /// same.
    pub size: f32,
    /// Its letters from left to right.
    pub letters: Vec<Letter>,
    /// How sure its letters are on the whole, 0 to 1: their mean.
    pub confidence: f32,
}

impl Line {
    /// Its letters as text.
    pub fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.text).collect()
    }
}

/// A letter of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Letter {
    /// The letter. Spaces stand only between Latin words and between numbers.
    pub text: char,
    /// Its left edge.
    pub left: f32,
    /// Its right edge.
    pub right: f32,
    /// How sure it is, 0 to 1: the probability that the model gives it.
    pub confidence: f32,
}

/// A ruling line: level or upright, from its left or upper end to its right or lower one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Where it begins.
    pub x0: f32,
    /// Where it begins.
    pub y0: f32,
    /// Where it ends.
    pub x1: f32,
    /// Where it ends.
    pub y1: f32,
}
