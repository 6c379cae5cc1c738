//! The contract for browsers: gRPC-Web on the gateway's own address.

use std::sync::Arc;

use axum::Router;
use tonic_web::GrpcWebLayer;
use tower::Layer;

use super::super::grpc;
use crate::server::service::ReadingService;

/// The calls that browsers may make, of every version. What concerns the operator (`Prepare`, `Withdraw` and its
/// like) stays on the gRPC listener, which can be closed to them.
const CALLS: [&str; 5] = [
    "ListVoices",
    "Extract",
    "Explain",
    "Synthesize",
    "SynthesizeStream",
];

/// Adds the calls to the gateway's routes.
pub(super) fn add<S>(mut router: Router<S>, service: &Arc<ReadingService>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let v1 = GrpcWebLayer::new().layer(grpc::read_aloud_v1(service.clone()));
    let v2 = GrpcWebLayer::new().layer(grpc::read_aloud_v2(service.clone()));
    for call in CALLS {
        router = router
            .route_service(&format!("/langdu.v1.ReadAloud/{call}"), v1.clone())
            .route_service(&format!("/langdu.v2.ReadAloudService/{call}"), v2.clone());
    }
    router
}
