//! 先审后播: documents of portals that ask for it are heard when an editor has approved what they say.
//!
//! What is approved is the text as it was when the editor heard it, by its hash; where the page says something else,
//! it waits again. Who asks for a document that is not approved puts it on the list of those that wait, so that a
//! content system need only have it prepared.

mod table;

use rusqlite::{OptionalExtension, params};

use super::store;
use super::{CorrectionError, Corrections, Event, Seen};
use crate::database::now_s;
use crate::ledger::PageIdentity;
use langdu_clips::{Note, Topic};
use langdu_document::Document;
use table::{Approved, all, find, forget, note, parse, revision_of, untold, wait, waits, write};

/// Longest title that is kept, in characters.
const LONGEST_TITLE: usize = 200;

/// What a document says, as a hash: its texts, and what it says itself of how they are read.
pub fn content_of(document: &Document) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("langdu 2026 content that is approved");
    let blocks = document.blocks.iter().map(|block| block.text.as_str());
    for text in [document.title.as_str()].into_iter().chain(blocks) {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.update(&serde_json::to_vec(&document.markup).unwrap_or_default());
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Whether a document may be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalState {
    /// It waits for an editor.
    Waiting,
    /// An editor has approved what it says.
    Approved,
}

impl ApprovalState {
    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
        }
    }

    /// The state of a name in the contract.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Approved]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// A document that waits, or that is approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What it says, as [`content_of`] has it.
    pub content: String,
    /// Whether it may be heard.
    pub state: ApprovalState,
    /// Who has approved it; of one that waits, what it said before; empty where nobody has.
    pub by: String,
    /// When it was approved, or began to wait, in seconds since 1970.
    pub at_s: i64,
}

/// A line of the history of approvals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalChange {
    /// Its number, from 1 in the order of time.
    pub number: i64,
    /// `approved` or `revoked`.
    pub action: String,
    /// The document's address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What it said.
    pub content: String,
    /// When, in seconds since 1970.
    pub at_s: i64,
    /// By whom.
    pub by: String,
}

impl Corrections {
    /// Whether documents at this address are heard only when an editor has approved them.
    pub fn needs_approval(&self, url: &str) -> bool {
        self.rules.needs_approval(url)
    }

    /// Whether what a page says is approved. What is not waits from now on.
    ///
    /// # Errors
    ///
    /// When the database fails: then nobody knows.
    pub async fn is_approved(
        &self,
        identity: &PageIdentity,
        content: &str,
    ) -> Result<bool, CorrectionError> {
        let page = self.rules.key(&identity.url).to_string();
        let waiting = Approval {
            url: identity.url.clone(),
            title: identity.title.chars().take(LONGEST_TITLE).collect(),
            content: content.to_owned(),
            state: ApprovalState::Waiting,
            by: String::new(),
            at_s: now_s(),
        };
        let looked = self.store.run(move |database| {
            let approved = find(database, &page)?;
            if approved.is_some_and(|approved| approved.content == waiting.content) {
                return Ok((true, None));
            }
            if waits(database, &page, &waiting)? {
                return Ok((false, None));
            }
            let is_news =
                store::change(database, |transaction| wait(transaction, &page, &waiting))?;
            Ok((false, is_news.then_some(waiting)))
        });
        let (is_approved, news) = looked.await?;
        if let Some(approval) = news {
            let _ = self.events.send(Event::Approval { approval });
        }
        Ok(is_approved)
    }

    /// Whether just this is approved of the page at `url`, where somebody else says what it says. It does not
    /// wait from now on.
    ///
    /// # Errors
    ///
    /// When the database fails: then nobody knows.
    pub async fn has_approved(&self, url: &str, content: String) -> Result<bool, CorrectionError> {
        let page = self.rules.key(url).to_string();
        let looked = self.store.run(move |database| find(database, &page));
        Ok(looked
            .await?
            .is_some_and(|approved| approved.content == content))
    }

    /// Approves what a page says, if that is what it said when it was asked for last.
    ///
    /// # Errors
    ///
    /// When nothing of this content waits, or the database fails.
    pub async fn approve(
        &self,
        url: &str,
        content: &str,
        by: &str,
    ) -> Result<Approval, CorrectionError> {
        let page = self.rules.key(url).to_string();
        let (content, by) = (content.to_owned(), by.to_owned());
        let approved = self.store.run(move |database| {
            store::change(database, |transaction| {
                let waiting = transaction
                    .prepare_cached(
                        "SELECT url, title FROM waiting WHERE page = ?1 AND content = ?2",
                    )?
                    .query_row([&page, &content], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()?;
                let (url, title) = waiting.ok_or_else(|| CorrectionError::Unknown {
                    what: "document that waits with this content: it is approved, or says \
                           something else now; open it again"
                        .to_owned(),
                })?;
                let before = find(transaction, &page)?;
                let approved = Approved {
                    revision: before.map_or(0, |before| before.revision) + 1,
                    at_s: now_s(),
                    page,
                    url,
                    title,
                    content,
                    by,
                };
                write(transaction, &approved, false)?;
                Ok(approved)
            })
        });
        self.decided(approved.await?).await
    }

    /// Takes an approval back: the page waits again when it is asked for.
    ///
    /// # Errors
    ///
    /// When the page is not approved, or the database fails.
    pub async fn revoke(&self, url: &str, by: &str) -> Result<Approval, CorrectionError> {
        let page = self.rules.key(url).to_string();
        let by = by.to_owned();
        let revoked = self.store.run(move |database| {
            store::change(database, |transaction| {
                let before = find(transaction, &page)?.filter(|before| !before.content.is_empty());
                let before = before.ok_or_else(|| CorrectionError::Unknown {
                    what: "approval of this page".to_owned(),
                })?;
                let revoked = Approved {
                    revision: before.revision + 1,
                    content: String::new(),
                    by,
                    at_s: now_s(),
                    ..before
                };
                write(transaction, &revoked, false)?;
                Ok(revoked)
            })
        });
        self.decided(revoked.await?).await
    }

    async fn decided(&self, approved: Approved) -> Result<Approval, CorrectionError> {
        let approval = Approval::from(approved);
        let _ = self.events.send(Event::Approval {
            approval: approval.clone(),
        });
        self.tell().await;
        Ok(approval)
    }

    /// Documents that wait, those that began last first, or that are approved, the latest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn approvals(
        &self,
        state: ApprovalState,
        skipped: u32,
        most: u32,
    ) -> Result<Vec<Approval>, CorrectionError> {
        let list = self.store.run(move |database| {
            let select = match state {
                ApprovalState::Waiting => {
                    "SELECT waiting.url, waiting.title, waiting.content, coalesce(approval.by, ''),
                         first_at
                     FROM waiting LEFT JOIN approval USING (page)
                     ORDER BY first_at DESC, page LIMIT ?1 OFFSET ?2"
                }
                ApprovalState::Approved => {
                    "SELECT url, title, content, by, at FROM approval WHERE content <> ''
                     ORDER BY at DESC, page LIMIT ?1 OFFSET ?2"
                }
            };
            let mut query = database.prepare_cached(select)?;
            let rows = query.query_map([most, skipped], |row| {
                Ok(Approval {
                    url: row.get(0)?,
                    title: row.get(1)?,
                    content: row.get(2)?,
                    state,
                    by: row.get(3)?,
                    at_s: row.get(4)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        });
        list.await
    }

    /// What is known of the approval of a page that says this.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn approval_of(
        &self,
        url: &str,
        content: &str,
    ) -> Result<Option<Approval>, CorrectionError> {
        let page = self.rules.key(url).to_string();
        let content = content.to_owned();
        let found = self.store.run(move |database| {
            let approved = find(database, &page)?.filter(|found| found.content == content);
            Ok(approved.map(Approval::from))
        });
        found.await
    }

    /// Who has approved what when, the latest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn approval_history(
        &self,
        skipped: u32,
        most: u32,
    ) -> Result<Vec<ApprovalChange>, CorrectionError> {
        let list = self.store.run(move |database| {
            let mut query = database.prepare_cached(
                "SELECT number, action, url, title, content, at, by FROM approval_history
                 ORDER BY number DESC LIMIT ?1 OFFSET ?2",
            )?;
            let rows = query.query_map([most, skipped], |row| {
                Ok(ApprovalChange {
                    number: row.get(0)?,
                    action: row.get(1)?,
                    url: row.get(2)?,
                    title: row.get(3)?,
                    content: row.get(4)?,
                    at_s: row.get(5)?,
                    by: row.get(6)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        });
        list.await
    }

    /// Forgets that a page waits: it is withdrawn.
    pub fn forget_waiting(&self, url: &str) {
        let page = self.rules.key(url).to_string();
        let _ = self.store.hand_over(move |database| {
            let forgotten = store::change(database, |transaction| forget(transaction, &page));
            if let Err(error) = forgotten {
                tracing::warn!(%error, "a withdrawn page stays among those that wait");
            }
        });
    }

    /// Tells the other replicas what is approved, and learns it from them, over a board of its own.
    pub(super) async fn exchange_approvals(&self, seen: &mut Seen) -> Result<(), CorrectionError> {
        let Some(shared) = &self.shared else {
            return Ok(());
        };
        let anyway = std::mem::replace(&mut seen.approvals_are_behind, true);
        let Ok(notes) = shared.notes(Topic::Approvals, anyway).await else {
            return Ok(());
        };
        let heard: Option<Vec<Approved>> =
            notes.map(|notes| notes.iter().filter_map(parse).collect());
        let exchanged = self.store.run(move |database| {
            let Some(heard) = heard else {
                return Ok((Vec::new(), untold(database, None)?));
            };
            let known = all(database)?;
            let is_news = |one: &&Approved| {
                let own = known.get(&one.page);
                // Of two that were decided at the same time the one on the board stands.
                own.is_none_or(|own| {
                    own.revision < one.revision || own.revision == one.revision && own != *one
                })
            };
            let news: Vec<Approved> = heard.iter().filter(is_news).cloned().collect();
            if !news.is_empty() {
                store::change(database, |transaction| {
                    news.iter()
                        .try_for_each(|one| write(transaction, one, true))
                })?;
            }
            let said = heard
                .into_iter()
                .map(|one| (one.page, one.revision))
                .collect();
            Ok((news, untold(database, Some(&said))?))
        });
        let (news, missing) = exchanged.await?;
        for one in news {
            let approval = Approval::from(one);
            let _ = self.events.send(Event::Approval { approval });
        }
        let notes: Vec<Note> = missing.iter().map(note).collect();
        let is_told = notes.is_empty() || shared.post(Topic::Approvals, &notes).await.is_ok();
        // What was left may not have been taken: then the board is read again.
        seen.approvals_are_behind = !is_told || !missing.is_empty();
        if is_told && !missing.is_empty() {
            let told = self.store.run(move |database| {
                store::change(database, |transaction| {
                    let mut update = transaction.prepare_cached(
                        "UPDATE approval SET told = max(told, ?2) WHERE page = ?1",
                    )?;
                    for one in &missing {
                        update.execute(params![one.page, revision_of(one)])?;
                    }
                    Ok(())
                })
            });
            told.await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_document_says_is_part_of_what_is_approved() {
        let document = |text: &str| langdu_document::from_text(text).unwrap();
        let one = document("各单位：请认真执行。\n附件另发。");
        assert_eq!(content_of(&one), content_of(&one.clone()));
        for other in [
            "各单位：请认真执行。附件另发。",
            "各单位：请认真执行。\n附件已发。",
        ] {
            assert_ne!(content_of(&one), content_of(&document(other)));
        }
        let ssml =
            |body: &str| langdu_document::from_ssml(&format!("<speak>{body}</speak>")).unwrap();
        let plain = content_of(&ssml("请打12345。"));
        let marked = ssml("请打<say-as interpret-as='digits'>12345</say-as>。");
        assert_ne!(
            plain,
            content_of(&marked),
            "the same words are heard otherwise"
        );
    }
}
