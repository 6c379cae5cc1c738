//! A page as what stands where: the common ground of PDF and OFD.

/// A page of letters and lines. Lengths are in points, y grows downwards from the top.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    /// Its number in the file, from 1.
    pub(crate) number: usize,
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) glyphs: Vec<Glyph>,
    pub(crate) rules: Vec<Rule>,
    /// Filled shapes that could be letters.
    pub(crate) shapes: Vec<Shape>,
    /// What is drawn and neither rules nor letters: perhaps the bars and curves of charts.
    pub(crate) marks: Vec<Mark>,
    /// Where pictures stand that are not the whole page.
    pub(crate) pictures: Vec<Shape>,
    /// About the share of the page that pictures cover, from 0 to 1.
    pub(crate) pictured: f32,
    /// How many of its letters cannot be seen: they say what is written in the picture over them.
    pub(crate) hidden: usize,
    /// Pictures that have the shape of a line of letters.
    pub(crate) banners: Vec<Shape>,
    /// Its picture was looked at by the recogniser.
    pub(crate) looked_at: bool,
    /// A recogniser was to look at it, and did not get to it.
    pub(crate) late: bool,
    /// Where lines were recognised that are too unsure to be read: their baselines.
    pub(crate) unclear: Vec<f32>,
    /// Of each card that was recognised where its text begins and ends, from the left.
    pub(crate) cards: Vec<(f32, f32)>,
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
    /// Which way its foot points on the page.
    pub(crate) turn: Turn,
    /// What the recogniser says of it, where it was read in a picture.
    pub(crate) seen: Option<Seen>,
}

/// What the recogniser says of a letter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seen {
    /// How sure it is, from 0 to 1.
    pub(crate) confidence: f32,
    /// It is the first of a line as the recogniser found it: nothing before it belongs to that.
    pub(crate) begins: bool,
    /// The card that it belongs to, counted from 1 in [`Page::cards`]; 0 where it belongs to none.
    pub(crate) card: u16,
}

/// Which way a line of letters runs on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Turn {
    /// To the right, as most do.
    #[default]
    Upright,
    /// Downwards: the page has to be turned left to be read.
    Down,
    /// To the left, on its head.
    Over,
    /// Upwards: the page has to be turned right to be read.
    Up,
}

/// Letters that lean further than this against the page's sides are watermarks: the sine of 8
/// degrees.
const MOST_SLANT: f32 = 0.14;

impl Turn {
    const ALL: [Self; 4] = [Self::Upright, Self::Down, Self::Over, Self::Up];

    /// Of a line that runs along the vector, y downwards; `None` where it leans.
    pub(crate) fn of(x: f32, y: f32) -> Option<Self> {
        let length = x.hypot(y);
        let most = MOST_SLANT * length;
        if !length.is_normal() {
            None
        } else if y.abs() <= most {
            Some(if x > 0.0 { Self::Upright } else { Self::Over })
        } else if x.abs() <= most {
            Some(if y > 0.0 { Self::Down } else { Self::Up })
        } else {
            None
        }
    }

    /// How far right and down the page a line goes on by `length`.
    pub(crate) fn step(self, length: f32) -> (f32, f32) {
        match self {
            Self::Upright => (length, 0.0),
            Self::Down => (0.0, length),
            Self::Over => (-length, 0.0),
            Self::Up => (0.0, -length),
        }
    }

    /// Where the place is once a page of this width and height is turned to be read.
    fn place(self, (x, y): (f32, f32), (width, height): (f32, f32)) -> (f32, f32) {
        match self {
            Self::Upright => (x, y),
            Self::Down => (y, width - x),
            Self::Over => (width - x, height - y),
            Self::Up => (height - y, x),
        }
    }
}

/// The box around a filled shape that has the size and the outline of a letter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shape {
    pub(crate) x0: f32,
    pub(crate) y0: f32,
    pub(crate) x1: f32,
    pub(crate) y1: f32,
}

/// Something that is drawn and is neither a rule nor a letter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mark {
    /// The box around it.
    pub(crate) around: Shape,
    /// It is a curve or a line that bends; else a box.
    pub(crate) curved: bool,
}

impl Glyph {
    pub(super) fn end(&self) -> f32 {
        self.x + self.width
    }

    /// The middle of the letter.
    pub(crate) fn middle(&self) -> (f32, f32) {
        (self.x + self.width / 2.0, self.y - self.size * 0.35)
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

/// From so many on, letters that run another way than the rest of their page are read wherever they
/// stand. Fewer beside its text are a mark in the margin, within it they name an axis or a row.
const FEWEST_TURNED: usize = 12;

impl Page {
    /// The page as one page for each way that its letters run: the way of most of them first.
    /// A table that is set sideways is read behind what stands upright beside it.
    pub(super) fn by_turn(self) -> Vec<Self> {
        let count = |turn: Turn| {
            self.glyphs
                .iter()
                .filter(|glyph| glyph.turn == turn)
                .count()
        };
        let mut turns: Vec<(Turn, usize)> = Turn::ALL
            .into_iter()
            .map(|turn| (turn, count(turn)))
            .filter(|(_, count)| *count > 0)
            .collect();
        // Stable: of as many letters, those that stand upright come first.
        turns.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let Some(&(main, _)) = turns.first() else {
            return vec![self];
        };
        if turns.len() == 1 && main == Turn::Upright {
            return self.with_vertical_apart();
        }
        let text = self.text_between(|glyph| glyph.turn == main);
        turns
            .into_iter()
            .filter(|(turn, count)| {
                let mut own = self.glyphs.iter().filter(|glyph| glyph.turn == *turn);
                *turn == main
                    || *turn == Turn::Upright
                    || *count >= FEWEST_TURNED
                    || own.all(|glyph| holds(text, glyph))
            })
            .flat_map(|(turn, _)| self.turned(turn, turn == main).with_vertical_apart())
            .collect()
    }

    /// The page, and what is written from top to bottom within its level text as a page of its own:
    /// the names of rows. Beside the text it is a stamp or a mark in the margin.
    fn with_vertical_apart(mut self) -> Vec<Self> {
        let count = self.glyphs.iter().filter(|glyph| glyph.vertical).count();
        if count == 0 || count * 2 > self.glyphs.len() {
            return vec![self];
        }
        let text = self.text_between(|glyph| !glyph.vertical);
        let (vertical, level): (Vec<Glyph>, Vec<Glyph>) = self
            .glyphs
            .iter()
            .copied()
            .partition(|glyph| glyph.vertical);
        let within: Vec<Glyph> = vertical
            .into_iter()
            .filter(|glyph| holds(text, glyph))
            .collect();
        self.glyphs = level;
        if within.is_empty() {
            return vec![self];
        }
        let apart = Self {
            glyphs: within,
            rules: Vec::new(),
            shapes: Vec::new(),
            marks: Vec::new(),
            pictures: Vec::new(),
            pictured: 0.0,
            hidden: 0,
            banners: Vec::new(),
            unclear: Vec::new(),
            cards: Vec::new(),
            ..self
        };
        vec![self, apart]
    }

    /// The left, upper, right and lower end of the letters that are of the text.
    fn text_between(&self, is_text: impl Fn(&Glyph) -> bool) -> [f32; 4] {
        let start = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
        let letters = self.glyphs.iter().filter(|glyph| is_text(glyph));
        letters.fold(start, |[x0, y0, x1, y1], glyph| {
            let (x, y) = glyph.middle();
            [x0.min(x), y0.min(y), x1.max(x), y1.max(y)]
        })
    }

    /// The letters that run along `turn`, with the page turned so that they stand upright. What
    /// is drawn belongs to most of the letters.
    fn turned(&self, turn: Turn, main: bool) -> Self {
        let size = (self.width, self.height);
        let boxed = |x0: f32, y0: f32, x1: f32, y1: f32| {
            let (one, other) = (turn.place((x0, y0), size), turn.place((x1, y1), size));
            [
                one.0.min(other.0),
                one.1.min(other.1),
                one.0.max(other.0),
                one.1.max(other.1),
            ]
        };
        let shapes = |shapes: &[Shape]| -> Vec<Shape> {
            let own = shapes.iter().filter(|_| main);
            own.map(|shape| {
                let [x0, y0, x1, y1] = boxed(shape.x0, shape.y0, shape.x1, shape.y1);
                Shape { x0, y0, x1, y1 }
            })
            .collect()
        };
        let (width, height) = match turn {
            Turn::Upright | Turn::Over => size,
            Turn::Down | Turn::Up => (self.height, self.width),
        };
        let own = self.glyphs.iter().filter(|glyph| glyph.turn == turn);
        Self {
            number: self.number,
            width,
            height,
            glyphs: own
                .map(|glyph| {
                    let (x, y) = turn.place((glyph.x, glyph.y), size);
                    let turn = Turn::Upright;
                    Glyph {
                        x,
                        y,
                        turn,
                        ..*glyph
                    }
                })
                .collect(),
            rules: self
                .rules
                .iter()
                .map(|rule| {
                    let [x0, y0, x1, y1] = boxed(rule.x0, rule.y0, rule.x1, rule.y1);
                    Rule { x0, y0, x1, y1 }
                })
                .collect(),
            shapes: shapes(&self.shapes),
            marks: if main {
                let turned = |mark: &Mark| {
                    let Shape { x0, y0, x1, y1 } = mark.around;
                    let [x0, y0, x1, y1] = boxed(x0, y0, x1, y1);
                    let around = Shape { x0, y0, x1, y1 };
                    Mark { around, ..*mark }
                };
                self.marks.iter().map(turned).collect()
            } else {
                Vec::new()
            },
            pictures: shapes(&self.pictures),
            pictured: if main { self.pictured } else { 0.0 },
            hidden: if main { self.hidden } else { 0 },
            banners: Vec::new(),
            looked_at: self.looked_at,
            late: self.late,
            cards: self.cards.clone(),
            unclear: if main {
                self.unclear.clone()
            } else {
                Vec::new()
            },
        }
    }

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

/// Whether a letter stands between the ends of a text.
fn holds([x0, y0, x1, y1]: [f32; 4], glyph: &Glyph) -> bool {
    let (x, y) = glyph.middle();
    (x0..=x1).contains(&x) && (y0..=y1).contains(&y)
}

/// How far letters reach above the baseline, of their size: the usual value of Chinese fonts.
pub(super) const ASCENT: f32 = 0.88;

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(letter: char, x: f32, y: f32, turn: Turn, vertical: bool) -> Glyph {
        Glyph {
            letter,
            x,
            y,
            width: 12.0,
            size: 12.0,
            bold: false,
            vertical,
            turn,
            seen: None,
        }
    }

    /// A page of three level lines with some letters beside each other or below each other.
    fn page(others: Vec<Glyph>) -> Page {
        let mut glyphs = others;
        for line in 0..3u8 {
            for (place, letter) in (0u8..).zip("三行横排的正文".chars()) {
                let x = 100.0 + 12.0 * f32::from(place) * 3.0;
                glyphs.push(glyph(
                    letter,
                    x,
                    200.0 + 100.0 * f32::from(line),
                    Turn::Upright,
                    false,
                ));
            }
        }
        Page {
            width: 595.0,
            height: 842.0,
            glyphs,
            ..Page::default()
        }
    }

    fn read(page: Page) -> Vec<String> {
        let pages = page.by_turn().into_iter();
        pages
            .map(|page| page.glyphs.iter().map(|glyph| glyph.letter).collect())
            .collect()
    }

    #[test]
    fn a_few_turned_letters_are_read_within_the_text_and_not_beside_it() {
        let column = |x: f32, turn: Turn, vertical: bool| -> Vec<Glyph> {
            (0u8..)
                .zip("户数".chars())
                .map(|(place, letter)| {
                    glyph(letter, x, 250.0 + 14.0 * f32::from(place), turn, vertical)
                })
                .collect()
        };
        let text = "三行横排的正文".repeat(3);
        for (turn, vertical) in [(Turn::Up, false), (Turn::Upright, true)] {
            assert_eq!(
                read(page(column(150.0, turn, vertical))),
                [text.as_str(), "户数"],
                "{turn:?}"
            );
            assert_eq!(
                read(page(column(40.0, turn, vertical))),
                [text.as_str()],
                "{turn:?}"
            );
        }
    }
}
