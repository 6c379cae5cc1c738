//! From letters as the model saw them to lines with boxes.

use crate::recognition::Read;
use crate::{Letter, Line};
use crate::{brackets, sizes};

/// How high the ink of a hanzi is, in parts of its size, and that of a figure or a capital: of Noto
/// Serif CJK and Noto Sans CJK, whose hanzi are drawn as those of the usual 宋体 and 黑体 are.
const HANZI_INK: f32 = 0.92;
const FIGURE_INK: f32 = 0.74;

/// How much wider than the ink is high the letters may stand and still be as wide as they stand;
/// further apart they are spaced out.
const SPACED: f32 = 1.15;

/// How far a distance between two letters may be from the middle one, in parts of it, to be of the same line
/// of letters: a blank is no distance.
const UNEVEN: f32 = 0.35;

/// Lines of the letters that were read, from top to bottom, with sizes that are alike made the same.
/// Lines without letters are left out.
pub(crate) fn lines(read: Vec<Read>, dictionary: &[String]) -> Vec<Line> {
    let mut lines: Vec<Line> = read
        .iter()
        .filter_map(|read| line(read, dictionary))
        .collect();
    sizes::snap(&mut lines);
    for line in &mut lines {
        widen(line);
    }
    lines.sort_by(|a, b| a.top.total_cmp(&b.top).then(a.left.total_cmp(&b.left)));
    lines
}

/// A line whose letters are as yet only places: their left and right edges are both their middle.
fn line(read: &Read, dictionary: &[String]) -> Option<Line> {
    let left = read.under.centre.x - read.under.width / 2.0;
    let top = read.under.centre.y - read.under.height / 2.0;
    let mut letters: Vec<Letter> = Vec::with_capacity(read.letters.len());
    for seen in &read.letters {
        let text = dictionary.get(seen.class).map_or("", String::as_str);
        letters.extend(text.chars().map(|text| Letter {
            text,
            left: left + seen.at,
            right: left + seen.at,
            confidence: seen.confidence,
        }));
    }
    drop_spaces(&mut letters);
    brackets::pair(&mut letters);
    if letters.is_empty() {
        return None;
    }
    let sum: f32 = letters.iter().map(|letter| letter.confidence).sum();
    Some(Line {
        left,
        top: top + read.ink.0,
        right: left + read.under.width,
        bottom: top + read.ink.1,
        size: size(&letters, read.ink.1 - read.ink.0).min(read.under.height),
        confidence: sum / letters.len() as f32,
        letters,
    })
}

/// Keeps only the spaces between two narrow letters: between hanzi, the distance says it.
fn drop_spaces(letters: &mut Vec<Letter>) {
    let mut index = 0;
    while index < letters.len() {
        let narrow = |other: Option<usize>| {
            other
                .and_then(|other| letters.get(other))
                .is_some_and(|letter| !is_wide(letter.text) && letter.text != ' ')
        };
        let kept = narrow(index.checked_sub(1)) && narrow(Some(index + 1));
        if letters[index].text == ' ' && !kept {
            letters.remove(index);
        } else {
            index += 1;
        }
    }
}

/// How large the hanzi of a line are: as far apart as they stand, unless they are spaced out, which
/// the height of the ink tells.
fn size(letters: &[Letter], ink: f32) -> f32 {
    let any_wide = letters.iter().any(|letter| is_hanzi(letter.text));
    let by_ink = ink / if any_wide { HANZI_INK } else { FIGURE_INK };
    let mut distances: Vec<f32> = letters
        .windows(2)
        .filter(|pair| pair.iter().all(|letter| is_hanzi(letter.text)))
        .map(|pair| pair[1].left - pair[0].left)
        .collect();
    if distances.len() < 2 {
        return by_ink;
    }
    let distance = usual(&mut distances);
    if distance > by_ink * SPACED {
        by_ink
    } else {
        distance
    }
}

/// The mean of those distances that differ little from the middle one. A single distance is told in whole
/// steps of the model, which in a title are a tenth of its letters; over a line they even out.
fn usual(distances: &mut [f32]) -> f32 {
    distances.sort_by(f32::total_cmp);
    let middle = distances[distances.len() / 2];
    let near = |distance: &&f32| (**distance - middle).abs() <= UNEVEN * middle;
    let near: Vec<f32> = distances.iter().filter(near).copied().collect();
    near.iter().sum::<f32>() / near.len() as f32
}

/// Gives the letters their widths: as wide as their kind is in this size, but no further than to the
/// middle between them and their neighbours, nor than their line.
fn widen(line: &mut Line) {
    let middles: Vec<f32> = line.letters.iter().map(|letter| letter.left).collect();
    for (index, letter) in line.letters.iter_mut().enumerate() {
        let middle = middles[index];
        let half = line.size * if is_wide(letter.text) { 0.5 } else { 0.3 };
        let before = index.checked_sub(1).map(|before| middles[before]);
        let after = middles.get(index + 1);
        let bound = |other: f32| (other + middle) / 2.0;
        letter.left = (middle - half).max(before.map_or(line.left, bound));
        letter.right = (middle + half).min(after.map_or(line.right, |&after| bound(after)));
    }
    if let (Some(first), Some(last)) = (line.letters.first(), line.letters.last()) {
        (line.left, line.right) = (first.left, last.right);
    }
}

/// Whether a letter is as wide as high: hanzi, kana, and the punctuation and letters of full width.
pub(crate) fn is_wide(letter: char) -> bool {
    matches!(letter,
        '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}'
        | '\u{2014}' | '\u{2018}'..='\u{201d}' | '\u{2026}' | '\u{2030}' | '\u{2103}'
        | '\u{2160}'..='\u{217f}' | '\u{2460}'..='\u{24ff}' | '\u{25a0}'..='\u{25ff}'
        | '\u{20000}'..='\u{3ffff}')
}

fn is_hanzi(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters that stand `pitch` apart, as the model tells their places: in whole steps.
    fn told(text: &str, pitch: f32, step: f32) -> Vec<Letter> {
        let place = |at: usize| ((at as f32 + 0.5) * pitch / step).round() * step;
        let letters = text.chars().enumerate();
        letters
            .filter(|(_, text)| *text != '　')
            .map(|(at, text)| Letter {
                text,
                left: place(at),
                right: place(at),
                confidence: 0.98,
            })
            .collect()
    }

    #[test]
    fn the_size_of_a_line_is_finer_than_the_steps_of_the_model() {
        for (text, off) in [
            ("关于做好社区老年食堂运营补贴", 0.4),
            ("申报工作的通知", 0.8),
            // A blank parts the two names.
            ("青石市民政局　　青石市财政局", 0.8),
        ] {
            for step in [3.0, 4.0, 5.5] {
                let size = size(&told(text, 31.0, step), 29.0);
                assert!(
                    (size - 31.0).abs() <= off,
                    "{text} in steps of {step}: {size}"
                );
            }
        }
        // Spaced out: as large as its ink is high.
        let head = size(&told("青石市民政局文件", 60.0, 4.0), 36.8);
        assert!((head - 40.0).abs() < 0.1, "{head}");
    }
}
