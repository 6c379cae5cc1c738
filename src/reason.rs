//! Why a request is refused or fails: one table, which every answer, metric and page of the
//! documentation reads.
//!
//! A reason's name on the wire is part of the contract: programs compare it, so it never changes.

use std::time::Duration;

use axum::http::StatusCode;
use tonic::Code;

/// How long a caller is asked to wait where nothing better is known: about one utterance.
const ONE_UTTERANCE: Duration = Duration::from_secs(2);

/// How soon a place among the pages that are being read may be free.
const ONE_PAGE: Duration = Duration::from_secs(1);

/// What the table says of a reason.
#[derive(Debug, Clone, Copy)]
struct Row {
    wire_name: &'static str,
    code: Code,
    status: StatusCode,
    title: &'static str,
    retry_after: Option<Duration>,
}

/// Makes [`Reason`] and its table of the same lines, so that neither can lack one.
macro_rules! reasons {
    ($(
        $(#[$doc:meta])*
        $reason:ident = $wire_name:literal, $code:ident, $status:ident, $title:expr
            $(, retry after $retry_after:expr)?;
    )*) => {
        /// Why a request is refused or fails.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Reason {
            $($(#[$doc])* $reason,)*
        }

        impl Reason {
            /// Every reason, in the order of the table.
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$reason,)*];

            /// Their names in the contract, in the order of the table.
            pub(crate) const WIRE_NAMES: &[&str] = &[$($wire_name,)*];

            const fn row(self) -> Row {
                match self {
                    $(Self::$reason => Row {
                        wire_name: $wire_name,
                        code: Code::$code,
                        status: StatusCode::$status,
                        title: $title,
                        retry_after: retry!($($retry_after)?),
                    },)*
                }
            }
        }
    };
}

macro_rules! retry {
    () => {
        None
    };
    ($after:expr) => {
        Some($after)
    };
}

const BUSY: &str = "现在收听的人较多，请稍后再试";
const NO_PERMISSION: &str = "没有权限";
const FILE_UNREADABLE: &str = "这个文件没有可以朗读的文字，或已经损坏、加密";
const SERVICE_FAILED: &str = "朗读服务出了问题，请稍后再试";

reasons! {
    /// A field of the request cannot be used.
    InvalidField = "INVALID_FIELD", InvalidArgument, BAD_REQUEST, "请求的内容有误";
    /// A file is larger, or takes longer to read, than is allowed.
    FileTooLarge = "FILE_TOO_LARGE", InvalidArgument, BAD_REQUEST, "这个文件太大，暂时不能朗读";
    /// A file is of no format that is read; on the wire one with [`FileUnreadable`](Self::FileUnreadable).
    FileFormatUnknown = "FILE_UNREADABLE", InvalidArgument, BAD_REQUEST, FILE_UNREADABLE;
    /// A file is damaged, encrypted, or holds nothing that can be read.
    FileUnreadable = "FILE_UNREADABLE", FailedPrecondition, UNPROCESSABLE_ENTITY, FILE_UNREADABLE;
    /// Nothing on a page can be read aloud.
    NothingReadable = "NOTHING_READABLE", FailedPrecondition, UNPROCESSABLE_ENTITY,
        "这个页面上没有可以朗读的文字";
    /// The page's host is not on the list, its address is not public, or its robots.txt forbids it.
    HostNotAllowed = "HOST_NOT_ALLOWED", PermissionDenied, FORBIDDEN,
        "本服务不能朗读这个网站的页面";
    /// The portal did not give the page.
    PageUnavailable = "PAGE_UNAVAILABLE", Unavailable, BAD_GATEWAY,
        "暂时打不开这个页面，请稍后再试";
    /// The portal says that there is no such page.
    PageMissing = "PAGE_NOT_FOUND", NotFound, NOT_FOUND, "这个页面不存在，可能已经移走";
    /// The page was withdrawn (撤稿).
    Withdrawn = "WITHDRAWN", FailedPrecondition, GONE, "这份文件已经撤下，不再提供朗读";
    /// The page is of a portal whose documents are heard only when an editor has approved them, and waits (先审后播).
    NotApproved = "NOT_APPROVED", FailedPrecondition, FORBIDDEN,
        "这份文件正在审听，审定之后才能收听";
    /// A correction has made a clip wrong: its reading is to be asked for again.
    ClipSuperseded = "CLIP_SUPERSEDED", FailedPrecondition, GONE,
        "这一句的读法刚刚更正过，请从这一句重新收听";
    /// Somebody else has changed what was to be changed.
    CorrectionChanged = "CORRECTION_CHANGED", Aborted, CONFLICT, "别人刚刚改过这一条，请看过再改";
    /// The word is corrected in the same scope already.
    CorrectionExists = "CORRECTION_EXISTS", AlreadyExists, CONFLICT,
        "这个词在同样的范围里已经更正过";
    /// The caller has to show who it is.
    Unauthenticated = "UNAUTHENTICATED", Unauthenticated, UNAUTHORIZED, "需要出示访问凭证";
    /// The address is not signed as it has to be, or its signature has expired.
    NotSigned = "NOT_SIGNED", PermissionDenied, FORBIDDEN, "这个朗读地址无效或者已经过期";
    /// Only operators may do this.
    OperatorOnly = "OPERATOR_ONLY", PermissionDenied, FORBIDDEN, NO_PERMISSION;
    /// Only editors and operators may do this.
    EditorOnly = "EDITOR_ONLY", PermissionDenied, FORBIDDEN, NO_PERMISSION;
    /// The caller's grant does not allow it.
    NotPermitted = "NOT_PERMITTED", PermissionDenied, FORBIDDEN, NO_PERMISSION;
    /// The caller's grant does not hold this voice.
    VoiceNotPermitted = "VOICE_NOT_PERMITTED", PermissionDenied, FORBIDDEN, NO_PERMISSION;
    /// Something named is not there.
    NotFound = "NOT_FOUND", NotFound, NOT_FOUND, "没有找到";
    /// No such voice.
    UnknownVoice = "UNKNOWN_VOICE", NotFound, NOT_FOUND, "没有这个声音";
    /// The route is there, but not for this method.
    MethodNotAllowed = "METHOD_NOT_ALLOWED", Unimplemented, METHOD_NOT_ALLOWED,
        "不支持这种请求方式";
    /// The voice makes as many documents at the same time as it can.
    CapacityFull = "CAPACITY_FULL", ResourceExhausted, TOO_MANY_REQUESTS, BUSY,
        retry after ONE_UTTERANCE;
    /// Too many utterances wait for the voice.
    QueueFull = "QUEUE_FULL", ResourceExhausted, TOO_MANY_REQUESTS, BUSY,
        retry after ONE_UTTERANCE;
    /// Too many pages are being read, or too many operations wait.
    TooBusy = "TOO_BUSY", ResourceExhausted, TOO_MANY_REQUESTS, BUSY, retry after ONE_PAGE;
    /// The caller has had its share.
    QuotaExceeded = "QUOTA_EXCEEDED", ResourceExhausted, TOO_MANY_REQUESTS,
        "请求太频繁，请稍后再试", retry after ONE_UTTERANCE;
    /// The caller's own deadline has passed.
    DeadlineExceeded = "DEADLINE_EXCEEDED", DeadlineExceeded, GATEWAY_TIMEOUT, SERVICE_FAILED;
    /// The listener takes nothing of what was made.
    NotTaken = "NOT_TAKEN", Aborted, INTERNAL_SERVER_ERROR, SERVICE_FAILED;
    /// The voice is not installed, or cannot be loaded.
    VoiceMissing = "VOICE_MISSING", FailedPrecondition, UNPROCESSABLE_ENTITY,
        "朗读的声音还没有安装好";
    /// The service is shutting down.
    ShuttingDown = "SHUTTING_DOWN", Unavailable, SERVICE_UNAVAILABLE, SERVICE_FAILED;
    /// The ledger or the operations of preparation cannot be read or written.
    LedgerFailed = "LEDGER_FAILED", Unavailable, SERVICE_UNAVAILABLE, SERVICE_FAILED;
    /// The text front-end wrote a symbol that the voice does not know.
    UnknownPhoneme = "UNKNOWN_PHONEME", Internal, INTERNAL_SERVER_ERROR, SERVICE_FAILED;
    /// The voice failed on an utterance, twice.
    SynthesisFailed = "SYNTHESIS_FAILED", Internal, INTERNAL_SERVER_ERROR, SERVICE_FAILED;
    /// An encoder failed.
    EncoderFailed = "ENCODER_FAILED", Internal, INTERNAL_SERVER_ERROR, SERVICE_FAILED;
    /// A setting cannot be used.
    BadConfiguration = "BAD_CONFIGURATION", Internal, INTERNAL_SERVER_ERROR, SERVICE_FAILED;
    /// A fault of the service's own: work that panicked.
    Internal = "INTERNAL", Internal, INTERNAL_SERVER_ERROR, SERVICE_FAILED;
}

impl Reason {
    /// Its name in the contract: `ErrorInfo.reason`, metric labels and, in lower case, `type` of a
    /// problem over HTTP.
    pub(crate) const fn wire_name(self) -> &'static str {
        self.row().wire_name
    }

    /// The gRPC status code.
    pub(crate) const fn code(self) -> Code {
        self.row().code
    }

    /// The HTTP status.
    pub(crate) const fn status(self) -> StatusCode {
        self.row().status
    }

    /// What it says to the person at the page.
    pub(crate) const fn title(self) -> &'static str {
        self.row().title
    }

    /// How long to wait before another try where nothing better is known; `None` where waiting does
    /// not help.
    pub(crate) const fn retry_after(self) -> Option<Duration> {
        self.row().retry_after
    }

    /// Whether the request is turned away because there is too much to do, or because the caller
    /// has had its share.
    pub(crate) fn is_shed(self) -> bool {
        self.code() == Code::ResourceExhausted
    }

    /// The names in the contract of those that are.
    pub(crate) const SHED_WIRE_NAMES: &[&str] = &[
        Self::CapacityFull.wire_name(),
        Self::QueueFull.wire_name(),
        Self::QuotaExceeded.wire_name(),
        Self::TooBusy.wire_name(),
    ];

    /// The name as HTTP has it: `urn:langdu:` and this is the `type` of a problem.
    pub(crate) fn kebab_name(self) -> String {
        self.wire_name().to_lowercase().replace('_', "-")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Rows of the table of errors in docs/http.md: status and names of one line each.
    fn documented() -> BTreeSet<(u16, String)> {
        let page = include_str!("../docs/http.md");
        let (_, errors) = page.split_once("## Errors").unwrap();
        let rows = errors.lines().filter_map(|line| {
            let mut cells = line.split('|').map(str::trim).skip(1);
            let status: u16 = cells.next()?.parse().ok()?;
            Some((status, cells.next()?.to_owned()))
        });
        rows.flat_map(|(status, names)| {
            let names: Vec<_> = names
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect();
            names.into_iter().map(move |name| (status, name))
        })
        .collect()
    }

    #[test]
    fn the_documentation_lists_every_reason_with_its_status() {
        let reasons: BTreeSet<(u16, String)> = Reason::ALL
            .iter()
            .map(|reason| (reason.status().as_u16(), reason.kebab_name()))
            .collect();
        assert_eq!(documented(), reasons);
    }

    #[test]
    fn whoever_is_sent_away_for_want_of_room_is_told_how_long_to_wait() {
        for &reason in Reason::ALL {
            let waits = reason.retry_after().is_some();
            assert_eq!(waits, reason.is_shed(), "{reason:?}");
            let is_counted = Reason::SHED_WIRE_NAMES.contains(&reason.wire_name());
            assert_eq!(is_counted, reason.is_shed(), "{reason:?}");
        }
    }
}
