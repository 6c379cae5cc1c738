//! What operators do: prepare, withdraw, and look at both. `langdu.v1.Operator`, and the same calls where
//! `langdu.v1.ReadAloud` has had them from the beginning.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::deadline::Deadline;
use super::{MAX_MESSAGE_BYTES, ResponseStream, caller, prepare, withdrawals};
use crate::server::problem::Problem;
use crate::server::service::ReadingService;
use langdu_proto::operator_server::{Operator, OperatorServer};
use langdu_proto::{
    CancelPreparationRequest, ListPreparationsRequest, ListPreparationsResponse,
    ListWithdrawalsRequest, ListWithdrawalsResponse, PrepareProgress, PrepareRequest,
    PublishRequest, PublishResponse, WithdrawRequest, WithdrawResponse,
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
        let (skipped, most) = withdrawals::page_of(request.page_size, &request.page_token)?;
        // One more, to know whether another page follows.
        let listed = preparations.list(skipped as usize, most as usize + 1);
        let listed = listed.await.map_err(Problem::from)?;
        Ok(Response::new(prepare::listed(listed, skipped, most)))
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
        let (skipped, most) = withdrawals::page_of(request.page_size, &request.page_token)?;
        // One more, to know whether another page follows.
        let listed = self.service.list_withdrawals(&caller, skipped, most + 1);
        let answer = withdrawals::withdrawals(listed.await?, skipped, most);
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
}

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("there is no operation {id}"))
}
