//! Names to addresses.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use futures::future::BoxFuture;
use hickory_resolver::TokioResolver;

/// Looks up the addresses of a host. A lookup only finds them; the fetcher checks
/// each before it connects.
pub trait Lookup: Send + Sync + 'static {
    /// All addresses of `host`, an ASCII name without a trailing dot.
    fn lookup(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The system's name servers and hosts file.
pub(super) struct SystemLookup {
    resolver: Arc<TokioResolver>,
}

impl SystemLookup {
    pub(super) fn new() -> io::Result<Self> {
        let resolver = TokioResolver::builder_tokio()
            .and_then(|builder| builder.build())
            .map_err(io::Error::other)?;
        Ok(Self {
            resolver: Arc::new(resolver),
        })
    }
}

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let resolver = Arc::clone(&self.resolver);
        // With its dot the name is complete: search domains of the machine are not tried.
        let host = format!("{host}.");
        Box::pin(async move {
            let found = resolver.lookup_ip(host).await.map_err(io::Error::other)?;
            Ok(found.iter().collect())
        })
    }
}
