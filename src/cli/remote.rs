//! How commands reach a running service.

use std::path::PathBuf;

use clap::Args;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Request, Status};

use super::CliError;
use crate::config::Config;
use langdu_proto::operator_client::OperatorClient;

/// Where the service is, and what it is shown.
#[derive(Debug, Args)]
pub(super) struct Remote {
    /// The service's gRPC or admin address, for example https://10.0.0.5:7860, or its socket
    /// (unix:/run/langdu/operator.sock) [default: the socket in the configuration, or else the gRPC
    /// address there].
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    #[command(flatten)]
    credentials: Credentials,
}

/// What the service is shown, and what it has to show.
#[derive(Debug, Args)]
pub(super) struct Credentials {
    /// File with a token, the operator's where only operators may; LANGDU_TOKEN holds one, too. Of a
    /// service on this machine the one that its first start wrote is tried.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// PEM file of the authority that signed the service's certificate.
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
    /// PEM file with a certificate to show (mutual TLS).
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// PEM file with the certificate's key.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
}

/// A client that shows its token.
pub(super) type Client = OperatorClient<InterceptedService<Channel, Token>>;

impl Remote {
    /// Connects.
    pub(super) async fn connect(&self, config: &Config) -> Result<Client, CliError> {
        let address = self.address(config);
        let channel = self.channel(&address).await?;
        let token = match self.credentials.token()? {
            None if is_loopback(&address) => operators(config)?,
            token => token,
        };
        Ok(OperatorClient::with_interceptor(channel, Token(token)))
    }

    fn address(&self, config: &Config) -> String {
        match &self.server {
            Some(address) => address.clone(),
            None => socket(config).unwrap_or_else(|| configured(config)),
        }
    }

    /// Connects to where health is told to everybody, and shows nothing: the operators' socket, or the admin
    /// listener, which speaks plain text whatever gRPC does.
    pub(super) async fn health(&self, config: &Config) -> Result<Channel, CliError> {
        let address = match &self.server {
            Some(address) => address.clone(),
            None => socket(config).unwrap_or_else(|| {
                let admin = on_this_machine(config.listen.admin);
                format!("http://{admin}")
            }),
        };
        self.channel(&address).await
    }

    /// Connects, and shows nothing.
    async fn channel(&self, address: &str) -> Result<Channel, CliError> {
        let unreachable = |error: tonic::transport::Error| {
            let cause = std::error::Error::source(&error);
            let cause = cause.map_or_else(|| error.to_string(), ToString::to_string);
            CliError::Service(format!(
                "no service answers at {address} ({cause}): start it with `langdu serve`, or name \
                 it with --server"
            ))
        };
        let endpoint = self.credentials.endpoint(address)?;
        endpoint.connect().await.map_err(unreachable)
    }
}

impl Credentials {
    /// The service at an address, over TLS where it begins with https; nothing is connected to yet.
    pub(super) fn endpoint(&self, address: &str) -> Result<Endpoint, CliError> {
        let wrong = |error: tonic::transport::Error| {
            CliError::Usage(format!(
                "`{address}` is no address of a service ({error}): write it as \
                 http://127.0.0.1:7860"
            ))
        };
        let endpoint = Endpoint::from_shared(address.to_owned()).map_err(wrong)?;
        if !address.starts_with("https:") {
            return Ok(endpoint);
        }
        endpoint.tls_config(self.tls()?).map_err(wrong)
    }

    fn tls(&self) -> Result<ClientTlsConfig, CliError> {
        // Fails when the process has chosen a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let authority = self.authority.as_ref().ok_or_else(|| {
            CliError::Usage("name the service's authority with --authority FILE".to_owned())
        })?;
        let mut tls =
            ClientTlsConfig::new().ca_certificate(Certificate::from_pem(read(authority)?));
        if let (Some(certificate), Some(key)) = (&self.certificate, &self.key) {
            tls = tls.identity(Identity::from_pem(read(certificate)?, read(key)?));
        }
        Ok(tls)
    }

    /// The token that is shown, as the header has it.
    pub(super) fn token(&self) -> Result<Option<MetadataValue<Ascii>>, CliError> {
        let token = match &self.token_file {
            Some(file) => Some(String::from_utf8_lossy(&read(file)?).trim().to_owned()),
            None => std::env::var("LANGDU_TOKEN").ok(),
        };
        let token = token.filter(|token| !token.is_empty());
        token.as_deref().map(bearer).transpose()
    }
}

/// The operators' socket of a service of this configuration, where one listens that this user may open.
fn socket(config: &Config) -> Option<String> {
    let path = config.operators_socket()?;
    std::os::unix::net::UnixStream::connect(&path).ok()?;
    Some(format!("unix:{}", path.display()))
}

/// The token that the first start of a service of this configuration wrote, where it can be read.
fn operators(config: &Config) -> Result<Option<MetadataValue<Ascii>>, CliError> {
    let file = config.operator_token();
    let token = file.and_then(|file| std::fs::read_to_string(file).ok());
    token.map(|token| bearer(token.trim())).transpose()
}

/// True for a service on this machine: no other is shown what lies in a file here.
fn is_loopback(address: &str) -> bool {
    let url = url::Url::parse(address).ok();
    let host = url.as_ref().and_then(url::Url::host);
    host.is_some_and(|host| match host {
        url::Host::Domain(name) => name == "localhost",
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    })
}

/// A token as the header has it.
pub(super) fn bearer(token: &str) -> Result<MetadataValue<Ascii>, CliError> {
    let value = format!("Bearer {token}").parse();
    value.map_err(|_| CliError::Usage("the token holds characters that no token has".to_owned()))
}

/// The address in the configuration, as this machine reaches it.
pub(super) fn configured(config: &Config) -> String {
    let address = on_this_machine(config.listen.grpc);
    let scheme = match config.security.tls.grpc {
        Some(_) => "https",
        None => "http",
    };
    format!("{scheme}://{address}")
}

/// Where a listener is reached from its own machine.
pub(super) fn on_this_machine(mut listener: std::net::SocketAddr) -> std::net::SocketAddr {
    if listener.ip().is_unspecified() {
        listener.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    listener
}

fn read(path: &PathBuf) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|source| CliError::Input {
        path: path.display().to_string(),
        source,
    })
}

/// Shows a token with every call.
#[derive(Clone)]
pub(super) struct Token(Option<MetadataValue<Ascii>>);

impl Interceptor for Token {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            request
                .metadata_mut()
                .insert("authorization", value.clone());
        }
        Ok(request)
    }
}

/// What the service said, as one line.
pub(super) fn refused(status: &Status) -> CliError {
    CliError::Service(format!("the service refused: {}", status.message()))
}
