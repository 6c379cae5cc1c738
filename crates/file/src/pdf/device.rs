//! What is drawn on a page, as letters and rules.

use hayro_interpret::font::{Glyph as Drawn, GlyphRun};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::kurbo::{BezPath, PathEl, Point, Rect, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};

use super::super::layout::{self, Glyph, Mark, Page, Rule, Shape, Turn, rules_of_box};
use super::super::radicals::unified;
use super::characters::Characters;

/// Letters this light, of 255, are part of the background where they are large, in points.
const LIGHT: f32 = 190.0;
const LARGE: f32 = 20.0;

/// Letters fainter than this, of 255, are watermarks; those that cannot be seen at all are the text
/// of a picture below them.
const FAINT: u8 = 128;

/// Sizes in points, and elements of their outlines, of shapes that may be letters.
const SHAPE_SIZES: std::ops::RangeInclusive<f32> = 1.0..=60.0;
const SHAPE_ELEMENTS: std::ops::RangeInclusive<usize> = 6..=400;

/// Most shapes that are kept of a page: a page full of drawn letters has a few thousand parts.
const MOST_SHAPES: usize = 20_000;

/// The shortest rule that can part cells, in points.
const SHORTEST_RULE: f64 = 6.0;

/// Most rules that are kept of a page; drawings have more than any table.
const MOST_RULES: usize = 10_000;

/// Collects the letters of one page after the other.
pub(super) struct Letters<'p> {
    page: Page,
    characters: Characters<'p>,
    /// Letters met, and those among them that nothing says which they are.
    pub(super) all: usize,
    pub(super) unknown: usize,
    pub(super) pictures: usize,
    pub(super) limit: usize,
}

impl<'p> Letters<'p> {
    pub(super) fn new(characters: Characters<'p>, limit: usize) -> Self {
        Self {
            page: Page::default(),
            characters,
            all: 0,
            unknown: 0,
            pictures: 0,
            limit,
        }
    }

    pub(super) fn begin(&mut self, number: usize, width: f32, height: f32) {
        self.page = Page {
            number,
            width,
            height,
            ..Page::default()
        };
    }

    pub(super) fn finish(&mut self) -> Page {
        std::mem::take(&mut self.page)
    }

    pub(super) fn is_full(&self) -> bool {
        self.all > self.limit
    }

    fn rule(&mut self, from: Point, to: Point) {
        let (width, height) = ((to.x - from.x).abs(), (to.y - from.y).abs());
        let straight = width.min(height) < 0.7 && width.max(height) >= SHORTEST_RULE;
        if straight && self.page.rules.len() < MOST_RULES {
            self.page.rules.push(Rule {
                x0: from.x.min(to.x) as f32,
                y0: from.y.min(to.y) as f32,
                x1: from.x.max(to.x) as f32,
                y1: from.y.max(to.y) as f32,
            });
        }
    }

    /// A filled shape of an outline of `elements`: a rule when it is thin, or perhaps a letter.
    fn shape(&mut self, corners: &[Point], elements: usize) {
        let ruling = corners.len() <= 12 && self.page.rules.len() < MOST_RULES;
        let lettering = SHAPE_ELEMENTS.contains(&elements) && self.page.shapes.len() < MOST_SHAPES;
        if corners.len() < 3 || !(ruling || lettering) {
            return;
        }
        let mut around = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        for corner in corners {
            around = (
                around.0.min(corner.x),
                around.1.min(corner.y),
                around.2.max(corner.x),
                around.3.max(corner.y),
            );
        }
        let (x0, y0, x1, y1) = (
            around.0 as f32,
            around.1 as f32,
            around.2 as f32,
            around.3 as f32,
        );
        if lettering && SHAPE_SIZES.contains(&(x1 - x0)) && SHAPE_SIZES.contains(&(y1 - y0)) {
            self.page.shapes.push(Shape { x0, y0, x1, y1 });
        }
        if ruling {
            self.page.rules.extend(rules_of_box(x0, y0, x1, y1, false));
        }
    }
}

/// Most marks that are kept of a page: a drawing has more than any chart.
const MOST_MARKS: usize = 5_000;

/// The least side of a bar, and of what bends, in points; and the share of the page that a ground covers.
const LEAST_BAR: f64 = 3.5;
const LEAST_CURVE: f64 = 20.0;
const GROUND: f64 = 0.3;

/// Fewest parts of a line that bends in a chart: a cell that is cut in two has one.
const FEWEST_BENDS: usize = 3;

/// What is lighter than this, of 255, is paper.
const PAPER: f32 = 250.0;

impl Letters<'_> {
    /// Keeps what may be the bars or the curve of a chart.
    fn mark(&mut self, path: &BezPath, props: &DrawProps<'_>, stroked: bool) {
        if self.page.marks.len() >= MOST_MARKS || path.elements().len() < 3 {
            return;
        }
        if let Paint::Color(color) = &props.paint {
            let [red, green, blue, opacity] = color.to_rgba().to_rgba8();
            if opacity == 0 || luminance(red, green, blue) > PAPER {
                return;
            }
        }
        let around = props.transform.transform_rect_bbox(path.control_box());
        let page = f64::from(self.page.width) * f64::from(self.page.height);
        if !around.area().is_finite() || around.area() > GROUND * page {
            return;
        }
        let mut last = Point::ZERO;
        let (mut bends, mut bows) = (0, false);
        for element in path.elements() {
            let to = match *element {
                PathEl::MoveTo(to) => {
                    last = props.transform * to;
                    continue;
                }
                PathEl::LineTo(to) => to,
                PathEl::QuadTo(_, to) | PathEl::CurveTo(_, _, to) => {
                    bends += 1;
                    bows = true;
                    to
                }
                PathEl::ClosePath => continue,
            };
            let to = props.transform * to;
            let (width, height) = ((to.x - last.x).abs(), (to.y - last.y).abs());
            bends += usize::from(matches!(element, PathEl::LineTo(_)) && width.min(height) > 1.0);
            last = to;
        }
        let side = around.width().max(around.height());
        let is_sector = !stroked && bows && around.width().min(around.height()) >= LEAST_CURVE;
        let is_curve = is_sector || (bends >= FEWEST_BENDS && side >= LEAST_CURVE);
        let is_bar = !stroked && bends == 0 && around.width().min(around.height()) >= LEAST_BAR;
        if is_curve || is_bar {
            self.page.marks.push(Mark {
                around: Shape {
                    x0: around.x0 as f32,
                    y0: around.y0 as f32,
                    x1: around.x1 as f32,
                    y1: around.y1 as f32,
                },
                curved: is_curve,
            });
        }
    }
}

fn luminance(red: u8, green: u8, blue: u8) -> f32 {
    0.3 * f32::from(red) + 0.59 * f32::from(green) + 0.11 * f32::from(blue)
}

impl<'a> Device<'a> for Letters<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let stroked = !matches!(mode, DrawMode::Fill(_));
        let mut corners: Vec<Point> = Vec::new();
        for element in path.elements() {
            let to = match *element {
                PathEl::MoveTo(point) => {
                    if !stroked {
                        self.shape(&corners, corners.len());
                    }
                    corners.clear();
                    point
                }
                PathEl::LineTo(point) | PathEl::QuadTo(_, point) | PathEl::CurveTo(_, _, point) => {
                    point
                }
                PathEl::ClosePath => {
                    if stroked
                        && let (Some(&last), Some(&first)) = (corners.last(), corners.first())
                    {
                        self.rule(last, first);
                    }
                    continue;
                }
            };
            let to = props.transform * to;
            if stroked
                && matches!(element, PathEl::LineTo(_))
                && let Some(&from) = corners.last()
            {
                self.rule(from, to);
            }
            corners.push(to);
        }
        if !stroked {
            self.shape(&corners, corners.len());
        }
        self.mark(path, &props, stroked);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        if self.is_full() {
            return;
        }
        let [red, green, blue, opacity] = match &props.paint {
            Paint::Color(color) => color.to_rgba().to_rgba8(),
            Paint::Pattern(_) => [0, 0, 0, 255],
        };
        let light = luminance(red, green, blue);
        let invisible = matches!(mode, DrawMode::Invisible) || opacity == 0;
        let vertical = run.writing_mode() == WritingMode::Vertical;
        let font = run
            .glyphs()
            .first()
            .map(|glyph| Font::of(glyph))
            .unwrap_or_default();
        for drawn in run.glyphs() {
            let transform = props.transform * drawn.transform();
            let [a, b, c, d, x, y] = transform.as_coeffs();
            let along = Vec2::new(a, b);
            let size = (Vec2::new(c, d).hypot() * 1000.0) as f32;
            let Some(turn) = Turn::of(along.x as f32, along.y as f32).filter(|_| size >= 1.0)
            else {
                continue;
            };
            if !invisible && (opacity < FAINT || (light > LIGHT && size > LARGE)) {
                continue;
            }
            self.all += 1;
            let text = drawn.as_unicode().filter(is_known).or_else(|| {
                self.characters
                    .look_up(font.name.as_deref()?, drawn.char_code())
            });
            let Some(text) = text else {
                self.unknown += 1;
                continue;
            };
            let advance = match &**drawn {
                Drawn::Outline(glyph) => glyph.advance_width(),
                Drawn::Type3(glyph) => glyph.advance_width(),
            };
            let width = advance
                .filter(|advance| (1.0..4000.0).contains(advance))
                .map_or(size * 0.5, |advance| advance / 1000.0 * size);
            let place = Glyph {
                letter: ' ',
                x: x as f32,
                y: y as f32,
                width,
                size,
                bold: font.bold,
                vertical,
                turn,
                seen: None,
            };
            let before = self.page.glyphs.len();
            self.put(&text, place);
            if invisible {
                self.page.hidden += self.page.glyphs.len() - before;
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.pictures += 1;
        let own = Rect::new(0.0, 0.0, image.width().into(), image.height().into());
        let (width, height) = (f64::from(self.page.width), f64::from(self.page.height));
        let page = Rect::new(0.0, 0.0, width, height);
        let shown = props.transform.transform_rect_bbox(own).intersect(page);
        // Pictures that overlap are rare, and many strips of one picture are not.
        let share = shown.area() / page.area().max(1.0);
        self.page.pictured = (self.page.pictured + share as f32).min(1.0);
        if share as f32 >= layout::PICTURED {
            // What was written before is below it.
            let is_below = |glyph: &&Glyph| {
                let (x, y) = glyph.middle();
                shown.contains(Point::new(x.into(), y.into()))
            };
            self.page.hidden = self.page.glyphs.iter().filter(is_below).count();
        }
        let own = Shape {
            x0: shown.x0 as f32,
            y0: shown.y0 as f32,
            x1: shown.x1 as f32,
            y1: shown.y1 as f32,
        };
        if self.page.banners.len() < MOST_BANNERS && is_banner(shown, height) {
            self.page.banners.push(own);
        } else if self.page.pictures.len() < MOST_BANNERS && (share as f32) < layout::PICTURED {
            self.page.pictures.push(own);
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

impl Letters<'_> {
    /// The letters of a glyph side by side: ligatures have several.
    fn put(&mut self, text: &BfString, place: Glyph) {
        let mut buffer = [0u8; 4];
        let text: &str = match text {
            BfString::Char(letter) => letter.encode_utf8(&mut buffer),
            BfString::String(text) => text,
        };
        let width = place.width / text.chars().count().max(1) as f32;
        let (mut x, mut y) = (place.x, place.y);
        let (right, down) = place.turn.step(width);
        for letter in text.chars() {
            // What symbol fonts keep to themselves means nothing outside them.
            let private = ('\u{e000}'..='\u{f8ff}').contains(&letter);
            if !private && !letter.is_control() {
                self.page.glyphs.push(Glyph {
                    letter: unified(letter),
                    x,
                    y,
                    width,
                    ..place
                });
            }
            (x, y) = (x + right, y + down);
        }
    }
}

/// Most pictures of the shape of a line that are kept of a page.
const MOST_BANNERS: usize = 100;

/// Whether a picture has the shape of a line of letters, as the titles have that WPS prints: from 8 to
/// 80 points high, and four times as wide; and stands where text does on a page of this height.
fn is_banner(shown: Rect, height: f64) -> bool {
    let column = height * 0.08..=height * 0.92;
    (8.0..=80.0).contains(&shown.height())
        && shown.width() >= 4.0 * shown.height()
        && column.contains(&shown.center().y)
}

fn is_known(text: &BfString) -> bool {
    let known = |letter: char| letter != '\u{fffd}' && letter != '\0';
    match text {
        BfString::Char(letter) => known(*letter),
        BfString::String(text) => !text.is_empty() && text.chars().all(known),
    }
}

/// What a run's font says of itself.
#[derive(Default)]
struct Font {
    name: Option<String>,
    bold: bool,
}

impl Font {
    fn of(glyph: &Drawn<'_>) -> Self {
        let Drawn::Outline(glyph) = glyph else {
            return Self::default();
        };
        let Some(data) = glyph.font_data() else {
            return Self::default();
        };
        let lower = data
            .postscript_name
            .as_deref()
            .unwrap_or_default()
            .to_lowercase();
        let named = ["bold", "black", "heavy", "simhei", "heiti", "xiaobiaosong"]
            .iter()
            .any(|word| lower.contains(word));
        Self {
            bold: named || data.weight.is_some_and(|weight| weight >= 600),
            name: data.postscript_name,
        }
    }
}
