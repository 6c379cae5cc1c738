//! The gRPC service: the contract's messages in, the pipeline's values out.
//!
//! The contract has versions, which are served beside each other: [`v1`] and [`v2`]. Each only turns its messages
//! into values and values into its messages. What a call does stands once: of those who read aloud in
//! [`read_aloud`], of operators and editors in [`operators`] and [`preparations`]; what a request asks for is looked
//! over in [`request`], and what a stream tells is in [`stream`].

mod deadline;
mod operators;
mod paging;
mod part;
mod preparations;
mod read_aloud;
mod request;
mod stream;
mod v1;
mod v2;

use std::pin::Pin;
use std::sync::Arc;

use futures::Stream;
use tonic::codec::CompressionEncoding;
use tonic::server::NamedService;
use tonic::service::{InterceptorLayer, LayerExt, Routes};
use tonic::{Request, Status};

use super::access::{Caller, OperatorsSocket, Peer};
use super::problem::Problem;
use super::service::ReadingService;
use crate::telemetry::{RequestIds, note_caller};
use deadline::Deadline;
use langdu_proto::google::longrunning::operations_server::OperationsServer;
use langdu_proto::v1::operator_server::OperatorServer;
use langdu_proto::v1::read_aloud_server::ReadAloudServer;
use langdu_proto::v2::operator_service_server::OperatorServiceServer;
use langdu_proto::v2::read_aloud_service_server::ReadAloudServiceServer;
use operators::OperatorCalls;
use read_aloud::ReadAloudCalls;

/// Messages larger than this are refused by the transport. It is above every limit of ours, so
/// that our own error, which says what to do, is the one that is heard.
const MAX_MESSAGE_BYTES: usize = 64 << 20;

/// The names of the contract's services, of every version.
pub(super) const NAMES: [&str; 5] = [
    <ReadAloudServer<ReadAloudCalls> as NamedService>::NAME,
    <OperatorServer<OperatorCalls> as NamedService>::NAME,
    <ReadAloudServiceServer<ReadAloudCalls> as NamedService>::NAME,
    <OperatorServiceServer<OperatorCalls> as NamedService>::NAME,
    <OperationsServer<OperatorCalls> as NamedService>::NAME,
];

/// `langdu.v1.ReadAloud`, for whatever transport. Requests may be compressed, and answers are for clients that
/// accept it; the full size counts for the largest message.
pub(super) fn read_aloud_v1(service: Arc<ReadingService>) -> ReadAloudServer<ReadAloudCalls> {
    ReadAloudServer::new(ReadAloudCalls { service })
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip)
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES)
}

/// `langdu.v2.ReadAloudService`, as [`read_aloud_v1`].
pub(super) fn read_aloud_v2(
    service: Arc<ReadingService>,
) -> ReadAloudServiceServer<ReadAloudCalls> {
    ReadAloudServiceServer::new(ReadAloudCalls { service })
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip)
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES)
}

/// What reads aloud, of every version, for callers on the network.
pub(super) fn read_aloud(service: &Arc<ReadingService>) -> Routes {
    let identify = InterceptorLayer::new(identify(service.clone()));
    Routes::default()
        .add_service(identify.named_layer(read_aloud_v1(service.clone())))
        .add_service(identify.named_layer(read_aloud_v2(service.clone())))
}

/// Adds the operators' calls, of every version, to routes. Where `line` is given, each has its line in the log.
pub(super) fn add_operators(
    routes: Routes,
    service: &Arc<ReadingService>,
    line: Option<RequestIds>,
) -> Routes {
    let calls = OperatorCalls {
        service: service.clone(),
    };
    let v1 = OperatorServer::new(calls.clone())
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES);
    let v2 = OperatorServiceServer::new(calls.clone())
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES);
    let operations = OperationsServer::new(calls);
    let identify = InterceptorLayer::new(identify(service.clone()));
    let (v1, v2, operations) = (
        identify.named_layer(v1),
        identify.named_layer(v2),
        identify.named_layer(operations),
    );
    match line {
        Some(line) => routes
            .add_service(line.named_layer(v1))
            .add_service(line.named_layer(v2))
            .add_service(line.named_layer(operations)),
        None => routes
            .add_service(v1)
            .add_service(v2)
            .add_service(operations),
    }
}

/// Tells who calls by gRPC, and refuses those who have to say and do not.
fn identify(
    service: Arc<ReadingService>,
) -> impl FnMut(Request<()>) -> Result<Request<()>, Status> + Clone {
    move |mut request: Request<()>| {
        let metadata = request.metadata().get("authorization");
        let authorization = metadata.and_then(|value| value.to_str().ok());
        if request.extensions().get::<OperatorsSocket>().is_some() {
            let caller = Caller::on_operators_socket();
            note_caller(&caller.client);
            request.extensions_mut().insert(caller);
            return Ok(request);
        }
        let peer = request.extensions().get::<Peer>();
        let certificate = peer.and_then(|peer| peer.certificate.as_deref());
        let address = peer.map(|peer| peer.address.ip());
        let caller = service
            .authenticator()
            .grpc(authorization, certificate, address)?;
        note_caller(&caller.client);
        request.extensions_mut().insert(caller);
        Ok(request)
    }
}

/// A call, beside its message.
struct Call {
    caller: Caller,
    deadline: Deadline,
}

impl Call {
    /// Who calls and until when, and the message.
    ///
    /// # Errors
    ///
    /// When it is not known who calls: the listeners tell.
    fn of<T>(request: Request<T>) -> Result<(Self, T), Problem> {
        let deadline = Deadline::of(&request);
        let caller = request.extensions().get::<Caller>().cloned();
        let caller = caller.ok_or_else(|| Problem::unauthenticated("it is not known who calls"))?;
        let call = Self { caller, deadline };
        Ok((call, request.into_inner()))
    }
}

type ResponseStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// A length as the contract counts it.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
