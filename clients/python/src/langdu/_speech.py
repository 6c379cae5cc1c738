"""What both clients share: requests, and what becomes of the messages of a stream."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Callable, Iterable, List, Mapping, Optional, Tuple, Union

import grpc

from ._errors import LangduError
from .v1 import read_aloud_pb2 as pb

# How often a stream that was cut is begun again without a sentence having come meanwhile, and how long is
# waited before each of these tries.
PAUSES_S = (0.2, 1.0, 3.0)


class Encoding(enum.Enum):
    """How audio is encoded."""

    MP3 = pb.MP3
    OGG_OPUS = pb.OGG_OPUS
    #: 16-bit little-endian samples: bare in a stream, a WAV file from `synthesize`.
    LINEAR16 = pb.LINEAR16
    #: G.711 for telephone lines, 8000 Hz.
    MULAW = pb.MULAW
    ALAW = pb.ALAW


@dataclass(frozen=True)
class Url:
    """A page, or a file, on a host that the service allows."""

    address: str
    #: Of a page that only points to its attachment, read the attachment.
    follow_attachments: bool = False


@dataclass(frozen=True)
class Text:
    """Plain text, one paragraph a line."""

    content: str


@dataclass(frozen=True)
class Html:
    """A page. Bytes are in the page's own encoding."""

    content: Union[str, bytes]
    #: What relative links are resolved against.
    base_url: str = ""
    #: The Content-Type that bytes were served with, for their charset.
    media_type: str = ""
    follow_attachments: bool = False


@dataclass(frozen=True)
class File:
    """PDF, DOCX, DOC, OFD, XLSX, XLS, ODT, RTF, HTML, plain text or a picture, by what it holds."""

    content: bytes
    #: The Content-Type it came with, for the charset of text.
    media_type: str = ""


Source = Union[Url, Text, Html, File]


@dataclass(frozen=True)
class Speech:
    """Who speaks, how, and in what form the sound comes."""

    #: A name of `voices`; empty: the default voice.
    voice: str = ""
    #: 1 is a calm pace; 0.25 to 4.
    rate: float = 1.0
    encoding: Encoding = Encoding.MP3
    #: 8000, 16000, 24000 or 48000; 0: 24000, and 8000 for MULAW and ALAW.
    sample_rate_hertz: int = 0
    #: -96 to 16.
    gain_db: float = 0.0
    #: Words of the caller's own: as they stand in the text, and pinyin with tone digits or other words.
    pronunciations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Syllable:
    """A spoken syllable: when it is heard, from the start of its sentence, and where it stands."""

    start_ms: int
    end_ms: int
    #: The block of the document and the characters in its text; None for words of the service's own.
    block: Optional[int]
    start: int
    end: int


@dataclass(frozen=True)
class Failure:
    """Why a sentence has no sound."""

    reason: str
    message: str


@dataclass(frozen=True)
class Sentence:
    """One utterance: a sentence, or a part of a long one, with the pause after it."""

    index: int
    #: As it stands in the document.
    text: str
    #: As it is spoken, without digits and signs.
    spoken: str
    #: Words of the service's own, which the document does not hold.
    generated: bool
    #: Empty where it failed.
    audio: bytes
    #: When it begins, from the start of the first sentence that this call brings.
    start_ms: int
    duration_ms: int
    syllables: Tuple[Syllable, ...]
    failure: Optional[Failure] = None


@dataclass(frozen=True)
class Progress:
    """How far a reading is."""

    #: Sentences that have come, or failed.
    done: int
    #: All that there are; of a scan whose pages are still being recognised, those known so far.
    total: int
    #: Whether `total` is all of them.
    complete: bool
    #: How much has come, in milliseconds of sound.
    heard_ms: int


OnProgress = Callable[[Progress], None]


def source_of(source: Source) -> pb.Source:
    """A source as the contract has it."""
    if isinstance(source, Url):
        return pb.Source(url=source.address, follow_attachments=source.follow_attachments)
    if isinstance(source, Text):
        return pb.Source(text=source.content)
    if isinstance(source, File):
        return pb.Source(file=pb.FileSource(content=source.content, media_type=source.media_type))
    content, media_type = source.content, source.media_type
    if isinstance(content, str):
        content, media_type = content.encode(), "text/html; charset=utf-8"
    html = pb.HtmlSource(content=content, base_url=source.base_url, content_type=media_type)
    return pb.Source(html=html, follow_attachments=source.follow_attachments)


def words_of(pronunciations: Mapping[str, str]) -> List[pb.CustomPronunciation]:
    """Words of the caller's own as the contract has them."""
    return [pb.CustomPronunciation(phrase=phrase, pronunciation=said) for phrase, said in pronunciations.items()]


def audio_config_of(speech: Speech) -> pb.AudioConfig:
    """How the sound is to be, as the contract has it."""
    return pb.AudioConfig(
        audio_encoding=speech.encoding.value,
        speaking_rate=speech.rate,
        volume_gain_db=speech.gain_db,
        sample_rate_hertz=speech.sample_rate_hertz,
    )


def request_of(source: Source, speech: Speech, start: int = 0) -> pb.SynthesizeRequest:
    """The request of `synthesize` and `read`."""
    return pb.SynthesizeRequest(
        source=source_of(source),
        voice=pb.VoiceSelectionParams(name=speech.voice),
        audio_config=audio_config_of(speech),
        custom_pronunciations=words_of(speech.pronunciations),
        start=start,
    )


def prepare_request_of(
    urls: Iterable[str], sitemap: str, list_page: str, speech: Speech, operation_id: str
) -> pb.PrepareRequest:
    """The request of `prepare` and `watch`."""
    if operation_id:
        return pb.PrepareRequest(operation_id=operation_id)
    return pb.PrepareRequest(
        sources=[pb.Source(url=url) for url in urls],
        sitemap_url=sitemap,
        list_url=list_page,
        voice=pb.VoiceSelectionParams(name=speech.voice),
        audio_config=audio_config_of(speech),
    )


def with_sound(sentence: Sentence) -> Sentence:
    """The sentence, which is an error where it has no sound."""
    if sentence.failure is not None:
        code = grpc.StatusCode.INTERNAL
        raise LangduError(code, sentence.failure.message, sentence.failure.reason)
    return sentence


class Assembly:
    """Makes sentences of the messages of a stream, and knows where to go on after a cut."""

    def __init__(self, request: pb.SynthesizeRequest, on_progress: Optional[OnProgress]) -> None:
        self.request = request
        self.reading: Optional[pb.Reading] = None
        self.ended = False
        self._on_progress = on_progress
        self._timing: Optional[pb.Timing] = None
        self._heard_ms = 0
        # The utterance that is awaited.
        self._next = request.start

    def take(self, message: pb.SynthesizeStreamResponse) -> Optional[Sentence]:
        """The sentence that a message completes, if it does."""
        kind = message.WhichOneof("response")
        if kind == "header":
            self._begin(message.header)
        elif kind == "more":
            self._grow(message.more)
        elif kind == "utterance":
            self._timing = message.utterance.timing
        elif kind == "audio":
            return self._sentence(message.index, message.audio, None)
        elif kind == "utterance_error":
            told = message.utterance_error
            return self._sentence(told.index, b"", Failure(told.reason, told.message))
        elif kind == "end":
            self.ended = True
            if self.reading is not None:
                self.reading.growing = False
        return None

    def again(self) -> pb.SynthesizeRequest:
        """The request that brings what is missing."""
        request = pb.SynthesizeRequest()
        request.CopyFrom(self.request)
        request.start = self._next
        self._timing = None
        return request

    def _begin(self, header: pb.Reading) -> None:
        before = self.reading
        if before is None:
            self.reading = pb.Reading()
            self.reading.CopyFrom(header)
            return
        # After a cut: a page that was edited meanwhile has other sentences under the same numbers.
        heard = min(self._next, len(before.utterances), len(header.utterances))
        same = all(before.utterances[i].clip_id == header.utterances[i].clip_id for i in range(heard))
        if not same:
            message = "the document was changed while it was being read"
            raise LangduError(grpc.StatusCode.ABORTED, message, "DOCUMENT_CHANGED")
        before.CopyFrom(header)

    def _grow(self, more: pb.Reading) -> None:
        reading = self._known()
        reading.utterances.extend(more.utterances)
        reading.document.blocks.extend(more.document.blocks)
        reading.growing = more.growing
        for name in ("title", "subtitle", "doc_number", "issuer", "date", "doc_date", "source"):
            if getattr(more.document, name):
                setattr(reading.document, name, getattr(more.document, name))

    def _known(self) -> pb.Reading:
        if self.reading is None:
            raise LangduError(grpc.StatusCode.INTERNAL, "the stream began without a header")
        return self.reading

    def _sentence(self, index: int, audio: bytes, failure: Optional[Failure]) -> Sentence:
        reading = self._known()
        utterance = reading.utterances[index]
        timing, self._timing = self._timing or pb.Timing(), None
        spans = utterance.syllables if len(utterance.syllables) == len(timing.syllables) else ()
        syllables = tuple(
            Syllable(
                heard.start_ms,
                heard.end_ms,
                spans[place].block if spans and not utterance.generated else None,
                spans[place].start_scalar if spans else 0,
                spans[place].end_scalar if spans else 0,
            )
            for place, heard in enumerate(timing.syllables)
        )
        sentence = Sentence(
            index,
            utterance.text,
            utterance.spoken,
            utterance.generated,
            audio,
            self._heard_ms,
            timing.duration_ms if failure is None else 0,
            syllables if failure is None else (),
            failure,
        )
        self._heard_ms += sentence.duration_ms
        self._next = index + 1
        if self._on_progress is not None:
            done = self._next - self.request.start
            total = len(reading.utterances) - self.request.start
            self._on_progress(Progress(done, total, not reading.growing, self._heard_ms))
        return sentence
