//! Withdrawals and publications that replicas tell each other through the shared tier.
//!
//! Each replica has a ledger of its own: it alone knows what it has read pages with. So what is
//! shared is only the last word on each page, withdrawn or published, as a note on a board, and each
//! replica does the work itself.
//!
//! The tier may forget: a Redis without a disk comes back empty. So each replica keeps every word in
//! its ledger, its own and what it has heard, and whenever the board has changed it leaves there
//! what is missing. A word has a revision, so that nobody brings back what was said before.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Mutex;

use crate::ledger::{Ledger, LedgerError, OldAnnouncement, PageKey, Word};
use langdu_clips::{Note, RemoteTier, Topic};

/// The list that earlier versions tell each other by. It is heard once, so that nothing is read that
/// they have withdrawn.
const EARLIER: &str = "withdrawals.json";

/// The words of all replicas.
pub struct Announcements {
    remote: Arc<RemoteTier>,
    /// Words are told and heard one after the other.
    exchanging: Mutex<()>,
    /// Not all words on the board have been acted on: they are read again.
    is_behind: AtomicBool,
    has_heard_earlier: AtomicBool,
}

impl Announcements {
    /// Announcements through `remote`.
    pub fn new(remote: Arc<RemoteTier>) -> Self {
        Self {
            remote,
            exchanging: Mutex::default(),
            is_behind: AtomicBool::new(true),
            has_heard_earlier: AtomicBool::new(false),
        }
    }

    /// Tells the others what they do not know, and answers with what they have said that this
    /// replica does not know: it is to be acted on, and [heard](Ledger::hear). Nothing while the
    /// tier is away.
    ///
    /// # Errors
    ///
    /// When the ledger fails.
    pub(super) async fn exchange(&self, ledger: &Ledger) -> Result<Vec<Word>, LedgerError> {
        let _exchanging = self.exchanging.lock().await;
        let Some(mut news) = self.earlier(ledger).await? else {
            return Ok(Vec::new());
        };
        let anyway = self.is_behind.swap(true, Ordering::Relaxed);
        let Ok(notes) = self.remote.notes(Topic::Withdrawals, anyway).await else {
            return Ok(Vec::new());
        };
        let words = ledger.words(notes.is_none()).await?;
        let untold = match notes {
            None => words,
            Some(notes) => {
                let known: HashMap<PageKey, u64> = words
                    .iter()
                    .map(|(page, word)| (*page, word.rank()))
                    .collect();
                let said: HashMap<String, u64> = notes
                    .iter()
                    .map(|note| (note.name.clone(), note.rank))
                    .collect();
                let heard = notes.iter().filter_map(parse);
                news.extend(heard.filter(|word| {
                    let known = known.get(&ledger.key(&word.url));
                    known.is_none_or(|known| *known < word.rank())
                }));
                let is_missing = |(page, word): &(PageKey, Word)| {
                    let said = said.get(&page.to_string());
                    said.is_none_or(|said| *said < word.rank())
                };
                words.into_iter().filter(is_missing).collect()
            }
        };
        let notes: Vec<Note> = untold.iter().map(note).collect();
        let is_told =
            notes.is_empty() || self.remote.post(Topic::Withdrawals, &notes).await.is_ok();
        if is_told && !untold.is_empty() {
            ledger.told(untold).await?;
        }
        // Until all is told, and what is new acted on.
        self.is_behind
            .store(!is_told || !news.is_empty(), Ordering::Relaxed);
        Ok(news)
    }

    /// What earlier versions have told each other of pages that this replica has heard no word of;
    /// `None` while the tier is away.
    async fn earlier(&self, ledger: &Ledger) -> Result<Option<Vec<Word>>, LedgerError> {
        if self.has_heard_earlier.load(Ordering::Relaxed) {
            return Ok(Some(Vec::new()));
        }
        let Ok(list) = self.remote.try_read(EARLIER).await else {
            return Ok(None);
        };
        let list = list.map(|bytes| serde_json::from_slice::<Vec<OldAnnouncement>>(&bytes));
        let list = list.transpose().unwrap_or_else(|error| {
            tracing::warn!(%error, "what earlier versions have withdrawn cannot be understood");
            None
        });
        let words = ledger.words(false).await?;
        let known: HashMap<PageKey, u64> = words
            .iter()
            .map(|(page, word)| (*page, word.rank()))
            .collect();
        let words = list
            .unwrap_or_default()
            .into_iter()
            .map(|old| old.word(Word::TOLD));
        let news = words.filter(|word| {
            let known = known.get(&ledger.key(&word.url));
            known.is_none_or(|known| *known < word.rank())
        });
        let news: Vec<Word> = news.collect();
        self.has_heard_earlier
            .store(news.is_empty(), Ordering::Relaxed);
        Ok(Some(news))
    }
}

/// What a note says.
#[derive(serde::Serialize, serde::Deserialize)]
struct Said {
    url: String,
    withdrawn: bool,
    revision: u64,
}

fn note((page, word): &(PageKey, Word)) -> Note {
    let said = Said {
        url: word.url.clone(),
        withdrawn: word.withdrawn,
        revision: word.revision,
    };
    Note {
        name: page.to_string(),
        rank: word.rank(),
        text: serde_json::to_string(&said).unwrap_or_default(),
    }
}

fn parse(note: &Note) -> Option<Word> {
    let said: Said = serde_json::from_str(&note.text)
        .inspect_err(|error| {
            tracing::warn!(%error, "what another replica says of a page cannot be understood");
        })
        .ok()?;
    Some(Word {
        url: said.url,
        withdrawn: said.withdrawn,
        revision: said.revision,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_survives_the_board() {
        let word = Word {
            url: "https://www.example.gov.cn/1.html".to_owned(),
            withdrawn: true,
            revision: 7,
        };
        let page = "0".repeat(32).parse().unwrap();
        assert_eq!(parse(&note(&(page, word.clone()))), Some(word));
    }
}
