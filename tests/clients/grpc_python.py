"""The gRPC contract, asked by Python's client, which knows of it what the server's reflection tells.

Argument: the address of the gRPC listener.
"""

import io
import re
import sys
import wave

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

LINE = "社区食堂每天中午十一点开饭。六十岁以上的老人凭卡用餐，每餐六元。送餐上门另收一元。"

channel = grpc.insecure_channel(sys.argv[1], options=[("grpc.enable_http_proxy", 0)])
# This client asks for reflection by its first name, v1alpha.
database = ProtoReflectionDescriptorDatabase(channel)
assert "langdu.v1.ReadAloud" in database.get_services(), database.get_services()
pool = DescriptorPool(database)
service = pool.FindServiceByName("langdu.v1.ReadAloud")


def message(name, **fields):
    return GetMessageClass(pool.FindMessageTypeByName(f"langdu.v1.{name}"))(**fields)


def call(name, request, **more):
    method = service.methods_by_name[name]
    kind = channel.unary_stream if method.server_streaming else channel.unary_unary
    answer = GetMessageClass(method.output_type)
    stub = kind(f"/{service.full_name}/{name}", request_serializer=lambda m: m.SerializeToString(),
                response_deserializer=answer.FromString)
    return stub(request, timeout=300, **more)


def asked(encoding, **more):
    return message("SynthesizeRequest", source={"text": LINE},
                   audio_config={"audio_encoding": encoding}, **more)


def refused(name, request):
    try:
        list(call(name, request)) if name.endswith("Stream") else call(name, request)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
        return error.details()
    raise AssertionError(f"not refused: {request}")


voices = call("ListVoices", message("ListVoicesRequest")).voices
assert any(voice.name == "zf_xiaohe" for voice in voices), voices

# Packed both ways: the client packs what it sends, and says that it takes packed answers.
packed = list(call("SynthesizeStream", asked("MP3"), compression=grpc.Compression.Gzip))
plain = list(call("SynthesizeStream", asked("MP3")))


def parts(messages):
    return [(m.index, m.audio) for m in messages if m.WhichOneof("response") == "audio"]


assert parts(packed) == parts(plain)
count = len(plain[0].header.utterances)
assert [index for index, _ in parts(plain)] == list(range(count)) and count > 1, count

# A stream that was cut goes on where it stopped.
rest = list(call("SynthesizeStream", asked("MP3", start=count - 1)))
assert len(rest[0].header.utterances) == count
assert parts(rest) == parts(plain)[-1:]
assert rest[-1].end.utterances == count and rest[-1].end.duration_ms < plain[-1].end.duration_ms
assert f"{count}" in refused("SynthesizeStream", asked("MP3", start=count))
assert "SynthesizeStream" in refused("Synthesize", asked("MP3", start=1))

# For telephone lines: a byte a sample at 8 kHz.
for encoding in ("MULAW", "ALAW"):
    line = list(call("SynthesizeStream", asked(encoding)))
    timings = [m.utterance.timing for m in line if m.WhichOneof("response") == "utterance"]
    for timing, (_, audio) in zip(timings, parts(line), strict=True):
        samples = timing.duration_samples * 8000 / timing.sample_rate_hertz
        assert abs(len(audio) - samples) <= 1, (len(audio), samples)
    whole = call("Synthesize", asked(encoding)).audio
    assert whole.startswith(b"RIFF") and b"".join(audio for _, audio in parts(line)) in whole

# What does not fit the message that clients take is refused before it is sent.
with wave.open(io.BytesIO(call("Synthesize", asked("LINEAR16")).audio)) as sound:
    assert sound.getframerate() == 24000
long = message("SynthesizeRequest", source={"text": LINE * 5}, audio_config={
    "audio_encoding": "LINEAR16", "sample_rate_hertz": 48000})
assert "4194304" in refused("Synthesize", long)

# A book is read too: its header comes in parts, each of which this client takes, and the first sound before the rest.
book = "".join(f"第{number}条，社区食堂每天中午十一点开饭，六十岁以上的老人凭卡用餐，送餐上门另收一元。\n"
               for number in range(1, 7000))
assert len(book) > 290_000


def book_from(start):
    return message("SynthesizeRequest", source={"text": book}, audio_config={"audio_encoding": "MP3"}, start=start)


told = []
stream = call("SynthesizeStream", book_from(0))
for part in stream:
    told.append(part.WhichOneof("response"))
    if told[-1] == "audio":
        stream.cancel()
        break
assert told == ["header", "utterance", "audio"], told
count_of_book = int(re.search(r"the reading has (\d+)", refused("SynthesizeStream", book_from(4_000_000_000)))[1])
end = list(call("SynthesizeStream", book_from(count_of_book - 1)))
readings = [getattr(part, part.WhichOneof("response")) for part in end
            if part.WhichOneof("response") in ("header", "more")]
assert len(readings) > 4 and [reading.growing for reading in readings] == [True] * (len(readings) - 1) + [False]
utterances = [utterance for reading in readings for utterance in reading.utterances]
assert [utterance.index for utterance in utterances] == list(range(count_of_book))
blocks = [block for reading in readings for block in reading.document.blocks]
assert "".join(block.text + "\n" for block in blocks) == book
assert [part.index for part in end if part.audio] == [count_of_book - 1]
print(f"{len(voices)} voices, {count} utterances")
