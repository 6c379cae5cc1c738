//! `langdu health`: whether the service is well, for whatever looks after it.
//!
//! It asks by the operators' socket, so that a probe needs no port, no shell and no other program in the
//! container; where there is none, on the admin listener.

use std::time::Duration;

use clap::Args;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::remote::Remote;
use super::{CliError, runtime};
use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct Health {
    /// It is enough that the service answers: whether it is ready does not matter.
    #[arg(long)]
    alive: bool,
    /// How long to wait for an answer, in seconds.
    #[arg(long, default_value_t = 3, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
    #[command(flatten)]
    remote: Remote,
}

impl Health {
    /// Says it in a word, and fails when it is not.
    pub(super) fn run(self, config: &Config) -> Result<(), CliError> {
        let asking = async {
            let channel = self.remote.health(config).await?;
            let answer = HealthClient::new(channel)
                .check(HealthCheckRequest::default())
                .await;
            match answer {
                Ok(answer) => Ok(answer.into_inner().status() == ServingStatus::Serving),
                // What is not ready yet may not be known yet.
                Err(status) if status.code() == Code::NotFound => Ok(false),
                Err(status) => Err(super::remote::refused(&status)),
            }
        };
        let within = Duration::from_secs(self.timeout);
        let is_ready = runtime()?.block_on(async {
            let answer = tokio::time::timeout(within, asking).await;
            answer.unwrap_or_else(|_| {
                let late = format!("no answer within {} s", self.timeout);
                Err(CliError::Service(late))
            })
        })?;
        match is_ready {
            true => super::print_line("ready"),
            false if self.alive => super::print_line("alive, not ready"),
            false => Err(CliError::Service("not ready".to_owned())),
        }
    }
}
