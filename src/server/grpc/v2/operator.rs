//! `langdu.v2.OperatorService`: what operators do, and what editors do with them.

use futures::TryStreamExt;
use tonic::{Request, Response, Status};

use super::{corrections, operations, proto, timestamp};
use crate::corrections::{ApprovalState, ReportState};
use crate::ledger::ListedWithdrawal;
use crate::server::grpc::operators::{OperatorCalls, WantedDecision};
use crate::server::grpc::paging::Page;
use crate::server::grpc::request::all;
use crate::server::grpc::{Call, ResponseStream, count};
use crate::server::problem::Problem;
use langdu_proto::v2::operator_service_server::OperatorService;
use langdu_proto::v2::{
    AnswerReportRequest, AnswerReportResponse, ApproveDocumentRequest, ApproveDocumentResponse,
    CreateCorrectionRequest, CreateCorrectionResponse, CreatePreparationRequest,
    CreatePreparationResponse, DeleteCorrectionRequest, DeleteCorrectionResponse,
    ImportCorrectionsRequest, ImportCorrectionsResponse, ListApprovalChangesRequest,
    ListApprovalChangesResponse, ListApprovalsRequest, ListApprovalsResponse,
    ListCorrectionChangesRequest, ListCorrectionChangesResponse, ListCorrectionsRequest,
    ListCorrectionsResponse, ListReportsRequest, ListReportsResponse, ListWithdrawalsRequest,
    ListWithdrawalsResponse, PublishRequest, PublishResponse, RevokeApprovalRequest,
    RevokeApprovalResponse, TryCorrectionRequest, TryCorrectionResponse,
    UndoCorrectionChangeRequest, UndoCorrectionChangeResponse, UpdateCorrectionRequest,
    UpdateCorrectionResponse, WatchCorrectionsRequest, WatchCorrectionsResponse, WithdrawRequest,
    WithdrawResponse,
};

/// A problem with the decision of a request.
fn of_decision(problem: Problem) -> Problem {
    corrections::within(problem, "decision")
}

fn withdrawal(listed: ListedWithdrawal) -> proto::Withdrawal {
    let withdrawal = listed.withdrawal;
    proto::Withdrawal {
        url: withdrawal.url,
        withdraw_time: Some(timestamp(withdrawal.withdrawn_at_s)),
        withdrawn_by: withdrawal.withdrawn_by,
        reading_count: withdrawal.readings,
        clip_count: withdrawal.clips,
        addresses: listed.addresses,
        pending_clip_count: listed.pending_clips,
    }
}

#[tonic::async_trait]
impl OperatorService for OperatorCalls {
    async fn create_preparation(
        &self,
        request: Request<CreatePreparationRequest>,
    ) -> Result<Response<CreatePreparationResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let task = operations::task(request, self.service.reader());
        let id = self.begin(&call, task).await;
        let id = id.map_err(operations::of_request)?;
        let listed = self.preparation(&call, &id).await?;
        Ok(Response::new(CreatePreparationResponse {
            operation: Some(operations::operation(&listed)),
        }))
    }

    async fn withdraw(
        &self,
        request: Request<WithdrawRequest>,
    ) -> Result<Response<WithdrawResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let outcome = self.withdrawn(&call, &request.url).await?;
        Ok(Response::new(WithdrawResponse {
            reading_count: count(outcome.withdrawn.readings.len()),
            clip_count: count(outcome.withdrawn.clips.len()),
            addresses: outcome.withdrawn.addresses,
            pending_clip_count: count(outcome.pending_clips),
            not_reached: outcome.not_reached,
        }))
    }

    async fn list_withdrawals(
        &self,
        request: Request<ListWithdrawalsRequest>,
    ) -> Result<Response<ListWithdrawalsResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let page = Page::of(request.page_size, &request.page_token);
        let (listed, next_page_token) = self.withdrawals(&call, page).await?;
        Ok(Response::new(ListWithdrawalsResponse {
            withdrawals: listed.into_iter().map(withdrawal).collect(),
            next_page_token,
        }))
    }

    async fn publish(
        &self,
        request: Request<PublishRequest>,
    ) -> Result<Response<PublishResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let urls = self.published(&call, &request.url).await?;
        Ok(Response::new(PublishResponse { urls }))
    }

    async fn list_corrections(
        &self,
        request: Request<ListCorrectionsRequest>,
    ) -> Result<Response<ListCorrectionsResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let page = Page::of(request.page_size, &request.page_token);
        let (list, next_page_token) = self.corrections(&call, page)?;
        Ok(Response::new(ListCorrectionsResponse {
            corrections: list
                .into_iter()
                .map(|one| corrections::correction(one.as_ref().clone()))
                .collect(),
            next_page_token,
        }))
    }

    async fn create_correction(
        &self,
        request: Request<CreateCorrectionRequest>,
    ) -> Result<Response<CreateCorrectionResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let decision = request.decision.map(corrections::wanted);
        let outcome = self.created(&call, decision).await.map_err(of_decision)?;
        Ok(Response::new(CreateCorrectionResponse {
            correction: Some(corrections::correction(outcome.correction)),
            touched: Some(corrections::touched(outcome.touched)),
        }))
    }

    async fn update_correction(
        &self,
        request: Request<UpdateCorrectionRequest>,
    ) -> Result<Response<UpdateCorrectionResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let decision = request.decision.map(corrections::wanted);
        let seen = (request.id.as_str(), request.revision);
        let outcome = self.updated(&call, seen, decision).await;
        let outcome = outcome.map_err(of_decision)?;
        Ok(Response::new(UpdateCorrectionResponse {
            correction: Some(corrections::correction(outcome.correction)),
            touched: Some(corrections::touched(outcome.touched)),
        }))
    }

    async fn delete_correction(
        &self,
        request: Request<DeleteCorrectionRequest>,
    ) -> Result<Response<DeleteCorrectionResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let outcome = self.deleted(&call, (&request.id, request.revision)).await?;
        Ok(Response::new(DeleteCorrectionResponse {
            correction: Some(corrections::correction(outcome.correction)),
            touched: Some(corrections::touched(outcome.touched)),
        }))
    }

    async fn try_correction(
        &self,
        request: Request<TryCorrectionRequest>,
    ) -> Result<Response<TryCorrectionResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let decision = request.decision.map(corrections::wanted);
        let touched = self.tried(&call, &request.id, decision).await;
        let touched = touched.map_err(of_decision)?;
        Ok(Response::new(TryCorrectionResponse {
            touched: Some(corrections::touched(touched)),
        }))
    }

    async fn list_correction_changes(
        &self,
        request: Request<ListCorrectionChangesRequest>,
    ) -> Result<Response<ListCorrectionChangesResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let page = Page::of(request.page_size, &request.page_token);
        let (changes, next_page_token) = self.changes(&call, request.id, page).await?;
        Ok(Response::new(ListCorrectionChangesResponse {
            changes: changes.into_iter().map(corrections::change).collect(),
            next_page_token,
        }))
    }

    async fn undo_correction_change(
        &self,
        request: Request<UndoCorrectionChangeRequest>,
    ) -> Result<Response<UndoCorrectionChangeResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let outcome = self.undone(&call, request.number).await?;
        Ok(Response::new(UndoCorrectionChangeResponse {
            correction: Some(corrections::correction(outcome.correction)),
            touched: Some(corrections::touched(outcome.touched)),
        }))
    }

    async fn import_corrections(
        &self,
        request: Request<ImportCorrectionsRequest>,
    ) -> Result<Response<ImportCorrectionsResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let decisions = request.decisions.into_iter().map(corrections::wanted);
        let decisions = decisions.enumerate().map(|(index, wanted)| {
            WantedDecision::check(Some(wanted))
                .map_err(|problem| corrections::within(problem, &format!("decisions[{index}]")))
        });
        let imported = self.imported(&call, all(decisions)).await;
        let imported = imported.map_err(|problem| {
            problem.with_fields(|field| field.replace("corrections", "decisions"))
        })?;
        Ok(Response::new(corrections::imported(imported)))
    }

    type WatchCorrectionsStream = ResponseStream<WatchCorrectionsResponse>;

    async fn watch_corrections(
        &self,
        request: Request<WatchCorrectionsRequest>,
    ) -> Result<Response<Self::WatchCorrectionsStream>, Status> {
        let (call, _) = Call::of(request)?;
        let events = self.events(&call)?.map_ok(corrections::event);
        Ok(Response::new(Box::pin(events)))
    }

    async fn list_reports(
        &self,
        request: Request<ListReportsRequest>,
    ) -> Result<Response<ListReportsResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let page = Page::of(request.page_size, &request.page_token);
        let state = match request.state {
            0 => Ok(ReportState::Open),
            state => corrections::report_state(state),
        };
        let (reports, next_page_token) = self.reports(&call, state, page).await?;
        Ok(Response::new(ListReportsResponse {
            reports: reports.into_iter().map(corrections::report).collect(),
            next_page_token,
        }))
    }

    async fn answer_report(
        &self,
        request: Request<AnswerReportRequest>,
    ) -> Result<Response<AnswerReportResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let state = corrections::report_state(request.state);
        let report = self.answered(&call, request.id, state).await?;
        Ok(Response::new(AnswerReportResponse {
            report: Some(corrections::report(report)),
        }))
    }

    async fn list_approvals(
        &self,
        request: Request<ListApprovalsRequest>,
    ) -> Result<Response<ListApprovalsResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let page = Page::of(request.page_size, &request.page_token);
        let state = match request.state {
            0 => Ok(ApprovalState::Waiting),
            state => corrections::approval_state(state),
        };
        let (approvals, next_page_token) = self.approvals(&call, state, page).await?;
        Ok(Response::new(ListApprovalsResponse {
            approvals: approvals.into_iter().map(corrections::approval).collect(),
            next_page_token,
        }))
    }

    async fn approve_document(
        &self,
        request: Request<ApproveDocumentRequest>,
    ) -> Result<Response<ApproveDocumentResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let content = &request.content_hash;
        let approval = self.approved(&call, &request.url, content).await?;
        Ok(Response::new(ApproveDocumentResponse {
            approval: Some(corrections::approval(approval)),
        }))
    }

    async fn revoke_approval(
        &self,
        request: Request<RevokeApprovalRequest>,
    ) -> Result<Response<RevokeApprovalResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let approval = self.revoked(&call, &request.url).await?;
        Ok(Response::new(RevokeApprovalResponse {
            approval: Some(corrections::approval(approval)),
        }))
    }

    async fn list_approval_changes(
        &self,
        request: Request<ListApprovalChangesRequest>,
    ) -> Result<Response<ListApprovalChangesResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let page = Page::of(request.page_size, &request.page_token);
        let (changes, next_page_token) = self.approval_changes(&call, page).await?;
        Ok(Response::new(ListApprovalChangesResponse {
            changes: changes
                .into_iter()
                .map(corrections::approval_change)
                .collect(),
            next_page_token,
        }))
    }
}
