//! What is taken off a scan before it is read: the red of a seal, and the specks of a fax.

use crate::Picture;
use crate::pixels::lightness;

/// The picture is looked at for seals in so many cells across.
const CELLS: usize = 300;

/// The least and greatest side of a seal in cells: 13 % to 30 % of the picture's width. The seal of a
/// county's office is 4.2 cm and that of a province 5 cm, 20 % and 24 % of A4 (国发〔1999〕25号).
const SEAL_CELLS: std::ops::RangeInclusive<usize> = 39..=90;

/// How much of its square a seal is red at most: rings, stars and letters leave much of it free. What
/// is filled is a coloured card, whose letters would go with it.
const SEAL_FILL: f32 = 0.6;

/// How far from the middle of a seal its ring begins, of the way to its edge; and in how many directions it
/// is looked for. Where the ink is faint some are empty.
const RING: f32 = 0.8;
const SECTORS: usize = 36;

/// Above this part of the height is the red head, which is text.
const HEAD: f32 = 0.12;

/// Lays white on the red of seals, so that what is printed under them is seen. Black ink under red
/// stays, because it is dark in the red channel, too.
pub(crate) fn whiten_seals(picture: &mut Picture) {
    let size = (picture.width as usize).div_ceil(CELLS).max(1);
    let cells = Cells::of(picture, size);
    for seal in cells.seals() {
        whiten(picture, &seal, size);
    }
}

/// The picture in squares: which are red, and which are light.
struct Cells {
    width: usize,
    height: usize,
    red: Vec<bool>,
    light: Vec<bool>,
}

/// A rectangle of cells; the ends are one past the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Square {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

fn is_red(pixel: &[u8], by: u8) -> bool {
    pixel[0] > pixel[1].max(pixel[2]).saturating_add(by)
}

impl Cells {
    fn of(picture: &Picture, size: usize) -> Self {
        let across = picture.width as usize;
        let (width, height) = (
            across.div_ceil(size),
            (picture.height as usize).div_ceil(size),
        );
        let mut reds = vec![0u32; width * height];
        let mut lights = vec![0u32; width * height];
        for (y, row) in picture.rgb.chunks_exact((across * 3).max(3)).enumerate() {
            let cells = y / size * width;
            for (x, pixel) in row.chunks_exact(3).enumerate() {
                reds[cells + x / size] += u32::from(is_red(pixel, 50));
                let light = pixel[0].min(pixel[1]).min(pixel[2]) > 170;
                lights[cells + x / size] += u32::from(light);
            }
        }
        let area = (size * size) as u32;
        Self {
            width,
            height,
            red: reds.into_iter().map(|count| count * 5 >= area).collect(),
            light: lights.into_iter().map(|count| count * 2 >= area).collect(),
        }
    }

    /// The squares in which seals are.
    fn seals(&self) -> Vec<Square> {
        let mut seen = vec![false; self.red.len()];
        let mut seals = Vec::new();
        for start in 0..self.red.len() {
            if seen[start] || !self.red[start] {
                continue;
            }
            let square = self.region(start, &mut seen);
            if self.is_seal(&square) {
                seals.push(square);
            }
        }
        seals
    }

    /// The square around the red cells that hang together with `start`; one cell may lie between.
    fn region(&self, start: usize, seen: &mut [bool]) -> Square {
        let at = |cell: usize| (cell % self.width, cell / self.width);
        let (x, y) = at(start);
        let mut square = Square {
            left: x,
            top: y,
            right: x + 1,
            bottom: y + 1,
        };
        seen[start] = true;
        let mut open = vec![start];
        while let Some(cell) = open.pop() {
            let (x, y) = at(cell);
            square.left = square.left.min(x);
            square.right = square.right.max(x + 1);
            square.top = square.top.min(y);
            square.bottom = square.bottom.max(y + 1);
            for y in y.saturating_sub(2)..(y + 3).min(self.height) {
                for x in x.saturating_sub(2)..(x + 3).min(self.width) {
                    let next = y * self.width + x;
                    if self.red[next] && !seen[next] {
                        seen[next] = true;
                        open.push(next);
                    }
                }
            }
        }
        square
    }

    /// Whether a region can be a seal: of its size, about as wide as high, below the head, mostly not
    /// red, on light ground.
    fn is_seal(&self, square: &Square) -> bool {
        let (width, height) = (square.right - square.left, square.bottom - square.top);
        let sized = SEAL_CELLS.contains(&width.max(height));
        let round = width.max(height) * 2 <= width.min(height) * 3;
        if !sized || !round || (square.top as f32) < HEAD * self.height as f32 {
            return false;
        }
        let rows = || square.top..square.bottom;
        let count = |cells: &[bool]| {
            rows()
                .map(|y| y * self.width)
                .flat_map(|row| &cells[row + square.left..row + square.right])
                .filter(|&&set| set)
                .count() as f32
        };
        let all = (width * height) as f32;
        let red = count(&self.red);
        red <= SEAL_FILL * all && count(&self.light) >= 0.5 * (all - red) && self.has_ring(square)
    }

    /// Whether the red of a square runs around in a ring, and leaves its corners free. Red letters that stand
    /// in a square, as headings of pictures do, reach into the corners and leave gaps.
    fn has_ring(&self, square: &Square) -> bool {
        let half = |low: usize, high: usize| (high - low) as f32 / 2.0;
        let (across, down) = (
            half(square.left, square.right),
            half(square.top, square.bottom),
        );
        let (mut around, mut corners, mut red) = ([false; SECTORS], 0u32, 0u32);
        for y in square.top..square.bottom {
            for x in square.left..square.right {
                if !self.red[y * self.width + x] {
                    continue;
                }
                red += 1;
                let along = ((x - square.left) as f32 + 0.5 - across) / across;
                let over = ((y - square.top) as f32 + 0.5 - down) / down;
                let far = along.hypot(over);
                corners += u32::from(far > 1.08);
                if far > RING {
                    let turn = over.atan2(along) / std::f32::consts::TAU + 0.5;
                    around[((turn * SECTORS as f32) as usize).min(SECTORS - 1)] = true;
                }
            }
        }
        let sectors = around.iter().filter(|&&red| red).count();
        corners * 25 <= red && sectors * 10 >= SECTORS * 7
    }
}

/// Makes the red pixels of a square as light as their red is, against that of its ink.
fn whiten(picture: &mut Picture, square: &Square, size: usize) {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let columns = (square.left.saturating_sub(2) * size)..((square.right + 2) * size).min(width);
    let rows = (square.top.saturating_sub(2) * size)..((square.bottom + 2) * size).min(height);
    let mut reds = [0u32; 256];
    for y in rows.clone() {
        let row = &picture.rgb[(y * width + columns.start) * 3..(y * width + columns.end) * 3];
        for pixel in row.chunks_exact(3).filter(|pixel| is_red(pixel, 50)) {
            reds[pixel[0] as usize] += 1;
        }
    }
    let total: u32 = reds.iter().sum();
    let mut below = 0;
    // A third of the ink is darker than this: where it lies on black, and at the edges of letters.
    let ink = reds.iter().position(|&count| {
        below += count;
        below * 3 >= total
    });
    let ink = ink.unwrap_or(255).max(1) as u32;
    for y in rows {
        let row = &mut picture.rgb[(y * width + columns.start) * 3..(y * width + columns.end) * 3];
        for pixel in row.chunks_exact_mut(3).filter(|pixel| is_red(pixel, 20)) {
            let light = (u32::from(pixel[0]) * 255 / ink).min(255) as u8;
            pixel.fill(light);
        }
    }
}

/// Takes single specks off a picture of two colours, as faxes are: each pixel becomes the median of
/// the nine around it. Pictures with more colours, and clean ones, whose thin strokes would suffer,
/// stay as they are.
pub(crate) fn take_off_specks(picture: &mut Picture) {
    let (width, height) = (picture.width as usize, picture.height as usize);
    if width < 3 || height < 3 || !is_of_two_colours(picture) {
        return;
    }
    let dark: Vec<bool> = picture
        .rgb
        .chunks_exact(3)
        .map(|pixel| lightness(pixel[0], pixel[1], pixel[2]) < 128)
        .collect();
    let around = |x: usize, y: usize| {
        (y - 1..=y + 1)
            .map(|y| y * width + x)
            .map(|at| dark[at - 1..=at + 1].iter().filter(|&&dark| dark).count())
            .sum::<usize>()
    };
    let inner = || (1..height - 1).flat_map(|y| (1..width - 1).map(move |x| (x, y)));
    let alone = inner()
        .filter(|&(x, y)| dark[y * width + x] && around(x, y) == 1)
        .count();
    let inked = dark.iter().filter(|&&dark| dark).count();
    if alone * 200 < inked {
        return;
    }
    for (x, y) in inner() {
        let value = if around(x, y) >= 5 { 0 } else { 255 };
        picture.rgb[(y * width + x) * 3..][..3].fill(value);
    }
}

/// Of the dark, this many are between black and white at most in a picture of two colours; of letters in grey,
/// whose edges are, it is every second or more.
const MOST_BETWEEN: usize = 10;

/// Whether nearly all pixels are black or white. It is told by those that are ink: most of a page is paper, and
/// of one with a few lines of letters nearly all is white.
fn is_of_two_colours(picture: &Picture) -> bool {
    let count = |channels: std::ops::Range<u8>| {
        let own = picture.rgb.iter();
        own.filter(|channel| channels.contains(channel)).count()
    };
    count(32..224) * MOST_BETWEEN < count(0..32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: [u8; 3] = [215, 40, 45];

    fn white(width: u32, height: u32) -> Picture {
        Picture {
            width,
            height,
            rgb: vec![255; width as usize * height as usize * 3],
        }
    }

    fn set(picture: &mut Picture, x: usize, y: usize, colour: [u8; 3]) {
        let at = (y * picture.width as usize + x) * 3;
        picture.rgb[at..at + 3].copy_from_slice(&colour);
    }

    fn get(picture: &Picture, x: usize, y: usize) -> &[u8] {
        &picture.rgb[(y * picture.width as usize + x) * 3..][..3]
    }

    /// A ring of a radius about a place; black stays black under it.
    fn ring(picture: &mut Picture, x: usize, y: usize, radius: usize) {
        for down in y - radius..=y + radius {
            for along in x - radius..=x + radius {
                let squared = along.abs_diff(x).pow(2) + down.abs_diff(y).pow(2);
                if (radius.pow(2) * 8 / 10..=radius.pow(2)).contains(&squared) {
                    let black = get(picture, along, down)[0] < 100;
                    set(picture, along, down, if black { [40, 8, 9] } else { RED });
                }
            }
        }
    }

    #[test]
    fn the_red_of_a_seal_goes_and_the_black_under_it_stays() {
        let mut page = white(620, 877);
        for x in 100..500 {
            for y in 700..704 {
                set(&mut page, x, y, [20, 20, 20]);
            }
        }
        ring(&mut page, 400, 700, 62);
        whiten_seals(&mut page);
        for x in 100..500 {
            assert!(get(&page, x, 701)[0] < 80, "{x}");
        }
        assert_eq!(get(&page, 400, 640), [255; 3]);
        assert_eq!(get(&page, 345, 690), [255; 3]);
    }

    #[test]
    fn a_red_head_and_a_red_card_stay_red() {
        let mut page = white(620, 877);
        ring(&mut page, 300, 70, 62);
        for y in 400..520 {
            for x in 200..320 {
                set(&mut page, x, y, RED);
            }
        }
        let before = page.clone();
        whiten_seals(&mut page);
        assert_eq!(page, before);
    }

    #[test]
    fn red_letters_that_stand_in_a_square_are_no_seal() {
        // Four letters of strokes, two by two.
        let mut page = white(620, 877);
        for (left, top) in [(200, 400), (270, 400), (200, 470), (270, 470)] {
            for stroke in 0..4 {
                for along in 0..55 {
                    for thick in 0..6 {
                        set(&mut page, left + along, top + stroke * 16 + thick, RED);
                        set(&mut page, left + stroke * 16 + thick, top + along, RED);
                    }
                }
            }
        }
        let before = page.clone();
        whiten_seals(&mut page);
        assert_eq!(page, before);
    }

    #[test]
    fn specks_go_from_a_fax_and_a_clean_page_stays() {
        let mut page = white(120, 90);
        for y in 20..60 {
            for x in 30..36 {
                set(&mut page, x, y, [0; 3]);
            }
        }
        let clean = page.clone();
        take_off_specks(&mut page);
        assert_eq!(page, clean);
        for n in 0..9 {
            set(&mut page, 50 + n * 7, 11 + n * 8, [0; 3]);
        }
        take_off_specks(&mut page);
        // Two corners of the bar are rounded, and every speck is gone.
        let different = page.rgb.iter().zip(&clean.rgb).filter(|(a, b)| a != b);
        assert_eq!(different.count(), 4 * 3);
    }

    #[test]
    fn a_few_thin_letters_in_grey_on_white_paper_stay() {
        // Strokes of one pixel with grey edges, as a printer and a scanner leave them, and dots.
        let mut page = white(1200, 1600);
        for x in 100..160 {
            for (y, grey) in [(99, 150), (100, 10), (101, 170)] {
                set(&mut page, x, y, [grey; 3]);
            }
        }
        for x in 0..20 {
            set(&mut page, 100 + 3 * x, 110, [20; 3]);
        }
        let before = page.clone();
        take_off_specks(&mut page);
        assert_eq!(page, before);
    }

    #[test]
    fn the_smallest_pictures_do_no_harm() {
        for (width, height) in [(0, 0), (1, 1), (2, 3), (3, 1), (1, 400)] {
            let mut picture = white(width, height);
            whiten_seals(&mut picture);
            take_off_specks(&mut picture);
            assert_eq!(picture, white(width, height));
        }
    }
}
