//! The contract for browsers: gRPC-Web on the gateway's own address.

use std::sync::Arc;

use axum::Router;
use tonic_web::GrpcWebLayer;
use tower::Layer;

use super::super::grpc;
use crate::server::service::ReadingService;

/// The calls that browsers may make. What concerns the operator (`Prepare`, `Withdraw` and its like) stays on
/// the gRPC listener, which can be closed to them.
const CALLS: [&str; 5] = [
    "ListVoices",
    "Extract",
    "Explain",
    "Synthesize",
    "SynthesizeStream",
];

/// Adds the calls to the gateway's routes.
pub(super) fn add<S>(mut router: Router<S>, service: Arc<ReadingService>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let service = GrpcWebLayer::new().layer(grpc::read_aloud(service));
    for call in CALLS {
        let path = format!("/langdu.v1.ReadAloud/{call}");
        router = router.route_service(&path, service.clone());
    }
    router
}
