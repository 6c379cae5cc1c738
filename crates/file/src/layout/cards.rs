//! Cards that stand beside each other in a picture (图解): each is read to its end before the next, so they
//! are put below each other before lines and paragraphs are made.
//!
//! Cards are told from the columns of a table by their headings, which are larger than what they stand over
//! and begin on one height on both sides of a strip that no letter and no ruling line crosses, and by lines
//! on one side that have no neighbour on the other.

use langdu_model::{PictureLine, PictureRule, PictureText};

use super::paragraphs::usual;

/// How much larger than the running text of its card a heading is at least.
const HEADING: f32 = 1.15;

/// How wide the strip between two cards is at least, in sizes of the running text.
const STRIP: f32 = 1.0;

/// How far apart two headings of one height may begin, in sizes.
const ONE_HEIGHT: f32 = 0.4;

/// How far apart the lines of one row of a table may begin, in sizes.
const ONE_ROW: f32 = 0.2;

/// Most cards beside each other, and cards within cards.
const DEEPEST: usize = 6;

/// The text with its cards below each other.
pub(super) fn unfolded(text: &PictureText) -> PictureText {
    let mut rules = text.rules.clone();
    let lines = unfold(text.lines.clone(), &mut rules, DEEPEST);
    let lowest = lines.iter().map(|line| line.bottom).fold(0.0, f32::max);
    PictureText {
        height: text.height.max(lowest.ceil() as u32),
        lines,
        rules,
        ..text.clone()
    }
}

fn left(line: &PictureLine) -> f32 {
    line.letters.first().map_or(f32::MAX, |letter| letter.left)
}

fn right(line: &PictureLine) -> f32 {
    line.letters.last().map_or(f32::MIN, |letter| letter.right)
}

fn top_of(lines: &[PictureLine]) -> f32 {
    lines.iter().map(|line| line.top).fold(f32::MAX, f32::min)
}

fn bottom_of(lines: &[PictureLine]) -> f32 {
    let bottoms = lines.iter().map(|line| line.bottom);
    bottoms.fold(f32::MIN, f32::max)
}

fn left_of(lines: &[PictureLine]) -> f32 {
    lines.iter().map(left).fold(f32::MAX, f32::min)
}

fn moved(mut lines: Vec<PictureLine>, right: f32, down: f32) -> Vec<PictureLine> {
    for line in &mut lines {
        line.top += down;
        line.bottom += down;
        for letter in &mut line.letters {
            letter.left += right;
            letter.right += right;
        }
    }
    lines
}

fn usual_size(lines: &[PictureLine]) -> f32 {
    usual(lines.iter().map(|line| (line.size, line.letters.len())))
}

/// Cards on both sides of a strip.
struct Pair {
    left: Vec<PictureLine>,
    right: Vec<PictureLine>,
}

impl Pair {
    fn lines(&self) -> impl Iterator<Item = &PictureLine> {
        self.left.iter().chain(&self.right)
    }

    fn top(&self) -> f32 {
        top_of(&self.left).min(top_of(&self.right))
    }

    fn bottom(&self) -> f32 {
        bottom_of(&self.left).max(bottom_of(&self.right))
    }

    /// Whether these are cards, and no columns of a table or of a text.
    fn are_cards(&self, rules: &[PictureRule]) -> bool {
        let usual = usual(self.lines().map(|line| (line.size, line.letters.len())));
        let edge = self.left.iter().map(right).fold(f32::MIN, f32::max);
        let begin = left_of(&self.right);
        let (top, bottom) = (self.top(), self.bottom());
        let crosses = |rule: &PictureRule| {
            (top..=bottom).contains(&rule.y0) && rule.x0 < edge && rule.x1 > begin
        };
        let alone = |own: &[PictureLine], others: &[PictureLine]| {
            let neighbour = |line: &PictureLine| {
                let mut near = others.iter();
                near.any(|other| (other.top - line.top).abs() <= ONE_ROW * usual)
            };
            own.iter().filter(|line| !neighbour(line)).count()
        };
        begin - edge >= STRIP * usual
            && self.left.len() >= 2
            && self.right.len() >= 2
            && !self.headings(usual).is_empty()
            && alone(&self.left, &self.right) + alone(&self.right, &self.left) >= 2
            && !rules.iter().any(crosses)
    }

    /// The heights at which cards begin on both sides.
    fn headings(&self, usual: f32) -> Vec<f32> {
        let is_heading = |line: &&PictureLine| line.size >= HEADING * usual;
        let right = || self.right.iter().filter(is_heading);
        let both = self.left.iter().filter(is_heading).filter(|line| {
            right().any(|other| (other.top - line.top).abs() <= ONE_HEIGHT * line.size)
        });
        let mut heights: Vec<f32> = both.map(|line| line.top).collect();
        heights.sort_by(f32::total_cmp);
        heights.dedup_by(|one, other| (*one - *other).abs() <= ONE_HEIGHT * usual);
        heights
    }

    /// The pairs of cards, one below the other.
    fn rows(self) -> Vec<Self> {
        let usual = usual(self.lines().map(|line| (line.size, line.letters.len())));
        let begins = self.headings(usual);
        let row = |line: &PictureLine| {
            let behind = begins.iter().skip(1);
            let below = |begin: &&f32| line.top >= **begin - ONE_HEIGHT * usual;
            behind.filter(below).count()
        };
        let mut rows: Vec<Self> = (0..begins.len().max(1))
            .map(|_| Self {
                left: Vec::new(),
                right: Vec::new(),
            })
            .collect();
        let sides = [(self.left, true), (self.right, false)];
        for (lines, is_left) in sides {
            for line in lines {
                let of = &mut rows[row(&line)];
                let side = if is_left { &mut of.left } else { &mut of.right };
                side.push(line);
            }
        }
        rows
    }
}

/// The highest pair of columns of cards among `lines`, and what is above and below it.
fn first_pair(
    lines: &[PictureLine],
    rules: &[PictureRule],
) -> Option<(Vec<PictureLine>, Pair, Vec<PictureLine>)> {
    // A strip begins behind the end of a line.
    let mut best: Option<(Vec<PictureLine>, Pair, Vec<PictureLine>)> = None;
    for edge in lines.iter().map(right) {
        let strip = edge + 1.0;
        let mut crossing: Vec<&PictureLine> = lines
            .iter()
            .filter(|line| left(line) < strip && right(line) > strip)
            .collect();
        crossing.sort_by(|one, other| one.top.total_cmp(&other.top));
        // Between two lines that cross it, above the first of them and below the last.
        let mut bounds = vec![f32::MIN];
        bounds.extend(crossing.iter().map(|line| line.top));
        bounds.push(f32::MAX);
        for between in bounds.windows(2) {
            let within = |line: &PictureLine| {
                line.top > between[0]
                    && line.top < between[1]
                    && !(left(line) < strip && right(line) > strip)
            };
            let own = lines.iter().filter(|line| within(line)).cloned();
            let (left_side, right_side) = own.partition(|line| right(line) <= strip);
            let pair = Pair {
                left: left_side,
                right: right_side,
            };
            let Some(pair) = from_first_heading(pair) else {
                continue;
            };
            if !pair.are_cards(rules) {
                continue;
            }
            let is_higher = best
                .as_ref()
                .is_none_or(|(_, best, _)| pair.top() < best.top());
            if is_higher {
                let top = pair.top();
                let taken = |line: &PictureLine| pair.lines().any(|own| own == line);
                let rest = lines.iter().filter(|line| !taken(line)).cloned();
                let (above, below) = rest.partition(|line| line.top < top);
                best = Some((above, pair, below));
            }
        }
    }
    best
}

/// The pair without what stands above its first headings: a line that is set to one side belongs to no card.
fn from_first_heading(pair: Pair) -> Option<Pair> {
    let usual = usual(pair.lines().map(|line| (line.size, line.letters.len())));
    let first = pair.headings(usual).first().copied()? - ONE_HEIGHT * usual;
    let below = |lines: Vec<PictureLine>| -> Vec<PictureLine> {
        lines.into_iter().filter(|line| line.top >= first).collect()
    };
    Some(Pair {
        left: below(pair.left),
        right: below(pair.right),
    })
}

fn unfold(lines: Vec<PictureLine>, rules: &mut Vec<PictureRule>, depth: usize) -> Vec<PictureLine> {
    let found = match depth {
        0 => None,
        _ => first_pair(&lines, rules),
    };
    let Some((mut placed, pair, below)) = found else {
        return lines;
    };
    let gap = usual_size(&lines);
    let (top, bottom) = (pair.top(), pair.bottom());
    // Their frames are no table.
    rules.retain(|rule| rule.y0 < top - gap || rule.y0 > bottom + gap);
    let mut end = top;
    for row in pair.rows() {
        let [left, right] = [row.left, row.right].map(|side| unfold(side, rules, depth - 1));
        let edge = left_of(&left).min(left_of(&right));
        for card in [left, right] {
            let down = end - top_of(&card);
            let card = moved(card.clone(), edge - left_of(&card), down);
            end = bottom_of(&card) + gap;
            placed.extend(card);
        }
    }
    let down = (end - gap - bottom).max(0.0);
    for rule in rules.iter_mut().filter(|rule| rule.y0 > bottom) {
        rule.y0 += down;
        rule.y1 += down;
    }
    placed.extend(unfold(moved(below, 0.0, down), rules, depth - 1));
    placed
}

#[cfg(test)]
mod tests {
    use super::super::recognised::tests::line;
    use super::*;

    fn heading(words: &str, x: f32, y: f32) -> PictureLine {
        let mut line = line(words, x, y, 0.99);
        (line.bottom, line.size) = (y + 28.0, 28.0);
        line
    }

    fn read(text: &PictureText) -> Vec<String> {
        let mut lines = unfolded(text).lines;
        lines.sort_by(|one, other| one.top.total_cmp(&other.top));
        let words = lines.iter().map(|line| line.letters.iter());
        words
            .map(|letters| letters.map(|letter| letter.text).collect())
            .collect()
    }

    fn picture(lines: Vec<PictureLine>) -> PictureText {
        PictureText {
            width: 1000,
            height: 800,
            lines,
            ..PictureText::default()
        }
    }

    /// Two rows of cards between a title and a foot.
    fn cards() -> PictureText {
        picture(vec![
            line(
                "夏季安全用电提示由供电公司制作请各位居民阅读并转告家中老人和孩子",
                100.0,
                50.0,
                0.99,
            ),
            heading("出门之前", 60.0, 150.0),
            line("关闭空调和电视机", 60.0, 190.0, 0.99),
            line("拔下充电器", 60.0, 240.0, 0.99),
            heading("雷雨天气", 560.0, 150.0),
            line("不在树下避雨并且", 560.0, 190.0, 0.99),
            line("远离铁塔", 560.0, 215.0, 0.99),
            heading("遇到停电", 60.0, 320.0),
            line("先看总闸", 60.0, 360.0, 0.99),
            heading("发现断线", 560.0, 320.0),
            line("八米以外绕行", 560.0, 360.0, 0.99),
            line(
                "来源以上内容由供电公司提供有疑问请拨打当地供电服务热线查询",
                100.0,
                500.0,
                0.99,
            ),
        ])
    }

    #[test]
    fn each_card_is_read_to_its_end_before_the_next() {
        let text = cards();
        assert_eq!(
            read(&text),
            [
                "夏季安全用电提示由供电公司制作请各位居民阅读并转告家中老人和孩子",
                "出门之前",
                "关闭空调和电视机",
                "拔下充电器",
                "雷雨天气",
                "不在树下避雨并且",
                "远离铁塔",
                "遇到停电",
                "先看总闸",
                "发现断线",
                "八米以外绕行",
                "来源以上内容由供电公司提供有疑问请拨打当地供电服务热线查询",
            ]
        );
    }

    #[test]
    fn three_cards_in_a_row_are_read_from_the_left() {
        let text = picture(vec![
            heading("带什么", 50.0, 100.0),
            line("身份证原件", 50.0, 140.0, 0.99),
            line("户口簿", 50.0, 180.0, 0.99),
            heading("去哪里", 350.0, 100.0),
            line("街道办事大厅", 350.0, 140.0, 0.99),
            line("一楼三号窗", 350.0, 165.0, 0.99),
            line("也可上门", 350.0, 190.0, 0.99),
            heading("多久办", 650.0, 100.0),
            line("当场受理并且", 650.0, 140.0, 0.99),
            line("三天办结", 650.0, 172.0, 0.99),
        ]);
        assert_eq!(
            read(&text),
            [
                "带什么",
                "身份证原件",
                "户口簿",
                "去哪里",
                "街道办事大厅",
                "一楼三号窗",
                "也可上门",
                "多久办",
                "当场受理并且",
                "三天办结",
            ]
        );
    }

    #[test]
    fn columns_of_a_table_and_lines_without_headings_stay_where_they_are() {
        let mut rows = vec![heading("项目", 60.0, 100.0), heading("标准", 560.0, 100.0)];
        for (at, words) in [(150.0, "早餐"), (200.0, "午餐"), (250.0, "晚餐")] {
            rows.push(line(words, 60.0, at, 0.99));
            rows.push(line("每份八元", 560.0, at, 0.99));
        }
        let table = picture(rows);
        assert_eq!(unfolded(&table), table);

        let mut ruled = cards();
        ruled.rules = vec![PictureRule {
            x0: 50.0,
            y0: 185.0,
            x1: 900.0,
            y1: 185.0,
        }];
        let kept = unfolded(&ruled);
        assert_eq!(kept.lines[1].top, 150.0);
        assert_eq!(kept.lines[4].top, 150.0, "a rule joins the two sides");

        let mut plain = cards();
        plain.lines.iter_mut().for_each(|line| line.size = 20.0);
        assert_eq!(unfolded(&plain), plain);
    }
}
