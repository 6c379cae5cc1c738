//! Readings that are heard while the rest of their document is still being recognised.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::extract::Extracted;
use super::growth::{self, Grower};
use super::pages::Part;
use super::reader::{HowToSpeak, Reader, Words, rate_milli};
use super::recipe::{growing_id, reading_id};
use super::{ReadError, ReadOptions, Reading, Source};
use langdu_blocking::Panicked;
use langdu_document::Document;

/// Whoever waits for the beginning of a reading.
type First = oneshot::Sender<Result<Arc<Reading>, ReadError>>;

/// Tells whoever waits for the beginning of a reading, once.
fn answer(first: &mut Option<First>, reading: Result<Arc<Reading>, ReadError>) {
    if let Some(first) = first.take() {
        // They may have left; then the work is ended.
        let _ = first.send(reading);
    }
}

/// Work that is ended when whoever waits for it leaves.
struct Abandoned(Option<JoinHandle<()>>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        if let Some(work) = &self.0 {
            work.abort();
        }
    }
}

/// A reading that grows.
struct Growing {
    grower: Grower,
    words: Words,
    how: HowToSpeak,
    /// Where its last part was read from.
    last: Option<Extracted>,
}

impl Reader {
    /// As [`read`](Self::read), as soon as there is something to be heard: where the document is still being
    /// recognised, the reading [grows](Reading::more). `held` is dropped when it does no more.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub async fn begin(
        self: &Arc<Self>,
        source: Source,
        options: ReadOptions,
        held: impl Send + 'static,
    ) -> Result<Arc<Reading>, ReadError> {
        let (first, begun) = oneshot::channel();
        let own = self.clone();
        let work = async move {
            let _held = held;
            own.grow(source, options, first).await;
        };
        let mut work = Abandoned(Some(tokio::spawn(work.in_current_span())));
        let begun = begun.await;
        // From now on it goes on as long as somebody asks for more.
        work.0 = None;
        begun.unwrap_or(Err(ReadError::Panicked(Panicked {
            work: "reading a document",
        })))
    }

    /// Makes a reading, and hands it to `first` as soon as there is something to be heard.
    async fn grow(&self, source: Source, options: ReadOptions, first: First) {
        let started = Instant::now();
        let attachments_followed = matches!(source, Source::PageOrAttachment(_));
        let (given, mut parts) = watch::channel(None);
        let give = move |part: Part| {
            given.send_replace(Some(part));
        };
        let mut first = Some(first);
        let found_options = options.clone();
        let mut growing = match self.growing(options) {
            Ok(growing) => growing,
            Err(error) => return answer(&mut first, Err(error)),
        };
        let whole = self.extract_in_parts(source, Some(&give));
        let mut whole = std::pin::pin!(whole);
        let ended = loop {
            tokio::select! {
                biased;
                ended = &mut whole => break ended,
                Ok(()) = parts.changed() => {
                    let part: Option<Part> = parts.borrow_and_update().clone();
                    let Some(part) = part else { continue };
                    let part = self.of_part(part, attachments_followed);
                    // Only the whole can have been approved.
                    if part.as_ref().is_ok_and(|part| self.asks_for_approval(part).is_some()) {
                        continue;
                    }
                    let grown = match part {
                        Ok(mut part) => {
                            part.took = started.elapsed();
                            self.add(&mut growing, &part, false).await
                        }
                        Err(error) => Err(error),
                    };
                    match grown {
                        Ok(Some(reading)) => answer(&mut first, Ok(reading)),
                        Ok(None) => {}
                        Err(error) => {
                            self.give_up(&growing, &error);
                            return answer(&mut first, Err(error));
                        }
                    }
                }
                () = growing.grower.is_given_up(), if first.is_none() => {
                    return self.give_up(&growing, &"nobody listens");
                }
            }
        };
        if first.is_some() {
            // All of it was there before any part of it.
            let whole = match ended {
                Ok(extracted) => self.reading_of(extracted, found_options).await,
                Err(error) => Err(error),
            };
            return answer(&mut first, whole);
        }
        let added = match ended {
            Ok(extracted) => self.add(&mut growing, &extracted, true).await,
            Err(error @ ReadError::Withdrawn { .. }) => Err(error),
            Err(error) => {
                tracing::warn!(%error, "the rest of a document was not read");
                self.cut_short(&mut growing).await
            }
        };
        if let Err(error) = added {
            self.give_up(&growing, &error);
        }
    }

    fn growing(&self, options: ReadOptions) -> Result<Growing, ReadError> {
        Ok(Growing {
            grower: Grower::new(),
            words: Words {
                own: options.lexicon,
                now: self.words(),
            },
            how: HowToSpeak {
                voice: self.voices.choose(&options.voice)?,
                rate_milli: rate_milli(options.rate)?,
                melody: self.config.melody,
                owner: options.owner,
            },
            last: None,
        })
    }

    /// Adds to a reading what a longer part of its document has beyond what was handed out; `None` where
    /// that is nothing. `is_all` where no more is to come.
    async fn add(
        &self,
        growing: &mut Growing,
        part: &Extracted,
        is_all: bool,
    ) -> Result<Option<Arc<Reading>>, ReadError> {
        // What was corrected meanwhile is heard from the next part on.
        growing.words.now = self.words();
        let now = Document::clone(&part.document);
        let before = growing.grower.latest();
        let (document, new) = match &before {
            Some(before) => growth::continued(&before.document, now),
            None => (now, 0),
        };
        let identity = part.identity.as_ref();
        let spoken = self.script_from(document, &growing.words, identity, new);
        let (document, mut script) = spoken.await?;
        if script.utterances.is_empty() && !is_all {
            return Ok(None);
        }
        let mut clips = Vec::new();
        if let Some(before) = &before {
            let mut utterances = before.script.utterances.clone();
            utterances.append(&mut script.utterances);
            script.utterances = utterances;
            clips.clone_from(&before.clips);
        }
        let known = clips.len();
        clips.extend(self.register(&script, known, &growing.how, part.private)?);
        let mut reading = growing.how.reading(part, document, script, clips);
        reading.id = match &before {
            Some(before) => before.id.clone(),
            None => growing_id(&reading.clips),
        };
        reading.more = (!is_all).then(|| growing.grower.growth());
        // A part is recorded under what it is made of, so that each is.
        let recorded_as = if is_all {
            reading.id.clone()
        } else {
            reading_id(&reading.clips)
        };
        let reading = Arc::new(reading);
        self.note(&reading, &recorded_as).await?;
        self.corrections.keep(&reading);
        self.cache.keep_reading(reading.clone());
        growing.grower.hand_out(reading.clone());
        growing.last = Some(part.same_of(Document::default()));
        Ok(Some(reading))
    }

    /// Ends a reading whose rest could not be read with a sentence that says so.
    async fn cut_short(&self, growing: &mut Growing) -> Result<Option<Arc<Reading>>, ReadError> {
        let (Some(before), Some(last)) = (growing.grower.latest(), growing.last.take()) else {
            return Ok(None);
        };
        let document = growth::cut_short(before.document.clone());
        self.add(growing, &last.same_of(document), true).await
    }

    /// Forgets a reading that does not become whole.
    fn give_up(&self, growing: &Growing, why: &dyn std::fmt::Display) {
        if let Some(reading) = growing.grower.latest() {
            tracing::info!(%why, "a reading does not become whole");
            self.cache.forget_reading(&reading.id);
        }
    }
}
