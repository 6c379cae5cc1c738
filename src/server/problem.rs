//! Errors as callers see them, over gRPC and HTTP alike. This is the only place where an error of the
//! pipeline gets its [`Reason`], and with it its status.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use aide::OperationOutput;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use tonic::Status;
use tonic_types::{ErrorDetails, FieldViolation, LocalizedMessage, StatusExt};

use super::schema::closed;
use crate::corrections::{CorrectionError, ImportError};
use crate::ledger::LedgerError;
use crate::listens::ListensError;
use crate::prepare::{PrepareError, RecordsError};
use crate::reading::ReadError;
use crate::reason::Reason;
use crate::telemetry::causes::{ExtractCause, FetchCause};
use crate::telemetry::{metrics, note_reason};
use langdu_clips::ClipError;
use langdu_fetch::FetchError;
use langdu_file::FileError;
use langdu_text::LexiconError;
use langdu_voice::VoiceError;
use langdu_voice::pool::JobError;

/// The domain of ErrorInfo details.
const DOMAIN: &str = "langdu";

/// The language of what is said to the person at the page (BCP 47).
const LOCALE: &str = "zh-CN";

/// The field of a request with its own pronunciations.
const CUSTOM_PRONUNCIATIONS: &str = "custom_pronunciations";

/// How soon it is worth asking again for a preparation where too many wait: they are long.
const PREPARATION: Duration = Duration::from_secs(60);

/// An error as the callers see it.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) reason: Reason,
    /// For people who build on the contract; of several violations that of the first.
    pub(crate) message: String,
    /// The request's fields that are wrong, if any are: what is told first is the first.
    pub(crate) violations: Vec<Violation>,
    /// How long to wait before it is worth trying again, where waiting helps.
    pub(crate) retry_after: Option<Duration>,
}

/// A field of a request that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// Its path in the request.
    pub(crate) field: Cow<'static, str>,
    /// What is wrong with it, for people who build on the contract.
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            violations: Vec::new(),
            retry_after: reason.retry_after(),
        }
    }

    /// A field of the request cannot be used.
    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::new(Reason::InvalidField, message).of_field(field)
    }

    /// The same, where a field of the request is at fault.
    fn of_field(mut self, field: &'static str) -> Self {
        self.violations.push(Violation {
            field: field.into(),
            message: self.message.clone(),
        });
        self
    }

    /// The same, and what else is wrong with the request.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.violations.extend(other.violations);
        self
    }

    /// The same, where the request has its fields elsewhere, or by other names.
    pub(crate) fn with_fields(mut self, rename: impl Fn(&str) -> String) -> Self {
        for violation in &mut self.violations {
            violation.field = rename(&violation.field).into();
        }
        self
    }

    /// The request's field that is wrong, if one is; of several the first.
    pub(crate) fn field(&self) -> Option<&str> {
        let first = self.violations.first()?;
        Some(&first.field)
    }

    /// The same, where it is known how long to wait.
    pub(crate) fn retry_after(self, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }

    /// The route is there, but not for this method.
    pub(crate) fn method_not_allowed() -> Self {
        let message = "this route does not take this method: see /openapi.json";
        Self::new(Reason::MethodNotAllowed, message)
    }

    /// Something named is not there.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(Reason::NotFound, message)
    }

    /// The caller has to show who it is.
    pub(crate) fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(Reason::Unauthenticated, message)
    }

    /// The caller's own deadline has passed.
    pub(crate) fn too_late() -> Self {
        let message = "the call's deadline has passed: allow more time with grpc-timeout";
        Self::new(Reason::DeadlineExceeded, message)
    }

    /// The listener takes nothing of what was made.
    pub(crate) fn not_taken() -> Self {
        let message = "nothing of the stream was taken for too long: ask for it again";
        Self::new(Reason::NotTaken, message)
    }

    /// Counts it: once, where it becomes an answer.
    pub(crate) fn count(&self) {
        let reason = self.reason.wire_name();
        note_reason(reason);
        metrics::ERRORS.increment(reason);
        if self.reason.is_shed() {
            metrics::SHED.increment(reason);
        }
    }
}

/// A wait in whole seconds, as `Retry-After` has it: never too short.
pub(crate) fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl From<Problem> for Status {
    fn from(problem: Problem) -> Self {
        problem.count();
        problem.status()
    }
}

impl Problem {
    /// As the contract has it. It is not counted.
    pub(crate) fn status(self) -> Status {
        let mut details = ErrorDetails::new();
        let reason = self.reason.wire_name();
        let field = self.field().map(|field| ("field", field.to_owned()));
        let wait = self.retry_after;
        let wait = wait.map(|wait| ("retry_after_seconds", seconds(wait).to_string()));
        let metadata = field.into_iter().chain(wait);
        let metadata: HashMap<String, String> = metadata
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        details.set_error_info(reason, DOMAIN, metadata);
        let title = self.reason.title();
        details.set_localized_message(LOCALE, title);
        if !self.violations.is_empty() {
            let told = |violation: Violation| FieldViolation {
                field: violation.field.into_owned(),
                description: violation.message,
                reason: reason.to_owned(),
                localized_message: Some(LocalizedMessage::new(LOCALE, title)),
            };
            details.set_bad_request(self.violations.into_iter().map(told).collect::<Vec<_>>());
        }
        if let Some(delay) = self.retry_after {
            details.set_retry_info(Some(delay));
        }
        Status::with_error_details(self.reason.code(), self.message, details)
    }
}

/// A problem over HTTP (RFC 9457).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem", transform = closed)]
pub(crate) struct ProblemBody {
    /// Stable, for programs.
    #[serde(rename = "type")]
    #[schemars(regex(pattern = "^urn:langdu:"))]
    kind: String,
    /// For the person at the page, in Chinese.
    title: &'static str,
    status: u16,
    /// For people who build on the contract.
    detail: String,
}

impl OperationOutput for Problem {
    type Inner = ProblemBody;
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.count();
        let status = self.reason.status();
        let body = ProblemBody {
            kind: format!("urn:langdu:{}", self.reason.kebab_name()),
            title: self.reason.title(),
            status: status.as_u16(),
            detail: self.message,
        };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(delay) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds(delay).into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        let message = error.to_string();
        match error {
            ReadError::Invalid { field, reason } => Self::invalid(field, reason),
            ReadError::Fetch(error) => error.into(),
            ReadError::Extract(error) => Self::new(ExtractCause::of_page(&error).reason(), message),
            ReadError::File(error) => error.into(),
            ReadError::Recognise(error) => {
                Self::new(ExtractCause::of_picture(&error).reason(), message)
            }
            ReadError::UnknownVoice(_) => Self::new(Reason::UnknownVoice, message),
            ReadError::Clip(error) => error.into(),
            ReadError::Panicked(_) => Self::new(Reason::Internal, message),
            ReadError::Ledger(error) => error.into(),
            ReadError::Withdrawn { .. } => Self::new(Reason::Withdrawn, message),
            ReadError::NotApproved { .. } => Self::new(Reason::NotApproved, message),
            ReadError::Corrections(error) => error.into(),
        }
    }
}

impl From<Vec<LexiconError>> for Problem {
    /// What is wrong with a request's own pronunciations.
    fn from(errors: Vec<LexiconError>) -> Self {
        let invalid = |error: LexiconError| Self::invalid(CUSTOM_PRONUNCIATIONS, error.to_string());
        let all = errors.into_iter().map(invalid).reduce(Self::and);
        all.unwrap_or_else(|| Self::invalid(CUSTOM_PRONUNCIATIONS, "they cannot be used"))
    }
}

impl From<PrepareError> for Problem {
    fn from(error: PrepareError) -> Self {
        match error {
            PrepareError::Invalid { field, reason } => Self::invalid(field, reason),
            PrepareError::Read(error) => error.into(),
            PrepareError::Full => {
                Self::new(Reason::TooBusy, error.to_string()).retry_after(PREPARATION)
            }
            PrepareError::Records(error) => error.into(),
            PrepareError::Ledger(error) => error.into(),
        }
    }
}

impl From<RecordsError> for Problem {
    fn from(error: RecordsError) -> Self {
        Self::new(Reason::LedgerFailed, error.to_string())
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        let reason = match error {
            LedgerError::Busy => Reason::TooBusy,
            _ => Reason::LedgerFailed,
        };
        Self::new(reason, error.to_string())
    }
}

impl From<CorrectionError> for Problem {
    fn from(error: CorrectionError) -> Self {
        let message = error.to_string();
        match error {
            CorrectionError::Invalid(fields) => {
                let problems = fields.into_iter();
                let problems = problems.map(|field| Self::invalid(field.name, field.reason));
                problems
                    .reduce(Self::and)
                    .unwrap_or_else(|| Self::new(Reason::InvalidField, message))
            }
            CorrectionError::Unknown { .. } => Self::not_found(message),
            CorrectionError::Changed(_) => Self::new(Reason::CorrectionChanged, message),
            CorrectionError::Exists(_) => Self::new(Reason::CorrectionExists, message),
            CorrectionError::Busy => Self::new(Reason::TooBusy, message),
            CorrectionError::Ledger(error) => error.into(),
            CorrectionError::Panicked(_) => Self::new(Reason::Internal, message),
            CorrectionError::Database(_)
            | CorrectionError::Folder { .. }
            | CorrectionError::NoRoom
            | CorrectionError::Newer
            | CorrectionError::Damaged(_)
            | CorrectionError::Thread(_)
            | CorrectionError::Ended => Self::new(Reason::LedgerFailed, message),
        }
    }
}

impl From<ListensError> for Problem {
    fn from(error: ListensError) -> Self {
        let reason = match error {
            ListensError::Panicked(_) => Reason::Internal,
            _ => Reason::LedgerFailed,
        };
        Self::new(reason, error.to_string())
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let message = error.to_string();
        match error {
            ImportError::Failed(error) => error.into(),
            ImportError::Entry { .. } | ImportError::TooMany => {
                Self::invalid("corrections", message)
            }
        }
    }
}

impl From<FetchError> for Problem {
    fn from(error: FetchError) -> Self {
        let reason = FetchCause::of(&error).reason();
        let message = match &error {
            // How the network is laid out is the operator's to know, who finds it in the log.
            FetchError::AddressNotPublic { host, address } => {
                tracing::warn!(host, %address, "a page's host has an address that is not public");
                format!("host {host:?} has an address that is not public")
            }
            error => error.to_string(),
        };
        let problem = Self::new(reason, message);
        match error {
            FetchError::BadUrl { .. } => problem.of_field("source.url"),
            _ => problem,
        }
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        let problem = Self::new(ExtractCause::of_file(&error).reason(), error.to_string());
        match problem.reason {
            Reason::FileTooLarge | Reason::FileFormatUnknown => problem.of_field("source.file"),
            _ => problem,
        }
    }
}

impl From<ClipError> for Problem {
    fn from(error: ClipError) -> Self {
        let message = error.to_string();
        match error {
            ClipError::Unknown(_) | ClipError::PackGone(_) => Self::not_found(message),
            ClipError::Job(error) => error.into(),
            ClipError::Encode(_) => Self::new(Reason::EncoderFailed, message),
            ClipError::Panicked(_) => Self::new(Reason::Internal, message),
        }
    }
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        let message = error.to_string();
        match error {
            JobError::QueueFull { .. } => Self::new(Reason::QueueFull, message),
            JobError::Closed => Self::new(Reason::ShuttingDown, message),
            JobError::Voice(error) => error.into(),
        }
    }
}

impl From<VoiceError> for Problem {
    fn from(error: VoiceError) -> Self {
        let message = error.to_string();
        match error {
            VoiceError::Pack(_)
            | VoiceError::Runtime { .. }
            | VoiceError::Instructions { .. }
            | VoiceError::Load { .. } => Self::new(Reason::VoiceMissing, message),
            VoiceError::UnknownPhoneme { .. } => Self::new(Reason::UnknownPhoneme, message),
            VoiceError::Espeak(_) | VoiceError::Synthesis(_) => {
                Self::new(Reason::SynthesisFailed, message)
            }
        }
    }
}
