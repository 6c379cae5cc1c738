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
    /// The spoken line.
    pub(crate) line: &'a [char],
    /// Where in it the word starts.
    pub(crate) start: usize,
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
        let Some(run_start) = self.start.checked_sub(in_run) else {
            return false;
        };
        let before = &self.line[..run_start];
        match before.last() {
            Some(')' | '）') => before
                .iter()
                .rposition(|c| "(（".contains(*c))
                .map_or(before.len() > 1, |open| {
                    before[..open].iter().any(|c| c.is_alphanumeric())
                }),
            Some(&c) => c.is_alphanumeric() || "》”〉」』’%℃".contains(c),
            None => false,
        }
    }

    /// Whether a clause begins here, be it behind the number of an article: 第三条 为….
    pub(super) fn opens_clause(&self) -> bool {
        let numbered = || {
            let before = self.words_before(8);
            ["条", "款", "项", "章", "节"].iter().any(|unit| {
                before.strip_suffix(unit).is_some_and(|number| {
                    let bare = number.trim_end_matches(|c| NUMERALS.contains(c));
                    bare == "第" && number != bare
                })
            })
        };
        self.index == 0 && self.at == 0 && !self.continues_line() || self.alone() && numbered()
    }

    /// Whether the word before names a person, a place or an institution.
    pub(super) fn previous_is_a_name(&self) -> bool {
        let tag = self.segmenter.part_of_speech(self.previous_word());
        tag.starts_with("nr") || tag.starts_with("ns") || tag.starts_with("nt") || tag == "r"
    }

    /// Whether a name that is masked stands before, perhaps with what a bracket adds: 王某甲, 李某2, 尹某（另案处理）.
    pub(super) fn follows_a_masked_name(&self) -> bool {
        const LONGEST_BRACKET: usize = 16;
        let mut before = &self.line[..self.start + self.at];
        if let [.., '）' | ')'] = before {
            let reach = &before[before.len().saturating_sub(LONGEST_BRACKET)..];
            let Some(open) = reach.iter().rposition(|c| matches!(c, '（' | '(')) else {
                return false;
            };
            before = &before[..before.len() - reach.len() + open];
        }
        if let [rest @ .., last] = before
            && "甲乙丙丁戊己庚一二三四五六七八九".contains(*last)
        {
            before = rest;
        }
        before.ends_with(&['某'])
    }

    /// Whether one of `chars` stands within `reach` characters of the line, on either side.
    pub(super) fn line_near(&self, reach: usize, chars: &str) -> bool {
        let here = self.start + self.at;
        let end = (here + reach + 1).min(self.line.len());
        let near = &self.line[here.saturating_sub(reach)..end];
        near.iter().any(|c| chars.contains(*c))
    }

    /// What of the clause stands before the character.
    pub(super) fn clause_before(&self) -> String {
        const REACH: usize = 32;
        let before = &self.line[..self.start + self.at];
        let clause = before[before.len().saturating_sub(REACH)..].iter();
        let from = clause
            .clone()
            .rposition(|c| is_clause_end(*c))
            .map_or(0, |mark| mark + 1);
        clause.skip(from).collect()
    }

    /// What stands behind the character up to the end of its clause, beyond the marks of a list.
    pub(super) fn clause_after(&self) -> String {
        const REACH: usize = 48;
        let behind = self.line.get(self.start + self.at + 1..).unwrap_or(&[]);
        let clause = behind.iter().take(REACH);
        clause.take_while(|c| !is_clause_end(**c)).collect()
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

pub(super) fn is_clause_end(c: char) -> bool {
    matches!(
        c,
        '，' | ',' | '。' | ';' | '；' | ':' | '：' | '!' | '?' | '！' | '？' | '\n'
    )
}
