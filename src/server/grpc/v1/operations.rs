//! Withdrawals and preparations as messages of `langdu.v1`.

use super::{proto, sound};
use crate::ledger::ListedWithdrawal;
use crate::prepare::{Listed, Progress};
use crate::server::grpc::count;
use crate::server::grpc::preparations::{NAMED_PAGES, WantedTask};
use crate::server::grpc::request::all;
use crate::server::problem::Problem;
use crate::withdrawals::Outcome;

/// What a withdrawal did.
pub(super) fn withdrawn(outcome: Outcome) -> proto::WithdrawResponse {
    proto::WithdrawResponse {
        readings: count(outcome.withdrawn.readings.len()),
        clips: count(outcome.withdrawn.clips.len()),
        addresses: outcome.withdrawn.addresses,
        pending_clips: count(outcome.pending_clips),
        not_reached: outcome.not_reached,
    }
}

pub(super) fn withdrawal(listed: ListedWithdrawal) -> proto::Withdrawal {
    let withdrawal = listed.withdrawal;
    proto::Withdrawal {
        url: withdrawal.url,
        withdrawn_at: withdrawal.withdrawn_at_s,
        withdrawn_by: withdrawal.withdrawn_by,
        readings: withdrawal.readings,
        clips: withdrawal.clips,
        addresses: listed.addresses,
        pending_clips: listed.pending_clips,
    }
}

/// What a request has prepared.
pub(super) fn task(request: proto::PrepareRequest) -> WantedTask {
    WantedTask {
        follow_attachments: request.sources.iter().any(|page| page.follow_attachments),
        urls: all(request.sources.into_iter().map(address)),
        sitemap_url: Ok(request.sitemap_url),
        list_url: Ok(request.list_url),
        voice: request.voice.unwrap_or_default().name,
        sound: sound(request.audio_config),
    }
}

fn address(source: proto::Source) -> Result<String, Problem> {
    match source.source {
        Some(proto::source::Source::Url(url)) => Ok(url),
        _ => Err(Problem::invalid(
            "sources",
            "only pages with an address can be prepared: HTML and text are private and are kept \
             in memory only",
        )),
    }
}

pub(super) fn preparation(listed: Listed) -> proto::Preparation {
    let task = listed.task;
    proto::Preparation {
        progress: Some(progress(&listed.progress)),
        begun_at: i64::try_from(listed.begun_s).unwrap_or(i64::MAX),
        urls: task.urls.into_iter().take(NAMED_PAGES).collect(),
        sitemap_url: task.sitemap.unwrap_or_default(),
        list_url: task.list.unwrap_or_default(),
        voice: task.voice,
    }
}

/// How far an operation is.
pub(super) fn progress(progress: &Progress) -> proto::PrepareProgress {
    let failures = progress.failures.iter();
    proto::PrepareProgress {
        operation_id: progress.id.clone(),
        documents_total: count(progress.documents),
        documents_done: count(progress.documents_done),
        utterances_total: count(progress.utterances),
        utterances_done: count(progress.utterances_done),
        failures: failures
            .map(|failure| proto::PrepareFailure {
                url: failure.url.clone(),
                message: failure.message.clone(),
            })
            .collect(),
        failures_total: count(progress.failures_total),
        finished: progress.finished,
        cancelled: progress.cancelled,
    }
}
