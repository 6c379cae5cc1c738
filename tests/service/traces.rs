//! Traces: what a collector gets, and that nobody waits for one that is away.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use langdu_proto::AudioEncoding;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::trace::v1::Span;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};

use langdu_harness::process::{Process, Setup};
use langdu_harness::{PATIENCE, http_client, request, shared, text, url};

/// A collector that keeps what it is handed.
#[derive(Clone, Default)]
struct Collector {
    handed: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.handed.lock().unwrap().push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    async fn start(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tonic::transport::Server::builder()
            .add_service(TraceServiceServer::new(self.clone()))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(serving);
        address
    }

    fn spans(&self) -> Vec<Span> {
        let handed = self.handed.lock().unwrap();
        handed
            .iter()
            .flat_map(|request| &request.resource_spans)
            .flat_map(|resource| &resource.scope_spans)
            .flat_map(|scope| scope.spans.clone())
            .collect()
    }

    /// What the spans are said to be of.
    fn services(&self) -> Vec<String> {
        let handed = self.handed.lock().unwrap();
        let resources = handed.iter().flat_map(|request| &request.resource_spans);
        let attributes = resources.filter_map(|spans| spans.resource.as_ref());
        attributes
            .flat_map(|resource| &resource.attributes)
            .filter(|attribute| attribute.key == "service.name")
            .map(|attribute| format!("{:?}", attribute.value))
            .collect()
    }
}

fn start(folder: &tempfile::TempDir, collector: &str) -> Process {
    let setup = Setup {
        // The log's level is not that of the traces.
        environment: &[
            ("LANGDU_TELEMETRY__OTLP_ENDPOINT", collector),
            ("RUST_LOG", "langdu=info"),
        ],
        ..Setup::default()
    };
    let web = shared().web.to_string();
    Process::start(folder.path(), &folder.path().join("clips"), &web, &setup)
}

fn attribute(span: &Span, key: &str) -> String {
    let found = span.attributes.iter().find(|found| found.key == key);
    format!("{:?}", found.and_then(|found| found.value.as_ref()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const BY_GRPC: &str = "0af7651916cd43dd8448eb211c80319c";
const BY_HTTP: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "b7ad6b7169203331";

#[tokio::test]
async fn a_collector_gets_the_callers_trace_from_the_request_to_the_voice() {
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::default();
    let address = collector.start().await;
    let mut process = start(&folder, &format!("http://{address}"));
    process.is_ready().await;

    let page = request(url(&shared().page("/second.html")), AudioEncoding::Mp3);
    let mut asked = Request::new(page);
    let metadata = asked.metadata_mut();
    let parent = format!("00-{BY_GRPC}-{PARENT}-01");
    metadata.insert("traceparent", parent.parse().unwrap());
    metadata.insert("x-request-id", "traced".parse().unwrap());
    let mut client = process.client().await;
    let mut stream = client.synthesize_stream(asked).await.unwrap().into_inner();
    while stream.message().await.unwrap().is_some() {}
    let words = request(text("这一句不应当出现。"), AudioEncoding::Mp3);
    let mut own = client.synthesize_stream(words).await.unwrap().into_inner();
    while own.message().await.unwrap().is_some() {}
    drop((stream, own, client));

    let far = "v1/readings?url=http%3A%2F%2Fwww.example.com%2F%3Fq%3Dsecret";
    let refused = http_client()
        .get(format!("http://127.0.0.1:{}/{far}", process.http))
        .header("traceparent", format!("00-{BY_HTTP}-{PARENT}-01"))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 403);
    // What is left is handed over at the end.
    process.stop();
    assert!(process.ends_within(PATIENCE).await);

    let spans = collector.spans();
    let of = |trace: &str, name: &str| -> Vec<Span> {
        let fits = |span: &&Span| hex(&span.trace_id) == trace && span.name == name;
        spans.iter().filter(fits).cloned().collect()
    };
    let [grpc, http] = [BY_GRPC, BY_HTTP].map(|trace| {
        let mut found = of(trace, "request");
        assert_eq!(found.len(), 1, "{spans:#?}");
        found.remove(0)
    });
    for span in [&grpc, &http] {
        assert_eq!(hex(&span.parent_span_id), PARENT);
        assert_eq!(span.kind, 2, "a server's: {span:#?}");
    }
    assert!(attribute(&grpc, "id").contains("traced"), "{grpc:#?}");
    assert!(attribute(&grpc, "rpc.grpc.status_code").contains("IntValue(0)"));
    assert!(attribute(&http, "http.response.status_code").contains("IntValue(403)"));
    assert!(attribute(&http, "path").contains("/v1/readings"));
    let utterances = of(BY_GRPC, "utterance");
    assert!(utterances.len() >= 3, "{spans:#?}");
    let syntheses = of(BY_GRPC, "synthesis");
    assert!(!syntheses.is_empty(), "{spans:#?}");
    for utterance in &utterances {
        assert_eq!(utterance.parent_span_id, grpc.span_id);
    }
    for synthesis in &syntheses {
        let parent = utterances
            .iter()
            .find(|utterance| utterance.span_id == synthesis.parent_span_id);
        assert!(parent.is_some(), "{synthesis:#?}");
    }
    // A request whose caller names no trace has one of its own.
    let roots = spans
        .iter()
        .filter(|span| span.name == "request" && span.parent_span_id.is_empty());
    assert!(roots.count() >= 1, "{spans:#?}");
    assert!(
        collector
            .services()
            .iter()
            .all(|name| name.contains("langdu"))
    );
    let all = format!("{spans:?}");
    assert!(!all.contains("secret") && !all.contains("这一句"), "{all}");
}

#[tokio::test]
async fn nobody_waits_for_a_collector_that_is_away() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = start(&folder, "http://127.0.0.1:1");
    process.is_ready().await;
    let page = shared().page("/second.html");
    let heard = tokio::time::timeout(PATIENCE, process.hear(&page, usize::MAX)).await;
    assert!(heard.expect("a listener does not wait").len() >= 3);
    process.stop();
    let ended = process.ends_within(PATIENCE).await;
    assert!(ended, "neither does the shutdown");
    let log = process.log().join("\n");
    let lost = log.matches("traces are lost").count();
    assert!(lost <= 1, "it is said once: {log}");
}
