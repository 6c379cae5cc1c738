//! Where every request for a reading comes by: may this caller have it, and is there room?
//!
//! Both listeners ask here, so that one rule holds for both. What costs nothing (voices, clips that
//! are there, the player) passes without a question.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use super::Backend;
use super::access::{Caller, Gate, Quotas, SigningKeyError};
use super::admission::{Admission, Asker, Full, Seat};
use super::problem::Problem;
use crate::config::SecurityConfig;
use crate::ledger::Withdrawal;
use crate::prepare::Preparations;
use crate::reading::{ReadOptions, Reader, Reading, Source};
use crate::reason::Reason;
use crate::withdrawals::Withdrawals;
use langdu_clips::{ClipId, Clips, Form};
use langdu_document::Document;
use langdu_fetch::host_fits;
use langdu_text::{Lexicon, Script};
use langdu_voice::voices::{Voice, VoiceChoice};

/// The reader behind its rules.
pub(super) struct Desk {
    reader: Arc<Reader>,
    gate: Gate,
    quotas: Quotas,
    admission: Arc<Admission>,
    making: Semaphore,
    /// Places for readings, in all.
    places: usize,
    /// Audio of one `Synthesize` message, in seconds.
    max_message_s: u32,
    withdrawals: Arc<Withdrawals>,
    preparations: Arc<Preparations>,
}

/// The rules of a desk.
pub(super) struct DeskConfig<'a> {
    pub(super) security: &'a SecurityConfig,
    /// Utterances that the voice speaks at the same time.
    pub(super) workers: usize,
    /// The share of the workers' time that is given to those who listen.
    pub(super) capacity_share: f64,
    pub(super) max_readings_at_once: usize,
    /// Audio of one `Synthesize` message, in seconds.
    pub(super) max_message_s: u32,
}

impl Desk {
    /// A desk as configured.
    ///
    /// # Errors
    ///
    /// When the signing key cannot be used.
    pub(super) fn new(backend: Backend, config: &DeskConfig) -> Result<Self, SigningKeyError> {
        let pace = backend.reader.clips().pace().clone();
        let admission = Admission::new(pace, config.workers, config.capacity_share);
        let places = config.max_readings_at_once.min(Semaphore::MAX_PERMITS);
        Ok(Self {
            gate: Gate::new(config.security)?,
            quotas: Quotas::new(),
            admission: Arc::new(admission),
            making: Semaphore::new(places),
            places,
            max_message_s: config.max_message_s,
            reader: backend.reader,
            withdrawals: backend.withdrawals,
            preparations: backend.preparations,
        })
    }

    pub(super) fn reader(&self) -> &Arc<Reader> {
        &self.reader
    }

    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Longest audio of one `Synthesize` message, in seconds.
    pub(super) fn max_message_s(&self) -> u32 {
        self.max_message_s
    }

    /// How often withdrawals have changed since the start.
    pub(super) fn withdrawal_changes(&self) -> u64 {
        self.withdrawals.changes()
    }

    /// The preparations, for those who may order them.
    ///
    /// # Errors
    ///
    /// OPERATOR_ONLY for everybody else.
    pub(super) fn preparations(&self, caller: &Caller) -> Result<&Arc<Preparations>, Problem> {
        operators_only(caller)?;
        Ok(&self.preparations)
    }

    /// Withdraws a page.
    ///
    /// # Errors
    ///
    /// OPERATOR_ONLY for those who may not, and when the ledger fails.
    pub(super) async fn withdraw(
        &self,
        caller: &Caller,
        url: &str,
    ) -> Result<Arc<Withdrawal>, Problem> {
        operators_only(caller)?;
        if Url::parse(url).is_err() {
            return Err(Problem::invalid("url", "it is no address of a page"));
        }
        let withdrawal = self.withdrawals.withdraw(url).await?;
        tracing::info!(
            url,
            by = %caller.client,
            readings = withdrawal.readings.len(),
            clips = withdrawal.clips.len(),
            "withdrawn"
        );
        Ok(withdrawal)
    }

    /// The reading of a source.
    ///
    /// # Errors
    ///
    /// When the caller may not have it, there is too much to do, or it cannot be read.
    pub(super) async fn read(
        &self,
        caller: &Caller,
        source: Source,
        options: ReadOptions,
    ) -> Result<Arc<Reading>, Problem> {
        self.may_read(caller, &source)?;
        let options = ReadOptions {
            voice: self.voice_for(caller, options.voice)?,
            ..options
        };
        self.count(caller)?;
        let _place = self.place()?;
        let reading = self.reader.read(source, options).await?;
        may_read_from(caller, &reading.read_from)?;
        Ok(reading)
    }

    /// What would be read.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub(super) async fn document(
        &self,
        caller: &Caller,
        source: Source,
    ) -> Result<Document, Problem> {
        self.may_read(caller, &source)?;
        self.count(caller)?;
        let _place = self.place()?;
        let made = self.reader.document(source).await?;
        may_read_from(caller, &made.read_from)?;
        Ok(made.value)
    }

    /// How it would be read.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub(super) async fn script(
        &self,
        caller: &Caller,
        source: Source,
        lexicon: Lexicon,
    ) -> Result<Script, Problem> {
        self.may_read(caller, &source)?;
        self.count(caller)?;
        let _place = self.place()?;
        let made = self.reader.script(source, lexicon).await?;
        may_read_from(caller, &made.read_from)?;
        Ok(made.value)
    }

    /// A seat for the stream of a reading; none is needed where all of it was made before.
    ///
    /// # Errors
    ///
    /// CAPACITY_FULL when there is none.
    pub(super) async fn seat(
        &self,
        caller: &Caller,
        reading: &Reading,
        form: Form,
    ) -> Result<Option<Seat>, Problem> {
        let Some(rest) = self.unmade(reading, form) else {
            return Ok(None);
        };
        let document: Arc<str> = reading.id.as_str().into();
        match self.admission.take(&document, &asker(caller), rest) {
            Ok(seat) => {
                self.free_if_shared(&seat, reading, form);
                Ok(Some(seat))
            }
            Err(_) if self.is_stored(reading, form).await => Ok(None),
            Err(full) => Err(sent_away(full)),
        }
    }

    /// Whether a player that is about to ask for a reading's clips will get them.
    ///
    /// # Errors
    ///
    /// CAPACITY_FULL when there is no room for it now.
    pub(super) async fn room(
        &self,
        caller: &Caller,
        reading: &Reading,
        form: Form,
    ) -> Result<(), Problem> {
        if self.unmade(reading, form).is_none() {
            return Ok(());
        }
        let document = reading.id.as_str().into();
        match self.admission.ask(&document, &asker(caller)) {
            Ok(()) => Ok(()),
            Err(_) if self.is_stored(reading, form).await => Ok(()),
            Err(full) => Err(sent_away(full)),
        }
    }

    /// A seat for a player that asks for one clip of `document`, of which `rest` is left to hear.
    ///
    /// # Errors
    ///
    /// CAPACITY_FULL when there is none.
    pub(super) async fn seat_for_clip(
        &self,
        caller: &Caller,
        document: &Arc<str>,
        rest: Duration,
        clip: (ClipId, Form),
    ) -> Result<(), Problem> {
        let clips = self.reader.clips();
        if clips.is_cached(clip.0, clip.1) || clips.are_remote(&[clip.0], clip.1).await {
            return Ok(());
        }
        match self.admission.keep(document, &asker(caller), rest) {
            Ok(()) => Ok(()),
            Err(_) if clips.is_on_disk(clip.0, clip.1).await => Ok(()),
            Err(full) => Err(sent_away(full)),
        }
    }

    /// About how long what has to be made of a reading is heard; `None` when nothing has.
    fn unmade(&self, reading: &Reading, form: Form) -> Option<Duration> {
        let clips = self.reader.clips();
        let unmade = reading
            .clips
            .iter()
            .enumerate()
            .filter(|(_, id)| !clips.is_cached(**id, form))
            .map(|(index, _)| reading.estimated_duration(index));
        unmade.reduce(|sum, duration| sum + duration)
    }

    /// Frees a seat when it turns out that another replica has made all of the reading. The
    /// stream does not wait for the answer.
    fn free_if_shared(&self, seat: &Seat, reading: &Reading, form: Form) {
        let clips = self.reader.clips().clone();
        if !is_tier_up(&clips) {
            return;
        }
        let (release, unmade) = (seat.release(), not_at_hand(&clips, reading, form));
        tokio::spawn(async move {
            if clips.are_remote(&unmade, form).await {
                release.free();
            }
        });
    }

    /// Another replica may have made it: one that has the same folder, or the same tier.
    async fn is_stored(&self, reading: &Reading, form: Form) -> bool {
        let clips = self.reader.clips();
        let mut elsewhere = Vec::new();
        for id in not_at_hand(clips, reading, form) {
            if clips.is_on_disk(id, form).await {
                continue;
            }
            if !is_tier_up(clips) {
                return false;
            }
            elsewhere.push(id);
        }
        elsewhere.is_empty() || clips.are_remote(&elsewhere, form).await
    }

    /// Whether the caller may have a reading that is remembered: what it would be told if it were
    /// read now, so that it does not matter who else has asked for it lately. A private one is
    /// known by an id that nobody can guess.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub(super) fn may_hear(&self, caller: &Caller, reading: &Reading) -> Result<(), Problem> {
        let Some(url) = &reading.url else {
            return Ok(());
        };
        self.may_read_page(caller, url)?;
        may_read_from(caller, &reading.read_from)?;
        if may_have_voice(caller, &reading.voice) {
            return Ok(());
        }
        Err(not_its_voice(caller))
    }

    /// The voice that is meant, if the caller may have it; one of the caller's own where none is
    /// named.
    ///
    /// # Errors
    ///
    /// When there is no such voice, or the caller may not have it.
    pub(super) fn voice_for(
        &self,
        caller: &Caller,
        mut choice: VoiceChoice,
    ) -> Result<VoiceChoice, Problem> {
        let allowed = &caller.grant.voices;
        if allowed.is_empty() {
            return Ok(choice);
        }
        let voices = self.reader.voices();
        if choice.name.is_empty() {
            let own = allowed.iter().find(|name| {
                let named = VoiceChoice {
                    name: (*name).clone(),
                    ..choice.clone()
                };
                voices.choose(&named).is_ok()
            });
            choice.name = own.cloned().unwrap_or_default();
        }
        let chosen = voices
            .choose(&choice)
            .map_err(crate::reading::ReadError::from)?;
        if may_have_voice(caller, &chosen) {
            return Ok(choice);
        }
        Err(not_its_voice(caller))
    }

    /// Whether the caller may have the source read.
    fn may_read(&self, caller: &Caller, source: &Source) -> Result<(), Problem> {
        let not_permitted = |message: &str| Err(Problem::new(Reason::NotPermitted, message));
        if !caller.grant.read {
            return not_permitted("this caller may have nothing read: show a token that may");
        }
        match source {
            Source::Url(url) | Source::PageOrAttachment(url) => self.may_read_page(caller, url),
            _ if !caller.grant.private_sources => {
                not_permitted("this caller may have pages read by their address only")
            }
            _ if caller.anonymous && self.signed_only(caller) => {
                not_permitted("anonymous callers may have signed pages read only: show a token")
            }
            _ => Ok(()),
        }
    }

    /// Whether the caller may have the page at `url` read.
    ///
    /// # Errors
    ///
    /// When the host is not the caller's, or the address is not signed as it has to be.
    pub(super) fn may_read_page(&self, caller: &Caller, url: &str) -> Result<(), Problem> {
        if !caller.grant.read {
            let message = "this caller may have nothing read: show a token that may";
            return Err(Problem::new(Reason::NotPermitted, message));
        }
        may_read_host(caller, url)?;
        match self.gate.signer() {
            Some(signer) if self.signed_only(caller) => signer
                .check(url, &caller.signature)
                .map_err(|error| Problem::new(Reason::NotSigned, error.to_string())),
            _ => Ok(()),
        }
    }

    /// Anonymous callers of the gateway, where addresses are signed.
    fn signed_only(&self, caller: &Caller) -> bool {
        caller.anonymous && caller.on_gateway && self.gate.signer().is_some()
    }

    /// Counts a request against the caller's quota.
    ///
    /// # Errors
    ///
    /// QUOTA_EXCEEDED when it is one too many.
    pub(super) fn count(&self, caller: &Caller) -> Result<(), Problem> {
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

    fn place(&self) -> Result<SemaphorePermit<'_>, Problem> {
        self.places(1)
    }

    /// Places for as many readings at the same time, or for as many as there may be in all.
    ///
    /// # Errors
    ///
    /// TOO_BUSY when so many are not free.
    pub(super) fn places(&self, count: usize) -> Result<SemaphorePermit<'_>, Problem> {
        let count = u32::try_from(count.min(self.places)).unwrap_or(u32::MAX);
        self.making.try_acquire_many(count.max(1)).map_err(|_| {
            let message = "too many pages are being read at the same time";
            Problem::new(Reason::TooBusy, message)
        })
    }
}

/// True where a tier is shared that answers.
fn is_tier_up(clips: &Clips) -> bool {
    clips.remote().is_some_and(|remote| remote.is_up())
}

/// What has to be made of a reading, as far as this process knows.
fn not_at_hand(clips: &Clips, reading: &Reading, form: Form) -> Vec<ClipId> {
    let ids = reading.clips.iter().copied();
    ids.filter(|&id| !clips.is_cached(id, form)).collect()
}

fn operators_only(caller: &Caller) -> Result<(), Problem> {
    if caller.operator {
        return Ok(());
    }
    if caller.anonymous {
        let message = "only operators may do this: show a token with operator = true";
        return Err(Problem::unauthenticated(message));
    }
    let message = "this caller is no operator: see security.tokens in the configuration";
    Err(Problem::new(Reason::OperatorOnly, message))
}

fn not_its_voice(caller: &Caller) -> Problem {
    let allowed = caller.grant.voices.join(", ");
    let message = format!("this caller may have the voices {allowed}");
    Problem::new(Reason::VoiceNotPermitted, message)
}

/// Whether a caller may have a voice.
pub(super) fn may_have_voice(caller: &Caller, voice: &Voice) -> bool {
    let allowed = &caller.grant.voices;
    allowed.is_empty() || allowed.contains(&voice.speaker.name)
}

/// Whether everything that something was read from is the caller's to read.
fn may_read_from(caller: &Caller, addresses: &[String]) -> Result<(), Problem> {
    are_of(&caller.grant.hosts, addresses)
}

/// Whether everything that something was read from is of the hosts of a grant: a redirect or an
/// attachment may have led to another host than the page's.
///
/// # Errors
///
/// NOT_PERMITTED when it is not.
pub(super) fn are_of(hosts: &[String], addresses: &[String]) -> Result<(), Problem> {
    addresses
        .iter()
        .try_for_each(|address| is_of(hosts, address))
}

/// Whether pages of the address's host are the caller's to read.
fn may_read_host(caller: &Caller, url: &str) -> Result<(), Problem> {
    is_of(&caller.grant.hosts, url)
}

/// Whether the address is of one of the hosts of a grant.
///
/// # Errors
///
/// NOT_PERMITTED when it is not.
pub(super) fn is_of(hosts: &[String], url: &str) -> Result<(), Problem> {
    if hosts.is_empty() {
        return Ok(());
    }
    let host = Url::parse(url).ok();
    let host = host.as_ref().and_then(Url::host_str);
    // What is no address is refused as such, later.
    match host {
        Some(host) if !host_fits(hosts, host) => Err(Problem::new(
            Reason::NotPermitted,
            format!("this caller may not have pages of {host} read"),
        )),
        _ => Ok(()),
    }
}

fn asker(caller: &Caller) -> Asker {
    Asker {
        client: caller.client.clone(),
        bound: if caller.is_local {
            0
        } else {
            caller.grant.listeners
        },
    }
}

fn sent_away(full: Full) -> Problem {
    if full.of_client {
        let message = "this client has as many documents read as it may";
        return Problem::new(Reason::QuotaExceeded, message).retry_after(full.retry_after);
    }
    let message = format!(
        "{} documents are being read, which is all the voice can: try again later",
        full.seats
    );
    Problem::new(Reason::CapacityFull, message).retry_after(full.retry_after)
}
