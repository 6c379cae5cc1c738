//! Picture files, and what the recogniser is handed: pixels, whatever they were packed in.
//!
//! A picture is decoded here, in the process that parses, and never where the models are: a decoder that
//! is led astray costs one error.

mod pages;

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, RgbImage};

use crate::error::FileError;
use crate::format::Format;
use crate::limits::FileLimits;

/// A picture in memory: 8 bits a channel, red, green and blue, rows without padding, from the top.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// `width` × `height` × 3 bytes.
    pub rgb: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} × {})", self.width, self.height)
    }
}

/// How picture files begin, and what they are called.
pub(crate) const MAGIC: [(&[u8], &str); 6] = [
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"BM", "BMP"),
];

/// The name of the format, where `bytes` are a picture of one that is read.
pub(crate) fn name(bytes: &[u8]) -> Option<&'static str> {
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let own = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic));
    // Text may begin with the two letters of a bitmap; its header has zeros in these places.
    let sound = |name: &str| name != "BMP" || bytes.get(6..10) == Some(&[0; 4]);
    own.map(|(_, name)| *name)
        .filter(|name| sound(name))
        .or(webp.then_some("WebP"))
}

/// Narrowest a picture is made to be handed on, in pixels: a page at 200 dpi is 1,650 wide. What a camera
/// or a scanner made finer than that holds no more letters.
const WIDE_ENOUGH: u32 = 1800;

/// How many pages a picture file has: a TIFF file may have several.
pub(crate) fn count(bytes: &[u8], limits: &FileLimits) -> usize {
    pages::directories(bytes, limits.max_pages).len().max(1)
}

/// A page of a picture file, counted from 1.
pub(crate) fn read_page(
    bytes: &[u8],
    limits: &FileLimits,
    page: usize,
) -> Result<Picture, FileError> {
    if page <= 1 {
        return read(bytes, limits);
    }
    let directories = pages::directories(bytes, page);
    let own = directories.get(page - 1);
    let own = own.ok_or_else(|| damaged(&format!("it has no page {page}")))?;
    read(&pages::beginning_with(bytes, *own), limits)
}

/// The picture that a file is: of one that moves, the first.
pub(crate) fn read(bytes: &[u8], limits: &FileLimits) -> Result<Picture, FileError> {
    let reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| damaged(&error.to_string()))?;
    let mut decoder = reader
        .into_decoder()
        .map_err(|error| refused(&error, limits))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.max_pixels {
        return Err(too_large(limits));
    }
    let mut own = Limits::no_limits();
    own.max_alloc = Some(limits.max_memory_bytes / 2);
    decoder
        .set_limits(own)
        .map_err(|error| refused(&error, limits))?;
    // As the camera was held; a picture that does not say is taken as it is.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture =
        DynamicImage::from_decoder(decoder).map_err(|error| refused(&error, limits))?;
    picture.apply_orientation(orientation);
    let picture = smaller(picture);
    let rgb = on_white(&picture);
    let (width, height) = rgb.dimensions();
    Ok(Picture {
        width,
        height,
        rgb: rgb.into_raw(),
    })
}

/// The picture, no finer than letters need.
fn smaller(picture: DynamicImage) -> DynamicImage {
    let narrow = picture.width().min(picture.height());
    if narrow <= WIDE_ENOUGH {
        return picture;
    }
    let share = f64::from(WIDE_ENOUGH) / f64::from(narrow);
    let of = |side: u32| (f64::from(side) * share).round().max(1.0) as u32;
    picture.resize_exact(
        of(picture.width()),
        of(picture.height()),
        image::imageops::FilterType::Triangle,
    )
}

/// Without transparency: what is behind a picture is paper.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let own = picture.to_rgba8();
    RgbImage::from_fn(own.width(), own.height(), |x, y| {
        let [red, green, blue, alpha] = own.get_pixel(x, y).0.map(u16::from);
        let over = |colour: u16| ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        image::Rgb([over(red), over(green), over(blue)])
    })
}

fn refused(error: &ImageError, limits: &FileLimits) -> FileError {
    match error {
        ImageError::Limits(_) => too_large(limits),
        error => damaged(&error.to_string()),
    }
}

fn too_large(limits: &FileLimits) -> FileError {
    FileError::TooLarge {
        limit: limits.max_pixels,
        what: "pixels".to_owned(),
        setting: "max_pixels".to_owned(),
    }
}

fn damaged(cause: &str) -> FileError {
    FileError::Damaged {
        format: Format::Picture,
        cause: cause.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Rgba, RgbaImage};

    /// A picture of two pixels, black and one that is seen through.
    fn packed(format: ImageFormat) -> Vec<u8> {
        let mut picture = RgbaImage::from_pixel(2, 1, Rgba([0, 0, 0, 255]));
        picture.put_pixel(1, 0, Rgba([0, 0, 0, 0]));
        let mut bytes = Cursor::new(Vec::new());
        let picture = DynamicImage::from(picture);
        let picture = match format {
            ImageFormat::Jpeg | ImageFormat::Bmp => on_white(&picture).into(),
            _ => picture,
        };
        picture.write_to(&mut bytes, format).expect("it is written");
        bytes.into_inner()
    }

    #[test]
    fn pictures_of_every_format_are_read_and_what_is_transparent_is_white() {
        for (format, own) in [
            (ImageFormat::Png, "PNG"),
            (ImageFormat::Jpeg, "JPEG"),
            (ImageFormat::Gif, "GIF"),
            (ImageFormat::Tiff, "TIFF"),
            (ImageFormat::Bmp, "BMP"),
            (ImageFormat::WebP, "WebP"),
        ] {
            let bytes = packed(format);
            assert_eq!(name(&bytes), Some(own));
            let picture = read(&bytes, &FileLimits::default()).expect("a picture");
            assert_eq!((picture.width, picture.height), (2, 1), "{own}");
            assert!(picture.rgb[0] < 60 && picture.rgb[3] > 200, "{own}");
        }
        assert_eq!(name("BMI与健康".as_bytes()), None);
    }

    #[test]
    fn a_picture_beyond_the_limit_is_not_unpacked() {
        // The header alone: 30,000 × 30,000 pixels in a few bytes.
        let mut bytes = packed(ImageFormat::Png);
        bytes[16..20].copy_from_slice(&30_000u32.to_be_bytes());
        bytes[20..24].copy_from_slice(&30_000u32.to_be_bytes());
        let crc = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.to_be_bytes());
        let error = read(&bytes, &FileLimits::default()).expect_err("too large");
        assert!(error.to_string().contains("max_pixels"), "{error}");
    }

    /// The checksum of PNG (ISO/IEC 15948, annex D), bit by bit.
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
            })
        })
    }

    #[test]
    fn what_breaks_off_is_damaged_and_what_is_large_is_made_smaller() {
        let bytes = packed(ImageFormat::Png);
        let error = read(&bytes[..40], &FileLimits::default()).expect_err("broken off");
        assert!(matches!(error, FileError::Damaged { .. }), "{error}");
        let large = DynamicImage::from(RgbImage::new(3600, 5000));
        let small = smaller(large);
        assert_eq!((small.width(), small.height()), (1800, 2500));
    }
}
