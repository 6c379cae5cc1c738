//! Corrections: what editors have decided of words, numbers and pauses, in force at once.
//!
//! A correction says what is done where a word stands: how it is pronounced, what its number is, what is said
//! instead, how long the pause behind it is; and where that holds: at one place, in one document, in a portal, or
//! everywhere. The text front-end takes corrections as lexicons, the one of the narrowest scope first.
//!
//! Clips follow from how their text is read, so that a correction makes new ones of the sentences that sound
//! different, and of no others. The old ones are purged from every tier, as those of a withdrawal are, and are
//! refused by name from then on. To find them, the sentences of pages are kept with the ids of their clips;
//! which documents have a clip is known to the [ledger](crate::ledger).
//!
//! What listeners say is read wrong (读错了) lies here too, until an editor answers it.

mod correction;
mod effect;
mod exchange;
mod import;
mod in_force;
mod reports;
mod store;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::RwLock;
use tokio::sync::{Mutex, broadcast, watch};

use crate::ledger::{Ledger, LedgerError, PageRules};
use crate::reading::Reading;
use langdu_blocking::Panicked;
use langdu_clips::{ClipId, Clips, RemoteTier};
use langdu_text::{EntryError, FrontEnd, GoesOn, Lexicon};

pub use correction::{Action, Correction, Decision, HistoryEntry, Scope, Touched};
pub use exchange::SYNCHRONIZE_EVERY;
pub use import::{ImportError, Imported, of_tsv, to_tsv};
pub use in_force::InForce;
use reports::People;
pub use reports::{Answer, NewReport, Report, ReportState};
use store::{Decided, Sentence, Step, Store};

/// Events that a watcher may lag behind. One who lags more is told so, and lists the corrections again.
const MOST_EVENTS: usize = 256;

/// Longest word of a correction's note, and longest address, in bytes.
const LONGEST_NOTE: usize = 2000;

/// A correction cannot be made, changed or found.
#[derive(Debug, thiserror::Error)]
pub enum CorrectionError {
    /// The database refused.
    #[error("the database of corrections failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// The folder cannot be used.
    #[error("the database of corrections cannot use {}: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The folder has no room for the first database.
    #[error("the disk of the corrections is full: make room there, and correct again")]
    NoRoom,
    /// The database is a newer version's.
    #[error("the corrections were written by a newer version of langdu: start that one")]
    Newer,
    /// What the database holds cannot be understood.
    #[error("a correction in the database cannot be understood: {0}")]
    Damaged(#[source] serde_json::Error),
    /// The disk does not keep up.
    #[error("the disk of the corrections does not keep up: try again later")]
    Busy,
    /// The system gives no thread.
    #[error("the corrections have no thread of their own: {0}")]
    Thread(#[source] std::io::Error),
    /// The thread has ended, which is a fault of ours.
    #[error("the thread of the corrections has ended: the log says why")]
    Ended,
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A fault of ours.
    #[error(transparent)]
    Panicked(#[from] Panicked),
    /// A field that cannot be used.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field's name in the contract.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no such correction, report or line of the history.
    #[error("there is no {what}")]
    Unknown {
        /// What was asked for.
        what: String,
    },
    /// Somebody else has changed it since it was seen.
    #[error(
        "{} has changed this correction since you saw it (revision {}): look at it again",
        .0.updated_by, .0.revision
    )]
    Changed(Box<Correction>),
    /// There is one of the same word and scope.
    #[error(
        "{} has corrected this word here already (correction {}): change that one",
        .0.updated_by, .0.id
    )]
    Exists(Box<Correction>),
}

impl CorrectionError {
    /// True where nothing is wrong but that a disk is full.
    fn is_full(&self) -> bool {
        match self {
            Self::Database(error) => {
                error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
            }
            Self::Folder { source, .. } => source.kind() == std::io::ErrorKind::StorageFull,
            _ => false,
        }
    }
}

impl CorrectionError {
    fn unknown(id: &str) -> Self {
        Self::Unknown {
            what: format!("correction {id}"),
        }
    }
}

impl From<EntryError> for CorrectionError {
    fn from(error: EntryError) -> Self {
        let field = match error {
            EntryError::Word { .. }
            | EntryError::NoNumber { .. }
            | EntryError::NotHanzi { .. }
            | EntryError::Columns => "word",
            EntryError::Count { .. }
            | EntryError::Replacement { .. }
            | EntryError::Syllable { .. } => "value",
        };
        Self::Invalid {
            field,
            reason: error.to_string(),
        }
    }
}

/// Something that editors are told at once.
#[derive(Debug, Clone)]
pub enum Event {
    /// Something was decided of a correction.
    Corrected {
        /// What was done.
        action: Action,
        /// The correction as it is now.
        correction: Correction,
    },
    /// A listener has reported something, or a report was answered.
    Reported {
        /// The report as it is now.
        report: Report,
    },
}

/// What a decision did.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The correction as it is now.
    pub correction: Correction,
    /// What sounds different now.
    pub touched: Touched,
    /// Addresses of the pages that are to be prepared again, as they were read.
    pub to_prepare: Vec<String>,
}

/// A cache of readings.
pub trait ForgetClips: Send + Sync {
    /// Forgets every reading that has one of these clips.
    fn forget_clips(&self, clips: &HashSet<ClipId>);
}

/// What is needed to tell what a correction changes.
pub struct TextParts {
    /// The front-end, without lexicons.
    pub front_end: FrontEnd,
    /// The deployment's lexicon file, as it changes.
    pub lexicon: watch::Receiver<Arc<Lexicon>>,
}

/// The corrections, and what listeners report.
pub struct Corrections {
    store: Store,
    rules: PageRules,
    text: TextParts,
    ledger: Arc<Ledger>,
    clips: Arc<Clips>,
    readings: Arc<dyn ForgetClips>,
    in_force: RwLock<Arc<InForce>>,
    superseded: RwLock<HashSet<ClipId>>,
    people: People,
    /// Corrections change one after the other.
    changing: Mutex<Seen>,
    shared: Option<Arc<RemoteTier>>,
    events: broadcast::Sender<Event>,
}

/// What of the database is in force.
#[derive(Debug, Default)]
struct Seen {
    version: Option<(i64, i64)>,
    /// Not all that the board of the shared tier holds has been acted on.
    is_behind: bool,
}

impl Corrections {
    /// Opens the corrections in `folder`; in memory without one. What is shared with other replicas goes by
    /// `shared`.
    ///
    /// # Errors
    ///
    /// When the database cannot be read: then nobody knows how words are to be read.
    pub async fn open(
        folder: Option<&Path>,
        rules: PageRules,
        text: TextParts,
        ledger: Arc<Ledger>,
        clips: Arc<Clips>,
        readings: Arc<dyn ForgetClips>,
        shared: Option<Arc<RemoteTier>>,
    ) -> Result<Arc<Self>, CorrectionError> {
        let folder = folder.map(Path::to_owned);
        let opened = langdu_blocking::run("opening the corrections", move || {
            Store::open(folder.as_deref())
        });
        let corrections = Self {
            store: opened.await??,
            rules,
            text,
            ledger,
            clips,
            readings,
            in_force: RwLock::default(),
            superseded: RwLock::default(),
            people: People::new(),
            changing: Mutex::new(Seen {
                version: None,
                is_behind: true,
            }),
            shared,
            events: broadcast::channel(MOST_EVENTS).0,
        };
        let superseded = corrections
            .store
            .run(|database| store::superseded(database));
        *corrections.superseded.write() = superseded.await?.into_iter().collect();
        let mut seen = corrections.changing.lock().await;
        corrections.load(&mut seen).await?;
        drop(seen);
        Ok(Arc::new(corrections))
    }

    /// What holds now.
    pub fn in_force(&self) -> Arc<InForce> {
        self.in_force.read().clone()
    }

    /// The portal of the page at `url`, by the host that stands for it.
    pub fn portal(&self, url: &str) -> Option<String> {
        self.rules.portal(url)
    }

    /// Every correction that holds.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<Correction>, CorrectionError> {
        self.store.run(|database| store::in_force(database)).await
    }

    /// One correction, also a deleted one.
    ///
    /// # Errors
    ///
    /// When there is none, or the database fails.
    pub async fn get(&self, id: &str) -> Result<Correction, CorrectionError> {
        let id = id.to_owned();
        let get = self.store.run(move |database| {
            store::find(database, &id)?.ok_or_else(|| CorrectionError::unknown(&id))
        });
        get.await
    }

    /// The history, the latest first, so many behind the first `skipped`; of one correction where its id is given.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn history(
        &self,
        correction: Option<String>,
        skipped: u32,
        most: u32,
    ) -> Result<Vec<HistoryEntry>, CorrectionError> {
        let history = self
            .store
            .run(move |database| store::history(database, correction.as_deref(), (skipped, most)));
        history.await
    }

    /// One line of the history.
    ///
    /// # Errors
    ///
    /// When there is none, or the database fails.
    pub async fn entry(&self, number: i64) -> Result<HistoryEntry, CorrectionError> {
        let entry = self.store.run(move |database| {
            store::history_entry(database, number)?.ok_or_else(|| CorrectionError::Unknown {
                what: format!("change {number}"),
            })
        });
        entry.await
    }

    /// What is told of corrections and reports from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Makes a correction, as `by` has decided.
    ///
    /// # Errors
    ///
    /// When it cannot be used, when there is one of the same word and scope, or when the database fails.
    pub async fn create(&self, decision: Decision, by: &str) -> Result<Outcome, CorrectionError> {
        let decision = self.checked(decision)?;
        let by = by.to_owned();
        self.decide(Action::Created, move |transaction, rules| {
            let step = Step {
                id: None,
                revision: None,
                decision: Some(decision),
                action: Action::Created,
                by: &by,
            };
            store::decide(transaction, rules, step)
        })
        .await
    }

    /// Decides a correction anew. `revision` is the one that `by` has seen.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), and when somebody has changed it since.
    pub async fn update(
        &self,
        id: &str,
        revision: u64,
        decision: Decision,
        by: &str,
    ) -> Result<Outcome, CorrectionError> {
        let decision = self.checked(decision)?;
        let (id, by) = (id.to_owned(), by.to_owned());
        self.decide(Action::Updated, move |transaction, rules| {
            let step = Step {
                id: Some(&id),
                revision: Some(revision),
                decision: Some(decision),
                action: Action::Updated,
                by: &by,
            };
            store::decide(transaction, rules, step)
        })
        .await
    }

    /// Deletes a correction. `revision` is the one that `by` has seen.
    ///
    /// # Errors
    ///
    /// When there is none, when somebody has changed it since, or when the database fails.
    pub async fn delete(
        &self,
        id: &str,
        revision: u64,
        by: &str,
    ) -> Result<Outcome, CorrectionError> {
        let (id, by) = (id.to_owned(), by.to_owned());
        self.decide(Action::Deleted, move |transaction, rules| {
            let step = Step {
                id: Some(&id),
                revision: Some(revision),
                decision: None,
                action: Action::Deleted,
                by: &by,
            };
            store::decide(transaction, rules, step)
        })
        .await
    }

    /// Undoes a change by its number in the history: the correction is again what it was before.
    ///
    /// # Errors
    ///
    /// When there is no such change, when the correction was changed after it, or when the database fails.
    pub async fn undo(&self, number: i64, by: &str) -> Result<Outcome, CorrectionError> {
        let by = by.to_owned();
        self.decide(Action::Undone, move |transaction, rules| {
            let entry = store::history_entry(transaction, number)?;
            let entry = entry.ok_or_else(|| CorrectionError::Unknown {
                what: format!("change {number}"),
            })?;
            let before = entry.before.filter(|before| !before.is_deleted);
            let step = Step {
                id: Some(&entry.after.id),
                revision: Some(entry.after.revision),
                decision: before.map(|before| before.decision),
                action: Action::Undone,
                by: &by,
            };
            store::decide(transaction, rules, step)
        })
        .await
    }

    /// What a decision would touch if it were made; of a correction that is there, if it were decided anew.
    ///
    /// # Errors
    ///
    /// When it cannot be used, or the database fails.
    pub async fn try_out(
        &self,
        id: Option<&str>,
        decision: Decision,
    ) -> Result<Touched, CorrectionError> {
        let decision = self.checked(decision)?;
        let old = self.in_force();
        let (new, before) = self.with(id, Some(&decision)).await?;
        let decisions: Vec<Decision> = before.into_iter().chain([decision]).collect();
        Ok(self.effect(&old, &new, &decisions).await?.touched)
    }

    /// What would hold with one more decision, and what was decided of that correction before.
    ///
    /// # Errors
    ///
    /// When it cannot be used, or the database fails.
    pub async fn with(
        &self,
        id: Option<&str>,
        decision: Option<&Decision>,
    ) -> Result<(Arc<InForce>, Option<Decision>), CorrectionError> {
        let mut corrections = self.list().await?;
        let place = id.and_then(|id| corrections.iter().position(|one| one.id == id));
        let before = place.map(|place| corrections.remove(place).decision);
        if let Some(decision) = decision {
            let decision = self.checked(decision.clone())?;
            corrections.push(Correction {
                id: String::new(),
                revision: 0,
                decision,
                is_deleted: false,
                created_at_s: 0,
                created_by: String::new(),
                updated_at_s: 0,
                updated_by: String::new(),
            });
        }
        Ok((Arc::new(InForce::of(&self.rules, &corrections)), before))
    }

    /// Keeps the sentences of a page's reading, so that a correction finds its clips. Nobody waits for it.
    pub fn keep(&self, reading: &Reading) {
        if reading.is_private() {
            return;
        }
        let sentences = sentences_of(reading);
        let is_kept = self.store.hand_over(move |database| {
            let kept = store::change(database, |transaction| {
                store::keep_sentences(transaction, &sentences)
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
                store::forget_clips(transaction, &clips)
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
                store::reinstate(transaction, &again)
            });
        });
    }

    /// Decides something, and has it in force.
    async fn decide(
        &self,
        action: Action,
        step: impl FnOnce(&rusqlite::Transaction<'_>, &PageRules) -> Result<Decided, CorrectionError>
        + Send
        + 'static,
    ) -> Result<Outcome, CorrectionError> {
        let mut seen = self.changing.lock().await;
        let rules = self.rules.clone();
        let decided = self
            .store
            .run(move |database| store::change(database, |transaction| step(transaction, &rules)));
        let decided = decided.await?;
        let old = self.in_force();
        self.load(&mut seen).await?;
        let (touched, to_prepare) = self.apply(&old, &[&decided]).await?;
        drop(seen);
        let _ = self.events.send(Event::Corrected {
            action,
            correction: decided.after.clone(),
        });
        self.tell().await;
        Ok(Outcome {
            correction: decided.after,
            touched,
            to_prepare,
        })
    }

    /// Purges what corrections have made wrong, now that they are in force in the place of `old`, and gives back
    /// what those had made wrong that hold no more.
    async fn apply(
        &self,
        old: &Arc<InForce>,
        decided: &[&Decided],
    ) -> Result<(Touched, Vec<String>), CorrectionError> {
        let decisions: Vec<Decision> = decided
            .iter()
            .flat_map(|decided| decided.before.iter().chain([&decided.after]))
            .map(|correction| correction.decision.clone())
            .collect();
        let effect = self.effect(old, &self.in_force(), &decisions).await?;
        for one in decided.iter().filter(|one| one.after.is_deleted) {
            self.reinstate_of(&one.after.id).await?;
        }
        let id = match decided {
            [one] => one.after.id.clone(),
            _ => String::new(),
        };
        self.supersede(&effect.superseded, id).await?;
        Ok((effect.touched, effect.to_prepare))
    }

    /// Purges clips from every tier, and refuses them by name.
    async fn supersede(&self, clips: &[ClipId], correction: String) -> Result<(), CorrectionError> {
        if clips.is_empty() {
            return Ok(());
        }
        // Refused first, so that nobody is given what is being purged.
        self.superseded.write().extend(clips);
        let gone: HashSet<ClipId> = clips.iter().copied().collect();
        self.readings.forget_clips(&gone);
        let own = clips.to_vec();
        let noted = self.store.run(move |database| {
            store::change(database, |transaction| {
                store::supersede(transaction, &own, &correction)
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
    async fn reinstate_of(&self, correction: &str) -> Result<(), CorrectionError> {
        let correction = correction.to_owned();
        let again = self.store.run(move |database| {
            store::change(database, |transaction| {
                store::reinstate_of(transaction, &correction)
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

    /// Has in force what the database holds.
    async fn load(&self, seen: &mut Seen) -> Result<(), CorrectionError> {
        let read = self.store.run(|database| {
            let version = store::version(database)?;
            Ok((version, store::in_force(database)?))
        });
        let (version, corrections) = read.await?;
        let rules = self.rules.clone();
        let made = langdu_blocking::run("reading the corrections", move || {
            InForce::of(&rules, &corrections)
        });
        *self.in_force.write() = Arc::new(made.await?);
        seen.version = Some(version);
        Ok(())
    }

    /// A decision in the form in which it is kept.
    fn checked(&self, mut decision: Decision) -> Result<Decision, CorrectionError> {
        let invalid = |field, reason: &str| CorrectionError::Invalid {
            field,
            reason: reason.to_owned(),
        };
        decision.word = decision.word.trim().to_owned();
        if decision.note.len() > LONGEST_NOTE {
            return Err(invalid("note", "it is too long"));
        }
        match &mut decision.scope {
            Scope::Everywhere => {}
            Scope::Portal { host } => {
                let portal = self.rules.portal(&format!("http://{}/", host.trim()));
                *host = portal
                    .ok_or_else(|| invalid("portal", "it is no host: write www.example.gov.cn"))?;
            }
            Scope::Document { url } | Scope::Here { url, .. } => {
                let parsed = url::Url::parse(url.trim());
                let parsed = parsed.map_err(|_| invalid("url", "it is no address of a page"))?;
                *url = parsed.to_string();
            }
        }
        in_force::check(&decision)?;
        Ok(decision)
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

#[cfg(test)]
mod tests;
