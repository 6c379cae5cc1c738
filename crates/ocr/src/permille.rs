//! 6.85‰ or 6.85%? In a line of small print the model sees the last ring of ‰ as a 0 or an o, or not at
//! all, and a birth rate becomes ten times as high. It also sees that ring twice, and reads ‰o. Looked at alone and closely, it is seen: of the 21
//! signs on a page of a statistical bulletin, the three that were ‰ were then read as %0, and no
//! other was.

use crate::clock::Clock;
use crate::ctc::Seen;
use crate::geometry::{Point, Turned};
use crate::recognition::{Read, read};
use crate::{Error, Models, Picture};

/// How much is looked at before and after the middle of the sign, in heights of the line's ink, and
/// above and below that.
const BEFORE: f32 = 2.2;
const AFTER: f32 = 1.6;
const AROUND: f32 = 0.05;

/// How far a ring is from the middle of its sign at most, in heights of the line's ink.
const RING: f32 = 1.0;

/// The classes of the letters that this is about.
struct Signs {
    percent: usize,
    permille: usize,
    /// What the last ring of ‰ is read as.
    rings: Vec<usize>,
    /// Figures and Latin letters: what one of them follows is no ring.
    word: Vec<usize>,
}

impl Signs {
    /// `None` for a model that does not know one of them.
    fn of(dictionary: &[String]) -> Option<Self> {
        let class = |text: &str| dictionary.iter().position(|known| known == text);
        Some(Self {
            percent: class("%")?,
            permille: class("‰")?,
            rings: ["0", "o", "O", "°"].into_iter().filter_map(class).collect(),
            word: ('0'..='9')
                .chain('a'..='z')
                .chain('A'..='Z')
                .filter_map(|letter| class(letter.encode_utf8(&mut [0; 4])))
                .collect(),
        })
    }

    /// Whether the letter at `index` is a sign that a ring follows, which begins no number and no word.
    fn has_ring(&self, letters: &[Seen], index: usize, reach: f32) -> bool {
        let class = |index: usize| letters.get(index).map(|letter| letter.class);
        let is_one_of = |index: usize, wanted: &[usize]| {
            class(index).is_some_and(|class| wanted.contains(&class))
        };
        is_one_of(index, &[self.percent, self.permille])
            && is_one_of(index + 1, &self.rings)
            && letters[index + 1].at - letters[index].at <= reach
            && !is_one_of(index + 2, &self.word)
    }
}

/// Makes ‰ of the percent signs in `lines` that have a third ring.
///
/// # Errors
///
/// When the model fails or the time is over.
pub(crate) fn tell(
    models: &mut Models,
    picture: &Picture,
    lines: &mut [Read],
    clock: &Clock,
) -> Result<(), Error> {
    let Some(signs) = Signs::of(&models.dictionary) else {
        return Ok(());
    };
    let mut asked: Vec<(usize, usize)> = Vec::new();
    let mut boxes: Vec<Turned> = Vec::new();
    for (number, line) in lines.iter_mut().enumerate() {
        let height = line.ink.1 - line.ink.0;
        join_rings(&mut line.letters, &signs, height);
        for (index, letter) in line.letters.iter().enumerate() {
            if letter.class == signs.percent {
                asked.push((number, index));
                boxes.push(around(line, letter));
            }
        }
    }
    let seen = read(models, picture, &boxes, clock)?;
    for ((number, index), close) in asked.into_iter().zip(&seen) {
        let height = lines[number].ink.1 - lines[number].ink.0;
        let ringed = (0..close.letters.len()).any(|index| {
            let letter = close.letters[index];
            // The sign that was asked about, and not one beside it.
            let is_it = (letter.at - BEFORE * height).abs() <= RING * height;
            let permille = letter.class == signs.permille;
            is_it && (permille || signs.has_ring(&close.letters, index, RING * height))
        });
        if ringed {
            lines[number].letters[index].class = signs.permille;
        }
    }
    Ok(())
}

/// Makes one letter of each sign and the ring that was read after it.
fn join_rings(letters: &mut Vec<Seen>, signs: &Signs, height: f32) {
    let mut index = 0;
    while index < letters.len() {
        if signs.has_ring(letters, index, RING * height) {
            let ring = letters.remove(index + 1);
            let sign = &mut letters[index];
            sign.class = signs.permille;
            sign.at = (sign.at + ring.at) / 2.0;
            sign.confidence = sign.confidence.min(ring.confidence);
        }
        index += 1;
    }
}

/// What is looked at to tell what a letter is.
fn around(line: &Read, letter: &Seen) -> Turned {
    let (top, bottom) = line.ink;
    let height = (bottom - top).max(1.0);
    // From the middle of the line's box, along it and across it.
    let along = letter.at + (AFTER - BEFORE) / 2.0 * height - line.under.width / 2.0;
    let across = (top + bottom - line.under.height) / 2.0;
    let (sin, cos) = line.under.angle.sin_cos();
    Turned {
        centre: Point {
            x: line.under.centre.x + along * cos - across * sin,
            y: line.under.centre.y + along * sin + across * cos,
        },
        width: (BEFORE + AFTER) * height,
        height: (1.0 + 2.0 * AROUND) * height,
        angle: line.under.angle,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs() -> Signs {
        let known = [
            "", "%", "‰", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "元", "o", "f",
        ];
        Signs::of(&known.map(str::to_owned)).unwrap()
    }

    fn joined(classes: &[usize], step: f32) -> Vec<usize> {
        let seen = |(at, &class): (usize, &usize)| Seen {
            class,
            at: at as f32 * step,
            confidence: 0.9,
        };
        let mut letters = classes.iter().enumerate().map(seen).collect();
        join_rings(&mut letters, &signs(), 20.0);
        letters.iter().map(|letter| letter.class).collect()
    }

    #[test]
    fn a_ring_after_a_percent_sign_makes_it_permille() {
        assert_eq!(joined(&[8, 1, 3], 10.0), [8, 2]);
        assert_eq!(joined(&[8, 1, 3, 13], 10.0), [8, 2, 13]);
        // 5%0.3 may be two numbers, 5% and 05 are, and what is far away is another cell's.
        assert_eq!(joined(&[8, 1, 3, 8], 10.0), [8, 1, 3, 8]);
        assert_eq!(joined(&[8, 1, 3], 30.0), [8, 1, 3]);
        assert_eq!(joined(&[8, 1], 10.0), [8, 1]);
        // A ring that is read as a letter, and one that is read twice.
        assert_eq!(joined(&[8, 1, 14, 13], 10.0), [8, 2, 13]);
        assert_eq!(joined(&[8, 2, 14], 10.0), [8, 2]);
        assert_eq!(joined(&[8, 2, 3, 13], 10.0), [8, 2, 13]);
        // 8‰ of
        assert_eq!(joined(&[8, 2, 14, 15], 10.0), [8, 2, 14, 15]);
    }

    #[test]
    fn a_model_without_the_sign_is_left_alone() {
        assert!(Signs::of(&["%".to_owned(), "0".to_owned()]).is_none());
    }
}
