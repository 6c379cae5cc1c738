//! A line of a picture as cards see it: where it stands, how large it is, what number it begins with.

use langdu_model::PictureLine;

use super::super::paragraphs::usual;

/// A line that can be moved.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// Which of the picture's lines it is.
    pub(super) at: usize,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) top: f32,
    pub(super) bottom: f32,
    pub(super) size: f32,
    /// How many letters it has.
    pub(super) count: usize,
    pub(super) text: String,
    /// The card that it belongs to, from 1; 0 where it belongs to none.
    pub(super) card: u16,
}

impl Piece {
    /// Line number `at`; `None` where it has no letters.
    pub(super) fn of((at, line): (usize, &PictureLine)) -> Option<Self> {
        let (first, last) = (line.letters.first()?, line.letters.last()?);
        Some(Self {
            at,
            left: first.left,
            right: last.right,
            top: line.top,
            bottom: line.bottom,
            size: line.size,
            count: line.letters.len(),
            text: line.letters.iter().map(|letter| letter.text).collect(),
            card: 0,
        })
    }

    pub(super) fn middle(&self) -> (f32, f32) {
        (
            (self.left + self.right) / 2.0,
            (self.top + self.bottom) / 2.0,
        )
    }

    /// Whether one of the two stands over the other.
    pub(super) fn is_in_column_of(&self, other: &Self) -> bool {
        self.left < other.right && self.right > other.left
    }

    /// Whether the two stand beside each other, at least in part.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        let least = 0.25 * (self.bottom - self.top).min(other.bottom - other.top);
        self.bottom.min(other.bottom) - self.top.max(other.top) > least
    }

    pub(super) fn is_as_large_as(&self, other: &Self) -> bool {
        (self.size - other.size).abs() <= 0.12 * self.size.max(other.size)
    }
}

/// The pieces of a column or a card.
pub(super) trait Pieces {
    /// The size of most of their letters.
    fn usual_size(&self) -> f32;
    fn left(&self) -> f32;
    fn right(&self) -> f32;
    fn top(&self) -> f32;
    fn bottom(&self) -> f32;
    /// The uppermost piece.
    fn first_piece(&self) -> Option<&Piece>;
    /// The piece that stands next above `piece` in its column.
    fn above<'p>(&'p self, piece: &Piece) -> Option<&'p Piece>;
    /// How many lines go on from the line above them: each of those is full.
    fn wraps(&self) -> usize;
    /// The white between lines that stand beside others or alone, from the top: its upper and lower edge.
    fn gaps(&self) -> Vec<(f32, f32)>;
}

/// A line that is this much short of its column, in sizes, is full: a letter or a mark and one found no room.
const FULL: f32 = 1.7;

/// Fewest letters of a line that others can go on from.
const FEWEST_OF_FULL: usize = 6;

impl Pieces for [Piece] {
    fn usual_size(&self) -> f32 {
        usual(self.iter().map(|piece| (piece.size, piece.count)))
    }

    fn left(&self) -> f32 {
        self.iter().map(|piece| piece.left).fold(f32::MAX, f32::min)
    }

    fn right(&self) -> f32 {
        self.iter()
            .map(|piece| piece.right)
            .fold(f32::MIN, f32::max)
    }

    fn top(&self) -> f32 {
        self.iter().map(|piece| piece.top).fold(f32::MAX, f32::min)
    }

    fn bottom(&self) -> f32 {
        self.iter()
            .map(|piece| piece.bottom)
            .fold(f32::MIN, f32::max)
    }

    fn first_piece(&self) -> Option<&Piece> {
        self.iter()
            .min_by(|one, other| one.top.total_cmp(&other.top))
    }

    fn above<'p>(&'p self, piece: &Piece) -> Option<&'p Piece> {
        self.iter()
            .filter(|other| {
                other.middle().1 < piece.top
                    && other.top < piece.top
                    && other.is_in_column_of(piece)
            })
            .max_by(|one, other| one.bottom.total_cmp(&other.bottom))
    }

    fn wraps(&self) -> usize {
        let is_wrap = |piece: &&Piece| {
            let Some(above) = self.above(piece) else {
                return false;
            };
            let size = piece.size;
            let own = |other: &&Piece| other.is_in_column_of(above);
            let edge = self.iter().filter(own).map(|other| other.right);
            let edge = edge.fold(f32::MIN, f32::max);
            let flush = (above.left - piece.left).abs() <= 2.3 * size;
            let centred = (above.middle().0 - piece.middle().0).abs() <= 0.6 * size;
            above.is_as_large_as(piece)
                && piece.top - above.bottom <= size
                && above.count >= FEWEST_OF_FULL
                && above.right >= edge - FULL * size
                && (flush || centred)
                && !above.text.ends_with(['。', '；', '！', '？', ';'])
                && number(&piece.text).is_none()
        };
        self.iter().filter(is_wrap).count()
    }

    fn gaps(&self) -> Vec<(f32, f32)> {
        let mut spans: Vec<(f32, f32)> =
            self.iter().map(|piece| (piece.top, piece.bottom)).collect();
        spans.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut gaps = Vec::new();
        let mut end = f32::MAX;
        for (top, bottom) in spans {
            if top > end {
                gaps.push((end, top));
            }
            end = if end == f32::MAX {
                bottom
            } else {
                end.max(bottom)
            };
        }
        gaps
    }
}

/// The number that a card, a step or an item begins with: 01, 1.、①, （一）, 第一步, STEP 2, 问3. Not what is
/// counted: 3元.
pub(super) fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let first = text.chars().next()?;
    if ('①'..='⑳').contains(&first) {
        return Some(u32::from(first) - u32::from('①') + 1);
    }
    let lower = text.to_lowercase();
    let named = [
        "第", "步骤", "step", "part", "问题", "问", "q", "no.", "（", "(",
    ]
    .iter()
    .find_map(|name| lower.strip_prefix(name).map(|rest| (*name, rest)));
    let (name, rest) = named.unwrap_or(("", &lower));
    let rest = rest.trim_start();
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    let (number, behind) = if digits > 0 {
        (rest[..digits].parse().ok()?, &rest[digits..])
    } else {
        let hanzi: String = rest.chars().take_while(|c| HANZI.contains(*c)).collect();
        (of_hanzi(&hanzi)?, &rest[hanzi.len()..])
    };
    if digits > 2 {
        return None;
    }
    let behind = behind.chars().next();
    let ends = match name {
        "第" => behind.is_some_and(|c| "步章节条项部关招问类种".contains(c)),
        "（" | "(" => behind.is_some_and(|c| "）)".contains(c)),
        "" if digits == 2 && rest.starts_with('0') => true,
        "" if digits > 0 => behind.is_none_or(|c| ".．、)）".contains(c)),
        "" => behind.is_some_and(|c| "、.．".contains(c)),
        _ => behind.is_none_or(|c| !c.is_ascii_digit()),
    };
    ends.then_some(number)
}

const HANZI: &str = "一二三四五六七八九十";

fn of_hanzi(text: &str) -> Option<u32> {
    let value = |c: char| {
        HANZI
            .chars()
            .position(|own| own == c)
            .map(|at| at as u32 + 1)
    };
    let letters: Vec<char> = text.chars().collect();
    match letters.as_slice() {
        [one] => value(*one),
        ['十', one] => Some(10 + value(*one)?),
        [one, '十'] => Some(10 * value(*one)?),
        [one, '十', other] => Some(10 * value(*one)? + value(*other)?),
        _ => None,
    }
}

/// The place of what begins with `text` in an order of numbers or of dates.
pub(super) fn rank(text: &str) -> Option<u32> {
    if let Some(number) = number(text) {
        return Some(number);
    }
    // 2024年3月, 2024.3, 1999年.
    let numbers: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map_while(|digits| digits.parse().ok())
        .collect();
    let year = *numbers
        .first()
        .filter(|year| (1900..2200).contains(*year))?;
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let part = |at: usize| numbers.get(at).copied().filter(|part| *part <= 31);
    Some(year * 10_000 + part(1).unwrap_or(0) * 100 + part(2).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_cards_are_told_from_what_is_counted() {
        for (text, own) in [
            ("01", Some(1)),
            ("2", Some(2)),
            ("05公示", Some(5)),
            ("3.申请材料", Some(3)),
            ("④办理地点", Some(4)),
            ("（五）监督", Some(5)),
            ("第六步", Some(6)),
            ("STEP 7", Some(7)),
            ("步骤八 公示", Some(8)),
            ("十一、附则", Some(11)),
            ("二十、附则", Some(20)),
            ("3元/餐", None),
            ("12345热线", None),
            ("2024年3月", None),
            ("一次告知", None),
            ("第一批名单", None),
            ("申请条件", None),
            ("", None),
        ] {
            assert_eq!(number(text), own, "{text}");
        }
        assert!(rank("2024年3月") < rank("2024年11月"));
        assert!(rank("1999年") < rank("2024.3"));
        assert_eq!(rank("共2024人"), None);
    }
}
