//! `langdu token new | sign`: bearer tokens, and signed addresses.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Args, Subcommand};

use super::{CliError, print_line};
use crate::config::{Config, TokenHash};
use crate::server::access::{Signer, generate};

#[derive(Debug, Args)]
pub(super) struct Token {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a bearer token: the token on standard output, the lines for the configuration on
    /// standard error.
    New {
        /// What the caller is called in the configuration and in logs.
        #[arg(default_value = "caller")]
        name: String,
    },
    /// Sign a page's address for anonymous listeners.
    Sign {
        /// The page.
        url: String,
        /// How long the signature is good, in hours.
        #[arg(long, default_value_t = 24)]
        hours: u32,
        /// The key [default: security.signing_key of the configuration].
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
}

impl Token {
    pub(super) fn run(self, config: &Config) -> Result<(), CliError> {
        match self.action {
            Action::New { name } => {
                let token = generate();
                let hash = TokenHash::of(&token);
                eprintln!("[[security.tokens]]\nname = {name:?}\nsha256 = \"{hash}\"");
                print_line(&token)
            }
            Action::Sign { url, hours, key } => {
                let key = key.or_else(|| config.security.signing_key.clone());
                let key = key.ok_or_else(|| {
                    CliError::Usage("name the key with --key, or in security.signing_key".into())
                })?;
                let signer = Signer::open(&key)?;
                let until = SystemTime::now() + Duration::from_secs(u64::from(hours) * 3600);
                let until = until.duration_since(UNIX_EPOCH);
                let expires = until.map_or(0, |until| until.as_secs());
                let signature = signer.sign(&url, expires);
                let query = url::form_urlencoded::Serializer::new(String::new())
                    .append_pair("url", &url)
                    .append_pair("expires", &expires.to_string())
                    .append_pair("signature", &signature)
                    .finish();
                print_line(&query)
            }
        }
    }
}
