//! The operator, who shows the token that a service's first start wrote.

use std::ops::{Deref, DerefMut};
use std::path::Path;

use langdu_proto::operator_client::OperatorClient;
use langdu_proto::read_aloud_client::ReadAloudClient;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use crate::eventually;

/// A client that shows the operator's token.
pub struct Operator(ReadAloudClient<InterceptedService<Channel, ShowToken>>);

/// Shows a token with every call.
#[derive(Clone)]
pub struct ShowToken(MetadataValue<Ascii>);

impl Interceptor for ShowToken {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let token = self.0.clone();
        request.metadata_mut().insert("authorization", token);
        Ok(request)
    }
}

impl Operator {
    /// Of the service that listens on this port of this machine and has this clip folder.
    pub(crate) async fn connect(port: u16, clips: &Path) -> Self {
        let file = clips.join("ledger/operator.token");
        assert!(
            eventually(|| file.exists()).await,
            "the first start wrote a token"
        );
        Self::new(port, &operators_token(clips))
    }

    /// Of the service that listens on this port of this machine.
    ///
    /// # Panics
    ///
    /// When the token holds characters that no token has.
    pub fn new(port: u16, token: &str) -> Self {
        let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{port}"));
        let channel = endpoint.expect("it is an address").connect_lazy();
        let token = format!("Bearer {token}").parse().expect("it is a token");
        let client = ReadAloudClient::with_interceptor(channel, ShowToken(token));
        Self(client.max_decoding_message_size(64 << 20))
    }
}

/// A client of the operators' socket of a service with this clip folder, which needs to show nothing.
///
/// # Panics
///
/// When no service listens there.
pub async fn operators_socket(clips: &Path) -> OperatorClient<Channel> {
    OperatorClient::new(operators_socket_channel(clips).await)
}

/// A connection to the operators' socket of a service with this clip folder.
///
/// # Panics
///
/// When no service listens there.
pub async fn operators_socket_channel(clips: &Path) -> Channel {
    let socket = clips.join("ledger/operator.sock");
    assert!(eventually(|| socket.exists()).await, "a service listens");
    let endpoint = Endpoint::from_shared(format!("unix:{}", socket.display()));
    let connected = endpoint.expect("it is an address").connect().await;
    connected.expect("the service listens on its socket")
}

/// The token that the first start of a service with this clip folder wrote.
///
/// # Panics
///
/// When there is none.
pub fn operators_token(clips: &Path) -> String {
    let token = std::fs::read_to_string(clips.join("ledger/operator.token"));
    token
        .expect("the first start wrote a token")
        .trim()
        .to_owned()
}

impl Deref for Operator {
    type Target = ReadAloudClient<InterceptedService<Channel, ShowToken>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Operator {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}
