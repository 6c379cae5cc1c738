"""Where the service is, and how a call is made of the contract's messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Optional, Tuple

import grpc

from .v1 import operator_pb2 as operator
from .v1 import read_aloud_pb2 as pb

# The header of a long document is larger than the 4 MiB that gRPC takes by default.
OPTIONS = [("grpc.max_receive_message_length", 256 << 20), ("grpc.max_send_message_length", 256 << 20)]

# Each call of the contract that the clients make: its path and what it answers with.
CALLS: Dict[str, Tuple[str, Any]] = {
    "ListVoices": ("/langdu.v1.ReadAloud/ListVoices", pb.ListVoicesResponse),
    "Extract": ("/langdu.v1.ReadAloud/Extract", pb.Document),
    "Explain": ("/langdu.v1.ReadAloud/Explain", pb.ExplainResponse),
    "Synthesize": ("/langdu.v1.ReadAloud/Synthesize", pb.SynthesizeResponse),
    "SynthesizeStream": ("/langdu.v1.ReadAloud/SynthesizeStream", pb.SynthesizeStreamResponse),
    "Prepare": ("/langdu.v1.Operator/Prepare", pb.PrepareProgress),
    "CancelPreparation": ("/langdu.v1.Operator/CancelPreparation", pb.PrepareProgress),
    "ListPreparations": ("/langdu.v1.Operator/ListPreparations", operator.ListPreparationsResponse),
    "Withdraw": ("/langdu.v1.Operator/Withdraw", pb.WithdrawResponse),
    "ListWithdrawals": ("/langdu.v1.Operator/ListWithdrawals", pb.ListWithdrawalsResponse),
    "Publish": ("/langdu.v1.Operator/Publish", pb.PublishResponse),
}


@dataclass(frozen=True)
class Place:
    """Where a service listens and what is shown there."""

    target: str
    credentials: Optional[grpc.ChannelCredentials]
    metadata: Tuple[Tuple[str, str], ...]

    @staticmethod
    def of(address: str, token: Optional[str], credentials: Optional[grpc.ChannelCredentials]) -> Place:
        """The place of an address: `host:port`, `http://…`, `https://…` or `unix:/path`."""
        metadata = (("authorization", f"Bearer {token}"),) if token else ()
        if address.startswith("https://"):
            return Place(
                address[len("https://") :].rstrip("/"), credentials or grpc.ssl_channel_credentials(), metadata
            )
        if address.startswith("http://"):
            address = address[len("http://") :].rstrip("/")
        return Place(address, credentials, metadata)


def callers(channel: Any) -> Dict[str, Callable[..., Any]]:
    """The calls on a channel, of either kind, by their names."""
    found: Dict[str, Callable[..., Any]] = {}
    for name, (path, answer) in CALLS.items():
        kind = channel.unary_stream if name in ("SynthesizeStream", "Prepare") else channel.unary_unary
        found[name] = kind(
            path,
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=answer.FromString,
        )
    return found
