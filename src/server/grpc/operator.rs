//! What operators do: prepare, withdraw, and look at both; and what editors do with them: correct how words are
//! read. `langdu.v1.Operator`, and the first of the calls where `langdu.v1.ReadAloud` has had them from the
//! beginning.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::deadline::Deadline;
use super::paging::Page;
use super::{MAX_MESSAGE_BYTES, ResponseStream, caller, corrections, prepare, withdrawals};
use crate::corrections::{Answer, ApprovalState, ReportState};
use crate::server::problem::Problem;
use crate::server::service::ReadingService;
use langdu_proto::operator_server::{Operator, OperatorServer};
use langdu_proto::{
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

/// The operators' contract, for whatever transport.
pub(in crate::server) fn operator(service: Arc<ReadingService>) -> OperatorServer<OperatorService> {
    OperatorServer::new(OperatorService { service })
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES)
}

/// The operators' contract over the service layer.
#[derive(Clone)]
pub(crate) struct OperatorService {
    pub(super) service: Arc<ReadingService>,
}

#[tonic::async_trait]
impl Operator for OperatorService {
    type PrepareStream = ResponseStream<PrepareProgress>;

    async fn prepare(
        &self,
        request: Request<PrepareRequest>,
    ) -> Result<Response<Self::PrepareStream>, Status> {
        let (caller, deadline) = (caller(&request)?, Deadline::of(&request));
        let preparations = self.service.preparations(&caller)?;
        let request = request.into_inner();
        let id = match request.operation_id.as_str() {
            "" => {
                let begin = preparations.publish(prepare::task(request)?);
                begin.await.map_err(Problem::from)?
            }
            id => id.to_owned(),
        };
        let progress = preparations.watch(&id).await.map_err(Problem::from)?;
        let progress = progress.ok_or_else(|| unknown(&id))?;
        Ok(Response::new(Box::pin(prepare::stream(progress, deadline))))
    }

    async fn list_preparations(
        &self,
        request: Request<ListPreparationsRequest>,
    ) -> Result<Response<ListPreparationsResponse>, Status> {
        let caller = caller(&request)?;
        let preparations = self.service.preparations(&caller)?;
        let request = request.into_inner();
        let page = Page::of(request.page_size, &request.page_token)?;
        let listed = preparations.list(page.skipped as usize, page.wanted() as usize);
        let listed = listed.await.map_err(Problem::from)?;
        Ok(Response::new(prepare::listed(listed, page)))
    }

    async fn cancel_preparation(
        &self,
        request: Request<CancelPreparationRequest>,
    ) -> Result<Response<PrepareProgress>, Status> {
        let caller = caller(&request)?;
        let preparations = self.service.preparations(&caller)?;
        let id = request.into_inner().operation_id;
        let cancelled = preparations.cancel(&id).await.map_err(Problem::from)?;
        let progress = cancelled.ok_or_else(|| unknown(&id))?;
        tracing::info!(id, by = %caller.client, "an operation of preparation is cancelled");
        Ok(Response::new(prepare::message(&progress)))
    }

    async fn withdraw(
        &self,
        request: Request<WithdrawRequest>,
    ) -> Result<Response<WithdrawResponse>, Status> {
        let caller = caller(&request)?;
        let url = request.into_inner().url;
        let outcome = self.service.withdraw(&caller, &url).await?;
        Ok(Response::new(withdrawals::withdrawn(outcome)))
    }

    async fn list_withdrawals(
        &self,
        request: Request<ListWithdrawalsRequest>,
    ) -> Result<Response<ListWithdrawalsResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let page = Page::of(request.page_size, &request.page_token)?;
        let listed = self
            .service
            .list_withdrawals(&caller, page.skipped, page.wanted());
        let answer = withdrawals::withdrawals(listed.await?, page);
        Ok(Response::new(answer))
    }

    async fn publish(
        &self,
        request: Request<PublishRequest>,
    ) -> Result<Response<PublishResponse>, Status> {
        let caller = caller(&request)?;
        let url = request.into_inner().url;
        let urls = self.service.publish(&caller, &url).await?;
        Ok(Response::new(PublishResponse { urls }))
    }

    async fn list_corrections(
        &self,
        request: Request<ListCorrectionsRequest>,
    ) -> Result<Response<ListCorrectionsResponse>, Status> {
        let caller = caller(&request)?;
        let list = self.service.corrections(&caller)?;
        let request = request.into_inner();
        let page = Page::of(request.page_size, &request.page_token)?;
        let mut list = list.list();
        list.sort_by_key(|one| std::cmp::Reverse((one.updated_at_s, one.id.clone())));
        let list = list.into_iter().skip(page.skipped as usize);
        let (list, next_page_token) = page.cut(list.collect());
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
        let caller = caller(&request)?;
        self.service.corrections(&caller)?;
        let decision = corrections::decision(request.into_inner().decision)?;
        let outcome = self.service.create_correction(&caller, decision).await?;
        Ok(Response::new(corrections::decided(outcome)))
    }

    async fn update_correction(
        &self,
        request: Request<UpdateCorrectionRequest>,
    ) -> Result<Response<CorrectionResponse>, Status> {
        let caller = caller(&request)?;
        self.service.corrections(&caller)?;
        let request = request.into_inner();
        let decision = corrections::decision(request.decision)?;
        let outcome =
            self.service
                .update_correction(&caller, &request.id, request.revision, decision);
        Ok(Response::new(corrections::decided(outcome.await?)))
    }

    async fn delete_correction(
        &self,
        request: Request<DeleteCorrectionRequest>,
    ) -> Result<Response<CorrectionResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let outcome = self
            .service
            .delete_correction(&caller, &request.id, request.revision);
        Ok(Response::new(corrections::decided(outcome.await?)))
    }

    async fn try_correction(
        &self,
        request: Request<TryCorrectionRequest>,
    ) -> Result<Response<Touched>, Status> {
        let caller = caller(&request)?;
        self.service.corrections(&caller)?;
        let request = request.into_inner();
        let decision = corrections::decision(request.decision)?;
        let id = Some(request.id.as_str()).filter(|id| !id.is_empty());
        let touched = self.service.try_correction(&caller, id, decision).await?;
        Ok(Response::new(corrections::touched(touched)))
    }

    async fn list_correction_changes(
        &self,
        request: Request<ListCorrectionChangesRequest>,
    ) -> Result<Response<ListCorrectionChangesResponse>, Status> {
        let caller = caller(&request)?;
        let list = self.service.corrections(&caller)?;
        let request = request.into_inner();
        let page = Page::of(request.page_size, &request.page_token)?;
        let id = Some(request.id).filter(|id| !id.is_empty());
        let changes = list.history(id, page.skipped, page.wanted());
        let changes = changes.await.map_err(Problem::from)?;
        let (changes, next_page_token) = page.cut(changes);
        Ok(Response::new(ListCorrectionChangesResponse {
            changes: changes.into_iter().map(corrections::change).collect(),
            next_page_token,
        }))
    }

    async fn undo_correction_change(
        &self,
        request: Request<UndoCorrectionChangeRequest>,
    ) -> Result<Response<CorrectionResponse>, Status> {
        let caller = caller(&request)?;
        let number = request.into_inner().number;
        let outcome = self.service.undo_correction(&caller, number).await?;
        Ok(Response::new(corrections::decided(outcome)))
    }

    async fn import_corrections(
        &self,
        request: Request<ImportCorrectionsRequest>,
    ) -> Result<Response<ImportCorrectionsResponse>, Status> {
        let caller = caller(&request)?;
        self.service.corrections(&caller)?;
        let decisions = request.into_inner().decisions.into_iter().enumerate();
        let decisions = decisions.map(|(index, message)| {
            let decision = corrections::decision(Some(message))?;
            Ok((index + 1, decision))
        });
        let decisions = decisions.collect::<Result<Vec<_>, Problem>>()?;
        let imported = self.service.import_corrections(&caller, decisions).await?;
        Ok(Response::new(corrections::imported(imported)))
    }

    type WatchCorrectionsStream = ResponseStream<CorrectionEvent>;

    async fn watch_corrections(
        &self,
        request: Request<WatchCorrectionsRequest>,
    ) -> Result<Response<Self::WatchCorrectionsStream>, Status> {
        let (caller, deadline) = (caller(&request)?, Deadline::of(&request));
        let events = self.service.corrections(&caller)?.events();
        let events = corrections::events(events, deadline);
        Ok(Response::new(Box::pin(events)))
    }

    async fn list_reports(
        &self,
        request: Request<ListReportsRequest>,
    ) -> Result<Response<ListReportsResponse>, Status> {
        let caller = caller(&request)?;
        let list = self.service.corrections(&caller)?;
        let request = request.into_inner();
        let page = Page::of(request.page_size, &request.page_token)?;
        let state = match request.state.as_str() {
            "" => ReportState::Open,
            name => corrections::state(name)?,
        };
        let reports = list.reports(state, page.skipped, page.wanted()).await;
        let reports = reports.map_err(Problem::from)?;
        let (reports, next_page_token) = page.cut(reports);
        Ok(Response::new(ListReportsResponse {
            reports: reports.into_iter().map(corrections::report).collect(),
            next_page_token,
        }))
    }

    async fn answer_report(
        &self,
        request: Request<AnswerReportRequest>,
    ) -> Result<Response<Report>, Status> {
        let caller = caller(&request)?;
        self.service.corrections(&caller)?;
        let request = request.into_inner();
        let answer = Answer {
            state: corrections::state(&request.state)?,
        };
        let report = self.service.answer_report(&caller, request.id, answer);
        Ok(Response::new(corrections::report(report.await?)))
    }

    async fn list_approvals(
        &self,
        request: Request<ListApprovalsRequest>,
    ) -> Result<Response<ListApprovalsResponse>, Status> {
        let caller = caller(&request)?;
        let list = self.service.corrections(&caller)?;
        let request = request.into_inner();
        let page = Page::of(request.page_size, &request.page_token)?;
        let state = match request.state.as_str() {
            "" => ApprovalState::Waiting,
            name => corrections::approval_state(name)?,
        };
        let approvals = list.approvals(state, page.skipped, page.wanted()).await;
        let approvals = approvals.map_err(Problem::from)?;
        let (approvals, next_page_token) = page.cut(approvals);
        Ok(Response::new(ListApprovalsResponse {
            approvals: approvals.into_iter().map(corrections::approval).collect(),
            next_page_token,
        }))
    }

    async fn approve_document(
        &self,
        request: Request<ApproveDocumentRequest>,
    ) -> Result<Response<Approval>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let approval = self
            .service
            .approve(&caller, &request.url, &request.content);
        Ok(Response::new(corrections::approval(approval.await?)))
    }

    async fn revoke_approval(
        &self,
        request: Request<RevokeApprovalRequest>,
    ) -> Result<Response<Approval>, Status> {
        let caller = caller(&request)?;
        let url = request.into_inner().url;
        let approval = self.service.revoke(&caller, &url).await?;
        Ok(Response::new(corrections::approval(approval)))
    }

    async fn list_approval_changes(
        &self,
        request: Request<ListApprovalChangesRequest>,
    ) -> Result<Response<ListApprovalChangesResponse>, Status> {
        let caller = caller(&request)?;
        let list = self.service.corrections(&caller)?;
        let request = request.into_inner();
        let page = Page::of(request.page_size, &request.page_token)?;
        let changes = list.approval_history(page.skipped, page.wanted()).await;
        let changes = changes.map_err(Problem::from)?;
        let (changes, next_page_token) = page.cut(changes);
        Ok(Response::new(ListApprovalChangesResponse {
            changes: changes
                .into_iter()
                .map(corrections::approval_change)
                .collect(),
            next_page_token,
        }))
    }
}

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("there is no operation {id}"))
}
