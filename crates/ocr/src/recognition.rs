//! Reads the lines that were found.

use ort::session::Session;
use ort::value::Tensor;

use crate::clock::Clock;
use crate::ctc::{Seen, decode};
use crate::detection::normalised;
use crate::geometry::Turned;
use crate::pixels::{Part, cut, scaled};
use crate::{Error, Models, Picture};

/// How high a line is for the model.
const HEIGHT: u32 = 48;

/// The least width of a line for the model: shorter ones are laid on so much ground.
const LEAST_WIDTH: u32 = 320;

/// How wide all lines of a pass are at most, laid side by side, unless one alone is wider. The model
/// gives 75 kB of probabilities for every eight pixels.
const PASS_WIDTH: u32 = 2_400;

/// The widest line; a wider one is pressed together. Fifty hanzi in a line are as many as a page of
/// A4 across has of the smallest print.
const MOST_WIDTH: u32 = 4_800;

/// A line as it was read: its letters, and how it lies.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    /// The letters; their places are in pixels of the picture along the box, from its left edge.
    pub(crate) letters: Vec<Seen>,
    pub(crate) under: Turned,
    /// Where its ink begins and ends from the top of the box, in pixels of the picture.
    pub(crate) ink: (f32, f32),
}

/// Reads what lies under `boxes`, in their order.
///
/// # Errors
///
/// When the model fails or the time is over.
pub(crate) fn read(
    models: &mut Models,
    picture: &Picture,
    boxes: &[Turned],
    clock: &Clock,
) -> Result<Vec<Read>, Error> {
    let width = |found: &Turned| {
        let wide = f64::from(found.width) / f64::from(found.height.max(1.0)) * f64::from(HEIGHT);
        (wide.ceil() as u32).clamp(8, MOST_WIDTH)
    };
    let mut order: Vec<(u32, usize)> = boxes.iter().map(width).zip(0..).collect();
    order.sort_unstable();
    let mut lines: Vec<Option<Read>> = boxes.iter().map(|_| None).collect();
    let mut waiting = order.as_slice();
    while let Some(&(first, _)) = waiting.first() {
        clock.check()?;
        // As many as fit when each is as wide as the widest.
        let fitting = waiting
            .iter()
            .enumerate()
            .take_while(|&(index, &(width, _))| {
                index == 0 || width.max(LEAST_WIDTH) * (index as u32 + 1) <= PASS_WIDTH
            })
            .count();
        let (batch, rest) = waiting.split_at(fitting);
        let widest = batch.last().map_or(first, |&(width, _)| width);
        let strips = batch
            .iter()
            .map(|&(width, index)| strip(picture, &boxes[index], width))
            .collect::<Result<Vec<_>, _>>()?;
        let read = pass(&mut models.recognition, &strips, widest.max(LEAST_WIDTH))?;
        for ((&(width, index), strip), letters) in batch.iter().zip(&strips).zip(read) {
            let under = boxes[index];
            lines[index] = Some(placed(letters, under, strip, width));
        }
        waiting = rest;
    }
    Ok(lines.into_iter().flatten().collect())
}

/// What lies under a box, as high as the model takes it.
fn strip(picture: &Picture, under: &Turned, width: u32) -> Result<Picture, Error> {
    let level = cut(picture, under);
    let whole = Part {
        left: 0,
        top: 0,
        width: level.width,
        height: level.height,
    };
    scaled(&level, whole, width, HEIGHT)
}

/// The letters of each strip, with their places in pixels of the strip.
fn pass(model: &mut Session, strips: &[Picture], width: u32) -> Result<Vec<Vec<Seen>>, Error> {
    let failed = |error: ort::Error| Error::Model(format!("reading the lines: {error}"));
    let (columns, rows) = (width as usize, HEIGHT as usize);
    // What is beyond a strip is 0, as it was when the model was trained.
    let mut values = vec![0.0f32; strips.len() * 3 * rows * columns];
    for (strip, line) in strips
        .iter()
        .zip(values.chunks_exact_mut(3 * rows * columns))
    {
        for (plane, channel) in line.chunks_exact_mut(rows * columns).zip([2, 1, 0]) {
            let pixels = strip.rgb.chunks_exact(strip.width as usize * 3);
            for (values, row) in plane.chunks_exact_mut(columns).zip(pixels) {
                for (value, pixel) in values.iter_mut().zip(row.chunks_exact(3)) {
                    *value = normalised(pixel[channel]);
                }
            }
        }
    }
    let shape = [strips.len(), 3, rows, columns];
    let input = Tensor::from_array((shape, values)).map_err(failed)?;
    let outputs = model.run(ort::inputs![input]).map_err(failed)?;
    let (shape, probabilities) = outputs[0].try_extract_tensor::<f32>().map_err(failed)?;
    let [_, steps, classes] = shape[..] else {
        return Err(Error::Model(format!(
            "reading the lines: the model answers in {} dimensions",
            shape.len()
        )));
    };
    let (steps, classes) = (steps.max(1) as usize, classes.max(1) as usize);
    let step = width as f32 / steps as f32;
    Ok(probabilities
        .chunks_exact(steps * classes)
        .map(|line| {
            let mut letters = decode(line, classes);
            for letter in &mut letters {
                letter.at *= step;
            }
            letters
        })
        .collect())
}

/// Letters of a strip as they lie in the picture.
fn placed(mut letters: Vec<Seen>, under: Turned, strip: &Picture, width: u32) -> Read {
    let along = under.width / width as f32;
    for letter in &mut letters {
        letter.at = (letter.at * along).min(under.width);
    }
    let down = under.height / HEIGHT as f32;
    let (top, bottom) = ink(strip);
    Read {
        letters,
        under,
        ink: (top as f32 * down, bottom as f32 * down),
    }
}

/// The first row with ink and the row after the last one. Rows that are ink nearly from end to end
/// are ruling lines.
fn ink(strip: &Picture) -> (usize, usize) {
    let row = (strip.width as usize * 3).max(3);
    let lightness: Vec<u8> = strip
        .rgb
        .chunks_exact(3)
        .map(|pixel| crate::pixels::lightness(pixel[0], pixel[1], pixel[2]))
        .collect();
    let ground = median(&lightness);
    let contrast = |value: u8| value.abs_diff(ground);
    let strongest = lightness.iter().map(|&value| contrast(value)).max();
    let bound = (strongest.unwrap_or(0) / 2).max(24);
    let columns = row / 3;
    let inked: Vec<bool> = lightness
        .chunks_exact(columns)
        .map(|row| {
            let count = row.iter().filter(|&&value| contrast(value) > bound).count();
            count * 50 > columns.min(100) && count * 10 < columns * 8
        })
        .collect();
    match (
        inked.iter().position(|&inked| inked),
        inked.iter().rposition(|&inked| inked),
    ) {
        (Some(first), Some(last)) => (first, last + 1),
        _ => (0, HEIGHT as usize),
    }
}

fn median(values: &[u8]) -> u8 {
    let mut counts = [0usize; 256];
    for &value in values {
        counts[value as usize] += 1;
    }
    let mut below = 0;
    for (value, count) in counts.into_iter().enumerate() {
        below += count;
        if below * 2 >= values.len() {
            return value as u8;
        }
    }
    255
}
