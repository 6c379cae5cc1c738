//! A reading that grows: its beginning is heard while the rest of its document is still being recognised.
//!
//! A scan of a hundred pages takes minutes. So a [`Reading`] may be handed out with a [`Growth`], which tells
//! what has come since: each time the same reading again, under the same id, with more blocks and more
//! utterances behind those that were there. What was handed out never changes. A growth ends with the whole;
//! or with a sentence that says that the rest is missing; or, where nobody has asked for a while, with
//! nothing: then it is forgotten.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::watch;

use super::Reading;
use langdu_document::{Block, BlockKind, Document};

/// How long nobody asks for more before the rest is given up: longer than a player waits before it asks
/// again.
const NOBODY_ASKS: Duration = Duration::from_secs(60);

/// How often it is looked whether somebody asks.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What is said in place of the rest, where that could not be read.
const CUT_SHORT: &str = "后面还有文字没有识别出来，稍后可以再听一遍。";

/// Tells how far a reading has come.
#[derive(Clone)]
pub struct Growth {
    latest: watch::Receiver<Option<Arc<Reading>>>,
    interest: Arc<Interest>,
}

impl Growth {
    /// The reading as soon as it has more than `count` utterances, or has ended.
    pub async fn beyond(&self, count: usize) -> Option<Arc<Reading>> {
        let _asking = self.interest.ask();
        let mut latest = self.latest.clone();
        let has_more = |reading: &Option<Arc<Reading>>| {
            reading
                .as_ref()
                .is_some_and(|reading| reading.clips.len() > count || reading.more.is_none())
        };
        let found = latest.wait_for(has_more).await.ok()?;
        found.clone()
    }

    /// Wants more until what this returns is dropped.
    pub fn listen(&self) -> impl Send + use<> {
        self.interest.ask()
    }

    /// The reading where it has more than `count` utterances, or has ended.
    pub fn ready_beyond(&self, count: usize) -> Option<Arc<Reading>> {
        let latest = self.latest.borrow();
        let reading = latest.as_ref()?;
        (reading.clips.len() > count || reading.more.is_none()).then(|| reading.clone())
    }
}

/// Whoever wants more of a reading.
struct Interest {
    /// How many wait for it, and when somebody asked for the last time.
    asked: Mutex<(usize, Instant)>,
}

impl Interest {
    fn ask(self: &Arc<Self>) -> Asking {
        let mut asked = self.asked.lock();
        *asked = (asked.0 + 1, Instant::now());
        Asking(self.clone())
    }

    /// From now on somebody may ask: before, there was nothing to ask for more of.
    fn begin(&self) {
        self.asked.lock().1 = Instant::now();
    }

    fn is_lost(&self) -> bool {
        let (waiting, last) = *self.asked.lock();
        waiting == 0 && last.elapsed() > NOBODY_ASKS
    }
}

/// Somebody who waits.
struct Asking(Arc<Interest>);

impl Drop for Asking {
    fn drop(&mut self) {
        let mut asked = self.0.asked.lock();
        *asked = (asked.0.saturating_sub(1), Instant::now());
    }
}

/// Whoever makes a reading grow.
pub(super) struct Grower {
    latest: watch::Sender<Option<Arc<Reading>>>,
    growth: Growth,
}

impl Grower {
    pub(super) fn new() -> Self {
        let (latest, receiver) = watch::channel(None);
        let interest = Interest {
            asked: Mutex::new((0, Instant::now())),
        };
        let growth = Growth {
            latest: receiver,
            interest: Arc::new(interest),
        };
        Self { latest, growth }
    }

    /// What is handed out with a reading that is not whole.
    pub(super) fn growth(&self) -> Growth {
        self.growth.clone()
    }

    /// What was handed out last.
    pub(super) fn latest(&self) -> Option<Arc<Reading>> {
        self.latest.borrow().clone()
    }

    /// Hands out a reading that begins with the one before.
    pub(super) fn hand_out(&self, reading: Arc<Reading>) {
        if self.latest.borrow().is_none() {
            self.growth.interest.begin();
        }
        self.latest.send_replace(Some(reading));
    }

    /// Comes when nobody has asked for more for a while.
    pub(super) async fn is_given_up(&self) {
        while !self.growth.interest.is_lost() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

impl Drop for Grower {
    /// A reading that is handed out with a growth holds what holds it; the last one has none.
    fn drop(&mut self) {
        if let Some(reading) = self.latest()
            && reading.more.is_some()
        {
            self.hand_out(Arc::new(reading.without_more()));
        }
    }
}

/// The document with which one that was handed out as far as `before` goes on, as it is known now; and the
/// index of the first block that is new in it.
///
/// Nearly always `now` begins with `before`. Where the further pages have shown something to be a running
/// head, or two paragraphs to be one, it does not; then it goes on behind the last block that both have. What
/// they have shown to be text before that, which was taken for a running head, is heard there.
pub(super) fn continued(before: &Document, now: Document) -> (Document, usize) {
    let count = before.blocks.len();
    let same = |one: &Block, other: &Block| one.text == other.text;
    let begins = now.blocks.len() >= count
        && before
            .blocks
            .iter()
            .zip(&now.blocks)
            .all(|(one, other)| same(one, other));
    if begins {
        return (now, count);
    }
    let behind = before.blocks.iter().enumerate().rev();
    let behind = behind.filter_map(|(at, block)| Some(nearest(&now.blocks, block, at)? + 1));
    let new = behind.max().unwrap_or(count).min(now.blocks.len());
    let mut document = now;
    let mut older = std::mem::take(&mut document.blocks);
    let mut newer = older.split_off(new);
    let mut late = missing(older, &before.blocks);
    let shift = count + late.len();
    document.renumber(|at| Some(at.checked_sub(new)? + shift));
    let mut footnotes = before.footnotes.clone();
    footnotes.append(&mut document.footnotes);
    document.footnotes = footnotes;
    let mut markup = before.markup.clone();
    markup.append(&mut document.markup);
    document.markup = markup;
    let mut blocks = before.blocks.clone();
    blocks.append(&mut late);
    blocks.append(&mut newer);
    document.blocks = blocks;
    (document, count)
}

/// Those of `blocks` that were not `heard` at all: neither as they are, nor in parts, nor within others.
fn missing(blocks: Vec<Block>, heard: &[Block]) -> Vec<Block> {
    let texts = || heard.iter().map(|block| block.text.as_str());
    let all: String = texts().collect();
    let is_missing = |block: &Block| {
        let is_heard = all.contains(&block.text)
            || texts().any(|part| !part.is_empty() && block.text.contains(part));
        block.kind != BlockKind::Notice && !is_heard
    };
    blocks.into_iter().filter(is_missing).collect()
}

/// The index of the block with the same text that stands nearest to `at`. What is said of the pictures
/// themselves stands in several places.
fn nearest(blocks: &[Block], wanted: &Block, at: usize) -> Option<usize> {
    if wanted.kind == BlockKind::Notice {
        return None;
    }
    let same = blocks.iter().enumerate();
    let same = same.filter(|(_, block)| block.text == wanted.text);
    same.map(|(index, _)| index)
        .min_by_key(|index| index.abs_diff(at))
}

/// The document with a sentence in place of what is missing, which is its last block.
pub(super) fn cut_short(mut document: Document) -> Document {
    document.blocks.push(Block {
        kind: BlockKind::Notice,
        text: CUT_SHORT.to_owned(),
        path: String::new(),
        recognised: None,
    });
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use langdu_document::Footnote;

    fn document(texts: &[&str]) -> Document {
        let block = |text: &&str| Block {
            kind: BlockKind::Paragraph,
            text: (*text).to_owned(),
            path: String::new(),
            recognised: Some(97),
        };
        Document {
            blocks: texts.iter().map(block).collect(),
            ..Document::default()
        }
    }

    fn texts(document: &Document) -> Vec<&str> {
        document.blocks.iter().map(|block| &*block.text).collect()
    }

    #[test]
    fn nobody_is_late_to_ask_for_more_of_what_has_just_been_handed_out() {
        // Its first page took longer than anybody waits who has it.
        let long_ago = Instant::now().checked_sub(NOBODY_ASKS + LOOK_EVERY);
        let interest = Arc::new(Interest {
            asked: Mutex::new((0, long_ago.expect("a machine that runs for long"))),
        });
        assert!(interest.is_lost());
        interest.begin();
        assert!(!interest.is_lost());
        interest.asked.lock().1 = long_ago.expect("a machine that runs for long");
        let asking = interest.ask();
        interest.asked.lock().1 = long_ago.expect("a machine that runs for long");
        assert!(!interest.is_lost(), "somebody waits");
        drop(asking);
        assert!(!interest.is_lost(), "somebody has just asked");
    }

    #[test]
    fn what_begins_with_what_was_handed_out_goes_on_behind_it() {
        let now = document(&["题", "一段。", "二段。", "三段。"]);
        let (document, new) = continued(&document(&["题", "一段。"]), now.clone());
        assert_eq!((&document, new), (&now, 2));
    }

    #[test]
    fn a_running_head_that_is_known_later_makes_nothing_lost_or_said_twice() {
        let before = document(&["题", "某市公报", "一段。"]);
        let mut now = document(&["题", "一段。", "二段。[1]", "[1] 注。"]);
        now.footnotes = vec![Footnote {
            name: "[1]".to_owned(),
            href: None,
            block: 2,
            range: 3..6,
            note: 3,
        }];
        let (document, new) = continued(&before, now);
        assert_eq!(new, 3);
        assert_eq!(
            texts(&document),
            ["题", "某市公报", "一段。", "二段。[1]", "[1] 注。"]
        );
        assert_eq!(
            (document.footnotes[0].block, document.footnotes[0].note),
            (3, 4)
        );
    }

    #[test]
    fn what_was_taken_for_a_running_head_and_is_none_is_heard_late() {
        let before = document(&["题", "一段。"]);
        let mut now = document(&["内部资料", "题", "一段。", "二段。[1]", "[1] 注。"]);
        now.footnotes = vec![Footnote {
            name: "[1]".to_owned(),
            href: None,
            block: 3,
            range: 3..6,
            note: 4,
        }];
        let (document, new) = continued(&before, now);
        assert_eq!(new, 2);
        assert_eq!(
            texts(&document),
            ["题", "一段。", "内部资料", "二段。[1]", "[1] 注。"]
        );
        assert_eq!(
            (document.footnotes[0].block, document.footnotes[0].note),
            (3, 4)
        );
    }

    #[test]
    fn a_title_that_was_read_as_two_lines_is_not_said_again() {
        let before = document(&["某市财政局", "关于补贴的通知", "一段。"]);
        let now = document(&["某市财政局关于补贴的通知", "一段。", "二段。"]);
        let (document, new) = continued(&before, now);
        assert_eq!(texts(&document)[new..], ["二段。"]);
    }

    #[test]
    fn a_document_that_has_become_shorter_adds_nothing() {
        let before = document(&["题", "一段。", "二段。"]);
        let (document, new) = continued(&before, document(&["题"]));
        assert_eq!((texts(&document), new), (vec!["题", "一段。", "二段。"], 3));
    }
}
