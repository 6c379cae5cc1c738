//! `langdu withdraw` and `langdu withdrawals`: a document is taken back (撤稿) by the running service,
//! what was taken back is listed, and a withdrawal is undone.

use clap::Args;
use jiff::Timestamp;

use super::remote::{Remote, refused};
use super::{CliError, print_line, runtime};
use crate::config::Config;
use langdu_proto::{ListWithdrawalsRequest, PublishRequest, WithdrawRequest};

#[derive(Debug, Args)]
pub(super) struct Withdraw {
    /// The page.
    #[arg(value_name = "URL")]
    url: String,
    /// End the withdrawals that cover the page: it is read again.
    #[arg(long)]
    undo: bool,
    #[command(flatten)]
    remote: Remote,
}

impl Withdraw {
    pub(super) fn run(self, config: &Config) -> Result<(), CliError> {
        runtime()?.block_on(async {
            let mut client = self.remote.connect(config).await?;
            if self.undo {
                let request = PublishRequest { url: self.url };
                let published = client.publish(request).await;
                let ended = published.map_err(|status| refused(&status))?.into_inner();
                return print_line(&serde_json::json!({ "published": ended.urls }).to_string());
            }
            let request = WithdrawRequest { url: self.url };
            let gone = client.withdraw(request).await;
            let gone = gone.map_err(|status| refused(&status))?.into_inner();
            for what in &gone.not_reached {
                eprintln!("not reached: {what}");
            }
            let gone = serde_json::json!({
                "readings": gone.readings,
                "clips": gone.clips,
                "addresses": gone.addresses,
                "pending_clips": gone.pending_clips,
                "not_reached": gone.not_reached,
            });
            print_line(&gone.to_string())
        })
    }
}

#[derive(Debug, Args)]
pub(super) struct Withdrawals {
    #[command(flatten)]
    remote: Remote,
}

impl Withdrawals {
    /// One JSON object a line, the latest withdrawal first.
    pub(super) fn run(self, config: &Config) -> Result<(), CliError> {
        runtime()?.block_on(async {
            let mut client = self.remote.connect(config).await?;
            let mut request = ListWithdrawalsRequest::default();
            loop {
                let listed = client.list_withdrawals(request.clone()).await;
                let listed = listed.map_err(|status| refused(&status))?.into_inner();
                for withdrawal in listed.withdrawals {
                    let at = Timestamp::from_second(withdrawal.withdrawn_at);
                    let withdrawal = serde_json::json!({
                        "url": withdrawal.url,
                        "withdrawn_at": at.map(|at| at.to_string()).unwrap_or_default(),
                        "withdrawn_by": withdrawal.withdrawn_by,
                        "readings": withdrawal.readings,
                        "clips": withdrawal.clips,
                        "addresses": withdrawal.addresses,
                        "pending_clips": withdrawal.pending_clips,
                    });
                    print_line(&withdrawal.to_string())?;
                }
                if listed.next_page_token.is_empty() {
                    return Ok(());
                }
                request.page_token = listed.next_page_token;
            }
        })
    }
}
