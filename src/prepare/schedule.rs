//! Preparation by the clock.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Preparations, Task};
use crate::config::PrepareSchedule;

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
pub async fn follow(preparations: Arc<Preparations>, schedule: PrepareSchedule) {
    let mut first = true;
    loop {
        tokio::time::sleep(schedule.when.wait(Timestamp::now(), first)).await;
        first = false;
        match preparations.begin(Task::from(&schedule)).await {
            Ok(id) => until_finished(&preparations, &id).await,
            Err(error) => tracing::warn!(%error, "a scheduled preparation could not begin"),
        }
    }
}

async fn until_finished(preparations: &Preparations, id: &str) {
    if let Ok(Some(mut progress)) = preparations.watch(id).await {
        // An error means that the service is ending.
        let _ = progress.wait_for(|progress| progress.finished).await;
    }
}
