//! What editors may do: correct how words are read, and answer what listeners report.
//!
//! Whoever decides is written into the history with the decision; the log says that it was decided, by its id,
//! and not of which words.

use std::sync::Arc;

use super::ReadingService;
use super::permissions::{editors_only, is_of};
use crate::corrections::{
    Answer, Approval, Corrections, Decision, Imported, NewReport, Outcome, Report, Scope, Touched,
};
use crate::listens::{Device, Line, Moment};
use crate::prepare::Task;
use crate::reason::Reason;
use crate::server::access::Caller;
use crate::server::problem::Problem;
use jiff::civil::Date;
use langdu_clips::ClipId;

/// Reports of one listener in a minute: more than anybody presses, less than a script.
const REPORTS_PER_MINUTE: u32 = 10;

/// What players of one client tell of their documents in a minute: a hall of kiosks is one client.
const LISTENS_PER_MINUTE: u32 = 600;

impl ReadingService {
    /// The corrections, for those who may look at them and change them.
    ///
    /// # Errors
    ///
    /// EDITOR_ONLY for everybody else.
    pub(in crate::server) fn corrections(
        &self,
        caller: &Caller,
    ) -> Result<&Arc<Corrections>, Problem> {
        editors_only(caller)?;
        Ok(self.reader.corrections())
    }

    /// Makes a correction.
    ///
    /// # Errors
    ///
    /// EDITOR_ONLY or NOT_PERMITTED for those who may not, and as [`Corrections::create`].
    pub(in crate::server) async fn create_correction(
        &self,
        caller: &Caller,
        decision: Decision,
    ) -> Result<Outcome, Problem> {
        let corrections = self.corrections(caller)?;
        may_decide(caller, &decision.scope)?;
        let outcome = corrections.create(decision, &caller.client).await?;
        self.decided(caller, "created", &outcome).await;
        Ok(outcome)
    }

    /// Decides a correction anew.
    ///
    /// # Errors
    ///
    /// As [`create_correction`](Self::create_correction), and when somebody has changed it since it was seen.
    pub(in crate::server) async fn update_correction(
        &self,
        caller: &Caller,
        id: &str,
        revision: u64,
        decision: Decision,
    ) -> Result<Outcome, Problem> {
        let corrections = self.corrections(caller)?;
        may_decide(caller, &decision.scope)?;
        may_decide(caller, &corrections.get(id).await?.decision.scope)?;
        let outcome = corrections.update(id, revision, decision, &caller.client);
        let outcome = outcome.await?;
        self.decided(caller, "updated", &outcome).await;
        Ok(outcome)
    }

    /// Deletes a correction.
    ///
    /// # Errors
    ///
    /// As [`update_correction`](Self::update_correction).
    pub(in crate::server) async fn delete_correction(
        &self,
        caller: &Caller,
        id: &str,
        revision: u64,
    ) -> Result<Outcome, Problem> {
        let corrections = self.corrections(caller)?;
        may_decide(caller, &corrections.get(id).await?.decision.scope)?;
        let outcome = corrections.delete(id, revision, &caller.client).await?;
        self.decided(caller, "deleted", &outcome).await;
        Ok(outcome)
    }

    /// Undoes a change of a correction by its number in the history.
    ///
    /// # Errors
    ///
    /// As [`update_correction`](Self::update_correction).
    pub(in crate::server) async fn undo_correction(
        &self,
        caller: &Caller,
        number: i64,
    ) -> Result<Outcome, Problem> {
        let corrections = self.corrections(caller)?;
        if !caller.grant.hosts.is_empty() {
            let entry = corrections.entry(number).await?;
            may_decide(caller, &entry.after.decision.scope)?;
            if let Some(before) = entry.before {
                may_decide(caller, &before.decision.scope)?;
            }
        }
        let outcome = corrections.undo(number, &caller.client).await?;
        self.decided(caller, "undone", &outcome).await;
        Ok(outcome)
    }

    /// What a decision would touch.
    ///
    /// # Errors
    ///
    /// As [`create_correction`](Self::create_correction).
    pub(in crate::server) async fn try_correction(
        &self,
        caller: &Caller,
        id: Option<&str>,
        decision: Decision,
    ) -> Result<Touched, Problem> {
        let corrections = self.corrections(caller)?;
        may_decide(caller, &decision.scope)?;
        Ok(corrections.try_out(id, decision).await?)
    }

    /// Takes many corrections over, all or none.
    ///
    /// # Errors
    ///
    /// As [`create_correction`](Self::create_correction), for the first that cannot be taken.
    pub(in crate::server) async fn import_corrections(
        &self,
        caller: &Caller,
        decisions: Vec<(usize, Decision)>,
    ) -> Result<Imported, Problem> {
        let corrections = self.corrections(caller)?;
        for (_, decision) in &decisions {
            may_decide(caller, &decision.scope)?;
        }
        let imported = corrections.import(decisions, &caller.client).await?;
        tracing::info!(
            by = %caller.client,
            created = imported.created,
            updated = imported.updated,
            documents = imported.touched.documents,
            clips = imported.touched.clips,
            "corrections are imported"
        );
        self.prepare_again(imported.to_prepare.clone()).await;
        Ok(imported)
    }

    /// Approves what a document says (先审后播): it may be heard from now on.
    ///
    /// # Errors
    ///
    /// EDITOR_ONLY or NOT_PERMITTED for those who may not, and as [`Corrections::approve`].
    pub(in crate::server) async fn approve(
        &self,
        caller: &Caller,
        url: &str,
        content: &str,
    ) -> Result<Approval, Problem> {
        let corrections = self.corrections(caller)?;
        is_of(&caller.grant.hosts, url)?;
        let approval = corrections.approve(url, content, &caller.client).await?;
        tracing::info!(by = %caller.client, content, "a document is approved");
        self.prepare_again(vec![approval.url.clone()]).await;
        Ok(approval)
    }

    /// Takes an approval back: the document waits again when it is asked for.
    ///
    /// # Errors
    ///
    /// EDITOR_ONLY or NOT_PERMITTED for those who may not, and as [`Corrections::revoke`].
    pub(in crate::server) async fn revoke(
        &self,
        caller: &Caller,
        url: &str,
    ) -> Result<Approval, Problem> {
        let corrections = self.corrections(caller)?;
        is_of(&caller.grant.hosts, url)?;
        let approval = corrections.revoke(url, &caller.client).await?;
        tracing::info!(by = %caller.client, "an approval is taken back");
        Ok(approval)
    }

    /// Keeps what a listener says is read wrong (读错了). Nothing of who it was is kept.
    ///
    /// # Errors
    ///
    /// QUOTA_EXCEEDED where one listener says it too often, and as [`Corrections::report`].
    pub(in crate::server) async fn report(
        &self,
        caller: &Caller,
        report: NewReport,
    ) -> Result<Report, Problem> {
        self.pace(caller, "reports", REPORTS_PER_MINUTE)?;
        let corrections = self.reader.corrections();
        Ok(corrections.report(report, &caller.client).await?)
    }

    /// Counts what somebody tells against so many in a minute.
    ///
    /// # Errors
    ///
    /// QUOTA_EXCEEDED when it is one too many.
    fn pace(&self, caller: &Caller, what: &str, per_minute: u32) -> Result<(), Problem> {
        let client: Arc<str> = format!("{what} {}", caller.client).into();
        self.quotas.count(&client, per_minute).map_err(|wait| {
            let message = format!("more than {per_minute} {what} a minute");
            Problem::new(Reason::QuotaExceeded, message).retry_after(wait)
        })
    }

    /// Counts what a player tells of a reading that is known here.
    ///
    /// # Errors
    ///
    /// NOT_FOUND where no such reading is known, and when somebody tells of too much in a minute.
    pub(in crate::server) fn listened(
        &self,
        caller: &Caller,
        reading: &str,
        device: Device,
        moment: Moment,
        seconds: u32,
    ) -> Result<(), Problem> {
        self.pace(caller, "listens", LISTENS_PER_MINUTE)?;
        let unknown = || Problem::not_found("no such reading is known here");
        let reading = self.reader.reading(reading).ok_or_else(unknown)?;
        self.may_hear(caller, &reading)?;
        self.listens.count(&reading, device, moment, seconds);
        Ok(())
    }

    /// How often documents were listened to from one day to another, both included.
    ///
    /// # Errors
    ///
    /// EDITOR_ONLY for those who may not, and when the database fails.
    pub(in crate::server) async fn listens(
        &self,
        caller: &Caller,
        from: Date,
        to: Date,
    ) -> Result<Vec<Line>, Problem> {
        editors_only(caller)?;
        Ok(self.listens.table(from, to).await?)
    }

    /// Answers a report.
    ///
    /// # Errors
    ///
    /// EDITOR_ONLY for those who may not, and as [`Corrections::answer_report`].
    pub(in crate::server) async fn answer_report(
        &self,
        caller: &Caller,
        id: i64,
        answer: Answer,
    ) -> Result<Report, Problem> {
        let corrections = self.corrections(caller)?;
        let report = corrections.answer_report(id, answer, &caller.client);
        let report = report.await?;
        tracing::info!(id, by = %caller.client, state = report.state.name(), "a report is answered");
        Ok(report)
    }

    /// A problem of a clip: one that a correction has made wrong is gone, and not merely unknown.
    pub(in crate::server) fn clip_problem(
        &self,
        clip: ClipId,
        error: impl Into<Problem>,
    ) -> Problem {
        let problem = error.into();
        if problem.reason == Reason::NotFound && self.reader.corrections().is_superseded(clip) {
            let message = "a correction has made this clip wrong: ask for the reading again";
            return Problem::new(Reason::ClipSuperseded, message);
        }
        problem
    }

    async fn decided(&self, caller: &Caller, action: &'static str, outcome: &Outcome) {
        let correction = &outcome.correction;
        tracing::info!(
            id = correction.id,
            revision = correction.revision,
            by = %caller.client,
            action,
            scope = correction.decision.scope.name(),
            documents = outcome.touched.documents,
            clips = outcome.touched.clips,
            "a correction is in force"
        );
        self.prepare_again(outcome.to_prepare.clone()).await;
    }

    /// Has what sounds different now made before anybody listens.
    async fn prepare_again(&self, urls: Vec<String>) {
        if urls.is_empty() {
            return;
        }
        let task = Task {
            urls,
            ..Task::default()
        };
        if let Err(error) = self.preparations.begin(task).await {
            tracing::warn!(%error, "corrected pages are made when somebody listens, not before");
        }
    }
}

/// Whether a caller may decide something of a scope: an editor of some portals decides for those.
fn may_decide(caller: &Caller, scope: &Scope) -> Result<(), Problem> {
    let hosts = &caller.grant.hosts;
    if hosts.is_empty() {
        return Ok(());
    }
    match scope {
        Scope::Everywhere => {
            let message = "this editor corrects words of single portals: choose one";
            Err(Problem::new(Reason::NotPermitted, message))
        }
        Scope::Portal { host } => is_of(hosts, &format!("http://{host}/")),
        Scope::Document { url } | Scope::Here { url, .. } => is_of(hosts, url),
    }
}
