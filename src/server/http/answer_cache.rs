//! Answers with the readings of pages, as they were sent: what many listeners ask for is written once.

use std::num::NonZeroUsize;
use std::sync::{Arc, Weak};

use moka::sync::Cache;

use super::json::Written;
use super::query::audio_address;
use super::reading_answer::ReadingAnswer;
use crate::reading::{ReadError, Reading};
use crate::server::access::Authenticator;

/// How much memory answers are kept in, in bytes: some hundreds of ordinary length.
const ANSWERS_BYTES: u64 = 64 << 20;

/// A reading's id, and how many utterances were asked for.
type Key = (String, Option<NonZeroUsize>);

/// An answer, and what it was made of.
#[derive(Clone)]
struct Kept {
    reading: Weak<Reading>,
    /// The address of the whole audio, which may be signed, for a time and with a key.
    audio: String,
    written: Written,
}

/// The answers that are kept.
pub(super) struct AnswerCache {
    kept: Cache<Key, Kept>,
}

impl AnswerCache {
    pub(super) fn new() -> Self {
        Self {
            kept: Cache::builder()
                .weigher(|_, kept: &Kept| u32::try_from(kept.written.size()).unwrap_or(u32::MAX))
                .max_capacity(ANSWERS_BYTES)
                .build(),
        }
    }

    /// The answer with a reading, or with its first utterances.
    ///
    /// # Errors
    ///
    /// When writing it panics.
    pub(super) async fn answer(
        &self,
        reading: &Arc<Reading>,
        first: Option<NonZeroUsize>,
        authenticator: &Arc<Authenticator>,
    ) -> Result<Written, ReadError> {
        let key = (reading.id.clone(), first);
        let audio = audio_address(reading, "mp3", authenticator);
        if let Some(kept) = self.kept.get(&key)
            && std::ptr::eq(kept.reading.as_ptr(), Arc::as_ptr(reading))
            && kept.audio == audio
        {
            return Ok(kept.written);
        }
        let (whole, by) = (reading.clone(), authenticator.clone());
        let written = langdu_blocking::run("writing an answer", move || {
            Written::of(&ReadingAnswer::of(&whole, &by).first(first))
        });
        let written = written.await?;
        let kept = Kept {
            reading: Arc::downgrade(reading),
            audio,
            written: written.clone(),
        };
        self.kept.insert(key, kept);
        Ok(written)
    }
}
