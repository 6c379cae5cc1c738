//! `langdu prepare`: documents are made before anybody listens, by the running service.

use clap::Args;
use jiff::Timestamp;

use super::progress::Steps;
use super::remote::{Remote, refused};
use super::{CliError, print_line, runtime};
use crate::config::Config;
use langdu_proto::{
    AudioConfig, AudioEncoding, CancelPreparationRequest, ListPreparationsRequest, PrepareProgress,
    PrepareRequest, Source, VoiceSelectionParams, source,
};
use langdu_voice::pack::Progress;

#[derive(Debug, Args)]
pub(super) struct Prepare {
    /// Pages, on hosts that the service may read.
    #[arg(value_name = "URL", conflicts_with = "watch")]
    urls: Vec<String>,
    /// A sitemap, every page of which is prepared.
    #[arg(long, value_name = "URL", conflicts_with = "watch")]
    sitemap: Option<String>,
    /// A column of the portal, every document of which is prepared.
    #[arg(long, value_name = "URL", conflicts_with = "watch")]
    list: Option<String>,
    /// Watches an operation that was begun before.
    #[arg(long, value_name = "ID")]
    watch: Option<String>,
    /// Ends an operation; what it has made stays.
    #[arg(long, value_name = "ID", conflicts_with_all = ["watch", "urls", "sitemap", "list"])]
    cancel: Option<String>,
    /// Of pages that only point to an attachment, the attachment is prepared.
    #[arg(long)]
    follow_attachments: bool,
    /// Who speaks: a name from `langdu voices list`.
    #[arg(long, default_value = "")]
    voice: String,
    /// 0.25 to 4.0.
    #[arg(long, default_value_t = 1.0)]
    rate: f64,
    /// Prints every step of the progress as a JSON object on a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

impl Prepare {
    pub(super) fn run(self, config: &Config) -> Result<(), CliError> {
        runtime()?.block_on(async {
            let mut client = self.remote.connect(config).await?;
            if let Some(id) = &self.cancel {
                let request = CancelPreparationRequest {
                    operation_id: id.clone(),
                };
                let cancelled = client.cancel_preparation(request).await;
                let cancelled = cancelled.map_err(|status| refused(&status))?.into_inner();
                return print_line(&as_json(&cancelled).to_string());
            }
            let begun = client.prepare(self.request()).await;
            let mut stream = begun.map_err(|status| refused(&status))?.into_inner();
            let steps = Steps::new();
            let mut last = PrepareProgress::default();
            while let Some(progress) = stream.message().await.map_err(|status| refused(&status))? {
                if last.operation_id.is_empty() {
                    eprintln!(
                        "operation {} (langdu prepare --watch ID)",
                        progress.operation_id
                    );
                }
                self.show(&steps, &last, &progress)?;
                last = progress;
            }
            steps.clear();
            outcome(&last)
        })
    }

    fn request(&self) -> PrepareRequest {
        let page = |url: &String| Source {
            source: Some(source::Source::Url(url.clone())),
            follow_attachments: self.follow_attachments,
        };
        if let Some(id) = &self.watch {
            return PrepareRequest {
                operation_id: id.clone(),
                ..PrepareRequest::default()
            };
        }
        PrepareRequest {
            sources: self.urls.iter().map(page).collect(),
            sitemap_url: self.sitemap.clone().unwrap_or_default(),
            list_url: self.list.clone().unwrap_or_default(),
            voice: Some(VoiceSelectionParams {
                name: self.voice.clone(),
                ..VoiceSelectionParams::default()
            }),
            audio_config: Some(AudioConfig {
                audio_encoding: AudioEncoding::Mp3.into(),
                speaking_rate: self.rate,
                ..AudioConfig::default()
            }),
            operation_id: String::new(),
        }
    }

    fn show(
        &self,
        steps: &Steps,
        last: &PrepareProgress,
        progress: &PrepareProgress,
    ) -> Result<(), CliError> {
        if self.json {
            return print_line(&as_json(progress).to_string());
        }
        // Where there is no bar, a line for every document is enough.
        let is_news = progress.documents_done != last.documents_done
            || progress.documents_total != last.documents_total;
        if steps.is_bar() || is_news {
            let what = format!(
                "documents, {} of {} sentences",
                progress.utterances_done, progress.utterances_total
            );
            let done = progress.documents_done as usize;
            steps.step(done, progress.documents_total as usize, &what);
        }
        Ok(())
    }
}

fn as_json(progress: &PrepareProgress) -> serde_json::Value {
    let failures = progress.failures.iter();
    let failures = failures.map(|f| serde_json::json!({ "url": f.url, "message": f.message }));
    serde_json::json!({
        "operation": progress.operation_id,
        "documents": progress.documents_total,
        "documents_done": progress.documents_done,
        "utterances": progress.utterances_total,
        "utterances_done": progress.utterances_done,
        "failures": failures.collect::<Vec<_>>(),
        "failures_total": progress.failures_total,
        "finished": progress.finished,
        "cancelled": progress.cancelled,
    })
}

#[derive(Debug, Args)]
pub(super) struct Preparations {
    #[command(flatten)]
    remote: Remote,
}

impl Preparations {
    /// One JSON object a line, the latest operation first.
    pub(super) fn run(self, config: &Config) -> Result<(), CliError> {
        runtime()?.block_on(async {
            let mut client = self.remote.connect(config).await?;
            let mut request = ListPreparationsRequest::default();
            loop {
                let listed = client.list_preparations(request.clone()).await;
                let listed = listed.map_err(|status| refused(&status))?.into_inner();
                for preparation in listed.preparations {
                    let mut line = as_json(&preparation.progress.unwrap_or_default());
                    let begun_at = Timestamp::from_second(preparation.begun_at);
                    line["begun_at"] = begun_at.map(|at| at.to_string()).unwrap_or_default().into();
                    line["urls"] = preparation.urls.into();
                    line["sitemap"] = preparation.sitemap_url.into();
                    line["list"] = preparation.list_url.into();
                    line["voice"] = preparation.voice.into();
                    print_line(&line.to_string())?;
                }
                if listed.next_page_token.is_empty() {
                    return Ok(());
                }
                request.page_token = listed.next_page_token;
            }
        })
    }
}

fn outcome(last: &PrepareProgress) -> Result<(), CliError> {
    if !last.finished {
        return Err(CliError::Service(format!(
            "the service ended before operation {} was finished: it goes on when the service \
             starts again",
            last.operation_id
        )));
    }
    if last.cancelled {
        return Err(CliError::Service(format!(
            "operation {} was cancelled after {} of {} documents",
            last.operation_id, last.documents_done, last.documents_total
        )));
    }
    for failure in &last.failures {
        eprintln!("{}: {}", failure.url, failure.message);
    }
    let failed = last.failures_total;
    let unnamed = failed as usize - last.failures.len().min(failed as usize);
    if unnamed > 0 {
        eprintln!("and {unnamed} more: the service's log names each");
    }
    // A column or a sitemap that cannot be read is a failure, and no document.
    let prepared = last.documents_done - failed.min(last.documents_done);
    eprintln!(
        "prepared {prepared} of {} documents, {} sentences",
        last.documents_total, last.utterances_done
    );
    match failed {
        0 => Ok(()),
        failed => Err(CliError::Service(format!("{failed} could not be prepared"))),
    }
}
