//! The gateway's address as the outside knows it.

use aide::OperationInput;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use url::Url;

use super::super::access::Signature;
use super::super::problem::Problem;
use super::Gateway;
use super::range::Lifetime;

/// The gateway's root, ending in `/`: as configured, or else from the request's `Host`.
///
/// Forwarding headers are not believed: anyone can send them, and the answer may be cached. Nor may
/// one that holds an address from the `Host` be shared, for the same reason.
pub(super) struct Base {
    root: Url,
    is_configured: bool,
}

impl Base {
    /// An address under the root. `path` is relative and of our own making.
    pub(super) fn join(&self, path: &str) -> Url {
        self.root.join(path).unwrap_or_else(|_| self.root.clone())
    }

    /// How long an answer that holds an address under the root is good, which else were `lifetime`.
    pub(super) fn lifetime(&self, lifetime: Lifetime) -> Lifetime {
        if self.is_configured {
            return lifetime;
        }
        Lifetime::OfRequest
    }

    /// The page that reads the document at `url`.
    pub(super) fn listening_page(&self, url: &Url, signature: &Signature) -> Url {
        let mut page = self.join("listen");
        page.query_pairs_mut().append_pair("url", url.as_str());
        if let (Some(expires), Some(signature)) = (signature.expires, &signature.signature) {
            page.query_pairs_mut()
                .append_pair("expires", &expires.to_string())
                .append_pair("signature", signature);
        }
        page
    }

    /// The feed of the column at `list`.
    pub(super) fn feed_of(&self, list: &Url) -> Url {
        let mut feed = self.join("v1/feed.xml");
        feed.query_pairs_mut().append_pair("list", list.as_str());
        feed
    }
}

impl OperationInput for Base {}

impl FromRequestParts<Gateway> for Base {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        gateway: &Gateway,
    ) -> Result<Self, Self::Rejection> {
        if let Some(public) = &gateway.public_url {
            return Ok(Self {
                root: public.as_url().clone(),
                is_configured: true,
            });
        }
        let authority = parts.uri.authority().map(|authority| authority.as_str());
        let host = authority.or_else(|| parts.headers.get(header::HOST)?.to_str().ok());
        host.and_then(root_of)
            .map(|root| Self {
                root,
                is_configured: false,
            })
            .ok_or_else(|| Problem::invalid("Host", "it names no host: set gateway.public_url"))
    }
}

fn root_of(host: &str) -> Option<Url> {
    let url = Url::parse(&format!("http://{host}/")).ok()?;
    // A host may not smuggle in a user, a path or a query.
    let plain = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    plain.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_host_and_nothing_else() {
        for host in ["127.0.0.1:7861", "www.example.gov.cn", "[::1]:7861"] {
            assert!(root_of(host).is_some(), "{host}");
        }
        for host in ["", "a/b", "user@a", "a?x", "a#x", "a b"] {
            assert!(root_of(host).is_none(), "{host}");
        }
    }

    #[test]
    fn addresses_keep_the_public_prefix() {
        let base = Base {
            root: Url::parse("https://www.example.gov.cn/langdu/").unwrap(),
            is_configured: true,
        };
        let document = Url::parse("https://www.example.gov.cn/a.html?id=1&x=二").unwrap();
        assert_eq!(
            base.listening_page(&document, &Signature::default())
                .as_str(),
            "https://www.example.gov.cn/langdu/listen?url=https%3A%2F%2Fwww.example.gov.cn%2F\
             a.html%3Fid%3D1%26x%3D%25E4%25BA%258C"
        );
    }
}
