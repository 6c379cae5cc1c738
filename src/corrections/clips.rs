//! Clips and their sentences: kept as pages are read, so that a correction finds those that it makes wrong; purged and
//! refused by name when it does; given back when it is undone.

use std::collections::HashSet;

use super::sentences::{self, Sentence};
use super::store;
use super::{CorrectionError, Corrections};
use crate::reading::Reading;
use crate::telemetry::metrics;
use langdu_clips::ClipId;
use langdu_text::GoesOn;

impl Corrections {
    /// Keeps the sentences of a page's reading, so that a correction finds its clips. Nobody waits for it.
    pub fn keep(&self, reading: &Reading) {
        if reading.is_private() {
            return;
        }
        let sentences = sentences_of(reading);
        let is_kept = self.store.hand_over(move |database| {
            let kept = store::change(database, |transaction| {
                sentences::keep_sentences(transaction, &sentences)
            });
            match kept {
                // It was said once.
                Ok(_) | Err(CorrectionError::NoRoom) => {}
                Err(error) => tracing::warn!(%error, "a correction would miss clips of a page"),
            }
        });
        if !is_kept {
            tracing::warn!("the disk of the corrections does not keep up: they would miss clips");
        }
        self.reinstate(&reading.clips);
    }

    /// Whether a clip is one that a correction has made wrong.
    pub fn is_superseded(&self, clip: ClipId) -> bool {
        self.superseded.read().contains(&clip)
    }

    /// Forgets the sentences and reports of clips that are gone: those of a withdrawn page.
    pub fn forget(&self, clips: &[ClipId]) {
        let clips = clips.to_vec();
        let _ = self.store.hand_over(move |database| {
            let forgotten = store::change(database, |transaction| {
                sentences::forget_clips(transaction, &clips)
            });
            if let Err(error) = forgotten {
                tracing::warn!(%error, "sentences of a withdrawn page stay with the corrections");
            }
        });
    }

    /// Clips that a document has again are no longer wrong: a correction was undone.
    fn reinstate(&self, clips: &[ClipId]) {
        let again: Vec<ClipId> = {
            let superseded = self.superseded.read();
            let again = clips.iter().filter(|clip| superseded.contains(clip));
            again.copied().collect()
        };
        if again.is_empty() {
            return;
        }
        {
            let mut superseded = self.superseded.write();
            for clip in &again {
                superseded.remove(clip);
            }
        }
        let _ = self.store.hand_over(move |database| {
            let _ = store::change(database, |transaction| {
                sentences::reinstate(transaction, &again)
            });
        });
    }

    /// Purges clips from every tier, and refuses them by name.
    pub(super) async fn supersede(
        &self,
        clips: &[ClipId],
        correction: String,
    ) -> Result<(), CorrectionError> {
        if clips.is_empty() {
            return Ok(());
        }
        // Refused first, so that nobody is given what is being purged.
        self.superseded.write().extend(clips);
        metrics::CLIPS_SUPERSEDED.add(clips.len() as u64);
        let gone: HashSet<ClipId> = clips.iter().copied().collect();
        self.readings.forget_clips(&gone);
        let own = clips.to_vec();
        let noted = self.store.run(move |database| {
            store::change(database, |transaction| {
                sentences::supersede(transaction, &own, &correction)
            })
        });
        noted.await?;
        let purged = self.clips.purge(clips).await;
        if purged.len() < clips.len() {
            tracing::warn!(
                left = clips.len() - purged.len(),
                "a tier is away and keeps clips that a correction has made wrong: nobody is given them"
            );
        }
        Ok(())
    }

    /// Gives back the clips that a correction had made wrong: another replica may have them made again already.
    pub(super) async fn reinstate_of(&self, correction: &str) -> Result<(), CorrectionError> {
        let correction = correction.to_owned();
        let again = self.store.run(move |database| {
            store::change(database, |transaction| {
                sentences::reinstate_of(transaction, &correction)
            })
        });
        let again = again.await?;
        let mut superseded = self.superseded.write();
        for clip in &again {
            superseded.remove(clip);
        }
        drop(superseded);
        self.clips.lift_tombstones(&again);
        Ok(())
    }
}

/// The sentences of a reading, each with its clips.
fn sentences_of(reading: &Reading) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = Vec::new();
    let mut goes_on = false;
    for (utterance, &clip) in reading.script.utterances.iter().zip(&reading.clips) {
        match sentences.last_mut().filter(|_| goes_on) {
            Some(sentence) => {
                sentence.text.push_str(&utterance.text);
                sentence.clips.push(clip);
            }
            None => sentences.push(Sentence {
                text: utterance.text.clone(),
                clips: vec![clip],
            }),
        }
        goes_on = utterance.goes_on != GoesOn::No;
    }
    sentences
}
