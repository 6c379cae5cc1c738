//! Cards that stand beside each other in a picture (图解): each is read to its end before the next, so they
//! are put below each other before lines and paragraphs are made.
//!
//! What tells cards from the columns of a table: headings that are larger than what they stand over, or
//! numbers, and begin on one height on both sides of a strip that no letter and no ruling line crosses; texts of
//! several lines on both sides; borders. What stands alone over the whole width parts the rows of cards. The
//! columns of a running text are left to the page's layout, those of a table stay where they are.

mod pair;
mod piece;

use langdu_model::{PictureLine, PictureRule, PictureText};

use self::pair::Pair;
use self::piece::{Piece, Pieces};

/// Most cards beside each other, and cards within cards.
const DEEPEST: usize = 6;

/// Most lines of a picture whose cards are looked for.
const MOST_LINES: usize = 500;

/// How much larger than the lines that have neighbours what parts the rows of cards is at least.
const LARGER: f32 = 1.12;

/// How much white is above and below it at least, in sizes.
const WHITE: f32 = 0.8;

/// How much of the room from one card to the next its longest line takes at least for its lines to be full.
const FILLED: f32 = 0.55;

/// A picture whose cards are put below each other.
pub(super) struct Unfolded {
    pub(super) text: PictureText,
    /// Of each line the card that it belongs to, from 1, or 0.
    pub(super) card_of: Vec<u16>,
    /// Of each card where its text begins and ends, from the left.
    pub(super) cards: Vec<(f32, f32)>,
}

/// The text with its cards below each other.
pub(super) fn unfolded(text: &PictureText) -> Unfolded {
    let pieces: Vec<Piece> = text
        .lines
        .iter()
        .enumerate()
        .filter_map(Piece::of)
        .collect();
    let mut unfolding = Unfolding {
        rules: text.rules.clone(),
        width: text.width as f32,
        widths: Vec::new(),
        pitch: f32::MAX,
    };
    let pieces = if pieces.len() <= MOST_LINES && !is_ruled(&pieces, &text.rules) {
        let pieces = pieces.into_iter().filter(|piece| !is_ornament(&piece.text));
        unfolding.unfold(pieces.collect(), DEEPEST)
    } else {
        pieces
    };
    let lowest = pieces.iter().map(|piece| piece.bottom).fold(0.0, f32::max);
    Unfolded {
        card_of: pieces.iter().map(|piece| piece.card).collect(),
        cards: unfolding.cards(&pieces),
        text: PictureText {
            height: text.height.max(lowest.ceil() as u32),
            lines: pieces
                .iter()
                .map(|piece| moved(&text.lines[piece.at], piece))
                .collect(),
            rules: unfolding.rules,
            ..text.clone()
        },
    }
}

/// Fewest ruling lines from side to side that a table has.
const FEWEST_RULES: usize = 5;

/// The share of the width of all ruling lines that one of a table takes at least. It may be broken at each column.
const RULED: f32 = 0.6;

/// The share of the spaces between ruling lines in which one row of words is written, at least: nearly all of a
/// table's. Cards with borders hold several rows, and between them there is nothing.
const ROW_BY_ROW: f32 = 0.8;

/// Whether ruling lines from side to side part the lines one by one: that is a table, and its columns are no cards.
fn is_ruled(pieces: &[Piece], rules: &[PictureRule]) -> bool {
    let mut level: Vec<&PictureRule> = rules
        .iter()
        .filter(|rule| rule.x1 - rule.x0 > rule.y1 - rule.y0)
        .collect();
    level.sort_by(|one, other| one.y0.total_cmp(&other.y0));
    let left = level.iter().map(|rule| rule.x0).fold(f32::MAX, f32::min);
    let right = level.iter().map(|rule| rule.x1).fold(f32::MIN, f32::max);
    let mut sizes: Vec<f32> = pieces.iter().map(|piece| piece.size).collect();
    sizes.sort_by(f32::total_cmp);
    let Some(&size) = sizes.get(sizes.len() / 2) else {
        return false;
    };
    // What follows each other closely is one line, broken or not quite level.
    let mut lines: Vec<(f32, f32)> = Vec::new();
    for rule in level {
        let width = rule.x1 - rule.x0;
        match lines.last_mut() {
            Some((y, covered)) if rule.y0 - *y <= 0.4 * size => {
                (*y, *covered) = (rule.y0, *covered + width)
            }
            _ => lines.push((rule.y0, width)),
        }
    }
    lines.retain(|(_, covered)| *covered >= RULED * (right - left));
    if lines.len() < FEWEST_RULES {
        return false;
    }
    let spaces = lines.windows(2);
    let one_row = spaces.filter(|space| {
        let within = space[0].0..space[1].0;
        let middles = pieces.iter().map(|piece| (piece.top + piece.bottom) / 2.0);
        let (highest, lowest) = middles
            .filter(|middle| within.contains(middle))
            .fold((f32::MAX, f32::MIN), |(high, low), at| {
                (high.min(at), low.max(at))
            });
        (0.0..0.8 * size).contains(&(lowest - highest))
    });
    one_row.count() as f32 >= ROW_BY_ROW * (lines.len() - 1) as f32
}

/// Whether nothing but arrows and the like is written: they lead from one card to the next.
fn is_ornament(text: &str) -> bool {
    text.chars().all(|letter| {
        matches!(letter, '>' | '<' | '»' | '«' | '›' | '‹' | '+' | '|' | '=' | '·' | '•'
            | '\u{2190}'..='\u{21ff}' | '\u{2500}'..='\u{27bf}' | '\u{2900}'..='\u{2bff}')
    })
}

/// `line` where `piece` has been moved to.
fn moved(line: &PictureLine, piece: &Piece) -> PictureLine {
    let mut line = line.clone();
    let right = line
        .letters
        .first()
        .map_or(0.0, |letter| piece.left - letter.left);
    (line.top, line.bottom) = (piece.top, piece.bottom);
    for letter in &mut line.letters {
        letter.left += right;
        letter.right += right;
    }
    line
}

fn shifted(mut pieces: Vec<Piece>, right: f32, down: f32) -> Vec<Piece> {
    for piece in &mut pieces {
        piece.left += right;
        piece.right += right;
        piece.top += down;
        piece.bottom += down;
    }
    pieces
}

/// The highest cards of a picture, and what is above and below them.
struct Found {
    above: Vec<Piece>,
    rows: Vec<Pair>,
    below: Vec<Piece>,
}

/// What stands alone in its height and parts the cards above from those below: a heading that is larger than
/// what has neighbours, or a line in the middle of the whole.
fn dividers(pieces: &[Piece], width: f32) -> Vec<bool> {
    let is_alone = |piece: &Piece| {
        let mut others = pieces.iter();
        !others.any(|other| other.at != piece.at && other.is_beside(piece))
    };
    let alone: Vec<bool> = pieces.iter().map(is_alone).collect();
    // Of two letters the size is told roughly.
    let beside = pieces
        .iter()
        .zip(&alone)
        .filter(|(piece, alone)| !**alone && piece.count >= 4);
    let largest = beside.map(|(piece, _)| piece.size).fold(0.0, f32::max);
    let middles = [(pieces.left() + pieces.right()) / 2.0, width / 2.0];
    let has_white = |piece: &Piece| {
        let mut others = pieces.iter();
        !others.any(|other| {
            let apart = (piece.top - other.bottom).max(other.top - piece.bottom);
            other.at != piece.at && apart < WHITE * piece.size.min(other.size)
        })
    };
    let parts = |(piece, alone): (&Piece, &bool)| {
        let centred = middles
            .iter()
            .any(|middle| (piece.middle().0 - middle).abs() <= 0.8 * piece.size);
        let larger = piece.size >= LARGER * largest;
        let left = piece.left - pieces.left() <= 2.0 * piece.size;
        // Figures in the cards may be larger than a heading that has its number.
        let heads = larger || is_numbered(&piece.text);
        *alone && has_white(piece) && (centred || (heads && left))
    };
    pieces.iter().zip(&alone).map(parts).collect()
}

/// Whether a text begins as headings are numbered: 二、资金.
fn is_numbered(text: &str) -> bool {
    text.split_once('、').is_some_and(|(number, rest)| {
        (1..=3).contains(&number.chars().count())
            && number.chars().all(|c| "一二三四五六七八九十".contains(c))
            && !rest.is_empty()
    })
}

/// The highest cards among `pieces`, and of those on one height the most.
fn first_cards(pieces: &[Piece], rules: &[PictureRule], width: f32) -> Option<Found> {
    let mut pieces = pieces.to_vec();
    pieces.sort_by(|one, other| one.top.total_cmp(&other.top));
    let parts = dividers(&pieces, width);
    let usual = pieces.usual_size();
    let mut edges: Vec<f32> = pieces.iter().map(|piece| piece.right).collect();
    edges.sort_by(|one, other| other.total_cmp(one));
    // The longest of the lines that end near each other.
    edges.dedup_by(|one, other| *other - *one < 0.5 * usual);
    let mut best: Option<(Pair, Vec<Pair>)> = None;
    for edge in edges {
        let strip = edge + 1.0;
        let ends = |(piece, parts): &(&Piece, &bool)| {
            **parts || (piece.left < strip && piece.right > strip)
        };
        let numbered: Vec<(&Piece, &bool)> = pieces.iter().zip(&parts).collect();
        for run in numbered.split(ends) {
            let own = run.iter().map(|(piece, _)| (*piece).clone());
            let (left, right): (Vec<Piece>, Vec<Piece>) =
                own.partition(|piece| piece.right <= strip);
            if left.len() < 2 || right.len() < 2 {
                continue;
            }
            let pair = Pair { left, right };
            let Some(rows) = pair.rows(rules) else {
                continue;
            };
            let top = |rows: &[Pair]| rows.iter().map(Pair::top).fold(f32::MAX, f32::min);
            let count = |rows: &[Pair]| rows.iter().map(Pair::count).sum::<usize>();
            let is_better = best.as_ref().is_none_or(|(_, best_rows)| {
                let lower = top(&rows) - top(best_rows);
                if lower.abs() > usual {
                    lower < 0.0
                } else {
                    count(&rows) > count(best_rows)
                }
            });
            if is_better {
                best = Some((pair, rows));
            }
        }
    }
    let (_, rows) = best?;
    let taken: Vec<usize> = rows
        .iter()
        .flat_map(|row| row.pieces().map(|piece| piece.at))
        .collect();
    let top = rows.iter().map(Pair::top).fold(f32::MAX, f32::min);
    pieces.retain(|piece| !taken.contains(&piece.at));
    let (above, below) = pieces.into_iter().partition(|piece| piece.top < top);
    Some(Found { above, rows, below })
}

/// Puts cards below each other, and numbers them.
struct Unfolding {
    rules: Vec<PictureRule>,
    /// How wide the picture is.
    width: f32,
    /// Of each card how wide its text may be; `None` where that is not known.
    widths: Vec<Option<f32>>,
    /// The least distance from one card to the next so far: of three beside each other two may be told first.
    pitch: f32,
}

impl Unfolding {
    fn unfold(&mut self, pieces: Vec<Piece>, depth: usize) -> Vec<Piece> {
        let found = match depth {
            0 => None,
            _ => first_cards(&pieces, &self.rules, self.width),
        };
        let Some(Found { above, rows, below }) = found else {
            return pieces;
        };
        let gap = pieces.usual_size();
        let top = rows.iter().map(Pair::top).fold(f32::MAX, f32::min);
        let bottom = rows.iter().map(Pair::bottom).fold(f32::MIN, f32::max);
        // Their frames are no table.
        self.rules
            .retain(|rule| rule.y0 < top - gap || rule.y0 > bottom + gap);
        let edges = rows.iter().map(|row| row.left.left().min(row.right.left()));
        let edge = edges.fold(f32::MAX, f32::min);
        let pitches = rows
            .iter()
            .map(|row| row.right.left() - row.left.left())
            .filter(|pitch| (0.0..f32::MAX / 2.0).contains(pitch));
        let beside = pitches.fold(f32::MAX, f32::min);
        let others = std::mem::replace(&mut self.pitch, f32::MAX);
        let (mut placed, mut end) = (above, top);
        let mut own: Vec<usize> = Vec::new();
        let mut widest: f32 = 0.0;
        let sides = rows.into_iter().flat_map(|row| [row.left, row.right]);
        for side in sides.filter(|side| !side.is_empty()) {
            let mut card = self.unfold(side, depth - 1);
            if card.iter().all(|piece| piece.card == 0) {
                own.push(self.widths.len());
                widest = widest.max(card.right() - card.left());
                self.widths.push(None);
                let number = u16::try_from(self.widths.len()).unwrap_or(0);
                card.iter_mut().for_each(|piece| piece.card = number);
            }
            let card = shifted(card.clone(), edge - card.left(), end - card.top());
            end = card.bottom() + gap;
            placed.extend(card);
        }
        let pitch = beside.min(self.pitch);
        self.pitch = pitch.min(others);
        if widest >= FILLED * pitch {
            own.iter().for_each(|at| self.widths[*at] = Some(widest));
        }
        let down = (end - gap - bottom).max(0.0);
        for rule in self.rules.iter_mut().filter(|rule| rule.y0 > bottom) {
            rule.y0 += down;
            rule.y1 += down;
        }
        let below = shifted(below, 0.0, down);
        placed.extend(self.unfold(below, depth - 1));
        placed
    }

    /// Where the text of each card begins and ends.
    fn cards(&self, pieces: &[Piece]) -> Vec<(f32, f32)> {
        let card = |(at, width): (usize, &Option<f32>)| {
            let own = pieces
                .iter()
                .filter(|piece| usize::from(piece.card) == at + 1);
            let left = own.map(|piece| piece.left).fold(f32::MAX, f32::min);
            // Where nothing tells how much room there is, no line is full.
            (left, width.map_or(f32::MAX, |width| left + width))
        };
        self.widths.iter().enumerate().map(card).collect()
    }
}

#[cfg(test)]
mod tests;
