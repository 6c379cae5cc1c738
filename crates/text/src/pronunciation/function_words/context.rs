//! The context of a character, as the rules for function words see it.

use super::super::segmenter::Segmenter;

/// Chinese numerals, which turn what follows into a measure word.
pub(super) const NUMERALS: &str = "零一二三四五六七八九十百千万亿两几数半每这那某各多";

/// A character in its context: its word, its position there, and the words around.
pub(crate) struct Context<'a> {
    pub(crate) words: &'a [&'a str],
    /// Which of `words` holds the character.
    pub(crate) index: usize,
    pub(crate) word: &'a [char],
    /// Which character of `word`.
    pub(crate) at: usize,
    /// The spoken line before the word.
    pub(crate) line_before: &'a [char],
    pub(crate) segmenter: &'a Segmenter,
}

impl Context<'_> {
    pub(super) fn alone(&self) -> bool {
        self.word.len() == 1
    }

    pub(super) fn previous_word(&self) -> &str {
        self.index
            .checked_sub(1)
            .map_or("", |before| self.words[before])
    }

    pub(super) fn next_word(&self) -> &str {
        self.words.get(self.index + 1).copied().unwrap_or("")
    }

    /// The character before, in this word or the last.
    pub(super) fn before(&self) -> Option<char> {
        match self.at {
            0 => self.previous_word().chars().last(),
            at => self.word.get(at - 1).copied(),
        }
    }

    /// The character after, in this word or the next.
    pub(super) fn after(&self) -> Option<char> {
        self.word
            .get(self.at + 1)
            .copied()
            .or_else(|| self.next_word().chars().next())
    }

    pub(super) fn before_is(&self, chars: &str) -> bool {
        self.before().is_some_and(|c| chars.contains(c))
    }

    pub(super) fn after_is(&self, chars: &str) -> bool {
        self.after().is_some_and(|c| chars.contains(c))
    }

    pub(super) fn next_starts(&self, words: &[&str]) -> bool {
        let next = self.next_word();
        words.iter().any(|word| next.starts_with(word))
    }

    /// Whether jieba's dictionary has the word.
    pub(super) fn is_known(&self) -> bool {
        self.segmenter.has_word(self.words[self.index])
    }

    /// The last `count` words before this one, joined.
    pub(super) fn words_before(&self, count: usize) -> String {
        self.words[self.index.saturating_sub(count)..self.index].concat()
    }

    /// The word before and what of this word stands before the character.
    pub(super) fn text_before(&self) -> String {
        let mut text = self.words_before(2);
        text.extend(&self.word[..self.at]);
        text
    }

    /// What of this word stands behind the character, and the next two words.
    pub(super) fn text_after(&self) -> String {
        let mut text: String = self.word[self.at + 1..].iter().collect();
        text.push_str(&self.words_after(2));
        text
    }

    /// Whether the run of hanzi goes on from a letter, a numeral or a bracket rather than from a stop.
    /// The number of a paragraph, as in （一）, is no text that it could go on from.
    pub(super) fn continues_line(&self) -> bool {
        let in_run: usize = self.words[..self.index]
            .iter()
            .map(|word| word.chars().count())
            .sum();
        let Some(run_start) = self.line_before.len().checked_sub(in_run) else {
            return false;
        };
        let before = &self.line_before[..run_start];
        match before.last() {
            Some(')' | '）') => before
                .iter()
                .rposition(|c| "(（".contains(*c))
                .is_some_and(|open| before[..open].iter().any(|c| c.is_alphanumeric())),
            Some(&c) => c.is_alphanumeric() || "》”〉」%℃".contains(c),
            None => false,
        }
    }

    /// The next `count` words, joined.
    pub(super) fn words_after(&self, count: usize) -> String {
        let from = (self.index + 1).min(self.words.len());
        let to = (from + count).min(self.words.len());
        self.words[from..to].concat()
    }
}

impl Context<'_> {
    /// Whether 不了 or 得了 hangs on a verb rather than opening the run.
    pub(super) fn word_or_words_before(&self) -> bool {
        self.at >= 1 && (self.at >= 2 || self.index > 0)
            || self.at == 0
                && self.index >= 1
                && (self.previous_word().chars().count() >= 2 || self.index >= 2)
    }
}
