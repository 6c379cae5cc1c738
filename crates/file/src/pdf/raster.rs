//! A page as a picture, for the recogniser: where a page is one, or draws its letters as shapes.

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use hayro_interpret::font::GlyphRun;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{BezPath, Rect, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, RenderContent, SoftMask, TransformExt, interpret_page,
};

use crate::picture::Picture;

/// Pixels a point where no picture says how many it has: 150 dpi.
const USUAL_SCALE: f64 = 150.0 / 72.0;

/// Pixels a point at least and at most: 72 and 300 dpi. What a scanner made finer than that holds no more
/// letters.
const SCALES: std::ops::RangeInclusive<f64> = 1.0..=300.0 / 72.0;

/// Most pixels of a page's picture: an A4 page at 200 dpi has 3.9 million.
const MOST_PIXELS: f64 = 4_000_000.0;

/// Longest side of a page's picture, in pixels; the renderer counts them in 16 bits.
const LONGEST_SIDE: f64 = 20_000.0;

/// The page `number`, counted from 1, as a picture, or what stands on it between the edges of `crop`, in
/// points; `None` where the file has no such page or it has no size.
pub(super) fn page(pdf: &Pdf, number: usize, crop: Option<[f32; 4]>) -> Option<Picture> {
    let page = pdf.pages().get(number.checked_sub(1)?)?;
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width), f64::from(height));
    if !(width >= 1.0 && height >= 1.0) {
        return None;
    }
    let scale = scale_of(pdf, page)
        .clamp(*SCALES.start(), *SCALES.end())
        .min((MOST_PIXELS / (width * height)).sqrt())
        .min(LONGEST_SIDE / width.max(height)) as f32;
    let pixmap = hayro::render(
        page,
        &RenderCache::new(),
        &settings(),
        &RenderSettings::default(),
        &PixmapSettings {
            x_scale: scale,
            y_scale: scale,
            bg_color: WHITE,
        },
    );
    let whole = [0, 0, pixmap.width(), pixmap.height()];
    let [left, top, right, bottom] = crop.map_or(whole, |edges| {
        let [left, top, right, bottom] = edges.map(|edge| (edge * scale).round() as u16);
        [left, top, right.min(whole[2]), bottom.min(whole[3])]
    });
    if left >= right || top >= bottom {
        return None;
    }
    let rows = pixmap
        .data_as_u8_slice()
        .chunks_exact(4 * usize::from(whole[2]));
    let rows = rows.take(bottom.into()).skip(top.into());
    let rgb =
        rows.flat_map(|row| row[4 * usize::from(left)..4 * usize::from(right)].chunks_exact(4));
    Some(Picture {
        width: u32::from(right - left),
        height: u32::from(bottom - top),
        // The ground is white, so that nothing is left transparent.
        rgb: rgb
            .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect(),
    })
}

fn settings() -> InterpreterSettings {
    InterpreterSettings {
        // Stamps, comments and fields are annotations.
        render_content: RenderContent::PAGE,
        ..InterpreterSettings::default()
    }
}

/// How many pixels a point the page's largest picture has, so that it is not made coarser or finer.
fn scale_of(pdf: &Pdf, page: &Page<'_>) -> f64 {
    let (width, height) = page.render_dimensions();
    let cache = InterpreterCache::new();
    let mut context = Context::new(
        page.initial_transform(true).to_kurbo(),
        Rect::new(0.0, 0.0, f64::from(width), f64::from(height)),
        &cache,
        pdf.xref(),
        settings(),
    );
    let mut largest = Largest {
        area: 0.0,
        scale: USUAL_SCALE,
    };
    interpret_page(page, &mut context, &mut largest);
    largest.scale
}

/// The largest picture of a page.
struct Largest {
    /// Its area on the page, in square points.
    area: f64,
    /// Its pixels a point.
    scale: f64,
}

impl<'a> Device<'a> for Largest {
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let [a, b, c, d, ..] = props.transform.as_coeffs();
        // Points a pixel, across and down.
        let (across, down) = (Vec2::new(a, b).hypot(), Vec2::new(c, d).hypot());
        let pixels = f64::from(image.width()) * f64::from(image.height());
        let area = pixels * across * down;
        if area.is_finite() && area > self.area && across > 0.0 {
            (self.area, self.scale) = (area, 1.0 / across);
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
