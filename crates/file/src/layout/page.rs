//! A page as what stands where: the common ground of PDF and OFD.

/// A page of letters and lines. Lengths are in points, y grows downwards from the top.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) glyphs: Vec<Glyph>,
    pub(crate) rules: Vec<Rule>,
}

/// One letter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) letter: char,
    /// Left edge.
    pub(crate) x: f32,
    /// Baseline.
    pub(crate) y: f32,
    pub(crate) width: f32,
    /// Height of the font.
    pub(crate) size: f32,
    pub(crate) bold: bool,
    /// Written from top to bottom.
    pub(crate) vertical: bool,
}

impl Glyph {
    pub(super) fn end(&self) -> f32 {
        self.x + self.width
    }
}

/// A drawn line, level or upright.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rule {
    pub(crate) x0: f32,
    pub(crate) y0: f32,
    pub(crate) x1: f32,
    pub(crate) y1: f32,
}

/// Thickest rule, in points: what is thicker is a shape.
const THICKEST: f32 = 3.0;

/// Shortest rule, in points.
const SHORTEST: f32 = 6.0;

/// The rules that the outline of a box makes: itself when it is thin, else its edges.
pub(crate) fn rules_of_box(x0: f32, y0: f32, x1: f32, y1: f32, stroked: bool) -> Vec<Rule> {
    let (width, height) = (x1 - x0, y1 - y0);
    let (middle_x, middle_y) = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
    let rule = |x0, y0, x1, y1| Rule { x0, y0, x1, y1 };
    if height <= THICKEST && width >= SHORTEST {
        return vec![rule(x0, middle_y, x1, middle_y)];
    }
    if width <= THICKEST && height >= SHORTEST {
        return vec![rule(middle_x, y0, middle_x, y1)];
    }
    if stroked && width >= SHORTEST && height >= SHORTEST {
        return vec![
            rule(x0, y0, x1, y0),
            rule(x0, y1, x1, y1),
            rule(x0, y0, x0, y1),
            rule(x1, y0, x1, y1),
        ];
    }
    Vec::new()
}

impl Page {
    /// The page as it is read: one written from top to bottom is turned, so that its columns
    /// become lines; on any other, what runs downwards is a stamp or a mark in the margin.
    pub(super) fn upright(mut self) -> Self {
        let vertical = self.glyphs.iter().filter(|glyph| glyph.vertical).count();
        if vertical * 2 <= self.glyphs.len() {
            self.glyphs.retain(|glyph| !glyph.vertical);
            return self;
        }
        let width = self.width;
        for glyph in &mut self.glyphs {
            let (x, y) = (glyph.x, glyph.y);
            if glyph.vertical {
                glyph.x = y - ASCENT * glyph.size;
                glyph.width = glyph.size;
                glyph.y = width - x - glyph.size / 2.0 + (ASCENT - 0.5) * glyph.size;
            } else {
                // Figures that stand upright within the column.
                glyph.x = y - ASCENT * glyph.size;
                glyph.y = width - x - glyph.width / 2.0 + (ASCENT - 0.5) * glyph.size;
            }
        }
        for rule in &mut self.rules {
            *rule = Rule {
                x0: rule.y0,
                x1: rule.y1,
                y0: width - rule.x1,
                y1: width - rule.x0,
            };
        }
        std::mem::swap(&mut self.width, &mut self.height);
        self
    }
}

/// How far letters reach above the baseline, of their size: the usual value of Chinese fonts.
pub(super) const ASCENT: f32 = 0.88;
