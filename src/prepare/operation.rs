//! An operation as it is written down.

use std::time::{SystemTime, UNIX_EPOCH};

use futures::TryStreamExt;
use opendal::Operator;
use serde::{Deserialize, Serialize};

use super::PrepareError;
use super::records::{Records, RecordsError};
use crate::reading::ReadOptions;
use langdu_audio::Encoding;
use langdu_clips::{Form, Layout};
use langdu_voice::voices::VoiceChoice;

/// Most documents of one operation of preparation.
pub(super) const MOST_DOCUMENTS: usize = 10_000;

/// Failures that an operation names. It counts all of them, and the log has each: ten thousand pages of a
/// portal that is down would be a megabyte in every answer and in every record.
const MOST_FAILURES: usize = 100;

/// What is to be prepared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Pages.
    pub urls: Vec<String>,
    /// A sitemap, every page of which is prepared.
    pub sitemap: Option<String>,
    /// A column, every document of which is prepared.
    pub list: Option<String>,
    /// A voice's name; empty is the default one.
    pub voice: String,
    /// 0.25 to 4.0.
    pub rate: f64,
    /// What listeners will ask for: MP3 for players.
    pub encoding: Encoding,
    /// Of pages that only point to an attachment, the attachment is prepared.
    #[serde(default)]
    pub follow_attachments: bool,
}

impl Default for Task {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            sitemap: None,
            list: None,
            voice: String::new(),
            rate: 1.0,
            encoding: Encoding::Mp3,
            follow_attachments: false,
        }
    }
}

impl Task {
    pub(super) fn check(&self) -> Result<(), PrepareError> {
        let invalid = |field, reason: String| Err(PrepareError::Invalid { field, reason });
        if let Err(reason) = check_sources(&self.urls, [&self.sitemap, &self.list]) {
            return invalid("sources", reason);
        }
        if let Err(reason) = crate::reading::check_rate(self.rate) {
            return invalid("audio_config.speaking_rate", reason);
        }
        Ok(())
    }

    /// Every address that was named.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &str> {
        let named = self.urls.iter().chain(&self.sitemap).chain(&self.list);
        named.map(String::as_str)
    }

    pub(super) fn choice(&self) -> VoiceChoice {
        VoiceChoice {
            name: self.voice.clone(),
            ..VoiceChoice::default()
        }
    }

    pub(super) fn options(&self) -> ReadOptions {
        ReadOptions {
            voice: self.choice(),
            rate: self.rate,
            ..ReadOptions::default()
        }
    }

    pub(super) fn form(&self) -> Form {
        Form::plain(self.encoding, Layout::File)
    }
}

/// Checks that there is something to prepare, and not too much: pages, and a sitemap or a list.
///
/// # Errors
///
/// What is wrong.
pub(crate) fn check_sources(urls: &[String], others: [&Option<String>; 2]) -> Result<(), String> {
    if urls.is_empty() && others.iter().all(|other| other.is_none()) {
        return Err("name pages, a sitemap or a list".to_owned());
    }
    if urls.len() > MOST_DOCUMENTS {
        return Err(format!(
            "more than {MOST_DOCUMENTS} pages: name them in parts"
        ));
    }
    Ok(())
}

/// A page that could not be prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The page.
    pub url: String,
    /// Why.
    pub message: String,
}

/// How far an operation is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Its id.
    pub id: String,
    /// Documents found.
    pub documents: usize,
    /// Documents that are current now, or failed.
    pub documents_done: usize,
    /// Utterances of the documents that were read so far.
    pub utterances: usize,
    /// Those of them that are there.
    pub utterances_done: usize,
    /// Those of them that had to be made.
    pub made: usize,
    /// Pages that could not be prepared: the first hundred of them.
    pub failures: Vec<Failure>,
    /// How many pages could not be prepared.
    pub failures_total: usize,
    /// Nothing is left to do.
    pub finished: bool,
    /// It was cancelled before everything was done.
    pub cancelled: bool,
}

/// An operation as operators see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// How far it is.
    pub progress: Progress,
    /// When it was begun, in seconds since 1970.
    pub begun_s: u64,
    /// What is to be prepared.
    pub task: Task,
}

/// An operation and how far it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) task: Task,
    /// Seconds since 1970.
    pub(super) begun_s: u64,
    /// The pages, once they are known.
    pub(super) pages: Option<Vec<String>>,
    /// How many pages there are, once they are known.
    #[serde(default)]
    pub(super) documents: Option<usize>,
    /// How many of them are done, in order.
    pub(super) done: usize,
    pub(super) utterances: usize,
    pub(super) utterances_done: usize,
    pub(super) made: usize,
    /// The first [`MOST_FAILURES`].
    pub(super) failures: Vec<Failure>,
    #[serde(default)]
    pub(super) failed: usize,
    pub(super) finished: bool,
    #[serde(default)]
    pub(super) cancelled: bool,
}

/// How far an operation is, as it is written down after each document: without its pages and its task, which may
/// name ten thousand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Reached {
    documents: Option<usize>,
    done: usize,
    utterances: usize,
    utterances_done: usize,
    made: usize,
    failures: Vec<Failure>,
    failed: usize,
    #[serde(default)]
    cancelled: bool,
}

impl Operation {
    pub(super) fn reached(&self) -> Reached {
        Reached {
            documents: self.documents,
            done: self.done,
            utterances: self.utterances,
            utterances_done: self.utterances_done,
            made: self.made,
            failures: self.failures.clone(),
            failed: self.failed,
            cancelled: self.cancelled,
        }
    }

    /// The same as far as it is.
    pub(super) fn at(self, reached: Reached) -> Self {
        Self {
            documents: reached.documents,
            done: reached.done,
            utterances: reached.utterances,
            utterances_done: reached.utterances_done,
            made: reached.made,
            failures: reached.failures,
            failed: reached.failed,
            cancelled: self.cancelled || reached.cancelled,
            ..self
        }
    }

    pub(super) fn new(task: Task) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let id: u128 = rand::random();
        Self {
            id: format!("{id:032x}"),
            task,
            begun_s: since.map_or(0, |since| since.as_secs()),
            pages: None,
            documents: None,
            done: 0,
            utterances: 0,
            utterances_done: 0,
            made: 0,
            failures: Vec::new(),
            failed: 0,
            finished: false,
            cancelled: false,
        }
    }

    /// Its pages are known.
    pub(super) fn found(&mut self, pages: Vec<String>) {
        self.documents = Some(pages.len());
        self.pages = Some(pages);
    }

    pub(super) fn fail(&mut self, url: &str, message: String) {
        self.failed += 1;
        if self.failures.len() < MOST_FAILURES {
            let url = url.to_owned();
            self.failures.push(Failure { url, message });
        }
    }

    pub(super) fn progress(&self) -> Progress {
        Progress {
            id: self.id.clone(),
            documents: self.documents.unwrap_or(self.task.urls.len()),
            documents_done: self.done,
            utterances: self.utterances,
            utterances_done: self.utterances_done,
            made: self.made,
            failures: self.failures.clone(),
            failures_total: self.failed,
            finished: self.finished,
            cancelled: self.cancelled,
        }
    }
}

/// Operations as they lie in the storage.
pub(super) struct Journal(Records);

impl Journal {
    pub(super) fn new(storage: Operator) -> Self {
        Self(Records::new(storage))
    }

    /// Writes an operation down. What it is, is written when it is begun, when its pages are known and when it
    /// has ended; in between, after each document, how far it is.
    pub(super) async fn write(&self, operation: &Operation) -> Result<(), RecordsError> {
        let (name, progress) = (name(&operation.id), progress(&operation.id));
        if operation.done > 0 && !operation.finished {
            return self.0.write(&progress, &operation.reached()).await;
        }
        self.0.write(&name, operation).await?;
        if operation.finished {
            self.0.delete(&progress).await?;
        }
        Ok(())
    }

    /// The operation of an id; `None` when there is none, or it cannot be understood.
    pub(super) async fn read(&self, id: &str) -> Result<Option<Operation>, RecordsError> {
        if !is_id(id) {
            return Ok(None);
        }
        let Some(operation) = self.0.read::<Operation>(&name(id)).await? else {
            return Ok(None);
        };
        if operation.finished {
            return Ok(Some(operation));
        }
        let reached = self.0.read::<Reached>(&progress(id)).await?;
        Ok(Some(match reached {
            Some(reached) => operation.at(reached),
            None => operation,
        }))
    }

    /// What is to go on, and what is finished, both the oldest first.
    pub(super) async fn all(&self) -> Result<(Vec<Operation>, Vec<Operation>), RecordsError> {
        let mut operations = Vec::new();
        let mut names = self.0.names("").await?;
        while let Some(name) = names.try_next().await? {
            if let Some(id) = name.strip_suffix(".json")
                && let Some(operation) = self.read(id).await?
            {
                operations.push(operation);
            }
        }
        operations.sort_by_key(|operation| operation.begun_s);
        let (finished, unfinished) = operations
            .into_iter()
            .partition(|operation| operation.finished);
        Ok((unfinished, finished))
    }

    pub(super) async fn forget(&self, id: &str) -> Result<(), RecordsError> {
        self.0.delete(&progress(id)).await?;
        self.0.delete(&name(id)).await
    }
}

/// True for what may be an operation's id: it comes from callers, and becomes the name of a file.
pub(super) fn is_id(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn name(id: &str) -> String {
    format!("{id}.json")
}

/// The name of the record of how far an operation is: in a folder of its own, so that it is no operation.
fn progress(id: &str) -> String {
    format!("progress/{id}.json")
}

#[cfg(test)]
mod tests {
    use opendal::services::Memory;

    use super::*;

    #[tokio::test]
    async fn what_is_not_finished_is_found_again_in_order() {
        let journal = Journal::new(Operator::new(Memory::default()).unwrap());
        let mut ids = Vec::new();
        for index in 0..3 {
            let mut operation = Operation::new(Task::default());
            operation.begun_s = 100 - index;
            operation.finished = index == 1;
            journal.write(&operation).await.unwrap();
            ids.push(operation.id);
        }
        let (unfinished, finished) = journal.all().await.unwrap();
        let unfinished: Vec<&str> = unfinished.iter().map(|o| o.id.as_str()).collect();
        assert_eq!(unfinished, [&ids[2], &ids[0]]);
        let finished: Vec<&str> = finished.iter().map(|o| o.id.as_str()).collect();
        assert_eq!(finished, [&ids[1]]);
        assert!(journal.read(&ids[1]).await.unwrap().unwrap().finished);
        journal.forget(&ids[1]).await.unwrap();
        assert!(journal.read(&ids[1]).await.unwrap().is_none());
        assert!(journal.read("../../etc/passwd").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn after_a_document_only_how_far_it_is_is_written() {
        let storage = Operator::new(Memory::default()).unwrap();
        let journal = Journal::new(storage.clone());
        let mut operation = Operation::new(Task::default());
        operation.found(vec!["https://www.example.gov.cn/1.html".to_owned(); 1000]);
        journal.write(&operation).await.unwrap();
        let begun = storage.read(&name(&operation.id)).await.unwrap().to_vec();
        operation.done = 2;
        operation.fail("https://www.example.gov.cn/1.html", "gone".to_owned());
        journal.write(&operation).await.unwrap();
        let whole = storage.read(&name(&operation.id)).await.unwrap().to_vec();
        assert_eq!(whole, begun, "it is not written again");
        let small = storage.read(&progress(&operation.id)).await.unwrap();
        assert!(small.len() < 1000, "{} bytes", small.len());
        let read = journal.read(&operation.id).await.unwrap().unwrap();
        assert_eq!(read.progress(), operation.progress());
        assert_eq!(read.pages, operation.pages, "whoever goes on has its pages");
        let (unfinished, finished) = journal.all().await.unwrap();
        assert_eq!((unfinished.len(), finished.len()), (1, 0));
        operation.finished = true;
        journal.write(&operation).await.unwrap();
        assert!(!storage.exists(&progress(&operation.id)).await.unwrap());
        let read = journal.read(&operation.id).await.unwrap().unwrap();
        assert!(read.finished && read.done == 2);
    }

    #[test]
    fn a_task_names_something() {
        assert!(Task::default().check().is_err());
        let page = Task {
            urls: vec!["https://www.example.gov.cn/".to_owned()],
            ..Task::default()
        };
        assert!(page.check().is_ok());
        let hasty = Task { rate: 9.0, ..page };
        assert!(
            hasty
                .check()
                .unwrap_err()
                .to_string()
                .contains("between 0.25 and 4")
        );
    }

    #[test]
    fn every_failure_is_counted_and_the_first_are_named() {
        let mut operation = Operation::new(Task::default());
        for index in 0..250 {
            operation.fail(
                &format!("https://www.example.gov.cn/{index}"),
                "404".to_owned(),
            );
        }
        let progress = operation.progress();
        assert_eq!(progress.failures_total, 250);
        assert_eq!(progress.failures.len(), MOST_FAILURES);
        assert!(progress.failures[0].url.ends_with("/0"));
    }

    #[test]
    fn a_record_without_its_pages_knows_how_many_they_are() {
        let mut operation = Operation::new(Task::default());
        operation.found(vec!["https://www.example.gov.cn/".to_owned(); 3]);
        operation.pages = None;
        assert_eq!(operation.progress().documents, 3);
    }
}
