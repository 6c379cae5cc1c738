//! The only place where errors become status codes, for gRPC and HTTP alike.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::ledger::LedgerError;
use crate::prepare::PrepareError;
use crate::reading::ReadError;
use langdu_clips::ClipError;
use langdu_fetch::FetchError;
use langdu_file::FileError;
use langdu_voice::VoiceError;
use langdu_voice::pool::JobError;

/// The domain of ErrorInfo details.
const DOMAIN: &str = "langdu";

/// How long a caller is asked to wait where nothing better is known: about one utterance.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// An error as the callers see it.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    code: Code,
    /// Stable, for programs.
    pub(crate) reason: &'static str,
    /// For people who build on the contract.
    pub(crate) message: String,
    /// The request's field that is wrong, if one is.
    pub(crate) field: Option<&'static str>,
    retry_after: Option<Duration>,
}

impl Problem {
    fn new(code: Code, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            reason,
            message: message.into(),
            field: None,
            retry_after: None,
        }
    }

    /// A field of the request cannot be used.
    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field: Some(field),
            ..Self::new(Code::InvalidArgument, "INVALID_FIELD", message)
        }
    }

    /// The route is there, but not for this method.
    pub(crate) fn method_not_allowed() -> Self {
        let message = "this route does not take this method: see /openapi.json";
        Self::new(Code::Unimplemented, "METHOD_NOT_ALLOWED", message)
    }

    /// Something named is not there.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(Code::NotFound, "NOT_FOUND", message)
    }

    /// The caller has to show who it is.
    pub(crate) fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(Code::Unauthenticated, "UNAUTHENTICATED", message)
    }

    /// The caller may not have this.
    pub(crate) fn denied(reason: &'static str, message: impl Into<String>) -> Self {
        Self::new(Code::PermissionDenied, reason, message)
    }

    /// There is too much to do; it is worth trying again after `wait`.
    pub(crate) fn exhausted(
        reason: &'static str,
        message: impl Into<String>,
        wait: Duration,
    ) -> Self {
        Self {
            retry_after: Some(wait),
            ..Self::new(Code::ResourceExhausted, reason, message)
        }
    }

    /// The caller's own deadline has passed.
    pub(crate) fn too_late() -> Self {
        let message = "the call's deadline has passed: allow more time with grpc-timeout";
        Self::new(Code::DeadlineExceeded, "DEADLINE_EXCEEDED", message)
    }

    /// The listener takes nothing of what was made.
    pub(crate) fn not_taken() -> Self {
        let message = "nothing of the stream was taken for too long: ask for it again";
        Self::new(Code::Aborted, "NOT_TAKEN", message)
    }

    /// How long to wait before it is worth trying again, where waiting helps.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        (self.code == Code::ResourceExhausted).then_some(self.retry_after.unwrap_or(RETRY_AFTER))
    }

    /// Counts it: once, where it becomes an answer.
    pub(crate) fn count(&self) {
        metrics::counter!("langdu_errors_total", "reason" => self.reason).increment(1);
        if self.code == Code::ResourceExhausted {
            metrics::counter!("langdu_shed_total", "reason" => self.reason).increment(1);
        }
    }

    /// The status of an HTTP answer.
    pub(crate) fn http_status(&self) -> StatusCode {
        match self.code {
            Code::InvalidArgument => StatusCode::BAD_REQUEST,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::Unimplemented => StatusCode::METHOD_NOT_ALLOWED,
            Code::Unauthenticated => StatusCode::UNAUTHORIZED,
            Code::PermissionDenied => StatusCode::FORBIDDEN,
            Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
            Code::FailedPrecondition if self.reason == "WITHDRAWN" => StatusCode::GONE,
            Code::FailedPrecondition => StatusCode::UNPROCESSABLE_ENTITY,
            Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
            Code::Unavailable if self.reason == "PAGE_UNAVAILABLE" => StatusCode::BAD_GATEWAY,
            Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// For the person at the page.
    pub(crate) fn title(&self) -> &'static str {
        match self.reason {
            "HOST_NOT_ALLOWED" => "本服务不能朗读这个网站的页面",
            "PAGE_UNAVAILABLE" => "暂时打不开这个页面，请稍后再试",
            "NOTHING_READABLE" => "这个页面上没有可以朗读的文字",
            "FILE_UNREADABLE" => "这个文件没有可以朗读的文字，或已经损坏、加密",
            "FILE_TOO_LARGE" => "这个文件太大，暂时不能朗读",
            "UNKNOWN_VOICE" => "没有这个声音",
            "WITHDRAWN" => "这份文件已经撤下，不再提供朗读",
            "QUEUE_FULL" | "CAPACITY_FULL" | "TOO_BUSY" => "现在收听的人较多，请稍后再试",
            "QUOTA_EXCEEDED" => "请求太频繁，请稍后再试",
            "UNAUTHENTICATED" => "需要出示访问凭证",
            "NOT_SIGNED" => "这个朗读地址无效或者已经过期",
            "OPERATOR_ONLY" | "NOT_PERMITTED" | "VOICE_NOT_PERMITTED" => "没有权限",
            "VOICE_MISSING" => "朗读的声音还没有安装好",
            "NOT_FOUND" => "没有找到",
            "INVALID_FIELD" => "请求的内容有误",
            "METHOD_NOT_ALLOWED" => "不支持这种请求方式",
            _ => "朗读服务出了问题，请稍后再试",
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
        let mut details = ErrorDetails::new();
        details.set_error_info(problem.reason, DOMAIN, [] as [(String, String); 0]);
        if let Some(field) = problem.field {
            details.add_bad_request_violation(field, problem.message.as_str());
        }
        if let Some(delay) = problem.retry_after() {
            details.set_retry_info(Some(delay));
        }
        Self::with_error_details(problem.code, problem.message, details)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.count();
        let status = self.http_status();
        let body = json!({
            "type": format!("urn:langdu:{}", self.reason.to_lowercase().replace('_', "-")),
            "title": self.title(),
            "status": status.as_u16(),
            "detail": self.message,
        });
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(delay) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, seconds(delay).into());
        }
        if self.code == Code::Unauthenticated {
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
            ReadError::Extract(_) => {
                Self::new(Code::FailedPrecondition, "NOTHING_READABLE", message)
            }
            ReadError::File(error) => error.into(),
            ReadError::UnknownVoice(_) => Self::new(Code::NotFound, "UNKNOWN_VOICE", message),
            ReadError::Lexicon(_) => Self::invalid("custom_pronunciations", message),
            ReadError::Clip(error) => error.into(),
            ReadError::Panicked(_) => Self::new(Code::Internal, "INTERNAL", message),
            ReadError::Withdrawn { .. } => {
                Self::new(Code::FailedPrecondition, "WITHDRAWN", message)
            }
        }
    }
}

impl From<PrepareError> for Problem {
    fn from(error: PrepareError) -> Self {
        match error {
            PrepareError::Invalid { field, reason } => Self::invalid(field, reason),
            PrepareError::Read(error) => error.into(),
            PrepareError::Full => {
                Self::exhausted("TOO_BUSY", error.to_string(), Duration::from_secs(60))
            }
            PrepareError::Ledger(error) => error.into(),
        }
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        Self::new(Code::Unavailable, "LEDGER_FAILED", error.to_string())
    }
}

impl From<FetchError> for Problem {
    fn from(error: FetchError) -> Self {
        let message = error.to_string();
        match error {
            FetchError::BadUrl { .. } => Self::invalid("source.url", message),
            FetchError::HostNotAllowed { .. }
            | FetchError::PortNotAllowed { .. }
            | FetchError::AddressNotPublic { .. }
            | FetchError::RobotsForbid { .. } => {
                Self::new(Code::PermissionDenied, "HOST_NOT_ALLOWED", message)
            }
            FetchError::UnsupportedMediaType { .. } => {
                Self::new(Code::FailedPrecondition, "NOTHING_READABLE", message)
            }
            FetchError::BadConfig { .. } => Self::new(Code::Internal, "BAD_CONFIGURATION", message),
            _ => Self::new(Code::Unavailable, "PAGE_UNAVAILABLE", message),
        }
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        let message = error.to_string();
        match error {
            FileError::TooLarge { .. } | FileError::Timeout { .. } => Self {
                field: Some("source.file"),
                ..Self::new(Code::InvalidArgument, "FILE_TOO_LARGE", message)
            },
            FileError::UnknownFormat { .. } => Self {
                field: Some("source.file"),
                ..Self::new(Code::InvalidArgument, "FILE_UNREADABLE", message)
            },
            _ => Self::new(Code::FailedPrecondition, "FILE_UNREADABLE", message),
        }
    }
}

impl From<ClipError> for Problem {
    fn from(error: ClipError) -> Self {
        let message = error.to_string();
        match error {
            ClipError::Unknown(_) | ClipError::PackGone(_) => Self::not_found(message),
            ClipError::Job(error) => error.into(),
            ClipError::Encode(_) => Self::new(Code::Internal, "ENCODER_FAILED", message),
            ClipError::Panicked(_) => Self::new(Code::Internal, "INTERNAL", message),
        }
    }
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        let message = error.to_string();
        match error {
            JobError::QueueFull { .. } => Self::new(Code::ResourceExhausted, "QUEUE_FULL", message),
            JobError::Closed => Self::new(Code::Unavailable, "SHUTTING_DOWN", message),
            JobError::Voice(error) => error.into(),
        }
    }
}

impl From<VoiceError> for Problem {
    fn from(error: VoiceError) -> Self {
        let message = error.to_string();
        match error {
            VoiceError::Pack(_) | VoiceError::Runtime { .. } | VoiceError::Load { .. } => {
                Self::new(Code::FailedPrecondition, "VOICE_MISSING", message)
            }
            VoiceError::UnknownPhoneme { .. } => {
                Self::new(Code::Internal, "UNKNOWN_PHONEME", message)
            }
            _ => Self::new(Code::Internal, "SYNTHESIS_FAILED", message),
        }
    }
}
