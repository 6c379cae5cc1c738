//! Every way of writing an address that the fetcher must not connect to, each by its name; and
//! those that it may.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::BoxFuture;
use langdu_fetch::{FetchConfig, FetchError, Fetcher, Lookup};

/// Name servers of our own: each name has its answers, one after the other.
#[derive(Default)]
struct Names {
    answers: HashMap<&'static str, Vec<Vec<&'static str>>>,
    asked: Arc<AtomicUsize>,
}

impl Names {
    fn with(mut self, name: &'static str, answers: &[&[&'static str]]) -> Self {
        let answers = answers.iter().map(|answer| answer.to_vec()).collect();
        self.answers.insert(name, answers);
        self
    }
}

impl Lookup for Names {
    fn lookup(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers.get(host).map(|answers| {
            let answer = &answers[turn.min(answers.len() - 1)];
            answer
                .iter()
                .map(|text| text.parse().expect("an address"))
                .collect()
        });
        Box::pin(async move { answer.ok_or_else(|| io::Error::other("no such name")) })
    }
}

#[derive(Debug, PartialEq)]
enum Outcome {
    BadUrl,
    HostNotAllowed,
    PortNotAllowed,
    AddressNotPublic,
    Unreachable,
}

fn outcome(error: &FetchError) -> Outcome {
    match error {
        FetchError::BadUrl { .. } => Outcome::BadUrl,
        FetchError::HostNotAllowed { .. } => Outcome::HostNotAllowed,
        FetchError::PortNotAllowed { .. } => Outcome::PortNotAllowed,
        FetchError::AddressNotPublic { .. } => Outcome::AddressNotPublic,
        FetchError::Unreachable { .. } => Outcome::Unreachable,
        other => panic!("{other}"),
    }
}

/// A trick, its name, and how it must end. With every host allowed, only the address counts.
const ADDRESSES: &[(&str, &str)] = &[
    ("loopback", "http://127.0.0.1/"),
    ("loopback, another of its block", "http://127.9.8.7/"),
    ("loopback with a port", "http://127.0.0.1:80/"),
    ("loopback, short", "http://127.1/"),
    ("loopback, three parts", "http://127.0.1/"),
    ("loopback, decimal", "http://2130706433/"),
    ("loopback, octal", "http://0177.0.0.1/"),
    ("loopback, octal throughout", "http://0177.00.00.01/"),
    ("loopback, octal in one number", "http://017700000001/"),
    ("loopback, hexadecimal", "http://0x7f000001/"),
    ("loopback, hexadecimal parts", "http://0x7f.0x0.0x0.0x1/"),
    ("loopback, mixed bases", "http://0x7f.0.0.01/"),
    ("loopback, upper-case hexadecimal", "http://0X7F.1/"),
    ("loopback, trailing dot", "http://127.0.0.1./"),
    ("loopback, percent-encoded", "http://%31%32%37.0.0.1/"),
    ("loopback, full-width digits", "http://１２７.0.0.1/"),
    ("loopback, full-width dots", "http://127。0。0。1/"),
    ("loopback, circled digits", "http://①②⑦.⓪.⓪.①/"),
    ("zero", "http://0/"),
    ("zero in full", "http://0.0.0.0/"),
    ("this network", "http://0.1.2.3/"),
    ("private 10", "http://10.1.2.3/"),
    ("private 10, decimal", "http://167838211/"),
    ("private 172.16", "http://172.16.0.1/"),
    ("private 172.31", "http://172.31.255.255/"),
    ("private 192.168", "http://192.168.1.1/"),
    ("private 192.168, hexadecimal", "http://0xc0a80101/"),
    ("cloud metadata", "http://169.254.169.254/latest/meta-data/"),
    ("cloud metadata, decimal", "http://2852039166/"),
    ("cloud metadata of another cloud", "http://100.100.100.200/"),
    ("shared address space", "http://100.64.0.1/"),
    ("protocol assignments", "http://192.0.0.8/"),
    ("documentation 1", "http://192.0.2.1/"),
    ("documentation 2", "http://198.51.100.1/"),
    ("documentation 3", "http://203.0.113.1/"),
    ("benchmarking", "http://198.18.0.1/"),
    ("6to4 relays", "http://192.88.99.1/"),
    ("multicast", "http://224.0.0.1/"),
    ("reserved", "http://240.0.0.1/"),
    ("broadcast", "http://255.255.255.255/"),
    ("IPv6 loopback", "http://[::1]/"),
    ("IPv6 loopback in full", "http://[0:0:0:0:0:0:0:1]/"),
    ("IPv6 unspecified", "http://[::]/"),
    ("IPv4-mapped loopback", "http://[::ffff:127.0.0.1]/"),
    (
        "IPv4-mapped loopback, hexadecimal",
        "http://[::ffff:7f00:1]/",
    ),
    ("IPv4-mapped private", "http://[::ffff:10.0.0.1]/"),
    ("IPv4-mapped metadata", "http://[::ffff:a9fe:a9fe]/"),
    ("IPv4-compatible loopback", "http://[::127.0.0.1]/"),
    ("IPv4-translated loopback", "http://[::ffff:0:127.0.0.1]/"),
    ("NAT64 of a private address", "http://[64:ff9b::10.0.0.1]/"),
    ("NAT64, local", "http://[64:ff9b:1::1]/"),
    ("6to4 of loopback", "http://[2002:7f00:1::]/"),
    ("Teredo", "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/"),
    ("IPv6 link-local", "http://[fe80::1]/"),
    ("IPv6 site-local", "http://[fec0::1]/"),
    ("IPv6 unique local", "http://[fc00::1]/"),
    ("IPv6 unique local, other half", "http://[fd12:3456::1]/"),
    ("IPv6 multicast", "http://[ff02::1]/"),
    ("IPv6 documentation", "http://[2001:db8::1]/"),
    ("IPv6 documentation, newer", "http://[3fff::1]/"),
    ("IPv6 discard", "http://[100::1]/"),
];

const URLS: &[(&str, &str, Outcome)] = &[
    ("a file", "file:///etc/passwd", Outcome::BadUrl),
    ("ftp", "ftp://www.example.gov.cn/", Outcome::BadUrl),
    ("gopher", "gopher://127.0.0.1:70/_x", Outcome::BadUrl),
    ("data", "data:text/html,<p>x", Outcome::BadUrl),
    ("javascript", "javascript:alert(1)", Outcome::BadUrl),
    ("no scheme", "www.example.gov.cn/a", Outcome::BadUrl),
    ("no host", "http:///", Outcome::BadUrl),
    ("empty", "", Outcome::BadUrl),
    (
        "user name",
        "http://www.example.gov.cn@127.0.0.1/",
        Outcome::BadUrl,
    ),
    (
        "user name and password",
        "http://a:b@www.example.gov.cn/",
        Outcome::BadUrl,
    ),
    (
        "user name hiding the host",
        "http://www.example.gov.cn:80@evil.example/",
        Outcome::BadUrl,
    ),
    (
        "encoded at sign",
        "http://www.example.gov.cn%40evil.example/",
        Outcome::BadUrl,
    ),
    (
        "line end",
        "http://www.example.gov.cn\r\nHost: evil/",
        Outcome::BadUrl,
    ),
    ("tab in the host", "http://127.0.\t0.1/", Outcome::BadUrl),
    (
        "NUL",
        "http://www.example.gov.cn\0.evil.example/",
        Outcome::BadUrl,
    ),
    (
        "two trailing dots",
        "http://www.example.gov.cn../",
        Outcome::BadUrl,
    ),
    ("IPv6 zone", "http://[fe80::1%25eth0]/", Outcome::BadUrl),
    ("number too large", "http://4294967296/", Outcome::BadUrl),
    ("five parts", "http://1.2.3.4.5/", Outcome::BadUrl),
    (
        "another host",
        "http://evil.example/",
        Outcome::HostNotAllowed,
    ),
    (
        "allowed name as a prefix",
        "http://www.example.gov.cn.evil.example/",
        Outcome::HostNotAllowed,
    ),
    (
        "allowed name as a suffix without dot",
        "http://evilexample.gov.cn/",
        Outcome::HostNotAllowed,
    ),
    (
        "allowed name in the path",
        "http://evil.example/www.example.gov.cn",
        Outcome::HostNotAllowed,
    ),
    (
        "allowed name in the query",
        "http://evil.example/?www.example.gov.cn",
        Outcome::HostNotAllowed,
    ),
    (
        "allowed name behind a backslash",
        "http://evil.example\\@www.example.gov.cn/",
        Outcome::HostNotAllowed,
    ),
    (
        "Cyrillic look-alike",
        "http://www.exаmple.gov.cn/",
        Outcome::HostNotAllowed,
    ),
    (
        "Greek look-alike",
        "http://www.example.gοv.cn/",
        Outcome::HostNotAllowed,
    ),
    (
        "address instead of a name",
        "http://93.184.216.34/",
        Outcome::HostNotAllowed,
    ),
    ("localhost", "http://localhost/", Outcome::HostNotAllowed),
    (
        "another port",
        "http://www.example.gov.cn:22/",
        Outcome::PortNotAllowed,
    ),
    (
        "the port of a database",
        "http://www.example.gov.cn:6379/",
        Outcome::PortNotAllowed,
    ),
    (
        "port zero",
        "http://www.example.gov.cn:0/",
        Outcome::PortNotAllowed,
    ),
];

async fn refusal(fetcher: &Fetcher, url: &str) -> Outcome {
    match fetcher.fetch(url).await {
        Ok(page) => panic!("{url} was fetched from {}", page.url),
        Err(error) => outcome(&error),
    }
}

#[tokio::test]
async fn no_way_of_writing_a_private_address_gets_through() {
    let config = FetchConfig::default().permit_any_host();
    let fetcher = Fetcher::with_lookup(config, Arc::new(Names::default())).expect("a fetcher");
    for (name, url) in ADDRESSES {
        assert_eq!(
            refusal(&fetcher, url).await,
            Outcome::AddressNotPublic,
            "{name}: {url}"
        );
    }
}

#[tokio::test]
async fn only_allowed_hosts_and_ports_are_asked() {
    let names = Names::default();
    let asked = Arc::clone(&names.asked);
    let config = FetchConfig::default().permit_host("*.example.gov.cn");
    let fetcher = Fetcher::with_lookup(config, Arc::new(names)).expect("a fetcher");
    for (name, url, expected) in URLS {
        assert_eq!(refusal(&fetcher, url).await, *expected, "{name}: {url}");
    }
    assert_eq!(
        asked.load(Ordering::SeqCst),
        0,
        "no name was even looked up"
    );
}

#[tokio::test]
async fn without_an_allow_list_nothing_is_fetched() {
    let fetcher = Fetcher::with_lookup(FetchConfig::default(), Arc::new(Names::default()))
        .expect("a fetcher");
    for url in ["http://www.gov.cn/", "https://93.184.216.34/"] {
        assert_eq!(
            refusal(&fetcher, url).await,
            Outcome::HostNotAllowed,
            "{url}"
        );
    }
}

#[tokio::test]
async fn names_are_judged_by_all_their_addresses() {
    for (name, answers) in [
        ("a private address", vec!["10.0.0.1"]),
        ("loopback", vec!["127.0.0.1"]),
        ("IPv6 loopback", vec!["::1"]),
        (
            "several, the last private",
            vec!["93.184.216.34", "93.184.216.35", "192.168.0.1"],
        ),
        (
            "several, the first private",
            vec!["169.254.169.254", "93.184.216.34"],
        ),
        (
            "mapped among public ones",
            vec!["93.184.216.34", "::ffff:10.0.0.1"],
        ),
    ] {
        let names = Names::default().with("www.example.gov.cn", &[&answers]);
        let config = FetchConfig::default().permit_host("*.gov.cn");
        let fetcher = Fetcher::with_lookup(config, Arc::new(names)).expect("a fetcher");
        let found = refusal(&fetcher, "http://www.example.gov.cn/").await;
        assert_eq!(found, Outcome::AddressNotPublic, "{name}");
    }
}

#[tokio::test]
async fn an_answer_that_changes_is_checked_each_time_it_is_used() {
    // There is no second lookup between check and connection: each answer is checked itself.
    let names = Names::default().with("www.example.gov.cn", &[&["127.0.0.1"], &["10.0.0.1"]]);
    let asked = Arc::clone(&names.asked);
    let config = FetchConfig::default().permit_host("*.gov.cn");
    let fetcher = Fetcher::with_lookup(config, Arc::new(names)).expect("a fetcher");
    for times in 1..=2 {
        let found = refusal(&fetcher, "http://www.example.gov.cn/").await;
        assert_eq!(found, Outcome::AddressNotPublic);
        assert_eq!(
            asked.load(Ordering::SeqCst),
            times,
            "one lookup a connection"
        );
    }
}

#[tokio::test]
async fn a_trailing_dot_and_upper_case_name_the_same_host() {
    for url in ["http://WWW.Example.Gov.CN/", "http://www.example.gov.cn./"] {
        let names = Names::default().with("www.example.gov.cn", &[&["10.0.0.1"]]);
        let config = FetchConfig::default().permit_host("www.example.gov.cn");
        let fetcher = Fetcher::with_lookup(config, Arc::new(names)).expect("a fetcher");
        assert_eq!(
            refusal(&fetcher, url).await,
            Outcome::AddressNotPublic,
            "{url}"
        );
    }
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_unreachable() {
    let config = FetchConfig::default().permit_any_host();
    let fetcher = Fetcher::with_lookup(config, Arc::new(Names::default())).expect("a fetcher");
    let found = refusal(&fetcher, "http://nowhere.example.gov.cn/").await;
    assert_eq!(found, Outcome::Unreachable);
}

#[tokio::test]
async fn a_broken_proxy_address_is_a_configuration_error() {
    let config = FetchConfig {
        proxy: Some("not a url".to_owned()),
        ..FetchConfig::default()
    };
    assert!(matches!(
        Fetcher::with_lookup(config, Arc::new(Names::default())),
        Err(FetchError::BadConfig { .. })
    ));
}

#[test]
fn patterns_name_a_host_or_all_below_a_domain_or_every_one() {
    let fits = |patterns: &[&str], host: &str| {
        let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        langdu_fetch::host_fits(&patterns, host)
    };
    for (patterns, host, wanted) in [
        (&["www.example.gov.cn"][..], "www.example.gov.cn", true),
        (&["www.example.gov.cn"], "a.www.example.gov.cn", false),
        (
            &["www.example.gov.cn"],
            "www.example.gov.cn.evil.example",
            false,
        ),
        (&["*.example.gov.cn"], "www.example.gov.cn", true),
        (&["*.example.gov.cn"], "example.gov.cn", true),
        (&["*.example.gov.cn"], "evilexample.gov.cn", false),
        (&["*"], "anything.example", true),
        (&["a.example", "b.example"], "b.example", true),
        (&[], "a.example", false),
    ] {
        assert_eq!(fits(patterns, host), wanted, "{patterns:?} {host}");
    }
}

#[tokio::test]
async fn an_address_that_is_refused_is_told_and_not_at_its_full_length() {
    let long = format!("ftp://www.example.gov.cn/{}", "a".repeat(100_000));
    let fetcher = Fetcher::new(FetchConfig::default()).expect("a fetcher");
    let error = fetcher
        .fetch(&long)
        .await
        .expect_err("not http")
        .to_string();
    assert!(error.contains("ftp://www.example.gov.cn/aaa"), "{error}");
    assert!(error.len() < 500, "{}", error.len());
}
