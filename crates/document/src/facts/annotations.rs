//! Words that the page writes their pronunciation above: `<ruby>盱眙<rt>xū yí</rt></ruby>`.
//!
//! What stands above is no part of the text and is not read. Whether it is a pronunciation, and of which
//! word, is decided where the text is pronounced.

use crate::characters::{is_han, is_space};
use crate::tree::flat::{Flat, Kind};
use langdu_model::Annotation;

/// A stretch of characters with what stands above them.
#[derive(Default)]
struct Pair {
    word: String,
    above: String,
    /// Where in its line it begins.
    start: usize,
}

/// The annotated words of the page, in order, in one pass over it.
pub(crate) fn of_page(flat: &Flat<'_>) -> Vec<Annotation> {
    let mut found = Vec::new();
    if !flat.nodes.iter().any(|node| node.is_called("ruby")) {
        return found;
    }
    let mut line = Line::default();
    // Where the innermost element with lines of its own ends.
    let mut line_end = usize::MAX;
    let mut at = 0;
    while at < flat.nodes.len() {
        let node = &flat.nodes[at];
        let end = node.end as usize;
        if at >= line_end {
            line.finish(&mut found);
            line_end = usize::MAX;
        }
        match node.kind {
            Kind::Text(piece) => line.text.extend(piece.chars().filter(|c| !is_space(*c))),
            Kind::Element(..) if node.is_called("ruby") => {
                (line.ruby_end, line.bare) = (end, line.text.len());
            }
            Kind::Element(..) if node.is_called("rt") => {
                if at < line.ruby_end {
                    line.annotate(&above(flat, at));
                }
                at = end;
                continue;
            }
            Kind::Element(..) if flat.dropped[at] => {
                at = end;
                continue;
            }
            Kind::Element(tag, _) if tag.breaks_line() => {
                line.finish(&mut found);
                line_end = end;
            }
            Kind::Element(..) => {}
        }
        at += 1;
    }
    line.finish(&mut found);
    found
}

/// A line of the page without white space, and what stands above its characters.
#[derive(Default)]
struct Line {
    text: Vec<char>,
    pairs: Vec<Pair>,
    /// The end of the innermost ruby.
    ruby_end: usize,
    /// Where its characters begin that have nothing above them yet.
    bare: usize,
}

impl Line {
    /// Puts `above` over what has nothing above it yet. What follows another word directly goes on with it:
    /// `<rb>盱</rb><rb>眙</rb><rt>xū</rt><rt>yí</rt>`, or a ruby for each character of a word.
    fn annotate(&mut self, above: &str) {
        let start = self.bare;
        let word: String = self.text[start..].iter().collect();
        self.bare = self.text.len();
        let goes_on = |last: &&mut Pair| {
            last.start + last.word.chars().count() == start && word.chars().all(is_han)
        };
        match self.pairs.last_mut().filter(goes_on) {
            Some(last) => {
                last.word.push_str(&word);
                last.above.push(' ');
                last.above.push_str(above);
            }
            None => self.pairs.push(Pair {
                word,
                above: above.to_owned(),
                start,
            }),
        }
    }

    fn finish(&mut self, found: &mut Vec<Annotation>) {
        let Self { text, pairs, .. } = std::mem::take(self);
        found.extend(pairs.into_iter().filter_map(|pair| annotation(&text, pair)));
    }
}

fn annotation(text: &[char], pair: Pair) -> Option<Annotation> {
    let end = pair.start + pair.word.chars().count();
    let before = &text[pair.start.saturating_sub(Annotation::REACH)..pair.start];
    let after = &text[end..text.len().min(end + Annotation::REACH)];
    let is_word = !pair.word.is_empty() && !pair.above.is_empty();
    is_word.then(|| Annotation {
        before: before.iter().collect(),
        word: pair.word,
        after: after.iter().collect(),
        above: pair.above,
    })
}

/// The text under an element that is never read itself.
fn above(flat: &Flat<'_>, node: usize) -> String {
    let texts = flat.nodes[node..flat.nodes[node].end as usize].iter();
    let texts = texts.filter_map(|node| match node.kind {
        Kind::Text(text) => Some(text.trim()),
        Kind::Element(..) => None,
    });
    texts.collect::<Vec<_>>().join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExtractOptions;

    fn annotated(html: &str) -> Vec<Annotation> {
        let page = format!("<h1>通知</h1><p>现将有关事项通知如下，请遵照执行。</p>{html}");
        let document = crate::extract(&page, None, &ExtractOptions::default());
        document.expect("the page can be read").annotations
    }

    #[test]
    fn what_stands_above_a_word_is_found_with_the_word_and_its_neighbours() {
        for (html, expected) in [
            (
                "<p>江苏省<ruby>盱眙<rt>xū yí</rt></ruby>县政府</p>",
                ("江苏省", "盱眙", "县政府", "xū yí"),
            ),
            (
                "<p><ruby>枞<rp>（</rp><rt>zōng</rt><rp>）</rp></ruby>阳</p>",
                ("", "枞", "阳", "zōng"),
            ),
            (
                "<p>在<ruby>盱<rt>xū</rt>眙<rt>yí</rt></ruby>。</p>",
                ("在", "盱眙", "。", "xū yí"),
            ),
            (
                "<p>在<ruby>盱<rt>xū</rt></ruby><ruby>眙<rt>yí</rt></ruby>。</p>",
                ("在", "盱眙", "。", "xū yí"),
            ),
            (
                "<p><ruby><rb>盱</rb><rb>眙</rb><rt>xū</rt><rt>yí</rt></ruby>县</p>",
                ("", "盱眙", "县", "xū yí"),
            ),
            (
                "<table><tr><td>甲<p>乙</p><ruby>浚<rt><b>xùn</b></rt></ruby> 县</td></tr></table>",
                ("", "浚", "县", "xùn"),
            ),
        ] {
            let found = annotated(html);
            assert_eq!(found.len(), 1, "{html}: {found:?}");
            let Annotation {
                before,
                word,
                after,
                above,
            } = &found[0];
            assert_eq!((&**before, &**word, &**after, &**above), expected, "{html}");
        }
        assert_eq!(annotated("<p>没有注音。</p>"), []);
    }
}
