//! What operators and editors may call, whichever version of the contract the call came in.

use std::sync::Arc;

use futures::{Stream, stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tonic::Status;

use super::Call;
use super::deadline::Deadline;
use super::paging::Page;
use super::request::both;
use crate::corrections::{
    Answer, Approval, ApprovalChange, ApprovalState, Correction, Decision, Event, HistoryEntry,
    Imported, Outcome, Report, ReportState, Scope, Touched,
};
use crate::ledger::ListedWithdrawal;
use crate::server::change_names::change_of;
use crate::server::problem::Problem;
use crate::server::service::ReadingService;
use crate::withdrawals;
use langdu_text::Anchor;

/// The calls over the service layer.
#[derive(Clone)]
pub(in crate::server) struct OperatorCalls {
    pub(super) service: Arc<ReadingService>,
}

/// The entries of one page of a list, and the token of the next.
type Listing<T> = Result<(Vec<T>, String), Problem>;

/// Where a decision holds, by its kind.
#[derive(Clone, Copy)]
pub(super) enum ScopeKind {
    Everywhere,
    Portal,
    Document,
    Here,
}

/// A decision as a request has it.
pub(super) struct WantedDecision {
    /// Nothing where it is none of the contract's.
    pub(super) scope: Option<ScopeKind>,
    pub(super) portal: String,
    pub(super) url: String,
    pub(super) anchor: Option<Anchor>,
    pub(super) word: String,
    /// The name of what is done with the word, and the value of that.
    pub(super) change: (String, String),
    pub(super) note: String,
}

impl WantedDecision {
    /// The decision, of a request that has one.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub(super) fn check(wanted: Option<Self>) -> Result<Decision, Problem> {
        let wanted = wanted.ok_or_else(|| Problem::invalid("decision", "it is missing"))?;
        let (name, value) = wanted.change;
        let scope = match (wanted.scope, wanted.anchor) {
            (Some(ScopeKind::Everywhere), _) => Ok(Scope::Everywhere),
            (Some(ScopeKind::Portal), _) => Ok(Scope::Portal {
                host: wanted.portal,
            }),
            (Some(ScopeKind::Document), _) => Ok(Scope::Document { url: wanted.url }),
            (Some(ScopeKind::Here), Some(anchor)) => Ok(Scope::Here {
                url: wanted.url,
                anchor,
            }),
            (Some(ScopeKind::Here), None) => {
                Err(Problem::invalid("anchor", "the scope here needs it"))
            }
            (None, _) => {
                let reason = "write everywhere, portal, document or here";
                Err(Problem::invalid("scope", reason))
            }
        };
        let (scope, change) = both(scope, change_of(&name, value))?;
        Ok(Decision {
            scope,
            word: wanted.word,
            change,
            note: wanted.note,
        })
    }
}

impl OperatorCalls {
    pub(super) async fn withdrawn(
        &self,
        call: &Call,
        url: &str,
    ) -> Result<withdrawals::Outcome, Problem> {
        self.service.withdraw(&call.caller, url).await
    }

    pub(super) async fn withdrawals(
        &self,
        call: &Call,
        page: Result<Page, Problem>,
    ) -> Listing<ListedWithdrawal> {
        let page = page?;
        let service = &self.service;
        let listed = service.list_withdrawals(&call.caller, page.skipped, page.wanted());
        Ok(page.cut(listed.await?))
    }

    pub(super) async fn published(&self, call: &Call, url: &str) -> Result<Vec<String>, Problem> {
        self.service.publish(&call.caller, url).await
    }

    /// Corrections, those that were decided last before the others.
    pub(super) fn corrections(
        &self,
        call: &Call,
        page: Result<Page, Problem>,
    ) -> Listing<Arc<Correction>> {
        let corrections = self.service.corrections(&call.caller)?;
        let page = page?;
        let mut list = corrections.list();
        list.sort_by_key(|one| std::cmp::Reverse((one.updated_at_s, one.id.clone())));
        let list = list.into_iter().skip(page.skipped as usize);
        Ok(page.cut(list.collect()))
    }

    pub(super) async fn created(
        &self,
        call: &Call,
        decision: Option<WantedDecision>,
    ) -> Result<Outcome, Problem> {
        self.service.corrections(&call.caller)?;
        let decision = WantedDecision::check(decision)?;
        self.service.create_correction(&call.caller, decision).await
    }

    /// `revision` is the one that the caller has seen.
    pub(super) async fn updated(
        &self,
        call: &Call,
        (id, revision): (&str, u64),
        decision: Option<WantedDecision>,
    ) -> Result<Outcome, Problem> {
        self.service.corrections(&call.caller)?;
        let decision = WantedDecision::check(decision)?;
        let service = &self.service;
        let outcome = service.update_correction(&call.caller, id, revision, decision);
        outcome.await
    }

    pub(super) async fn deleted(
        &self,
        call: &Call,
        (id, revision): (&str, u64),
    ) -> Result<Outcome, Problem> {
        let service = &self.service;
        service.delete_correction(&call.caller, id, revision).await
    }

    /// `id` is that of the correction that would be decided anew; empty for a new one.
    pub(super) async fn tried(
        &self,
        call: &Call,
        id: &str,
        decision: Option<WantedDecision>,
    ) -> Result<Touched, Problem> {
        self.service.corrections(&call.caller)?;
        let decision = WantedDecision::check(decision)?;
        let id = Some(id).filter(|id| !id.is_empty());
        let service = &self.service;
        service.try_correction(&call.caller, id, decision).await
    }

    /// The history of one correction; of all by an empty id.
    pub(super) async fn changes(
        &self,
        call: &Call,
        id: String,
        page: Result<Page, Problem>,
    ) -> Listing<HistoryEntry> {
        let corrections = self.service.corrections(&call.caller)?;
        let page = page?;
        let id = Some(id).filter(|id| !id.is_empty());
        let changes = corrections.history(id, page.skipped, page.wanted());
        Ok(page.cut(changes.await?))
    }

    pub(super) async fn undone(&self, call: &Call, number: i64) -> Result<Outcome, Problem> {
        self.service.undo_correction(&call.caller, number).await
    }

    /// Decisions that were looked over, each by itself.
    pub(super) async fn imported(
        &self,
        call: &Call,
        decisions: Result<Vec<Decision>, Problem>,
    ) -> Result<Imported, Problem> {
        self.service.corrections(&call.caller)?;
        let numbered = decisions?.into_iter().enumerate();
        let numbered = numbered.map(|(index, decision)| (index + 1, decision));
        let service = &self.service;
        let imported = service.import_corrections(&call.caller, numbered.collect());
        imported.await
    }

    /// What happens from now on.
    pub(super) fn events(
        &self,
        call: &Call,
    ) -> Result<impl Stream<Item = Result<Told, Status>> + Send + use<>, Problem> {
        let corrections = self.service.corrections(&call.caller)?;
        Ok(events(corrections.events(), call.deadline))
    }

    /// Reports of a state.
    pub(super) async fn reports(
        &self,
        call: &Call,
        state: Result<ReportState, Problem>,
        page: Result<Page, Problem>,
    ) -> Listing<Report> {
        let corrections = self.service.corrections(&call.caller)?;
        let (page, state) = both(page, state)?;
        let reports = corrections.reports(state, page.skipped, page.wanted());
        Ok(page.cut(reports.await?))
    }

    pub(super) async fn answered(
        &self,
        call: &Call,
        id: i64,
        state: Result<ReportState, Problem>,
    ) -> Result<Report, Problem> {
        self.service.corrections(&call.caller)?;
        let answer = Answer { state: state? };
        self.service.answer_report(&call.caller, id, answer).await
    }

    /// Documents in a state.
    pub(super) async fn approvals(
        &self,
        call: &Call,
        state: Result<ApprovalState, Problem>,
        page: Result<Page, Problem>,
    ) -> Listing<Approval> {
        let corrections = self.service.corrections(&call.caller)?;
        let (page, state) = both(page, state)?;
        let approvals = corrections.approvals(state, page.skipped, page.wanted());
        Ok(page.cut(approvals.await?))
    }

    /// `content` is the hash of what the document says.
    pub(super) async fn approved(
        &self,
        call: &Call,
        url: &str,
        content: &str,
    ) -> Result<Approval, Problem> {
        self.service.approve(&call.caller, url, content).await
    }

    pub(super) async fn revoked(&self, call: &Call, url: &str) -> Result<Approval, Problem> {
        self.service.revoke(&call.caller, url).await
    }

    pub(super) async fn approval_changes(
        &self,
        call: &Call,
        page: Result<Page, Problem>,
    ) -> Listing<ApprovalChange> {
        let corrections = self.service.corrections(&call.caller)?;
        let page = page?;
        let changes = corrections.approval_history(page.skipped, page.wanted());
        Ok(page.cut(changes.await?))
    }
}

/// What whoever watches the corrections is told.
pub(super) enum Told {
    /// Something happened.
    Event(Box<Event>),
    /// Events were lost.
    Lagged,
}

/// The events from now on.
fn events(
    events: Receiver<Event>,
    deadline: Deadline,
) -> impl Stream<Item = Result<Told, Status>> + Send {
    stream::unfold(Some(events), move |events| async move {
        let mut events = events?;
        let received = tokio::select! {
            received = events.recv() => received,
            () = deadline.passed() => {
                return Some((Err(Problem::too_late().into()), None));
            }
        };
        let told = match received {
            Ok(event) => Told::Event(Box::new(event)),
            Err(RecvError::Lagged(_)) => Told::Lagged,
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(told), Some(events)))
    })
}
