//! A configuration: it is refused in words, or it can be checked and shown without its secrets.

use langdu::config::Config;
use langdu_fetch::host_fits;

/// Reads the input as a configuration.
pub fn read(input: &[u8]) {
    let Ok(toml) = std::str::from_utf8(input) else {
        return;
    };
    match Config::from_toml(toml) {
        Ok(config) => look_at(&config),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn look_at(config: &Config) {
    let _ = config.check();
    let _ = host_fits(&config.fetch.allowed_hosts, "www.example.gov.cn");
    let shown = format!("{config:?}");
    for token in &config.security.tokens {
        let hash = token.sha256.to_string();
        assert!(!shown.contains(&hash), "the hash of a token is shown");
    }
    for origin in &config.security.origins {
        let written = origin.origin.as_str();
        assert!(written.starts_with("http"), "{written}");
        assert!(!written.ends_with('/'), "{written}");
    }
}
