//! From blocks to utterances: what is spoken for each kind of block, in which order, and with which
//! pauses.

use std::ops::Range;

use super::breath::breaths;
use super::chars::fold;
use super::digits;
use super::front_end::FrontEnd;
use super::gloss::glosses;
use super::lexicon::{Anchors, Found, Matches, PauseChange};
use super::memory::{Memory, UNHEARD, silence};
use super::model::{GoesOn, Script, Span, Utterance};
use super::normalize::Column;
use super::other_ways::tell_other_ways;
use super::pauses::Pauses;
use super::phonemes;
use super::pronunciation::{Dictionary, heads_names};
use super::speech::{Item, ItemKind};
use super::split;
use super::utterance::UtteranceBuilder;
use langdu_model::{Block, BlockKind, Document, Table};

/// The silence in the middle of a clause, where the voice runs on.
const PHRASE_MS: u32 = 0;

/// The rate of an utterance of which the source says nothing, in thousandths.
const NORMAL_RATE_MILLI: u32 = 1000;

/// The choices a caller has about a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScriptOptions {
    /// Tables with more rows than this are announced with the number of their rows.
    pub announce_rows_over: usize,
    /// How long the pauses are.
    pub pauses: Pauses,
    /// Long numbers that are said digit by digit are said in groups of three or four.
    pub digit_groups: bool,
}

impl Default for ScriptOptions {
    fn default() -> Self {
        Self {
            announce_rows_over: 3,
            pauses: Pauses::default(),
            digit_groups: true,
        }
    }
}

/// A stretch of a block with what is needed to compute spans in it.
struct Line<'a> {
    block: usize,
    /// Offset of the text in its block.
    offset: usize,
    chars: &'a [char],
    /// The same with [`UNHEARD`] in place of what is not read aloud.
    heard: &'a [char],
    /// UTF-16 offset of each scalar of the block, and its end.
    utf16: &'a [usize],
    /// What the document teaches about names.
    memory: &'a Memory,
    /// Whether it is a cell in a column of persons' names.
    names: bool,
    /// What the header of its column says of its numbers.
    column: Option<Column>,
    /// What lexicons do in its block, by offsets into that.
    found: &'a Matches,
}

impl FrontEnd {
    /// The document as it will be spoken.
    pub fn script(&self, document: &Document, options: &ScriptOptions) -> Script {
        script(self, document, options, 0)
    }

    /// What is spoken of the document from the block of index `from` on: of one that has grown. What the
    /// whole of it teaches counts.
    pub fn script_from(&self, document: &Document, options: &ScriptOptions, from: usize) -> Script {
        script(self, document, options, from)
    }

    /// The changes at single places of a document that the lexicons hold and that belong nowhere in it, by the
    /// numbers that they were [given](crate::Lexicon::change_at): their place is not there any more, or there
    /// are other places like it now.
    pub fn lost_anchors(&self, document: &Document) -> Vec<usize> {
        if !Anchors::are_in(self.lexicons()) {
            return Vec::new();
        }
        Anchors::find(self.lexicons(), &folded_blocks(document)).lost
    }

    /// How one line would be read, as the paragraph of a document; offsets are into the line.
    pub fn explain(&self, text: &str) -> Vec<Utterance> {
        line(self, text, &ScriptOptions::default())
    }
}

fn folded_blocks(document: &Document) -> Vec<Vec<char>> {
    let blocks = document.blocks.iter();
    blocks
        .map(|block| block.text.chars().map(fold).collect())
        .collect()
}

/// What editors and the source itself say of single places of a document.
fn said_of_places(front_end: &FrontEnd, document: &Document) -> Anchors {
    if document.markup.is_empty() && !Anchors::are_in(front_end.lexicons()) {
        return Anchors::default();
    }
    let texts = folded_blocks(document);
    Anchors::find(front_end.lexicons(), &texts).with_markup(&document.markup, &texts)
}

fn script(
    front_end: &FrontEnd,
    document: &Document,
    options: &ScriptOptions,
    from: usize,
) -> Script {
    let mut utterances = Vec::new();
    let mut memory = Memory::of(&document.blocks, front_end.dictionary());
    memory.annotate(&document.annotations, front_end.dictionary());
    // In the order of their blocks.
    let mut footnotes = document.footnotes.as_slice();
    let said = said_of_places(front_end, document);
    for (index, block) in document.blocks.iter().enumerate() {
        let here = footnotes.partition_point(|footnote| footnote.block <= index);
        let (own, later) = footnotes.split_at(here);
        footnotes = later;
        if index < from {
            continue;
        }
        let marks = own.iter().map(|footnote| footnote.range.clone());
        say_block(
            front_end,
            (index, block),
            (marks, said.of(index)),
            &memory,
            options,
            &mut utterances,
        );
    }
    Script { utterances }
}

fn line(front_end: &FrontEnd, text: &str, options: &ScriptOptions) -> Vec<Utterance> {
    let block = Block {
        kind: BlockKind::Paragraph,
        text: text.to_owned(),
        path: String::new(),
        recognised: None,
    };
    let memory = Memory::of([&block], front_end.dictionary());
    let mut utterances = Vec::new();
    say_block(
        front_end,
        (0, &block),
        (std::iter::empty(), &[]),
        &memory,
        options,
        &mut utterances,
    );
    utterances
}

fn say_block(
    front_end: &FrontEnd,
    (index, block): (usize, &Block),
    (marks, said): (impl Iterator<Item = Range<usize>>, &[Found]),
    memory: &Memory,
    options: &ScriptOptions,
    utterances: &mut Vec<Utterance>,
) {
    if block.kind == BlockKind::Notice {
        utterances.extend(generated(front_end, &block.text, options));
        return;
    }
    if let BlockKind::ListItem {
        marker: Some(marker),
        ..
    } = &block.kind
    {
        let mut number = generated(front_end, marker, options);
        for utterance in &mut number {
            utterance.pause_ms = options.pauses.cell_header_ms;
        }
        utterances.extend(number);
    }
    let chars: Vec<char> = block.text.chars().collect();
    let mut heard = chars.clone();
    for mark in marks {
        if let Some(mark) = heard.get_mut(mark) {
            mark.fill(UNHEARD);
        }
    }
    silence(&mut heard, &glosses(&chars, front_end.dictionary()));
    let found = changes(front_end, &chars, &mut heard, said);
    let utf16 = utf16_offsets(&chars);
    if matches!(block.kind, BlockKind::Heading { .. })
        && let Some(before) = utterances.last_mut()
    {
        before.pause_ms = before.pause_ms.max(options.pauses.before_heading_ms);
    }
    let whole = Line {
        block: index,
        offset: 0,
        chars: &chars,
        heard: &heard,
        utf16: &utf16,
        memory,
        names: false,
        column: None,
        found: &found,
    };
    if let BlockKind::Table(table) = &block.kind {
        say_table(front_end, table, &whole, options, utterances);
        return;
    }
    let pauses = &options.pauses;
    let end_pause_ms = match block.kind {
        BlockKind::Title | BlockKind::Subtitle | BlockKind::DocNumber => pauses.title_ms,
        BlockKind::Heading { .. } => pauses.heading_ms,
        BlockKind::ListItem { .. } => pauses.list_item_ms,
        BlockKind::Paragraph
        | BlockKind::Picture
        | BlockKind::Closing
        | BlockKind::Notice
        | BlockKind::Table(_) => pauses.paragraph_ms,
    };
    say_line(front_end, &whole, (options, end_pause_ms), utterances);
}

/// What lexicons do in a block, and what is said of its places; what is not read by that is silent in `heard` then. A footnote's mark and a
/// gloss stay unheard, whatever word they are like.
fn changes(front_end: &FrontEnd, chars: &[char], heard: &mut [char], said: &[Found]) -> Matches {
    if said.is_empty() && !front_end.has_lexicons() {
        return Matches::default();
    }
    let folded: Vec<char> = chars.iter().copied().map(fold).collect();
    let mut found = front_end.matches(&folded, said);
    let is_heard = |range: &Range<usize>| !heard[range.clone()].contains(&UNHEARD);
    found
        .replacements
        .retain(|replacement| is_heard(&replacement.source));
    found.numbers.retain(|(range, _)| is_heard(range));
    for range in &found.silences {
        heard[range.clone()].fill(UNHEARD);
    }
    found
}

/// Each row: for every cell its header, then the cell.
fn say_table(
    front_end: &FrontEnd,
    table: &Table,
    whole: &Line<'_>,
    options: &ScriptOptions,
    utterances: &mut Vec<Utterance>,
) {
    let pauses = &options.pauses;
    if table.rows.len() > options.announce_rows_over {
        let announcement = format!("表格，共{}行。", table.rows.len());
        utterances.extend(generated(front_end, &announcement, options));
    }
    for row in &table.rows {
        let mut said = None;
        for (place, cell) in row.cells.iter().enumerate() {
            let before = utterances.len();
            // What stands over several cells is said before the first of them.
            let group = cell.group.as_ref().filter(|group| said != Some(*group));
            said = cell.group.as_ref();
            for header in group.into_iter().chain(&cell.header) {
                say_line(
                    front_end,
                    &part(whole, header),
                    (options, pauses.cell_header_ms),
                    utterances,
                );
            }
            let last = place + 1 == row.cells.len();
            let pause_ms = if last { pauses.row_ms } else { pauses.cell_ms };
            let header_end = utterances.len();
            let label = place.checked_sub(1).map(|before| &row.cells[before].text);
            let header = cell.header.as_ref().or(label);
            let header = header.map(|header| part(whole, header).heard);
            let text = Line {
                names: cell.header.is_some() && header.is_some_and(heads_names),
                column: header.and_then(Column::under),
                ..part(whole, &cell.text)
            };
            say_line(front_end, &text, (options, pause_ms), utterances);
            if utterances.len() == header_end {
                utterances.truncate(before);
            }
        }
    }
    if let Some(last) = utterances.last_mut() {
        last.pause_ms = last.pause_ms.max(pauses.paragraph_ms);
    }
}

fn part<'a>(whole: &Line<'a>, range: &Range<usize>) -> Line<'a> {
    let end = range.end.min(whole.chars.len());
    let start = range.start.min(end);
    Line {
        block: whole.block,
        offset: start,
        chars: &whole.chars[start..end],
        heard: &whole.heard[start..end],
        ..*whole
    }
}

/// Utterances for words that the page does not hold, and therefore without a span.
fn generated(front_end: &FrontEnd, text: &str, options: &ScriptOptions) -> Vec<Utterance> {
    let mut said = line(front_end, text, options);
    for utterance in &mut said {
        utterance.span = None;
        utterance.generated = true;
        utterance.pause_ms = options.pauses.sentence_ms;
    }
    said
}

fn utf16_offsets(chars: &[char]) -> Vec<usize> {
    let mut offset = 0;
    let mut offsets = Vec::with_capacity(chars.len() + 1);
    for c in chars {
        offsets.push(offset);
        offset += c.len_utf16();
    }
    offsets.push(offset);
    offsets
}

fn say_line(
    front_end: &FrontEnd,
    line: &Line<'_>,
    (options, end_pause_ms): (&ScriptOptions, u32),
    utterances: &mut Vec<Utterance>,
) {
    let places = line
        .memory
        .places(line.heard, line.names, front_end.dictionary());
    let found = line
        .found
        .within(&(line.offset..line.offset + line.chars.len()));
    let changed_pauses = found.pauses.clone();
    let (rates, ends) = (found.rates.clone(), found.ends.clone());
    let mut items = front_end.items(line.heard, found, places, line.column);
    let at_ends = change_pauses(&mut items, &changed_pauses);
    let cuts = cuts(&items, &changed_pauses, &rates, &ends);
    let segmenter = front_end.dictionary().segmenter();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    for until in cuts.iter().copied().chain([items.len()]) {
        let is_first = utterances.is_empty() && ranges.is_empty();
        let own = split::utterances(&items[from..until], is_first, segmenter);
        ranges.extend(own.into_iter().map(|own| own.start + from..own.end + from));
        from = until;
    }
    for (place, range) in ranges.iter().enumerate() {
        let said = &items[range.clone()];
        let last = said.iter().rfind(|item| item.is_spoken());
        let ends_here = |at: &usize| {
            last.is_some_and(|item| item.end <= *at && *at <= next_of(&items, range.end))
        };
        let end = match ranges.get(place + 1) {
            None => End::Line(end_pause_ms),
            Some(_) if ends.iter().any(ends_here) => End::Sentence,
            Some(next) => End::of(said, &items[next.clone()]),
        };
        let made = utterance(line, said, end, (front_end.dictionary(), options));
        let Some(mut made) = made else { continue };
        let first = said.iter().find(|item| item.is_spoken());
        let own_rate = rates
            .iter()
            .find(|(range, _)| first.is_some_and(|item| range.contains(&item.start)));
        if let Some((_, rate)) = own_rate {
            made.rate_milli = *rate;
        }
        let change = at_ends
            .iter()
            .find(|(at, _)| last.is_some_and(|item| item.end == *at));
        if let Some((_, change)) = change {
            made.pause_ms = changed_pause_ms(made.pause_ms, *change);
        }
        utterances.push(made);
    }
}

/// The pause behind a sentence or a line, changed.
fn changed_pause_ms(pause_ms: u32, change: PauseChange) -> u32 {
    match change {
        PauseChange::Longer => pause_ms.saturating_mul(2),
        PauseChange::Shorter => pause_ms / 2,
        PauseChange::None => 0,
        PauseChange::Exactly(ms) => ms,
    }
}

/// Where what is spoken next behind the item `at` begins.
fn next_of(items: &[Item], at: usize) -> usize {
    let next = items[at.min(items.len())..]
        .iter()
        .find(|item| item.is_spoken());
    next.map_or(usize::MAX, |item| item.start)
}

/// The items before which a line is cut, because a pause of so many milliseconds stands there, or another rate
/// begins, or a sentence ends. Marks stay with what they close.
fn cuts(
    items: &[Item],
    pauses: &[(usize, PauseChange)],
    rates: &[(Range<usize>, u32)],
    ends: &[usize],
) -> Vec<usize> {
    let exact = pauses.iter().filter_map(|(at, change)| match change {
        PauseChange::Exactly(_) => Some(*at),
        _ => None,
    });
    let rates = rates.iter().flat_map(|(range, _)| [range.start, range.end]);
    let mut places: Vec<usize> = exact.chain(rates).chain(ends.iter().copied()).collect();
    places.sort_unstable();
    places.dedup();
    let mut cuts: Vec<usize> = Vec::new();
    let mut from = 0;
    for at in places {
        // Places come in order, and so do items.
        while items
            .get(from)
            .is_some_and(|item| !item.is_spoken() || item.start < at)
        {
            from += 1;
        }
        if from == items.len() {
            break;
        }
        let opens = |item: &&Item| split::mark(item).is_some_and(split::opens);
        let opening = items[..from].iter().rev().take_while(opens).count();
        let cut = from - opening;
        if cut > 0 && cuts.last() != Some(&cut) && items[..cut].iter().any(Item::is_spoken) {
            cuts.push(cut);
        }
    }
    cuts
}

/// Changes the marks that make the pauses inside a sentence. Answers with the changes that are left, each with
/// the end of what is spoken before it: pauses behind sentences and lines, which are no matter of marks.
fn change_pauses(
    items: &mut Vec<Item>,
    changes: &[(usize, PauseChange)],
) -> Vec<(usize, PauseChange)> {
    let mut left = Vec::new();
    // From the last to the first, so that what is inserted moves nothing that comes later.
    for &(at, change) in changes.iter().rev() {
        let next = items
            .iter()
            .position(|item| item.is_spoken() && item.start >= at)
            .unwrap_or(items.len());
        let before = items[..next].iter().rposition(Item::is_spoken);
        let Some(before) = before else { continue };
        let end = items[before].end;
        let weight = |item: &Item| match item.kind {
            ItemKind::Mark('、') => 1,
            ItemKind::Mark(mark) => match phonemes::of_mark(mark) {
                None => 0,
                Some(',' | ':') => 2,
                Some(_) => 3,
            },
            _ => 0,
        };
        let strongest = (before + 1..next).max_by_key(|&mark| weight(&items[mark]));
        let strongest = strongest.filter(|&mark| weight(&items[mark]) > 0);
        let is_sentence = strongest.is_some_and(|mark| weight(&items[mark]) == 3);
        if next == items.len() || is_sentence || matches!(change, PauseChange::Exactly(_)) {
            left.push((end, change));
            continue;
        }
        match (strongest, change) {
            (None, PauseChange::Longer) => {
                let comma = Item::new(ItemKind::Mark('，'), end..end);
                items.insert(before + 1, comma);
            }
            (None, _) => {}
            (Some(mark), PauseChange::Longer) => items[mark].kind = ItemKind::Mark('；'),
            (Some(mark), PauseChange::Shorter) if weight(&items[mark]) == 2 => {
                items[mark].kind = ItemKind::Mark('、');
            }
            (Some(_), _) => {
                let marks = before + 1..next;
                let heard = |item: &Item| weight(item) > 0;
                let kept: Vec<Item> = items[marks.clone()]
                    .iter()
                    .filter(|item| !heard(item))
                    .cloned()
                    .collect();
                items.splice(marks, kept);
            }
        }
    }
    left
}

/// The unit whose end is also the end of an utterance.
#[derive(Clone, Copy)]
enum End {
    /// A line, after which comes this pause in milliseconds.
    Line(u32),
    Sentence,
    Clause,
    /// One of several things that are counted up.
    Enumeration,
    /// A part of a clause, without a mark, where a reader has to breathe.
    Breath,
    /// A part of a clause, without a mark, before the silence that a consonant begins with: nobody hears it.
    Phrase,
}

impl End {
    /// Judged by the marks at the end of the items, and by what comes next.
    fn of(items: &[Item], next: &[Item]) -> Self {
        let unheard = next
            .iter()
            .find(|item| item.is_spoken())
            .is_none_or(split::begins_in_silence);
        let unmarked = if unheard { Self::Phrase } else { Self::Breath };
        let marks = items.iter().rev().map_while(|item| match item.kind {
            ItemKind::Mark(c) => Some(c),
            _ => None,
        });
        marks.fold(unmarked, |end, mark| {
            let own = match phonemes::of_mark(mark) {
                None => return end,
                Some('.' | '!' | '?' | ';' | '…') => Self::Sentence,
                Some(_) if mark == '、' => Self::Enumeration,
                Some(_) => Self::Clause,
            };
            // The strongest counts.
            match (end, own) {
                (Self::Sentence, _) | (_, Self::Sentence) => Self::Sentence,
                (Self::Clause, _) | (_, Self::Clause) => Self::Clause,
                _ => Self::Enumeration,
            }
        })
    }

    fn goes_on(self) -> GoesOn {
        match self {
            Self::Line(_) | Self::Sentence => GoesOn::No,
            Self::Clause | Self::Enumeration | Self::Breath => GoesOn::AfterMark,
            Self::Phrase => GoesOn::WithoutMark,
        }
    }

    fn pause_ms(self, pauses: &Pauses) -> u32 {
        match self {
            Self::Line(pause_ms) => pause_ms,
            Self::Sentence => pauses.sentence_ms,
            Self::Clause => pauses.clause_ms,
            Self::Enumeration | Self::Breath => pauses.enumeration_ms,
            Self::Phrase => PHRASE_MS,
        }
    }
}

fn utterance(
    line: &Line<'_>,
    items: &[Item],
    end_of: End,
    (dictionary, options): (&Dictionary, &ScriptOptions),
) -> Option<Utterance> {
    let start = items.iter().map(|item| item.start).min()?;
    let end = items.iter().map(|item| item.end).max()?;
    let source = &line.chars[start..end];
    let leading = source.iter().take_while(|c| c.is_whitespace()).count();
    let trailing = source
        .iter()
        .rev()
        .take_while(|c| c.is_whitespace())
        .count();
    let (start, end) = (start + leading, (end - trailing).max(start + leading));
    let mut builder = UtteranceBuilder::with_room_for(items.len(), dictionary);
    let mut pauses = breaths(items, 0..items.len(), dictionary.segmenter());
    if options.digit_groups {
        pauses.extend(digits::groups(items));
        pauses.sort_unstable();
        pauses.dedup();
    }
    let mut pauses = pauses.into_iter().peekable();
    for (at, item) in items.iter().enumerate() {
        if pauses.next_if_eq(&at).is_some() {
            builder.strengthen(',');
        }
        builder.say(item, line.offset);
    }
    if matches!(end_of, End::Phrase | End::Breath) {
        // A comma keeps the pitch of the voice up, because the clause goes on. It is a pause where the
        // sentence is planned whole and a reader has to breathe.
        builder.strengthen(',');
    }
    tell_other_ways(&mut builder.syllables, line.chars, line.offset);
    let (start_in_block, end_in_block) = (start + line.offset, end + line.offset);
    Some(Utterance {
        text: line.chars[start..end].iter().collect(),
        spoken: builder.spoken.trim().to_owned(),
        syllables: builder.syllables,
        phonemes: builder.phonemes,
        pause_ms: end_of.pause_ms(&options.pauses),
        span: Some(Span {
            block: line.block,
            start: start_in_block,
            end: end_in_block,
            start_utf16: line.utf16[start_in_block],
            end_utf16: line.utf16[end_in_block],
        }),
        generated: false,
        goes_on: end_of.goes_on(),
        rate_milli: NORMAL_RATE_MILLI,
    })
}
