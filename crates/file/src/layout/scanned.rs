//! What a recogniser's lines and rules need before they are a page's: one size for one text, and no rules
//! that are strokes.

use langdu_model::{PictureLine, PictureRule, PictureText};

use super::paragraphs::usual;

/// How much the height of a line may differ from that of the running text, of the latter, for its letters
/// to be as large: the height depends on which letters are in it, and a size that is told from their widths
/// on how many.
const SAME_HEIGHT: f32 = 0.15;

/// With one size for all lines that are about as high as the running text.
pub(super) fn levelled(text: &PictureText) -> PictureText {
    let height = |line: &PictureLine| line.bottom - line.top;
    let lines = || text.lines.iter().map(|line| (line, line.letters.len()));
    let usual_height = usual(lines().map(|(line, count)| (height(line), count)));
    let near =
        |line: &PictureLine| (height(line) - usual_height).abs() <= SAME_HEIGHT * usual_height;
    let own = lines().filter(|(line, _)| near(line));
    let usual_size = usual(own.map(|(line, count)| (line.size, count)));
    let mut text = text.clone();
    for line in text.lines.iter_mut().filter(|line| near(line)) {
        line.size = usual_size;
    }
    text
}

/// The ruling lines among those that were found: strokes of letters and of seals are lines too. A level one
/// stands in no line of letters, and an upright one joins two level ones.
pub(super) fn ruling(text: &PictureText) -> impl Iterator<Item = PictureRule> {
    let is_level = |rule: &PictureRule| rule.x1 - rule.x0 >= rule.y1 - rule.y0;
    let (level, upright): (Vec<PictureRule>, Vec<PictureRule>) =
        text.rules.iter().copied().partition(is_level);
    let level: Vec<PictureRule> = level
        .into_iter()
        .filter(|rule| !text.lines.iter().any(|line| is_stroke(rule, line)))
        .collect();
    let sizes = text
        .lines
        .iter()
        .map(|line| (line.size, line.letters.len()));
    let near = 0.4 * usual(sizes);
    let upright: Vec<PictureRule> = upright
        .into_iter()
        .filter(|rule| {
            let joined = level.iter().filter(|level| {
                (level.x0 - near..=level.x1 + near).contains(&rule.x0)
                    && (rule.y0 - near..=rule.y1 + near).contains(&level.y0)
            });
            joined.count() >= 2 && !text.lines.iter().any(|line| is_in_letter(rule, line))
        })
        .collect();
    level.into_iter().chain(upright)
}

/// Whether an upright rule runs through a letter of `line`, and not between two.
fn is_in_letter(rule: &PictureRule, line: &PictureLine) -> bool {
    let middle = (line.top + line.bottom) / 2.0;
    (rule.y0..=rule.y1).contains(&middle)
        && line.letters.iter().any(|letter| {
            let inside = 0.25 * (letter.right - letter.left);
            (letter.left + inside..=letter.right - inside).contains(&rule.x0)
        })
}

/// Whether a level rule runs through the letters of `line`.
fn is_stroke(rule: &PictureRule, line: &PictureLine) -> bool {
    let (Some(first), Some(last)) = (line.letters.first(), line.letters.last()) else {
        return false;
    };
    let beside = 0.05 * (line.bottom - line.top);
    let across = rule.x1.min(last.right) - rule.x0.max(first.left);
    (line.top - beside..=line.bottom + beside).contains(&rule.y0)
        && across > 0.3 * (rule.x1 - rule.x0)
}

#[cfg(test)]
mod tests {
    use super::super::recognised::tests::line;
    use super::*;

    #[test]
    fn lines_of_the_running_text_have_one_size_and_a_title_keeps_its_own() {
        let mut other = line("各有关单位请认真执行。", 100.0, 240.0, 0.99);
        other.size = 17.0;
        let mut title = line("关于夏季用电的通知", 300.0, 100.0, 0.99);
        (title.bottom, title.size) = (130.0, 31.0);
        let text = PictureText {
            lines: vec![
                title,
                line("为保障夏季用电安全，现通知如下。", 100.0, 200.0, 0.99),
                other,
            ],
            ..PictureText::default()
        };
        let sizes: Vec<f32> = levelled(&text).lines.iter().map(|line| line.size).collect();
        assert_eq!(sizes, [31.0, 20.0, 20.0]);
    }

    #[test]
    fn strokes_of_a_seal_over_the_signature_make_no_table() {
        let rule = |x0: f32, y0: f32, x1: f32, y1: f32| PictureRule { x0, y0, x1, y1 };
        let text = PictureText {
            width: 1000,
            height: 1400,
            lines: vec![line("青禾市民政局", 600.0, 1000.0, 0.99)],
            rules: vec![
                rule(590.0, 1006.0, 700.0, 1006.0),
                rule(590.0, 1012.0, 700.0, 1012.0),
                rule(620.0, 950.0, 620.0, 1060.0),
                rule(660.0, 950.0, 660.0, 1060.0),
                // Under the red head: this is one.
                rule(100.0, 300.0, 900.0, 300.0),
            ],
            ..PictureText::default()
        };
        let kept: Vec<f32> = ruling(&text).map(|rule| rule.y0).collect();
        assert_eq!(kept, [300.0]);
        let framed = PictureText {
            rules: vec![
                rule(590.0, 990.0, 800.0, 990.0),
                rule(590.0, 1030.0, 800.0, 1030.0),
                rule(590.0, 990.0, 590.0, 1030.0),
            ],
            ..text
        };
        assert_eq!(ruling(&framed).count(), 3);
    }
}
