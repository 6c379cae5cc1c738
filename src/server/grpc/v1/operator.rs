//! `langdu.v1.Operator`: what operators do, and what editors do with them: correct how words are read. The first
//! of the calls are `langdu.v1.ReadAloud`'s as well, which has had them from the beginning.

use futures::TryStreamExt;
use tonic::{Request, Response, Status};

use super::{corrections, operations};
use crate::corrections::{ApprovalState, ReportState};
use crate::server::grpc::operators::{OperatorCalls, WantedDecision};
use crate::server::grpc::paging::Page;
use crate::server::grpc::request::all;
use crate::server::grpc::{Call, ResponseStream, preparations};
use langdu_proto::v1::operator_server::Operator;
use langdu_proto::v1::{
    AnswerReportRequest, Approval, ApproveDocumentRequest, CancelPreparationRequest,
    CorrectionEvent, CorrectionResponse, CreateCorrectionRequest, DeleteCorrectionRequest,
    ImportCorrectionsRequest, ImportCorrectionsResponse, ListApprovalChangesRequest,
    ListApprovalChangesResponse, ListApprovalsRequest, ListApprovalsResponse,
    ListCorrectionChangesRequest, ListCorrectionChangesResponse, ListCorrectionsRequest,
    ListCorrectionsResponse, ListPreparationsRequest, ListPreparationsResponse, ListReportsRequest,
    ListReportsResponse, ListWithdrawalsRequest, ListWithdrawalsResponse, PrepareProgress,
    PrepareRequest, PublishRequest, PublishResponse, Report, RevokeApprovalRequest, Touched,
    TryCorrectionRequest, UndoCorrectionChangeRequest, UpdateCorrectionRequest,
    WatchCorrectionsRequest, WithdrawRequest, WithdrawResponse,
};

#[tonic::async_trait]
impl Operator for OperatorCalls {
    type PrepareStream = ResponseStream<PrepareProgress>;

    async fn prepare(
        &self,
        request: Request<PrepareRequest>,
    ) -> Result<Response<Self::PrepareStream>, Status> {
        let (call, request) = Call::of(request)?;
        let id = match request.operation_id.as_str() {
            "" => self.begin(&call, operations::task(request)).await?,
            id => id.to_owned(),
        };
        let progress = self.watch(&call, &id).await?;
        let progress = preparations::stream(progress, call.deadline);
        let progress = progress.map_ok(|progress| operations::progress(&progress));
        Ok(Response::new(Box::pin(progress)))
    }

    async fn list_preparations(
        &self,
        request: Request<ListPreparationsRequest>,
    ) -> Result<Response<ListPreparationsResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let page = Page::of(request.page_size, &request.page_token);
        let (listed, next_page_token) = self.preparations(&call, page).await?;
        Ok(Response::new(ListPreparationsResponse {
            preparations: listed.into_iter().map(operations::preparation).collect(),
            next_page_token,
        }))
    }

    async fn cancel_preparation(
        &self,
        request: Request<CancelPreparationRequest>,
    ) -> Result<Response<PrepareProgress>, Status> {
        let (call, request) = Call::of(request)?;
        let progress = self.cancel(&call, &request.operation_id).await?;
        Ok(Response::new(operations::progress(&progress)))
    }

    async fn withdraw(
        &self,
        request: Request<WithdrawRequest>,
    ) -> Result<Response<WithdrawResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let outcome = self.withdrawn(&call, &request.url).await?;
        Ok(Response::new(operations::withdrawn(outcome)))
    }

    async fn list_withdrawals(
        &self,
        request: Request<ListWithdrawalsRequest>,
    ) -> Result<Response<ListWithdrawalsResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let page = Page::of(request.page_size, &request.page_token);
        let (listed, next_page_token) = self.withdrawals(&call, page).await?;
        Ok(Response::new(ListWithdrawalsResponse {
            withdrawals: listed.into_iter().map(operations::withdrawal).collect(),
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
    ) -> Result<Response<CorrectionResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let decision = request.decision.map(corrections::wanted);
        let outcome = self.created(&call, decision).await?;
        Ok(Response::new(corrections::decided(outcome)))
    }

    async fn update_correction(
        &self,
        request: Request<UpdateCorrectionRequest>,
    ) -> Result<Response<CorrectionResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let decision = request.decision.map(corrections::wanted);
        let seen = (request.id.as_str(), request.revision);
        let outcome = self.updated(&call, seen, decision).await?;
        Ok(Response::new(corrections::decided(outcome)))
    }

    async fn delete_correction(
        &self,
        request: Request<DeleteCorrectionRequest>,
    ) -> Result<Response<CorrectionResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let outcome = self.deleted(&call, (&request.id, request.revision)).await?;
        Ok(Response::new(corrections::decided(outcome)))
    }

    async fn try_correction(
        &self,
        request: Request<TryCorrectionRequest>,
    ) -> Result<Response<Touched>, Status> {
        let (call, request) = Call::of(request)?;
        let decision = request.decision.map(corrections::wanted);
        let touched = self.tried(&call, &request.id, decision).await?;
        Ok(Response::new(corrections::touched(touched)))
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
    ) -> Result<Response<CorrectionResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let outcome = self.undone(&call, request.number).await?;
        Ok(Response::new(corrections::decided(outcome)))
    }

    async fn import_corrections(
        &self,
        request: Request<ImportCorrectionsRequest>,
    ) -> Result<Response<ImportCorrectionsResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let decisions = request.decisions.into_iter().map(corrections::wanted);
        let decisions = all(decisions.map(|one| WantedDecision::check(Some(one))));
        let imported = self.imported(&call, decisions).await?;
        Ok(Response::new(corrections::imported(imported)))
    }

    type WatchCorrectionsStream = ResponseStream<CorrectionEvent>;

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
        let state = match request.state.as_str() {
            "" => Ok(ReportState::Open),
            name => corrections::state(name),
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
    ) -> Result<Response<Report>, Status> {
        let (call, request) = Call::of(request)?;
        let state = corrections::state(&request.state);
        let report = self.answered(&call, request.id, state).await?;
        Ok(Response::new(corrections::report(report)))
    }

    async fn list_approvals(
        &self,
        request: Request<ListApprovalsRequest>,
    ) -> Result<Response<ListApprovalsResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let page = Page::of(request.page_size, &request.page_token);
        let state = match request.state.as_str() {
            "" => Ok(ApprovalState::Waiting),
            name => corrections::approval_state(name),
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
    ) -> Result<Response<Approval>, Status> {
        let (call, request) = Call::of(request)?;
        let approval = self.approved(&call, &request.url, &request.content).await?;
        Ok(Response::new(corrections::approval(approval)))
    }

    async fn revoke_approval(
        &self,
        request: Request<RevokeApprovalRequest>,
    ) -> Result<Response<Approval>, Status> {
        let (call, request) = Call::of(request)?;
        let approval = self.revoked(&call, &request.url).await?;
        Ok(Response::new(corrections::approval(approval)))
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
