"""The client for asyncio."""

from __future__ import annotations

import asyncio
import os
import pathlib
import time
from types import TracebackType
from typing import Any, AsyncIterator, Iterable, List, Mapping, Optional, Type, Union, cast

import grpc
import grpc.aio

from ._channel import OPTIONS, Place, callers
from ._errors import from_call
from ._speech import (
    PAUSES_S,
    Assembly,
    OnProgress,
    Sentence,
    Source,
    Speech,
    prepare_request_of,
    request_of,
    source_of,
    with_sound,
    words_of,
)
from .v1 import read_aloud_pb2 as pb


class AsyncSentences:
    """The sentences of a document, as they are made: iterate over it once.

    Leaving the `async with` block, or `cancel()`, stops the work on the service. A connection that breaks is made
    anew, and the stream goes on where it was cut.
    """

    def __init__(self, call: Any, place: Place, assembly: Assembly, timeout: Optional[float]) -> None:
        self._call = call
        self._place = place
        self._assembly = assembly
        self._timeout = timeout
        self._stream: Any = None
        self._messages = self._run()

    async def reading(self) -> pb.Reading:
        """The document, its sentences and their spans: there before any sound. Of a scan it grows."""
        while self._assembly.reading is None:
            await self._messages.__anext__()
        return self._assembly.reading

    def cancel(self) -> None:
        """Ends the work."""
        self._assembly.ended = True
        if self._stream is not None:
            self._stream.cancel()

    def __aiter__(self) -> AsyncIterator[Sentence]:
        return self

    async def __anext__(self) -> Sentence:
        while True:
            sentence = await self._messages.__anext__()
            if sentence is not None:
                return sentence

    async def __aenter__(self) -> AsyncSentences:
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.cancel()

    async def _run(self) -> AsyncIterator[Optional[Sentence]]:
        deadline = None if self._timeout is None else time.monotonic() + self._timeout
        request, cuts = self._assembly.request, 0
        while not self._assembly.ended:
            left = None if deadline is None else max(deadline - time.monotonic(), 0.001)
            self._stream = self._call(request, timeout=left, metadata=self._place.metadata)
            try:
                async for message in self._stream:
                    sentence = self._assembly.take(message)
                    cuts = cuts if sentence is None else 0
                    yield sentence
                return
            except grpc.RpcError as broken:
                error = from_call(broken)
                if self._assembly.ended:
                    return
                if not error.is_cut or cuts == len(PAUSES_S):
                    raise error from broken
                await asyncio.sleep(PAUSES_S[cuts])
                cuts += 1
                request = self._assembly.again()
            finally:
                self._stream.cancel()


class AsyncClient:
    """A connection to the gRPC listener of a langdu service, for any number of calls.

    `address` is `host:port` or `http://…` without TLS, `https://…` with it, or `unix:/path` (the operators'
    socket). `token` is what `langdu token new` printed. `credentials` are gRPC's own, for an authority of
    one's own or a client certificate. `timeout` is that of a call, in seconds.
    """

    def __init__(
        self,
        address: str = "127.0.0.1:7860",
        *,
        token: Optional[str] = None,
        credentials: Optional[grpc.ChannelCredentials] = None,
        timeout: Optional[float] = None,
    ) -> None:
        self._place = Place.of(address, token, credentials)
        target = self._place.target
        secure = self._place.credentials
        self._channel = (
            grpc.aio.secure_channel(target, secure, OPTIONS)
            if secure
            else grpc.aio.insecure_channel(target, OPTIONS)
        )
        self._calls = callers(self._channel)
        self._timeout = timeout

    async def close(self) -> None:
        """Ends the connection and every call on it."""
        await self._channel.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        await self.close()

    async def voices(self, language_code: str = "") -> List[pb.Voice]:
        """The voices that can be asked for, the default one first."""
        request = pb.ListVoicesRequest(language_code=language_code)
        return list(cast(pb.ListVoicesResponse, await self._ask("ListVoices", request)).voices)

    async def extract(self, source: Source) -> pb.Document:
        """What would be read of a source, before any sound."""
        return cast(pb.Document, await self._ask("Extract", pb.ExtractRequest(source=source_of(source))))

    async def explain(self, source: Source, pronunciations: Mapping[str, str] = {}) -> List[pb.ExplainedUtterance]:
        """How it would be read: spoken form, pinyin, phonemes, pauses."""
        words = words_of(pronunciations)
        request = pb.ExplainRequest(source=source_of(source), custom_pronunciations=words)
        return list(cast(pb.ExplainResponse, await self._ask("Explain", request)).utterances)

    async def synthesize(self, source: Source, speech: Speech = Speech()) -> pb.SynthesizeResponse:
        """A short source as one file, with the timings of its sentences. What is longer: `read`, `save`."""
        return cast(pb.SynthesizeResponse, await self._ask("Synthesize", request_of(source, speech)))

    def read(
        self,
        source: Source,
        speech: Speech = Speech(),
        *,
        start: int = 0,
        on_progress: Optional[OnProgress] = None,
    ) -> AsyncSentences:
        """The sentences of a source from `start` on, each as soon as it is made."""
        assembly = Assembly(request_of(source, speech, start), on_progress)
        return AsyncSentences(self._calls["SynthesizeStream"], self._place, assembly, self._timeout)

    async def save(
        self,
        source: Source,
        path: Union[str, "os.PathLike[str]"],
        speech: Speech = Speech(),
        *,
        on_progress: Optional[OnProgress] = None,
    ) -> pb.Reading:
        """Reads a source into a file, which is there when it is whole. A sentence that fails is an error.

        MP3 and OGG_OPUS become a file that players take; the other encodings are bare samples.
        """
        path = pathlib.Path(path)
        made = path.with_name(path.name + ".part")
        try:
            with open(made, "wb") as out:
                async with self.read(source, speech, on_progress=on_progress) as sentences:
                    async for sentence in sentences:
                        out.write(with_sound(sentence).audio)
                    reading = await sentences.reading()
            os.replace(made, path)
        finally:
            made.unlink(missing_ok=True)
        return reading

    def prepare(
        self,
        urls: Iterable[str] = (),
        *,
        sitemap: str = "",
        list_page: str = "",
        speech: Speech = Speech(),
    ) -> AsyncIterator[pb.PrepareProgress]:
        """Has documents made before anybody listens, and tells how far it is. For operators."""
        return self._watch(prepare_request_of(urls, sitemap, list_page, speech, ""))

    def watch(self, operation_id: str) -> AsyncIterator[pb.PrepareProgress]:
        """How far a preparation is that was begun before. For operators."""
        return self._watch(prepare_request_of((), "", "", Speech(), operation_id))

    async def withdraw(self, url: str) -> pb.WithdrawResponse:
        """撤稿: takes a document back. For operators."""
        return cast(pb.WithdrawResponse, await self._ask("Withdraw", pb.WithdrawRequest(url=url)))

    async def publish(self, url: str) -> List[str]:
        """Ends the withdrawals that cover a page, and tells which have ended. For operators."""
        return list(cast(pb.PublishResponse, await self._ask("Publish", pb.PublishRequest(url=url))).urls)

    async def withdrawals(self) -> AsyncIterator[pb.Withdrawal]:
        """What is withdrawn, the latest first. For operators."""
        page = ""
        while True:
            request = pb.ListWithdrawalsRequest(page_token=page)
            answer = cast(pb.ListWithdrawalsResponse, await self._ask("ListWithdrawals", request))
            for withdrawal in answer.withdrawals:
                yield withdrawal
            page = answer.next_page_token
            if not page:
                return

    async def _ask(self, name: str, request: Any) -> Any:
        try:
            return await self._calls[name](request, timeout=self._timeout, metadata=self._place.metadata)
        except grpc.RpcError as error:
            raise from_call(error) from error

    async def _watch(self, request: pb.PrepareRequest) -> AsyncIterator[pb.PrepareProgress]:
        stream = self._calls["Prepare"](request, metadata=self._place.metadata)
        try:
            async for progress in stream:
                yield progress
        except grpc.RpcError as error:
            raise from_call(error) from error
        finally:
            stream.cancel()
