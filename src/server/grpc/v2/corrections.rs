//! Corrections, reports and approvals as messages of `langdu.v2`.

use super::{proto, timestamp};
use crate::corrections::{
    Action, Approval, ApprovalChange, ApprovalState, Correction, Event, HistoryEntry, Imported,
    Report, ReportState, Scope, Touched,
};
use crate::server::change_names::names_of;
use crate::server::grpc::count;
use crate::server::grpc::operators::{ScopeKind, Told, WantedDecision};
use crate::server::problem::Problem;
use langdu_text::{Anchor, Change};
use proto::watch_corrections_response;

/// The decision that a message asks for.
pub(super) fn wanted(message: proto::Decision) -> WantedDecision {
    use proto::decision::{Change, Scope};
    let change = match message.change() {
        Change::Unspecified => "",
        Change::Pronounce => "pronounce",
        Change::Say => "say",
        Change::Number => "number",
        Change::Pause => "pause",
        Change::Skip => "skip",
        Change::Name => "name",
    };
    WantedDecision {
        scope: match message.scope() {
            Scope::Unspecified => None,
            Scope::Everywhere => Some(ScopeKind::Everywhere),
            Scope::Portal => Some(ScopeKind::Portal),
            Scope::Document => Some(ScopeKind::Document),
            Scope::Here => Some(ScopeKind::Here),
        },
        portal: message.portal,
        url: message.url,
        anchor: message.anchor.map(|anchor| Anchor {
            before: anchor.before,
            after: anchor.after,
            place: anchor.place as usize,
            of: anchor.of.max(1) as usize,
        }),
        word: message.word,
        change: (change.to_owned(), message.value),
        note: message.note,
    }
}

/// A problem with a decision, which is the field `of` of a request.
pub(super) fn within(problem: Problem, of: &str) -> Problem {
    problem.with_fields(|field| match field {
        "decision" => of.to_owned(),
        field => format!("{of}.{field}"),
    })
}

/// The state of a report, which a request has to name.
pub(super) fn report_state(state: i32) -> Result<ReportState, Problem> {
    use proto::report::State;
    match State::try_from(state) {
        Ok(State::Open) => Ok(ReportState::Open),
        Ok(State::Corrected) => Ok(ReportState::Corrected),
        Ok(State::Dismissed) => Ok(ReportState::Dismissed),
        Ok(State::Unspecified) | Err(_) => {
            let message = "choose STATE_OPEN, STATE_CORRECTED or STATE_DISMISSED";
            Err(Problem::invalid("state", message))
        }
    }
}

/// The state of an approval, which a request has to name.
pub(super) fn approval_state(state: i32) -> Result<ApprovalState, Problem> {
    use proto::approval::State;
    match State::try_from(state) {
        Ok(State::Waiting) => Ok(ApprovalState::Waiting),
        Ok(State::Approved) => Ok(ApprovalState::Approved),
        Ok(State::Unspecified) | Err(_) => {
            let message = "choose STATE_WAITING or STATE_APPROVED";
            Err(Problem::invalid("state", message))
        }
    }
}

pub(super) fn approval(approval: Approval) -> proto::Approval {
    use proto::approval::State;
    let state = match approval.state {
        ApprovalState::Waiting => State::Waiting,
        ApprovalState::Approved => State::Approved,
    };
    proto::Approval {
        url: approval.url,
        title: approval.title,
        content_hash: approval.content,
        state: state.into(),
        approved_by: approval.by,
        state_time: Some(timestamp(approval.at_s)),
    }
}

pub(super) fn approval_change(change: ApprovalChange) -> proto::ApprovalChange {
    use proto::approval_change::Action;
    let action = match change.action.as_str() {
        "approved" => Action::Approved,
        "revoked" => Action::Revoked,
        _ => Action::Unspecified,
    };
    proto::ApprovalChange {
        number: change.number,
        action: action.into(),
        url: change.url,
        title: change.title,
        content_hash: change.content,
        change_time: Some(timestamp(change.at_s)),
        changed_by: change.by,
    }
}

pub(super) fn correction(correction: Correction) -> proto::Correction {
    let decision = correction.decision;
    let (_, value) = names_of(&decision.change);
    let (scope, portal, url, anchor) = match decision.scope {
        Scope::Everywhere => (
            proto::decision::Scope::Everywhere,
            String::new(),
            String::new(),
            None,
        ),
        Scope::Portal { host } => (proto::decision::Scope::Portal, host, String::new(), None),
        Scope::Document { url } => (proto::decision::Scope::Document, String::new(), url, None),
        Scope::Here { url, anchor } => {
            let anchor = proto::Anchor {
                before: anchor.before,
                after: anchor.after,
                place: count(anchor.place),
                of: count(anchor.of),
            };
            let here = proto::decision::Scope::Here;
            (here, String::new(), url, Some(anchor))
        }
    };
    proto::Correction {
        id: correction.id,
        revision: correction.revision,
        decision: Some(proto::Decision {
            scope: scope.into(),
            portal,
            url,
            anchor,
            word: decision.word,
            change: kind_of(&decision.change).into(),
            value,
            note: decision.note,
        }),
        deleted: correction.is_deleted,
        create_time: Some(timestamp(correction.created_at_s)),
        created_by: correction.created_by,
        update_time: Some(timestamp(correction.updated_at_s)),
        updated_by: correction.updated_by,
    }
}

fn kind_of(change: &Change) -> proto::decision::Change {
    use proto::decision::Change as Kind;
    match change {
        Change::Pronounce(_) => Kind::Pronounce,
        Change::Say(_) => Kind::Say,
        Change::Number(_) => Kind::Number,
        Change::Pause(_) => Kind::Pause,
        Change::Skip => Kind::Skip,
        Change::Name => Kind::Name,
    }
}

pub(super) fn touched(touched: Touched) -> proto::Touched {
    proto::Touched {
        document_count: count(touched.documents),
        clip_count: count(touched.clips),
        urls: touched.pages,
        sentences: touched.sentences,
    }
}

pub(super) fn change(entry: HistoryEntry) -> proto::CorrectionChange {
    use proto::correction_change::Action as Done;
    let action = match entry.action {
        Action::Created => Done::Created,
        Action::Updated => Done::Updated,
        Action::Deleted => Done::Deleted,
        Action::Undone => Done::Undone,
    };
    proto::CorrectionChange {
        number: entry.number,
        action: action.into(),
        change_time: Some(timestamp(entry.at_s)),
        changed_by: entry.by,
        before: entry.before.map(correction),
        after: Some(correction(entry.after)),
    }
}

pub(super) fn imported(imported: Imported) -> proto::ImportCorrectionsResponse {
    proto::ImportCorrectionsResponse {
        created_count: count(imported.created),
        updated_count: count(imported.updated),
        unchanged_count: count(imported.unchanged),
        touched: Some(touched(imported.touched)),
    }
}

pub(super) fn report(report: Report) -> proto::Report {
    use proto::report::State;
    let state = match report.state {
        ReportState::Open => State::Open,
        ReportState::Corrected => State::Corrected,
        ReportState::Dismissed => State::Dismissed,
    };
    proto::Report {
        id: report.id,
        clip_id: report.clip.to_string(),
        sentence: report.sentence,
        word: report.word,
        url: report.page,
        utterance: report.place,
        player: report.player,
        people_count: report.people,
        first_report_time: Some(timestamp(report.first_at_s)),
        last_report_time: Some(timestamp(report.last_at_s)),
        state: state.into(),
        answered_by: report.answered_by,
    }
}

/// What whoever watches is told.
pub(super) fn event(told: Told) -> proto::WatchCorrectionsResponse {
    use watch_corrections_response::Event as Answer;
    let event = match told {
        Told::Lagged => Answer::Lagged(proto::Lagged {}),
        Told::Event(event) => match *event {
            Event::Corrected {
                correction: one, ..
            } => Answer::Correction(correction(one)),
            Event::Approval { approval: one } => Answer::Approval(approval(one)),
            Event::Reported { report: one } => Answer::Report(report(one)),
        },
    };
    proto::WatchCorrectionsResponse { event: Some(event) }
}
