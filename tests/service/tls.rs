//! Certificates of callers and of the service.

use std::path::PathBuf;

use langdu::config::{Certificate, Config, Grant, GrpcTls};
use langdu_proto::read_aloud_client::ReadAloudClient;
use langdu_proto::{ListVoicesRequest, WithdrawRequest};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tonic::Code;
use tonic::transport::{Certificate as Pem, Channel, ClientTlsConfig, Identity};

use crate::security::{token, with_token};
use langdu_harness::{Service, http_client};

/// An authority, and certificates that it signs.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    folder: tempfile::TempDir,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Its own certificate.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// A certificate and its key, in PEM.
    pub(crate) fn sign(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    fn server(&self) -> (PathBuf, PathBuf) {
        let (certificate, key) = self.sign("localhost");
        let certificate = self.file("server.pem", &certificate);
        (certificate, self.file("server.key", &key))
    }

    fn grpc_tls(&self, config: &mut Config) {
        let (certificate, key) = self.server();
        config.security.tls.grpc = Some(GrpcTls {
            certificate,
            key,
            client_authorities: Some(self.file("authority.pem", &self.pem)),
        });
    }

    /// A channel that shows `identity`.
    async fn channel(
        &self,
        service: &Service,
        identity: Option<(String, String)>,
    ) -> Result<ReadAloudClient<Channel>, String> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut tls = ClientTlsConfig::new()
            .domain_name("localhost")
            .ca_certificate(Pem::from_pem(&self.pem));
        if let Some((certificate, key)) = identity {
            tls = tls.identity(Identity::from_pem(certificate, key));
        }
        let address = format!("https://localhost:{}", service.addresses.grpc.port());
        let endpoint = Channel::from_shared(address)
            .unwrap()
            .tls_config(tls)
            .unwrap();
        let connected = endpoint.connect().await;
        connected
            .map(ReadAloudClient::new)
            .map_err(|error| error.to_string())
    }
}

/// True when a call gets through.
async fn is_served(client: Result<ReadAloudClient<Channel>, String>) -> bool {
    match client {
        // With TLS 1.3 a refusal of the certificate may come after the handshake.
        Ok(mut client) => client
            .list_voices(ListVoicesRequest::default())
            .await
            .is_ok(),
        Err(_) => false,
    }
}

#[tokio::test]
async fn a_caller_shows_a_certificate_of_our_authority_or_is_not_heard() {
    let ours = Authority::new();
    let service = Service::start(|config| ours.grpc_tls(config));
    let own = ours.sign("caller");
    assert!(is_served(ours.channel(&service, Some(own.clone())).await).await);
    assert!(!is_served(ours.channel(&service, None).await).await);
    let foreign = Authority::new().sign("caller");
    assert!(!is_served(ours.channel(&service, Some(foreign)).await).await);
    let plain = ReadAloudClient::connect(format!("http://{}", service.addresses.grpc)).await;
    assert!(!is_served(plain.map_err(|error| error.to_string())).await);
    let mut operator = ours.channel(&service, Some(own)).await.unwrap();
    let request = WithdrawRequest {
        url: service.page("/second.html"),
    };
    assert!(operator.withdraw(request).await.is_ok());
}

#[tokio::test]
async fn a_token_does_instead_of_a_certificate_where_both_are_configured() {
    let ours = Authority::new();
    let service = Service::start(|config| {
        ours.grpc_tls(config);
        config.security.tokens = vec![token("reader", false, Grant::everything())];
    });
    let mut client = ours.channel(&service, None).await.unwrap();
    let voices = ListVoicesRequest::default;
    let status = client.list_voices(voices()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert!(
        client
            .list_voices(with_token(voices(), "reader"))
            .await
            .is_ok()
    );
    let own = ours.sign("caller");
    assert!(is_served(ours.channel(&service, Some(own)).await).await);
}

#[tokio::test]
async fn the_gateway_speaks_tls_and_says_to_stay_with_it() {
    let ours = Authority::new();
    let (certificate, key) = ours.server();
    let service = Service::start(|config| {
        config.security.tls.http = Some(Certificate { certificate, key });
    });
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authority = reqwest::Certificate::from_pem(ours.pem.as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([authority])
        .build()
        .unwrap();
    let address = format!(
        "https://localhost:{}/v1/player.json",
        service.addresses.http.port()
    );
    let answer = client.get(&address).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let stay = answer.headers()["strict-transport-security"]
        .to_str()
        .unwrap();
    assert!(stay.starts_with("max-age="));
    let plain = http_client()
        .get(service.http("/v1/player.json"))
        .send()
        .await;
    assert!(plain.is_err());
}
