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
    /// What asks them, or why nobody can be asked: a machine without a network may have none, and texts and
    /// files are read there all the same.
    resolver: Result<Arc<TokioResolver>, String>,
}

impl SystemLookup {
    pub(super) fn new() -> Self {
        let resolver = TokioResolver::builder_tokio().and_then(|builder| builder.build());
        let resolver = resolver.map(Arc::new).map_err(|error| error.to_string());
        if let Err(reason) = &resolver {
            tracing::warn!(
                reason,
                "this machine has no name servers: no page can be fetched by its name"
            );
        }
        Self { resolver }
    }
}

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let resolver = self.resolver.clone();
        // With its dot the name is complete: search domains of the machine are not tried.
        let host = format!("{host}.");
        Box::pin(async move {
            let resolver = resolver.map_err(|reason| {
                io::Error::other(format!(
                    "this machine has no name servers (/etc/resolv.conf): {reason}"
                ))
            })?;
            let found = resolver.lookup_ip(host).await.map_err(io::Error::other)?;
            Ok(found.iter().collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_name_servers_a_lookup_says_so_and_nothing_else_fails() {
        let lookup = SystemLookup {
            resolver: Err("No such file or directory".to_owned()),
        };
        let error = lookup.lookup("www.example.gov.cn").await.unwrap_err();
        let said = error.to_string();
        assert!(said.contains("/etc/resolv.conf"), "{said}");
        assert!(said.contains("No such file"), "{said}");
    }
}
