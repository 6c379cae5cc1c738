//! The sentences of pages with the clips that they are heard by, and the clips that corrections have made wrong.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::CorrectionError;
use langdu_clips::ClipId;
use langdu_text::folded;

/// Sentences that are kept: those of about five thousand documents. Of what was read before them, clips that a
/// correction makes wrong are made anew when the page is read again, and are not counted before.
const MOST_SENTENCES: i64 = 500_000;

/// Sentences that make room at the same time.
const FORGOTTEN_AT_ONCE: i64 = 1000;

/// Sentences that one word is looked for in.
const MOST_FOUND: i64 = 50_000;

/// So many words are looked for one by one.
const FEW_WORDS: usize = 8;

/// Clips that are known to be wrong.
const MOST_SUPERSEDED: i64 = 200_000;

/// A sentence of a page, and the clips that it is heard by: one, or several where it is long; and again as many
/// for each voice and rate.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    pub(super) text: String,
    pub(super) clips: Vec<ClipId>,
}

/// Keeps the sentences of a page, and forgets the oldest where there are too many.
pub(super) fn keep_sentences(
    transaction: &Transaction<'_>,
    sentences: &[Sentence],
) -> Result<(), CorrectionError> {
    for sentence in sentences {
        let text = folded(&sentence.text);
        let hash = blake3::hash(text.as_bytes());
        let key = &hash.as_bytes()[..16];
        let id: i64 = transaction
            .prepare_cached(
                "INSERT INTO sentence (key, text) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET key = key RETURNING id",
            )?
            .query_row(params![key, text], |row| row.get(0))?;
        let mut insert = transaction.prepare_cached(
            "INSERT INTO sentence_clip (clip, sentence) VALUES (?1, ?2)
             ON CONFLICT (clip) DO UPDATE SET sentence = ?2",
        )?;
        for clip in &sentence.clips {
            insert.execute(params![clip.to_bytes(), id])?;
        }
    }
    let (count, first): (i64, i64) = transaction.query_row(
        "SELECT coalesce(max(id) - min(id) + 1, 0), coalesce(min(id), 0) FROM sentence",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if count > MOST_SENTENCES {
        let up_to = first + (count - MOST_SENTENCES).max(FORGOTTEN_AT_ONCE);
        for forget in [
            "DELETE FROM sentence_clip WHERE sentence < ?1",
            "DELETE FROM sentence WHERE id < ?1",
        ] {
            transaction.prepare_cached(forget)?.execute([up_to])?;
        }
    }
    Ok(())
}

/// Forgets the sentences of clips that are gone: those of a withdrawn page.
pub(super) fn forget_clips(
    transaction: &Transaction<'_>,
    clips: &[ClipId],
) -> Result<(), CorrectionError> {
    for clip in clips {
        let sentence: Option<i64> = transaction
            .prepare_cached("DELETE FROM sentence_clip WHERE clip = ?1 RETURNING sentence")?
            .query_row([clip.to_bytes()], |row| row.get(0))
            .optional()?;
        if let Some(sentence) = sentence {
            transaction
                .prepare_cached(
                    "DELETE FROM sentence WHERE id = ?1
                     AND NOT EXISTS (SELECT 1 FROM sentence_clip WHERE sentence = ?1)",
                )?
                .execute([sentence])?;
        }
        transaction
            .prepare_cached("DELETE FROM report WHERE clip = ?1")?
            .execute([clip.to_bytes()])?;
    }
    Ok(())
}

/// The sentences that hold one of these folded words, as `holds` tells: where the words are many, each sentence is
/// looked at once.
pub(super) fn sentences_with(
    connection: &Connection,
    words: &[String],
    holds: impl Fn(&str) -> bool,
) -> Result<Vec<Sentence>, CorrectionError> {
    let mut found = BTreeMap::new();
    let mut query = connection.prepare_cached(
        "SELECT id, text FROM sentence WHERE ?1 IS NULL OR instr(text, ?1) > 0 LIMIT ?2",
    )?;
    let searched: Vec<Option<&String>> = match words.len() <= FEW_WORDS {
        true => words.iter().map(Some).collect(),
        false => vec![None],
    };
    for word in searched {
        let most = word.map_or(MOST_SENTENCES, |_| MOST_FOUND);
        let rows = query.query_map(params![word, most], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })?;
        for row in rows {
            let (id, text) = row?;
            if holds(&text) {
                found.insert(id, text);
            }
        }
    }
    let mut clips =
        connection.prepare_cached("SELECT clip FROM sentence_clip WHERE sentence = ?1")?;
    found
        .into_iter()
        .map(|(id, text)| {
            let rows = clips.query_map([id], |row| row.get::<_, [u8; 16]>(0))?;
            let clips = rows
                .map(|bytes| Ok(ClipId::from_bytes(bytes?)))
                .collect::<rusqlite::Result<_>>()?;
            Ok(Sentence { text, clips })
        })
        .collect()
}

/// The sentence that a clip is heard in, as it is kept.
pub(super) fn sentence_of(
    connection: &Connection,
    clip: ClipId,
) -> Result<Option<String>, CorrectionError> {
    Ok(connection
        .prepare_cached(
            "SELECT text FROM sentence JOIN sentence_clip ON sentence = id WHERE clip = ?1",
        )?
        .query_row([clip.to_bytes()], |row| row.get(0))
        .optional()?)
}

/// Notes clips that are wrong from now on.
pub(super) fn supersede(
    transaction: &Transaction<'_>,
    clips: &[ClipId],
    correction: &str,
) -> Result<(), CorrectionError> {
    let mut insert = transaction
        .prepare_cached("INSERT OR REPLACE INTO superseded (clip, correction) VALUES (?1, ?2)")?;
    for clip in clips {
        insert.execute(params![clip.to_bytes(), correction])?;
    }
    transaction
        .prepare_cached(
            "DELETE FROM superseded WHERE number <= (SELECT max(number) FROM superseded) - ?1",
        )?
        .execute([MOST_SUPERSEDED])?;
    Ok(())
}

/// The clips that a correction has made wrong, which is undone: they are right again.
pub(super) fn reinstate_of(
    transaction: &Transaction<'_>,
    correction: &str,
) -> Result<Vec<ClipId>, CorrectionError> {
    let mut delete = transaction
        .prepare_cached("DELETE FROM superseded WHERE correction = ?1 RETURNING clip")?;
    let rows = delete.query_map([correction], |row| row.get::<_, [u8; 16]>(0))?;
    rows.map(|bytes| Ok(ClipId::from_bytes(bytes?))).collect()
}

/// Notes that clips are right again.
pub(super) fn reinstate(
    transaction: &Transaction<'_>,
    clips: &[ClipId],
) -> Result<(), CorrectionError> {
    let mut delete = transaction.prepare_cached("DELETE FROM superseded WHERE clip = ?1")?;
    for clip in clips {
        delete.execute([clip.to_bytes()])?;
    }
    Ok(())
}

/// Every clip that is known to be wrong.
pub(super) fn superseded(connection: &Connection) -> Result<Vec<ClipId>, CorrectionError> {
    let mut query = connection.prepare_cached("SELECT clip FROM superseded")?;
    let rows = query.query_map([], |row| row.get::<_, [u8; 16]>(0))?;
    rows.map(|bytes| Ok(ClipId::from_bytes(bytes?))).collect()
}
