//! Which text of a scanned page is read: the one that a program once put below its picture, or what is
//! recognised now.
//!
//! Whoever made the file may have had a poor recogniser: 2001一04一09, or half of a line as signs. Or the text was
//! put right by hand, and is better than any. What tells is how many letters are in words of the dictionary, a line
//! at a time. A text that is good is taken as it is, since looking at its picture costs seconds; a poor one is
//! compared with what is recognised, and the better of the two is read.

use super::how::WordsOf;
use langdu_model::PictureText;

/// A text in whose lines so many of the letters are in words is good. Of official texts 0.74 to 0.93 are, 0.86 on
/// the whole; with one letter in twenty misread, 0.78.
const GOOD: f32 = 0.82;

/// How much better what is recognised has to be than a text that is there: one letter in a hundred.
const BETTER: f32 = 0.015;

/// Lines with fewer letters tell nothing.
const FEWEST_LETTERS: usize = 4;

/// Fewest lines that tell of a text how good it is.
const FEWEST_LINES: usize = 3;

/// The share of the letters of a line that are in words, over all lines; `None` of a text that is too short to
/// tell.
pub(super) fn share_in_words<'l>(
    lines: impl Iterator<Item = &'l str>,
    words_of: WordsOf<'_>,
) -> Option<f32> {
    let (mut sum, mut count) = (0.0, 0usize);
    for line in lines {
        let words = words_of(line);
        if words.all >= FEWEST_LETTERS {
            sum += words.known as f32 / words.all as f32;
            count += 1;
        }
    }
    (count >= FEWEST_LINES).then(|| sum / count as f32)
}

/// Whether the text of a page's lines is so poor that its picture is looked at.
pub(super) fn is_poor(page: usize, layer: &[String], words_of: WordsOf<'_>) -> bool {
    let share = share_in_words(layer.iter().map(String::as_str), words_of);
    let is_poor = share.is_some_and(|share| share < GOOD);
    tracing::debug!(page, share, is_poor, "a scanned page has a text of its own");
    is_poor
}

/// Whether what was recognised is read in place of the text of the page's lines.
pub(super) fn is_better(
    page: usize,
    recognised: &PictureText,
    layer: &[String],
    words_of: WordsOf<'_>,
) -> bool {
    let lines: Vec<String> = recognised
        .lines
        .iter()
        .map(|line| line.letters.iter().map(|letter| letter.text).collect())
        .collect();
    let own = share_in_words(lines.iter().map(String::as_str), words_of);
    let old = share_in_words(layer.iter().map(String::as_str), words_of);
    let is_better = match (own, old) {
        (Some(own), Some(old)) => own >= old + BETTER,
        _ => false,
    };
    tracing::info!(
        page,
        recognised = own,
        layer = old,
        is_better,
        "letters in words, of what is recognised and of the text that a scanned page has"
    );
    is_better
}

#[cfg(test)]
mod tests {
    use super::*;
    use langdu_model::{PictureLetter, PictureLine};
    use langdu_text::FrontEnd;

    fn text(lines: &[&str]) -> PictureText {
        let letter = |text| PictureLetter {
            text,
            left: 0.0,
            right: 1.0,
            confidence: 0.99,
        };
        let line = |line: &&str| PictureLine {
            top: 0.0,
            bottom: 1.0,
            size: 1.0,
            letters: line.chars().map(letter).collect(),
        };
        PictureText {
            lines: lines.iter().map(line).collect(),
            ..PictureText::default()
        }
    }

    fn lines(of: &[&str]) -> Vec<String> {
        of.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn a_text_that_a_poor_recogniser_left_gives_way_and_a_good_one_stays() {
        let front_end = FrontEnd::new();
        let words_of = |text: &str| front_end.known_words(text);
        let clean = [
            "关于进一步加强农村公路养护管理工作的意见",
            "各县区人民政府，市政府各部门、各直属机构：",
            "为保障农村公路安全畅通，经市政府同意，提出如下意见。",
            "本意见自2001-04-09起施行。",
        ];
        let poor = [
            "关子进一步加强衣村公路养护菅理工柞的意见",
            "各县区人昆政府，市政府各部们、各直厲机构：",
            "为保障衣村公路安全畅遁，经币政府同愈，提出如卜意见。",
            "本意见自2001一04一09起施仃。",
        ];
        assert!(is_poor(1, &lines(&poor), &words_of));
        assert!(is_better(1, &text(&clean), &lines(&poor), &words_of));
        // A recogniser that does no better is not asked to take over.
        assert!(!is_better(1, &text(&poor), &lines(&clean), &words_of));
        assert!(!is_better(1, &text(&clean), &lines(&clean), &words_of));
        assert!(!is_better(1, &text(&[]), &lines(&poor), &words_of));
    }

    #[test]
    fn short_lines_and_tables_of_figures_tell_nothing() {
        let front_end = FrontEnd::new();
        let words_of = |text: &str| front_end.known_words(text);
        let figures = lines(&["12.5 13.1 40", "甲", "2026年", "3.5%"]);
        assert!(!is_poor(1, &figures, &words_of));
    }
}
