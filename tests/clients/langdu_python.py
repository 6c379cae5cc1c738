"""clients/python against the service. Arguments: its gRPC address, a page, a file with an operator's token."""

import asyncio
import pathlib
import socket
import sys
import tempfile
import threading
import zipfile

import grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

import langdu
from langdu import AsyncClient, Client, Encoding, File, Html, LangduError, Speech, Text, Url
from langdu.v1 import operator_pb2, read_aloud_pb2

address, page, token_file = sys.argv[1:]
token = pathlib.Path(token_file).read_text().strip()
LINES = "图书馆周一闭馆。其余各天早上九点开门，晚上八点关门。还书可以投进门口的还书箱。办证请带身份证。"


def contract_is_current(grpc_channel):
    """What was generated is what the service serves."""
    served = ProtoReflectionDescriptorDatabase(grpc_channel)
    for module in (read_aloud_pb2, operator_pb2):
        ours = type(served.FindFileByName(module.DESCRIPTOR.name))()
        module.DESCRIPTOR.CopyToProto(ours)
        theirs = served.FindFileByName(module.DESCRIPTOR.name)
        for message in (ours, theirs):
            message.ClearField("source_code_info")
        # Names of JSON are filled in by some compilers and left out by others.
        assert without_json_names(ours) == without_json_names(theirs), "run scripts/generate-clients.sh"


def wheel_is_current():
    """The package that is tried is made of the sources as they are."""
    wheel, _, inside = langdu.__file__.rpartition(".whl/")
    assert inside, f"{langdu.__file__} is no wheel"
    sources = pathlib.Path(__file__).parents[2] / "clients/python/src"
    with zipfile.ZipFile(f"{wheel}.whl") as packed:
        names = set(packed.namelist())
        for source in sources.rglob("*.*"):
            if source.suffix in (".py", ".pyi", ".typed"):
                name = str(source.relative_to(sources))
                assert name in names and packed.read(name) == source.read_bytes(), f"{name}: scripts/setup.sh clients"


def without_json_names(message):
    for field, value in message.ListFields():
        values = value if isinstance(value, (list,)) or hasattr(value, "add") else [value]
        for each in values:
            if hasattr(each, "ListFields"):
                without_json_names(each)
    if any(field.name == "json_name" for field, _ in message.ListFields()):
        message.ClearField("json_name")
    return message


class Cutting:
    """A line to the service that breaks after so many bytes have come back, and then is good."""

    def __init__(self, after):
        self.after = after
        self.cuts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            host, port = address.rsplit(":", 1)
            far = socket.create_connection((host, int(port)))
            threading.Thread(target=self.carry, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self.carry, args=(far, near, True), daemon=True).start()

    def carry(self, source, sink, counts):
        carried = 0
        try:
            while data := source.recv(4096):
                carried += len(data)
                if counts and self.cuts == 0 and carried > self.after:
                    self.cuts += 1
                    break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def hold_together(sentences, reading):
    """Texts, sound and times belong together."""
    assert [sentence.index for sentence in sentences] == list(range(len(reading.utterances)))
    at = 0
    for sentence, utterance in zip(sentences, reading.utterances):
        assert sentence.text == utterance.text and sentence.failure is None
        assert sentence.start_ms == at, (sentence.start_ms, at)
        at += sentence.duration_ms
        assert abs(len(sentence.audio) / 2 / 24 - sentence.duration_ms) <= 1, "the sound is as long as it says"
        for syllable in sentence.syllables:
            assert 0 <= syllable.start_ms < syllable.end_ms <= sentence.duration_ms
            text = reading.document.blocks[syllable.block].text
            assert text[syllable.start : syllable.end] in sentence.text


def refused(call):
    try:
        call()
    except LangduError as error:
        return error
    raise AssertionError("not refused")


wheel_is_current()
samples = Speech(encoding=Encoding.LINEAR16)
with Client(address) as client:
    contract_is_current(client._channel)
    assert any(voice.name == "zf_xiaohe" for voice in client.voices("cmn-CN"))
    assert len(client.extract(Text("通知\n第一条。\n第二条。")).blocks) == 3
    assert client.extract(Html("<h1>通知</h1><p>明天停水。</p>")).blocks[-1].text == "明天停水。"
    assert client.extract(Html("<h1>通知</h1><p>明天停电。</p>".encode("gbk"), media_type="text/html; charset=gbk")
                          ).blocks[-1].text == "明天停电。"
    assert client.extract(File("今天晴。".encode())).blocks[0].text == "今天晴。"
    (explained,) = client.explain(Text("六安"), {"六安": "lu4 an1"})
    assert explained.syllables[0].pinyin == "lu4", explained
    short = client.synthesize(Text("您好。"), Speech(encoding=Encoding.LINEAR16))
    assert short.audio.startswith(b"RIFF") and len(short.timings) == len(short.reading.utterances)

    told = []
    stream = client.read(Text(LINES), samples, on_progress=told.append)
    reading = stream.reading()
    assert not told, "the document is there before any sound"
    whole = list(stream)
    hold_together(whole, reading)
    assert len(whole) > 3 and [progress.done for progress in told] == list(range(1, len(whole) + 1))
    assert told[-1].total == len(whole) and told[-1].complete
    assert told[-1].heard_ms == sum(sentence.duration_ms for sentence in whole)
    rest = list(client.read(Text(LINES), samples, start=2))
    assert [s.audio for s in rest] == [s.audio for s in whole[2:]] and rest[0].start_ms == 0

    # Slower and faster: all of it takes as much longer or shorter, and its syllables are where they are heard.
    for rate in (0.25, 0.5, 1.5, 2.0, 3.0, 4.0):
        stream = client.read(Text(LINES), Speech(encoding=Encoding.LINEAR16, rate=rate))
        at_rate = list(stream)
        hold_together(at_rate, stream.reading())
        for own, other in zip(whole, at_rate):
            # Frames of 24 ms, and 46 ms of silence at the end.
            assert abs(other.duration_ms - own.duration_ms / rate) < max(0.02 * own.duration_ms / rate, 60), rate
            for one, placed in zip(own.syllables, other.syllables):
                assert abs(placed.start_ms - one.start_ms / rate) <= 1 + 1 / rate, (rate, one, placed)

    # Whoever has heard enough stops the work.
    with client.read(Text(LINES), samples) as stream:
        first = next(stream)
    assert first.audio == whole[0].audio and list(stream) == []

    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder, "lines.mp3")
        client.save(Text(LINES), made)
        sound = made.read_bytes()
        assert sound[0] == 0xFF and sound[1] & 0xE0 == 0xE0, "a frame of MP3 begins with eleven ones"
        error = refused(lambda: client.save(Url("http://example.org/"), pathlib.Path(folder, "none.mp3")))
        assert error.reason == "HOST_NOT_ALLOWED" and error.code == grpc.StatusCode.PERMISSION_DENIED, error
        assert [path.name for path in pathlib.Path(folder).iterdir()] == ["lines.mp3"], "nothing half-made is left"

    error = refused(lambda: client.synthesize(Text("您好。"), Speech(rate=9.0)))
    assert error.reason == "INVALID_FIELD" and "rate" in error.violations[0][0], error.violations
    assert refused(lambda: client.withdraw(page)).code == grpc.StatusCode.UNAUTHENTICATED

# A line that breaks in the middle is not noticed.
cutting = Cutting(after=len(whole[0].audio) + len(whole[1].audio) // 2)
with Client(cutting.address) as client:
    stream = client.read(Text(LINES), samples)
    again = list(stream)
    assert cutting.cuts == 1 and [s.audio for s in again] == [s.audio for s in whole]
    hold_together(again, stream.reading())

# Where nobody listens, the tries end.
closed = socket.create_server(("127.0.0.1", 0))
nobody = "127.0.0.1:%d" % closed.getsockname()[1]
closed.close()
with Client(nobody) as client:
    assert refused(lambda: list(client.read(Text("您好。")))).is_cut

with Client(address, token=token) as operator:
    steps = list(operator.prepare([page]))
    assert steps[-1].finished and steps[-1].documents_done == 1 and not steps[-1].failures, steps[-1]
    assert list(operator.watch(steps[-1].operation_id))[-1].finished


async def asynchronous():
    async with AsyncClient(address) as client:
        assert [voice.name for voice in await client.voices()]
        told = []
        stream = client.read(Text(LINES), samples, on_progress=told.append)
        reading = await stream.reading()
        sentences = [sentence async for sentence in stream]
        hold_together(sentences, reading)
        assert sentences == whole and len(told) == len(whole)
        # Two at a time on one connection.
        both = await asyncio.gather(*(client.synthesize(Text(text)) for text in ("早上好。", "晚上好。")))
        assert all(answer.audio for answer in both)
        async with client.read(Text(LINES), samples) as stream:
            assert (await stream.__anext__()).audio == whole[0].audio
        try:
            await client.extract(Text(""))
        except LangduError as error:
            assert error.reason == "INVALID_FIELD", error
        else:
            raise AssertionError("not refused")
        with tempfile.TemporaryDirectory() as folder:
            made = pathlib.Path(folder, "lines.opus")
            await client.save(Text(LINES), made, Speech(encoding=Encoding.OGG_OPUS))
            assert made.read_bytes().startswith(b"OggS")
    async with AsyncClient(Cutting(after=len(whole[0].audio) + len(whole[1].audio) // 2).address) as client:
        assert [s.audio async for s in client.read(Text(LINES), samples)] == [s.audio for s in whole]
    async with AsyncClient(address, token=token) as operator:
        steps = [step async for step in operator.prepare([page])]
        assert steps[-1].finished, steps[-1]
        assert [found async for found in operator.withdrawals()] is not None


asyncio.run(asynchronous())
print(f"langdu {langdu.__version__}: {len(whole)} sentences")
