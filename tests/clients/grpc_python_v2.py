"""The second version of the gRPC contract, asked by Python's client, which knows of it what the server's reflection
tells. Of Google's it has its own: the details of errors, and long-running operations.

Arguments: the address of the gRPC listener, a page, and an operator's token.
"""

import sys

import grpc
from google.api import field_behavior_pb2
from google.longrunning import operations_pb2
from google.longrunning.operations_pb2_grpc import OperationsStub
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2, status_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

LINE = "🚌公交车每天早上六点发车。六十岁以上的老人凭卡免费乘坐。"

address, page, token = sys.argv[1:]
channel = grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)])
database = ProtoReflectionDescriptorDatabase(channel)
names = {"langdu.v1.ReadAloud", "langdu.v2.ReadAloudService", "langdu.v2.OperatorService",
         "google.longrunning.Operations"}
assert names <= set(database.get_services()), database.get_services()
pool = DescriptorPool(database)


def message(name, **fields):
    return GetMessageClass(pool.FindMessageTypeByName(f"langdu.v2.{name}"))(**fields)


def call(service, name, request, **more):
    method = pool.FindServiceByName(f"langdu.v2.{service}").methods_by_name[name]
    kind = channel.unary_stream if method.server_streaming else channel.unary_unary
    stub = kind(f"/langdu.v2.{service}/{name}", request_serializer=lambda m: m.SerializeToString(),
                response_deserializer=GetMessageClass(method.output_type).FromString)
    return stub(request, timeout=300, **more)


def read_aloud(name, request):
    return call("ReadAloudService", name, request)


voices = read_aloud("ListVoices", message("ListVoicesRequest", language_code="cmn-CN")).voices
assert any(voice.name == "zf_xiaohe" for voice in voices), voices

# Which fields a request needs is told by reflection, too.
source = pool.FindMessageTypeByName("langdu.v2.SynthesizeRequest").fields_by_name["source"]
options = descriptor_pb2.FieldOptions.FromString(source.GetOptions().SerializeToString())
behaviour = list(options.Extensions[field_behavior_pb2.field_behavior])
assert behaviour == [field_behavior_pb2.REQUIRED], behaviour

# Offsets are told both ways.
explained = read_aloud("Explain", message("ExplainRequest", source={"text": LINE})).utterances
for syllable in (syllable for utterance in explained for syllable in utterance.syllables):
    span = syllable.span
    assert LINE[span.start_scalar:span.end_scalar] == syllable.hanzi
    utf16 = LINE.encode("utf-16-le")[2 * span.start_utf16:2 * span.end_utf16]
    assert utf16.decode("utf-16-le") == syllable.hanzi

# A stream, and the rest of it after a cut.
asked = {"source": {"text": LINE}, "audio_config": {"audio_encoding": "AUDIO_ENCODING_MP3"}}
told = list(read_aloud("SynthesizeStream", message("SynthesizeStreamRequest", **asked)))
count = len(told[0].header.utterances)
assert told[-1].end.utterance_count == count > 1 and not told[-1].end.failed_count
lengths = [part.utterance.timing.duration.ToMilliseconds() for part in told if part.HasField("utterance")]
assert sum(lengths) == told[-1].end.duration.ToMilliseconds() > 2000, lengths


def sound(messages):
    return [(m.utterance_index, m.audio_content) for m in messages if m.WhichOneof("response") == "audio_content"]


rest = list(read_aloud("SynthesizeStream", message("SynthesizeStreamRequest", start=count - 1, **asked)))
assert [index for index, _ in sound(told)] == list(range(count)) and sound(rest) == sound(told)[-1:]
whole = read_aloud("Synthesize", message("SynthesizeRequest", **asked))
assert whole.audio_content == b"".join(part for _, part in sound(told))

# Everything that is wrong is told at once, in Google's own messages.
wrong = message("SynthesizeRequest", source={"text": ""}, audio_config={
    "speaking_rate": 9, "sample_rate_hertz": 44100, "volume_gain_db": 99})
try:
    read_aloud("Synthesize", wrong)
    raise AssertionError("not refused")
except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
    packed = dict(error.trailing_metadata())["grpc-status-details-bin"]
details = status_pb2.Status.FromString(packed).details


def detail(kind):
    found = kind()
    assert any(one.Unpack(found) for one in details), kind
    return found


violations = detail(error_details_pb2.BadRequest).field_violations
assert [one.field for one in violations] == [
    "source.text", "audio_config.sample_rate_hertz", "audio_config.volume_gain_db", "audio_config.speaking_rate"]
info = detail(error_details_pb2.ErrorInfo)
assert (info.domain, info.reason, info.metadata["field"]) == ("langdu", "INVALID_FIELD", "source.text"), info
assert detail(error_details_pb2.LocalizedMessage).locale == "zh-CN"

# A preparation is an operation as every other service has them.
shown = [("authorization", f"Bearer {token}")]
operations = OperationsStub(channel)
try:
    operations.ListOperations(operations_pb2.ListOperationsRequest(name="operations"))
    raise AssertionError("not refused")
except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.UNAUTHENTICATED, error
created = call("OperatorService", "CreatePreparation", message("CreatePreparationRequest", urls=[page]),
               metadata=shown).operation
finished = operations.WaitOperation(operations_pb2.WaitOperationRequest(name=created.name), metadata=shown, timeout=300)
assert finished.done and finished.WhichOneof("result") == "response", finished
result, how_far = message("PreparationResult"), message("PreparationMetadata")
assert finished.response.Unpack(result) and finished.metadata.Unpack(how_far)
assert result.document_count == 1 and not result.failure_count, result
assert list(how_far.urls) == [page] and how_far.create_time.seconds > 1_700_000_000, how_far
listed = operations.ListOperations(operations_pb2.ListOperationsRequest(name="operations"), metadata=shown)
assert created.name in [operation.name for operation in listed.operations]
operations.CancelOperation(operations_pb2.CancelOperationRequest(name=created.name), metadata=shown)
again = operations.GetOperation(operations_pb2.GetOperationRequest(name=created.name), metadata=shown)
assert again == finished, "it was finished"
print(f"{len(voices)} voices, {count} utterances, {result.utterance_count} prepared")
