//! Preparations, whichever version of the contract a call came in.

use std::time::Duration;

use futures::{Stream, stream};
use tokio::sync::watch;
use tonic::Status;

use super::Call;
use super::deadline::Deadline;
use super::operators::OperatorCalls;
use super::paging::Page;
use super::request::{Sound, both};
use crate::prepare::{Listed, Progress, Task, check_sources};
use crate::server::problem::Problem;
use langdu_audio::Encoding;

/// Pages of an operation that a list names: it may have thousands.
pub(super) const NAMED_PAGES: usize = 10;

/// What is to be prepared, as a request has it.
pub(super) struct WantedTask {
    /// Pages by their address.
    pub(super) urls: Result<Vec<String>, Problem>,
    /// Empty where none is named; so is the list page.
    pub(super) sitemap_url: Result<String, Problem>,
    pub(super) list_url: Result<String, Problem>,
    /// A voice's name; empty is the default one.
    pub(super) voice: String,
    pub(super) sound: Sound,
    pub(super) follow_attachments: bool,
}

impl WantedTask {
    /// The task.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub(super) fn check(self) -> Result<Task, Problem> {
        let sound = self.sound;
        let kept = match (sound.volume_gain_db, sound.sample_rate_hertz) {
            (0.0, 0 | 24_000) => Ok(()),
            _ => Err(Problem::invalid(
                "audio_config",
                "only clips of 24 kHz without gain are kept: leave volume_gain_db and \
                 sample_rate_hertz out",
            )),
        };
        let encoding = sound.encoding().and_then(|encoding| match encoding {
            Encoding::Mulaw | Encoding::Alaw => Err(Problem::invalid(
                "audio_config.audio_encoding",
                "sound for telephone lines is not kept: prepare MP3, OGG_OPUS or LINEAR16",
            )),
            encoding => Ok(encoding),
        });
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let pages = both(self.urls, both(self.sitemap_url, self.list_url));
        let pages = pages.and_then(|(urls, (sitemap, list))| {
            let (sitemap, list) = (some(sitemap), some(list));
            let checked = check_sources(&urls, [&sitemap, &list]);
            checked.map_err(|reason| Problem::invalid("sources", reason))?;
            Ok((urls, sitemap, list))
        });
        let sound = both(kept, both(encoding, sound.checked_rate()));
        let ((urls, sitemap, list), ((), (encoding, rate))) = both(pages, sound)?;
        Ok(Task {
            urls,
            sitemap,
            list,
            voice: self.voice,
            rate,
            encoding,
            follow_attachments: self.follow_attachments,
        })
    }
}

impl OperatorCalls {
    /// Whether the caller may order preparations and look at them: before anything of the request is.
    ///
    /// # Errors
    ///
    /// OPERATOR_ONLY, or UNAUTHENTICATED where nothing was shown.
    pub(super) fn may_prepare(&self, call: &Call) -> Result<(), Problem> {
        self.service.preparations(&call.caller).map(|_| ())
    }

    /// Begins a preparation; answers with its id.
    pub(super) async fn begin(&self, call: &Call, wanted: WantedTask) -> Result<String, Problem> {
        let preparations = self.service.preparations(&call.caller)?;
        Ok(preparations.publish(wanted.check()?).await?)
    }

    /// The progress of a preparation.
    pub(super) async fn watch(
        &self,
        call: &Call,
        id: &str,
    ) -> Result<watch::Receiver<Progress>, Problem> {
        let preparations = self.service.preparations(&call.caller)?;
        let progress = preparations.watch(id).await?;
        progress.ok_or_else(|| unknown(id))
    }

    /// A preparation as it is.
    pub(super) async fn preparation(&self, call: &Call, id: &str) -> Result<Listed, Problem> {
        let preparations = self.service.preparations(&call.caller)?;
        let listed = preparations.get(id).await?;
        listed.ok_or_else(|| unknown(id))
    }

    /// As [`preparation`](Self::preparation), as soon as it is finished, or after `longest`.
    pub(super) async fn finished(
        &self,
        call: &Call,
        id: &str,
        longest: Option<Duration>,
    ) -> Result<Listed, Problem> {
        let mut progress = self.watch(call, id).await?;
        let finished = async {
            // The service is ending where nobody tells any more: it is told of as it stands.
            let _ = progress.wait_for(|progress| progress.finished).await;
            Ok(())
        };
        match longest {
            None => call.deadline.bound(finished).await?,
            Some(longest) => {
                let waited = async {
                    let _ = tokio::time::timeout(longest, finished).await;
                    Ok(())
                };
                call.deadline.bound(waited).await?;
            }
        }
        self.preparation(call, id).await
    }

    /// Ends a preparation.
    pub(super) async fn cancel(&self, call: &Call, id: &str) -> Result<Progress, Problem> {
        let preparations = self.service.preparations(&call.caller)?;
        let cancelled = preparations.cancel(id).await?;
        let progress = cancelled.ok_or_else(|| unknown(id))?;
        tracing::info!(id, by = %call.caller.client, "an operation of preparation is cancelled");
        Ok(progress)
    }

    /// A page of the preparations, and the token of the next.
    pub(super) async fn preparations(
        &self,
        call: &Call,
        page: Result<Page, Problem>,
    ) -> Result<(Vec<Listed>, String), Problem> {
        let preparations = self.service.preparations(&call.caller)?;
        let page = page?;
        let listed = preparations.list(page.skipped as usize, page.wanted() as usize);
        Ok(page.cut(listed.await?))
    }
}

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("there is no operation {id}"))
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
) -> impl Stream<Item = Result<Progress, Status>> + Send {
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
        let now = progress.borrow_and_update().clone();
        // The end is told, however soon it follows what was told before.
        let next = if now.finished {
            Next::Nothing
        } else {
            Next::Changes
        };
        Some((Ok(now), (progress, next)))
    })
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
