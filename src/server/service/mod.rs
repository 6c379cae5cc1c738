//! The service layer: between the transports, gRPC and HTTP, and the pipeline.
//!
//! Every request for a reading goes through it, so that one rule holds for both transports: may
//! this caller have it (`permissions`), has it had its share, and is there room (`seats`)? What
//! costs nothing (voices, clips that are there, the player) passes without a question.

mod desk;
mod permissions;
mod seats;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use url::Url;

use super::Backend;
use super::access::{Authenticator, Caller, Quotas, SigningKeyError, hash_of_file};
use super::admission::Admission;
use super::problem::Problem;
use crate::config::SecurityConfig;
use crate::ledger::ListedWithdrawal;
use crate::listens::Listens;
use crate::prepare::Preparations;
use crate::reading::{ReadOptions, Reader, Reading, Source};
use crate::reason::Reason;
use crate::telemetry::addresses::for_log;
use crate::telemetry::metrics;
use crate::withdrawals::{Outcome, Withdrawals};
use langdu_document::Document;
use langdu_text::{Lexicon, Script};
pub(super) use permissions::{are_of, is_of, may_have_voice};
use permissions::{may_read_from, operators_only};

/// The reader behind its rules.
pub(in crate::server) struct ReadingService {
    reader: Arc<Reader>,
    authenticator: RwLock<Arc<Authenticator>>,
    quotas: Quotas,
    admission: Arc<Admission>,
    /// A permit for each reading that is being made.
    making: Arc<Semaphore>,
    /// How many there are in all.
    max_making: usize,
    /// Audio of one `Synthesize` message, in seconds.
    max_message_s: u32,
    /// How long a listener may be waited for in all who takes nothing of a stream.
    slow_client: Duration,
    withdrawals: Arc<Withdrawals>,
    preparations: Arc<Preparations>,
    listens: Arc<Listens>,
}

/// The rules of a [`ReadingService`].
pub(in crate::server) struct ReadingServiceConfig<'a> {
    pub(in crate::server) security: &'a SecurityConfig,
    /// The file of the operator's token, where nobody is an operator by configuration.
    pub(in crate::server) operator_token: Option<&'a Path>,
    /// Utterances that the voice speaks at the same time.
    pub(in crate::server) workers: usize,
    /// The share of the workers' time that is given to those who listen.
    pub(in crate::server) capacity_share: f64,
    pub(in crate::server) max_readings_at_once: usize,
    /// Audio of one `Synthesize` message, in seconds.
    pub(in crate::server) max_message_s: u32,
    /// How long a listener may be waited for in all who takes nothing of a stream.
    pub(in crate::server) slow_client: Duration,
}

impl ReadingService {
    /// A service as configured.
    ///
    /// # Errors
    ///
    /// When the signing key cannot be used.
    pub(in crate::server) fn new(
        backend: Backend,
        config: &ReadingServiceConfig,
    ) -> Result<Self, SigningKeyError> {
        let operator = config.operator_token.and_then(|path| {
            hash_of_file(path)
                .inspect_err(|error| {
                    tracing::warn!(
                        %error,
                        "nobody may prepare or withdraw: this file can hold no token, and none of \
                         security.tokens has operator = true"
                    );
                })
                .ok()
        });
        let pace = backend.reader.clips().pace().clone();
        let admission = Admission::new(pace, config.workers, config.capacity_share);
        let max_making = config.max_readings_at_once.min(Semaphore::MAX_PERMITS);
        Ok(Self {
            authenticator: RwLock::new(Arc::new(Authenticator::new(config.security, operator)?)),
            quotas: Quotas::new(),
            admission: Arc::new(admission),
            making: Arc::new(Semaphore::new(max_making)),
            max_making,
            max_message_s: config.max_message_s,
            slow_client: config.slow_client,
            reader: backend.reader,
            withdrawals: backend.withdrawals,
            preparations: backend.preparations,
            listens: backend.listens,
        })
    }

    pub(in crate::server) fn reader(&self) -> &Arc<Reader> {
        &self.reader
    }

    /// Who calls, by what is in force now.
    pub(in crate::server) fn authenticator(&self) -> Arc<Authenticator> {
        self.authenticator.read().clone()
    }

    /// Another one is in force from now on.
    pub(in crate::server) fn set_authenticator(&self, authenticator: Authenticator) {
        *self.authenticator.write() = Arc::new(authenticator);
    }

    /// Tells operators what is going on now.
    pub(in crate::server) fn look(&self) {
        self.admission.look();
        let making = self.max_making - self.making.available_permits();
        metrics::READINGS_BEING_MADE.set(making as f64);
    }

    /// Longest audio of one `Synthesize` message, in seconds.
    pub(in crate::server) fn max_message_s(&self) -> u32 {
        self.max_message_s
    }

    /// How long a listener may be waited for in all who takes nothing of a stream.
    pub(in crate::server) fn slow_client(&self) -> Duration {
        self.slow_client
    }

    /// How often withdrawals have changed since the start.
    pub(in crate::server) fn withdrawal_changes(&self) -> u64 {
        self.withdrawals.changes()
    }

    /// The preparations, for those who may order them.
    ///
    /// # Errors
    ///
    /// OPERATOR_ONLY for everybody else.
    pub(in crate::server) fn preparations(
        &self,
        caller: &Caller,
    ) -> Result<&Arc<Preparations>, Problem> {
        operators_only(caller)?;
        Ok(&self.preparations)
    }

    /// Withdraws a page.
    ///
    /// # Errors
    ///
    /// OPERATOR_ONLY for those who may not, and when the ledger fails.
    pub(in crate::server) async fn withdraw(
        &self,
        caller: &Caller,
        url: &str,
    ) -> Result<Outcome, Problem> {
        operators_only(caller)?;
        if Url::parse(url).is_err() {
            return Err(Problem::invalid("url", "it is no address of a page"));
        }
        let outcome = self.withdrawals.withdraw(url, &caller.client).await?;
        let withdrawn = &outcome.withdrawn;
        tracing::info!(
            url = %for_log(url),
            by = %caller.client,
            readings = withdrawn.withdrawal.readings,
            clips = withdrawn.clips.len(),
            pending_clips = outcome.pending_clips,
            "withdrawn"
        );
        Ok(outcome)
    }

    /// Withdrawals in force, the latest first, so many behind the first `skipped`.
    ///
    /// # Errors
    ///
    /// OPERATOR_ONLY for those who may not, and when the ledger fails.
    pub(in crate::server) async fn list_withdrawals(
        &self,
        caller: &Caller,
        skipped: u32,
        most: u32,
    ) -> Result<Vec<ListedWithdrawal>, Problem> {
        operators_only(caller)?;
        Ok(self.withdrawals.list(skipped, most).await?)
    }

    /// Ends the withdrawals that cover a page; answers with the addresses that they had named.
    ///
    /// # Errors
    ///
    /// OPERATOR_ONLY for those who may not, and when the ledger fails.
    pub(in crate::server) async fn publish(
        &self,
        caller: &Caller,
        url: &str,
    ) -> Result<Vec<String>, Problem> {
        operators_only(caller)?;
        let ended = self.withdrawals.publish(url).await?;
        tracing::info!(
            url = %for_log(url),
            by = %caller.client,
            withdrawals = ended.len(),
            "published again"
        );
        Ok(ended)
    }

    /// Counts a caller's reading of a source; how it is read.
    fn admit(
        &self,
        caller: &Caller,
        source: &Source,
        options: ReadOptions,
    ) -> Result<ReadOptions, Problem> {
        self.may_read(caller, source)?;
        let options = ReadOptions {
            voice: self.voice_for(caller, options.voice)?,
            owner: caller.client.clone(),
            ..options
        };
        self.count(caller)?;
        Ok(options)
    }

    /// The reading of a source.
    ///
    /// # Errors
    ///
    /// When the caller may not have it, there is too much to do, or it cannot be read.
    pub(in crate::server) async fn read(
        &self,
        caller: &Caller,
        source: Source,
        options: ReadOptions,
    ) -> Result<Arc<Reading>, Problem> {
        let options = self.admit(caller, &source, options)?;
        let _making = self.permit()?;
        let reading = self.reader.read(source, options).await?;
        may_read_from(caller, &reading.read_from)?;
        Ok(reading)
    }

    /// As [`read`](Self::read), as soon as there is something to be heard: where the document is still being
    /// recognised, the reading [grows](Reading::more).
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub(in crate::server) async fn begin(
        &self,
        caller: &Caller,
        source: Source,
        options: ReadOptions,
    ) -> Result<Arc<Reading>, Problem> {
        let options = self.admit(caller, &source, options)?;
        let making = self.lasting_permit()?;
        let reading = self.reader.begin(source, options, making).await?;
        may_read_from(caller, &reading.read_from)?;
        Ok(reading)
    }

    /// What would be read.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub(in crate::server) async fn document(
        &self,
        caller: &Caller,
        source: Source,
    ) -> Result<Document, Problem> {
        self.may_read(caller, &source)?;
        self.count(caller)?;
        let _making = self.permit()?;
        let made = self.reader.document(source).await?;
        may_read_from(caller, &made.read_from)?;
        Ok(made.value)
    }

    /// How it would be read.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub(in crate::server) async fn script(
        &self,
        caller: &Caller,
        source: Source,
        lexicon: Lexicon,
    ) -> Result<(Document, Script), Problem> {
        self.may_read(caller, &source)?;
        self.count(caller)?;
        let _making = self.permit()?;
        let made = self.reader.script(source, lexicon).await?;
        may_read_from(caller, &made.read_from)?;
        Ok(made.value)
    }

    /// Counts a request against the caller's quota.
    ///
    /// # Errors
    ///
    /// QUOTA_EXCEEDED when it is one too many.
    pub(in crate::server) fn count(&self, caller: &Caller) -> Result<(), Problem> {
        if caller.is_local {
            return Ok(());
        }
        let per_minute = caller.grant.readings_per_minute;
        self.quotas
            .count(&caller.client, per_minute)
            .map_err(|wait| {
                let message = format!("more than {per_minute} readings a minute");
                Problem::new(Reason::QuotaExceeded, message).retry_after(wait)
            })
    }

    /// A permit for a reading that is made on after its beginning was handed out.
    fn lasting_permit(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let making = self.making.clone().try_acquire_owned();
        making.map_err(|_| too_busy())
    }

    fn permit(&self) -> Result<SemaphorePermit<'_>, Problem> {
        self.permits(1)
    }

    /// Permits for so many readings at the same time, or for as many as there may be in all.
    ///
    /// # Errors
    ///
    /// TOO_BUSY when so many are not free.
    pub(in crate::server) fn permits(&self, count: usize) -> Result<SemaphorePermit<'_>, Problem> {
        let count = u32::try_from(count.min(self.max_making)).unwrap_or(u32::MAX);
        let making = self.making.try_acquire_many(count.max(1));
        making.map_err(|_| too_busy())
    }
}

fn too_busy() -> Problem {
    let message = "too many pages are being read at the same time";
    Problem::new(Reason::TooBusy, message)
}
