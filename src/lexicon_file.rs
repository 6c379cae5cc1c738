//! The deployment's `lexicon.tsv`: read at start, and read again whenever it changes, so that a
//! mispronounced name is corrected without a restart.
//!
//! A file that cannot be used is refused at start. Later, a broken edit keeps the words in force
//! and the log says which line is wrong.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use langdu_text::{Lexicon, LexiconError};

/// How often the file is checked for changes, which costs one `stat`.
pub const CHECK_EVERY: Duration = Duration::from_secs(1);

/// Why a lexicon file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LexiconFileError {
    /// It cannot be read.
    #[error("the lexicon {path} cannot be read: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A line of it is wrong.
    #[error("the lexicon {path} cannot be used: {source}")]
    Line {
        /// The file.
        path: String,
        /// Which line, and what is wrong with it.
        source: LexiconError,
    },
}

/// What an edit changes: a file's time and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    bytes: u64,
}

impl Stamp {
    /// `None` where there is no such file.
    fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        Some(Self {
            modified: metadata.modified().ok(),
            bytes: metadata.len(),
        })
    }
}

/// Reads and checks a lexicon.
///
/// # Errors
///
/// When the file cannot be read or has a wrong line.
pub fn read(path: &Path) -> Result<Lexicon, LexiconFileError> {
    let text = std::fs::read_to_string(path).map_err(|source| LexiconFileError::Read {
        path: path.display().to_string(),
        source,
    })?;
    Lexicon::parse(&text).map_err(|source| LexiconFileError::Line {
        path: path.display().to_string(),
        source,
    })
}

/// Reads a lexicon and follows the file: the receiver always holds the last one that could be
/// used. The watch ends when no receiver is left. Must be called inside a tokio runtime.
///
/// # Errors
///
/// As [`read`], at start only.
pub fn follow(
    path: PathBuf,
    check_every: Duration,
) -> Result<watch::Receiver<Arc<Lexicon>>, LexiconFileError> {
    // The stamp comes first: an edit between the two is then seen as a change, never missed.
    let stamp = Stamp::of(&path);
    let (sender, receiver) = watch::channel(Arc::new(read(&path)?));
    tokio::spawn(watch_file(path, check_every, stamp, sender));
    Ok(receiver)
}

async fn watch_file(
    path: PathBuf,
    check_every: Duration,
    mut seen: Option<Stamp>,
    sender: watch::Sender<Arc<Lexicon>>,
) {
    let mut ticks = tokio::time::interval(check_every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = sender.closed() => return,
            _ = ticks.tick() => {}
        }
        let file = path.clone();
        let check = langdu_blocking::run("reading the lexicon", move || {
            let stamp = Stamp::of(&file);
            (stamp, (stamp != seen).then(|| read(&file)))
        });
        let Ok((stamp, changed)) = check.await else {
            return;
        };
        seen = stamp;
        match changed {
            None => {}
            Some(Ok(lexicon)) => {
                tracing::info!(path = %path.display(), words = lexicon.len(), "lexicon read again");
                sender.send_replace(Arc::new(lexicon));
            }
            Some(Err(error)) => {
                tracing::warn!(%error, "the lexicon in force is kept");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use langdu_text::FrontEnd;

    const CHECK: Duration = Duration::from_millis(10);

    fn pinyin(front_end: &FrontEnd, lexicon: &Lexicon) -> String {
        front_end
            .with_lexicon(lexicon.clone())
            .explain("乐亭")
            .into_iter()
            .flat_map(|utterance| utterance.syllables)
            .map(|syllable| syllable.pinyin)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Puts another file in the place of one, so that nobody reads a half of it.
    fn replace(path: &Path, text: &str) {
        let new = path.with_extension("new");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(&new, path).unwrap();
    }

    #[tokio::test]
    async fn an_edit_is_in_force_without_a_restart_and_a_broken_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lexicon.tsv");
        std::fs::write(&path, "乐亭\tle4 ting2\n").unwrap();
        let front_end = FrontEnd::new();
        let mut lexicon = follow(path.clone(), CHECK).unwrap();
        assert_eq!(pinyin(&front_end, &lexicon.borrow().clone()), "le4 ting2");

        replace(&path, "乐亭\tlao4 ting2\n");
        lexicon.changed().await.unwrap();
        assert_eq!(
            pinyin(&front_end, &lexicon.borrow_and_update().clone()),
            "lao4 ting2"
        );

        replace(&path, "乐亭\tyue4 ting2\n六安\tlu4\n");
        tokio::time::sleep(CHECK * 20).await;
        assert!(!lexicon.has_changed().unwrap());

        std::fs::remove_file(&path).unwrap();
        tokio::time::sleep(CHECK * 20).await;
        assert!(!lexicon.has_changed().unwrap());

        let mut file = std::fs::File::create(&path).unwrap();
        file.write_all("乐亭\tluo4 ting2\n".as_bytes()).unwrap();
        drop(file);
        lexicon
            .wait_for(|lexicon| pinyin(&front_end, lexicon) == "luo4 ting2")
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_wrong_line_at_start_is_refused_by_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lexicon.tsv");
        std::fs::write(&path, "# names\n乐亭\tlao4\n").unwrap();
        let error = follow(path.clone(), CHECK).unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
        assert!(error.contains("lexicon.tsv"), "{error}");
        assert!(follow(folder.path().join("none.tsv"), CHECK).is_err());
    }
}
