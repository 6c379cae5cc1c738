//! Cutting, turning and scaling of pictures.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use crate::geometry::{Point, Turned};
use crate::{Error, Picture};

/// The part of a picture between two of its columns and two of its rows, in whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// A part of `picture`, scaled to `width` × `height`.
///
/// # Errors
///
/// When the part does not lie in the picture, or one of the two has no pixels.
pub(crate) fn scaled(
    picture: &Picture,
    part: Part,
    width: u32,
    height: u32,
) -> Result<Picture, Error> {
    let failed = |reason: String| Error::Model(format!("cannot scale the picture: {reason}"));
    // Typed, because the untyped calls compile the loops of every kind of pixel into this crate.
    let source = TypedImageRef::<U8x3>::from_buffer(picture.width, picture.height, &picture.rgb)
        .map_err(|error| failed(error.to_string()))?;
    let mut rgb = vec![0; width as usize * height as usize * 3];
    let mut target = TypedImage::<U8x3>::from_buffer(width, height, &mut rgb)
        .map_err(|error| failed(error.to_string()))?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .crop(
            part.left.into(),
            part.top.into(),
            part.width.into(),
            part.height.into(),
        );
    Resizer::new()
        .resize_typed(&source, &mut target, &options)
        .map_err(|error| failed(error.to_string()))?;
    Ok(Picture { width, height, rgb })
}

/// `picture` after so many quarter turns clockwise.
pub(crate) fn quarter_turned(picture: &Picture, turns: u8) -> Picture {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let pixel = |x: usize, y: usize| {
        let at = (y * width + x) * 3;
        picture.rgb.get(at..at + 3).unwrap_or(&[255; 3])
    };
    let odd = turns % 2 == 1;
    let (new_width, new_height) = if odd {
        (height, width)
    } else {
        (width, height)
    };
    let mut rgb = Vec::with_capacity(picture.rgb.len());
    for y in 0..new_height {
        for x in 0..new_width {
            rgb.extend_from_slice(match turns % 4 {
                0 => pixel(x, y),
                1 => pixel(y, height - 1 - x),
                2 => pixel(width - 1 - x, height - 1 - y),
                _ => pixel(width - 1 - y, x),
            });
        }
    }
    Picture {
        width: new_width as u32,
        height: new_height as u32,
        rgb,
    }
}

/// What lies under a turned rectangle, level. Where it reaches beyond the picture, the picture's
/// edge goes on.
pub(crate) fn cut(picture: &Picture, under: &Turned) -> Picture {
    let width = (under.width.round() as u32).clamp(1, picture.width.max(1) * 2);
    let height = (under.height.round() as u32).clamp(1, picture.height.max(1) * 2);
    let (sin, cos) = under.angle.sin_cos();
    let (middle_x, middle_y) = ((width as f32 - 1.0) / 2.0, (height as f32 - 1.0) / 2.0);
    let mut rgb = Vec::with_capacity(width as usize * height as usize * 3);
    for row in 0..height {
        let v = row as f32 - middle_y;
        for column in 0..width {
            let u = column as f32 - middle_x;
            rgb.extend_from_slice(&sample(
                picture,
                Point {
                    x: under.centre.x + u * cos - v * sin,
                    y: under.centre.y + u * sin + v * cos,
                },
            ));
        }
    }
    Picture { width, height, rgb }
}

/// The colour at a place between pixels, mixed of the four around it; places are those of pixels'
/// middles.
fn sample(picture: &Picture, at: Point) -> [u8; 3] {
    let (right, bottom) = (
        picture.width.saturating_sub(1) as usize,
        picture.height.saturating_sub(1) as usize,
    );
    let x = at.x.clamp(0.0, right as f32);
    let y = at.y.clamp(0.0, bottom as f32);
    let (left, top) = (x as usize, y as usize);
    let (along, down) = (
        ((x - left as f32) * 256.0) as u32,
        ((y - top as f32) * 256.0) as u32,
    );
    let pixel = |x: usize, y: usize| {
        let start = (y.min(bottom) * picture.width as usize + x.min(right)) * 3;
        picture.rgb.get(start..start + 3).unwrap_or(&[255; 3])
    };
    let (a, b) = (pixel(left, top), pixel(left + 1, top));
    let (c, d) = (pixel(left, top + 1), pixel(left + 1, top + 1));
    std::array::from_fn(|channel| {
        let mix = |a: u8, b: u8| u32::from(a) * (256 - along) + u32::from(b) * along;
        let upper = mix(a[channel], b[channel]);
        let lower = mix(c[channel], d[channel]);
        ((upper * (256 - down) + lower * down + (1 << 15)) >> 16) as u8
    })
}

/// The lightness of each pixel, row by row.
pub(crate) struct Gray {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: Vec<u8>,
}

impl Gray {
    /// The lightness of a picture.
    pub(crate) fn of(picture: &Picture) -> Self {
        Self {
            width: picture.width as usize,
            height: picture.height as usize,
            values: picture
                .rgb
                .chunks_exact(3)
                .map(|pixel| lightness(pixel[0], pixel[1], pixel[2]))
                .collect(),
        }
    }

    /// The same, turned about its middle by `angle` radians, with the next pixel at each place.
    /// What comes in at the corners is white.
    pub(crate) fn turned(&self, angle: f32) -> Self {
        let (sin, cos) = angle.sin_cos();
        let (middle_x, middle_y) = middle(self.width, self.height);
        let mut values = Vec::with_capacity(self.values.len());
        for y in 0..self.height {
            let v = y as f32 - middle_y;
            for x in 0..self.width {
                let u = x as f32 - middle_x;
                let from_x = (middle_x + u * cos + v * sin).round();
                let from_y = (middle_y - u * sin + v * cos).round();
                let inside = from_x >= 0.0
                    && from_y >= 0.0
                    && from_x < self.width as f32
                    && from_y < self.height as f32;
                let at = from_y as usize * self.width + from_x as usize;
                values.push(if inside {
                    self.values.get(at).copied().unwrap_or(255)
                } else {
                    255
                });
            }
        }
        Self {
            width: self.width,
            height: self.height,
            values,
        }
    }
}

/// About what a picture is turned, in pixels' middles.
fn middle(width: usize, height: usize) -> (f32, f32) {
    ((width as f32 - 1.0) / 2.0, (height as f32 - 1.0) / 2.0)
}

/// About what a picture is turned.
pub(crate) fn middle_of(picture: &Picture) -> Point {
    let (x, y) = middle(picture.width as usize, picture.height as usize);
    Point { x, y }
}

/// How light a colour is, 0 to 255 (ITU-R BT.601).
pub(crate) fn lightness(red: u8, green: u8, blue: u8) -> u8 {
    ((u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture whose every pixel is another.
    fn checked(width: u32, height: u32) -> Picture {
        let pixels = 0..width * height;
        Picture {
            width,
            height,
            rgb: pixels
                .flat_map(|pixel| [pixel as u8, (pixel >> 8) as u8, 7])
                .collect(),
        }
    }

    #[test]
    fn four_quarter_turns_are_none_and_one_brings_the_left_edge_up() {
        let picture = checked(5, 3);
        let once = quarter_turned(&picture, 1);
        assert_eq!((once.width, once.height), (3, 5));
        // The lower left corner comes to the upper left.
        assert_eq!(once.rgb[0], 10);
        assert_eq!(quarter_turned(&once, 3), picture);
        assert_eq!(quarter_turned(&picture, 2), quarter_turned(&once, 1));
        assert_eq!(quarter_turned(&picture, 0), picture);
    }

    #[test]
    fn a_level_cut_is_a_part_and_goes_on_beyond_the_edge() {
        let picture = checked(6, 4);
        let part = cut(
            &picture,
            &Turned {
                centre: Point { x: 4.5, y: 1.0 },
                width: 4.0,
                height: 3.0,
                angle: 0.0,
            },
        );
        let reds: Vec<u8> = part.rgb.iter().step_by(3).copied().collect();
        assert_eq!(reds, [3, 4, 5, 5, 9, 10, 11, 11, 15, 16, 17, 17]);
    }

    #[test]
    fn a_cut_of_a_slanting_line_is_level() {
        // A dark line that falls by a tenth.
        let mut picture = Picture {
            width: 200,
            height: 60,
            rgb: vec![255; 200 * 60 * 3],
        };
        for x in 0..200 {
            for y in [19 + x / 10, 20 + x / 10, 21 + x / 10] {
                picture.rgb[(y * 200 + x) * 3..][..3].fill(0);
            }
        }
        let level = cut(
            &picture,
            &Turned {
                centre: Point { x: 100.0, y: 30.0 },
                width: 180.0,
                height: 21.0,
                angle: 0.1f32.atan(),
            },
        );
        for x in 0..level.width as usize {
            let middle = level.rgb[(10 * level.width as usize + x) * 3];
            assert!(middle < 60, "{middle} at {x}");
        }
    }

    #[test]
    fn a_part_beyond_the_picture_is_refused() {
        let part = Part {
            left: 4,
            top: 0,
            width: 4,
            height: 4,
        };
        assert!(scaled(&checked(6, 4), part, 2, 2).is_err());
    }
}
