//! Preparation as the contract has it.

use futures::{Stream, stream};
use tokio::sync::watch;
use tonic::Status;

use super::convert;
use super::deadline::Deadline;
use super::paging::Page;
use crate::prepare::{Listed, Progress, Task};
use crate::server::problem::Problem;
use langdu_audio::Encoding;
use langdu_proto::{
    AudioEncoding, ListPreparationsResponse, Preparation, PrepareFailure, PrepareProgress,
    PrepareRequest, Source, source,
};

/// Pages of an operation that a list names: it may have thousands.
const NAMED_PAGES: usize = 10;

/// What is to be prepared.
pub(super) fn task(request: PrepareRequest) -> Result<Task, Problem> {
    let follow_attachments = request.sources.iter().any(|page| page.follow_attachments);
    let urls = request.sources.into_iter().map(address);
    let urls = urls.collect::<Result<Vec<String>, Problem>>()?;
    let audio = request.audio_config.unwrap_or_default();
    if audio.volume_gain_db != 0.0 || !matches!(audio.sample_rate_hertz, 0 | 24_000) {
        return Err(Problem::invalid(
            "audio_config",
            "only clips of 24 kHz without gain are kept: leave volume_gain_db and \
             sample_rate_hertz out",
        ));
    }
    let encoding = match audio.audio_encoding() {
        AudioEncoding::Unspecified | AudioEncoding::Mp3 => Encoding::Mp3,
        AudioEncoding::Linear16 => Encoding::Linear16,
        AudioEncoding::OggOpus => Encoding::OggOpus,
        AudioEncoding::Mulaw | AudioEncoding::Alaw => {
            return Err(Problem::invalid(
                "audio_config.audio_encoding",
                "sound for telephone lines is not kept: prepare MP3, OGG_OPUS or LINEAR16",
            ));
        }
    };
    let voice = request.voice.unwrap_or_default();
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(Task {
        urls,
        sitemap: some(request.sitemap_url),
        list: some(request.list_url),
        voice: voice.name,
        rate: if audio.speaking_rate == 0.0 {
            1.0
        } else {
            audio.speaking_rate
        },
        encoding,
        follow_attachments,
    })
}

fn address(source: Source) -> Result<String, Problem> {
    match source.source {
        Some(source::Source::Url(url)) => Ok(url),
        _ => Err(Problem::invalid(
            "sources",
            "only pages with an address can be prepared: HTML and text are private and are kept \
             in memory only",
        )),
    }
}

/// What a watcher is told next.
enum Next {
    TheState,
    Changes,
    Nothing,
}

/// The progress until the operation is finished. Leaving it does not end the operation.
pub(super) fn stream(
    progress: watch::Receiver<Progress>,
    deadline: Deadline,
) -> impl Stream<Item = Result<PrepareProgress, Status>> + Send {
    let begin = (progress, Next::TheState);
    stream::unfold(begin, move |(mut progress, next)| async move {
        match next {
            Next::Nothing => return None,
            Next::TheState => {}
            Next::Changes => {
                tokio::select! {
                    changed = progress.changed() => {
                        // The service is ending; the operation goes on when it starts again.
                        changed.ok()?;
                    }
                    () = deadline.passed() => {
                        let late = Problem::too_late().into();
                        return Some((Err(late), (progress, Next::Nothing)));
                    }
                }
            }
        }
        let message = message(&progress.borrow_and_update());
        // The end is told, however soon it follows what was told before.
        let next = if message.finished {
            Next::Nothing
        } else {
            Next::Changes
        };
        Some((Ok(message), (progress, next)))
    })
}

/// A page of the operations.
pub(super) fn listed(listed: Vec<Listed>, page: Page) -> ListPreparationsResponse {
    let (listed, next_page_token) = page.cut(listed);
    ListPreparationsResponse {
        preparations: listed.into_iter().map(preparation).collect(),
        next_page_token,
    }
}

fn preparation(listed: Listed) -> Preparation {
    let task = listed.task;
    Preparation {
        progress: Some(message(&listed.progress)),
        begun_at: i64::try_from(listed.begun_s).unwrap_or(i64::MAX),
        urls: task.urls.into_iter().take(NAMED_PAGES).collect(),
        sitemap_url: task.sitemap.unwrap_or_default(),
        list_url: task.list.unwrap_or_default(),
        voice: task.voice,
    }
}

/// How far an operation is.
pub(super) fn message(progress: &Progress) -> PrepareProgress {
    PrepareProgress {
        operation_id: progress.id.clone(),
        documents_total: convert::count(progress.documents),
        documents_done: convert::count(progress.documents_done),
        utterances_total: convert::count(progress.utterances),
        utterances_done: convert::count(progress.utterances_done),
        failures: progress
            .failures
            .iter()
            .map(|failure| PrepareFailure {
                url: failure.url.clone(),
                message: failure.message.clone(),
            })
            .collect(),
        failures_total: convert::count(progress.failures_total),
        finished: progress.finished,
        cancelled: progress.cancelled,
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;

    #[tokio::test]
    async fn the_end_is_told_though_it_comes_before_the_next_is_asked_for() {
        let of_nobody = Deadline::of(&tonic::Request::new(()));
        let (working, watched) = watch::channel(Progress::default());
        let mut told = std::pin::pin!(stream(watched, of_nobody));
        assert!(!told.next().await.unwrap().unwrap().finished);
        working.send_replace(Progress {
            finished: true,
            ..Progress::default()
        });
        // Nobody works on it any more.
        drop(working);
        assert!(told.next().await.unwrap().unwrap().finished);
        assert!(told.next().await.is_none());
    }
}
