//! Why a page could not be fetched.

use std::net::IpAddr;

/// Why a page could not be fetched. The kinds are apart so that a server can tell what the caller
/// did wrong from what is forbidden and from what may work later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address is no usable http or https URL.
    #[error("{url:?} cannot be fetched: {reason}")]
    BadUrl {
        /// The address as given.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The host is on no allow-list.
    #[error("host {host:?} is not allowed; add it to fetch.allowed_hosts to permit it")]
    HostNotAllowed {
        /// The host, in ASCII form.
        host: String,
    },
    /// The port is not among those configured.
    #[error("port {port} is not allowed; add it to fetch.ports to permit it")]
    PortNotAllowed {
        /// The port.
        port: u16,
    },
    /// The host has an address that is not public.
    #[error(
        "host {host:?} has the address {address}, which is not public; name it in fetch.private_hosts to permit it"
    )]
    AddressNotPublic {
        /// The host, in ASCII form.
        host: String,
        /// The first such address.
        address: IpAddr,
    },
    /// The site's `robots.txt` forbids the page.
    #[error("robots.txt of {host:?} forbids the page; turn fetch.robots off if you run the site")]
    RobotsForbid {
        /// The host.
        host: String,
    },
    /// One redirect led to another too often.
    #[error("page redirects more than {limit} times; give the address it ends at")]
    TooManyRedirects {
        /// The limit.
        limit: usize,
    },
    /// The page did not arrive in time.
    #[error(
        "page did not arrive within {seconds} s; try again later or raise fetch.timeout_seconds"
    )]
    Timeout {
        /// The limit in seconds.
        seconds: u64,
    },
    /// The page is larger than the limit.
    #[error("page is larger than {limit_bytes} bytes {measured}; raise fetch.{setting}")]
    TooLarge {
        /// The limit in bytes.
        limit_bytes: usize,
        /// `as sent` or `after decompression`.
        measured: &'static str,
        /// The setting that limits it.
        setting: &'static str,
    },
    /// The server answered with an error.
    #[error("server answered {status} for {url}; check the address")]
    HttpStatus {
        /// The status code.
        status: u16,
        /// The address that was asked.
        url: String,
    },
    /// What came is neither a page nor a file that could hold a document.
    #[error("page is {media_type:?}, neither a page nor a document; give the address of one")]
    UnsupportedMediaType {
        /// The media type.
        media_type: String,
    },
    /// The host could not be resolved or connected to, or broke off.
    #[error("{host} cannot be reached: {cause}")]
    Unreachable {
        /// The host.
        host: String,
        /// What the network said.
        cause: String,
    },
    /// The body is not in the compression it claims, or breaks off.
    #[error("body of the page is damaged: {cause}; try again later")]
    DamagedBody {
        /// What is wrong with it.
        cause: String,
    },
    /// The fetcher cannot be set up as configured.
    #[error("fetcher cannot be set up: {cause}; correct the fetch section of the configuration")]
    BadConfig {
        /// What is wrong.
        cause: String,
    },
}
