//! Corrections, reports and approvals as messages of `langdu.v1`.

use super::proto;
use crate::corrections::{
    Approval, ApprovalChange, ApprovalState, Correction, Event, HistoryEntry, Imported, Outcome,
    Report, ReportState, Scope, Touched,
};
use crate::server::change_names::names_of;
use crate::server::grpc::count;
use crate::server::grpc::operators::{ScopeKind, Told, WantedDecision};
use crate::server::problem::Problem;
use langdu_text::Anchor;
use proto::correction_event;

/// The decision that a message asks for.
pub(super) fn wanted(message: proto::Decision) -> WantedDecision {
    WantedDecision {
        scope: match message.scope.as_str() {
            "everywhere" => Some(ScopeKind::Everywhere),
            "portal" => Some(ScopeKind::Portal),
            "document" => Some(ScopeKind::Document),
            "here" => Some(ScopeKind::Here),
            _ => None,
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
        change: (message.change, message.value),
        note: message.note,
    }
}

/// The state of an approval.
pub(super) fn approval_state(name: &str) -> Result<ApprovalState, Problem> {
    ApprovalState::parse(name).ok_or_else(|| Problem::invalid("state", "write waiting or approved"))
}

pub(super) fn approval(approval: Approval) -> proto::Approval {
    proto::Approval {
        url: approval.url,
        title: approval.title,
        content: approval.content,
        state: approval.state.name().to_owned(),
        by: approval.by,
        at: approval.at_s,
    }
}

pub(super) fn approval_change(change: ApprovalChange) -> proto::ApprovalChange {
    proto::ApprovalChange {
        number: change.number,
        action: change.action,
        url: change.url,
        title: change.title,
        content: change.content,
        at: change.at_s,
        by: change.by,
    }
}

pub(super) fn correction(correction: Correction) -> proto::Correction {
    let decision = correction.decision;
    let (change, value) = names_of(&decision.change);
    let scope = decision.scope.name().to_owned();
    let (portal, url, anchor) = match decision.scope {
        Scope::Everywhere => (String::new(), String::new(), None),
        Scope::Portal { host } => (host, String::new(), None),
        Scope::Document { url } => (String::new(), url, None),
        Scope::Here { url, anchor } => (String::new(), url, Some(anchor)),
    };
    let anchor = anchor.map(|anchor| proto::Anchor {
        before: anchor.before,
        after: anchor.after,
        place: count(anchor.place),
        of: count(anchor.of),
    });
    proto::Correction {
        id: correction.id,
        revision: correction.revision,
        decision: Some(proto::Decision {
            scope,
            portal,
            url,
            anchor,
            word: decision.word,
            change: change.to_owned(),
            value,
            note: decision.note,
        }),
        deleted: correction.is_deleted,
        created_at: correction.created_at_s,
        created_by: correction.created_by,
        updated_at: correction.updated_at_s,
        updated_by: correction.updated_by,
    }
}

pub(super) fn touched(touched: Touched) -> proto::Touched {
    proto::Touched {
        documents: count(touched.documents),
        clips: count(touched.clips),
        urls: touched.pages,
        sentences: touched.sentences,
    }
}

pub(super) fn decided(outcome: Outcome) -> proto::CorrectionResponse {
    proto::CorrectionResponse {
        correction: Some(correction(outcome.correction)),
        touched: Some(touched(outcome.touched)),
    }
}

pub(super) fn change(entry: HistoryEntry) -> proto::CorrectionChange {
    proto::CorrectionChange {
        number: entry.number,
        action: entry.action.name().to_owned(),
        at: entry.at_s,
        by: entry.by,
        before: entry.before.map(correction),
        after: Some(correction(entry.after)),
    }
}

pub(super) fn imported(imported: Imported) -> proto::ImportCorrectionsResponse {
    proto::ImportCorrectionsResponse {
        created: count(imported.created),
        updated: count(imported.updated),
        unchanged: count(imported.unchanged),
        touched: Some(touched(imported.touched)),
    }
}

pub(super) fn report(report: Report) -> proto::Report {
    proto::Report {
        id: report.id,
        clip_id: report.clip.to_string(),
        sentence: report.sentence,
        word: report.word,
        url: report.page,
        utterance: report.place,
        player: report.player,
        people: report.people,
        first_at: report.first_at_s,
        last_at: report.last_at_s,
        state: report.state.name().to_owned(),
        answered_by: report.answered_by,
    }
}

/// The state of a report by its name.
pub(super) fn state(name: &str) -> Result<ReportState, Problem> {
    ReportState::parse(name)
        .ok_or_else(|| Problem::invalid("state", "write open, corrected or dismissed"))
}

/// What whoever watches is told.
pub(super) fn event(told: Told) -> proto::CorrectionEvent {
    use correction_event::Event as Answer;
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
    proto::CorrectionEvent { event: Some(event) }
}
