//! From a picture to what is written in it.

use std::time::Duration;

use crate::clock::Clock;
use crate::detection::{Sight, detect};
use crate::geometry::Turned;
use crate::pixels::{Gray, middle_of, quarter_turned};
use crate::recognition::{Read, read};
use crate::{Error, Models, Picture, Recognised, lines, permille, prepare, rules, skew};

/// How large a picture is shown to the detection model at first.
const FIRST_SIGHT: Sight = Sight {
    pixels: 800_000.0,
    side: 800.0,
};

/// How large it is shown where its lines were low: at most, because memory grows with it.
const CLOSE_SIGHT: Sight = Sight {
    pixels: 1_900_000.0,
    side: 1_500.0,
};

/// Lines that are lower than this for the detection model, in its pixels and with what it grows a
/// box by, are looked at more closely.
const LOW: f32 = 14.0;

/// By how many lines it is told which way up a picture is.
const ASKED: usize = 4;

/// A picture whose longest lines are read with this confidence is the right way up.
const SURE: f32 = 0.85;

/// How much more confident the other way up has to be.
const BETTER: f32 = 0.1;

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
        let clock = Clock::new(limits.time);
        let mut picture = picture.clone();
        if picture.pixels() == 0 {
            return Ok(self.assembled(&picture, 0.0, 0, Vec::new()));
        }
        prepare::whiten_seals(&mut picture);
        prepare::take_off_specks(&mut picture);
        let mut boxes = self.find(&picture, &clock)?;
        let turns = self.quarter_turns(&picture, &boxes, &clock)?;
        if turns > 0 {
            picture = quarter_turned(&picture, turns);
            boxes = self.find(&picture, &clock)?;
        }
        let skew = skew::skew(&boxes);
        let mut read = read(&mut self.models, &picture, &boxes, &clock)?;
        permille::tell(&mut self.models, &picture, &mut read, &clock)?;
        Ok(self.assembled(&picture, skew, turns, read))
    }

    /// The boxes of lines, looked for once more and closely where they are low.
    fn find(&mut self, picture: &Picture, clock: &Clock) -> Result<Vec<Turned>, Error> {
        let model = &mut self.models.detection;
        let first = detect(model, picture, FIRST_SIGHT, clock)?;
        if first.seen_height.is_none_or(|height| height >= LOW) {
            return Ok(first.boxes);
        }
        Ok(detect(model, picture, CLOSE_SIGHT, clock)?.boxes)
    }

    /// How many quarter turns clockwise make the picture upright.
    ///
    /// What lies on its side has upright boxes, and is read both ways; what is written from top to
    /// bottom has them, too, but is read well neither way. What is upside down is read badly.
    fn quarter_turns(
        &mut self,
        picture: &Picture,
        boxes: &[Turned],
        clock: &Clock,
    ) -> Result<u8, Error> {
        let mut longest = boxes.to_vec();
        longest.sort_by(|a, b| b.width.max(b.height).total_cmp(&a.width.max(a.height)));
        longest.truncate(ASKED);
        if longest.is_empty() {
            return Ok(0);
        }
        let (first, second) = if skew::stands(boxes) { (1, 3) } else { (0, 2) };
        let one = self.confidence(picture, &longest, first, clock)?;
        if first == 0 && one >= SURE {
            return Ok(0);
        }
        let other = self.confidence(picture, &longest, second, clock)?;
        let (best, turns) = if other > one + BETTER {
            (other, second)
        } else {
            (one, first)
        };
        let read_well = first == 0 || best >= SURE - BETTER;
        Ok(if read_well { turns } else { 0 })
    }

    /// How sure the letters under `boxes` are when the picture is turned by quarters clockwise.
    fn confidence(
        &mut self,
        picture: &Picture,
        boxes: &[Turned],
        turns: u8,
        clock: &Clock,
    ) -> Result<f32, Error> {
        // A line that is cut out along the direction that it would have.
        let against = f32::from(turns) * -std::f32::consts::FRAC_PI_2;
        let turned: Vec<Turned> = boxes
            .iter()
            .map(|found| {
                let odd = turns % 2 == 1;
                Turned {
                    width: if odd { found.height } else { found.width },
                    height: if odd { found.width } else { found.height },
                    angle: found.angle + against,
                    ..*found
                }
            })
            .collect();
        let read = read(&mut self.models, picture, &turned, clock)?;
        let letters = || read.iter().flat_map(|line| &line.letters);
        let sum: f32 = letters().map(|letter| letter.confidence).sum();
        Ok(sum / letters().count().max(1) as f32)
    }

    /// What was read, brought upright.
    fn assembled(
        &self,
        picture: &Picture,
        skew: f32,
        quarter_turns: u8,
        mut read: Vec<Read>,
    ) -> Recognised {
        let middle = middle_of(picture);
        for line in &mut read {
            line.under = line.under.turned(middle, -skew);
        }
        let lines = lines::lines(read, &self.models.dictionary);
        let gray = Gray::of(picture);
        let gray = if skew == 0.0 {
            gray
        } else {
            gray.turned(-skew)
        };
        Recognised {
            width: picture.width,
            height: picture.height,
            skew_degrees: -skew.to_degrees(),
            quarter_turns,
            rules: rules::rules(&gray, &lines),
            lines,
        }
    }
}
