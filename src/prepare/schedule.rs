//! What is prepared by the clock, and when.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::operation::check_sources;
use super::{Preparations, Task};

/// Shortest time between two runs, to spare the portal.
const SHORTEST_MINUTES: u64 = 5;

/// China has one time zone and no summer time.
const CHINA_HOURS: i8 = 8;

/// What is prepared again and again.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct PrepareSchedule {
    /// Pages.
    pub urls: Vec<String>,
    /// A sitemap, every page of which is prepared.
    pub sitemap: Option<String>,
    /// A column, every document of which is prepared.
    pub list: Option<String>,
    /// A voice's name; empty is the default one.
    pub voice: String,
    /// Of pages that only point to an attachment, the attachment is prepared.
    pub follow_attachments: bool,
    /// When.
    pub when: When,
}

/// A schedule as it is written.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    urls: Vec<String>,
    sitemap: Option<String>,
    list: Option<String>,
    #[serde(default)]
    voice: String,
    #[serde(default)]
    follow_attachments: bool,
    every_minutes: Option<u64>,
    daily_at: Option<String>,
}

/// When something is prepared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum When {
    /// At start, and so many minutes after each run was finished.
    EveryMinutes(u64),
    /// Once a day, in China's time.
    DailyAt(Time),
}

impl From<PrepareSchedule> for Written {
    fn from(schedule: PrepareSchedule) -> Self {
        let (every_minutes, daily_at) = match schedule.when {
            When::EveryMinutes(minutes) => (Some(minutes), None),
            When::DailyAt(time) => (None, Some(time.to_string())),
        };
        Self {
            urls: schedule.urls,
            sitemap: schedule.sitemap,
            list: schedule.list,
            voice: schedule.voice,
            follow_attachments: schedule.follow_attachments,
            every_minutes,
            daily_at,
        }
    }
}

impl TryFrom<Written> for PrepareSchedule {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let when = match (written.every_minutes, written.daily_at) {
            (Some(minutes), None) if minutes >= SHORTEST_MINUTES => When::EveryMinutes(minutes),
            (Some(minutes), None) => {
                return Err(format!(
                    "every_minutes = {minutes} hurries the portal: at least {SHORTEST_MINUTES}"
                ));
            }
            (None, Some(text)) => When::DailyAt(text.parse().map_err(|_| {
                format!("daily_at = `{text}` is no time of day: write it as 02:30")
            })?),
            _ => return Err("give one of every_minutes and daily_at".to_owned()),
        };
        check_sources(&written.urls, [&written.sitemap, &written.list])?;
        Ok(Self {
            urls: written.urls,
            sitemap: written.sitemap,
            list: written.list,
            voice: written.voice,
            follow_attachments: written.follow_attachments,
            when,
        })
    }
}

impl PrepareSchedule {
    /// What all replicas of a configuration call the run that is due now.
    fn occasion(&self, now: Timestamp) -> String {
        let slot = match self.when {
            When::EveryMinutes(minutes) => {
                let seconds = i64::try_from(minutes * 60).unwrap_or(i64::MAX).max(1);
                (now.as_second() / seconds).to_string()
            }
            When::DailyAt(_) => now
                .to_zoned(TimeZone::fixed(Offset::constant(CHINA_HOURS)))
                .date()
                .to_string(),
        };
        format!("{:?} {slot}", Task::from(self))
    }

    /// Every address that is named.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let named = self.urls.iter().chain(&self.sitemap).chain(&self.list);
        named.map(String::as_str)
    }
}

/// What and when, for the log.
impl fmt::Display for PrepareSchedule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.urls.len() {
            0 => {}
            1 => formatter.write_str("1 page, ")?,
            count => write!(formatter, "{count} pages, ")?,
        }
        if let Some(sitemap) = &self.sitemap {
            write!(formatter, "sitemap {sitemap}, ")?;
        }
        if let Some(list) = &self.list {
            write!(formatter, "list {list}, ")?;
        }
        match self.when {
            When::EveryMinutes(minutes) => write!(formatter, "every {minutes} min"),
            When::DailyAt(time) => write!(formatter, "daily at {time}"),
        }
    }
}

impl When {
    /// How long from `now` to the next run; `first` is at start.
    pub fn wait(self, now: Timestamp, first: bool) -> Duration {
        match self {
            Self::EveryMinutes(_) if first => Duration::ZERO,
            Self::EveryMinutes(minutes) => Duration::from_secs(minutes * 60),
            Self::DailyAt(time) => {
                let here = now.to_zoned(TimeZone::fixed(Offset::constant(CHINA_HOURS)));
                let today = here.with().time(time).build();
                let next = today.and_then(|today| {
                    if today > here {
                        Ok(today)
                    } else {
                        today.checked_add(1.day())
                    }
                });
                let wait = next.map(|next| here.duration_until(&next).unsigned_abs());
                wait.unwrap_or(Duration::from_secs(24 * 3600))
            }
        }
    }
}

impl From<&PrepareSchedule> for Task {
    fn from(schedule: &PrepareSchedule) -> Self {
        Self {
            urls: schedule.urls.clone(),
            sitemap: schedule.sitemap.clone(),
            list: schedule.list.clone(),
            voice: schedule.voice.clone(),
            follow_attachments: schedule.follow_attachments,
            ..Self::default()
        }
    }
}

/// Prepares by the clock for as long as the task lives.
pub(super) async fn follow(preparations: Arc<Preparations>, schedule: PrepareSchedule) {
    let mut first = true;
    loop {
        tokio::time::sleep(schedule.when.wait(Timestamp::now(), first)).await;
        first = false;
        let occasion = schedule.occasion(Timestamp::now());
        match preparations
            .begin_once(Task::from(&schedule), &occasion)
            .await
        {
            Ok(id) => until_finished(&preparations, &id).await,
            Err(error) => tracing::warn!(%error, "a scheduled preparation could not begin"),
        }
    }
}

async fn until_finished(preparations: &Arc<Preparations>, id: &str) {
    if let Ok(Some(mut progress)) = preparations.watch(id).await {
        // An error means that the service is ending.
        let _ = progress.wait_for(|progress| progress.finished).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(toml: &str) -> Result<PrepareSchedule, String> {
        toml::from_str(toml).map_err(|error| error.to_string())
    }

    #[test]
    fn the_examples_of_the_documentation_are_understood() {
        let hourly = schedule("list = \"https://a.cn/\"\nevery_minutes = 60\n").unwrap();
        assert_eq!(hourly.when, When::EveryMinutes(60));
        let nightly = schedule("sitemap = \"https://a.cn/s.xml\"\ndaily_at = \"02:30\"\n");
        let nightly = nightly.unwrap();
        let words = "sitemap https://a.cn/s.xml, daily at 02:30:00";
        assert_eq!(nightly.to_string(), words);
        let when = nightly.when;
        let evening: Timestamp = "2025-09-01T14:00:00Z".parse().unwrap();
        // Ten in the evening in China: four and a half hours to go.
        assert_eq!(when.wait(evening, true), Duration::from_secs(16_200));
        let on_time: Timestamp = "2025-09-01T18:30:00Z".parse().unwrap();
        assert_eq!(when.wait(on_time, false), Duration::from_secs(24 * 3600));
    }

    #[test]
    fn replicas_call_the_run_that_is_due_the_same() {
        let hourly = schedule("list = \"https://a.cn/\"\nevery_minutes = 60").unwrap();
        let at = |time: &str| hourly.occasion(time.parse().unwrap());
        assert_eq!(at("2025-09-01T14:00:01Z"), at("2025-09-01T14:59:00Z"));
        assert_ne!(at("2025-09-01T14:59:00Z"), at("2025-09-01T15:00:01Z"));
        let nightly = schedule("list = \"https://a.cn/\"\ndaily_at = \"02:30\"").unwrap();
        let at = |time: &str| nightly.occasion(time.parse().unwrap());
        assert_eq!(at("2025-09-01T18:30:00Z"), at("2025-09-01T18:31:00Z"));
        assert_ne!(at("2025-09-01T18:30:00Z"), at("2025-09-02T18:30:00Z"));
        let other = schedule("list = \"https://b.cn/\"\nevery_minutes = 60").unwrap();
        let now = "2025-09-01T14:00:01Z".parse().unwrap();
        assert_ne!(hourly.occasion(now), other.occasion(now));
    }

    #[test]
    fn what_is_no_schedule_says_so() {
        for (toml, words) in [
            (
                "list = \"https://a.cn/\"\ndaily_at = \"2 o'clock\"",
                "02:30",
            ),
            ("list = \"https://a.cn/\"", "every_minutes"),
            ("list = \"https://a.cn/\"\nevery_minutes = 1", "at least 5"),
            ("every_minutes = 60", "sitemap"),
            ("lists = \"https://a.cn/\"\nevery_minutes = 60", "lists"),
        ] {
            let refused = schedule(toml).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
    }
}
