//! Corrections that replicas tell each other: through the shared tier, as they tell of withdrawals, or through a
//! folder that they share.
//!
//! Each replica keeps every correction in its own database, deleted ones too, and whenever the board of the shared
//! tier has changed it leaves there what is missing: a Redis without a disk comes back empty. The higher revision
//! stands. Where two replicas have corrected the same word at the same time, the later decision stands and the
//! other is deleted, which the history shows.

use std::collections::HashMap;
use std::time::Duration;

use super::correction::{Action, Correction};
use super::store::{self, Decided, Step};
use super::{CorrectionError, Corrections, Event, Seen};
use crate::ledger::PageRules;
use langdu_clips::{Note, Topic};

/// How often other replicas' corrections are looked for: each is in force everywhere within a second.
pub const SYNCHRONIZE_EVERY: Duration = Duration::from_millis(500);

/// Who has decided, where two replicas have decided at the same time.
const ANOTHER: &str = "another replica";

impl Corrections {
    /// Learns what other replicas have decided, and has it in force here.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn synchronize(&self) -> Result<(), CorrectionError> {
        let mut seen = self.changing.lock().await;
        self.look_at_folder(&mut seen).await?;
        self.exchange(&mut seen).await?;
        self.exchange_approvals(&mut seen).await
    }

    /// Tells the other replicas what they do not know. What they have said is heard the next time.
    pub(super) async fn tell(&self) {
        let mut seen = self.changing.lock().await;
        let told = match self.exchange(&mut seen).await {
            Ok(()) => self.exchange_approvals(&mut seen).await,
            error => error,
        };
        if let Err(error) = told {
            tracing::warn!(%error, "the other replicas are not told of a decision yet");
        }
    }

    /// Takes up what a replica that shares the folder has decided.
    async fn look_at_folder(&self, seen: &mut Seen) -> Result<(), CorrectionError> {
        let known = seen.version;
        let read = self.store.run(move |database| {
            let version = store::version(database)?;
            let last = known.map_or(0, |(_, last)| last);
            if known.is_some_and(|known| known == version) || version.1 == last {
                return Ok((version, Vec::new()));
            }
            let new = u32::try_from(version.1 - last).unwrap_or(u32::MAX);
            store::history(database, None, (0, new)).map(|entries| (version, entries))
        });
        let (version, entries) = read.await?;
        if entries.is_empty() {
            seen.version = Some(version);
            return Ok(());
        }
        let decided = entries.into_iter().rev().map(|entry| {
            let decided = Decided {
                before: entry.before,
                after: entry.after,
            };
            (entry.action, decided)
        });
        self.take_up(seen, decided.collect()).await
    }

    /// Has in force what was decided elsewhere, and is written down here.
    async fn take_up(
        &self,
        seen: &mut Seen,
        decided: Vec<(Action, Decided)>,
    ) -> Result<(), CorrectionError> {
        let old = self.in_force();
        self.load(seen).await?;
        let all: Vec<&Decided> = decided.iter().map(|(_, decided)| decided).collect();
        self.apply(&old, &all).await?;
        for (action, decided) in decided {
            let _ = self.events.send(Event::Corrected {
                action,
                correction: decided.after,
            });
        }
        Ok(())
    }

    async fn exchange(&self, seen: &mut Seen) -> Result<(), CorrectionError> {
        let Some(shared) = &self.shared else {
            return Ok(());
        };
        let anyway = std::mem::replace(&mut seen.is_behind, true);
        let Ok(notes) = shared.notes(Topic::Corrections, anyway).await else {
            return Ok(());
        };
        let said = match notes {
            Some(notes) => {
                let said = notes.iter().map(|note| (note.name.clone(), note.rank));
                let said: HashMap<String, u64> = said.collect();
                self.hear(seen, notes).await?;
                Some(said)
            }
            None => None,
        };
        let missing = self
            .store
            .run(move |database| store::untold(database, said.as_ref()));
        let missing: Vec<Correction> = missing.await?;
        let notes: Vec<Note> = missing.iter().map(note).collect();
        let is_told = notes.is_empty() || shared.post(Topic::Corrections, &notes).await.is_ok();
        if is_told && !missing.is_empty() {
            let told: Vec<(String, u64)> = missing
                .into_iter()
                .map(|correction| (correction.id, correction.revision))
                .collect();
            let note = self.store.run(move |database| {
                store::change(database, |transaction| store::told(transaction, &told))
            });
            note.await?;
        }
        seen.is_behind = !is_told;
        Ok(())
    }

    /// Takes over what other replicas have decided later than this one.
    async fn hear(&self, seen: &mut Seen, notes: Vec<Note>) -> Result<(), CorrectionError> {
        let rules = self.rules.clone();
        let written = self.store.run(move |database| {
            // Of many notes nearly all are known, and are not read again.
            let known = store::revisions(database)?;
            let is_news = |note: &&Note| known.get(&note.name).is_none_or(|own| *own < note.rank);
            let heard: Vec<Correction> = notes.iter().filter(is_news).filter_map(parse).collect();
            if heard.is_empty() {
                return Ok(Vec::new());
            }
            store::change(database, |transaction| {
                let mut decided = Vec::new();
                for correction in &heard {
                    decided.extend(take_over(transaction, &rules, correction)?);
                }
                Ok(decided)
            })
        });
        let decided = written.await?;
        if decided.is_empty() {
            return Ok(());
        }
        self.take_up(seen, decided).await
    }
}

/// Writes down what another replica has decided, unless it is known; answers with what changed.
fn take_over(
    transaction: &rusqlite::Transaction<'_>,
    rules: &PageRules,
    heard: &Correction,
) -> Result<Vec<(Action, Decided)>, CorrectionError> {
    let before = store::find(transaction, &heard.id)?;
    if before
        .as_ref()
        .is_some_and(|before| before.revision >= heard.revision)
    {
        return Ok(Vec::new());
    }
    let mut decided = Vec::new();
    let mut after = heard.clone();
    let mut is_told = true;
    match store::write(transaction, rules, &after, true) {
        Err(CorrectionError::Exists(own)) => {
            let rank = |one: &Correction| (one.updated_at_s, one.id.clone());
            if rank(&own) < rank(heard) {
                let step = Step {
                    id: Some(&own.id),
                    revision: None,
                    decision: None,
                    action: Action::Deleted,
                    by: ANOTHER,
                };
                decided.push((Action::Deleted, store::decide(transaction, rules, step)?));
            } else {
                after.is_deleted = true;
                after.revision += 1;
                is_told = false;
            }
            store::write(transaction, rules, &after, is_told)?;
        }
        written => written?,
    }
    let action = match &before {
        _ if after.is_deleted => Action::Deleted,
        None => Action::Created,
        Some(_) => Action::Updated,
    };
    store::note(transaction, before.as_ref(), &after, action)?;
    decided.push((action, Decided { before, after }));
    Ok(decided)
}

fn note(correction: &Correction) -> Note {
    Note {
        name: correction.id.clone(),
        rank: correction.revision,
        text: serde_json::to_string(correction).unwrap_or_default(),
    }
}

fn parse(note: &Note) -> Option<Correction> {
    serde_json::from_str(&note.text)
        .inspect_err(|error| {
            tracing::warn!(%error, "a correction of another replica cannot be understood");
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::corrections::{Decision, Scope};
    use langdu_text::Change;

    fn database() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        store::prepare(&mut connection).unwrap();
        connection
    }

    fn correction(id: &str, revision: u64, updated_at_s: i64, pinyin: &str) -> Correction {
        Correction {
            id: id.repeat(32),
            revision,
            decision: Decision {
                scope: Scope::Everywhere,
                word: "乐亭".to_owned(),
                change: Change::Pronounce(pinyin.to_owned()),
                note: String::new(),
            },
            is_deleted: false,
            created_at_s: 1,
            created_by: "token a".to_owned(),
            updated_at_s,
            updated_by: "token a".to_owned(),
        }
    }

    /// What holds after a replica has heard these, in this order.
    fn holds(heard: &[Correction]) -> (Vec<Correction>, Connection) {
        let mut database = database();
        let rules = PageRules::default();
        for one in heard {
            store::change(&mut database, |transaction| {
                take_over(transaction, &rules, one)
            })
            .unwrap();
        }
        (store::in_force(&database).unwrap(), database)
    }

    #[test]
    fn the_higher_revision_stands_in_whatever_order_it_comes() {
        let [first, second] = [1, 2].map(|revision| correction("a", revision, 5, "lao4 ting2"));
        assert_eq!(
            holds(&[first.clone(), second.clone()]).0,
            std::slice::from_ref(&second)
        );
        assert_eq!(
            holds(&[second.clone(), first]).0,
            std::slice::from_ref(&second)
        );
        let deleted = Correction {
            is_deleted: true,
            revision: 3,
            ..second.clone()
        };
        assert!(
            holds(&[deleted, second]).0.is_empty(),
            "it does not come back"
        );
    }

    #[test]
    fn of_two_that_were_made_at_the_same_time_every_replica_keeps_the_later() {
        let early = correction("b", 1, 7, "le4 ting2");
        let late = correction("a", 1, 8, "lao4 ting2");
        for order in [[&early, &late], [&late, &early]] {
            let (holds, database) = holds(&order.map(Clone::clone));
            assert_eq!(holds, std::slice::from_ref(&late));
            let lost = store::find(&database, &early.id).unwrap().unwrap();
            assert!(lost.is_deleted && lost.revision == 2, "{lost:?}");
            // The others are told that it holds no more.
            let untold = store::untold(&database, None).unwrap();
            assert_eq!(untold.len(), 1);
            assert_eq!(untold[0].id, early.id);
        }
    }

    #[test]
    fn a_correction_survives_the_board() {
        let one = correction("c", 4, 9, "lao4 ting2");
        assert_eq!(parse(&note(&one)), Some(one));
    }
}
