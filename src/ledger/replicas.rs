//! What replicas tell each other of withdrawals through the tier that they share.
//!
//! Each replica has a ledger of its own: it alone knows what it has read pages with. So what is
//! shared is only the word, `{page: withdrawn or published}`, in one object, and each replica does
//! the work itself. Redis cannot list, so that an object for each page would not be found.
//!
//! A word that the tier does not take is written down beside the ledger, and told again until it
//! does; until then this replica does not listen to the others, whose word may be older.

use std::sync::Arc;

use bytes::Bytes;
use opendal::{ErrorKind, Operator};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::LedgerError;
use super::page::PageKey;
use langdu_clips::{Shared, TierAway};

/// The object in the shared tier.
const WORDS: &str = "withdrawals.json";

/// Words that the tier has not taken yet, beside the ledger.
const UNTOLD: &str = "untold.json";

/// Pages of which the last word is kept, about 100 bytes each. A replica that was away while more
/// than this were withdrawn misses the oldest.
const MOST_PAGES: usize = 10_000;

/// The last word on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// The page, as it was named.
    pub url: String,
    /// It is withdrawn; else published.
    pub withdrawn: bool,
}

/// The words of all replicas.
pub struct Replicas {
    shared: Arc<Shared>,
    /// The ledger's own storage.
    local: Operator,
    /// Words are written down, told and taken in one at a time.
    talking: Mutex<()>,
}

impl Replicas {
    /// Through `shared`, with what it has not taken kept in `local`.
    pub fn new(shared: Arc<Shared>, local: Operator) -> Self {
        Self {
            shared,
            local,
            talking: Mutex::default(),
        }
    }

    /// Writes a word down that the others are to be told, before it is acted on here.
    ///
    /// # Errors
    ///
    /// When the local storage fails.
    pub async fn write_down(&self, url: &str, withdrawn: bool) -> Result<(), LedgerError> {
        let _talking = self.talking.lock().await;
        let word = Word {
            url: url.to_owned(),
            withdrawn,
        };
        let untold = latest(self.untold().await?, vec![word]);
        self.keep_untold(&untold).await
    }

    /// Tells the others what they have not been told, and answers with the last words on all
    /// pages; nothing while the tier is away.
    ///
    /// # Errors
    ///
    /// When the local storage fails.
    pub async fn exchange(&self) -> Result<Vec<Word>, LedgerError> {
        let _talking = self.talking.lock().await;
        let untold = self.untold().await?;
        let said = if untold.is_empty() {
            self.shared.get(WORDS).await
        } else {
            self.tell(&untold).await
        };
        let Ok(said) = said else {
            return Ok(Vec::new());
        };
        if !untold.is_empty() {
            self.keep_untold(&[]).await?;
        }
        Ok(said.map(|said| read(&said)).unwrap_or_default())
    }

    async fn tell(&self, untold: &[Word]) -> Result<Option<Bytes>, TierAway> {
        let add = |before: Option<Bytes>| {
            let before = before.map(|before| read(&before)).unwrap_or_default();
            written(&latest(before, untold.to_vec()))
        };
        self.shared.change(WORDS, add).await.map(Some)
    }

    async fn untold(&self) -> Result<Vec<Word>, LedgerError> {
        match self.local.read(UNTOLD).await {
            Ok(bytes) => Ok(read(&bytes.to_bytes())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    async fn keep_untold(&self, words: &[Word]) -> Result<(), LedgerError> {
        self.local.write(UNTOLD, written(words)).await?;
        Ok(())
    }
}

/// The last word on each page, the oldest first.
fn latest(before: Vec<Word>, newer: Vec<Word>) -> Vec<Word> {
    let is_newer = |word: &Word| {
        let page = PageKey::of(&word.url);
        newer.iter().any(|newer| PageKey::of(&newer.url) == page)
    };
    let mut words = before;
    words.retain(|word| !is_newer(word));
    words.extend(newer);
    let too_many = words.len().saturating_sub(MOST_PAGES);
    words.drain(..too_many);
    words
}

fn read(bytes: &[u8]) -> Vec<Word> {
    serde_json::from_slice(bytes)
        .inspect_err(|error| tracing::warn!(%error, "words of withdrawal cannot be understood"))
        .unwrap_or_default()
}

fn written(words: &[Word]) -> Bytes {
    serde_json::to_vec(words).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(number: usize, withdrawn: bool) -> Word {
        Word {
            url: format!("https://www.example.gov.cn/{number}.html"),
            withdrawn,
        }
    }

    #[test]
    fn the_last_word_on_a_page_stands() {
        let before = vec![word(1, true), word(2, true)];
        let words = latest(before, vec![word(1, false)]);
        assert_eq!(words, [word(2, true), word(1, false)]);
        assert_eq!(read(&written(&words)), words);
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many() {
        let before = (0..MOST_PAGES).map(|number| word(number, true)).collect();
        let words = latest(before, vec![word(MOST_PAGES, true)]);
        assert_eq!(words.len(), MOST_PAGES);
        assert_eq!(words.first(), Some(&word(1, true)));
    }
}
