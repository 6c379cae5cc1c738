//! Finds the lines of a picture.

use ort::session::Session;
use ort::value::Tensor;

use crate::boxes::{Map, boxes};
use crate::clock::Clock;
use crate::geometry::{Point, Turned};
use crate::pixels::scaled;
use crate::slices::{self, Slice};
use crate::{Error, Picture};

/// The model halves its input five times, so its sides are multiples of this.
const MULTIPLE: usize = 32;

/// How much is laid around the picture at least, on all sides together: letters that touch its edge
/// are not seen.
const MARGIN: usize = 16;

/// How large a picture is shown to the model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight {
    /// The most pixels of a picture that is seen whole.
    pub(crate) pixels: f64,
    /// The most pixels of the shorter side of one that is parted.
    pub(crate) side: f64,
}

/// The boxes of the lines of `picture`, in its pixels, in no order, and the height of what the median
/// line had in the model's eyes.
///
/// # Errors
///
/// When the model fails or the time is over.
pub(crate) fn detect(
    model: &mut Session,
    picture: &Picture,
    sight: Sight,
    clock: &Clock,
) -> Result<Detected, Error> {
    let mut found = Vec::new();
    let mut heights = Vec::new();
    for slice in slices::plan(picture.width, picture.height, sight.pixels, sight.side) {
        clock.check()?;
        for (seen, placed) in pass(model, picture, &slice)? {
            if slice.owns(&placed) {
                heights.push(seen.height.min(seen.width));
                found.push(placed);
            }
        }
    }
    heights.sort_by(f32::total_cmp);
    Ok(Detected {
        boxes: slices::without_doubles(found),
        seen_height: heights.get(heights.len() / 4).copied(),
    })
}

/// What was found in a picture.
pub(crate) struct Detected {
    /// The boxes of its lines, in its pixels.
    pub(crate) boxes: Vec<Turned>,
    /// How high the lines were for the model: a quarter of them were lower. `None` without lines.
    pub(crate) seen_height: Option<f32>,
}

/// One pass over a part of the picture: each box as the model saw it, and where it is.
fn pass(
    model: &mut Session,
    picture: &Picture,
    slice: &Slice,
) -> Result<Vec<(Turned, Turned)>, Error> {
    let seen = scaled(picture, slice.part, slice.width, slice.height)?;
    let canvas = Canvas::around(&seen);
    let failed = |error: ort::Error| Error::Model(format!("finding the lines: {error}"));
    let shape = [1, 3, canvas.height, canvas.width];
    let input = Tensor::from_array((shape, canvas.values)).map_err(failed)?;
    let outputs = model.run(ort::inputs![input]).map_err(failed)?;
    let (_, values) = outputs[0].try_extract_tensor::<f32>().map_err(failed)?;
    let map = Map {
        width: canvas.width,
        height: canvas.height,
        values,
    };
    if values.len() != map.width * map.height {
        return Err(Error::Model(format!(
            "finding the lines: {} values for {} × {} pixels",
            values.len(),
            map.width,
            map.height
        )));
    }
    let (x, y) = (
        slice.part.width as f32 / slice.width as f32,
        slice.part.height as f32 / slice.height as f32,
    );
    let place = |seen: Turned| {
        let on_picture = Turned {
            centre: Point {
                x: seen.centre.x - canvas.left as f32,
                y: seen.centre.y - canvas.top as f32,
            },
            ..seen
        };
        let mut placed = on_picture.scaled(x, y);
        placed.centre.x += slice.part.left as f32;
        placed.centre.y += slice.part.top as f32;
        (seen, placed)
    };
    Ok(boxes(&map).into_iter().map(place).collect())
}

/// A picture as the model takes it: blue, green and red in planes of their own, −1 to 1, in the
/// middle of a ground whose sides the model can halve.
struct Canvas {
    width: usize,
    height: usize,
    left: usize,
    top: usize,
    values: Vec<f32>,
}

impl Canvas {
    fn around(picture: &Picture) -> Self {
        let side = |pixels: u32| (pixels as usize + MARGIN).next_multiple_of(MULTIPLE);
        let (width, height) = (side(picture.width), side(picture.height));
        let left = (width - picture.width as usize) / 2;
        let top = (height - picture.height as usize) / 2;
        let ground = ground(picture).map(normalised);
        let mut values = Vec::with_capacity(3 * width * height);
        for channel in [2, 1, 0] {
            let start = values.len();
            values.resize(start + width * height, ground[channel]);
            let rows = picture.rgb.chunks_exact(picture.width as usize * 3);
            for (y, row) in rows.enumerate() {
                let begin = start + (top + y) * width + left;
                let plane = &mut values[begin..begin + picture.width as usize];
                for (value, pixel) in plane.iter_mut().zip(row.chunks_exact(3)) {
                    *value = normalised(pixel[channel]);
                }
            }
        }
        Self {
            width,
            height,
            left,
            top,
            values,
        }
    }
}

/// A channel as both models take it: −1 to 1.
pub(crate) fn normalised(channel: u8) -> f32 {
    f32::from(channel) / 127.5 - 1.0
}

/// The mean colour of the picture's edges.
fn ground(picture: &Picture) -> [u8; 3] {
    let row = picture.width as usize * 3;
    let rows = || picture.rgb.chunks_exact(row.max(3));
    let mut sums = [0u64; 3];
    let mut count = 0u64;
    let mut add = |pixel: &[u8]| {
        for (sum, &channel) in sums.iter_mut().zip(pixel) {
            *sum += u64::from(channel);
        }
        count += 1;
    };
    let ends = rows().next().into_iter().chain(rows().next_back());
    ends.flat_map(|row| row.chunks_exact(3)).for_each(&mut add);
    for row in rows() {
        add(&row[..3]);
        add(&row[row.len() - 3..]);
    }
    sums.map(|sum| (sum / count.max(1)) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canvas_has_the_picture_in_its_middle_and_the_ground_about_it() {
        let picture = Picture {
            width: 40,
            height: 10,
            rgb: [255, 0, 0].repeat(400),
        };
        let canvas = Canvas::around(&picture);
        assert_eq!((canvas.width, canvas.height), (64, 32));
        assert_eq!((canvas.left, canvas.top), (12, 11));
        let plane = canvas.width * canvas.height;
        assert_eq!(canvas.values.len(), 3 * plane);
        // Blue first, red last, and everywhere the one colour that there is.
        assert!(
            canvas.values[..2 * plane]
                .iter()
                .all(|&value| value == -1.0)
        );
        assert!(canvas.values[2 * plane..].iter().all(|&value| value == 1.0));
    }
}
