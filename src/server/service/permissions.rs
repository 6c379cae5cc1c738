//! May this caller have it: pages by their host and signature, private sources, voices, and what is
//! for operators only.

use url::Url;

use super::ReadingService;
use crate::reading::{ReadError, Reading, Source};
use crate::reason::Reason;
use crate::server::access::Caller;
use crate::server::problem::Problem;
use langdu_fetch::host_fits;
use langdu_voice::voices::{Voice, VoiceChoice};

impl ReadingService {
    /// Whether the caller may have a reading that is remembered: what it would be told if it were
    /// read now, so that it does not matter who else has asked for it lately. A private one is
    /// known by an id that nobody can guess.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub(in crate::server) fn may_hear(
        &self,
        caller: &Caller,
        reading: &Reading,
    ) -> Result<(), Problem> {
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
    pub(in crate::server) fn voice_for(
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
        let chosen = voices.choose(&choice).map_err(ReadError::from)?;
        if may_have_voice(caller, &chosen) {
            return Ok(choice);
        }
        Err(not_its_voice(caller))
    }

    /// Whether the caller may have the source read.
    pub(super) fn may_read(&self, caller: &Caller, source: &Source) -> Result<(), Problem> {
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
    pub(in crate::server) fn may_read_page(
        &self,
        caller: &Caller,
        url: &str,
    ) -> Result<(), Problem> {
        if !caller.grant.read {
            let message = "this caller may have nothing read: show a token that may";
            return Err(Problem::new(Reason::NotPermitted, message));
        }
        may_read_host(caller, url)?;
        match self.authenticator().signer() {
            Some(signer) if self.signed_only(caller) => signer
                .check(url, &caller.signature)
                .map_err(|error| Problem::new(Reason::NotSigned, error.to_string())),
            _ => Ok(()),
        }
    }

    /// Anonymous callers of the gateway, where addresses are signed.
    fn signed_only(&self, caller: &Caller) -> bool {
        caller.anonymous && caller.on_gateway && self.authenticator().signer().is_some()
    }
}

/// Whether the caller is an operator.
///
/// # Errors
///
/// OPERATOR_ONLY, or UNAUTHENTICATED where nothing was shown.
pub(super) fn operators_only(caller: &Caller) -> Result<(), Problem> {
    if caller.operator {
        return Ok(());
    }
    if caller.anonymous {
        let message = "only operators may do this: show a token with operator = true; where none is \
                       configured, the first start has written one and logged where";
        return Err(Problem::unauthenticated(message));
    }
    let message = "this caller is no operator: see security.tokens in the configuration";
    Err(Problem::new(Reason::OperatorOnly, message))
}

/// Whether the caller is an editor, or an operator.
///
/// # Errors
///
/// EDITOR_ONLY, or UNAUTHENTICATED where nothing was shown.
pub(super) fn editors_only(caller: &Caller) -> Result<(), Problem> {
    if caller.editor {
        return Ok(());
    }
    if caller.anonymous {
        let message =
            "only editors may do this: show a token with editor = true or operator = true";
        return Err(Problem::unauthenticated(message));
    }
    let message = "this caller is no editor: see security.tokens in the configuration";
    Err(Problem::new(Reason::EditorOnly, message))
}

fn not_its_voice(caller: &Caller) -> Problem {
    let allowed = caller.grant.voices.join(", ");
    let message = format!("this caller may have the voices {allowed}");
    Problem::new(Reason::VoiceNotPermitted, message)
}

/// Whether a caller may have a voice.
pub(in crate::server) fn may_have_voice(caller: &Caller, voice: &Voice) -> bool {
    let allowed = &caller.grant.voices;
    allowed.is_empty() || allowed.contains(&voice.speaker.name)
}

/// Whether everything that something was read from is the caller's to read.
///
/// # Errors
///
/// NOT_PERMITTED when it is not.
pub(super) fn may_read_from(caller: &Caller, addresses: &[String]) -> Result<(), Problem> {
    are_of(&caller.grant.hosts, addresses)
}

/// Whether everything that something was read from is of the hosts of a grant: a redirect or an
/// attachment may have led to another host than the page's.
///
/// # Errors
///
/// NOT_PERMITTED when it is not.
pub(in crate::server) fn are_of(hosts: &[String], addresses: &[String]) -> Result<(), Problem> {
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
pub(in crate::server) fn is_of(hosts: &[String], url: &str) -> Result<(), Problem> {
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
