//! `langdu withdraw`: a document is taken back (撤稿) by the running service.

use clap::Args;

use super::remote::{Remote, refused};
use super::{CliError, print_line, runtime};
use crate::config::Config;
use langdu_proto::WithdrawRequest;

#[derive(Debug, Args)]
pub(super) struct Withdraw {
    /// The page.
    #[arg(value_name = "URL")]
    url: String,
    #[command(flatten)]
    remote: Remote,
}

impl Withdraw {
    pub(super) fn run(self, config: &Config) -> Result<(), CliError> {
        runtime()?.block_on(async {
            let mut client = self.remote.connect(config).await?;
            let request = WithdrawRequest { url: self.url };
            let gone = client.withdraw(request).await;
            let gone = gone.map_err(|status| refused(&status))?.into_inner();
            let gone = serde_json::json!({ "readings": gone.readings, "clips": gone.clips });
            print_line(&gone.to_string())
        })
    }
}
