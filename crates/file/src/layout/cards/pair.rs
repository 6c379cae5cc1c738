//! What stands on both sides of a strip: whether these are cards, and in which order they are read.

use langdu_model::PictureRule;

use super::piece::{Piece, Pieces, number, rank};

/// How much larger than the running text a heading is at least.
const HEADING: f32 = 1.15;

/// How wide the strip between two cards is at least, in sizes of the running text.
const STRIP: f32 = 1.0;

/// Longest figure or word that is no text of a card, in characters.
const SHORT: usize = 4;

/// How far apart two headings of one height may begin, in sizes.
const ONE_HEIGHT: f32 = 0.4;

/// How far apart the lines of one row of a table may begin, in sizes.
const ONE_ROW: f32 = 0.2;

/// Lines of one text stand no further apart than this, in sizes of the running text: what stands so close
/// above a heading, 第一步 or what is counted, belongs to its card.
const TIGHT: f32 = 0.75;

/// How much wider than between lines the white is between two cards, where no heading tells where they begin.
const WIDE: f32 = 1.8;

/// How much wider the white is between two texts that have a label each.
const BETWEEN_LABELS: f32 = 1.25;

/// How long a label is at most, in letters, and how far apart two of them stand at least, in sizes.
const LONGEST_LABEL: usize = 14;
const LABELS_APART: f32 = 0.8;

/// How much the sizes of labels differ, of their size.
const ONE_SIZE: f32 = 0.15;

/// Half of the lines of what is no table have so many hanzi at least.
const FEWEST_OF_SENTENCE: usize = 5;

/// So many lines without a neighbour on the other side tell of cards that begin at heights of their own.
const FEWEST_ALONE: usize = 4;

/// From so many lines on each side, of which so large a part goes on from the line above, two columns are
/// those of a running text.
const LINES_OF_COLUMNS: usize = 12;
const WRAPS_OF_COLUMNS: f32 = 0.4;

/// Cards, or columns of them, on both sides of a strip.
#[derive(Debug, Clone, Default)]
pub(super) struct Pair {
    pub(super) left: Vec<Piece>,
    pub(super) right: Vec<Piece>,
}

impl Pair {
    pub(super) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.left.iter().chain(&self.right)
    }

    pub(super) fn count(&self) -> usize {
        self.left.len() + self.right.len()
    }

    pub(super) fn top(&self) -> f32 {
        self.left.top().min(self.right.top())
    }

    pub(super) fn bottom(&self) -> f32 {
        self.left.bottom().max(self.right.bottom())
    }

    fn usual_size(&self) -> f32 {
        super::super::paragraphs::usual(self.pieces().map(|piece| (piece.size, piece.count)))
    }

    /// What is read one behind the other, from the top: cards beside each other, or texts with their labels.
    /// `None` where these are neither, but lines, columns of a table or of a text.
    pub(super) fn rows(&self, rules: &[PictureRule]) -> Option<Vec<Self>> {
        let usual = self.usual_size();
        let (edge, begin) = (self.left.right(), self.right.left());
        let (top, bottom) = (self.top(), self.bottom());
        let crosses = |rule: &PictureRule| {
            (top..=bottom).contains(&rule.y0) && rule.x0 < edge && rule.x1 > begin
        };
        if begin - edge < STRIP * usual
            || self.left.len() < 2
            || self.right.len() < 2
            || rules.iter().any(crosses)
        {
            return None;
        }
        if let Some(labelled) = self.labelled() {
            return Some(labelled);
        }
        let own = self.behind_lead_in(usual);
        let (left, right) = (own.left.wraps(), own.right.wraps());
        if own.left.is_empty() || own.right.is_empty() || own.is_text(left, right) {
            return None;
        }
        let headings = own.shared_starts(usual, |piece| piece.size >= HEADING * usual);
        let numbers = own.shared_starts(usual, |piece| number(&piece.text).is_some());
        let alone = own.alone(usual);
        let are_sentences = is_worded(&own.left) && is_worded(&own.right);
        if !headings.is_empty() {
            let rows = own.clone().cut(&headings);
            let are_cards = alone >= 2 || left + right > 0 || headings.len() >= 2 || are_sentences;
            let is_pair = own.left.len() == 2 && own.right.len() == 2;
            // Figures with a word below each are read row by row: 3元 5元 8元.
            let are_words = own.pieces().any(|piece| piece.count > SHORT)
                || rows.iter().any(|row| row.heights(usual) > 2);
            if (are_cards || is_pair) && are_words && are_filled(&rows) {
                return Some(rows);
            }
        }
        if !numbers.is_empty() {
            let rows = own.clone().cut(&numbers);
            let first = |side: &[Piece]| number(&side.first_piece()?.text);
            let differ = rows.iter().all(|row| first(&row.left) != first(&row.right));
            if differ && are_filled(&rows) {
                return Some(rows);
            }
        }
        // The rows of a table have few lines without a neighbour.
        let are_apart = alone >= FEWEST_ALONE || (alone >= 2 && left + right > 0);
        if let Some(rows) = own.staggered(usual).filter(|_| are_apart) {
            return Some(rows);
        }
        let framed = own.is_framed(rules) && alone >= 1;
        if (left > 0 && right > 0) || framed {
            let begins = own.wide_gaps(usual);
            return Some(own.cut(&begins));
        }
        None
    }

    /// On how many heights its lines begin.
    fn heights(&self, usual: f32) -> usize {
        let mut tops: Vec<f32> = self.pieces().map(|piece| piece.top).collect();
        tops.sort_by(f32::total_cmp);
        tops.dedup_by(|one, other| (*one - *other).abs() <= ONE_HEIGHT * usual);
        tops.len()
    }

    /// Whether these are two columns of a running text, which the page's layout reads.
    fn is_text(&self, left: usize, right: usize) -> bool {
        let is_column = |side: &[Piece], wraps: usize| {
            side.len() >= LINES_OF_COLUMNS && wraps as f32 >= WRAPS_OF_COLUMNS * side.len() as f32
        };
        is_column(&self.left, left) && is_column(&self.right, right)
    }

    /// How many lines have no neighbour on the other side: the rows of a table have.
    fn alone(&self, usual: f32) -> usize {
        let alone = |own: &[Piece], others: &[Piece]| {
            let neighbour = |piece: &Piece| {
                let mut others = others.iter();
                others.any(|other| (other.top - piece.top).abs() <= ONE_ROW * usual)
            };
            own.iter().filter(|piece| !neighbour(piece)).count()
        };
        alone(&self.left, &self.right) + alone(&self.right, &self.left)
    }

    /// Whether the sides have an upright rule each at the strip, as cards with a border have.
    fn is_framed(&self, rules: &[PictureRule]) -> bool {
        let (edge, begin) = (self.left.right(), self.right.left());
        let (top, bottom) = (self.top(), self.bottom());
        let mut places: Vec<f32> = rules
            .iter()
            .filter(|rule| {
                rule.x1 - rule.x0 < rule.y1 - rule.y0
                    && (edge..=begin).contains(&rule.x0)
                    && rule.y1.min(bottom) - rule.y0.max(top) > 0.4 * (bottom - top)
            })
            .map(|rule| rule.x0)
            .collect();
        places.sort_by(f32::total_cmp);
        let apart = 0.4 * self.usual_size();
        places.windows(2).any(|pair| pair[1] - pair[0] > apart)
    }

    /// The pair without what stands above its first headings: a line that is set to one side belongs to no
    /// card.
    fn behind_lead_in(&self, usual: f32) -> Self {
        let headings = self.shared_starts(usual, |piece| piece.size >= HEADING * usual);
        let Some(first) = headings.first().map(|first| first - ONE_HEIGHT * usual) else {
            return self.clone();
        };
        let below = |side: &[Piece]| -> Vec<Piece> {
            let below = side.iter().filter(|piece| piece.top >= first);
            below.cloned().collect()
        };
        Self {
            left: below(&self.left),
            right: below(&self.right),
        }
    }

    /// The heights at which cards begin on both sides.
    fn shared_starts(&self, usual: f32, is_start: impl Fn(&Piece) -> bool) -> Vec<f32> {
        let (left, right) = (
            starts(&self.left, usual, &is_start),
            starts(&self.right, usual, &is_start),
        );
        let mut heights: Vec<f32> = Vec::new();
        for (own, size) in left {
            let shared = right
                .iter()
                .filter(|(other, _)| (other - own).abs() <= ONE_HEIGHT * size.max(usual))
                .map(|(other, _)| other.min(own));
            if let Some(height) = shared.min_by(f32::total_cmp) {
                heights.push(height);
            }
        }
        heights.sort_by(f32::total_cmp);
        heights.dedup_by(|one, other| (*one - *other).abs() <= ONE_HEIGHT * usual);
        heights
    }

    /// The heights below white that is wider than between lines, where both sides begin anew.
    fn wide_gaps(&self, usual: f32) -> Vec<f32> {
        let mut own: Vec<f32> = [&self.left, &self.right]
            .iter()
            .flat_map(|side| side.gaps())
            .map(|(from, to)| to - from)
            .collect();
        own.sort_by(f32::total_cmp);
        let tight = own.get(own.len() / 2).copied().unwrap_or_default();
        let all: Vec<Piece> = self.pieces().cloned().collect();
        let begins_at = |side: &[Piece], height: f32| {
            side.iter()
                .any(|piece| (piece.top - height).abs() <= ONE_HEIGHT * usual)
        };
        let mut begins = vec![self.top()];
        begins.extend(all.gaps().into_iter().filter_map(|(from, to)| {
            let wide = to - from >= WIDE * tight.max(0.4 * usual);
            (wide && begins_at(&self.left, to) && begins_at(&self.right, to)).then_some(to)
        }));
        begins
    }

    /// The pairs of cards that begin at these heights; one pair of columns where their numbers run down the
    /// left side first.
    fn cut(self, begins: &[f32]) -> Vec<Self> {
        let usual = self.usual_size();
        let row = |piece: &Piece| {
            let behind = begins.iter().skip(1);
            behind
                .filter(|begin| piece.top >= **begin - ONE_HEIGHT * usual)
                .count()
        };
        let mut rows: Vec<Self> = vec![Self::default(); begins.len().max(1)];
        for piece in &self.left {
            rows[row(piece)].left.push(piece.clone());
        }
        for piece in &self.right {
            rows[row(piece)].right.push(piece.clone());
        }
        let first = |side: &[Piece]| rank(&side.first_piece()?.text);
        let ranks: Option<Vec<[u32; 2]>> = rows
            .iter()
            .map(|row| Some([first(&row.left)?, first(&row.right)?]))
            .collect();
        let runs_down = ranks.is_some_and(|ranks| {
            let across: Vec<u32> = ranks.iter().flatten().copied().collect();
            let down: Vec<u32> = (0..2)
                .flat_map(|side| ranks.iter().map(move |row| row[side]))
                .collect();
            ranks.len() >= 2 && is_rising(&down) && !is_rising(&across)
        });
        if runs_down {
            return vec![self];
        }
        rows.retain(|row| row.count() > 0);
        rows
    }

    /// Cards that begin at heights of their own: two columns, each read to its end, or the two sides of a
    /// line of time, from the top.
    fn staggered(&self, usual: f32) -> Option<Vec<Self>> {
        let is_start = |piece: &Piece| piece.size >= HEADING * usual || rank(&piece.text).is_some();
        let blocks = |side: &[Piece]| -> Vec<Vec<Piece>> {
            let mut begins: Vec<f32> = starts(side, usual, is_start)
                .into_iter()
                .map(|(top, _)| top)
                .collect();
            begins.sort_by(f32::total_cmp);
            begins.dedup_by(|one, other| (*one - *other).abs() <= ONE_HEIGHT * usual);
            let mut blocks = vec![Vec::new(); begins.len()];
            for piece in side {
                let at = begins
                    .iter()
                    .filter(|begin| piece.top >= **begin - 0.1 * usual)
                    .count();
                if let Some(block) = blocks.get_mut(at.max(1) - 1) {
                    block.push(piece.clone());
                }
            }
            blocks
        };
        let (left, right) = (blocks(&self.left), blocks(&self.right));
        let lines = |blocks: &[Vec<Piece>]| blocks.iter().map(Vec::len).sum::<usize>();
        // Something stands below the headings.
        if left.is_empty()
            || right.is_empty()
            || left.len() + right.len() < 3
            || lines(&left) < 2 * left.len()
            || lines(&right) < 2 * right.len()
        {
            return None;
        }
        let order = |blocks: Vec<(bool, Vec<Piece>)>| -> Vec<Self> {
            blocks
                .into_iter()
                .map(|(is_left, block)| {
                    let (left, right) = if is_left {
                        (block, Vec::new())
                    } else {
                        (Vec::new(), block)
                    };
                    Self { left, right }
                })
                .collect()
        };
        let mut down: Vec<(bool, Vec<Piece>)> = left.into_iter().map(|own| (true, own)).collect();
        down.extend(right.into_iter().map(|own| (false, own)));
        let mut falling = down.clone();
        falling.sort_by(|one, other| one.1.top().total_cmp(&other.1.top()));
        let ranks = |blocks: &[(bool, Vec<Piece>)]| -> Option<Vec<u32>> {
            let first = |block: &[Piece]| rank(&block.first_piece()?.text);
            blocks.iter().map(|(_, block)| first(block)).collect()
        };
        let by_number = ranks(&falling).zip(ranks(&down));
        let alternates = falling.windows(2).all(|two| two[0].0 != two[1].0);
        let is_falling = match by_number {
            Some((falling, down)) => is_rising(&falling) || !is_rising(&down) && alternates,
            None => {
                alternates
                    && falling
                        .windows(2)
                        .all(|two| two[1].1.top() > (two[0].1.top() + two[0].1.bottom()) / 2.0)
            }
        };
        Some(order(if is_falling { falling } else { down }))
    }

    /// Texts with a label each on the left, which may stand at the middle of its text: a number, a date.
    fn labelled(&self) -> Option<Vec<Self>> {
        let usual = self.right.usual_size();
        let size = self.left.usual_size();
        let ranks: Vec<Option<u32>> = self.left.iter().map(|piece| rank(&piece.text)).collect();
        let are_numbered = ranks.iter().all(Option::is_some);
        let is_label = |piece: &&Piece| {
            piece.count <= LONGEST_LABEL
                && (are_numbered || (piece.size - size).abs() <= ONE_SIZE * size)
        };
        let mut labels: Vec<Piece> = self.left.iter().filter(is_label).cloned().collect();
        labels.sort_by(|one, other| one.top.total_cmp(&other.top));
        let are_apart = labels.windows(2).all(|two| {
            two[1].top - two[0].bottom >= LABELS_APART * two[0].size
                && two[0].is_in_column_of(&two[1])
        });
        // What else stands on this side is above all labels or below them.
        let is_between = |piece: &Piece| {
            !labels.contains(piece) && piece.top > labels.top() && piece.top < labels.bottom()
        };
        if labels.len() < 2 || !are_apart || self.left.iter().any(is_between) {
            return None;
        }
        let gaps = self.right.gaps();
        let mut ends = Vec::new();
        for two in labels.windows(2) {
            let between = two[0].middle().1..two[1].middle().1;
            let gap = gaps
                .iter()
                .filter(|(from, to)| between.contains(&((from + to) / 2.0)))
                .max_by(|one, other| (one.1 - one.0).total_cmp(&(other.1 - other.0)))?;
            ends.push(*gap);
        }
        let height = |gap: &(f32, f32)| gap.1 - gap.0;
        let narrow = ends.iter().map(height).fold(f32::MAX, f32::min);
        // What stands above the first text and below the last one has no label: each text stands beside the middle
        // of its label, or begins where that does.
        let off = |label: &Piece, top: f32, bottom: f32| {
            let middle = (top + bottom) / 2.0;
            (label.middle().1 - middle)
                .abs()
                .min((label.top - top).abs())
        };
        let (first, last) = (&labels[0], &labels[labels.len() - 1]);
        let is_end = |gap: &&(f32, f32)| height(gap) >= 0.5 * narrow;
        let tops = gaps.iter().filter(|gap| gap.1 < first.middle().1);
        let tops = tops.filter(is_end).map(|gap| gap.1);
        let bottoms = gaps.iter().filter(|gap| gap.0 > last.middle().1);
        let bottoms = bottoms.filter(is_end).map(|gap| gap.0);
        let begin = tops
            .chain([self.right.top()])
            .min_by(|one, other| {
                let end = ends[0].0;
                off(first, *one, end).total_cmp(&off(first, *other, end))
            })
            .map_or(f32::MIN, |top| top - 1.0);
        let end = bottoms
            .chain([self.right.bottom()])
            .min_by(|one, other| {
                let begin = ends[ends.len() - 1].1;
                off(last, begin, *one).total_cmp(&off(last, begin, *other))
            })
            .map_or(f32::MAX, |bottom| bottom + 1.0);
        let inner = || {
            let inner = gaps.iter().filter(|gap| !ends.contains(gap));
            inner.filter(|gap| gap.0 > begin && gap.1 < end)
        };
        let wide = inner().map(height).fold(0.0, f32::max);
        // Each label has a text of its own, and some of them have several lines.
        if inner().count() == 0 || narrow < BETWEEN_LABELS * wide {
            return None;
        }
        let mut rows: Vec<Self> = Vec::new();
        for (at, label) in labels.into_iter().enumerate() {
            let from = at.checked_sub(1).map_or(begin, |before| ends[before].0);
            let to = ends.get(at).map_or(end, |end| end.1);
            let own = self.right.iter().filter(|piece| {
                let (_, middle) = piece.middle();
                middle > from && middle < to
            });
            let right: Vec<Piece> = own.cloned().collect();
            let near = right.top() - usual..=right.bottom() + usual;
            if right.is_empty() || !near.contains(&label.middle().1) {
                return None;
            }
            rows.push(Self {
                left: vec![label],
                right,
            });
        }
        Some(rows)
    }
}

/// The heights at which cards of one side begin, and the size of what they begin with.
fn starts(side: &[Piece], usual: f32, is_start: impl Fn(&Piece) -> bool) -> Vec<(f32, f32)> {
    side.iter()
        .filter(|piece| is_start(piece))
        .map(|piece| {
            let mut first = piece;
            while let Some(above) = side.above(first)
                && first.top - above.bottom <= TIGHT * usual
            {
                first = above;
            }
            (first.top, piece.size)
        })
        .collect()
}

/// Whether most lines of a side are more than a word or an amount.
fn is_worded(side: &[Piece]) -> bool {
    let is_hanzi = |letter: &char| ('\u{4e00}'..='\u{9fff}').contains(letter);
    let below = side.len().saturating_sub(1);
    let worded = side
        .iter()
        .filter(|piece| piece.text.chars().filter(is_hanzi).count() >= FEWEST_OF_SENTENCE);
    below > 0 && worded.count() * 2 >= below
}

/// Whether something stands below the headings of cards. The last of them may stand alone.
fn are_filled(rows: &[Pair]) -> bool {
    let is_row = |row: &Pair| !row.left.is_empty() && !row.right.is_empty();
    let full = match rows.split_last() {
        Some((last, before)) if !before.is_empty() && !is_row(last) => before,
        _ => rows,
    };
    let sides = || full.iter().flat_map(|row| [&row.left, &row.right]);
    let filled = sides().filter(|side| side.len() >= 2).count();
    full.iter().all(is_row) && filled * 4 >= sides().count() * 3
}

fn is_rising(numbers: &[u32]) -> bool {
    numbers.windows(2).all(|two| two[0] < two[1])
}
