//! 读错了: what listeners say is read wrong.
//!
//! Reports are kept by sentence and word, with how many people have said so, and nothing of who they were. Only
//! sentences of pages are kept: what somebody handed over is nobody else's.

use std::time::Duration;

use moka::sync::Cache;
use rusqlite::{OptionalExtension, Row, params};

use super::report::{Answer, NewReport, Report, ReportState};
use super::{CorrectionError, Corrections, Event, InvalidField};
use super::{sentences, store};
use crate::database::now_s;
use crate::telemetry::metrics;
use langdu_clips::ClipId;
use langdu_text::folded;

/// Reports that are kept; the oldest of those that are answered make room first.
const MOST_REPORTS: i64 = 10_000;

/// Longest word and version of a player, in characters, and longest sentence.
const LONGEST_WORD: usize = 32;
const LONGEST_PLAYER: usize = 40;
const LONGEST_SENTENCE: usize = 1000;

/// How long the same person is not counted again for the same sentence and word.
const ONE_PERSON: Duration = Duration::from_secs(24 * 3600);

/// People of the last day. One takes about 100 bytes.
const MOST_PEOPLE: u64 = 100_000;

/// Who has reported what in the last day, as hashes of a key that nobody else has: nobody can be found by them.
pub(super) struct People {
    secret: [u8; 32],
    counted: Cache<[u8; 32], ()>,
}

impl People {
    pub(super) fn new() -> Self {
        Self {
            secret: rand::random(),
            counted: Cache::builder()
                .max_capacity(MOST_PEOPLE)
                .time_to_live(ONE_PERSON)
                .build(),
        }
    }

    /// Whether somebody says something for the first time in a day.
    fn is_first(&self, client: &str, key: &[u8]) -> bool {
        let mut hasher = blake3::Hasher::new_keyed(&self.secret);
        hasher.update(key).update(client.as_bytes());
        let person = *hasher.finalize().as_bytes();
        let is_first = !self.counted.contains_key(&person);
        self.counted.insert(person, ());
        is_first
    }
}

impl Corrections {
    /// Keeps what a listener says is read wrong. `client` is forgotten within a day, and counts once.
    ///
    /// # Errors
    ///
    /// When the clip is of no page that is known here, when the sentence is not the clip's, or when the database
    /// fails.
    pub async fn report(&self, report: NewReport, client: &str) -> Result<Report, CorrectionError> {
        let clip = report.clip;
        let find = self
            .store
            .run(move |database| sentences::sentence_of(database, clip));
        let known = find.await?.ok_or_else(|| CorrectionError::Unknown {
            what: "sentence of a page with this clip: what was handed over is not kept".to_owned(),
        })?;
        let mut invalid = Vec::new();
        let sentence = report.sentence.trim().to_owned();
        if sentence.is_empty() || !known.contains(&folded(&sentence)) {
            let reason = "it is not what this clip says";
            invalid.push(InvalidField::new("sentence", reason));
        }
        let word = report.word.trim().to_owned();
        if word.chars().count() > LONGEST_WORD || !sentence.contains(&word) {
            let reason = "it does not stand in the sentence";
            invalid.push(InvalidField::new("word", reason));
        }
        InvalidField::none_of(invalid)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(folded(&sentence).as_bytes()).update(b"\n");
        hasher.update(folded(&word).as_bytes());
        let key = hasher.finalize().as_bytes()[..16].to_vec();
        let counted = u32::from(self.people.is_first(client, &key));
        let page = report.page.split(['?', '#']).next().unwrap_or_default();
        let report = Report {
            id: 0,
            clip,
            sentence: sentence.chars().take(LONGEST_SENTENCE).collect(),
            word,
            page: page.to_owned(),
            place: report.place,
            player: report.player.chars().take(LONGEST_PLAYER).collect(),
            people: counted,
            first_at_s: 0,
            last_at_s: 0,
            state: ReportState::Open,
            answered_by: String::new(),
        };
        let kept = self.store.run(move |database| {
            store::change(database, |transaction| {
                let id = keep(transaction, &key, &report)?;
                make_room(transaction)?;
                find_report(transaction, id)
            })
        });
        let kept = kept.await?;
        metrics::REPORTS.increment(ReportState::Open.name());
        let _ = self.events.send(Event::Reported {
            report: kept.clone(),
        });
        Ok(kept)
    }

    /// Reports of a state, those of the most people first, so many behind the first `skipped`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn reports(
        &self,
        state: ReportState,
        skipped: u32,
        most: u32,
    ) -> Result<Vec<Report>, CorrectionError> {
        let list = self.store.run(move |database| {
            let mut query = database.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM report WHERE state = ?1
                 ORDER BY people DESC, last_at DESC, id DESC LIMIT ?2 OFFSET ?3"
            ))?;
            let rows = query.query_map(params![state.name(), most, skipped], report_of)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        });
        list.await
    }

    /// Answers a report.
    ///
    /// # Errors
    ///
    /// When there is none, or the database fails.
    pub async fn answer_report(
        &self,
        id: i64,
        answer: Answer,
        by: &str,
    ) -> Result<Report, CorrectionError> {
        let by = match answer.state {
            ReportState::Open => String::new(),
            ReportState::Corrected | ReportState::Dismissed => by.to_owned(),
        };
        let answered = self.store.run(move |database| {
            store::change(database, |transaction| {
                transaction.execute(
                    "UPDATE report SET state = ?2, answered_by = ?3, answered_at = ?4 WHERE id = ?1",
                    params![id, answer.state.name(), by, now_s()],
                )?;
                find_report(transaction, id)
            })
        });
        let report = answered.await?;
        if answer.state != ReportState::Open {
            metrics::REPORTS.increment(answer.state.name());
        }
        let _ = self.events.send(Event::Reported {
            report: report.clone(),
        });
        Ok(report)
    }
}

const COLUMNS: &str = "id, clip, sentence, word, page, place, player, people, first_at, last_at, state, \
                       answered_by";

fn report_of(row: &Row<'_>) -> rusqlite::Result<Report> {
    let state: String = row.get(10)?;
    Ok(Report {
        id: row.get(0)?,
        clip: ClipId::from_bytes(row.get(1)?),
        sentence: row.get(2)?,
        word: row.get(3)?,
        page: row.get(4)?,
        place: row.get(5)?,
        player: row.get(6)?,
        people: row.get(7)?,
        first_at_s: row.get(8)?,
        last_at_s: row.get(9)?,
        state: ReportState::parse(&state).unwrap_or(ReportState::Open),
        answered_by: row.get(11)?,
    })
}

fn find_report(
    transaction: &rusqlite::Transaction<'_>,
    id: i64,
) -> Result<Report, CorrectionError> {
    let found = transaction
        .prepare_cached(&format!("SELECT {COLUMNS} FROM report WHERE id = ?1"))?
        .query_row([id], report_of)
        .optional()?;
    found.ok_or_else(|| CorrectionError::Unknown {
        what: format!("report {id}"),
    })
}

/// Keeps a report, or counts it with those of its kind. One that was corrected and is heard again is open again; one
/// that was dismissed stays so.
fn keep(
    transaction: &rusqlite::Transaction<'_>,
    key: &[u8],
    report: &Report,
) -> Result<i64, CorrectionError> {
    Ok(transaction
        .prepare_cached(
            "INSERT INTO report (key, clip, sentence, word, page, place, player, people, first_at,
                 last_at, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, max(?8, 1), ?9, ?9, 'open')
             ON CONFLICT (key) DO UPDATE SET clip = ?2, page = ?5, place = ?6, player = ?7,
                 people = people + ?8, last_at = ?9,
                 state = CASE WHEN state = 'corrected' AND clip <> ?2 THEN 'open' ELSE state END
             RETURNING id",
        )?
        .query_row(
            params![
                key,
                report.clip.to_bytes(),
                report.sentence,
                report.word,
                report.page,
                report.place,
                report.player,
                report.people,
                now_s(),
            ],
            |row| row.get(0),
        )?)
}

fn make_room(transaction: &rusqlite::Transaction<'_>) -> Result<(), CorrectionError> {
    transaction
        .prepare_cached(
            "DELETE FROM report WHERE id IN (SELECT id FROM report
                 ORDER BY state = 'open', people, last_at
                 LIMIT max(0, (SELECT count(*) FROM report) - ?1))",
        )?
        .execute([MOST_REPORTS])?;
    Ok(())
}
