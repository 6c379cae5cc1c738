from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SsmlVoiceGender(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SSML_VOICE_GENDER_UNSPECIFIED: _ClassVar[SsmlVoiceGender]
    MALE: _ClassVar[SsmlVoiceGender]
    FEMALE: _ClassVar[SsmlVoiceGender]
    NEUTRAL: _ClassVar[SsmlVoiceGender]

class AudioEncoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUDIO_ENCODING_UNSPECIFIED: _ClassVar[AudioEncoding]
    LINEAR16: _ClassVar[AudioEncoding]
    MP3: _ClassVar[AudioEncoding]
    OGG_OPUS: _ClassVar[AudioEncoding]
    MULAW: _ClassVar[AudioEncoding]
    ALAW: _ClassVar[AudioEncoding]
SSML_VOICE_GENDER_UNSPECIFIED: SsmlVoiceGender
MALE: SsmlVoiceGender
FEMALE: SsmlVoiceGender
NEUTRAL: SsmlVoiceGender
AUDIO_ENCODING_UNSPECIFIED: AudioEncoding
LINEAR16: AudioEncoding
MP3: AudioEncoding
OGG_OPUS: AudioEncoding
MULAW: AudioEncoding
ALAW: AudioEncoding

class Source(_message.Message):
    __slots__ = ("url", "html", "text", "file", "ssml", "follow_attachments")
    URL_FIELD_NUMBER: _ClassVar[int]
    HTML_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    SSML_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_ATTACHMENTS_FIELD_NUMBER: _ClassVar[int]
    url: str
    html: HtmlSource
    text: str
    file: FileSource
    ssml: str
    follow_attachments: bool
    def __init__(self, url: _Optional[str] = ..., html: _Optional[_Union[HtmlSource, _Mapping[str, object]]] = ..., text: _Optional[str] = ..., file: _Optional[_Union[FileSource, _Mapping[str, object]]] = ..., ssml: _Optional[str] = ..., follow_attachments: bool = ...) -> None: ...

class FileSource(_message.Message):
    __slots__ = ("content", "media_type")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    media_type: str
    def __init__(self, content: _Optional[bytes] = ..., media_type: _Optional[str] = ...) -> None: ...

class HtmlSource(_message.Message):
    __slots__ = ("content", "base_url", "content_type")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    BASE_URL_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    base_url: str
    content_type: str
    def __init__(self, content: _Optional[bytes] = ..., base_url: _Optional[str] = ..., content_type: _Optional[str] = ...) -> None: ...

class VoiceSelectionParams(_message.Message):
    __slots__ = ("language_code", "name", "ssml_gender")
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SSML_GENDER_FIELD_NUMBER: _ClassVar[int]
    language_code: str
    name: str
    ssml_gender: SsmlVoiceGender
    def __init__(self, language_code: _Optional[str] = ..., name: _Optional[str] = ..., ssml_gender: _Optional[_Union[SsmlVoiceGender, str]] = ...) -> None: ...

class AudioConfig(_message.Message):
    __slots__ = ("audio_encoding", "speaking_rate", "volume_gain_db", "sample_rate_hertz")
    AUDIO_ENCODING_FIELD_NUMBER: _ClassVar[int]
    SPEAKING_RATE_FIELD_NUMBER: _ClassVar[int]
    VOLUME_GAIN_DB_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATE_HERTZ_FIELD_NUMBER: _ClassVar[int]
    audio_encoding: AudioEncoding
    speaking_rate: float
    volume_gain_db: float
    sample_rate_hertz: int
    def __init__(self, audio_encoding: _Optional[_Union[AudioEncoding, str]] = ..., speaking_rate: _Optional[float] = ..., volume_gain_db: _Optional[float] = ..., sample_rate_hertz: _Optional[int] = ...) -> None: ...

class CustomPronunciation(_message.Message):
    __slots__ = ("phrase", "pronunciation")
    PHRASE_FIELD_NUMBER: _ClassVar[int]
    PRONUNCIATION_FIELD_NUMBER: _ClassVar[int]
    phrase: str
    pronunciation: str
    def __init__(self, phrase: _Optional[str] = ..., pronunciation: _Optional[str] = ...) -> None: ...

class ListVoicesRequest(_message.Message):
    __slots__ = ("language_code",)
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    language_code: str
    def __init__(self, language_code: _Optional[str] = ...) -> None: ...

class ListVoicesResponse(_message.Message):
    __slots__ = ("voices",)
    VOICES_FIELD_NUMBER: _ClassVar[int]
    voices: _containers.RepeatedCompositeFieldContainer[Voice]
    def __init__(self, voices: _Optional[_Iterable[_Union[Voice, _Mapping[str, object]]]] = ...) -> None: ...

class Voice(_message.Message):
    __slots__ = ("language_codes", "name", "ssml_gender", "natural_sample_rate_hertz", "description", "licence")
    LANGUAGE_CODES_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SSML_GENDER_FIELD_NUMBER: _ClassVar[int]
    NATURAL_SAMPLE_RATE_HERTZ_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    LICENCE_FIELD_NUMBER: _ClassVar[int]
    language_codes: _containers.RepeatedScalarFieldContainer[str]
    name: str
    ssml_gender: SsmlVoiceGender
    natural_sample_rate_hertz: int
    description: str
    licence: str
    def __init__(self, language_codes: _Optional[_Iterable[str]] = ..., name: _Optional[str] = ..., ssml_gender: _Optional[_Union[SsmlVoiceGender, str]] = ..., natural_sample_rate_hertz: _Optional[int] = ..., description: _Optional[str] = ..., licence: _Optional[str] = ...) -> None: ...

class ExtractRequest(_message.Message):
    __slots__ = ("source",)
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    source: Source
    def __init__(self, source: _Optional[_Union[Source, _Mapping[str, object]]] = ...) -> None: ...

class Document(_message.Message):
    __slots__ = ("title", "subtitle", "doc_number", "issuer", "date", "doc_date", "source", "blocks", "attachments", "footnotes", "substance", "warnings")
    class Substance(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        SUBSTANCE_UNSPECIFIED: _ClassVar[Document.Substance]
        TEXT: _ClassVar[Document.Substance]
        PICTURE: _ClassVar[Document.Substance]
        ATTACHMENT: _ClassVar[Document.Substance]
        SCRIPT: _ClassVar[Document.Substance]
        FRAME: _ClassVar[Document.Substance]
        LIST: _ClassVar[Document.Substance]
        VIDEO: _ClassVar[Document.Substance]
    SUBSTANCE_UNSPECIFIED: Document.Substance
    TEXT: Document.Substance
    PICTURE: Document.Substance
    ATTACHMENT: Document.Substance
    SCRIPT: Document.Substance
    FRAME: Document.Substance
    LIST: Document.Substance
    VIDEO: Document.Substance
    TITLE_FIELD_NUMBER: _ClassVar[int]
    SUBTITLE_FIELD_NUMBER: _ClassVar[int]
    DOC_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    DOC_DATE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    BLOCKS_FIELD_NUMBER: _ClassVar[int]
    ATTACHMENTS_FIELD_NUMBER: _ClassVar[int]
    FOOTNOTES_FIELD_NUMBER: _ClassVar[int]
    SUBSTANCE_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    title: str
    subtitle: str
    doc_number: str
    issuer: str
    date: str
    doc_date: str
    source: str
    blocks: _containers.RepeatedCompositeFieldContainer[Block]
    attachments: _containers.RepeatedCompositeFieldContainer[Attachment]
    footnotes: _containers.RepeatedCompositeFieldContainer[Footnote]
    substance: Document.Substance
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, title: _Optional[str] = ..., subtitle: _Optional[str] = ..., doc_number: _Optional[str] = ..., issuer: _Optional[str] = ..., date: _Optional[str] = ..., doc_date: _Optional[str] = ..., source: _Optional[str] = ..., blocks: _Optional[_Iterable[_Union[Block, _Mapping[str, object]]]] = ..., attachments: _Optional[_Iterable[_Union[Attachment, _Mapping[str, object]]]] = ..., footnotes: _Optional[_Iterable[_Union[Footnote, _Mapping[str, object]]]] = ..., substance: _Optional[_Union[Document.Substance, str]] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class Block(_message.Message):
    __slots__ = ("kind", "level", "text", "path", "marker", "recognised_percent")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Block.Kind]
        TITLE: _ClassVar[Block.Kind]
        SUBTITLE: _ClassVar[Block.Kind]
        DOC_NUMBER: _ClassVar[Block.Kind]
        HEADING: _ClassVar[Block.Kind]
        PARAGRAPH: _ClassVar[Block.Kind]
        LIST_ITEM: _ClassVar[Block.Kind]
        TABLE: _ClassVar[Block.Kind]
        PICTURE: _ClassVar[Block.Kind]
        CLOSING: _ClassVar[Block.Kind]
        NOTICE: _ClassVar[Block.Kind]
    KIND_UNSPECIFIED: Block.Kind
    TITLE: Block.Kind
    SUBTITLE: Block.Kind
    DOC_NUMBER: Block.Kind
    HEADING: Block.Kind
    PARAGRAPH: Block.Kind
    LIST_ITEM: Block.Kind
    TABLE: Block.Kind
    PICTURE: Block.Kind
    CLOSING: Block.Kind
    NOTICE: Block.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    MARKER_FIELD_NUMBER: _ClassVar[int]
    RECOGNISED_PERCENT_FIELD_NUMBER: _ClassVar[int]
    kind: Block.Kind
    level: int
    text: str
    path: str
    marker: str
    recognised_percent: int
    def __init__(self, kind: _Optional[_Union[Block.Kind, str]] = ..., level: _Optional[int] = ..., text: _Optional[str] = ..., path: _Optional[str] = ..., marker: _Optional[str] = ..., recognised_percent: _Optional[int] = ...) -> None: ...

class Footnote(_message.Message):
    __slots__ = ("name", "href", "block", "start_scalar", "end_scalar", "note_block")
    NAME_FIELD_NUMBER: _ClassVar[int]
    HREF_FIELD_NUMBER: _ClassVar[int]
    BLOCK_FIELD_NUMBER: _ClassVar[int]
    START_SCALAR_FIELD_NUMBER: _ClassVar[int]
    END_SCALAR_FIELD_NUMBER: _ClassVar[int]
    NOTE_BLOCK_FIELD_NUMBER: _ClassVar[int]
    name: str
    href: str
    block: int
    start_scalar: int
    end_scalar: int
    note_block: int
    def __init__(self, name: _Optional[str] = ..., href: _Optional[str] = ..., block: _Optional[int] = ..., start_scalar: _Optional[int] = ..., end_scalar: _Optional[int] = ..., note_block: _Optional[int] = ...) -> None: ...

class Attachment(_message.Message):
    __slots__ = ("name", "href")
    NAME_FIELD_NUMBER: _ClassVar[int]
    HREF_FIELD_NUMBER: _ClassVar[int]
    name: str
    href: str
    def __init__(self, name: _Optional[str] = ..., href: _Optional[str] = ...) -> None: ...

class ExplainRequest(_message.Message):
    __slots__ = ("source", "custom_pronunciations")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_PRONUNCIATIONS_FIELD_NUMBER: _ClassVar[int]
    source: Source
    custom_pronunciations: _containers.RepeatedCompositeFieldContainer[CustomPronunciation]
    def __init__(self, source: _Optional[_Union[Source, _Mapping[str, object]]] = ..., custom_pronunciations: _Optional[_Iterable[_Union[CustomPronunciation, _Mapping[str, object]]]] = ...) -> None: ...

class ExplainResponse(_message.Message):
    __slots__ = ("utterances", "warnings")
    UTTERANCES_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    utterances: _containers.RepeatedCompositeFieldContainer[ExplainedUtterance]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, utterances: _Optional[_Iterable[_Union[ExplainedUtterance, _Mapping[str, object]]]] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class ExplainedUtterance(_message.Message):
    __slots__ = ("text", "spoken", "syllables", "phonemes", "pause_ms", "span", "generated", "recognised_percent")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SPOKEN_FIELD_NUMBER: _ClassVar[int]
    SYLLABLES_FIELD_NUMBER: _ClassVar[int]
    PHONEMES_FIELD_NUMBER: _ClassVar[int]
    PAUSE_MS_FIELD_NUMBER: _ClassVar[int]
    SPAN_FIELD_NUMBER: _ClassVar[int]
    GENERATED_FIELD_NUMBER: _ClassVar[int]
    RECOGNISED_PERCENT_FIELD_NUMBER: _ClassVar[int]
    text: str
    spoken: str
    syllables: _containers.RepeatedCompositeFieldContainer[ExplainedSyllable]
    phonemes: str
    pause_ms: int
    span: Span
    generated: bool
    recognised_percent: int
    def __init__(self, text: _Optional[str] = ..., spoken: _Optional[str] = ..., syllables: _Optional[_Iterable[_Union[ExplainedSyllable, _Mapping[str, object]]]] = ..., phonemes: _Optional[str] = ..., pause_ms: _Optional[int] = ..., span: _Optional[_Union[Span, _Mapping[str, object]]] = ..., generated: bool = ..., recognised_percent: _Optional[int] = ...) -> None: ...

class ExplainedSyllable(_message.Message):
    __slots__ = ("hanzi", "pinyin", "surface", "start", "end", "guess")
    HANZI_FIELD_NUMBER: _ClassVar[int]
    PINYIN_FIELD_NUMBER: _ClassVar[int]
    SURFACE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    GUESS_FIELD_NUMBER: _ClassVar[int]
    hanzi: str
    pinyin: str
    surface: str
    start: int
    end: int
    guess: Guess
    def __init__(self, hanzi: _Optional[str] = ..., pinyin: _Optional[str] = ..., surface: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., guess: _Optional[_Union[Guess, _Mapping[str, object]]] = ...) -> None: ...

class Guess(_message.Message):
    __slots__ = ("reason", "alternatives")
    REASON_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    reason: str
    alternatives: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, reason: _Optional[str] = ..., alternatives: _Optional[_Iterable[str]] = ...) -> None: ...

class Span(_message.Message):
    __slots__ = ("block", "start_scalar", "end_scalar", "start_utf16", "end_utf16")
    BLOCK_FIELD_NUMBER: _ClassVar[int]
    START_SCALAR_FIELD_NUMBER: _ClassVar[int]
    END_SCALAR_FIELD_NUMBER: _ClassVar[int]
    START_UTF16_FIELD_NUMBER: _ClassVar[int]
    END_UTF16_FIELD_NUMBER: _ClassVar[int]
    block: int
    start_scalar: int
    end_scalar: int
    start_utf16: int
    end_utf16: int
    def __init__(self, block: _Optional[int] = ..., start_scalar: _Optional[int] = ..., end_scalar: _Optional[int] = ..., start_utf16: _Optional[int] = ..., end_utf16: _Optional[int] = ...) -> None: ...

class SynthesizeRequest(_message.Message):
    __slots__ = ("source", "voice", "audio_config", "custom_pronunciations", "start")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VOICE_FIELD_NUMBER: _ClassVar[int]
    AUDIO_CONFIG_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_PRONUNCIATIONS_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    source: Source
    voice: VoiceSelectionParams
    audio_config: AudioConfig
    custom_pronunciations: _containers.RepeatedCompositeFieldContainer[CustomPronunciation]
    start: int
    def __init__(self, source: _Optional[_Union[Source, _Mapping[str, object]]] = ..., voice: _Optional[_Union[VoiceSelectionParams, _Mapping[str, object]]] = ..., audio_config: _Optional[_Union[AudioConfig, _Mapping[str, object]]] = ..., custom_pronunciations: _Optional[_Iterable[_Union[CustomPronunciation, _Mapping[str, object]]]] = ..., start: _Optional[int] = ...) -> None: ...

class SynthesizeResponse(_message.Message):
    __slots__ = ("audio", "reading", "timings")
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    READING_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    audio: bytes
    reading: Reading
    timings: _containers.RepeatedCompositeFieldContainer[Timing]
    def __init__(self, audio: _Optional[bytes] = ..., reading: _Optional[_Union[Reading, _Mapping[str, object]]] = ..., timings: _Optional[_Iterable[_Union[Timing, _Mapping[str, object]]]] = ...) -> None: ...

class Reading(_message.Message):
    __slots__ = ("id", "document", "utterances", "voice", "synthetic", "growing", "marks")
    ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    UTTERANCES_FIELD_NUMBER: _ClassVar[int]
    VOICE_FIELD_NUMBER: _ClassVar[int]
    SYNTHETIC_FIELD_NUMBER: _ClassVar[int]
    GROWING_FIELD_NUMBER: _ClassVar[int]
    MARKS_FIELD_NUMBER: _ClassVar[int]
    id: str
    document: Document
    utterances: _containers.RepeatedCompositeFieldContainer[Utterance]
    voice: str
    synthetic: bool
    growing: bool
    marks: _containers.RepeatedCompositeFieldContainer[Mark]
    def __init__(self, id: _Optional[str] = ..., document: _Optional[_Union[Document, _Mapping[str, object]]] = ..., utterances: _Optional[_Iterable[_Union[Utterance, _Mapping[str, object]]]] = ..., voice: _Optional[str] = ..., synthetic: bool = ..., growing: bool = ..., marks: _Optional[_Iterable[_Union[Mark, _Mapping[str, object]]]] = ...) -> None: ...

class Mark(_message.Message):
    __slots__ = ("name", "utterance", "syllable")
    NAME_FIELD_NUMBER: _ClassVar[int]
    UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    SYLLABLE_FIELD_NUMBER: _ClassVar[int]
    name: str
    utterance: int
    syllable: int
    def __init__(self, name: _Optional[str] = ..., utterance: _Optional[int] = ..., syllable: _Optional[int] = ...) -> None: ...

class Utterance(_message.Message):
    __slots__ = ("index", "text", "spoken", "span", "generated", "pause_ms", "clip_id", "syllables")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SPOKEN_FIELD_NUMBER: _ClassVar[int]
    SPAN_FIELD_NUMBER: _ClassVar[int]
    GENERATED_FIELD_NUMBER: _ClassVar[int]
    PAUSE_MS_FIELD_NUMBER: _ClassVar[int]
    CLIP_ID_FIELD_NUMBER: _ClassVar[int]
    SYLLABLES_FIELD_NUMBER: _ClassVar[int]
    index: int
    text: str
    spoken: str
    span: Span
    generated: bool
    pause_ms: int
    clip_id: str
    syllables: _containers.RepeatedCompositeFieldContainer[Span]
    def __init__(self, index: _Optional[int] = ..., text: _Optional[str] = ..., spoken: _Optional[str] = ..., span: _Optional[_Union[Span, _Mapping[str, object]]] = ..., generated: bool = ..., pause_ms: _Optional[int] = ..., clip_id: _Optional[str] = ..., syllables: _Optional[_Iterable[_Union[Span, _Mapping[str, object]]]] = ...) -> None: ...

class Timing(_message.Message):
    __slots__ = ("clip_id", "duration_ms", "duration_samples", "sample_rate_hertz", "syllables", "exact")
    CLIP_ID_FIELD_NUMBER: _ClassVar[int]
    DURATION_MS_FIELD_NUMBER: _ClassVar[int]
    DURATION_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATE_HERTZ_FIELD_NUMBER: _ClassVar[int]
    SYLLABLES_FIELD_NUMBER: _ClassVar[int]
    EXACT_FIELD_NUMBER: _ClassVar[int]
    clip_id: str
    duration_ms: int
    duration_samples: int
    sample_rate_hertz: int
    syllables: _containers.RepeatedCompositeFieldContainer[SyllableTiming]
    exact: bool
    def __init__(self, clip_id: _Optional[str] = ..., duration_ms: _Optional[int] = ..., duration_samples: _Optional[int] = ..., sample_rate_hertz: _Optional[int] = ..., syllables: _Optional[_Iterable[_Union[SyllableTiming, _Mapping[str, object]]]] = ..., exact: bool = ...) -> None: ...

class SyllableTiming(_message.Message):
    __slots__ = ("start_ms", "end_ms")
    START_MS_FIELD_NUMBER: _ClassVar[int]
    END_MS_FIELD_NUMBER: _ClassVar[int]
    start_ms: int
    end_ms: int
    def __init__(self, start_ms: _Optional[int] = ..., end_ms: _Optional[int] = ...) -> None: ...

class SynthesizeStreamResponse(_message.Message):
    __slots__ = ("header", "utterance", "audio", "utterance_error", "end", "more", "index")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    UTTERANCE_ERROR_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    header: Reading
    utterance: UtteranceStart
    audio: bytes
    utterance_error: UtteranceError
    end: StreamEnd
    more: Reading
    index: int
    def __init__(self, header: _Optional[_Union[Reading, _Mapping[str, object]]] = ..., utterance: _Optional[_Union[UtteranceStart, _Mapping[str, object]]] = ..., audio: _Optional[bytes] = ..., utterance_error: _Optional[_Union[UtteranceError, _Mapping[str, object]]] = ..., end: _Optional[_Union[StreamEnd, _Mapping[str, object]]] = ..., more: _Optional[_Union[Reading, _Mapping[str, object]]] = ..., index: _Optional[int] = ...) -> None: ...

class UtteranceStart(_message.Message):
    __slots__ = ("index", "timing", "synthesized")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    TIMING_FIELD_NUMBER: _ClassVar[int]
    SYNTHESIZED_FIELD_NUMBER: _ClassVar[int]
    index: int
    timing: Timing
    synthesized: bool
    def __init__(self, index: _Optional[int] = ..., timing: _Optional[_Union[Timing, _Mapping[str, object]]] = ..., synthesized: bool = ...) -> None: ...

class UtteranceError(_message.Message):
    __slots__ = ("index", "reason", "message")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    index: int
    reason: str
    message: str
    def __init__(self, index: _Optional[int] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class StreamEnd(_message.Message):
    __slots__ = ("utterances", "failed", "duration_ms", "page_ms")
    UTTERANCES_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    DURATION_MS_FIELD_NUMBER: _ClassVar[int]
    PAGE_MS_FIELD_NUMBER: _ClassVar[int]
    utterances: int
    failed: int
    duration_ms: int
    page_ms: int
    def __init__(self, utterances: _Optional[int] = ..., failed: _Optional[int] = ..., duration_ms: _Optional[int] = ..., page_ms: _Optional[int] = ...) -> None: ...

class PrepareRequest(_message.Message):
    __slots__ = ("sources", "sitemap_url", "list_url", "voice", "audio_config", "operation_id")
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    SITEMAP_URL_FIELD_NUMBER: _ClassVar[int]
    LIST_URL_FIELD_NUMBER: _ClassVar[int]
    VOICE_FIELD_NUMBER: _ClassVar[int]
    AUDIO_CONFIG_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    sources: _containers.RepeatedCompositeFieldContainer[Source]
    sitemap_url: str
    list_url: str
    voice: VoiceSelectionParams
    audio_config: AudioConfig
    operation_id: str
    def __init__(self, sources: _Optional[_Iterable[_Union[Source, _Mapping[str, object]]]] = ..., sitemap_url: _Optional[str] = ..., list_url: _Optional[str] = ..., voice: _Optional[_Union[VoiceSelectionParams, _Mapping[str, object]]] = ..., audio_config: _Optional[_Union[AudioConfig, _Mapping[str, object]]] = ..., operation_id: _Optional[str] = ...) -> None: ...

class PrepareProgress(_message.Message):
    __slots__ = ("operation_id", "documents_total", "documents_done", "utterances_total", "utterances_done", "failures", "finished", "cancelled", "failures_total")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_DONE_FIELD_NUMBER: _ClassVar[int]
    UTTERANCES_TOTAL_FIELD_NUMBER: _ClassVar[int]
    UTTERANCES_DONE_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    FAILURES_TOTAL_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    documents_total: int
    documents_done: int
    utterances_total: int
    utterances_done: int
    failures: _containers.RepeatedCompositeFieldContainer[PrepareFailure]
    finished: bool
    cancelled: bool
    failures_total: int
    def __init__(self, operation_id: _Optional[str] = ..., documents_total: _Optional[int] = ..., documents_done: _Optional[int] = ..., utterances_total: _Optional[int] = ..., utterances_done: _Optional[int] = ..., failures: _Optional[_Iterable[_Union[PrepareFailure, _Mapping[str, object]]]] = ..., finished: bool = ..., cancelled: bool = ..., failures_total: _Optional[int] = ...) -> None: ...

class PrepareFailure(_message.Message):
    __slots__ = ("url", "message")
    URL_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    url: str
    message: str
    def __init__(self, url: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class WithdrawRequest(_message.Message):
    __slots__ = ("url",)
    URL_FIELD_NUMBER: _ClassVar[int]
    url: str
    def __init__(self, url: _Optional[str] = ...) -> None: ...

class WithdrawResponse(_message.Message):
    __slots__ = ("readings", "clips", "addresses", "pending_clips", "not_reached")
    READINGS_FIELD_NUMBER: _ClassVar[int]
    CLIPS_FIELD_NUMBER: _ClassVar[int]
    ADDRESSES_FIELD_NUMBER: _ClassVar[int]
    PENDING_CLIPS_FIELD_NUMBER: _ClassVar[int]
    NOT_REACHED_FIELD_NUMBER: _ClassVar[int]
    readings: int
    clips: int
    addresses: _containers.RepeatedScalarFieldContainer[str]
    pending_clips: int
    not_reached: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, readings: _Optional[int] = ..., clips: _Optional[int] = ..., addresses: _Optional[_Iterable[str]] = ..., pending_clips: _Optional[int] = ..., not_reached: _Optional[_Iterable[str]] = ...) -> None: ...

class ListWithdrawalsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListWithdrawalsResponse(_message.Message):
    __slots__ = ("withdrawals", "next_page_token")
    WITHDRAWALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    withdrawals: _containers.RepeatedCompositeFieldContainer[Withdrawal]
    next_page_token: str
    def __init__(self, withdrawals: _Optional[_Iterable[_Union[Withdrawal, _Mapping[str, object]]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Withdrawal(_message.Message):
    __slots__ = ("url", "withdrawn_at", "withdrawn_by", "readings", "clips", "addresses", "pending_clips")
    URL_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_AT_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_BY_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    CLIPS_FIELD_NUMBER: _ClassVar[int]
    ADDRESSES_FIELD_NUMBER: _ClassVar[int]
    PENDING_CLIPS_FIELD_NUMBER: _ClassVar[int]
    url: str
    withdrawn_at: int
    withdrawn_by: str
    readings: int
    clips: int
    addresses: _containers.RepeatedScalarFieldContainer[str]
    pending_clips: int
    def __init__(self, url: _Optional[str] = ..., withdrawn_at: _Optional[int] = ..., withdrawn_by: _Optional[str] = ..., readings: _Optional[int] = ..., clips: _Optional[int] = ..., addresses: _Optional[_Iterable[str]] = ..., pending_clips: _Optional[int] = ...) -> None: ...

class PublishRequest(_message.Message):
    __slots__ = ("url",)
    URL_FIELD_NUMBER: _ClassVar[int]
    url: str
    def __init__(self, url: _Optional[str] = ...) -> None: ...

class PublishResponse(_message.Message):
    __slots__ = ("urls",)
    URLS_FIELD_NUMBER: _ClassVar[int]
    urls: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, urls: _Optional[_Iterable[str]] = ...) -> None: ...
