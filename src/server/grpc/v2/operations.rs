//! Preparations as operations of `google.longrunning`, which is served as Google has it, so that what clients have
//! for such operations (those of every language have something) lists, waits and cancels here as well.

use std::time::Duration;

use prost::Message;
use tonic::{Request, Response, Status};

use super::{proto, sound, timestamp};
use crate::prepare::{Failure, Listed};
use crate::reading::{Reader, Source};
use crate::server::grpc::operators::OperatorCalls;
use crate::server::grpc::paging::Page;
use crate::server::grpc::preparations::{NAMED_PAGES, WantedTask};
use crate::server::grpc::request::{all, both};
use crate::server::grpc::{Call, count};
use crate::server::problem::Problem;
use langdu_proto::google::longrunning::operations_server::Operations;
use langdu_proto::google::longrunning::{
    CancelOperationRequest, DeleteOperationRequest, GetOperationRequest, ListOperationsRequest,
    ListOperationsResponse, Operation, WaitOperationRequest, operation,
};
use tonic_types::pb;

/// What the names of operations begin with.
const COLLECTION: &str = "operations";

/// What is to be prepared.
pub(super) fn task(request: proto::CreatePreparationRequest, reader: &Reader) -> WantedTask {
    let urls = request.urls.into_iter().enumerate();
    WantedTask {
        urls: all(urls.map(|(index, url)| address(url, &format!("urls[{index}]"), reader))),
        sitemap_url: address(request.sitemap_url, "sitemap_url", reader),
        list_url: address(request.list_url, "list_url", reader),
        voice: request.voice.unwrap_or_default().name,
        sound: sound(request.audio_config),
        follow_attachments: request.follow_attachments,
    }
}

/// An address, or none where the field is empty and may be.
fn address(url: String, field: &str, reader: &Reader) -> Result<String, Problem> {
    let is_absent = url.is_empty() && !field.starts_with("urls");
    if !is_absent && let Err(error) = reader.check(&Source::Url(url.clone())) {
        return Err(Problem::from(error).with_fields(|_| field.to_owned()));
    }
    Ok(url)
}

/// The fields of a request for a preparation have other names in the first version.
pub(super) fn of_request(problem: Problem) -> Problem {
    problem.with_fields(|field| match field {
        "sources" | "source.url" => "urls".to_owned(),
        field => field.to_owned(),
    })
}

/// A preparation as an operation.
pub(super) fn operation(listed: &Listed) -> Operation {
    let progress = &listed.progress;
    let result = progress.finished.then(|| match progress.cancelled {
        true => operation::Result::Error(pb::Status {
            code: tonic::Code::Cancelled.into(),
            message: "it was cancelled before everything was done".to_owned(),
            details: Vec::new(),
        }),
        false => operation::Result::Response(packed("PreparationResult", &result(listed))),
    });
    Operation {
        name: format!("{COLLECTION}/{}", progress.id),
        metadata: Some(packed("PreparationMetadata", &metadata(listed))),
        done: progress.finished,
        result,
    }
}

fn packed(name: &str, message: &impl Message) -> prost_types::Any {
    prost_types::Any {
        type_url: format!("type.googleapis.com/langdu.v2.{name}"),
        value: message.encode_to_vec(),
    }
}

fn metadata(listed: &Listed) -> proto::PreparationMetadata {
    let (progress, task) = (&listed.progress, &listed.task);
    let begun_s = i64::try_from(listed.begun_s).unwrap_or(i64::MAX);
    proto::PreparationMetadata {
        create_time: Some(timestamp(begun_s)),
        urls: task.urls.iter().take(NAMED_PAGES).cloned().collect(),
        sitemap_url: task.sitemap.clone().unwrap_or_default(),
        list_url: task.list.clone().unwrap_or_default(),
        voice: task.voice.clone(),
        document_count: count(progress.documents),
        documents_done: count(progress.documents_done),
        utterance_count: count(progress.utterances),
        utterances_done: count(progress.utterances_done),
        failures: progress.failures.iter().map(failure).collect(),
        failure_count: count(progress.failures_total),
    }
}

fn result(listed: &Listed) -> proto::PreparationResult {
    let progress = &listed.progress;
    proto::PreparationResult {
        document_count: count(progress.documents_done),
        utterance_count: count(progress.utterances_done),
        failures: progress.failures.iter().map(failure).collect(),
        failure_count: count(progress.failures_total),
    }
}

fn failure(failure: &Failure) -> proto::PreparationFailure {
    proto::PreparationFailure {
        url: failure.url.clone(),
        message: failure.message.clone(),
    }
}

/// The id of an operation's name.
fn id(name: &str) -> Result<&str, Problem> {
    let id = name.strip_prefix(COLLECTION);
    let id = id.and_then(|rest| rest.strip_prefix('/'));
    id.ok_or_else(|| Problem::invalid("name", format!("write {COLLECTION}/… as an answer has it")))
}

#[tonic::async_trait]
impl Operations for OperatorCalls {
    async fn list_operations(
        &self,
        request: Request<ListOperationsRequest>,
    ) -> Result<Response<ListOperationsResponse>, Status> {
        let (call, request) = Call::of(request)?;
        let name = match request.name.as_str() {
            "" | COLLECTION => Ok(()),
            _ => Err(Problem::invalid("name", format!("write {COLLECTION}"))),
        };
        let filter = match request.filter.as_str() {
            "" => Ok(()),
            _ => Err(Problem::invalid("filter", "nothing can be filtered by")),
        };
        let page = Page::of(request.page_size, &request.page_token);
        let page = both(both(name, filter), page).map(|(_, page)| page);
        let (listed, next_page_token) = self.preparations(&call, page).await?;
        Ok(Response::new(ListOperationsResponse {
            operations: listed.iter().map(operation).collect(),
            next_page_token,
            ..ListOperationsResponse::default()
        }))
    }

    async fn get_operation(
        &self,
        request: Request<GetOperationRequest>,
    ) -> Result<Response<Operation>, Status> {
        let (call, request) = Call::of(request)?;
        self.may_prepare(&call)?;
        let listed = self.preparation(&call, id(&request.name)?).await?;
        Ok(Response::new(operation(&listed)))
    }

    async fn delete_operation(
        &self,
        _: Request<DeleteOperationRequest>,
    ) -> Result<Response<()>, Status> {
        let message = "operations are forgotten in their time: use CancelOperation to end one";
        Err(Status::unimplemented(message))
    }

    async fn cancel_operation(
        &self,
        request: Request<CancelOperationRequest>,
    ) -> Result<Response<()>, Status> {
        let (call, request) = Call::of(request)?;
        self.may_prepare(&call)?;
        self.cancel(&call, id(&request.name)?).await?;
        Ok(Response::new(()))
    }

    async fn wait_operation(
        &self,
        request: Request<WaitOperationRequest>,
    ) -> Result<Response<Operation>, Status> {
        let (call, request) = Call::of(request)?;
        self.may_prepare(&call)?;
        let longest = request.timeout.map(Duration::try_from).transpose();
        let longest = longest.map_err(|_| Problem::invalid("timeout", "it is negative"));
        let (id, longest) = both(id(&request.name), longest)?;
        let listed = self.finished(&call, id, longest).await?;
        Ok(Response::new(operation(&listed)))
    }
}
