//! Many corrections at once: what was exported, or a `lexicon.tsv`.

use std::sync::Arc;

use super::correction::{Action, Correction, Decision, Scope, Touched};
use super::store::{self, Decided, Step};
use super::{CorrectionError, Corrections, Event};
use crate::telemetry::metrics;
use langdu_text::{Change, Lexicon};

/// Corrections of one import.
const MOST_IMPORTED: usize = 20_000;

/// Why nothing of an import was taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// One of them cannot be used.
    #[error("entry {entry}: {source}")]
    Entry {
        /// Counted from 1; of a TSV its line.
        entry: usize,
        /// What is wrong with it.
        source: CorrectionError,
    },
    /// There are too many.
    #[error("there are more than {MOST_IMPORTED} of them: import them in parts")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Failed(#[from] CorrectionError),
}

/// What an import did.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// Corrections that were made.
    pub created: usize,
    /// Corrections that say something else now.
    pub updated: usize,
    /// Corrections that said the same before.
    pub unchanged: usize,
    /// What sounds different now.
    pub touched: Touched,
    /// Addresses of the pages that are to be prepared again.
    pub to_prepare: Vec<String>,
}

impl Corrections {
    /// Takes corrections over, all or none: one of a word and scope that is corrected already takes the place of
    /// that.
    ///
    /// # Errors
    ///
    /// When one of them cannot be used, which is named, or the database fails.
    pub async fn import(
        &self,
        decisions: Vec<(usize, Decision)>,
        by: &str,
    ) -> Result<Imported, ImportError> {
        if decisions.len() > MOST_IMPORTED {
            return Err(ImportError::TooMany);
        }
        let mut checked = Vec::with_capacity(decisions.len());
        for (entry, decision) in decisions {
            let decision = self.checked(decision);
            checked.push(decision.map_err(|source| ImportError::Entry { entry, source })?);
        }
        let mut seen = self.changing.lock().await;
        let (rules, by) = (self.rules.clone(), by.to_owned());
        let written = self.store.run(move |database| {
            store::change(database, |transaction| {
                let mut decided = Vec::new();
                let mut unchanged = 0;
                for decision in checked {
                    match take(transaction, &rules, decision, &by)? {
                        Some(one) => decided.push(one),
                        None => unchanged += 1,
                    }
                }
                Ok((decided, unchanged))
            })
        });
        let (decided, unchanged) = written.await?;
        let old = self.in_force();
        self.load(&mut seen).await?;
        let all: Vec<&Decided> = decided.iter().collect();
        let (touched, to_prepare) = self.apply(&old, &all).await?;
        drop(seen);
        let created = decided.iter().filter(|one| one.before.is_none()).count();
        let updated = decided.len() - created;
        for Decided { before, after } in decided {
            let action = match before {
                None => Action::Created,
                Some(_) => Action::Updated,
            };
            metrics::CORRECTION_CHANGES.increment(action.name());
            let correction = after;
            let _ = self.events.send(Event::Corrected { action, correction });
        }
        self.tell().await;
        Ok(Imported {
            created,
            updated,
            unchanged,
            touched,
            to_prepare,
        })
    }
}

/// Decides one of an import; `None` where it is decided so already.
fn take(
    transaction: &rusqlite::Transaction<'_>,
    rules: &crate::ledger::PageRules,
    decision: Decision,
    by: &str,
) -> Result<Option<Decided>, CorrectionError> {
    let step = |id, decision| Step {
        id,
        revision: None,
        decision: Some(decision),
        action: match id {
            None => Action::Created,
            Some(_) => Action::Updated,
        },
        by,
    };
    match store::decide(transaction, rules, step(None, decision.clone())) {
        Err(CorrectionError::Exists(same)) if same.decision == decision => Ok(None),
        Err(CorrectionError::Exists(same)) => {
            store::decide(transaction, rules, step(Some(&same.id), decision)).map(Some)
        }
        decided => decided.map(Some),
    }
}

/// The decisions of a `lexicon.tsv`, each with its line, in a scope.
///
/// # Errors
///
/// The first line that is wrong.
pub fn of_tsv(tsv: &str, scope: &Scope) -> Result<Vec<(usize, Decision)>, String> {
    Lexicon::parse(tsv).map_err(|error| error.to_string())?;
    let lines = tsv.trim_start_matches('\u{feff}').lines().enumerate();
    let entries = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    Ok(entries
        .filter_map(|(index, line)| {
            let (word, value) = line.split_once('\t')?;
            let pronounce = Change::Pronounce(value.trim().to_owned());
            let mut lexicon = Lexicon::default();
            let change = match lexicon.change(word, &pronounce) {
                Ok(()) => pronounce,
                Err(_) => Change::Say(value.trim().to_owned()),
            };
            let decision = Decision {
                scope: scope.clone(),
                word: word.trim().to_owned(),
                change,
                note: String::new(),
            };
            Some((index + 1, decision))
        })
        .collect())
}

/// The corrections that a `lexicon.tsv` can hold: those that hold everywhere, or in a portal, and say how a word is
/// pronounced or what is said instead.
pub fn to_tsv(corrections: &[Arc<Correction>], portal: Option<&str>) -> String {
    let mut tsv = String::new();
    for correction in corrections {
        let is_of_scope = match (&correction.decision.scope, portal) {
            (Scope::Everywhere, None) => true,
            (Scope::Portal { host }, Some(portal)) => host == portal,
            _ => false,
        };
        let value = match &correction.decision.change {
            Change::Pronounce(value) | Change::Say(value) => value,
            _ => continue,
        };
        if is_of_scope {
            tsv.push_str(&format!("{}\t{value}\n", correction.decision.word));
        }
    }
    tsv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lexicon_is_taken_line_by_line_and_written_as_it_was() {
        let tsv = "# 本地名\n乐亭\tlao4 ting2\n\n五险一金\t五种保险\n";
        let portal = Scope::Portal {
            host: "www.example.gov.cn".to_owned(),
        };
        let decisions = of_tsv(tsv, &portal).unwrap();
        let lines: Vec<usize> = decisions.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 4]);
        let changes: Vec<&Change> = decisions.iter().map(|(_, one)| &one.change).collect();
        let pronounce = Change::Pronounce("lao4 ting2".to_owned());
        assert_eq!(changes, [&pronounce, &Change::Say("五种保险".to_owned())]);
        let corrections = decisions.into_iter().map(|(_, decision)| {
            Arc::new(Correction {
                id: String::new(),
                revision: 1,
                decision,
                is_deleted: false,
                created_at_s: 0,
                created_by: String::new(),
                updated_at_s: 0,
                updated_by: String::new(),
            })
        });
        let corrections: Vec<Arc<Correction>> = corrections.collect();
        let written = to_tsv(&corrections, Some("www.example.gov.cn"));
        assert_eq!(written, "乐亭\tlao4 ting2\n五险一金\t五种保险\n");
        assert_eq!(
            to_tsv(&corrections, None),
            "",
            "nothing of it holds everywhere"
        );
        assert!(
            of_tsv("乐亭\tlao4\n", &portal)
                .unwrap_err()
                .contains("line 1")
        );
    }
}
