//! Where words begin and end, and what part of speech they are: jieba behind the three questions
//! that this crate asks it.

use jieba_rs::Jieba;

/// jieba with its own dictionary.
pub(crate) struct Segmenter {
    jieba: Jieba,
}

impl Segmenter {
    /// Loads jieba's dictionary, which takes most of the time that a front-end needs to start.
    pub(super) fn load() -> Self {
        Self {
            jieba: Jieba::new(),
        }
    }

    /// The words of `text` in order. With `guess`, jieba also makes up words that its dictionary
    /// lacks, from the characters that words tend to begin and end with.
    pub(super) fn cut<'t>(&self, text: &'t str, guess: bool) -> impl Iterator<Item = &'t str> {
        self.jieba
            .cut(text, guess)
            .into_iter()
            .map(|token| token.word)
    }

    /// How many characters each word of a text has, in order.
    pub(crate) fn words(&self, text: &[char]) -> Vec<usize> {
        let text: String = text.iter().collect();
        self.cut(&text, false)
            .map(|word| word.chars().count())
            .collect()
    }

    /// The words of a text by jieba's dictionary, each with its part of speech.
    pub(super) fn tagged<'t>(&'t self, text: &'t str) -> Vec<(&'t str, &'t str)> {
        (self.jieba.tag(text, false).into_iter())
            .map(|found| (found.word, found.tag))
            .collect()
    }

    /// The part of speech of a word that jieba knows: `nr` for names, `d` for adverbs.
    pub(crate) fn part_of_speech(&self, word: &str) -> String {
        self.jieba
            .tag(word, false)
            .first()
            .map_or("", |found| found.tag)
            .to_owned()
    }

    /// How often a word occurs in the corpus that jieba's dictionary was counted in; what the
    /// dictionary lacks is as frequent as its characters make it, and at least 1.
    pub(super) fn frequency(&self, word: &str) -> f64 {
        self.jieba.suggest_freq(word) as f64
    }

    /// Whether jieba's dictionary has the word.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        self.jieba.has_word(word)
    }
}
