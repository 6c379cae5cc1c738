//! Splits a line into utterances: sentences, and parts of sentences that are too long to be spoken in
//! one breath. The cuts are where a reader would breathe, hence the names here.

use std::ops::Range;

use super::chars::{ends_sentence, fold};
use super::phonemes;
use super::phrase::{self, OPENS};
use super::pronunciation::Segmenter;
use super::speech::{Item, ItemKind};

/// Longest utterance in syllables of average length. The model speaks about 4.3 a second at the
/// normal rate, so that this is under 8 s with its pauses.
const LONGEST: f32 = 31.0;
/// The most phoneme characters of an utterance. The model takes 510, of which the ends need a few.
const MOST_PHONEMES: usize = 480;
/// The first utterance of a document is cut at the first clause of at least this length, so that
/// its audio is ready early: 本办法, 申请人.
const FIRST_AT_LEAST: f32 = 3.0;
/// A first clause longer than this is cut where a phrase begins, too.
const FIRST_AT_MOST: f32 = 7.0;
/// How much longer the second utterance may be than the first, which is all the time there is to
/// make it: the voice takes an eighth of the time that it speaks with AVX-512 VNNI, and a fifth
/// with AVX2 (two cores, measured).
const SECOND_PER_FIRST: f32 = 5.0;
/// The second utterance's bound is never less than this: a cut inside a phrase is worse than a
/// short wait.
const SECOND_AT_LEAST: f32 = 20.0;
/// How many syllables away from the aim a border of a phrase may be for one point of its strength.
const SYLLABLES_A_POINT: f32 = 3.0;
/// A cut never leaves a rest shorter than this at the end of a sentence, because a few syllables alone
/// sound torn off.
const SHORTEST_CLAUSE: f32 = 4.0;

/// Utterances as ranges of items, in order, covering every spoken item. `short_first` makes the
/// first one short.
pub(crate) fn utterances(
    items: &[Item],
    short_first: bool,
    segmenter: &Segmenter,
) -> Vec<Range<usize>> {
    let line = Line { items, segmenter };
    let mut found = Vec::new();
    for sentence in sentences(items) {
        line.split_sentence(sentence, short_first, &mut found);
    }
    found
}

/// Items with what knows their words' classes.
struct Line<'a> {
    items: &'a [Item],
    segmenter: &'a Segmenter,
}

/// The greatest length of the next utterance.
fn longest_next(items: &[Item], short_first: bool, found: &[Range<usize>]) -> f32 {
    match found {
        [first] if short_first => {
            let reach = SECOND_PER_FIRST * length(&items[first.clone()]);
            reach.clamp(SECOND_AT_LEAST, LONGEST)
        }
        _ => LONGEST,
    }
}

pub(crate) fn mark(item: &Item) -> Option<char> {
    match item.kind {
        ItemKind::Mark(c) => Some(fold(c)),
        _ => None,
    }
}

/// Marks that belong to the sentence before them.
fn closes(c: char) -> bool {
    ends_sentence(c)
        || matches!(
            c,
            '”' | '’' | ')' | '》' | '」' | '』' | '】' | '〕' | ']' | '"' | '\''
        )
}

/// Whether the mark at `at` ends a sentence: a full stop of Latin writing does so only where no
/// letter or digit follows, which the normaliser has made sure of for numbers.
fn is_end(items: &[Item], at: usize) -> bool {
    match mark(&items[at]) {
        Some('.') => items
            .get(at + 1)
            .is_none_or(|next| next.start > items[at].end || !next.is_spoken()),
        Some(c) => ends_sentence(c),
        None => false,
    }
}

fn sentences(items: &[Item]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < items.len() {
        if !is_end(items, at) {
            at += 1;
            continue;
        }
        at += 1;
        while at < items.len() && mark(&items[at]).is_some_and(closes) {
            at += 1;
        }
        push_spoken(items, start..at, &mut found);
        start = at;
    }
    push_spoken(items, start..items.len(), &mut found);
    found
}

/// Keeps a range that is heard; a silent one goes to the utterance before.
fn push_spoken(items: &[Item], range: Range<usize>, found: &mut Vec<Range<usize>>) {
    if items[range.clone()].iter().any(Item::is_spoken) {
        found.push(range);
    }
}

impl Line<'_> {
    fn split_sentence(
        &self,
        sentence: Range<usize>,
        short_first: bool,
        found: &mut Vec<Range<usize>>,
    ) {
        let items = self.items;
        let mut start = sentence.start;
        if short_first
            && found.is_empty()
            && length(&items[sentence.clone()]) > FIRST_AT_MOST
            && let Some(cut) = self.first_clause(&sentence)
        {
            push_spoken(items, start..cut, found);
            start = cut;
        }
        while start < sentence.end {
            let longest = longest_next(items, short_first, found);
            let end = self.breath_end(start..sentence.end, longest);
            push_spoken(items, start..end, found);
            start = end;
        }
    }

    /// Where the breath that begins with `range` ends: within `longest` if a reader can breathe there, or
    /// else within the bound of every utterance.
    fn breath_end(&self, range: Range<usize>, longest: f32) -> usize {
        let items = self.items;
        let limit = fits_from(items, range.clone(), longest);
        if limit >= range.end {
            return range.end;
        }
        // Only a long utterance justifies a cut inside a list.
        let weakest = if longest < LONGEST { CLAUSE } else { 0.0 };
        at_a_mark(items, range.clone(), limit, weakest)
            .or_else(|| self.at_a_phrase(range.clone(), limit))
            .unwrap_or_else(|| {
                if longest < LONGEST {
                    self.breath_end(range, LONGEST)
                } else {
                    self.word_border(range, limit)
                }
            })
    }

    /// The end of the first clause, or of the first phrase of a long one, that can be spoken alone.
    fn first_clause(&self, sentence: &Range<usize>) -> Option<usize> {
        let items = self.items;
        let mut spoken = 0.0;
        let mut marks = 0.0;
        let mut depth = 0_i32;
        let mut phrase = None;
        let mut unheard = None;
        for at in sentence.clone() {
            let Some(c) = mark(&items[at]) else {
                let long_enough = depth <= 0 && spoken >= FIRST_AT_LEAST;
                if unheard.is_none()
                    && long_enough
                    && phrase::border(items, at, self.segmenter)
                        .is_some_and(|border| border >= OPENS)
                {
                    phrase = phrase.or(Some(at));
                    if spoken <= FIRST_AT_MOST && begins_in_silence(&items[at]) {
                        unheard = Some(at);
                    }
                }
                spoken += items[at].length();
                if spoken + marks > LONGEST {
                    break;
                }
                continue;
            };
            marks += items[at].length();
            depth += nesting(c);
            if is_clause_mark(c) && depth <= 0 && spoken >= FIRST_AT_LEAST {
                if spoken <= FIRST_AT_MOST {
                    (phrase, unheard) = (None, None);
                }
                let end = with_closers(items, at + 1, sentence.end);
                return unheard
                    .or(phrase)
                    .or(Some(end))
                    .filter(|&cut| leaves_a_clause(items, cut, sentence));
            }
        }
        let cut = unheard.or(phrase);
        cut.filter(|&cut| leaves_a_clause(items, cut, sentence))
    }

    /// The best border of a phrase: a strong one near the aim, outside quotes and brackets, where both sides
    /// can be spoken alone; rather one that begins in silence.
    fn at_a_phrase(&self, range: Range<usize>, limit: usize) -> Option<usize> {
        const INSIDE_QUOTES: f32 = 8.0;
        let items = self.items;
        let aim = aim(items, &range, limit);
        let mut so_far = 0.0;
        let mut depth = 0_i32;
        let mut best: Option<(f32, usize)> = None;
        for at in range.start..limit {
            if let Some(c) = mark(&items[at]) {
                depth += nesting(c);
            } else if so_far >= SHORTEST_CLAUSE
                && let Some(border) = phrase::border(items, at, self.segmenter)
                && leaves_a_clause(items, at, &range)
            {
                let inside = if depth > 0 { INSIDE_QUOTES } else { 0.0 };
                let heard = if begins_in_silence(&items[at]) {
                    0.0
                } else {
                    HEARD
                };
                let away = (so_far - aim).abs() + heard;
                let score = border - inside - away / SYLLABLES_A_POINT;
                if best.is_none_or(|(other, _)| score > other) {
                    best = Some((score, at));
                }
            }
            so_far += items[at].length();
        }
        best.map(|(_, cut)| cut)
    }

    /// The last border between words up to `limit`, one that tears nothing if there is one near.
    fn word_border(&self, range: Range<usize>, limit: usize) -> usize {
        const NEAR: usize = 12;
        let items = self.items;
        let starts_word = |at: usize| {
            items.get(at).is_none_or(|item| match item.kind {
                ItemKind::Syllable { starts_word, .. } => starts_word,
                ItemKind::Word { .. } => true,
                _ => false,
            })
        };
        let earliest = range.start + 5;
        let whole = (earliest.max(limit.saturating_sub(NEAR))..=limit)
            .rev()
            .find(|&at| phrase::may_part(items, at) && leaves_a_clause(items, at, &range));
        whole
            .or_else(|| (earliest..=limit).rev().find(|&at| starts_word(at)))
            .unwrap_or(limit)
    }
}

/// How many syllables nearer to the aim a cut has to be that is heard.
const HEARD: f32 = 4.0;

/// Whether a syllable begins with a stop or an affricate. The mouth is shut before it for as long as a
/// clip's end is silent, so that a cut there is not heard.
fn begins_in_silence(item: &Item) -> bool {
    match item.kind {
        ItemKind::Syllable { surface, .. } => {
            phonemes::of_syllable(surface).starts_with(['p', 't', 'k', 'ʨ', 'ꭧ', 'ʦ'])
        }
        _ => false,
    }
}

pub(crate) fn length(items: &[Item]) -> f32 {
    items.iter().map(Item::length).sum()
}

/// Whether what follows `cut` in the sentence can be spoken alone.
fn leaves_a_clause(items: &[Item], cut: usize, sentence: &Range<usize>) -> bool {
    length(&items[cut..sentence.end.min(cut + 64)]) >= SHORTEST_CLAUSE
}

fn nesting(c: char) -> i32 {
    match c {
        '“' | '‘' | '(' | '《' | '「' | '『' | '【' | '〔' | '[' => 1,
        '”' | '’' | ')' | '》' | '」' | '』' | '】' | '〕' | ']' => -1,
        _ => 0,
    }
}

fn is_clause_mark(c: char) -> bool {
    matches!(c, '，' | ',' | ':' | '：' | '—')
}

fn with_closers(items: &[Item], mut at: usize, end: usize) -> usize {
    while at < end && mark(&items[at]).is_some_and(closes) {
        at += 1;
    }
    at
}

/// How far from the start of `range` one utterance can reach.
fn fits_from(items: &[Item], range: Range<usize>, longest: f32) -> usize {
    let mut total = 0.0;
    let mut phonemes = 0;
    for at in range.clone() {
        total += items[at].length();
        phonemes += items[at].phoneme_count();
        let over = total > longest || phonemes > MOST_PHONEMES;
        if over && items[at].is_spoken() && at > range.start {
            return at;
        }
    }
    range.end
}

/// The length to aim at for the next breath in `range`: half of the rest where two breaths are enough
/// for it, so that both are about equally long.
fn aim(items: &[Item], range: &Range<usize>, limit: usize) -> f32 {
    let rest = length(&items[range.start..range.end.min(limit + 64)]);
    if rest < 2.0 * LONGEST {
        rest / 2.0
    } else {
        LONGEST
    }
}

/// The strength of a comma, on the scale of [`at_a_mark`].
const CLAUSE: f32 = 7.0;

/// The best mark to breathe at in `range`, not behind `limit`: a strong one, outside quotes and near
/// the length to aim at. Marks weaker than `weakest` do not count.
fn at_a_mark(items: &[Item], range: Range<usize>, limit: usize, weakest: f32) -> Option<usize> {
    let aim = aim(items, &range, limit);
    let mut best: Option<(f32, usize)> = None;
    let mut so_far = 0.0;
    let mut depth = 0_i32;
    for at in range.start..limit {
        so_far += items[at].length();
        let Some(c) = mark(&items[at]) else { continue };
        // 海底电（光）缆: a bracket of a character or two stands inside a word.
        let tiny = c == '('
            && items[at + 1..]
                .iter()
                .take(3)
                .any(|item| mark(item) == Some(')'));
        let opens = nesting(c) > 0 && depth <= 0 && !tiny;
        depth += nesting(c);
        let strength = match c {
            _ if opens => 2.0,
            ';' | '；' | ':' | '：' | '—' => 8.0,
            '，' | ',' => CLAUSE,
            '、' => 3.0,
            ')' | '》' | '”' if depth <= 0 => 1.0,
            _ => continue,
        };
        // A bracket or a quote that does not fit is begun with the next breath.
        let cut = if opens {
            at
        } else {
            with_closers(items, at + 1, limit)
        };
        if so_far < SHORTEST_CLAUSE
            || strength < weakest
            || opens && phrase::leans_on(items, at)
            || !items[cut..range.end.min(cut + 8)]
                .iter()
                .any(Item::is_spoken)
        {
            continue;
        }
        let nested = if depth > 0 && !opens { 5.0 } else { 0.0 };
        let score = strength - nested - (so_far - aim).abs() / 3.0;
        if best.is_none_or(|(other, _)| score >= other) {
            best = Some((score, cut));
        }
    }
    best.map(|(_, cut)| cut)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::FrontEnd;

    static FRONT_END: LazyLock<FrontEnd> = LazyLock::new(FrontEnd::new);

    /// Policy prose with long sentences, quotes, brackets, lists and no marks at all.
    const PROSE: &[&str] = &[
        "各地区、各部门要加强组织领导，压实工作责任，细化政策措施，把老年人的急难愁盼放在心上，",
        "切实解决“不会用、不敢用、用不了”等问题",
        "（含外国驻华机构、外国常驻新闻机构和各类企业事业单位）",
        "按照《国务院办公厅印发关于切实解决老年人运用智能技术困难实施方案的通知》要求，",
        "自2025年1月1日起至2027年12月31日止，符合条件的家庭每月领取1500元至2000元；",
        "经市人民政府第二十三次常务会议审议通过现印发给你们请结合本地本部门实际认真组织实施并于每季度末报送进展情况",
        "申请人应当提交下列材料：身份证、户口簿、结婚证、收入证明、住房证明、银行流水、",
        "GB/T 37668—2019《信息技术 互联网内容无障碍可访问性技术要求与测试方法》",
        "。",
        "？",
        "……",
        "咨询电话：12345、010-12345678转8001。",
    ];

    fn items(text: &str) -> Vec<Item> {
        FRONT_END.items(&text.chars().collect::<Vec<char>>(), Vec::new(), None)
    }

    /// Whether a reader can stop before the item.
    fn opens_word(item: &Item) -> bool {
        match item.kind {
            ItemKind::Syllable { starts_word, .. } => starts_word,
            ItemKind::Letter(_) | ItemKind::Word { .. } | ItemKind::Mark(_) => true,
        }
    }

    fn check(text: &str) -> Result<(), TestCaseError> {
        let items = items(text);
        let found = utterances(&items, true, FRONT_END.dictionary().segmenter());
        let mut next = 0;
        for range in &found {
            let silent = items[next..range.start]
                .iter()
                .all(|item| !item.is_spoken());
            prop_assert!(silent, "{text}: nothing spoken is left out");
            next = range.end;
            let said = &items[range.clone()];
            // The marks at its end are one pause, which is counted apart.
            let spoken_end = said
                .iter()
                .rposition(Item::is_spoken)
                .map_or(0, |last| last + 1);
            let spoken = length(&said[..spoken_end]);
            prop_assert!(spoken <= LONGEST, "{text}: {spoken}");
            let phonemes: usize = said.iter().map(Item::phoneme_count).sum();
            prop_assert!(phonemes <= MOST_PHONEMES + 2, "{text}: {phonemes}");
            prop_assert!(opens_word(&said[0]), "{text}: cut inside a word");
        }
        prop_assert!(items[next..].iter().all(|item| !item.is_spoken()));
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn no_utterance_is_too_long_or_opens_inside_a_word(
            parts in prop::collection::vec(prop::sample::select(PROSE), 1..12)
        ) {
            check(&parts.concat())?;
        }
    }

    #[test]
    fn a_quote_is_left_whole_where_the_sentence_has_a_place_to_breathe_outside() {
        for (text, quote) in [
            (
                "各级行政机关要聚焦涉及老年人的高频事项和服务场景，切实解决“不会用、不敢用、用不了”的突出问题，不断提高服务水平。",
                "“不会用、不敢用、用不了”",
            ),
            (
                "本办法适用于在本市行政区域内登记注册的各类用人单位（含外国驻华机构、外国常驻新闻机构），以及在本市就业的全部劳动者。",
                "（含外国驻华机构、外国常驻新闻机构）",
            ),
            (
                "为贯彻落实党中央、国务院决策部署，按照《关于切实解决老年人运用智能技术困难的实施方案》要求，现就有关事项通知如下。",
                "《关于切实解决老年人运用智能技术困难的实施方案》",
            ),
        ] {
            let found = FRONT_END.explain(text);
            assert!(found.len() > 1, "{text}");
            assert!(
                found.iter().any(|utterance| utterance.text.contains(quote)),
                "{:?}",
                found.iter().map(|u| &u.text).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn a_document_begins_with_a_breath_and_goes_on_with_a_clause() {
        for (text, first, second) in [
            (
                "本办法自2025年10月1日起施行，有效期为五年。",
                "本办法",
                "自2025年10月1日起施行，有效期为五年。",
            ),
            (
                "申请人应当在收到通知之日起15个工作日内提交材料。",
                "申请人",
                "应当在收到通知之日起15个工作日内提交材料。",
            ),
            (
                "近年来，随着我国互联网、大数据、人工智能等信息技术快速发展，服务得到应用。",
                "近年来，",
                "随着我国互联网、大数据、人工智能等信息技术快速发展，",
            ),
            (
                "市民可以通过手机预约，也可以到窗口现场取号。",
                "市民可以通过手机预约，",
                "也可以到窗口现场取号。",
            ),
        ] {
            let found = FRONT_END.explain(text);
            let texts: Vec<&str> = found.iter().map(|said| said.text.as_str()).collect();
            assert_eq!(texts.get(..2), Some([first, second].as_slice()), "{text}");
        }
    }

    #[test]
    fn the_first_utterance_is_short_where_its_sentence_has_a_clause() {
        let text = PROSE[..6].concat();
        let first = utterances(&items(&text), true, FRONT_END.dictionary().segmenter())[0].clone();
        let said = length(&items(&text)[first]);
        assert!((FIRST_AT_LEAST..=LONGEST / 2.0).contains(&said), "{said}");
    }
}
