//! Who calls, and what they may have.
//!
//! A caller shows a bearer token, a client certificate (gRPC), or nothing. The `Origin` of a
//! browser is believed as far as browsers can be: it tells portals apart, it keeps nobody out.

mod connection_limit;
mod follow;
mod forwarded;
mod operator;
mod operators_socket;
mod quota;
mod signed;
mod tls;
mod token;

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use axum::extract::Query;
use axum::http::{HeaderMap, Uri, header};
use ipnet::IpNet;
use url::form_urlencoded;

use super::problem::Problem;
use crate::config::{CallerConfig, Grant, SecurityConfig, TokenConfig, TokenHash};
pub(super) use connection_limit::{ConnectionBounds, CountCalls, SlowClients};
pub(super) use follow::InForce;
pub use follow::SecuritySource;
pub(super) use operator::hash_of_file;
pub(super) use operators_socket::{OperatorsSocket, SocketFile};
pub(super) use quota::Quotas;
pub(super) use signed::Signature;
pub use signed::{Signer, SigningKeyError};
pub(super) use tls::{Connection, LimitedListener, Peer};
pub use tls::{TlsError, look_at_certificates};
pub use token::generate;

/// How long addresses that the gateway itself signs are good, in seconds: a podcast's listener may
/// come weeks later.
const SIGNED_FOR_S: u64 = 30 * 24 * 3600;

/// How long a page's address is signed alike, in seconds, so that an answer which holds it stays the same.
const SIGNED_ALIKE_S: u64 = 3600;

/// Somebody who asks for something.
#[derive(Clone)]
pub(super) struct Caller {
    /// What quotas count by: a token's name, a certificate, or an address.
    pub(super) client: Arc<str>,
    /// What it may have.
    pub(super) grant: Arc<Grant>,
    /// May prepare and withdraw.
    pub(super) operator: bool,
    /// May correct how words are read; an operator may too.
    pub(super) editor: bool,
    /// Shows neither token nor certificate.
    pub(super) anonymous: bool,
    /// Came by the gateway, and not by the callers' own listener.
    pub(super) on_gateway: bool,
    /// Calls from this machine, and not through a proxy that names somebody else: quotas are not
    /// for it.
    pub(super) is_local: bool,
    /// What its address was signed with.
    pub(super) signature: Signature,
}

impl Caller {
    /// A process of this service's own user, or of root: the system says so, and only these may open the
    /// operators' socket.
    pub(super) fn on_operators_socket() -> Self {
        Self {
            client: "operator of this machine".into(),
            grant: Arc::new(Grant::everything()),
            operator: true,
            editor: true,
            anonymous: false,
            on_gateway: false,
            is_local: true,
            signature: Signature::default(),
        }
    }
}

/// What a configured token allows.
struct TokenGrant {
    name: Arc<str>,
    hash: TokenHash,
    is_operator: bool,
    is_editor: bool,
    grant: Arc<Grant>,
}

impl From<&TokenConfig> for TokenGrant {
    fn from(config: &TokenConfig) -> Self {
        Self {
            name: format!("token {}", config.name).into(),
            hash: config.sha256.clone(),
            is_operator: config.operator,
            is_editor: config.operator || config.editor,
            grant: Arc::new(config.may.clone()),
        }
    }
}

/// Tells who calls, and signs addresses where they are signed.
pub(super) struct Authenticator {
    tokens: Vec<TokenGrant>,
    are_tokens_configured: bool,
    certificates: CallerConfig,
    origins: Vec<(String, Arc<Grant>)>,
    anonymous: Arc<Grant>,
    trusted_proxies: Vec<IpNet>,
    grpc_is_open: bool,
    signer: Option<Signer>,
}

impl Authenticator {
    /// An authenticator as configured. `operator` is the token of the operator's file, where nobody
    /// is one by configuration.
    ///
    /// # Errors
    ///
    /// When the signing key cannot be used.
    pub(super) fn new(
        config: &SecurityConfig,
        operator: Option<TokenHash>,
    ) -> Result<Self, SigningKeyError> {
        let of_file = operator.map(|hash| TokenGrant {
            name: "operator".into(),
            hash,
            is_operator: true,
            is_editor: true,
            grant: Arc::new(Grant::everything()),
        });
        let tokens = config.tokens.iter().map(TokenGrant::from).chain(of_file);
        let origins = config.origins.iter().map(|origin| {
            let grant = Arc::new(origin.may.clone());
            (origin.origin.as_str().to_owned(), grant)
        });
        let mutual = config.tls.grpc.as_ref();
        let mutual = mutual.is_some_and(|tls| tls.client_authorities.is_some());
        Ok(Self {
            tokens: tokens.collect(),
            are_tokens_configured: !config.tokens.is_empty(),
            certificates: config.certificates.clone(),
            origins: origins.collect(),
            anonymous: Arc::new(config.anonymous.clone()),
            trusted_proxies: config.trusted_proxies.clone(),
            grpc_is_open: config.tokens.is_empty() && !mutual,
            signer: config
                .signing_key
                .as_deref()
                .map(Signer::open)
                .transpose()?,
        })
    }

    /// What signs addresses, where they are signed.
    pub(super) fn signer(&self) -> Option<&Signer> {
        self.signer.as_ref()
    }

    /// Adds a signature of the page at `url` to a query of ours, where addresses are signed.
    pub(super) fn sign(&self, url: &str, query: &mut form_urlencoded::Serializer<'_, String>) {
        if let Some(signer) = &self.signer {
            let expires = signed::now().next_multiple_of(SIGNED_ALIKE_S) + SIGNED_FOR_S;
            query.append_pair("expires", &expires.to_string());
            query.append_pair("signature", &signer.sign(url, expires));
        }
    }

    /// True when callers on gRPC need to show nothing.
    pub(super) fn grpc_is_open(&self) -> bool {
        self.grpc_is_open
    }

    /// Who calls on gRPC. `certificate` is one that our authorities signed.
    ///
    /// # Errors
    ///
    /// UNAUTHENTICATED when it has to show something and shows nothing that fits.
    pub(super) fn grpc(
        &self,
        authorization: Option<&str>,
        certificate: Option<&[u8]>,
        peer: Option<IpAddr>,
    ) -> Result<Caller, Problem> {
        if let Some(caller) = self.by_token(authorization)? {
            return Ok(caller);
        }
        if let Some(certificate) = certificate {
            let digest = blake3::hash(certificate).to_hex();
            let CallerConfig {
                operator,
                editor,
                may,
            } = &self.certificates;
            return Ok(Caller {
                client: format!("certificate {}", &digest[..16]).into(),
                grant: Arc::new(may.clone()),
                operator: *operator,
                editor: *operator || *editor,
                anonymous: false,
                on_gateway: false,
                is_local: false,
                signature: Signature::default(),
            });
        }
        if !self.grpc_is_open {
            return Err(Problem::unauthenticated(
                "show a token (authorization: Bearer …) or a client certificate",
            ));
        }
        let is_local = peer.is_some_and(|peer| peer.is_loopback());
        Ok(Caller {
            client: peer.map_or_else(|| "unknown".into(), of_address),
            grant: Arc::new(Grant::everything()),
            // A proxy or a mesh on this machine would make an operator of everybody.
            operator: false,
            editor: false,
            anonymous: true,
            on_gateway: false,
            is_local,
            signature: Signature::default(),
        })
    }

    /// Who calls on the gateway.
    ///
    /// # Errors
    ///
    /// UNAUTHENTICATED when it shows a token that is not known.
    pub(super) fn http(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
        peer: IpAddr,
    ) -> Result<Caller, Problem> {
        let text = |name| headers.get(name)?.to_str().ok();
        if let Some(caller) = self.by_token(text(header::AUTHORIZATION))? {
            return Ok(caller);
        }
        let sender = forwarded::sender(headers, peer, &self.trusted_proxies);
        let origin = text(header::ORIGIN);
        let grant = self
            .origins
            .iter()
            .find(|(of, _)| origin == Some(of.as_str()))
            .map_or(&self.anonymous, |(_, grant)| grant);
        Ok(Caller {
            client: of_address(sender.address),
            grant: grant.clone(),
            operator: false,
            editor: false,
            anonymous: true,
            on_gateway: true,
            is_local: sender.is_local,
            signature: signature_in(uri),
        })
    }

    /// Who calls by a protocol that knows no tokens.
    pub(super) fn anonymous(&self, peer: IpAddr) -> Caller {
        Caller {
            client: of_address(peer),
            grant: self.anonymous.clone(),
            operator: false,
            editor: false,
            anonymous: true,
            on_gateway: true,
            is_local: peer.is_loopback(),
            signature: Signature::default(),
        }
    }

    /// The caller of a token; `None` where none is shown, or one of no meaning here.
    fn by_token(&self, authorization: Option<&str>) -> Result<Option<Caller>, Problem> {
        let Some(shown) = authorization.and_then(token::bearer) else {
            return Ok(None);
        };
        // Every hash is compared, so that the time tells nothing of which one fits.
        let known = self.tokens.iter().fold(None, |found, known| {
            let fits = known.hash.fits(shown);
            if fits { Some(known) } else { found }
        });
        let Some(known) = known else {
            if !self.are_tokens_configured {
                // Clients made for another service always show one.
                return Ok(None);
            }
            return Err(Problem::unauthenticated("the token is not known here"));
        };
        Ok(Some(Caller {
            client: known.name.clone(),
            grant: known.grant.clone(),
            operator: known.is_operator,
            editor: known.is_editor,
            anonymous: false,
            on_gateway: false,
            is_local: false,
            signature: Signature::default(),
        }))
    }
}

fn signature_in(uri: &Uri) -> Signature {
    let signature = Query::<Signature>::try_from_uri(uri);
    signature.map_or_else(|_| Signature::default(), |Query(signature)| signature)
}

/// A client by its address. An IPv6 network of 64 bits is one client: it is one household's.
fn of_address(address: IpAddr) -> Arc<str> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string().into(),
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from_bits(network)).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TokenHash;

    const TOKEN: &str = "langdu_test";

    fn authenticator(toml: &str) -> Authenticator {
        let config = toml.replace("HASH", &TokenHash::of(TOKEN).to_string());
        Authenticator::new(&toml::from_str(&config).unwrap(), None).unwrap()
    }

    const WITH_TOKEN: &str = "[[tokens]]\nname = \"cms\"\nsha256 = \"HASH\"\n";

    fn here() -> Option<IpAddr> {
        Some("127.0.0.1".parse().unwrap())
    }

    #[test]
    fn grpc_is_open_until_there_is_something_to_show() {
        let caller = authenticator("").grpc(None, None, here()).ok().unwrap();
        assert!(
            caller.is_local && !caller.operator,
            "a proxy may stand here"
        );
        let elsewhere = Some("10.1.2.3".parse().unwrap());
        let caller = authenticator("").grpc(None, None, elsewhere).ok().unwrap();
        assert!(!caller.is_local && !caller.operator);
        assert!(authenticator(WITH_TOKEN).grpc(None, None, here()).is_err());
    }

    #[test]
    fn a_token_is_known_or_refused() {
        let authenticator = authenticator(WITH_TOKEN);
        let right = format!("Bearer {TOKEN}");
        let caller = authenticator.grpc(Some(&right), None, here()).ok().unwrap();
        assert_eq!(&*caller.client, "token cms");
        assert!(!caller.operator);
        assert!(
            authenticator
                .grpc(Some("Bearer other"), None, here())
                .is_err()
        );
    }

    #[test]
    fn the_token_of_the_operators_file_makes_an_operator_and_closes_nothing() {
        let operator = Some(TokenHash::of(TOKEN));
        let authenticator = Authenticator::new(&SecurityConfig::default(), operator).unwrap();
        let shown = |token: &str| {
            let shown = format!("Bearer {token}");
            authenticator
                .grpc(Some(&shown), None, here())
                .ok()
                .unwrap()
                .operator
        };
        assert!(shown(TOKEN) && !shown("another service's"));
        assert!(authenticator.grpc_is_open());
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        let client = |address: &str| of_address(address.parse().unwrap()).to_string();
        assert_eq!(client("2001:db8::1:2:3:4"), "2001:db8::/64");
        assert_eq!(client("::ffff:203.0.113.7"), "203.0.113.7");
    }

    #[test]
    fn an_origin_has_a_grant_of_its_own() {
        let authenticator = authenticator(
            "[[origins]]\norigin = \"https://www.example.gov.cn\"\nmay = { voices = [\"a\"] }\n",
        );
        let voices = |origin: &'static str| {
            let headers = HeaderMap::from_iter([(header::ORIGIN, origin.parse().unwrap())]);
            let uri = Uri::from_static("/v1/readings");
            let caller = authenticator.http(&uri, &headers, "127.0.0.1".parse().unwrap());
            caller.ok().unwrap().grant.voices.clone()
        };
        assert_eq!(voices("https://www.example.gov.cn"), ["a"]);
        assert!(voices("https://other.gov.cn").is_empty());
    }
}
