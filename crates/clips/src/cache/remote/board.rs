//! A board: small notes that replicas leave for each other, each under a name of its own. A note has
//! a rank, and one of a higher rank takes its place, whoever comes first.
//!
//! In Redis a board is a hash, changed by a script; in storage each note is an object, changed by
//! conditional writes. Whoever reads is told only whether anything has changed since, where nothing
//! has.

use std::collections::HashMap;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use opendal::{ErrorKind, Operator};
use parking_lot::Mutex;
use redis::Script;
use serde::{Deserialize, Serialize};

use super::objects::was_written;
use super::redis::{Link, failed};

/// Objects that are read or written at the same time.
const OBJECTS_AT_ONCE: usize = 16;

/// How many times a note is posted that others are changing.
const MAX_TRIES: u32 = 5;

/// The field of a hash that changes with every note. A name has no colon.
const VERSION: &str = ":version";

/// Sets each note whose rank is higher than that of the one in its place. `ARGV` is a new version,
/// then name, rank and note of each.
const POST: &str = "
local changed = false
for i = 2, #ARGV, 3 do
    local old = redis.call('HGET', KEYS[1], ARGV[i])
    local rank = old and tonumber(string.match(old, '^(%d+) '))
    if not rank or rank < tonumber(ARGV[i + 1]) then
        redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1] .. ' ' .. ARGV[i + 2])
        changed = true
    end
end
if changed then redis.call('HSET', KEYS[1], ':version', ARGV[1]) end
return 0";

/// What a board is about. Replicas of different versions hear each other as long as the names stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// What has been withdrawn.
    Withdrawals,
    /// How words are to be read.
    Corrections,
    /// Which documents may be heard.
    Approvals,
    /// Operations of preparation.
    Preparations,
}

impl Topic {
    /// Every topic, in the order of the declaration.
    pub(super) const ALL: [Self; 4] = [
        Self::Withdrawals,
        Self::Corrections,
        Self::Approvals,
        Self::Preparations,
    ];

    /// The board's name in the tier.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Withdrawals => "withdrawals",
            Self::Corrections => "corrections",
            Self::Approvals => "approvals",
            Self::Preparations => "preparations",
        }
    }
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What it is about: letters, digits and hyphens.
    pub name: String,
    /// Which of two notes of one name stands: the higher one.
    pub rank: u64,
    /// What it says.
    pub text: String,
}

/// Where notes are left.
pub(super) enum Board {
    /// In Redis.
    Redis {
        link: Arc<Link>,
        key: String,
        post: Script,
        /// The version that was read last.
        seen: Mutex<Option<String>>,
    },
    /// In storage.
    Objects {
        operator: Operator,
        folder: String,
        seen: Mutex<Seen>,
    },
}

/// What was read of a board in storage.
#[derive(Default)]
pub(super) struct Seen {
    /// Notes, with the tags of their objects.
    notes: HashMap<String, (String, Note)>,
    /// Some of them have not been told to whoever reads the board: a read before ended in its middle.
    has_news: bool,
}

impl Seen {
    /// Keeps a note that is new or changed, while the others are being read.
    fn keep(&mut self, path: &str, read: &(String, Note)) {
        self.notes.insert(path.to_owned(), read.clone());
        self.has_news = true;
    }

    /// The board is as it was `read`; true when that differs from what was told last.
    fn is_all(&mut self, read: HashMap<String, (String, Note)>) -> bool {
        let is_fewer = self.notes.len() != read.len();
        self.notes = read;
        std::mem::take(&mut self.has_news) || is_fewer
    }
}

impl Board {
    /// A board in Redis.
    pub(super) fn in_redis(link: Arc<Link>, name: &str) -> Self {
        Self::Redis {
            key: link.key(name),
            link,
            post: Script::new(POST),
            seen: Mutex::default(),
        }
    }

    /// A board in storage.
    pub(super) fn in_storage(operator: Operator, name: &str) -> Self {
        Self::Objects {
            operator,
            folder: format!("{name}/"),
            seen: Mutex::default(),
        }
    }

    /// Every note; `None` when nothing has changed since they were read last, unless they are wanted
    /// `anyway`.
    pub(super) async fn read(&self, anyway: bool) -> opendal::Result<Option<Vec<Note>>> {
        match self {
            Self::Redis {
                link, key, seen, ..
            } => {
                if anyway {
                    *seen.lock() = None;
                }
                read_redis(link, key, seen).await
            }
            Self::Objects {
                operator,
                folder,
                seen,
            } => {
                let (notes, is_changed) = read_objects(operator, folder, seen).await?;
                Ok((is_changed || anyway).then_some(notes))
            }
        }
    }

    /// The note of a name; `None` when there is none, or it cannot be understood.
    pub(super) async fn note(&self, name: &str) -> opendal::Result<Option<Note>> {
        match self {
            Self::Redis { link, key, .. } => {
                let mut connection = link.connection().await?;
                let field: Option<String> = redis::cmd("HGET")
                    .arg(key)
                    .arg(name)
                    .query_async(&mut connection)
                    .await
                    .map_err(failed)?;
                Ok(field.and_then(|field| parse_field(name, &field)))
            }
            Self::Objects {
                operator, folder, ..
            } => read_object(operator, &path(folder, name)).await,
        }
    }

    /// Takes a note away, if it is there.
    pub(super) async fn remove(&self, name: &str) -> opendal::Result<()> {
        match self {
            Self::Redis { link, key, .. } => {
                let mut connection = link.connection().await?;
                let version = format!("{:032x}", rand::random::<u128>());
                redis::pipe()
                    .atomic()
                    .hdel(key, name)
                    .hset(key, VERSION, version)
                    .query_async::<()>(&mut connection)
                    .await
                    .map_err(failed)
            }
            Self::Objects {
                operator, folder, ..
            } => operator.delete(&path(folder, name)).await,
        }
    }

    /// Leaves notes, except where one of the same or a higher rank stands.
    pub(super) async fn post(&self, notes: &[Note]) -> opendal::Result<()> {
        match self {
            Self::Redis {
                link, key, post, ..
            } => {
                let mut connection = link.connection().await?;
                let mut post = post.key(key);
                post.arg(format!("{:032x}", rand::random::<u128>()));
                for note in notes {
                    post.arg(&note.name).arg(note.rank).arg(&note.text);
                }
                post.invoke_async::<u32>(&mut connection)
                    .await
                    .map_err(failed)?;
                Ok(())
            }
            Self::Objects {
                operator, folder, ..
            } => {
                let notes = stream::iter(notes.iter().cloned());
                let posts = notes.map(|note| {
                    let path = path(folder, &note.name);
                    async move { post_object(operator, &path, &note).await }
                });
                posts
                    .buffer_unordered(OBJECTS_AT_ONCE)
                    .try_collect::<()>()
                    .await
            }
        }
    }
}

async fn read_redis(
    link: &Link,
    key: &str,
    seen: &Mutex<Option<String>>,
) -> opendal::Result<Option<Vec<Note>>> {
    let mut connection = link.connection().await?;
    let version: Option<String> = redis::cmd("HGET")
        .arg(key)
        .arg(VERSION)
        .query_async(&mut connection)
        .await
        .map_err(failed)?;
    if version.is_some() && *seen.lock() == version {
        return Ok(None);
    }
    let fields: HashMap<String, String> = redis::cmd("HGETALL")
        .arg(key)
        .query_async(&mut connection)
        .await
        .map_err(failed)?;
    let version = fields.get(VERSION).cloned();
    let notes = fields
        .iter()
        .filter_map(|(name, field)| parse_field(name, field));
    let notes = notes.collect();
    *seen.lock() = version;
    Ok(Some(notes))
}

/// A note as it lies in a hash; `None` for the version, which is none.
fn parse_field(name: &str, field: &str) -> Option<Note> {
    let (rank, text) = field.split_once(' ')?;
    Some(Note {
        name: name.to_owned(),
        rank: rank.parse().ok()?,
        text: text.to_owned(),
    })
}

async fn read_objects(
    operator: &Operator,
    folder: &str,
    seen: &Mutex<Seen>,
) -> opendal::Result<(Vec<Note>, bool)> {
    let listed = match operator.list(folder).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        listed => listed?,
    };
    let before = seen.lock().notes.clone();
    let reads = stream::iter(listed)
        .filter(|entry| std::future::ready(entry.metadata().is_file()))
        .map(|entry| {
            let path = entry.path().to_owned();
            let tag = entry.metadata().etag().unwrap_or_default().to_owned();
            let unchanged = before
                .get(&path)
                .filter(|(before, _)| !tag.is_empty() && *before == tag)
                .cloned();
            async move {
                if let Some(unchanged) = unchanged {
                    return Ok::<_, opendal::Error>(Some((path, unchanged)));
                }
                let Some(note) = read_object(operator, &path).await? else {
                    return Ok(None);
                };
                // At once, so that a board which takes longer than it may is read further the next time.
                let read = (tag, note);
                seen.lock().keep(&path, &read);
                Ok(Some((path, read)))
            }
        });
    let read: Vec<_> = reads
        .buffer_unordered(OBJECTS_AT_ONCE)
        .try_collect()
        .await?;
    let mut seen = seen.lock();
    let is_changed = seen.is_all(read.into_iter().flatten().collect());
    let notes = seen.notes.values().map(|(_, note)| note.clone()).collect();
    // A board without notes may be one that has forgotten everything.
    Ok((notes, is_changed || before.is_empty()))
}

async fn post_object(operator: &Operator, path: &str, note: &Note) -> opendal::Result<()> {
    let body = serde_json::to_vec(note).unwrap_or_default();
    for _ in 0..MAX_TRIES {
        let tag = match operator.stat(path).await {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            metadata => Some(metadata?.etag().unwrap_or_default().to_owned()),
        };
        let standing = read_object(operator, path).await?;
        if standing.is_some_and(|standing| standing.rank >= note.rank) {
            return Ok(());
        }
        let write = operator.write_with(path, body.clone());
        let written = match &tag {
            None => was_written(write.if_not_exists(true).await)?,
            Some(tag) if tag.is_empty() => was_written(write.await)?,
            Some(tag) => was_written(write.if_match(tag).await)?,
        };
        if written {
            return Ok(());
        }
    }
    Err(opendal::Error::new(
        ErrorKind::ConditionNotMatch,
        "others keep changing a note",
    ))
}

/// `None` when there is none, or it cannot be understood: then it is written anew.
async fn read_object(operator: &Operator, path: &str) -> opendal::Result<Option<Note>> {
    match operator.read(path).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        bytes => Ok(serde_json::from_slice(&bytes?.to_vec()).ok()),
    }
}

fn path(folder: &str, name: &str) -> String {
    format!("{folder}about-{name}.json")
}

#[cfg(test)]
mod tests {
    use opendal::services;

    use super::*;

    fn note(name: &str, rank: u64, text: &str) -> Note {
        let (name, text) = (name.to_owned(), text.to_owned());
        Note { name, rank, text }
    }

    async fn all(board: &Board) -> Vec<Note> {
        let mut notes = board.read(true).await.unwrap().unwrap();
        notes.sort_by(|a, b| a.name.cmp(&b.name));
        notes
    }

    #[tokio::test]
    async fn the_note_of_the_higher_rank_stands() {
        let operator = Operator::new(services::Memory::default()).unwrap();
        let board = Board::in_storage(operator.clone(), "board");
        assert_eq!(all(&board).await, []);
        board
            .post(&[note("a", 2, "x"), note("b", 1, "y")])
            .await
            .unwrap();
        board.post(&[note("a", 1, "late")]).await.unwrap();
        assert_eq!(all(&board).await, [note("a", 2, "x"), note("b", 1, "y")]);
        operator.write("board/about-b.json", "?").await.unwrap();
        board.post(&[note("b", 1, "again")]).await.unwrap();
        assert_eq!(
            all(&board).await,
            [note("a", 2, "x"), note("b", 1, "again")]
        );
        board.remove("a").await.unwrap();
        board.remove("c").await.unwrap();
        assert_eq!(all(&board).await, [note("b", 1, "again")]);
        let found = board.note("b").await.unwrap();
        assert_eq!(found, Some(note("b", 1, "again")));
        assert_eq!(board.note("a").await.unwrap(), None);
    }

    #[test]
    fn what_a_read_found_that_ended_in_its_middle_is_told_by_the_next() {
        let mut seen = Seen::default();
        let a = ("1".to_owned(), note("a", 1, "x"));
        let b = ("2".to_owned(), note("b", 1, "y"));
        let all = || HashMap::from([("a".to_owned(), a.clone()), ("b".to_owned(), b.clone())]);
        seen.keep("a", &a);
        seen.keep("b", &b);
        assert!(seen.is_all(all()), "two are new");
        assert!(!seen.is_all(all()), "nothing has changed");
        // One has changed, and the time is over before the others are read: nobody was told.
        seen.keep("b", &b);
        assert!(seen.is_all(all()), "told by the next read");
        assert!(!seen.is_all(all()), "and once");
        let left = HashMap::from([("a".to_owned(), a.clone())]);
        assert!(seen.is_all(left), "one is gone");
    }
}
