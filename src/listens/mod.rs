//! 收听统计: how often documents are listened to, which portals have to report.
//!
//! Counts are kept by day, document and kind of device, and nothing of who listened: no address, no
//! identifier, no time of day. Players tell of themselves, so the counts are as honest as whoever calls the
//! gateway. Of private texts nothing is counted.
//!
//! A count waits in memory for a few seconds and is then added to a database of its own beside the ledger; a
//! process that is killed loses those seconds. Each replica counts for itself: a report adds their tables up.

mod store;
mod table;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::database;
use crate::ledger::{PageKey, PageRules};
use crate::reading::Reading;
use crate::telemetry::addresses::without_query;
use crate::telemetry::metrics;
use store::Store;
pub use table::csv;

/// Whether and for how long listens are counted; the table `listens` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListensConfig {
    /// False counts nothing.
    pub enabled: bool,
    /// Days that are kept: a year's report is made in the year after.
    pub days: u16,
}

impl Default for ListensConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            days: 800,
        }
    }
}

/// Chinese days begin at the same moment everywhere in the country.
const CHINA: Offset = Offset::constant(8);

/// How long counts wait before they are written.
const WRITTEN_EVERY: Duration = Duration::from_secs(5);

/// Counts that wait: some thousand documents are heard in such a time, where the disk takes them. Where it
/// takes none, more of them are not counted.
const MOST_WAITING: usize = 20_000;

/// Longest time that one message tells of, in seconds. A player tells of the time since its last message.
const LONGEST_S: u32 = 6 * 3600;

/// Longest title, in characters.
const LONGEST_TITLE: usize = 200;

/// Portals that have metrics of their own: any host may be in the configuration.
const MOST_PORTALS: usize = 100;

/// The label of portals that have none.
const OTHER: &str = "other";

/// What a document is heard on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Device {
    /// A machine in a service hall.
    Kiosk,
    /// A telephone, or whatever is touched and as small.
    Phone,
    /// Any other.
    Desktop,
}

impl Device {
    /// Every device.
    pub const ALL: [Self; 3] = [Self::Kiosk, Self::Phone, Self::Desktop];

    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kiosk => "kiosk",
            Self::Phone => "phone",
            Self::Desktop => "desktop",
        }
    }

    /// Its name in a report.
    fn title(self) -> &'static str {
        match self {
            Self::Kiosk => "自助机",
            Self::Phone => "手机",
            Self::Desktop => "电脑",
        }
    }

    /// The device of a name in the contract.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|device| device.name() == name)
    }
}

/// What a player tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Its first sound was heard.
    Started,
    /// Half of the document's sentences have been heard.
    Half,
    /// The end was reached, and half of the sentences or more have been heard.
    Finished,
    /// It pauses or ends: nothing but the time.
    Left,
}

impl Moment {
    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Half => "half",
            Self::Finished => "finished",
            Self::Left => "left",
        }
    }
}

/// How often a document was heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// How often somebody began to listen.
    pub started: u64,
    /// How often half of it was heard.
    pub half: u64,
    /// How often its end was reached.
    pub finished: u64,
    /// How long it was heard, in seconds.
    pub seconds: u64,
}

impl Counts {
    fn of(moment: Moment, seconds: u32) -> Self {
        let one = |of| u64::from(moment == of);
        Self {
            started: one(Moment::Started),
            half: one(Moment::Half),
            finished: one(Moment::Finished),
            seconds: seconds.min(LONGEST_S).into(),
        }
    }

    fn add(&mut self, other: Self) {
        self.started += other.started;
        self.half += other.half;
        self.finished += other.finished;
        self.seconds += other.seconds;
    }
}

/// A line of the table: a document on a day, on one kind of device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The day, in China.
    pub day: Date,
    /// The portal: the host of its pages, or the first of the hosts that are one site.
    pub portal: String,
    /// The page's address, with a hash in the place of its query.
    pub page: String,
    /// Its title.
    pub title: String,
    /// What it was heard on.
    pub device: Device,
    /// How often.
    pub counts: Counts,
}

/// What counts are kept by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    day: Date,
    page: PageKey,
    device: Device,
}

/// Counts that wait to be written.
#[derive(Debug, Clone)]
struct Waiting {
    portal: String,
    page: String,
    title: String,
    counts: Counts,
}

/// The counts cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ListensError {
    /// The database.
    #[error("the listens cannot be read or written: {0}")]
    Database(#[from] rusqlite::Error),
    /// Its folder cannot be made.
    #[error("the folder of the listens, {}, cannot be used: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It was made by a newer version.
    #[error("{} was made by a newer version of langdu: start that one, or move the file away", .0.display())]
    Newer(PathBuf),
    /// The work panicked.
    #[error(transparent)]
    Panicked(#[from] langdu_blocking::Panicked),
}

impl ListensError {
    fn is_full(&self) -> bool {
        match self {
            Self::Database(error) => database::is_full(error),
            Self::Folder { source, .. } => source.kind() == std::io::ErrorKind::StorageFull,
            Self::Newer(_) | Self::Panicked(_) => false,
        }
    }
}

/// How often documents are listened to.
pub struct Listens {
    /// `None` where nothing is counted.
    store: Option<Arc<Store>>,
    rules: PageRules,
    days: u16,
    waiting: Mutex<HashMap<Key, Waiting>>,
    portals: Mutex<Vec<Arc<str>>>,
}

impl Listens {
    /// The counts in `folder`; in memory without one. Counts that wait are written by themselves. Must be
    /// called inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// When the database cannot be read. One for which there is no room is tried again later.
    pub async fn open(
        folder: Option<&Path>,
        config: &ListensConfig,
        rules: PageRules,
    ) -> Result<Arc<Self>, ListensError> {
        let store = if config.enabled {
            let folder = folder.map(Path::to_owned);
            let opening = langdu_blocking::run("opening the listens", move || Store::open(folder));
            Some(Arc::new(opening.await??))
        } else {
            None
        };
        let listens = Arc::new(Self {
            store,
            rules,
            days: config.days,
            waiting: Mutex::default(),
            portals: Mutex::default(),
        });
        if listens.store.is_some() {
            tokio::spawn(write_on(Arc::downgrade(&listens)));
        }
        Ok(listens)
    }

    /// Counts what a player tells of a reading. Of a private one nothing is counted.
    pub fn count(&self, reading: &Reading, device: Device, moment: Moment, seconds: u32) {
        let Some(url) = reading.url.as_deref() else {
            return;
        };
        if self.store.is_none() || reading.is_private() {
            return;
        }
        let Some(portal) = self.rules.portal(url) else {
            return;
        };
        let counts = Counts::of(moment, seconds);
        self.tell_metrics(&portal, device, moment, counts.seconds);
        let key = Key {
            day: today(),
            page: self.rules.key(url),
            device,
        };
        let mut waiting = self.waiting.lock();
        if waiting.len() >= MOST_WAITING && !waiting.contains_key(&key) {
            return;
        }
        let line = waiting.entry(key).or_insert_with(|| Waiting {
            portal,
            page: without_query(url).into_owned(),
            title: reading.document.title.chars().take(LONGEST_TITLE).collect(),
            counts: Counts::default(),
        });
        line.counts.add(counts);
    }

    fn tell_metrics(&self, portal: &str, device: Device, moment: Moment, seconds: u64) {
        let portal = self.label(portal);
        if moment != Moment::Left {
            metrics::LISTENS.increment([portal.clone().into(), moment.name().into()]);
        }
        metrics::LISTENED_SECONDS.add([portal.into(), device.name().into()], seconds);
    }

    /// The label of a portal.
    fn label(&self, portal: &str) -> Arc<str> {
        let mut portals = self.portals.lock();
        if let Some(known) = portals.iter().find(|known| known.as_ref() == portal) {
            return known.clone();
        }
        if portals.len() >= MOST_PORTALS {
            return OTHER.into();
        }
        let portal: Arc<str> = portal.into();
        portals.push(portal.clone());
        portal
    }

    /// What was counted from one day to another, both included: the latest day first, then by portal, and the
    /// documents that were heard most first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn table(&self, from: Date, to: Date) -> Result<Vec<Line>, ListensError> {
        let Some(store) = self.store.clone() else {
            return Ok(Vec::new());
        };
        self.write().await?;
        langdu_blocking::run("reading the listens", move || store.table(from, to)).await?
    }

    /// Writes what waits. What could not be written waits on.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn write(&self) -> Result<(), ListensError> {
        let Some(store) = self.store.clone() else {
            return Ok(());
        };
        let waiting = std::mem::take(&mut *self.waiting.lock());
        if waiting.is_empty() {
            return Ok(());
        }
        let oldest = today().saturating_sub(i64::from(self.days).days());
        let written = langdu_blocking::run("writing the listens", move || {
            let written = store.add(&waiting, oldest);
            written.map_err(|error| (error, waiting))
        });
        match written.await? {
            Ok(()) => Ok(()),
            Err((error, unwritten)) => {
                self.wait_on(unwritten);
                Err(error)
            }
        }
    }

    fn wait_on(&self, unwritten: HashMap<Key, Waiting>) {
        let mut waiting = self.waiting.lock();
        for (key, line) in unwritten {
            if let Some(newer) = waiting.get_mut(&key) {
                newer.counts.add(line.counts);
            } else if waiting.len() < MOST_WAITING {
                waiting.insert(key, line);
            }
        }
    }
}

/// The day that it is in China.
pub fn today() -> Date {
    CHINA.to_datetime(Timestamp::now()).date()
}

/// Writes what waits, every few seconds, as long as the counts are wanted.
async fn write_on(listens: Weak<Listens>) {
    let mut is_well = true;
    loop {
        tokio::time::sleep(WRITTEN_EVERY).await;
        let Some(listens) = listens.upgrade() else {
            return;
        };
        match listens.write().await {
            Ok(()) => is_well = true,
            Err(error) => {
                if is_well {
                    tracing::warn!(%error, "listens are counted in memory until they can be written");
                }
                is_well = false;
            }
        }
    }
}

#[cfg(test)]
mod tests;
