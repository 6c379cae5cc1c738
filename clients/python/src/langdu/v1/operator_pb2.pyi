from langdu.v1 import read_aloud_pb2 as _read_aloud_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Decision(_message.Message):
    __slots__ = ("scope", "portal", "url", "anchor", "word", "change", "value", "note")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    PORTAL_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_FIELD_NUMBER: _ClassVar[int]
    WORD_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    scope: str
    portal: str
    url: str
    anchor: Anchor
    word: str
    change: str
    value: str
    note: str
    def __init__(self, scope: _Optional[str] = ..., portal: _Optional[str] = ..., url: _Optional[str] = ..., anchor: _Optional[_Union[Anchor, _Mapping[str, object]]] = ..., word: _Optional[str] = ..., change: _Optional[str] = ..., value: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...

class Anchor(_message.Message):
    __slots__ = ("before", "after", "place", "of")
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    OF_FIELD_NUMBER: _ClassVar[int]
    before: str
    after: str
    place: int
    of: int
    def __init__(self, before: _Optional[str] = ..., after: _Optional[str] = ..., place: _Optional[int] = ..., of: _Optional[int] = ...) -> None: ...

class Correction(_message.Message):
    __slots__ = ("id", "revision", "decision", "deleted", "created_at", "created_by", "updated_at", "updated_by")
    ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_BY_FIELD_NUMBER: _ClassVar[int]
    id: str
    revision: int
    decision: Decision
    deleted: bool
    created_at: int
    created_by: str
    updated_at: int
    updated_by: str
    def __init__(self, id: _Optional[str] = ..., revision: _Optional[int] = ..., decision: _Optional[_Union[Decision, _Mapping[str, object]]] = ..., deleted: bool = ..., created_at: _Optional[int] = ..., created_by: _Optional[str] = ..., updated_at: _Optional[int] = ..., updated_by: _Optional[str] = ...) -> None: ...

class Touched(_message.Message):
    __slots__ = ("documents", "clips", "urls", "sentences")
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    CLIPS_FIELD_NUMBER: _ClassVar[int]
    URLS_FIELD_NUMBER: _ClassVar[int]
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    documents: int
    clips: int
    urls: _containers.RepeatedScalarFieldContainer[str]
    sentences: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, documents: _Optional[int] = ..., clips: _Optional[int] = ..., urls: _Optional[_Iterable[str]] = ..., sentences: _Optional[_Iterable[str]] = ...) -> None: ...

class CorrectionResponse(_message.Message):
    __slots__ = ("correction", "touched")
    CORRECTION_FIELD_NUMBER: _ClassVar[int]
    TOUCHED_FIELD_NUMBER: _ClassVar[int]
    correction: Correction
    touched: Touched
    def __init__(self, correction: _Optional[_Union[Correction, _Mapping[str, object]]] = ..., touched: _Optional[_Union[Touched, _Mapping[str, object]]] = ...) -> None: ...

class ListCorrectionsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCorrectionsResponse(_message.Message):
    __slots__ = ("corrections", "next_page_token")
    CORRECTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    corrections: _containers.RepeatedCompositeFieldContainer[Correction]
    next_page_token: str
    def __init__(self, corrections: _Optional[_Iterable[_Union[Correction, _Mapping[str, object]]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CreateCorrectionRequest(_message.Message):
    __slots__ = ("decision",)
    DECISION_FIELD_NUMBER: _ClassVar[int]
    decision: Decision
    def __init__(self, decision: _Optional[_Union[Decision, _Mapping[str, object]]] = ...) -> None: ...

class UpdateCorrectionRequest(_message.Message):
    __slots__ = ("id", "revision", "decision")
    ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    id: str
    revision: int
    decision: Decision
    def __init__(self, id: _Optional[str] = ..., revision: _Optional[int] = ..., decision: _Optional[_Union[Decision, _Mapping[str, object]]] = ...) -> None: ...

class DeleteCorrectionRequest(_message.Message):
    __slots__ = ("id", "revision")
    ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    id: str
    revision: int
    def __init__(self, id: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class TryCorrectionRequest(_message.Message):
    __slots__ = ("id", "decision")
    ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    id: str
    decision: Decision
    def __init__(self, id: _Optional[str] = ..., decision: _Optional[_Union[Decision, _Mapping[str, object]]] = ...) -> None: ...

class ListCorrectionChangesRequest(_message.Message):
    __slots__ = ("id", "page_size", "page_token")
    ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    id: str
    page_size: int
    page_token: str
    def __init__(self, id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCorrectionChangesResponse(_message.Message):
    __slots__ = ("changes", "next_page_token")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[CorrectionChange]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[CorrectionChange, _Mapping[str, object]]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CorrectionChange(_message.Message):
    __slots__ = ("number", "action", "at", "by", "before", "after")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    number: int
    action: str
    at: int
    by: str
    before: Correction
    after: Correction
    def __init__(self, number: _Optional[int] = ..., action: _Optional[str] = ..., at: _Optional[int] = ..., by: _Optional[str] = ..., before: _Optional[_Union[Correction, _Mapping[str, object]]] = ..., after: _Optional[_Union[Correction, _Mapping[str, object]]] = ...) -> None: ...

class UndoCorrectionChangeRequest(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...

class ImportCorrectionsRequest(_message.Message):
    __slots__ = ("decisions",)
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    decisions: _containers.RepeatedCompositeFieldContainer[Decision]
    def __init__(self, decisions: _Optional[_Iterable[_Union[Decision, _Mapping[str, object]]]] = ...) -> None: ...

class ImportCorrectionsResponse(_message.Message):
    __slots__ = ("created", "updated", "unchanged", "touched")
    CREATED_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    TOUCHED_FIELD_NUMBER: _ClassVar[int]
    created: int
    updated: int
    unchanged: int
    touched: Touched
    def __init__(self, created: _Optional[int] = ..., updated: _Optional[int] = ..., unchanged: _Optional[int] = ..., touched: _Optional[_Union[Touched, _Mapping[str, object]]] = ...) -> None: ...

class WatchCorrectionsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CorrectionEvent(_message.Message):
    __slots__ = ("correction", "report", "lagged", "approval")
    CORRECTION_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    LAGGED_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    correction: Correction
    report: Report
    lagged: Lagged
    approval: Approval
    def __init__(self, correction: _Optional[_Union[Correction, _Mapping[str, object]]] = ..., report: _Optional[_Union[Report, _Mapping[str, object]]] = ..., lagged: _Optional[_Union[Lagged, _Mapping[str, object]]] = ..., approval: _Optional[_Union[Approval, _Mapping[str, object]]] = ...) -> None: ...

class Lagged(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListReportsRequest(_message.Message):
    __slots__ = ("state", "page_size", "page_token")
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    state: str
    page_size: int
    page_token: str
    def __init__(self, state: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListReportsResponse(_message.Message):
    __slots__ = ("reports", "next_page_token")
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    reports: _containers.RepeatedCompositeFieldContainer[Report]
    next_page_token: str
    def __init__(self, reports: _Optional[_Iterable[_Union[Report, _Mapping[str, object]]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Report(_message.Message):
    __slots__ = ("id", "clip_id", "sentence", "word", "url", "utterance", "player", "people", "first_at", "last_at", "state", "answered_by")
    ID_FIELD_NUMBER: _ClassVar[int]
    CLIP_ID_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    WORD_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    FIRST_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_AT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_BY_FIELD_NUMBER: _ClassVar[int]
    id: int
    clip_id: str
    sentence: str
    word: str
    url: str
    utterance: int
    player: str
    people: int
    first_at: int
    last_at: int
    state: str
    answered_by: str
    def __init__(self, id: _Optional[int] = ..., clip_id: _Optional[str] = ..., sentence: _Optional[str] = ..., word: _Optional[str] = ..., url: _Optional[str] = ..., utterance: _Optional[int] = ..., player: _Optional[str] = ..., people: _Optional[int] = ..., first_at: _Optional[int] = ..., last_at: _Optional[int] = ..., state: _Optional[str] = ..., answered_by: _Optional[str] = ...) -> None: ...

class AnswerReportRequest(_message.Message):
    __slots__ = ("id", "state")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    id: int
    state: str
    def __init__(self, id: _Optional[int] = ..., state: _Optional[str] = ...) -> None: ...

class ListApprovalsRequest(_message.Message):
    __slots__ = ("state", "page_size", "page_token")
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    state: str
    page_size: int
    page_token: str
    def __init__(self, state: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListApprovalsResponse(_message.Message):
    __slots__ = ("approvals", "next_page_token")
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    approvals: _containers.RepeatedCompositeFieldContainer[Approval]
    next_page_token: str
    def __init__(self, approvals: _Optional[_Iterable[_Union[Approval, _Mapping[str, object]]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Approval(_message.Message):
    __slots__ = ("url", "title", "content", "state", "by", "at")
    URL_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    url: str
    title: str
    content: str
    state: str
    by: str
    at: int
    def __init__(self, url: _Optional[str] = ..., title: _Optional[str] = ..., content: _Optional[str] = ..., state: _Optional[str] = ..., by: _Optional[str] = ..., at: _Optional[int] = ...) -> None: ...

class ApproveDocumentRequest(_message.Message):
    __slots__ = ("url", "content")
    URL_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    url: str
    content: str
    def __init__(self, url: _Optional[str] = ..., content: _Optional[str] = ...) -> None: ...

class RevokeApprovalRequest(_message.Message):
    __slots__ = ("url",)
    URL_FIELD_NUMBER: _ClassVar[int]
    url: str
    def __init__(self, url: _Optional[str] = ...) -> None: ...

class ListApprovalChangesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListApprovalChangesResponse(_message.Message):
    __slots__ = ("changes", "next_page_token")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[ApprovalChange]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[ApprovalChange, _Mapping[str, object]]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ApprovalChange(_message.Message):
    __slots__ = ("number", "action", "url", "title", "content", "at", "by")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    number: int
    action: str
    url: str
    title: str
    content: str
    at: int
    by: str
    def __init__(self, number: _Optional[int] = ..., action: _Optional[str] = ..., url: _Optional[str] = ..., title: _Optional[str] = ..., content: _Optional[str] = ..., at: _Optional[int] = ..., by: _Optional[str] = ...) -> None: ...

class ListPreparationsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPreparationsResponse(_message.Message):
    __slots__ = ("preparations", "next_page_token")
    PREPARATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    preparations: _containers.RepeatedCompositeFieldContainer[Preparation]
    next_page_token: str
    def __init__(self, preparations: _Optional[_Iterable[_Union[Preparation, _Mapping[str, object]]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Preparation(_message.Message):
    __slots__ = ("progress", "begun_at", "urls", "sitemap_url", "list_url", "voice")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    BEGUN_AT_FIELD_NUMBER: _ClassVar[int]
    URLS_FIELD_NUMBER: _ClassVar[int]
    SITEMAP_URL_FIELD_NUMBER: _ClassVar[int]
    LIST_URL_FIELD_NUMBER: _ClassVar[int]
    VOICE_FIELD_NUMBER: _ClassVar[int]
    progress: _read_aloud_pb2.PrepareProgress
    begun_at: int
    urls: _containers.RepeatedScalarFieldContainer[str]
    sitemap_url: str
    list_url: str
    voice: str
    def __init__(self, progress: _Optional[_Union[_read_aloud_pb2.PrepareProgress, _Mapping[str, object]]] = ..., begun_at: _Optional[int] = ..., urls: _Optional[_Iterable[str]] = ..., sitemap_url: _Optional[str] = ..., list_url: _Optional[str] = ..., voice: _Optional[str] = ...) -> None: ...

class CancelPreparationRequest(_message.Message):
    __slots__ = ("operation_id",)
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    def __init__(self, operation_id: _Optional[str] = ...) -> None: ...
