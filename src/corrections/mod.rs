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
//! What listeners say is read wrong (读错了) lies here too, until an editor answers it; and which documents an editor
//! has approved, where a portal has none heard before (先审后播).

mod approval;
mod clips;
pub(crate) mod correction;
mod effect;
mod error;
mod exchange;
mod import;
mod in_force;
pub(crate) mod report;
mod reports;
mod sentences;
mod store;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use parking_lot::RwLock;
use tokio::sync::{Mutex, broadcast, watch};

use crate::ledger::{Ledger, PageRules};
use crate::telemetry::metrics;
use langdu_clips::{ClipId, Clips, RemoteTier};
use langdu_text::{FrontEnd, Lexicon};

pub use approval::{Approval, ApprovalChange, ApprovalState, content_of};
pub use correction::{Action, Correction, Decision, HistoryEntry, Scope, Touched};
pub use error::{CorrectionError, InvalidField};
pub use exchange::SYNCHRONIZE_EVERY;
pub use import::{ImportError, Imported, of_tsv, to_tsv};
pub use in_force::InForce;
pub use report::{Answer, NewReport, Report, ReportState};
use reports::People;
use store::{Decided, Step, Store};

/// Events that a watcher may lag behind. One who lags more is told so, and lists the corrections again.
const MOST_EVENTS: usize = 256;

/// Longest word of a correction's note, and longest address, in bytes.
const LONGEST_NOTE: usize = 2000;

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
    /// A document waits for approval, or was approved, or its approval was taken back.
    Approval {
        /// The approval as it is now.
        approval: Approval,
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
    /// The same of the board of approvals.
    approvals_are_behind: bool,
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
                approvals_are_behind: true,
            }),
            shared,
            events: broadcast::channel(MOST_EVENTS).0,
        };
        let superseded = corrections
            .store
            .run(|database| sentences::superseded(database));
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

    /// Every correction that holds, in the order of their ids.
    pub fn list(&self) -> Vec<Arc<Correction>> {
        self.in_force().list()
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
        let before = id
            .and_then(|id| old.get(id))
            .map(|one| one.decision.clone());
        let new = Arc::new(old.if_decided(id, decision.clone()));
        let decisions: Vec<Decision> = before.into_iter().chain([decision]).collect();
        Ok(self.effect(&old, &new, &decisions).await?.touched)
    }

    /// What would hold if this were decided too; of a correction that is there, if it were decided anew.
    ///
    /// # Errors
    ///
    /// When it cannot be used.
    pub fn trial(
        &self,
        id: Option<&str>,
        decision: Decision,
    ) -> Result<Arc<InForce>, CorrectionError> {
        let decision = self.checked(decision)?;
        Ok(Arc::new(self.in_force().if_decided(id, decision)))
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
        metrics::CORRECTION_CHANGES.increment(action.name());
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

    /// Has in force what the database holds: of what was in force before, only what was decided since is read.
    async fn load(&self, seen: &mut Seen) -> Result<(), CorrectionError> {
        let known = seen.version.map(|(_, last)| last);
        let read = self.store.run(move |database| {
            let version = store::version(database)?;
            // A database that was put back to what it was before is another one.
            let known = known.filter(|known| *known <= version.1);
            let decided = match known {
                Some(known) => store::decided_since(database, known)?,
                None => store::in_force(database)?,
            };
            Ok((version, known.is_some(), decided))
        });
        let (version, is_more, decided) = read.await?;
        let old = match is_more {
            true => self.in_force(),
            false => Arc::new(InForce::nothing(&self.rules)),
        };
        let made = langdu_blocking::run("reading the corrections", move || old.with(decided));
        let now = made.await?;
        metrics::CORRECTIONS.set(now.count() as f64);
        *self.in_force.write() = Arc::new(now);
        seen.version = Some(version);
        Ok(())
    }

    /// A decision in the form in which it is kept.
    fn checked(&self, mut decision: Decision) -> Result<Decision, CorrectionError> {
        let mut invalid = Vec::new();
        decision.word = decision.word.trim().to_owned();
        if decision.note.len() > LONGEST_NOTE {
            invalid.push(InvalidField::new("note", "it is too long"));
        }
        match &mut decision.scope {
            Scope::Everywhere => {}
            Scope::Portal { host } => {
                match self.rules.portal(&format!("http://{}/", host.trim())) {
                    Some(portal) => *host = portal,
                    None => {
                        let reason = "it is no host: write www.example.gov.cn";
                        invalid.push(InvalidField::new("portal", reason));
                    }
                }
            }
            Scope::Document { url } | Scope::Here { url, .. } => {
                match url::Url::parse(url.trim()) {
                    Ok(parsed) => *url = parsed.to_string(),
                    Err(_) => {
                        invalid.push(InvalidField::new("url", "it is no address of a page"));
                    }
                }
            }
        }
        invalid.extend(in_force::check(&decision).err().map(InvalidField::from));
        InvalidField::none_of(invalid)?;
        Ok(decision)
    }
}
